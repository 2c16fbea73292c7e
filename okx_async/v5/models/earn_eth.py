"""Rows of the chapter ETH staking."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = ["StakingBalance", "StakingOrderId", "StakingProduct", "StakingRate", "StakingRecord"]


class StakingProduct(V5Row, frozen=True, gc=False, kw_only=True):
    """Rate, redemption time and limits."""

    fast_redemption_daily_limit: Decimal | None = None
    """Instant redemption cap per day."""
    rate: Decimal | None = None
    redempt_days: Decimal | None = None
    """Days a redemption takes."""
    min_amt: Decimal | None = None
    fast_redemption_avail: Decimal | None = None
    """Instant redemption left."""


class StakingOrderId(V5Row, frozen=True, gc=False, kw_only=True):
    """The order something was done to."""

    ord_id: str | None = None


class StakingBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """What is staked in one currency."""

    ccy: str | None = None
    amt: Decimal | None = None
    latest_interest_accrual: Decimal | None = None
    """Latest accrued interest."""
    total_interest_accrual: Decimal | None = None
    """Interest in total."""
    ts: Ms | None = None


class StakingRecord(V5Row, frozen=True, gc=False, kw_only=True):
    """A purchase or redemption."""

    type_: str | None = None
    amt: Decimal | None = None
    redeeming_amt: Decimal | None = None
    """Amount being redeemed."""
    status: str | None = None
    ord_id: str | None = None
    request_time: Ms | None = None
    completed_time: Ms | None = None
    """Settled time of the redemption."""
    est_completed_time: Ms | None = None
    """Expected completion."""


class StakingRate(V5Row, frozen=True, gc=False, kw_only=True):
    """The yearly rate of one day."""

    rate: Decimal | None = None
    ts: Ms | None = None
