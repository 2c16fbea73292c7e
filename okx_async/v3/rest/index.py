"""Chapter Index."""

from __future__ import annotations

from ...core.endpoint import Section, get
from ...core.throttle import Limit
from .. import unpack
from ..models.public import IndexConstituents
from ..words import IndexId

__all__ = ["Index"]


class Index(Section, dialect="v3", chapter="index"):
    """Indices: no key is needed."""

    @get("/api/index/v3/{instrument_id}/constituents", limit=Limit(20, 2, "ip"), unpack=unpack.inside("data"))
    async def constituents(self, instrument_id: IndexId) -> IndexConstituents:
        """An index and the markets it is made of. (Index constituents)"""
        ...
