"""Async iterators over what the exchange pushes: bounded, with a declared policy, exact counters and in-band gaps."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Literal, Self, TypeVar, cast

from ..errors import BadParameter, ClientClosed, OkxError, SlowConsumer, WrongLoop
from .events import Gap, StreamEvent

__all__ = ["Policy", "Stream", "StreamStats"]

T = TypeVar("T")

Policy = Literal["latest", "drop_oldest", "block", "raise"]
"""What happens when the consumer is slower than the exchange.

``latest`` keeps only the newest item; ``drop_oldest`` keeps the newest ``size``; ``block`` loses nothing and stops
reading from the socket (which holds up every other stream of that connection, and a server drops a reader that
stands still); ``raise`` ends the iteration with `SlowConsumer`.
"""


@dataclass(frozen=True, slots=True)
class StreamStats:
    """Exact counters of one stream: ``received == delivered + dropped + pending``.

    Attributes:
        received: Items that came from the exchange, gaps included.
        delivered: Items handed to the consumer.
        dropped: Items lost by the policy.
        pending: Items waiting.
        gaps: Gaps told.
        paused: How often reading from the socket was paused for this stream.
    """

    received: int
    delivered: int
    dropped: int
    pending: int
    gaps: int
    paused: int


class Stream(Generic[T]):
    """One consumer's view of a subscription.

    Use it as async context manager and async iterator; both together, or the iterator alone::

        async with okx.subscribe(channels.trades("BTC-USDT")) as trades:
            async for trade in trades: ...

    Closing it frees everything; a cancelled ``anext`` loses nothing and may be repeated. One consumer at a time.

    Args:
        topic: How errors call it.
        size: How many items may wait; meaningless for ``latest``.
        policy: What happens when they are more.
        attach: Called on first use, to subscribe; returns what gives the subscription back.
        prepare: Awaited before that, for checks that need the network.
        hold: Called with True to stop reading from the socket and with False to go on (policy ``block``).
        on_loss: Called when the stream begins to lose items, with how many it ever lost.
    """

    def __init__(
        self,
        topic: str,
        size: int,
        policy: Policy,
        *,
        attach: Callable[[Stream[T]], Callable[[], None]],
        prepare: Callable[[], Awaitable[None]] | None = None,
        hold: Callable[[bool], None] = lambda _: None,
        on_loss: Callable[[int], None] = lambda _: None,
    ) -> None:
        if policy not in ("latest", "drop_oldest", "block", "raise"):
            raise BadParameter(f"policy must be 'latest', 'drop_oldest', 'block' or 'raise', not {policy!r}")
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise BadParameter(f"size must be a positive int, got {size!r}")
        self.topic = topic
        self.policy: Policy = policy
        self._size = 1 if policy == "latest" else size
        self._items: deque[T] = deque()
        self._waiting: set[T] | None = None  # the items once more, for streams that queue none of them twice
        self._waiter: asyncio.Future[None] | None = None
        self._attach = attach
        self._prepare = prepare
        self._detach: Callable[[], None] | None = None
        self._hold = hold
        self._on_loss = on_loss
        self._losing = False
        self._held = False
        self._opened = False
        self._closed = False
        self._error: OkxError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._received = self._delivered = self._dropped = self._gaps = self._paused = 0

    # -- the consumer's side

    @property
    def stats(self) -> StreamStats:
        """How much came, was handed on, was dropped and waits."""
        return StreamStats(self._received, self._delivered, self._dropped, len(self._items), self._gaps, self._paused)

    @property
    def closed(self) -> bool:
        """Whether the stream was closed, by whomever."""
        return self._closed

    async def _open(self) -> None:
        if self._closed:
            raise ClientClosed(f"the stream {self.topic} is closed")
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise WrongLoop(f"the stream {self.topic} was opened on another event loop; make a new one here")
        if self._opened:
            return
        if self._prepare is not None:
            await self._prepare()
        if not self._opened and not self._closed:
            self._opened = True
            self._detach = self._attach(self)

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        items = self._items
        if not items or self._closed:
            self._losing = False
            await self._wait()
        self._delivered += 1
        item = items.popleft()
        if self._waiting is not None:
            self._waiting.discard(item)
        if self._held and len(items) * 2 <= self._size:
            self._held = False
            self._hold(False)
        return item

    async def _wait(self) -> None:
        """Sleep until an item is there. Raises what ended the stream, ``StopAsyncIteration`` when it was closed."""
        if self._closed and self._error is None:
            raise StopAsyncIteration
        if not self._closed:
            await self._open()
        while not self._items or self._closed:
            if self._error is not None:
                error, self._error = self._error, None
                await self.aclose()
                raise error
            if self._closed:
                raise StopAsyncIteration
            if self._waiter is not None:
                raise BadParameter(f"the stream {self.topic} has one consumer already; subscribe once more instead")
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    async def aclose(self) -> None:
        """End the stream: an iteration that waits stops, and the subscription is given back. May be called twice."""
        self._finish()

    def _finish(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._held:
            self._held = False
            self._hold(False)
        detach, self._detach = self._detach, None
        if detach is not None:
            detach()
        self._wake()

    # -- the exchange's side: called from the reader, never waits

    def push(self, item: T) -> None:
        """Take one item."""
        items = self._items
        self._received += 1
        if len(items) >= self._size and not self._room():
            return
        items.append(item)
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def extend(self, items: Iterable[T]) -> None:
        """Take several items."""
        for item in items:
            self.push(item)

    def gap(self, gap: Gap) -> None:
        """Take a gap: an item of its own at its place among the others. Gaps in a row become one; none is dropped."""
        self._gaps += 1
        last = self._items[-1] if self._items else None
        if isinstance(last, Gap):
            self._items[-1] = cast("T", _joined(last, gap))
            return
        self.push(cast("T", gap))

    def event(self, event: StreamEvent) -> None:
        """Take any other news about the subscription, at its place among the items."""
        self.push(cast("T", event))

    def fail(self, error: OkxError) -> None:
        """End the stream with an error, behind the items that are waiting."""
        if self._error is None and not self._closed:
            self._error = error
            self._wake()

    def end(self) -> None:
        """End the stream because the client is closing."""
        self._finish()

    def _room(self) -> bool:
        """Make room by the policy; tell whether the item may be appended."""
        if self.policy == "block":
            if not self._held:
                self._held = True
                self._paused += 1
                self._hold(True)
            # What the socket had already delivered when it was paused is kept, not lost.
            return True
        if self.policy == "raise":
            # From here on nothing is taken: an item behind the hole would hide it.
            self._size = 0
            self._drop()
            if self._error is None or isinstance(self._error, SlowConsumer):
                self._error = None
                self.fail(SlowConsumer(self.topic, self._dropped))
            return False
        self._drop_oldest()
        return True

    def _drop_oldest(self) -> None:
        """Drop the oldest item that is not an event: a loss is told even to those who want only the latest."""
        first = self._items.popleft()
        if not isinstance(first, StreamEvent):
            self._drop()
            return
        if self._items:
            second = self._items.popleft()
            self._drop()
            if isinstance(second, StreamEvent):
                first = cast("T", _joined(first, second))
        self._items.appendleft(first)

    def _drop(self) -> None:
        if not self._losing:
            self._losing = True
            self._on_loss(self._dropped + 1)
        self._dropped += 1

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


def _joined(first: StreamEvent, second: StreamEvent) -> Gap:
    """Return one gap that covers two events nobody has read yet."""
    cause = first.cause if isinstance(first, Gap) else second.cause
    return Gap(second.topic, first.since, second.until, cause)
