"""Orders and their fills: which telling of an order is newer, which is impossible, and what is kept of finished ones.

Pushes repeat themselves, overtake one another and get lost, and REST may answer with what was. What an order can do is
little enough to sort that out without trusting any clock but the exchange's: its filled size only grows, its last state
is its last, and between the two ``u_time`` grows.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from msgspec.structs import replace

from ..v5.models.trade import Order
from .changes import Change, OrderChanged, Source
from .fills import FillKey, OwnFill
from .shelf import Shelf

__all__ = ["FINAL", "NOT_FOUND", "OrderRecord", "Orders", "Telling", "telling"]

FINAL = frozenset(("filled", "canceled", "mmp_canceled", "not_found"))
"""States nothing comes after."""
NOT_FOUND = "not_found"
"""The mirror's own word for an order that was open and that the exchange has no trace of any more: it keeps cancelled
orders without a fill for two hours only."""
ZERO = Decimal(0)
R = TypeVar("R", bound=Order)

#: Orders whose fills or client ids wait for their first push.
EARLY = 1_000


class Telling(Enum):
    """What a row says about an order that is known."""

    NEWER = "newer"
    SAME = "same"
    """Nothing new, however late it was sent."""
    OLDER = "older"
    EQUAL = "equal"
    """Another picture of the very same moment."""
    SHRUNK = "filled_size_grows"
    """Later, but less filled: impossible."""
    ILLEGAL = "state_is_legal"
    """Later, but in a state that cannot follow: impossible."""


def _content(row: Order) -> tuple[object, ...]:
    """Return what trades and amendments change; what is attached may be told more fully by one road than by another."""
    return row.state, row.acc_fill_sz or ZERO, row.px, row.sz, row.px_usd, row.px_vol


def telling(row: Order, known: Order) -> Telling:
    """Tell how a row stands to what is known of the same order."""
    filled, before = row.acc_fill_sz or ZERO, known.acc_fill_sz or ZERO
    later = (row.u_time or 0) - (known.u_time or 0)
    if known.state in FINAL:
        if row.state == known.state and filled == before:
            return Telling.SAME
        return Telling.ILLEGAL if later > 0 and row.state not in FINAL else _ended(row, known, filled > before)
    if filled < before:
        return Telling.SHRUNK if later > 0 else Telling.OLDER
    if filled > before or row.state in FINAL:
        return Telling.NEWER
    if _content(row) == _content(known):
        return Telling.NEWER if later > 0 and row.attach_algo_ords != known.attach_algo_ords else Telling.SAME
    if row.state == "live" and known.state == "partially_filled" and later > 0:
        return Telling.ILLEGAL
    if later == 0:
        return Telling.EQUAL
    return Telling.NEWER if later > 0 else Telling.OLDER


def _ended(row: Order, known: Order, more: bool) -> Telling:
    """Judge two different last states: one that tells of more trades corrects the other, as nothing un-trades."""
    if row.state in FINAL and (more or known.state == NOT_FOUND):
        return Telling.NEWER
    return Telling.OLDER


@dataclass(slots=True, eq=False)
class OrderRecord:
    """One order.

    Attributes:
        row: As it was told last.
        version: The mirror's number of its latest change.
        touched: When it was pushed last, on the mirror's clock.
        fills: Its fills by what tells them apart, in the order they came.
        base: How much of it was filled in trades nobody can tell of any more.
        filled: What its fills add up to.
        checked: Whether `fills_add_up` was told already.
    """

    row: Order
    version: int = 0
    touched: float = 0.0
    fills: dict[FillKey, OwnFill] = field(default_factory=dict[FillKey, OwnFill])
    base: Decimal = ZERO
    filled: Decimal = ZERO
    checked: bool = False

    @property
    def ids(self) -> tuple[str, str]:
        """The exchange's id and the client id."""
        return self.row.ord_id, self.row.cl_ord_id or ""

    @property
    def made(self) -> int:
        """When it was made."""
        return self.row.c_time or 0

    @property
    def final(self) -> bool:
        """Whether nothing comes any more."""
        return self.row.state in FINAL

    def told(self, before: Order | None = None, source: Source = "push") -> Change:
        """Return what has happened to it last as a change."""
        return OrderChanged(self.version, self.row, before, self.final, source)

    @property
    def missing(self) -> Decimal:
        """How much was filled in trades that are not known; below zero when the fills are ahead of the order."""
        return (self.row.acc_fill_sz or ZERO) - self.base - self.filled

    def add(self, fill: OwnFill) -> bool:
        """Take a fill in; False when it is known."""
        known = self.fills.get(fill.key)
        if known is not None:
            self.fills[fill.key] = known.completed(fill)
            return False
        self.fills[fill.key] = fill
        self.filled += fill.fill_sz
        return True


@dataclass(slots=True)
class Early:
    """Fills of an order that nothing else is known of yet, and since when."""

    since: float
    fills: list[OwnFill] = field(default_factory=list[OwnFill])
    checked: bool = False


class Orders(Shelf[OrderRecord]):
    """Open orders, the latest of those that are finished, and the fills of all of them.

    Args:
        keep: How many finished orders are kept.
    """

    def __init__(self, keep: int) -> None:
        super().__init__(keep)
        self.early: OrderedDict[str, Early] = OrderedDict()
        self.unsound: dict[str, OrderRecord] = {}
        """Orders whose fills do not add up."""
        self._promised: OrderedDict[str, str] = OrderedDict()
        """Client ids that replies told of orders that nothing was pushed of yet."""

    def promise(self, cl_ord_id: str, ord_id: str) -> None:
        """Take the news of a reply: pushes of V3 need not say under which client id their order was placed."""
        self._promised[ord_id] = cl_ord_id
        if len(self._promised) > EARLY:
            self._promised.popitem(last=False)

    def called(self, row: R) -> R:
        """Return a row with the client id of its order, whether it says it or not."""
        if row.cl_ord_id:
            return row
        known = self.find(row.ord_id)
        name = known.ids[1] if known is not None else self._promised.get(row.ord_id, "")
        return replace(row, cl_ord_id=name) if name else row

    def put(self, row: Order) -> OrderRecord:
        """Keep a row as the latest word on its order."""
        record = self.find(row.ord_id)
        if record is None:
            record = OrderRecord(row)
            self._promised.pop(row.ord_id, None)
            early = self.early.pop(row.ord_id, None)
            for fill in early.fills if early is not None else ():
                record.add(fill)
        record.row = row
        self.weigh(record)
        self.shelve(record)
        return record

    def dropped(self, ord_id: str) -> None:
        """Let go of what is noted of an order that is not kept any longer."""
        self.unsound.pop(ord_id, None)

    def weigh(self, record: OrderRecord) -> None:
        """Note whether an order's fills add up."""
        if record.missing:
            self.unsound[record.row.ord_id] = record
        else:
            self.unsound.pop(record.row.ord_id, None)
            record.checked = False

    def hold(self, fill: OwnFill, now: float) -> bool:
        """Keep a fill until its order is known; False when it waits already."""
        early = self.early.setdefault(fill.ord_id, Early(now))
        if any(each.key == fill.key for each in early.fills):
            return False
        early.fills.append(fill)
        if len(self.early) > EARLY:
            self.early.popitem(last=False)
        return True
