"""Rows of the chapter Affiliate."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "AffiliateFigures",
    "AffiliateLink",
    "AffiliateSummary",
    "CoInviterLink",
    "Invitee",
    "InviteeDetail",
    "SubAffiliate",
]


class AffiliateFigures(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of one commission category."""

    commission_category: str | None = None
    """Commission bucket."""
    first_trader_cnt: Decimal | None = None
    """First-time traders."""
    trader_cnt: Decimal | None = None
    vol: Decimal | None = None
    commission: Decimal | None = None
    """Commission earned."""


class AffiliateSummary(V5Row, frozen=True, gc=False, kw_only=True):
    """Figures of a time window."""

    u_time: Ms | None = None
    invitee_cnt: Decimal | None = None
    dep_amt: Decimal | None = None
    """Deposited, USDT."""
    details: list[AffiliateFigures] | None = None


class InviteeDetail(V5Row, frozen=True, gc=False, kw_only=True):
    """One invitee."""

    invitee_level: Decimal | None = None
    """Level of the invitee below the affiliate."""
    join_time: Ms | None = None
    """When the relation began."""
    invitee_rebate_rate: Decimal | None = None
    """Rebate rate of the invitee."""
    total_commission: Decimal | None = None
    """Commission in total, USDT."""
    first_trade_time: Ms | None = None
    """First trade after joining."""
    level: str | None = None
    """Fee level, e.g. Lv1 or VIP1."""
    dep_amt: Decimal | None = None
    """Deposited, USDT."""
    wd_amt: Decimal | None = None
    """Withdrawn in total, USDT."""
    vol_month: Decimal | None = None
    """Volume this month, USDT."""
    total_vol: Decimal | None = None
    """Volume in total, USDT."""
    vol_period: Decimal | None = None
    """Volume in the window."""
    acc_fee: Decimal | None = None
    """Fees paid so far, USDT."""
    kyc_time: Ms | None = None
    """KYC2 time."""
    region: str | None = None
    """Country or region."""
    affiliate_code: str | None = None
    """Invite code the user joined with."""


class Invitee(V5Row, frozen=True, gc=False, kw_only=True):
    """An invitee of the list."""

    uid: str | None = None
    country: str | None = None
    """Country code of residence."""
    join_time: Ms | None = None
    """When the relation began."""
    first_trade_time: Ms | None = None
    """First trade after joining."""
    channel_name: str | None = None
    rebate_rate: Decimal | None = None
    fee_tier_rank: Decimal | None = None
    """Fee tier rank, 0 lowest."""
    kyc_status: str | None = None
    """KYC state."""
    kyc_time: Ms | None = None
    """KYC2 time."""
    dep_amt: Decimal | None = None
    """Deposited, USDT."""
    total_vol: Decimal | None = None
    """Volume in total, USDT."""
    total_fee: Decimal | None = None
    """Fees in total, USDT."""
    total_commission: Decimal | None = None
    """Commission in total, USDT."""
    is_compliant: bool | None = None
    """Allowed by regional rules."""


class AffiliateLink(V5Row, frozen=True, gc=False, kw_only=True):
    """An invite link."""

    channel_id: str | None = None
    """Channel or link id."""
    channel_name: str | None = None
    join_link: str | None = None
    link_type: str | None = None
    """Link kind: ``standard`` regular affiliate invite link, ``co_inviter`` co-inviter shared link."""
    inviter_commission_rate: Decimal | None = None
    """Commission share of the inviter."""
    co_inviter_commission_rate: Decimal | None = None
    """Commission share of the co-inviter."""
    invitee_discount_rate: Decimal | None = None
    """Rebate rate given to invitees."""
    invitee_cnt: Decimal | None = None
    trader_cnt: Decimal | None = None
    total_commission: Decimal | None = None
    """Commission in total, USDT."""
    commission24h: Decimal | None = None
    """Commission of the last 24 h, USDT."""
    c_time: Ms | None = None
    is_default: bool | None = None
    """Is the default link."""
    link_status: str | None = None


class CoInviterLink(V5Row, frozen=True, gc=False, kw_only=True):
    """A link shared with a co-inviter."""

    channel_id: str | None = None
    """Channel or link id."""
    channel_name: str | None = None
    join_link: str | None = None
    inviter_commission_rate: Decimal | None = None
    """Commission share of the inviter."""
    co_inviter_commission_rate: Decimal | None = None
    """Commission share of the co-inviter."""
    invitee_discount_rate: Decimal | None = None
    """Rebate rate given to invitees."""
    par_user_name: str | None = None
    """Masked name of the partner."""
    co_user_name: str | None = None
    """Masked co-inviter name."""
    is_compliant: bool | None = None
    """Allowed by regional rules."""
    note: str | None = None
    is_default: bool | None = None
    """Is the default link."""
    total_commission: Decimal | None = None
    """Commission in total, USDT."""
    commission24h: Decimal | None = None
    """Commission of the last 24 h, USDT."""
    invitee_cnt: Decimal | None = None
    trader_cnt: Decimal | None = None
    click_cnt: Decimal | None = None
    total_fee: Decimal | None = None
    """Fees in total, USDT."""
    c_time: Ms | None = None
    channel_assessment_status: str | None = None
    """Assessment result of the channel: ``valid`` all assessment metrics met, ``not_reach_trade`` trade metric unmet,
    ``not_reach_invite`` invite metric unmet, ``not_reach_both`` both unmet.
    """
    inviter_channel_status: str | None = None
    """State of the inviter channel: ``valid`` parent inviter is compliant, ``identity_invalid`` identity revoked,
    ``level_downgraded`` level dropped to 0.
    """
    co_inviter_channel_status: str | None = None
    """State of the co-inviter channel."""
    link_status: str | None = None


class SubAffiliate(V5Row, frozen=True, gc=False, kw_only=True):
    """A sub-affiliate."""

    sub_affiliate_uid: str | None = None
    country: str | None = None
    """Country code of residence."""
    join_time: Ms | None = None
    """When the relation began."""
    sub_affiliate_level: str | None = None
    """Depth below the caller: ``2`` direct child, ``3`` one level below a child."""
    commission_rate: Decimal | None = None
    """Commission share of the sub-affiliate."""
    is_compliant: bool | None = None
    """Allowed by regional rules."""
    invitee_cnt: Decimal | None = None
    trader_cnt: Decimal | None = None
    dep_amt: Decimal | None = None
    """Deposited, USDT."""
    total_vol: Decimal | None = None
    """Volume in total, USDT."""
    total_fee: Decimal | None = None
    """Fees in total, USDT."""
    total_commission: Decimal | None = None
    """Commission in total, USDT."""
