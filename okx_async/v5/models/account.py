"""Rows of the chapter Trading Account: balances and positions."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px

__all__ = [
    "AccountBalance",
    "AccountRisk",
    "BalanceAndPosition",
    "BalanceChange",
    "CloseOrderAlgo",
    "CurrencyBalance",
    "Position",
    "PositionChange",
    "RiskBalance",
    "RiskPosition",
    "RiskWarning",
    "TradeRef",
]


class CurrencyBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """One currency of a trading account."""

    ccy: str
    eq: Decimal | None = None
    cash_bal: Decimal | None = None
    u_time: Ms | None = None
    iso_eq: Decimal | None = None
    """Isolated equity."""
    avail_eq: Decimal | None = None
    dis_eq: Decimal | None = None
    """Discounted equity, USD."""
    fixed_bal: Decimal | None = None
    """Frozen for dip sniper and peak sniper."""
    avail_bal: Decimal | None = None
    frozen_bal: Decimal | None = None
    ord_frozen: Decimal | None = None
    """Held by open orders."""
    liab: Decimal | None = None
    upl: Decimal | None = None
    upl_liab: Decimal | None = None
    """Debt from unrealised loss."""
    cross_liab: Decimal | None = None
    """Cross liabilities."""
    reward_bal: Decimal | None = None
    """Trial fund balance."""
    iso_liab: Decimal | None = None
    """Isolated debt."""
    mgn_ratio: Decimal | None = None
    imr: Decimal | None = None
    mmr: Decimal | None = None
    interest: Decimal | None = None
    """Accrued interest."""
    twap: str | None = None
    """Forced repay risk level, 0 to 5."""
    frp_type: str | None = None
    """Forced repay kind; ``0`` no FRP, ``1`` user based FRP, ``2`` platform based FRP."""
    max_loan: Decimal | None = None
    """Largest loan."""
    eq_usd: Decimal | None = None
    """Equity, USD."""
    borrow_froz: Decimal | None = None
    """Potential borrow margin, USD."""
    notional_lever: Decimal | None = None
    """Currency leverage."""
    stgy_eq: Decimal | None = None
    """Equity in bots."""
    iso_upl: Decimal | None = None
    """Isolated unrealised profit."""
    spot_in_use_amt: Decimal | None = None
    """Spot used as hedge."""
    cl_spot_in_use_amt: Decimal | None = None
    """Spot amount the user lets hedge, portfolio margin."""
    max_spot_in_use: Decimal | None = None
    """Most spot that can hedge."""
    spot_iso_bal: Decimal | None = None
    """Spot copy balance."""
    smt_sync_eq: Decimal | None = None
    """Contract smart-sync equity."""
    spot_copy_trading_eq: Decimal | None = None
    """Spot smart-sync equity."""
    spot_bal: Decimal | None = None
    open_avg_px: Px | None = None
    acc_avg_px: Px | None = None
    """Lifetime average spot cost, USD."""
    spot_upl: Decimal | None = None
    """Spot unrealised profit, USD."""
    spot_upl_ratio: Decimal | None = None
    """Spot unrealised profit ratio."""
    total_pnl: Decimal | None = None
    """Profit in total."""
    total_pnl_ratio: Decimal | None = None
    """Profit ratio in total."""
    col_res: str | None = None
    """Platform collateral limit state; ``0`` no limit, ``1`` no limit yet, close to the cap, ``2`` limited: no new
    margin use."""
    col_borr_auto_conversion: str | None = None
    """Auto-conversion risk level, 0 to 5."""
    collateral_restrict: bool | None = None
    """Deprecated: platform collateral limit hit."""
    collateral_enabled: bool | None = None
    """Counts as collateral."""
    auto_lend_status: str | None = None
    """Auto-lend state; ``unsupported`` not available, ``off`` available, off, ``pending`` on, waiting for a match,
    ``active`` on and matched."""
    auto_lend_mt_amt: Decimal | None = None
    """Matched auto-lend amount."""
    coin_usd_price: Decimal | None = None
    max_spot_in_use_amt: Decimal | None = None
    auto_lend_amt: Decimal | None = None
    """Not in the specification; seen in answers."""
    auto_staking_status: str | None = None
    """Not in the specification; seen in answers."""


class AccountBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """Equity and margin of a trading account."""

    u_time: Ms | None = None
    total_eq: Decimal | None = None
    """Total equity, USD."""
    iso_eq: Decimal | None = None
    """Isolated equity."""
    adj_eq: Decimal | None = None
    """Equity after haircuts, USD."""
    avail_eq: Decimal | None = None
    ord_froz: Decimal | None = None
    """Margin held by cross orders, USD."""
    imr: Decimal | None = None
    mmr: Decimal | None = None
    borrow_froz: Decimal | None = None
    """Potential borrow margin, USD."""
    mgn_ratio: Decimal | None = None
    notional_usd: Decimal | None = None
    """Notional, USD."""
    notional_usd_for_borrow: Decimal | None = None
    """Borrow notional, USD."""
    notional_usd_for_swap: Decimal | None = None
    """Swap notional, USD."""
    notional_usd_for_futures: Decimal | None = None
    """Futures notional, USD."""
    notional_usd_for_option: Decimal | None = None
    """Option notional, USD."""
    upl: Decimal | None = None
    delta: Decimal | None = None
    """Delta, USD."""
    delta_lever: Decimal | None = None
    """Delta leverage of the neutral account."""
    delta_neutral_status: str | None = None
    """Delta risk state; ``0`` normal, ``1`` transfer restricted, ``2`` delta must shrink."""
    details: list[CurrencyBalance] | None = None


class CloseOrderAlgo(V5Row, frozen=True, gc=False, kw_only=True):
    """A take profit or stop loss that closes the position."""

    algo_id: str | None = None
    sl_trigger_px: Px | None = None
    """Stop trigger price."""
    sl_trigger_px_type: str | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    tp_trigger_px: Px | None = None
    """Take-profit trigger price."""
    tp_trigger_px_type: str | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    close_fraction: Decimal | None = None
    """Share of the position to close, only 1 works."""


class Position(V5Row, frozen=True, gc=False, kw_only=True):
    """One position."""

    pos_id: str
    inst_id: InstId
    inst_type: str | None = None
    """``MARGIN``, ``SWAP``, ``FUTURES``, ``OPTION``, ``EVENTS``."""
    mgn_mode: str | None = None
    """``cross``, ``isolated``."""
    pos_side: str | None = None
    """``long``, ``short``, ``net``."""
    pos: Decimal | None = None
    """Size; negative is short in net mode."""
    hedged_pos: Decimal | None = None
    """Hedged size."""
    base_bal: Decimal | None = None
    """Deprecated: base balance of quick margin."""
    quote_bal: Decimal | None = None
    """Deprecated: quote balance of quick margin."""
    base_borrowed: Decimal | None = None
    """Deprecated: borrowed base amount (MARGIN)."""
    base_interest: Decimal | None = None
    """Deprecated: unpaid base interest (MARGIN)."""
    quote_borrowed: Decimal | None = None
    """Deprecated: borrowed quote amount (MARGIN)."""
    quote_interest: Decimal | None = None
    """Deprecated: unpaid quote interest (MARGIN)."""
    pos_ccy: str | None = None
    """Position currency of margin trades (MARGIN)."""
    avail_pos: Decimal | None = None
    """Size that can still be closed (MARGIN, OPTION)."""
    avg_px: Px | None = None
    non_settle_avg_px: Px | None = None
    """Entry price without settlements (FUTURES)."""
    mark_px: Px | None = None
    upl: Decimal | None = None
    upl_ratio: Decimal | None = None
    """Unrealised profit ratio."""
    upl_last_px: Px | None = None
    """Unrealised profit by last price."""
    upl_ratio_last_px: Px | None = None
    """Unrealised profit ratio by last price."""
    lever: Decimal | None = None
    liq_px: Px | None = None
    imr: Decimal | None = None
    margin: Decimal | None = None
    """Position margin, isolated only."""
    mgn_ratio: Decimal | None = None
    mmr: Decimal | None = None
    liab: Decimal | None = None
    liab_ccy: str | None = None
    interest: Decimal | None = None
    """Accrued interest."""
    trade_id: str | None = None
    opt_val: Decimal | None = None
    pending_close_ord_liab_val: Decimal | None = None
    """Debt of isolated closing orders."""
    notional_usd: Decimal | None = None
    """Notional, USD."""
    adl: str | None = None
    """Auto-deleveraging rank, 0 safest to 5 (SWAP, FUTURES, OPTION)."""
    ccy: str | None = None
    last: Decimal | None = None
    idx_px: Px | None = None
    usd_px: Px | None = None
    """USD price of the coin (SWAP, FUTURES, OPTION)."""
    be_px: Px | None = None
    delta_bs: Decimal | None = msgspec.field(default=None, name="deltaBS")
    """Delta, dollar greeks (OPTION)."""
    delta_pa: Decimal | None = msgspec.field(default=None, name="deltaPA")
    """Delta, coin greeks (OPTION)."""
    gamma_bs: Decimal | None = msgspec.field(default=None, name="gammaBS")
    """Gamma, dollar greeks (OPTION)."""
    gamma_pa: Decimal | None = msgspec.field(default=None, name="gammaPA")
    """Gamma, coin greeks (OPTION)."""
    theta_bs: Decimal | None = msgspec.field(default=None, name="thetaBS")
    """Theta, dollar greeks (OPTION)."""
    theta_pa: Decimal | None = msgspec.field(default=None, name="thetaPA")
    """Theta, coin greeks (OPTION)."""
    vega_bs: Decimal | None = msgspec.field(default=None, name="vegaBS")
    """Vega, dollar greeks (OPTION)."""
    vega_pa: Decimal | None = msgspec.field(default=None, name="vegaPA")
    """Vega, coin greeks (OPTION)."""
    spot_in_use_amt: Decimal | None = None
    """Spot used as hedge."""
    spot_in_use_ccy: str | None = None
    """Currency of that spot."""
    cl_spot_in_use_amt: Decimal | None = None
    """Spot amount the user lets hedge, portfolio margin."""
    max_spot_in_use_amt: Decimal | None = None
    """Most spot that can offset risk."""
    biz_ref_id: str | None = None
    """Outside business reference."""
    biz_ref_type: str | None = None
    """Kind of outside business reference."""
    realized_pnl: Decimal | None = None
    settled_pnl: Decimal | None = None
    """Settled profit (FUTURES)."""
    pnl: Decimal | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    funding_fee: Decimal | None = None
    """Funding paid or got."""
    liq_penalty: Decimal | None = None
    """Liquidation penalty so far."""
    close_order_algo: list[CloseOrderAlgo] | None = None
    """Closing algo orders tied to the position."""
    c_time: Ms | None = None
    u_time: Ms | None = None
    p_time: Ms | None = None


class RiskBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """One balance of that moment."""

    ccy: str | None = None
    eq: Decimal | None = None
    dis_eq: Decimal | None = None
    """Discounted equity, USD."""


class RiskPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """One position of that moment."""

    inst_type: str | None = None
    mgn_mode: str | None = None
    """``cross``, ``isolated``."""
    pos_id: str | None = None
    inst_id: InstId | None = None
    pos: Decimal | None = None
    """Size; negative is short in net mode."""
    base_bal: Decimal | None = None
    """Deprecated: base balance of quick margin."""
    quote_bal: Decimal | None = None
    """Deprecated: quote balance of quick margin."""
    pos_side: str | None = None
    """``long``, ``short``, ``net``."""
    pos_ccy: str | None = None
    """Position currency of margin trades (MARGIN)."""
    ccy: str | None = None
    notional_ccy: str | None = None
    """Currency of the notional."""
    notional_usd: Decimal | None = None
    """Notional, USD."""


class AccountRisk(V5Row, frozen=True, gc=False, kw_only=True):
    """Balances and positions of one moment."""

    ts: Ms | None = None
    """Time of the data."""
    adj_eq: Decimal | None = None
    """Equity after haircuts, USD."""
    bal_data: list[RiskBalance] | None = None
    """Balances per currency."""
    pos_data: list[RiskPosition] | None = None
    """Positions."""


class BalanceChange(V5Row, frozen=True, gc=False, kw_only=True):
    """One changed balance."""

    ccy: str | None = None
    cash_bal: Decimal | None = None
    u_time: Ms | None = None


class PositionChange(V5Row, frozen=True, gc=False, kw_only=True):
    """One changed position."""

    pos_id: str | None = None
    trade_id: str | None = None
    inst_id: InstId | None = None
    inst_type: str | None = None
    mgn_mode: str | None = None
    """``isolated``, ``cross``."""
    avg_px: Px | None = None
    ccy: str | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    pos: Decimal | None = None
    base_bal: Decimal | None = None
    """Deprecated."""
    quote_bal: Decimal | None = None
    """Deprecated."""
    pos_ccy: str | None = None
    non_settle_avg_px: Px | None = None
    settled_pnl: Decimal | None = None
    u_time: Ms | None = None


class TradeRef(V5Row, frozen=True, gc=False, kw_only=True):
    """A trade behind the change."""

    inst_id: InstId | None = None
    trade_id: str | None = None


class BalanceAndPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """What one event changed; only the changed half is filled."""

    p_time: Ms | None = None
    event_type: str | None = None
    bal_data: list[BalanceChange] | None = None
    pos_data: list[PositionChange] | None = None
    trades: list[TradeRef] | None = None


class RiskWarning(V5Row, frozen=True, gc=False, kw_only=True):
    """A position at risk of liquidation."""

    inst_type: str | None = None
    mgn_mode: str | None = None
    pos_id: str | None = None
    pos_side: str | None = None
    """``net``, ``long``, ``short``."""
    pos: Decimal | None = None
    pos_ccy: str | None = None
    inst_id: InstId | None = None
    lever: Decimal | None = None
    mark_px: Px | None = None
    mgn_ratio: Decimal | None = None
    ccy: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None
    p_time: Ms | None = None
