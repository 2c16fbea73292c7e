"""Fast API: the one API key that a broker may make for a user. (Create API key (Fast API))"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..accounts.bank import Bank
from ..accounts.people import Access
from ..query_v5 import Refusal
from .grants import Grant

__all__ = ["FastApi"]

_PASSPHRASE = re.compile(r"(?=.*\d)(?=.*[A-Z])(?=.*[a-z])(?=.*[^A-Za-z0-9\s]).{8,32}")
_PERMS = ("read_only", "trade", "read_only,trade")


class FastApi:
    """See the module.

    Args:
        bank: Whose users they are for.

    Attributes:
        keys: The Fast API key of each user, by the user's own key.
    """

    def __init__(self, bank: Bank) -> None:
        self.keys: dict[str, Access] = {}
        self._bank = bank

    def create(self, grant: Grant, given: Mapping[str, str]) -> dict[str, Any]:
        """Make a key, put it to the others, and return the row that tells it."""
        bind = given.get("bindApp") == "true"
        perm = given.get("perm") or "read_only,trade"
        if not grant.app.fast_api:
            raise Refusal(400, "53017", "Fast API is not enabled")
        if not 1 <= len(given.get("label", "")) <= 50:
            raise Refusal(400, "53010", "Parameter label error")
        if perm not in _PERMS:
            raise Refusal(400, "53010", "Parameter perm error")
        if not _PASSPHRASE.fullmatch(given.get("passphrase", "")):
            raise Refusal(400, "53010", "Parameter passphrase error")
        if bind and not grant.app.ips:
            raise Refusal(200, "50118", "To link the app, please register an IP list")
        if grant.user.api_key in self.keys:
            raise Refusal(200, "50116", "Only one API key can be created by Fast API")
        own = self._bank.people.access(grant.user.api_key)
        if own is None:
            raise Refusal(400, "53001", "Authorization canceled by the user")
        rights = frozenset(perm.split(","))
        user = self._bank.people.user(own.uid)
        access = self._bank.give_key(user, given["label"], rights, (), given["passphrase"])
        self.keys[grant.user.api_key] = access
        key = access.key
        return {
            "label": given["label"],
            "apiKey": key.api_key,
            "secretKey": key.secret_key,
            "passphrase": key.passphrase,
            "perm": perm,
            "bindApp": bind,
        }

    def delete(self, grant: Grant) -> None:
        """Delete a user's key."""
        key = self.keys.pop(grant.user.api_key, None)
        if key is None:
            raise Refusal(200, "59506", "API key doesn't exist")
        self._bank.take_key(key)
