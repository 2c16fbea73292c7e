"""Positions and balances: the latest word on each, and what fills say a position must be."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from ..v5.models.account import BalanceChange, CurrencyBalance, Position, PositionChange
from ..v5.models.trade import Order
from .fills import OwnFill
from .purses import purse_of

__all__ = ["Balances", "Held", "Place", "Positions", "place_of"]

T = TypeVar("T")
Place = tuple[str, str, str]
"""Where a position is: instrument, ``mgn_mode`` and ``pos_side``."""

ZERO = Decimal(0)
#: Positions that were closed and are remembered, so that a late row does not open them again.
CLOSED = 1_000
_DERIVABLE = frozenset(("SWAP", "FUTURES", "OPTION"))


@dataclass(slots=True, eq=False)
class Held(Generic[T]):
    """One position, or one currency.

    Attributes:
        row: As it was told last.
        version: The mirror's number of its latest change.
        touched: When it was pushed last, on the mirror's clock.
    """

    row: T
    version: int = 0
    touched: float = 0.0


def place_of(row: Position) -> Place:
    """Return where a position is."""
    return row.inst_id, row.mgn_mode or "", row.pos_side or ""


Moment = tuple[int, int, bool]
"""How late a row is: its time, of one millisecond its latest trade, and of one trade whether something is held behind
it, because a trade that turns a position closes the old one before it opens the new."""


def moment_of(row: Position) -> Moment:
    """Return how late a row is."""
    trade = row.trade_id or ""
    return row.u_time or 0, int(trade) if trade.isdecimal() else 0, bool(row.pos)


def substance(row: Position) -> tuple[object, ...]:
    """Return what trades and transfers change, not prices."""
    return row.pos or ZERO, row.avg_px, row.lever, row.liab


class Positions:
    """Open positions by ``pos_id``; closed ones are remembered by their last moment alone.

    A position of a contract is the sum of its fills, so what fills say is added up beside what the exchange says. Where
    they cannot say it (margin, a liquidation, a delivery), nothing is expected until REST was read again.
    """

    def __init__(self) -> None:
        self.open: dict[str, Held[Position]] = {}
        self._closed: OrderedDict[str, Moment] = OrderedDict()
        self._expected: dict[Place, Decimal] = {}
        self._moved: dict[Place, float] = {}
        self._sure = False

    def moment(self, pos_id: str) -> Moment:
        """Return how late the latest word on a position is, before all time when there is none."""
        held = self.open.get(pos_id)
        return moment_of(held.row) if held is not None else self._closed.get(pos_id, (-1, 0, False))

    def size(self, place: Place) -> Decimal:
        """Return the size of what is held at a place."""
        return sum((held.row.pos or ZERO for held in self.open.values() if place_of(held.row) == place), ZERO)

    def put(self, row: Position) -> Held[Position]:
        """Keep a row as the latest word on its position."""
        held = self.open.get(row.pos_id)
        if held is None:
            held = Held(row)
        held.row = row
        if row.pos:
            self.open[row.pos_id] = held
            self._closed.pop(row.pos_id, None)
        else:
            self.open.pop(row.pos_id, None)
            self._closed[row.pos_id] = moment_of(row)
            if len(self._closed) > CLOSED:
                self._closed.popitem(last=False)
        return held

    def joined(self, change: PositionChange) -> Position | None:
        """Return a position as a push that tells of a part of it leaves it; ``None`` where that is not enough."""
        held = self.open.get(change.pos_id or "")
        if held is None or change.pos is None:
            return None
        told = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}
        return msgspec.structs.replace(held.row, **told)

    # -- the sum of fills

    def traded(self, fill: OwnFill, order: Order, now: float) -> None:
        """Take a fill into account."""
        if order.inst_type not in _DERIVABLE:
            return
        place = (fill.inst_id, order.td_mode or "", order.pos_side or "")
        if place not in self._expected:
            if not self._sure or place in self._moved:
                self._moved[place] = now
                return
            self._expected[place] = self.size(place)
        bought = fill.side == "buy"
        plus = bought is not (order.pos_side == "short")
        self._expected[place] += fill.fill_sz if plus else -fill.fill_sz
        self._moved[place] = now

    def unknowable(self, place: Place, now: float) -> None:
        """Expect nothing of a place until REST was read again."""
        self._expected.pop(place, None)
        self._moved[place] = now

    def wrong(self, before: float) -> Iterator[tuple[Place, Decimal, Decimal]]:
        """Yield where fills and position differ, with what each says; only what has been quiet since ``before``."""
        for place, moved in list(self._moved.items()):
            expected = self._expected.get(place)
            if expected is None or moved > before:
                continue
            touched = [held.touched for held in self.open.values() if place_of(held.row) == place]
            if any(moment > before for moment in touched):
                continue
            size = self.size(place)
            if size != expected:
                self.unknowable(place, moved)
                yield place, expected, size

    def agreed(self, before: float) -> None:
        """REST was read: begin to count again where nothing has moved since ``before``."""
        self._sure = True
        for place, moved in list(self._moved.items()):
            if moved <= before:
                del self._moved[place]
                self._expected.pop(place, None)

    def unsure(self) -> None:
        """Pushes may have been missed: expect nothing."""
        self._sure = False
        self._expected.clear()


class Balances:
    """Currencies of the trading account, or of V3's accounts, each by what `purse_of` calls it."""

    def __init__(self) -> None:
        self.open: dict[str, Held[CurrencyBalance]] = {}
        self._said: dict[str, dict[str, tuple[int, Decimal]]] = {"account": {}, "balance_and_position": {}}

    def put(self, row: CurrencyBalance) -> Held[CurrencyBalance]:
        """Keep a row as the latest word on its currency."""
        purse = self.open.get(purse_of(row))
        if purse is None:
            purse = self.open[purse_of(row)] = Held(row)
        purse.row = row
        return purse

    def forget(self, meant: Callable[[CurrencyBalance], bool]) -> None:
        """Keep some currencies no longer; nothing is said of them any more."""
        self.open = {name: purse for name, purse in self.open.items() if not meant(purse.row)}

    def joined(self, change: BalanceChange) -> CurrencyBalance | None:
        """Return a currency as a push that tells its cash alone leaves it."""
        if not change.ccy or change.cash_bal is None:
            return None
        purse = self.open.get(change.ccy)
        row = purse.row if purse is not None else CurrencyBalance(ccy=change.ccy)
        return msgspec.structs.replace(row, cash_bal=change.cash_bal, u_time=change.u_time)

    def say(self, channel: str, ccy: str, moment: int | None, cash: Decimal | None) -> None:
        """Note what a channel said about a currency."""
        if moment is not None and cash is not None:
            self._said[channel][ccy] = (moment, cash)

    def wrong(self, before: float) -> Iterator[tuple[str, Decimal, Decimal]]:
        """Yield currencies of which the two channels say different things about one moment."""
        account, changes = self._said["account"], self._said["balance_and_position"]
        for ccy in account.keys() & changes.keys():
            purse = self.open.get(ccy)
            (when, cash), (other_when, other) = account[ccy], changes[ccy]
            if when == other_when and cash != other and (purse is None or purse.touched <= before):
                del changes[ccy]
                yield ccy, cash, other
