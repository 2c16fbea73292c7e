"""`OKX.orders`: what became of one's orders, and those that earlier runs have left behind."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from ..core.intent import Record
from ..core.order_ids import NAMESPACE, belongs
from ..errors import BadParameter, NotAvailable, OkxError
from ..v5.chapters import V5Chapters
from ..v5.intents import ALGO_TYPES, GONE
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from ..v5.models.trade import Order
from .desk import IntentDesk
from .intent import Intent

__all__ = ["OrderDesk", "OwnOrders", "Swept"]

T = TypeVar("T")

_BATCH, _ALGO_BATCH = 20, 10

Orphan = Order | SpreadOrder | AlgoOrder


@dataclass(frozen=True, slots=True)
class Swept(Generic[T]):
    """What a sweep did.

    Attributes:
        cancelled: Orders whose cancellation the exchange has accepted; the order channel tells when it is done.
        gone: Orders that were over by then.
        failed: Orders that may still be open, each with the reason; sweep again.
    """

    cancelled: tuple[T, ...] = ()
    gone: tuple[T, ...] = ()
    failed: tuple[tuple[T, str], ...] = ()

    @classmethod
    def of(cls, told: Iterable[tuple[T, str]], gone: Collection[str], *, done: str) -> Self:
        """Sort orders by what was said to their cancellation.

        Args:
            told: Each order with its code, or with what went wrong.
            gone: Codes that say that it was over.
            done: The code that says that it is accepted.
        """
        rows = list(told)
        return cls(
            tuple(order for order, why in rows if why == done),
            tuple(order for order, why in rows if why in gone),
            tuple((order, why) for order, why in rows if why != done and why not in gone),
        )


class OwnOrders:
    """What is known of one's orders beyond their answers.

    An orphan is an open order whose client id was made in the same namespace, but not by this client: an earlier run of
    the program has left it. So give each program that runs at the same time a namespace of its own.

    Args:
        desk: The intents.
    """

    def __init__(self, desk: IntentDesk) -> None:
        self._desk = desk

    @property
    def namespace(self) -> str:
        """What the client ids made here begin with."""
        return self._desk.ids.namespace

    @property
    def open(self) -> Sequence[Intent]:
        """Intents whose outcome is not known now: under way, or being looked for."""
        return self._desk.book.open

    def make_id(self) -> str:
        """Return a new client id, for those who want to know it before they place an order."""
        return self._desk.ids.make()

    def mine(self, cl_ord_id: str | None) -> bool:
        """Tell whether a client id was made by this client."""
        return self._desk.ids.mine(cl_ord_id or "")

    async def history(self, cl_ord_id: str) -> Sequence[Record]:
        """Return what the journal knows of a client id, the latest first: placed, amended, cancelled.

        Raises:
            JournalFailed: It cannot be read.
        """
        await self._desk.open()
        return await self._desk.book.find(cl_ord_id)

    async def reconciled(self) -> None:
        """Wait until it is known what became of the orders of earlier runs; new ones would wait for it anyway.

        Raises:
            NotReconciled: It could not be found out in time.
            BadParameter: The journal is another client's or site's.
        """
        await self._desk.reconciled()

    def _stranger(self, namespace: str | None) -> Callable[[str], bool]:
        """Return what tells client ids of a namespace that were not made here.

        Raises:
            BadParameter: There is no namespace.
        """
        name = self.namespace if namespace is None else namespace
        if not 0 < len(name) <= NAMESPACE:
            raise BadParameter("orphans are found by their namespace: give the client one, e.g. namespace='bot1'")
        return lambda cl_ord_id: belongs(cl_ord_id, name) and not self.mine(cl_ord_id)


class OrderDesk(OwnOrders):
    """What is known of one's orders beyond their answers; see `OwnOrders`.

    Args:
        okx: Asks and cancels.
        desk: The intents.
        pages: Turns pages: `Client.pages`.
    """

    def __init__(self, okx: V5Chapters, desk: IntentDesk, pages: Callable[..., AsyncIterable[Any]]) -> None:
        super().__init__(desk)
        self._okx = okx
        self._pages = pages

    async def orphans(self, namespace: str | None = None, *, spreads: bool = True, algos: bool = True) -> list[Orphan]:
        """Return the open orders of a namespace that this client has not placed.

        Args:
            namespace: Whose; by default the client's own.
            spreads: Whether spread orders are looked for as well.
            algos: Whether waiting algo orders are looked for as well, by their ``algo_cl_ord_id``: one request for
                each of their types.

        Raises:
            BadParameter: There is no namespace.
            OkxError: The open orders could not be read.
        """
        stranger = self._stranger(namespace)
        found: list[Orphan] = [order async for order in self._pages(self._okx.trade.orders_pending)]
        if spreads:
            with suppress(NotAvailable):  # a site without spreads has no orphans there
                found += [order async for order in self._pages(self._okx.spread.orders_pending)]
        for kind in ALGO_TYPES if algos else ():
            with suppress(NotAvailable):
                found += [order async for order in self._pages(self._okx.algo.algo_orders_pending, kind)]
        return [one for one in found if stranger(_name(one))]

    async def sweep(self, namespace: str | None = None, *, spreads: bool = True, algos: bool = True) -> Swept[Orphan]:
        """Cancel the orphans of a namespace, and say what came of each.

        Algo orders go first, so that none is triggered meanwhile.

        Args:
            namespace: Whose; by default the client's own.
            spreads: Whether spread orders are swept as well.
            algos: Whether waiting algo orders are swept as well.

        Raises:
            BadParameter: There is no namespace.
            OkxError: The open orders could not be read; nothing was cancelled.
        """
        orders = await self.orphans(namespace, spreads=spreads, algos=algos)
        told: list[tuple[Orphan, str]] = []
        waiting = [order for order in orders if isinstance(order, AlgoOrder)]
        for at in range(0, len(waiting), _ALGO_BATCH):
            told += await self._cancel_algos(waiting[at : at + _ALGO_BATCH])
        plain = [order for order in orders if isinstance(order, Order)]
        for at in range(0, len(plain), _BATCH):
            told += await self._cancel(plain[at : at + _BATCH])
        for order in orders:
            if isinstance(order, SpreadOrder):
                told.append((order, await self._cancel_spread(order)))
        return Swept.of(told, GONE, done="0")

    async def _cancel(self, orders: list[Order]) -> list[tuple[Orphan, str]]:
        """Cancel up to 20 orders; returns each with its code, or with what went wrong."""
        ids = [{"inst_id": order.inst_id, "ord_id": order.ord_id} for order in orders]
        return await _codes(orders, self._okx.trade.cancel_batch_orders(ids))

    async def _cancel_algos(self, orders: list[AlgoOrder]) -> list[tuple[Orphan, str]]:
        """Cancel up to 10 algo orders; returns each with its code, or with what went wrong."""
        ids = [{"inst_id": order.inst_id, "algo_id": order.algo_id} for order in orders]
        return await _codes(orders, self._okx.algo.cancel_algo_orders(ids))

    async def _cancel_spread(self, order: SpreadOrder) -> str:
        try:
            row = await self._okx.spread.cancel_order(ord_id=order.ord_id)
        except OkxError as error:
            return str(error)
        return row.s_code or "0"


async def _codes(orders: Sequence[Orphan], batch: Awaitable[Sequence[Any]]) -> list[tuple[Orphan, str]]:
    try:
        rows = await batch
    except OkxError as error:
        return [(order, str(error)) for order in orders]
    codes = [row.s_code if row.s_code == "0" or row.already_gone else f"{row.s_code} {row.s_msg or ''}" for row in rows]
    return [(order, code or "") for order, code in zip(orders, codes, strict=True)]


def _name(order: Orphan) -> str:
    return (order.algo_cl_ord_id if isinstance(order, AlgoOrder) else order.cl_ord_id) or ""
