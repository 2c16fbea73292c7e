"""Rows of the chapter OKUSD."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "OkusdAccount",
    "OkusdLimits",
    "OkusdRate",
    "OkusdRedeemLimit",
    "OkusdRedeemed",
    "OkusdRedemption",
    "OkusdReward",
    "OkusdSubLimit",
    "OkusdSubscribed",
    "OkusdSubscription",
]


class OkusdSubLimit(V5Row, frozen=True, gc=False, kw_only=True):
    """Limits of subscriptions."""

    max_sub_amt: Decimal | None = None
    """Most that can be subscribed today."""
    personal_daily_limit: Decimal | None = None
    """Own daily cap."""
    personal_used_amt: Decimal | None = None
    """Own use today."""
    platform_daily_limit: Decimal | None = None
    """Platform daily cap."""
    platform_used_amt: Decimal | None = None
    """Platform use today."""


class OkusdRedeemLimit(V5Row, frozen=True, gc=False, kw_only=True):
    """Limits of redemptions."""

    personal_daily_limit: Decimal | None = None
    """Own daily cap."""
    personal_used_amt: Decimal | None = None
    """Own use today."""
    platform_daily_limit: Decimal | None = None
    """Platform daily cap."""
    platform_used_amt: Decimal | None = None
    """Platform use today."""
    fee_rate: Decimal | None = None


class OkusdLimits(V5Row, frozen=True, gc=False, kw_only=True):
    """Limits, and what is used of them."""

    sub_limit: OkusdSubLimit | None = None
    """Subscription limits."""
    fast_redeem_limit: OkusdRedeemLimit | None = None
    """Limits of instant redemption."""
    std_redeem_limit: OkusdRedeemLimit | None = None
    """Limits of standard redemption."""
    ts: Ms | None = None


class OkusdSubscribed(V5Row, frozen=True, gc=False, kw_only=True):
    """A new subscription."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    okusd_amt: Decimal | None = None
    """OKUSD credited."""
    state: str | None = None
    ts: Ms | None = None


class OkusdRedeemed(V5Row, frozen=True, gc=False, kw_only=True):
    """A new redemption."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    usdt_amt: Decimal | None = None
    """USDT credited."""
    redeem_type: str | None = None
    """1 fast, 2 standard."""
    state: str | None = None
    est_settlement_time: Ms | None = None
    ts: Ms | None = None


class OkusdAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """What is held."""

    ccy: str | None = None
    amt: Decimal | None = None
    total_earn_accrual: Decimal | None = None
    """Earned in total."""
    ts: Ms | None = None


class OkusdSubscription(V5Row, frozen=True, gc=False, kw_only=True):
    """A past subscription."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    settle_ccy: str | None = None
    settle_ccy_amt: Decimal | None = None
    """Credited amount."""
    status: str | None = None
    ts: Ms | None = None


class OkusdRedemption(V5Row, frozen=True, gc=False, kw_only=True):
    """A past redemption."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    settle_ccy: str | None = None
    settle_ccy_amt: Decimal | None = None
    """Credited amount."""
    type_: str | None = None
    status: str | None = None
    est_settlement_time: Ms | None = None
    ts: Ms | None = None


class OkusdReward(V5Row, frozen=True, gc=False, kw_only=True):
    """What was earned once."""

    ccy: str | None = None
    earn_amt: Decimal | None = None
    """Yield paid by this event."""
    amt: Decimal | None = None
    apr: Decimal | None = None
    ts: Ms | None = None


class OkusdRate(V5Row, frozen=True, gc=False, kw_only=True):
    """The rate at some time."""

    apr: Decimal | None = None
    ts: Ms | None = None
