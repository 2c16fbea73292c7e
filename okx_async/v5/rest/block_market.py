"""Chapter Block Trading: what needs no key."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, InstFamily, InstId
from ..models.block_market import BlockTicker, PublicBlockLeg, PublicBlockTrade

__all__ = ["BlockMarket"]


class BlockMarket(Section, dialect="v5", chapter="block"):
    """Public data of block trading: no key is needed."""

    @get("/api/v5/market/block-tickers", limit=Limit(20, 2, "ip"))
    async def block_tickers(
        self, inst_type: Literal["SPOT", "SWAP", "FUTURES", "OPTION"], inst_family: InstFamily | None = None
    ) -> list[BlockTicker]:
        """Block trading of every instrument of one type in the last 24 hours. (Get block tickers)"""
        ...

    @get("/api/v5/market/block-ticker", limit=Limit(20, 2, "ip"))
    async def block_ticker(self, inst_id: InstId) -> BlockTicker:
        """Block trading of one instrument in the last 24 hours. (Get block ticker)"""
        ...

    @get("/api/v5/rfq/public-trades", limit=Limit(5, 2, "ip"), pages=by_id("block_td_id", cursor="end_id"))
    async def public_trades(
        self, begin_id: str | None = None, end_id: str | None = None, limit: Count | None = None
    ) -> list[PublicBlockTrade]:
        """Block trades with all legs, newest first.

        ``end_id`` walks to older ones; both ids are excluded. (Get public multi-leg transactions of block trades)
        """
        ...

    @get("/api/v5/public/block-trades", limit=Limit(20, 2, "ip"))
    async def public_block_trades(self, inst_id: InstId) -> list[PublicBlockLeg]:
        """Legs of block trades in one instrument, newest first. (Get public single-leg transactions of block trades)"""
        ...

    @get("/api/v5/market/block-trades", limit=None, deprecated="use block.public_block_trades")
    async def block_trades(self, inst_id: InstId) -> list[PublicBlockLeg]:
        """Single-leg block trades at an older address.

        Deprecated: use `public_block_trades`. The documents name no rate limit.

        (Get public single-leg transactions of block trades)
        """
        ...
