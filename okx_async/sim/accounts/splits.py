"""What is attached to an order, read as a whole: one take profit and stop loss, or several that share its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..instruments import Kind
from ..market import Market
from .forms import lots_of, refuse
from .legs import Attached, read_attached
from .services import not_simulated

__all__ = ["check_together", "read_all"]


def read_all(rows: Any, market: Market, buy: bool, price: int | None, lots: int) -> tuple[Attached, ...]:
    """Return everything that is attached to an order.

    Args:
        rows: As they were asked for, by wire name.
        market: Where.
        buy: The order's side.
        price: The order's price in ticks, ``None`` for the market's.
        lots: The order's size, 0 where that is an amount of money.

    Raises:
        Refusal: With the code of the exchange.
    """
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise refuse("51000", "Parameter attachAlgoOrds error")
    read = (read_attached(row, market, buy, price) for row in rows)
    attached = tuple(replace(one, place=place) for place, one in enumerate(read))
    check_together(attached, market, lots)
    return attached


def check_together(attached: Sequence[Attached], market: Market, lots: int) -> None:
    """Refuse what does not go together or does not fit the size of its order.

    How many take profits are too many is not documented; of stop losses two are.

    Raises:
        Refusal: With the code of the exchange.
    """
    profits = [one for one in attached if one.leg("tp") is not None]
    moves = any(one.to_cost for one in attached)
    if (len(attached) > 1 or moves) and market.instrument.kind is Kind.SPOT:
        raise refuse("51077", "Split TPs and a cost-price SL are not supported for spot and margin trading")
    if any(one.size and one.leg("tp") is None for one in attached):
        raise not_simulated("a size of its own for an attached stop loss")
    if len(attached) > 1:
        if any(one.trail is not None for one in attached):
            raise not_simulated("a trailing stop beside other TP/SL")
        _check_split(attached, profits)
    if any(one.size for one in profits) and sum(lots_of(market, one.size) for one in profits) != lots:
        raise refuse("51083", "The total size of the take profits must be that of the order")
    if moves and len(profits) < 2:
        raise refuse("51085", "A cost-price SL needs two take profits or more")


def _check_split(attached: Sequence[Attached], profits: Sequence[Attached]) -> None:
    """Refuse take profits that do not go together."""
    legs = [leg for one in profits if (leg := one.leg("tp")) is not None]
    if any(len(one.legs) > 1 for one in attached):
        raise refuse("51076", "Split TPs only support one-way TP/SL")
    if len(attached) - len(profits) > 1:
        raise refuse("51084", "Too many stop losses beside split TPs")
    if not all(one.size for one in profits):
        raise refuse("51089", "The size of each of several take profits is required")
    if len({leg.source for leg in legs}) > 1:
        raise refuse("51080", "Split TPs need one trigger price type")
    if len({leg.trigger for leg in legs}) < len(legs):
        raise refuse("51081", "The trigger prices of split TPs must differ")
    if any(leg.order_price != "-1" for leg in legs):
        raise refuse("51082", "Split TPs must be market orders")
