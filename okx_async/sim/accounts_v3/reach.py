"""How far an order of a pair may trade in V3. (V3 "matching")"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..accounts.forms import lots_of, ticks_of
from ..market import Market

__all__ = ["too_far"]

_REACH = Decimal("0.05")


def too_far(market: Market, item: Mapping[str, Any]) -> bool:
    """Tell whether an order would trade more than 5% away from the best price of the other side; then V3 cancels all of
    it, and its price alone is no reason to refuse it.

    Args:
        market: Of a pair.
        item: The order by V5's wire names. Orders at the market end at the price limit, as in V5.
    """
    if item["ordType"] in ("market", "post_only"):
        return False
    buy, price, lots = item["side"] == "buy", ticks_of(market, item["px"]), lots_of(market, item["sz"])
    best = (market.book.asks if buy else market.book.bids).best
    if best is None:
        return False
    edge = int(best * (1 + _REACH if buy else 1 - _REACH))
    near, there = (sum(each.lots for each in market.book.reachable(buy, limit)) for limit in (edge, price))
    return min(lots, there) > near
