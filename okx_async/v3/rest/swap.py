"""Chapter Swap."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import Count, Granularity, InstrumentId, IsoArg
from ..models.instruments import Instrument
from ..models.market import Candle, SwapBook, Ticker, Trade

__all__ = ["Swap"]


class Swap(Section, dialect="v3", chapter="swap"):
    """Public swap market data: no key is needed."""

    @get("/api/swap/v3/instruments", limit=Limit(20, 2, "ip"))
    async def instruments(self) -> list[Instrument]:
        """Every instrument of this product. (Instruments)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/depth", limit=Limit(20, 2, "ip"))
    async def book(self, instrument_id: InstrumentId, size: int | None = None, depth: str | None = None) -> SwapBook:
        """Order book, ``size`` levels a side up to 200; 1 when left out. ``depth`` merges prices by that step. (Order book)"""
        ...

    @get("/api/swap/v3/instruments/ticker", limit=Limit(20, 2, "ip"))
    async def tickers(self) -> list[Ticker]:
        """Tickers of every instrument of this product. (Tickers)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Ticker)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/trades", limit=Limit(20, 2, "ip"))
    async def trades(
        self,
        instrument_id: InstrumentId,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[Trade]:
        """Trades of the last 300, newest first; ``after`` a trade id walks to older ones. (Trades)"""
        ...

    @get("/api/swap/v3/instruments/{instrument_id}/candles", limit=Limit(20, 2, "ip"))
    async def candles(
        self,
        instrument_id: InstrumentId,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Granularity | None = None,
    ) -> list[Candle]:
        """Bars, newest first, at most 200 of the latest 1440; give both ``start`` and ``end`` or neither. (Candles)"""
        ...
