"""Rows of the chapter Trade: orders and fills."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz
from ..intents import GONE

__all__ = [
    "AccountRateLimit",
    "AmendResult",
    "AttachedAlgoOrder",
    "ClosedPosition",
    "Countdown",
    "Done",
    "Fill",
    "FillUpdate",
    "LinkedAlgoOrder",
    "Order",
    "OrderPrecheck",
    "OrderResult",
    "OrderUpdate",
]


class OrderResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What the gateway said to one order."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    tag: str | None = None
    ts: Ms | None = None
    """Creation time of the order, same as ``c_time``."""
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None
    sub_code: str | None = None
    """Finer result code, empty when none."""

    @property
    def already_gone(self) -> bool:
        """Whether a cancellation came too late: the order was filled or cancelled before, or is being cancelled."""
        return self.s_code in GONE


class AmendResult(V5Row, frozen=True, gc=False, kw_only=True):
    """What the gateway said to one change of an order."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    ts: Ms | None = None
    """Time of the data."""
    req_id: str | None = None
    """Client id of the amend."""
    s_code: str | None = None
    """Item result code, 0 is success."""
    s_msg: str | None = None
    sub_code: str | None = None
    """Finer result code, empty when none."""


class ClosedPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """A position that is being closed at market price."""

    inst_id: InstId | None = None
    pos_side: str | None = None
    cl_ord_id: str | None = None
    tag: str | None = None


class AttachedAlgoOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """Take profit, stop loss or trailing stop attached to an order."""

    attach_algo_id: str | None = None
    """Id of the attached TP/SL."""
    attach_algo_cl_ord_id: str | None = None
    """Client id of the attached TP/SL."""
    tp_ord_kind: str | None = None
    """Take-profit kind; ``condition``, ``limit``."""
    tp_trigger_px: Px | None = None
    """Take-profit trigger price."""
    tp_trigger_ratio: Decimal | None = None
    """Take-profit trigger ratio (SWAP, FUTURES)."""
    tp_trigger_px_type: str | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    tp_ord_px: Px | None = None
    """Take-profit order price, -1 is market."""
    sl_trigger_px: Px | None = None
    """Stop trigger price."""
    sl_trigger_ratio: Decimal | None = None
    """Stop trigger ratio (SWAP, FUTURES)."""
    sl_trigger_px_type: str | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_ord_px: Px | None = None
    """Stop order price, -1 is market."""
    sz: Sz | None = None
    amend_px_on_trigger_type: str | None = None
    """Move stop to cost price after first TP: 1 on, 0 off."""
    callback_ratio: Decimal | None = None
    """Trail distance as a ratio."""
    callback_spread: Decimal | None = None
    """Trail distance as a price."""
    active_px: Px | None = None
    """Price that arms a trailing stop."""
    fail_code: str | None = None
    """Error code of the failed trigger."""
    fail_reason: str | None = None
    """Error text of the failed trigger."""


class LinkedAlgoOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """The stop that is linked to a limit take profit."""

    algo_id: str | None = None


class Order(V5Row, frozen=True, gc=False, kw_only=True):
    """One order as REST tells it; ``fill_px``, ``fill_sz`` and ``fill_time`` belong to its latest fill."""

    inst_id: InstId
    ord_id: str
    inst_type: str | None = None
    """``SPOT``, ``MARGIN``, ``SWAP``, ``FUTURES``, ``OPTION``, ``EVENTS``."""
    tgt_ccy: str | None = None
    """Currency that sz counts, spot market orders; ``base_ccy`` base currency, ``quote_ccy`` quote currency (SPOT)."""
    ccy: str | None = None
    cl_ord_id: str | None = None
    tag: str | None = None
    px: Px | None = None
    px_usd: Decimal | None = None
    """Option price, USD."""
    px_vol: Decimal | None = None
    """Option price as implied volatility, 1 is 100%."""
    px_type: str | None = None
    """How the option price is given; ``px`` coin price, ``pxVol`` implied volatility, ``pxUsd`` USD price."""
    sz: Sz | None = None
    pnl: Decimal | None = None
    ord_type: str | None = None
    side: str | None = None
    pos_side: str | None = None
    td_mode: str | None = None
    acc_fill_sz: Sz | None = None
    """Cumulative filled size of the order."""
    fill_px: Px | None = None
    """Last fill price."""
    trade_id: str | None = None
    fill_sz: Sz | None = None
    """Size of the last fill."""
    fill_time: Ms | None = None
    """Last fill time."""
    avg_px: Px | None = None
    state: str | None = None
    """``live``, ``partially_filled``."""
    stp_id: str | None = None
    """Deprecated: self-trade id."""
    stp_mode: str | None = None
    """Self-trade prevention mode."""
    lever: Decimal | None = None
    attach_algo_cl_ord_id: str | None = None
    """Client id of the attached TP/SL."""
    tp_trigger_px: Px | None = None
    """Take-profit trigger price."""
    tp_trigger_px_type: str | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    tp_ord_px: Px | None = None
    """Take-profit order price, -1 is market."""
    sl_trigger_px: Px | None = None
    """Stop trigger price."""
    sl_trigger_px_type: str | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_ord_px: Px | None = None
    """Stop order price, -1 is market."""
    attach_algo_ords: list[AttachedAlgoOrder] | None = None
    """TP/SL or trailing stop attached to the order."""
    linked_algo_ord: LinkedAlgoOrder | None = None
    """Linked stop order."""
    fee_ccy: str | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    rebate_ccy: str | None = None
    rebate: Decimal | None = None
    source: str | None = None
    """``6`` fired by a trigger order, ``7`` fired by TP/SL, ``13`` fired by an algo order, ``25`` fired by a
    trailing stop, ``34`` fired by a chase order."""
    category: str | None = None
    """``normal``, ``twap``, ``adl``, ``full_liquidation``, ``partial_liquidation``, ``delivery``, ``ddh`` delta
    dynamic hedge, ``auto_conversion``."""
    reduce_only: bool | None = None
    """May only shrink a position."""
    is_tp_limit: bool | None = None
    """Is a limit TP."""
    cancel_source: str | None = None
    """Who or what cancelled; values come from the order channel page, treat as open list."""
    cancel_source_reason: str | None = None
    """Text for the cancel source."""
    quick_mgn_type: str | None = None
    """Deprecated: quick margin type; ``manual``, ``auto_borrow``, ``auto_repay``."""
    algo_cl_ord_id: str | None = None
    algo_id: str | None = None
    u_time: Ms | None = None
    c_time: Ms | None = None
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list``."""
    outcome: str | None = None
    """Event market side; ``yes``, ``no`` (EVENTS)."""


class Fill(V5Row, frozen=True, gc=False, kw_only=True):
    """One own fill."""

    inst_id: InstId
    trade_id: str
    inst_type: str | None = None
    ord_id: str | None = None
    cl_ord_id: str | None = None
    bill_id: str | None = None
    sub_type: str | None = None
    tag: str | None = None
    fill_px: Px | None = None
    """Last fill price."""
    fill_sz: Sz | None = None
    """Size of the last fill."""
    fill_idx_px: Px | None = None
    """Index price at fill."""
    fill_pnl: Decimal | None = None
    """Realised profit of this fill."""
    fill_px_vol: Decimal | None = None
    """Implied volatility at fill."""
    fill_px_usd: Decimal | None = None
    """Option fill price, USD."""
    fill_mark_vol: Decimal | None = None
    """Mark volatility at fill."""
    fill_fwd_px: Px | None = None
    """Forward price at fill."""
    fill_mark_px: Px | None = None
    """Mark price at fill (SWAP, FUTURES, OPTION)."""
    side: str | None = None
    """``buy``, ``sell``."""
    pos_side: str | None = None
    """``long``, ``short``."""
    exec_type: str | None = None
    """T taker, M maker."""
    fee_ccy: str | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    ts: Ms | None = None
    """Time of the data."""
    fill_time: Ms | None = None
    """Last fill time."""
    fee_rate: Decimal | None = None
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in ``trade_quote_ccy_list``."""


class Done(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether it was done."""

    result: bool | None = None


class Countdown(V5Row, frozen=True, gc=False, kw_only=True):
    """When everything will be cancelled."""

    trigger_time: Ms | None = None
    tag: str | None = None
    ts: Ms | None = None
    """Time of the data."""


class AccountRateLimit(V5Row, frozen=True, gc=False, kw_only=True):
    """How many orders the sub-account may place and amend in 2 s."""

    fill_ratio: Decimal | None = None
    """Fill ratio of the sub-account over 7 days."""
    main_fill_ratio: Decimal | None = None
    """Fill ratio of the whole master account over 7 days."""
    acc_rate_limit: Decimal | None = None
    """Current order requests allowed per 2 s for the account."""
    next_acc_rate_limit: Decimal | None = None
    """Limit of the next period, empty when unchanged."""
    ts: Ms | None = None
    """Time of the data."""


class OrderPrecheck(V5Row, frozen=True, gc=False, kw_only=True):
    """What an order would change in the account."""

    adj_eq: Decimal | None = None
    """Equity after haircuts, USD."""
    adj_eq_chg: Decimal | None = None
    """Change of adjusted equity after the simulated order."""
    imr: Decimal | None = None
    imr_chg: Decimal | None = None
    """Change of initial margin."""
    mmr: Decimal | None = None
    mmr_chg: Decimal | None = None
    """Change of maintenance margin."""
    mgn_ratio: Decimal | None = None
    mgn_ratio_chg: Decimal | None = None
    """Change of the margin ratio."""
    avail_bal: Decimal | None = None
    avail_bal_chg: Decimal | None = None
    """Change of usable balance after the simulated order."""
    liq_px: Px | None = None
    liq_px_diff: Decimal | None = None
    """Distance between liquidation and mark price."""
    liq_px_diff_ratio: Decimal | None = None
    """That distance as a ratio."""
    pos_bal: Decimal | None = None
    """Balance at position level."""
    pos_bal_chg: Decimal | None = None
    """Balance change at position level."""
    liab: Decimal | None = None
    liab_chg: Decimal | None = None
    liab_chg_ccy: str | None = None
    """Currency of the liability change."""
    type: str | None = None
    """``1`` base before and after, ``2`` base before, quote after, ``3`` quote before, base after, ``4`` quote
    before and after."""


class OrderUpdate(Order, frozen=True, gc=False, kw_only=True):
    """One push about an order; the fill fields belong to this very push."""

    notional_usd: Decimal | None = None
    fill_pnl: Decimal | None = None
    fill_fee: Decimal | None = None
    fill_fee_ccy: str | None = None
    fill_px_vol: Decimal | None = None
    fill_px_usd: Decimal | None = None
    fill_mark_vol: Decimal | None = None
    fill_fwd_px: Px | None = None
    fill_mark_px: Px | None = None
    fill_idx_px: Px | None = None
    exec_type: str | None = None
    fill_notional_usd: Decimal | None = None
    amend_source: str | None = None
    """``1``, ``2``, ``4``, ``5``, ``6``."""
    req_id: str | None = None
    amend_result: str | None = None
    """``-1``, ``0``, ``1``, ``2``."""
    last_px: Px | None = None
    code: str | None = None
    msg: str | None = None
    risk_bypass_result: str | None = None
    """Opaque, seen in docs Oct 2026 by a third party."""


class FillUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One own fill as the fills channel pushes it."""

    inst_id: InstId
    trade_id: str
    fill_sz: Sz | None = None
    fill_px: Px | None = None
    side: str | None = None
    """``buy``, ``sell``."""
    ts: Ms | None = None
    ord_id: str | None = None
    cl_ord_id: str | None = None
    exec_type: str | None = None
    count: int | None = None
