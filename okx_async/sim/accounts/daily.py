"""Tokens that earn more of themselves at the end of each UTC day, wherever in a funding account they are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from decimal import Decimal

from ..clock import Clock
from ..earn_rates import DAY_MS
from ..market import Market
from .bank import Bank
from .earning import EarningRoom
from .people import User
from .worth import ZERO, money

__all__ = ["DailyRoom", "earnings"]

_YEAR_DAYS = 365


class DailyRoom(EarningRoom):
    """A chapter of such a token; redemptions become due in between.

    Args:
        bank: Users and money.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bank: Bank, markets: dict[str, Market], clock: Clock) -> None:
        super().__init__(bank, markets, clock)
        self._day = clock.now() // DAY_MS

    def pass_by(self, now: int) -> None:
        """Do what has become due in the order it did: redemptions, and the earnings of each day that has ended."""
        while self._day < now // DAY_MS:
            self._day += 1
            self._settle(self._day * DAY_MS)
            self._earn(self._day)
        self._settle(now)

    @abstractmethod
    def _settle(self, moment: int) -> None:
        """Pay out the redemptions that are due by a moment."""

    @abstractmethod
    def _earn(self, day: int) -> None:
        """Pay what was earned until a day began, counted since 1970."""


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
