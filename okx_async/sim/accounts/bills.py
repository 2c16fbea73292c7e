"""Bills: what the ledger's movements look like to the owner of each purse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .bank import TRANSFER
from .ledger import Entry, Ledger, Purse, Room

__all__ = ["Bill", "Bills"]

_FIRST_ID = 600_000_000_000_000_000
_IN, _OUT = "11", "12"
_DEPOSIT, _WITHDRAWAL = "1", "2"
_FROM_TRADING, _TO_TRADING = "130", "131"
_TO_SUB, _FROM_SUB = "20", "21"
_TO_MASTER, _FROM_MASTER = "22", "23"
_DUAL = ("160", "161", "162")
"""Dual currency deposits: money that goes in, comes back, and is earned."""
_USERS = (Room.FUNDING, Room.TRADING, Room.MARGIN)
_UNNAMED = (Room.FIAT, Room.MINING, Room.LENDING)
"""Rooms of V3 that V5 has no type of bill for."""
_SAVED, _REDEEMED = "75", "76"
_EARNING = (Room.EARN, Room.COLLATERAL, Room.POOL)


@dataclass(frozen=True, slots=True)
class Bill:
    """One movement as one of its two sides sees it.

    Attributes:
        bill_id: Counts up over all bills.
        entry: The movement.
        owner: Whose bill it is.
        room: Which of the owner's accounts.
        change: What it did to the balance; negative for what left.
        balance: What was there afterwards.
    """

    bill_id: int
    entry: Entry
    owner: str
    room: Room
    change: Decimal
    balance: Decimal

    @property
    def other(self) -> tuple[str, Room]:
        """Whose purse is on the other side, and which."""
        purse = self.entry.source if self.change > 0 else self.entry.target
        return purse.owner, purse.room

    @property
    def sub_type(self) -> str:
        """Its sub-type in a trading account: a transfer has one for each direction."""
        if self.entry.kind == TRANSFER and not self.entry.sub_kind:
            return _IN if self.change > 0 else _OUT
        return self.entry.sub_kind

    def funding_type(self, master: bool) -> str:
        """Return its type in a funding account, which has numbers of its own.

        Args:
            master: Whether it is a master account's.
        """
        owner, room = self.other
        if self.entry.kind in _DUAL:
            return self.entry.kind
        if room in _UNNAMED:
            return ""
        if room is Room.SAVINGS:
            return _REDEEMED if self.change > 0 else _SAVED
        if room in _EARNING:
            return self.entry.sub_kind
        if room not in _USERS:
            return _DEPOSIT if self.change > 0 else _WITHDRAWAL
        if owner == self.owner:
            return _FROM_TRADING if self.change > 0 else _TO_TRADING
        if master:
            return _FROM_SUB if self.change > 0 else _TO_SUB
        return _FROM_MASTER if self.change > 0 else _TO_MASTER


class Bills:
    """The bills of every user, oldest first.

    Args:
        ledger: Where money moves; what moved before is taken in, too.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: dict[Purse, list[Bill]] = defaultdict(list)
        self._balances: dict[tuple[Purse, str], Decimal] = defaultdict(Decimal)
        self._count = _FIRST_ID
        for entry in ledger.entries:
            self._take(entry)
        ledger.listeners.append(self._take)

    def newest_first(self, owner: str, room: Room, pair: str = "") -> Iterator[Bill]:
        """Yield the bills of one account, of a margin account that of a pair."""
        return reversed(self._kept[self._ledger.purse(owner, room, pair)])

    def reserve(self) -> int:
        """Return the number of the next bill, which no other bill gets: a trade is known by it before money moves."""
        self._count += 1
        return self._count

    def _take(self, entry: Entry) -> None:
        for purse, change in ((entry.source, -entry.amount), (entry.target, entry.amount)):
            if purse.room in _USERS:
                number = self.reserve()
                self._balances[purse, entry.ccy] += change
                balance = self._balances[purse, entry.ccy]
                self._kept[purse].append(Bill(number, entry, purse.owner, purse.room, change, balance))
