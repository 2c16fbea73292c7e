"""Chapter System status."""

from __future__ import annotations

from typing import Annotated, Literal

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from ...core.words import Word
from ..models.public import SystemStatus

__all__ = ["System"]

StatusCode = Annotated[Literal["0", "1", "2"], Word("0 scheduled, 1 running, 2 finished; 0 and 1 when left out.")]


class System(Section, dialect="v3", chapter="system"):
    """Maintenance: no key is needed."""

    @get("/api/system/v3/status", limit=Limit(1, 5, "ip"))
    async def status(self, status: StatusCode | None = None) -> list[SystemStatus]:
        """Maintenance that is scheduled, running or finished. (System status)"""
        ...
