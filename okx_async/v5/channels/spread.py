"""Channels of the chapter Spread Trading that need no key."""

from __future__ import annotations

from ...core.channel import BookForm, Topic, channel
from ...core.words import LongBar, SprdId
from ..models.spread_market import SpreadBookUpdate, SpreadCandle, SpreadTicker, SpreadTrade
from .bars import LONG_BARS

__all__ = [
    "sprd_bbo_tbt",
    "sprd_books5",
    "sprd_books_l2_tbt",
    "sprd_candle",
    "sprd_public_trades",
    "sprd_tickers",
]

# The documents name no heartbeat for the books of spreads, and nothing may change for hours: silence is normal.


@channel("sprd-bbo-tbt", endpoint="business", tradable=False, book=BookForm(1, incremental=False))
def sprd_bbo_tbt(sprd_id: SprdId) -> Topic[SpreadBookUpdate]:
    """Best bid and offer of a spread, every 10 ms while it changes. (Order book channel)"""
    ...


@channel("sprd-books5", endpoint="business", tradable=False, book=BookForm(5, incremental=False))
def sprd_books5(sprd_id: SprdId) -> Topic[SpreadBookUpdate]:
    """5 levels a side of a spread, the full picture every 100 ms while it changes. (Order book channel)"""
    ...


@channel("sprd-books-l2-tbt", endpoint="business", tradable=False, book=BookForm(400, incremental=True))
def sprd_books_l2_tbt(sprd_id: SprdId) -> Topic[SpreadBookUpdate]:
    """400 levels a side of a spread, changes every 10 ms; prices may be zero or negative. (Order book channel)"""
    ...


@channel("sprd-public-trades", endpoint="business", tradable=False)
def sprd_public_trades(sprd_id: SprdId) -> Topic[SpreadTrade]:
    """Trades of a spread. (Public Trades channel)"""
    ...


@channel("sprd-tickers", endpoint="business", tradable=False)
def sprd_tickers(sprd_id: SprdId) -> Topic[SpreadTicker]:
    """Ticker of a spread: at most one push per 100 ms, none while nothing changes. (Tickers channel)"""
    ...


@channel("sprd-candle{bar}", endpoint="business", tradable=False, names=tuple(f"sprd-candle{bar}" for bar in LONG_BARS))
def sprd_candle(sprd_id: SprdId, bar: LongBar = "1m") -> Topic[SpreadCandle]:
    """Bars of a spread, at most one push a second; the last one is unfinished until ``confirm``.

    (Candlesticks channel)
    """
    ...
