"""Where the exchange of 2020 is asked for an order: by either of its ids, then in the lists of its product."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable
from typing import Any

from ..core.intent import Kind, Record
from ..errors import NotFound, Refused, UnknownInstrument
from ..v3.chapters import V3Chapters
from ..v3.intents import OrderTold, told

__all__ = ["LookupV3"]

_AROUND_MS = 300_000
"""How far behind an intent its order is looked for in lists: clocks may differ."""
_STATES = ("6", "7")
"""Open or partly filled; cancelled or filled. A list is of one state, or of one of these sets."""
_PURGED = 404


class LookupV3:
    """Finds orders.

    A cancelled order without a fill can be found for 2 hours, everything else for 7 days or 3 months. Of orders that
    share a client id only the newest is found by it. (Order enumerations)

    Args:
        okx: Asks.
        pages: Turns the pages of a list: `Client.pages`.
    """

    def __init__(self, okx: V3Chapters, pages: Callable[..., AsyncIterable[Any]]) -> None:
        self._okx = okx
        self._pages = pages

    async def order(self, record: Record) -> OrderTold | None:
        """Return the order of an intent as it is now, ``None`` when the exchange knows none.

        Raises:
            OkxError: It could not be asked.
        """
        chapter, where = self._place(record)
        try:
            return told(await chapter.order(order_id=record.ord_id or record.cl_ord_id, **where), pushed=False)
        except (NotFound, UnknownInstrument):
            return None
        except Refused as error:
            if error.status == _PURGED:
                return None
            raise

    async def history(self, record: Record) -> OrderTold | None:
        """Return the order of an intent from the lists of its product, ``None`` when it is not there.

        Raises:
            OkxError: They could not be read.
        """
        chapter, where = self._place(record)
        for state in _STATES:
            try:
                async for row in self._pages(chapter.orders, state=state, **where):
                    if record.ord_id == row.order_id if record.ord_id else record.cl_ord_id == row.client_oid:
                        return told(row, pushed=False)
                    if row.ts is not None and row.ts < record.made - _AROUND_MS:
                        break  # the newest come first
            except (NotFound, UnknownInstrument):
                continue
        return None

    def _place(self, record: Record) -> tuple[Any, dict[str, str]]:
        """Return the chapter of an order's product, and how a call of it names the instrument."""
        named = "underlying" if record.kind is Kind.OPTION else "instrument_id"
        return getattr(self._okx, record.kind.value), {named: record.inst_id}
