"""Which V3 endpoints carry orders that steps apply to, and the steps of a V3 instrument. (Place an order; Instruments)

Not looked at: changes of option orders, which do not name their instrument; algo orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.orders import Orders, OrderShape, Row
from ..core.steps import Steps

if TYPE_CHECKING:
    from .models.instruments import Instrument

__all__ = ["ORDERS", "steps_of"]


def _priced(order: Row) -> bool:
    """Tell whether the price of a contract's order counts: not when it takes the best one, nor at market."""
    return order.get("match_price") != "1" and order.get("order_type") != "4"


def _place(rows: str = "") -> OrderShape:
    return OrderShape("instrument_id", "price", "size", rows, priced=_priced)


def _amend(rows: str = "") -> OrderShape:
    return OrderShape("instrument_id", "new_price", "new_size", rows)


ORDERS: Orders = {
    "/api/spot/v3/orders": _place(),
    "/api/spot/v3/batch_orders": _place(),
    "/api/margin/v3/orders": _place(),
    "/api/margin/v3/batch_orders": _place(),
    "/api/futures/v3/order": _place(),
    "/api/futures/v3/orders": _place("orders_data"),
    "/api/futures/v3/amend_order/{instrument_id}": _amend(),
    "/api/futures/v3/amend_batch_orders/{instrument_id}": _amend("amend_data"),
    "/api/swap/v3/order": _place(),
    "/api/swap/v3/orders": _place("order_data"),
    "/api/swap/v3/amend_order/{instrument_id}": _amend(),
    "/api/swap/v3/amend_batch_orders/{instrument_id}": _amend("amend_data"),
    "/api/option/v3/order": _place(),
    "/api/option/v3/orders": _place("order_data"),
}


def steps_of(row: Instrument) -> Steps:
    """Return the steps of an instrument."""
    currency = row.contract_val_currency or ""
    inverse = bool(currency) and currency == row.instrument_id.split("-")[1]
    value = row.contract_val or None
    return Steps(row.instrument_id, row.tick_size, row.size_increment, row.min_size, value, currency, inverse)
