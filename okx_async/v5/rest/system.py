"""Chapter Status."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ..models.system import SystemStatus

__all__ = ["System"]


class System(Section, dialect="v5", chapter="system"):
    """Maintenance of the exchange: no key is needed."""

    @get("/api/v5/system/status", limit=Limit(1, 5, "ip"))
    async def status(
        self, state: Literal["scheduled", "ongoing", "pre_open", "completed", "canceled"] | None = None
    ) -> list[SystemStatus]:
        """Maintenance windows and disruptions, of one state or of all; an empty list is good news. (Status)"""
        ...
