"""Tokens that earn more of themselves at the end of each UTC day, wherever in a funding account they are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..clock import Clock
from ..earn_rates import DAY_MS
from .bank import Bank
from .people import User
from .worth import ZERO, money

__all__ = ["Days", "earnings"]

_YEAR_DAYS = 365


class Days:
    """Days that have ended since somebody looked last.

    Args:
        clock: Market time.
    """

    def __init__(self, clock: Clock) -> None:
        self._day = clock.now() // DAY_MS

    def ended(self, now: int) -> Iterator[int]:
        """Yield the days that begin where others have ended, since 1970, each once."""
        while self._day < now // DAY_MS:
            self._day += 1
            yield self._day


def earnings(bank: Bank, token: str, rate: Decimal) -> Iterator[tuple[User, Decimal, Decimal]]:
    """Yield who earns on one day, on how much, and how much.

    Args:
        bank: Users and money.
        token: What earns.
        rate: The day's rate, by the year.
    """
    for user in bank.people:
        held = bank.funding(user).cash.get(token, ZERO)
        earned = money(held * rate / _YEAR_DAYS)
        if earned:
            yield user, held, earned
