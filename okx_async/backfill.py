"""Fills a stream's gap over REST: the rows in between, in order, none twice, then a `Resumed`.

`Mender` stands between one topic and one stream. `History` is what it needs to know of a channel: which number orders
its rows, and how to read the rows behind one of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from .core.channel import Topic
from .errors import BadParameter, OkxError
from .net.events import Gap, Resumed, StreamEvent
from .net.observer import Observer
from .net.stream import Policy, Stream

__all__ = ["History", "Mender", "history_of"]

_log = logging.getLogger("okx_async.backfill")

#: Pages read for one gap; 100 trades each within the endpoint's own limit.
PAGES = 40
#: Tries, and seconds between them, until REST shows what the socket has shown already.
TRIES = 5
PAUSE = 0.3

Page = Callable[[int | None], Awaitable[list[Any]]]


@dataclass(frozen=True)
class History:
    """How to read what was missed of one topic.

    Attributes:
        key: The number that orders the rows: trade id or time.
        first: The lowest number a live row stands for; several trades may be put together in one.
        page: Reads the rows below a number (the newest without one), newest first.
        again: Whether the newest row is sent again while it changes, as bars are.
        moment: Local Unix time in seconds of a row.
    """

    key: Callable[[Any], int]
    first: Callable[[Any], int]
    page: Page
    again: bool
    moment: Callable[[Any], float]


class Mender:
    """Fills the gaps of one topic for one stream.

    Args:
        topic: Whose gaps.
        stream: Who gets the rows.
        history: How to read them.
        observer: Whom to tell.
    """

    def __init__(self, topic: Topic[Any], stream: Stream[Any], history: History, observer: Observer) -> None:
        self.policy: Policy = stream.policy
        self._topic = topic
        self._stream = stream
        self._history = history
        self._observer = observer
        self._last: int | None = None
        self._floor: int | None = None
        self._behind: list[Any] = []
        self._task: asyncio.Task[None] | None = None

    # -- what the topic pushes

    def push(self, item: Any) -> None:
        """Hand a row on, or keep it while what comes before it is being read."""
        if self._task is not None:
            self._behind.append(item)
            return
        key = self._history.key(item)
        if self._floor is not None and (key < self._floor or (key == self._floor and not self._history.again)):
            return  # REST was faster than the socket, or V3 tells its latest trade once more
        self._floor = None
        self._last = key
        self._stream.push(item)

    def gap(self, gap: Gap) -> None:
        """Tell a gap and begin to fill it."""
        if self._task is not None:
            self._behind.append(gap)
            return
        self._stream.gap(gap)
        self._task = asyncio.create_task(self._mend(gap), name=f"okx backfill {self._topic}")

    def event(self, event: StreamEvent) -> None:
        """Hand other news on, at their place."""
        if self._task is not None:
            self._behind.append(event)
        else:
            self._stream.event(event)

    def fail(self, error: OkxError) -> None:
        """End the stream with an error."""
        self.cancel()
        self._stream.fail(error)

    def end(self) -> None:
        """End the stream."""
        self.cancel()
        self._stream.end()

    def cancel(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()

    # -- mending

    async def _mend(self, gap: Gap) -> None:
        rows: list[Any] = []
        missing = ""
        try:
            rows, missing = await self._missed(gap)
        except OkxError as error:
            missing = f"the rows could not be read: {error}"
        except Exception as error:
            _log.exception("the gap of %s could not be filled", self._topic)
            missing = f"the rows could not be read: {type(error).__name__}"
        for row in rows:
            self._stream.push(row)
        if rows:
            self._last = self._history.key(rows[-1])
        self._floor = self._last
        resumed = Resumed(gap.topic, gap.since, gap.until, gap.cause, len(rows), missing)
        self._observer.event(resumed)
        self._stream.event(resumed)
        behind, self._behind, self._task = self._behind, [], None
        for item in behind:
            if isinstance(item, Gap):
                self.gap(item)
            elif isinstance(item, StreamEvent):
                self.event(item)
            else:
                self.push(item)

    async def _missed(self, gap: Gap) -> tuple[list[Any], str]:
        """Return the rows between the last one before the gap and the first one behind it, and what is missing."""
        for attempt in range(TRIES):
            rows, missing = await self._read(gap)
            first = self._first_behind()
            newest = self._history.key(rows[-1]) if rows else self._last
            if first is None or (newest is not None and newest >= first - 1) or attempt == TRIES - 1:
                return [row for row in rows if first is None or self._history.key(row) < first], missing
            await asyncio.sleep(PAUSE)
        raise AssertionError  # the last try returns

    def _first_behind(self) -> int | None:
        keys = (self._history.first(item) for item in self._behind if not isinstance(item, StreamEvent))
        return next((key for key in keys if self._last is None or key > self._last), None)

    async def _read(self, gap: Gap) -> tuple[list[Any], str]:
        """Read page after page until the last row before the gap is reached; oldest first."""
        history = self._history
        rows: list[Any] = []
        before: int | None = None
        for _ in range(PAGES):
            page = await history.page(before)
            for row in page:
                key = history.key(row)
                if self._known(row, key, gap):
                    return rows[::-1], ""
                if before is None or key < before:
                    rows.append(row)
                    before = key
            if not page:
                break
        oldest = f"number {before}" if before is not None else "now"
        return rows[::-1], f"history reaches back to {oldest}; what is older was not recovered"

    def _known(self, row: Any, key: int, gap: Gap) -> bool:
        if self._last is None:
            return self._history.moment(row) < gap.since
        return key < self._last or (key == self._last and not self._history.again)


# -- what the channels offer


def history_of(client: Any, topic: Topic[Any]) -> History:
    """Return how the gaps of a topic can be filled.

    Raises:
        BadParameter: The channel has no history over REST.
    """
    make = _V5.get(topic.channel.name) if topic.channel.dialect == "v5" else _V3.get(topic.channel.name)
    if make is None:
        known = ", ".join(sorted(_V5 if topic.channel.dialect == "v5" else _V3))
        raise BadParameter(f"{topic} cannot be backfilled: REST keeps no history of it (only of {known})")
    return make(client, topic)


def _v5_trades(client: Any, topic: Topic[Any]) -> History:
    from .v5.models.market import Trade  # loaded with the first backfill, not with the package

    async def page(before: int | None) -> list[Any]:
        after = None if before is None else str(before)
        rows = await client.market.history_trades(topic.inst_id, type_="1", after=after, limit=100)
        return [
            Trade(inst_id=row.inst_id, trade_id=row.trade_id, px=row.px, sz=row.sz, side=row.side, ts=row.ts)
            for row in rows
        ]

    return History(
        key=lambda row: int(row.trade_id),
        first=lambda row: int(row.trade_id) - (row.count or 1) + 1,
        page=page,
        again=False,
        moment=lambda row: row.ts / 1000,
    )


def _v5_candles(client: Any, topic: Topic[Any]) -> History:
    bar = topic.name.removeprefix("candle")

    async def page(before: int | None) -> list[Any]:
        rows: list[Any] = await client.market.candles(topic.inst_id, bar=bar, after=before, limit=300)
        return rows

    return _bars(page, lambda row: row)


def _bars(page: Page, bar: Callable[[Any], Any]) -> History:
    def time(row: Any) -> int:
        return int(bar(row).ts)

    return History(key=time, first=time, page=page, again=True, moment=lambda row: time(row) / 1000)


def _v5_funding(client: Any, topic: Topic[Any]) -> History:
    """Settlements that took place meanwhile, as rows of the channel: settled, with the rate that was paid."""
    from .v5.models.derivatives import FundingRate

    async def page(before: int | None) -> list[Any]:
        rows = await client.public.funding_rate_history(topic.inst_id, after=before, limit=100)
        return [
            FundingRate(
                inst_type=row.inst_type,
                inst_id=row.inst_id,
                method=row.method,
                formula_type=row.formula_type,
                funding_rate=row.funding_rate,
                funding_time=row.funding_time,
                sett_state="settled",
                sett_funding_rate=row.realized_rate,
            )
            for row in rows
        ]

    def settled(row: Any) -> int:
        return int(row.funding_time)

    return History(key=settled, first=settled, page=page, again=True, moment=lambda row: settled(row) / 1000)


def _v3_candles(client: Any, topic: Topic[Any]) -> History:
    from .v3.models.market import CandlePush  # loaded with the first backfill, not with the package

    product = topic.name.partition("/")[0]
    seconds = int(topic.name.removeprefix(f"{product}/candle").removesuffix("s"))

    async def page(before: int | None) -> list[Any]:
        span = {} if before is None else {"start": before - 199 * seconds * 1000, "end": before - 1}
        rows = await getattr(client, product).candles(topic.inst_id, granularity=seconds, **span)
        return [CandlePush(instrument_id=topic.inst_id, candle=row) for row in rows]

    return _bars(page, lambda row: row.candle)


def _v3_trades(client: Any, topic: Topic[Any]) -> History:
    """REST knows the latest 60 trades (100 for contracts) and no cursor: what is older stays missing."""
    product = topic.name.partition("/")[0]

    async def page(before: int | None) -> list[Any]:
        if before is not None:
            return []
        rows: list[Any] = await getattr(client, product).trades(topic.inst_id)
        return rows

    def number(row: Any) -> int:
        return int(row.trade_id)

    return History(key=number, first=number, page=page, again=False, moment=lambda row: row.ts / 1000)


_Make = Callable[[Any, Topic[Any]], History]
_V5: dict[str, _Make] = {
    "candle": _v5_candles,
    "funding_rate": _v5_funding,
    "trades": _v5_trades,
    "trades_all": _v5_trades,
}
_V3: dict[str, _Make] = {"trade": _v3_trades, "candle": _v3_candles}
