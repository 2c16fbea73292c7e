"""Rows of the chapter Trading Account: leverage, fees, interest and limits."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px

__all__ = [
    "FeeGroup",
    "FiatFee",
    "InterestAccrued",
    "InterestLimit",
    "InterestLimits",
    "InterestRate",
    "LeverageEstimate",
    "MarginChange",
    "MaxAvailSize",
    "MaxLoan",
    "MaxSize",
    "MaxWithdrawal",
    "SpotBorrowRepay",
    "SpotBorrowRepayRecord",
    "SurplusLimit",
    "TradeFee",
]


class MaxSize(V5Row, frozen=True, gc=False, kw_only=True):
    """The largest order that could be placed now."""

    inst_id: InstId | None = None
    ccy: str | None = None
    max_buy: Decimal | None = None
    """Largest buy: base for spot and margin, contracts otherwise."""
    max_sell: Decimal | None = None
    """Largest sell: quote for margin, base for spot, contracts otherwise."""


class MaxAvailSize(V5Row, frozen=True, gc=False, kw_only=True):
    """What is free for orders."""

    inst_id: InstId | None = None
    avail_buy: Decimal | None = None
    """Most that can be bought with."""
    avail_sell: Decimal | None = None
    """Most that can be sold with."""


class MarginChange(V5Row, frozen=True, gc=False, kw_only=True):
    """Margin added to a position or taken away."""

    inst_id: InstId | None = None
    pos_side: str | None = None
    """``long``, ``short``."""
    amt: Decimal | None = None
    type: str | None = None
    """``add`` add margin, ``reduce`` reduce margin."""
    leverage: Decimal | None = None
    ccy: str | None = None


class LeverageEstimate(V5Row, frozen=True, gc=False, kw_only=True):
    """What another leverage would mean."""

    est_avail_quote_trans: Decimal | None = None
    """Quote margin that could move out (MARGIN)."""
    est_avail_trans: Decimal | None = None
    """Margin that could move out at that leverage."""
    est_liq_px: Px | None = None
    """Expected liquidation price."""
    est_mgn: Decimal | None = None
    """Margin needed at that leverage."""
    est_quote_mgn: Decimal | None = None
    """Quote margin needed at that leverage."""
    est_max_amt: Decimal | None = None
    """Borrowable or openable at that leverage."""
    est_quote_max_amt: Decimal | None = None
    """Borrowable quote at that leverage."""
    exist_ord: bool | None = None
    """Has pending orders."""
    max_lever: Decimal | None = None
    """Largest leverage."""
    min_lever: Decimal | None = None
    """Smallest leverage."""


class MaxLoan(V5Row, frozen=True, gc=False, kw_only=True):
    """The most that can be borrowed."""

    inst_id: InstId | None = None
    mgn_mode: str | None = None
    mgn_ccy: str | None = None
    max_loan: Decimal | None = None
    """Largest loan."""
    ccy: str | None = None
    side: str | None = None
    """``buy``, ``sell``."""


class FeeGroup(V5Row, frozen=True, gc=False, kw_only=True):
    """Fee rates of one fee group."""

    taker: Decimal | None = None
    """Taker fee rate; negative is charged."""
    maker: Decimal | None = None
    """Maker fee rate; negative is charged."""
    group_id: str | None = None
    """Fee group id, read with ``inst_type``."""
    elp_maker: Decimal | None = None
    """ELP maker fee; replaced by ``rpi_maker``."""
    rpi_maker: Decimal | None = None
    """RPI maker fee rate."""


class FiatFee(V5Row, frozen=True, gc=False, kw_only=True):
    """Fee rates of one fiat currency."""

    ccy: str | None = None
    taker: Decimal | None = None
    """Taker fee rate; negative is charged."""
    maker: Decimal | None = None
    """Maker fee rate; negative is charged."""


class TradeFee(V5Row, frozen=True, gc=False, kw_only=True):
    """Fee rates; negative is charged, positive is a rebate."""

    level: str | None = None
    fee_group: list[FeeGroup] | None = None
    """Fee rates by group."""
    delivery: Decimal | None = None
    """Delivery fee rate."""
    exercise: Decimal | None = None
    """Option exercise fee rate."""
    inst_type: str | None = None
    ts: Ms | None = None
    """Time of the data."""
    taker: Decimal | None = None
    """Deprecated: taker fee rate; negative is charged."""
    maker: Decimal | None = None
    """Deprecated: maker fee rate; negative is charged."""
    taker_u: Decimal | None = None
    """Deprecated: USDT-margined taker rate."""
    maker_u: Decimal | None = None
    """Deprecated: USDT-margined maker rate."""
    taker_usdc: Decimal | None = msgspec.field(default=None, name="takerUSDC")
    """Deprecated: USDC taker rate."""
    maker_usdc: Decimal | None = msgspec.field(default=None, name="makerUSDC")
    """Deprecated: USDC maker rate."""
    rule_type: str | None = None
    """Deprecated: trading rule; ``normal`` normal trading, ``pre_market`` pre-market trading."""
    category: str | None = None
    """Deprecated."""
    fiat: list[FiatFee] | None = None
    """Deprecated: fiat rates."""
    settle: Decimal | None = None
    """Settlement fee rate, events only (EVENTS)."""


class InterestAccrued(V5Row, frozen=True, gc=False, kw_only=True):
    """Interest of one hour."""

    type: str | None = None
    """``2`` market loans."""
    ccy: str | None = None
    inst_id: InstId | None = None
    mgn_mode: str | None = None
    """``cross``, ``isolated``."""
    interest: Decimal | None = None
    """Accrued interest."""
    interest_rate: Decimal | None = None
    liab: Decimal | None = None
    total_liab: Decimal | None = None
    """Total debt."""
    interest_free_liab: Decimal | None = None
    """Interest-free debt."""
    ts: Ms | None = None
    """Time of the data."""


class InterestRate(V5Row, frozen=True, gc=False, kw_only=True):
    """The hourly rate of one currency."""

    interest_rate: Decimal | None = None
    ccy: str | None = None


class MaxWithdrawal(V5Row, frozen=True, gc=False, kw_only=True):
    """How much of one currency may leave the account."""

    ccy: str | None = None
    max_wd: Decimal | None = None
    """Withdrawable without borrowing."""
    max_wd_ex: Decimal | None = None
    """Withdrawable with borrowing."""
    spot_offset_max_wd: Decimal | None = None
    """Withdrawable under risk offset without borrowing."""
    spot_offset_max_wd_ex: Decimal | None = None
    """Withdrawable under risk offset with borrowing."""


class SurplusLimit(V5Row, frozen=True, gc=False, kw_only=True):
    """What limits the remaining quota."""

    all_acct_remaining_quota: Decimal | None = None
    """Deprecated: remaining quota of master and sub-accounts."""
    cur_acct_remaining_quota: Decimal | None = None
    """Deprecated: remaining quota of this account."""
    plat_remaining_quota: str | None = None
    """Deprecated: platform quota left; text, because a lower bound such as ``>1000`` occurs."""


class InterestLimit(V5Row, frozen=True, gc=False, kw_only=True):
    """Rate and quota of one currency."""

    ccy: str | None = None
    rate: Decimal | None = None
    loan_quota: Decimal | None = None
    """Borrow cap of the master account."""
    surplus_lmt: Decimal | None = None
    """Still borrowable over all accounts."""
    used_lmt: Decimal | None = None
    """Borrowed."""
    interest: Decimal | None = None
    """Accrued interest."""
    interest_free_liab: Decimal | None = None
    """Interest-free debt."""
    potential_borrowing_amt: Decimal | None = None
    """Potential borrow."""
    surplus_lmt_details: SurplusLimit | None = None
    """Deprecated: parts of it."""
    pos_loan: Decimal | None = None
    """Deprecated: locked quota in use."""
    avail_loan: Decimal | None = None
    """Deprecated: free part of the locked quota."""
    used_loan: Decimal | None = None
    """Deprecated: borrowed."""
    avg_rate: Decimal | None = None
    """Deprecated: mean hourly rate of past 24 h."""


class InterestLimits(V5Row, frozen=True, gc=False, kw_only=True):
    """Debt, interest and quotas."""

    debt: Decimal | None = None
    """Debt, USD."""
    interest: Decimal | None = None
    """Accrued interest."""
    next_discount_time: Ms | None = None
    """Next interest deduction."""
    next_interest_time: Ms | None = None
    """Next accrual."""
    loan_alloc: Decimal | None = None
    """VIP loan share of this account, percent."""
    records: list[InterestLimit] | None = None


class SpotBorrowRepay(V5Row, frozen=True, gc=False, kw_only=True):
    """What was borrowed or repaid by hand."""

    ccy: str | None = None
    side: str | None = None
    """``borrow``, ``repay``."""
    amt: Decimal | None = None


class SpotBorrowRepayRecord(V5Row, frozen=True, gc=False, kw_only=True):
    """One borrowing or repaying in spot mode."""

    ccy: str | None = None
    type: str | None = None
    """``auto_borrow``, ``auto_repay``, ``manual_borrow``, ``manual_repay``."""
    amt: Decimal | None = None
    acc_borrowed: Decimal | None = None
    """Total borrowed so far."""
    ts: Ms | None = None
    """Time of the data."""
