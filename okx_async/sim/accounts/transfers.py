"""Transfers: between the two accounts of a user, and between a master account and its sub-accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..query_v5 import Refusal
from .balances import Balances
from .bank import TRANSFER, Bank
from .ledger import Purse, Room
from .people import User

__all__ = ["ROOMS", "Transfer", "Transfers"]

ROOMS = {"6": Room.FUNDING, "18": Room.TRADING}
"""Accounts by V5's numbers."""
_TRANS_OUT = ("canTransOut",)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer that was made.

    Attributes:
        number: Its id.
        kind: ``0`` inside an account, ``1`` master to sub, ``2`` and ``3`` sub to master, ``4`` sub to sub.
        ccy: Of what.
        amount: How much.
        source: Who sent it.
        target: Who got it.
        rooms: From which account to which, in V5's numbers.
        asker: Who asked for it.
        client_id: What the asker calls it.
        ts: When, Unix milliseconds.
    """

    number: str
    kind: str
    ccy: str
    amount: Decimal
    source: User
    target: User
    rooms: tuple[str, str]
    asker: User
    client_id: str
    ts: int

    @property
    def sub_account(self) -> User | None:
        """Which sub-account takes part, ``None`` for none; of two the receiving one."""
        return next((user for user in (self.target, self.source) if not user.is_master), None)


class Transfers:
    """Makes transfers and remembers them.

    Args:
        bank: Users and money.
        balances: What may be taken out of a trading account.

    Attributes:
        made: Oldest first.
    """

    def __init__(self, bank: Bank, balances: Balances) -> None:
        self._bank = bank
        self._balances = balances
        self.made: list[Transfer] = []

    def make(
        self,
        kind: str,
        ccy: str,
        amount: Decimal,
        source: User,
        target: User,
        rooms: tuple[str, str],
        asker: User,
        client_id: str,
        now: int,
    ) -> Transfer:
        """Move the money at once; the arguments are those of `Transfer`.

        Raises:
            Refusal: 58350 there is less, 58119 the sub-account may not send, 58123 it would stay where it is.
        """
        ends = self._purse(source, rooms[0]), self._purse(target, rooms[1])
        if ends[0] is ends[1]:
            raise Refusal(200, "58123", "The parameters from and to cannot be the same.")
        if not asker.is_master and source is not target and not self.may_send(source):
            raise Refusal(200, "58119", "Sub-account has no permission to transfer out.")
        if amount > self.free(source, rooms[0], ccy):
            raise Refusal(200, "58350", "Insufficient balance.")
        number = str(7_000_001 + len(self.made))
        self._bank.ledger.move(ccy, amount, *ends, TRANSFER, ref=number)
        one = Transfer(number, kind, ccy, amount, source, target, rooms, asker, client_id, now)
        self.made.append(one)
        return one

    def free(self, user: User, room: str, ccy: str) -> Decimal:
        """Return what may leave an account."""
        if ROOMS[room] is Room.TRADING:
            return self._balances.free(user, ccy)
        return max(self._bank.funding(user).available(ccy), Decimal(0))

    def newest_first(self, asker: User) -> Iterator[Transfer]:
        """Yield the transfers a user asked for."""
        return (one for one in reversed(self.made) if one.asker is asker)

    def may_send(self, user: User) -> bool:
        """Tell whether a sub-account may send money away by itself; at first it may."""
        return user.is_master or user.settings.get(_TRANS_OUT, "true") == "true"

    def let_send(self, user: User, may: bool) -> None:
        """Let a sub-account send money away by itself, or not."""
        user.settings[_TRANS_OUT] = "true" if may else "false"

    def _purse(self, user: User, room: str) -> Purse:
        return self._bank.ledger.purse(user.uid, ROOMS[room])
