"""Chapter Event Contracts."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.pager import by_time
from ...core.throttle import Limit
from ...core.words import Count, InstId, MsArg
from ..models.event_contracts import Event, EventMarket, EventSeries

__all__ = ["EventContracts"]


class EventContracts(Section, dialect="v5", chapter="event_contracts"):
    """Prediction markets: no key is needed."""

    @get("/api/v5/public/event-contract/series", limit=Limit(10, 2, "ip"))
    async def series(self, series_id: str | None = None) -> list[EventSeries]:
        """Series of events, or one of them. (Get series)"""
        ...

    @get("/api/v5/public/event-contract/events", limit=Limit(10, 2, "ip"), pages=by_time("exp_time"))
    async def events(
        self,
        series_id: str,
        event_id: str | None = None,
        state: Literal["preopen", "live", "settling", "expired"] | None = None,
        limit: Count | None = None,
        before: MsArg | None = None,
        after: MsArg | None = None,
    ) -> list[Event]:
        """Events of one series by expiry, newest first; ``limit`` is at most 100. (Get events)"""
        ...

    @get("/api/v5/public/event-contract/markets", limit=Limit(10, 2, "ip"), pages=by_time("exp_time"))
    async def markets(
        self,
        series_id: str,
        event_id: str | None = None,
        inst_id: InstId | None = None,
        state: Literal["preopen", "live", "settling", "expired"] | None = None,
        limit: Count | None = None,
        before: MsArg | None = None,
        after: MsArg | None = None,
    ) -> list[EventMarket]:
        """Markets of one series by expiry, newest first; ``limit`` is at most 100. (Get markets)"""
        ...
