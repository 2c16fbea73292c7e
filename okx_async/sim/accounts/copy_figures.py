"""What everybody may know of how a lead trader has done: by day, by week, and in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..query_v5 import Query
from ..text import exact_text
from .copy_people import CCY, Leader
from .copying import Copying
from .lead_positions import LeadPosition
from .profit_shares import DAY_MS
from .worth import ZERO, money_text

__all__ = ["CopyFigures"]

Json = dict[str, Any]
_Answer = list[Any]

_RATIO = 8
_DAYS = {"1": 7, "2": 30, "3": 90, "4": 365}
_WEEK_MS = 7 * DAY_MS
_MONDAY = 4 * DAY_MS
"""The first Monday there was, 5 January 1970."""
_MOST_WEEKS = 12


class CopyFigures:
    """The figures of lead traders.

    What no document tells is taken so: days and weeks are those of UTC, the newest first, from the one in which the
    trader began to lead; a profit belongs to the moment in which its lead position was last closed, and is told for
    each of them alone; a ratio is profit to the margin of what was closed; the invested amount is the margin of what
    is open; a currency's part is that of its contracts' value among all that was opened.

    Args:
        copying: Who leads.
        clock: Market time.
    """

    def __init__(self, copying: Copying, clock: Clock) -> None:
        self._copying = copying
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers, by path."""
        return {
            "copytrading/public-weekly-pnl": self._weekly,
            "copytrading/public-pnl": self._daily,
            "copytrading/public-stats": self._stats,
            "copytrading/public-preference-currency": self._currencies,
        }

    def _leader(self, query: Query) -> Leader:
        query.choice("instType", ("SWAP",), "SWAP")
        return self._copying.led_by(query.needed("uniqueCode"))

    def _led(self, leader: Leader) -> list[LeadPosition]:
        return [part for part in self._copying.parts.of(leader.user) if part.source is None]

    def _closed(self, leader: Leader, since: int) -> list[LeadPosition]:
        return [part for part in self._led(leader) if part.held.closed and part.held.updated >= since]

    def _weekly(self, query: Query) -> _Answer:
        return self._spans(self._leader(query), _WEEK_MS, _MONDAY, _MOST_WEEKS)

    def _daily(self, query: Query) -> _Answer:
        leader = self._leader(query)
        return self._spans(leader, DAY_MS, 0, _DAYS[query.choice("lastDays", _DAYS)])

    def _spans(self, leader: Leader, size: int, anchor: int, most: int) -> _Answer:
        """Return the profit of the last spans of time."""

        def begin(ts: int) -> int:
            return (ts - anchor) // size * size + anchor

        now = begin(self._clock.now())
        first = max(begin(leader.since), now - (most - 1) * size)
        found: dict[int, list[LeadPosition]] = defaultdict(list)
        for part in self._closed(leader, first):
            found[begin(part.held.updated)].append(part)
        return [{"beginTs": str(ts), **_pnl(found[ts])} for ts in range(now, first - 1, -size)]

    def _stats(self, query: Query) -> _Answer:
        leader = self._leader(query)
        since = self._clock.now() - _DAYS[query.choice("lastDays", _DAYS)] * DAY_MS
        closed = self._closed(leader, since)
        ended, days = [part for part in closed if not part.lots], defaultdict[int, Decimal](Decimal)
        for part in closed:
            days[part.held.updated // DAY_MS] += part.held.pnl
        opened = [part for part in self._led(leader) if part.held.created >= since]
        value = sum((_value(part) for part in opened), ZERO)
        copiers = [copier for copier in self._copying.copiers(leader) if copier.active]
        wins = sum(part.held.pnl > 0 for part in ended)
        return [
            {
                "avgSubPosNotional": money_text(value / len(opened)) if opened else "0",
                "ccy": CCY,
                "curCopyTraderPnl": exact_text(sum((copier.total for copier in copiers), ZERO)),
                "investAmt": money_text(sum((part.margin for part in self._led(leader) if part.lots), ZERO)),
                "lossDays": str(sum(amount < 0 for amount in days.values())),
                "profitDays": str(sum(amount > 0 for amount in days.values())),
                "winRatio": plain(Decimal(wins) / len(ended), _RATIO) if ended else "0",
            }
        ]

    def _currencies(self, query: Query) -> _Answer:
        values: dict[str, Decimal] = defaultdict(Decimal)
        for part in self._led(self._leader(query)):
            values[part.market.instrument.base] += _value(part)
        total = sum(values.values(), ZERO)
        ranked = sorted(values.items(), key=lambda item: -item[1])
        return [{"ccy": ccy, "ratio": plain(value / total, _RATIO)} for ccy, value in ranked]


def _value(part: LeadPosition) -> Decimal:
    """Return what was opened, at its opening price."""
    average = part.held.opened_average
    return part.held.terms.value(average, part.held.opened) if average is not None else ZERO


def _pnl(parts: Iterable[LeadPosition]) -> Json:
    closed = list(parts)
    pnl, margin = sum((each.held.pnl for each in closed), ZERO), sum((each.opened_margin for each in closed), ZERO)
    return {"pnl": money_text(pnl), "pnlRatio": plain(pnl / margin, _RATIO) if margin else "0"}
