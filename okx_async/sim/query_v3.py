"""Reading what a V3 REST request asks for, with the refusals of the exchange when it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from aiohttp import web

from .forms import Flaw, Wrong
from .market import Market
from .text import parse_iso

__all__ = ["Query", "Refusal", "flawed"]

T = TypeVar("T")
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
        request: The request; form is judged already, see `forms`.
        markets: By instrument id.

    Attributes:
        product: What the path begins with: ``spot``, ``swap``, ``futures``, ``option`` or ``margin``.
        path: The parameters in the path.
    """

    def __init__(self, request: web.Request, markets: Mapping[str, Market]) -> None:
        self.product = request.match_info.get("product", "")
        self.path = request.match_info
        self._given = request.query
        self._markets = markets

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter or its default."""
        return self._given.get(name) or default

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
        name = self.named("instrument_id")
        market = self._markets.get(name)
        traded = "spot" if self.product == "margin" else self.product
        if market is None or market.instrument.product != traded:
            raise Refusal(_UNKNOWN.get(self.product, 30024), f"The instrument {name} does not exist")
        return market

    def window(self, rows: Iterable[T], key: Callable[[T], int]) -> list[T]:
        """Return the rows from ``start`` to ``end``, both included; one alone is an edge, too."""
        start, end = self.moment("start"), self.moment("end")
        return [row for row in rows if (start is None or key(row) >= start) and (end is None or key(row) <= end)]
