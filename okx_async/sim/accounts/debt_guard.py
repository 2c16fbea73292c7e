"""What becomes of trading accounts that owe: interest, repayments, and liquidation when own money no longer suffices.

Where the exchange sends liquidation orders to the market, the simulator swaps at index prices with the street: open
orders of pairs go first, then so much of the other currencies as the debts need, those of the greatest value first.
What is missing still once no position is left, the insurance fund pays.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..instruments import Kind
from .credit import Credit
from .desk import Desk
from .fees import rate_of
from .guard import COVER
from .ledger import Ledger, Purse, Room
from .margin import Margins
from .orders import Orders, WhyCanceled
from .pairs import cut
from .people import User
from .positions import Positions
from .prices import Prices
from .worth import ZERO, money

__all__ = ["DebtGuard"]

_SWAP = ("5", "")
"""The bill of what is sold and bought for a user; which sub-type the exchange gives it is not documented."""


class DebtGuard:
    """Watches over who owes something in a trading account.

    Args:
        ledger: Where the money is.
        credit: What is owed, and what stands for it.
        margins: What positions need.
        prices: What currencies are worth.
        orders: Everybody's orders.
        positions: Everybody's positions.
        desk: Cancels orders.

    Attributes:
        on_grown: Called with a user and a currency when a debt has grown without money moving.
    """

    def __init__(
        self,
        ledger: Ledger,
        credit: Credit,
        margins: Margins,
        prices: Prices,
        orders: Orders,
        positions: Positions,
        desk: Desk,
    ) -> None:
        self._ledger = ledger
        self._credit = credit
        self._margins = margins
        self._prices = prices
        self._orders = orders
        self._positions = positions
        self._desk = desk
        self.on_grown: Callable[[User, str], None] = lambda user, ccy: None

    def pass_by(self, now: int) -> None:
        """Let interest grow up to now, repay what repays itself, and look at everybody who owes something."""
        for user, ccy in self._credit.debts.pass_by(now):
            self.on_grown(user, ccy)
        self.watch()

    def watch(self) -> None:
        """Look at everybody who owes something, as prices move all debts and everything that stands for them."""
        for user in self._credit.debts.debtors():
            self._credit.tidy(user)
            if self._credit.fails(user):
                self._liquidate(user)

    def _liquidate(self, user: User) -> None:
        for order in self._orders.pending(user.uid):
            if order.market.instrument.kind is Kind.SPOT and not order.ticket.on_margin:
                self._desk.cancel(order, WhyCanceled.LIQUIDATION)
        for ccy, debt in list(self._credit.debts.of(user).items()):
            self._raise(user, ccy, debt.owed - self._idle(user, ccy))
            self._repay(user, ccy, min(debt.owed, self._idle(user, ccy)))
        if not self._positions.of(user.uid):
            self._cover(user)

    def _raise(self, user: User, ccy: str, needed: Decimal) -> None:
        """Sell what else there is for what a debt lacks."""
        kept = 1 - max(ZERO, rate_of(Kind.SPOT, user.vip, False))
        others = [one for one in self._margins.purse(user).cash if one != ccy and self._own(user, one) > 0]
        for other in sorted(others, key=lambda one: self._own(user, one) * self._usd(one), reverse=True):
            rate = self._prices.rate(other, ccy)
            if needed <= 0 or not rate:
                continue
            bought = money(min(needed / kept, cut(self._own(user, other) * rate)))
            sold = min(self._own(user, other), money(bought / rate))
            fee = money(bought * (1 - kept))
            self._pay(user, other, -sold, Room.STREET, _SWAP)
            self._pay(user, ccy, bought, Room.STREET, _SWAP)
            self._pay(user, ccy, -fee, Room.FEES, _SWAP)
            needed -= bought - fee

    def _cover(self, user: User) -> None:
        """Let the insurance fund pay what is owed still when nothing is left to pay it with."""
        for ccy, debt in list(self._credit.debts.of(user).items()):
            self._pay(user, ccy, debt.owed, Room.FUND, COVER)
            self._repay(user, ccy, debt.owed)

    def _repay(self, user: User, ccy: str, amount: Decimal) -> None:
        self._credit.debts.repay(user, ccy, amount, "auto_repay")

    def _own(self, user: User, ccy: str) -> Decimal:
        """Return what may be sold of a currency: what is idle and not owed itself."""
        return self._idle(user, ccy) - sum(self._credit.owed(user, ccy), ZERO)

    def _idle(self, user: User, ccy: str) -> Decimal:
        return max(ZERO, self._margins.idle(user, ccy))

    def _usd(self, ccy: str) -> Decimal:
        return self._prices.usd(ccy) or ZERO

    def _pay(self, user: User, ccy: str, amount: Decimal, room: Room, bill: tuple[str, str]) -> None:
        purse: Purse = self._margins.purse(user)
        self._ledger.move(ccy, amount, self._ledger.house(room), purse, *bill)
