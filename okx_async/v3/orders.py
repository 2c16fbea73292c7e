"""Which V3 endpoints carry orders that steps apply to, and the steps of a V3 instrument. (Place an order; Instruments)

Not looked at: changes of option orders, which do not name their instrument. Trigger prices are compared with last
prices, which come in steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.orders import Orders, OrderShape, Row
from ..core.pricing import PricedRow, Prices, Trigger
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


def _limited(order: Row) -> bool:
    """Tell whether an algo order ends in an order with a price."""
    return order.get("algo_type") != "2"


def _sized(instrument_id: str, order: Row) -> bool:
    """Tell whether sizes count the instrument: no document says what those of a spot order at market count."""
    return instrument_id.count("-") > 1 or (_limited(order) and order.get("order_type") != "2")


_ALGO = PricedRow(
    "instrument_id",
    Prices(
        px=("algo_price", "limit_price", "price_limit"),
        triggers=(Trigger("trigger_price", ""),),
        sz=("size", "avg_amount", "single_limit"),
        priced=_limited,
        sized=_sized,
    ),
)

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
    "/api/spot/v3/order_algo": _ALGO,
    "/api/futures/v3/order_algo": _ALGO,
    "/api/swap/v3/order_algo": _ALGO,
}


def steps_of(row: Instrument) -> Steps:
    """Return the steps of an instrument."""
    currency = row.contract_val_currency or ""
    inverse = bool(currency) and currency == row.instrument_id.split("-")[1]
    value = row.contract_val or None
    return Steps(row.instrument_id, row.tick_size, row.size_increment, row.min_size, value, currency, inverse)
