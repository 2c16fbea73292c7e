"""Rows of the chapter Convert."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Px, Sz

__all__ = [
    "ConvertCurrency",
    "ConvertPair",
    "ConvertQuote",
    "ConvertTrade",
]


class ConvertCurrency(V5Row, frozen=True, gc=False, kw_only=True):
    """A currency that can be converted."""

    ccy: str | None = None
    min: Decimal | None = None
    """Deprecated."""
    max: Decimal | None = None
    """Deprecated."""


class ConvertPair(V5Row, frozen=True, gc=False, kw_only=True):
    """Limits of a conversion."""

    from_ccy: str | None = None
    to_ccy: str | None = None
    convert_mode: str | None = None
    """0 standard, 1 large VIP order."""
    inst_id: InstId | None = None
    base_ccy: str | None = None
    base_ccy_max: Decimal | None = None
    """Largest base amount."""
    base_ccy_min: Decimal | None = None
    """Smallest base amount."""
    quote_ccy: str | None = None
    quote_ccy_max: Decimal | None = None
    """Largest quote amount."""
    quote_ccy_min: Decimal | None = None
    """Smallest quote amount."""


class ConvertQuote(V5Row, frozen=True, gc=False, kw_only=True):
    """A price that can be traded at for ``ttl_ms``."""

    quote_time: Ms | None = None
    ttl_ms: Decimal | None = None
    """Quote life, ms."""
    cl_q_req_id: str | None = None
    """Client quote request id."""
    quote_id: str | None = None
    base_ccy: str | None = None
    quote_ccy: str | None = None
    side: str | None = None
    orig_rfq_sz: Sz | None = None
    """Asked RFQ size."""
    rfq_sz: Sz | None = None
    """Asked amount."""
    rfq_sz_ccy: str | None = None
    """Currency of the asked amount."""
    cnvt_px: Px | None = None
    """Conversion price in quote currency."""
    base_sz: Sz | None = None
    """Base amount."""
    quote_sz: Sz | None = None
    """Quote amount."""


class ConvertTrade(V5Row, frozen=True, gc=False, kw_only=True):
    """One conversion."""

    trade_id: str | None = None
    quote_id: str | None = None
    cl_t_req_id: str | None = None
    """Client trade request id."""
    state: str | None = None
    """``fullyFilled`` success, ``rejected`` failed."""
    inst_id: InstId | None = None
    base_ccy: str | None = None
    quote_ccy: str | None = None
    side: str | None = None
    """``buy``, ``sell``."""
    fill_px: Px | None = None
    """Last fill price."""
    fill_base_sz: Sz | None = None
    fill_quote_sz: Sz | None = None
    ts: Ms | None = None
    """Time of the data."""
