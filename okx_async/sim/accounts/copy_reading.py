"""Reading how somebody wants to lead or copy, with refusals where the request alone shows that it is wrong."""

from __future__ import annotations

from decimal import Decimal

from ..market import Market
from ..query_v5 import Query, Refusal
from .copy_people import COPY_CLOSE, FIXED, MANUAL_CLOSE, MARKET_CLOSE, RATIO, Leader, Terms, leads
from .forms import TAG, decimal_of, named, price_of, refuse
from .lead_positions import LeadPosition
from .legs import SOURCES, Leg
from .worth import ZERO

__all__ = ["CLOSES", "LIMITS", "MOST_SHARE", "read_instruments", "read_legs", "read_share", "read_terms"]

CLOSES = (MARKET_CLOSE, COPY_CLOSE, MANUAL_CLOSE)
LIMITS = {
    "minCopyAmt": Decimal(10),
    "maxCopyAmt": Decimal(100_000),
    "maxCopyTotalAmt": Decimal(1_000_000),
    "minCopyRatio": Decimal("0.01"),
    "maxCopyRatio": Decimal(100),
    "maxTpRatio": Decimal("1.5"),
    "maxSlRatio": Decimal("0.75"),
}
"""What terms may be, by the names of ``public-config``; the numbers are the simulator's."""
MOST_SHARE = Decimal("0.3")
"""The largest profit share. (Amend profit sharing ratio)"""


def read_terms(query: Query, leader: Leader) -> Terms:
    """Return how somebody wants to copy a lead trader."""
    own = None
    if query.choice("copyInstIdType", ("custom", "copy")) == "custom":
        query.needed("instId")
        own = frozenset(query.names("instId", len(leader.instruments) or 1))
        if not own <= leader.instruments:
            raise refuse("59268", "The lead trader has not chosen the instrument")
    mode = query.choice("copyMode", (FIXED, RATIO), FIXED)
    budget = _within(query, "copyTotalAmt", ZERO, LIMITS["maxCopyTotalAmt"])
    amount = ratio = None
    if mode == FIXED:
        amount = _within(query, "copyAmt", LIMITS["minCopyAmt"], LIMITS["maxCopyAmt"])
        if budget < amount:
            raise refuse("59270", "The total amount is below the amount per order")
    else:
        ratio = decimal_of(query.needed("copyRatio"), "copyRatio")
        if not LIMITS["minCopyRatio"] <= ratio <= LIMITS["maxCopyRatio"]:
            raise refuse("59259", "The copy ratio is out of range")
    return Terms(
        query.choice("copyMgnMode", ("cross", "isolated", "copy")),
        own,
        mode,
        budget,
        amount,
        ratio,
        _perhaps(query, "tpRatio", LIMITS["maxTpRatio"]),
        _perhaps(query, "slRatio", LIMITS["maxSlRatio"]),
        _perhaps(query, "slTotalAmt", budget),
        query.choice("subPosCloseType", CLOSES),
        named(query, "tag", TAG),
    )


def _within(query: Query, name: str, least: Decimal, most: Decimal) -> Decimal:
    number = decimal_of(query.needed(name), name)
    if not least <= number <= most:
        raise Refusal(400, "51000", f"Parameter {name} error")
    return number


def _perhaps(query: Query, name: str, most: Decimal) -> Decimal | None:
    return _within(query, name, ZERO, most) if query.text(name) else None


def read_share(text: str) -> Decimal:
    """Return a profit share, 0 to 0.3.

    Raises:
        Refusal: 59287 outside of that.
    """
    share = ZERO if text and not text.strip("0.") else decimal_of(text, "profitSharingRatio")
    if share > MOST_SHARE:
        raise refuse("59287", "The profit sharing ratio is out of range")
    return share


def read_instruments(query: Query) -> set[str]:
    """Return the instruments that somebody wants to lead, which are named with commas between them."""
    query.needed("instId")
    chosen = query.names("instId", 500)
    for inst_id in chosen:
        if not leads(query.market(inst_id)):
            raise refuse("51166", "The instrument is not for lead trading")
    return set(chosen)


def read_legs(query: Query, part: LeadPosition, last: Decimal) -> list[Leg]:
    """Return the take profit and the stop loss of a lead position, those that are given."""
    legs: list[Leg] = []
    for name, code in (("tp", "51279" if part.buy else "51277"), ("sl", "51280" if part.buy else "51278")):
        if query.text(f"{name}OrdPx", "-1") != "-1":
            raise refuse("51326", "Take profit and stop loss of a lead position are at the market")
        if not query.text(f"{name}TriggerPx"):
            continue
        trigger = _price(query, part.market, f"{name}TriggerPx")
        source = query.choice(f"{name}TriggerPxType", SOURCES, "last")
        leg = Leg(name, trigger, (name == "tp") is part.buy, source, "-1")
        if leg.fires(last):
            raise refuse(code, f"The {name} trigger price is on the wrong side of the price")
        legs.append(leg)
    if not legs:
        raise Refusal(400, "50015", "Either parameter tpTriggerPx or slTriggerPx is required")
    return legs


def _price(query: Query, market: Market, name: str) -> Decimal:
    return price_of(market, query.text(name))
