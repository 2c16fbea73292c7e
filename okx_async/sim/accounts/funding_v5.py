"""V5 REST of the funding account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handler, Handlers
from .balances import Balances
from .bank import Bank
from .bills import Bills
from .chains import WAITING, Chain, Chains, Withdrawal, chains_of, history
from .ledger import Room
from .people import User
from .prices import Prices
from .transfers import ROOMS, Transfer, Transfers
from .worth import movable

__all__ = ["FundingV5", "amount_of"]

_ZERO = Decimal(0)
_CLIENT_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_KINDS = ("0", "1", "2", "3", "4")
_MONTH_MS = 31 * 86_400_000


class FundingV5:
    """The chapter Funding Account.

    Args:
        bank: Users and money.
        bills: Every movement as its owners see it.
        balances: What trading accounts look like.
        prices: What currencies are worth.
        transfers: Makes transfers.
        chains: What comes in and goes out.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(
        self,
        bank: Bank,
        bills: Bills,
        balances: Balances,
        prices: Prices,
        transfers: Transfers,
        chains: Chains,
        markets: dict[str, Market],
        clock: Clock,
    ) -> None:
        self._bank = bank
        self._bills = bills
        self._balances = balances
        self._prices = prices
        self._transfers = transfers
        self._chains = chains
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what."""
        gets: dict[str, Handler] = {
            "currencies": self._currencies,
            "balances": self._list_balances,
            "non-tradable-assets": lambda ask: [],
            "asset-valuation": self._valuation,
            "transfer-state": self._transfer_state,
            "bills": lambda ask: self._list_bills(ask, _MONTH_MS),
            "bills-history": lambda ask: self._list_bills(ask, None),
            "deposit-address": self._addresses,
            "deposit-history": self._deposits,
            "withdrawal-history": self._withdrawals,
        }
        posts: dict[str, Handler] = {
            "transfer": self._transfer,
            "withdrawal": self._withdraw,
            "cancel-withdrawal": self._cancel,
        }
        found = {("GET", f"/api/v5/asset/{name}"): handler for name, handler in gets.items()}
        return found | {("POST", f"/api/v5/asset/{name}"): handler for name, handler in posts.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    # -- what there is

    def _currencies(self, ask: Ask) -> list[Any]:
        wanted = self._form(ask).names("ccy", 20)
        held = self._bank.funding(ask.user)
        rows: list[Any] = []
        for ccy in sorted({*self._prices.currencies, *held.cash}):
            if not wanted or ccy in wanted:
                chains = chains_of(ccy)
                rows += [self._currency(chain, chain is chains[0], held.available(ccy)) for chain in chains]
        return rows

    def _currency(self, chain: Chain, first: bool, free: Decimal) -> dict[str, Any]:
        fee, tick = exact_text(chain.fee), exact_text(Decimal(1).scaleb(-chain.places))
        empty = ("logoLink", "depEstOpenTime", "wdEstOpenTime", "minFeeForCtAddr", "maxFeeForCtAddr", "ctAddr")
        unlimited = ("depQuotaFixed", "usedDepQuotaFixed", "depQuoteDailyLayer2", "burningFeeRate")
        return dict.fromkeys((*empty, *unlimited), "") | {
            "ccy": chain.ccy,
            "name": chain.ccy,
            "chain": chain.name,
            "canDep": True,
            "canWd": True,
            "canInternal": True,
            "minDep": tick,
            "minWd": exact_text(chain.least),
            "minInternal": tick,
            "maxWd": exact_text(free),
            "wdTickSz": str(chain.places),
            "wdQuota": "10000000",
            "usedWdQuota": "0",
            "fee": fee,
            "minFee": fee,
            "maxFee": fee,
            "mainNet": first,
            "needTag": chain.tagged,
            "minDepArrivalConfirm": "1",
            "minWdUnlockConfirm": "2",
        }

    def _list_balances(self, ask: Ask) -> list[Any]:
        wanted = self._form(ask).names("ccy", 20)
        return self.balances_of(ask.user, wanted)

    def balances_of(self, user: User, wanted: Iterable[str]) -> list[Any]:
        """Write the funding account of a user, all currencies that are not zero or those that are wanted."""
        purse = self._bank.funding(user)
        named = list(wanted) or [ccy for ccy, amount in sorted(purse.cash.items()) if amount]
        return [
            {
                "ccy": ccy,
                "bal": exact_text(purse.cash.get(ccy, _ZERO)),
                "frozenBal": exact_text(purse.held(ccy)),
                "availBal": exact_text(purse.available(ccy)),
            }
            for ccy in named
        ]

    def _valuation(self, ask: Ask) -> list[Any]:
        ccy = self._form(ask).text("ccy", "BTC")
        unit = self._prices.usd(ccy)
        if not unit:
            raise Refusal(400, "51000", "Parameter ccy error")
        funding = self._worth(ask.user, (Room.FUNDING,))
        trading = self._balances.usd_total(ask.user)
        earn = self._worth(ask.user, (Room.SAVINGS, Room.EARN))
        classic = self._worth(ask.user, (Room.FIAT, Room.MINING, Room.LENDING))
        parts = {"funding": funding, "trading": trading, "earn": earn, "classic": classic}
        values = {name: plain(value / unit, 8) for name, value in parts.items()}
        total = plain(sum(parts.values(), _ZERO) / unit, 8)
        return [{"totalBal": total, "ts": str(self._clock.now()), "details": values}]

    def _worth(self, user: User, rooms: Sequence[Room]) -> Decimal:
        """Return what is in some of a user's accounts, in US dollars."""
        return sum((self._prices.worth(self._bank.ledger.purse(user.uid, room).cash) for room in rooms), _ZERO)

    def _list_bills(self, ask: Ask, age: int | None) -> list[Any]:
        form = self._form(ask)
        by_id = form.choice("pagingType", ("1", "2"), "1") == "2"
        wanted = {name: form.text(name) for name in ("ccy", "type", "clientId")}
        oldest = 0 if age is None else self._clock.now() - age
        names = {one.number: one.client_id for one in self._transfers.made}
        rows = (
            {
                "billId": str(bill.bill_id),
                "ccy": bill.entry.ccy,
                "clientId": names.get(bill.entry.ref, ""),
                "balChg": exact_text(bill.change),
                "bal": exact_text(bill.balance),
                "type": bill.funding_type(ask.user.is_master),
                "notes": "",
                "ts": str(bill.entry.ts),
            }
            for bill in self._bills.newest_first(ask.user.uid, Room.FUNDING)
            if bill.entry.ts >= oldest
        )
        fitting = (row for row in rows if all(value in ("", row[name]) for name, value in wanted.items()))
        return form.page(fitting, lambda row: int(row["billId" if by_id else "ts"]))

    # -- transfers

    def _transfer(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        kind = form.choice("type", _KINDS, "0")
        ccy, amount = form.needed("ccy"), amount_of(form)
        rooms = form.choice("from", ROOMS), form.choice("to", ROOMS)
        source, target = self._transfers.ends(ask.user, kind, lambda: form.needed("subAcct"))
        made = self._transfers.make(
            kind, ccy, amount, source, target, rooms, ask.user, self._client_id(form), ask.received
        )
        return [_transfer_row(made)]

    def _transfer_state(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        number, name, kind = form.text("transId"), form.text("clientId"), form.choice("type", _KINDS, "0")
        if not number and not name:
            raise Refusal(400, "50015", "Either parameter transId or clientId is required")
        for one in self._transfers.newest_first(ask.user):
            named = one.number == number if number else one.client_id == name
            if named and one.kind == kind:
                sub = one.sub_account
                more = {"type": one.kind, "subAcct": sub.name if sub is not None and kind != "0" else ""}
                ends = {"instId": one.pairs[0], "toInstId": one.pairs[1]}
                return [_transfer_row(one) | more | ends | {"state": "success"}]
        return []

    # -- in and out

    def _addresses(self, ask: Ask) -> list[Any]:
        ccy = self._currency_of(self._form(ask))
        return [
            {
                "ccy": ccy,
                "chain": chain.name,
                "addr": self._chains.address(ask.user, chain),
                "tag": ask.user.uid if chain.tagged else "",
                "to": "6",
                "verifiedName": "",
                "selected": chain is chains_of(ccy)[0],
                "ctAddr": "",
            }
            for chain in chains_of(ccy)
        ]

    def _deposits(self, ask: Ask) -> list[Any]:
        chains, names = self._chains, ("ccy", "depId", "fromWdId", "txId", "state")
        return history(self._form(ask), chains.deposits, (ask.user,), chains.deposit_row, names)

    def _withdrawals(self, ask: Ask) -> list[Any]:
        chains, names = self._chains, ("ccy", "wdId", "clientId", "txId", "state")
        return history(self._form(ask), chains.withdrawals, (ask.user,), chains.withdrawal_row, names)

    def _withdraw(self, ask: Ask) -> list[Any]:
        """Check what may be checked without leaving the house; any address is on the list of known ones."""
        form, user = self._form(ask), ask.user
        ccy, amount = self._currency_of(form), amount_of(form)
        internal = form.choice("dest", ("3", "4")) == "3"
        target, client_id = form.needed("toAddr"), self._client_id(form)
        if not user.is_master:
            raise Refusal(200, "58209", "Sub-accounts don't support withdrawals or deposits.")
        if client_id and any(one.client_id == client_id and one.user is user for one in self._chains.withdrawals):
            raise Refusal(200, "50071", f"{client_id} already exists")
        chain = self._chain(form, ccy, internal)
        if internal:
            target, tag, fee = self._receiver(form, user, target).uid, "", _ZERO
        else:
            (target, tag), fee = self._address(chain, target), chain.fee
            if amount < chain.least:
                raise Refusal(200, "58206", "The withdrawal amount is below the lower limit.")
        if -int(amount.normalize().as_tuple().exponent) > chain.places:
            raise Refusal(400, "51000", "Parameter amt error")
        if amount + fee > self._bank.funding(user).available(ccy):
            raise Refusal(200, "58350", "Insufficient balance.")
        number = self._chains.new_number()
        one = Withdrawal(number, user, chain, amount, fee, target, internal, client_id, ask.received, tag)
        self._chains.withdraw(one)
        row = {"ccy": ccy, "chain": chain.name, "amt": exact_text(amount), "wdId": number, "clientId": client_id}
        return [row]

    def _chain(self, form: Query, ccy: str, internal: bool) -> Chain:
        ways = chains_of(ccy)
        named = form.text("chain")
        if not named:
            if internal or len(ways) == 1:
                return ways[0]
            raise Refusal(400, "50014", "Parameter chain can not be empty")
        found = next((chain for chain in ways if chain.name == named), None)
        if found is None:
            raise Refusal(200, "58010", "This chain is not supported.")
        return found

    def _address(self, chain: Chain, text: str) -> tuple[str, str]:
        address, _, tag = text.partition(":")
        if chain.tagged and not tag:
            raise Refusal(200, "58221", "Missing label of the withdrawal address.")
        return address, tag

    def _receiver(self, form: Query, user: User, target: str) -> User:
        """Return who gets an internal withdrawal: of phone numbers and mail addresses nothing is known here."""
        if form.choice("toAddrType", ("1", "2"), "1") == "2" or target.isdecimal():
            found = next((one for one in self._bank.masters if one.uid == target and one is not user), None)
            if found is not None:
                return found
        raise Refusal(200, "58213", "The internal transfer address is illegal.")

    def _cancel(self, ask: Ask) -> list[Any]:
        number = self._form(ask).needed("wdId")
        one = next((each for each in self._chains.withdrawals if (each.number, each.user) == (number, ask.user)), None)
        if one is None:
            raise Refusal(200, "58215", "Withdrawal ID doesn't exist.")
        if one.state == "-2":
            raise Refusal(200, "58220", "The withdrawal request is already canceled.")
        if one.state != WAITING:
            raise Refusal(200, "58216", "Operation not allowed.")
        self._chains.cancel(one)
        return [{"wdId": number}]

    # -- reading

    def _currency_of(self, form: Query) -> str:
        ccy = form.needed("ccy")
        if ccy not in self._prices.currencies:
            raise Refusal(200, "58107", f"{ccy} is not known here.")
        return ccy

    def _client_id(self, form: Query) -> str:
        text = form.text("clientId")
        if text and not _CLIENT_ID.fullmatch(text):
            raise Refusal(400, "51000", "Parameter clientId error")
        return text


def amount_of(form: Query, name: str = "amt") -> Decimal:
    """Return the amount of a request, which must be above zero and, so that sums stay exact, not too fine."""
    text = form.needed(name)
    if text.startswith("-") or not text.strip("0."):
        raise Refusal(400, "58114", "The amount must be greater than 0.")
    amount = form.decimal(name)
    if not movable(amount):
        raise Refusal(400, "51000", f"Parameter {name} error")
    return amount


def _transfer_row(one: Transfer) -> dict[str, Any]:
    return {
        "transId": one.number,
        "clientId": one.client_id,
        "ccy": one.ccy,
        "amt": exact_text(one.amount),
        "from": one.rooms[0],
        "to": one.rooms[1],
    }
