"""How a message is spoiled: books out of their chain, texts cut short, words nobody knows."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from .frames import BookUpdate, Message, Row, binary_frame, text_frame
from .kinds import FaultKind

__all__ = ["NEW_EVENT", "NEW_FIELD", "NEW_WORD", "SPOILED_BOOKS", "can_rewrite", "framed", "garbled", "rewritten"]

NEW_FIELD, NEW_WORD, NEW_EVENT = "simNewField", "sim_new_word", "sim-news"
"""A field, an enumeration's value and an event that no document knows."""

_ENUMS = ("side", "instType", "state")


def framed(dialect_name: str, payload: bytes) -> bytes:
    """Put a payload into one frame of a dialect."""
    if dialect_name == "v5":
        return text_frame(payload)
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return binary_frame(packer.compress(payload) + packer.flush())


def garbled(dialect_name: str, message: Message) -> bytes:
    """Return a whole frame with only the first half of a message's text."""
    return framed(dialect_name, message.payload[: len(message.payload) // 2])


def can_rewrite(kind: FaultKind, message: Message) -> bool:
    """Tell whether a message has what a rewriting fault changes."""
    if kind is FaultKind.UNKNOWN_FIELD:
        return b'"data":[{' in message.payload
    if kind is FaultKind.UNKNOWN_ENUM:
        return any(f'"{name}":"'.encode() in message.payload for name in _ENUMS)
    return True


def rewritten(kind: FaultKind, dialect_name: str, message: Message) -> bytes:
    """Return a message with a field or an enumeration's value that no document knows."""
    body = orjson.loads(message.payload)
    for row in body["data"]:
        _add_field(row) if kind is FaultKind.UNKNOWN_FIELD else _change_word(row)
    return framed(dialect_name, orjson.dumps(body))


def _add_field(row: dict[str, Any]) -> None:
    row[NEW_FIELD] = [{"nested": "1"}, None]


def _change_word(row: dict[str, Any]) -> None:
    row.update({name: NEW_WORD for name in _ENUMS if name in row})


def _skip(update: BookUpdate) -> BookUpdate:
    # Above what anybody can have seen: one below could be where a client stands that also lost the message before.
    return replace(update, prev_seq_id=update.prev_seq_id + 1)


def _wrong_crc(update: BookUpdate) -> BookUpdate:
    checksum = (update.checksum or 0) ^ 0x5A5A5A5A
    return replace(update, checksum=checksum or 1)


def _wrong_level(update: BookUpdate) -> BookUpdate:
    asks, bids = list(update.asks), list(update.bids)
    # The best changed level is the likeliest to be inside what the checksum covers.
    rows, at = min(
        ((rows, at) for rows in (asks, bids) for at, row in enumerate(rows) if row[1] != "0"),
        key=lambda place: place[1],
    )
    rows[at] = _larger(rows[at])
    return replace(update, asks=asks, bids=bids)


def _larger(row: Row) -> Row:
    return (row[0], "1" + row[1], row[2], row[3])


SPOILED_BOOKS: dict[FaultKind, Callable[[BookUpdate], BookUpdate]] = {
    FaultKind.SKIP_SEQUENCE: _skip,
    FaultKind.WRONG_CRC: _wrong_crc,
    FaultKind.WRONG_LEVEL: _wrong_level,
}
"""The faults of incremental books."""
