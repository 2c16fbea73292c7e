"""Compares a live book with the exchange's REST book from time to time.

With the checksum at zero and the sequence right, a wrong level shows nowhere else. The REST book carries ``seqId``, so
the two can be compared at exactly the same moment: updates are kept while the REST answer is under way, the ones
behind its sequence id are applied to it, and both must then be equal at the same id. (V5 protocol.md, "Resync")
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from ..core.book import BookState, OrderBook, Verdict
from ..core.ladder import Row
from ..errors import OkxError
from .keeper import BookKeeper

__all__ = ["Audit", "RestBook"]

_log = logging.getLogger("okx_async.net.audit")

#: Updates kept while a REST answer is under way; more than that means that it came too late.
KEPT = 2000
#: Tries per audit: the REST book may come from a cache that is older than the first update kept.
TRIES = 5


class RestBook(msgspec.Struct, frozen=True):
    """The exchange's REST book: its sequence id and the rows of both sides."""

    seq_id: int
    bids: Sequence[Row]
    asks: Sequence[Row]


Fetch = Callable[[], Awaitable[RestBook]]


class Audit:
    """Periodic audits of one book.

    Args:
        keeper: Keeps the book.
        fetch: Returns the exchange's REST book.
        interval: Seconds between two audits.
        depth: Levels a side that are compared.
    """

    def __init__(self, keeper: BookKeeper, fetch: Fetch, interval: float, depth: int) -> None:
        self._keeper = keeper
        self._fetch = fetch
        self._interval = interval
        self._depth = depth
        self._kept: list[bytes] | None = None
        self._changed = asyncio.Event()
        keeper.auditors.append(self)
        self._task = asyncio.create_task(self._run(), name=f"okx audit {keeper.book.topic}")

    def take(self, raw: bytes) -> None:
        """Keep an applied frame while an audit is under way."""
        if self._kept is not None and len(self._kept) < KEPT:
            self._kept.append(raw)
            self._changed.set()

    def cancel(self) -> None:
        """Stop auditing."""
        if self in self._keeper.auditors:
            self._keeper.auditors.remove(self)
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            if not self._keeper.book.live:
                continue
            try:
                await self._once()
            except OkxError as error:
                _log.info("%s could not be audited: %s", self._keeper.book.topic, error)
            finally:
                self._kept = None

    async def _once(self) -> None:
        book = self._keeper.book
        for _ in range(TRIES):
            if not book.live or book.seq_id is None:
                return
            began = book.seq_id
            self._kept = []
            rest = await self._fetch()
            if rest.seq_id < began:
                continue  # from a cache older than the first update kept
            if not await self._reached(rest.seq_id):
                return
            if self._kept is not None and len(self._kept) < KEPT:
                self._judge(rest, self._kept)
                return

    async def _reached(self, seq_id: int) -> bool:
        """Wait until the live book stands at or behind a sequence id; False when it stops being LIVE."""
        book = self._keeper.book
        try:
            async with asyncio.timeout(max(self._interval, 1.0)):
                while book.live and (book.seq_id is None or book.seq_id < seq_id):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return book.live

    def _judge(self, rest: RestBook, kept: list[bytes]) -> None:
        book = self._keeper.book
        other = OrderBook(f"{book.topic} over REST", depth=book.depth)
        other.rebuild(rest.bids, rest.asks, rest.seq_id)
        for raw in kept:
            if other.join(raw) is Verdict.BROKEN:
                return  # the kept updates do not reach back to the REST book: no verdict
        if other.seq_id != book.seq_id:
            return
        mine, theirs = book.snapshot(self._depth), other.snapshot(self._depth)
        if _same(mine.bid_levels, theirs.bid_levels) and _same(mine.ask_levels, theirs.ask_levels):
            book.audited(rest.seq_id)
            return
        _log.warning("%s differs from the exchange's REST book at seqId %d", book.topic, rest.seq_id)
        self._keeper.broke(
            BookState.BROKEN,
            f"it differed from the exchange's REST book at seqId {book.seq_id}",
            asyncio.get_running_loop().time(),
        )


def _same(mine: Sequence[Row], theirs: Sequence[Row]) -> bool:
    """Compare price and size: the texts are the exchange's own on both roads."""
    return [row[:2] for row in mine] == [row[:2] for row in theirs]
