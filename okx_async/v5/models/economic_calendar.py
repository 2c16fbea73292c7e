"""Rows of the economic calendar, over REST and the socket."""

from __future__ import annotations

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "EconomicEvent",
]


class EconomicEvent(V5Row, frozen=True, gc=False, kw_only=True):
    """One event of the economic calendar."""

    event: str | None = None
    region: str | None = None
    category: str | None = None
    actual: str | None = None
    previous: str | None = None
    forecast: str | None = None
    prev_initial: str | None = None
    date: Ms | None = None
    ref_date: Ms | None = None
    calendar_id: str | None = None
    unit: str | None = None
    ccy: str | None = None
    importance: str | None = None
    """``1``, ``2``, ``3``."""
    date_span: str | None = None
    """``0``: the time of day is known; ``1``: only the day is. REST only."""
    u_time: Ms | None = None
    """REST only."""
    ts: Ms | None = None
    """Socket only."""
