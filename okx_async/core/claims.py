"""Which budgets a request takes from, and how much of each: the scopes of its rule, read from its parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .endpoint import Endpoint, Request
from .throttle import Limit

__all__ = ["ORDERS", "ORDERS_SECONDS", "Claim", "Claims"]

ORDERS = 1000
"""New and amended orders of one sub-account, as everybody has them at first. (V5 "Rate limits")"""

ORDERS_SECONDS = 2.0

HIDDEN = 50
"""Orders of one user and instrument that may take hidden liquidity, in `ORDERS_SECONDS`. (V5 "Rate limits")"""

# Parameters that the parts of a scope stand for, in both dialects' words; items of a batch have their wire names.
_PARTS = {
    "instrument": ("inst_id", "instrument_id", "instId", "inst_id_code"),
    "instrument-family": ("inst_family", "inst_id", "instId"),
    "instrument-type": ("inst_type",),
    "currency": ("ccy",),
    "tag": ("tag",),
    "underlying": ("underlying", "instrument_id"),
}
_HIDDEN = frozenset(("rpi_taker_access", "rpiTakerAccess", "is_elp_taker_access", "isElpTakerAccess"))
_INSTRUMENT = _PARTS["instrument"]
# Kinds of orders that the sub-account's limit leaves out. (V5 "Rate limits")
_EXEMPT_KINDS = ("mmp", "mmp_and_post_only")


class Claim(NamedTuple):
    """A part of one budget.

    Attributes:
        key: Which budget.
        most: How much it holds.
        seconds: In which time.
        cost: How much is wanted.
    """

    key: tuple[str, ...]
    most: int
    seconds: float
    cost: int


class Claims:
    """Reads the claims of one endpoint's requests.

    Args:
        endpoint: Whose.
        limit: Its rule.
        lead: Instruments on which the account leads copy traders.
        orders: How many orders a sub-account may send in `ORDERS_SECONDS`.
        told: The same by user, where the exchange has told it; may change at any time.
    """

    __slots__ = ("_base", "_endpoint", "_lead", "_limit", "_orders", "_parts", "_plain", "_reads", "_told", "_user")

    def __init__(
        self,
        endpoint: Endpoint,
        limit: Limit,
        lead: Collection[str],
        orders: int,
        told: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._endpoint = endpoint
        self._limit = limit
        self._lead = frozenset(one.upper() for one in lead) if limit.lead else frozenset[str]()
        self._orders = orders
        self._told = told
        self._user, self._parts = _scope(limit.by or ("user" if endpoint.auth else "ip"))
        self._base = (endpoint.method, endpoint.path)
        # One claim, whatever the parameters are besides the parts of the scope.
        self._plain = not (limit.options or limit.items or limit.subaccount or limit.also or limit.single or self._lead)

        alike = limit.subaccount and not limit.items
        self._reads = _reads((*self._parts, *_scope(limit.options or "user")[1])) if alike else ()

    def alike(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return what is the same for all single orders with the same claims, ``None`` for what has to be looked at.

        Args:
            values: Of a request, by Python name.
        """
        if not self._reads or not _HIDDEN.isdisjoint(values):
            return None
        return (values.get("ord_type") in _EXEMPT_KINDS, *map(values.get, self._reads))

    def of(self, request: Request, user: str, address: str, cost: int) -> list[Claim]:
        """Return the claims of a request.

        Args:
            request: Which.
            user: A name for whose key it is.
            address: A name for where it comes from.
            cost: How much of every budget it takes, where the items of a batch do not tell.
        """
        limit = self._limit
        if self._plain:
            key = self._key(self._base, self._parts, user if self._user else address, request.values)
            return [Claim(key, limit.count, limit.per, cost)]
        rows: list[Mapping[str, Any]] = request.fields if limit.items else [request.values]
        base, count, each = self._base, limit.count, 1 if limit.items else cost
        if limit.single is not None and len(rows) == 1:
            base, count = ("POST", limit.single[0]), limit.single[1]
        # Looking an order up is no order, whatever page its rule was copied to.
        orders = limit.subaccount and self._endpoint.method != "GET"
        found: dict[tuple[str, ...], Claim] = {}
        for row in rows:
            for claim in self._claims(row, base, count, user, address, each, orders=orders):
                other = found.get(claim.key)
                found[claim.key] = claim if other is None else claim._replace(cost=other.cost + each)
        return list(found.values())

    def _claims(
        self,
        row: Mapping[str, Any],
        base: tuple[str, str],
        count: int,
        user: str,
        address: str,
        each: int,
        *,
        orders: bool,
    ) -> list[Claim]:
        """Return the claims of one row."""
        limit = self._limit
        inst_id = _found(_INSTRUMENT, row)
        by_user, parts = self._user, self._parts
        if limit.options is not None and _is_option(inst_id):
            by_user, parts = _scope(limit.options)
        if inst_id in self._lead:
            count = limit.lead or count
        key = self._key(base, parts, user if by_user else address, row)
        claims = [Claim(key, count, limit.per, each)]
        if limit.also is not None:
            claims.append(Claim((*key, "also"), *limit.also, each))
        if orders:
            if not _exempt(inst_id, row):
                most = self._told.get(user, self._orders)
                claims.append(Claim(("orders", user), most, ORDERS_SECONDS, each))
            if _takes_hidden(row):
                claims.append(Claim(("hidden", user, inst_id), HIDDEN, ORDERS_SECONDS, each))
        return claims

    @staticmethod
    def _key(base: tuple[str, str], parts: tuple[str, ...], who: str, row: Mapping[str, Any]) -> tuple[str, ...]:
        return (*base, who, *[_part(part, row) for part in parts]) if parts else (*base, who)


def _scope(scope: str) -> tuple[bool, tuple[str, ...]]:
    """Return whether a scope is a user's rather than an address's, and its parts."""
    base, *parts = scope.split("+")
    if base in _PARTS:  # "instrument" alone: shared by everybody, but not by other instruments
        return False, (base, *parts)
    return base in ("user", "master-user"), tuple(parts)


def _reads(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the parameters by which budgets of orders are told apart."""
    return tuple(dict.fromkeys((*_INSTRUMENT, *(name for part in parts for name in _PARTS.get(part, ())))))


def _part(part: str, row: Mapping[str, Any]) -> str:
    found = _found(_PARTS.get(part, ()), row)
    # Contracts of one underlying or family share a budget whatever their expiry: BTC-USD-200925 counts for BTC-USD.
    return "-".join(found.split("-")[:2]) if part in ("underlying", "instrument-family") else found


def _found(names: tuple[str, ...], row: Mapping[str, Any]) -> str:
    for name in names:
        if name in row:
            return str(row[name]).upper()
    return ""


def _is_option(inst_id: str) -> bool:
    return inst_id.count("-") == 4 and inst_id.endswith(("-C", "-P"))


def _takes_hidden(row: Mapping[str, Any]) -> bool:
    return not _HIDDEN.isdisjoint(row) and any(str(row.get(name)).lower() == "true" for name in _HIDDEN)


def _exempt(inst_id: str, row: Mapping[str, Any]) -> bool:
    """Tell whether an order is outside the sub-account's limit: spot, margin and market maker protection."""
    return inst_id.count("-") == 1 or row.get("ord_type", row.get("ordType")) in _EXEMPT_KINDS
