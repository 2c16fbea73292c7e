"""One order as its owner holds it: wait until it is accepted or done, or follow what happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol

from ..errors import MirrorNotLive, OkxError, TimedOut
from ..net.stream import Stream
from ..v5.models.trade import Order
from .changes import Change, OrderChanged
from .fills import OwnFill
from .orders import OrderRecord

__all__ = ["MirroredOrder", "OrderChanges", "end_all"]

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


def end_all(streams: Iterable[Stream[Change]], error: OkxError | None) -> None:
    """Let streams end, with an error or without; they leave the list they are in while that happens."""
    for stream in list(streams):
        if error is not None:
            stream.fail(error)
        else:
            stream.end()


class OrderChanges(Stream[Change]):
    """What happens to one order, from what is known of it now to its end; then the iteration ends, too."""

    def __init__(self, name: str, attach: Callable[[Stream[Change]], Callable[[], None]]) -> None:
        self._final = False
        super().__init__(name, SIZE, "drop_oldest", attach=attach)

    def push(self, item: Change) -> None:
        """Take a change."""
        self._final = self._final or (isinstance(item, OrderChanged) and item.final)
        super().push(item)

    async def __anext__(self) -> Change:
        if self._final and not self._items:
            await self.aclose()
        return await super().__anext__()


class MirroredOrder:
    """One order: ``okx.mirror.order(cl_ord_id="...")``. It may be asked for before the order is sent.

    ::

        order = okx.mirror.order(cl_ord_id="mine1")
        await okx.trade.place_order(..., cl_ord_id="mine1")
        print((await order.done()).acc_fill_sz)

    What it says is what the exchange said. While the mirror cannot be vouched for, the state of an order that was open
    cannot either: reading it raises `MirrorNotLive`. A finished order stays finished.
    """

    def __init__(self, keeper: Keeper, ord_id: str, cl_ord_id: str, record: OrderRecord | None) -> None:
        self._keeper = keeper
        self._ord_id = ord_id
        self._cl_ord_id = cl_ord_id
        self._record = record
        self._news = asyncio.Event()
        self._streams: list[Stream[Change]] = []

    def __repr__(self) -> str:
        row = self.last_known
        return f"<MirroredOrder {self.ord_id or self.cl_ord_id}: {'unknown' if row is None else row.state}>"

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
    def last_known(self) -> Order | None:
        """The order as the exchange told it last, without a guarantee; ``None`` while it is not known."""
        return self._record.row if self._record is not None else None

    @property
    def row(self) -> Order:
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
        """``live``, ``partially_filled``, ``filled``, ``canceled``, ``mmp_canceled``, or ``not_found``; see `row`."""
        return self.row.state or ""

    @property
    def acc_fill_sz(self) -> Decimal:
        """How much of it is filled; see `row`."""
        return self.row.acc_fill_sz or Decimal(0)

    @property
    def fills(self) -> list[OwnFill]:
        """Its fills as far as they are known, in the order they came."""
        return list(self._record.fills.values()) if self._record is not None else []

    async def accepted(self, timeout: float | None = None) -> Order:
        """Wait until the exchange has told of it, over a channel or REST, and return it.

        An order that was refused is never told of; the call that placed it says so.

        Args:
            timeout: Seconds; ``None`` waits as long as it takes.

        Raises:
            TimedOut: It was not told of in time.
            ClientClosed: The client was closed meanwhile.
        """
        return await self._until(lambda record: True, timeout, "accepted")

    async def done(self, timeout: float | None = None) -> Order:
        """Wait until nothing comes any more, and return its last state.

        A push that got lost delays this to the next audit; it cannot be missed.

        Args:
            timeout: Seconds; ``None`` waits as long as it takes.

        Raises:
            TimedOut: It was not done in time.
            ClientClosed: The client was closed meanwhile.
        """
        return await self._until(lambda record: record.final, timeout, "done")

    async def _until(self, over: Callable[[OrderRecord], bool], timeout: float | None, what: str) -> Order:
        self._keeper.start()
        try:
            async with asyncio.timeout(timeout):
                while self._record is None or not over(self._record):
                    error = self._keeper.ended()
                    if error is not None:
                        raise error
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TimedOut(f"{self!r} is not {what} after {timeout:g} s") from None
        return self._record.row

    def __aiter__(self) -> OrderChanges:
        """Return what happens to it, beginning with what is known now; ends behind its last change."""
        self._keeper.start()
        return OrderChanges(f"order {self._ord_id or self._cl_ord_id}", self._join)

    # -- the mirror's side

    def take(self, record: OrderRecord, change: Change) -> None:
        """Take what happened to it."""
        if self._record is None:
            self._record = record
            self._ord_id, self._cl_ord_id = record.row.ord_id, record.row.cl_ord_id or ""
        self.hear(change)

    def hear(self, change: Change) -> None:
        """Take what concerns everybody."""
        for stream in self._streams:
            stream.push(change)
        self._news.set()

    def end(self, error: OkxError | None) -> None:
        """Nothing will be told any more."""
        end_all(self._streams, error)
        self._news.set()

    def _join(self, stream: Stream[Change]) -> Callable[[], None]:
        self._streams.append(stream)
        if self._record is not None:
            record = self._record
            stream.push(OrderChanged(record.version, record.row, None, record.final, "push"))
        return lambda: self._streams.remove(stream)
