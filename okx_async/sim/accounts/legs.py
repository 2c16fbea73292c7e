"""Take profit and stop loss: prices to wait for, and what is sent then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..market import Market
from ..query_v5 import Query
from ..text import exact_text
from .forms import lots_of, named, price_of, refuse
from .services import not_simulated
from .trails import TRAILING, Trail, read_trail
from .worth import terms_of

__all__ = [
    "CHANGES",
    "SOURCES",
    "Attached",
    "Leg",
    "change_attached",
    "merged",
    "order_price",
    "read_attached",
    "read_legs",
]

SOURCES = ("last", "index", "mark")
_RATIOS = ("tpTriggerRatio", "slTriggerRatio")
# What a trigger on the wrong side of the price is refused with, by leg and side of the order it belongs to: where that
# order has a price of its own, and where it is for the market.
_WRONG = {
    ("tp", True): ("51046", "51050"),
    ("sl", True): ("51047", "51051"),
    ("tp", False): ("51048", "51052"),
    ("sl", False): ("51049", "51053"),
}

_ENDS = ("tp", "sl")
CHANGES = {
    f"new{end.title()}{what}": f"{end}{what}" for end in _ENDS for what in ("TriggerPx", "OrdPx", "TriggerPxType")
}
"""What a change calls the fields of take profit and stop loss, and what they are called when they are placed."""
_OTHER_CHANGES = (
    *("newTpTriggerRatio", "newSlTriggerRatio", "newTpOrdKind", "newCallbackRatio", "newCallbackSpread"),
    "newActivePx",
)
_KEEP_THEIR_NAME = ("amendPxOnTriggerType", "sz")
_GONE = "0"
"""The trigger price that takes a take profit or a stop loss away."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One price to wait for.

    Attributes:
        name: ``tp``, ``sl`` or ``""``.
        trigger: The price.
        above: Whether it fires at that price and above it, else at it and below.
        source: Which price: ``last``, ``index`` or ``mark``.
        order_price: The price of the order that is sent then, ``"-1"`` for market.
    """

    name: str
    trigger: Decimal
    above: bool
    source: str
    order_price: str

    def fires(self, price: Decimal) -> bool:
        """Tell whether a price sets it off."""
        return price >= self.trigger if self.above else price <= self.trigger


@dataclass(frozen=True, slots=True)
class Attached:
    """Take profit and stop loss of an order, which begin to wait once it is filled.

    Attributes:
        name: The user's own name for them.
        legs: One or both, none for a trailing stop.
        fields: As they were asked for, by wire name.
        place: Which of all that are attached to its order, from 0 on.
        trail: How a trailing stop follows the price, which begins with the order that is filled; else ``None``.
    """

    name: str
    legs: tuple[Leg, ...]
    fields: dict[str, Any]
    place: int = 0
    trail: Trail | None = None

    @property
    def size(self) -> str:
        """How much it is to close, ``""`` for all that its order has filled."""
        return str(self.fields.get("sz") or "")

    @property
    def to_cost(self) -> bool:
        """Whether the stop loss moves to the mean price of the order after the first take profit."""
        return str(self.fields.get("amendPxOnTriggerType") or "0") == "1"

    def leg(self, name: str) -> Leg | None:
        """Return its take profit or stop loss, ``None`` where there is none."""
        return next((leg for leg in self.legs if leg.name == name), None)


def order_price(market: Market, text: str) -> str:
    """Return the price of an order to send, ``"-1"`` for market."""
    return text if text == "-1" else exact_text(price_of(market, text))


def read_legs(query: Query, market: Market, buy: bool) -> list[Leg]:
    """Return take profit and stop loss, those that are given: a sale profits above, a purchase below."""
    if query.text("tpOrdKind", "condition") != "condition":
        raise not_simulated("limit take profits")
    legs: list[Leg] = []
    for name, above in (("tp", not buy), ("sl", buy)):
        if not query.text(f"{name}TriggerPx"):
            continue
        source = query.choice(f"{name}TriggerPxType", SOURCES, "last")
        trigger = price_of(market, query.text(f"{name}TriggerPx"))
        legs.append(Leg(name, trigger, above, source, order_price(market, query.needed(f"{name}OrdPx"))))
    return legs


def read_attached(row: Mapping[str, Any], market: Market, buy: bool, price: int | None) -> Attached:
    """Return what is attached to an order.

    Args:
        row: By wire name.
        market: Where.
        buy: The order's side.
        price: The order's price in ticks, ``None`` for the market's.

    Raises:
        Refusal: With the code of the exchange.
    """
    query = Query(row, {})
    if any(query.text(name) for name in _RATIOS):
        raise not_simulated("trigger ratios")
    query.choice("amendPxOnTriggerType", ("0", "1"), "0")
    if query.text("sz"):
        lots_of(market, query.text("sz"))
    legs = read_legs(query, market, not buy)
    if any(query.text(name) for name in TRAILING):
        if legs:
            raise not_simulated("a trailing stop and TP/SL in one")
        return Attached(named(query, "attachAlgoClOrdId"), (), dict(row), trail=read_trail(query))
    if not legs:
        raise refuse("51178", "attachAlgoClOrdId needs a take profit or a stop loss")
    best = market.book.asks.best if buy else market.book.bids.best
    ticks = price if price is not None else best
    if ticks is not None:
        reference = terms_of(market.instrument).price(ticks)
        for leg in legs:
            if leg.fires(reference):
                code = _WRONG[leg.name, buy][price is None]
                raise refuse(code, f"The {leg.name} trigger price is on the wrong side of the price")
    return Attached(named(query, "attachAlgoClOrdId"), tuple(legs), dict(row))


def merged(fields: Mapping[str, Any], given: Mapping[str, str], code: str) -> dict[str, Any]:
    """Return the fields of an order after a change of its ends.

    Args:
        fields: As they were.
        given: What is different, by the same names; a trigger price of 0 takes an end away.
        code: Of the refusal when there was no such end before.
    """
    new = {**fields, **given}
    for end in _ENDS:
        if not fields.get(f"{end}TriggerPx") and any(name.startswith(end) for name in given):
            raise refuse(code, "A take profit or a stop loss can't be added to this order")
        if given.get(f"{end}TriggerPx") == _GONE:
            for name in (f"{end}TriggerPx", f"{end}OrdPx", f"{end}TriggerPxType"):
                new.pop(name, None)
    return new


def change_attached(
    attached: Attached, row: Mapping[str, Any], market: Market, buy: bool, price: int | None
) -> Attached | None:
    """Return what is attached to an order after a change, ``None`` when nothing is left of it.

    Args:
        attached: As it was.
        row: The change, by wire name.
        market: Where.
        buy: The order's side.
        price: The order's price in ticks.
    """
    query = Query(row, {})
    if attached.trail is not None or any(query.text(name) for name in _OTHER_CHANGES):
        raise not_simulated("changes of attached TP/SL other than of their prices and sizes")
    given = {CHANGES[name]: query.text(name) for name in CHANGES if query.text(name)}
    given |= {name: query.text(name) for name in _KEEP_THEIR_NAME if query.text(name)}
    fields = merged(attached.fields, given, "51526")
    if not any(fields.get(f"{end}TriggerPx") for end in _ENDS):
        return None
    return replace(read_attached(fields, market, buy, price), place=attached.place)
