"""Rows of the chapter Dual investment (retail)."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "DcdOrderState",
    "DcdPair",
    "DcdRedeem",
    "DcdRedeemQuote",
    "DcdTrade",
    "UserDcdOrder",
    "UserDcdProduct",
    "UserDcdQuote",
]


class DcdPair(V5Row, frozen=True, gc=False, kw_only=True):
    """A pair that has products."""

    base_ccy: str | None = None
    quote_ccy: str | None = None
    opt_type: str | None = None
    """C call, P put."""
    uly: str | None = None


class UserDcdProduct(V5Row, frozen=True, gc=False, kw_only=True):
    """A dual investment product, as users see it."""

    abs_yield: Decimal | None = None
    """Non-annualised yield of the product."""
    annualized_yield: Decimal | None = None
    """Annualised yield."""
    base_ccy: str | None = None
    quote_ccy: str | None = None
    notional_ccy: str | None = None
    exp_time: Ms | None = None
    """Expiry or delisting time."""
    interest_accrual_time: Ms | None = None
    """Start of accrual."""
    list_time: Ms | None = None
    min_size: Decimal | None = None
    """Smallest size in the notional currency."""
    max_size: Decimal | None = None
    """Largest size in the notional currency."""
    opt_type: str | None = None
    """C call, P put."""
    product_id: str | None = None
    quote_time: Ms | None = None
    redeem_start_time: Ms | None = None
    """First early redemption."""
    redeem_end_time: Ms | None = None
    """Last early redemption."""
    step_sz: Decimal | None = None
    """Size step."""
    trade_end_time: Ms | None = None
    """Last subscription moment."""
    uly: str | None = None
    strike: Decimal | None = None


class UserDcdQuote(V5Row, frozen=True, gc=False, kw_only=True):
    """A quote, as users see it."""

    abs_yield: Decimal | None = None
    """Non-annualised yield of the product."""
    annualized_yield: Decimal | None = None
    """Annualised yield."""
    interest_accrual_time: Ms | None = None
    """Start of accrual."""
    notional_sz: Decimal | None = None
    notional_ccy: str | None = None
    product_id: str | None = None
    quote_id: str | None = None
    valid_until: Ms | None = None
    """End of validity."""
    idx_px: Decimal | None = None
    """Index price."""


class DcdTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """A trade by a quote."""

    quote_id: str | None = None
    ord_id: str | None = None
    state: str | None = None
    """``pending_book`` trade received by liquidity provider, ``live`` trade is live, ``rejected`` trade has been
    rejected.
    """


class DcdRedeemQuote(V5Row, frozen=True, gc=False, kw_only=True):
    """What an early redemption would bring."""

    ord_id: str | None = None
    quote_id: str | None = None
    redeem_sz: Decimal | None = None
    """Redeemed size."""
    redeem_ccy: str | None = None
    """Redeem currency."""
    term_rate: Decimal | None = None
    valid_until: Ms | None = None
    """End of validity."""


class DcdRedeem(V5Row, frozen=True, gc=False, kw_only=True):
    """An early redemption."""

    ord_id: str | None = None
    state: str | None = None
    """``pending_redeem_booking`` redeem received, ``pending_redeem`` liquidity provider booked, ``redeeming``
    redemption in progress, ``redeemed`` redemption completed.
    """


class DcdOrderState(V5Row, frozen=True, gc=False, kw_only=True):
    """The state of an order."""

    ord_id: str | None = None
    state: str | None = None


class UserDcdOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A dual investment order, as users see it."""

    ord_id: str | None = None
    quote_id: str | None = None
    state: str | None = None
    product_id: str | None = None
    base_ccy: str | None = None
    quote_ccy: str | None = None
    uly: str | None = None
    strike: Decimal | None = None
    notional_sz: Decimal | None = None
    notional_ccy: str | None = None
    abs_yield: Decimal | None = None
    """Non-annualised yield of the product."""
    annualized_yield: Decimal | None = None
    """Annualised yield."""
    yield_sz: Decimal | None = None
    """Yield size."""
    yield_ccy: str | None = None
    """Yield currency."""
    settle_sz: Decimal | None = None
    """Settled size."""
    settle_ccy: str | None = None
    settle_px: Decimal | None = None
    """Settlement price."""
    exp_time: Ms | None = None
    """Expiry or delisting time."""
    settle_time: Ms | None = None
    redeem_start_time: Ms | None = None
    """First early redemption."""
    redeem_end_time: Ms | None = None
    """Last early redemption."""
    c_time: Ms | None = None
    u_time: Ms | None = None
    redeem_endime: str | None = None
