"""Where the exchange is asked for an order: by its client id, then in the list of those that are over."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable
from typing import Any

from ..core.intent import Kind, Record
from ..errors import NotFound, UnknownInstrument
from ..v5.chapters import V5Chapters
from ..v5.instruments import type_of
from .lookup_block import BLOCKS, BlockLookup

__all__ = ["Lookup"]

_AROUND_MS = 300_000
"""How far around an intent its order is looked for in history: clocks may differ, and its turn may have come late."""
_MARGIN = ("cross", "isolated")


class Lookup:
    """Finds orders.

    Args:
        okx: Asks.
        pages: Turns the pages of a list: `Client.pages`.
    """

    def __init__(self, okx: V5Chapters, pages: Callable[..., AsyncIterable[Any]]) -> None:
        self._okx = okx
        self._pages = pages
        self._blocks = BlockLookup(okx)

    async def order(self, record: Record) -> Any:
        """Return the order of an intent as it is now, ``None`` when the exchange knows none.

        Raises:
            OkxError: It could not be asked.
        """
        try:
            return await self._ask(record)
        except (NotFound, UnknownInstrument):
            return None

    async def _ask(self, record: Record) -> Any:
        ids: dict[str, Any] = {"ord_id": record.ord_id or None, "cl_ord_id": record.cl_ord_id or None}
        if record.ord_id:
            ids["cl_ord_id"] = None
        match record.kind:
            case Kind.ORDER:
                return await self._okx.trade.order(record.inst_id, **ids)
            case Kind.SPREAD:
                return await self._okx.spread.order(**ids)
            case Kind.ALGO:
                return await self._okx.algo.algo_order(record.ord_id or None, record.cl_ord_id or None)
            case _:
                return await self._blocks.order(record)

    async def history(self, record: Record) -> Any:
        """Return the order of an intent from the list of finished ones, ``None`` when it is not there.

        Algo orders, RFQs and quotes are told by `order` whatever became of them.

        Raises:
            OkxError: It could not be asked.
        """
        if record.kind in BLOCKS:
            await self._blocks.arrived(record)
            return None
        begin = max(0, record.made - _AROUND_MS)
        around: dict[str, Any] = {"begin": begin, "end": record.made + _AROUND_MS}
        lists: list[Any] = []
        if record.kind is Kind.ORDER:
            call = self._okx.trade.orders_history
            lists = [self._pages(call, kind, inst_id=record.inst_id, **around) for kind in self._types(record)]
        elif record.kind is Kind.SPREAD:
            lists = [self._pages(self._okx.spread.orders_history, record.inst_id or None, **around)]
        try:
            for rows in lists:
                async for row in rows:
                    if _named(row, record):
                        return row
        except (NotFound, UnknownInstrument):
            pass
        return None

    def _types(self, record: Record) -> list[str]:
        kind = type_of(record.inst_id) or "EVENTS"
        if kind != "SPOT":
            return [kind]
        mode = record.fields.get("tdMode") or record.fields.get("mgnMode")
        return ["MARGIN"] if mode in _MARGIN else ["SPOT"] if mode else ["SPOT", "MARGIN"]


def _named(row: Any, record: Record) -> bool:
    return bool(row.ord_id == record.ord_id if record.ord_id else row.cl_ord_id == record.cl_ord_id)
