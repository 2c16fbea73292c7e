"""The checksum of a book: CRC32 over its best 25 levels a side."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

__all__ = ["LEVELS", "book_crc"]

LEVELS = 25
_SIGN = 1 << 31


def book_crc(bids: Sequence[str], asks: Sequence[str]) -> int:
    """Return the signed 32-bit checksum of levels as ``price:size`` texts, best first.

    Bid and ask alternate level by level; where one side is shorter the other goes on alone (protocol.md, "Checksum").
    """
    both = min(LEVELS, len(bids), len(asks))
    parts = [""] * (2 * both)
    parts[::2], parts[1::2] = bids[:both], asks[:both]
    parts += bids[both:LEVELS]
    parts += asks[both:LEVELS]
    value = zlib.crc32(":".join(parts).encode("ascii"))
    return value - 2 * _SIGN if value >= _SIGN else value
