"""One order as its owner holds it: wait until it is accepted or done, or follow what happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from ..core.intent import Kind, Record
from ..errors import MirrorNotLive, OkxError, OutcomeUnknown, TimedOut
from ..net.stream import Stream
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from ..v5.models.trade import Order
from .changes import AlgoChanged, Change, OrderChanged, SpreadChanged
from .fills import OwnFill
from .listeners import Listener, Listeners
from .orders import OrderRecord

__all__ = ["Fates", "Held", "Keeper", "MirroredAlgo", "MirroredOrder", "MirroredSpread", "OrderChanges"]

R = TypeVar("R", bound=Order | AlgoOrder | SpreadOrder)
R_co = TypeVar("R_co", bound=Order | AlgoOrder | SpreadOrder, covariant=True)

_ORDER_CHANGES = (OrderChanged, AlgoChanged, SpreadChanged)
#: Changes of one order that may wait for its reader.
SIZE = 1_000


class Keeper(Protocol):
    """What a handle needs of the mirror."""

    @property
    def live(self) -> bool:
        """Whether it can be vouched for."""
        ...

    @property
    def cause(self) -> str:
        """Why not."""
        ...

    def start(self) -> None:
        """Begin to mirror."""
        ...

    def ended(self) -> OkxError | None:
        """Return why it will never say anything again."""
        ...

    async def fate(self, cl_ord_id: str) -> OkxError | None:
        """Return why an order that is not known will not be told of, ``None`` while it may be."""
        ...


class Fates(Protocol):
    """What the mirror needs of the intents."""

    async def fate(self, kinds: Collection[Kind], cl_ord_id: str) -> OkxError | None:
        """Return why nothing will be told of the latest order of a client id, ``None`` while it may be.

        Args:
            kinds: Of which sorts the order can be.
            cl_ord_id: Its client id.
        """
        ...

    def refusal(self, record: Record) -> OkxError | None:
        """Return why there is no such order, ``None`` when there is one or may be."""
        ...


class OrderChanges(Listener):
    """What happens to one order, from what is known of it now to its end; then the iteration ends, too."""

    def __init__(
        self,
        name: str,
        attach: Callable[[Stream[Change]], Callable[[], None]],
        refused: Callable[[], Awaitable[OkxError | None]],
    ) -> None:
        self._final = False
        self._refused = refused
        super().__init__(name, SIZE, "drop_oldest", attach=attach)

    def push(self, item: Change) -> None:
        """Take a change."""
        self._final = self._final or (isinstance(item, _ORDER_CHANGES) and item.final)
        super().push(item)

    async def __anext__(self) -> Change:
        if self._final and not self._items:
            await self.aclose()
        elif not self._items:
            error = await self._refused()
            if error is not None:
                self.fail(error)
        return await super().__anext__()


class _Record(Protocol[R_co]):
    """What is known of one order."""

    @property
    def row(self) -> R_co:
        """As it was told last."""
        ...

    @property
    def ids(self) -> tuple[str, str]:
        """The exchange's id and the client id."""
        ...

    @property
    def final(self) -> bool:
        """Whether nothing comes any more."""
        ...

    def told(self) -> Change:
        """Return what has happened to it last as a change."""
        ...


class Held(Generic[R]):
    """One order of any sort. It may be asked for before the order is sent.

    What it says is what the exchange said. While the mirror cannot be vouched for, the state of an order that was open
    cannot either: reading it raises `MirrorNotLive`. A finished order stays finished.
    """

    def __init__(self, keeper: Keeper, ord_id: str, cl_ord_id: str, record: _Record[R] | None) -> None:
        self._keeper = keeper
        self._ord_id = ord_id
        self._cl_ord_id = cl_ord_id
        self._record = record
        self._news = asyncio.Event()
        self._moves = 0
        self._streams = Listeners()

    def __repr__(self) -> str:
        row = self.last_known
        return f"<{type(self).__name__} {self.ord_id or self.cl_ord_id}: {'unknown' if row is None else row.state}>"

    @property
    def ord_id(self) -> str:
        """The exchange's id, ``""`` while it is not known."""
        return self._ord_id

    @property
    def cl_ord_id(self) -> str:
        """The client id, ``""`` while it is not known and where there is none."""
        return self._cl_ord_id

    @property
    def known(self) -> bool:
        """Whether the exchange has told of it. That it has not is no proof that it was refused."""
        return self._record is not None

    @property
    def final(self) -> bool:
        """Whether nothing comes any more."""
        return self._record is not None and self._record.final

    @property
    def last_known(self) -> R | None:
        """The order as the exchange told it last, without a guarantee; ``None`` while it is not known."""
        return self._record.row if self._record is not None else None

    @property
    def row(self) -> R:
        """The order.

        Raises:
            MirrorNotLive: It is not known, or it was open and the mirror cannot be vouched for.
        """
        record = self._record
        if record is None:
            raise MirrorNotLive(f"the exchange has not told of the order {self._ord_id or self._cl_ord_id} yet")
        if not record.final and not self._keeper.live:
            raise MirrorNotLive(self._keeper.cause)
        return record.row

    @property
    def state(self) -> str:
        """The exchange's word for its state, or ``not_found`` where it has no trace of it any more; see `row`."""
        return self.row.state or ""

    async def accepted(self, timeout: float | None = None) -> R:
        """Wait until the exchange has told of it, over a channel or REST, and return it.

        What this client knows of its own request counts as well, so that nobody waits for an order that will never
        be told of. It is known by its client id. A request that was not even meant to be sent (a bad parameter, a
        journal that cannot be written) is nobody's order: its call alone says so.

        Args:
            timeout: Seconds; ``None`` waits as long as it takes.

        Raises:
            Refused: The exchange refused it; the same as its call raises, by its code.
            NotArrived: It got lost on its way and was never placed.
            OutcomeUnknown: Its call has given up; the ``intents`` in it go on being looked for, and this may be called
                again.
            TimedOut: It was not told of in time.
            ClientClosed: The client was closed meanwhile.
        """
        return await self._until(lambda record: True, timeout, "accepted")

    async def done(self, timeout: float | None = None) -> R:
        """Wait until nothing comes any more, and return its last state.

        A push that got lost delays this to the next audit; it cannot be missed.

        Args:
            timeout: Seconds; ``None`` waits as long as it takes.

        Raises:
            Refused, NotArrived, OutcomeUnknown: It was never told of; see `accepted`.
            TimedOut: It was not done in time.
            ClientClosed: The client was closed meanwhile.
        """
        return await self._until(lambda record: record.final, timeout, "done")

    async def _until(self, over: Callable[[_Record[R]], bool], timeout: float | None, what: str) -> R:
        self._keeper.start()
        try:
            async with asyncio.timeout(timeout):
                while self._record is None or not over(self._record):
                    seen = self._moves
                    error = self._keeper.ended() or await self._fate()
                    if error is not None and self._moves == seen:
                        raise error
                    if self._moves == seen:
                        self._news.clear()
                        await self._news.wait()
        except TimeoutError:
            raise TimedOut(f"{self!r} is not {what} after {timeout:g} s") from None
        return self._record.row

    def __aiter__(self) -> OrderChanges:
        """Return what happens to it, beginning with what is known now; ends behind its last change.

        The iteration raises what `accepted` raises when the order was refused or got lost.
        """
        self._keeper.start()
        return OrderChanges(f"order {self._ord_id or self._cl_ord_id}", self._join, self._refusal)

    async def _fate(self) -> OkxError | None:
        return await self._keeper.fate(self._cl_ord_id) if self._record is None else None

    async def _refusal(self) -> OkxError | None:
        """Return why there will be no such order, ``None`` also while that is not known."""
        error = await self._fate()
        return None if isinstance(error, OutcomeUnknown) else error

    # -- the mirror's side

    def take(self, record: _Record[R], change: Change) -> None:
        """Take what happened to it."""
        if self._record is None:
            self._record = record
            self._ord_id, self._cl_ord_id = record.ids
        self.hear(change)

    def hear(self, change: Change) -> None:
        """Take what concerns everybody."""
        self._streams.push(change)
        self._wake()

    def refuse(self, error: OkxError | None) -> None:
        """Take what became of its request, as far as that is known; with an error nothing will be told of it."""
        if error is not None:
            self._streams.end(error)
        self._wake()

    def _wake(self) -> None:
        """Let whoever waits look again."""
        self._moves += 1
        self._news.set()

    def end(self, error: OkxError | None) -> None:
        """Nothing will be told any more."""
        self._streams.end(error)
        self._wake()

    def _join(self, stream: Stream[Change]) -> Callable[[], None]:
        leave = self._streams.join(stream)
        if self._record is not None:
            stream.push(self._record.told())
        return leave


class MirroredOrder(Held[Order]):
    """One order: ``okx.mirror.order(cl_ord_id="...")``. It may be asked for before the order is sent.

    ::

        order = okx.mirror.order(cl_ord_id="mine1")
        await okx.trade.place_order(..., cl_ord_id="mine1")
        print((await order.done()).acc_fill_sz)
    """

    _record: OrderRecord | None

    @property
    def acc_fill_sz(self) -> Decimal:
        """How much of it is filled; see `row`."""
        return self.row.acc_fill_sz or Decimal(0)

    @property
    def fills(self) -> list[OwnFill]:
        """Its fills as far as they are known, in the order they came."""
        return list(self._record.fills.values()) if self._record is not None else []


class MirroredAlgo(Held[AlgoOrder]):
    """One algo order: ``okx.mirror.algo(algo_cl_ord_id="...")``; done when it has been triggered or cancelled.

    What it has sent is an order of its own: its ids are in ``ord_id_list``, and `Mirror.order` follows it.
    """


class MirroredSpread(Held[SpreadOrder]):
    """One spread order: ``okx.mirror.spread(cl_ord_id="...")``."""
