"""`okx.mirror`: keeps the state from the private channels, holds it against REST, and says when it is not certain."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

from ..checks import check_kind
from ..core.channel import Topic
from ..core.clock import ClockOffset
from ..core.intent import Kind, Verb
from ..errors import BadParameter, ChannelRefused, ClientClosed, MirrorNotLive, OkxError, StateError, TimedOut
from ..intents.intent import Intent
from ..net.events import Gap, StreamEvent
from ..net.observer import Observer
from ..net.stream import Policy, Stream
from ..v5.models.account import CurrencyBalance, Position
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from ..v5.models.trade import Order
from .audience import Audience
from .changes import Change, Forced, OrderChanged
from .fills import OwnFill
from .handle import Fates, MirroredAlgo, MirroredOrder, MirroredSpread
from .listeners import Listener
from .others import Book
from .picture import Trust
from .reader import Source, Streams
from .rooms import Room
from .state import MirrorState
from .views import MirrorSettings, MirrorStatus, MirrorView

__all__ = ["Mirror"]

Furnish = Callable[["Mirror", MirrorSettings, Book, Fates | None], Sequence[Room[Any]]]
"""Makes the rooms of other sorts of orders than ordinary ones."""

_log = logging.getLogger("okx_async.mirror")

#: Seconds before a REST reading that failed is tried again; twice as long each time, up to the audit period.
AGAIN = 0.5
#: Seconds between two readings that violated invariants may ask for.
SPACING = 1.0


def _bare(mirror: Mirror, settings: MirrorSettings, book: Book, fates: Fates | None) -> Sequence[Room[Any]]:
    return ()


class _Sink:
    """Takes the rows of one channel as they are read from the socket."""

    policy: Policy = "drop_oldest"

    def __init__(self, take: Callable[[Any, float], None], mirror: Mirror, topic: Topic[Any]) -> None:
        self._take = take
        self._mirror = mirror
        self._topic = topic
        self._time = asyncio.get_running_loop().time

    def push(self, item: Any) -> None:
        self._take(item, self._time())

    def gap(self, gap: Gap) -> None:
        self._mirror.missed(gap.cause)

    def event(self, event: StreamEvent) -> None:
        self._mirror.missed(event.cause)

    def fail(self, error: OkxError) -> None:
        self._mirror.refused(self._topic, error)

    def end(self) -> None:
        self._mirror.finish(None)


class Mirror:
    """What the account owns and what its orders do: orders, fills, positions and balances.

    ::

        async with okx.mirror as mirror:      # subscribed, read, compared: live
            order = mirror.order(cl_ord_id="mine1")
            await okx.trade.place_order(..., cl_ord_id="mine1")
            await order.done()
            async for change in mirror: ...

    It is kept from the private channels and compared with REST after every cut and from time to time. Repeated, late
    and overtaking rows change nothing. Where REST and the mirror differ, the mirror is repaired and a `Divergence` is
    told. While it cannot be vouched for, reading raises `MirrorNotLive`; `last_known` never does.

    A line that has died without a word is noticed by its missing pong only (`Timers`), and a push that was dropped on a
    healthy line by the next audit: `MirrorStatus.compared` says up to when everything was checked.

    Args:
        host: The client.
        clock: How far the exchange's clock is from ours.
        source: Returns where the rows come from, once the settings are known.
        settings: How it is kept; see `configure`.
        fates: Knows what became of orders that the exchange does not tell of.
        rooms: Makes the rooms of other sorts of orders than ordinary ones.
    """

    def __init__(
        self,
        host: Streams,
        clock: ClockOffset,
        source: Callable[[MirrorSettings], Source],
        settings: MirrorSettings | None = None,
        *,
        fates: Fates | None = None,
        rooms: Furnish = _bare,
    ) -> None:
        self._host = host
        self._fates = fates
        self._clock = clock
        self._make = source
        self._settings = settings or MirrorSettings()
        self._audience: Audience[MirroredOrder] = Audience(
            MirroredOrder, _ids, (OrderChanged, Forced), ("order", "fill")
        )
        self._source = source(self._settings)
        self._make_rooms = rooms
        self._state = self._fresh()
        self._rooms = self._furnish()
        self._topics: list[Topic[Any]] = []
        self._leaves: list[Callable[[], None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._live = False
        self._cause = "it was not started: use `async with okx.mirror`"
        self._holes = 0
        self._was_live = False
        self._stood = 0.0
        self._asked = 0.0
        self._repaired = 0
        self._watermark: int | None = None
        self._compared: float | None = None
        self._due = 0.0
        self._audits = 0
        self._trouble = ""
        self._fills_from = "orders"
        self._over = False
        self._error: OkxError | None = None

    def _fresh(self) -> MirrorState:
        told = self._settings
        trust = Trust(told.lag, told.settle)
        return MirrorState(trust, keep_orders=told.keep_orders, keep_fills=told.keep_fills, tell=self._tell)

    def _furnish(self) -> dict[Kind, Room[Any]]:
        """Return the rooms of the other sorts of orders that are kept."""
        rooms = self._make_rooms(self, self._settings, self._state, self._fates)
        return {room.sort.kind: room for room in rooms}

    # -- life

    def configure(self, settings: MirrorSettings) -> Self:
        """Say how it is to be kept, before it is started.

        Raises:
            BadParameter: It was started already.
        """
        check_kind("settings", settings, MirrorSettings)
        if self._tasks or self._over:
            raise BadParameter("the mirror was started already: configure it before its first use")
        self._settings = settings
        self._source = self._make(settings)
        self._state = self._fresh()
        self._rooms = self._furnish()
        return self

    async def __aenter__(self) -> Self:
        await self.ready()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def start(self) -> None:
        """Begin to mirror, if that was not done yet; everything that waits for it does this by itself."""
        if self._error is not None:
            raise self._error
        if self._over:
            raise ClientClosed("this mirror is closed")
        if self._tasks:
            return
        self._cause = "its channels are not subscribed yet"
        pool, rows = self._host.pool, self._source.topics(self._state)
        if any(topic.channel.channel == self._source.optional for topic, _ in rows):
            self._fills_from = self._source.optional
        rows += [(topic, room.take) for room in self._rooms.values() for topic in room.topics()]
        self._leaves = [pool.listen(topic, _Sink(take, self, topic)) for topic, take in rows]
        self._topics = [topic for topic, _ in rows]
        self._tasks = [
            asyncio.create_task(self._watch(), name="okx mirror watching"),
            asyncio.create_task(self._keep(), name="okx mirror"),
        ]

    async def ready(self, timeout: float = 30.0) -> None:
        """Start it and wait until it is live.

        Raises:
            TimedOut: It is not after ``timeout`` seconds; the message says why.
            OkxError: What ended it: a refused login or channel...
        """
        self.start()
        try:
            async with asyncio.timeout(timeout):
                while not self.live:
                    if self._error is not None:
                        raise self._error
                    if self._over:
                        raise ClientClosed("the mirror was closed")
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TimedOut(f"the mirror is not live after {timeout:g} s: {self.cause}") from None

    async def aclose(self) -> None:
        """Stop for good: iterations end, and who waits for an order gets `ClientClosed`. May be called twice."""
        self.finish(None)
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def finish(self, error: OkxError | None) -> None:
        """Say no more; called when the client closes or a channel is refused."""
        if self._over:
            return
        self._over = True
        self._error = error
        self._live, self._cause = False, str(error) if error is not None else "it is closed"
        leaves, self._leaves = self._leaves, []
        for leave in leaves:
            leave()
        self._audience.end(error)
        for room in self._rooms.values():
            room.audience.end(error)
        self._wake.set()
        self._news.set()

    def ended(self) -> OkxError | None:
        """Return why it will never say anything again, ``None`` while it may."""
        if not self._over:
            return None
        return self._error if self._error is not None else ClientClosed("the mirror was closed")

    # -- reading

    @property
    def live(self) -> bool:
        """Whether what it says can be vouched for: every channel stands, and nothing that was missed is unread."""
        return self._live and self._standing

    @property
    def cause(self) -> str:
        """Why it is not live, ``""`` when it is."""
        if self.live:
            return ""
        return self._cause if not self._live else self._why()

    @property
    def last_known(self) -> MirrorView:
        """Everything as it was told last, with or without a guarantee: ``live`` says which."""
        state = self._state
        others = {
            kind: {ord_id: record.row for ord_id, record in room.orders.shelf.open.items()}
            for kind, room in self._rooms.items()
        }
        return MirrorView(
            self.live,
            self.cause,
            state.version,
            {ord_id: record.row for ord_id, record in state.orders.open.items()},
            {ord_id: record.row for ord_id, record in state.orders.finished.items()},
            tuple(state.fills.values()),
            {pos_id: held.row for pos_id, held in state.positions.open.items()},
            {ccy: purse.row for ccy, purse in state.balances.open.items()},
            others.get(Kind.ALGO, {}),
            others.get(Kind.SPREAD, {}),
        )

    @property
    def view(self) -> MirrorView:
        """Everything, vouched for.

        Raises:
            MirrorNotLive: It cannot be.
        """
        if not self.live:
            raise MirrorNotLive(self.cause)
        return self.last_known

    @property
    def orders(self) -> Mapping[str, Order]:
        """Open orders by ``ord_id``; raises `MirrorNotLive`."""
        return self.view.orders

    @property
    def fills(self) -> tuple[OwnFill, ...]:
        """The latest fills, the oldest first; raises `MirrorNotLive`."""
        return self.view.fills

    @property
    def positions(self) -> Mapping[str, Position]:
        """Open positions by ``pos_id``; raises `MirrorNotLive`."""
        return self.view.positions

    @property
    def balances(self) -> Mapping[str, CurrencyBalance]:
        """Currencies of the trading account; raises `MirrorNotLive`."""
        return self.view.balances

    @property
    def algos(self) -> Mapping[str, AlgoOrder]:
        """Algo orders that wait or work, by ``algo_id``, where they are kept; raises `MirrorNotLive`."""
        return self.view.algos

    @property
    def spreads(self) -> Mapping[str, SpreadOrder]:
        """Open spread orders by ``ord_id``, where they are kept; raises `MirrorNotLive`."""
        return self.view.spreads

    @property
    def status(self) -> MirrorStatus:
        """Where it stands, with every counter."""
        state = self._state
        return MirrorStatus(
            self.live,
            self.cause,
            state.version,
            self._compared,
            self._audits,
            self._trouble,
            self._fills_from,
            dict(state.counts),
        )

    def order(self, *, ord_id: str = "", cl_ord_id: str = "") -> MirroredOrder:
        """Return one order; it need not be known yet, nor sent.

        Args:
            ord_id: The exchange's id; wins when both are given.
            cl_ord_id: The client id; of one that was used again, the latest order counts.

        Raises:
            BadParameter: Neither was given.
        """
        _named(ord_id, cl_ord_id)
        orders = self._state.orders
        record = orders.find(ord_id) if ord_id else orders.named(cl_ord_id)
        return self._audience.handle(self, ord_id, cl_ord_id, record)

    def algo(self, *, algo_id: str = "", algo_cl_ord_id: str = "") -> MirroredAlgo:
        """Return one algo order; it need not be known yet, nor sent.

        Args:
            algo_id: The exchange's id; wins when both are given.
            algo_cl_ord_id: The client id; of one that was used again, the latest counts.

        Raises:
            BadParameter: Neither was given, or the mirror does not keep algo orders: `MirrorSettings.algo_types`.
        """
        handle: MirroredAlgo = self._room(Kind.ALGO, "algo_types").held(
            *_named(algo_id, algo_cl_ord_id, "algo_id or algo_cl_ord_id")
        )
        return handle

    def spread(self, *, ord_id: str = "", cl_ord_id: str = "") -> MirroredSpread:
        """Return one spread order; it need not be known yet, nor sent.

        Args:
            ord_id: The exchange's id; wins when both are given.
            cl_ord_id: The client id; of one that was used again, the latest counts.

        Raises:
            BadParameter: Neither was given, or the mirror does not keep spread orders: `MirrorSettings.spreads`.
        """
        handle: MirroredSpread = self._room(Kind.SPREAD, "spreads").held(*_named(ord_id, cl_ord_id))
        return handle

    def _room(self, kind: Kind, setting: str) -> Room[Any]:
        if kind not in self._rooms:
            raise BadParameter(
                f"this mirror does not keep {kind} orders: configure it with MirrorSettings({setting}=...)"
            )
        return self._rooms[kind]

    def changes(self, policy: Policy = "drop_oldest", size: int = 10_000) -> Stream[Change]:
        """Return everything that happens from now on as a stream of its own, with counters and a policy.

        It ends with whoever reads it: one that nobody holds any more need not be closed.

        Args:
            policy: What happens when its reader is too slow. The mirror reads on whatever its readers do, so there is
                no ``block``.
            size: How many changes may wait.

        Raises:
            BadParameter: There is no such policy.
        """
        if policy == "block":
            raise BadParameter("the mirror cannot wait for its readers: policy is 'drop_oldest', 'latest' or 'raise'")
        self.start()
        return Listener("mirror", size, policy, attach=self._audience.join, on_loss=partial(_lost, self._host.observer))

    def __aiter__(self) -> Stream[Change]:
        """Return everything that happens from now on."""
        return self.changes()

    async def fate(self, cl_ord_id: str) -> OkxError | None:
        """Return why an order that is not known will not be told of, ``None`` while it may be."""
        return await self._fates.fate(Kind.ORDER, cl_ord_id) if self._fates is not None and cl_ord_id else None

    # -- what happens

    def settled(self, intent: Intent) -> None:
        """Take the news that it is known what became of an intent, or that its call waits no longer."""
        if intent.verb is Verb.PLACE:
            room = self._rooms.get(intent.kind)
            shelf = self._state.orders if intent.kind is Kind.ORDER else None if room is None else room.orders.shelf
            if shelf is not None and intent.ord_id:
                shelf.announce(intent.cl_ord_id, intent.ord_id)
            audience = self._audience if intent.kind is Kind.ORDER else None if room is None else room.audience
            if audience is not None and self._fates is not None:
                audience.wake(intent.cl_ord_id, self._fates.refusal(intent.record))

    def _tell(self, change: Change) -> None:
        self._audience.hear(change, self._state.orders.find)
        for room in self._rooms.values():
            room.hear(change)

    def missed(self, cause: str) -> None:
        """Take the news that pushes may have been missed."""
        self._holes += 1
        self._stood = asyncio.get_running_loop().time()
        self._doubt(cause)

    def refused(self, topic: Topic[Any], error: OkxError) -> None:
        """Take the news that a channel is refused for good; without `fills` it goes on."""
        if topic.channel.channel == self._source.optional and isinstance(error, ChannelRefused):
            self._fills_from = "orders"
            leave = self._leaves.pop(self._topics.index(topic))
            self._topics.remove(topic)
            asyncio.get_running_loop().call_soon(leave)  # the one who says so is still at it
            self._wake.set()
            return
        self.finish(error)

    def _doubt(self, cause: str) -> None:
        self._cause = cause
        if self._live:
            self._live = False
            self._state.lost(cause)
        self._wake.set()
        self._news.set()

    @property
    def _standing(self) -> bool:
        pool = self._host.pool
        return bool(self._topics) and all(pool.live(topic) for topic in self._topics)

    def _why(self) -> str:
        pool = self._host.pool
        return next((self._host.why_not(topic.key) for topic in self._topics if not pool.live(topic)), "")

    # -- keeping

    async def _watch(self) -> None:
        """Notice at once when a channel is lost."""
        pool = self._host.pool
        while True:
            if self._live and not self._standing:
                self.missed(self._why())
            self._wake.set()
            await pool.changed()

    async def _keep(self) -> None:
        try:
            await self._keep_on()
        except Exception as error:
            self.finish(StateError(f"the mirror failed: {error!r}"))
            raise

    async def _keep_on(self) -> None:
        """Read and compare whenever that is needed, for ever."""
        loop, wait = asyncio.get_running_loop(), AGAIN
        while not self._over:
            if not self._standing:
                self._stood = 0.0
                await self._pause(None)
                continue
            self._stood = self._stood or loop.time()
            if self._live and not self._needed(loop.time()):
                await self._pause(self._settings.settle)
                continue
            try:
                await self._compare()
            except OkxError as error:
                self._trouble = f"REST could not be read: {error}"
                _log.warning("the mirror was not compared: %s", error)
                self._cause = self._cause if self._live else self._trouble
                self._due = loop.time() + wait
                await self._pause(wait)
                wait = min(wait * 2, self._settings.audit)
            else:
                self._trouble, wait = "", AGAIN

    def _needed(self, now: float) -> bool:
        """Tell whether it is time to compare: by the clock, or because an invariant was violated."""
        self._state.check(now)
        if self._state.suspects:
            self._due = min(self._due, self._asked + SPACING)
        return now >= self._due

    async def _pause(self, seconds: float | None) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _compare(self) -> None:
        """Read REST once and put right what it knows better."""
        loop, state, settings = asyncio.get_running_loop(), self._state, self._settings
        holes, began, wall = self._holes, loop.time(), time.time()
        self._asked, audit = began, self._live
        picture = await self._source.whole(state, self._watermark, began)
        rooms = self._rooms.values()
        for room in rooms:
            await room.read(self._watermark, began)
        if audit and (state.differs(picture, loop.time()) or any(room.differs() for room in rooms)):
            await asyncio.sleep(settings.settle)  # what REST shows already may be on its way
        # A cut meanwhile makes it no audit any more: what differs now was missed because of the cut.
        cause = "audit" if self.live else "gap" if self._was_live else ""
        repaired = state.reconcile(picture, cause, loop.time())
        repaired += sum(room.reconcile(cause) for room in rooms)
        short = [record for record in state.orders.unsound.values() if record.touched <= began]
        if short:
            repaired += state.reconcile(await self._source.fills_of(short, began), cause, loop.time())
        self._due = loop.time() + (
            settings.lag if state.doubts(picture) or any(room.doubts() for room in rooms) else settings.audit
        )
        sure = began >= self._stood + settings.lag
        if sure or (audit and holes == self._holes):
            state.compared(began)
            self._audits += 1
            self._compared = wall
            slack = round((2 * settings.lag + settings.settle) * 1000)
            self._watermark = self._clock.server_ms(wall) - slack
        self._repaired = 0 if self.live else self._repaired + repaired
        if not audit and self._standing and holes == self._holes:
            await self._revive(sure)

    async def _revive(self, sure: bool) -> None:
        """Be live again, as soon as REST was asked so late that it must have shown everything."""
        if not sure:
            # REST may not have shown yet what was missed; what it has shown is taken, and it is asked once more.
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._stood + self._settings.lag - loop.time()))
            return
        self._live, self._cause, self._was_live = True, "", True
        self._state.restored(self._repaired)
        self._repaired = 0
        self._news.set()


def _lost(observer: Observer, total: int) -> None:
    """Tell that a reader of changes is too slow and begins to lose some."""
    observer.dropped("mirror", total)


def _named(ord_id: str, cl_ord_id: str, what: str = "ord_id or cl_ord_id") -> tuple[str, str]:
    """Return both names of an order, of which one must be given."""
    if not ord_id and not cl_ord_id:
        raise BadParameter(f"which order? Give {what}")
    return ord_id, cl_ord_id


def _ids(row: Order) -> tuple[str, str]:
    return row.ord_id, row.cl_ord_id or ""
