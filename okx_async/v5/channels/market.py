"""Channels of the chapter Market Data."""

from __future__ import annotations

from ...core.channel import BookForm, Topic, channel
from ...core.words import Bar, InstId
from ..models.market import BookUpdate, Candle, Ticker, Trade

__all__ = [
    "bbo_tbt",
    "books",
    "books5",
    "books50_l2_tbt",
    "books_l2_tbt",
    "books_rpi",
    "candle",
    "tickers",
    "trades",
    "trades_all",
]

BARS = (
    *("3M", "1M", "1W", "1D", "2D", "3D", "5D", "12H", "6H", "4H", "2H", "1H"),
    *("30m", "15m", "5m", "3m", "1m", "1s"),
    *("3Mutc", "1Mutc", "1Wutc", "1Dutc", "2Dutc", "3Dutc", "5Dutc", "12Hutc", "6Hutc"),
)
# Books confirm themselves about every 60 s even when nothing changes; 90 leaves room for delays.
BOOK_QUIET = 90.0


@channel("tickers", endpoint="public")
def tickers(inst_id: InstId) -> Topic[Ticker]:
    """Ticker of one instrument: at most one push per 100 ms, none while nothing trades. (Tickers channel)"""
    ...


@channel("trades", endpoint="public")
def trades(inst_id: InstId) -> Topic[Trade]:
    """Trades, those of one taker order at one price put together. (Trades channel)"""
    ...


@channel("trades-all", endpoint="business")
def trades_all(inst_id: InstId) -> Topic[Trade]:
    """Trades one by one. (All trades channel)"""
    ...


@channel("books", endpoint="public", book=BookForm(400, incremental=True), quiet=BOOK_QUIET)
def books(inst_id: InstId) -> Topic[BookUpdate]:
    """400 levels a side, changes every 100 ms. (Order book channel)"""
    ...


@channel("books5", endpoint="public", book=BookForm(5, incremental=False), quiet=BOOK_QUIET)
def books5(inst_id: InstId) -> Topic[BookUpdate]:
    """5 levels a side, the full picture every 100 ms while it changes. (Order book channel)"""
    ...


@channel("bbo-tbt", endpoint="public", book=BookForm(1, incremental=False), quiet=BOOK_QUIET)
def bbo_tbt(inst_id: InstId) -> Topic[BookUpdate]:
    """Best bid and offer every 10 ms while it changes. (Order book channel)"""
    ...


@channel("books-l2-tbt", endpoint="public", auth=True, book=BookForm(400, incremental=True), quiet=BOOK_QUIET)
def books_l2_tbt(inst_id: InstId) -> Topic[BookUpdate]:
    """400 levels a side, changes every 10 ms; needs a login and fee tier VIP4. (Order book channel)"""
    ...


@channel("books50-l2-tbt", endpoint="public", auth=True, book=BookForm(50, incremental=True), quiet=BOOK_QUIET)
def books50_l2_tbt(inst_id: InstId) -> Topic[BookUpdate]:
    """50 levels a side, changes every 10 ms; needs a login and fee tier VIP4. (Order book channel)"""
    ...


@channel("books-rpi", endpoint="public", book=BookForm(400, incremental=True, whole_rows=True), quiet=BOOK_QUIET)
def books_rpi(inst_id: InstId) -> Topic[BookUpdate]:
    """400 levels with RPI orders; rows are price, total size, size without RPI, orders. (Order book channel)"""
    ...


@channel("candle{bar}", endpoint="business", names=tuple(f"candle{bar}" for bar in BARS))
def candle(inst_id: InstId, bar: Bar = "1m") -> Topic[Candle]:
    """Bars, at most one push a second; the last one is unfinished until ``confirm``. (Candlesticks channel)"""
    ...
