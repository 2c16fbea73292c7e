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

    ``pairs`` holds the price and size text of each level that was ever written, ``texts`` both in one; a level that
    goes is taken out, one that changes is written anew before anybody looks.
    """

    __slots__ = ("_depth", "_edge", "_side", "keys", "levels", "pairs", "texts")

    def __init__(self, side: Side, depth: int) -> None:
        self._side = side
        self._depth = depth
        self.pairs: dict[int, tuple[str, str]] = {}
        self.texts: dict[int, str] = {}
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
            if standing is _GONE:
                del held[key]
                self.pairs.pop(key, None)
                self.texts.pop(key, None)
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
        self._written = False

    def advance(self, bids: set[int], asks: set[int]) -> tuple[list[Row], list[Row]]:
        """Move on to the present book and return the changed rows of bids and of asks."""
        return self._rows(-1, self.bids, self.bids.advance(bids)), self._rows(1, self.asks, self.asks.advance(asks))

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Return all rows of bids and of asks as last published."""
        self._written = True
        return (
            self._rows(-1, self.bids, [(key, self.bids.levels[key]) for key in self.bids.keys]),
            self._rows(1, self.asks, [(key, self.asks.levels[key]) for key in self.asks.keys]),
        )

    def checksum(self) -> int:
        """Return the signed CRC32 of the book as last published."""
        self._write_missing()
        bids, asks = self.bids, self.asks
        return book_crc(
            [bids.texts[key] for key in bids.keys[:LEVELS]], [asks.texts[key] for key in asks.keys[:LEVELS]]
        )

    def frozen(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """Return bids and asks as last published, as tuples of price and size text."""
        self._write_missing()
        bids, asks = self.bids, self.asks
        return tuple([bids.pairs[key] for key in bids.keys]), tuple([asks.pairs[key] for key in asks.keys])

    def _rows(self, sign: int, side: SideWindow, levels: list[tuple[int, Standing]]) -> list[Row]:
        rows: list[Row] = []
        pairs, text = side.pairs, self._instrument
        for key, standing in levels:
            if standing is _GONE:
                rows.append((text.price_text(key * sign), "0", "0", "0"))
                continue
            lots, orders = standing
            known = pairs.get(key)
            price = known[0] if known is not None else text.price_text(key * sign)
            size = text.size_text(lots)
            pairs[key] = price, size
            side.texts[key] = f"{price}:{size}"
            rows.append((price, size, "0", str(orders)))
        return rows

    def _write_missing(self) -> None:
        """Write every level once; later changes are written as they are told."""
        if not self._written:
            self.rows()
