"""A limit order book with price-time priority, in whole ticks and whole lots.

Both sides are kept the same way: a level's *key* is its price on the ask side and its negative price on the bid side,
so a smaller key is always the better price and one algorithm serves both.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator
from enum import Enum

import msgspec

__all__ = ["Book", "Level", "Match", "Order", "Side", "TimeInForce"]


class TimeInForce(Enum):
    """What happens to the part of an order that does not trade at once."""

    RESTING = "it rests in the book"
    IMMEDIATE = "it is cancelled"
    POST_ONLY = "it rests, and an order that would trade is refused whole"


# Books are most of what an exchange consists of. None of this can be part of a circle, so the garbage collector need
# not look at it.
class Order(msgspec.Struct, gc=False):
    """A resting order; ``lots`` is what is left of it."""

    order_id: int
    buy: bool
    price: int
    lots: int


class Match(msgspec.Struct, frozen=True, gc=False):
    """One maker's part in a trade, at the maker's price."""

    maker_id: int
    taker_id: int
    price: int
    lots: int
    taker_buys: bool


class Level(msgspec.Struct, gc=False):
    """All orders at one price, oldest first."""

    lots: int = 0
    orders: dict[int, Order] = msgspec.field(default_factory=dict)


class Side:
    """One side of a book: keys in order, best first, and a level for each.

    ``touched`` collects the keys whose level changed since it was last taken.
    """

    __slots__ = ("keys", "levels", "sign", "touched")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}
        self.touched: set[int] = set()

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def best(self) -> int | None:
        """Price of the best level in ticks, or ``None`` when the side is empty."""
        return self.keys[0] * self.sign if self.keys else None

    def add(self, order: Order) -> None:
        """Put an order behind all others of its price."""
        level = self.reach(order.price)
        level.orders[order.order_id] = order
        level.lots += order.lots

    def reach(self, price: int) -> Level:
        """Return the level at a price, which is about to change; a new one when there is none."""
        key = price * self.sign
        self.touched.add(key)
        level = self.levels.get(key)
        if level is None:
            level = self.levels[key] = Level()
            insort(self.keys, key)
        return level

    def reduce(self, order: Order, lots: int) -> None:
        """Take ``lots`` off a resting order, and drop the order and its level when nothing is left."""
        key = order.price * self.sign
        level = self.levels[key]
        order.lots -= lots
        level.lots -= lots
        self.touched.add(key)
        if order.lots == 0:
            del level.orders[order.order_id]
            if not level.orders:
                del self.levels[key]
                del self.keys[bisect_left(self.keys, key)]

    def take_touched(self) -> set[int]:
        """Return the touched keys and start a new collection."""
        touched, self.touched = self.touched, set()
        return touched


class Book:
    """The resting orders of one instrument, and the matching of new ones.

    Attributes:
        owned: The ids of orders that belong to users; the background's makers leave them alone.
    """

    def __init__(self) -> None:
        self.bids = Side(-1)
        self.asks = Side(1)
        self.owned: set[int] = set()
        self._orders: dict[int, Order] = {}
        self._next_id = 1

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._orders

    def submit(
        self, buy: bool, price: int, lots: int, tif: TimeInForce = TimeInForce.RESTING
    ) -> tuple[int, list[Match]]:
        """Match a new order and rest what is left of it.

        Args:
            buy: Its side.
            price: Its limit in ticks, at least 1.
            lots: Its size, at least 1.
            tif: What happens to the rest.

        Returns:
            The order's id and its matches in the order they happened.

        Raises:
            ValueError: Price or size below 1.
        """
        if price < 1 or lots < 1:
            raise ValueError(f"an order needs at least one tick and one lot, got {price} and {lots}")
        order = Order(self._next_id, buy, price, lots)
        self._next_id += 1
        if tif is TimeInForce.POST_ONLY and self._crosses(order):
            return order.order_id, []
        matches = self._match(order)
        if order.lots and tif is not TimeInForce.IMMEDIATE:
            (self.bids if buy else self.asks).add(order)
            self._orders[order.order_id] = order
        return order.order_id, matches

    def rest(self, buy: bool, price: int, lots: int) -> int:
        """Put an order into the book without matching it, as a call auction does, and return its id."""
        order = Order(self._next_id, buy, price, lots)
        self._next_id += 1
        (self.bids if buy else self.asks).add(order)
        self._orders[order.order_id] = order
        return order.order_id

    def pile(self, buy: bool, price: int, sizes: Iterable[int]) -> None:
        """Do what `rest` does with each of several orders at one price; most of opening an exchange is spent here."""
        level, number, total = (self.bids if buy else self.asks).reach(price), self._next_id, 0
        for lots in sizes:
            level.orders[number] = self._orders[number] = Order(number, buy, price, lots)
            number += 1
            total += lots
        level.lots += total
        self._next_id = number

    def enter(self, buy: bool, price: int, lots: int) -> Order:
        """Give a user's order an id; it is not in the book yet."""
        order = Order(self._next_id, buy, price, lots)
        self._next_id += 1
        return order

    def match(self, order: Order, rivals: Collection[int] = (), most: int | None = None) -> list[Match]:
        """Match an entered order until it would meet one of ``rivals``, or ``most`` orders; return the matches."""
        return self._match(order, rivals, most)

    def keep(self, order: Order) -> None:
        """Rest what is left of an entered order, as its user's."""
        (self.bids if order.buy else self.asks).add(order)
        self._orders[order.order_id] = order
        self.owned.add(order.order_id)

    def reachable(self, buy: bool, price: int) -> Iterator[Order]:
        """Yield the resting orders that an order of this side and price would meet, in the order it would."""
        against = self.asks if buy else self.bids
        limit = price * against.sign
        for key in against.keys:
            if key > limit:
                return
            yield from against.levels[key].orders.values()

    def shrink(self, order_id: int, lots: int) -> None:
        """Take lots off a resting order, which keeps its place; it must have more than that."""
        order = self._orders[order_id]
        (self.bids if order.buy else self.asks).reduce(order, lots)

    @property
    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask, which only a call auction leaves behind."""
        return bool(self.bids.keys and self.asks.keys) and -self.bids.keys[0] >= self.asks.keys[0]

    def uncross(self) -> list[Match]:
        """End a call auction: match all that crosses at the one price that trades most, and return the matches.

        The later of two orders counts as the taker.
        """
        price, _, _ = self.clearing()
        matches: list[Match] = []
        while self.crossed:
            bid, ask = _oldest(self.bids), _oldest(self.asks)
            maker, taker = sorted((bid, ask), key=lambda order: order.order_id)
            lots = min(bid.lots, ask.lots)
            for side, order in ((self.bids, bid), (self.asks, ask)):
                side.reduce(order, lots)
                if not order.lots:
                    del self._orders[order.order_id]
            matches.append(Match(maker.order_id, taker.order_id, price, lots, taker is bid))
        return matches

    def clearing(self) -> tuple[int, int, int]:
        """Return how a call auction stands: its price, the lots that would trade at it, and those left over.

        The price is the one at which most lots cross, the lowest of several; all is 0 when nothing crosses.
        """
        if not self.crossed:
            return 0, 0, 0
        lowest, highest = self.asks.keys[0], -self.bids.keys[0]
        prices = {-key for key in self.bids.keys if -key >= lowest} | {key for key in self.asks.keys if key <= highest}

        def sides(price: int) -> tuple[int, int]:
            demand = sum(self.bids.levels[key].lots for key in self.bids.keys if -key >= price)
            return demand, sum(self.asks.levels[key].lots for key in self.asks.keys if key <= price)

        price = max(sorted(prices), key=lambda each: min(sides(each)))
        demand, offer = sides(price)
        return price, min(demand, offer), abs(demand - offer)

    def cancel(self, order_id: int) -> bool:
        """Take an order out of the book; ``False`` when it is not there any more."""
        order = self._orders.pop(order_id, None)
        if order is None:
            return False
        (self.bids if order.buy else self.asks).reduce(order, order.lots)
        self.owned.discard(order_id)
        return True

    def _crosses(self, order: Order) -> bool:
        against = self.asks if order.buy else self.bids
        return bool(against.keys) and against.keys[0] <= order.price * against.sign

    def _match(self, taker: Order, rivals: Collection[int] = (), most: int | None = None) -> list[Match]:
        against = self.asks if taker.buy else self.bids
        limit = taker.price * against.sign
        guarded = bool(rivals) or most is not None
        matches: list[Match] = []
        while taker.lots and against.keys and against.keys[0] <= limit:
            maker = next(iter(against.levels[against.keys[0]].orders.values()))
            if guarded and (maker.order_id in rivals or len(matches) == most):
                break
            lots = min(taker.lots, maker.lots)
            taker.lots -= lots
            against.reduce(maker, lots)
            if not maker.lots:
                del self._orders[maker.order_id]
            matches.append(Match(maker.order_id, taker.order_id, maker.price, lots, taker.buy))
        return matches


def _oldest(side: Side) -> Order:
    """Return the order at the front of a side's best level."""
    return next(iter(side.levels[side.keys[0]].orders.values()))
