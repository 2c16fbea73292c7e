"""Chapter Market Data."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import Bar, Count, InstFamily, InstId, InstType, MsArg
from ..models.market import Book, Candle, HistoryTrade, Ticker, Trade

__all__ = ["Market"]


class Market(Section, dialect="v5", chapter="market"):
    """Public market data: no key is needed."""

    @get("/api/v5/market/tickers", limit=Limit(20, 2, "ip"))
    async def tickers(self, inst_type: InstType, inst_family: InstFamily | None = None) -> list[Ticker]:
        """Tickers of every instrument of one type. (Get tickers)"""
        ...

    @get("/api/v5/market/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, inst_id: InstId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Get ticker)"""
        ...

    @get("/api/v5/market/books", limit=Limit(40, 2, "ip"))
    async def books(self, inst_id: InstId, sz: int | None = None) -> Book:
        """Order book of one instrument with ``sz`` levels a side, 1 to 400. (Get order book)"""
        ...

    @get("/api/v5/market/books-rpi", limit=Limit(20, 2, "ip"))
    async def books_rpi(self, inst_id: InstId, sz: int | None = None) -> Book:
        """Order book with RPI orders; rows are price, total size, size without RPI, orders. (Get RPI order book)"""
        ...

    @get("/api/v5/market/books-full", limit=Limit(10, 2, "ip"))
    async def books_full(self, inst_id: InstId, sz: int | None = None) -> Book:
        """Deep order book, up to 5000 levels a side, refreshed about once a second. (Get full order book)"""
        ...

    @get("/api/v5/market/candles", limit=Limit(40, 2, "ip"))
    async def candles(
        self,
        inst_id: InstId,
        bar: Bar | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
        adjust: str | None = None,
    ) -> list[Candle]:
        """Recent bars, newest first; ``after`` walks to older ones, ``limit`` is at most 300. (Get candlesticks)"""
        ...

    @get("/api/v5/market/history-candles", limit=Limit(20, 2, "ip"))
    async def history_candles(
        self,
        inst_id: InstId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
        adjust: str | None = None,
    ) -> list[Candle]:
        """Bars of recent years, newest first; ``limit`` is at most 300. (Get candlesticks history)"""
        ...

    @get("/api/v5/market/trades", limit=Limit(100, 2, "ip"))
    async def trades(self, inst_id: InstId, limit: Count | None = None) -> list[Trade]:
        """Recent trades, newest first; ``limit`` is at most 500. (Get trades)"""
        ...

    @get("/api/v5/market/history-trades", limit=Limit(20, 2, "ip"))
    async def history_trades(
        self,
        inst_id: InstId,
        type_: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[HistoryTrade]:
        """Trades of the last three months, newest first, by trade id (``type_`` 1) or time (2). (Get trades history)"""
        ...
