"""What makers set for themselves: which products they quote how far from the mark, and when they are protected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import Derivatives
from ..market import Market
from .forms import refuse
from .people import User
from .rfqs import Quote
from .worth import terms_of

__all__ = ["Makers", "Protection"]

Json = dict[str, Any]


@dataclass(slots=True)
class Protection:
    """Market maker protection: after so many trades within a while all quotes are cancelled and no new ones taken.

    Attributes:
        window: The while, milliseconds; 0 switches it off.
        freeze: How long no quotes are taken then, milliseconds; 0 until it is reset.
        limit: How many trades.
        trades: When there were trades, Unix milliseconds.
        frozen: Whether it holds.
        until: Until when, Unix milliseconds, 0 until it is reset.
    """

    window: int = 0
    freeze: int = 0
    limit: int = 0
    trades: list[int] = field(default_factory=list[int])
    frozen: bool = False
    until: int = 0

    def holds(self, now: int) -> bool:
        """Tell whether no quotes are taken; what has ended is forgotten."""
        if self.frozen and self.until and now >= self.until:
            self.thaw()
        return self.frozen

    def thaw(self) -> None:
        """Take quotes again."""
        self.frozen, self.until = False, 0
        self.trades.clear()

    def count(self, now: int) -> bool:
        """Count one trade; tell whether it was one too many."""
        if not self.window:
            return False
        self.trades = [*(at for at in self.trades if at > now - self.window), now]
        if len(self.trades) < self.limit:
            return False
        self.frozen, self.until = True, now + self.freeze if self.freeze else 0
        return True


class Makers:
    """The settings of all makers.

    Products decide nothing but the band: who has set none may quote everything, and RFQs come to everybody who is
    asked. What else the exchange makes of them is not documented.

    Args:
        clock: Market time.
        figures: Where mark prices are.
    """

    def __init__(self, clock: Clock, figures: Derivatives) -> None:
        self._clock = clock
        self._figures = figures
        self._products: dict[str, list[Json]] = {}
        self._protections: dict[str, Protection] = {}

    def products(self, user: User) -> list[Json]:
        """Return what a maker has set, one row for each instrument type."""
        return self._products.get(user.uid, [])

    def choose(self, user: User, rows: list[Json]) -> None:
        """Replace what a maker has set, for the types that are named."""
        named = {row["instType"] for row in rows}
        self._products[user.uid] = [row for row in self.products(user) if row["instType"] not in named] + rows

    def protection(self, user: User) -> Protection:
        """Return a maker's protection."""
        return self._protections.setdefault(user.uid, Protection())

    def check(self, quote: Quote) -> None:
        """Check a quote against what its maker has set.

        Raises:
            Refusal: 70008 or 70310.
        """
        if self.protection(quote.maker).holds(self._clock.now()):
            raise refuse("70008", "Market maker protection is active")
        for leg in quote.legs:
            market = leg.leg.market
            band = self._band(quote.maker, market)
            away = abs(terms_of(market.instrument).price(leg.price) - self._figures.mark(market))
            if band is not None and away > band * terms_of(market.instrument).tick:
                raise refuse("70310", "The price is beyond the limit that you have set")

    def count(self, user: User) -> bool:
        """Count one trade of a maker; tell whether the quotes of the maker have to go."""
        return self.protection(user).count(self._clock.now())

    def _band(self, user: User, market: Market) -> Decimal | None:
        """Return how many ticks a price may be away from the mark, ``None`` for any number."""
        text = market.instrument
        rows = (row for row in self.products(user) if row["instType"] == text.kind.value)
        found = (each for row in rows for each in row["data"] if _is_of(each, text.inst_id, text.family))
        return next((Decimal(each["makerPxBand"]) for each in found if each["makerPxBand"]), None)


def _is_of(product: Mapping[str, str], inst_id: str, family: str) -> bool:
    return product["instId"] == inst_id if product["instId"] else product["instFamily"] == family
