"""V3's numbers for orders, and today's words for the same. (V3 "orders")"""

from __future__ import annotations

from decimal import Decimal

from ..accounts.orders import Order, State
from ..accounts.people import User
from ..accounts.worth import terms_of
from ..instruments import Instrument, Kind
from ..market import Market
from ..query_v3 import Refusal
from ..text import exact_text

__all__ = [
    "NEVER",
    "ORDER_TYPES",
    "STATES",
    "TYPES",
    "crossed",
    "cut_price",
    "cut_size",
    "mode_of",
    "order_type_of",
    "set_crossed",
    "side_of",
    "state_of",
    "type_of",
]

ORDER_TYPES = {"0": "limit", "1": "post_only", "2": "fok", "3": "ioc", "4": "market"}
TYPES = {"1": ("long", True), "2": ("short", False), "3": ("long", False), "4": ("short", True)}
"""Type of a contract's order: the side of the position, and whether it buys."""
STATES = {
    "-2": ("-2",),
    "-1": ("-1",),
    "0": ("0",),
    "1": ("1",),
    "2": ("2",),
    "3": ("3",),
    "4": ("4",),
    "6": ("0", "1"),
    "7": ("-1", "2"),
}
"""What a query by state finds. Orders here are never failed, on their way in or on their way out."""

NEVER = "1970-01-01T00:00:00.000Z"
"""A moment that was not."""

_INVALID = 30024
_TOO_SMALL = {"futures": 32018, "swap": 35012, "option": 36221}
"""Codes of sizes below one contract; spot has none of its own."""
_STATE = {State.NEW: "0", State.LIVE: "0", State.PARTLY: "1", State.FILLED: "2", State.CANCELED: "-1"}
_FIXED = "v3 fixed margin"


def state_of(order: Order) -> str:
    """Return an order's state."""
    return _STATE[order.state]


def order_type_of(order: Order) -> str:
    """Return an order's ``order_type``; spot market orders are of type 0."""
    found = next((number for number, word in ORDER_TYPES.items() if word == order.ticket.ord_type), "4")
    return "0" if found == "4" and order.market.instrument.kind is Kind.SPOT else found


def type_of(order: Order) -> str:
    """Return whether a contract's order opens or closes which side; where positions are net, what may only shrink
    counts as closing."""
    ticket = order.ticket
    side = ticket.pos_side
    if side == "net":
        side = "short" if ticket.buy is ticket.reduce_only else "long"
    return next(number for number, meant in TYPES.items() if meant == (side, ticket.buy))


def side_of(lots: int) -> str:
    """Return which side a position is on."""
    return "long" if lots >= 0 else "short"


def cut_price(market: Market, price: Decimal) -> str:
    """Return a price cut down to a whole tick: V3 does not refuse excess digits. (V3 "types")"""
    return _cut(price, terms_of(market.instrument).tick, "price", _INVALID)


def cut_size(market: Market, size: Decimal) -> str:
    """Return a size cut down to a whole lot, and of contracts to a whole number."""
    lot, code = terms_of(market.instrument).lot, _TOO_SMALL.get(market.instrument.product, _INVALID)
    return _cut(size, lot if market.instrument.kind is Kind.SPOT else max(lot, Decimal(1)), "size", code)


def _cut(value: Decimal, step: Decimal, name: str, code: int) -> str:
    whole = step * int(value / step)
    if not whole:
        raise Refusal(code, f"{name} parameter value error: less than one step of {exact_text(step)}")
    return exact_text(whole)


def _scope(instrument: Instrument) -> str:
    """Return whose margin mode a contract has: swaps each their own, futures that of their underlying."""
    return instrument.inst_id if instrument.kind is Kind.SWAP else instrument.family


def crossed(user: User, instrument: Instrument) -> bool:
    """Tell whether a contract's margin is shared (``crossed``) or each position's own (``fixed``); the former at first,
    as the documents name no beginning."""
    return (_FIXED, _scope(instrument)) not in user.settings


def set_crossed(user: User, instrument: Instrument, shared: bool) -> None:
    """Set the margin mode of a contract and of those that share it."""
    if shared:
        user.settings.pop((_FIXED, _scope(instrument)), None)
    else:
        user.settings[_FIXED, _scope(instrument)] = "true"


def mode_of(user: User, instrument: Instrument) -> str:
    """Return the margin mode in today's words."""
    return "cross" if crossed(user, instrument) else "isolated"
