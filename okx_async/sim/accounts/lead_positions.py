"""Lead positions: what each order of a lead trader has opened, and what copiers hold after it, one by one.

An account has one position for each instrument, mode and side; here it is split by the orders that opened it. The parts
together are never more than the whole: what else closes the position closes the oldest part first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from ..market import Market
from .legs import Leg
from .orders import Fill, Order
from .people import User
from .positions import Position
from .worth import money

__all__ = ["LeadPosition", "LeadPositions", "Spot"]

_FIRST_ID = 7_000_000_000_000_000_001

Spot = tuple[str, Market, str, str]
"""Which position of which user: uid, market, mode and side."""


@dataclass(slots=True, eq=False)
class LeadPosition:
    """One part of a position.

    Attributes:
        held: Its size, cost and profit, reckoned like those of a position of its own.
        order: What opened it.
        code: The unique code of the lead trader, whom it may belong to itself.
        source: The lead trader's own part that it copies, ``None`` for that one.
        mirrored: Up to which size of it the copiers have followed, in lots without a sign.
        legs: Take profit and stop loss that wait for it.
        algo_id: Their number, ``""`` before there are any.
        follows: Whether it is closed together with its source.
        goal: Up to which size it is to be closed as soon as somebody trades with it, ``None`` while it may stay.
    """

    held: Position
    order: Order
    code: str
    source: LeadPosition | None = None
    mirrored: int = 0
    legs: list[Leg] = field(default_factory=list[Leg])
    algo_id: str = ""
    follows: bool = True
    goal: int | None = None

    @property
    def number(self) -> int:
        """Its number."""
        return self.held.pos_id

    @property
    def user(self) -> User:
        """Whose."""
        return self.held.user

    @property
    def market(self) -> Market:
        """Where."""
        return self.held.market

    @property
    def lots(self) -> int:
        """How much of it is open, without a sign."""
        return abs(self.held.lots)

    @property
    def buy(self) -> bool:
        """The side of the order that opened it."""
        return self.order.ticket.buy

    @property
    def spot(self) -> Spot:
        """The position it is a part of."""
        return self.held.user.uid, self.held.market, self.held.mode, self.held.side

    @property
    def margin(self) -> Decimal:
        """The margin of what is open, at its opening price."""
        average = self.held.average
        return self._margin(self.lots, average) if average is not None else Decimal(0)

    @property
    def opened_margin(self) -> Decimal:
        """The margin of all that was opened."""
        average = self.held.opened_average
        return self._margin(self.held.opened, average) if average is not None else Decimal(0)

    @property
    def profit(self) -> Decimal:
        """What its closed part has made, less the fees of all of it."""
        return self.held.pnl + self.held.fee

    @property
    def surplus(self) -> int:
        """How much of it is to be closed."""
        return 0 if self.goal is None else max(0, self.lots - self.goal)

    def _margin(self, lots: int, price: Decimal) -> Decimal:
        return money(self.held.terms.value(price, lots) / self.held.lever)


class LeadPositions:
    """Every part of every position of lead traders and copiers."""

    def __init__(self) -> None:
        self._ids = count(_FIRST_ID)
        self._all: dict[str, dict[int, LeadPosition]] = defaultdict(dict)
        self._open: dict[Spot, dict[int, LeadPosition]] = {}

    def next_id(self) -> int:
        """Return a number for a take profit or a stop loss."""
        return next(self._ids)

    def of(self, user: User) -> Iterator[LeadPosition]:
        """Yield all of a user, the newest first."""
        yield from reversed(self._all.get(user.uid, {}).values())

    def find(self, user: User, number: str) -> LeadPosition | None:
        """Return one of a user's by its number, ``None`` when there is none."""
        return self._all.get(user.uid, {}).get(int(number)) if number.isdecimal() else None

    def open_ones(self) -> list[LeadPosition]:
        """Return all that are open, oldest first."""
        return [each for parts in self._open.values() for each in parts.values()]

    def at(self, spot: Spot) -> list[LeadPosition]:
        """Return the open parts of a position, oldest first."""
        return list(self._open.get(spot, {}).values())

    def grow(self, part: LeadPosition | None, order: Order, fill: Fill, lots: int, code: str) -> LeadPosition:
        """Take down what a fill has opened.

        Args:
            part: What it belongs to, ``None`` where it begins a part.
            order: The order that was filled.
            fill: The fill.
            lots: How much of it has opened something.
            code: The lead trader's.
        """
        if part is None:
            ticket = order.ticket
            held = Position(
                next(self._ids), order.user, order.market, ticket.td_mode, ticket.pos_side, fill.ts, fill.ts
            )
            held.lever = Decimal(order.lever)
            part = LeadPosition(held, order, code)
        held = part.held
        if not held.lots:
            self._all[order.user.uid][part.number] = part
            self._open.setdefault(part.spot, {})[part.number] = part
        held.open(lots if order.ticket.buy else -lots, held.terms.price(fill.price))
        held.fee += money(fill.fee * lots / fill.lots)
        if part.goal is not None:
            part.goal += lots
        held.updated = fill.ts
        return part

    def shrink(self, part: LeadPosition, lots: int, price: Decimal, fee: Decimal, now: int) -> None:
        """Take down that lots of a part were closed at a price and for a fee; one that is empty is history."""
        part.held.shrink(lots, price)
        part.held.fee += fee
        part.held.updated = now
        if not part.held.lots:
            part.legs.clear()
            parts = self._open[part.spot]
            del parts[part.number]
            if not parts:
                del self._open[part.spot]
