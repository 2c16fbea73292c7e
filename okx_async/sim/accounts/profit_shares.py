"""Profit shares: what lead traders get of what their copiers have earned.

What counts is what copies have made that are closed, after fees, since the last settlement. A loss is carried on until
later profits have made up for it. Settlement is every day at 00:00 UTC, and at once where somebody stops copying; how
often the exchange does it is not documented. What a copier cannot pay stays open.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from ..clock import Clock
from .bank import TRANSFER
from .copy_people import CCY, Copier, Leader
from .copying import Copying
from .ledger import Ledger, Room
from .margin import Margins
from .worth import ZERO, money

__all__ = ["DAY_MS", "ProfitShares", "Share"]

_FIRST_ID = 8_000_000_000_000_000_001
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Share:
    """A profit share that was paid.

    Attributes:
        number: Counts up.
        copier: Who paid it.
        amount: How much.
        ts: When, Unix milliseconds.
    """

    number: int
    copier: Copier
    amount: Decimal
    ts: int


class ProfitShares:
    """Every profit share.

    Args:
        clock: Market time.
        ledger: Where money moves; a share is a transfer between two trading accounts.
        margins: What users can spend.
        copying: Who copies whom.
    """

    def __init__(self, clock: Clock, ledger: Ledger, margins: Margins, copying: Copying) -> None:
        self._clock = clock
        self._ledger = ledger
        self._margins = margins
        self._copying = copying
        self._ids = count(_FIRST_ID)
        self._paid: list[Share] = []
        self._counted: dict[Copier, Decimal] = defaultdict(Decimal)
        self._settled = clock.now() // DAY_MS
        copying.on_stopped = self.settle

    @property
    def next_settlement(self) -> int:
        """When shares are settled next, Unix milliseconds."""
        return (self._settled + 1) * DAY_MS

    def paid_to(self, leader: Leader) -> list[Share]:
        """Return what a lead trader was paid, the newest first."""
        return [share for share in reversed(self._paid) if share.copier.leader is leader]

    def open(self, copier: Copier) -> Decimal:
        """Return what a copier would have to pay now."""
        return money(max(ZERO, copier.total - self._counted[copier]) * copier.leader.share)

    def pass_by(self, now: int) -> None:
        """Settle when a day has ended."""
        if now // DAY_MS > self._settled:
            self._settled = now // DAY_MS
            for copier in self._copying.everybody():
                self.settle(copier)

    def settle(self, copier: Copier) -> None:
        """Let a copier pay what is open, as far as it can."""
        due = self.open(copier)
        amount = max(ZERO, min(due, self._margins.spendable(copier.user, CCY)))
        if amount:
            share = Share(next(self._ids), copier, amount, self._clock.now())
            self._paid.append(share)
            source, target = (self._ledger.purse(user.uid, Room.TRADING) for user in (copier.user, copier.leader.user))
            self._ledger.move(CCY, amount, source, target, TRANSFER, ref=str(share.number))
        gain = copier.total - self._counted[copier]
        if gain > 0:
            self._counted[copier] += gain if amount == due else gain * amount / due
