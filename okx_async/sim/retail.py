"""The layer of retail price improvement (RPI) orders that only the channel ``books-rpi`` shows."""

from __future__ import annotations

import random

from .engine import Book, Side
from .frames import Row
from .instruments import Instrument, seed_of

__all__ = ["RetailLayer"]

_LEVELS = 6


class RetailLayer:
    """Post-only orders beside the public book, at keys of the same meaning as in `engine.Side`.

    They are never matched here, because the simulated takers do not ask for RPI access; they leave when the public
    book moves across them.
    """

    def __init__(self, instrument: Instrument, book: Book, seed: int) -> None:
        self._instrument = instrument
        self._book = book
        self._random = random.Random(seed_of(seed, instrument.inst_id, "rpi"))
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}

    def act(self) -> bool:
        """Play one step; tell whether anything changed."""
        before = (self.bids.copy(), self.asks.copy())
        self._leave_crossed()
        own, buy = (self.bids, True) if self._random.random() < 0.5 else (self.asks, False)
        if len(own) >= _LEVELS:
            del own[self._random.choice(sorted(own))]
        else:
            self._quote(own, buy)
        return before != (self.bids, self.asks)

    def present(self, side: Side, depth: int) -> dict[int, Row]:
        """Return the best levels of a side of the public book with this layer's orders among them.

        Rows are price, total size, size without RPI, number of orders.
        """
        retail = self.bids if side is self._book.bids else self.asks
        text = self._instrument
        rows: dict[int, Row] = {}
        for key in sorted({*side.keys[:depth], *retail})[:depth]:
            level, extra = side.levels.get(key), retail.get(key, 0)
            public, orders = (level.lots, len(level.orders)) if level is not None else (0, 0)
            orders += extra > 0
            price = text.price_text(key * side.sign)
            rows[key] = price, text.size_text(public + extra), text.size_text(public), str(orders)
        return rows

    def _quote(self, own: dict[int, int], buy: bool) -> None:
        side = self._book.bids if buy else self._book.asks
        against = self._book.asks if buy else self._book.bids
        if not side.keys or not against.keys:
            return
        key = side.keys[0] + self._random.randrange(-1, 8)
        best_against = min(against.keys[0], min(self.asks if buy else self.bids, default=against.keys[0]))
        if key > -best_against and key * side.sign >= 1:
            own[key] = self._instrument.min_lots + self._random.randrange(self._instrument.typical)

    def _leave_crossed(self) -> None:
        for own, against in ((self.bids, self._book.asks), (self.asks, self._book.bids)):
            if against.keys:
                for key in [key for key in own if key <= -against.keys[0]]:
                    del own[key]
