"""Reading RFQs and quotes as users write them, with the refusals of the exchange where they are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from .forms import decimal_of, refuse
from .people import User
from .rfqs import Quote, QuoteLeg, Rfq, RfqLeg
from .tickets import pos_side_of, spot_mode, td_mode_of
from .worth import terms_of

__all__ = ["read_legs", "read_lots", "read_prices", "rows_of"]

Rows = Sequence[Mapping[str, Any]]
T = TypeVar("T")


def rows_of(fields: Mapping[str, Any], name: str) -> Rows:
    """Return a parameter that must be a list of objects and not empty."""
    rows = fields.get(name)
    if not rows:
        raise Refusal(400, "50014", f"Parameter {name} can not be empty")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal(400, "51000", f"Parameter {name} error")
    return rows


def read_legs(rows: Rows, user: User, markets: Mapping[str, Market]) -> tuple[RfqLeg, ...]:
    """Return the legs of a new RFQ.

    Raises:
        Refusal: 70004, 70100, 70106, 70307, or what the account is not open to.
    """
    legs: list[RfqLeg] = []
    for row in rows:
        query = Query(row, markets)
        market = _market(query, markets)
        if any(leg.market is market for leg in legs):
            raise refuse("70100", "An instrument can be in one leg only")
        buy = query.choice("side", ("buy", "sell")) == "buy"
        if query.text("lmtPx"):
            _ticks(market, query.text("lmtPx"))
        lots = _lots(market, query.needed("sz"))
        if lots < market.instrument.min_lots:
            raise refuse("70106", "The amount is below the minimum")
        legs.append(RfqLeg(market, lots, buy, *_held(row, user, market)))
    return tuple(legs)


def read_prices(rows: Rows, user: User, rfq: Rfq, markets: Mapping[str, Market]) -> tuple[QuoteLeg, ...]:
    """Return the legs of a new quote, which must be those of the RFQ.

    Raises:
        Refusal: 70304, 70306, 70307, or what the account is not open to.
    """

    def prices(row: Mapping[str, Any], leg: RfqLeg) -> QuoteLeg:
        query = Query(row, markets)
        side = query.choice("side", ("buy", "sell"))
        if _lots(leg.market, query.needed("sz")) != leg.lots or (side == "buy") is not leg.buy:
            raise refuse("70306", "The legs of the quote are not those of the RFQ")
        return QuoteLeg(leg, _ticks(leg.market, query.needed("px")), *_held(row, user, leg.market))

    return tuple(_matched(rows, rfq.legs, "70306", prices))


def read_lots(rows: Rows, quote: Quote) -> tuple[int, ...]:
    """Return how much of each leg a taker wants to trade: in the RFQ's proportions and no more than that.

    Raises:
        Refusal: 70502, 70506, 70507 or 70307.
    """
    legs = tuple(each.leg for each in quote.legs)
    lots = _matched(rows, legs, "70502", lambda row, leg: _lots(leg.market, str(row.get("sz") or "")))
    if any(size > leg.lots for size, leg in zip(lots, legs, strict=True)):
        raise refuse("70502", "The legs are larger than those of the quote")
    if any(size * legs[0].lots != lots[0] * leg.lots for size, leg in zip(lots, legs, strict=True)):
        raise refuse("70506", "The legs have not the proportions of the RFQ")
    if lots[0] != legs[0].lots and not quote.rfq.partial:
        raise refuse("70507", "Partial execution is not allowed")
    return tuple(lots)


def _matched(rows: Rows, legs: Sequence[RfqLeg], code: str, read: Callable[[Mapping[str, Any], RfqLeg], T]) -> list[T]:
    """Read one row for each leg, in the order of the legs."""
    by_name = {str(row.get("instId") or ""): row for row in rows}
    if len(rows) != len(legs) or set(by_name) != {leg.market.instrument.inst_id for leg in legs}:
        raise refuse(code, "The legs differ")
    return [read(by_name[leg.market.instrument.inst_id], leg) for leg in legs]


def _market(query: Query, markets: Mapping[str, Market]) -> Market:
    market = markets.get(query.needed("instId"))
    if market is None:
        raise refuse("70004", "The instrument is invalid")
    return market


def _held(row: Mapping[str, Any], user: User, market: Market) -> tuple[str, str]:
    """Return trade mode and position side; without a word spot is paid for in full, and the rest shares margin."""
    kind = market.instrument.kind
    usual = spot_mode(user) if kind is Kind.SPOT else "cross"
    query = Query({**row, "tdMode": row.get("tdMode") or usual}, {})
    return td_mode_of(query, user, kind), pos_side_of(query, user, kind)


def _lots(market: Market, text: str) -> int:
    lots = decimal_of(text, "sz") / terms_of(market.instrument).lot
    if lots != int(lots):
        raise refuse("70307", "The size is no multiple of the lot size")
    return int(lots)


def _ticks(market: Market, text: str) -> int:
    ticks: Decimal = decimal_of(text, "px") / terms_of(market.instrument).tick
    if ticks != int(ticks):
        raise refuse("70304", "The price is no multiple of the tick size")
    return int(ticks)
