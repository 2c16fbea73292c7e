"""What has traded: the trades, the candles built from them, and the 24-hour figures built from the candles.

The past before the exchange opened is made up once, from the seed, the first time someone asks: each past minute holds
exactly four trades (open, two extremes, close), so trades and candles of the past agree by construction.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from .bars import BarSize
from .engine import Match
from .instruments import Instrument, Kind, seed_of

__all__ = ["Bar", "DayFigures", "Tape", "Trade"]

_MINUTE = 60_000
_DAY = 86_400_000
_PER_MINUTE = 4
_OFFSETS = (5_000, 20_000, 35_000, 50_000)
# How the past of an instrument leaves that of its coin: by an eighth of a stride, and back in four hours.
_FINE, _BACK = 8 * 255, 256
_DOLLARS = ("USDT", "USDC", "USD")


@dataclass(frozen=True, slots=True)
class Trade:
    """One match, as the public sees it; ``ts`` in Unix milliseconds, price in ticks, size in lots.

    Trades of one taker order have the same ``taker_id``, which no channel shows.
    """

    trade_id: int
    taker_id: int
    price: int
    lots: int
    taker_buys: bool
    ts: int


@dataclass(slots=True)
class Bar:
    """One candle: opening moment, prices in ticks, lots, and amounts as `Instrument.turnover` counts them.

    ``bought`` and ``bought_coins`` are the part that takers bought; the rest they sold.
    """

    ts: int
    open: int
    high: int
    low: int
    close: int
    lots: int = 0
    coins: int = 0
    quote: int = 0
    bought: int = 0
    bought_coins: int = 0

    def add(self, trade: Trade, coins: int, quote: int) -> None:
        """Take a trade in; the first one of a candle also sets its opening price."""
        if not self.lots:
            self.open = self.high = self.low = trade.price
        self.high = max(self.high, trade.price)
        self.low = min(self.low, trade.price)
        self.close = trade.price
        self.lots += trade.lots
        self.coins += coins
        self.quote += quote
        if trade.taker_buys:
            self.bought += trade.lots
            self.bought_coins += coins

    def absorb(self, later: Bar) -> None:
        """Take in the candle that follows; one without trades changes nothing but never the close."""
        if not later.lots:
            return
        if not self.lots:
            self.open, self.high, self.low = later.open, later.high, later.low
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.lots += later.lots
        self.coins += later.coins
        self.quote += later.quote
        self.bought += later.bought
        self.bought_coins += later.bought_coins


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The last 24 hours, by whole minutes including the present one, and where the two days opened."""

    open: int
    high: int
    low: int
    lots: int
    coins: int
    quote: int
    open_utc0: int
    open_utc8: int


class Tape:
    """Trades and candles of one instrument.

    Args:
        instrument: What is traded.
        seed: Of the whole exchange; the instrument's id is mixed in.
        start: When the exchange opened; the past ends with the minute before.
        minutes: How long the past is.
        kept: How many of the latest trades are kept.
    """

    def __init__(self, instrument: Instrument, seed: int, start: int, minutes: int, kept: int = 20_000) -> None:
        self._instrument = instrument
        self._seed = seed
        self._minutes = minutes
        self._opened = start // _MINUTE * _MINUTE
        self._next_id = minutes * _PER_MINUTE + 1
        self._kept = kept
        self._live: deque[Trade] = deque(maxlen=kept)
        price = instrument.price
        self._bars = [Bar(self._opened, price, price, price, price)]
        self._past_made = False
        self._totals = [0]
        self._closed_figures: tuple[int, Bar] | None = None

    @property
    def last(self) -> Trade:
        """The latest trade."""
        return self._live[-1] if self._live else next(self._past_trades())

    @property
    def live(self) -> list[Trade]:
        """The trades since the exchange opened, oldest first; of very many the latest."""
        return list(self._live)

    def record(self, matches: Iterable[Match], ts: int) -> list[Trade]:
        """Turn matches into trades of moment ``ts`` and return them."""
        self.roll(ts)
        trades: list[Trade] = []
        for match in matches:
            trade = Trade(self._next_id, match.taker_id, match.price, match.lots, match.taker_buys, ts)
            self._next_id += 1
            self._bars[-1].add(trade, *self._instrument.turnover(trade.price, trade.lots))
            trades.append(trade)
        self._live += trades
        return trades

    def roll(self, now: int) -> None:
        """Open the minutes up to ``now``; those without a trade stay flat at the last price."""
        while self._bars[-1].ts + _MINUTE <= now:
            close = self._bars[-1].close
            self._bars.append(Bar(self._bars[-1].ts + _MINUTE, close, close, close, close))

    def trades(self) -> Iterator[Trade]:
        """Iterate over all trades, the newest first."""
        yield from reversed(self._live)
        if len(self._live) < self._kept:
            yield from self._past_trades()

    def bars(self, size: BarSize, now: int) -> Iterator[Bar]:
        """Iterate over candles of one size, the newest (maybe unfinished) first, flat ones included."""
        self.roll(now)
        if size.ms == 1_000:
            yield from self._second_bars(now)
            return
        minutes = self._all_bars()
        end = len(minutes)
        while end > 0:
            opening = size.opening(minutes[end - 1].ts)
            begin = max(0, end - 1 - (minutes[end - 1].ts - opening) // _MINUTE)
            yield _merge(opening, minutes[begin:end])
            end = begin

    def bar(self, size: BarSize, ts: int, now: int) -> Bar:
        """Return the candle of one size that holds moment ``ts``, as far as it has come by ``now``."""
        self.roll(now)
        if size.ms == 1_000:
            return self._second_bar(size.opening(ts))
        opening, following = size.opening(ts), size.following(size.opening(ts))
        minutes = self._all_bars()
        begin = max(0, (opening - minutes[0].ts) // _MINUTE)
        end = min(len(minutes), (following - minutes[0].ts) // _MINUTE)
        return _merge(opening, minutes[begin:end])

    def close_at(self, ts: int) -> int | None:
        """Return the price at the end of the minute that holds moment ``ts``, as far as it has come.

        ``None`` before the past begins; after the last trade it is that trade's price.
        """
        minutes = self._all_bars()
        if ts < minutes[0].ts:
            return None
        return minutes[min(len(minutes) - 1, (ts - minutes[0].ts) // _MINUTE)].close

    def day_lots(self, ts: int) -> int:
        """Return what was traded in the 24 hours that end with the minute that holds moment ``ts``, in lots."""
        self.roll(ts)
        minutes = self._all_bars()
        last = max(0, min(len(minutes) - 1, (ts - minutes[0].ts) // _MINUTE))
        totals = self._totals
        # Only the present minute still grows, so the sums up to the closed ones are kept.
        while len(totals) <= last:
            totals.append(totals[-1] + minutes[len(totals) - 1].lots)
        return totals[last] + minutes[last].lots - totals[max(0, last + 1 - _DAY // _MINUTE)]

    def figures(self, now: int) -> DayFigures:
        """Return the 24-hour figures as of ``now``."""
        self.roll(now)
        minutes = self._all_bars()
        if self._closed_figures is None or self._closed_figures[0] != minutes[-1].ts:
            begin = max(0, len(minutes) - _DAY // _MINUTE)
            # The closed minutes of the window are summed once a minute; only the present one changes between.
            self._closed_figures = (minutes[-1].ts, _merge(minutes[begin].ts, minutes[begin:-1] or minutes[-1:]))
        closed = self._closed_figures[1]
        day = Bar(
            closed.ts, closed.open, closed.high, closed.low, closed.close, closed.lots, closed.coins, closed.quote
        )
        day.absorb(minutes[-1])
        return DayFigures(
            day.open,
            day.high,
            day.low,
            day.lots,
            day.coins,
            day.quote,
            self._opened_day(now, 0),
            self._opened_day(now, 8),
        )

    def _opened_day(self, now: int, zone_hours: int) -> int:
        shift = zone_hours * 3_600_000
        opening = (now + shift) // _DAY * _DAY - shift
        minutes = self._all_bars()
        return minutes[max(0, (opening - minutes[0].ts) // _MINUTE)].open

    def _second_bars(self, now: int) -> Iterator[Bar]:
        """Iterate over one-second candles, the newest first, back to the oldest trade still kept."""
        second = now // 1_000 * 1_000
        trades = self.trades()
        trade = next(trades, None)
        while trade is not None:
            held: list[Trade] = []
            while trade is not None and trade.ts >= second:
                held.append(trade)
                trade = next(trades, None)
            before = trade.price if trade is not None else held[-1].price
            yield self._bar_of(second, before, reversed(held))
            second -= 1_000

    def _second_bar(self, opening: int) -> Bar:
        held: list[Trade] = []
        before = self._instrument.price
        for trade in self.trades():
            before = trade.price
            if trade.ts < opening:
                break
            if trade.ts < opening + 1_000:
                held.append(trade)
        return self._bar_of(opening, before, reversed(held))

    def _bar_of(self, opening: int, before: int, trades: Iterable[Trade]) -> Bar:
        bar = Bar(opening, before, before, before, before)
        for trade in trades:
            bar.add(trade, *self._instrument.turnover(trade.price, trade.lots))
        return bar

    def _all_bars(self) -> list[Bar]:
        if not self._past_made:
            self._bars[:0] = self._make_past()
            self._past_made = True
        return self._bars

    def _make_past(self) -> list[Bar]:
        """Walk back from the opening price; one draw of random bytes for all keeps thousands of instruments cheap.

        What one coin prices walks together, and a little away from that by itself: premiums and funding stay small.
        """
        noise = self._bytes(self._instrument.inst_id, 4)
        common = self._bytes(_priced_by(self._instrument), 1)
        stride = max(1, self._instrument.price // 3_000)
        most = max(_PER_MINUTE, self._instrument.typical // 8)
        close = level = self._instrument.price
        away = 0
        bars: list[Bar] = []
        for index in range(self._minutes):
            drift, above, below, volume = noise[4 * index : 4 * index + 4]
            level = max(1, level + _step(stride, common[index]))
            away += stride * (2 * drift - 255) - away // _BACK
            opening = max(1, level + away // _FINE)
            high = max(opening, close) + stride * above // 256
            low = max(1, min(opening, close) - stride * below // 256)
            bar = Bar(
                self._opened - (index + 1) * _MINUTE, opening, high, low, close, _PER_MINUTE + most * volume // 64
            )
            for price, lots, bought in _past_parts(bar):
                coins, quote = self._instrument.turnover(price, lots)
                bar.coins += coins
                bar.quote += quote
                bar.bought += lots * bought
                bar.bought_coins += coins * bought
            bars.append(bar)
            close = opening
        bars.reverse()
        return bars

    def _bytes(self, whose: str, each_minute: int) -> bytes:
        """Return random bytes for each minute of the past."""
        return random.Random(seed_of(self._seed, whose, "past")).randbytes(self._minutes * each_minute)

    def _past_trades(self) -> Iterator[Trade]:
        minutes = self._all_bars()
        for index in range(self._minutes - 1, -1, -1):
            bar = minutes[index]
            parts = list(zip(_OFFSETS, _past_parts(bar), strict=True))
            for nth in range(_PER_MINUTE - 1, -1, -1):
                offset, (price, lots, bought) = parts[nth]
                trade_id = index * _PER_MINUTE + nth + 1
                yield Trade(trade_id, -trade_id, price, lots, bought, bar.ts + offset)


def _step(stride: int, byte: int) -> int:
    """Return a random step of up to a stride up or down."""
    return (2 * stride * (2 * byte - 255) + 255) // 510


def _priced_by(instrument: Instrument) -> str:
    """Return what moves the price of an instrument: its coin, or nothing but itself."""
    dollars = instrument.kind is not Kind.OPTION and instrument.quote in _DOLLARS
    return instrument.base if dollars else f"{instrument.inst_id}/alone"


def _past_parts(bar: Bar) -> list[tuple[int, int, bool]]:
    """Return the four trades a past minute consists of: price, lots, and whether the taker bought."""
    quarter = bar.lots // _PER_MINUTE
    # The dearer extreme comes first in every other minute.
    extremes = (bar.high, bar.low) if bar.ts // _MINUTE % 2 else (bar.low, bar.high)
    prices = (bar.open, *extremes, bar.close)
    sizes = (quarter, quarter, quarter, bar.lots - 3 * quarter)
    # Who pays more than the trade before bought; the first one is held against the close.
    bought = [price >= before for price, before in zip(prices, (bar.close, *prices), strict=False)]
    return list(zip(prices, sizes, bought, strict=True))


def _merge(opening: int, bars: list[Bar]) -> Bar:
    first = bars[0]
    merged = Bar(opening, first.open, first.high, first.low, first.close, first.lots, first.coins, first.quote)
    merged.bought, merged.bought_coins = first.bought, first.bought_coins
    for bar in islice(bars, 1, None):
        merged.absorb(bar)
    return merged
