"""The instruments that exist: read once, kept current, looked up by id; a mistyped id is answered by name."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from math import inf
from time import monotonic
from typing import Any, Generic, TypeVar

import msgspec

from ..core.names import did_you_mean
from ..errors import OkxError, UnknownInstrument

__all__ = ["InstrumentCache"]

_log = logging.getLogger("okx_async.net.instruments")

T = TypeVar("T", bound=msgspec.Struct)

#: A list older than that is read again before an id is called unknown: it may have been listed since.
FRESH = 30.0
#: A list that no channel keeps current is read again when it is older than that; nobody waits for it meanwhile...
OLD = 3600.0
#: ... unless it is older than that.
TOO_OLD = 6 * OLD


class _List(Generic[T]):
    """Every instrument of one kind.

    Attributes:
        rows: By id.
        read: When they were read, on the monotonic clock.
        sure: Whether the channel was live when they were read, so that every later change was pushed.
        pushed: What was pushed while they were being read.
        lock: Held while they are read.
    """

    __slots__ = ("lock", "pushed", "read", "rows", "sure")

    def __init__(self) -> None:
        self.rows: dict[str, T] = {}
        self.read = -inf
        self.sure = False
        self.pushed: list[T] = []
        self.lock = asyncio.Lock()

    @property
    def age(self) -> float:
        return monotonic() - self.read


class InstrumentCache(Generic[T]):
    """Known instruments by kind: what one request lists. Many may ask at once, one request is sent.

    Args:
        kind_of: Returns the kind of an id, ``""`` when the id's shape does not tell.
        fetch: Reads every instrument of a kind.
        id_of: Returns the id of a row.
        live: Tells whether a channel brings every change of a kind at the moment.
    """

    def __init__(
        self,
        kind_of: Callable[[str], str],
        fetch: Callable[[str], Awaitable[Iterable[T]]],
        id_of: Callable[[T], str],
        live: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._kind_of = kind_of
        self._fetch = fetch
        self._id_of = id_of
        self._live = live
        self._lists: dict[str, _List[T]] = {}
        self._renewals: dict[str, asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Stop what is under way."""
        for task in self._renewals.values():
            task.cancel()
        await asyncio.gather(*self._renewals.values(), return_exceptions=True)

    async def check(self, inst_id: str) -> None:
        """Raise when an id certainly does not exist; what cannot be known is left to the exchange.

        Raises:
            UnknownInstrument: It is not in the exchange's list; the message names the closest one.
        """
        kind = self._kind_of(inst_id)
        if not kind or inst_id in self._known(kind):
            return
        try:
            rows = await self._rows(kind, inst_id)
        except OkxError as error:
            _log.warning("the list of instruments could not be read, so ids are not checked: %s", error)
            return
        if inst_id not in rows:
            raise _unknown(inst_id, rows)

    def peek(self, inst_id: str) -> T | None:
        """Return an instrument when nobody has to wait for its list, and the list need not be read anew either."""
        kind = self._kind_of(inst_id)
        listed = self._lists.get(kind)
        if listed is None:
            return None
        current = listed.sure if self._live(kind) else monotonic() - listed.read <= OLD
        return listed.rows.get(inst_id) if current else None

    async def get(self, inst_id: str) -> T:
        """Return an instrument; at most one request per kind, and again when an id is new or the list is old.

        Args:
            inst_id: Its id.

        Raises:
            UnknownInstrument: It is not in the exchange's list, or its id's shape does not tell which list to read.
            OkxError: The list could not be read.
        """
        kind = self._kind_of(inst_id)
        if not kind:
            raise UnknownInstrument(
                f"the shape of {inst_id!r} does not tell what kind of instrument it is, so it cannot be looked up",
                inst_id=inst_id,
            )
        rows = await self._rows(kind, inst_id)
        if inst_id not in rows:
            raise _unknown(inst_id, rows)
        return rows[inst_id]

    async def refresh(self, inst_id: str) -> T:
        """Read the list of an instrument anew, whatever its age, and return the instrument."""
        self.doubt(lambda kind: kind == self._kind_of(inst_id))
        return await self.get(inst_id)

    async def confirm(self, inst_id: str) -> T:
        """Return an instrument as it is listed now: its list is read anew unless that has just been done."""
        return await (self.get(inst_id) if self.age(inst_id) <= FRESH else self.refresh(inst_id))

    async def of_kind(self, kind: str) -> list[T]:
        """Return every instrument of a kind."""
        return list((await self._rows(kind)).values())

    async def current(self, kind: str) -> list[T]:
        """Return every instrument of a kind as it is listed now: read anew unless that has just been done."""
        listed = self._lists.get(kind)
        if listed is not None and listed.age > FRESH and not self._live(kind):
            self.doubt(lambda one: one == kind)
        return await self.of_kind(kind)

    def age(self, inst_id: str) -> float:
        """Return how many seconds ago the list of an instrument was read."""
        listed = self._lists.get(self._kind_of(inst_id))
        return listed.age if listed is not None else inf

    def kinds(self) -> Mapping[str, Mapping[str, T]]:
        """Return what is known at the moment: rows by id, by kind."""
        return {kind: listed.rows for kind, listed in self._lists.items()}

    def learn(self, kind: str, row: T) -> None:
        """Take a row the channel brought. It may say less than the list did, and what it leaves out still holds."""
        listed = self._lists.get(kind)
        if listed is None:
            return
        if listed.lock.locked():
            listed.pushed.append(row)
        self._upsert(listed, row)

    def doubt(self, which: Callable[[str], bool]) -> None:
        """Read lists anew when they are asked for next: changes may have been missed."""
        for kind, listed in self._lists.items():
            if which(kind):
                listed.sure = False
                listed.read = -inf

    def _known(self, kind: str) -> Mapping[str, T]:
        listed = self._lists.get(kind)
        return listed.rows if listed is not None else {}

    async def _rows(self, kind: str, wanted: str = "") -> dict[str, T]:
        """Return the rows of a kind, read anew when they may be out of date or lack the id that is wanted."""
        listed = self._lists.setdefault(kind, _List())
        if self._stale(kind, listed, wanted):
            async with listed.lock:
                if self._stale(kind, listed, wanted):
                    await self._read(kind, listed)
        elif listed.age > OLD and not self._live(kind) and kind not in self._renewals:
            self._renewals[kind] = asyncio.create_task(self._renew(kind, listed), name=f"okx instruments {kind}")
        return listed.rows

    def _stale(self, kind: str, listed: _List[T], wanted: str) -> bool:
        """Tell whether somebody has to wait for the list to be read."""
        if wanted and wanted not in listed.rows and listed.age > FRESH:
            return True
        return not listed.sure if self._live(kind) else listed.age > TOO_OLD

    async def _renew(self, kind: str, listed: _List[T]) -> None:
        """Read an old list anew while the old one serves: no order waits for it."""
        try:
            async with listed.lock:
                await self._read(kind, listed)
        finally:
            del self._renewals[kind]

    async def _read(self, kind: str, listed: _List[T]) -> None:
        sure = self._live(kind)
        listed.pushed.clear()
        try:
            rows = await self._fetch(kind)
        except OkxError as error:
            if not listed.rows:
                raise
            _log.warning("the list of %s could not be read anew, so the old one is used: %s", kind, error)
            return
        listed.rows = {self._id_of(row): row for row in rows}
        listed.read, listed.sure = monotonic(), sure
        for row in listed.pushed:
            self._upsert(listed, row)

    def _upsert(self, listed: _List[T], row: T) -> None:
        name = self._id_of(row)
        old = listed.rows.get(name)
        if old is not None:
            said: dict[str, Any] = msgspec.structs.asdict(row)
            row = msgspec.structs.replace(old, **{field: value for field, value in said.items() if value is not None})
        listed.rows[name] = row


def _unknown(inst_id: str, known: Iterable[str]) -> UnknownInstrument:
    return UnknownInstrument(
        f"no instrument {inst_id!r} exists on this site{did_you_mean(inst_id, known)}", inst_id=inst_id
    )
