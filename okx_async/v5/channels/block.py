"""Channels of the chapter Block Trading that need no key."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ...core.words import InstId
from ..models.block_market import BlockTicker, PublicBlockLeg, PublicBlockTrade

__all__ = ["block_tickers", "public_block_trades", "public_struc_block_trades"]

# Pushed every 5 minutes even when nothing is traded.
TICKER_QUIET = 450.0


@channel("public-struc-block-trades", endpoint="business")
def public_struc_block_trades() -> Topic[PublicBlockTrade]:
    """Block trades with all their legs, 15 minutes late. (Public structure block trades channel)"""
    ...


@channel("public-block-trades", endpoint="business")
def public_block_trades(inst_id: InstId) -> Topic[PublicBlockLeg]:
    """Legs of block trades in one instrument, one by one, 15 minutes late. (Public block trades channel)"""
    ...


@channel("block-tickers", endpoint="business", quiet=TICKER_QUIET)
def block_tickers(inst_id: InstId) -> Topic[BlockTicker]:
    """Block trading of the last 24 hours: at every trade and every 5 minutes. (Block tickers channel)"""
    ...
