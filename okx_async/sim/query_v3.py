"""Reading what a V3 REST request asks for, with the refusals of the exchange when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Self, TypeVar

from aiohttp import web

from .forms import Flaw, Wrong
from .market import Market
from .query_v5 import between
from .roads import way_of
from .text import parse_iso

__all__ = ["Query", "Refusal", "flawed"]

T = TypeVar("T")
_NUMBER = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")
_UNKNOWN = {"spot": 30032, "margin": 30032, "swap": 35001}


class Refusal(Exception):
    """The exchange says no: code, message and HTTP status."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def flawed(flaw: Flaw) -> Refusal:
    """Return the refusal of a request that is not well formed. (Error codes)"""
    names = " or ".join(flaw.names)
    if flaw.wrong in (Wrong.MISSING, Wrong.NEITHER):
        return Refusal(30023, f"{names} parameter is required")
    if flaw.wrong is Wrong.TYPE:
        return Refusal(30025, f"{names} parameter category error")
    return Refusal(30024, f"{names} parameter value error")


class Query:
    """The parameters of one request, with the refusals of the exchange when they are wrong.

    Args:
        product: What the path begins with: ``spot``, ``swap``, ``futures``, ``option`` or ``margin``.
        path: The parameters in the path.
        given: Those of the query or of a body; form is judged already where there is one, see `forms`.
        markets: By instrument id.

    Attributes:
        product: See above.
        path: See above.
    """

    def __init__(
        self, product: str, path: Mapping[str, str], given: Mapping[str, Any], markets: Mapping[str, Market]
    ) -> None:
        self.product = product
        self.path = path
        self._given = given
        self._markets = markets

    @classmethod
    def of(cls, request: web.Request, markets: Mapping[str, Market]) -> Self:
        """Return the parameters of a GET request."""
        way = way_of(request)
        return cls(way.get("product", ""), way, request.query, markets)

    def within(self, given: Mapping[str, Any], **path: str) -> Self:
        """Return the parameters of one item of a batch, which stands for a request with these parts in its path."""
        return type(self)(self.product, {**self.path, **path}, given, self._markets)

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter or its default; JSON numbers count as their text, a list or an object as wrong."""
        value = self._given.get(name)
        if isinstance(value, list | dict | bool):
            raise Refusal(30025, f"{name} parameter category error")
        return default if value in (None, "") else str(value)

    def needed(self, name: str) -> str:
        """Return a parameter that must be there."""
        if not self.text(name):
            raise Refusal(30023, f"{name} parameter is required")
        return self.text(name)

    def choice(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """Return a parameter that must be one of several words; without a default it must be there."""
        text = self.text(name, default) or self.needed(name)
        if text not in allowed:
            raise Refusal(30024, f"{name} parameter value error")
        return text

    def decimal(self, name: str) -> Decimal:
        """Return a parameter that must be a number above zero."""
        text = self.needed(name)
        if not _NUMBER.fullmatch(text):
            raise Refusal(30025, f"{name} parameter category error")
        if not Decimal(text):
            raise Refusal(30024, f"{name} parameter value error")
        return Decimal(text)

    def items(self, name: str) -> list[Any]:
        """Return a parameter that must be a list with something in it."""
        value = self._given.get(name)
        if value in (None, "", []):
            raise Refusal(30023, f"{name} parameter is required")
        if not isinstance(value, list):
            raise Refusal(30025, f"{name} parameter category error")
        return value

    def has(self, name: str) -> bool:
        """Tell whether a parameter is there."""
        return self._given.get(name) not in (None, "", [])

    def page(self, rows: Iterable[T], key: Callable[[T], int]) -> list[T]:
        """Return the rows, newest first, that cursors and page size leave: ``after`` is older, ``before`` newer."""
        after, before = self.cursor("after"), self.cursor("before")
        limit = self.number("limit", 100, 100)
        found = between(iter(rows), key, after, before)
        return list(islice(found, limit))

    def named(self, name: str) -> str:
        """Return an id in the exchange's main spelling: it may come in any letter case, with an underscore too."""
        return (self.path.get(name) or self.text(name)).upper().replace("_", "-")

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 0 to ``most``; a larger one is cut."""
        text = self.text(name, str(default))
        if not text.isdecimal():
            raise Refusal(30024, f"{name} parameter value error")
        return min(int(text), most)

    def cursor(self, name: str) -> int | None:
        """Return an id to page by."""
        return self.number(name, 0, 1 << 62) if self.text(name) else None

    def moment(self, name: str) -> int | None:
        """Return a time in Unix milliseconds."""
        try:
            return parse_iso(self.text(name)) if self.text(name) else None
        except ValueError:
            raise Refusal(30024, f"{name} parameter value error") from None

    def market(self) -> Market:
        """Return the market the request is about."""
        name = self.named("instrument_id") or self.needed("instrument_id")
        market = self._markets.get(name)
        traded = "spot" if self.product == "margin" else self.product
        if market is None or market.instrument.product != traded:
            raise Refusal(_UNKNOWN.get(self.product, 30024), f"The instrument {name} does not exist")
        return market

    def window(self, rows: Iterable[T], key: Callable[[T], int]) -> list[T]:
        """Return the rows from ``start`` to ``end``, both included; one alone is an edge, too."""
        start, end = self.moment("start"), self.moment("end")
        return [row for row in rows if (start is None or key(row) >= start) and (end is None or key(row) <= end)]
