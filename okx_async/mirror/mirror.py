"""`okx.mirror`: what a program sees of it; who listens is in `ears`, who compares with REST in `auditor`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

from ..checks import check_kind
from ..core.channel import Topic
from ..core.clock import ClockOffset
from ..core.intent import Kind, Verb
from ..errors import (
    BadParameter,
    ChannelRefused,
    ClientClosed,
    MirrorNotLive,
    OkxError,
    StateError,
    TimedOut,
    UnknownInstrument,
)
from ..intents.intent import Intent
from ..net.observer import Observer
from ..net.stream import Policy, Stream
from ..v5.models.account import CurrencyBalance, Position
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from ..v5.models.trade import Order
from .audience import Audience
from .auditor import Auditor
from .changes import Change, Forced, OrderChanged
from .ears import Ears, Streams
from .fills import OwnFill
from .handle import Fates, MirroredAlgo, MirroredOrder, MirroredSpread
from .listeners import Listener
from .others import Book
from .picture import Trust
from .reader import Source
from .rooms import Room
from .state import MirrorState
from .views import MirrorSettings, MirrorStatus, MirrorView

__all__ = ["Mirror"]

Furnish = Callable[["Mirror", MirrorSettings, Book, Fates | None], Sequence[Room[Any]]]
"""Makes the rooms of other sorts of orders than ordinary ones."""


def _bare(mirror: Mirror, settings: MirrorSettings, book: Book, fates: Fates | None) -> Sequence[Room[Any]]:
    return ()


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
        self._fates = fates
        self._clock = clock
        self._make = source
        self._settings = settings or MirrorSettings()
        self._audience: Audience[MirroredOrder] = Audience(
            MirroredOrder, _ids, (OrderChanged, Forced), ("order", "fill")
        )
        self._make_rooms = rooms
        self._host = host
        self._ears = Ears(host)
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False
        self._error: OkxError | None = None
        self._furnish()

    def _furnish(self) -> None:
        """Make what depends on the settings: what is kept, where it is read, and who compares."""
        told = self._settings
        self._source = self._make(told)
        self._state = MirrorState(
            Trust(told.lag, told.settle), keep_orders=told.keep_orders, keep_fills=told.keep_fills, tell=self._tell
        )
        rooms = self._make_rooms(self, told, self._state, self._fates)
        self._rooms = {room.sort.kind: room for room in rooms}
        self._auditor = Auditor(self._ears, self._source, self._state, rooms, told, self._clock, self._news.set)

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
        self._furnish()
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
        rows = self._source.topics(self._state)
        rows += [(topic, room.take) for room in self._rooms.values() for topic in room.topics()]
        self._ears.listen(rows, self)
        self._tasks = [
            asyncio.create_task(self._auditor.watch(), name="okx mirror watching"),
            asyncio.create_task(self._audit(), name="okx mirror"),
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
        self._auditor.stop(str(error) if error is not None else "it is closed")
        self._ears.close()
        self._audience.end(error)
        for room in self._rooms.values():
            room.audience.end(error)

    def ended(self) -> OkxError | None:
        """Return why it will never say anything again, ``None`` while it may."""
        if not self._over:
            return None
        return self._error if self._error is not None else ClientClosed("the mirror was closed")

    # -- reading

    @property
    def live(self) -> bool:
        """Whether what it says can be vouched for: every channel stands, and nothing that was missed is unread."""
        return self._auditor.live

    @property
    def cause(self) -> str:
        """Why it is not live, ``""`` when it is."""
        return self._auditor.cause

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
        """Currencies of the trading account by ``ccy``, in V3 those of every account by the key of a `ProductBalance`;
        raises `MirrorNotLive`.
        """
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
        state, auditor = self._state, self._auditor
        return MirrorStatus(
            self.live,
            self.cause,
            state.version,
            auditor.compared,
            auditor.audits,
            auditor.trouble,
            self._source.fills_from,
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
        if self._fates is None or not cl_ord_id:
            return None
        return await self._fates.fate(self._source.kinds, cl_ord_id)

    # -- what happens

    def settled(self, intent: Intent) -> None:
        """Take the news that it is known what became of an intent, or that its call waits no longer."""
        if intent.verb is Verb.PLACE:
            room = self._rooms.get(intent.kind)
            usual = intent.kind in self._source.kinds
            if intent.ord_id and usual:
                self._state.placed(intent.cl_ord_id, intent.ord_id)
            elif intent.ord_id and room is not None:
                room.orders.shelf.announce(intent.cl_ord_id, intent.ord_id)
            audience = self._audience if usual else None if room is None else room.audience
            if audience is not None and self._fates is not None:
                audience.wake(intent.cl_ord_id, self._fates.refusal(intent.record))

    def _tell(self, change: Change) -> None:
        self._audience.hear(change, self._state.orders.find)
        for room in self._rooms.values():
            room.hear(change)

    def missed(self, cause: str) -> None:
        """Take the news that pushes may have been missed."""
        self._auditor.missed(cause)

    def refused(self, topic: Topic[Any], error: OkxError) -> None:
        """Take the news that a channel is refused for good; without some it goes on."""
        # V3 does not tell a channel that is not there from an instrument that is not.
        if isinstance(error, ChannelRefused | UnknownInstrument) and self._source.spare(topic, self._state):
            self._ears.drop(topic)
            self._auditor.wake()
        else:
            self.finish(error)

    async def _audit(self) -> None:
        try:
            await self._auditor.run()
        except Exception as error:
            self.finish(StateError(f"the mirror failed: {error!r}"))
            raise


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
