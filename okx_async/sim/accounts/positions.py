"""Users' positions: how fills open, grow, shrink, close and turn them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from copy import copy as duplicate
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

from ..instruments import Kind
from ..market import Market
from .people import User
from .worth import ZERO, Terms, money, terms_of

__all__ = ["ClosedPosition", "Position", "Positions"]

_FIRST_ID = 3_000_000_000_000_000_001

Key = tuple[str, Market, str, str]


@dataclass(slots=True, eq=False)
class Position:
    """One position, which may be empty.

    Attributes:
        pos_id: Its number; the same user gets it again for the same instrument, mode and side.
        user: Whose.
        market: Where.
        mode: ``cross`` or ``isolated``.
        side: ``net``, ``long`` or ``short``.
        lots: How much; below zero is short, on every side.
        cost: What it was opened at: price times lots, of inverse contracts lots by price.
        margin: What is set aside for it alone, isolated only.
        lever: The leverage it was opened with.
        pnl: What its closed part made so far, without fees and funding.
        fee: Fees so far, below zero when paid.
        funding: Funding so far, below zero when paid.
        penalty: Liquidation penalties so far, below zero.
        most: The largest size it had, in lots.
        opened: How many lots were opened in all.
        opened_cost: What they were opened at, counted like `cost`.
        closed: How many lots of it were closed.
        closed_cost: What they were closed at, counted like `cost`.
        trade_id: Of its latest trade.
        warned: Whether its owner was told that it is near liquidation.
    """

    pos_id: int
    user: User
    market: Market
    mode: str
    side: str
    created: int
    updated: int
    lots: int = 0
    cost: Decimal = ZERO
    margin: Decimal = ZERO
    lever: Decimal = Decimal(1)
    pnl: Decimal = ZERO
    fee: Decimal = ZERO
    funding: Decimal = ZERO
    penalty: Decimal = ZERO
    most: int = 0
    opened: int = 0
    opened_cost: Decimal = ZERO
    closed: int = 0
    closed_cost: Decimal = ZERO
    trade_id: int = 0
    warned: bool = False

    @property
    def terms(self) -> Terms:
        """The numbers of its contract."""
        return terms_of(self.market.instrument)

    @property
    def ccy(self) -> str:
        """What it is settled in."""
        return self.terms.settle

    @property
    def average(self) -> Decimal | None:
        """Its mean opening price, ``None`` when it is empty."""
        return self._mean(self.cost, abs(self.lots))

    @property
    def opened_average(self) -> Decimal | None:
        """The mean price of all that was opened, ``None`` for nothing."""
        return self._mean(self.opened_cost, self.opened)

    @property
    def closed_average(self) -> Decimal | None:
        """The mean price of what was closed, ``None`` for nothing."""
        return self._mean(self.closed_cost, self.closed)

    @property
    def realized(self) -> Decimal:
        """What it made real so far, with fees, funding and penalties."""
        return self.pnl + self.fee + self.funding + self.penalty

    def unrealized(self, price: Decimal) -> Decimal:
        """Return what closing all of it at a price would make, before fees."""
        return money(self._gain(self.cost, abs(self.lots), price)) if self.lots else ZERO

    def open(self, lots: int, price: Decimal) -> None:
        """Make it larger, by lots of its own sign."""
        cost = self._cost(abs(lots), price)
        self.cost += cost
        self.opened_cost += cost
        self.opened += abs(lots)
        self.lots += lots
        self.most = max(self.most, abs(self.lots))

    def shrink(self, lots: int, price: Decimal) -> Decimal:
        """Close so many lots at a price and return the profit."""
        size = abs(self.lots)
        share = self.cost if lots == size else self.cost * lots / size
        gain = money(self._gain(share, lots, price))
        self.margin = ZERO if lots == size else money(self.margin * (size - lots) / size)
        self.cost -= share
        self.lots -= lots if self.lots > 0 else -lots
        self.closed += lots
        self.closed_cost += self._cost(lots, price)
        self.pnl += gain
        return gain

    def _cost(self, lots: int, price: Decimal) -> Decimal:
        return lots / price if self.terms.inverse else price * lots

    def _mean(self, cost: Decimal, lots: int) -> Decimal | None:
        if not lots:
            return None
        return lots / cost if self.terms.inverse else cost / lots

    def _gain(self, cost: Decimal, lots: int, price: Decimal) -> Decimal:
        risen = cost - lots / price if self.terms.inverse else price * lots - cost
        return self.terms.face * (risen if self.lots > 0 else -risen)


@dataclass(frozen=True, slots=True)
class ClosedPosition:
    """A position at the moment it ended.

    Args:
        position: It, as it was.
        long: Whether it was long.
        kind: How it ended: ``"2"`` closed, ``"3"`` liquidated.
        trigger: The mark price that liquidated it, ``None`` when nothing did.
    """

    position: Position
    long: bool
    kind: str
    trigger: Decimal | None
    ts: int


class Positions:
    """Every position and those that ended."""

    def __init__(self) -> None:
        self._ids = count(_FIRST_ID)
        self._numbers: dict[Key, int] = {}
        self._open: dict[Key, Position] = {}
        self._of_user: dict[str, dict[int, Position]] = defaultdict(dict)
        self._at: dict[Market, dict[int, Position]] = {}
        self.ended: dict[str, list[ClosedPosition]] = defaultdict(list)

    def copy_of(self, uid: str) -> Positions:
        """Return positions of its own that begin with copies of what one user holds."""
        copy = Positions()
        copy._ids = duplicate(self._ids)
        for position in self.of(uid):
            copy._take(replace(position))
        return copy

    def find(self, user: User, market: Market, mode: str, side: str) -> Position | None:
        """Return a position that is not empty."""
        return self._open.get((user.uid, market, mode, side))

    def begin(self, user: User, market: Market, mode: str, side: str, now: int) -> Position:
        """Return a position; an empty one begins now."""
        key = (user.uid, market, mode, side)
        position = self._open.get(key)
        if position is None:
            number = self._numbers.get(key)
            if number is None:
                number = next(self._ids)
            position = Position(number, user, market, mode, side, now, now)
            self._take(position)
        return position

    def _take(self, position: Position) -> None:
        key = (position.user.uid, position.market, position.mode, position.side)
        self._numbers[key] = position.pos_id
        self._open[key] = self._of_user[position.user.uid][position.pos_id] = position
        self._at.setdefault(position.market, {})[position.pos_id] = position

    def end(self, position: Position, *, long: bool, kind: str, trigger: Decimal | None = None) -> None:
        """Let a position that is empty now be history."""
        ended = ClosedPosition(position, long, kind, trigger, position.updated)
        self.ended[position.user.uid].append(ended)
        del self._open[position.user.uid, position.market, position.mode, position.side]
        del self._of_user[position.user.uid][position.pos_id]
        del self._at[position.market][position.pos_id]
        if not self._at[position.market]:
            del self._at[position.market]

    def of(self, uid: str) -> list[Position]:
        """Return a user's positions, oldest first."""
        return list(self._of_user.get(uid, {}).values())

    def at(self, market: Market) -> list[Position]:
        """Return everybody's positions in a market."""
        return list(self._at.get(market, {}).values())

    def markets(self) -> list[Market]:
        """Return where there are positions."""
        return list(self._at)

    def crossed(self, uid: str, ccy: str) -> Iterator[Position]:
        """Yield a user's positions that share one currency's cash."""
        for position in self._of_user.get(uid, {}).values():
            if position.mode == "cross" and position.ccy == ccy and position.market.instrument.kind is not Kind.OPTION:
                yield position
