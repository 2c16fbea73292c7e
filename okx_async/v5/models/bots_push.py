"""Rows that the channels of bots and copy trading push."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "GridPositionUpdate",
    "GridRebate",
    "GridSubOrderUpdate",
    "GridTrigger",
    "GridUpdate",
    "LeadNotification",
    "RecurringBuyUpdate",
    "RecurringCurrency",
]


class GridRebate(V5Row, frozen=True, gc=False, kw_only=True):
    """Rebates of a grid bot in one currency."""

    rebate: Decimal | None = None
    rebate_ccy: str | None = None


class GridTrigger(V5Row, frozen=True, gc=False, kw_only=True):
    """When a grid bot starts or stops."""

    trigger_action: str | None = None
    """``start``, ``stop``."""
    trigger_strategy: str | None = None
    """``instant``, ``price``, ``rsi``."""
    delay_seconds: Decimal | None = None
    trigger_time: Ms | None = None
    trigger_type: str | None = None
    """``manual``, ``auto``."""
    timeframe: str | None = None
    """``3m``, ``5m``, ``15m``, ``30m``, ``1H``, ``4H``, ``1D``."""
    thold: Decimal | None = None
    trigger_cond: str | None = None
    """``cross_up``, ``cross_down``, ``above``, ``below``, ``cross``."""
    time_period: Decimal | None = None
    trigger_px: Px | None = None
    stop_type: str | None = None


class GridUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One push about a grid bot; spot and contract bots fill different fields."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: InstId | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    algo_ord_type: str | None = None
    state: str | None = None
    """``starting``, ``running``, ``stopping``, ``stopped``."""
    rebate_trans: list[GridRebate] | None = None
    trigger_params: list[GridTrigger] | None = None
    max_px: Px | None = None
    min_px: Px | None = None
    grid_num: Decimal | None = None
    run_type: str | None = None
    tp_trigger_px: Px | None = None
    sl_trigger_px: Px | None = None
    trade_num: Decimal | None = None
    arbitrage_num: Decimal | None = None
    single_amt: Decimal | None = None
    per_min_profit_rate: Decimal | None = None
    per_max_profit_rate: Decimal | None = None
    run_px: Px | None = None
    total_pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None
    investment: Decimal | None = None
    grid_profit: Decimal | None = None
    float_profit: Decimal | None = None
    total_annualized_rate: Decimal | None = None
    annualized_rate: Decimal | None = None
    cancel_type: str | None = None
    """``0``, ``1``, ``2``, ``3``, ``4``, ``5``, ``6``."""
    stop_type: str | None = None
    quote_sz: Sz | None = None
    base_sz: Sz | None = None
    cur_quote_sz: Sz | None = None
    cur_base_sz: Sz | None = None
    profit: Decimal | None = None
    stop_result: str | None = None
    active_ord_num: Decimal | None = None
    tag: str | None = None
    profit_sharing_ratio: Decimal | None = None
    copy_type: str | None = None
    """``0``, ``1``, ``2``, ``3``."""
    p_time: Ms | None = None
    trade_quote_ccy: str | None = None
    direction: str | None = None
    """``long``, ``short``, ``neutral``."""
    base_pos: bool | None = None
    sz: Sz | None = None
    lever: Decimal | None = None
    actual_lever: Decimal | None = None
    liq_px: Px | None = None
    ord_frozen: Decimal | None = None
    avail_eq: Decimal | None = None
    eq: Decimal | None = None
    tp_ratio: Decimal | None = None
    sl_ratio: Decimal | None = None
    fee: Decimal | None = None
    funding_fee: Decimal | None = None


class GridPositionUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One push about the position of a contract grid bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: InstId | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    avg_px: Px | None = None
    ccy: str | None = None
    lever: Decimal | None = None
    liq_px: Px | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    pos: Decimal | None = None
    mgn_mode: str | None = None
    """``cross``, ``isolated``."""
    mgn_ratio: Decimal | None = None
    imr: Decimal | None = None
    mmr: Decimal | None = None
    upl: Decimal | None = None
    upl_ratio: Decimal | None = None
    last: Decimal | None = None
    notional_usd: Decimal | None = None
    adl: str | None = None
    mark_px: Px | None = None
    p_time: Ms | None = None


class GridSubOrderUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One push about an order of a grid bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: InstId | None = None
    algo_ord_type: str | None = None
    """``grid``, ``contract_grid``."""
    group_id: str | None = None
    ord_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    td_mode: str | None = None
    tag: str | None = None
    ord_type: str | None = None
    """``market``, ``limit``, ``ioc``."""
    sz: Sz | None = None
    state: str | None = None
    """``canceled``, ``live``, ``partially_filled``, ``filled``, ``cancelling``."""
    side: str | None = None
    """``buy``, ``sell``."""
    px: Px | None = None
    fee: Decimal | None = None
    fee_ccy: str | None = None
    rebate: Decimal | None = None
    rebate_ccy: str | None = None
    avg_px: Px | None = None
    acc_fill_sz: Sz | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    pnl: Decimal | None = None
    ct_val: Decimal | None = None
    lever: Decimal | None = None
    p_time: Ms | None = None


class RecurringCurrency(V5Row, frozen=True, gc=False, kw_only=True):
    """One currency of a recurring buy."""

    ccy: str | None = None
    ratio: Decimal | None = None
    min_px: Px | None = None
    max_px: Px | None = None
    total_amt: Decimal | None = None
    profit: Decimal | None = None
    avg_px: Px | None = None
    px: Px | None = None


class RecurringBuyUpdate(V5Row, frozen=True, gc=False, kw_only=True):
    """One push about a recurring buy."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    algo_ord_type: str | None = None
    state: str | None = None
    """``running``, ``stopping``, ``stopped``, ``pause``."""
    stgy_name: str | None = None
    recurring_list: list[RecurringCurrency] | None = None
    period: str | None = None
    """``monthly``, ``weekly``, ``daily``, ``hourly``."""
    recurring_day: str | None = None
    recurring_hour: str | None = None
    """``1``, ``4``, ``8``, ``12``."""
    recurring_time: Decimal | None = None
    time_zone: str | None = None
    amt: Decimal | None = None
    investment_amt: Decimal | None = None
    investment_ccy: str | None = None
    next_invest_time: Ms | None = None
    total_pnl: Decimal | None = None
    total_ann_rate: Decimal | None = None
    pnl_ratio: Decimal | None = None
    mkt_cap: Decimal | None = None
    cycles: Decimal | None = None
    tag: str | None = None
    p_time: Ms | None = None
    trade_quote_ccy: str | None = None
    recurring_time_type: str | None = None
    recurring_time_minutes: str | None = None
    source: list[Any] | None = None


class LeadNotification(V5Row, frozen=True, gc=False, kw_only=True):
    """Why a lead trade failed."""

    inst_type: str | None = None
    info_type: str | None = None
    """``1``, ``2``, ``3``."""
    sub_pos_id: str | None = None
    unique_code: str | None = None
    inst_id: InstId | None = None
    side: str | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    max_lead_trader_num: Decimal | None = None
    min_lead_eq: Decimal | None = None
