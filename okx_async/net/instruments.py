"""The list of instruments that exist, so that a mistyped id is answered at once and by name."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from ..core.names import did_you_mean
from ..errors import OkxError, UnknownInstrument

__all__ = ["InstrumentList"]

_log = logging.getLogger("okx_async.net.instruments")

#: A list older than that is read again before an id is called unknown: it may have been listed since.
FRESH = 30.0


class InstrumentList:
    """Known instrument ids by kind, read once per kind and again when an id is missing.

    Args:
        kind_of: Returns the kind of an id (what one list covers), ``""`` when the id's shape does not tell.
        fetch: Returns every id of a kind.
    """

    def __init__(self, kind_of: Callable[[str], str], fetch: Callable[[str], Awaitable[set[str]]]) -> None:
        self._kind_of = kind_of
        self._fetch = fetch
        self._known: dict[str, tuple[float, set[str]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, inst_id: str) -> None:
        """Raise when an id certainly does not exist; what cannot be known is left to the exchange.

        Raises:
            UnknownInstrument: It is not in the exchange's list; the message names the closest one.
        """
        kind = self._kind_of(inst_id)
        if not kind:
            return
        async with self._locks.setdefault(kind, asyncio.Lock()):
            read, known = self._known.get(kind, (0.0, set()))
            if inst_id in known:
                return
            if time.monotonic() - read > FRESH or not read:
                try:
                    known = await self._fetch(kind)
                except OkxError as error:
                    _log.warning("the list of instruments could not be read, so ids are not checked: %s", error)
                    return
                self._known[kind] = (time.monotonic(), known)
        if inst_id not in known:
            raise UnknownInstrument(
                f"no instrument {inst_id!r} exists on this site{did_you_mean(inst_id, known)}", inst_id=inst_id
            )
