"""What REST says, read once, and how much of it may be believed."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..v5.models.account import CurrencyBalance, Position
from ..v5.models.trade import Fill, Order

__all__ = ["Picture", "Trust"]


@dataclass(frozen=True, slots=True)
class Trust:
    """How much to believe whom.

    Attributes:
        lag: Seconds REST may take to show what was pushed. What is missing from its answer is gone only if nothing
            was pushed about it for so long.
        settle: Seconds pushes may take to bring what REST shows already; invariants are looked at when it was quiet
            for so long.
    """

    lag: float = 3.0
    settle: float = 1.0


@dataclass(slots=True)
class Picture:
    """What REST says, read once.

    Attributes:
        began: When reading began, on the mirror's clock.
        open_orders: All open orders.
        orders: Orders that were finished lately, and those that were asked for by id.
        absent: Ids of orders that were asked for and that the exchange does not know.
        fills: Fills.
        whole: Ids of orders of which these are all the fills there are.
        positions: All positions, ``None`` when they were not asked for.
        balances: All currencies that are not zero, ``None`` when they were not asked for.
    """

    began: float
    open_orders: list[Order] = field(default_factory=list[Order])
    orders: list[Order] = field(default_factory=list[Order])
    absent: set[str] = field(default_factory=set[str])
    fills: list[Fill] = field(default_factory=list[Fill])
    whole: set[str] = field(default_factory=set[str])
    positions: list[Position] | None = None
    balances: list[CurrencyBalance] | None = None
