"""What brokers add to their users' fees, and from which day. (Set sub-account fee mark-up)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ..accounts.fees import rate_of
from ..accounts.people import User
from ..instruments import Instrument, Kind

__all__ = ["Markup", "Markups"]

_BP = Decimal("0.0001")
_QUOTE_CLASS = {"USDC": "3"}
_MARGIN_CLASS = {"USDT": "1", "USDC": "3"}


@dataclass(frozen=True, slots=True)
class Markup:
    """One setting.

    Attributes:
        master: The broker's uid.
        sub: The uid of the sub-account it is for, ``""`` for all of them.
        kind: For which instrument type, ``""`` for all.
        quote_class: For spot: ``2`` USDT and others, ``3`` USDC, ``""`` for both.
        margin_class: For contracts: ``1`` USDT, ``2`` coin, ``3`` USDC, ``""`` for all.
        percent: Whether it counts in percent of the fee rather than in bp of the value.
        taker: For takers, ``None`` to leave it as it is.
        maker: For makers.
        since: From when, Unix milliseconds.
    """

    master: str
    sub: str
    kind: str
    quote_class: str
    margin_class: str
    percent: bool
    taker: Decimal | None
    maker: Decimal | None
    since: int

    def covers(self, user: User, instrument: Instrument) -> bool:
        """Tell whether it is for a user's trades in an instrument."""
        if user.master != self.master or self.sub not in ("", user.uid):
            return False
        if self.kind not in ("", instrument.kind.value):
            return False
        spot = instrument.kind is Kind.SPOT
        quote, margin = _QUOTE_CLASS.get(instrument.quote, "2"), _MARGIN_CLASS.get(instrument.settle, "2")
        return self.quote_class in ("", quote if spot else "") and self.margin_class in ("", "" if spot else margin)


class Markups:
    """All settings; of several for the same trade the one that was made last counts.

    Args:
        now: Returns market time.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._made: list[Markup] = []

    def add(self, markup: Markup) -> None:
        """Take a setting in."""
        self._made.append(markup)

    def rate(self, instrument: Instrument, user: User, maker: bool) -> Decimal:
        """Return the part of a trade's value that a user pays, the broker's part included."""
        own = rate_of(instrument.kind, user.vip, maker)
        now = self._now()
        for markup in reversed(self._made):
            extra = markup.maker if maker else markup.taker
            if extra is not None and markup.since <= now and markup.covers(user, instrument):
                return own + (abs(own) * extra / 100 if markup.percent else extra * _BP)
        return own
