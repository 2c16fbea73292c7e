"""Which channels the mirror listens to, and whether all of them stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from ..core.channel import Topic
from ..errors import OkxError
from ..net.events import Gap, StreamEvent
from ..net.observer import Observer
from ..net.pool import Pool
from ..net.stream import Policy

__all__ = ["Ears", "Streams", "Take"]

Take = Callable[[Any, float], None]
"""Takes a row of a channel and the moment on the mirror's clock."""


class Streams(Protocol):
    """What the mirror itself needs of its client."""

    @property
    def pool(self) -> Pool:
        """The sockets."""
        ...

    @property
    def observer(self) -> Observer:
        """Whom to tell what is lost."""
        ...

    def why_not(self, topic: str) -> str:
        """Return in one sentence why a topic is not live."""
        ...


class Owner(Protocol):
    """Who hears what happens to the channels themselves."""

    def missed(self, cause: str) -> None:
        """Take the news that pushes may have been missed."""
        ...

    def refused(self, topic: Topic[Any], error: OkxError) -> None:
        """Take the news that a channel is refused for good."""
        ...

    def finish(self, error: OkxError | None) -> None:
        """Take the news that nothing comes any more."""
        ...


class _Sink:
    """Takes the rows of one channel as they are read from the socket."""

    policy: Policy = "drop_oldest"

    def __init__(self, take: Take, owner: Owner, topic: Topic[Any]) -> None:
        self._take = take
        self._owner = owner
        self._topic = topic
        self._time = asyncio.get_running_loop().time

    def push(self, item: Any) -> None:
        self._take(item, self._time())

    def gap(self, gap: Gap) -> None:
        self._owner.missed(gap.cause)

    def event(self, event: StreamEvent) -> None:
        self._owner.missed(event.cause)

    def fail(self, error: OkxError) -> None:
        self._owner.refused(self._topic, error)

    def end(self) -> None:
        self._owner.finish(None)


class Ears:
    """The channels of one mirror.

    Args:
        host: The client.
    """

    def __init__(self, host: Streams) -> None:
        self._host = host
        self._leaves: dict[Topic[Any], Callable[[], None]] = {}

    def listen(self, rows: Iterable[tuple[Topic[Any], Take]], owner: Owner) -> None:
        """Subscribe to channels, each with who takes its rows."""
        pool = self._host.pool
        self._leaves = {topic: pool.listen(topic, _Sink(take, owner, topic)) for topic, take in rows}

    def drop(self, topic: Topic[Any]) -> None:
        """Listen to a channel no more; the one who says so may be in the midst of telling why."""
        leave = self._leaves.pop(topic, None)
        if leave is not None:
            asyncio.get_running_loop().call_soon(leave)

    def close(self) -> None:
        """Listen to nothing any more."""
        leaves, self._leaves = self._leaves, {}
        for leave in leaves.values():
            leave()

    @property
    def standing(self) -> bool:
        """Whether every channel is live."""
        pool = self._host.pool
        return bool(self._leaves) and all(pool.live(topic) for topic in self._leaves)

    @property
    def trouble(self) -> str:
        """Why not, ``""`` when all are."""
        pool = self._host.pool
        return next((self._host.why_not(topic.key) for topic in self._leaves if not pool.live(topic)), "")

    async def changed(self) -> None:
        """Wait until some channel of the client begins or ceases to stand."""
        await self._host.pool.changed()
