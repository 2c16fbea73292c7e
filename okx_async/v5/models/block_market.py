"""Rows of the chapter Block Trading that need no key."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Side, Sz

__all__ = [
    "BlockLeg",
    "BlockTicker",
    "PublicBlockLeg",
    "PublicBlockTrade",
]


class BlockTicker(V5Row, frozen=True, gc=False, kw_only=True):
    """Block trading of one instrument in the last 24 hours."""

    inst_id: InstId
    inst_type: str | None = None
    vol_ccy24h: Decimal | None = None
    """Quote currency for spot, base currency for derivatives."""
    vol24h: Decimal | None = None
    """Base currency for spot, contracts for derivatives."""
    ts: Ms | None = None


class BlockLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of a block trade."""

    inst_id: InstId
    px: Px | None = None
    sz: Sz | None = None
    side: Side | None = None
    """Side of the taker."""
    trade_id: str | None = None
    """``None`` for a group RFQ."""
    trade_quote_ccy: str | None = None
    """Quote currency of a spot leg."""


class PublicBlockTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One block trade with all its legs."""

    strategy: str | None = None
    """Name of the option strategy."""
    c_time: Ms | None = None
    block_td_id: str | None = None
    """``None`` for a group RFQ."""
    group_id: str | None = None
    """Id of the group RFQ, ``None`` for others."""
    legs: list[BlockLeg] | None = None


class PublicBlockLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of a block trade with the prices of its moment."""

    inst_id: InstId
    trade_id: str | None = None
    px: Px | None = None
    sz: Sz | None = None
    side: Side | None = None
    """Side of the taker."""
    fill_vol: Decimal | None = None
    """Implied volatility; options only."""
    fwd_px: Px | None = None
    """Forward price; options only."""
    idx_px: Px | None = None
    """Price of the index; derivatives only."""
    mark_px: Px | None = None
    """Mark price; derivatives only."""
    group_id: str | None = None
    """Id of the group RFQ, ``None`` for others."""
    ts: Ms | None = None
