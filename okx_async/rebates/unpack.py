"""Looking into a downloaded archive without trusting it: no path out of it, no bomb, no surprise."""

from __future__ import annotations

import io
import logging
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import IO

from ..errors import BadParameter, FileRefused

__all__ = ["Bounds", "broken", "tables_of"]

_log = logging.getLogger("okx_async.rebates")

_ZIP, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TABLES = (".csv", ".xls")
_END = struct.Struct("<4s4H2LH")
_INDEX_BYTES = 1 << 20
"""How large the list of an archive's members may be; it is read into memory at once."""
_SLACK = 1 << 20
"""Bytes up to which anything may be packed as tightly as it likes."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a file may be.

    Args:
        packed: Bytes of the download.
        unpacked: Bytes of all that is in it.
        members: Files in an archive.
        ratio: How many times larger its content may be than the archive; text seldom comes above 30.
        sheet: Bytes of an Excel file, which is read into memory as a whole.
    """

    packed: int = 1 << 30
    unpacked: int = 8 << 30
    members: int = 100
    ratio: int = 200
    sheet: int = 64 << 20

    def __post_init__(self) -> None:
        for each in fields(self):
            if getattr(self, each.name) < 1:
                raise BadParameter(f"Bounds.{each.name} must be at least 1")


def tables_of(file: IO[bytes], bounds: Bounds) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the tables of a download: the CSV and Excel files of an archive, or the one that it is itself.

    Each is to be read before the next; what is read is counted.

    Raises:
        FileRefused: It is not safe or not whole; also later, while a table is read.
    """
    file.seek(0)
    head = file.read(8)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if head.startswith(_XLS):
        yield "download.xls", file
    elif not head.startswith(_ZIP):
        yield "download.csv", file
    else:
        yield from _members(file, size, bounds)


def _members(file: IO[bytes], size: int, bounds: Bounds) -> Iterator[tuple[str, IO[bytes]]]:
    _look_at_index(file, size, bounds)
    budget, found = _Budget(size, bounds), 0
    with broken(), zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            _trust(info)
            if info.is_dir():
                continue
            if not info.filename.lower().endswith(_TABLES):
                _log.warning("a rebate archive holds something that is no table; it is left out")
                continue
            found += 1
            with archive.open(info) as member:
                yield info.filename, io.BufferedReader(_Counted(member, budget))
    if not found:
        raise FileRefused("the archive holds no table")


@contextmanager
def broken() -> Iterator[None]:
    """Say in the words of this library that an archive is damaged."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        struct.error,
    ) as error:
        raise FileRefused(f"the archive is damaged, encrypted or of an unknown kind: {type(error).__name__}") from None


def _look_at_index(file: IO[bytes], size: int, bounds: Bounds) -> None:
    """Refuse an archive whose list of members is too large, before it is read."""
    file.seek(max(0, size - 65_535 - _END.size))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise FileRefused("the archive has no end: it is damaged")
    _, _, _, _, members, index, _, _ = _END.unpack_from(tail, at)
    if members > bounds.members or index > _INDEX_BYTES:
        raise FileRefused(f"the archive has {members} members, and {bounds.members} are allowed")


def _trust(info: zipfile.ZipInfo) -> None:
    """Refuse a member whose name leads elsewhere, that is no plain file, or that is locked.

    Nothing is ever written under these names. Whoever writes such names has something else in mind than a report.
    """
    name = info.orig_filename
    parts = name.split("/")
    if not name or "\0" in name or "\\" in name or ":" in name or name.startswith("/") or ".." in parts:
        raise FileRefused(f"the archive has a member that leads out of it: {name[:80]!r}")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise FileRefused(f"the archive has a member that is no plain file: {name[:80]!r}")
    if info.flag_bits & 1:
        raise FileRefused("the archive is encrypted")


class _Budget:
    """What may still be unpacked, whatever the archive says of its sizes."""

    def __init__(self, packed: int, bounds: Bounds) -> None:
        self._most = min(bounds.unpacked, max(_SLACK, packed * bounds.ratio))
        self._spent = 0

    def spend(self, count: int) -> None:
        """Count bytes that came out."""
        self._spent += count
        if self._spent > self._most:
            raise FileRefused(f"the archive holds more than {self._most} bytes, which its size does not justify")


class _Counted(io.RawIOBase):
    """A member that is counted as it is read."""

    def __init__(self, member: IO[bytes], budget: _Budget) -> None:
        super().__init__()
        self._member = member
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with broken():
            data = self._member.read(len(buffer))
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)
