"""Closed bars of one instrument, as `OKX.closed_candles` returns them: in order, none twice, none silently skipped.

Every bar begins where the one before it ended, so a missing one is seen, whatever lost it: a cut line, a full queue,
a push that never came. Then REST is asked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .core.channel import Topic
from .errors import BadParameter, OkxError, UsageError
from .net.events import Gap, StreamEvent
from .rowstream import RowStream

if TYPE_CHECKING:
    from .v5.models.market import Candle

__all__ = ["ClosedCandles", "following", "preceding"]

#: Tries, and seconds between them, until REST shows as closed what the socket says is over.
TRIES = 5
PAUSE = 0.3
NOT_THERE = "REST has no such bars"

_UNITS = {"s": 1_000, "m": 60_000, "H": 3_600_000, "D": 86_400_000, "W": 7 * 86_400_000}
_HONG_KONG = timezone(timedelta(hours=8))


def following(bar: str, ts: int) -> int:
    """Return when the bar after the one that begins at ``ts`` begins, Unix milliseconds.

    Months are those of UTC for names ending in ``utc``, else of UTC+8.
    """
    return _shifted(bar, ts, 1)


def preceding(bar: str, ts: int) -> int:
    """Return when the bar before the one that begins at ``ts`` begins, Unix milliseconds."""
    return _shifted(bar, ts, -1)


def _shifted(bar: str, ts: int, bars: int) -> int:
    size = bar.removesuffix("utc")
    count, unit = int(size[:-1]) * bars, size[-1]
    if unit != "M":
        return ts + count * _UNITS[unit]
    zone = UTC if bar.endswith("utc") else _HONG_KONG
    begin = datetime.fromtimestamp(ts // 1000, zone)
    months = begin.year * 12 + begin.month - 1 + count
    moment = datetime(months // 12, months % 12 + 1, 1, tzinfo=zone)
    return int(moment.timestamp()) * 1000


class ClosedCandles:
    """Bars that will not change any more, oldest first, for ever.

    Use it as async context manager and async iterator; both together, or the iterator alone. A cancelled ``anext``
    loses nothing. A `Gap` stands where bars are missing that REST did not have either: its ``since`` and ``until``
    are the beginning of the first missing bar and of the first one behind, its ``cause`` says why.

    Args:
        client: The client.
        topic: The candle channel.
        bar: Length of a bar.
        since: Beginning of the first wanted bar, Unix milliseconds; ``None`` for those that close from now on.
    """

    def __init__(self, client: Any, topic: Topic[Candle], bar: str, since: int | None) -> None:
        if since is not None and (isinstance(since, bool) or not isinstance(since, int) or since < 0):
            raise BadParameter(f"since must be a moment in Unix milliseconds, got {since!r}")
        self.topic = topic.key
        self._client = client
        self._inst_id = topic.inst_id
        self._bar = bar
        self._since = since
        self._begun = since is None
        self._next: int | None = None
        """When the next bar to be told begins, as soon as that is known."""
        self._ready: deque[Candle | Gap] = deque()
        self._rows: RowStream[Candle | StreamEvent] = client.subscribe(topic, backfill=True)

    # -- the consumer's side

    async def __aenter__(self) -> Self:
        await self._rows.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the iteration and give the subscription back. May be called twice."""
        await self._rows.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Candle | Gap:
        if not self._begun and self._since is not None:
            # Subscribed first: what closes while history is read is seen as missing, and read too.
            await self._rows.__aenter__()
            await self._begin(self._since)
        while not self._ready:
            await self._take(await anext(self._rows))
        return self._ready.popleft()

    # -- the chain

    async def _begin(self, since: int) -> None:
        """Read what is closed already; an error is raised, and the next ``anext`` tries again."""
        rows, error = await self._read_well(since, None)
        if error is not None:
            raise error
        self._begun = True
        if rows and preceding(self._bar, rows[0].ts) >= since:
            self._missing(since, rows[0].ts, "REST history does not reach back further")
        self._tell(rows, NOT_THERE)
        if self._next is None and rows:
            self._next = rows[0].ts  # still open, and what is told next

    async def _take(self, item: Candle | StreamEvent) -> None:
        """Take what the channel says; gaps of the line show themselves as missing bars."""
        if isinstance(item, StreamEvent):
            return
        if self._next is None:
            if self._since is not None and item.ts < self._since:
                return
            if self._since is not None and preceding(self._bar, item.ts) >= self._since:
                await self._begin(self._since)  # more than one bar began since history was read
            if self._next is None:
                self._next = item.ts
        if item.ts > self._next:
            # A bar that has begun closes all before it, whether or not that was pushed.
            rows, error = await self._read_well(self._next, item.ts)
            why = NOT_THERE if error is None else f"REST could not be read: {error}"
            self._tell(rows, why)
            if self._next < item.ts:
                self._missing(self._next, item.ts, why)
        self._tell([item], "")

    def _tell(self, rows: Iterable[Candle], why: str) -> None:
        """Queue bars that continue the chain, with a gap before each that does not."""
        for row in rows:
            if not row.confirm or (self._next is not None and row.ts < self._next):
                continue
            if self._next is not None and row.ts > self._next:
                self._missing(self._next, row.ts, why)
            self._ready.append(row)
            self._next = following(self._bar, row.ts)

    def _missing(self, since: int, until: int, why: str) -> None:
        self._ready.append(Gap(self.topic, since / 1000, until / 1000, f"bars are missing: {why}"))
        self._next = until

    # -- REST

    async def _read_well(self, first: int, until: int | None) -> tuple[list[Candle], OkxError | None]:
        """Read until all bars from ``first`` up to but not with ``until`` are there and closed, or patience ends."""
        rows: list[Candle] = []
        failed: OkxError | None = None
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE)
            try:
                rows, failed = await self._read(first, until), None
            except UsageError:
                raise
            except OkxError as error:
                failed = error
                continue
            if until is None or self._whole(rows, first, until):
                break
        return rows, failed

    def _whole(self, rows: list[Candle], first: int, until: int) -> bool:
        for row in rows:
            if row.ts != first or not row.confirm:
                return False
            first = following(self._bar, row.ts)
        return first == until

    async def _read(self, first: int, until: int | None) -> list[Candle]:
        """Read bars, from the archive where the recent ones do not reach back far enough; oldest first."""
        pages = self._client.pages(self._client.market.candles, self._inst_id, bar=self._bar).since(first)
        if until is not None:
            pages = pages.until(until - 1)
        rows: list[Candle] = await pages.all()
        return rows[::-1]
