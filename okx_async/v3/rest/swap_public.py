"""Chapter Swap: market data."""

from __future__ import annotations

from typing import Annotated

from ...core.endpoint import Section, get
from ...core.pager import by_bar, by_id, by_window
from ...core.throttle import Limit
from ...core.words import Count, Granularity, InstrumentId, IsoArg, Num, Word
from .. import checks
from ..models.instruments import Instrument
from ..models.market import Candle, SwapBook, Ticker, Trade
from ..models.public import (
    ExchangeRate,
    Fixing,
    FundingRate,
    FundingTime,
    Liquidation,
    MarkPrice,
    OpenInterest,
    PriceLimit,
)
from ..words import LiquidationStatus, NewerThan, OlderThan, Since, Until

__all__ = ["SwapPublic"]


class SwapPublic(Section, dialect="v3", chapter="swap"):
    """Public swap market data: no key is needed."""

    @get("/api/swap/v3/instruments", limit=Limit(20, 2, "ip"))
    async def instruments(self) -> list[Instrument]:
        """Every instrument of this product. (Instruments)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/depth", limit=Limit(20, 2, "ip"))
    async def book(self, instrument_id: InstrumentId, size: int | None = None, depth: Num | None = None) -> SwapBook:
        """Order book, ``size`` levels a side up to 200; 1 when left out. ``depth`` merges prices by that step.

        (Order book)
        """
        ...

    @get("/api/swap/v3/instruments/ticker", limit=Limit(20, 2, "ip"))
    async def tickers(self) -> list[Ticker]:
        """Tickers of every instrument of this product. (Tickers)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Ticker)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/trades", limit=Limit(20, 2, "ip"), pages=by_id("trade_id"))
    async def trades(
        self,
        instrument_id: InstrumentId,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[Trade]:
        """Trades of the last 300, newest first, at most 100; cursors are ``trade_id``. (Trades)"""
        ...

    @get(
        "/api/swap/v3/instruments/{instrument_id}/candles",
        limit=Limit(20, 2, "ip"),
        check=checks.both_or_neither("start", "end"),
        pages=by_window(200, then="history_candles"),
    )
    async def candles(
        self,
        instrument_id: InstrumentId,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Granularity | None = None,
    ) -> list[Candle]:
        """Bars, newest first, at most 200 of the latest 1440; give both ``start`` and ``end`` or neither. (Candles)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/index", limit=Limit(20, 2, "ip"))
    async def index(self, instrument_id: InstrumentId) -> Fixing:
        """The index a contract follows. (Index)"""
        ...

    @get("/api/swap/v3/rate", limit=Limit(20, 2, "ip"))
    async def rate(self) -> ExchangeRate:
        """The rate of the dollar in yuan. (Exchange rate)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/open_interest", limit=Limit(20, 2, "ip"))
    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Contracts held by everybody together. (Open interest)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/price_limit", limit=Limit(20, 2, "ip"))
    async def price_limit(self, instrument_id: InstrumentId) -> PriceLimit:
        """The band orders must stay in. (Price limits)"""
        ...

    @get(
        "/api/swap/v3/instruments/{instrument_id}/liquidation",
        limit=Limit(20, 2, "ip"),
    )
    async def liquidations(
        self,
        instrument_id: InstrumentId,
        status: LiquidationStatus,
        limit: Count | None = None,
        from_: Annotated[str, Word("Cursor: older rows, without the one named.")] | None = None,
        to: Annotated[str, Word("Cursor: newer rows, with the one named.")] | None = None,
    ) -> list[Liquidation]:
        """Orders of forced closes of the last 7 days, newest first, at most 100. The rows have no id, and the documents do
        not tell which value the cursors take. (Liquidations)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/funding_time", limit=Limit(20, 2, "ip"))
    async def funding_time(self, instrument_id: InstrumentId) -> FundingTime:
        """The funding rate now and next, and when. (Funding rate)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/mark_price", limit=Limit(20, 2, "ip"))
    async def mark_price(self, instrument_id: InstrumentId) -> MarkPrice:
        """The mark price of one contract. (Mark price)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/historical_funding_rate", limit=Limit(20, 2, "ip"))
    async def historical_funding_rate(
        self, instrument_id: InstrumentId, limit: Count | None = None
    ) -> list[FundingRate]:
        """Funding of the last month, at most 100, newest first in the sample though the text says otherwise.

        (History of funding rates)
        """
        ...

    @get(
        "/api/swap/v3/instruments/{instrument_id}/history/candles",
        limit=Limit(5, 2, "ip"),
        pages=by_bar(300, cursor="until"),
    )
    async def history_candles(
        self,
        instrument_id: InstrumentId,
        since: Since | None = None,
        until: Until | None = None,
        granularity: Granularity | None = None,
        limit: Count | None = None,
    ) -> list[Candle]:
        """Bars of the past of nine base coins, newest first, at most 300, the newest ones up to ``until``.

        The exchange calls the newer edge ``start`` and the older one ``end``, the reverse of `candles`: here they are
        ``until`` and ``since``. (History candles)
        """
        ...
