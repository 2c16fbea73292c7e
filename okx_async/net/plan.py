"""What subscribing to many topics takes, before it is begun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from ..core.channel import Topic
from ..core.dialect import Dialect

__all__ = ["Plan", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What subscribing takes when nothing else is subscribed.

    Attributes:
        topics: How many topics.
        links: How many connections carry them.
        frames: How many subscribe frames are sent, all together.
        seconds: Shortest time in which the exchange's limit of connections per second allows them to be opened.
    """

    topics: int
    links: int
    frames: int
    seconds: float


def plan(topics: Sequence[Topic[Any]], dialect: Dialect, deep_books: int, others: int) -> Plan:
    """Count connections and frames: so many deep books or topics of any kind fit on one connection."""
    wanted = set(topics)
    whole: Counter[tuple[str, bool]] = Counter((topic.channel.endpoint, topic.channel.auth) for topic in wanted)
    deep: Counter[tuple[str, bool]] = Counter(
        (topic.channel.endpoint, topic.channel.auth) for topic in wanted if topic.deep
    )
    links = sum(max(ceil(deep[kind] / deep_books), ceil(count / others)) for kind, count in whole.items())
    size = sum(len(dialect.arg_key(topic)) + 48 for topic in wanted)
    frames = max(links, ceil(size / dialect.frame_bytes))
    seconds = max(0, ceil(links / dialect.connects_per_second) - 1)
    return Plan(len(wanted), links, frames, float(seconds))
