"""When futures are delivered, and by which alias they go: labels that move with each delivery. (V3 "instruments")"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

__all__ = ["ALIASES", "day_of", "deliveries"]

ALIASES = ("this_week", "next_week", "quarter", "bi_quarter")
"""In V3's words, the nearest first."""

_DAY_MS = 86_400_000
_WEEK_MS = 7 * _DAY_MS
# The first Friday of Unix time, 08:00 UTC.
_FIRST = _DAY_MS + 8 * 3_600_000
_QUARTER_ENDS = (3, 6, 9, 12)


def deliveries(now: int) -> dict[str, int]:
    """Return when the contract of each alias is delivered, as it is at a moment, Unix milliseconds.

    This week's is the next Friday at 08:00 UTC, the quarter's the next last Friday of a quarter that neither week has:
    as soon as a quarter ends next week its contract goes by that name, and the quarter is the one after it.
    """
    this_week = ((now - _FIRST) // _WEEK_MS + 1) * _WEEK_MS + _FIRST
    quarters = _quarters(this_week + 2 * _WEEK_MS)
    return dict(zip(ALIASES, (this_week, this_week + _WEEK_MS, next(quarters), next(quarters)), strict=True))


def day_of(moment: int) -> date:
    """Return the day of a moment, UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).date()


def _quarters(friday: int) -> Iterator[int]:
    """Yield the last Fridays of quarters, from a Friday on."""
    while True:
        day = day_of(friday)
        if day.month in _QUARTER_ENDS and (day + timedelta(weeks=1)).month != day.month:
            yield friday
        friday += _WEEK_MS
