"""V5 REST of DMA brokers; what they are told is in the words of today's pages. (DMA broker)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts.asks import Ask, Handler, Handlers
from ..accounts.fees import rate_of
from ..accounts.office import Office
from ..accounts.people import User
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query
from ..text import exact_text
from .days import paged
from .nd import BrokerNd

__all__ = ["BrokerDma"]

_KINDS = (Kind.SPOT, Kind.SPOT, *(Kind.FUTURES,) * 3, *(Kind.SWAP,) * 3, Kind.OPTION)
"""What the types 1 to 9 of fee rates are about."""


class BrokerDma:
    """See the module. Files of trades have the columns of `nd` here: which they have is not documented.

    Args:
        office: The accounts.
        markets: By instrument id.
        nd: Does what both kinds of brokers ask for.
    """

    def __init__(self, office: Office, markets: Mapping[str, Market], nd: BrokerNd) -> None:
        self._subs = office.bank_v5.subaccounts
        self._office = office
        self._markets = markets
        self._nd = nd

    def handlers(self) -> Handlers:
        """Return who answers what."""
        found: dict[tuple[str, str], Handler] = {
            ("GET", "subaccount-info"): self._list,
            ("GET", "subaccount-trade-fee"): self._fees,
            ("POST", "subaccount/apikey"): self._subs.create_key,
            ("GET", "subaccount/apikey"): self._subs.keys,
            ("GET", "rebate-per-orders"): lambda ask: self._nd.links(ask, "dma"),
            ("GET", "trades"): lambda ask: self._nd.links(ask, "dma"),
            ("POST", "trades"): lambda ask: self._nd.make_file(ask, "dma"),
        }
        return {(method, f"/api/v5/broker/dma/{name}"): handler for (method, name), handler in found.items()}

    def _page(self, ask: Ask) -> tuple[int, int, list[User]]:
        form = Query(ask.fields, self._markets)
        uid = form.text("uid")
        return paged(form, [user for user in self._nd.subs_of(ask) if uid in ("", user.uid)])

    def _list(self, ask: Ask) -> list[Any]:
        page, pages, users = self._page(ask)
        more = {"enable": True, "frozenFunc": [], "canTransOut": True}
        rows = [_row(user) | more | {"acctLv": user.mode.value} for user in users]
        for row, user in zip(rows, users, strict=True):
            row["label"] = user.settings.get(("label",), "")
        return [{"totalPage": str(pages), "page": str(page), "details": rows}]

    def _fees(self, ask: Ask) -> list[Any]:
        page, pages, users = self._page(ask)
        rows = [_row(user) | {"feeRates": _rates(user)} for user in users]
        return [{"totalPage": str(pages), "page": str(page), "details": rows}]


def _row(user: User) -> dict[str, Any]:
    names = {"subAcct": user.name, "uid": user.uid, "firstLvSubAcct": "", "subAcctLv": "1"}
    return names | {"ts": user.settings["created",]}


def _rates(user: User) -> list[dict[str, str]]:
    """Write the rates of each kind of trade; what a user pays is below zero. The sample misspells the maker's."""
    return [
        {
            "type": str(number),
            "marker": exact_text(-rate_of(kind, user.vip, True)),
            "taker": exact_text(-rate_of(kind, user.vip, False)),
        }
        for number, kind in enumerate(_KINDS, 1)
    ]
