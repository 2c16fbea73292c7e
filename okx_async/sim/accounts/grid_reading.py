"""Reading what a grid bot shall do, with refusals where the request alone shows that it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from .forms import TAG, decimal_of, money_of, named, refuse, ticks_of
from .grid_bots import CONTRACT, SPOT, Plan, Stops, nearest, rungs
from .grid_contract import LONG, NEUTRAL, SHORT, ContractPlan
from .grid_spot import SpotPlan
from .leverage import most_leverage
from .services import not_simulated
from .worth import ZERO

__all__ = [
    "KINDS",
    "MOST_GRIDS",
    "Range",
    "amount_of",
    "is_geometric",
    "read_bounds",
    "read_outline",
    "read_plan",
    "read_range",
    "read_stops",
]

KINDS = (SPOT, CONTRACT)
MOST_GRIDS = 400
"""Orders of one bot here; how many the exchange takes depends on the instrument and is not documented."""
_STOP_PRICES = {
    # On which side of the range the prices of a bot lie, and the code where one does not. The first is taken by all
    # but short bots.
    False: (("51349", "above"), ("51348", "below")),
    True: (("51343", "below"), ("51344", "above")),
}
_SIMPLE: list[list[dict[str, str]]] = [[], [{"triggerAction": "start", "triggerStrategy": "instant"}]]

Range = tuple[Market, tuple[int, ...]]
"""Where a bot trades, and at which prices."""


def read_plan(query: Query, item: Mapping[str, Any]) -> Plan:
    """Return what a new bot shall do, and with how much."""
    if (item.get("triggerParams") or []) not in _SIMPLE or query.text("profitSharingRatio"):
        raise not_simulated("a grid bot like this (with triggers or with a profit share)")
    named(query, "tag", TAG)
    outline = read_outline(query, item)
    if isinstance(outline, ContractPlan):
        return replace(outline, margin=money_of(query.needed("sz"), "sz"))
    sizes = [query.text(name) for name in ("quoteSz", "baseSz")]
    if not any(sizes):
        raise Refusal(400, "50015", "Either parameter quoteSz or baseSz is required")
    quote, base = (
        money_of(size, name) if size else ZERO for size, name in zip(sizes, ("quoteSz", "baseSz"), strict=True)
    )
    return replace(outline, quote=quote, base=base)


def read_outline(query: Query, item: Mapping[str, Any]) -> SpotPlan | ContractPlan:
    """Return what a bot shall do, with nothing invested yet."""
    kind = query.choice("algoOrdType", KINDS)
    market, prices = read_range(query, kind)
    if kind == CONTRACT:
        return _contract_plan(query, market, prices, item)
    return SpotPlan(market, dict(item), prices, nearest(market, prices), ZERO, ZERO)


def read_range(query: Query, kind: str) -> Range:
    """Return the market and the prices of a bot of one sort."""
    market, low, high = read_bounds(query, kind)
    grids = query.number("gridNum", 0) or 0
    if query.needed("gridNum") and not 2 <= grids <= MOST_GRIDS:
        raise refuse("51000", "Parameter gridNum error")
    return market, rungs(low, high, grids, is_geometric(query))


def read_bounds(query: Query, kind: str) -> tuple[Market, int, int]:
    """Return where a bot of one sort trades, and its lowest and highest price in ticks."""
    market = query.market()
    offered = (Kind.SPOT,) if kind == SPOT else (Kind.SWAP, Kind.FUTURES)
    if market.instrument.kind not in offered:
        raise refuse("51287", "The bot does not offer this instrument")
    low, high = (ticks_of(market, query.needed(name)) for name in ("minPx", "maxPx"))
    if low >= high:
        raise refuse("51346", "The highest price must be above the lowest")
    return market, low, high


def is_geometric(query: Query) -> bool:
    """Tell whether the prices of a bot lie apart by the same part, not by the same amount."""
    return query.choice("runType", ("1", "2"), "1") == "2"


def _contract_plan(query: Query, market: Market, prices: tuple[int, ...], item: Mapping[str, Any]) -> ContractPlan:
    direction = query.choice("direction", (LONG, SHORT, NEUTRAL))
    lever = amount_of(query, "lever")
    based = query.choice("basePos", ("true", "false"), "false") == "true"
    if not 1 <= lever <= most_leverage(market):
        raise refuse("51000", "Parameter lever error")
    if based and direction == NEUTRAL:
        raise refuse("51000", "Parameter basePos error: a neutral bot begins without a position")
    return ContractPlan(market, dict(item), prices, nearest(market, prices), ZERO, direction, lever, based)


def amount_of(query: Query, name: str) -> Decimal:
    """Return a number above zero that must be there."""
    return decimal_of(query.needed(name), name)


def read_stops(query: Query, plan: Plan, stops: Stops) -> Stops:
    """Return when a bot stops by itself: what is asked for, else what it has."""
    contract = isinstance(plan, ContractPlan)
    if not contract and (query.text("tpRatio") or query.text("slRatio")):
        raise refuse("55104", "Only contract grids stop at a ratio of profit")

    def given(name: str, present: Decimal | None) -> Decimal | None:
        return decimal_of(query.text(name), name) if query.text(name) else present

    found = Stops(
        given("tpTriggerPx", stops.take_profit),
        given("slTriggerPx", stops.stop_loss),
        given("tpRatio", stops.profit_ratio),
        given("slRatio", stops.loss_ratio),
    )
    low, high = (plan.terms.price(plan.prices[at]) for at in (0, -1))
    rules = _STOP_PRICES[isinstance(plan, ContractPlan) and plan.direction == SHORT]
    for price, (code, side) in zip((found.take_profit, found.stop_loss), rules, strict=True):
        if price is not None and (price <= high if side == "above" else price >= low):
            raise refuse(code, f"The stop price must be {side} the range")
    return found
