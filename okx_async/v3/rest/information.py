"""Chapter Contract trading data."""

from __future__ import annotations

from typing import Annotated, Literal

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import IsoArg, Word
from ..models.public import LongShortRatio, MarginRatio, Sentiment, TakerVolume, VolumeAndInterest
from ..words import Currency

__all__ = ["Information"]

Period = Annotated[Literal[300, 3600, 86400], Word("Length of a period in seconds; 300 by default.")]


class Information(Section, dialect="v3", chapter="information"):
    """Statistics of contract trading: no key is needed."""

    @get("/api/information/v3/{currency}/long_short_ratio", limit=Limit(20, 2, "ip"))
    async def long_short_ratio(
        self,
        currency: Currency,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Period | None = None,
    ) -> list[LongShortRatio]:
        """Accounts that are net long divided by those net short. (Long and short accounts)"""
        ...

    @get("/api/information/v3/{currency}/volume", limit=Limit(20, 2, "ip"))
    async def volume(
        self,
        currency: Currency,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Period | None = None,
    ) -> list[VolumeAndInterest]:
        """Open interest and volume in USD. (Open interest and volume)"""
        ...

    @get("/api/information/v3/{currency}/taker", limit=Limit(20, 2, "ip"))
    async def taker(
        self,
        currency: Currency,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Period | None = None,
    ) -> list[TakerVolume]:
        """What takers bought and sold, in USD. (Taker volume)"""
        ...

    @get("/api/information/v3/{currency}/sentiment", limit=Limit(20, 2, "ip"))
    async def sentiment(
        self,
        currency: Currency,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Period | None = None,
    ) -> list[Sentiment]:
        """Shares of the elite accounts that are long and short. (Sentiment of elite accounts)"""
        ...

    @get("/api/information/v3/{currency}/margin", limit=Limit(20, 2, "ip"))
    async def margin(
        self,
        currency: Currency,
        start: IsoArg | None = None,
        end: IsoArg | None = None,
        granularity: Period | None = None,
    ) -> list[MarginRatio]:
        """Average share of margin in the elite accounts' positions. (Positions of elite accounts)"""
        ...
