"""All the money of the simulated exchange, in double entry: what leaves one purse arrives in another.

The sum over all purses of a currency is always zero, to the last digit: what users hold, the house's purses owe. Tests
read it as the truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import count

__all__ = ["Entry", "Ledger", "Purse", "Room"]

ZERO = Decimal(0)


class Room(StrEnum):
    """Where a purse stands: each user has a funding, a trading and margin accounts; the house has the rest."""

    FUNDING = "funding"
    TRADING = "trading"
    MARGIN = "margin"
    """The margin account of one pair (V3); a user has one for each."""
    SAVINGS = "savings"
    """What a user has put into flexible savings."""
    EARN = "earn"
    """What a user has put into on-chain earn."""
    COLLATERAL = "collateral"
    """What stands for a user's flexible loans."""
    FIAT = "fiat"
    """V3's wallet for fiat (C2C) trading, which only transfers reach; the next two are alike."""
    MINING = "mining"
    """V3's wallet of the mining pool."""
    LENDING = "lending"
    """V3's wallet for lending."""
    OUTSIDE = "outside"
    """Chains and banks: where deposits come from and withdrawals go to."""
    STREET = "street"
    """The other side of every trade: the background traders, and between two users who passes on what it gets."""
    FEES = "fees"
    """What the exchange earns and pays as rebates, interest, and fees of withdrawals."""
    POOL = "pool"
    """What is staked and lent; the tokens that stand for it come from here, too, so it owes those."""
    FUND = "fund"
    """The insurance fund."""
    LENDERS = "lenders"
    """Who lends to margin and trading accounts; it stands below zero by all that is borrowed."""


@dataclass(slots=True, eq=False)
class Purse:
    """The money of one owner in one room.

    Attributes:
        owner: The user's uid, ``""`` for the house.
        room: Which of the owner's purses.
        cash: By currency; only the house's may be below zero, and a bot's while its open position makes up for it.
        holds: What is set aside, by what it is set aside for, e.g. an order's id.
        changed: When the cash of each currency last moved, Unix milliseconds.
        pair: Of a margin account its pair, else ``""``.
    """

    owner: str
    room: Room
    cash: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    holds: dict[str, tuple[str, Decimal]] = field(default_factory=dict[str, tuple[str, Decimal]])
    changed: dict[str, int] = field(default_factory=dict[str, int])
    pair: str = ""

    def held(self, ccy: str) -> Decimal:
        """Return what is set aside of a currency."""
        return sum((amount for one, amount in self.holds.values() if one == ccy), ZERO)

    def available(self, ccy: str) -> Decimal:
        """Return what can be spent of a currency."""
        return self.cash.get(ccy, ZERO) - self.held(ccy)

    def hold(self, what_for: str, ccy: str, amount: Decimal) -> None:
        """Set an amount aside, in place of what was set aside for the same thing; 0 lets go of it."""
        if amount:
            self.holds[what_for] = (ccy, amount)
        else:
            self.holds.pop(what_for, None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of money.

    Attributes:
        number: Counts up over the whole exchange.
        ts: When, Unix milliseconds.
        ccy: Of what.
        amount: How much, above zero.
        source: From where.
        target: To where.
        kind: The type of bill that it makes, in V5's numbers (trade.. ``"2"``, transfer ``"1"``, funding fee ``"8"``).
        sub_kind: The sub-type of that bill, in V5's numbers.
        ref: What it was for: an order, a transfer, a withdrawal.
        inst_id: The instrument, ``""`` for none.
    """

    number: int
    ts: int
    ccy: str
    amount: Decimal
    source: Purse
    target: Purse
    kind: str
    sub_kind: str
    ref: str
    inst_id: str


class Ledger:
    """Every purse and every movement since the exchange opened.

    Args:
        now: Returns market time.

    Attributes:
        entries: All movements, oldest first.
        listeners: Called after each movement, for bills and pushes.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._purses: dict[tuple[str, Room, str], Purse] = {}
        self._numbers = count(1)
        self.entries: list[Entry] = []
        self.listeners: list[Callable[[Entry], None]] = []

    def purse(self, owner: str, room: Room, pair: str = "") -> Purse:
        """Return an owner's purse, of a margin account that of a pair; made when it is first asked for."""
        key = (owner, room, pair)
        if key not in self._purses:
            self._purses[key] = Purse(owner, room, pair=pair)
        return self._purses[key]

    def house(self, room: Room) -> Purse:
        """Return a purse of the house."""
        return self.purse("", room)

    def purses(self) -> Iterator[Purse]:
        """Yield every purse."""
        yield from self._purses.values()

    def copy_of(self, owner: str) -> Ledger:
        """Return a ledger of its own that begins with what one owner has now, and where the house begins with nothing.

        Its sums are not zero; nobody listens to it.
        """
        copy = Ledger(self._now)
        for key, purse in self._purses.items():
            if purse.owner == owner:
                mine = copy.purse(*key)
                mine.cash |= purse.cash
                mine.holds |= purse.holds
                mine.changed |= purse.changed
        return copy

    def rename(self, old: str, new: str) -> None:
        """Let the margin accounts of a pair be those of another name, as the pair is."""
        for key, purse in list(self._purses.items()):
            if key[2] and key[2] == old:
                del self._purses[key]
                purse.pair = new
                self._purses[key[0], key[1], new] = purse

    def move(
        self,
        ccy: str,
        amount: Decimal,
        source: Purse,
        target: Purse,
        kind: str,
        sub_kind: str = "",
        ref: str = "",
        inst_id: str = "",
    ) -> Entry | None:
        """Move an amount; a negative one moves the other way, and 0 nothing.

        Whether it may be spent is asked before, where the right code for a refusal is known.
        """
        if not amount:
            return None
        if amount < 0:
            source, target, amount = target, source, -amount
        source.cash[ccy] -= amount
        target.cash[ccy] += amount
        entry = Entry(next(self._numbers), self._now(), ccy, amount, source, target, kind, sub_kind, ref, inst_id)
        source.changed[ccy] = target.changed[ccy] = entry.ts
        self.entries.append(entry)
        for listener in self.listeners:
            listener(entry)
        return entry

    def total(self, ccy: str) -> Decimal:
        """Return the sum over all purses: zero, or money was made or lost."""
        return sum((purse.cash.get(ccy, ZERO) for purse in self._purses.values()), ZERO)
