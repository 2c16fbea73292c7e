"""Rows of the chapter DCA bots."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from ...core.row import V5Part, V5Row
from ...core.words import Ms, Num

__all__ = [
    "DcaAction",
    "DcaCycle",
    "DcaOrder",
    "DcaPosition",
    "DcaSubOrder",
    "DcaTrigger",
    "DcaTriggerArg",
    "DcaTriggerChangeArg",
]


class DcaAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The bot something was done to, and whether that went well."""

    algo_id: str | None = None
    tag: str | None = None
    algo_cl_ord_id: str | None = None
    s_code: str | None = None
    """Result of this item, ``0`` is success."""
    s_msg: str | None = None
    algo_ord_type: str | None = None
    diff_amount: Decimal | None = None
    """Extra amount moved from the trading account."""


class DcaTrigger(V5Row, frozen=True, gc=False, kw_only=True):
    """When a bot starts or stops."""

    trigger_action: str | None = None
    """Start or stop: ``start`` start bot, ``stop`` stop bot."""
    trigger_strategy: str | None = None
    """``instant`` instant trigger, ``price`` price trigger, ``rsi`` RSI trigger, ``webhook`` websocket signal trigger.

    """
    trigger_px: Decimal | None = None
    trigger_cond: str | None = None
    """Trigger condition."""
    time_period: Decimal | None = None
    """RSI period, 14."""
    thold: Decimal | None = None
    """Threshold, 1 to 100."""
    timeframe: str | None = None
    """RSI candle size."""


class DcaOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A DCA bot."""

    algo_id: str | None = None
    algo_ord_type: str | None = None
    """``contract_dca`` Contract DCA order, ``spot_dca`` Spot DCA order."""
    inst_id: str | None = None
    copy_type: str | None = None
    """Order kind for profit share: ``0`` normal order, ``1`` copy, no profit share, ``2`` copy with profit share,
    ``3`` lead order.
    """
    state: str | None = None
    """``no_close_position`` stopped, position still open."""
    direction: str | None = None
    """``long`` long position, ``short`` short position."""
    lever: Decimal | None = None
    init_ord_amt: Decimal | None = None
    """First order amount."""
    safety_ord_amt: Decimal | None = None
    """Safety order amount."""
    max_safety_ords: Decimal | None = None
    """Most safety orders."""
    px_steps: Decimal | None = None
    """Price step of safety orders."""
    px_steps_mult: Decimal | None = None
    """Price step factor."""
    vol_mult: Decimal | None = None
    """Safety order amount factor."""
    tp_px_range: str | None = None
    """Take-profit price range."""
    sl_pct: Decimal | None = None
    """Stop target ratio."""
    sl_mode: str | None = None
    """Stop kind: ``limit`` limit order, ``market`` market order."""
    allow_reinvest: bool | None = None
    """Profit or added margin is reinvested."""
    total_pnl: Decimal | None = None
    pnl_ratio: Decimal | None = None
    total_funding_fee: Decimal | None = None
    """Funding in total."""
    investment_amt: Decimal | None = None
    """Invested in total."""
    investment_ccy: str | None = None
    """Currency invested."""
    arbitrage_pnl: Decimal | None = msgspec.field(default=None, name="arbitragePnL")
    """Profit from grid arbitrage."""
    transfer_in_margin: Decimal | None = None
    """Net margin moved in."""
    profit_sharing_ratio: Decimal | None = None
    """Profit share, 0 to 0.3."""
    tracking_mode: str | None = None
    """``sync`` synchronous, ``async`` asynchronous."""
    trigger_params: list[DcaTrigger] | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    ct_val: Decimal | None = None
    """Contract face value."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in tradeQuoteCcyList."""
    tp_pct: Decimal | None = None
    """Take-profit target ratio; seen, not documented."""
    cancel_type: str | None = None
    """Why the bot stopped: ``0`` none, ``1`` manual stop, ``2`` take profit, ``3`` stop loss, ``4`` risk control,
    ``5`` delivery.
    """
    funding_fee: Decimal | None = None
    """Funding paid or got."""


class DcaSubOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """An order of a bot."""

    cycle_id: str | None = None
    ord_id: str | None = None
    avg_fill_px: Decimal | None = None
    """Mean fill price."""
    direction: str | None = None
    """``long`` long position, ``short`` short position."""
    side: str | None = None
    ord_type: str | None = None
    """``init_order`` initial order, ``safety_order`` safety order, ``tp_order`` take-profit order, ``sl_order`` stop-
    loss order, ``manual_add_order`` manually added order, ``close_position`` close position order,
    ``manual_close_position`` manual close position order.
    """
    px: Decimal | None = None
    sz: Decimal | None = None
    filled_sz: Decimal | None = None
    """Filled size."""
    state: str | None = None
    """``live`` pending fill, ``partially_filled`` partially filled, ``filled`` fully filled."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    rebate: Decimal | None = None
    rebate_ccy: str | None = None
    lever: Decimal | None = None
    inst_id: str | None = None
    ct_val: Decimal | None = None
    """Contract face value."""
    fill_time: Ms | None = None
    """Last fill time."""
    c_time: Ms | None = None
    u_time: Ms | None = None
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in tradeQuoteCcyList."""


class DcaPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """What a bot holds in its present cycle."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    algo_ord_type: str | None = None
    """``contract_dca`` Contract DCA order, ``spot_dca`` Spot DCA order."""
    inst_id: str | None = None
    cur_cycleld: str | None = None
    """Cycle id now; spelled with a lower-case L."""
    start_time: Ms | None = None
    fill_manual_ords: Decimal | None = None
    """Filled manual orders in the cycle."""
    fill_safety_ords: Decimal | None = None
    """Filled safety orders in the cycle."""
    funding_fee: Decimal | None = None
    """Funding paid or got."""
    init_px: Decimal | None = None
    """Mean price of the first order."""
    notional_usd: Decimal | None = None
    avg_px: Decimal | None = None
    upl: Decimal | None = None
    liq_px: Decimal | None = None
    """Estimated liquidation price."""
    sz: Decimal | None = None
    base_sz: Decimal | None = None
    """Base amount invested."""
    quote_sz: Decimal | None = None
    """Quote amount invested."""
    sl_px: Decimal | None = None
    """Stop price."""
    tp_px: Decimal | None = None
    """Take-profit price."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    trade_quote_ccy: str | None = None
    """Quote currency to trade in; must be in tradeQuoteCcyList."""


class DcaCycle(V5Row, frozen=True, gc=False, kw_only=True):
    """One cycle of a bot."""

    algo_id: str | None = None
    algo_cl_ord_id: str | None = None
    cycle_id: str | None = None
    current_cycle: bool | None = None
    """Is the running cycle."""
    realized_pnl: Decimal | None = None
    start_time: Ms | None = None
    end_time: Ms | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    avg_px: Decimal | None = None
    tp_px: Decimal | None = None
    """Take-profit price."""


class DcaTriggerArg(V5Part, frozen=True, kw_only=True):
    """When a DCA bot starts."""

    trigger_action: Literal["start"]
    """Start or stop: ``start`` start bot."""
    trigger_strategy: Literal["instant", "price", "rsi"] | str
    """``instant`` instant trigger, ``price`` price trigger, ``rsi`` RSI trigger."""
    timeframe: Literal["3m", "5m", "15m", "30m", "1H", "4H", "1D"] | str | None = None
    """RSI candle size."""
    thold: Num | None = None
    """Threshold, 1 to 100."""
    trigger_cond: Literal["cross_up", "cross_down", "above", "below", "cross"] | str | None = None
    """Trigger condition."""
    time_period: Num | None = None
    """RSI period, 14."""
    trigger_px: Num | None = None


class DcaTriggerChangeArg(V5Part, frozen=True, kw_only=True):
    """The changed start of a DCA bot."""

    trigger_action: Literal["start"] | None = None
    """Start or stop: ``start`` start the DCA bot."""
    trigger_strategy: Literal["instant", "rsi"] | str | None = None
    """``instant`` trigger immediately, ``rsi`` RSI trigger."""
    timeframe: Literal["3m", "5m", "15m", "30m", "1H", "4H", "1D"] | str | None = None
    """RSI candle size."""
    thold: Num | None = None
    """Threshold, 1 to 100."""
    trigger_cond: Literal["cross_up", "cross_down", "above", "below", "cross"] | str | None = None
    """Trigger condition: ``cross_up`` cross upward, ``cross_down`` cross downward."""
    time_period: Num | None = None
    """RSI period, 14."""
