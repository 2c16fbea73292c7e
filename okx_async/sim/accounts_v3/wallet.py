"""V3's funding account: balances, transfers, deposits, withdrawals and what everything is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..accounts.asks import Ask
from ..accounts.bills import Bill
from ..accounts.chains import Deposit, Withdrawal, chains_of
from ..accounts.ledger import Room
from ..accounts.office import Office
from ..accounts.pairs import cut
from ..accounts.people import User
from ..accounts.transfers import APART, MARGIN, Transfer
from ..accounts.worth import ZERO
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v3 import Query, Refusal
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, page
from .margin import MarginV3
from .spot import SpotV3

__all__ = ["WalletV3"]

Json = dict[str, Any]

_DAY_MS = 86_400_000
_FUNDING, _TRADING = "6", "18"
_OF_TRADING = ("1", "3", "9", "12")
_ROOMS = {"6": _FUNDING, "5": MARGIN} | dict.fromkeys(_OF_TRADING, _TRADING) | {code: code for code in APART}
"""V3's wallets by the accounts there are: spot, futures, swap and option wallets are the trading account."""
_EVERYTHING = "0"
_WORTH_OF: dict[str, tuple[str, ...]] = {code: (room,) for code, room in _ROOMS.items()}
_WORTH_OF |= {"15": (_TRADING,), "16": (_TRADING,)}
_WORTH_OF[_EVERYTHING] = (_FUNDING, _TRADING, MARGIN, *APART)
_TYPES = {"1": "Deposit", "2": "Withdrawal", "130": "From spot", "131": "To spot", "20": "To sub-account"}
_TYPES |= {"21": "From sub-account", "22": "To master account", "23": "From master account"}
_NUMBERS = {"1": "1", "2": "2", "130": "38", "131": "37", "20": "20", "21": "21", "22": "20", "23": "21"}
"""Numbers that the ledger is asked by, from the types of funding bills."""
# What went to an account and what came from it; of the mining pool and of lending the documents tell no number.
_WAYS = {
    Room.FIAT: (("31", "To fiat"), ("32", "From fiat")),
    Room.MARGIN: (("33", "To margin"), ("34", "From margin")),
    Room.SAVINGS: (("57", "To savings"), ("58", "From savings")),
    Room.MINING: (("", "To mining pool"), ("", "From mining pool")),
    Room.LENDING: (("", "To lending"), ("", "From lending")),
}
_LATEST = 100


class WalletV3:
    """The chapter Funding account.

    Of the wallets for fiat trading, the mining pool and lending the documents tell only that money can be moved there
    and back: it stays as it is. Savings are those of V5, so they bear interest. Between spot, futures, swap and option
    wallets nothing has to move.

    What an account is worth is told for all of the trading account under each of V3's wallets that are part of it. A
    funds password is asked for and cannot be wrong: nobody here has one.

    Args:
        office: The accounts.
        spot: Writes balances of the trading account.
        margin: Knows what margin accounts are worth.
        markets: By instrument id; may change at any time.
    """

    def __init__(self, office: Office, spot: SpotV3, margin: MarginV3, markets: Mapping[str, Market]) -> None:
        self._office = office
        self._spot = spot
        self._margin = margin
        self._markets = markets

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        api = "/api/account/v3"
        return {
            ("GET", f"{api}/wallet"): self._wallet,
            ("GET", f"{api}/wallet/{{currency}}"): self._currency_wallet,
            ("POST", f"{api}/transfer"): self._transfer,
            ("POST", f"{api}/withdrawal"): self._withdraw,
            ("GET", f"{api}/ledger"): self._ledger,
            ("GET", f"{api}/deposit/address"): self._addresses,
            ("GET", f"{api}/asset-valuation"): self._valuation,
            ("GET", f"{api}/sub-account"): self._sub_account,
            ("GET", f"{api}/withdrawal/history"): self._withdrawals,
            ("GET", f"{api}/withdrawal/history/{{currency}}"): self._withdrawals,
            ("GET", f"{api}/deposit/history"): self._deposits,
            ("GET", f"{api}/deposit/history/{{currency}}"): self._deposits,
            ("GET", f"{api}/currencies"): self._currencies,
            ("GET", f"{api}/withdrawal/fee"): self._fees,
        }

    # -- balances

    def _wallet(self, ask: AskV3) -> list[Json]:
        held = self._office.bank.funding(ask.user).cash
        return [self._row(ask.user, ccy) for ccy in sorted(held) if held[ccy]]

    def _currency_wallet(self, ask: AskV3) -> list[Json]:
        """Answer with a list of one, as the documents show."""
        return [self._row(ask.user, self._known(ask.query.named("currency")))]

    def _row(self, user: User, ccy: str) -> Json:
        purse = self._office.bank.funding(user)
        return {
            "currency": ccy,
            "balance": exact_text(purse.cash.get(ccy, ZERO)),
            "hold": exact_text(purse.held(ccy)),
            "available": exact_text(purse.available(ccy)),
        }

    def _known(self, ccy: str) -> str:
        if ccy not in self._office.prices.currencies:
            raise Refusal(30031, f"token {ccy} does not exist")
        return ccy

    def _ledger(self, ask: AskV3) -> Answer:
        """Tell the changes of the last month."""
        query, user = ask.query, ask.user
        since, ccy, wanted = ask.received - 31 * _DAY_MS, query.named("currency"), query.text("type")
        found = (
            bill
            for bill in self._office.bills.newest_first(user.uid, Room.FUNDING)
            if bill.entry.ts >= since and ccy in ("", bill.entry.ccy) and wanted in ("", _type(bill, user)[0])
        )
        chosen = query.page(found, lambda bill: bill.bill_id)
        return page([_entry(bill, user) for bill in chosen], "ledger_id")

    def _valuation(self, ask: AskV3) -> Json:
        """Add up what accounts are worth, in numbers that are no text and at a moment without a zone."""
        query, prices = ask.query, self._office.prices
        kind = query.choice("account_type", _WORTH_OF, _EVERYTHING)
        unit = query.named("valuation_currency") or "BTC"
        if unit not in ("BTC", "USD", *prices.fiat):
            raise Refusal(30024, "valuation_currency parameter value error")
        self._office.bank_v5.pass_by(ask.received)
        dollars = sum((self._dollars(ask.user, room) for room in _WORTH_OF[kind]), ZERO)
        price = prices.usd(unit) if unit in ("BTC", "USD") else 1 / prices.fiat[unit]
        if not price:
            raise Refusal(30036, f"No market tells what {unit} is worth")
        total = dollars / price
        moment = iso_ms(ask.received)
        return {
            "account_type": kind,
            "balance": float(plain(total, 8)),
            "valuation_currency": unit,
            "timestamp": f"{moment[:10]} {moment[11:19]}",
        }

    def _dollars(self, user: User, room: str) -> Decimal:
        if room == _TRADING:
            return self._office.balances.usd_total(user)
        if room == MARGIN:
            return self._margin.worth(user)
        purse = self._office.bank.ledger.purse(user.uid, APART.get(room, Room.FUNDING))
        return self._office.prices.worth(purse.cash)

    def _sub_account(self, ask: AskV3) -> Json:
        """Tell a master account what a sub-account has, in numbers that are no text."""
        if not ask.user.is_master:
            raise Refusal(34032, "This needs the master account's key")
        sub = self._office.bank.sub_of(ask.user, ask.query.text("sub-account"))
        if sub is None:
            raise Refusal(34015, "The sub-account does not exist")
        dollars, coin = (
            sum((self._dollars(sub, room) for room in _WORTH_OF[_EVERYTHING]), ZERO),
            self._office.prices.usd("BTC"),
        )
        held = self._office.bank.trading(sub).cash
        rows = {
            "account_type:funding": self._wallet(replace(ask, user=sub)),
            "account_type:spot": [self._spot.row(sub, ccy) for ccy in sorted(held) if held[ccy]],
        }
        told = {name: [_in_numbers(row) for row in found] for name, found in rows.items()}
        value = float(plain(dollars / coin, 8)) if coin else 0.0
        return {"data": {"sub_account": sub.name, "asset_valuation": value} | told}

    # -- transfers and withdrawals

    def _transfer(self, ask: AskV3) -> Json:
        query = ask.query
        ccy, amount = self._known(query.named("currency")), cut(query.decimal("amount"))
        if not amount:
            raise Refusal(34010, "The amount must be positive")
        kind = query.choice("type", ("0", "1", "2"), "0")
        (here, one), (there, other) = (
            self._end(query, "from", "instrument_id"),
            self._end(query, "to", "to_instrument_id"),
        )
        transfers = self._office.bank_v5.transfers
        if (here, one) == (there, other) and kind == "0":
            if query.text("from") == query.text("to"):
                raise Refusal(34016, "Both wallets are the same")
            return _moved(query, transfers.idle(ccy, amount, ask.user, here, ask.received))
        source, target = transfers.ends(ask.user, kind, lambda: query.needed("sub_account"))
        self._office.bank_v5.pass_by(ask.received)
        made = transfers.make(
            kind, ccy, amount, source, target, (here, there), ask.user, "", ask.received, (one, other)
        )
        return _moved(query, made)

    def _end(self, query: Query, name: str, of: str) -> tuple[str, str]:
        """Return one end of a transfer: which account, and of a margin account its pair."""
        code = query.needed(name)
        room = _ROOMS.get(code)
        if room is None:
            raise Refusal(30024, f"{name} parameter value error")
        if room != MARGIN:
            return room, ""
        if not query.text(of):
            raise Refusal(34013, f"{of} is required")
        market = self._markets.get(query.named(of))
        if market is None or market.instrument.kind is not Kind.SPOT:
            raise Refusal(30032, f"The pair {query.named(of)} does not exist")
        text = market.instrument
        if query.named("currency") not in (text.base, text.quote):
            raise Refusal(33021, f"{query.named('currency')} does not belong to the pair")
        return room, text.inst_id

    def _withdraw(self, ask: AskV3) -> Json:
        query = ask.query
        ccy, amount, target = self._known(query.named("currency")), query.decimal("amount"), query.text("destination")
        if target not in ("3", "4"):
            raise Refusal(34003, "This currency cannot be withdrawn to that destination")
        chain = chains_of(ccy)[0]
        if target == "4":
            fee = Decimal(query.needed("fee"))
            if fee != chain.fee:
                raise Refusal(34004 if fee < chain.fee else 34005, f"The fee must be {exact_text(chain.fee)}")
        fields = {"ccy": ccy, "amt": exact_text(amount), "dest": target, "toAddr": query.needed("to_address")}
        done = self._as_today(ask, "withdrawal", fields | {"chain": chain.name})
        number = done["wdId"]
        told = {"withdrawal_id": number, "withdraw_id": number}
        return told | {"currency": ccy, "amount": exact_text(amount), "result": True}

    def _as_today(self, ask: AskV3, name: str, fields: Json) -> Json:
        """Do what V5 does."""
        handler = self._office.services.handler("POST", f"/api/v5/asset/{name}")
        assert handler is not None  # noqa: S101 - the office has it
        (row,) = handler(Ask(ask.user, ask.access, fields, (fields,), "rest", ask.address, ask.received))
        return dict(row)

    def _withdrawals(self, ask: AskV3) -> list[Json]:
        ccy, number = ask.query.named("currency"), ask.query.text("withdraw_id")
        found = (
            one
            for one in reversed(self._office.chains.withdrawals)
            if one.user is ask.user and ccy in ("", one.chain.ccy) and number in ("", one.number)
        )
        return [_withdrawal(one) for one in _latest(found)]

    # -- deposits

    def _deposits(self, ask: AskV3) -> Answer:
        ccy = ask.query.named("currency")
        age = (90 if ccy else 365) * _DAY_MS
        found = (
            one
            for one in reversed(self._office.chains.deposits)
            if one.user is ask.user and ccy in ("", one.chain.ccy) and one.ts >= ask.received - age
        )
        chosen = ask.query.page(found, lambda one: int(one.number)) if ccy else _latest(found)
        return page([self._deposit(one) for one in chosen], "deposit_id")

    def _deposit(self, one: Deposit) -> Json:
        return {
            "deposit_id": one.number,
            "currency": one.chain.ccy,
            "amount": exact_text(one.amount),
            "from": one.source if one.internal else "",
            "to": one.user.uid if one.internal else self._office.chains.address(one.user, one.chain),
            "txid": one.tx_id,
            "timestamp": iso_ms(one.ts),
            "status": one.state,
        }

    def _addresses(self, ask: AskV3) -> list[Json]:
        if not ask.user.is_master:
            raise Refusal(34022, "Sub-accounts cannot deposit or withdraw")
        rows: list[Json] = []
        for chain in chains_of(self._known(ask.query.named("currency"))):
            row: Json = {"currency": chain.ccy, "address": self._office.chains.address(ask.user, chain), "to": 6}
            rows.append(row | ({"tag": ask.user.uid} if chain.tagged else {}))
        return rows

    # -- currencies

    def _currencies(self, ask: AskV3) -> list[Json]:
        told: list[Json] = []
        for ccy in self._office.prices.currencies:
            least = exact_text(chains_of(ccy)[0].least)
            told.append({"currency": ccy, "name": "", "can_deposit": "1", "can_withdraw": "1", "min_withdrawal": least})
        return told

    def _fees(self, ask: AskV3) -> list[Json]:
        """Tell what a withdrawal costs on the chain that V3 takes, the first of each currency."""
        wanted = ask.query.named("currency")
        names = [self._known(wanted)] if wanted else self._office.prices.currencies
        fees = ((ccy, exact_text(chains_of(ccy)[0].fee)) for ccy in names)
        return [{"currency": ccy, "min_fee": fee, "max_fee": fee} for ccy, fee in fees]


def _moved(query: Query, made: Transfer) -> Json:
    """Return the answer about a transfer."""
    row: Json = {"transfer_id": made.number, "currency": made.ccy, "from": query.text("from")}
    return row | {"amount": exact_text(made.amount), "to": query.text("to"), "result": True}


def _latest(found: Iterable[Any]) -> list[Any]:
    return [one for one, _ in zip(found, range(_LATEST), strict=False)]


def _in_numbers(row: Json) -> Json:
    """Return what the balance of a sub-account has of a row."""
    numbers = {name: float(row[name]) for name in ("balance", "available", "hold")}
    return numbers | {"max_withdraw": numbers["available"], "currency": row["currency"]}


def _type(bill: Bill, user: User) -> tuple[str, str]:
    """Return the number that the ledger is asked by and the words it answers with; none for what only V5 does."""
    owner, room = bill.other
    if room in _WAYS and owner == bill.owner:
        return _WAYS[room][bill.change > 0]
    kind = bill.funding_type(user.is_master)
    return _NUMBERS.get(kind, ""), _TYPES.get(kind, "")


def _entry(bill: Bill, user: User) -> Json:
    return {
        "ledger_id": str(bill.bill_id),
        "currency": bill.entry.ccy,
        "balance": exact_text(bill.balance),
        "amount": exact_text(bill.change),
        "typename": _type(bill, user)[1],
        "fee": "0",
        "timestamp": iso_ms(bill.entry.ts),
    }


def _withdrawal(one: Withdrawal) -> Json:
    return {
        "withdrawal_id": one.number,
        "withdraw_id": one.number,
        "currency": one.chain.ccy,
        "amount": exact_text(one.amount),
        "fee": f"{one.fee:f}{one.chain.ccy.lower()}",
        "txid": one.tx_id,
        "from": one.user.uid,
        "to": one.target,
        "tag": one.tag,
        "timestamp": iso_ms(one.ts),
        "status": one.state,
    }
