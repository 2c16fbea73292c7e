"""The chapters of V5, in the documents' order. Each is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.endpoint import Chapters, chapter

if TYPE_CHECKING:
    from .rest.market import Market
    from .rest.public import Public

__all__ = ["V5Chapters"]


class V5Chapters(Chapters):
    """Attributes of `OKX`: one per chapter."""

    market: Market = chapter(".rest.market:Market")
    """Market Data."""
    public: Public = chapter(".rest.public:Public")
    """Public Data."""
