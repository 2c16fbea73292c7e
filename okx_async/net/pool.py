"""The manager: which connection carries which topic. One wire subscription per topic, however many listen.

A topic somebody reads with the policy ``block`` goes to a connection of its own kind: such a connection may stand
still, and the others must not stand still with it.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.book import OrderBook
from ..core.channel import Topic
from ..core.drift import Drift
from ..core.retry import Backoff
from ..core.session import Timers
from ..errors import ClientClosed, CredentialsNeeded, OkxError
from ..settings import Credentials, Site, Timeouts
from .bucket import Bucket, Want
from .caller import Caller
from .hub import Hub, Listener
from .keeper import BookKeeper
from .link import Link
from .linksetup import LinkSetup
from .looking import look_at
from .observer import Observer
from .plan import Plan, plan
from .port import Deliver, Opener, Pipe
from .status import Status, TopicStatus
from .stream import Stream
from .turns import Turns

if TYPE_CHECKING:
    from .crossing import Crossing

__all__ = ["Pool"]

_log = logging.getLogger("okx_async.net.pool")

#: Deep books per connection; the exchange advises fewer than 30.
DEEP_BOOKS = 25
#: Other topics per connection: no number is published, this one keeps frames and losses small.
TOPICS = 250
#: Seconds after which a line for orders whose login was refused is tried anew.
SECOND_TRY = 60.0
#: Refused topics whose reason is remembered.
REFUSALS = 1_000


@dataclass
class _Move:
    """All topics of one connection on their way to another."""

    old: Link
    new: Link
    cause: str
    left: set[Hub] = field(default_factory=set)
    again: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Pool:
    """All connections of one client.

    Args:
        caller: For the clock, and as whom to log in.
        site: Where to.
        timeouts: How long to wait.
        timers: Deadlines of a connection.
        backoff: Delays between connections.
        proxy: URL of an HTTP or SOCKS proxy.
        ssl_context: Instead of the system's verified default.
        opener: Opens a connection; replaceable for tests and other socket libraries.
        whole_rows: Whether books keep every column.
        observer: Whom to tell what happens.
        rotate: Seconds after which every connection is replaced by a new one, ``None`` for never.
        standby: Whether every topic is carried by two connections.
        overhear: Who is told every row of a channel that somebody subscribed to, by the channel's name.
    """

    def __init__(
        self,
        caller: Caller,
        site: Site,
        *,
        timeouts: Timeouts,
        timers: Timers,
        backoff: Backoff,
        proxy: str | None,
        ssl_context: ssl.SSLContext | None,
        opener: Opener | None,
        whole_rows: bool,
        observer: Observer,
        rotate: float | None,
        standby: bool,
        overhear: Mapping[str, Callable[[Any], None]],
    ) -> None:
        self._overhear = overhear
        self.links: list[Link] = []
        self.drift = Drift()
        self._site = site
        self._auth = caller.auth
        self._whole_rows = whole_rows
        self._hubs: dict[tuple[Topic[Any], bool], Hub] = {}
        self._carriers: dict[Hub, Link] = {}
        self._standby = standby
        self._twins: dict[Link, Link] = {}
        self._crossings: dict[Hub, tuple[Crossing, _Move]] = {}
        self._moves: list[_Move] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._order_lines: dict[str, Link] = {}
        self._refused: OrderedDict[str, str] = OrderedDict()
        self._news = asyncio.Event()
        self._latest: dict[tuple[str, bool, bool, bool], Link] = {}
        self._observer = observer
        self._names = 0
        self._closed = False
        dialect = caller.dialect
        self._turns = Turns()
        self._gates: Want = ((Bucket(dialect.connects_per_second, 1.02), 1),)

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
            advise=caller.advise,
            timers=timers,
            backoff=backoff,
            close_timeout=timeouts.close,
            observer=observer,
            rotate=rotate,
            refused=self._note_refusal,
            news=self._news.set,
        )

    @asynccontextmanager
    async def _gate(self) -> AsyncIterator[None]:
        """Wait for a place among the connections per second, and hold it until the connection stands."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        if not self._turns.free(self._gates, began):
            await self._turns.wait(self._gates, 0)
            self._observer.throttled("connections per second", loop.time() - began)
        try:
            yield
        finally:
            self._turns.spend(self._gates)

    # -- listening

    def listen(self, topic: Topic[Any], stream: Listener, stale_after: float | None = None) -> Callable[[], None]:
        """Hand a topic's rows to a stream, which bears so many seconds of silence; returns what undoes it."""
        hub = self._hub(topic, apart=stream.policy == "block")
        hub.streams.append(stream)
        hub.expect(stream, stale_after)

        def leave() -> None:
            hub.streams.remove(stream)
            hub.expect(stream, None)
            self._release(hub)

        return leave

    def keep(self, topic: Topic[Any], stream: Stream[OrderBook]) -> tuple[BookKeeper, Callable[[], None]]:
        """Keep a book and hand it to a stream at every change; returns its keeper and what undoes it."""
        hub = self._hub(topic, apart=stream.policy == "block")
        keeper = hub.keeper
        if not isinstance(keeper, BookKeeper):
            keeper = hub.keeper = BookKeeper(hub, whole_rows=self._whole_rows, observer=self._observer)
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
        """Stop reading from the connection of a topic that is read with the policy ``block``, or go on."""
        hub = self._hubs.get((topic, True))
        if hub is not None:
            _log.info("%s: reading %s for a slow consumer", topic, "stands still" if on else "goes on")
            self._observer.paused(topic.key, on)
            hub.hold(on)

    def _hub(self, topic: Topic[Any], *, apart: bool) -> Hub:
        hub = self._hubs.get((topic, apart))
        if hub is None:
            link = self._link_for(topic, apart)
            hub = Hub(topic, link, self.drift, self._observer, apart=apart)
            hub.overhear = self._overhear.get(topic.channel.channel)
            self._hubs[topic, apart] = hub
            self._carriers[hub] = link
            self._refused.pop(topic.key, None)
            if self._standby:
                self._carry_twice(hub, link)
            else:
                link.carry(hub)
                link.start()
        return hub

    def _carry_twice(self, hub: Hub, link: Link) -> None:
        twin = self._twins.get(link)
        if twin is None or twin.failed is not None:
            twin = self._twins[link] = self._new_link(link.endpoint, auth=link.session.private, apart=link.apart)
            twin.twin = True
        from .standby import Standby  # loaded by those who want two lines

        hub.link = standby = Standby(hub, (link, twin))
        for face, line in zip(standby.faces, (link, twin), strict=True):
            line.carry(face)
            line.start()

    def _release(self, hub: Hub) -> None:
        place = (hub.topic, hub.apart)
        if not hub.idle or self._hubs.get(place) is not hub:
            return
        del self._hubs[place]
        link = self._carriers.pop(hub)
        link.drop(hub.topic)
        if link in self._twins:
            self._twins[link].drop(hub.topic)
        crossing, move = self._crossings.get(hub, (None, None))
        if crossing is not None and move is not None:
            crossing.over = True
            move.old.drop(hub.topic)
            move.new.drop(hub.topic)
            self._left(hub, move)

    # -- operations

    def order_line(self, socket: str) -> Link:
        """Return the connection that carries operations, opened when there is none.

        It carries nothing else: no push delays a reply, and it can be handed over whatever topics do.

        Raises:
            ClientClosed: No line is opened any more.
        """
        self._check_open()
        line = self._order_lines.get(socket)
        if line is None or (
            line.failed is not None and asyncio.get_running_loop().time() - line.failed_at > SECOND_TRY
        ):
            if line in self.links:
                self.links.remove(line)
            line = self._order_lines[socket] = self._new_order_line(socket)
        return line

    def _new_order_line(self, socket: str) -> Link:
        line = self._new_link(socket, auth=True, apart=False)
        line.orders = True
        line.start()
        return line

    def _hand_over_orders(self, old: Link, cause: str) -> None:
        """Open a new line for operations, use it as soon as it stands, and let the old one finish what it began."""
        move = _Move(old, self._new_order_line(old.endpoint), cause)
        self._moves.append(move)
        old.leaving = True
        self._spawn(self._relieve(move), f"okx relieving {old.name}")

    async def _relieve(self, move: _Move) -> None:
        old, new = move.old, move.new
        while not new.up and new.failed is None and old.up:
            await self.changed()
        self._order_lines[old.endpoint] = new
        await old.flights.landed()  # each has its own time-out, and a lost line ends them all
        if old in self.links:  # else the client is closing
            self._moved(move)

    # -- links

    @property
    def _login(self) -> Credentials | None:
        return self._auth.login if self._auth is not None else None

    def _link_for(self, topic: Topic[Any], apart: bool) -> Link:
        if topic.channel.auth and self._login is None:
            why = self._auth.no_login if self._auth is not None else "give the client credentials"
            raise CredentialsNeeded(f"{topic} needs a login; {why}")
        # Links fill up one after the other: where the last topic of the kind went there is usually room.
        kind = (topic.channel.endpoint, topic.channel.auth, apart, topic.deep)
        latest = self._latest.get(kind)
        for link in [latest, *self.links] if latest in self.links else self.links:
            if link is not None and self._fits(link, topic, apart):
                break
        else:
            link = self._new_link(topic.channel.endpoint, auth=topic.channel.auth, apart=apart)
        self._latest[kind] = link
        return link

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosed("the client is closed: no line is opened any more")

    def _new_link(self, endpoint: str, *, auth: bool, apart: bool) -> Link:
        self._check_open()
        self._names += 1
        link = Link(
            f"{endpoint}-{self._names}",
            self._site.socket(endpoint),
            self._setup,
            self._login if auth else None,
            endpoint=endpoint,
            apart=apart,
            hand_over=self.hand_over,
        )
        self.links.append(link)
        return link

    def _fits(self, link: Link, topic: Topic[Any], apart: bool) -> bool:
        channel = topic.channel
        usable = not (link.failed or link.leaving or link.twin or link.orders) and link.apart == apart
        if not usable or link.endpoint != channel.endpoint or link.session.private != channel.auth:
            return False
        if not topic.deep:
            return len(link.carried) < TOPICS
        return link.deep < DEEP_BOOKS

    # -- handing over

    def hand_over(self, old: Link, cause: str) -> None:
        """Carry every topic of a connection over to a new one, and close the old one when all have arrived."""
        for move in self._moves:
            if move.new is old:
                move.again = cause  # it is itself still arriving
                return
        if old.leaving or old.failed is not None or old not in self.links:
            return
        if old.orders:
            self._hand_over_orders(old, cause)
            return
        if self._standby:
            old.restart(cause)  # the other connection of its topics goes on meanwhile
            return
        new = self._new_link(old.endpoint, auth=old.session.private, apart=old.apart)
        _log.info("link %s is handed over to %s: %s", old.name, new.name, cause)
        move = _Move(old, new, cause)
        self._moves.append(move)
        old.leaving = True
        for carried in list(old.carried.values()):
            self._cross(carried.hub, move)
        new.start()
        if not move.left:
            self._moved(move)

    def _cross(self, hub: Hub, move: _Move) -> None:
        from .crossing import Crossing  # loaded with the first hand-over

        crossing = Crossing(hub, move.old, move.new, self._crossed)
        self._crossings[hub] = crossing, move
        move.left.add(hub)
        move.old.replace(crossing.old_face)
        move.new.carry(crossing.new_face)

    def _crossed(self, crossing: Crossing) -> None:
        hub = crossing.hub
        _, move = self._crossings[hub]
        move.new.replace(hub)
        self._carriers[hub] = move.new
        for _ in range(hub.holds):
            move.old.hold(False)
            move.new.hold(True)
        self._left(hub, move)

    def _left(self, hub: Hub, move: _Move) -> None:
        del self._crossings[hub]
        move.left.discard(hub)
        if not move.left:
            self._moved(move)

    def _moved(self, move: _Move) -> None:
        """Every topic has arrived: the old connection can go."""
        self._moves.remove(move)
        move.done.set()
        if move.old in self.links:
            self.links.remove(move.old)
            self._spawn(move.old.stop(), f"okx closing {move.old.name}")
        _log.info("link %s was handed over to %s", move.old.name, move.new.name)
        self._observer.handed_over(move.old.name, move.new.name, move.cause)
        if move.again:
            self.hand_over(move.new, move.again)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def hand_over_all(self, cause: str) -> None:
        """Replace every connection, and wait until that is done."""
        for link in list(self.links):
            self.hand_over(link, cause)
        await asyncio.gather(*(move.done.wait() for move in self._moves))

    # -- looking

    def live(self, topic: Topic[Any], apart: bool = False) -> bool:
        """Tell whether the exchange has granted a topic, its first pages are all there, and its line stands."""
        hub = self._hubs.get((topic, apart))
        return hub is not None and hub.live_since > 0 and hub.whole

    async def changed(self) -> None:
        """Wait until a topic was granted, refused or lost, or a line came up or went down."""
        self._news.clear()
        await self._news.wait()

    def plan(self, topics: Sequence[Topic[Any]]) -> Plan:
        """Return what subscribing to topics will take, beside what stands already."""
        return plan(topics, self._setup.dialect, DEEP_BOOKS, TOPICS)

    def _note_refusal(self, topic: str, error: OkxError) -> None:
        """Remember why a topic is not subscribed."""
        self._observer.refused(topic, error)
        self._refused[topic] = str(error)
        if len(self._refused) > REFUSALS:
            self._refused.popitem(last=False)

    def status(self) -> Status:
        """Return where everything stands."""
        now = asyncio.get_running_loop().time()
        refused = tuple(TopicStatus(topic, "", "refused", None, 0, why) for topic, why in self._refused.items())
        return Status(tuple(look_at(link, now) for link in self.links), refused)

    def private_trouble(self) -> str:
        """Return what is wrong with private topics, ``""`` when all that are subscribed to are live."""
        dead = (topic.key for (topic, _), hub in self._hubs.items() if topic.channel.auth and not hub.live_since)
        return next((f"{topic} is not live" for topic in dead), "")

    async def close(self) -> None:
        """Close every line, for good."""
        self._closed = True
        links, self.links = self.links, []
        for move in self._moves:
            move.done.set()
        await asyncio.gather(*(link.stop() for link in links), *self._closing)
        self._turns.close()
        self._hubs.clear()
        self._carriers.clear()
        self._crossings.clear()
        self._news.set()  # whoever waits for a line waits for nothing
