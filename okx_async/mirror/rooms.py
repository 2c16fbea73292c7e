"""Where the mirror keeps algo and spread orders: their channels, what REST says of them, and who holds one."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any, Generic

from ..core.channel import Topic
from ..errors import NotFound, OkxError
from ..v5 import channels
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from .audience import Audience
from .handle import Fates, Keeper, MirroredAlgo, MirroredSpread
from .others import Book, OtherOrders, OtherPicture
from .picture import Trust
from .reader import TOGETHER, Host
from .sorts import ALGO, SPREAD, R, Sort
from .views import MirrorSettings

__all__ = ["AlgoRoom", "Room", "SpreadRoom", "furnish"]

#: Which algo orders the channel `algo-advance` tells of; the others are told by `orders-algo`.
_ADVANCED = frozenset(("move_order_stop", "iceberg", "twap", "smart_iceberg"))
_ENDED = ("effective", "canceled", "order_failed")


class Room(ABC, Generic[R]):
    """The orders of one sort. It is the `Keeper` of their handles.

    Args:
        host: The client.
        mirror: Whose.
        sort: Which orders.
        handle: What is made for those who hold one.
        settings: How the mirror is kept.
        book: Where changes are numbered.
        fates: Knows what became of orders that the exchange does not tell of.
    """

    def __init__(
        self,
        host: Host,
        mirror: Keeper,
        sort: Sort[R],
        handle: type[MirroredAlgo] | type[MirroredSpread],
        settings: MirrorSettings,
        book: Book,
        fates: Fates | None,
    ) -> None:
        self._host = host
        self._mirror = mirror
        self.sort = sort
        self._fates = fates
        self.orders = OtherOrders(sort, Trust(settings.lag, settings.settle), settings.keep_orders, book)
        self.audience: Audience[Any] = Audience(handle, sort.ids, (sort.change,), (sort.what,))
        self._picture: OtherPicture[R] = OtherPicture(0.0)

    # -- what its handles ask

    @property
    def live(self) -> bool:
        """Whether the mirror can be vouched for."""
        return self._mirror.live

    @property
    def cause(self) -> str:
        """Why not."""
        return self._mirror.cause

    def start(self) -> None:
        """Begin to mirror."""
        self._mirror.start()

    def ended(self) -> OkxError | None:
        """Return why the mirror will never say anything again."""
        return self._mirror.ended()

    async def fate(self, cl_ord_id: str) -> OkxError | None:
        """Return why an order that is not known will not be told of, ``None`` while it may be."""
        return await self._fates.fate((self.sort.kind,), cl_ord_id) if self._fates is not None and cl_ord_id else None

    def held(self, ord_id: str, cl_ord_id: str) -> Any:
        """Return the handle of an order."""
        shelf = self.orders.shelf
        return self.audience.handle(self, ord_id, cl_ord_id, shelf.find(ord_id) if ord_id else shelf.named(cl_ord_id))

    # -- what the mirror does with it

    @abstractmethod
    def topics(self) -> list[Topic[Any]]:
        """Return the channels that tell of its orders."""

    def take(self, row: R, now: float) -> None:
        """Take a push."""
        self.orders.push(row, now)

    def hear(self, change: Any) -> None:
        """Let those who hold an order know."""
        self.audience.hear(change, self.orders.shelf.find)

    async def read(self, since: int | None, began: float) -> None:
        """Read over REST what there is, to be compared.

        Args:
            since: From when on finished orders are wanted, Unix milliseconds; ``None`` for none of them.
            began: The mirror's clock now.
        """
        picture: OtherPicture[R] = OtherPicture(began, await self._listed(since))
        shown = {self.sort.ids(row)[0] for row in picture.rows}
        missing = [record.row for ord_id, record in self.orders.shelf.open.items() if ord_id not in shown]
        for at in range(0, len(missing), TOGETHER):
            some = missing[at : at + TOGETHER]
            for row, answer in zip(some, await asyncio.gather(*(self._one(row) for row in some)), strict=True):
                if answer is None:
                    picture.absent.add(self.sort.ids(row)[0])
                else:
                    picture.rows.append(answer)
        self._picture = picture

    def differs(self) -> bool:
        """Tell whether REST knew better about anything when it was read."""
        return self.orders.differs(self._picture)

    def reconcile(self, cause: str) -> int:
        """Put right what REST knew better; see `OtherOrders.reconcile`."""
        return self.orders.reconcile(self._picture, cause)

    def doubts(self) -> bool:
        """Tell whether something could not be judged yet."""
        return self.orders.doubts(self._picture)

    @abstractmethod
    async def _listed(self, since: int | None) -> list[R]:
        """Return open orders, and those that finished since a moment."""

    @abstractmethod
    async def _asked(self, row: R) -> R:
        """Return one order as it is now."""

    async def _one(self, row: R) -> R | None:
        try:
            return await self._asked(row)
        except NotFound:
            return None


class AlgoRoom(Room[AlgoOrder]):
    """Algo orders of the types that are asked for."""

    def __init__(self, host: Host, mirror: Keeper, settings: MirrorSettings, book: Book, fates: Fates | None) -> None:
        super().__init__(host, mirror, ALGO, MirroredAlgo, settings, book, fates)
        self._types = settings.algo_types

    def topics(self) -> list[Topic[Any]]:
        """Return one or two channels, by the types that are asked for."""
        found: list[Topic[Any]] = []
        if not _ADVANCED.issuperset(self._types):
            found.append(channels.orders_algo("ANY"))
        if not _ADVANCED.isdisjoint(self._types):
            found.append(channels.algo_advance("ANY"))
        return found

    def take(self, row: AlgoOrder, now: float) -> None:
        """Take a push; one of a type that is not asked for could not be reconciled."""
        if row.ord_type in self._types:
            super().take(row, now)

    async def _listed(self, since: int | None) -> list[AlgoOrder]:
        host = self._host
        rows: list[AlgoOrder] = []
        for kind in self._types:
            rows += [row async for row in host.pages(host.algo.algo_orders_pending, kind)]
            for state in _ENDED if since is not None else ():
                # Newest first, and without a filter by time: what is older was open, and is asked for by its id.
                async for row in host.pages(host.algo.algo_orders_history, kind, state):
                    if (row.c_time or 0) < (since or 0):
                        break
                    rows.append(row)
        return rows

    async def _asked(self, row: AlgoOrder) -> AlgoOrder:
        return await self._host.algo.algo_order(row.algo_id)


class SpreadRoom(Room[SpreadOrder]):
    """Spread orders. Their trades are rows of the channel `sprd-trades`, and not kept here."""

    def __init__(self, host: Host, mirror: Keeper, settings: MirrorSettings, book: Book, fates: Fates | None) -> None:
        super().__init__(host, mirror, SPREAD, MirroredSpread, settings, book, fates)

    def topics(self) -> list[Topic[Any]]:
        """Return the channel of spread orders."""
        return [channels.sprd_orders()]

    async def _listed(self, since: int | None) -> list[SpreadOrder]:
        host = self._host
        rows: list[SpreadOrder] = [row async for row in host.pages(host.spread.orders_pending)]
        if since is not None:
            rows += [row async for row in host.pages(host.spread.orders_history, begin=since)]
        return rows

    async def _asked(self, row: SpreadOrder) -> SpreadOrder:
        return await self._host.spread.order(ord_id=row.ord_id)


def furnish(host: Host, mirror: Keeper, settings: MirrorSettings, book: Book, fates: Fates | None) -> list[Room[Any]]:
    """Return the rooms of the sorts of orders that are asked for beside ordinary ones."""
    rooms: list[Room[Any]] = []
    if settings.algo_types:
        rooms.append(AlgoRoom(host, mirror, settings, book, fates))
    if settings.spreads:
        rooms.append(SpreadRoom(host, mirror, settings, book, fates))
    return rooms
