"""The life of dual currency deposits: products, quotes, orders and how they end, by market time.

Yields and strikes are made up: the nearer the strike, the higher the yield. Money is taken from the funding account
and comes back there. No document has codes of its own for them; those of Convert and of orders stand in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from itertools import count

from ..accounts.bank import Bank
from ..accounts.ledger import Purse, Room
from ..accounts.people import User
from ..accounts.prices import Prices
from ..clock import Clock
from ..query_v5 import Refusal
from .days import DAY_MS

__all__ = ["PAIRS", "PLACES", "RETURNED", "SETTLE_SECONDS", "TTL_MS", "Deals", "Order", "Product", "Quote"]

PAIRS = (("BTC", "USDT"), ("ETH", "USDT"))
"""Risk currency and stable currency."""
TTL_MS = 8_000
"""How long a quote is good."""
BOOK_SECONDS = 1.0
"""How long an order is ``initial``."""
SETTLE_SECONDS = 60.0
"""How long it is ``pending_settled``, or ``pending_redeem``."""
_EIGHT_O_CLOCK = 8 * 3_600_000
_DAYS = (1, 2, 3)
_STEPS = (1, 2, 5)
"""How far strikes are away, in hundredths of the price."""
PLACES = Decimal(1).scaleb(-8)
"""The step of what is paid."""
RETURNED = "161"
"""The type of the funding bill of money that comes back."""
_INVESTED, _EARNED = "160", "162"


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    Attributes:
        number: Its id.
        ccy: The risk currency.
        alt: The stable currency.
        call: Whether the risk currency is invested (``C``), else the stable one (``P``).
        strike: Above which a call is paid in the other currency, and below which a put.
        listed: Since when it is offered, Unix milliseconds.
        expiry: When it ends.
        annual: Yearly yield.
    """

    number: str
    ccy: str
    alt: str
    call: bool
    strike: Decimal
    listed: int
    expiry: int
    annual: Decimal

    @property
    def notional_ccy(self) -> str:
        """What is invested."""
        return self.ccy if self.call else self.alt

    @property
    def least(self) -> Decimal:
        """The smallest order, and the step of sizes."""
        return Decimal("0.001") if self.call else Decimal(10)

    @property
    def most(self) -> Decimal:
        """The largest order."""
        return self.least * 10_000

    def gain(self, now: int) -> Decimal:
        """Return the yield until the end."""
        return (self.annual * (self.expiry - now) / (365 * DAY_MS)).quantize(PLACES)


@dataclass(slots=True, eq=False)
class Quote:
    """One quote."""

    number: str
    user: User
    product: Product
    size: Decimal
    gain: Decimal
    ts: int
    client_id: str = ""
    tag: str = ""
    mark_up: str = ""
    used: bool = False

    @property
    def until(self) -> int:
        """Until when it is good, Unix milliseconds."""
        return self.ts + TTL_MS


@dataclass(slots=True, eq=False)
class Order:
    """One order.

    Attributes:
        number: Its id.
        quote: What it was made by.
        client_id: What its user calls it.
        ts: When it was made, Unix milliseconds.
        state: ``initial``, ``live``, ``pending_settled``, ``settled``, ``rejected``, ``pending_redeem`` or
            ``redeemed``.
        changed: When it came into that state.
        price: The index price at its end.
        paid: What was paid at its end: of which currency, and how much.
        earned: How much of that is yield; below zero where ending early cost more than it brought.
    """

    number: int
    quote: Quote
    client_id: str
    ts: int
    state: str = "initial"
    changed: int = 0
    price: Decimal | None = None
    paid: tuple[str, Decimal] | None = None
    earned: Decimal | None = None

    @property
    def user(self) -> User:
        """Whose it is."""
        return self.quote.user


class Deals:
    """All products, quotes and orders.

    Args:
        bank: Where the money is.
        prices: What products are about.
        clock: Market time, and what states wait on.

    Attributes:
        orders: Every order, the oldest first.
        rejecting: How many of the next orders are rejected after they were accepted.
    """

    def __init__(self, bank: Bank, prices: Prices, clock: Clock) -> None:
        self.orders: list[Order] = []
        self.rejecting = 0
        self._bank = bank
        self._prices = prices
        self._clock = clock
        self._products: dict[str, Product] = {}
        self._quotes: dict[str, Quote] = {}
        self._numbers = count(800_000_001)

    # -- products and quotes

    def products(self, ccy: str, alt: str, call: bool) -> Iterator[Product]:
        """Yield what is offered for a pair, the first to end first. A product keeps its terms while it is offered."""
        price, now = self._prices.rate(ccy, alt), self._clock.now()
        if (ccy, alt) not in PAIRS or price is None:
            return
        for days in _DAYS:
            expiry = (now - _EIGHT_O_CLOCK) // DAY_MS * DAY_MS + _EIGHT_O_CLOCK + (days + 1) * DAY_MS
            for step in _STEPS:
                away = price * (100 + step if call else 100 - step) / 100
                strike = away.quantize(Decimal(1).scaleb(away.adjusted() - 2))
                day = datetime.fromtimestamp(expiry / 1000, UTC).strftime("%y%m%d")
                number = f"{ccy}-{alt}-{day}-{strike:f}-{'C' if call else 'P'}"
                annual = Decimal(6) / (10 * (step + 1))
                made = Product(number, ccy, alt, call, strike, now, expiry, annual)
                yield self._products.setdefault(number, made)

    def quote(self, user: User, number: str, size: Decimal, ccy: str) -> Quote:
        """Make a quote.

        Raises:
            Refusal: There is no such product any more, or it does not take that.
        """
        product = self._products.get(number)
        now = self._clock.now()
        if product is None or product.expiry <= now + DAY_MS // 24:
            raise Refusal(400, "51000", "Parameter productId error")
        if ccy != product.notional_ccy:
            raise Refusal(200, "52919", "The parameters differ from those of the product.")
        if size < product.least or size % product.least:
            raise Refusal(200, "52917", "The amount is below the lower limit or no multiple of the step.")
        if size > product.most:
            raise Refusal(200, "52918", "The amount is above the upper limit.")
        quoted = f"dcdq{now}{len(self._quotes) + 1:05d}"
        one = self._quotes[quoted] = Quote(quoted, user, product, size, product.gain(now), now)
        return one

    # -- orders

    def order(self, user: User, quote_id: str, client_id: str = "") -> Order:
        """Take an order by a quote.

        Raises:
            Refusal: The quote is not good any more, the client id is taken, or there is not enough money.
        """
        one = self._quotes.get(quote_id)
        if one is None or one.user is not user:
            raise Refusal(200, "70001", "The quote doesn't exist.")
        if client_id and any(each.client_id == client_id and each.user is user for each in self.orders):
            raise Refusal(200, "52925", "Duplicate clOrdId.")
        if one.used:
            raise Refusal(200, "52921", "The quote has been used already.")
        now = self._clock.now()
        if now > one.until:
            raise Refusal(200, "52922", "The quote has expired.")
        ccy, funding = one.product.notional_ccy, self._bank.funding(user)
        if one.size > funding.available(ccy):
            raise Refusal(200, "58350", "Insufficient balance.")
        one.used = True
        made = Order(next(self._numbers), one, client_id, now, changed=now)
        self.orders.append(made)
        self._bank.ledger.move(ccy, one.size, funding, self._street, _INVESTED, ref=str(made.number))
        self.later(BOOK_SECONDS, lambda: self._book(made))
        return made

    @property
    def _street(self) -> Purse:
        return self._bank.ledger.house(Room.STREET)

    def of(self, user: User) -> list[Order]:
        """Return a user's orders, the newest first."""
        return [one for one in reversed(self.orders) if one.user is user]

    def find(self, user: User, number: str, client_id: str = "") -> Order:
        """Return an order by its id, which wins, or by its client id.

        Raises:
            Refusal: 51603, there is none.
        """
        for one in self.of(user):
            if (number and str(one.number) == number) or (not number and one.client_id == client_id):
                return one
        raise Refusal(200, "51603", "Order does not exist")

    # -- what time brings

    def later(self, seconds: float, then: Callable[[], None]) -> None:
        """Do something after some time of the market."""
        self._clock.timeline.call_later(seconds, then)

    def turn(self, one: Order, state: str) -> None:
        """Let an order come into another state."""
        one.state, one.changed = state, self._clock.now()

    def _book(self, one: Order) -> None:
        if self.rejecting:
            self.rejecting -= 1
            self.turn(one, "rejected")
            self.pay(one, one.quote.product.notional_ccy, one.quote.size, RETURNED)
            return
        self.turn(one, "live")
        self.later(max(0.0, (one.quote.product.expiry - self._clock.now()) / 1000), lambda: self._end(one))

    def _end(self, one: Order) -> None:
        """Fix the price that decides, if the order has not ended early."""
        if one.state != "live":
            return
        product = one.quote.product
        one.price = self._prices.rate(product.ccy, product.alt)
        self.turn(one, "pending_settled")
        self.later(SETTLE_SECONDS, lambda: self._settle(one))

    def _settle(self, one: Order) -> None:
        """Pay: in the other currency at the strike where the price went beyond it, with the yield in either case."""
        product, size, price = one.quote.product, one.quote.size, one.price or one.quote.product.strike
        beyond = price >= product.strike if product.call else price <= product.strike
        ccy, worth = product.notional_ccy, Decimal(1)
        if beyond:
            ccy, worth = (product.alt, product.strike) if product.call else (product.ccy, 1 / product.strike)
        back = (size * worth).quantize(PLACES, ROUND_DOWN)
        one.earned = (size * worth * one.quote.gain).quantize(PLACES, ROUND_DOWN)
        one.paid = ccy, back + one.earned
        self.turn(one, "settled")
        self.pay(one, ccy, back, RETURNED)
        self.pay(one, ccy, one.earned, _EARNED)

    def pay(self, one: Order, ccy: str, amount: Decimal, kind: str) -> None:
        """Pay an order's owner."""
        self._bank.ledger.move(ccy, amount, self._street, self._bank.funding(one.user), kind, ref=str(one.number))
