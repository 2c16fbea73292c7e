"""Chapter Option."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import Count, Granularity, InstrumentId, IsoArg, Underlying
from ..models.instruments import OptionInstrument
from ..models.market import Book, Candle, ContractTrade, Ticker

__all__ = ["Option"]


class Option(Section, dialect="v3", chapter="option"):
    """Public option market data: no key is needed."""

    @get("/api/option/v3/underlying", limit=Limit(20, 2, "ip"))
    async def underlying(self) -> list[str]:
        """Underlyings that have options. (Underlyings)"""
        ...

    @get("/api/option/v3/instruments/{underlying}", limit=Limit(20, 2, "ip"))
    async def instruments(
        self,
        underlying: Underlying,
        delivery: str | None = None,
        instrument_id: InstrumentId | None = None,
    ) -> list[OptionInstrument]:
        """Options of one underlying; ``delivery`` is YYMMDD. (Instruments)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/book", limit=Limit(20, 2, "ip"))
    async def book(self, instrument_id: InstrumentId, size: int | None = None) -> Book:
        """Order book, up to 200 levels a side (the default). (Order book)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/ticker", limit=Limit(20, 2, "ip"))
    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Latest price, best bid and offer, and 24-hour statistics of one instrument. (Ticker)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/trades", limit=Limit(20, 2, "ip"))
    async def trades(
        self,
        instrument_id: InstrumentId,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[ContractTrade]:
        """Recent trades, newest first; ``after`` a trade id walks to older ones. (Trades)"""
        ...

    @get("/api/option/v3/instruments/{instrument_id}/candles", limit=Limit(20, 2, "ip"))
    async def candles(
        self,
        instrument_id: InstrumentId,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Granularity | None = None,
    ) -> list[Candle]:
        """Bars, newest first, at most 200 of the latest 1440; give both ``start`` and ``end`` or neither. (Candles)"""
        ...
