"""What currencies are worth in US dollars on the simulated exchange."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..derivatives import Derivatives, index_market
from ..market import Market

__all__ = ["Prices"]

_DOLLARS = ("USD", "USDT", "USDC", "OKUSD")


class Prices:
    """Index prices, with everything that is a dollar worth one.

    Args:
        markets: By instrument id; may change at any time.
        figures: What follows from them.

    Attributes:
        fiat: How much of a money a dollar is worth, ``{"JPY": Decimal(150), ...}``; may be changed.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives) -> None:
        self._markets = markets
        self._figures = figures
        self.fiat = figures.fiat

    def usd(self, ccy: str) -> Decimal | None:
        """Return what one coin is worth, ``None`` when no market tells."""
        if ccy in _DOLLARS:
            return Decimal(1)
        market = index_market(self._markets, f"{ccy}-USD")
        return None if market is None else self._figures.mark(market)

    def worth(self, cash: Mapping[str, Decimal]) -> Decimal:
        """Return what amounts of currencies are worth together; what no market tells the price of counts nothing."""
        return sum((amount * (self.usd(ccy) or Decimal(0)) for ccy, amount in cash.items()), Decimal(0))

    def rate(self, base: str, quote: str) -> Decimal | None:
        """Return what one coin is worth in another, ``None`` when no market tells."""
        one, other = self.usd(base), self.usd(quote)
        return None if one is None or not other else one / other

    @property
    def currencies(self) -> list[str]:
        """Everything that is base, quote or settlement of a market and has a price, in alphabetical order."""
        known = {
            ccy
            for market in self._markets.values()
            for ccy in (market.instrument.base, market.instrument.quote, market.instrument.settle)
            if ccy and ccy != "USD"
        }
        return sorted(ccy for ccy in known if self.usd(ccy) is not None)
