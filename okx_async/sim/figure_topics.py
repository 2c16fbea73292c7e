"""Channels of what follows from the markets: funding, mark and index prices, limits, open interest, greeks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .bars import BarSize
from .derivatives import INTEREST, Derivatives, index_market, price_row
from .dialect import Dialect, TopicKind, TopicSpec
from .figures_v3 import FiguresV3, bar_row
from .frames import Message
from .market import Market, Movement
from .options import summary_rows
from .tape import Bar
from .topics import NEVER, Topic

__all__ = ["host_of", "make_figure_topic"]

_Row = dict[str, Any]
_CANDLE_MS = 1_000


@dataclass(frozen=True, slots=True)
class _Figure:
    """What a channel tells, and when.

    Args:
        rows: What it tells at a moment; without a row nothing is pushed.
        pace: At least so many milliseconds lie between two pushes.
        quiet: After so many it pushes although nothing changed.
        single: Whether every row that changed has a message of its own.
    """

    rows: Callable[[_FigureTopic, int], list[_Row]]
    pace: int
    quiet: int = NEVER
    single: bool = False


class _NamedTopic(Topic):
    """A topic that is not always called like the instrument it follows.

    Args:
        market: What it follows.
        name: What the subscription names: an instrument, an index or a family.
        channel: Its name.
        spec: How it is published.
        dialect: How it is framed.
    """

    def __init__(self, market: Market, name: str, channel: str, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(market, channel, spec, dialect)
        self.name = name

    @property
    def present_name(self) -> str:
        return self.name

    def _tell(self, rows: list[Any], now: int) -> list[Message]:
        payload = self.dialect.rows(self.spec.product, self.channel, {self.spec.needs[0]: self.name}, rows)
        return [Message(self.channel, self.name, payload, self.dialect.frame(payload), now)]


class _FigureTopic(_NamedTopic):
    """Rows that replace the ones before: told at once, and again when they changed or it was quiet for long."""

    def __init__(
        self,
        market: Market,
        name: str,
        channel: str,
        spec: TopicSpec,
        dialect: Dialect,
        markets: Mapping[str, Market],
        figures: Derivatives,
    ) -> None:
        super().__init__(market, name, channel, spec, dialect)
        self.markets = markets
        self.figures = figures
        self.v3 = FiguresV3(markets, figures)
        self._figure = _FIGURES[channel] if dialect.name == "v5" else _FIGURES_V3[f"{spec.product}/{channel}"]
        self._shown: list[_Row] = []
        self._pushed = 0
        self._waits = False

    def first(self, now: int) -> list[Message]:
        rows = self._figure.rows(self, now)
        if not self._shown:
            self._show(rows, now)
        return self._messages(rows, now)

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        passed = now - self._pushed
        self._waits = self._waits or moved is not None
        if passed < self._figure.pace or not (self._waits or passed >= self._figure.quiet):
            return []
        rows = self._figure.rows(self, now)
        self._waits = False
        if not rows or (_timeless(rows) == self._shown and passed < self._figure.quiet):
            return []
        shown = self._shown
        self._show(rows, now)
        changed = [row for row, plain in zip(rows, self._shown, strict=True) if plain not in shown]
        return self._messages(changed or rows if self._figure.single else rows, now)

    def _messages(self, rows: list[_Row], now: int) -> list[Message]:
        groups = [[row] for row in rows] if self._figure.single else [rows] if rows else []
        return [message for group in groups for message in self._tell(group, now)]

    def wakes(self) -> int:
        return self._pushed + (self._figure.pace if self._waits else self._figure.quiet)

    def _show(self, rows: list[_Row], now: int) -> None:
        self._shown, self._pushed = _timeless(rows), now


class _PriceCandleTopic(_NamedTopic):
    """The present candle of an index or a mark price, once a second at most, and each closed one once more."""

    def __init__(
        self, market: Market, name: str, channel: str, spec: TopicSpec, dialect: Dialect, size: BarSize, now: int
    ) -> None:
        super().__init__(market, name, channel, spec, dialect)
        self._size = size
        self._opening = size.opening(now)
        self._shown = self._bar(self._opening, now)
        self._looked = now

    def first(self, now: int) -> list[Message]:
        return self._tell([self._row(self._bar(self._opening, now), False)], now)

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        opening, messages = self._size.opening(now), list[Message]()
        if opening != self._opening:
            messages += self._tell([self._row(self._bar(self._opening, now), True)], now)
            self._opening = opening
        elif now - self._looked < _CANDLE_MS:
            return []
        bar = self._bar(opening, now)
        self._looked = now
        if not messages and bar == self._shown:
            return []
        self._shown = bar
        return messages + self._tell([self._row(bar, False)], now)

    def wakes(self) -> int:
        return min(self._size.following(self._opening), self._looked + _CANDLE_MS)

    def _row(self, bar: Bar, closed: bool) -> Any:
        """Write a candle; only V5 tells that it is closed."""
        if self.dialect.name == "v5":
            return price_row(self.instrument, bar, closed)
        return bar_row(self.name, self.market, bar)

    def _bar(self, opening: int, now: int) -> Bar:
        bar = self.market.tape.bar(self._size, opening, now)
        return Bar(bar.ts, bar.open, bar.high, bar.low, bar.close)


def host_of(markets: Mapping[str, Market], name: str, spec: TopicSpec) -> Market | None:
    """Return the market that a topic of this name follows: the instrument, or where its index is read."""
    return index_market(markets, name) if spec.kind in TopicKind.INDEXED else markets.get(name)


def make_figure_topic(
    market: Market,
    name: str,
    channel: str,
    spec: TopicSpec,
    dialect: Dialect,
    *,
    markets: Mapping[str, Market],
    figures: Derivatives,
    size: BarSize | None,
    now: int,
) -> Topic:
    """Return the topic for a channel of what follows from the markets; see `topics.make_topic`.

    Args:
        market: What it follows; see `host_of`.
        name: What the subscription names.
        channel: Its name.
        spec: How it is published.
        dialect: How it is framed.
        markets: By instrument id.
        figures: What follows from them.
        size: The candle size of a candle channel.
        now: Unix milliseconds.
    """
    if size is not None:
        return _PriceCandleTopic(market, name, channel, spec, dialect, size, now)
    return _FigureTopic(market, name, channel, spec, dialect, markets, figures)


_FIGURES = {
    "funding-rate": _Figure(lambda topic, now: [topic.figures.funding_row(topic.market, now)], 30_000, 60_000),
    "mark-price": _Figure(lambda topic, now: [topic.figures.mark_row(topic.market, now)], 200, 10_000),
    "open-interest": _Figure(lambda topic, now: [topic.figures.open_interest_row(topic.market, now)], 3_000),
    "price-limit": _Figure(lambda topic, now: [topic.figures.limit_row(topic.market, now)], 200),
    "index-tickers": _Figure(lambda topic, now: [topic.figures.index_row(topic.name, topic.market, now)], 100, 60_000),
    "call-auction-details": _Figure(lambda topic, now: [topic.figures.auction_row(topic.market, now)], 1_000),
    # Time alone changes the greeks; how often they come is not documented.
    "opt-summary": _Figure(
        lambda topic, now: summary_rows(topic.markets, topic.figures, topic.name, now), 1_000, 60_000
    ),
}


_FIGURES_V3 = {
    "swap/funding_rate": _Figure(
        lambda topic, now: [topic.v3.funding(topic.market, now) | {"interest_rate": str(INTEREST)}], 60_000, 60_000
    ),
    "swap/mark_price": _Figure(lambda topic, now: [topic.v3.mark(topic.market, now)], 200, 60_000),
    "swap/price_range": _Figure(lambda topic, now: [topic.v3.limits(topic.market, now)], 5_000, 5_000),
    "futures/mark_price": _Figure(lambda topic, now: [topic.v3.mark(topic.market, now)], 200, 10_000),
    "futures/price_range": _Figure(lambda topic, now: [topic.v3.limits(topic.market, now)], 5_000),
    # Time alone changes the estimate, so it is looked at now and then even when nothing trades.
    "futures/estimated_price": _Figure(
        lambda topic, now: [topic.v3.estimate(topic.market, now)] if topic.v3.delivers_soon(topic.market, now) else [],
        200,
        60_000,
    ),
    "option/summary": _Figure(lambda topic, now: topic.v3.summaries(topic.name, now), 1_000, 60_000, single=True),
    "index/ticker": _Figure(lambda topic, now: [topic.v3.index(topic.name, topic.market, now)], 100, 60_000),
}


def _timeless(rows: list[_Row]) -> list[_Row]:
    return [{key: value for key, value in row.items() if key not in ("ts", "timestamp")} for row in rows]
