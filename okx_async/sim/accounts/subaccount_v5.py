"""V5 REST of sub-accounts and their keys, for master accounts."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from ..clock import Clock
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handler, Handlers
from .balances import Balances
from .bank import Bank
from .funding_v5 import FundingV5, amount_of
from .people import Access, User
from .services import not_simulated
from .transfers import ROOMS, Transfer, Transfers

__all__ = ["RIGHTS", "SubAccountV5"]

_NAME = re.compile(r"[A-Za-z0-9]{6,20}")
RIGHTS = ("read_only", "trade")
"""What a key of a sub-account may have."""
_MOST_KEYS, _MOST_ADDRESSES = 50, 20
_MOST_SUBS = 100


class SubAccountV5:
    """The chapter Sub-account.

    Args:
        bank: Users and money.
        balances: What trading accounts look like.
        funding: What funding accounts look like.
        transfers: Makes transfers.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(
        self,
        bank: Bank,
        balances: Balances,
        funding: FundingV5,
        transfers: Transfers,
        markets: dict[str, Market],
        clock: Clock,
    ) -> None:
        self._bank = bank
        self._balances = balances
        self._funding = funding
        self._transfers = transfers
        self._markets = markets
        self._clock = clock

    def handlers(self) -> Handlers:
        """Return who answers what; every one of them is for the keys of master accounts alone."""
        found: dict[tuple[str, str], Handler] = {
            ("GET", "users/subaccount/list"): self._list,
            ("POST", "users/subaccount/create-subaccount"): self._create,
            ("POST", "users/subaccount/apikey"): self.create_key,
            ("GET", "users/subaccount/apikey"): self.keys,
            ("POST", "users/subaccount/modify-apikey"): self.modify_key,
            ("POST", "users/subaccount/delete-apikey"): self.delete_key,
            ("POST", "users/subaccount/set-transfer-out"): self._set_transfer_out,
            ("GET", "users/entrust-subaccount-list"): lambda ask: [],
            ("GET", "account/subaccount/balances"): self._trading_balance,
            ("GET", "account/subaccount/max-withdrawal"): self._max_withdrawal,
            ("GET", "asset/subaccount/balances"): self._funding_balances,
            ("GET", "asset/subaccount/bills"): self._list_bills,
            ("POST", "asset/subaccount/transfer"): self._transfer,
        }
        return {(method, f"/api/v5/{path}"): _for_masters(handler) for (method, path), handler in found.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def sub(self, ask: Ask, name: str = "") -> User:
        """Return the sub-account a request is about, or another of the asker's that is named.

        Raises:
            Refusal: 59510, there is none.
        """
        found = self._bank.sub_of(ask.user, name or self._form(ask).needed("subAcct"))
        if found is None:
            raise Refusal(200, "59510", "Sub-account does not exist.")
        return found

    # -- sub-accounts

    def _list(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        enabled, name = form.choice("enable", ("true", "false"), ""), form.text("subAcct")
        if enabled == "false":  # none is frozen here
            return []
        subs = [user for user in self._bank.people.family(ask.user.uid) if not user.is_master]
        rows = [self._row(user) for user in reversed(subs) if name in ("", user.name)]
        return form.page(rows, lambda row: int(row["ts"]))

    def _row(self, user: User) -> dict[str, Any]:
        return {
            "type": "1",
            "enable": True,
            "subAcct": user.name,
            "uid": user.uid,
            "label": user.settings.get(("label",), ""),
            "mobile": "",
            "gAuth": False,
            "frozenFunc": [],
            "canTransOut": self._transfers.may_send(user),
            "ts": user.settings["created",],
            "subAcctLv": "1",
            "firstLvSubAcct": "",
            "ifDma": False,
        }

    def _create(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        name, kind = form.needed("subAcct"), form.choice("type", ("1", "5", "12"))
        if kind != "1":
            raise not_simulated("custody sub-accounts")
        user = self.make(ask, name, form.text("label"), _MOST_SUBS)
        row = {"subAcct": name, "label": form.text("label"), "uid": user.uid, "ts": user.settings["created",]}
        return [row]

    def make(self, ask: Ask, name: str, label: str, most: int) -> User:
        """Make a sub-account of the asker's.

        Raises:
            Refusal: 51000 for a name that is not well formed, 59601 for one that is taken, 59603 when there are so
                many already.
        """
        if not _NAME.fullmatch(name) or name.isdecimal():
            raise Refusal(400, "51000", "Parameter subAcct error")
        if self._bank.sub_of(ask.user, name) is not None:
            raise Refusal(200, "59601", "The sub-account name already exists.")
        if sum(1 for _ in self._bank.people.family(ask.user.uid)) > most:
            raise Refusal(200, "59603", "Maximum number of sub-accounts reached.")
        user = self._bank.add_user(name, master=ask.user)
        user.settings["label",] = label
        return user

    def _set_transfer_out(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        form.needed("subAcct")
        may = form.choice("canTransOut", ("true", "false"), "true") == "true"
        subs = [self.sub(ask, name) for name in form.names("subAcct", 20)]
        for sub in subs:
            self._transfers.let_send(sub, may)
        return [{"subAcct": sub.name, "canTransOut": may} for sub in subs]

    # -- keys

    def keys(self, ask: Ask) -> list[Any]:
        """List the keys of a sub-account, or the one that is named."""
        sub, wanted = self.sub(ask), self._form(ask).text("apiKey")
        keys = [key for key in self._bank.people.keys_of(sub.uid) if wanted in ("", key.key.api_key)]
        if wanted and not keys:
            raise Refusal(200, "59506", "APIKey does not exist.")
        return [_key_row(sub, key) for key in keys]

    def _key(self, ask: Ask, sub: User) -> Access:
        found = self._bank.people.access(self._form(ask).needed("apiKey"))
        if found is None or found.uid != sub.uid:
            raise Refusal(200, "59506", "APIKey does not exist.")
        return found

    def create_key(self, ask: Ask, allowed: tuple[str, ...] = RIGHTS) -> list[Any]:
        """Make a key of a sub-account.

        Args:
            ask: The request.
            allowed: The rights it may have.
        """
        form, sub = self._form(ask), self.sub(ask)
        label, passphrase = form.needed("label"), form.needed("passphrase")
        if not _strong(passphrase):
            raise Refusal(200, "59505", "The passphrase needs 8 to 32 characters of all four sorts.")
        rights, addresses = self._rights(form, ("read_only",), allowed), self._addresses(form)
        keys = list(self._bank.people.keys_of(sub.uid))
        if len(keys) >= _MOST_KEYS:
            raise Refusal(200, "59501", "Only 50 APIKeys can be created per account.")
        if any(key.label == label for key in keys):
            raise Refusal(200, "59502", "This note name already exists.")
        made = self._bank.give_key(sub, label, rights, addresses, passphrase)
        secret = {"secretKey": made.key.secret_key, "passphrase": passphrase}
        return [_key_row(sub, made) | secret]

    def modify_key(self, ask: Ask, allowed: tuple[str, ...] = RIGHTS) -> list[Any]:
        """Change a key of a sub-account; what is given replaces what was."""
        form, sub = self._form(ask), self.sub(ask)
        key = self._key(ask, sub)
        rights = self._rights(form, (), allowed) if form.text("perm") else key.permissions
        # An empty text takes the addresses off; none at all leaves them.
        addresses = self._addresses(form) if "ip" in ask.fields else key.addresses
        key.permissions, key.addresses = rights, addresses
        key.label = form.text("label") or key.label
        self._bank.changed(key)
        return [_key_row(sub, key)]

    def delete_key(self, ask: Ask) -> list[Any]:
        """Take a key of a sub-account back."""
        sub = self.sub(ask)
        self._bank.take_key(self._key(ask, sub))
        return [{"subAcct": sub.name}]

    def _rights(self, form: Query, default: tuple[str, ...], allowed: tuple[str, ...]) -> frozenset[str]:
        given = form.names("perm", len(allowed)) or list(default)
        if not all(one in allowed for one in given):
            raise Refusal(400, "51000", "Parameter perm error")
        # Whoever may trade may read.
        return frozenset(("read_only", *given))

    def _addresses(self, form: Query) -> tuple[str, ...]:
        given = tuple(part for part in form.text("ip").split(",") if part)
        if len(given) > _MOST_ADDRESSES:
            raise Refusal(200, "59503", "Only 20 IP addresses can be bound to one APIKey.")
        try:
            for one in given:
                ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise Refusal(400, "51000", "Parameter ip error") from None
        return given

    # -- money

    def _trading_balance(self, ask: Ask) -> list[Any]:
        return [self._balances.row(self.sub(ask))]

    def _funding_balances(self, ask: Ask) -> list[Any]:
        return self._funding.balances_of(self.sub(ask), self._form(ask).names("ccy", 20))

    def _max_withdrawal(self, ask: Ask) -> list[Any]:
        return self._balances.withdrawable(self.sub(ask), self._form(ask).names("ccy", 20))

    def _list_bills(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        kind = form.choice("type", ("0", "1"), "")
        ccy, name = form.text("ccy"), form.text("subAcct")
        rows = [
            self._bill(one)
            for one in reversed(self._transfers.made)
            if ask.user in (one.source, one.target) and one.source is not one.target
        ]
        fitting = (
            row
            for row in rows
            if ccy in ("", row["ccy"]) and name in ("", row["subAcct"]) and kind in ("", row["type"])
        )
        return form.page(fitting, lambda row: int(row["ts"]))

    def _bill(self, one: Transfer) -> dict[str, Any]:
        """Write a transfer between a master and a sub-account; which way 0 and 1 stand for is not documented."""
        sub = one.sub_account
        return {
            "billId": one.number,
            "ccy": one.ccy,
            "amt": exact_text(one.amount),
            "type": "0" if one.source.is_master else "1",
            "subAcct": "" if sub is None else sub.name,
            "ts": str(one.ts),
        }

    def _transfer(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        ccy, amount = form.needed("ccy"), amount_of(form)
        rooms = form.choice("from", ROOMS), form.choice("to", ROOMS)
        ends = [self.sub(ask, form.needed(name)) for name in ("fromSubAccount", "toSubAccount")]
        made = self._transfers.make("4", ccy, amount, ends[0], ends[1], rooms, ask.user, "", ask.received)
        return [{"transId": made.number}]


def _for_masters(handler: Handler) -> Handler:
    """Let a handler answer master accounts only."""

    def answer(ask: Ask) -> list[Any]:
        if not ask.user.is_master:
            raise Refusal(200, "59500", "Only the APIKey of the main account has permission.")
        return handler(ask)

    return answer


def _key_row(sub: User, access: Access) -> dict[str, Any]:
    rights = ",".join(one for one in (*RIGHTS, "withdraw") if one in access.permissions)
    return {
        "subAcct": sub.name,
        "label": access.label,
        "apiKey": access.key.api_key,
        "perm": rights,
        "ip": ",".join(access.addresses),
        "ts": str(access.ts),
    }


def _strong(text: str) -> bool:
    """Tell whether a passphrase has a digit, a small and a capital letter and something else."""
    sorts = (str.isdigit, str.islower, str.isupper, lambda char: not char.isalnum())
    return 8 <= len(text) <= 32 and all(any(sort(char) for char in text) for sort in sorts)
