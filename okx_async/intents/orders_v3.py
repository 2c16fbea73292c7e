"""`OKEx.orders`: what became of one's orders, and those that earlier runs have left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Sequence
from contextlib import suppress
from typing import Any

from ..core.intent import Kind
from ..errors import BadParameter, NotAvailable, NotFound, OkxError
from ..v3.chapters import V3Chapters
from ..v3.intents import GONE, place_of
from ..v3.models.orders import Order
from ..v3.products import product_of
from .desk import IntentDesk
from .orders import OwnOrders, Swept

__all__ = ["OrderDeskV3"]

_OPEN = "6"
_TOGETHER = 10


class OrderDeskV3(OwnOrders):
    """What is known of one's orders beyond their answers; see `OwnOrders`.

    V3 lists open orders of one instrument at a time, so orphans are looked for where the caller says.

    Args:
        okx: Asks and cancels.
        desk: The intents.
        pages: Turns pages: `Client.pages`.
    """

    def __init__(self, okx: V3Chapters, desk: IntentDesk, pages: Callable[..., AsyncIterable[Any]]) -> None:
        super().__init__(desk)
        self._okx = okx
        self._pages = pages

    async def orphans(self, *instrument_ids: str, namespace: str | None = None) -> list[Order]:
        """Return the open orders of a namespace that this client has not placed.

        Args:
            instrument_ids: Where to look; of a currency pair its spot and margin orders are meant.
            namespace: Whose; by default the client's own.

        Raises:
            BadParameter: There is no namespace, or no instrument was named.
            OkxError: The open orders could not be read.
        """
        return [order for _, order in await self._orphans(instrument_ids, namespace)]

    async def sweep(self, *instrument_ids: str, namespace: str | None = None) -> Swept[Order]:
        """Cancel the orphans of a namespace, and say what came of each.

        Args:
            instrument_ids: Where to look, as for `orphans`.
            namespace: Whose; by default the client's own.

        Raises:
            BadParameter: There is no namespace, or no instrument was named.
            OkxError: The open orders could not be read; nothing was cancelled.
        """
        found = await self._orphans(instrument_ids, namespace)
        told: list[str] = []
        for at in range(0, len(found), _TOGETHER):
            told += await asyncio.gather(*(self._cancel(kind, order) for kind, order in found[at : at + _TOGETHER]))
        return Swept.of(zip((order for _, order in found), told, strict=True), GONE, done="0")

    async def _orphans(self, instrument_ids: Sequence[str], namespace: str | None) -> list[tuple[Kind, Order]]:
        belongs = self._stranger(namespace)
        if not instrument_ids:
            raise BadParameter("say where to look: V3 lists open orders of one instrument at a time")
        rows: dict[str, tuple[Kind, Order]] = {}
        for name in instrument_ids:
            kind = Kind(product_of(name))
            kinds = (Kind.SPOT, Kind.MARGIN) if kind is Kind.SPOT else (kind,)
            for one in kinds:
                # Which of the two lists tells of margin orders is not documented: what both tell is kept once.
                for row in await self._open(one, name):
                    rows.setdefault(f"{name} {row.order_id}", (one, row))
        return [(kind, row) for kind, row in rows.values() if belongs(row.client_oid or "")]

    async def _open(self, kind: Kind, name: str) -> list[Order]:
        chapter = getattr(self._okx, kind.value)
        if kind in (Kind.SPOT, Kind.MARGIN):
            listed = self._pages(chapter.orders_pending, instrument_id=name)
        elif kind is Kind.OPTION:
            listed = self._pages(
                chapter.orders, underlying=place_of(name, option=True), state=_OPEN, instrument_id=name
            )
        else:
            listed = self._pages(chapter.orders, instrument_id=name, state=_OPEN)
        rows: list[Order] = []
        # A pair without margin trading, or a site without a product, has no orphans there.
        with suppress(NotAvailable, NotFound):
            rows += [row async for row in listed]
        return rows

    async def _cancel(self, kind: Kind, order: Order) -> str:
        """Cancel an order and return its code, or what went wrong."""
        named = {"instrument_id": order.instrument_id}
        if kind is Kind.OPTION:
            named = {"underlying": place_of(order.instrument_id, option=True)}
        try:
            row = await getattr(self._okx, kind.value).cancel_order(order_id=order.order_id, **named)
        except OkxError as error:
            return str(error)
        return str(row.error_code or "0")
