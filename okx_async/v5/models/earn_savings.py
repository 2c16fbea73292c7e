"""Rows of the chapter Simple earn."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = ["Lending", "LendingRate", "LendingRateHistory", "LendingRateSummary", "SavingsAction", "SavingsBalance"]


class SavingsBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """What is in flexible savings in one currency."""

    ccy: str | None = None
    amt: Decimal | None = None
    earnings: Decimal | None = None
    """Earned amount."""
    rate: Decimal | None = None
    loan_amt: Decimal | None = None
    """Lent amount."""
    pending_amt: Decimal | None = None
    """Pending amount."""
    redempt_amt: Decimal | None = None
    """Deprecated: amount being redeemed."""


class SavingsAction(V5Row, frozen=True, gc=False, kw_only=True):
    """A purchase or redemption."""

    ccy: str | None = None
    amt: Decimal | None = None
    side: str | None = None
    rate: Decimal | None = None


class LendingRate(V5Row, frozen=True, gc=False, kw_only=True):
    """The lending rate of a currency."""

    ccy: str | None = None
    rate: Decimal | None = None


class Lending(V5Row, frozen=True, gc=False, kw_only=True):
    """Something that was lent."""

    ccy: str | None = None
    amt: Decimal | None = None
    earnings: Decimal | None = None
    """Earned amount."""
    rate: Decimal | None = None
    ts: Ms | None = None


class LendingRateSummary(V5Row, frozen=True, gc=False, kw_only=True):
    """Borrow rates of a currency."""

    ccy: str | None = None
    avg_amt: Decimal | None = None
    """Deprecated: 24 h mean borrow."""
    avg_amt_usd: Decimal | None = None
    """Deprecated: 24 h mean borrow in USD."""
    avg_rate: Decimal | None = None
    """Mean hourly rate of past 24 h."""
    pre_rate: Decimal | None = None
    """Last yearly borrow rate."""
    est_rate: Decimal | None = None
    """Next yearly borrow rate, estimate."""


class LendingRateHistory(V5Row, frozen=True, gc=False, kw_only=True):
    """Rates of a currency at some time."""

    ccy: str | None = None
    amt: Decimal | None = None
    """Deprecated."""
    rate: Decimal | None = None
    lending_rate: Decimal | None = None
    """Yearly lending rate."""
    ts: Ms | None = None
