"""Parameter rows of the chapter Block Trading."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.row import V5Part
from ...core.words import InstFamily, InstId, InstType, Num, Side
from ..words import Fields, PosSide, TdMode, TgtCcy

__all__ = [
    "ExecuteLeg",
    "MakerInstrument",
    "MakerSetting",
    "NewQuoteLeg",
    "NewRfqAllocation",
    "NewRfqAllocationLeg",
    "NewRfqLeg",
]


class NewRfqLeg(V5Part, frozen=True, kw_only=True):
    """One leg of an RFQ."""

    inst_id: InstId
    sz: Num
    side: Side
    td_mode: TdMode | None = None
    ccy: str | None = None
    lmt_px: Num | None = None
    """Taker's expected price."""
    pos_side: PosSide | None = None
    tgt_ccy: TgtCcy | None = None
    """Currency that sz counts, spot market orders (SPOT)."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT)."""


class NewRfqAllocationLeg(V5Part, frozen=True, kw_only=True):
    """What one account gets of one leg."""

    sz: Num
    inst_id: InstId
    td_mode: TdMode | None = None
    ccy: str | None = None
    pos_side: PosSide | None = None


class NewRfqAllocation(V5Part, frozen=True, kw_only=True):
    """What one account gets of an RFQ."""

    acct: str
    legs: Sequence[NewRfqAllocationLeg | Fields]


class ExecuteLeg(V5Part, frozen=True, kw_only=True):
    """How much of one leg is traded."""

    inst_id: InstId
    sz: Num


class MakerInstrument(V5Part, frozen=True, kw_only=True):
    """One instrument or family the account quotes."""

    inst_family: InstFamily | None = None
    """Needed for FUTURES, OPTION and SWAP only."""
    inst_id: InstId | None = None
    """Needed for SPOT only."""
    max_block_sz: Num | None = None
    """Largest block size."""
    maker_px_band: Num | None = None
    """Band around mark price, in ticks."""


class MakerSetting(V5Part, frozen=True, kw_only=True):
    """What the account quotes of one instrument type."""

    inst_type: InstType
    data: Sequence[MakerInstrument | Fields]
    include_all: bool | None = None
    """All USDT contracts."""


class NewQuoteLeg(V5Part, frozen=True, kw_only=True):
    """One leg of a quote, with its price."""

    inst_id: InstId
    sz: Num
    px: Num
    side: Side
    td_mode: TdMode | None = None
    ccy: str | None = None
    pos_side: PosSide | None = None
    tgt_ccy: TgtCcy | None = None
    """Currency that sz counts, spot market orders (SPOT)."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT)."""
