"""Rows of one or many topics, as an async iterator: what `OKX.subscribe` and `OKEx.subscribe` return."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from .checks import check_seconds
from .core.channel import Topic
from .errors import ClientClosed, TimedOut
from .net.observer import Observer
from .net.pool import Pool
from .net.stream import Policy, Stream

if TYPE_CHECKING:
    from .backfill import History, Mender

__all__ = ["Progress", "RowStream"]

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with how many topics are live and how many there are."""


class Host(Protocol):
    """What a stream of rows needs of its client."""

    @property
    def pool(self) -> Pool:
        """The sockets."""
        ...

    @property
    def observer(self) -> Observer:
        """Whom to tell."""
        ...

    async def check_instrument(self, inst_id: str) -> None:
        """Raise when an instrument certainly does not exist."""
        ...

    def why_not(self, topic: str) -> str:
        """Return in one sentence why a topic is not live."""
        ...


class RowStream(Stream[T], Generic[T]):
    """Rows of its topics in the order in which they came, with `StreamEvent` items at their places.

    Args:
        topics: What is subscribed; rows of several topics come mixed, events name theirs.
        host: The client.
        policy: What happens when the consumer is too slow.
        size: How many items may wait.
        backfill: Whether gaps are filled over REST.
        stale_after: How many seconds of silence it bears.
    """

    def __init__(
        self,
        topics: tuple[Topic[Any], ...],
        host: Host,
        policy: Policy,
        size: int,
        backfill: bool,
        stale_after: float | None = None,
    ) -> None:
        self._topics = topics
        self._host = host
        self._stale_after = stale_after
        self._histories = _histories(host, topics) if backfill else {}
        name = topics[0].key if len(topics) == 1 else f"{topics[0].key} and {len(topics) - 1} more"
        super().__init__(
            name,
            size,
            policy,
            attach=self._join,
            prepare=self._check,
            hold=self._pause,
            on_loss=lambda total: host.observer.dropped(name, total),
        )

    async def ready(self, timeout: float = 30.0, *, progress: Progress | None = None) -> None:
        """Wait until every topic is live.

        Args:
            timeout: Seconds. Three connections a second may be opened, and one carries 25 deep books or 250 other
                topics; see `Client.plan`.
            progress: Called at every step.

        Raises:
            TimedOut: Not all were within ``timeout`` seconds; the message says which and why.
            OkxError: What ended the stream: an unknown instrument, a refused login...
        """
        check_seconds("timeout", timeout, zero=True)
        await self._open()
        pool, deadline = self._host.pool, asyncio.get_running_loop().time() + timeout
        waiting, apart = list(self._topics), self.policy == "block"
        while waiting := [topic for topic in waiting if not pool.live(topic, apart)]:
            if self._error is not None:
                await anext(self)  # raises it
            if self._closed:
                raise ClientClosed(f"the stream {self.topic} is closed")
            if progress is not None:
                progress(len(self._topics) - len(waiting), len(self._topics))
            try:
                async with asyncio.timeout_at(deadline):
                    await pool.changed()
            except TimeoutError:
                raise TimedOut(f"not live after {timeout:g} s: {self._host.why_not(waiting[0].key)}") from None
        if progress is not None:
            progress(len(self._topics), len(self._topics))

    async def _check(self) -> None:
        for topic in self._topics:
            await self._host.check_instrument(topic.inst_id)

    def _join(self, _: Stream[T]) -> Callable[[], None]:
        menders: list[Mender] = []
        leaves: list[Callable[[], None]] = []
        for topic in self._topics:
            sink: Any = self
            if topic in self._histories:
                from .backfill import Mender

                sink = Mender(topic, self, self._histories[topic], self._host.observer)
                menders.append(sink)
            leaves.append(self._host.pool.listen(topic, sink, self._stale_after))

        def leave_all() -> None:
            for mender in menders:
                mender.cancel()
            for leave in leaves:
                leave()

        return leave_all

    def _pause(self, on: bool) -> None:
        for topic in self._topics:
            self._host.pool.hold(topic, on)


def _histories(host: Host, topics: tuple[Topic[Any], ...]) -> dict[Topic[Any], History]:
    from .backfill import history_of  # loaded by those who want gaps filled

    return {topic: history_of(host, topic) for topic in topics}
