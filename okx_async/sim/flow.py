"""Who trades on the simulated exchange: makers that quote and cancel, takers that hit them."""

from __future__ import annotations

import random

from .engine import Book, Match, Side, TimeInForce
from .instruments import Instrument, Kind, seed_of

__all__ = ["OrderFlow"]

_SLACK = 30
_CROSSING = 6
"""How far beyond the last price orders of a call auction may reach, in ticks."""
_KEEP = 2
_CROWD = 6
"""With so many orders at a price the oldest leaves before another comes: else books would grow for ever."""


class OrderFlow:
    """The order flow of one instrument, from its own random numbers only.

    Nothing of another instrument enters, so adding instruments changes none of those that were there.

    Args:
        instrument: What is traded.
        book: Where.
        seed: Of the whole exchange; the instrument's id is mixed in.
    """

    def __init__(self, instrument: Instrument, book: Book, seed: int) -> None:
        self._instrument = instrument
        self._book = book
        # A share of the unit interval is drawn several times faster than a whole number, and as evenly for our ends.
        self._draw = random.Random(seed_of(seed, instrument.inst_id, "flow")).random
        self._busy = 4 if instrument.period == 1 else 2
        self._gap = 3 if instrument.levels > 100 else 2
        self._last = instrument.price
        self._nice: int = 10 ** max(0, len(str(instrument.typical)) - 2)
        self._quoted = [buy for buy in (True, False) if instrument.sides in ("both", "bids" if buy else "asks")]

    def open(self) -> None:
        """Fill the empty book around the opening price."""
        for buy in self._quoted:
            self._deepen(buy, self._instrument.levels)

    def act(self) -> list[Match]:
        """Play one step and return the matches in the order they happened, taker by taker."""
        matches: list[Match] = []
        for _ in range(1 + int(self._draw() * self._busy)):
            dice = self._draw() * 100
            if dice < 14:
                matches += self._take()
            elif dice < 48:
                self._withdraw()
            else:
                self._quote()
        for buy in self._quoted:
            self._tend(buy)
        return matches

    def gather(self) -> None:
        """Play one step of a call auction: orders come and go, some across the other side, and none trades."""
        for _ in range(1 + int(self._draw() * self._busy)):
            if self._draw() < 0.35:
                self._withdraw()
                continue
            buy = self._pick_side()
            reach = int(self._draw() * 2 * _CROSSING) - _CROSSING
            self._book.rest(buy, max(1, self._last + (reach if buy else -reach)), self._size())
        for buy in self._quoted:
            self._tend(buy)

    def _side(self, buy: bool) -> Side:
        return self._book.bids if buy else self._book.asks

    def _size(self) -> int:
        return self._sizes(1)[0]

    def _sizes(self, count: int) -> list[int]:
        draw, nice, least, typical = self._draw, self._nice, self._instrument.min_lots, self._instrument.typical
        sizes: list[int] = []
        for _ in range(count):
            lots = least + int(draw() * typical) // (1 + int(draw() * 20))
            if draw() < 0.25:
                # People like round sizes; their text is shorter, which keeps naive number handling honest.
                lots = max(lots // nice * nice, nice, least)
            sizes.append(lots)
        return sizes

    def _quote(self) -> None:
        """Place one maker order, more often near the touch than far from it."""
        buy = self._pick_side()
        side, against = self._side(buy), self._side(not buy)
        sign = -1 if buy else 1
        reach = self._instrument.levels * self._gap // 2
        distance = int(self._draw() * (1 + int(self._draw() * (2 + int(self._draw() * reach)))))
        if against.best is not None:
            price = against.best + sign * (1 + distance)
        else:
            price = (side.best if side.best is not None else self._last) + sign * distance
        if price >= 1:
            level = side.levels.get(price * side.sign)
            if level is not None and len(level.orders) >= _CROWD:
                self._leave(next(iter(level.orders)))
            self._book.submit(buy, price, self._size(), TimeInForce.POST_ONLY)

    def _pick_side(self) -> bool:
        sides = self._instrument.sides
        return self._draw() < 0.5 if sides == "both" else sides == "bids"

    def _withdraw(self) -> None:
        """Cancel one resting order, more often near the touch; the last few levels stay, and so do users' orders."""
        buy = self._pick_side()
        side = self._side(buy)
        if len(side) > _KEEP:
            key = side.keys[int(self._draw() * (1 + int(self._draw() * len(side))))]
            orders = list(side.levels[key].orders)
            self._leave(orders[int(self._draw() * len(orders))])

    def _leave(self, order_id: int) -> None:
        """Cancel an order of the background; those of users stay."""
        if order_id not in self._book.owned:
            self._book.cancel(order_id)

    def _take(self) -> list[Match]:
        """Send one order that trades at once, up to a few levels deep."""
        buy = self._pick_side() if self._instrument.sides == "both" else self._instrument.sides == "asks"
        against = self._side(buy is False)
        if len(against) <= _KEEP or (self._instrument.kind is Kind.OPTION and self._draw() > 1 / 3):
            return []
        reach = against.keys[min(len(against) - 1 - _KEEP, int(self._draw() * 3))] * against.sign
        _, matches = self._book.submit(buy, reach, self._size(), TimeInForce.IMMEDIATE)
        if matches:
            self._last = matches[-1].price
        return matches

    def _tend(self, buy: bool) -> None:
        """Bring a side back to about as many levels as its makers keep up, at the far end."""
        side, wanted = self._side(buy), self._instrument.levels
        if len(side) < wanted:
            self._deepen(buy, wanted)
        slack = _SLACK if wanted > _SLACK else 3
        last = -1
        while len(side) > wanted + slack and -last <= len(side):
            before = len(side)
            for order_id in list(side.levels[side.keys[last]].orders):
                self._leave(order_id)
            # A level that a user's order keeps alive is passed over.
            last -= len(side) == before

    def _deepen(self, buy: bool, wanted: int) -> None:
        side, against = self._side(buy), self._side(not buy)
        key = side.keys[-1] if side.keys else self._opening_key(buy)
        # Prices only get worse from here: what begins on its own side of the book stays there.
        apart = not against.keys or key > -against.keys[0]
        while len(side) < wanted:
            price = key * side.sign
            if price < 1:
                return
            sizes = self._sizes(1 + int(self._draw() * 3))
            if apart:
                self._book.pile(buy, price, sizes)
            else:
                for lots in sizes:
                    self._book.submit(buy, price, lots, TimeInForce.POST_ONLY)
            key += 1 + int(self._draw() * (2 * self._gap - 1))

    def _opening_key(self, buy: bool) -> int:
        against, side = self._side(not buy), self._side(buy)
        price = self._last
        if against.best is not None:
            price = min(price, against.best - 1) if buy else max(price, against.best + 1)
        return price * side.sign
