"""What the mirror tells: typed news, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..v5.models.account import CurrencyBalance, Position
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from ..v5.models.trade import Order
from .fills import OwnFill

__all__ = [
    "AlgoChanged",
    "BalanceChanged",
    "Change",
    "Divergence",
    "FillAdded",
    "Forced",
    "Lost",
    "OrderChanged",
    "PositionChanged",
    "Restored",
    "Source",
    "SpreadChanged",
    "Violation",
]

Source = Literal["push", "rest"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is different now.

    Attributes:
        version: The mirror's number of this change: each is one higher than the one before.
    """

    version: int


@dataclass(frozen=True, slots=True)
class OrderChanged(Change):
    """An order is new, or something about it has changed.

    Attributes:
        row: The order now.
        before: The order as it was, ``None`` when it was not known.
        final: Whether this was its last change.
        source: Whether the exchange pushed it or REST had to be asked.
    """

    row: Order
    before: Order | None
    final: bool
    source: Source


@dataclass(frozen=True, slots=True)
class AlgoChanged(Change):
    """An algo order is new, or something about it has changed: its state, its terms, or what it has sent.

    Attributes:
        row: The algo order now.
        before: As it was, ``None`` when it was not known.
        final: Whether it has ended. What it has sent is an order, and may go on.
        source: Whether the exchange pushed it or REST had to be asked.
    """

    row: AlgoOrder
    before: AlgoOrder | None
    final: bool
    source: Source


@dataclass(frozen=True, slots=True)
class SpreadChanged(Change):
    """A spread order is new, or something about it has changed.

    Attributes:
        row: The spread order now.
        before: As it was, ``None`` when it was not known.
        final: Whether this was its last change.
        source: Whether the exchange pushed it or REST had to be asked.
    """

    row: SpreadOrder
    before: SpreadOrder | None
    final: bool
    source: Source

    @property
    def by_exchange(self) -> bool:
        """Whether the exchange has cancelled it by its own will: neither its owner nor its own terms did."""
        mine = (self.row.cancel_source or "") in ("", "1") or self.row.ord_type in ("market", "ioc")
        return self.final and self.row.state == "canceled" and not mine


@dataclass(frozen=True, slots=True)
class FillAdded(Change):
    """A trade of an own order, told once however often it was pushed."""

    fill: OwnFill
    source: Source


@dataclass(frozen=True, slots=True)
class PositionChanged(Change):
    """A position is new, larger, smaller or closed.

    Attributes:
        row: The position now; its ``pos`` is 0 when it was closed.
        before: The position as it was, ``None`` when there was none.
        source: Whether the exchange pushed it or REST had to be asked.
    """

    row: Position
    before: Position | None
    source: Source


@dataclass(frozen=True, slots=True)
class BalanceChanged(Change):
    """The money in a currency of the trading account has changed; in V3 of one account, see `ProductBalance`.

    Attributes:
        row: The currency now.
        before: As it was, ``None`` when there was none of it.
        source: Whether the exchange pushed it or REST had to be asked.
    """

    row: CurrencyBalance
    before: CurrencyBalance | None
    source: Source


@dataclass(frozen=True, slots=True)
class Forced(Change):
    """The exchange did something to an order that its owner did not ask for.

    Attributes:
        kind: ``liquidation``, ``adl``, ``delivery``, ``auto_conversion``, or ``system_cancel``.
        row: The order.
        reason: The exchange's own number and text, as far as it told them.
    """

    kind: str
    row: Order
    reason: str


@dataclass(frozen=True, slots=True)
class Violation(Change):
    """Something the mirror holds cannot be true, so REST is asked at once.

    Attributes:
        invariant: ``filled_size_grows``, ``state_is_legal``, ``fills_add_up``, ``position_is_its_fills`` or
            ``balances_agree``.
        key: What it is about: an order id, an instrument, a currency.
        detail: What was seen, in one sentence.
    """

    invariant: str
    key: str
    detail: str


@dataclass(frozen=True, slots=True)
class Divergence(Change):
    """The mirror was wrong, and has been repaired from REST. The change itself follows as a change of its own.

    Attributes:
        what: ``order``, ``fill``, ``position``, ``balance``, ``algo`` or ``spread``.
        key: Which one: an id, an instrument, a currency; in V3 the key of a `ProductBalance`.
        found_by: ``audit``, ``gap``, or the invariant that was violated.
        was: What the mirror said.
        now: What REST says.
    """

    what: str
    key: str
    found_by: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Lost(Change):
    """From here on the mirror cannot be vouched for, until it is `Restored`.

    Attributes:
        cause: Why, in one sentence.
    """

    cause: str


@dataclass(frozen=True, slots=True)
class Restored(Change):
    """The mirror is live: every channel stands, and what may have been missed was read over REST.

    Attributes:
        repaired: How many things had to be put right.
    """

    repaired: int
