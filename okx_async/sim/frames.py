"""One message on its way out: WebSocket framing, and what a fault needs to know to spoil it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["BookUpdate", "Message", "Row", "binary_frame", "close_frame", "payload_of", "text_frame"]

_TEXT, _BINARY, _CLOSE = 0x81, 0x82, 0x88

Row = tuple[str, str, str, str]
"""One book level as text: price, size, the dialect's third column, order count."""


@dataclass(slots=True)
class BookUpdate:
    """A snapshot or an update of an incremental book, before it is encoded; nobody changes it.

    Args:
        channel: Without the instrument, and in V3 without the product.
        inst_id: Whose book.
        snapshot: Whether it is the whole window.
        asks: Best first.
        bids: Best first.
        ts: Unix milliseconds.
        seq_id: After this message.
        prev_seq_id: Of the message before it in this channel, -1 for a snapshot.
        checksum: Signed CRC32 of the book after this message, 0 or ``None`` when it carries none.
    """

    channel: str
    inst_id: str
    snapshot: bool
    asks: list[Row]
    bids: list[Row]
    ts: int
    seq_id: int
    prev_seq_id: int
    checksum: int | None


@dataclass(slots=True, eq=False)
class Message:
    """One pushed message, encoded once and shared by all connections that get it, so nobody changes it.

    Args:
        channel: Without the instrument, and in V3 without the product.
        inst_id: Whose.
        payload: What the WebSocket frame carries.
        wire: The whole WebSocket frame.
        ts: Moment it speaks of, Unix milliseconds.
        update: What it was made from when it belongs to an incremental book.
        remake: Makes another message of the same channel from a changed update.
    """

    channel: str
    inst_id: str
    payload: bytes
    wire: bytes
    ts: int
    update: BookUpdate | None = None
    remake: Callable[[BookUpdate], Message] | None = None


def text_frame(payload: bytes) -> bytes:
    """Return one unmasked text frame, as a server sends it (RFC 6455, section 5.2)."""
    return _header(_TEXT, len(payload)) + payload


def binary_frame(payload: bytes) -> bytes:
    """Return one unmasked binary frame."""
    return _header(_BINARY, len(payload)) + payload


def close_frame(code: int, reason: str) -> bytes:
    """Return a close frame; the reason must be short."""
    payload = struct.pack("!H", code) + reason.encode()
    return _header(_CLOSE, len(payload)) + payload


def payload_of(wire: bytes) -> bytes:
    """Return what one unmasked frame carries."""
    length = wire[1]
    return wire[2:] if length < 126 else wire[4:] if length == 126 else wire[10:]


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return struct.pack("!BB", first, length)
    if length < 1 << 16:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)
