"""Where the exchange of 2020 is asked for an order: by either of its ids, then in the lists of its product."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..core.intent import Kind, Record
from ..errors import NotFound, Refused, UnknownInstrument
from ..v3.chapters import V3Chapters
from ..v3.intents import OrderTold, told
from .readings import Readings

__all__ = ["LookupV3"]

_AROUND_MS = 60_000
"""How far behind an intent its order is looked for in lists: more than clocks that are in use differ."""
_STATES = ("6", "7")
"""Open or partly filled; cancelled or filled, in the order in which an order goes through them. What is on its way from
one state to another is told by its id alone."""
_PURGED = 404
_PAGE, _PAGES = 100, 3
"""How long a page is, and how many of a list are read: lists have no bounds in time, and an order that is older than
so many others was asked for by its id."""

_Place = tuple[Kind, str]


class LookupV3:
    """Finds orders.

    A cancelled order without a fill can be found for 2 hours, everything else for 7 days or 3 months. Of orders that
    share a client id only the newest is found by it. V3 lets lists be read much more rarely than orders be placed, so
    they are read once for all that are looked for at the same time. (Order enumerations, Rate limits)

    Args:
        okx: Asks.
    """

    def __init__(self, okx: V3Chapters) -> None:
        self._okx = okx
        self._readings: Readings[_Place, OrderTold] = Readings(self._read)

    async def order(self, record: Record) -> OrderTold | None:
        """Return the order of an intent as it is now, ``None`` when the exchange knows none.

        Raises:
            OkxError: It could not be asked.
        """
        chapter, where = self._chapter((record.kind, record.inst_id))
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
        return await self._readings.find((record.kind, record.inst_id), record)

    async def _read(self, place: _Place, wanted: Mapping[int, Record]) -> dict[int, OrderTold]:
        """Read the lists until every order is found, or all that are young enough are read."""
        chapter, where = self._chapter(place)
        begin = min(record.made for record in wanted.values()) - _AROUND_MS
        names = _Names(wanted)
        for state in _STATES:
            older: dict[str, str] = {}
            for _ in range(_PAGES if names.missing else 0):
                try:
                    rows = await chapter.orders(state=state, limit=_PAGE, **older, **where)
                except (NotFound, UnknownInstrument):
                    break
                for row in rows:
                    names.see(row)
                # The newest come first, and a short page is the last one. (Cursors)
                if not names.missing or len(rows) < _PAGE or (rows[-1].ts or 0) < begin:
                    break
                older = {"after": rows[-1].order_id}
        return names.found

    def _chapter(self, place: _Place) -> tuple[Any, dict[str, str]]:
        """Return the chapter of a product, and how a call of it names the instrument."""
        kind, name = place
        return getattr(self._okx, kind.value), {"underlying" if kind is Kind.OPTION else "instrument_id": name}


class _Names:
    """Who is looked for, by the name of the order; of orders that share one the newest counts, which comes first."""

    def __init__(self, wanted: Mapping[int, Record]) -> None:
        self._numbers: dict[str, list[int]] = {}
        for number, record in wanted.items():
            self._numbers.setdefault(record.ord_id or record.cl_ord_id, []).append(number)
        self.found: dict[int, OrderTold] = {}

    @property
    def missing(self) -> Collection[str]:
        """The names that were not seen."""
        return self._numbers

    def see(self, row: Any) -> None:
        """Take a row of a list."""
        for name in (row.order_id, row.client_oid or ""):
            for number in self._numbers.pop(name, ()):
                self.found[number] = told(row, pushed=False)
