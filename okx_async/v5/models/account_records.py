"""Rows of the chapter Trading Account: instruments, bills, closed positions, configuration."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "AccountConfig",
    "AccountInstrument",
    "AccountInstrumentChange",
    "ArchiveFile",
    "ArchiveRequest",
    "Bill",
    "BillSubType",
    "BillType",
    "ClosedPositionRecord",
]


class AccountInstrumentChange(V5Row, frozen=True, gc=False, kw_only=True):
    """A change of an instrument's parameter that is to come."""

    param: str | None = None
    """Parameter that changes; ``tickSz``, ``minSz``, ``maxMktSz``."""
    new_value: str | None = None
    """Coming value."""
    eff_time: Ms | None = None
    """Time it takes effect."""


class AccountInstrument(V5Row, frozen=True, gc=False, kw_only=True):
    """One instrument with the limits of this account."""

    inst_type: str
    inst_id: InstId
    series_id: str | None = None
    uly: str | None = None
    group_id: str | None = None
    """Fee group id, read with ``inst_type``."""
    inst_family: str | None = None
    base_ccy: str | None = None
    quote_ccy: str | None = None
    settle_ccy: str | None = None
    ct_val: Decimal | None = None
    """Contract face value (SWAP, FUTURES, OPTION)."""
    ct_mult: Decimal | None = None
    """Contract multiplier (SWAP, FUTURES, OPTION)."""
    ct_val_ccy: str | None = None
    """Currency of the face value (SWAP, FUTURES, OPTION)."""
    opt_type: str | None = None
    """C call, P put (OPTION)."""
    stk: Decimal | None = None
    list_time: Ms | None = None
    auction_end_time: Ms | None = None
    """End of call auction; deprecated, use ``cont_td_sw_time`` (SPOT)."""
    cont_td_sw_time: Ms | None = None
    """Switch from auction to continuous trading (SPOT, MARGIN)."""
    pre_mkt_sw_time: Ms | None = None
    """Pre-market to normal switch (SWAP, FUTURES)."""
    open_type: str | None = None
    """Listing style; ``fix_price`` fix price opening, ``pre_quote`` pre-quote, ``call_auction`` call auction (SPOT,
    MARGIN)."""
    elp: str | None = None
    """ELP maker right; replaced by rpi; ``0`` off, ``1`` on, no right, ``2`` on, allowed."""
    rpi: str | None = None
    """RPI maker right: 0 off, 1 no right, 2 allowed."""
    exp_time: Ms | None = None
    """Expiry or delisting time."""
    lever: Decimal | None = None
    tick_sz: Sz | None = None
    lot_sz: Sz | None = None
    min_sz: Sz | None = None
    """Smallest order size."""
    ct_type: str | None = None
    """Linear or inverse (SWAP, FUTURES)."""
    state: str | None = None
    """``live``, ``suspend``, ``rebase`` rebasing, no trading, ``post_only`` only post-only orders, ``preopen``,
    ``test`` test pair, no trading, ``settling`` settling."""
    rule_type: str | None = None
    """Trading rule; xperp and pre_market also occur on FUTURES (pre-market X-Perps since 2026-07-16)."""
    pos_lmt_amt: Decimal | None = None
    """Own position cap, USD (SWAP, FUTURES)."""
    pos_lmt_pct: Decimal | None = None
    """Own position cap, percent of open interest (SWAP, FUTURES)."""
    max_plat_oi_lmt: Decimal | None = msgspec.field(default=None, name="maxPlatOILmt")
    """Platform open interest cap, USD (SWAP, FUTURES)."""
    max_plat_oi_coin_lmt: Decimal | None = msgspec.field(default=None, name="maxPlatOICoinLmt")
    """Platform open interest cap, coins (SWAP, FUTURES)."""
    long_pos_remaining_quota: Decimal | None = None
    """Long notional still allowed, USD."""
    short_pos_remaining_quota: Decimal | None = None
    """Short notional still allowed, USD."""
    max_lmt_sz: Sz | None = None
    """Largest limit order size."""
    max_mkt_sz: Sz | None = None
    """Largest market order size; USDT for spot."""
    max_lmt_amt: Decimal | None = None
    """Largest limit order, USD."""
    max_mkt_amt: Decimal | None = None
    """Largest market order, USD; spot and margin (SPOT, MARGIN)."""
    max_twap_sz: Sz | None = None
    """Largest twap size."""
    max_iceberg_sz: Sz | None = None
    """Largest iceberg size."""
    max_trigger_sz: Sz | None = None
    """Largest trigger order size."""
    max_stop_sz: Sz | None = None
    """Largest stop market size."""
    future_settlement: bool | None = None
    """Daily settlement on (FUTURES)."""
    trade_quote_ccy_list: list[str] | None = None
    """Quote currencies this account may use."""
    inst_id_code: int | None = None
    """Numeric instrument code; differs between demo and live."""
    inst_category: str | None = None
    """Asset class of the base; text may be empty; ``1`` crypto, ``3`` stocks, ``4`` commodities, ``5`` forex, ``6``
    bonds."""
    init_px_lmt_pct: Decimal | None = None
    """Price band in the first 10 minutes."""
    float_px_lmt_pct: Decimal | None = None
    """Price band while trading, 0.03 is 3%."""
    max_px_lmt_pct: Decimal | None = None
    """Hard cap of the price band."""
    upc_chg: list[AccountInstrumentChange] | None = None
    """Coming changes, empty list when none."""


class ClosedPositionRecord(V5Row, frozen=True, gc=False, kw_only=True):
    """A position that was closed, wholly or in part."""

    inst_type: str | None = None
    """``MARGIN``, ``SWAP``, ``FUTURES``, ``OPTION``, ``EVENTS``."""
    inst_id: InstId | None = None
    mgn_mode: str | None = None
    """``cross``, ``isolated``."""
    type: str | None = None
    """``1`` close position partially, ``2`` close all, ``3`` liquidation, ``4`` partial liquidation, ``5`` ADL."""
    c_time: Ms | None = None
    u_time: Ms | None = None
    open_avg_px: Px | None = None
    non_settle_avg_px: Px | None = None
    """Entry price without settlements (FUTURES)."""
    close_avg_px: Px | None = None
    pos_id: str | None = None
    open_max_pos: Decimal | None = None
    """Largest size held."""
    close_total_pos: Decimal | None = None
    """Closed size in total."""
    realized_pnl: Decimal | None = None
    settled_pnl: Decimal | None = None
    """Settled profit (FUTURES)."""
    pnl_ratio: Decimal | None = None
    """Profit ratio."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    funding_fee: Decimal | None = None
    """Funding paid or got."""
    liq_penalty: Decimal | None = None
    """Liquidation penalty so far."""
    pnl: Decimal | None = None
    pos_side: str | None = None
    """``long`` hedge mode long, ``short`` hedge mode short, ``net`` net mode."""
    lever: Decimal | None = None
    direction: str | None = None
    """Long, short or neutral."""
    trigger_px: Px | None = None
    uly: str | None = None
    ccy: str | None = None


class Bill(V5Row, frozen=True, gc=False, kw_only=True):
    """One change of the trading account's balance."""

    bill_id: str
    inst_type: str | None = None
    type: str | None = None
    sub_type: str | None = None
    ts: Ms | None = None
    """Time of the data."""
    bal_chg: Decimal | None = None
    """Signed balance change."""
    pos_bal_chg: Decimal | None = None
    """Balance change at position level."""
    bal: Decimal | None = None
    pos_bal: Decimal | None = None
    """Balance at position level."""
    sz: Sz | None = None
    px: Px | None = None
    ccy: str | None = None
    pnl: Decimal | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is rebate."""
    earn_amt: Decimal | None = None
    """Yield paid by this event."""
    earn_apr: Decimal | None = None
    """APR of the earn row."""
    mgn_mode: str | None = None
    """``isolated``, ``cross``, ``cash``."""
    inst_id: InstId | None = None
    ord_id: str | None = None
    exec_type: str | None = None
    """T taker, M maker."""
    from_: str | None = None
    """Source account: 6 funding, 18 trading."""
    to: str | None = None
    """Target account: 6 funding, 18 trading."""
    notes: str | None = None
    interest: Decimal | None = None
    """Accrued interest."""
    tag: str | None = None
    fill_time: Ms | None = None
    """Last fill time."""
    trade_id: str | None = None
    cl_ord_id: str | None = None
    fill_idx_px: Px | None = None
    """Index price at fill."""
    fill_mark_px: Px | None = None
    """Mark price at fill (SWAP, FUTURES)."""
    fill_px_vol: Decimal | None = None
    """Implied volatility at fill."""
    fill_px_usd: Decimal | None = None
    """Option fill price, USD."""
    fill_mark_vol: Decimal | None = None
    """Mark volatility at fill."""
    fill_fwd_px: Px | None = None
    """Forward price at fill."""
    price: Decimal | None = None
    """Not in the specification; seen in answers."""


class ArchiveRequest(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether a file is being made."""

    result: bool | None = None
    ts: Ms | None = None
    """Time of the data."""


class ArchiveFile(V5Row, frozen=True, gc=False, kw_only=True):
    """A file that was asked for."""

    file_href: str | None = None
    ts: Ms | None = None
    """Time of the data."""
    state: str | None = None


class BillSubType(V5Row, frozen=True, gc=False, kw_only=True):
    """What a subtype of bill means."""

    sub_type: str | None = None
    sub_type_desc: str | None = None
    """Bill subtype text."""


class BillType(V5Row, frozen=True, gc=False, kw_only=True):
    """What a type of bill means."""

    type: str | None = None
    type_desc: str | None = None
    sub_type_details: list[BillSubType] | None = None
    """Bill subtypes."""


class AccountConfig(V5Row, frozen=True, gc=False, kw_only=True):
    """Settings of the account and of the key."""

    uid: str | None = None
    main_uid: str | None = None
    """Master account id."""
    acct_lv: str | None = None
    """``1`` spot mode, ``2`` futures mode, ``3`` multi-currency margin, ``4`` portfolio margin."""
    acct_stp_mode: str | None = None
    """Default self-trade-prevention mode of the account; ``cancel_maker``, ``cancel_taker``, ``cancel_both``."""
    pos_mode: str | None = None
    """``long_short_mode`` long/short mode, ``net_mode`` net mode (SWAP, FUTURES)."""
    auto_loan: bool | None = None
    """Borrow automatically."""
    greeks_type: str | None = None
    """Greeks display: PA coins, BS dollars."""
    fee_type: str | None = None
    """Currency the spot fee is taken in; ``0`` fee in the coin received, ``1`` fee in quote currency."""
    level: str | None = None
    level_tmp: str | None = None
    """Temporary fee level."""
    ct_iso_mode: str | None = None
    """Isolated setting for contracts; ``automatic`` auto transfers, ``autonomy`` manual transfers."""
    mgn_iso_mode: str | None = None
    """Isolated setting for margin trading; ``auto_transfers_ccy`` auto transfer, base or quote margin, ``automatic``
    auto transfers, ``quick_margin`` quick margin."""
    spot_offset_type: str | None = None
    """Deprecated: offset kind; ``1`` spot and USDT derivatives, ``2`` spot and coin derivatives, ``3`` derivatives
    only."""
    stgy_type: str | None = None
    """0 general, 1 delta neutral."""
    role_type: str | None = None
    """Copy trading role; ``0`` general user, ``1`` leading trader, ``2`` copy trader."""
    trader_insts: list[str] | None = None
    """Lead instruments."""
    spot_role_type: str | None = None
    """Spot copy role; ``0`` general user, ``1`` leading trader, ``2`` copy trader."""
    spot_trader_insts: list[str] | None = None
    """Spot lead instruments."""
    op_auth: str | None = None
    """Option trading on: 1; ``0`` not activate, ``1`` activated."""
    kyc_lv: str | None = None
    """KYC level; ``0`` no verification, ``1`` level 1 completed, ``2`` level 2 completed, ``3`` level 3 completed."""
    label: str | None = None
    """Note on the API key."""
    ip: str | None = None
    """Bound IP addresses, comma list."""
    perm: str | None = None
    """Comma list of permissions; ``read_only`` read, ``trade``, ``withdraw``."""
    liquidation_gear: str | None = None
    """Maintenance level that started the event; ``3``, ``-1`` none, ``0``."""
    enable_spot_borrow: bool | None = None
    """Borrowing on in spot mode."""
    spot_borrow_auto_repay: bool | None = None
    """Auto repay in spot mode."""
    type: str | None = None
    settle_ccy: str | None = None
    settle_ccy_list: list[str] | None = None
    """Settlement currencies to choose from."""
