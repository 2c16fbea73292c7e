"""Where the exchange of 2020 is asked for an order: by either of its ids, then in the lists of its product."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..core.intent import Kind, Record
from ..errors import NotFound, Refused, UnknownInstrument
from ..v3.chapters import V3Chapters
from ..v3.intents import OrderTold, told

__all__ = ["LookupV3"]

_AROUND_MS = 60_000
"""How far behind an intent its order is looked for in lists: more than clocks that are in use differ."""
_STATES = ("6", "7")
"""Open or partly filled; cancelled or filled, in the order in which an order goes through them. What is on its way from
one state to another is told by its id alone."""
_GATHER = 0.05
"""Seconds a reading waits for others who want it."""
_PURGED = 404
_PAGE, _PAGES = 100, 3
"""How long a page is, and how many of a list are read: lists have no bounds in time, and an order that is older than
so many others was asked for by its id."""

_Place = tuple[Kind, str]


@dataclass(slots=True, eq=False)
class _Turn:
    """The lists of one place, read by one look-up for all that wait.

    Attributes:
        begun: The number of the latest reading that was begun.
        done: The number of the latest reading that came to its end.
        waiting: The intents to look for.
        found: What the latest reading has found, by the number of who waits.
    """

    begun: int = 0
    done: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: dict[int, Record] = field(default_factory=dict[int, Record])
    found: dict[int, OrderTold] = field(default_factory=dict[int, OrderTold])


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
        self._turns: dict[_Place, _Turn] = {}
        self._numbers = count()

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

        Those who ask at the same time share a reading, but only one that was begun after they had asked.

        Raises:
            OkxError: They could not be read.
        """
        place = record.kind, record.inst_id
        turn = self._turns.setdefault(place, _Turn())
        number, asked = next(self._numbers), turn.begun
        turn.waiting[number] = record
        try:
            async with turn.lock:
                if turn.done <= asked:
                    await asyncio.sleep(_GATHER)
                    turn.begun += 1
                    turn.found = await self._read(place, dict(turn.waiting))
                    turn.done = turn.begun
                return turn.found.get(number)
        finally:
            del turn.waiting[number]
            if not turn.waiting:
                self._turns.pop(place, None)

    async def _read(self, place: _Place, wanted: dict[int, Record]) -> dict[int, OrderTold]:
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

    def __init__(self, wanted: dict[int, Record]) -> None:
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
