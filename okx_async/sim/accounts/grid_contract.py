"""Contract grids: positions on margin that grow and shrink along the prices of a grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from .bot_margin import Standing
from .fees import rate_of
from .grid_bots import CONTRACT, RISK, STOP_LOSS, TAKE_PROFIT, Grid, Plan
from .orders import Order
from .worth import ZERO, money

__all__ = ["LONG", "NEUTRAL", "SHORT", "ContractGrid", "ContractPlan"]

LONG, SHORT, NEUTRAL = "long", "short", "neutral"
_REACH = Decimal("1.03")
"""How far from the last price the first trade may be reckoned with: as far as orders may lie from the mark price."""
_SLIPPAGE = Decimal("0.005")
"""What the first trade may lose at once, as a part of its value."""


@dataclass(frozen=True, slots=True)
class ContractPlan(Plan):
    """A plan with contracts.

    Attributes:
        margin: How much of the settlement currency is invested.
        direction: ``long``, ``short`` or ``neutral``.
        lever: The leverage.
        based: Whether a position is opened at the start, which the orders on its far side close.
    """

    margin: Decimal
    direction: str
    lever: Decimal
    based: bool

    kind: ClassVar[str] = CONTRACT

    @property
    def stake(self) -> Decimal:
        """In the settlement currency."""
        return self.margin

    @property
    def taken(self) -> dict[str, Decimal]:
        """See `Plan`."""
        return {self.terms.settle: self.margin}

    def waits(self, at: int) -> bool | None:
        """Return the side of the order that waits at a price at first, ``None`` for none.

        Without a position to begin with, a long bot has nothing to sell yet, and a short one nothing to buy back.
        """
        buy = at < self.own
        if at == self.own:
            return None
        return buy if self.opens(buy, begins=True) or self.based else None

    def opens(self, buy: bool, begins: bool) -> bool:
        """Tell whether an order makes the position larger.

        Args:
            buy: Its side.
            begins: Whether it begins a pair.
        """
        return begins if self.direction == NEUTRAL else buy is (self.direction == LONG)

    @property
    def first(self) -> int:
        """How many orders close what is opened at the start."""
        sides = [self.waits(at) for at in range(len(self.prices))]
        return sum(side is not None and not self.opens(side, begins=True) for side in sides)

    def per_lot(self, vip: int) -> Decimal:
        """Margin and fees of all orders that open something, and of what is opened at the start."""
        terms = self.terms
        part = 1 / self.lever + max(ZERO, rate_of(self.market.instrument.kind, vip, False))
        opening = (each for at, each in enumerate(self.prices) if self._opens_at(at))
        value = sum((terms.value(terms.price(each), 1) for each in opening), ZERO)
        dear = max(terms.value(self.price * _REACH, 1), terms.value(self.price / _REACH, 1))
        return value * part + dear * self.first * (part + _SLIPPAGE)

    def least(self) -> int:
        """See `Plan`."""
        return self.market.instrument.min_lots

    def most(self, lots: int) -> int:
        """Return how large the position can become with so many lots in each order."""
        sides = [self.waits(at) for at in range(len(self.prices)) if self._opens_at(at)]
        if self.direction == NEUTRAL:
            return lots * max(sides.count(True), sides.count(False))
        return lots * (len(sides) + self.first)

    def _opens_at(self, at: int) -> bool:
        side = self.waits(at)
        return side is not None and self.opens(side, begins=True)


@dataclass(slots=True, eq=False)
class ContractGrid(Grid[ContractPlan]):
    """A bot that trades contracts; everything is counted in the settlement currency.

    Attributes:
        standing: How it stands.
        liquidated: Whether the exchange has taken its position, or a part of it.
    """

    standing: Standing = field(kw_only=True)
    liquidated: bool = False

    @property
    def ccys(self) -> tuple[str, ...]:
        """See `Grid`."""
        return (self.standing.ccy,)

    @property
    def invested(self) -> Decimal:
        """See `Grid`."""
        return self.plan.margin + self.added

    @property
    def present(self) -> Decimal:
        """Its equity at the mark price."""
        return self.standing.equity

    @property
    def keeps(self) -> bool:
        """See `Grid`."""
        return self.standing.position is not None

    def first_trade(self) -> tuple[bool, int] | None:
        """See `Grid`."""
        count = self.plan.first
        return (self.plan.direction == LONG, count * self.lots) if count else None

    def waits(self, at: int) -> bool | None:
        """See `Grid`."""
        return self.plan.waits(at)

    def size(self, buy: bool, after: Order | None, begins: bool) -> int:
        """See `Grid`; what closes is as large as what it closes, and never more than there is."""
        if self.plan.opens(buy, begins):
            return self.lots
        wanted = after.filled if after is not None else self.lots
        if self.plan.direction == NEUTRAL:
            return wanted
        held, sign = self.standing.position, -1 if buy else 1
        taken = sum(rung.order.left for rung in self.open if rung.order.ticket.buy is buy)
        return max(0, min(wanted, (sign * held.lots if held is not None else 0) - taken))

    def earned(self, first: Order, second: Order) -> Decimal:
        """See `Grid`; where the investment has grown in between, the larger order counts as far as the other goes."""
        bought, sold = (first, second) if first.ticket.buy else (second, first)
        lots = min(bought.filled, sold.filled)
        fees = sum((each.fee * lots / each.filled for each in (bought, sold)), ZERO)
        assert bought.average is not None and sold.average is not None  # noqa: S101, PT018 - both have traded
        return money(self.plan.terms.gain(bought.average, sold.average, lots) + fees)

    def rest(self) -> tuple[bool, int] | None:
        """See `Grid`."""
        return self.standing.rest()

    def ends_at(self) -> str | None:
        """See `Grid`."""
        if self.liquidated:
            return RISK
        ratio = self.total / self.invested if self.invested > 0 else ZERO
        if self.stops.profit_ratio is not None and ratio >= self.stops.profit_ratio:
            return TAKE_PROFIT
        if self.stops.loss_ratio is not None and ratio <= -self.stops.loss_ratio:
            return STOP_LOSS
        if self.plan.direction != SHORT:
            return Grid.ends_at(self)
        price = self.plan.price
        if self.stops.take_profit is not None and price <= self.stops.take_profit:
            return TAKE_PROFIT
        return STOP_LOSS if self.stops.stop_loss is not None and price >= self.stops.stop_loss else None
