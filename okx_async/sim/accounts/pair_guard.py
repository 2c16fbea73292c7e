"""Liquidation of margin accounts: when an account's own money no longer stands for its debts, they are paid off for it.

Where the exchange sends liquidation orders to the market, the simulator trades at the last price with the street, as
`guard` does with positions. Open orders go first; then so much of one currency is sold as the debts in the other need.
What is missing still, the insurance fund pays, and a penalty feeds it as far as something is left.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_UP, Decimal

from ..market import Market
from .bank import TRANSFER
from .desk import Desk
from .fees import rate_of
from .guard import COVER, PENALTY
from .ledger import Ledger, Room
from .loans import Loans
from .orders import Orders, Ticket, WhyCanceled
from .pairs import Pairs, Side, cut
from .people import User
from .settle import FULL
from .worth import ZERO, terms_of

__all__ = ["PairGuard"]


class PairGuard:
    """Watches over margin accounts.

    Args:
        ledger: Where the money is.
        loans: What is owed.
        pairs: Reckons accounts.
        orders: Everybody's orders.
        desk: Cancels orders, and makes the trades that nobody asked for.
    """

    def __init__(self, ledger: Ledger, loans: Loans, pairs: Pairs, orders: Orders, desk: Desk) -> None:
        self._ledger = ledger
        self._loans = loans
        self._pairs = pairs
        self._orders = orders
        self._desk = desk

    def pass_by(self, now: int) -> None:
        """Let interest grow up to now, and look at whose debts have grown."""
        for user, market in self._loans.pass_by(now):
            self._look(user, market)

    def watch(self, markets: Collection[Market]) -> None:
        """Look at all who owe something in pairs whose prices have moved."""
        for market in markets:
            for user in self._loans.debtors(market):
                self._look(user, market)

    def close(self, market: Market) -> None:
        """End the margin accounts of what is traded no more: debts are paid off, the rest goes to trading accounts."""
        inst_id = market.instrument.inst_id
        for order in list(self._orders.at(market).values()):
            if order.ticket.on_margin:
                self._desk.cancel(order, WhyCanceled.DELIVERY)
        for user in self._loans.debtors(market):
            self._pay_off(user, market)
        for purse in list(self._ledger.purses()):
            if (purse.room, purse.pair) == (Room.MARGIN, inst_id):
                for ccy, amount in list(purse.cash.items()):
                    self._ledger.move(ccy, amount, purse, self._ledger.purse(purse.owner, Room.TRADING), TRANSFER)

    def _look(self, user: User, market: Market) -> None:
        if not self._pairs.account(user, market).fails:
            return
        for order in self._orders.pending(user.uid):
            if order.market is market and order.ticket.on_margin:
                self._desk.cancel(order, WhyCanceled.LIQUIDATION)
        traded = self._pay_off(user, market)
        left = self._pairs.account(user, market).quote
        penalty = cut(traded * max(ZERO, rate_of(market.instrument.kind, user.vip, False)))
        self._pay(user, market, left.ccy, -min(penalty, max(ZERO, left.balance)), PENALTY)

    def _pay_off(self, user: User, market: Market) -> Decimal:
        """Repay all debts of an account; return what was traded for that, in the quote currency."""
        traded = sum((self._raise(user, market, buy) for buy in (True, False)), ZERO)
        for side in self._pairs.account(user, market).sides:
            self._pay(user, market, side.ccy, max(ZERO, side.owed - side.balance), COVER)
            self._loans.repay(user, market, side.ccy, side.owed)
        return traded

    def _raise(self, user: User, market: Market, buy: bool) -> Decimal:
        """Trade for what one currency owes more than it has, as far as the other has something to spare.

        Returns:
            What was traded, in the quote currency.
        """
        account, terms = self._pairs.account(user, market), terms_of(market.instrument)
        short, other = (account.base, account.quote) if buy else (account.quote, account.base)
        if short.net >= 0:
            return ZERO
        lot = terms.value(terms.price(market.tape.last.price), 1)
        got, given = (terms.size(1), lot) if buy else (lot, terms.size(1))
        kept = 1 - max(ZERO, rate_of(market.instrument.kind, user.vip, False))
        needed = (-short.net / (got * kept)).to_integral_value(ROUND_UP)
        lots = int(min(needed, _spare(other) / given))
        if not lots:
            return ZERO
        size = market.instrument.size_text(lots)
        self._desk.seize(user, Ticket(market, buy, "market", "isolated", "", size, lots, category=FULL))
        return lots * lot

    def _pay(self, user: User, market: Market, ccy: str, amount: Decimal, bill: tuple[str, str]) -> None:
        fund, purse = self._ledger.house(Room.FUND), self._loans.purse(user, market)
        self._ledger.move(ccy, amount, fund, purse, *bill, inst_id=market.instrument.inst_id)


def _spare(side: Side) -> Decimal:
    return max(ZERO, side.net)
