"""Chapter Public Data."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import InstFamily, InstId, InstType
from ..models.public import Instrument, ServerTime

__all__ = ["Public"]


class Public(Section, dialect="v5", chapter="public"):
    """Public reference data: no key is needed."""

    @get("/api/v5/public/instruments", limit=Limit(20, 2, "ip+instrument-type"))
    async def instruments(
        self,
        inst_type: InstType,
        series_id: str | None = None,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
    ) -> list[Instrument]:
        """Instruments of one type. OPTION needs ``inst_family``, EVENTS needs ``series_id``. (Get instruments)"""
        ...

    @get("/api/v5/public/time", limit=Limit(10, 2, "ip"))
    async def time(self) -> ServerTime:
        """The exchange's clock. (Get system time)"""
        ...
