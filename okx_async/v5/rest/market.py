"""Chapter Market Data. Endpoints of index and mark prices belong here, too."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.pager import by_bar, by_id
from ...core.throttle import Limit
from ...core.words import (
    Bar,
    Ccy,
    Count,
    InstFamily,
    InstId,
    Levels,
    MarketType,
    MsArg,
    OptType,
)
from ..models.market import (
    Book,
    CallAuction,
    Candle,
    ExchangeRate,
    HistoryTrade,
    IndexComponents,
    IndexTicker,
    OpenOracle,
    OptionFamilyTrades,
    OptionTrade,
    PlatformVolume,
    PriceCandle,
    Ticker,
    Trade,
)

__all__ = ["Market"]


class Market(Section, dialect="v5", chapter="market"):
    """Public market data: no key is needed."""

    @get("/api/v5/market/tickers", limit=Limit(20, 2, "ip"))
    async def tickers(self, inst_type: MarketType, inst_family: InstFamily | None = None) -> list[Ticker]:
        """Tickers of every instrument of one type. (Get tickers)"""
        ...

    @get("/api/v5/market/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, inst_id: InstId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Get ticker)"""
        ...

    @get("/api/v5/market/books", limit=Limit(40, 2, "ip"))
    async def books(self, inst_id: InstId, sz: Levels | None = None) -> Book:
        """Order book of one instrument with ``sz`` levels a side, 1 to 400. (Get order book)"""
        ...

    @get("/api/v5/market/books-rpi", limit=Limit(20, 2, "ip"))
    async def books_rpi(self, inst_id: InstId, sz: Levels | None = None) -> Book:
        """Order book with RPI orders; rows are price, total size, size without RPI, orders.

        Refreshed every 200 ms. (Get RPI order book)
        """
        ...

    @get("/api/v5/market/books-full", limit=Limit(10, 2, "ip"))
    async def books_full(self, inst_id: InstId, sz: Levels | None = None) -> Book:
        """Deep order book, up to 5000 levels a side, refreshed about once a second; rows are price, size, orders.

        (Get full order book)
        """
        ...

    @get("/api/v5/market/candles", limit=Limit(40, 2, "ip"), pages=by_bar(300, then="history_candles"))
    async def candles(
        self,
        inst_id: InstId,
        bar: Bar | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
        adjust: Literal["forward"] | None = None,
    ) -> list[Candle]:
        """Recent bars, at most the latest 1440, newest first; ``limit`` is at most 300. Pages go on in `history_candles`.

        ``adjust`` adjusts prices of equity perpetuals. (Get candlesticks)
        """
        ...

    @get("/api/v5/market/history-candles", limit=Limit(20, 2, "ip"), pages=by_bar(300))
    async def history_candles(
        self,
        inst_id: InstId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
        adjust: Literal["forward"] | None = None,
    ) -> list[Candle]:
        """Bars of recent years (``1s``: of three months), newest first; ``limit`` is at most 300.

        (Get candlesticks history)
        """
        ...

    @get("/api/v5/market/trades", limit=Limit(100, 2, "ip"))
    async def trades(self, inst_id: InstId, limit: Count | None = None) -> list[Trade]:
        """Recent trades, newest first; ``limit`` is at most 500. (Get trades)"""
        ...

    @get("/api/v5/market/history-trades", limit=Limit(20, 2, "ip"), pages=by_id("trade_id"))
    async def history_trades(
        self,
        inst_id: InstId,
        type_: Literal["1", "2"] | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[HistoryTrade]:
        """Trades of the last three months, newest first, by trade id (``type_`` 1) or by time (2, then without
        ``before``); ``limit`` is at most 100. (Get trades history)
        """
        ...

    @get("/api/v5/market/option/instrument-family-trades", limit=Limit(20, 2, "ip"))
    async def option_family_trades(self, inst_family: InstFamily) -> list[OptionFamilyTrades]:
        """Latest option trades of one family, calls and puts apart. (Get option trades by instrument family)"""
        ...

    @get("/api/v5/public/option-trades", limit=Limit(20, 2, "ip"), one_of=(("inst_family", "inst_id"),))
    async def option_trades(
        self, inst_id: InstId | None = None, inst_family: InstFamily | None = None, opt_type: OptType | None = None
    ) -> list[OptionTrade]:
        """Recent option trades of one contract or of one family, newest first. (Get option trades)"""
        ...

    @get("/api/v5/market/platform-24-volume", limit=Limit(2, 2, "ip"))
    async def platform_24_volume(self) -> PlatformVolume:
        """Volume of the whole exchange in the last 24 hours. (Get 24H total volume)"""
        ...

    @get("/api/v5/market/call-auction-details", limit=Limit(20, 2, "ip"))
    async def call_auction_details(self, inst_id: InstId) -> CallAuction:
        """Where the call auction of one instrument stands. (Get call auction details)"""
        ...

    @get("/api/v5/market/books-sbe", limit=Limit(10, 10, "ip+instrument"))
    async def books_sbe(self, inst_id_code: int, source: Literal[0]) -> bytes:
        """Order book in Simple Binary Encoding (template 1006), as the exchange sent it.

        ``inst_id_code`` is in the list of instruments and differs between demo and live. (Get SBE order book)
        """
        ...

    @get("/api/v5/market/index-tickers", limit=Limit(20, 2, "ip"), one_of=(("inst_id", "quote_ccy"),))
    async def index_tickers(self, quote_ccy: Ccy | None = None, inst_id: InstId | None = None) -> list[IndexTicker]:
        """Price of one index, or of every index in one quote currency (USD, USDT, USDC or BTC). (Get index tickers)"""
        ...

    @get(
        "/api/v5/market/index-candles",
        limit=Limit(20, 2, "ip"),
        pages=by_bar(100, then="history_index_candles"),
    )
    async def index_candles(
        self,
        inst_id: InstId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
    ) -> list[PriceCandle]:
        """Recent bars of an index, newest first; ``limit`` is at most 100. (Get index candlesticks)"""
        ...

    @get("/api/v5/market/history-index-candles", limit=Limit(10, 2, "ip"), pages=by_bar(100))
    async def history_index_candles(
        self,
        inst_id: InstId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
    ) -> list[PriceCandle]:
        """Bars of an index of recent years, newest first; ``limit`` is at most 100. (Get index candlesticks history)"""
        ...

    @get(
        "/api/v5/market/mark-price-candles",
        limit=Limit(20, 2, "ip"),
        pages=by_bar(100, then="history_mark_price_candles"),
    )
    async def mark_price_candles(
        self,
        inst_id: InstId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
    ) -> list[PriceCandle]:
        """Recent bars of a mark price, newest first; ``limit`` is at most 100. (Get mark price candlesticks)"""
        ...

    @get("/api/v5/market/history-mark-price-candles", limit=Limit(20, 2, "ip"), pages=by_bar(100))
    async def history_mark_price_candles(
        self,
        inst_id: InstId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
    ) -> list[PriceCandle]:
        """Bars of a mark price of recent years, newest first; ``limit`` is at most 100.

        (Get mark price candlesticks history)
        """
        ...

    @get("/api/v5/market/exchange-rate", limit=Limit(1, 2, "ip"))
    async def exchange_rate(self) -> ExchangeRate:
        """Yuan per US dollar. (Get exchange rate)"""
        ...

    @get("/api/v5/market/index-components", limit=Limit(20, 2, "ip"))
    async def index_components(self, index: InstId) -> IndexComponents:
        """An index and the markets it is made of. (Get index components)"""
        ...

    @get("/api/v5/market/books-lite", limit=Limit(12, 2, "ip"), deprecated="withdrawn on 2024-03-27, use market.books")
    async def books_lite(self) -> Book:
        """Once a short order book.

        Deprecated: withdrawn on 2024-03-27; use `books`. The parameters are not documented any more.

        (Get order lite book)
        """
        ...

    @get("/api/v5/market/call-auction-detail", limit=Limit(20, 2, "ip"), deprecated="use market.call_auction_details")
    async def call_auction_detail(self) -> CallAuction:
        """The older spelling of the call auction's path.

        Deprecated: use `call_auction_details`. The parameters are not documented.

        (Get call auction details)
        """
        ...

    @get(
        "/api/v5/market/open-oracle", limit=Limit(1, 5, "ip"), deprecated="withdrawn on 2025-01-07, without a successor"
    )
    async def open_oracle(self) -> OpenOracle:
        """Prices signed for the Open Oracle.

        Deprecated: withdrawn on 2025-01-07, without a successor. (Get oracle)
        """
        ...
