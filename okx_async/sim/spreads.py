"""Spreads: two instruments of one coin as one, all of it following from the markets of its legs.

The book of a spread is what the books of its legs make, and what users quote in it: who buys the spread buys the far
leg and sells the near one. What users take of it is gone until a leg moves; the books of the legs stay as they are,
because legs are settled with the street. Once a minute, when both legs have traded in it, it trades by itself, at the
difference of their closing prices; only these trades are public.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, islice
from typing import Any

from .bars import V5_BARS, BarSize
from .derivatives import plain
from .engine import Side
from .instruments import Kind
from .market import Market
from .tape import Bar
from .text import AMOUNT_SCALE

__all__ = ["Offer", "Resting", "Spread", "SpreadBar", "SpreadTrade", "Spreads"]

_MINUTE = 60_000
_DAY = 86_400_000
# Which part of the leg that traded less the spread was.
_PART = 10
_SIZE_PLACES = 4
# Sequence numbers of spreads are more than a float can hold.
_SEQUENCE = 17 * 10**17
_SMALLEST = Decimal("0.0001")

_Level = tuple[Decimal, Decimal]
"""Price and coins."""

_Piece = tuple[Decimal, Decimal, Decimal]
"""Prices of the far and the near leg, and coins."""


@dataclass(slots=True, eq=False)
class Resting:
    """A user's order in the book of a spread; ``size`` is what is left of it, in coins."""

    ord_id: int
    buy: bool
    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """What the books of the legs offer at one price: how many coins, and at which prices of the legs."""

    price: Decimal
    size: Decimal
    near: Decimal
    far: Decimal


@dataclass(frozen=True, slots=True)
class SpreadTrade:
    """One trade of a spread: a number per minute, price, coins, side of the taker, and when."""

    trade_id: int
    price: Decimal
    size: Decimal
    buys: bool
    ts: int


@dataclass(slots=True)
class SpreadBar:
    """One candle of a spread."""

    ts: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    size: Decimal


@dataclass(slots=True, eq=False)
class Spread:
    """Two legs; the spot pair is near to the perpetual, and both to what is delivered some day.

    Attributes:
        near: The leg that who buys the spread sells.
        far: The leg that who buys the spread buys.
        resting: What users quote, by the numbers of their orders, oldest first.
    """

    near: Market
    far: Market
    resting: dict[int, Resting] = field(default_factory=dict[int, Resting])
    _taken: tuple[int, dict[tuple[bool, Decimal], Decimal]] = field(
        default_factory=lambda: (-1, dict[tuple[bool, Decimal], Decimal]())
    )
    _stirs: int = 0
    _traded: tuple[int, list[SpreadTrade]] = field(default_factory=lambda: (-1, list[SpreadTrade]()))

    @property
    def sprd_id(self) -> str:
        """Its id: those of its legs."""
        return f"{self.near.instrument.inst_id}_{self.far.instrument.inst_id}"

    @property
    def _places(self) -> int:
        return max(self.near.instrument.price_scale, self.far.instrument.price_scale)

    @property
    def ts(self) -> int:
        """When one of its legs last moved."""
        return max(self.near.ts, self.far.ts)

    @property
    def seq_id(self) -> int:
        """Grows with every move of a leg and with whatever users change."""
        return _SEQUENCE + self.near.seq_id + self.far.seq_id + self._stirs

    @property
    def tick(self) -> Decimal:
        """The smallest step of its price."""
        return min(_tick(self.near), _tick(self.far))

    @property
    def closed(self) -> bool:
        """Whether a leg is in a call auction, during which nothing trades."""
        return self.near.auction or self.far.auction

    @property
    def lot(self) -> Decimal:
        """The smallest step of a size, in coins: both legs can trade it."""
        return max(_SMALLEST, _face(self.near), _face(self.far))

    def row(self) -> dict[str, Any]:
        """Write what it is, as V5 does."""
        near, far = self.near.instrument, self.far.instrument
        return {
            "sprdId": self.sprd_id,
            "sprdType": "linear",
            "state": "live",
            "baseCcy": near.base,
            "szCcy": near.base,
            "quoteCcy": near.quote,
            "tickSz": plain(self.tick, self._places),
            "minSz": plain(self.lot, _SIZE_PLACES),
            "lotSz": plain(self.lot, _SIZE_PLACES),
            "listTime": str(max(near.listed, far.listed)),
            "expTime": str(far.expiry or near.expiry or ""),
            "uTime": str(max(near.listed, far.listed)),
            "legs": [{"instId": near.inst_id, "side": "sell"}, {"instId": far.inst_id, "side": "buy"}],
        }

    def book(self, depth: int) -> dict[str, list[list[str]]]:
        """Return its best levels: price, coins, and orders: one for what the legs offer, and each of a user."""
        return {"asks": self._rows(True, depth), "bids": self._rows(False, depth)}

    def offers(self, buys: bool) -> Iterator[Offer]:
        """Yield what the legs offer to who buys or sells the spread, the best price first, in whole lots."""
        found = iter(()) if self.closed else self._pieces(buys)
        piece = next(found, None)
        while piece is not None:
            far, near, size = piece
            for piece in found:
                if piece[0] - piece[1] != far - near:
                    break
                size += piece[2]
            else:
                piece = None
            left = size // self.lot * self.lot - self._used().get((buys, far - near), Decimal(0))
            if left > 0:
                yield Offer(far - near, left, near, far)

    def take(self, buys: bool, price: Decimal, size: Decimal) -> None:
        """Take down that a user has taken coins of what the legs offer."""
        used = self._used()
        used[buys, price] = used.get((buys, price), Decimal(0)) + size
        self.stir()

    def stir(self) -> None:
        """Take down that users have changed the book."""
        self._stirs += 1

    def quoted(self, buys: bool) -> list[Resting]:
        """Return what users quote to who buys or sells the spread, the best price first, the oldest of each first."""
        return sorted(
            (each for each in self.resting.values() if each.buy is not buys),
            key=lambda each: each.price if buys else -each.price,
        )

    def leg_prices(self, price: Decimal) -> tuple[Decimal, Decimal]:
        """Return at which prices the near and the far leg trade when users trade the spread with each other.

        The leg with the coarser tick trades at its latest price, the other one at what makes the difference.
        """
        near, far = (_last(market) for market in (self.near, self.far))
        return (near, near + price) if _tick(self.near) >= _tick(self.far) else (far - price, far)

    def _used(self) -> dict[tuple[bool, Decimal], Decimal]:
        """Return what users have taken since a leg moved."""
        legs = self.near.seq_id + self.far.seq_id
        if self._taken[0] != legs:
            self._taken = (legs, {})
        return self._taken[1]

    def _pieces(self, buys: bool) -> Iterator[_Piece]:
        near, far = self.near.book, self.far.book
        sides = (far.asks, near.bids) if buys else (far.bids, near.asks)
        return _joined(_levels(self.far, sides[0]), _levels(self.near, sides[1]))

    def _rows(self, buys: bool, depth: int) -> list[list[str]]:
        merged: dict[Decimal, tuple[Decimal, int]] = {}
        for each in self.quoted(buys):
            size, orders = merged.get(each.price, (Decimal(0), 0))
            merged[each.price] = (size + each.size, orders + 1)
        for offer in islice(self.offers(buys), depth):
            size, orders = merged.get(offer.price, (Decimal(0), 0))
            merged[offer.price] = (size + offer.size, orders + 1)
        levels = sorted(merged.items(), key=lambda level: level[0] if buys else -level[0])[:depth]
        return [[self.price_text(price), plain(size, _SIZE_PLACES), str(orders)] for price, (size, orders) in levels]

    def price_text(self, price: Decimal) -> str:
        """Return a price as text; it may be zero or negative."""
        return plain(price, self._places)

    def trades(self, now: int) -> list[SpreadTrade]:
        """Return its trades, the newest first, back to where the past begins."""
        minute = now // _MINUTE
        if self._traded[0] != minute:
            self._traded = (minute, list(self._closed(now)))
        return self._traded[1]

    def _closed(self, now: int) -> Iterator[SpreadTrade]:
        """Iterate over the trades of the closed minutes; they never change."""
        size = V5_BARS["1m"]
        minutes = list(zip(self.near.tape.bars(size, now), self.far.tape.bars(size, now), strict=False))
        for index, (near, far) in enumerate(minutes):
            coins = min(near.coins, far.coins) // _PART
            closed = near.ts + _MINUTE
            if closed <= now and Decimal(coins).scaleb(-AMOUNT_SCALE) >= _SMALLEST:
                before = minutes[min(index + 1, len(minutes) - 1)]
                price = self._difference(near, far)
                amount = Decimal(coins).scaleb(-AMOUNT_SCALE).quantize(_SMALLEST, "ROUND_DOWN")
                yield SpreadTrade(closed // _MINUTE, price, amount, price >= self._difference(*before), closed - 1)

    def _difference(self, near: Bar, far: Bar) -> Decimal:
        prices = (self.near.instrument.price_text(near.close), self.far.instrument.price_text(far.close))
        return Decimal(prices[1]) - Decimal(prices[0])

    def bars(self, size: BarSize, now: int) -> Iterator[SpreadBar]:
        """Iterate over the candles its trades make, the newest first; those without a trade are left out."""
        bar: SpreadBar | None = None
        for trade in self.trades(now):
            opening = size.opening(trade.ts)
            if bar is not None and bar.ts != opening:
                yield bar
                bar = None
            if bar is None:
                bar = SpreadBar(opening, trade.price, trade.price, trade.price, trade.price, Decimal(0))
            bar.open = trade.price
            bar.high, bar.low = max(bar.high, trade.price), min(bar.low, trade.price)
            bar.size += trade.size
        if bar is not None:
            yield bar

    def ticker(self, now: int) -> dict[str, str]:
        """Write its latest trade, its best offers and its last 24 hours."""
        book = self.book(1)
        ask, bid = (book[name][0] if book[name] else ["", ""] for name in ("asks", "bids"))
        day = [trade for trade in self.trades(now) if trade.ts > now - _DAY]
        prices = [trade.price for trade in day]
        return {
            "sprdId": self.sprd_id,
            "last": self.price_text(prices[0]) if day else "",
            "lastSz": plain(day[0].size, _SIZE_PLACES) if day else "",
            "askPx": ask[0],
            "askSz": ask[1],
            "bidPx": bid[0],
            "bidSz": bid[1],
            "open24h": self.price_text(prices[-1]) if day else "",
            "high24h": self.price_text(max(prices)) if day else "",
            "low24h": self.price_text(min(prices)) if day else "",
            "vol24h": plain(sum((trade.size for trade in day), Decimal(0)), _SIZE_PLACES),
            "ts": str(now),
        }

    def trade_row(self, trade: SpreadTrade) -> dict[str, str]:
        """Write one trade."""
        return {
            "sprdId": self.sprd_id,
            "tradeId": str(trade.trade_id),
            "px": self.price_text(trade.price),
            "sz": plain(trade.size, _SIZE_PLACES),
            "side": "buy" if trade.buys else "sell",
            "ts": str(trade.ts),
        }

    def bar_row(self, bar: SpreadBar, closed: bool) -> list[str]:
        """Write one candle."""
        prices = [self.price_text(price) for price in (bar.open, bar.high, bar.low, bar.close)]
        return [str(bar.ts), *prices, plain(bar.size, _SIZE_PLACES), "1" if closed else "0"]


class Spreads:
    """The spreads there are: of each family every two of spot pair, perpetual and linear futures.

    Args:
        markets: By instrument id; may change at any time.
    """

    def __init__(self, markets: Mapping[str, Market]) -> None:
        self._markets = markets
        self._known: dict[str, Spread] = {}

    def all(self) -> dict[str, Spread]:
        """Return them by id."""
        families: dict[str, list[Market]] = {}
        for market in self._markets.values():
            text = market.instrument
            if text.kind is Kind.SPOT or (text.kind in (Kind.SWAP, Kind.FUTURES) and not text.inverse):
                families.setdefault(text.family, []).append(market)
        found = [
            self._of(near, far) for legs in families.values() for near, far in combinations(sorted(legs, key=_order), 2)
        ]
        self._known = {each.sprd_id: each for each in found}
        return self._known

    def _of(self, near: Market, far: Market) -> Spread:
        made = Spread(near, far)
        known = self._known.get(made.sprd_id)
        return known if known is not None and (known.near, known.far) == (near, far) else made


def _order(market: Market) -> tuple[int, int]:
    """Return where a leg stands: the spot pair, then the perpetual, then futures by their end."""
    text = market.instrument
    return (Kind.SPOT, Kind.SWAP, Kind.FUTURES).index(text.kind), text.expiry or 0


def _levels(market: Market, side: Side) -> Iterator[_Level]:
    text = market.instrument
    for key in side.keys:
        price, lots = key * side.sign, side.levels[key].lots
        coins, _ = text.turnover(price, lots)
        yield Decimal(text.price_text(price)), Decimal(coins).scaleb(-AMOUNT_SCALE)


def _joined(far: Iterator[_Level], near: Iterator[_Level]) -> Iterator[_Piece]:
    """Match the levels of both legs, best first, coin for coin."""
    one, other = next(far, None), next(near, None)
    while one is not None and other is not None:
        size = min(one[1], other[1])
        yield one[0], other[0], size
        one = (one[0], one[1] - size) if one[1] > size else next(far, None)
        other = (other[0], other[1] - size) if other[1] > size else next(near, None)


def _face(market: Market) -> Decimal:
    """Return how many coins one lot stands for."""
    text = market.instrument
    lot = Decimal(text.lot).scaleb(-text.size_scale)
    return lot if text.kind is Kind.SPOT else lot * Decimal(text.ct_val)


def _tick(market: Market) -> Decimal:
    return Decimal(market.instrument.tick).scaleb(-market.instrument.price_scale)


def _last(market: Market) -> Decimal:
    return market.tape.last.price * _tick(market)
