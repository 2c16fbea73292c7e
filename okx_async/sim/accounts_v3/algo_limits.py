"""Which numbers V3 takes of algo orders, and how many of them may be alive. (Place an algo order)"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..accounts.stops import LIVE, Stop
from ..accounts.worth import terms_of
from ..market import Market
from ..query_v3 import Query, Refusal

__all__ = ["ICEBERG", "KINDS", "TRAILING", "TRIGGER", "TWAP", "bounded", "check_prices", "check_room", "check_size"]

TRIGGER, TRAILING, ICEBERG, TWAP = "1", "2", "3", "4"
KINDS = {TRIGGER: "trigger", TRAILING: "move_order_stop", ICEBERG: "iceberg", TWAP: "twap"}
"""Their numbers in V3, and V5's words."""

_PRODUCTS = ("spot", "futures", "swap")
_UNSAID = 0
_INVALID = 30024
# How many of a kind may be alive, and the code of one more, by product as above. The documents give spot no number for
# the first two; where they have no code of their own for the swap's trailing orders, the one ccxt knows them by.
_ALIVE = {
    TRIGGER: (100, (_UNSAID, 32046, 35083)),
    TRAILING: (10, (_UNSAID, 32049, 35081)),
    ICEBERG: (6, (33036, 32053, 35077)),
    TWAP: (6, (33036, 32058, 35072)),
}
# Between which numbers each must be, and what else is refused with.
_BOUNDS = {
    "callback_rate": (Decimal("0.001"), Decimal("0.05"), (33039, 32048, 35080)),
    "algo_variance": (Decimal("0.0001"), Decimal("0.01"), (33042, 32051, 35079)),
    "sweep_range": (Decimal("0.005"), Decimal("0.01"), (33046, 32062, 35068)),
    "sweep_ratio": (Decimal("0.01"), Decimal(1), (33047, 32063, 35067)),
    "time_interval": (Decimal(5), Decimal(120), (33050, 32064, 35066)),
}
_MILLION = Decimal(1_000_000)
_TOO_LARGE = (_UNSAID, 32045, 35084)
_TOO_DEAR = (_INVALID, 32006, 35086)
_PRICED_MARKET = (_UNSAID, 32089, 35108)
_DEAREST, _CHEAPEST = Decimal("1.3"), Decimal("0.7")


def check_room(product: str, order_type: str, mine: Iterable[Stop]) -> None:
    """Refuse an order of a kind of which a user has as many alive as a product lets one have.

    Whether pairs and contracts are counted together is not documented; here all of a product are.

    Args:
        product: ``spot``, ``futures`` or ``swap``.
        order_type: Its kind.
        mine: The user's algo orders.
    """
    most, codes = _ALIVE[order_type]
    code = codes[_PRODUCTS.index(product)]
    alive = (
        each
        for each in mine
        if each.state == LIVE
        and each.ord_type == KINDS[order_type]
        and each.market.instrument.product == product
        and not each.text("pxSpread")
    )
    if code != _UNSAID and sum(1 for _ in alive) >= most:
        raise Refusal(code, f"At most {most} algo orders of this kind can be alive")


def check_size(query: Query) -> None:
    """Refuse more contracts than an algo order may have; of coins no bound has a code."""
    code = _TOO_LARGE[_PRODUCTS.index(query.product)]
    if code != _UNSAID and query.decimal("size") > _MILLION:
        raise Refusal(code, "size must not be above 1000000")


def check_prices(query: Query, market: Market, order_type: str) -> None:
    """Refuse prices of a trigger or a trailing order that do not go together."""
    place = _PRODUCTS.index(query.product)
    trigger, at_market = query.decimal("trigger_price"), query.text("algo_type") == "2"
    price = None if order_type == TRAILING or at_market else query.decimal("algo_price")
    if at_market and query.has("algo_price") and _PRICED_MARKET[place] != _UNSAID:
        raise Refusal(_PRICED_MARKET[place], "A market trigger order takes no algo_price")
    if max(trigger, price or trigger) > _MILLION:
        raise Refusal(_TOO_DEAR[place], "A price must not be above 1000000")
    if query.product != "spot":
        return
    buy = query.choice("side", ("buy", "sell")) == "buy"
    if price is not None and buy and price > trigger * _DEAREST:
        raise Refusal(33037, "algo_price must not be above 130% of trigger_price")
    if price is not None and not buy and price < trigger * _CHEAPEST:
        raise Refusal(33038, "algo_price must not be below 70% of trigger_price")
    last = terms_of(market.instrument).price(market.tape.last.price)
    if order_type == TRAILING and (trigger >= last if buy else trigger <= last):
        side = "below" if buy else "above"
        raise Refusal(33040 if buy else 33041, f"trigger_price must be {side} the last price")


def bounded(query: Query, name: str) -> Decimal:
    """Return a number that must lie between two others."""
    least, most, codes = _BOUNDS[name]
    number = query.decimal(name)
    if not least <= number <= most or (name == "time_interval" and number != int(number)):
        raise Refusal(codes[_PRODUCTS.index(query.product)], f"{name} must be from {least} to {most}")
    return number
