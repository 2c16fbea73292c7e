"""Where everything stands: what `Client.status` returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["LimitStatus", "LinkStatus", "SlowedLimit", "Status", "TopicStatus"]


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """One subscription.

    Attributes:
        topic: Its name, e.g. ``books:BTC-USDT``.
        link: The connection that carries it, ``""`` when none does.
        state: ``wanted``, ``asked``, ``live``, ``leaving`` or ``refused``.
        age: Seconds since its last push, ``None`` before the first.
        listeners: How many streams listen to it.
        why_not: Why it is not live, ``""`` when it is.
    """

    topic: str
    link: str
    state: str
    age: float | None
    listeners: int
    why_not: str

    @property
    def live(self) -> bool:
        """Whether the exchange has granted it and the line stands."""
        return self.state == "live"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """One connection.

    Attributes:
        link: How logs call it.
        url: Where to.
        up: Whether it is open, and logged in when it has to be.
        leaving: Whether its topics are being handed over to another one.
        conn_id: The exchange's name for it.
        connections: How often it was opened.
        age: Seconds since it was opened, ``None`` while it is down.
        heard: Seconds since anything came over it, ``None`` while it is down.
        paused: Whether reading stands still for a slow consumer.
        frames_used: Control frames (login, subscribe, unsubscribe) sent in the last hour on this connection.
        frames_allowed: How many the exchange allows.
        topics: What it carries.
        strange: Frames that were not understood.
        unrouted: Pushes of topics nobody asked for.
        cause: Why it is not up, ``""`` when it is.
        held: How many connections of the account hold a private channel, by channel, as the exchange said last; more
            than 30 are refused.
        in_flight: Orders and the like that were sent over it and are not answered yet.
    """

    link: str
    url: str
    up: bool
    leaving: bool
    conn_id: str
    connections: int
    age: float | None
    heard: float | None
    paused: bool
    frames_used: int
    frames_allowed: int
    topics: tuple[TopicStatus, ...]
    strange: int
    unrouted: int
    cause: str
    held: Mapping[str, int] = field(default_factory=dict)
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class SlowedLimit:
    """A rate limit that the exchange has said was exceeded.

    Attributes:
        what: Which, e.g. ``POST /api/v5/trade/order``; ``orders`` is the sub-account's.
        closed: Seconds until it opens again, 0 when it is open.
        factor: Which part of its count is used until it has grown back.
    """

    what: str
    closed: float
    factor: float


@dataclass(frozen=True, slots=True)
class LimitStatus:
    """The rate limits of a client.

    Attributes:
        shared: Whether they are shared through Redis.
        share: Which part of each limit this process may use just now: less than 1 without Redis.
        why_alone: Why it uses only its share, ``""`` when it does not.
        waiting: How many requests wait.
        waited: Seconds that requests have waited, in all.
        slowed: Limits that are narrower since the exchange refused.
    """

    shared: bool = False
    share: float = 1.0
    why_alone: str = ""
    waiting: int = 0
    waited: float = 0.0
    slowed: tuple[SlowedLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """All connections and subscriptions of a client at one moment.

    Attributes:
        links: The connections.
        refused: Topics the exchange refused, with its reason; forgotten when they are asked for anew.
        limits: Where the rate limits stand.
    """

    links: tuple[LinkStatus, ...] = ()
    refused: tuple[TopicStatus, ...] = ()
    limits: LimitStatus = LimitStatus()

    @property
    def topics(self) -> Iterator[TopicStatus]:
        """Every subscription, the refused ones last."""
        for link in self.links:
            yield from link.topics
        yield from self.refused

    @property
    def not_live(self) -> list[TopicStatus]:
        """Every subscription that is not live, with the reason."""
        return [topic for topic in self.topics if not topic.live]

    @property
    def live(self) -> int:
        """How many subscriptions are live."""
        return sum(topic.live for link in self.links for topic in link.topics)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)
