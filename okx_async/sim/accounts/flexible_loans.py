"""Flexible loans: coins that are lent against other coins, for interest, until they are repaid or sold out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from itertools import count

from ..clock import Clock
from ..earn_rates import HOUR_MS, YEAR_HOURS, borrow_rate
from ..query_v5 import Refusal
from .bank import Bank
from .ledger import Purse, Room
from .people import User
from .prices import Prices
from .worth import ZERO, money

__all__ = ["CALL", "LIQUIDATION", "QUOTA", "START", "Interest", "Loan", "Loans", "Record"]

START, CALL, LIQUIDATION = Decimal("0.7"), Decimal("0.75"), Decimal("0.85")
"""Loan to value: up to which coins are lent, from which the owner is warned, from which collateral is sold."""
QUOTA = Decimal(1_000_000)
"""The most that is lent to one user, in US dollars."""
_PENALTY = Decimal("0.02")
"""What a liquidation costs, as a part of the debt."""
_STEP = Decimal(1).scaleb(-8)
_KIND = "flexible loan"
_LOCKED, _RELEASED, _BORROWED, _REPAID = "212", "215", "217", "218"
"""Types of funding bills. (Asset bills details)"""
_FIRST_ID = 9_000_000_001


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened to a loan.

    Attributes:
        number: Its id.
        loan: Which.
        type: What, in the exchange's words.
        ccy: Of which currency.
        amount: How much; negative for what left its owner.
        ts: When, Unix milliseconds.
    """

    number: int
    loan: Loan
    type: str
    ccy: str
    amount: Decimal
    ts: int


@dataclass(frozen=True, slots=True)
class Interest:
    """The interest of one hour.

    Attributes:
        number: Its id.
        loan: Of which.
        ccy: In which currency.
        debt: On how much.
        amount: How much.
        rate: The rate of that hour.
        ts: When, Unix milliseconds.
    """

    number: int
    loan: Loan
    ccy: str
    debt: Decimal
    amount: Decimal
    rate: Decimal
    ts: int


@dataclass(slots=True, eq=False)
class Loan:
    """One loan.

    Attributes:
        number: Its id.
        user: Whose it is.
        debts: What is owed, with interest, by currency.
        collateral: What stands for it.
    """

    number: int
    user: User
    debts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    collateral: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def open(self) -> bool:
        """Whether anything is owed."""
        return any(self.debts.values())


class Loans:
    """All flexible loans.

    Coins come from `Room.POOL` into the funding account; collateral goes from there to the owner's purse
    `Room.COLLATERAL`, and returns when nothing is owed any more. Interest is added to the debt at each full hour. Once
    the debt is too much of what the collateral is worth, as much of that is sold at index prices as pays the debt and
    a penalty, the largest part first, and the rest returns.

    The bounds, the quota, the penalty, and that it all happens in one step are made up: no document tells them.
    Borrowing has no minimum, no collateral is discounted, and there are no pairs with an e-mode.

    Args:
        bank: Users and money.
        prices: What coins are worth.
        clock: Market time.

    Attributes:
        records: What happened, the oldest first.
        interest: Every hour's interest, the oldest first.
    """

    def __init__(self, bank: Bank, prices: Prices, clock: Clock) -> None:
        self._bank = bank
        self._prices = prices
        self._clock = clock
        self._ids = count(_FIRST_ID)
        self._loans: dict[int, Loan] = {}
        self._living: list[Loan] = []
        self._hour = clock.now() // HOUR_MS
        self.records: list[Record] = []
        self.interest: list[Interest] = []

    def of(self, user: User) -> Iterator[Loan]:
        """Yield a user's loans on which something is owed, the newest first."""
        return (loan for loan in reversed(self._loans.values()) if loan.user is user and loan.open)

    def find(self, user: User, number: str) -> Loan:
        """Return one of them.

        Raises:
            Refusal: There is none of that number; which code the exchange has for that is not documented.
        """
        found = next((loan for loan in self.of(user) if str(loan.number) == number), None)
        if found is None:
            raise Refusal(200, "51603", "Order does not exist")
        return found

    # -- what things are worth

    def usd(self, amounts: Mapping[str, Decimal]) -> Decimal:
        """Return what amounts are worth in US dollars."""
        return sum((amount * self.price(ccy) for ccy, amount in amounts.items()), ZERO)

    def price(self, ccy: str) -> Decimal:
        """Return what one coin is worth in US dollars."""
        return self._prices.usd(ccy) or ZERO

    def ratio(self, loan: Loan) -> Decimal:
        """Return which part of the collateral's worth is owed; without collateral it is all of it."""
        worth = self.usd(loan.collateral)
        return self.usd(loan.debts) / worth if worth else Decimal(1)

    def room(self, loan: Loan | None, more: Mapping[str, Decimal]) -> Decimal:
        """Return how many dollars can be borrowed on a loan, or on a new one, with more collateral."""
        held = self.usd(loan.collateral) if loan else ZERO
        owed = self.usd(loan.debts) if loan else ZERO
        return max(ZERO, (held + self.usd(more)) * START - owed)

    def quota(self, user: User) -> Decimal:
        """Return how many dollars a user may still borrow."""
        return max(ZERO, QUOTA - sum((self.usd(loan.debts) for loan in self.of(user)), ZERO))

    def spare(self, loan: Loan, ccy: str) -> Decimal:
        """Return how much collateral of a currency can leave."""
        worth, held = self.price(ccy), loan.collateral.get(ccy, ZERO)
        needed = self.usd(loan.debts) / START
        dollars = max(ZERO, self.usd(loan.collateral) - needed)
        return min(held, (dollars / worth).quantize(_STEP, ROUND_DOWN)) if worth else ZERO

    # -- what users do

    def borrow(self, user: User, loan: Loan | None, ccy: str, amount: Decimal, more: Mapping[str, Decimal]) -> Loan:
        """Lend coins, on a loan or a new one, against what is there and more.

        Raises:
            Refusal: The collateral is not there, or not enough, or the quota is used up.
        """
        owed = {ccy, *(loan.debts if loan else ())}
        if owed & more.keys() or (loan is not None and loan.collateral.get(ccy)):
            raise Refusal(200, "51750", "The collateral cannot be the coin that is borrowed.")
        self._affordable(user, more)
        dollars = amount * self.price(ccy)
        if dollars > self.room(loan, more):
            raise Refusal(200, "51757", "The collateral is not enough.")
        if dollars > self.quota(user):
            raise Refusal(200, "51765", "The quota is used up.")
        if loan is None:
            loan = Loan(next(self._ids), user)
            self._loans[loan.number] = loan
            self._living.append(loan)
        for name, part in more.items():
            self._lock(loan, name, part)
        self._move(loan, ccy, amount, self._pool, self._bank.funding(user), _BORROWED)
        loan.debts[ccy] += amount
        self._record(loan, "borrowed", ccy, amount)
        return loan

    def repay(self, loan: Loan, ccy: str, amount: Decimal) -> Decimal:
        """Take coins back, not more than are owed; when nothing is owed any more the collateral returns.

        Returns:
            How much was taken.

        Raises:
            Refusal: None of them are owed, or the funding account has too few.
        """
        owed = loan.debts.get(ccy, ZERO)
        if not owed:
            raise Refusal(200, "51754", "There is no debt of this coin.")
        paid = min(amount, owed)
        self._affordable(loan.user, {ccy: paid})
        self._move(loan, ccy, paid, self._bank.funding(loan.user), self._pool, _REPAID)
        loan.debts[ccy] -= paid
        self._record(loan, "repaid", ccy, -paid)
        self._release(loan)
        return paid

    def add(self, loan: Loan, ccy: str, amount: Decimal) -> None:
        """Put more collateral behind a loan.

        Raises:
            Refusal: It is what is owed, or the funding account has too little.
        """
        if loan.debts.get(ccy):
            raise Refusal(200, "51750", "The collateral cannot be the coin that is borrowed.")
        self._affordable(loan.user, {ccy: amount})
        self._lock(loan, ccy, amount)

    def reduce(self, loan: Loan, ccy: str, amount: Decimal) -> None:
        """Give collateral back.

        Raises:
            Refusal: There is none of that currency, or the loan needs it.
        """
        if not loan.collateral.get(ccy):
            raise Refusal(200, "51753", "The coin is not in the collateral.")
        if amount > self.spare(loan, ccy):
            raise Refusal(200, "51756", "The amount is above what can be redeemed.")
        self._unlock(loan, ccy, amount)

    # -- what time brings

    def pass_by(self, now: int) -> None:
        """Add the interest of each hour that has passed, and sell where the debt has become too much."""
        self._living = [loan for loan in self._living if loan.open]
        while self._hour < now // HOUR_MS:
            self._hour += 1
            for loan in self._living:
                self._charge(loan, self._hour)
        for loan in self._living:
            if self.ratio(loan) >= LIQUIDATION:
                self._liquidate(loan)

    def _charge(self, loan: Loan, hour: int) -> None:
        for ccy, debt in loan.debts.items():
            rate = borrow_rate(ccy, hour) / YEAR_HOURS
            interest = money(debt * rate)
            if interest:
                loan.debts[ccy] += interest
                self.interest.append(Interest(next(self._ids), loan, ccy, debt, interest, rate, hour * HOUR_MS))

    def _liquidate(self, loan: Loan) -> None:
        """Sell collateral for the debt and the penalty; what it does not pay is the house's loss."""
        owed = self.usd(loan.debts) * (1 + _PENALTY)
        for ccy in sorted(loan.collateral, key=lambda name: -loan.collateral[name] * self.price(name)):
            price = self.price(ccy)
            needed = (owed / price).quantize(_STEP, ROUND_UP) if price else loan.collateral[ccy]
            sold = min(loan.collateral[ccy], needed)
            if sold > 0:
                loan.collateral[ccy] -= sold
                self._bank.ledger.move(ccy, sold, self._purse(loan.user), self._pool, _KIND, ref=str(loan.number))
                self._record(loan, "forced_liquidation", ccy, -sold)
                owed -= sold * price
        loan.debts.clear()
        self._release(loan)

    # -- moving money

    @property
    def _pool(self) -> Purse:
        return self._bank.ledger.house(Room.POOL)

    def _purse(self, user: User) -> Purse:
        return self._bank.ledger.purse(user.uid, Room.COLLATERAL)

    def _affordable(self, user: User, amounts: Mapping[str, Decimal]) -> None:
        funding = self._bank.funding(user)
        if any(amount > funding.available(ccy) for ccy, amount in amounts.items()):
            raise Refusal(200, "51764", "Insufficient balance.")

    def _lock(self, loan: Loan, ccy: str, amount: Decimal) -> None:
        self._move(loan, ccy, amount, self._bank.funding(loan.user), self._purse(loan.user), _LOCKED)
        loan.collateral[ccy] += amount
        self._record(loan, "collateral_locked", ccy, -amount)

    def _unlock(self, loan: Loan, ccy: str, amount: Decimal) -> None:
        self._move(loan, ccy, amount, self._purse(loan.user), self._bank.funding(loan.user), _RELEASED)
        loan.collateral[ccy] -= amount
        self._record(loan, "collateral_released", ccy, amount)

    def _release(self, loan: Loan) -> None:
        """Give all collateral back when nothing is owed any more."""
        for ccy, amount in list(loan.collateral.items()) if not loan.open else ():
            if amount:
                self._unlock(loan, ccy, amount)

    def _move(self, loan: Loan, ccy: str, amount: Decimal, source: Purse, target: Purse, bill: str) -> None:
        self._bank.ledger.move(ccy, amount, source, target, _KIND, bill, str(loan.number))

    def _record(self, loan: Loan, kind: str, ccy: str, amount: Decimal) -> None:
        self.records.append(Record(next(self._ids), loan, kind, ccy, amount, self._clock.now()))
