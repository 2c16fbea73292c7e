"""Which REST request is one too many: the limits the endpoints are declared with, counted by the simulator itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from aiohttp import web

from ..core.endpoint import Endpoint
from ..core.throttle import Limit
from .forms import declared, shape_of
from .limits import Allowances
from .roads import way_of

__all__ = ["PARTS", "RestRules", "path_of", "v3_rules", "v5_rules"]

_DEFAULT_V3 = Limit(6, 1, "ip")
"""The limit of V3 endpoints that name none. (V3 "limits")"""

PARTS = {
    "instrument": ("instId", "instrument_id"),
    "instrument-family": ("instFamily", "uly", "instId"),
    "instrument-type": ("instType",),
    "underlying": ("underlying", "instrument_id"),
    "currency": ("ccy", "currency"),
    "tag": ("tag",),
}
"""Where a request names the parts of a scope, in both dialects' words; the first that is there counts."""


@lru_cache(maxsize=8)
def _limits_of(endpoints: tuple[Endpoint, ...]) -> Mapping[tuple[str, str], Limit | None]:
    """Return the limits of endpoints by method and shape of path; put together once for all exchanges."""
    return {(each.method, shape_of(each.path)): each.limit for each in endpoints}


class RestRules:
    """The limits of one dialect.

    A request with an ``OK-ACCESS-KEY`` counts against that key where the rule names a user, and in V3 where it names
    an address, too: there a public call with a key is counted against the user. (V3 "Requests and headers") Keys are
    told apart by name alone, without a look at the signature.

    Args:
        endpoints: What is declared.
        allowances: Where the windows are.
        on: Whether there are limits at all.
        fallback: The limit of what is declared without one.
        key_first: Whether a key is counted instead of the address wherever there is one.
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        allowances: Allowances,
        *,
        on: bool,
        fallback: Limit | None = None,
        key_first: bool = False,
    ) -> None:
        self._limits = _limits_of(tuple(endpoints)) if on else {}
        self._allowances = allowances
        self._on = on
        self._fallback = fallback
        self._key_first = key_first

    def admit(self, request: web.Request, path: str = "") -> Limit | None:
        """Spend one of the request's rule; return the limit when it is exceeded.

        Args:
            request: What was asked.
            path: The endpoint's, where the route it came by stands for several.
        """
        path = path or path_of(request)
        limit = self._limits.get((request.method, path)) or self._fallback
        if limit is None or not self._on:
            return None
        key = (request.method, path, *(self._part(part, request) for part in (limit.by or "ip").split("+")))
        return None if self._allowances.take(key, limit.count, limit.per) else limit

    def _part(self, part: str, request: web.Request) -> str:
        user, address = request.headers.get("OK-ACCESS-KEY", ""), request.remote or ""
        if part == "ip":
            return (user or address) if self._key_first else address
        if part in ("user", "master-user"):
            return user or address
        given = (request.query.get(name) or way_of(request).get(name) for name in PARTS.get(part, ()))
        return next((value.upper() for value in given if value), "")


def v5_rules(allowances: Allowances, on: bool) -> RestRules:
    """Return the limits of V5."""
    return RestRules(declared("v5"), allowances, on=on)


def v3_rules(allowances: Allowances, on: bool) -> RestRules:
    """Return the limits of V3."""
    return RestRules(declared("v3"), allowances, on=on, fallback=_DEFAULT_V3, key_first=True)


def path_of(request: web.Request) -> str:
    """Return the shape of the path that was asked for; V3's routes stand for several products."""
    way = way_of(request)
    resource = way.route.resource
    path = resource.canonical if resource is not None else request.path
    return shape_of(path.replace("{product}", way.get("product", "")))
