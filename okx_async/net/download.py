"""Downloading a file over a signed link: bounded, resumed where the line broke, checked at the end."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
import re
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from ..core.retry import Backoff
from ..errors import BadParameter, ConnectFailed, ConnectionLost, FileRefused, TimedOut
from ..settings import Secret
from .fetch import Fetch, Incoming

__all__ = ["Downloaded", "download"]

_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+)")
_BROKEN = (ConnectFailed, ConnectionLost, TimedOut)
_BUSY = frozenset((429, 500, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What was downloaded.

    Attributes:
        size: Bytes.
        sha256: Of all of them, in hexadecimal digits.
        resumed: How often the line broke and the rest was asked for.
    """

    size: int
    sha256: str
    resumed: int


async def download(
    fetch: Fetch,
    link: Secret,
    into: IO[bytes],
    *,
    most: int,
    secure: bool = True,
    attempts: int = 5,
    backoff: Backoff = Backoff(),  # noqa: B008 - frozen
) -> Downloaded:
    """Write the file behind a signed link.

    A broken line is taken up where it broke, if the server says that the file is still the same (``ETag``); else from
    the beginning. A length and a checksum (``Content-MD5``) that the server tells are held against what came.

    Args:
        fetch: The HTTP session.
        link: Whoever has it can download, so it appears nowhere.
        into: Where to, from its beginning.
        most: How many bytes it may have.
        secure: Whether only ``https`` will do.
        attempts: How often in a row the line may break without a byte more having come.
        backoff: Delays between them.

    Raises:
        BadParameter: It is no such link; nothing was sent.
        FileRefused: The server says no, or the file is too large or damaged.
        ConnectFailed, ConnectionLost, TimedOut: The line broke too often.
    """
    if not _usable(link, secure):
        raise BadParameter(f"the link of a file must be {'an https' if secure else 'an http or https'} address")
    one = _Transfer(into, most)
    failed = resumed = 0
    while True:
        before = one.size
        try:
            async with fetch.stream(link, one.headers()) as incoming:
                await one.take(incoming)
            return one.finish(resumed)
        except _BROKEN:
            failed = 1 if one.size > before else failed + 1
            if failed >= attempts:
                raise
            resumed += one.size > 0
        await asyncio.sleep(backoff.delay(failed, random.random()))


def _usable(link: Secret, secure: bool) -> bool:
    """Tell whether a link is an address; its text stays in here."""
    try:
        parts = urlsplit(link.reveal())
        return parts.scheme in (("https",) if secure else ("http", "https")) and bool(parts.hostname)
    except ValueError:
        return False


class _Transfer:
    """One file that comes, over as many lines as it takes."""

    def __init__(self, into: IO[bytes], most: int) -> None:
        self._into = into
        self._most = most
        self._total: int | None = None
        self._tag = ""
        self._md5_said = ""
        self._begin()

    def _begin(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)  # what servers tell
        self._into.seek(0)
        self._into.truncate()

    def headers(self) -> dict[str, str]:
        """Return what asks for the rest. Nothing may be packed on the way: bytes are counted."""
        headers = {"Accept-Encoding": "identity"}
        if self.size and self._tag:
            headers |= {"Range": f"bytes={self.size}-", "If-Range": self._tag}
        return headers

    async def take(self, incoming: Incoming) -> None:
        """Read an answer to its end."""
        self._meet(incoming)
        async for part in incoming.parts():
            self._write(part)
        if self._total is not None and self.size < self._total:
            raise ConnectionLost(f"the file ended after {self.size} of {self._total} bytes")

    def _meet(self, incoming: Incoming) -> None:
        """Hold the head of an answer against what was asked for."""
        if incoming.status in _BUSY:
            raise ConnectionLost(f"the file server is busy: HTTP {incoming.status}")
        if incoming.status not in (200, 206):
            raise FileRefused(f"the file server says no: HTTP {incoming.status}", incoming.status)
        if incoming.header("Content-Encoding") not in ("", "identity"):
            raise FileRefused("the file came packed on the way, which was not asked for", incoming.status)
        if incoming.status == 200:
            self._begin()
            length = incoming.header("Content-Length")
            self._total = int(length) if length.isdecimal() else None
        else:
            found = _RANGE.fullmatch(incoming.header("Content-Range"))
            if found is None or int(found[1]) != self.size:
                raise FileRefused("another part of the file came than was asked for", incoming.status)
            self._total = int(found[2])
        tag = incoming.header("ETag")
        self._tag = "" if tag.startswith("W/") else tag
        self._md5_said = incoming.header("Content-MD5")
        if self._total is not None and self._total > self._most:
            raise FileRefused(f"the file has {self._total} bytes, and {self._most} are allowed")

    def _write(self, part: bytes) -> None:
        if self.size + len(part) > self._most:
            raise FileRefused(f"the file has more than the {self._most} bytes that are allowed")
        try:
            self._into.write(part)
        except OSError as error:  # the disk's, which must not be taken for the line's
            raise FileRefused(f"the file cannot be written: {type(error).__name__} {error.errno}") from None
        self._sha256.update(part)
        self._md5.update(part)
        self.size += len(part)

    def finish(self, resumed: int) -> Downloaded:
        """Check the whole."""
        if self._md5_said and base64.b64encode(self._md5.digest()).decode() != self._md5_said:
            raise FileRefused("the file is damaged: it does not have the checksum that the server told")
        self._into.flush()
        self._into.seek(0)
        return Downloaded(self.size, self._sha256.hexdigest(), resumed)
