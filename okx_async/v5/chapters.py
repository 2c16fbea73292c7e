"""The chapters of V5, in the documents' order. Each is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.endpoint import Chapters, chapter

if TYPE_CHECKING:
    from .rest.block_market import BlockMarket
    from .rest.event_contracts import EventContracts
    from .rest.market import Market
    from .rest.public import Public
    from .rest.rubik import Rubik
    from .rest.spread_market import SpreadMarket
    from .rest.support import Support
    from .rest.system import System

__all__ = ["V5Chapters"]


class V5Chapters(Chapters):
    """Attributes of `OKX`: one per chapter."""

    market: Market = chapter(".rest.market:Market")
    """Market Data."""
    block: BlockMarket = chapter(".rest.block_market:BlockMarket")
    """Block Trading."""
    spread: SpreadMarket = chapter(".rest.spread_market:SpreadMarket")
    """Spread Trading."""
    public: Public = chapter(".rest.public:Public")
    """Public Data."""
    event_contracts: EventContracts = chapter(".rest.event_contracts:EventContracts")
    """Event Contracts."""
    rubik: Rubik = chapter(".rest.rubik:Rubik")
    """Trading Statistics."""
    system: System = chapter(".rest.system:System")
    """Status."""
    support: Support = chapter(".rest.support:Support")
    """Announcement."""
