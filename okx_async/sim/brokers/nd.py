"""V5 REST of non-disclosed brokers: sub-accounts, keys, fees, deposits and rebates. (Non-disclosed broker)"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from ..accounts.asks import Ask, Handler, Handlers
from ..accounts.chains import Deposit, Withdrawal, history
from ..accounts.office import Office
from ..accounts.people import Mode, User
from ..accounts.services import Slip
from ..accounts.subaccount_v5 import RIGHTS
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .days import DAY_MS, HONG_KONG_MS, date_of, paged, range_of, start_of
from .deposits import Address, Addresses
from .earnings import Earnings
from .files import Files
from .markups import Markup, Markups

__all__ = ["BrokerNd"]

MOST_SUBS = 10_000
LINK_SECONDS = 9 * 3_600.0
COLUMNS = ("subAcct", "instId", "ordId", "rebate", "ts")
_LABEL = re.compile(r"[A-Za-z0-9]{0,50}")
_KINDS = tuple(kind.value for kind in Kind)
_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9])?")
_ROOMS = ("6", "18")


class BrokerNd:
    """See the module.

    Args:
        office: The accounts.
        markets: By instrument id.
        markups: What is added to fees.
        addresses: Where deposits go.
        earnings: What is earned.
        files: Where that is told.
    """

    def __init__(
        self,
        office: Office,
        markets: Mapping[str, Market],
        markups: Markups,
        addresses: Addresses,
        earnings: Earnings,
        files: Files,
    ) -> None:
        self._office = office
        self._subs = office.bank_v5.subaccounts
        self._markets = markets
        self._markups = markups
        self._addresses = addresses
        self._earnings = earnings
        self._files = files
        self._clock = office.clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        found: dict[tuple[str, str], Handler] = {
            ("GET", "broker/nd/info"): self._info,
            ("POST", "broker/nd/create-subaccount"): self._create,
            ("POST", "broker/nd/delete-subaccount"): self._delete,
            ("GET", "broker/nd/subaccount-info"): self._list,
            ("POST", "broker/nd/subaccount/apikey"): self._create_key,
            ("GET", "broker/nd/subaccount/apikey"): self._subs.keys,
            ("POST", "broker/nd/subaccount/modify-apikey"): self._modify_key,
            ("POST", "broker/nd/subaccount/delete-apikey"): self._subs.delete_key,
            ("POST", "broker/nd/set-subaccount-level"): self._set_level,
            ("POST", "broker/nd/set-subaccount-fee-rate"): self._set_fee,
            ("POST", "asset/broker/nd/subaccount-deposit-address"): self._make_address,
            ("POST", "asset/broker/nd/modify-subaccount-deposit-address"): self._change_address,
            ("GET", "asset/broker/nd/subaccount-deposit-address"): self._list_addresses,
            ("GET", "asset/broker/nd/subaccount-deposit-history"): self._deposits,
            ("GET", "asset/broker/nd/subaccount-withdrawal-history"): self._withdrawals,
            ("GET", "broker/nd/rebate-daily"): self._daily,
            ("GET", "broker/nd/rebate-per-orders"): lambda ask: self.links(ask, "nd"),
            ("POST", "broker/nd/rebate-per-orders"): lambda ask: self.make_file(ask, "nd"),
        }
        return {(method, f"/api/v5/{path}"): handler for (method, path), handler in found.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def subs_of(self, ask: Ask) -> list[User]:
        """Return the sub-accounts of the asker, the newest first, or the one that is named."""
        name = self._form(ask).text("subAcct")
        if name:
            return [self._subs.sub(ask, name)]
        return [user for user in self._office.bank.people.family(ask.user.uid) if not user.is_master][::-1]

    # -- sub-accounts

    def _info(self, ask: Ask) -> list[Any]:
        row = {"subAcctQty": str(len(self.subs_of(ask))), "maxSubAcctQty": str(MOST_SUBS)}
        return [row | {"level": f"lv{ask.user.vip + 1}", "ts": str(ask.received)}]

    def _create(self, ask: Ask) -> list[Any]:
        label = self._form(ask).text("label")
        if not _LABEL.fullmatch(label):
            raise Refusal(400, "51000", "Parameter label error")
        user = self._subs.make(ask, self._form(ask).needed("subAcct"), label, MOST_SUBS)
        user.mode = Mode.SPOT
        return [_sub_row(user)]

    def _delete(self, ask: Ask) -> list[Any]:
        sub, bank, holdings = self._subs.sub(ask), self._office.bank, self._office.balances.holdings
        money = any(any(purse.cash.values()) for purse in bank.ledger.purses() if purse.owner == sub.uid)
        if money or holdings.working(sub) or holdings.positions(sub):
            raise Refusal(200, "59606", "Transfer all the funds out before deleting the sub-account.")
        bank.remove_user(sub)
        return [{"subAcct": sub.name}]

    def _list(self, ask: Ask) -> list[Any]:
        page, pages, rows = paged(self._form(ask), [_sub_row(user) for user in self.subs_of(ask)])
        return [{"totalPage": str(pages), "page": str(page), "details": rows}]

    def _set_level(self, ask: Ask) -> list[Any]:
        level, sub = self._form(ask).choice("acctLv", [mode.value for mode in Mode]), self._subs.sub(ask)
        holdings = self._office.balances.holdings
        if holdings.working(sub) or holdings.positions(sub):
            raise Refusal(200, "51070", "The account mode can not be changed now.")
        sub.mode = Mode(level)
        return [{"acctLv": level}]

    # -- keys

    def _create_key(self, ask: Ask) -> list[Any]:
        self._bound(ask)
        return self._subs.create_key(ask, (*RIGHTS, "withdraw"))

    def _modify_key(self, ask: Ask) -> list[Any]:
        self._bound(ask)
        return self._subs.modify_key(ask, (*RIGHTS, "withdraw"))

    def _bound(self, ask: Ask) -> None:
        """Hold a key that may trade to its addresses."""
        form = self._form(ask)
        if "trade" in form.names("perm", 3):
            form.needed("ip")

    # -- fees

    def _set_fee(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        percent = form.choice("chgType", ("absolute", "percentage")) == "percentage"
        taker, maker = (self._change(form, name, percent) for name in ("chgTaker", "chgMaker"))
        if taker is None and maker is None:
            raise Refusal(400, "50015", "Either parameter chgTaker or chgMaker is required")
        quote, margin = form.choice("quoteCcyType", ("2", "3"), ""), form.choice("mgnType", ("1", "2", "3"), "")
        kind = form.choice("instType", _KINDS) if quote or margin else form.choice("instType", _KINDS, "")
        if (quote and kind != "SPOT") or (margin and kind not in ("SWAP", "FUTURES")):
            raise Refusal(400, "50016", "The parameters do not match instType")
        since = self._since(form)
        sub = self._subs.sub(ask) if form.text("subAcct") else None
        uid = "" if sub is None else sub.uid
        self._markups.add(Markup(ask.user.uid, uid, kind, quote, margin, percent, taker, maker, since))
        # The sample has the date under another name than the table.
        return [{"subAcct": "" if sub is None else sub.name, "effTs": date_of(since + HONG_KONG_MS)}]

    def _since(self, form: Query) -> int:
        """Return when a day begins in Hong Kong: tomorrow, or a later one that is named."""
        tomorrow = (self._clock.now() + HONG_KONG_MS) // DAY_MS * DAY_MS + DAY_MS
        text = form.text("effDate")
        day = start_of(text, "effDate") if text else tomorrow
        if day < tomorrow:
            raise Refusal(400, "51000", "Parameter effDate error")
        return day - HONG_KONG_MS

    def _change(self, form: Query, name: str, percent: bool) -> Decimal | None:
        text = form.text(name)
        if not text:
            return None
        most = 10_000 if percent else 1_000
        if not _NUMBER.fullmatch(text) or Decimal(text) > most or (percent and Decimal(text) % 1):
            raise Refusal(400, "51000", f"Parameter {name} error")
        return Decimal(text)

    # -- money

    def _currency(self, form: Query) -> str:
        ccy = form.needed("ccy")
        if ccy not in self._office.prices.currencies:
            raise Refusal(200, "58107", f"{ccy} is not known here.")
        return ccy

    def _make_address(self, ask: Ask) -> list[Any]:
        form, sub = self._form(ask), self._subs.sub(ask)
        form.choice("addrType", ("1", "2"), "1")
        to = form.choice("to", _ROOMS, "6")
        return [self._addresses.make(sub, self._currency(form), form.text("chain"), to).row()]

    def _change_address(self, ask: Ask) -> list[Any]:
        form, sub = self._form(ask), self._subs.sub(ask)
        to = form.choice("to", _ROOMS)
        one = self._addresses.change(sub, self._currency(form), form.text("chain"), form.needed("addr"), to)
        return [one.row() | {"to": to}]

    def _list_addresses(self, ask: Ask) -> list[Any]:
        made = self._addresses.of(self._subs.sub(ask), self._currency(self._form(ask)))
        return [_address_row(one, one is made[-1]) for one in reversed(made)]

    def _deposits(self, ask: Ask) -> list[Any]:
        chains = self._office.chains

        def write(one: Deposit) -> dict[str, Any]:
            return _without(chains.deposit_row(one), ("fromWdId",)) | {"subAcct": one.user.name}

        return history(self._form(ask), chains.deposits, self.subs_of(ask), write, ("ccy", "txId", "state"))

    def _withdrawals(self, ask: Ask) -> list[Any]:
        chains, names = self._office.chains, ("ccy", "wdId", "clientId", "txId", "state")
        left_out = ("from", "areaCodeFrom", "toAddrType", "note")

        def write(one: Withdrawal) -> dict[str, Any]:
            return _without(chains.withdrawal_row(one), left_out) | {"subAcct": one.user.name}

        return history(self._form(ask), chains.withdrawals, self.subs_of(ask), write, names)

    # -- rebates

    def _daily(self, ask: Ask) -> list[Any]:
        """Sum rebates up by sub-account and day; days are UTC's here, and today is told tomorrow."""
        form = self._form(ask)
        today = self._clock.now() // DAY_MS * DAY_MS
        begin = start_of(form.text("begin"), "begin") if form.text("begin") else 0
        end = start_of(form.text("end"), "end") + DAY_MS if form.text("end") else today
        subs = self.subs_of(ask)
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for one in self._earnings.below(ask.user, begin, min(end, today)):
            if one.user in subs:
                sums[date_of(one.entry.ts), one.user.name] += one.rebate
        rows = [
            {"subAcct": name, "income": exact_text(income), "rebateDate": day}
            for (day, name), income in sorted(sums.items(), reverse=True)
        ]
        _, pages, shown = paged(form, rows)
        total = exact_text(sum(sums.values(), Decimal(0)))
        # The sample has no text as its page.
        return [{"ts": str(ask.received), "totIncome": total, "totPage": str(pages), "page": "", "details": shown}]

    def links(self, ask: Ask, report: str) -> list[Any]:
        """List the files of a report that were asked for, all or the one of a range."""
        form = self._form(ask)
        every = form.choice("type", ("true", "false")) == "true"
        wanted = None if every else range_of(form)
        files = self._files.of(f"{report} {ask.user.uid}")
        return [self._files.row(one, LINK_SECONDS) for one in files if wanted in (None, (one.begin, one.end))]

    def make_file(self, ask: Ask, report: str) -> list[Any]:
        """Have the file of a range made."""
        begin, end = range_of(self._form(ask))
        master = ask.user

        def rows() -> list[tuple[str, ...]]:
            found = [
                (one.user.name, one.entry.inst_id, one.entry.ref, exact_text(one.rebate), str(one.entry.ts))
                for one in self._earnings.below(master, begin, end)
            ]
            return [COLUMNS, *found]

        there = self._files.ask(f"{report} {master.uid}", begin, end, rows)
        return Slip([{"result": "true" if there else "false", "ts": str(ask.received)}], bare=report == "nd")


def _sub_row(user: User) -> dict[str, Any]:
    names = {"subAcct": user.name, "label": user.settings.get(("label",), ""), "acctLv": user.mode.value}
    return names | {"uid": user.uid, "ts": user.settings["created",]}


def _address_row(one: Address, newest: bool) -> dict[str, Any]:
    row = {name: value for name, value in one.row().items() if value and name != "ts"}
    return row | {"to": one.to, "selected": newest, "ctAddr": ""}


def _without(row: Mapping[str, Any], left_out: Collection[str]) -> dict[str, Any]:
    """Return a row without what brokers are not told."""
    return {name: value for name, value in row.items() if name not in left_out}
