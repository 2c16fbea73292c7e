"""What users have borrowed into the margin accounts of pairs, and the interest on it.

Money that is borrowed comes from the house's lenders and goes back to them; interest grows as a debt and moves when it
is paid. V3 speaks of all this; what V5 lends is in `debts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from ..clock import Clock
from ..market import Market
from .debts import HOUR_MS, INTEREST, Debt
from .ledger import Ledger, Purse, Room
from .people import User

__all__ = ["BORROWED", "HOUR_MS", "INTEREST", "REPAID", "Loan", "Loans"]

BORROWED, REPAID = "borrow", "repay"
"""Types of the movements beside `INTEREST`, which V5 never sees."""

_FIRST_ID = 500_001


@dataclass(slots=True, eq=False, kw_only=True)
class Loan(Debt):
    """One loan.

    Attributes:
        number: Grows from loan to loan.
        user: Who borrowed.
        market: For the margin account of which pair.
        ccy: What was borrowed, one of the pair's two currencies.
        ts: When, Unix milliseconds.
    """

    number: int
    user: User
    market: Market
    ccy: str
    ts: int


class Loans:
    """Lends, takes back and counts interest.

    Interest is simple and is counted after each full hour of a loan's own; how the exchange rounded the first hour is
    not documented. A repayment pays interest before it gives back what was borrowed.

    Args:
        ledger: Where the money is.
        clock: Market time.

    Attributes:
        listeners: Called with user and pair when a debt has changed without money moving.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._ids = count(_FIRST_ID)
        self._repayments = count(_FIRST_ID)
        self._all: dict[str, list[Loan]] = {}
        self._open: dict[tuple[str, Market], list[Loan]] = {}
        self.listeners: list[Callable[[User, Market], None]] = []

    def borrow(self, user: User, market: Market, ccy: str, amount: Decimal) -> Loan:
        """Lend an amount; whether that much may be lent is asked before."""
        now = self._clock.now()
        loan = Loan(number=next(self._ids), user=user, market=market, ccy=ccy, amount=amount, ts=now, charged=now)
        self._all.setdefault(user.uid, []).append(loan)
        self._open.setdefault((user.uid, market), []).append(loan)
        self._move(loan, amount, BORROWED, Room.LENDERS)
        return loan

    def repay(self, user: User, market: Market, ccy: str, amount: Decimal, number: int | None = None) -> int:
        """Pay off one loan, or a pair's loans of a currency from the oldest on; return the repayment's number.

        Never more is taken than is owed. Whether the account has the money is asked before.
        """
        left = amount
        for loan in self.open(user, market, ccy):
            if number in (None, loan.number):
                left -= self._pay(loan, left)
        return next(self._repayments)

    def pass_by(self, now: int) -> list[tuple[User, Market]]:
        """Count the interest that is due by now; return whose debts have grown, and in which pairs."""
        grown = [loans[0] for loans in self._open.values() if sum(loan.charge(now) for loan in loans)]
        found = [(loan.user, loan.market) for loan in grown]
        for user, market in found:
            for listener in self.listeners:
                listener(user, market)
        return found

    def open(self, user: User, market: Market, ccy: str = "") -> list[Loan]:
        """Return the loans of a pair that are not repaid, of one currency or of both, the oldest first."""
        return [loan for loan in self._open.get((user.uid, market), ()) if ccy in ("", loan.ccy)]

    def markets(self) -> list[Market]:
        """Return the pairs in which somebody owes something."""
        return list(dict.fromkeys(market for _, market in self._open))

    def debtors(self, market: Market) -> list[User]:
        """Return who owes something in a pair."""
        return [loans[0].user for (_, where), loans in self._open.items() if where is market]

    def newest_first(self, user: User) -> Iterator[Loan]:
        """Yield every loan of a user, repaid or not."""
        return reversed(self._all.get(user.uid, []))

    def purse(self, user: User, market: Market) -> Purse:
        """Return the margin account of a pair."""
        return self._ledger.purse(user.uid, Room.MARGIN, market.instrument.inst_id)

    def _pay(self, loan: Loan, most: Decimal) -> Decimal:
        interest, back = loan.settle(most)
        self._move(loan, -interest, INTEREST, Room.FEES)
        self._move(loan, -back, REPAID, Room.LENDERS)
        if not loan.owed:
            key = loan.user.uid, loan.market
            self._open[key].remove(loan)
            if not self._open[key]:
                del self._open[key]
        return interest + back

    def _move(self, loan: Loan, amount: Decimal, kind: str, room: Room) -> None:
        house, purse = self._ledger.house(room), self.purse(loan.user, loan.market)
        inst_id = loan.market.instrument.inst_id
        self._ledger.move(loan.ccy, amount, house, purse, kind, ref=str(loan.number), inst_id=inst_id)
