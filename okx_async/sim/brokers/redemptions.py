"""How dual currency deposits end early: a quote for what an order is worth now, and the order's end at that price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from ..accounts.people import User
from ..accounts.prices import Prices
from ..clock import Clock
from ..query_v5 import Refusal
from .days import DAY_MS
from .dcd import PLACES, RETURNED, SETTLE_SECONDS, TTL_MS, Deals, Order

__all__ = ["RedeemQuote", "Redemptions", "window_of"]

_LAST_CALL_MS = DAY_MS // 24
"""How long before the end no order is redeemed any more."""
_COST = Decimal("0.005")
"""What leaving early costs, as a part of the worth."""


def window_of(order: Order) -> tuple[int, int]:
    """Return from when and until when an order can be redeemed early, Unix milliseconds."""
    return order.ts, order.quote.product.expiry - _LAST_CALL_MS


@dataclass(slots=True, eq=False)
class RedeemQuote:
    """One quote.

    Attributes:
        number: Its id.
        order: What it is for.
        size: What would be paid, in the order's own currency.
        price: The index price that it was made at.
        ts: When it was made, Unix milliseconds.
        used: Whether an order was redeemed by it.
    """

    number: str
    order: Order
    size: Decimal
    price: Decimal
    ts: int
    used: bool = False

    @property
    def until(self) -> int:
        """Until when it is good, Unix milliseconds."""
        return self.ts + TTL_MS

    @property
    def rate(self) -> Decimal:
        """What is won or lost against what was invested, as a part of it."""
        return (self.size / self.order.quote.size - 1).quantize(PLACES)


class Redemptions:
    """All early redemptions. They are paid in the currency that was invested.

    What an order is worth is made up: where the price is beyond the strike, what the other currency would bring now;
    with the part of the yield whose time has passed; and less a half percent. How the exchange counts, and whether an
    order can go back to ``live``, is not documented; neither are its codes, so those of convert and of earn stand in.

    Args:
        deals: The orders.
        prices: What they are worth.
        clock: Market time.
    """

    def __init__(self, deals: Deals, prices: Prices, clock: Clock) -> None:
        self._deals = deals
        self._prices = prices
        self._clock = clock
        self._quotes: dict[str, RedeemQuote] = {}

    def quote(self, user: User, number: str) -> RedeemQuote:
        """Make a quote.

        Raises:
            Refusal: There is no such order, or it cannot be redeemed.
        """
        order, now = self._open(user, number), self._clock.now()
        product = order.quote.product
        price = self._prices.rate(product.ccy, product.alt) or product.strike
        named = f"dcdr{now}{len(self._quotes) + 1:05d}"
        one = self._quotes[named] = RedeemQuote(named, order, _worth(order, price, now), price, now)
        return one

    def redeem(self, user: User, number: str, quote_id: str) -> Order:
        """Redeem by a quote; the money comes a little later.

        Raises:
            Refusal: The quote is unknown, another order's, used or dead, or the order cannot be redeemed any more.
        """
        one = self._quotes.get(quote_id)
        if one is None or one.order.user is not user:
            raise Refusal(200, "70001", "The quote doesn't exist.")
        if str(one.order.number) != number:
            raise Refusal(200, "52919", "The parameters differ from those of the quote.")
        if one.used:
            raise Refusal(200, "52921", "The quote has been used already.")
        if self._clock.now() > one.until:
            raise Refusal(200, "52922", "The quote has expired.")
        order = self._open(user, number)
        one.used = True
        self._deals.turn(order, "pending_redeem")
        self._deals.later(SETTLE_SECONDS, lambda: self._finish(one))
        return order

    def _open(self, user: User, number: str) -> Order:
        """Return an order that can be redeemed now."""
        order = self._deals.find(user, number)
        if order.state in ("pending_redeem", "redeemed"):
            raise Refusal(200, "51722", "The order has been redeemed already.")
        begin, end = window_of(order)
        if order.state != "live" or not begin <= self._clock.now() <= end:
            raise Refusal(200, "51724", "The order cannot be redeemed now.")
        return order

    def _finish(self, one: RedeemQuote) -> None:
        order, ccy = one.order, one.order.quote.product.notional_ccy
        order.price, order.paid, order.earned = one.price, (ccy, one.size), one.size - order.quote.size
        self._deals.turn(order, "redeemed")
        self._deals.pay(order, ccy, one.size, RETURNED)


def _worth(order: Order, price: Decimal, now: int) -> Decimal:
    product, quote = order.quote.product, order.quote
    part = min(Decimal(1), product.strike / price if product.call else price / product.strike)
    passed = Decimal(now - order.ts) / (product.expiry - order.ts)
    return (quote.size * part * (1 + quote.gain * passed) * (1 - _COST)).quantize(PLACES, ROUND_DOWN)
