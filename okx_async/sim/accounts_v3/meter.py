"""How often a user may ask for what in V3: the declared limits, counted for each user."""

from __future__ import annotations

from collections.abc import Mapping

from ...core.endpoint import Endpoint
from ...core.throttle import Limit
from ..accounts.people import User
from ..limits import Allowances
from ..market import Market
from ..query_v3 import Query, Refusal

__all__ = ["MeterV3"]

_DEFAULT = Limit(6, 1, "user")
"""The limit of endpoints that name none. (V3 "limits")"""


class MeterV3:
    """Counts what users ask for. All contracts of an underlying share a budget where the rule says so, coin- and
    USDT-margined ones apart; a batch counts once. (V3 "limits")

    Args:
        allowances: Where the windows are.
        markets: By instrument id, to tell underlyings.
        on: Whether there are limits at all.
    """

    def __init__(self, allowances: Allowances, markets: Mapping[str, Market], on: bool) -> None:
        self._allowances = allowances
        self._markets = markets
        self._on = on

    def charge(self, endpoint: Endpoint, user: User, address: str, query: Query) -> None:
        """Spend one of a request's rule.

        Raises:
            Refusal: 30014, and nothing is spent.
        """
        limit = endpoint.limit or _DEFAULT
        if not self._on:
            return
        parts = [self._part(part, user, address, query) for part in (limit.by or "user").split("+")]
        if not self._allowances.take((endpoint.method, endpoint.path, *parts), limit.count, limit.per):
            raise Refusal(30014, "Too Many Requests", 429)

    def _part(self, part: str, user: User, address: str, query: Query) -> str:
        if part == "ip":
            return address
        if part == "user":
            return user.uid
        name = query.named("instrument_id")
        if part == "instrument":
            return name
        market = self._markets.get(name)
        return query.named("underlying") if market is None else market.instrument.family
