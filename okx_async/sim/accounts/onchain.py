"""On-chain earn: money that works in a protocol of some chain, and takes its time to get there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from ..clock import Clock
from ..earn_rates import DAY_MS, HOUR_MS, staking_rate
from ..query_v5 import Refusal
from .bank import Bank
from .ledger import Purse, Room
from .people import User
from .worth import ZERO, money

__all__ = ["OFFERS", "Offer", "OnChain", "Order", "State"]

_KIND = "onchain"
_SUBSCRIBED, _RETURNED, _YIELD = "80", "82", "83"
"""Types of funding bills. (Asset bills details)"""
_FIRST_ID = 7_000_001
_YEAR_DAYS = 365
_PENDING_MS, _PLACING_MS = HOUR_MS, HOUR_MS
"""How long a purchase can be taken back, and how long it then takes to be on the chain."""
_CANCELLING_MS = 10 * 60_000
_SECOND_THOUGHTS_MS = 6 * HOUR_MS
"""How long a redemption can be taken back."""


class State:
    """The states of orders, as the wire says them."""

    PENDING = "8"
    CANCELLING = "13"
    PLACING = "9"
    EARNING = "1"
    REDEEMING = "2"
    DONE = "3"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be bought.

    Attributes:
        number: Its id.
        ccy: What it takes, and pays in.
        protocol: Where the money works.
        term: Days until it comes back by itself; 0: when its owner says so.
        early: Whether an order with a term can be ended before, without its earnings.
        wait: Hours that a redemption takes.
        least: The smallest order.
        most: The largest.
        sold_out: Whether nothing more can be bought.
    """

    number: str
    ccy: str
    protocol: str
    term: int
    early: bool
    wait: int
    least: Decimal
    most: Decimal
    sold_out: bool = False

    def rate(self, now: int) -> Decimal:
        """Return the yearly yield of a day; what is bound for longer brings more."""
        return staking_rate(f"{self.protocol} {self.ccy}", now // DAY_MS) + Decimal(self.term).scaleb(-3)


OFFERS = (
    Offer("4001", "USDT", "Lender", 0, False, 24, Decimal(10), Decimal(1_000_000)),
    Offer("4002", "USDT", "Lender", 30, False, 24, Decimal(100), Decimal(500_000)),
    Offer("4003", "ETH", "Restaker", 15, True, 48, Decimal("0.01"), Decimal(1_000)),
    Offer("4004", "BTC", "Bridge", 0, False, 72, Decimal("0.001"), Decimal(10)),
    Offer("4005", "BTC", "Bridge", 60, False, 72, Decimal("0.001"), Decimal(10), sold_out=True),
)


@dataclass(slots=True, eq=False)
class Order:
    """One purchase.

    Attributes:
        number: Its id.
        user: Whose it is.
        offer: Of what.
        amount: How much.
        tag: What its owner marked it with.
        bought: When, Unix milliseconds.
        due: When it changes next by itself.
        rate: The yearly yield that a term was bought at.
        state: See `State`.
        days: For how many days it has earned.
        owed: Earnings that are paid at the end of its term.
        paid: Earnings that have been paid.
        deadline: Until when a redemption can be taken back.
        ended: When it was done.
    """

    number: int
    user: User
    offer: Offer
    amount: Decimal
    tag: str
    bought: int
    due: int
    rate: Decimal
    state: str = State.PENDING
    days: int = 0
    owed: Decimal = ZERO
    paid: Decimal = ZERO
    deadline: int | None = None
    ended: int | None = None

    @property
    def settles(self) -> int | None:
        """When the money is expected back, ``None`` where nobody has decided it."""
        if self.state in (State.CANCELLING, State.REDEEMING):
            return self.due
        if not self.offer.term or self.state == State.DONE:
            return None
        left = {State.PENDING: _PLACING_MS + DAY_MS, State.PLACING: DAY_MS}.get(self.state, 0)
        return self.due + left + (self.offer.term - self.days - 1) * DAY_MS


class OnChain:
    """All orders of on-chain earn.

    A purchase is ``pending`` for an hour, in which it can be cancelled, on its way to the chain for another, and then
    earns: each 24 hours a day's part of the yield. Without a term these earnings are paid as they come, at the rate of
    the day, and the owner redeems when it likes; with one they are paid with the money at its end, at the rate that it
    was bought at, and who redeems early, where that is possible, gets the money alone. While it is with the protocol
    the money is in the owner's purse `Room.EARN`; earnings come from `Room.POOL`.

    Offers, yields, waits and whether earnings are paid daily are made up: no document tells them.

    Args:
        bank: Users and money.
        clock: Market time.
    """

    def __init__(self, bank: Bank, clock: Clock) -> None:
        self._bank = bank
        self._clock = clock
        self._ids = count(_FIRST_ID)
        self._orders: dict[int, Order] = {}
        self._living: list[Order] = []

    def of(self, user: User) -> Iterator[Order]:
        """Yield a user's orders, the newest first."""
        return (order for order in reversed(self._orders.values()) if order.user is user)

    def find(self, user: User, number: str) -> Order:
        """Return a user's order.

        Raises:
            Refusal: There is none of that number; which code the exchange has for that is not documented.
        """
        order = self._orders.get(int(number)) if number.isdecimal() else None
        if order is None or order.user is not user:
            raise Refusal(200, "51603", "Order does not exist")
        return order

    # -- what users do

    def buy(self, user: User, offer: Offer, amount: Decimal, tag: str) -> Order:
        """Take money from the funding account.

        Raises:
            Refusal: The offer is sold out, the amount out of its bounds, or there is not enough.
        """
        if offer.sold_out:
            raise Refusal(200, "51730", "The product is sold out.")
        if amount < offer.least:
            raise Refusal(200, "51727", "The amount is below the minimum.")
        if amount > offer.most:
            raise Refusal(200, "51728", "The amount is above the maximum.")
        if amount > self._bank.funding(user).available(offer.ccy):
            raise Refusal(200, "51736", "Insufficient balance.")
        now = self._clock.now()
        order = Order(next(self._ids), user, offer, amount, tag, now, now + _PENDING_MS, offer.rate(now))
        self._orders[order.number] = order
        self._living.append(order)
        self._move(order, self._bank.funding(user), self._purse(user), _SUBSCRIBED)
        return order

    def redeem(self, order: Order, early: bool) -> None:
        """Call the money back.

        Raises:
            Refusal: It is on its way or back already, not with the protocol yet, or bound for longer.
        """
        if order.state in (State.REDEEMING, State.DONE):
            raise Refusal(200, "51722", "The order has been redeemed already.")
        if order.state != State.EARNING:
            raise Refusal(200, "51724", "The order cannot be redeemed yet.")
        if order.offer.term and not early:
            raise Refusal(200, "51729", "The redemption date has not been reached.")
        if order.offer.term and not order.offer.early:
            raise Refusal(200, "51723", "The product does not support early redemption.")
        now = self._clock.now()
        order.state, order.due, order.owed = State.REDEEMING, now + order.offer.wait * HOUR_MS, ZERO
        order.deadline = None if order.offer.term else now + _SECOND_THOUGHTS_MS

    def cancel(self, order: Order) -> None:
        """Take a purchase or a redemption back; after the latter a new day begins.

        Raises:
            Refusal: It is too late, or there is nothing to take back.
        """
        now = self._clock.now()
        if order.state == State.PENDING:
            order.state, order.due = State.CANCELLING, now + _CANCELLING_MS
        elif order.state == State.REDEEMING and order.deadline is not None and now < order.deadline:
            order.state, order.due, order.deadline = State.EARNING, now + DAY_MS, None
        else:
            raise Refusal(200, "51726", "The order cannot be cancelled.")

    # -- what time brings

    def pass_by(self, now: int) -> None:
        """Do what has become due."""
        for order in self._living:
            while order.state != State.DONE and order.due <= now:
                self._turn(order, order.due)
        self._living = [order for order in self._living if order.state != State.DONE]

    def _turn(self, order: Order, moment: int) -> None:
        if order.state == State.PENDING:
            order.state, order.due = State.PLACING, moment + _PLACING_MS
        elif order.state == State.PLACING:
            order.state, order.due = State.EARNING, moment + DAY_MS
        elif order.state == State.EARNING:
            self._earn(order, moment)
        else:
            self._end(order, moment)

    def _earn(self, order: Order, moment: int) -> None:
        """Count a day; the last one of a term ends the order."""
        bound = order.offer.term
        rate = order.rate if bound else order.offer.rate(moment)
        order.owed += money(order.amount * rate / _YEAR_DAYS)
        order.days += 1
        order.due = moment + DAY_MS
        if not bound:
            self._pay(order)
        elif order.days == bound:
            self._end(order, moment)

    def _end(self, order: Order, moment: int) -> None:
        order.state, order.ended, order.deadline = State.DONE, moment, None
        self._move(order, self._purse(order.user), self._bank.funding(order.user), _RETURNED)
        self._pay(order)

    def _pay(self, order: Order) -> None:
        """Pay what is owed."""
        ledger, ref = self._bank.ledger, str(order.number)
        pool, funding = ledger.house(Room.POOL), self._bank.funding(order.user)
        ledger.move(order.offer.ccy, order.owed, pool, funding, _KIND, _YIELD, ref)
        order.paid, order.owed = order.paid + order.owed, ZERO

    def _move(self, order: Order, source: Purse, target: Purse, bill: str) -> None:
        self._bank.ledger.move(order.offer.ccy, order.amount, source, target, _KIND, bill, str(order.number))

    def _purse(self, user: User) -> Purse:
        return self._bank.ledger.purse(user.uid, Room.EARN)
