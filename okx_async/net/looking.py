"""Where one connection and its topics stand."""

from __future__ import annotations

from typing import Any

from ..core.channel import Topic
from ..core.session import Sub
from .link import Link
from .status import LinkStatus, TopicStatus

__all__ = ["look_at"]


def look_at(link: Link, now: float) -> LinkStatus:
    """Return where a connection stands; ``now`` is on the loop's clock."""
    session, heard = link.session, link.heard
    return LinkStatus(
        link=link.name,
        url=link.url,
        up=link.up,
        leaving=link.leaving,
        conn_id=session.conn_id,
        connections=link.generation,
        age=None if heard is None else now - link.opened_at,
        heard=None if heard is None else now - heard,
        paused=link.paused,
        frames_used=session.budget.used(now),
        frames_allowed=session.budget.count,
        topics=tuple(_look_at_topic(link, topic, state, now) for topic, state in session.topics()),
        strange=link.strange,
        unrouted=link.sorter.unrouted,
        cause="" if link.up else link.cause,
        held=dict(link.held),
        in_flight=len(link.flights),
    )


def _look_at_topic(link: Link, topic: Topic[Any], state: Sub, now: float) -> TopicStatus:
    carried = link.sorter.of(topic)
    hub = carried.hub if carried else None
    why_not = ""
    if state is not Sub.LIVE:
        why_not = f"{topic} is {state.value}" if link.up else f"{topic} waits for {link.name}: {link.cause}"
    elif hub is not None and not hub.whole:
        why_not = f"the first pages of {topic} are not all there"
    return TopicStatus(
        topic=topic.key,
        link=link.name,
        state=state.value,
        age=now - hub.heard if hub and hub.heard else None,
        listeners=hub.listeners if hub else 0,
        why_not=why_not,
    )
