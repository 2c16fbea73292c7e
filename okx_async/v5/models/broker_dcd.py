"""Rows of the chapter Dual currency deposit for brokers."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import Ms

__all__ = ["DcdOrder", "DcdOrderPlaced", "DcdProduct", "DcdQuote"]


class DcdProduct(V5Row, frozen=True, gc=False, kw_only=True):
    """A dual currency product, as brokers see it."""

    abs_yield: Decimal | None = None
    alternative_ccy: str | None = None
    alt_ccy: str | None = None
    """What the documents' sample calls ``alternative_ccy``; read that one."""
    annual_yield: Decimal | None = None
    """Estimated yearly return."""
    ccy: str | None = None
    exp_time: Ms | None = None
    interest_accrual_time: Ms | None = None
    """Start of interest."""
    list_time: Ms | None = None
    max_size: Decimal | None = None
    """Largest order, notional currency."""
    min_size: Decimal | None = None
    """Smallest order, notional currency."""
    notional_ccy: str | None = None
    """Subscription currency: risk currency for C, stable currency for P."""
    opt_type: str | None = None
    product_id: str | None = None
    quota: Decimal | None = None
    """Quota left, notional currency."""
    quote_time: Ms | None = None
    sett_time: Ms | None = None
    """Settlement time."""
    stop_trading_time: Ms | None = None
    """Last subscription time; missing in the sample."""
    step_size: Decimal | None = None
    """Size step."""
    stk: Decimal | None = None
    tag: str | None = None
    uly: str | None = None

    def __post_init__(self) -> None:
        self._take(alternative_ccy="alt_ccy")


class DcdQuote(V5Row, frozen=True, gc=False, kw_only=True):
    """A quote, as brokers see it."""

    abs_yield: Decimal | None = None
    annual_yield: Decimal | None = None
    """Estimated yearly return."""
    cl_req_id: str | None = None
    cl_q_req_id: str | None = None
    """What the documents' sample calls ``cl_req_id``; read that one."""
    notional: Decimal | None = None
    """Subscription amount."""
    notional_ccy: str | None = None
    """Subscription currency."""
    product_id: str | None = None
    quote_id: str | None = None
    ttl_ms: int | None = None
    """Quote life in ms."""
    tag: str | None = None
    mark_up: Decimal | None = None
    """Commission override, empty when the preset is used."""

    def __post_init__(self) -> None:
        self._take(cl_req_id="cl_q_req_id")


class DcdOrderPlaced(V5Row, frozen=True, gc=False, kw_only=True):
    """An order that was accepted."""

    cl_ord_id: str | None = None
    ord_id: str | None = None
    order_id: str | None = None
    """What the documents' sample calls ``ord_id``; read that one."""
    quote_id: str | None = None

    def __post_init__(self) -> None:
        self._take(ord_id="order_id")


class DcdOrder(V5Row, frozen=True, gc=False, kw_only=True):
    """A dual currency order, as brokers see it. Settled fields are empty while it lives."""

    abs_yield: Decimal | None = None
    alternative_ccy: str | None = None
    annual_yield: Decimal | None = None
    """Estimated yearly return."""
    ccy: str | None = None
    cl_ord_id: str | None = None
    c_time: Ms | None = None
    opt_type: str | None = None
    """Option type; missing in the sample."""
    ord_id: str | None = None
    notional: Decimal | None = None
    """Subscription amount."""
    notional_ccy: str | None = None
    """Subscription currency."""
    product_id: str | None = None
    quote_id: str | None = None
    sett_time: Ms | None = None
    """Settlement time."""
    settled_time: Ms | None = None
    """What the documents' sample calls ``sett_time``; read that one."""
    sett_amt: Decimal | None = None
    """Settled amount."""
    sett_ccy: str | None = None
    sett_price: Decimal | None = None
    """Settlement price, filled in pending_settled and settled only."""
    state: str | None = None
    """``initial`` in process, ``live`` earning, ``pending_settled`` waiting for settlement, ``settled`` settled,
    ``rejected`` failed.
    """
    stk: Decimal | None = None
    u_time: Ms | None = None
    """State change time."""
    tag: str | None = None
    uly: str | None = None
    yield_amt: Decimal | None = None
    """Yield amount."""
    yield_ccy: str | None = None
    """Yield currency."""

    def __post_init__(self) -> None:
        self._take(sett_time="settled_time")
