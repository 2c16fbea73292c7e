"""Orders and fills as V3 writes them, each product in its own words."""

from __future__ import annotations

from typing import Any

from ..accounts.orders import Fill, Order
from ..accounts.rows import Amended, price_text
from ..accounts.worth import ZERO, terms_of
from ..text import exact_text, iso_ms
from .words import NEVER, order_type_of, state_of, type_of

__all__ = ["contract_fill", "order_row", "order_update"]

Json = dict[str, Any]

_FEES = ("fee", "fee_currency", "rebate", "rebate_currency")
"""What answers about margin orders do not tell."""
_SPOT_WORDS = {"-1": "cancelled", "0": "open", "1": "part_filled", "2": "filled"}


def order_row(order: Order) -> Json:
    """Write an order as a query tells it. (Order)"""
    if order.market.instrument.product != "spot":
        return _contract_order(order)
    row = _spot_order(order)
    return {name: value for name, value in row.items() if name not in _FEES} if order.ticket.on_margin else row


def order_update(order: Order, fill: Fill | None, amended: Amended = ("", "", "")) -> Json:
    """Write an order as it is pushed: the moment is that of its state, and the fill is told that it is about."""
    instrument = order.market.instrument
    last: Json = {"last_fill_px": "0", "last_fill_qty": "0", "last_fill_id": "0", "last_fill_time": NEVER}
    if fill is not None:
        last = {
            "last_fill_px": instrument.price_text(fill.price),
            "last_fill_qty": instrument.size_text(fill.lots),
            "last_fill_id": str(fill.trade_id),
            "last_fill_time": iso_ms(fill.ts),
        }
    change = {"last_request_id": amended[0], "last_amend_result": amended[1]}
    spot = instrument.product == "spot"
    row = _spot_order(order) if spot else _contract_order(order)
    row |= last | change | {"timestamp": iso_ms(order.updated)}
    if spot:
        gone = ("product_id", "funds", "price_avg")
        row = {name: value for name, value in row.items() if name not in gone} | {
            "margin_trading": "2" if order.ticket.on_margin else "1"
        }
    else:
        row["error_code"] = "0"
    return row | {"event_code": "0", "event_message": ""}


def contract_fill(order: Order, fill: Fill) -> Json:
    """Write a fill of a contract; in which words ``side`` is told differs by product. (Fills)"""
    instrument, futures = order.market.instrument, order.market.instrument.product == "futures"
    row: Json = {
        "trade_id": str(fill.trade_id),
        "instrument_id": instrument.inst_id,
        "order_id": str(order.ord_id),
        "price": instrument.price_text(fill.price),
        "order_qty": instrument.size_text(fill.lots),
        "fee": exact_text(fill.fee),
        "created_at" if futures else "timestamp": iso_ms(fill.ts),
        "exec_type": "M" if fill.maker else "T",
    }
    if futures:
        return row | {"side": "buy" if order.ticket.buy else "sell", "type": type_of(order)}
    return row | {"side": "long" if order.ticket.buy else "short"}


def _common(order: Order) -> Json:
    instrument = order.market.instrument
    return {
        "instrument_id": instrument.inst_id,
        "order_id": str(order.ord_id),
        "client_oid": order.ticket.cl_ord_id,
        "price": "0" if order.price is None else instrument.price_text(order.price),
        "price_avg": price_text(order.average) or "0",
        "order_type": order_type_of(order),
        "state": state_of(order),
        "fee": exact_text(order.fee),
        "timestamp": iso_ms(order.created),
    }


def _spot_order(order: Order) -> Json:
    instrument, ticket, terms = order.market.instrument, order.ticket, terms_of(order.market.instrument)
    worth = sum((terms.value(terms.price(fill.price), fill.lots) for fill in order.fills), ZERO)
    notional = "" if ticket.budget is None else exact_text(ticket.budget)
    row = _common(order)
    return row | {
        "size": "0" if ticket.budget is not None else instrument.size_text(order.lots),
        "notional": notional,
        "type": "market" if ticket.ord_type == "market" else "limit",
        "side": "buy" if ticket.buy else "sell",
        "created_at": row["timestamp"],
        "filled_size": instrument.size_text(order.filled),
        "filled_notional": exact_text(worth),
        "status": _SPOT_WORDS[row["state"]],
        "product_id": instrument.inst_id,
        "funds": notional,
        "fee_currency": instrument.base if ticket.buy else instrument.quote,
        "rebate": "0",
        "rebate_currency": instrument.quote if ticket.buy else instrument.base,
    }


def _contract_order(order: Order) -> Json:
    instrument = order.market.instrument
    row = _common(order)
    row |= {
        "size": instrument.size_text(order.lots),
        "filled_qty": instrument.size_text(order.filled),
        "type": type_of(order),
        "contract_val": instrument.ct_val,
        "leverage": order.lever or "0",
        "status": row["state"],
    }
    return row | ({"pnl": exact_text(order.pnl)} if instrument.product == "futures" else {"trigger_price": "0"})
