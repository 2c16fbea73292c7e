"""The mirror itself, without any network: rows of channels and of REST in, changes out.

Pure: time comes in as a number. Every row is put where it belongs by what it says of itself, never by when it came, so
that repeated, late and overtaking rows, and answers of REST that are older than what was pushed, move nothing back.
What cannot be read from the rows (that something is gone; two pictures of one millisecond) REST decides, and only about
what has not been pushed for `Trust.lag` seconds.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import msgspec

from ..v5.models.account import AccountBalance, BalanceAndPosition, CurrencyBalance, Position
from ..v5.models.trade import Fill, FillUpdate, Order, OrderUpdate
from .changes import (
    BalanceChanged,
    Change,
    Divergence,
    FillAdded,
    Forced,
    Lost,
    OrderChanged,
    PositionChanged,
    Restored,
    Source,
    Violation,
)
from .fills import FillKey, OwnFill, from_channel, from_order, from_rest
from .holdings import Balances, Positions, moment_of, place_of, substance
from .orders import FINAL, NOT_FOUND, OrderRecord, Orders, Telling, telling
from .picture import Picture, Trust
from .purses import emptied, purse_of, same_cash

__all__ = ["MirrorState"]

ZERO = Decimal(0)
#: What does not wait in the book is cancelled by its own terms, not by the exchange's will.
_AT_ONCE = frozenset(("market", "ioc", "fok", "optimal_limit_ioc", "op_fok"))
_FORCED = {
    "full_liquidation": "liquidation",
    "partial_liquidation": "liquidation",
    "adl": "adl",
    "delivery": "delivery",
    "auto_conversion": "auto_conversion",
}
_BY_USER = ("", "1")
_BY_TRADES = ("filled", "snapshot", "")


@dataclass(frozen=True, slots=True)
class _Finding:
    """One place where REST knows better."""

    what: str
    key: str
    was: str
    now: str
    repair: Callable[[], object]


class MirrorState:
    """Orders, fills, positions and balances, and what may be said of them.

    Args:
        trust: How much to believe whom.
        keep_orders: How many finished orders are kept, with their fills.
        keep_fills: How many of the latest fills are kept in one row.
        tell: Called with every change.

    Attributes:
        version: The number of the latest change.
        counts: Rows and what they were: ``pushes``, ``repeated``, ``late``, ``doubtful``; and ``violation <invariant>``
            and ``divergence <what>``.
    """

    def __init__(
        self,
        trust: Trust = Trust(),  # noqa: B008 - frozen
        *,
        keep_orders: int = 10_000,
        keep_fills: int = 10_000,
        tell: Callable[[Change], None] = lambda _: None,
    ) -> None:
        self.trust = trust
        self.orders = Orders(keep_orders)
        self.positions = Positions()
        self.balances = Balances()
        self.fills: OrderedDict[tuple[str, FillKey], OwnFill] = OrderedDict()
        self._keep_fills = keep_fills
        self.version = 0
        self.counts: Counter[str] = Counter()
        self._tell = tell
        self._suspected: dict[str, str] = {}

    def _next(self) -> int:
        self.version += 1
        return self.version

    # -- for sorts of orders that are kept elsewhere

    def number(self) -> int:
        """Return the number of the next change."""
        return self._next()

    def tell(self, change: Change) -> None:
        """Tell a change."""
        self._tell(change)

    def suspect(self, invariant: str, key: str, detail: str) -> None:
        """Tell that something cannot be true, so that REST is asked soon."""
        self._violated(invariant, key, detail)

    def found_by(self, key: str, cause: str) -> str:
        """Return what has found a divergence: the invariant that was violated, or the cause of the comparison."""
        return self._suspected.get(key, cause)

    # -- pushes

    def order(self, row: OrderUpdate, now: float) -> None:
        """Take a push of the channel `orders`."""
        self.counts["pushes"] += 1
        if self.orders.forgotten(row.ord_id):
            self.counts["repeated"] += 1
            return
        row = self.orders.called(row)
        told = self._order(row, now)
        record = self.orders.find(row.ord_id)
        if record is None:
            return
        if told is not Telling.SAME:
            record.touched = now
        fill = from_order(row)
        if fill is not None and self._add(record, fill, "push", now):
            record.touched = now
        elif told is Telling.SAME:
            self.counts["repeated"] += 1

    def placed(self, cl_ord_id: str, ord_id: str) -> None:
        """Take the news of a reply: which order was placed under a client id, should its pushes not say so."""
        record = self.orders.find(ord_id)
        if record is None:
            self.orders.announce(cl_ord_id, ord_id)
            self.orders.promise(cl_ord_id, ord_id)
        elif not record.ids[1]:
            before, record.row = record.row, msgspec.structs.replace(record.row, cl_ord_id=cl_ord_id)
            self.orders.name(record)
            record.version = self._next()
            self._tell(OrderChanged(record.version, record.row, before, record.final, "rest"))

    def fill(self, row: FillUpdate, now: float) -> None:
        """Take a push of the channel `fills`; it may come before the order's own."""
        self.counts["pushes"] += 1
        fill = from_channel(row)
        if fill is None or self.orders.forgotten(fill.ord_id):
            return
        record = self.orders.find(fill.ord_id)
        if record is None:
            if self.orders.hold(fill, now):
                self._keep(fill)
                self._tell(FillAdded(self._next(), fill, "push"))
        elif not self._add(record, fill, "push", now):
            self.counts["repeated"] += 1

    def position(self, row: Position, now: float) -> None:
        """Take a push of the channel `positions`."""
        self.counts["pushes"] += 1
        known = self.positions.moment(row.pos_id)
        if moment_of(row) < known or (moment_of(row) == known and row.pos_id not in self.positions.open):
            self.counts["late" if moment_of(row) < known else "repeated"] += 1
            return
        self._position(row, "push", now)

    def account(self, row: AccountBalance, now: float) -> None:
        """Take a push of the channel `account`."""
        self.counts["pushes"] += 1
        for detail in row.details or ():
            self.balances.say("account", detail.ccy, detail.u_time, detail.cash_bal)
            self._pushed_balance(detail, now)

    def balance(self, row: CurrencyBalance, now: float) -> None:
        """Take a push about one currency."""
        self.counts["pushes"] += 1
        self._pushed_balance(row, now)

    def _pushed_balance(self, row: CurrencyBalance, now: float) -> None:
        known = self.balances.open.get(purse_of(row))
        if known is not None and (row.u_time or 0) < (known.row.u_time or 0):
            self.counts["late"] += 1
        else:
            self._balance(row, "push", now)

    def change(self, row: BalanceAndPosition, now: float) -> None:
        """Take a push of the channel `balance_and_position`."""
        self.counts["pushes"] += 1
        for change in row.bal_data or ():
            self.balances.say("balance_and_position", change.ccy or "", change.u_time, change.cash_bal)
            purse = self.balances.open.get(change.ccy or "")
            joined = self.balances.joined(change)
            if joined is not None and (purse is None or (joined.u_time or 0) > (purse.row.u_time or 0)):
                self._balance(joined, "push", now)
        for moved in row.pos_data or ():
            if row.event_type not in _BY_TRADES:
                self.positions.unknowable((moved.inst_id or "", moved.mgn_mode or "", moved.pos_side or ""), now)
            position = self.positions.joined(moved)
            if position is not None and moment_of(position) > self.positions.moment(position.pos_id):
                self._position(position, "push", now)

    # -- invariants

    def check(self, now: float) -> bool:
        """Look at what must be true when all is quiet; tell each violation once, and whether there was any."""
        before, version = now - self.trust.settle, self.version
        for record in list(self.orders.unsound.values()):
            if not record.checked and record.touched <= before:
                record.checked = True
                self._violated("fills_add_up", record.row.ord_id, f"{record.missing} more is filled than its fills say")
        for ord_id, early in self.orders.early.items():
            if not early.checked and early.since <= before:
                early.checked = True
                self._violated("fills_add_up", ord_id, f"{len(early.fills)} fills of an order nothing is known of")
        for place, expected, size in self.positions.wrong(before):
            self._violated("position_is_its_fills", place[0], f"fills make {expected}, the position is {size}")
        for ccy, cash, other in self.balances.wrong(before):
            self._violated("balances_agree", ccy, f"account says {cash}, balance_and_position {other}")
        return self.version != version

    @property
    def suspects(self) -> bool:
        """Whether an invariant was violated and REST was not read since."""
        return bool(self._suspected)

    def _violated(self, invariant: str, key: str, detail: str) -> None:
        self.counts[f"violation {invariant}"] += 1
        self._suspected.setdefault(key, invariant)
        self._tell(Violation(self._next(), invariant, key, detail))

    # -- REST

    def lost(self, cause: str) -> None:
        """Pushes may have been missed from here on."""
        self.positions.unsure()
        self._tell(Lost(self._next(), cause))

    def restored(self, repaired: int) -> None:
        """What may have been missed has been read."""
        self._tell(Restored(self._next(), repaired))

    def differs(self, picture: Picture, now: float) -> bool:
        """Tell whether REST knows better about anything, or pushes are still under way."""
        return any(True for _ in self._findings(picture, now))

    def reconcile(self, picture: Picture, cause: str, now: float) -> int:
        """Put right what REST knows better; return how much that was.

        Args:
            picture: What REST says.
            cause: ``audit`` or ``gap`` to tell what was put right as divergences, ``""`` for the first time.
            now: The mirror's clock.
        """
        repaired = 0
        for finding in self._findings(picture, now):
            repaired += 1
            if cause:
                self._diverged(finding, cause)
            finding.repair()
        self._give_up(picture)
        self._refresh(picture)
        return repaired

    def compared(self, began: float) -> None:
        """REST was read whole, so late that it must have shown what was missed: what was suspected is repaired.

        Args:
            began: When reading began, on the mirror's clock.
        """
        self._suspected.clear()
        self.positions.agreed(began - self.trust.lag)

    def doubts(self, picture: Picture) -> bool:
        """Tell whether something could not be judged because it was pushed too shortly before REST was asked."""
        asked = (self.orders.open.get(ord_id) for ord_id in picture.absent)
        if any(record is not None and not self._quiet(record.touched, picture) for record in asked):
            return True
        return any(True for _ in self._missing(picture, trusted=False))

    def _diverged(self, finding: _Finding, cause: str) -> None:
        found_by = self.found_by(finding.key, cause)
        self.counts[f"divergence {finding.what}"] += 1
        told = Divergence(self._next(), finding.what, finding.key, found_by, finding.was, finding.now)
        self._tell(told)

    def _findings(self, picture: Picture, now: float) -> Iterator[_Finding]:
        for row in (*picture.open_orders, *picture.orders):
            yield from self._order_finding(row, picture, now)
        for ord_id in picture.absent:
            yield from self._absent_finding(ord_id, picture, now)
        for fill in picture.fills:
            yield from self._fill_finding(fill, now)
        for position in picture.positions or ():
            yield from self._position_finding(position, picture, now)
        for balance in picture.balances or ():
            yield from self._balance_finding(balance, picture, now)
        yield from self._missing(picture, trusted=True)

    def _order_finding(self, row: Order, picture: Picture, now: float) -> Iterator[_Finding]:
        if self.orders.forgotten(row.ord_id):
            return
        row = self.orders.called(row)
        record = self.orders.find(row.ord_id)
        said = Telling.NEWER if record is None else telling(row, record.row)
        if said is Telling.EQUAL and record is not None and self._quiet(record.touched, picture):
            said = Telling.NEWER
        if said is Telling.NEWER:
            was = _order_text(record.row) if record is not None else "unknown"
            yield _Finding("order", row.ord_id, was, _order_text(row), partial(self._put_order, row, "rest", now))

    def _absent_finding(self, ord_id: str, picture: Picture, now: float) -> Iterator[_Finding]:
        record = self.orders.open.get(ord_id)
        if record is not None and self._quiet(record.touched, picture):
            gone = msgspec.structs.replace(record.row, state=NOT_FOUND)
            repair = partial(self._put_order, gone, "rest", now)
            yield _Finding("order", ord_id, _order_text(record.row), NOT_FOUND, repair)

    def _fill_finding(self, row: Fill, now: float) -> Iterator[_Finding]:
        fill = from_rest(row)
        record = self.orders.find(row.ord_id or "")
        if fill is None or record is None:
            return  # of an order from before our time
        if fill.key in record.fills:
            self._add(record, fill, "rest", now)  # for its fee, if that was not known
        else:
            text = f"{fill.fill_sz} at {fill.fill_px}"
            repair = partial(self._add, record, fill, "rest", now)
            yield _Finding("fill", fill.ord_id, "unknown", text, repair)

    def _position_finding(self, row: Position, picture: Picture, now: float) -> Iterator[_Finding]:
        moment, known = moment_of(row), self.positions.moment(row.pos_id)
        held = self.positions.open.get(row.pos_id)
        better = moment > known
        if moment == known and held is not None and self._quiet(held.touched, picture):
            better = substance(row) != substance(held.row)
        if better:
            was = f"{held.row.pos}" if held is not None else "none"
            yield _Finding("position", row.inst_id, was, f"{row.pos}", partial(self._position, row, "rest", now))

    def _balance_finding(self, row: CurrencyBalance, picture: Picture, now: float) -> Iterator[_Finding]:
        purse = self.balances.open.get(purse_of(row))
        moment, known = row.u_time or 0, (purse.row.u_time or 0) if purse is not None else 0
        if purse is None:
            better = True
        elif moment == known:
            better = not same_cash(row, purse.row) and self._quiet(purse.touched, picture)
        else:
            better = moment > known and not same_cash(row, purse.row)
        if better:
            was = f"{purse.row.cash_bal}" if purse is not None else "none"
            yield _Finding("balance", purse_of(row), was, f"{row.cash_bal}", partial(self._balance, row, "rest", now))

    def _missing(self, picture: Picture, *, trusted: bool) -> Iterator[_Finding]:
        """Yield what REST does not show any more: where it may be believed, or where it may not yet."""
        if picture.positions is not None:
            yield from self._missing_positions(picture, {row.pos_id for row in picture.positions}, trusted)
        if picture.balances is not None:
            yield from self._missing_balances(picture, {purse_of(row) for row in picture.balances}, trusted)

    def _missing_positions(self, picture: Picture, shown: set[str], trusted: bool) -> Iterator[_Finding]:
        for pos_id, held in list(self.positions.open.items()):
            if pos_id not in shown and self._quiet(held.touched, picture) is trusted:
                # One millisecond back: should it be there after all, the next row of it opens it again.
                closed = msgspec.structs.replace(held.row, pos=ZERO, u_time=(held.row.u_time or 1) - 1)
                repair = partial(self._position, closed, "rest", held.touched)
                yield _Finding("position", held.row.inst_id, f"{held.row.pos}", "none", repair)

    def _missing_balances(self, picture: Picture, shown: set[str], trusted: bool) -> Iterator[_Finding]:
        for name, purse in list(self.balances.open.items()):
            gone = name not in shown and bool(purse.row.cash_bal)
            if gone and self._quiet(purse.touched, picture) is trusted:
                repair = partial(self._balance, emptied(purse.row), "rest", purse.touched)
                yield _Finding("balance", name, f"{purse.row.cash_bal}", "0", repair)

    def _quiet(self, touched: float, picture: Picture) -> bool:
        """Tell whether REST must have known of the latest push when it was asked."""
        return touched <= picture.began - self.trust.lag

    def _give_up(self, picture: Picture) -> None:
        """Let go of fills that even REST does not tell of any more: it keeps them for three days."""
        for ord_id in picture.whole:
            record = self.orders.unsound.get(ord_id)
            if record is not None and record.missing > 0 and self._quiet(record.touched, picture):
                record.base += record.missing
                self.orders.weigh(record)

    def _refresh(self, picture: Picture) -> None:
        """Take prices and margins along where nothing else has changed."""
        for position in picture.positions or ():
            held = self.positions.open.get(position.pos_id)
            if held is not None and moment_of(position) == moment_of(held.row) and self._quiet(held.touched, picture):
                held.row = position
        for balance in picture.balances or ():
            purse = self.balances.open.get(purse_of(balance))
            if purse is None or not self._quiet(purse.touched, picture):
                continue
            if (balance.u_time or 0) >= (purse.row.u_time or 0):
                purse.row = balance

    # -- putting

    def _order(self, row: OrderUpdate, now: float) -> Telling:
        record = self.orders.find(row.ord_id)
        said = Telling.NEWER if record is None else telling(row, record.row)
        if said in (Telling.NEWER, Telling.EQUAL):
            self._put_order(row, "push", now)  # of one millisecond the later push counts
        elif said in (Telling.SHRUNK, Telling.ILLEGAL):
            assert record is not None  # noqa: S101 - it was compared
            detail = f"after {_order_text(record.row)} came {_order_text(row)}"
            self._violated(said.value, row.ord_id, detail)
        elif said is Telling.OLDER:
            self.counts["late"] += 1
        elif record is not None and not record.final and (row.u_time or 0) > (record.row.u_time or 0):
            record.row = row
        return said

    def _put_order(self, row: Order, source: Source, now: float) -> None:
        known = self.orders.find(row.ord_id)
        before = known.row if known is not None else None
        record = self.orders.put(row)
        if known is None:
            for fill in record.fills.values():  # that came before their order
                self.positions.traded(fill, row, now)
        record.version = self._next()
        self._tell(OrderChanged(record.version, row, before, record.final, source))
        kind = _forced(row, before)
        if kind:
            reason = f"{row.cancel_source or ''} {row.cancel_source_reason or ''}".strip()
            self._tell(Forced(self._next(), kind, row, reason))

    def _add(self, record: OrderRecord, fill: OwnFill, source: Source, now: float) -> bool:
        new = record.add(fill)
        if new or (fill.ord_id, fill.key) in self.fills:
            self._keep(record.fills[fill.key])
        if not new:
            return False
        self.orders.weigh(record)
        record.version = self._next()
        if source == "push":
            self.positions.traded(fill, record.row, now)
        else:
            self.positions.unknowable((fill.inst_id, record.row.td_mode or "", record.row.pos_side or ""), now)
        self._tell(FillAdded(record.version, fill, source))
        return True

    def _keep(self, fill: OwnFill) -> None:
        """Keep a fill among the latest, or replace it by one that tells more."""
        self.fills[fill.ord_id, fill.key] = fill
        if len(self.fills) > self._keep_fills:
            self.fills.popitem(last=False)

    def _position(self, row: Position, source: Source, now: float) -> None:
        held = self.positions.open.get(row.pos_id)
        before = held.row if held is not None else None
        if before is None and not row.pos:
            self.positions.put(row)
            return
        kept = self.positions.put(row)
        if before is not None and substance(before) == substance(row):
            self.counts["repeated"] += source == "push"
            return
        kept.version = self._next()
        if source == "push":
            kept.touched = now
        else:
            self.positions.unknowable(place_of(row), now)  # its fills may be counted already, or be on their way
        self._tell(PositionChanged(kept.version, row, before, source))

    def _balance(self, row: CurrencyBalance, source: Source, now: float) -> None:
        purse = self.balances.open.get(purse_of(row))
        before = purse.row if purse is not None else None
        kept = self.balances.put(row)
        if before is not None and same_cash(before, row) and _bound(before) == _bound(row):
            self.counts["repeated"] += source == "push"
            return
        kept.version = self._next()
        if source == "push":
            kept.touched = now
        self._tell(BalanceChanged(kept.version, row, before, source))


def _order_text(row: Order) -> str:
    return f"{row.state}, {row.acc_fill_sz or 0} of {row.sz} filled"


def _bound(row: CurrencyBalance) -> tuple[Decimal, Decimal]:
    """Return how much of a currency is held and owed."""
    return row.frozen_bal or ZERO, row.liab or ZERO


def _forced(row: Order, before: Order | None) -> str:
    """Return what the exchange did to an order by its own will, ``""`` for nothing, and for what was told before."""
    kind = _FORCED.get(row.category or "", "")
    if kind:
        return kind if before is None else ""
    ended = row.state in FINAL and row.state != "filled" and (before is None or before.state not in FINAL)
    by_exchange = ended and (row.cancel_source or "") not in _BY_USER and row.ord_type not in _AT_ONCE
    return "system_cancel" if by_exchange else ""
