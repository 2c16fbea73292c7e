"""V5 REST of the rates of savings and staking that anybody may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .clock import Clock
from .derivatives import plain
from .earn_rates import DAY_MS, HOUR_MS, YEAR_HOURS, borrow_rate, lending_rate, staking_rate
from .market import Market
from .query_v5 import Query
from .text import exact_text

__all__ = ["EarnRatesV5"]

_Answer = list[Any]
_KNOWN_HOURS = 30 * 24
"""How far back the rates of hours are told."""
_MOST_DAYS = 365
_DAY_HOURS = 24


class EarnRatesV5:
    """Past and present rates, the newest first.

    Args:
        markets: By instrument id; what they trade can be lent.
        clock: Market time.
    """

    def __init__(self, markets: Mapping[str, Market], clock: Clock) -> None:
        self._markets = markets
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers, by path."""
        return {
            "finance/savings/lending-rate-summary": self._summary,
            "finance/savings/lending-rate-history": self._history,
            "finance/staking-defi/eth/apy-history": lambda query: self._staking(query, "ETH"),
            "finance/staking-defi/sol/apy-history": lambda query: self._staking(query, "SOL"),
        }

    def _currencies(self, query: Query) -> list[str]:
        markets = (market.instrument for market in self._markets.values())
        known = sorted({ccy for each in markets for ccy in (each.base, each.quote) if ccy and ccy != "USD"})
        return [ccy for ccy in known if query.text("ccy") in ("", ccy)]

    def _summary(self, query: Query) -> _Answer:
        hour = self._clock.now() // HOUR_MS
        return [
            {
                "ccy": ccy,
                "avgAmt": "",
                "avgAmtUsd": "",
                "avgRate": plain(_mean(ccy, hour) / YEAR_HOURS, 8),
                "preRate": exact_text(borrow_rate(ccy, hour - 1)),
                "estRate": exact_text(borrow_rate(ccy, hour)),
            }
            for ccy in self._currencies(query)
        ]

    def _history(self, query: Query) -> _Answer:
        hour, coins = self._clock.now() // HOUR_MS, self._currencies(query)
        past = ((one, ccy) for one in range(hour, hour - _KNOWN_HOURS, -1) for ccy in coins)
        return [
            {
                "ccy": ccy,
                "amt": "",
                "rate": exact_text(borrow_rate(ccy, one)),
                "lendingRate": exact_text(lending_rate(ccy, one)),
                "ts": str(one * HOUR_MS),
            }
            for one, ccy in query.page(past, lambda row: row[0] * HOUR_MS)
        ]

    def _staking(self, query: Query, ccy: str) -> _Answer:
        query.needed("days")
        today, days = self._clock.now() // DAY_MS, query.limit("days", 1, _MOST_DAYS)
        past = range(today, today - days, -1)
        return [{"rate": exact_text(staking_rate(ccy, day)), "ts": str(day * DAY_MS)} for day in past]


def _mean(ccy: str, hour: int) -> Decimal:
    """Return the mean yearly rate of a day that ends with an hour."""
    return sum((borrow_rate(ccy, hour - ago) for ago in range(_DAY_HOURS)), Decimal(0)) / _DAY_HOURS
