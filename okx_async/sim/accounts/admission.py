"""What is looked at before an order is taken: its name, how many there are, what it closes, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..engine import Order as Resting
from ..instruments import Kind
from ..query_v5 import Refusal
from .forms import refuse
from .margin import Margins
from .orders import Order, Orders
from .positions import Positions
from .worth import ZERO, Terms, terms_of

__all__ = ["MOST_OPEN", "MOST_OPEN_AT_ONE", "Admission"]

MOST_OPEN = 4_000
"""Open orders of one account. (protocol.md, "Rate limits")"""

MOST_OPEN_AT_ONE = 500
"""Open orders of one account in one instrument. (protocol.md, "Rate limits")"""


class Admission:
    """Admits orders.

    Args:
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What users have and need.
    """

    def __init__(self, orders: Orders, positions: Positions, margins: Margins) -> None:
        self._orders = orders
        self._positions = positions
        self._margins = margins

    def admit(self, order: Order, bound: int) -> None:
        """Check a new order and give one that is for an amount of money its size.

        Args:
            order: Which; nobody has taken it yet.
            bound: The worst price it may trade at, in ticks.

        Raises:
            Refusal: With the code of the exchange.
        """
        self._check_name(order)
        self._check_closing(order, order.lots)
        if order.ticket.ord_type == "market" and order.market.instrument.kind is Kind.SPOT:
            self._admit_spot_at_market(order, bound)
        else:
            self._check_funds(order, bound, order.lots)

    def admit_change(self, order: Order, price: int, lots: int) -> None:
        """Check a changed price and size of an open order.

        Raises:
            Refusal: With the code of the exchange; 51502 where the money does not suffice.
        """
        if order.ticket.closes:
            position = self._positions.find(order.user, order.market, order.ticket.td_mode, order.ticket.pos_side)
            if position is None:
                raise refuse("51521", "There is no position to reduce")
            if lots - order.filled > abs(position.lots):
                raise refuse("51171", "The amended order would turn the reduce-only position")
        if order.market.instrument.kind is not Kind.SPOT:
            self._check_tier(order, lots - order.filled)
        terms = terms_of(order.market.instrument)
        assert order.price is not None  # noqa: S101 - only orders with a price are changed
        ccy, new = self._margins.need(order, terms.price(price), lots - order.filled)
        old = self._margins.need(order, terms.price(order.price), order.left)[1]
        if new > old and new - old > self._purchasing_power(order, ccy):
            raise refuse("51502", f"Amend failed. Insufficient {ccy} balance or margin in account")

    def admit_together(self, orders: Sequence[Order]) -> None:
        """Check orders of one user that trade at once, each at its own price, all of them or none.

        The price was agreed on and may be far from the mark, so what is lost by that at once must be there, too; an
        isolated position may not lose all of its margin by it.

        Raises:
            Refusal: With the code of the exchange.
        """
        cash: dict[str, Decimal] = defaultdict(Decimal)
        margin: dict[str, Decimal] = defaultdict(Decimal)
        for order in orders:
            instrument = order.market.instrument
            assert order.price is not None  # noqa: S101 - what is agreed on has a price
            self._check_closing(order, order.lots)
            if instrument.kind is not Kind.SPOT:
                self._check_tier(order, order.lots)
            price, contract = terms_of(instrument).price(order.price), instrument.kind in (Kind.SWAP, Kind.FUTURES)
            ccy, need = self._margins.need(order, price, order.lots)
            lost = self._margins.lost_at_once(order, price) if contract else ZERO
            shares = order.ticket.td_mode == "cross" and contract
            if not shares and need and lost >= need:
                raise short_of(ccy)
            (margin if shares else cash)[ccy] += need + lost
        user = orders[0].user
        for ccy, need in cash.items():
            if need > self._margins.spendable(user, ccy):
                raise short_of(ccy)
        for ccy, need in margin.items():
            if need and need + cash[ccy] > self._margins.free(user, ccy):
                raise short_of(ccy)

    def _check_name(self, order: Order) -> None:
        uid, name = order.user.uid, order.ticket.cl_ord_id
        if name and not order.ticket.shares_name:
            namesake = self._orders.find(uid, "", name)
            if namesake is not None and namesake.open:
                raise refuse("51016", "Client order ID already exists")
        pending = self._orders.pending(uid)
        if len(pending) >= MOST_OPEN:
            raise refuse("51025", "Too many open orders")
        if sum(each.market is order.market for each in pending) >= MOST_OPEN_AT_ONE:
            raise refuse("51102", "Too many open orders for this instrument")

    def _check_closing(self, order: Order, lots: int) -> None:
        """Refuse to close what is not there."""
        ticket = order.ticket
        if not ticket.closes:
            return
        position = self._positions.find(order.user, order.market, ticket.td_mode, ticket.pos_side)
        if position is None:
            raise refuse("51169", "You don't have any position in this direction to reduce or close")
        if (position.lots > 0) is ticket.buy:
            raise refuse("51170", "A reduce-only order can't have the direction of your position")
        if ticket.reduce_only:
            if lots > abs(position.lots):
                raise refuse("51148", "The order is larger than the position it may only reduce")
        elif lots > self._margins.closable(position):
            raise refuse("51112", "The size is larger than what can be closed")

    def _check_funds(self, order: Order, bound: int, lots: int) -> None:
        instrument, terms = order.market.instrument, terms_of(order.market.instrument)
        if instrument.kind is not Kind.SPOT:
            self._check_tier(order, lots)
        ccy, need = self._margins.need(order, self._dearest(order, bound, terms), lots)
        # What only closes needs nothing, and is taken however deep its owner is in the red.
        if need and need > self._purchasing_power(order, ccy):
            raise short_of(ccy)

    def _dearest(self, order: Order, bound: int, terms: Terms) -> Decimal:
        """Return the price an order's cost is reckoned at: what it pays at most, or what it sells for at least.

        A sale that trades at once does so at the best bid; an inverse contract is worth more the less it costs.
        """
        best = order.market.book.bids.best if not order.ticket.buy else order.market.book.asks.best
        if terms.inverse:
            return terms.price(min(bound, best) if order.ticket.buy and best is not None else bound)
        return terms.price(max(bound, best) if not order.ticket.buy and best is not None else bound)

    def _purchasing_power(self, order: Order, ccy: str) -> Decimal:
        if order.ticket.td_mode == "cross" and order.market.instrument.kind in (Kind.SWAP, Kind.FUTURES):
            return self._margins.free(order.user, ccy)
        return self._margins.payable(order, ccy)

    def _check_tier(self, order: Order, lots: int) -> None:
        """Refuse what would make a position too large for its leverage, or an option short."""
        ticket, market = order.ticket, order.market
        opened = self._margins.opening(order, lots)
        if market.instrument.kind is Kind.OPTION:
            if opened and not ticket.buy:
                raise refuse("51018", "Net short options are not simulated")
            return
        if not opened:
            return
        position = self._positions.find(order.user, market, ticket.td_mode, ticket.pos_side)
        same = abs(position.lots) if position is not None and (position.lots > 0) is ticket.buy else 0
        waiting = sum(
            each.left
            for each in self._orders.pending(order.user.uid)
            if each.market is market
            and each is not order
            and (each.ticket.buy, each.ticket.pos_side) == (ticket.buy, ticket.pos_side)
            and not each.ticket.closes
        )
        if same + waiting + opened > self._margins.most(market, Decimal(order.lever)):
            raise refuse("51004", "The order amount exceeds the position limit of the current leverage")

    def _admit_spot_at_market(self, order: Order, bound: int) -> None:
        """Give a spot market order its size in lots and check that its owner can pay.

        Where the size counts the coin that is received, it is cut to what the owner has, unless that was forbidden.
        """
        ticket, instrument = order.ticket, order.market.instrument
        terms = terms_of(instrument)
        ccy = instrument.quote if ticket.buy else instrument.base
        have = self._margins.payable(order, ccy)
        can_cut = not ticket.ban_amend and ticket.tgt_ccy == ("base_ccy" if ticket.buy else "quote_ccy")
        if ticket.budget is not None:
            if ticket.buy and ticket.budget > have:
                raise short_of(ccy)
            lots, _ = self._walk(order, bound, None, ticket.budget)
            if lots < instrument.min_lots and self._depth(order, bound):
                raise refuse("51020", "Your order should meet or exceed the minimum order amount")
        else:
            lots = order.lots
        cost = self._walk(order, bound, lots, None)[1] if ticket.buy else terms.size(lots)
        if cost > have:
            if not can_cut:
                raise short_of(ccy)
            lots = self._walk(order, bound, lots, have)[0] if ticket.buy else int(have / terms.lot)
            if lots < instrument.min_lots:
                raise short_of(ccy)
        order.lots = lots

    def _walk(self, order: Order, bound: int, lots: int | None, budget: Decimal | None) -> tuple[int, Decimal]:
        """Return how many lots can be had within a size and an amount of quote currency, and what they cost."""
        terms, had, cost = terms_of(order.market.instrument), 0, Decimal(0)
        for resting in self.strangers(order, bound):
            price = terms.price(resting.price)
            take = resting.lots if lots is None else min(resting.lots, lots - had)
            if budget is not None:
                take = min(take, int((budget - cost) / terms.value(price, 1)))
            had += take
            cost += terms.value(price, take)
            if take < resting.lots:
                break
        return had, cost

    def _depth(self, order: Order, bound: int) -> bool:
        return next(self.strangers(order, bound), None) is not None

    def strangers(self, order: Order, bound: int) -> Iterator[Resting]:
        """Yield the orders that an order can trade with, the best price first."""
        kin = self._orders.kin(order)
        reachable = order.market.book.reachable(order.ticket.buy, bound)
        return (each for each in reachable if each.order_id not in kin)


def short_of(ccy: str) -> Refusal:
    """Return the refusal of an order that its owner cannot pay for."""
    return refuse("51008", f"Order failed. Insufficient {ccy} balance or margin in account")
