"""Rows of the chapter Fiat and buy/sell."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = [
    "BuySellCurrencies",
    "BuySellCurrency",
    "BuySellOrder",
    "BuySellPair",
    "BuySellQuote",
    "FiatOrder",
    "FiatOrderState",
    "PaymentAccount",
    "PaymentLimits",
    "PaymentMethod",
]


class PaymentLimits(V5Row, frozen=True, gc=False, kw_only=True):
    """Limits of a payment method."""

    daily_limit: Decimal | None = None
    """Limit per day."""
    daily_limit_remaining: Decimal | None = None
    """What is left of the daily limit."""
    weekly_limit: Decimal | None = None
    """Limit per week."""
    weekly_limit_remaining: Decimal | None = None
    """What is left of the weekly limit."""
    monthly_limit: Decimal | None = None
    """Limit per month."""
    monthly_limit_remaining: Decimal | None = None
    """What is left of the monthly limit."""
    max_amt: Decimal | None = None
    min_amt: Decimal | None = None
    lifetime_limit: Decimal | None = None


class PaymentAccount(V5Row, frozen=True, gc=False, kw_only=True):
    """A linked bank or payment account."""

    payment_acct_id: str | None = None
    acct_num: str | None = None
    """Bank account number or IBAN."""
    recipient_name: str | None = None
    bank_name: str | None = None
    bank_code: str | None = None
    """Bank SWIFT/BIC code."""
    state: str | None = None


class PaymentMethod(V5Row, frozen=True, gc=False, kw_only=True):
    """A way to deposit or withdraw."""

    ccy: str | None = None
    payment_method: str | None = None
    fee_rate: Decimal | None = None
    min_fee: Decimal | None = None
    """Lowest fee, normal address."""
    limits: PaymentLimits | None = None
    """Transaction limits."""
    accounts: list[PaymentAccount] | None = None
    """Linked bank or payment accounts."""


class FiatOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A deposit or withdrawal."""

    ord_id: str | None = None
    client_id: str | None = None
    amt: Decimal | None = None
    ccy: str | None = None
    fee: Decimal | None = None
    """Fee; negative is charged, positive is a rebate."""
    payment_acct_id: str | None = None
    payment_method: str | None = None
    state: str | None = None
    c_time: Ms | None = None
    u_time: Ms | None = None


class FiatOrderState(V5Row, frozen=True, gc=False, kw_only=True):
    """The state of a withdrawal."""

    ord_id: str | None = None
    state: str | None = None


class BuySellCurrency(V5Row, frozen=True, gc=False, kw_only=True):
    """One of them."""

    ccy: str | None = None


class BuySellCurrencies(V5Row, frozen=True, gc=False, kw_only=True):
    """Currencies that can be bought and sold."""

    fiat_ccy_list: list[BuySellCurrency] | None = None
    """Fiat currencies."""
    crypto_ccy_list: list[BuySellCurrency] | None = None
    """Crypto currencies."""


class BuySellPair(V5Row, frozen=True, gc=False, kw_only=True):
    """Limits of a pair."""

    side: str | None = None
    """``buy`` fiat to crypto, ``sell`` crypto to fiat."""
    from_ccy: str | None = None
    to_ccy: str | None = None
    single_trade_max: Decimal | None = None
    """Most per trade."""
    single_trade_min: Decimal | None = None
    """Least per trade."""
    fixed_px_daily_limit: Decimal | None = None
    """Fixed-price daily limit."""
    fixed_px_remaining_daily_quota: Decimal | None = None
    """Fixed-price daily quota left."""
    payment_methods: list[str] | None = None


class BuySellQuote(V5Row, frozen=True, gc=False, kw_only=True):
    """A quote."""

    quote_id: str | None = None
    side: str | None = None
    from_ccy: str | None = None
    to_ccy: str | None = None
    rfq_amt: Decimal | None = None
    """Asked amount."""
    rfq_ccy: str | None = None
    """Currency of the asked amount."""
    quote_px: Decimal | None = None
    """Quoted price."""
    quote_ccy: str | None = None
    quote_from_amt: Decimal | None = None
    """Quoted sell amount."""
    quote_to_amt: Decimal | None = None
    """Quoted buy amount."""
    quote_time: Ms | None = None
    ttl_ms: int | None = None
    """Quote life, ms."""


class BuySellOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A trade."""

    ord_id: str | None = None
    cl_ord_id: str | None = None
    quote_id: str | None = None
    state: str | None = None
    side: str | None = None
    from_ccy: str | None = None
    to_ccy: str | None = None
    rfq_amt: Decimal | None = None
    """Asked amount."""
    rfq_ccy: str | None = None
    """Currency of the asked amount."""
    fill_px: Decimal | None = None
    """Last fill price."""
    fill_quote_ccy: str | None = None
    """Quote currency of the fill price."""
    fill_from_amt: Decimal | None = None
    """Sold amount in fromCcy."""
    fill_to_amt: Decimal | None = None
    """Bought amount in toCcy."""
    c_time: Ms | None = None
    u_time: Ms | None = None
