"""Iceberg and TWAP orders as V3 asks for them and writes them: V5's, in other words. (Place an algo order)"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..accounts.stops import Stop
from ..market import Market
from ..query_v3 import Query, Refusal
from ..text import exact_text
from .words import cut_price, cut_size

__all__ = ["ICEBERG", "TWAP", "share_of", "slice_fields", "slice_row"]

Json = dict[str, Any]

ICEBERG, TWAP = "3", "4"

_PRODUCTS = ("spot", "futures", "swap")
# Between which numbers each must be, and what else is refused with, by product as above.
_BOUNDS = {
    "algo_variance": (Decimal("0.0001"), Decimal("0.01"), (33042, 32051, 35079)),
    "sweep_range": (Decimal("0.005"), Decimal("0.01"), (33046, 32062, 35068)),
    "sweep_ratio": (Decimal("0.01"), Decimal(1), (33047, 32063, 35067)),
    "time_interval": (Decimal(5), Decimal(120), (33050, 32064, 35066)),
}
_SIZES = {"avg_amount": (33044, 32056, 35074), "single_limit": (33048, 32061, 35069)}
_LARGER_THAN_ALL = (0, 32059, 35071)
_LEAST_CONTRACTS, _MOST_CONTRACTS = 2, 500
_MOST_SLICES = 1_000


def slice_fields(query: Query, market: Market, order_type: str) -> Json:
    """Return what an order asks for, by V5's names.

    Raises:
        Refusal: A number is out of bounds.
    """
    iceberg = order_type == ICEBERG
    away = _bounded(query, "algo_variance" if iceberg else "sweep_range")
    fields = {
        "pxVar": exact_text(away),
        "szLimit": _slice(query, market, "avg_amount" if iceberg else "single_limit"),
        "pxLimit": cut_price(market, query.decimal(_limit_name(query.product))),
    }
    return fields if iceberg else fields | {"timeInterval": exact_text(_bounded(query, "time_interval"))}


def share_of(query: Query, order_type: str) -> Decimal | None:
    """Return which part of what is offered to it a TWAP takes at most; ``None`` for an iceberg, which takes nothing."""
    return _bounded(query, "sweep_ratio") if order_type == TWAP else None


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


def _bounded(query: Query, name: str) -> Decimal:
    least, most, codes = _BOUNDS[name]
    number = query.decimal(name)
    if not least <= number <= most or (name == "time_interval" and number != int(number)):
        raise Refusal(codes[_PRODUCTS.index(query.product)], f"{name} must be from {least} to {most}")
    return number


def _slice(query: Query, market: Market, name: str) -> str:
    """Return the size of a slice: of contracts so many, of coins from a thousandth of the whole to all of it."""
    size, total, place = query.decimal(name), query.decimal("size"), _PRODUCTS.index(query.product)
    least, most = (total / _MOST_SLICES, total) if place == 0 else (Decimal(_LEAST_CONTRACTS), Decimal(_MOST_CONTRACTS))
    if not least <= size <= most:
        raise Refusal(_SIZES[name][place], f"{name} is out of range")
    if size > total:
        raise Refusal(_LARGER_THAN_ALL[place], f"{name} is larger than the size")
    return cut_size(market, size)
