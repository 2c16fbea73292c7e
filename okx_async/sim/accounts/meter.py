"""How often a user may ask for what: the declared limits, one budget for both roads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...core.endpoint import Endpoint
from ...core.throttle import Limit
from ..instruments import Instrument, Kind
from ..limits import Allowances
from ..market import Market
from ..rules import PARTS
from .people import User
from .ratios import FillRatios

__all__ = ["BATCHES", "Meter"]

BATCHES = {
    "/api/v5/trade/batch-orders": "/api/v5/trade/order",
    "/api/v5/trade/cancel-batch-orders": "/api/v5/trade/cancel-order",
    "/api/v5/trade/amend-batch-orders": "/api/v5/trade/amend-order",
}
"""A batch of one counts as the single order. (protocol.md, "Rate limits")"""

_ACCOUNT_SECONDS = 2.0
_HIDDEN = 50, 2.0
_PROTECTED = ("mmp", "mmp_and_post_only")
_TRUE = (True, "true")
_TOO_MANY, _TOO_MANY_ORDERS = "50011", "50061"

_Item = Mapping[str, Any]
_Charge = tuple[tuple[str, ...], int, float]


@lru_cache(maxsize=8)
def _by_path(endpoints: tuple[Endpoint, ...]) -> Mapping[tuple[str, str], Sequence[Endpoint]]:
    """Return endpoints by method and path; put together once for all exchanges."""
    found: dict[tuple[str, str], list[Endpoint]] = {}
    for each in endpoints:
        found.setdefault((each.method, each.path), []).append(each)
    return found


class Meter:
    """Counts what users ask for, whichever road they take.

    A rule that names neither a user nor an address is counted for each user.

    Args:
        endpoints: What is declared.
        allowances: Where the windows are.
        markets: By instrument id, to tell families and numbers of instruments.
        ratios: How many orders each account may send.
        on: Whether there are limits at all.

    Attributes:
        leads: Tells whether a user leads copy traders on an instrument; set by whoever knows.
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        allowances: Allowances,
        markets: Mapping[str, Market],
        ratios: FillRatios,
        on: bool,
    ) -> None:
        self._endpoints = _by_path(tuple(endpoints)) if on else {}
        self._allowances = allowances
        self._markets = markets
        self._ratios = ratios
        self.leads: Callable[[User, str], bool] = lambda user, inst_id: False

    def charge(self, method: str, path: str, user: User, address: str, items: Sequence[_Item]) -> str | None:
        """Spend what a request costs; return the code of the refusal when it is too much, and then spend nothing.

        Args:
            method: Of the declared endpoint.
            path: Of the declared endpoint, also for an operation on the socket.
            user: Who asks.
            address: From where.
            items: The items of a batch; of any other request its fields alone.
        """
        if len(items) == 1:
            path = BATCHES.get(path, path)
        limit = self._limit(method, path, items)
        if limit is None:
            return None
        counted = items if limit.items else items[:1]
        charges = [charge for item in counted for charge in self._charges(limit, method, path, user, address, item)]
        orders: list[_Charge] = []
        if limit.subaccount and method != "GET":
            charges += [self._of_hidden(user, item) for item in items if _takes_hidden(item)]
            counting = sum(map(self._counts_for_account, items))
            orders = [self._of_account(user)] * counting if counting else []
        if not self._allowances.take_all(charges + orders):
            return _TOO_MANY if not orders or not self._allowances.fits(charges) else _TOO_MANY_ORDERS
        if limit.subaccount and method != "GET":
            self._ratios.sent(user, map(self._instrument, items))
        return None

    def _limit(self, method: str, path: str, items: Sequence[_Item]) -> Limit | None:
        found = self._endpoints.get((method, path), ())
        # Some paths have two schemas, brokers' and users', with a limit each: what must be given tells them apart.
        fitting = (each.limit for each in found if len(found) == 1 or _needs(each) <= items[0].keys())
        return next(fitting, found[0].limit if found else None)

    def _charges(
        self, limit: Limit, method: str, path: str, user: User, address: str, item: _Item
    ) -> Iterable[_Charge]:
        instrument = self._instrument(item)
        option = instrument is not None and instrument.kind is Kind.OPTION
        scope = (limit.options if option else None) or limit.by or "user"
        parts = scope.split("+")
        if not {"ip", "user", "master-user"} & set(parts):
            parts = ["user", *parts]
        key = (method, path, *(_part(part, user, address, item, instrument) for part in parts))
        leads = limit.lead is not None and instrument is not None and self.leads(user, instrument.inst_id)
        yield key, (limit.lead or 0) if leads else limit.count, limit.per
        if limit.also is not None:
            yield ("also", *key), *limit.also

    def _of_account(self, user: User) -> _Charge:
        return ("orders", user.uid), self._ratios.limit(user), _ACCOUNT_SECONDS

    def _of_hidden(self, user: User, item: _Item) -> _Charge:
        """Orders that may take hidden liquidity have one more limit, on both roads and alone or in a batch."""
        instrument = self._instrument(item)
        return ("hidden", user.uid, instrument.inst_id if instrument else ""), *_HIDDEN

    def _counts_for_account(self, item: _Item) -> bool:
        """Tell whether an order counts for the account: spot, margin and market maker protection do not."""
        instrument = self._instrument(item)
        return instrument is not None and instrument.kind is not Kind.SPOT and item.get("ordType") not in _PROTECTED

    def _instrument(self, item: _Item) -> Instrument | None:
        """Return the instrument an item names, by its id or, on the socket, by its number."""
        market = self._markets.get(str(item.get("instId")))
        if market is not None:
            return market.instrument
        code = item.get("instIdCode")
        if code is None:
            return None
        found = (each.instrument for each in self._markets.values() if str(each.instrument.code) == str(code))
        return next(found, None)


def _takes_hidden(item: _Item) -> bool:
    return any(item.get(name) in _TRUE for name in ("rpiTakerAccess", "isElpTakerAccess"))


def _part(part: str, user: User, address: str, item: _Item, instrument: Instrument | None) -> str:
    if part == "ip":
        return address
    if part == "user":
        return user.uid
    if part == "master-user":
        return user.master or user.uid
    if part == "instrument" and instrument is not None:
        return instrument.inst_id
    if part == "instrument-family" and instrument is not None:
        return instrument.family
    if part == "instrument" and "baseCcy" in item:  # a convert names its pair so
        return f"{item['baseCcy']}-{item.get('quoteCcy')}"
    given = (item.get(name) for name in PARTS.get(part, ()))
    return next((str(value).upper() for value in given if value), "")


def _needs(endpoint: Endpoint) -> set[str]:
    return {param.wire for param in endpoint.params if param.required}
