"""Finds out what became of intents whose answer is missing: by the order channel, a query, and history.

It only asks. Nothing is ever sent again from here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, Protocol

from ..core.intent import Kind, Outcome, Record, Verb
from ..core.patience import waiting
from ..errors import OkxError
from ..settings import Resolution
from .book import IntentBook
from .intent import Intent
from .judge import Verdict, by_push, by_row, ids, same

__all__ = ["Lookup", "Resolver"]

_log = logging.getLogger("okx_async.intents")

LOOK = 2.5
"""Seconds a look-up may take; a line that has died meanwhile must not hold the next one up."""
FIRST, MOST = 0.05, 1.0
"""Seconds between look-ups: at first, and at most."""
FEW, EACH, WINDOW = 2, 0.05, 2.0
"""So many may look as often as they like. More than that leave so many seconds for each of them, and no look-up takes a
turn from those that decide: limits count what was asked in so many seconds before."""
OVERDUE = 20.0
"""Seconds after which no request arrives any more, whatever the clocks say."""


class Lookup(Protocol):
    """Who asks the exchange for orders. What is returned has the attributes of V5's orders, in V5's words."""

    async def order(self, record: Record) -> Any:
        """Return the order of an intent as it is now, ``None`` when the exchange knows none.

        Raises:
            OkxError: It could not be asked.
        """
        ...

    async def history(self, record: Record) -> Any:
        """Return the order of an intent from the lists of orders, ``None`` when it is not there.

        Raises:
            OkxError: They could not be read.
        """
        ...


class Resolver:
    """Looks for intents.

    Args:
        book: The intents.
        lookup: Asks the exchange.
        resolution: How long what may take.
        now: Returns the exchange's time, Unix milliseconds, as far as it is known.
        ask_time: Asks the exchange for its time; returns whether it has said it.
    """

    def __init__(
        self,
        book: IntentBook,
        lookup: Lookup,
        resolution: Resolution,
        now: Callable[[], int],
        ask_time: Callable[[], Awaitable[bool]],
    ) -> None:
        self._book = book
        self._lookup = lookup
        self._resolution = resolution
        self._now = now
        self._ask_time = ask_time
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def pursue(self, intent: Intent) -> None:
        """Begin to look for an intent, unless that is under way or it is over."""
        key = intent.record.key
        if self._closed:
            intent.abandon()
        elif not intent.over and key not in self._tasks:
            task = asyncio.create_task(self._pursue(intent), name=f"okx looking for {key}")
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def wait(self, intents: Sequence[Intent]) -> None:
        """Wait for outcomes, but for no longer than patience lasts."""
        waiting = [intent for intent in intents if not intent.over]
        if waiting and self._resolution.patience:
            try:
                async with asyncio.timeout(self._resolution.patience):
                    for intent in waiting:
                        await intent.resolved()
            except TimeoutError:
                pass

    def heard(self, kinds: Collection[Kind], row: Any) -> None:
        """Take a push of a channel that tells of some sorts of orders, which are named alike."""
        names = ids(next(iter(kinds)), row)
        found = [intent for intent in self._book.named(*names) if intent.sent and intent.kind in kinds]
        places = sum(intent.verb is Verb.PLACE for intent in found)
        for intent in found:
            # Of two new orders under one name only one can be there; which one, a push does not tell.
            if places < 2 or intent.verb is not Verb.PLACE:
                self._conclude(intent, by_push(intent.record, row, intent.others), row)

    async def find(self, record: Record) -> Any:
        """Return the order of an intent, ``None`` when the exchange does not know it or cannot be asked."""
        try:
            async with asyncio.timeout(LOOK):
                return await self._lookup.order(record) or await self._lookup.history(record)
        except (OkxError, TimeoutError):
            return None

    def _left(self, intent: Intent) -> float:
        """Return the seconds until nothing of an intent can turn up at the exchange any more, 0 or less when it is so.

        That moment is reckoned by a clock that nobody can set. Where the exchange's clock says that it takes the
        request for longer, because one of the two clocks was set meanwhile, it is believed within reason.
        """
        record, times = intent.record, self._resolution
        since = asyncio.get_running_loop().time() - intent.sent_at
        if intent.heard:
            return times.settle - since
        away = times.arrive if intent.verb is Verb.CANCEL else times.undated
        if intent.dated:
            away = times.expire
        left = away + times.settle - since
        if not record.expires:
            return left
        by_exchange = (record.expires - self._now()) / 1000 + times.settle
        return max(left, min(by_exchange, OVERDUE - since))

    async def _late(self, intent: Intent) -> bool:
        """Tell whether nothing of an intent can turn up at the exchange any more.

        The exchange is asked for its time first: that it takes a request no more is so by its own clock, and what was
        known of that clock when the request was sent may have been wrong.
        """
        if self._left(intent) > 0:
            return False
        if intent.heard or not intent.record.expires or asyncio.get_running_loop().time() - intent.sent_at > OVERDUE:
            return True
        return await self._ask_time() and self._left(intent) <= 0

    async def _pursue(self, intent: Intent) -> None:
        pause = FIRST
        while not intent.over:
            intent.looks += 1
            try:
                async with asyncio.timeout(LOOK):
                    late = await self._late(intent)
                    with waiting(priority="amend" if late else None):
                        row = _own(intent, await self._lookup.order(intent.record))
                        if row is None and late:
                            row = _own(intent, await self._lookup.history(intent.record))
            except (OkxError, TimeoutError) as error:
                intent.trouble = str(error) or "no answer in time"
                _log.info("%s cannot be looked up: %s", intent.record.name, intent.trouble)
            else:
                intent.trouble = ""
                self._conclude(intent, by_row(intent.record, row, intent.others, late=late), row)
            if not intent.over:
                await self._pause(intent, pause)
                pause = min(pause * 2, MOST)

    async def _pause(self, intent: Intent, seconds: float) -> None:
        """Wait, but no longer than until it can be decided, or until the order channel has decided it."""
        left, crowd = self._left(intent), len(self._tasks)
        if left > 0:
            if crowd > FEW:
                seconds = max(seconds, crowd * EACH)
                seconds = seconds if seconds + WINDOW <= left else left + 0.01
            seconds = min(seconds, left + 0.01)
        try:
            async with asyncio.timeout(seconds):
                await intent.resolved()
        except TimeoutError:
            pass

    def _conclude(self, intent: Intent, verdict: Verdict | None, row: Any) -> None:
        if verdict is None or intent.over:
            return
        intent.row = row
        ord_id, _ = ids(intent.kind, row)
        self._book.settle(intent, verdict.outcome, ord_id=ord_id, code=verdict.code, msg=verdict.msg)
        level = logging.WARNING if verdict.outcome is Outcome.UNKNOWN else logging.INFO
        _log.log(level, "%s", intent.story)

    async def aclose(self) -> None:
        """Stop looking, and let nobody wait any longer."""
        self._closed = True
        for intent in self._book.open:
            intent.abandon()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _own(intent: Intent, row: Any) -> Any:
    """Return what was found, ``None`` for another order: whoever has the name now is no part of this one's story."""
    return row if row is not None and same(intent.record, row, intent.others) else None
