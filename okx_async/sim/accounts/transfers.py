"""Transfers: between the two accounts of a user, and between a master account and its sub-accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..query_v5 import Refusal
from .balances import Balances
from .bank import TRANSFER, Bank
from .ledger import Purse, Room
from .people import User

__all__ = ["APART", "MARGIN", "ROOMS", "Transfer", "Transfers"]

ROOMS = {"6": Room.FUNDING, "18": Room.TRADING}
"""Accounts by V5's numbers."""
MARGIN = "5"
"""The number of the margin accounts of pairs, which V3 alone has here."""
APART = {"4": Room.FIAT, "8": Room.SAVINGS, "14": Room.MINING, "17": Room.LENDING}
"""V3's numbers of the accounts that it only knows transfers to; V5 saves by another endpoint."""
_ALL = ROOMS | APART
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
        rooms: From which account to which, in V5's numbers, of accounts that V5 does not have in V3's.
        asker: Who asked for it.
        client_id: What the asker calls it.
        ts: When, Unix milliseconds.
        pairs: The pairs of margin accounts, from which to which; ``""`` for other accounts.
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
    pairs: tuple[str, str] = ("", "")

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
        withdrawable: Returns what may leave a user's margin account of a pair in a currency; by default nothing.
    """

    def __init__(self, bank: Bank, balances: Balances) -> None:
        self._bank = bank
        self._balances = balances
        self.made: list[Transfer] = []
        self.withdrawable: Callable[[User, str, str], Decimal] = lambda user, pair, ccy: Decimal(0)

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
        pairs: tuple[str, str] = ("", ""),
    ) -> Transfer:
        """Move the money at once; the arguments are those of `Transfer`.

        Raises:
            Refusal: 58350 there is less, 58119 the sub-account may not send, 58123 it would stay where it is.
        """
        ends = self._purse(source, rooms[0], pairs[0]), self._purse(target, rooms[1], pairs[1])
        if ends[0] is ends[1]:
            raise Refusal(200, "58123", "The parameters from and to cannot be the same.")
        if not asker.is_master and source is not target and not self.may_send(source):
            raise Refusal(200, "58119", "Sub-account has no permission to transfer out.")
        if amount > self.free(source, rooms[0], ccy, pairs[0]):
            raise Refusal(200, "58350", "Insufficient balance.")
        self._bank.ledger.move(ccy, amount, *ends, TRANSFER, ref=self._next)
        one = Transfer(self._next, kind, ccy, amount, source, target, rooms, asker, client_id, now, pairs)
        self.made.append(one)
        return one

    def idle(self, ccy: str, amount: Decimal, user: User, room: str, now: int) -> Transfer:
        """Remember a transfer between two wallets of V3 that are one account here: the money is there already.

        Raises:
            Refusal: 58350 there is less.
        """
        if amount > self.free(user, room, ccy):
            raise Refusal(200, "58350", "Insufficient balance.")
        one = Transfer(self._next, "0", ccy, amount, user, user, (room, room), user, "", now)
        self.made.append(one)
        return one

    @property
    def _next(self) -> str:
        return str(7_000_001 + len(self.made))

    def ends(self, user: User, kind: str, sub: Callable[[], str]) -> tuple[User, User]:
        """Return who sends and who gets: some kinds are for keys of master accounts, others for sub-accounts'.

        Args:
            user: Who asks.
            kind: See `Transfer`.
            sub: Returns the name of the sub-account that takes part, or refuses that there is none.

        Raises:
            Refusal: 58115 there is no such sub-account, 58127 and 58128 the kind is not for such a key.
        """
        if kind == "0":
            return user, user
        if kind in ("1", "2"):
            if not user.is_master:
                raise Refusal(200, "58128", "Type of transfer is not supported for a sub-account key.")
            other = self._sub(sub(), user)
            return (user, other) if kind == "1" else (other, user)
        if user.is_master:
            raise Refusal(200, "58127", "Type of transfer is not supported for a main account key.")
        master = self._bank.master_of(user)
        return user, master if kind == "3" else self._sub(sub(), master)

    def _sub(self, name: str, master: User) -> User:
        sub = self._bank.sub_of(master, name)
        if sub is None:
            raise Refusal(200, "58115", "Sub-account does not exist.")
        return sub

    def free(self, user: User, room: str, ccy: str, pair: str = "") -> Decimal:
        """Return what may leave an account, of a margin account that of a pair."""
        if room == MARGIN:
            return self.withdrawable(user, pair, ccy)
        if ROOMS.get(room) is Room.TRADING:
            return self._balances.leaving(user, ccy)
        return max(self._purse(user, room, "").available(ccy), Decimal(0))

    def newest_first(self, asker: User) -> Iterator[Transfer]:
        """Yield the transfers a user asked for."""
        return (one for one in reversed(self.made) if one.asker is asker)

    def may_send(self, user: User) -> bool:
        """Tell whether a sub-account may send money away by itself; at first it may."""
        return user.is_master or user.settings.get(_TRANS_OUT, "true") == "true"

    def let_send(self, user: User, may: bool) -> None:
        """Let a sub-account send money away by itself, or not."""
        user.settings[_TRANS_OUT] = "true" if may else "false"

    def _purse(self, user: User, room: str, pair: str) -> Purse:
        return self._bank.ledger.purse(user.uid, Room.MARGIN if room == MARGIN else _ALL[room], pair)
