"""The checksum of a book: CRC32 over its best 25 levels a side."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

__all__ = ["LEVELS", "book_crc"]

LEVELS = 25
_SIGN = 1 << 31


def book_crc(bids: Sequence[tuple[str, str]], asks: Sequence[tuple[str, str]]) -> int:
    """Return the signed 32-bit checksum of ``(price, size)`` texts, best first.

    Bid and ask alternate level by level; where one side is shorter the other goes on alone (protocol.md, "Checksum").
    """
    parts: list[str] = []
    for level in range(min(LEVELS, max(len(bids), len(asks)))):
        if level < len(bids):
            parts += bids[level]
        if level < len(asks):
            parts += asks[level]
    value = zlib.crc32(":".join(parts).encode("ascii"))
    return value - 2 * _SIGN if value >= _SIGN else value
