"""Chapter Spread Trading: what needs no key."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.pager import by_bar
from ...core.throttle import Limit
from ...core.words import Bar, Ccy, Count, InstId, Levels, MsArg, SprdId
from ..models.spread_market import Spread, SpreadBook, SpreadCandle, SpreadTicker, SpreadTrade

__all__ = ["SpreadMarket"]


class SpreadMarket(Section, dialect="v5", chapter="spread"):
    """Public data of spreads: no key is needed."""

    @get("/api/v5/sprd/spreads", limit=Limit(20, 2, "ip"))
    async def spreads(
        self,
        base_ccy: Ccy | None = None,
        inst_id: InstId | None = None,
        sprd_id: SprdId | None = None,
        state: str | None = None,
    ) -> list[Spread]:
        """Spreads that can be traded, or those with one currency, leg or state.

        The documents name no values of ``state`` here. (Get Spreads)
        """
        ...

    @get("/api/v5/sprd/books", limit=Limit(20, 2, "ip"))
    async def books(self, sprd_id: SprdId, sz: Levels | None = None) -> SpreadBook:
        """Order book of one spread with ``sz`` levels a side, 5 without it. (Get order book)"""
        ...

    @get("/api/v5/market/sprd-ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, sprd_id: SprdId) -> SpreadTicker:
        """Latest price, best bid and offer, and 24-hour statistics of one spread. (Get ticker)"""
        ...

    @get("/api/v5/sprd/public-trades", limit=Limit(20, 2, "ip"))
    async def public_trades(self, sprd_id: SprdId | None = None) -> list[SpreadTrade]:
        """Recent trades of one spread, or of all, newest first. (Get public trades)"""
        ...

    @get("/api/v5/market/sprd-candles", limit=Limit(40, 2, "ip"), pages=by_bar(300, then="history_candles"))
    async def candles(
        self,
        sprd_id: SprdId,
        bar: Bar | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SpreadCandle]:
        """Recent bars of a spread, newest first; ``limit`` is at most 300. (Get candlesticks)"""
        ...

    @get("/api/v5/market/sprd-history-candles", limit=Limit(20, 2, "ip"), pages=by_bar(100))
    async def history_candles(
        self,
        sprd_id: SprdId,
        after: MsArg | None = None,
        before: MsArg | None = None,
        bar: Bar | None = None,
        limit: Count | None = None,
    ) -> list[SpreadCandle]:
        """Bars of a spread of recent years, newest first; ``limit`` is at most 100. (Get candlesticks history)"""
        ...

    @get("/api/v5/sprd/ticker", limit=Limit(20, 2, "ip"), deprecated="use spread.ticker")
    async def ticker_legacy(self) -> list[SpreadTicker]:
        """A spread's ticker at an older address.

        Deprecated: use `ticker`. The parameters are not documented any more. (Get ticker)
        """
        ...
