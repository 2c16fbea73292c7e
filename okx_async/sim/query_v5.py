"""Reading what a V5 REST request asks for, with the refusals of the exchange when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from .forms import Flaw, Wrong
from .instruments import Kind
from .market import Market

__all__ = ["Query", "Refusal", "between", "flawed"]

T = TypeVar("T")
_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")


class Refusal(Exception):
    """The exchange says no: HTTP status, code and message."""

    def __init__(self, status: int, code: str, msg: str) -> None:
        super().__init__(msg)
        self.status = status
        self.code = code
        self.msg = msg


def flawed(flaw: Flaw) -> Refusal:
    """Return the refusal of a request that is not well formed. (Error Code)"""
    if flaw.wrong is Wrong.MISSING:
        return Refusal(400, "50014", f"Parameter {flaw.names[0]} can not be empty")
    if flaw.wrong is Wrong.NEITHER:
        return Refusal(400, "50015", f"Either parameter {' or '.join(flaw.names)} is required")
    return Refusal(400, "51000", f"Parameter {flaw.names[0]} error")


class Query:
    """The parameters of one request, with the refusals of the exchange when they are wrong.

    Args:
        given: By wire name, a query's or those of a JSON body.
        markets: By instrument id.
    """

    def __init__(self, given: Mapping[str, Any], markets: Mapping[str, Market]) -> None:
        self._given = given
        self._markets = markets

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter or its default; a JSON boolean or number counts as its text, a list or object as wrong."""
        value = self._given.get(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list | dict):
            raise Refusal(400, "51000", f"Parameter {name} error")
        return default if value in (None, "") else str(value)

    def needed(self, name: str) -> str:
        """Return a parameter that must be there."""
        if not self.text(name):
            raise Refusal(400, "50014", f"Parameter {name} can not be empty")
        return self.text(name)

    def number(self, name: str, default: int | None = None) -> int | None:
        """Return a parameter that must be a whole number when it is there."""
        text = self.text(name)
        if not text:
            return default
        if not text.isdecimal():
            raise Refusal(400, "51000", f"Parameter {name} error")
        return int(text)

    def limit(self, name: str, default: int, most: int) -> int:
        """Return a page size; one that is too large is cut, as the exchange does."""
        number = self.number(name, default)
        if not number:
            raise Refusal(400, "51000", f"Parameter {name} error")
        return min(number, most)

    def names(self, name: str, most: int) -> list[str]:
        """Return the parts of a parameter that may name several things with commas between them."""
        parts = [part for part in self.text(name).split(",") if part]
        if len(parts) > most:
            raise Refusal(200, "50025", f"Parameter {name} count exceeds the limit {most}")
        return parts

    def market(self, inst_id: str = "") -> Market:
        """Return the market the request is about, or another that it names."""
        inst_id = inst_id or self.needed("instId")
        if inst_id not in self._markets:
            raise Refusal(200, "51001", "Instrument ID or Spread ID doesn't exist")
        return self._markets[inst_id]

    def kind(self) -> Kind:
        """Return the instrument type the request is about."""
        try:
            return Kind(self.needed("instType"))
        except ValueError:
            raise Refusal(400, "51000", "Parameter instType error") from None

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """Return a parameter that must be one of several words; without a default it must be there."""
        text = self.needed(name) if default is None else self.text(name, default)
        if text not in allowed and text != default:
            raise Refusal(400, "51000", f"Parameter {name} error")
        return text

    def decimal(self, name: str) -> Decimal:
        """Return a parameter that must be a positive number."""
        text = self.needed(name)
        if not _NUMBER.fullmatch(text) or not Decimal(text):
            raise Refusal(400, "51000", f"Parameter {name} error")
        return Decimal(text)

    def family(self) -> str:
        """Return the instrument family, by either of its names, or ``""``."""
        return self.text("instFamily") or self.text("uly")

    def needed_family(self) -> str:
        """Return the instrument family, which must be there and known."""
        family = self.family() or self.needed("instFamily")
        if all(market.instrument.family != family for market in self._markets.values()):
            raise Refusal(400, "51000", "Parameter instFamily error")
        return family

    def perpetual(self) -> Market:
        """Return the perpetual the request is about."""
        return self.market_of(Kind.SWAP)

    def market_of(self, *kinds: Kind) -> Market:
        """Return the market the request is about, which must be of one of some kinds."""
        market = self.market()
        if market.instrument.kind not in kinds:
            raise Refusal(400, "51000", "Parameter instId error")
        return market

    def span(self, rows: Iterable[T], key: Callable[[T], int], most: int) -> list[T]:
        """Return the rows, newest first, from ``begin`` to ``end``, both included, as many as the page size leaves."""
        begin, end = self.number("begin"), self.number("end")
        found = between(iter(rows), key, None if end is None else end + 1, None if begin is None else begin - 1)
        return list(islice(found, self.limit("limit", most, most)))

    def page(self, rows: Iterable[T], key: Callable[[T], int], default: int = 100, most: int = 100) -> list[T]:
        """Return the rows, newest first, that the cursors and the page size leave."""
        found = between(iter(rows), key, self.number("after"), self.number("before"))
        return list(islice(found, self.limit("limit", default, most)))

    def moments(self) -> tuple[int, int]:
        """Return the first and the last moment asked for, ``begin`` and ``end``, both included."""
        begin, end = self.number("begin"), self.number("end")
        return begin or 0, end if end is not None else 1 << 62

    def page_by_id(self, rows: Iterable[T], key: Callable[[T], int]) -> list[T]:
        """Return the rows, newest first, that ``beginId``, ``endId`` and the page size leave."""
        found = between(iter(rows), key, self.number("endId"), self.number("beginId"))
        return list(islice(found, self.limit("limit", 100, 100)))


def between(rows: Iterator[T], key: Callable[[T], int], after: int | None, before: int | None) -> Iterator[T]:
    """Return the rows older than ``after`` and newer than ``before``, both excluded."""
    for row in rows:
        if before is not None and key(row) <= before:
            return
        if after is None or key(row) < after:
            yield row
