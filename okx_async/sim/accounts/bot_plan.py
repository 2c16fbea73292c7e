"""What every bot is asked to do: something, somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..market import Market
from .worth import Terms, terms_of

__all__ = ["Errand"]


@dataclass(frozen=True, slots=True)
class Errand:
    """What a bot is asked to do, as far as all bots share it.

    Attributes:
        market: Where.
        fields: As they were sent, by wire name.
    """

    market: Market
    fields: Mapping[str, Any]

    @property
    def terms(self) -> Terms:
        """The numbers of its instrument."""
        return terms_of(self.market.instrument)

    @property
    def price(self) -> Decimal:
        """The last price of its market."""
        return self.terms.price(self.market.tape.last.price)

    def text(self, name: str) -> str:
        """Return a parameter as it was sent, ``""`` for none."""
        return str(self.fields.get(name) or "")
