"""Closed bars of one instrument, as ``closed_candles`` returns them: in order, none twice, none silently skipped.

Every bar begins where the one before it ended, so a missing one is seen, whatever lost it: a cut line, a full queue,
a push that never came. Then REST is asked.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from .checks import check_moment
from .core.channel import Topic
from .errors import OkxError, UsageError
from .net.events import Gap, StreamEvent
from .rowstream import RowStream

__all__ = ["Bar", "Chart", "ClosedCandles", "Told", "following", "preceding", "zone_of"]


class Bar(Protocol):
    """A bar of either dialect."""

    @property
    def ts(self) -> int:
        """When it begins, Unix milliseconds."""
        ...


C = TypeVar("C", bound=Bar)

Told = tuple[C, bool]
"""A bar, and whether it is known not to change any more."""


class Chart(Protocol[C]):
    """The bars of one instrument, as one dialect tells them.

    Attributes:
        topic: The candle channel.
        bar: Length of a bar: ``1m``, ``1Dutc``, ...
        backfill: Whether the stream is to read what a cut line swallowed.
    """

    topic: Topic[Any]
    bar: str
    backfill: bool

    def pushed(self, row: Any) -> Told[C]:
        """Return the bar of a push."""
        ...

    async def read(self, first: int, until: int | None) -> list[Told[C]]:
        """Read the bars from ``first`` up to but not with ``until``, oldest first; ``None`` for up to now.

        A bar at ``until`` has begun.
        """
        ...


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


def zone_of(bar: str) -> tzinfo:
    """Return where days, weeks and months of bars begin: UTC for names ending in ``utc``, else UTC+8."""
    return UTC if bar.endswith("utc") else _HONG_KONG


def _shifted(bar: str, ts: int, bars: int) -> int:
    size = bar.removesuffix("utc")
    count, unit = int(size[:-1]) * bars, size[-1]
    if unit != "M":
        return ts + count * _UNITS[unit]
    zone = zone_of(bar)
    begin = datetime.fromtimestamp(ts // 1000, zone)
    months = begin.year * 12 + begin.month - 1 + count
    moment = datetime(months // 12, months % 12 + 1, 1, tzinfo=zone)
    return int(moment.timestamp()) * 1000


class ClosedCandles(Generic[C]):
    """Bars that will not change any more, oldest first, for ever.

    Use it as async context manager and async iterator; both together, or the iterator alone. A cancelled ``anext``
    loses nothing. A `Gap` stands where bars are missing that REST did not have either: its ``since`` and ``until``
    are the beginning of the first missing bar and of the first one behind, its ``cause`` says why.

    Args:
        client: The client.
        chart: Where bars come from.
        since: Beginning of the first wanted bar, Unix milliseconds; ``None`` for those that close from now on.

    Attributes:
        topic: The channel.
        bar: Length of a bar.
        zone: The time zone in which bars of a day and more begin.
    """

    def __init__(self, client: Any, chart: Chart[C], since: int | None) -> None:
        if since is not None:
            check_moment("since", since)
        self.topic = chart.topic.key
        self.bar = chart.bar
        self.zone = zone_of(chart.bar)
        self._chart = chart
        self._since = since
        self._begun = since is None
        self._next: int | None = None
        """When the next bar to be told begins, as soon as that is known."""
        self._ready: deque[C | Gap] = deque()
        self._rows: RowStream[Any] = client.subscribe(chart.topic, backfill=chart.backfill)

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

    async def __anext__(self) -> C | Gap:
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
        told, error = await self._read_well(since, None)
        if error is not None:
            raise error
        self._begun = True
        first = told[0][0].ts if told else since
        if preceding(self.bar, first) >= since:
            self._missing(since, first, "REST history does not reach back further")
        self._tell(told, NOT_THERE)
        if self._next is None and told:
            self._next = first  # still open, and what is told next

    async def _take(self, item: Any) -> None:
        """Take what the channel says; gaps of the line show themselves as missing bars."""
        if isinstance(item, StreamEvent):
            return
        row, closed = self._chart.pushed(item)
        if self._next is None:
            if self._since is not None and row.ts < self._since:
                return
            if self._since is not None and preceding(self.bar, row.ts) >= self._since:
                await self._begin(self._since)  # more than one bar began since history was read
            if self._next is None:
                self._next = row.ts
        if row.ts > self._next:
            # A bar that has begun closes all before it, whether or not that was pushed.
            told, error = await self._read_well(self._next, row.ts)
            why = NOT_THERE if error is None else f"REST could not be read: {error}"
            self._tell(told, why)
            if self._next < row.ts:
                self._missing(self._next, row.ts, why)
        self._tell([(row, closed)], "")

    def _tell(self, told: Iterable[Told[C]], why: str) -> None:
        """Queue bars that continue the chain, with a gap before each that does not."""
        for row, closed in told:
            if not closed or (self._next is not None and row.ts < self._next):
                continue
            if self._next is not None and row.ts > self._next:
                self._missing(self._next, row.ts, why)
            self._ready.append(row)
            self._next = following(self.bar, row.ts)

    def _missing(self, since: int, until: int, why: str) -> None:
        self._ready.append(Gap(self.topic, since / 1000, until / 1000, f"bars are missing: {why}"))
        self._next = until

    # -- REST

    async def _read_well(self, first: int, until: int | None) -> tuple[list[Told[C]], OkxError | None]:
        """Read until all bars from ``first`` up to but not with ``until`` are there and closed, or patience ends."""
        told: list[Told[C]] = []
        failed: OkxError | None = None
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE)
            try:
                told, failed = await self._chart.read(first, until), None
            except UsageError:
                raise
            except OkxError as error:
                failed = error
                continue
            if until is None or self._whole(told, first, until):
                break
        return told, failed

    def _whole(self, told: list[Told[C]], first: int, until: int) -> bool:
        for row, closed in told:
            if row.ts != first or not closed:
                return False
            first = following(self.bar, row.ts)
        return first == until
