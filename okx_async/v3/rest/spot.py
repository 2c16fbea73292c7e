"""Chapter Spot."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import Count, Granularity, InstrumentId, IsoArg
from ..models.instruments import Instrument
from ..models.market import Book, Candle, Ticker, Trade

__all__ = ["Spot"]


class Spot(Section, dialect="v3", chapter="spot"):
    """Public spot market data: no key is needed."""

    @get("/api/spot/v3/instruments", limit=Limit(20, 2, "ip"))
    async def instruments(self) -> list[Instrument]:
        """Every instrument of this product. (Instruments)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/book", limit=Limit(20, 2, "ip"))
    async def book(self, instrument_id: InstrumentId, size: int | None = None, depth: str | None = None) -> Book:
        """Order book, up to 200 levels a side (the default); ``depth`` merges prices by that step. (Order book)"""
        ...

    @get("/api/spot/v3/instruments/ticker", limit=Limit(20, 2, "ip"))
    async def tickers(self) -> list[Ticker]:
        """Tickers of every instrument of this product. (Tickers)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Ticker)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/trades", limit=Limit(20, 2, "ip"))
    async def trades(self, instrument_id: InstrumentId, limit: Count | None = None) -> list[Trade]:
        """Recent trades, newest first, at most 60. (Trades)"""
        ...

    @get("/api/spot/v3/instruments/{instrument_id}/candles", limit=Limit(20, 2, "ip"))
    async def candles(
        self,
        instrument_id: InstrumentId,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Granularity | None = None,
    ) -> list[Candle]:
        """Bars, newest first, at most 200 of the latest 1440; give both ``start`` and ``end`` or neither. (Candles)"""
        ...
