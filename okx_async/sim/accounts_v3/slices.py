"""Iceberg and TWAP orders as V3 asks for them and writes them: V5's, in other words. (Place an algo order)"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..accounts.stops import Stop
from ..market import Market
from ..query_v3 import Query, Refusal
from ..text import exact_text
from .algo_limits import ICEBERG, TWAP, bounded
from .words import cut_price, cut_size

__all__ = ["share_of", "slice_fields", "slice_row"]

Json = dict[str, Any]

_PRODUCTS = ("spot", "futures", "swap")
_SIZES = {"avg_amount": (33044, 32056, 35074), "single_limit": (33048, 32061, 35069)}
_LARGER_THAN_ALL = (0, 32059, 35071)
# How many contracts a slice may have, by product as above.
_CONTRACTS = {"avg_amount": ((0, 0), (2, 1_000), (2, 500)), "single_limit": ((0, 0), (10, 2_000), (2, 500))}
_MOST_SLICES = 1_000


def slice_fields(query: Query, market: Market, order_type: str) -> Json:
    """Return what an order asks for, by V5's names.

    Raises:
        Refusal: A number is out of bounds.
    """
    iceberg = order_type == ICEBERG
    away = bounded(query, "algo_variance" if iceberg else "sweep_range")
    fields = {
        "pxVar": exact_text(away),
        "szLimit": _slice(query, market, "avg_amount" if iceberg else "single_limit"),
        "pxLimit": cut_price(market, query.decimal(_limit_name(query.product))),
    }
    return fields if iceberg else fields | {"timeInterval": exact_text(bounded(query, "time_interval"))}


def share_of(query: Query, order_type: str) -> Decimal | None:
    """Return which part of what is offered to it a TWAP takes at most; ``None`` for an iceberg, which takes nothing."""
    return bounded(query, "sweep_ratio") if order_type == TWAP else None


def slice_row(stop: Stop, *, push: bool) -> Json:
    """Write what such an order has beside what all algo orders have; the limit goes by one name in all pushes."""
    plan, text = stop.plan, stop.market.instrument
    assert plan is not None  # noqa: S101 - such orders have one
    row = {
        _limit_name("" if push else text.product): stop.text("pxLimit"),
        "deal_value": text.size_text(plan.filled),
    }
    if not plan.every:
        return row | {"algo_variance": stop.text("pxVar"), "avg_amount": stop.text("szLimit")}
    return row | {
        "sweep_range": stop.text("pxVar"),
        "sweep_ratio": "1" if plan.share is None else exact_text(plan.share),
        "single_limit": stop.text("szLimit"),
        "time_interval": stop.text("timeInterval"),
    }


def _limit_name(product: str) -> str:
    return "limit_price" if product == "spot" else "price_limit"


def _slice(query: Query, market: Market, name: str) -> str:
    """Return the size of a slice: of contracts so many, of coins from a thousandth of the whole to all of it."""
    size, total, place = query.decimal(name), query.decimal("size"), _PRODUCTS.index(query.product)
    least, most = (total / _MOST_SLICES, total) if place == 0 else _CONTRACTS[name][place]
    if not least <= size <= most:
        raise Refusal(_SIZES[name][place], f"{name} is out of range")
    if size > total:
        raise Refusal(_LARGER_THAN_ALL[place], f"{name} is larger than the size")
    return cut_size(market, size)
