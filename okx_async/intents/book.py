"""The intents of one client: which are open, by every name their orders have, and the journal behind them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from ..core.intent import Outcome, Record, Verb
from ..errors import JournalFailed
from .intent import Intent
from .journal import Journal

__all__ = ["UNSENT", "IntentBook"]

_log = logging.getLogger("okx_async.intents")

UNSENT = "it was not sent"
"""What is written of an intent whose call ended before it was sent."""
FLUSH = 0.2
"""Seconds after which an outcome is written at the latest.

The journal need not have it sooner: an intent without an outcome is looked up again after a restart, and found.
"""


class IntentBook:
    """Open intents, and the way into the journal.

    Args:
        journal: Where they are written down.

    Attributes:
        listeners: Told of each intent whose outcome is known, or whose call has given up waiting for it.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.listeners: list[Callable[[Intent], None]] = []
        self._open: dict[str, Intent] = {}
        self._named: dict[str, list[Intent]] = {}
        self._unwritten: dict[str, Record] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def open(self) -> list[Intent]:
        """Intents whose outcome is not known yet, the oldest first."""
        return list(self._open.values())

    def named(self, *names: str | None) -> list[Intent]:
        """Return the open intents about an order, by client id or exchange id."""
        found: dict[str, Intent] = {}
        for name in names:
            for intent in self._named.get(name or "", ()):
                found[intent.record.key] = intent
        return list(found.values())

    def add(self, intents: Iterable[Intent]) -> None:
        """Take intents in."""
        for intent in intents:
            record = intent.record
            self._open[record.key] = intent
            for name in _names(record):
                self._named.setdefault(name, []).append(intent)

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        """Return what is known of orders of one client id, the latest first.

        Raises:
            JournalFailed: It cannot be read.
        """
        await self.flush()
        try:
            return await self.journal.find(cl_ord_id)
        except Exception as error:
            raise JournalFailed(f"the journal could not be read: {error}") from error

    async def begin(self, intents: Sequence[Intent]) -> None:
        """Write new intents down; they may be sent when this returns.

        Raises:
            JournalFailed: They must not be sent.
        """
        waiting, self._unwritten = self._unwritten, {}
        try:
            await self.journal.write([*waiting.values(), *[intent.record for intent in intents]])
        except Exception as error:
            self._unwritten = waiting | self._unwritten
            raise JournalFailed(f"the journal could not be written, so nothing was sent: {error}") from error
        except BaseException:
            self._unwritten = waiting | self._unwritten
            for intent in intents:  # they may be in the journal, but nobody will send them
                self.settle(intent, Outcome.REJECTED, msg=UNSENT)
            raise
        self.add(intents)

    def settle(self, intent: Intent, outcome: Outcome, *, ord_id: str = "", code: str = "", msg: str = "") -> None:
        """Say what became of an intent; the first word counts."""
        if not intent.settle(outcome, ord_id=ord_id, code=code, msg=msg):
            return
        record = intent.record
        self._open.pop(record.key, None)
        for name in _names(record):
            named = self._named.pop(name, None)
            if named is None or named == [intent]:
                continue
            left = self._named[name] = [one for one in named if one is not intent]
            if record.verb is Verb.PLACE and record.ord_id and name == record.cl_ord_id:
                for other in left:
                    other.others |= {record.ord_id}  # it is this one's order, and not that one's
        self._unwritten[record.key] = record
        if self._timer is None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(FLUSH, self._flush_soon)
        self._tell(intent)

    def hand_over(self, intent: Intent) -> None:
        """Note that the call of an intent waits no longer; looking for it goes on."""
        if not intent.over:
            intent.handed_over = True
            self._tell(intent)

    def _tell(self, intent: Intent) -> None:
        for listener in self.listeners:
            listener(intent)

    def _flush_soon(self) -> None:
        self._timer = None
        if self._unwritten and self._flushing is None:
            self._flushing = asyncio.create_task(self.flush(), name="okx journal")
            self._flushing.add_done_callback(self._flushed)

    def _flushed(self, _: asyncio.Task[None]) -> None:
        self._flushing = None

    async def flush(self) -> None:
        """Write the outcomes that are not written yet; failures are logged, for they can be found out again."""
        waiting, self._unwritten = self._unwritten, {}
        if not waiting:
            return
        try:
            await self.journal.write(list(waiting.values()))
        except BaseException as error:
            self._unwritten = waiting | self._unwritten
            if not isinstance(error, Exception):
                raise
            _log.warning("%d outcome(s) could not be written to the journal: %s", len(waiting), error)

    async def aclose(self) -> None:
        """Write what is left and end the journal. What is settled later is found out anew."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is not None:
            await self._flushing
        await self.flush()
        await self.journal.aclose()


def _names(record: Record) -> tuple[str, ...]:
    """Return what the order of an intent is called, as far as it is known."""
    if record.cl_ord_id and record.ord_id and record.cl_ord_id != record.ord_id:
        return record.cl_ord_id, record.ord_id
    name = record.cl_ord_id or record.ord_id
    return (name,) if name else ()
