"""The manager: which link carries which topic. One wire subscription per topic, however many listen."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from ..core.book import OrderBook
from ..core.channel import Topic
from ..core.drift import Drift
from ..core.retry import Backoff
from ..core.session import Timers
from ..core.throttle import Window
from ..errors import CredentialsNeeded
from ..settings import Credentials, Site, Timeouts
from .caller import Caller
from .hub import Hub
from .keeper import BookKeeper
from .link import Link, LinkSetup
from .port import Deliver, Opener, Pipe
from .stream import Stream

__all__ = ["Pool"]

#: Deep books per connection; the exchange advises fewer than 30.
DEEP_BOOKS = 25
#: Other topics per connection: no number is published, this one keeps frames and losses small.
TOPICS = 250


class Pool:
    """All connections of one client.

    Args:
        caller: For the clock.
        site: Where to.
        credentials: As whom; ``None`` for public channels only.
        timeouts: How long to wait.
        timers: Deadlines of a connection.
        backoff: Delays between connections.
        proxy: URL of an HTTP or SOCKS proxy.
        ssl_context: Instead of the system's verified default.
        opener: Opens a connection; replaceable for tests and other socket libraries.
        whole_rows: Whether books keep every column.
    """

    def __init__(
        self,
        caller: Caller,
        site: Site,
        credentials: Credentials | None,
        *,
        timeouts: Timeouts,
        timers: Timers,
        backoff: Backoff,
        proxy: str | None,
        ssl_context: ssl.SSLContext | None,
        opener: Opener | None,
        whole_rows: bool,
    ) -> None:
        self.links: list[Link] = []
        self.drift = Drift()
        self._site = site
        self._credentials = credentials
        self._whole_rows = whole_rows
        self._hubs: dict[Topic[Any], Hub] = {}
        self._carriers: dict[Topic[Any], Link] = {}
        self._names = 0
        dialect = caller.dialect
        self._gate_window = Window(dialect.connects_per_second, 1.05)
        self._gate_lock = asyncio.Lock()

        if opener is None:
            # Imported when a socket is wanted: the library behind it takes longer to load than all of this package.
            from .pipe import open_pipe

            opener = open_pipe
        chosen = opener

        async def open_line(url: str, deliver: Deliver) -> Pipe:
            return await chosen(url, deliver, timeout=timeouts.connect, proxy=proxy, ssl_context=ssl_context)

        self._setup = LinkSetup(
            dialect=dialect,
            open=open_line,
            gate=self._gate,
            clock=caller.clock,
            sync_clock=caller.sync_clock,
            timers=timers,
            backoff=backoff,
            close_timeout=timeouts.close,
            drift=self.drift,
        )

    async def _gate(self) -> None:
        """Wait for a place among the connections per second."""
        loop = asyncio.get_running_loop()
        async with self._gate_lock:
            await asyncio.sleep(self._gate_window.delay(loop.time()))
            self._gate_window.spend(loop.time())

    # -- listening

    def listen(self, topic: Topic[Any], stream: Stream[Any]) -> Callable[[], None]:
        """Hand a topic's rows to a stream; returns what undoes it."""
        hub = self._hub(topic)
        hub.streams.append(stream)

        def leave() -> None:
            hub.streams.remove(stream)
            self._release(hub)

        return leave

    def keep(self, topic: Topic[Any], stream: Stream[OrderBook]) -> tuple[BookKeeper, Callable[[], None]]:
        """Keep a book and hand it to a stream at every change; returns its keeper and what undoes it."""
        hub = self._hub(topic)
        keeper = hub.keeper
        if not isinstance(keeper, BookKeeper):
            keeper = hub.keeper = BookKeeper(hub, whole_rows=self._whole_rows)
            if hub.live_since:
                # The topic is live for its rows already; only a new subscription brings the snapshot a book needs.
                hub.link.resync(topic, 0.0)
        keeper.streams.append(stream)
        if keeper.book.live:
            stream.push(keeper.book)

        def leave() -> None:
            keeper.streams.remove(stream)
            if not keeper.streams:
                hub.keeper = None
                keeper.end()
            self._release(hub)

        return keeper, leave

    def hold(self, topic: Topic[Any], on: bool) -> None:
        """Stop reading from the connection of a topic, or go on."""
        hub = self._hubs.get(topic)
        if hub is not None:
            hub.link.hold(on)

    def _hub(self, topic: Topic[Any]) -> Hub:
        hub = self._hubs.get(topic)
        if hub is None:
            link = self._link_for(topic)
            hub = self._hubs[topic] = link.add(topic)
            self._carriers[topic] = link
            link.start()
        return hub

    def _release(self, hub: Hub) -> None:
        if not hub.idle or self._hubs.get(hub.topic) is not hub:
            return
        del self._hubs[hub.topic]
        self._carriers.pop(hub.topic).drop(hub)

    # -- links

    def _link_for(self, topic: Topic[Any]) -> Link:
        channel = topic.channel
        if channel.auth and self._credentials is None:
            raise CredentialsNeeded(f"{topic} needs a login; give the client credentials")
        for link in self.links:
            if self._fits(link, topic):
                return link
        self._names += 1
        link = Link(
            f"{channel.endpoint}-{self._names}",
            self._site.socket(channel.endpoint),
            self._setup,
            self._credentials if channel.auth else None,
        )
        self.links.append(link)
        return link

    def _fits(self, link: Link, topic: Topic[Any]) -> bool:
        channel = topic.channel
        same = link.failed is None and link.url == self._site.socket(channel.endpoint)
        if not same or link.session.private != channel.auth:
            return False
        if not _deep(topic):
            return len(link.hubs) < TOPICS
        return sum(1 for hub in link.hubs.values() if _deep(hub.topic)) < DEEP_BOOKS

    async def close(self) -> None:
        """Close every line."""
        links, self.links = self.links, []
        await asyncio.gather(*(link.stop() for link in links))
        self._hubs.clear()
        self._carriers.clear()


def _deep(topic: Topic[Any]) -> bool:
    book = topic.channel.book
    return book is not None and book.depth >= 50
