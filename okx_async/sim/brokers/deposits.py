"""Deposit addresses of brokers' sub-accounts: several for each currency, each with the account it credits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from ..accounts.bank import Bank
from ..accounts.chains import Chain, Chains, chains_of
from ..accounts.ledger import Purse
from ..accounts.people import User
from ..clock import Clock
from ..query_v5 import Refusal

__all__ = ["Address", "Addresses"]

_MOST = 20
_TRADING = "18"


@dataclass(slots=True, eq=False)
class Address:
    """One address.

    Attributes:
        user: Whose.
        chain: On which chain.
        text: The address itself.
        to: Which account it credits: ``6`` funding, ``18`` trading.
        ts: When it was made or changed, Unix milliseconds.
    """

    user: User
    chain: Chain
    text: str
    to: str
    ts: int

    def row(self) -> dict[str, Any]:
        """Write it, as it is told when it is made or changed."""
        tag = hashlib.sha256(self.text.encode()).hexdigest()[:6] if self.chain.tagged else ""
        names = {"ccy": self.chain.ccy, "addr": self.text, "chain": self.chain.name}
        return names | {"pmtId": "", "tag": tag, "memo": "", "ts": str(self.ts)}


class Addresses:
    """All addresses. Deposits go to the newest one of their chain.

    Args:
        bank: Users and money.
        chains: Where deposits come in.
        clock: Market time.
    """

    def __init__(self, bank: Bank, chains: Chains, clock: Clock) -> None:
        self._bank = bank
        self._chains = chains
        self._clock = clock
        self._made: list[Address] = []
        chains.landing = self._landing

    def of(self, user: User, ccy: str) -> list[Address]:
        """Return a user's addresses in a currency, the oldest first."""
        return [one for one in self._made if one.user is user and one.chain.ccy == ccy]

    def make(self, user: User, ccy: str, chain: str, to: str) -> Address:
        """Make an address.

        Raises:
            Refusal: 58010 for another chain, 58300 when there are twenty.
        """
        way = self.chain(ccy, chain)
        held = self.of(user, ccy)
        if len(held) >= _MOST:
            raise Refusal(200, "58300", f"No more than {_MOST} deposit addresses of a currency")
        first = self._chains.address(user, way)
        digest = hashlib.sha256(f"{first} {len(held)}".encode()).hexdigest()
        text = f"sim{digest[:34]}" if any(one.text == first for one in held) else first
        one = Address(user, way, text, to, self._clock.now())
        self._made.append(one)
        return one

    def change(self, user: User, ccy: str, chain: str, text: str, to: str) -> Address:
        """Let an address credit another account.

        Raises:
            Refusal: There is no such address.
        """
        way = self.chain(ccy, chain)
        address = text.partition(":")[0]
        found = next((one for one in self.of(user, ccy) if (one.text, one.chain) == (address, way)), None)
        if found is None:
            raise Refusal(400, "51000", "Parameter addr error")
        found.to, found.ts = to, self._clock.now()
        return found

    def chain(self, ccy: str, name: str) -> Chain:
        """Return a chain of a currency, its first where none is named.

        Raises:
            Refusal: 58010, it has no such chain.
        """
        found = next((each for each in chains_of(ccy) if name in ("", each.name)), None)
        if found is None:
            raise Refusal(200, "58010", "This chain is not supported.")
        return found

    def _landing(self, user: User, chain: Chain) -> Purse:
        """Return where a deposit is credited."""
        newest = next((one for one in reversed(self._made) if one.user is user and one.chain == chain), None)
        trading = newest is not None and newest.to == _TRADING
        return self._bank.trading(user) if trading else self._bank.funding(user)
