"""What makers ask about their own settings: products they quote, and market maker protection."""

from __future__ import annotations

from typing import Any

from ..clock import Clock
from ..query_v5 import Query
from .asks import Ask, Handlers
from .forms import decimal_of, refuse
from .rfq_makers import Makers, Protection

__all__ = ["RfqMakerV5"]

Json = dict[str, Any]

_TYPES = ("SPOT", "SWAP", "FUTURES", "OPTION")


class RfqMakerV5:
    """The handlers of the chapter Block Trading that makers set themselves up with.

    Args:
        clock: Market time.
        makers: What they have set.
    """

    def __init__(self, clock: Clock, makers: Makers) -> None:
        self._clock = clock
        self._makers = makers

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {
            ("GET", "/api/v5/rfq/maker-instrument-settings"): lambda ask: list(self._makers.products(ask.user)),
            ("POST", "/api/v5/rfq/maker-instrument-settings"): self._choose,
            ("GET", "/api/v5/rfq/mmp-config"): self._protection,
            ("POST", "/api/v5/rfq/mmp-config"): self._protect,
            ("POST", "/api/v5/rfq/mmp-reset"): self._thaw,
        }

    def _choose(self, ask: Ask) -> list[Any]:
        rows = [_setting(Query({**item, "data": ""}, {}), item.get("data")) for item in ask.items]
        if len({row["instType"] for row in rows}) < len(rows):
            raise refuse("70011", "An instrument type is given twice")
        self._makers.choose(ask.user, rows)
        return [{"result": True}]

    def _protection(self, ask: Ask) -> list[Any]:
        found = self._makers.protection(ask.user)
        frozen = found.holds(self._clock.now())
        return [
            _row(found) | {"mmpFrozen": frozen, "mmpFrozenUntil": str(found.until) if frozen and found.until else ""}
        ]

    def _protect(self, ask: Ask) -> list[Any]:
        query, found = Query(ask.fields, {}), self._makers.protection(ask.user)
        names = ("timeInterval", "frozenInterval", "countLimit")
        for name in names:
            query.needed(name)
        window, freeze, limit = (query.number(name, 0) or 0 for name in names)
        found.window, found.freeze, found.limit = window, freeze, max(1, limit)
        return [_row(found)]

    def _thaw(self, ask: Ask) -> list[Any]:
        self._makers.protection(ask.user).thaw()
        return [{"ts": str(self._clock.now())}]


def _row(found: Protection) -> Json:
    return {
        "timeInterval": str(found.window),
        "frozenInterval": str(found.freeze),
        "countLimit": str(found.limit),
    }


def _setting(query: Query, data: Any) -> Json:
    """Return what is set for one instrument type: spot by instrument, the others by family.

    Raises:
        Refusal: 70009 or 70012.
    """
    kind = query.choice("instType", _TYPES)
    if not isinstance(data, list) or not data or not all(isinstance(each, dict) for each in data):
        raise refuse("70009", "data needs an element")
    name = "instId" if kind == "SPOT" else "instFamily"
    products = [_product(Query(each, {}), name) for each in data]
    if len({each[name] for each in products}) < len(products):
        raise refuse("70012", "A product is given twice")
    includes = query.choice("includeAll", ("true", "false"), "false") == "true"
    return {"instType": kind, "includeAll": includes, "data": products}


def _product(query: Query, name: str) -> dict[str, str]:
    told = {"instFamily": "", "instId": "", name: query.needed(name)}
    for limit in ("maxBlockSz", "makerPxBand"):
        told[limit] = query.text(limit)
        if told[limit]:
            decimal_of(told[limit], limit)
    return told
