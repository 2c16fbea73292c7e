"""Where orders for spreads are placed, changed and cancelled, and where they trade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from ..spreads import Offer, Resting
from .deals import Broke, Deals, Part
from .forms import refuse
from .orders import Fill, State
from .people import User
from .spread_orders import SpreadFill, SpreadOrder, SpreadOrders, SpreadTicket
from .worth import terms_of

__all__ = ["SpreadChange", "SpreadDesk", "Why"]

# Beyond the trades that spreads make by themselves, which count minutes.
_FIRST_TRADE = 10**12
_MOST_OPEN = 500


class Why:
    """Who or what cancelled an order, in V5's numbers. (``cancelSource``)"""

    SYSTEM = "0"
    USER = "1"
    IMMEDIATE = "14"
    COUNTDOWN = "20"
    POST_ONLY = "31"
    SELF_TRADE = "32"
    UNSETTLED = "34"


@dataclass(frozen=True, slots=True)
class SpreadChange:
    """What shall be different about an order; ``None`` for what stays."""

    size: Decimal | None
    price: Decimal | None
    req_id: str = ""


class SpreadDesk:
    """Takes orders to the books of spreads.

    An order trades with what other users quote, at their price, and with what the books of the legs offer, at the
    prices of the legs; at one price users come first. What rests trades as a maker when the legs come to its price.
    Contracts are traded in cross margin, and nothing is set aside for what rests: whether its owner can bear it is
    asked when it is placed and again when it trades. What is documented of neither is the simulator's own choice.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        orders: Everybody's orders for spreads.
        deals: Settles legs.

    Attributes:
        on_order: Told of each change of an order, with the name and the result of the change that a user asked for.
        on_trade: Told of each fill.
    """

    def __init__(self, clock: Clock, markets: Mapping[str, Market], orders: SpreadOrders, deals: Deals) -> None:
        self._clock = clock
        self._markets = markets
        self._orders = orders
        self._deals = deals
        self._trades = count(_FIRST_TRADE)
        self.on_order: Callable[[SpreadOrder, str, str], None] = lambda order, req_id, result: None
        self.on_trade: Callable[[SpreadOrder, SpreadFill], None] = lambda order, fill: None

    def place(self, user: User, ticket: SpreadTicket) -> SpreadOrder:
        """Take a new order; what becomes of it is told on the channel of orders.

        Raises:
            Refusal: It is not taken: 51016, 51025, or its owner cannot bear the legs.
        """
        namesake = self._orders.find(user.uid, "", ticket.cl_ord_id)
        if namesake is not None and namesake.open:
            raise refuse("51016", "Client order ID already exists")
        if len(self._orders.pending(user.uid)) >= _MOST_OPEN:
            raise refuse("51025", "Too many open orders")
        now = self._clock.now()
        order = SpreadOrder(self._deals.next_id(), user, ticket, ticket.price, ticket.size, now, now)
        self._bear(order, ticket.size)
        self._orders.add(order)
        if ticket.ord_type == "post_only" and self._crosses(order):
            self.cancel(order, Why.POST_ONLY)
            return order
        self.on_order(order, "", "")
        self._meet(order)
        return order

    def amend(self, order: SpreadOrder, change: SpreadChange) -> None:
        """Change an order that rests; it goes to the end of its queue unless it only becomes smaller.

        Raises:
            Refusal: Its owner cannot bear the larger one.
        """
        price = order.price if change.price is None else change.price
        size = order.size if change.size is None else change.size
        resting = order.ticket.spread.resting.get(order.ord_id)
        if size > order.size:
            self._bear(order, size - order.filled)
        stays = price == order.price and size <= order.size
        order.price, order.size, order.updated = price, size, self._clock.now()
        if not order.left:
            self._leave(order)
            order.state = State.FILLED
            self.on_order(order, change.req_id, "0")
            return
        self.on_order(order, change.req_id, "0")
        if stays and resting is not None:
            resting.size = order.left
            order.ticket.spread.stir()
            return
        self._unrest(order)
        if order.ticket.ord_type == "post_only" and self._crosses(order):
            self.cancel(order, Why.POST_ONLY)
        else:
            self._meet(order)

    def cancel(self, order: SpreadOrder, why: str) -> None:
        """Cancel an open order."""
        self._leave(order)
        order.state, order.why, order.updated = State.CANCELED, why, self._clock.now()
        self.on_order(order, "", "")

    def watch(self) -> None:
        """Let what rests trade where the legs have come to its price, and end what has lost a leg."""
        for order in self._orders.working():
            spread = order.ticket.spread
            legs = (spread.near, spread.far)
            if any(self._markets.get(leg.instrument.inst_id) is not leg for leg in legs):
                self.cancel(order, Why.SYSTEM)
            while order.open and (offer := self._within(order)) is not None:
                size = min(order.left, offer.size)
                if self._strike(order, None, order.price, size, spread.leg_prices(order.price)):
                    spread.take(order.ticket.buy, offer.price, size)

    def _meet(self, order: SpreadOrder) -> None:
        """Trade with what is there, then rest or end."""
        spread, buys = order.ticket.spread, order.ticket.buy
        while order.open:
            offer, quote = self._within(order), next(iter(spread.quoted(buys)), None)
            rival = self._orders.open_one(quote.ord_id) if quote is not None else None
            if rival is None or not _reaches(order, rival.price):
                rival = None
            if rival is not None and (offer is None or not _better(offer.price, rival.price, buys)):
                self._meet_user(order, rival)
            elif offer is not None:
                size = min(order.left, offer.size)
                if self._strike(order, None, offer.price, size, (offer.near, offer.far), maker=False):
                    spread.take(buys, offer.price, size)
            else:
                break
        if not order.open:
            return
        if order.ticket.ord_type in ("limit", "post_only"):
            spread.resting[order.ord_id] = Resting(order.ord_id, buys, order.price, order.left)
            spread.stir()
        else:
            self.cancel(order, Why.IMMEDIATE)

    def _meet_user(self, order: SpreadOrder, rival: SpreadOrder) -> None:
        """Trade with another user, at their price; of one owner's two orders the older one goes."""
        if _owner(order) == _owner(rival):
            self.cancel(rival, Why.SELF_TRADE)
            return
        size = min(order.left, rival.left)
        self._strike(order, rival, rival.price, size, order.ticket.spread.leg_prices(rival.price), maker=False)

    def _strike(
        self,
        order: SpreadOrder,
        rival: SpreadOrder | None,
        price: Decimal,
        size: Decimal,
        legs: tuple[Decimal, Decimal],
        *,
        maker: bool = True,
    ) -> bool:
        """Settle one trade; where somebody cannot bear it, their order ends and ``False`` is returned."""
        sides = [(order, maker)] + ([(rival, True)] if rival is not None else [])
        numbers = (self._deals.next_trade(), self._deals.next_trade())
        parts = [self._parts(each, size, legs, is_maker, numbers) for each, is_maker in sides]
        try:
            fills = self._deals.strike([part for two in parts for part in two])
        except Broke as broke:
            self.cancel(next(each for each, _ in sides if each.user is broke.user), Why.UNSETTLED)
            return False
        trade_id, now = next(self._trades), self._clock.now()
        for (each, is_maker), two, at in zip(sides, parts, (0, 2), strict=False):
            settled: tuple[tuple[Part, Fill], ...] = tuple(zip(two, fills[at : at + 2], strict=True))
            self._fill(each, SpreadFill(trade_id, price, size, is_maker, now, settled))
        return True

    def _fill(self, order: SpreadOrder, fill: SpreadFill) -> None:
        self._orders.record(order, fill)
        resting = order.ticket.spread.resting.get(order.ord_id)
        if resting is not None:
            resting.size = order.left
            order.ticket.spread.stir()
        if not order.open:
            self._leave(order)
        self.on_order(order, "", "")
        self.on_trade(order, fill)

    def _parts(
        self, order: SpreadOrder, size: Decimal, legs: tuple[Decimal, Decimal], maker: bool, numbers: tuple[int, int]
    ) -> tuple[Part, Part]:
        """Return what an order trades in the near and in the far leg."""
        spread, ticket = order.ticket.spread, order.ticket

        def part(market: Market, buy: bool, price: Decimal, number: int) -> Part:
            terms, spot = terms_of(market.instrument), market.instrument.kind is Kind.SPOT
            mode, side = ("cash", "") if spot else ("cross", "net")
            ticks, lots = int(price / terms.tick), int(size / terms.face)
            names = (ticket.cl_ord_id, ticket.tag)
            return Part(order.user, market, buy, ticks, lots, maker, number, order.ord_id, mode, side, *names)

        return (
            part(spread.near, not ticket.buy, legs[0], numbers[0]),
            part(spread.far, ticket.buy, legs[1], numbers[1]),
        )

    def _bear(self, order: SpreadOrder, size: Decimal) -> None:
        """Check that an order's owner could trade so many coins now.

        Raises:
            Refusal: With the code of the exchange.
        """
        legs = order.ticket.spread.leg_prices(order.price)
        self._deals.check(self._parts(order, size, legs, False, (0, 0)))

    def _within(self, order: SpreadOrder) -> Offer | None:
        """Return the best of what the legs offer if an order may take it."""
        offer = next(order.ticket.spread.offers(order.ticket.buy), None)
        return offer if offer is not None and _reaches(order, offer.price) else None

    def _crosses(self, order: SpreadOrder) -> bool:
        quotes = order.ticket.spread.quoted(order.ticket.buy)
        return self._within(order) is not None or any(_reaches(order, quote.price) for quote in quotes)

    def _leave(self, order: SpreadOrder) -> None:
        self._unrest(order)
        self._orders.close(order)

    def _unrest(self, order: SpreadOrder) -> None:
        spread = order.ticket.spread
        if spread.resting.pop(order.ord_id, None) is not None:
            spread.stir()


def _reaches(order: SpreadOrder, price: Decimal) -> bool:
    """Tell whether an order may trade at a price."""
    if order.ticket.limit is None:
        return True
    return price <= order.price if order.ticket.buy else price >= order.price


def _better(one: Decimal, other: Decimal, buys: bool) -> bool:
    return one < other if buys else one > other


def _owner(order: SpreadOrder) -> str:
    return order.user.master or order.user.uid
