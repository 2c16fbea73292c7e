"""Spot grids: coins that are bought low and sold high."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ..instruments import Kind
from .fees import rate_of
from .grid_bots import SPOT, Grid, Plan
from .orders import Order
from .worth import ZERO, money, terms_of

__all__ = ["SpotGrid", "SpotPlan"]

_SLIPPAGE = Decimal("1.005")


@dataclass(frozen=True, slots=True)
class SpotPlan(Plan):
    """A plan with coins.

    Attributes:
        quote: How much of the quote currency is invested.
        base: How much of the base currency.
    """

    quote: Decimal
    base: Decimal

    kind: ClassVar[str] = SPOT

    @property
    def stake(self) -> Decimal:
        """In the quote currency."""
        return self.quote + self.base * self.price

    @property
    def taken(self) -> dict[str, Decimal]:
        """See `Plan`."""
        instrument = self.market.instrument
        return {instrument.quote: self.quote, instrument.base: self.base}

    def per_lot(self, vip: int) -> Decimal:
        """See `Plan`."""
        terms, own, asks = self.terms, self.own, self.market.book.asks.best
        dear = max(self.price, terms.price(asks) if asks is not None else self.price) * _SLIPPAGE
        buys = sum((terms.value(terms.price(each), 1) for each in self.prices[:own]), ZERO)
        return buys + terms.value(dear, 1) * (len(self.prices) - own - 1) / (1 - _rate(vip))

    def least(self) -> int:
        """One more than the least: the fee comes off what is bought, and what is left is sold."""
        return self.market.instrument.min_lots + 1


class SpotGrid(Grid[SpotPlan]):
    """A bot that trades coins; everything is counted in the quote currency."""

    __slots__ = ()

    @property
    def ccys(self) -> tuple[str, ...]:
        """See `Grid`."""
        instrument = self.plan.market.instrument
        return (instrument.quote, instrument.base)

    @property
    def invested(self) -> Decimal:
        """See `Grid`."""
        return money(self.plan.quote + self.plan.base * self.run_price)

    @property
    def present(self) -> Decimal:
        """See `Grid`."""
        quote, base = (self.purse.cash.get(ccy, ZERO) for ccy in self.ccys)
        return money(quote + base * self.plan.price)

    def first_trade(self) -> tuple[bool, int] | None:
        """Return what is missing of, or too much for, what the orders above the price sell."""
        wanted = (len(self.plan.prices) - self.plan.own - 1) * self.lots
        missing = -int(-wanted // (1 - _rate(self.owner.vip))) - self._has
        return (missing > 0, abs(missing)) if missing else None

    def waits(self, at: int) -> bool | None:
        """See `Grid`."""
        own = self.plan.own
        return None if at == own else at < own

    def size(self, buy: bool, after: Order | None, begins: bool) -> int:
        """See `Grid`; a sale is cut to what is there, as fees are taken from what was bought."""
        return self.lots if buy else min(self.lots, self._has)

    def earned(self, first: Order, second: Order) -> Decimal:
        """See `Grid`."""
        bought, sold = (first, second) if first.ticket.buy else (second, first)
        terms = terms_of(bought.market.instrument)
        cost = sum((terms.value(terms.price(fill.price), fill.lots) for fill in bought.fills), ZERO)
        got = sum((terms.value(terms.price(fill.price), fill.lots) for fill in sold.fills), ZERO)
        had = bought.filled + bought.fee / terms.lot  # what the fee, which is taken in coins, left of the purchase
        return money(got + sold.fee - cost * sold.filled / had)

    def rest(self) -> tuple[bool, int] | None:
        """See `Grid`; less than the least size cannot be sold."""
        return (False, self._has) if self._has >= self.plan.market.instrument.min_lots else None

    @property
    def _has(self) -> int:
        """How many lots could be sold."""
        return int(self.purse.available(self.plan.market.instrument.base) / self.plan.terms.lot)


def _rate(vip: int) -> Decimal:
    return max(ZERO, rate_of(Kind.SPOT, vip, False))
