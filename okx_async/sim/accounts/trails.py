"""Trailing stops: a price that is followed at a distance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..query_v5 import Query
from .forms import decimal_of, refuse

__all__ = ["TRAILING", "Trail", "read_trail"]

TRAILING = ("callbackRatio", "callbackSpread", "activePx")
"""What says how a price is followed."""


@dataclass(slots=True)
class Trail:
    """A price that is followed at a distance.

    Attributes:
        ratio: The distance as a part of the best price, or ``None``.
        spread: The distance as a price, or ``None``.
        active: The price from which on it is followed, ``None`` from the beginning.
        best: The best price so far, ``None`` before it is followed.
    """

    ratio: Decimal | None
    spread: Decimal | None
    active: Decimal | None
    best: Decimal | None = None

    def follow(self, price: Decimal, buy: bool) -> bool:
        """Take a price in and tell whether it has turned back by the whole distance."""
        if self.best is None:
            if self.active is not None and (price > self.active if buy else price < self.active):
                return False
            self.best = price
        self.best = min(self.best, price) if buy else max(self.best, price)
        trigger = self.trigger(buy)
        return trigger is not None and (price >= trigger if buy else price <= trigger)

    def trigger(self, buy: bool) -> Decimal | None:
        """Return at which price it fires now, ``None`` before it is followed."""
        if self.best is None:
            return None
        away = self.best * self.ratio if self.ratio is not None else self.spread or Decimal(0)
        return self.best + away if buy else self.best - away


def read_trail(query: Query) -> Trail:
    """Return how a price is followed; exactly one distance must be given."""
    ratio, spread, active = (query.text(name) for name in TRAILING)
    if bool(ratio) is bool(spread):
        raise refuse("50015" if not ratio else "50024", "Exactly one of callbackRatio and callbackSpread is required")
    if ratio and not Decimal("0.0001") <= decimal_of(ratio, "callbackRatio") <= 1:
        raise refuse("51311", "The callback rate is out of range")
    return Trail(
        Decimal(ratio) if ratio else None,
        decimal_of(spread, "callbackSpread") if spread else None,
        decimal_of(active, "activePx") if active else None,
    )
