"""Order books kept LIVE, as an async iterator: what `OKX.books` and `OKEx.books` return."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from .checks import check_seconds
from .core.book import OrderBook
from .core.channel import Topic
from .core.names import did_you_mean
from .errors import BadParameter, ClientClosed, TimedOut, UnknownInstrument
from .net.audit import Audit
from .net.keeper import BookKeeper
from .net.pool import Pool
from .net.stream import Policy, Stream
from .rowstream import Progress

__all__ = ["BookStream"]

_UNOPENED = "the stream is not open yet: use `async with` or begin to iterate"


class Host(Protocol):
    """What a stream of books needs of its client."""

    @property
    def pool(self) -> Pool:
        """The sockets."""
        ...

    async def check_instrument(self, inst_id: str) -> None:
        """Raise when an instrument certainly does not exist."""
        ...

    def audit(self, keeper: BookKeeper, topic: Topic[Any], interval: float) -> Audit:
        """Begin to audit a book."""
        ...

    def why_not(self, topic: str) -> str:
        """Return in one sentence why a topic is not live."""
        ...


class BookStream(Stream[OrderBook]):
    """Order books kept LIVE, as an async iterator.

    Yields a book whenever it changed, and also when it stopped being LIVE: test ``book.live`` before reading, or
    catch `BookNotLive`. With the usual policy ``latest`` changes that come faster than the consumer reads are put
    together; the book itself never misses one.

    Attributes:
        books: The books by the id of their instrument or spread.
    """

    def __init__(self, topics: list[Topic[Any]], host: Host, policy: Policy, size: int, audit: float | None) -> None:
        self.books: dict[str, OrderBook] = {}
        self._topics = topics
        self._host = host
        self._interval = audit
        self._keepers: list[BookKeeper] = []
        self._audits: list[Audit] = []
        self._watch: asyncio.Event | None = None
        name = topics[0].key if len(topics) == 1 else f"{topics[0].key} and {len(topics) - 1} more"
        super().__init__(name, max(size, len(topics)), policy, attach=self._join, prepare=self._check, hold=self._pause)
        if policy == "latest":
            self._size = len(topics)
            self._waiting = set()

    @property
    def book(self) -> OrderBook:
        """The book of a stream that has one."""
        if len(self._topics) != 1:
            raise BadParameter("this stream has several books; use books[inst_id]")
        if not self.books:
            raise ClientClosed(_UNOPENED)
        return next(iter(self.books.values()))

    def __getitem__(self, inst_id: str) -> OrderBook:
        book = self.books.get(inst_id)
        if book is None:
            known = [topic.subject for topic in self._topics]
            if inst_id in known:
                raise ClientClosed(_UNOPENED)
            raise UnknownInstrument(f"this stream has no book of {inst_id!r}{did_you_mean(str(inst_id), known)}")
        return book

    async def ready(self, timeout: float = 30.0, *, progress: Progress | None = None) -> None:
        """Wait until every book is LIVE.

        Args:
            timeout: Seconds; see `Client.plan` for how long many books take.
            progress: Called at every step with how many are LIVE and how many there are.

        Raises:
            TimedOut: Not all were within ``timeout`` seconds; the message says which and why.
            OkxError: What ended the stream: an unknown instrument, a refused login...
        """
        check_seconds("timeout", timeout, zero=True)
        await self._open()
        deadline = asyncio.get_running_loop().time() + timeout
        self._watch = asyncio.Event()
        while waiting := [book for book in self.books.values() if not book.live]:
            if self._error is not None:
                await anext(self)  # raises it
            if self._closed:
                raise ClientClosed(f"the stream {self.topic} is closed")
            if progress is not None:
                progress(len(self.books) - len(waiting), len(self.books))
            self._watch.clear()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._watch.wait()
            except TimeoutError:
                cause = self._host.why_not(waiting[0].topic)
                raise TimedOut(f"not LIVE after {timeout:g} s: {cause}") from None
        if progress is not None:
            progress(len(self.books), len(self.books))

    @property
    def resyncs(self) -> int:
        """Recoveries begun, of all books."""
        return sum(keeper.resyncs for keeper in self._keepers)

    async def _check(self) -> None:
        for topic in self._topics:
            await self._host.check_instrument(topic.inst_id)

    def _join(self, _: Stream[OrderBook]) -> Callable[[], None]:
        leaves: list[Callable[[], None]] = []
        for topic in self._topics:
            keeper, leave = self._host.pool.keep(topic, self)
            self.books[topic.subject] = keeper.book
            self._keepers.append(keeper)
            leaves.append(leave)
            if self._interval is not None:
                self._audits.append(self._host.audit(keeper, topic, self._interval))

        def leave_all() -> None:
            for audit in self._audits:
                audit.cancel()
            for one in leaves:
                one()

        return leave_all

    def _pause(self, on: bool) -> None:
        for topic in self._topics:
            self._host.pool.hold(topic, on)

    def _wake(self) -> None:
        if self._watch is not None:
            self._watch.set()
        super()._wake()

    def push(self, item: OrderBook) -> None:
        """Take a change; with ``latest`` a book that waits already is not queued twice."""
        if self._watch is not None:
            self._watch.set()
        waiting = self._waiting
        if waiting is not None:
            if item in waiting:
                self._received += 1
                self._dropped += 1
                return
            waiting.add(item)
        super().push(item)
