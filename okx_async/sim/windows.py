"""What a channel shows of a book: the best levels of each side, and what changed there since the last push.

A level that slides out of the window is told as size 0, a level that slides in is told whole, so a client that never
cuts its book holds exactly the window.
"""

from __future__ import annotations

import sys
from bisect import bisect_right

from .crc import LEVELS, book_crc
from .engine import Level, Side
from .frames import Row
from .instruments import Instrument

__all__ = ["BookWindow", "SideWindow", "level_row"]

_NO_EDGE = sys.maxsize
_GONE = (0, 0)

Standing = tuple[int, int]
"""Lots and order count of one level."""


def _standing(level: Level) -> Standing:
    return level.lots, len(level.orders)


class SideWindow:
    """The best ``depth`` levels of one side as last published; keys as in `engine.Side`.

    ``texts`` may hold the price and size text of levels; one that changes is taken out.
    """

    __slots__ = ("_depth", "_edge", "_side", "keys", "levels", "texts")

    def __init__(self, side: Side, depth: int) -> None:
        self._side = side
        self._depth = depth
        self.texts: dict[int, tuple[str, str]] = {}
        self.keys = side.keys[:depth]
        self.levels = {key: _standing(side.levels[key]) for key in self.keys}
        self._edge = self._edge_of(self.keys)

    def _edge_of(self, keys: list[int]) -> int:
        return keys[-1] if len(keys) == self._depth else _NO_EDGE

    def advance(self, touched: set[int]) -> list[tuple[int, Standing]]:
        """Move on to the present book and return what changed, best first.

        Args:
            touched: Keys whose level may have changed since the last call; others are not looked at.
        """
        side, held = self._side, self.levels
        keys = side.keys[: self._depth]
        edge = self._edge_of(keys)
        changes: dict[int, Standing] = {}
        for key in touched:
            level = side.levels.get(key)
            if level is not None and key <= edge:
                standing = _standing(level)
                if held.get(key) != standing:
                    changes[key] = standing
            elif key in held:
                changes[key] = _GONE
        if edge < self._edge:
            for key in self.keys[bisect_right(self.keys, edge) :]:
                changes[key] = _GONE
        elif edge > self._edge:
            for key in keys[bisect_right(keys, self._edge) :]:
                changes[key] = _standing(side.levels[key])
        for key, standing in changes.items():
            self.texts.pop(key, None)
            if standing is _GONE:
                del held[key]
            else:
                held[key] = standing
        self.keys, self._edge = keys, edge
        return sorted(changes.items())


def level_row(instrument: Instrument, sign: int, key: int, standing: Standing) -> Row:
    """Return one level as the text of the wire."""
    lots, orders = standing
    return instrument.price_text(key * sign), instrument.size_text(lots), "0", str(orders)


class BookWindow:
    """Both sides of one published book."""

    def __init__(self, instrument: Instrument, bids: Side, asks: Side, depth: int) -> None:
        self._instrument = instrument
        self.bids = SideWindow(bids, depth)
        self.asks = SideWindow(asks, depth)

    def advance(self, bids: set[int], asks: set[int]) -> tuple[list[Row], list[Row]]:
        """Move on to the present book and return the changed rows of bids and of asks."""
        return self._rows(-1, self.bids.advance(bids)), self._rows(1, self.asks.advance(asks))

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Return all rows of bids and of asks as last published."""
        return (
            self._rows(-1, [(key, self.bids.levels[key]) for key in self.bids.keys]),
            self._rows(1, [(key, self.asks.levels[key]) for key in self.asks.keys]),
        )

    def checksum(self) -> int:
        """Return the signed CRC32 of the book as last published."""
        return book_crc(self._best(-1, self.bids), self._best(1, self.asks))

    def frozen(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """Return bids and asks as last published, as tuples of price and size text."""
        bids, asks = self.rows()
        return tuple((row[0], row[1]) for row in bids), tuple((row[0], row[1]) for row in asks)

    def _rows(self, sign: int, levels: list[tuple[int, Standing]]) -> list[Row]:
        return [level_row(self._instrument, sign, key, standing) for key, standing in levels]

    def _best(self, sign: int, side: SideWindow) -> list[tuple[str, str]]:
        # The same few levels are asked for again and again, and few of them change between.
        text, texts = self._instrument, side.texts
        best = side.keys[:LEVELS]
        for key in best:
            if key not in texts:
                texts[key] = text.price_text(key * sign), text.size_text(side.levels[key][0])
        return [texts[key] for key in best]
