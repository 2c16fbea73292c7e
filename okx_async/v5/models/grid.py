"""Rows of the chapter Grid bots."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from ...core.row import V5Part, V5Row
from ...core.words import InstId, Ms, Num

__all__ = [
    "GridAction",
    "GridAiParam",
    "GridBasicAmended",
    "GridChanged",
    "GridClosing",
    "GridIncome",
    "GridMarginRoom",
    "GridMinInvestment",
    "GridOrder",
    "GridPosition",
    "GridQuantity",
    "GridRebate",
    "GridStopArg",
    "GridSubOrder",
    "GridTrigger",
    "GridTriggerArg",
    "GridTriggerChangeArg",
    "InvestmentArg",
    "MinInvestment",
    "RsiBackTest",
]


class GridAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The bot something was done to, and whether that went well."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    s_code: str | None = None
    """Result of this item, ``0`` is success."""
    s_msg: str | None = None
    tag: str | None = None


class GridBasicAmended(V5Row, frozen=True, gc=False, kw_only=True):
    """A bot with a new range, and the money that takes."""

    algo_id: str | None = None
    required_topup_amount: Decimal | None = None
    """Top-up needed."""
    max_topup_amount: Decimal | None = None
    """Largest top-up."""


class GridClosing(V5Row, frozen=True, gc=False, kw_only=True):
    """An order that closes a position."""

    algo_id: str | None = None
    ord_id: str | None = None
    algo_cl_ord_id: str | None = None
    tag: str | None = None


class GridChanged(V5Row, frozen=True, gc=False, kw_only=True):
    """The bot something was done to."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None


class GridRebate(V5Row, frozen=True, gc=False, kw_only=True):
    """A rebate that came in."""

    rebate: Decimal | None = None
    rebate_ccy: str | None = None


class GridTrigger(V5Row, frozen=True, gc=False, kw_only=True):
    """When a bot starts or stops."""

    trigger_action: str | None = None
    """Start or stop."""
    trigger_strategy: str | None = None
    """``rsi`` RSI trigger."""
    delay_seconds: Decimal | None = None
    """Delay after the trigger."""
    trigger_time: Ms | None = None
    trigger_type: str | None = None
    """Auto or manual."""
    timeframe: str | None = None
    """RSI candle size."""
    thold: Decimal | None = None
    """Threshold, 1 to 100."""
    trigger_cond: str | None = None
    """Trigger condition."""
    time_period: Decimal | None = None
    """RSI period, 14."""
    trigger_px: Decimal | None = None
    stop_type: str | None = None
    """How to stop: ``1`` sell base currency, ``2`` keep base currency."""


class GridOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A grid bot. Spot and contract grids fill different fields, and only the details fill all."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    algo_ord_type: str | None = None
    """``grid`` spot grid, ``contract_grid`` contract grid."""
    state: str | None = None
    """``no_close_position`` stopped, position still open."""
    rebate_trans: list[GridRebate] | None = None
    trigger_params: list[GridTrigger] | None = None
    max_px: Decimal | None = None
    min_px: Decimal | None = None
    grid_num: Decimal | None = None
    run_type: str | None = None
    """Grid spacing: 1 arithmetic, 2 geometric."""
    tp_trigger_px: Decimal | None = None
    """Take-profit trigger price."""
    sl_trigger_px: Decimal | None = None
    """Stop trigger price."""
    arbitrage_num: Decimal | None = None
    """Completed grid arbitrages."""
    total_pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None
    investment: Decimal | None = None
    """Invested so far."""
    grid_profit: Decimal | None = None
    float_profit: Decimal | None = None
    cancel_type: str | None = None
    """Why the bot stopped: ``0`` none, ``1`` manual stop, ``2`` take profit, ``3`` stop loss, ``4`` risk control,
    ``5`` delivery, ``6`` signal.
    """
    stop_type: str | None = None
    """How to stop: ``1`` sell base currency, ``2`` keep base currency."""
    quote_sz: Decimal | None = None
    """Quote amount invested."""
    base_sz: Decimal | None = None
    """Base amount invested."""
    direction: str | None = None
    base_pos: bool | None = None
    """Open a position when the bot starts."""
    sz: Decimal | None = None
    lever: Decimal | None = None
    actual_lever: Decimal | None = None
    """Effective leverage."""
    liq_px: Decimal | None = None
    """Estimated liquidation price."""
    uly: str | None = None
    inst_family: str | None = None
    ord_frozen: Decimal | None = None
    """Held by open orders."""
    avail_eq: Decimal | None = None
    """Usable equity."""
    tag: str | None = None
    profit_sharing_ratio: Decimal | None = None
    """Profit share, 0 to 0.3."""
    copy_type: str | None = None
    """Order kind for profit share: ``0`` normal order, ``1`` copy, no profit share, ``2`` copy with profit share,
    ``3`` lead order.
    """
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    fee_ccy: str | None = None
    funding_fee: Decimal | None = None
    """Funding paid or got."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in tradeQuoteCcyList."""
    stop_result: str | None = None
    """``0`` default, ``1`` market sale done, ``-1`` market sale failed."""
    trade_num: Decimal | None = None
    """Number of trades."""
    single_amt: Decimal | None = None
    """Amount per grid."""
    per_min_profit_rate: Decimal | None = None
    """Worst profit per grid."""
    per_max_profit_rate: Decimal | None = None
    """Best profit per grid."""
    run_px: Decimal | None = None
    """Price at launch."""
    total_annualized_rate: Decimal | None = None
    """Total annualised rate."""
    annualized_rate: Decimal | None = None
    """Annualised grid rate."""
    active_ord_num: Decimal | None = None
    """How many sub-orders are open."""
    cur_quote_sz: Decimal | None = None
    """Quote held now."""
    cur_base_sz: Decimal | None = None
    """Base held now."""
    profit: Decimal | None = None
    eq: Decimal | None = None
    tp_ratio: Decimal | None = None
    """Take-profit ratio."""
    sl_ratio: Decimal | None = None
    """Stop ratio."""


class GridSubOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """An order of a bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: str | None = None
    algo_ord_type: str | None = None
    """``grid`` spot grid, ``contract_grid`` contract grid."""
    group_id: str | None = None
    """Fee group id, read with instType."""
    ord_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    td_mode: str | None = None
    """Trade mode."""
    ccy: str | None = None
    ord_type: str | None = None
    """``market`` market order, ``limit`` limit order, ``ioc`` immediate-or-cancel order."""
    sz: Decimal | None = None
    state: str | None = None
    side: str | None = None
    px: Decimal | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    fee_ccy: str | None = None
    rebate: Decimal | None = None
    rebate_ccy: str | None = None
    avg_px: Decimal | None = None
    acc_fill_sz: Decimal | None = None
    """Cumulative filled size of the order."""
    pos_side: str | None = None
    pnl: Decimal | None = None
    ct_val: Decimal | None = None
    """Contract face value."""
    lever: Decimal | None = None
    tag: str | None = None


class GridPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """A position of a contract grid."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    inst_type: str | None = None
    inst_id: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    avg_px: Decimal | None = None
    ccy: str | None = None
    lever: Decimal | None = None
    liq_px: Decimal | None = None
    """Estimated liquidation price."""
    pos_side: str | None = None
    pos: Decimal | None = None
    """Size; negative is short in net mode."""
    mgn_mode: str | None = None
    mgn_ratio: Decimal | None = None
    imr: Decimal | None = None
    mmr: Decimal | None = None
    upl: Decimal | None = None
    upl_ratio: Decimal | None = None
    """Unrealised profit ratio."""
    last: Decimal | None = None
    notional_usd: Decimal | None = None
    adl: str | None = None
    """Auto-deleveraging rank, 0 safest to 5."""
    mark_px: Decimal | None = None


class GridIncome(V5Row, frozen=True, gc=False, kw_only=True):
    """Profit that was taken out."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    profit: Decimal | None = None


class GridMarginRoom(V5Row, frozen=True, gc=False, kw_only=True):
    """How much margin can be moved."""

    max_amt: Decimal | None = None
    lever: Decimal | None = None


class GridAiParam(V5Row, frozen=True, gc=False, kw_only=True):
    """Parameters proposed from back-tests."""

    inst_id: str | None = None
    algo_ord_type: str | None = None
    """``grid`` spot grid, ``contract_grid`` contract grid."""
    duration: str | None = None
    """Back-test window: ``7D`` 7 days, ``30D`` 30 days, ``180D`` 180 days."""
    grid_num: Decimal | None = None
    max_px: Decimal | None = None
    min_px: Decimal | None = None
    per_max_profit_rate: Decimal | None = None
    """Best profit per grid."""
    per_min_profit_rate: Decimal | None = None
    """Worst profit per grid."""
    per_grid_profit_ratio: Decimal | None = None
    """Profit ratio per grid."""
    annualized_rate: Decimal | None = None
    """Annualised grid rate."""
    min_investment: Decimal | None = None
    """Smallest investment."""
    ccy: str | None = None
    run_type: str | None = None
    """Grid spacing: 1 arithmetic, 2 geometric."""
    direction: str | None = None
    lever: Decimal | None = None
    source_ccy: str | None = None


class MinInvestment(V5Row, frozen=True, gc=False, kw_only=True):
    """The least investment in one currency."""

    amt: Decimal | None = None
    ccy: str | None = None


class GridMinInvestment(V5Row, frozen=True, gc=False, kw_only=True):
    """The least investment."""

    min_investment_data: list[MinInvestment] | None = None
    """Smallest investments."""
    single_amt: Decimal | None = None
    """Amount per grid."""


class RsiBackTest(V5Row, frozen=True, gc=False, kw_only=True):
    """How often an RSI trigger would have fired."""

    trigger_num: Decimal | None = None
    """Times triggered."""


class GridQuantity(V5Row, frozen=True, gc=False, kw_only=True):
    """How many grids fit."""

    max_grid_qty: Decimal | None = None
    """Most grids."""


class GridTriggerArg(V5Part, frozen=True, kw_only=True):
    """When a grid bot starts or stops."""

    trigger_action: Literal["start", "stop"]
    """Start or stop."""
    trigger_strategy: Literal["instant", "price", "rsi"] | str
    """``rsi`` RSI trigger."""
    delay_seconds: Num | None = None
    """Delay after the trigger."""
    timeframe: Literal["3m", "5m", "15m", "30m", "1H", "4H", "1D"] | str | None = None
    """RSI candle size."""
    thold: Num | None = None
    """Threshold, 1 to 100."""
    trigger_cond: Literal["cross_up", "cross_down", "above", "below", "cross"] | str | None = None
    """Trigger condition."""
    time_period: Num | None = None
    """RSI period, 14."""
    trigger_px: Num | None = None
    stop_type: Literal["1", "2"] | None = None
    """How to stop: ``1`` sell base currency, ``2`` keep base currency."""


class GridTriggerChangeArg(V5Part, frozen=True, kw_only=True):
    """The changed start or stop of a grid bot."""

    trigger_action: Literal["start", "stop"]
    """Start or stop."""
    trigger_strategy: Literal["instant", "price", "rsi"] | str
    """``rsi`` RSI trigger."""
    trigger_px: Num | None = None
    stop_type: Literal["1", "2"] | None = None
    """How to stop: ``1`` sell base currency, ``2`` keep base currency."""


class GridStopArg(V5Part, frozen=True, kw_only=True):
    """A grid bot to stop."""

    algo_id: str
    inst_id: InstId
    algo_ord_type: Literal["grid", "contract_grid"] | str
    """``grid`` spot grid, ``contract_grid`` contract grid."""
    stop_type: Literal["1", "2"]
    """How to stop: ``1`` sell base currency, ``2`` keep base currency."""


class InvestmentArg(V5Part, frozen=True, kw_only=True):
    """A currency and how much of it is invested."""

    amt: Num
    ccy: str
