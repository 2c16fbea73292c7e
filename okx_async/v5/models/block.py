"""Rows of the chapter Block Trading: own RFQs, quotes and trades."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz
from ..intents import GONE

__all__ = [
    "BlockMmpConfig",
    "BlockTrade",
    "BlockTradeAllocation",
    "BlockTradeAllocationLeg",
    "BlockTradeLeg",
    "Counterparty",
    "MakerProduct",
    "MakerProducts",
    "Moment",
    "Quote",
    "QuoteLeg",
    "QuoteResult",
    "Rfq",
    "RfqAllocation",
    "RfqAllocationLeg",
    "RfqLeg",
    "RfqResult",
]


class Counterparty(V5Row, frozen=True, gc=False, kw_only=True):
    """Somebody who can be asked for quotes."""

    trader_name: str | None = None
    trader_code: str | None = None
    type: str | None = None


class RfqLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of an RFQ."""

    inst_id: InstId | None = None
    td_mode: str | None = None
    """``cross``, ``isolated``, ``cash``."""
    ccy: str | None = None
    sz: Sz | None = None
    side: str | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    tgt_ccy: str | None = None
    """Currency that sz counts, spot market orders (SPOT)."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT)."""


class RfqAllocationLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """What one account gets of one leg."""

    inst_id: InstId | None = None
    sz: Sz | None = None
    td_mode: str | None = None
    ccy: str | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""


class RfqAllocation(V5Row, frozen=True, gc=False, kw_only=True):
    """What one account gets of an RFQ."""

    acct: str | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None
    legs: list[RfqAllocationLeg] | None = None


class Rfq(V5Row, frozen=True, gc=False, kw_only=True):
    """One request for quotes."""

    c_time: Ms | None = None
    u_time: Ms | None = None
    state: str | None = None
    """``filled``, ``traded_away``."""
    counterparties: list[str] | None = None
    """Trader codes that get the RFQ."""
    valid_until: Ms | None = None
    cl_rfq_id: str | None = None
    tag: str | None = None
    allow_partial_execution: bool | None = None
    """RFQ may fill partly with the leg ratio kept."""
    trader_code: str | None = None
    rfq_id: str | None = None
    legs: list[RfqLeg] | None = None
    group_id: str | None = None
    """Fee group id, read with ``inst_type``."""
    acct_alloc: list[RfqAllocation] | None = None
    """Split of the RFQ over accounts."""
    flow_type: str | None = None
    """Kind of RFQ."""


class RfqResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What came of cancelling an RFQ."""

    rfq_id: str | None = None
    cl_rfq_id: str | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None

    @property
    def already_gone(self) -> bool:
        """Whether the cancellation came too late: the RFQ is in a state that cannot be cancelled any more."""
        return self.s_code in GONE


class Moment(V5Row, frozen=True, gc=False, kw_only=True):
    """When it was done."""

    ts: Ms | None = None
    """Time of the data."""


class BlockTradeLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of a block trade."""

    inst_id: InstId | None = None
    px: Px | None = None
    sz: Sz | None = None
    side: str | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    fee_ccy: str | None = None
    trade_id: str | None = None
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT)."""
    tgt_ccy: str | None = None


class BlockTradeAllocationLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """What one account got of one leg."""

    inst_id: InstId | None = None
    sz: Sz | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    fee_ccy: str | None = None
    trade_id: str | None = None


class BlockTradeAllocation(V5Row, frozen=True, gc=False, kw_only=True):
    """What one account got of a block trade."""

    acct: str | None = None
    block_td_id: str | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None
    legs: list[BlockTradeAllocationLeg] | None = None
    error_code: str | None = None
    """Error code of a failed trade."""


class BlockTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One own block trade."""

    c_time: Ms | None = None
    rfq_id: str | None = None
    cl_rfq_id: str | None = None
    quote_id: str | None = None
    cl_quote_id: str | None = None
    block_td_id: str | None = None
    tag: str | None = None
    t_trader_code: str | None = None
    """Taker code; empty when anonymous."""
    m_trader_code: str | None = None
    """Maker code; empty when anonymous."""
    legs: list[BlockTradeLeg] | None = None
    acct_alloc: list[BlockTradeAllocation] | None = None
    """Split of the RFQ over accounts."""
    is_successful: bool | None = None
    """Trade went through."""
    error_code: str | None = None
    """Error code of a failed trade."""


class MakerProduct(V5Row, frozen=True, gc=False, kw_only=True):
    """One instrument or family the account quotes."""

    inst_family: str | None = None
    inst_id: InstId | None = None
    max_block_sz: Sz | None = None
    """Largest block size."""
    maker_px_band: Decimal | None = None
    """Band around mark price, in ticks."""


class MakerProducts(V5Row, frozen=True, gc=False, kw_only=True):
    """What the account quotes of one instrument type."""

    inst_type: str | None = None
    include_all: bool | None = None
    """All USDT contracts."""
    data: list[MakerProduct] | None = None


class BlockMmpConfig(V5Row, frozen=True, gc=False, kw_only=True):
    """Market maker protection for block trades."""

    time_interval: Decimal | None = None
    frozen_interval: Decimal | None = None
    """Freeze length, ms; 0 until manual reset."""
    count_limit: Decimal | None = None
    mmp_frozen: bool | None = None
    """MMP has fired."""
    mmp_frozen_until: Ms | None = None
    """Unfreeze time, empty for manual reset."""


class QuoteLeg(V5Row, frozen=True, gc=False, kw_only=True):
    """One leg of a quote."""

    inst_id: InstId | None = None
    td_mode: str | None = None
    """``cross``, ``isolated``, ``cash``."""
    ccy: str | None = None
    sz: Sz | None = None
    px: Px | None = None
    side: str | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    tgt_ccy: str | None = None
    """Currency that sz counts, spot market orders (SPOT)."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT)."""


class Quote(V5Row, frozen=True, gc=False, kw_only=True):
    """One quote."""

    c_time: Ms | None = None
    u_time: Ms | None = None
    state: str | None = None
    reason: str | None = None
    valid_until: Ms | None = None
    rfq_id: str | None = None
    cl_rfq_id: str | None = None
    quote_id: str | None = None
    cl_quote_id: str | None = None
    tag: str | None = None
    trader_code: str | None = None
    quote_side: str | None = None
    """Side of the quote."""
    legs: list[QuoteLeg] | None = None


class QuoteResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What came of cancelling a quote."""

    quote_id: str | None = None
    cl_quote_id: str | None = None
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None

    @property
    def already_gone(self) -> bool:
        """Whether the cancellation came too late: the quote is in a state that cannot be cancelled any more."""
        return self.s_code in GONE
