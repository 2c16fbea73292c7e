"""Which closing orders have become too much for their position."""

from __future__ import annotations

from collections.abc import Iterable

from .orders import Order
from .positions import Position

__all__ = ["excess"]


def excess(position: Position | None, orders: Iterable[Order]) -> list[Order]:
    """Return the closing orders that could turn a position if the market came to them.

    All orders against the position count, those with the better price first, since they trade first: where their sizes
    together are more than the position, a closing one cannot stay.

    Args:
        position: What is to be reduced, ``None`` for nothing.
        orders: The owner's open orders for that position.
    """
    lots = position.lots if position is not None else 0
    left = abs(lots)
    too_much: list[Order] = []
    against = [order for order in orders if order.ticket.closes or (lots != 0 and order.ticket.buy is (lots < 0))]
    for order in sorted(against, key=_turn):
        wrong_way = lots == 0 or order.ticket.buy is (lots > 0)
        if order.ticket.closes and (wrong_way or order.left > left):
            too_much.append(order)
        else:
            left = max(0, left - order.left)
    return too_much


def _turn(order: Order) -> tuple[int, int]:
    """Return when an order trades: the better price first, of one price the older order."""
    price = order.price or 0
    return (-price if order.ticket.buy else price), (order.resting.order_id if order.resting is not None else 0)
