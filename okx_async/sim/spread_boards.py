"""Channels of spreads: pictures of the book, tickers, trades and candles."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from .bars import MARK_BARS
from .board import Args, Board, Hall
from .dialect import Dialect, TopicSpec
from .frames import Message
from .market import Movement
from .spreads import Spread

__all__ = ["spread_board"]

_Row = Any


class _SpreadBoard(Board):
    """A channel of one spread."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self.spread: Spread = hall.spreads.all()[self.given["sprdId"]]
        self._seen = self.spread.seq_id

    def _stirred(self) -> bool:
        """Tell whether a leg or a user moved it since this was last asked."""
        before, self._seen = self._seen, self.spread.seq_id
        return self._seen != before


class _Replaced(_SpreadBoard):
    """A row that replaces the one before: told at once and whenever it changed, not too often."""

    pace = 100

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._shown: _Row = None
        self._told = 0
        self._waits = False

    @abstractmethod
    def row(self, now: int) -> dict[str, Any]:
        """Return what is told, without its moment."""

    def first(self, now: int) -> list[Message]:
        row = self.row(now)
        if self._shown is None:
            self._shown, self._told = row, now
        return [self.tell([row | self.stamp(now)], now)]

    def stamp(self, now: int) -> dict[str, Any]:
        """Return the moment and what else does not count as a change."""
        return {"ts": str(now)}

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        self._waits = self._stirred() or self._waits
        if not self._waits or now - self._told < self.pace:
            return []
        row, self._waits = self.row(now), False
        if row == self._shown:
            return []
        self._shown, self._told = row, now
        return [self.tell([row | self.stamp(now)], now)]


class _Ticker(_Replaced):
    def row(self, now: int) -> dict[str, Any]:
        row = self.spread.ticker(now)
        del row["ts"]
        return row


class _Picture(_Replaced):
    def row(self, now: int) -> dict[str, Any]:
        return dict(self.spread.book(self.spec.depth))

    def stamp(self, now: int) -> dict[str, Any]:
        return {"ts": str(now), "seqId": self.spread.seq_id}


class _Best(_Picture):
    pace = 10


class _EachMinute(_SpreadBoard):
    """What a minute brings when it is over."""

    def __init__(self, hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(hall, channel, args, spec, dialect)
        self._told = hall.stepped

    def step(self, moved: Mapping[str, Movement], now: int) -> list[Message]:
        since, self._told = self._told, now
        return [self.tell([row], now) for row in self.rows(since, now)] if since // 60_000 != now // 60_000 else []

    @abstractmethod
    def rows(self, since: int, now: int) -> list[_Row]:
        """Return what happened in the minutes that were closed since a moment."""


class _Trades(_EachMinute):
    def rows(self, since: int, now: int) -> list[_Row]:
        new = [trade for trade in self.spread.trades(now)[:10] if trade.ts >= since // 60_000 * 60_000]
        return [self.spread.trade_row(trade) for trade in reversed(new)]


class _Candle(_EachMinute):
    """The latest candle; a minute brings one trade, so that the last one of a candle finds it closed."""

    def first(self, now: int) -> list[Message]:
        return [self.tell([row], now) for row in self.rows(now, now)]

    def rows(self, since: int, now: int) -> list[_Row]:
        size = MARK_BARS[self.spec.bar]
        latest = islice(self.spread.bars(size, now), 1)
        return [self.spread.bar_row(bar, size.following(bar.ts) <= now) for bar in latest]


_KINDS: dict[str, Callable[[Hall, str, Args, TopicSpec, Dialect], Board]] = {
    "sprd-bbo-tbt": _Best,
    "sprd-books5": _Picture,
    "sprd-tickers": _Ticker,
    "sprd-public-trades": _Trades,
}


def spread_board(hall: Hall, channel: str, args: Args, spec: TopicSpec, dialect: Dialect) -> Board:
    """Return the board for a channel of spreads."""
    return _KINDS.get(channel, _Candle)(hall, channel, args, spec, dialect)
