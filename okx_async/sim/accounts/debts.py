"""What is owed for borrowed money, and what users have borrowed into their trading accounts.

Borrowed money comes from the house's lenders and goes back to them; interest grows as a debt, and moves to what the
exchange earns when it is paid. A repayment pays interest before it gives back what was borrowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal

from ..clock import Clock
from ..risk import LOAN_RATE
from .ledger import Ledger, Room
from .people import User
from .worth import ZERO, money

__all__ = ["HOUR_MS", "INTEREST", "Accrual", "Change", "Debt", "Debts"]

HOUR_MS = 3_600_000
INTEREST = "7"
"""The type of the movements that pay interest."""

_LENT = ""
"""The type of those that lend and give back, which no document tells of V5."""


@dataclass(slots=True, kw_only=True)
class Debt:
    """What is owed in one currency.

    Attributes:
        amount: How much was borrowed.
        rate: The part of it that a day costs.
        charged: Up to when interest is counted, Unix milliseconds.
        interest: All interest so far, what is paid included.
        returned: How much of the amount was given back.
        paid: How much of the interest was paid.
    """

    amount: Decimal
    rate: Decimal = LOAN_RATE
    charged: int
    interest: Decimal = ZERO
    returned: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def principal(self) -> Decimal:
        """What is still to be given back, without interest."""
        return self.amount - self.returned

    @property
    def due(self) -> Decimal:
        """The interest that is not paid yet."""
        return self.interest - self.paid

    @property
    def owed(self) -> Decimal:
        """All that would end it now."""
        return self.principal + self.due

    @property
    def hourly(self) -> Decimal:
        """What an hour costs."""
        return money(self.principal * self.rate / 24)

    def charge(self, now: int) -> bool:
        """Count interest for every full hour that has passed; tell whether there was one."""
        hours = (now - self.charged) // HOUR_MS
        if hours < 1:
            return False
        self.interest += hours * self.hourly
        self.charged += hours * HOUR_MS
        return True

    def settle(self, most: Decimal) -> tuple[Decimal, Decimal]:
        """Take a repayment in, and return how much of it pays interest and how much gives back what was borrowed."""
        interest = min(most, self.due)
        back = min(most - interest, self.principal)
        self.paid += interest
        self.returned += back
        return interest, back


@dataclass(frozen=True, slots=True)
class Change:
    """One time that a user has borrowed or repaid.

    Attributes:
        kind: ``auto_borrow``, ``auto_repay``, ``manual_borrow`` or ``manual_repay``.
        amount: How much, interest included.
        principal: What is still to be given back after it.
        ts: When, Unix milliseconds.
    """

    ccy: str
    kind: str
    amount: Decimal
    principal: Decimal
    ts: int


@dataclass(frozen=True, slots=True)
class Accrual:
    """The interest of one hour.

    Attributes:
        amount: How much.
        principal: On what.
        total: All that was owed after it.
        ts: The end of that hour, Unix milliseconds.
    """

    ccy: str
    amount: Decimal
    principal: Decimal
    total: Decimal
    ts: int


@dataclass(slots=True)
class _Records:
    changes: list[Change] = field(default_factory=list[Change])
    accruals: list[Accrual] = field(default_factory=list[Accrual])


class Debts:
    """Lends into trading accounts, takes back and counts interest, one debt for each user and currency.

    Interest is counted at the end of each full hour, on what is owed then; how the exchange counts an hour in which a
    debt changes is not documented.

    Args:
        ledger: Where the money is.
        clock: Market time.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._open: dict[str, dict[str, Debt]] = {}
        self._users: dict[str, User] = {}
        self._records: dict[str, _Records] = {}

    def copy_of(self, user: User, ledger: Ledger) -> Debts:
        """Return debts of its own that begin with copies of what one user owes."""
        twin = Debts(ledger, self._clock)
        twin._users = dict(self._users)
        twin._open[user.uid] = {ccy: copy(debt) for ccy, debt in self._open.get(user.uid, {}).items()}
        return twin

    def of(self, user: User) -> dict[str, Debt]:
        """Return what a user owes, by currency."""
        return self._open.get(user.uid, {})

    def debtors(self) -> list[User]:
        """Return who owes something."""
        return [self._users[uid] for uid, debts in self._open.items() if debts]

    def borrow(self, user: User, ccy: str, amount: Decimal, kind: str) -> None:
        """Lend an amount; whether that much may be lent is asked before."""
        now = self._clock.now()
        debt = self._open.setdefault(user.uid, {}).get(ccy)
        if debt is None:
            debt = self._open[user.uid][ccy] = Debt(amount=ZERO, charged=now - now % HOUR_MS)
        debt.charge(now)
        debt.amount += amount
        self._users[user.uid] = user
        self._move(user, ccy, amount, _LENT, Room.LENDERS)
        self._note(user, Change(ccy, kind, amount, debt.principal, now))

    def repay(self, user: User, ccy: str, most: Decimal, kind: str) -> Decimal:
        """Pay off as much of a debt as an amount does; whether the account has it is asked before.

        Returns:
            What was paid, never more than was owed.
        """
        debt = self.of(user).get(ccy)
        if debt is None or most <= 0:
            return ZERO
        interest, back = debt.settle(most)
        self._move(user, ccy, -interest, INTEREST, Room.FEES)
        self._move(user, ccy, -back, _LENT, Room.LENDERS)
        if not debt.owed:
            del self._open[user.uid][ccy]
        self._note(user, Change(ccy, kind, interest + back, debt.principal, self._clock.now()))
        return interest + back

    def pass_by(self, now: int) -> list[tuple[User, str]]:
        """Count the interest that is due by now; return whose debts have grown, and in which currencies."""
        grown: list[tuple[User, str]] = []
        for user in self.debtors():
            for ccy, debt in self.of(user).items():
                first = debt.charged + HOUR_MS
                before, hourly = debt.owed, debt.hourly
                if not debt.charge(now):
                    continue
                grown.append((user, ccy))
                for hour, ts in enumerate(range(first, debt.charged + 1, HOUR_MS), 1):
                    accrual = Accrual(ccy, hourly, debt.principal, before + hour * hourly, ts)
                    self._of(user).accruals.append(accrual)
        return grown

    def changes(self, user: User) -> Iterator[Change]:
        """Yield every time that a user has borrowed or repaid, the newest first."""
        return reversed(self._of(user).changes)

    def accruals(self, user: User) -> Iterator[Accrual]:
        """Yield every hour's interest of a user, the newest first."""
        return iter(sorted(self._of(user).accruals, key=lambda one: one.ts, reverse=True))

    def _of(self, user: User) -> _Records:
        return self._records.setdefault(user.uid, _Records())

    def _note(self, user: User, change: Change) -> None:
        self._of(user).changes.append(change)

    def _move(self, user: User, ccy: str, amount: Decimal, kind: str, room: Room) -> None:
        house, purse = self._ledger.house(room), self._ledger.purse(user.uid, Room.TRADING)
        self._ledger.move(ccy, amount, house, purse, kind)
