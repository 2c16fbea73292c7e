"""Rows of the chapter Stable rewards."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "StableRewardsBalance",
    "StableRewardsBalances",
    "StableRewardsProduct",
    "StableRewardsProducts",
    "StableRewardsQuote",
    "StableRewardsRate",
    "StableRewardsRecord",
    "StableRewardsTrade",
]


class StableRewardsProduct(V5Row, frozen=True, gc=False, kw_only=True):
    """Terms of one currency."""

    ccy: str | None = None
    settle_ccy: str | None = None
    sub_fee_rate: Decimal | None = None
    """Subscription fee rate."""
    redempt_fee_rate: Decimal | None = None
    """Redemption fee rate."""
    min_sub_amt: Decimal | None = None
    """Smallest subscription."""
    min_redeem_amt: Decimal | None = None
    """Smallest redemption."""
    remaining_sub_quota: Decimal | None = None
    """Subscription quota left."""
    remaining_redempt_quota: Decimal | None = None
    """Redemption quota left."""
    can_redeem: bool | None = None
    """Redemption possible now."""


class StableRewardsProducts(V5Row, frozen=True, gc=False, kw_only=True):
    """Terms of all products."""

    details: list[StableRewardsProduct] | None = None
    ts: Ms | None = None


class StableRewardsBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """What is held in one currency."""

    ccy: str | None = None
    amt: Decimal | None = None
    total_earn_accrual: Decimal | None = None
    """Earned in total."""
    state: str | None = None


class StableRewardsBalances(V5Row, frozen=True, gc=False, kw_only=True):
    """What is held."""

    details: list[StableRewardsBalance] | None = None
    ts: Ms | None = None


class StableRewardsRate(V5Row, frozen=True, gc=False, kw_only=True):
    """The yearly rate of one day."""

    rate: Decimal | None = None
    ts: Ms | None = None


class StableRewardsRecord(V5Row, frozen=True, gc=False, kw_only=True):
    """A subscription or redemption."""

    type_: str | None = None
    status: str | None = None
    ccy: str | None = None
    settle_ccy: str | None = None
    ccy_amt: Decimal | None = None
    """Amount in ccy."""
    settle_ccy_amt: Decimal | None = None
    """Credited amount."""
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    quote_id: str | None = None
    ord_id: str | None = None
    ts: Ms | None = None


class StableRewardsQuote(V5Row, frozen=True, gc=False, kw_only=True):
    """A quote."""

    quote_id: str | None = None
    quote_amt: Decimal | None = None
    """Amount in the quote currency."""
    quote_ccy: str | None = None
    exch_rate: Decimal | None = None
    """Exchange rate, 8 decimals."""
    fee_rate: Decimal | None = None
    quote_time: Ms | None = None
    ttl_ms: int | None = None
    """Quote life, ms."""


class StableRewardsTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """A trade by a quote."""

    quote_id: str | None = None
    ord_id: str | None = None
