"""What one frame of a book channel says: V5 and V3, usual rows and strange ones, read for either kind of ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from .ladder import Row

__all__ = ["UNREADABLE", "Frame", "Picture", "as_json", "mended", "no_rows", "read_any", "read_flat", "read_rows"]


class _Said(msgspec.Struct, gc=False):
    """One row of ``data`` without its levels: V5 and V3 spell the time differently and agree on the rest."""

    ts: str = ""
    timestamp: str = ""
    checksum: int | None = None
    prev_seq_id: int | None = msgspec.field(default=None, name="prevSeqId")
    seq_id: int | None = msgspec.field(default=None, name="seqId")
    instrument_id: str = ""


class Picture(_Said, gc=False):
    """One row of ``data``, its levels as rows of texts."""

    asks: list[tuple[str, str, str, str]] = []
    bids: list[tuple[str, str, str, str]] = []


class Frame(msgspec.Struct, gc=False):
    """A data frame of a book channel."""

    data: list[Picture]
    action: str = ""


class _FlatPicture(_Said, gc=False):
    """Levels left as JSON: the compiled ladder reads them."""

    asks: msgspec.Raw = msgspec.Raw()
    bids: msgspec.Raw = msgspec.Raw()


class _FlatFrame(msgspec.Struct, gc=False):
    data: list[_FlatPicture]
    action: str = ""


class _AnyPicture(_Said, gc=False):
    """Rows of another width, or with numbers in them (V3 ``depth5``, depth of 2019, spread books).

    Columns stay raw, because a number's own text is what counts: 4085.0 is not 4085.
    """

    asks: list[tuple[msgspec.Raw, ...]] = []
    bids: list[tuple[msgspec.Raw, ...]] = []


class _AnyFrame(msgspec.Struct, gc=False):
    data: list[_AnyPicture]
    action: str = ""


#: Reads a frame whose levels are rows of four texts.
read_rows: Any = msgspec.json.Decoder(Frame).decode
#: Reads a frame and leaves its levels to the compiled ladder.
read_flat: Any = msgspec.json.Decoder(_FlatFrame).decode
_decode_any = msgspec.json.Decoder(_AnyFrame).decode
# Bytes that are no UTF-8 raise a ValueError of Python's own, and too deep a nesting a RecursionError.
UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def read_any(raw: bytes) -> Any:
    """Read a frame whose rows have any width and hold texts or numbers."""
    frame: Any = _decode_any(raw)
    for picture in frame.data:
        picture.asks = [_as_text(row) for row in picture.asks]
        picture.bids = [_as_text(row) for row in picture.bids]
    return frame


class _LoosePicture(msgspec.Struct, gc=False):
    """One row of ``data`` with whatever JSON type its values have."""

    ts: str | int | None = None
    timestamp: str | int | None = None
    checksum: int | str | None = None
    prev_seq_id: int | str | None = msgspec.field(default=None, name="prevSeqId")
    seq_id: int | str | None = msgspec.field(default=None, name="seqId")
    instrument_id: str | None = None
    asks: list[msgspec.Raw] | None = None
    bids: list[msgspec.Raw] | None = None


class _LooseFrame(msgspec.Struct, gc=False):
    data: list[_LoosePicture]
    action: str | None = None


_decode_loose = msgspec.json.Decoder(_LooseFrame).decode
_encode = msgspec.json.Encoder().encode


def mended(raw: bytes) -> bytes | None:
    """Write a frame anew whose values beside the levels are of another JSON type than usual: nothing for null and empty
    text, numbers for text and the other way round. ``None`` when it is no frame of a book even so.
    """
    try:
        frame = _decode_loose(raw)
        return _encode({"action": frame.action or "", "data": [_usual(each) for each in frame.data]})
    except UNREADABLE:
        return None


def _usual(picture: _LoosePicture) -> dict[str, Any]:
    moments = {name: getattr(picture, name) for name in ("ts", "timestamp")}
    if isinstance(picture.timestamp, int):
        moments = {"ts": picture.timestamp}  # so many milliseconds
    numbers = {"checksum": picture.checksum, "prevSeqId": picture.prev_seq_id, "seqId": picture.seq_id}
    return {
        **{name: str(value) for name, value in moments.items() if value},
        **{name: int(value) for name, value in numbers.items() if value not in (None, "")},
        "instrument_id": picture.instrument_id or "",
        "asks": picture.asks or [],
        "bids": picture.bids or [],
    }


def as_json(rows: Sequence[Row]) -> bytes:
    """Write rows as the compiled ladder reads them."""
    return msgspec.json.encode(rows)


def no_rows(rows: Any) -> bool:
    """Tell whether a picture says nothing about a side."""
    return not len(rows) or (isinstance(rows, msgspec.Raw) and bytes(rows) == b"[]")


def _as_text(row: tuple[msgspec.Raw, ...]) -> Row:
    return tuple(bytes(column).decode().strip('"') for column in row)
