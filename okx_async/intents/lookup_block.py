"""Where the exchange is asked for RFQs, quotes and the block trades they become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.intent import Kind, Record
from ..errors import NotFound, Unavailable
from ..v5.chapters import V5Chapters
from ..v5.models.block import BlockTrade
from .judge import ids
from .readings import Readings

__all__ = ["BLOCKS", "BlockLookup"]

BLOCKS = frozenset((Kind.RFQ, Kind.QUOTE, Kind.BLOCK))
"""The sorts that are looked up here."""

_AROUND_MS = 60_000
"""How far behind an intent what it made is looked for in lists: more than clocks that are in use differ."""
_PAGE, _PAGES = 100, 3
_PENDING = "pending_fill"


class BlockLookup:
    """Finds RFQs, quotes and block trades.

    RFQs and quotes may be asked for twice in 2 s, and quoted is 25 times as often: who looks for one alone asks for it
    by its id, and for several the list is read, in which whatever became of them is told. (Get rfqs; Get quotes)

    Args:
        okx: Asks.
    """

    def __init__(self, okx: V5Chapters) -> None:
        self._okx = okx
        self._readings: Readings[Kind, Any] = Readings(self._read)

    async def order(self, record: Record) -> Any:
        """Return what an intent has made as it is now, ``None`` when the exchange knows nothing of it.

        Raises:
            OkxError: It could not be asked.
        """
        if record.kind is Kind.BLOCK:
            return await self._trade(record)
        return await self._readings.find(record.kind, record)

    async def arrived(self, record: Record) -> None:
        """Make sure that what `order` has not found is not on its way, which only block trades may be.

        Raises:
            OkxError: It is, or the exchange could not be asked.
        """
        if record.kind is Kind.BLOCK:
            rfq_id = str(record.fields["rfqId"])
            rows = await self._listed(self._okx.block.rfqs, rfq_id=rfq_id)
            if any(row.state == _PENDING for row in rows if row.rfq_id == rfq_id):
                raise Unavailable("", f"RFQ {rfq_id} is being executed", where=record.name)

    async def _trade(self, record: Record) -> BlockTrade | None:
        """Return the block trade at a quote; one that went through before one that failed."""
        rows = await self._listed(self._okx.block.trades, quote_id=record.ord_id)
        found = [row for row in rows if row.quote_id == record.ord_id]
        return next((row for row in found if row.is_successful is not False), found[0] if found else None)

    async def _read(self, kind: Kind, wanted: Mapping[int, Record]) -> Mapping[int, Any]:
        missing = dict(wanted)
        found: dict[int, Any] = {}

        def see(rows: list[Any]) -> None:
            for row in rows:
                for number in [one for one, record in missing.items() if _is(kind, row, record)]:
                    found[number] = row
                    del missing[number]

        whole = len(wanted) > 1 and await self._turn_pages(kind, wanted, missing, see)
        for record in list(missing.values() if not whole else ()):
            see(await self._by_id(kind, record))
        return found

    async def _turn_pages(
        self, kind: Kind, wanted: Mapping[int, Record], missing: Mapping[int, Record], see: Any
    ) -> bool:
        """Read the newest; return whether all was seen that is young enough, or found before."""
        begin = min(record.made for record in wanted.values()) - _AROUND_MS
        older: dict[str, Any] = {}
        for _ in range(_PAGES):
            rows = await self._listed(self._call(kind), limit=_PAGE, **older)
            see(rows)
            if not missing or len(rows) < _PAGE or (rows[-1].c_time or 0) < begin:
                return True
            older = {"end_id": ids(kind, rows[-1])[0]}
        return False

    async def _by_id(self, kind: Kind, record: Record) -> list[Any]:
        own = "rfq_id" if kind is Kind.RFQ else "quote_id"
        name = {own: record.ord_id} if record.ord_id else {f"cl_{own}": record.cl_ord_id}
        return await self._listed(self._call(kind), **name)

    def _call(self, kind: Kind) -> Any:
        return self._okx.block.rfqs if kind is Kind.RFQ else self._okx.block.quotes

    async def _listed(self, call: Any, **fields: Any) -> list[Any]:
        try:
            rows: list[Any] = await call(**fields)
        except NotFound:
            return []
        return rows


def _is(kind: Kind, row: Any, record: Record) -> bool:
    number, name = ids(kind, row)
    return bool(number == record.ord_id if record.ord_id else name == record.cl_ord_id)
