"""Channels of the chapter Market Data."""

from __future__ import annotations

from typing import Literal

from ...core.channel import BookForm, Topic, channel
from ...core.words import Bar, InstFamily, InstId, LongBar, MarkBar
from ..models.market import BookUpdate, CallAuction, Candle, IndexTicker, OptionTrade, PriceCandle, Ticker, Trade
from .bars import BARS, LONG_BARS

__all__ = [
    "bbo_tbt",
    "books",
    "books5",
    "books50_l2_tbt",
    "books_elp",
    "books_l2_tbt",
    "books_rpi",
    "call_auction_details",
    "candle",
    "index_candle",
    "index_tickers",
    "mark_price_candle",
    "option_trades",
    "tickers",
    "trades",
    "trades_all",
]

# Once a minute even when nothing changes; 90 leaves room for delays.
MINUTE_QUIET = 90.0
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


@channel(
    "books-elp",
    endpoint="public",
    book=BookForm(400, incremental=True),
    deprecated="gone since 2026-10-31, use books_rpi",
)
def books_elp(inst_id: InstId) -> Topic[BookUpdate]:
    """400 levels of ELP (now RPI) orders alone, changes every 100 ms. (Order book channel)"""
    ...


@channel("option-trades", endpoint="public", one_of=(("inst_id", "inst_family"),))
def option_trades(
    inst_type: Literal["OPTION"] = "OPTION", inst_id: InstId | None = None, inst_family: InstFamily | None = None
) -> Topic[OptionTrade]:
    """Option trades of one contract or of one family, one by one.

    The first push may repeat an old trade. (Option trades channel)
    """
    ...


@channel("call-auction-details", endpoint="public")
def call_auction_details(inst_id: InstId) -> Topic[CallAuction]:
    """Where a call auction stands, about once a second; silent when there is none. (Call auction details channel)"""
    ...


@channel("index-tickers", endpoint="public", tradable=False, quiet=MINUTE_QUIET)
def index_tickers(inst_id: InstId) -> Topic[IndexTicker]:
    """Price of an index (``inst_id`` is its id, e.g. BTC-USD): every 100 ms while it changes, else once a minute.

    (Index tickers channel)
    """
    ...


@channel("candle{bar}", endpoint="business", names=tuple(f"candle{bar}" for bar in BARS))
def candle(inst_id: InstId, bar: Bar = "1m") -> Topic[Candle]:
    """Bars, at most one push a second; the last one is unfinished until ``confirm``. (Candlesticks channel)"""
    ...


# `1Yutc` is in the documents' list, its twin `1Y` is not.
@channel(
    "mark-price-candle{bar}",
    endpoint="business",
    names=tuple(f"mark-price-candle{bar}" for bar in (*LONG_BARS, "1Yutc")),
)
def mark_price_candle(inst_id: InstId, bar: MarkBar = "1m") -> Topic[PriceCandle]:
    """Bars of a mark price, at most one push a second; the last one is unfinished until ``confirm``.

    (Mark price candlesticks channel)
    """
    ...


@channel(
    "index-candle{bar}", endpoint="business", tradable=False, names=tuple(f"index-candle{bar}" for bar in LONG_BARS)
)
def index_candle(inst_id: InstId, bar: LongBar = "1m") -> Topic[PriceCandle]:
    """Bars of an index (``inst_id`` is its id, e.g. BTC-USD), at most one push a second.

    The last one is unfinished until ``confirm``. (Index candlesticks channel)
    """
    ...
