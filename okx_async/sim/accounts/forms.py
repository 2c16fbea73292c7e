"""Numbers and names as users write them, with the refusals of the exchange where they are wrong."""

from __future__ import annotations

import re
from decimal import Decimal

from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from .worth import movable, terms_of

__all__ = ["NAME", "TAG", "decimal_of", "lots_of", "money_of", "named", "price_of", "refuse", "ticks_of"]

NAME = re.compile(r"[A-Za-z0-9]{1,32}")
TAG = re.compile(r"[A-Za-z0-9]{1,16}")
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_MOST = Decimal(99999999999)
"""The largest size of an order. (``maxLmtSz`` of public/instruments)"""


def refuse(code: str, msg: str) -> Refusal:
    """Return a refusal of one order; it stands in that order's row."""
    return Refusal(200, code, msg)


def named(query: Query, name: str, form: re.Pattern[str] = NAME) -> str:
    """Return a name that the user chose, letters and digits; ``""`` for none."""
    text = query.text(name)
    if text and not form.fullmatch(text):
        raise refuse("51000", f"Parameter {name} error")
    return text


def decimal_of(text: str, name: str) -> Decimal:
    """Return a number that must be above zero."""
    if len(text) > 32:
        raise refuse("51514", "The price is longer than 32 characters")
    if not _NUMBER.fullmatch(text) or not Decimal(text):
        raise refuse("51000", f"Parameter {name} error")
    return Decimal(text)


def money_of(text: str, name: str) -> Decimal:
    """Return an amount above zero that can move as it is."""
    amount = decimal_of(text, name)
    if not movable(amount):
        raise refuse("51000", f"Parameter {name} error")
    return amount


def lots_of(market: Market, text: str) -> int:
    """Return a size in lots, which must be whole and enough.

    Raises:
        Refusal: 51121, 51020, or 51005 and for contracts 51101.
    """
    size, instrument = decimal_of(text, "sz"), market.instrument
    lots = size / terms_of(instrument).lot
    if lots != int(lots):
        raise refuse("51121", "Order quantity must be a multiple of the lot size")
    if lots < instrument.min_lots:
        raise refuse("51020", "Your order should meet or exceed the minimum order amount")
    if size > _MOST:
        code = "51005" if instrument.kind is Kind.SPOT else "51101"
        raise refuse(code, "Order amount exceeds the maximum order amount")
    return int(lots)


def ticks_of(market: Market, text: str) -> int:
    """Return a price in ticks, which must be whole; whether 51150 is the exchange's code for it is not documented."""
    ticks = decimal_of(text, "px") / terms_of(market.instrument).tick
    if ticks != int(ticks):
        raise refuse("51150", "The precision of the price exceeds the limit")
    return int(ticks)


def price_of(market: Market, text: str) -> Decimal:
    """Return a price that is a whole number of ticks."""
    return terms_of(market.instrument).price(ticks_of(market, text))
