"""The economic calendar; it needs a login although its data is the same for everybody."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.economic_calendar import EconomicEvent

__all__ = ["economic_calendar"]


@channel("economic-calendar", endpoint="business", auth=True)
def economic_calendar() -> Topic[EconomicEvent]:
    """Events of the economic calendar when they change; fee tier VIP1, live only. (Economic calendar channel)"""
    ...
