"""How much a user may borrow into a trading account, and what that leaves to be taken out. (V5)

The rules are the simulator's, as the documents name figures and not how they are reckoned. Everything in the account
stands for everything that is owed: each debt needs its value by leverage less one of the user's own money, and never
more of a currency is lent than its quota (``public/interest-rate-loan-quota``) leaves to the master account and its
sub-accounts. Coins count in full. Own money is what is left after all debts, without what positions need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from ..risk import loan_quota
from .debts import Debts
from .ledger import Ledger
from .leverage import DEFAULT_LEVER, LEVERAGE
from .margin import Margins
from .pairs import cut
from .people import Mode, People, User
from .prices import Prices
from .worth import ZERO

__all__ = ["AUTO_LOAN", "AUTO_REPAY", "MAINTENANCE", "Credit"]

MAINTENANCE = Decimal("0.05")
"""The part of all debts below which own money must not fall: half of what the greatest leverage of margin needs."""

AUTO_LOAN, AUTO_REPAY = "autoLoan", "autoRepay"
"""Under which names `User.settings` keeps whether an account borrows by itself, and repays by itself."""

_MODES = (Mode.SPOT, Mode.MULTI_CURRENCY)


class Credit:
    """Reckons what may be borrowed, and borrows and repays by itself where an account is set so.

    Args:
        debts: What is owed.
        margins: What accounts have and what their positions need.
        prices: What currencies are worth.
        people: Who belongs to which master account.
        bases: Returns the pairs whose base a currency is.
    """

    def __init__(
        self, debts: Debts, margins: Margins, prices: Prices, people: People, bases: Callable[[str], Iterator[str]]
    ) -> None:
        self.debts = debts
        self._margins = margins
        self._prices = prices
        self._people = people
        self._bases = bases

    def copy_of(self, user: User, ledger: Ledger, margins: Margins) -> Credit:
        """Return one of its own over copies of what a user owes and has."""
        return Credit(self.debts.copy_of(user, ledger), margins, self._prices, self._people, self._bases)

    def lends(self, user: User) -> bool:
        """Tell whether a user's orders may spend what the account does not have."""
        if user.mode is Mode.SPOT:
            return user.borrows
        return user.mode is Mode.MULTI_CURRENCY and user.settings.get((AUTO_LOAN,)) == "true"

    def repays(self, user: User) -> bool:
        """Tell whether what comes in pays off debts by itself."""
        if user.mode is Mode.SPOT:
            return user.settings.get((AUTO_REPAY,)) == "true"
        return self.lends(user)

    def owed(self, user: User, ccy: str) -> tuple[Decimal, Decimal]:
        """Return what was borrowed of a currency and is not given back yet, and the interest on it."""
        debt = self.debts.of(user).get(ccy)
        return (ZERO, ZERO) if debt is None else (debt.principal, debt.due)

    def debt(self, user: User) -> Decimal:
        """Return what everything owed is worth, in dollars."""
        return sum((debt.owed * self._usd(ccy) for ccy, debt in self.debts.of(user).items()), ZERO)

    def own(self, user: User) -> Decimal:
        """Return what is left of an account after all debts and without what its positions need, in dollars."""
        margins = self._margins
        ccys = margins.purse(user).cash.keys() | margins.sharing(user) | self.debts.of(user).keys()
        free = sum((self._loose(user, ccy) * self._usd(ccy) for ccy in ccys), ZERO)
        return free - self.debt(user)

    def ratio(self, user: User) -> Decimal | None:
        """Return own money by all debts, ``None`` without any."""
        debt = self.debt(user)
        return self.own(user) / debt if debt else None

    def fails(self, user: User) -> bool:
        """Tell whether an account's own money no longer stands for its debts."""
        ratio = self.ratio(user)
        return ratio is not None and ratio <= MAINTENANCE

    def spare(self, user: User, ccy: str) -> Decimal | None:
        """Return how much of a currency debts leave to be taken out or tied up, ``None`` for any amount."""
        price = self._usd(ccy) if self.debts.of(user) else ZERO
        return max(ZERO, cut(self._room(user) / price)) if price else None

    def most(self, user: User, ccy: str) -> Decimal:
        """Return how much more of a currency may be borrowed now."""
        price = self._usd(ccy)
        if not price:
            return ZERO
        # What is borrowed stays in the account or becomes something else there: only what it needs has to be spare.
        by_money = self._room(user) * (self.lever(user, ccy) - 1) / price
        return max(ZERO, cut(min(by_money, self.quota(user, ccy))))

    def quota(self, user: User, ccy: str) -> Decimal:
        """Return what the quota of a currency leaves to a master account and its sub-accounts."""
        family = self._people.family(user.uid)
        return loan_quota(ccy) - sum((self.owed(one, ccy)[0] for one in family), ZERO)

    def lever(self, user: User, ccy: str) -> Decimal:
        """Return the leverage that a currency is borrowed with: that of its pairs, which users set, at least 2."""
        told = (user.settings.get((LEVERAGE, inst_id, "cross", "")) for inst_id in self._bases(ccy))
        return max(Decimal(2), Decimal(next((lever for lever in told if lever is not None), DEFAULT_LEVER)))

    # -- what accounts do by themselves

    def borrowable(self, user: User, ccy: str) -> Decimal:
        """Return how much an order of a user may spend beyond what the account has."""
        return self.most(user, ccy) if self.lends(user) else ZERO

    def spend(self, user: User, ccy: str, amount: Decimal) -> None:
        """Borrow what an account lacks for a trade.

        An order that was let in is honoured, whatever prices have done and though its owner may borrow no more.
        """
        lack = amount - self._margins.purse(user).cash.get(ccy, ZERO)
        if lack > 0 and user.mode in _MODES:
            self.debts.borrow(user, ccy, lack, "auto_borrow")

    def tidy(self, user: User) -> None:
        """Pay off what an account can pay with what nothing else needs, where it is set so."""
        if not self.repays(user):
            return
        for ccy, debt in list(self.debts.of(user).items()):
            self.debts.repay(user, ccy, min(debt.owed, self._margins.idle(user, ccy)), "auto_repay")

    # -- parts

    def _room(self, user: User) -> Decimal:
        """Return how much own money debts do not need, in dollars."""
        debts = self.debts.of(user).items()
        needed = (debt.owed * self._usd(ccy) / (self.lever(user, ccy) - 1) for ccy, debt in debts)
        return self.own(user) - sum(needed, ZERO)

    def _loose(self, user: User, ccy: str) -> Decimal:
        """Return the money in a currency that no position needs; that of orders of pairs stays in the account."""
        margins = self._margins
        loss = min(ZERO, margins.crossed(user, ccy))
        return margins.purse(user).cash.get(ccy, ZERO) - margins.apart(user, ccy) - margins.shared(user, ccy) + loss

    def _usd(self, ccy: str) -> Decimal:
        return self._prices.usd(ccy) or ZERO
