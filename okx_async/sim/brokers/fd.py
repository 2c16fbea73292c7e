"""V5 REST of fully disclosed brokers: rebates for orders that carry the broker's code. (Fully disclosed broker)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts.asks import Ask, Handler, Handlers
from ..accounts.office import Office
from ..accounts.services import Slip
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .days import range_of
from .earnings import Earned, Earnings
from .files import Files

__all__ = ["BrokerFd"]

LINK_SECONDS = 2 * 3_600.0
KINDS = ("api", "oauth")
COLUMNS = (
    *("brokerCode", "level", "instId", "ordId", "spotTradeAmt", "derivativeTradeAmt", "fee", "brokerRebate"),
    *("subBrokerRebate", "userRebate", "affiliated", "ts"),
)


class BrokerFd:
    """See the module.

    Args:
        office: The accounts.
        markets: By instrument id.
        earnings: What is earned.
        files: Where that is told.
        codes: The code of each kind a user is a broker of, by uid.
    """

    def __init__(
        self,
        office: Office,
        markets: Mapping[str, Market],
        earnings: Earnings,
        files: Files,
        codes: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._office = office
        self._markets = markets
        self._earnings = earnings
        self._files = files
        self._codes = codes

    def handlers(self) -> Handlers:
        """Return who answers what."""
        found: dict[tuple[str, str], Handler] = {
            ("GET", "rebate-per-orders"): self._links,
            ("POST", "rebate-per-orders"): self._make_file,
            ("GET", "if-rebate"): self._if_rebate,
        }
        return {(method, f"/api/v5/broker/fd/{name}"): handler for (method, name), handler in found.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def _code(self, ask: Ask) -> str:
        """Return as which broker a user asks.

        Raises:
            Refusal: 50044, there are several and none is named; 59611, it is none of that kind.
        """
        codes, kind = self._codes[ask.user.uid], self._form(ask).choice("brokerType", KINDS, "")
        if not kind and len(codes) > 1:
            raise Refusal(400, "50044", "Must select one broker type")
        code = codes.get(kind) if kind else next(iter(codes.values()))
        if code is None:
            raise Refusal(200, "59611", "The broker is not verified")
        return code

    def _links(self, ask: Ask) -> list[Any]:
        form, code = self._form(ask), self._code(ask)
        every = form.choice("type", ("true", "false")) == "true"
        wanted = None if every else range_of(form)
        files = self._files.of(f"fd {code}")
        return [self._files.row(one, LINK_SECONDS) for one in files if wanted in (None, (one.begin, one.end))]

    def _make_file(self, ask: Ask) -> list[Any]:
        code, (begin, end) = self._code(ask), range_of(self._form(ask))
        holdings = self._office.balances.holdings

        def rows() -> list[tuple[str, ...]]:
            found = self._earnings.tagged(code, begin, end, holdings)
            return [COLUMNS, *(self._row(code, one) for one in found)]

        self._files.ask(f"fd {code}", begin, end, rows)
        # Here it says that the request was accepted.
        return Slip([{"result": "true", "ts": str(ask.received)}], bare=True)

    def _row(self, code: str, one: Earned) -> tuple[str, ...]:
        bill = self._office.balances.holdings.bill(one.entry, one.user)
        spot = bill["instType"] == Kind.SPOT.value
        size = bill["sz"]
        amounts = (size if spot else "", "" if spot else size)
        names = (code, f"Lv{one.user.vip + 1}", one.entry.inst_id, one.entry.ref)
        money = (exact_text(-one.fee), exact_text(one.rebate), "0", "0")
        return (*names, *amounts, *money, "false", str(one.entry.ts))

    def _if_rebate(self, ask: Ask) -> list[Any]:
        code = self._code(ask)
        access = self._office.bank.people.access(self._form(ask).needed("apiKey"))
        if access is None:
            raise Refusal(200, "59506", "APIKey does not exist.")
        too_high = self._office.bank.people.user(access.uid).vip >= 3
        return Slip([{"type": "2" if too_high else "0", "brokerCode": code, "affiliated": False}], bare=True)
