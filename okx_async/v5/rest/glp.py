"""Chapter Global liquidity program."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import Count, MsArg
from ..models.glp import GlpDay, GlpToday

__all__ = ["Glp"]


class Glp(Section, dialect="v5", chapter="glp"):
    """Global liquidity program: figures of market makers."""

    @get("/api/v5/users/glp/todayperformance", limit=Limit(5, 2, "user"), auth=True)
    async def today_performance(self) -> GlpToday:
        """Figures of today and of this month, by program.

        Clients also know the path ``today-performance``. (Get GLP today performance)
        """
        ...

    @get("/api/v5/users/glp/historicalperformance", limit=Limit(5, 2, "user"), auth=True)
    async def historical_performance(
        self,
        program: Literal["SPOT", "PERP", "FUT_NTO"] | str,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[GlpDay]:
        """Figures of past days of a program.

        Clients also know the path ``historical-performance``. (Get GLP historical performance)
        """
        ...
