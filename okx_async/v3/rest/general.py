"""Chapter General: the exchange's clock."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ..models.market import ServerTime

__all__ = ["General"]


class General(Section, dialect="v3", chapter="general"):
    """The exchange itself: no key is needed."""

    @get("/api/general/v3/time", limit=Limit(20, 2, "ip"))
    async def time(self) -> ServerTime:
        """The exchange's clock. (Server time)"""
        ...
