"""Candle sizes that channels have names for, in the documents' order."""

from __future__ import annotations

__all__ = ["BARS", "LONG_BARS"]

_FIRST = ("3M", "1M", "1W", "1D", "2D", "3D", "5D", "12H", "6H", "4H", "2H", "1H", "30m", "15m", "5m", "3m", "1m")
_UTC = ("3Mutc", "1Mutc", "1Wutc", "1Dutc", "2Dutc", "3Dutc", "5Dutc", "12Hutc", "6Hutc")

#: Sizes of traded instruments.
BARS = (*_FIRST, "1s", *_UTC)
#: Sizes of indices, mark prices and spreads: there are no bars of a second.
LONG_BARS = (*_FIRST, *_UTC)
