"""Where orders are placed, changed and cancelled, and where trades of the market find their users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..clock import Clock
from ..derivatives import Derivatives
from ..engine import Match
from ..engine import Order as Resting
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Refusal
from ..tape import Trade
from ..text import exact_text
from .admission import Admission
from .forms import refuse
from .herald import Herald
from .legs import Attached
from .leverage import lever_of
from .margin import Margins
from .orders import Fill, Order, Orders, State, Ticket, WhyCanceled
from .people import User
from .positions import Position, Positions
from .reducers import excess
from .settle import Settlement
from .tickets import band_of, within

__all__ = ["Change", "Desk"]

MOST_MATCHES = 1_000
"""How many resting orders one order may meet; what is left of it then is cancelled. (protocol.md)"""

_RESTING = frozenset(("limit", "post_only"))


@dataclass(frozen=True, slots=True)
class Change:
    """What shall be different about an order.

    Attributes:
        lots: Its new whole size, what has traded included, ``None`` for the old one.
        size: The same as text.
        price: Its new price in ticks, ``None`` for the old one.
        move: Whether a price outside the limits is moved inside.
        give_up: Whether the order is cancelled when it cannot be changed. (``cxlOnFail``)
        req_id: The user's own name for this change.
        attached: What is attached to it from now on, ``None`` for what was before.
    """

    lots: int | None = None
    size: str = ""
    price: int | None = None
    move: bool = False
    give_up: bool = False
    req_id: str = ""
    attached: tuple[Attached, ...] | None = None


class Desk:
    """Takes orders to the books and trades to their users.

    Args:
        clock: Market time.
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What has to be set aside.
        settlement: What trades do.
        herald: Who tells.
        figures: Where price limits are.

    Attributes:
        admission: What is looked at before an order is taken.
        on_traded: Called with each market where a user has traded, after everything is settled and in the book.
    """

    def __init__(
        self,
        clock: Clock,
        orders: Orders,
        positions: Positions,
        margins: Margins,
        settlement: Settlement,
        herald: Herald,
        figures: Derivatives,
    ) -> None:
        self._clock = clock
        self._orders = orders
        self._positions = positions
        self._margins = margins
        self._settlement = settlement
        self._herald = herald
        self._figures = figures
        self.admission = Admission(orders, positions, margins)
        self.on_traded: Callable[[Market], None] = lambda market: None
        self._filled: list[Order] = []

    def take_filled(self) -> list[Order]:
        """Return the orders that were filled since the last time and have something attached to them."""
        filled, self._filled = self._filled, []
        return filled

    def place(self, user: User, ticket: Ticket) -> Order:
        """Take a new order; what becomes of it is told on the order channel.

        Raises:
            Refusal: It is not taken.
        """
        order = self.new(user, ticket)
        bound = self._bound(order)
        self.admission.admit(order, bound)
        self._orders.add(order)
        self._enter(order, bound)
        self._look_after(order, 0)
        return order

    def would_trade(self, user: User, ticket: Ticket) -> tuple[Order, list[tuple[int, int, bool]]]:
        """Return the order that would be taken, and at which prices it would be filled whole if nothing else moved.

        Returns:
            The order, and of each part the price in ticks, the lots, and whether it would have been there first: what
            would rest is taken to be filled at its own price. What would be cancelled is left out.

        Raises:
            Refusal: It would not be taken.
        """
        order = self.new(user, ticket)
        bound = self._bound(order)
        self.admission.admit(order, bound)
        waits = ticket.ord_type == "post_only" or order.market.auction
        if waits and not order.market.auction and self._crosses(order, bound):
            return order, []
        if ticket.ord_type == "fok" and self._within_reach(order, bound) < order.lots:
            return order, []
        parts: list[tuple[int, int, bool]] = []
        left = order.lots
        for resting in () if waits else self.admission.strangers(order, bound):
            take = min(left, resting.lots)
            parts.append((resting.price, take, False))
            left -= take
            if not left:
                break
        if left and ticket.ord_type in _RESTING:
            parts.append((bound, left, True))
        return order, parts

    def _bound(self, order: Order) -> int:
        """Return the worst price that an order may trade at, in ticks."""
        band = band_of(order.market, self._figures, self._clock.now())
        return order.price if order.price is not None else band[1 if order.ticket.buy else 0]

    def kill(self, user: User, ticket: Ticket) -> Order:
        """Take an order in and cancel it at once, untraded."""
        order = self.new(user, ticket)
        self._orders.add(order)
        self.cancel(order, WhyCanceled.SYSTEM)
        return order

    def new(self, user: User, ticket: Ticket) -> Order:
        """Return an order that nobody has taken yet."""
        now, instrument = self._clock.now(), ticket.market.instrument
        lever = ""
        if instrument.kind in (Kind.SWAP, Kind.FUTURES):
            lever = exact_text(lever_of(user, instrument, ticket.td_mode, ticket.pos_side))
        return Order(self._orders.next_id(), user, ticket, ticket.price, ticket.lots, ticket.size, lever, now, now)

    def seize(self, user: User, ticket: Ticket) -> tuple[Order, Fill]:
        """Trade for a user who is not asked: all of a size at once, at the last price and with the street."""
        order = self.new(user, ticket)
        order.state = State.LIVE
        self._orders.add(order)
        trade = Trade(0, 0, ticket.market.tape.last.price, ticket.lots, ticket.buy, self._clock.now())
        fill, _ = self._settlement.fill(order, trade, False)
        self._orders.close(order)
        self._herald.order(order, fill)
        return order, fill

    def cancel(self, order: Order, why: WhyCanceled, *, req_id: str = "", result: str = "") -> None:
        """Cancel an open order."""
        if order.resting is not None:
            order.market.book.cancel(order.resting.order_id)
            order.market.stir((), self._clock.now())
        order.state, order.why, order.updated = State.CANCELED, why, self._clock.now()
        self._orders.close(order)
        self._margins.set_aside(order)
        self._herald.order(order, None, (req_id, result, ""))

    def amend(self, order: Order, change: Change) -> None:
        """Change an open order; a new price or a larger size costs it its place in the queue.

        Raises:
            Refusal: It cannot be changed; with ``give_up`` it is cancelled instead.
        """
        try:
            price, lots = self._changed(order, change)
        except Refusal:
            if not change.give_up:
                raise
            self.cancel(order, WhyCanceled.USER, req_id=change.req_id, result="1")
            return
        if change.attached is not None:
            order.ticket = replace(order.ticket, attached=change.attached)
        order.updated = self._clock.now()
        resting, fills = order.resting, len(order.fills)
        assert resting is not None  # noqa: S101 - what _changed has checked
        stays = price == order.price and lots <= order.lots
        order.size = change.size or order.size
        if lots <= order.filled:
            self._complete(order, change.req_id)
            self.on_traded(order.market)
            return
        if stays:
            if lots < order.lots:
                order.market.book.shrink(resting.order_id, order.lots - lots)
            order.lots = lots
            order.market.stir((), order.updated)
            self._margins.set_aside(order)
            self._herald.order(order, None, (change.req_id, "0", "1"))
        else:
            order.market.book.cancel(resting.order_id)
            self._orders.unrest(order)
            order.price, order.lots = price, lots
            self._margins.set_aside(order)
            self._herald.order(order, None, (change.req_id, "0", "1"))
            self._meet(order, price)
        self._look_after(order, fills)

    def heard(self, market: Market, matches: Sequence[Match], trades: Sequence[Trade]) -> None:
        """Find the users of a step's trades; see `Market.on_trades`."""
        resting = self._orders.at(market)
        touched: list[Order] = []
        for match, trade in zip(matches, trades, strict=True) if resting else ():
            for order_id, maker in ((match.maker_id, True), (match.taker_id, False)):
                order = resting.get(order_id)
                if order is not None:
                    self._fill(order, trade, maker)
                    touched.append(order)
        for order in touched:
            self._tend(order)
        if touched:
            self.on_traded(market)

    def _changed(self, order: Order, change: Change) -> tuple[int, int]:
        """Return price and size after a change that is good."""
        if order.price is None or order.resting is None:
            raise refuse("51506", "The order type cannot be amended")
        if order.market.auction:
            raise refuse("51508", "Orders are not allowed to be amended during the call auction")
        price, lots = order.price, change.lots if change.lots is not None else order.lots
        if change.price is not None:
            band = band_of(order.market, self._figures, self._clock.now())
            price = within(order.market, change.price, order.ticket.buy, band, change.move)
            if order.ticket.ord_type == "post_only" and self._crosses(order, price):
                raise refuse("51511", "The amended price does not meet the post-only condition")
        if lots > order.filled:
            self.admission.admit_change(order, price, lots)
        return price, lots

    def _complete(self, order: Order, req_id: str) -> None:
        """End an order whose new size has traded already."""
        assert order.resting is not None  # noqa: S101 - what _changed has checked
        order.market.book.cancel(order.resting.order_id)
        order.market.stir((), order.updated)
        order.lots, order.state = order.filled, State.FILLED
        self._orders.close(order)
        self._margins.set_aside(order)
        self._herald.order(order, None, (req_id, "0", "1"))
        self._note(order)

    def _enter(self, order: Order, bound: int) -> None:
        """Tell that an order lives and let it meet the book; one that only rests lives once it rests."""
        ticket = order.ticket
        if ticket.ord_type == "post_only" and not order.market.auction and self._crosses(order, bound):
            self.cancel(order, WhyCanceled.POST_ONLY)
            return
        order.state = State.LIVE
        if ticket.ord_type == "post_only" or order.market.auction:
            self._rest(order, order.market.book.enter(ticket.buy, bound, order.left))
            self._herald.order(order)
            return
        self._herald.order(order)
        if ticket.ord_type == "fok" and self._within_reach(order, bound) < order.lots:
            self.cancel(order, WhyCanceled.KILLED)
        else:
            self._meet(order, bound)

    def _meet(self, order: Order, bound: int) -> None:
        """Trade with what is in the book, then rest or end."""
        book = order.market.book
        incoming = book.enter(order.ticket.buy, bound, order.left)
        met = 0
        while order.open and incoming.lots:
            rivals = self._orders.kin(order)
            matches = book.match(incoming, rivals, MOST_MATCHES - met)
            met += len(matches)
            if matches:
                self._trade(order, matches)
            following = next(book.reachable(incoming.buy, bound), None)
            if not incoming.lots or following is None:
                break
            if following.order_id not in rivals:
                self.cancel(order, WhyCanceled.TOO_MANY)
            else:
                self._keep_apart(order, rivals[following.order_id])
        if not order.open:
            return
        if order.ticket.ord_type in _RESTING:
            self._rest(order, incoming)
        else:
            self.cancel(order, WhyCanceled.IMMEDIATE)

    def _keep_apart(self, order: Order, rival: Order) -> None:
        """Prevent a trade of an owner with itself."""
        mode = order.ticket.stp_mode
        if mode != "cancel_taker":
            self.cancel(rival, WhyCanceled.SELF_TRADE)
        if mode != "cancel_maker":
            self.cancel(order, WhyCanceled.SELF_TRADE)

    def _within_reach(self, order: Order, bound: int) -> int:
        kin = self._orders.kin(order)
        reachable = order.market.book.reachable(order.ticket.buy, bound)
        return sum(each.lots for each in reachable if each.order_id not in kin)

    def _crosses(self, order: Order, price: int) -> bool:
        return next(order.market.book.reachable(order.ticket.buy, price), None) is not None

    def _trade(self, order: Order, matches: list[Match]) -> None:
        """Settle what an incoming order has met, makers first."""
        market = order.market
        for match, trade in zip(matches, market.stir(matches, self._clock.now()), strict=True):
            maker = self._orders.at(market).get(match.maker_id)
            if maker is not None:
                self._fill(maker, trade, True)
                self._tend(maker)
            self._fill(order, trade, False)

    def _fill(self, order: Order, trade: Trade, maker: bool) -> None:
        fill, position = self._settlement.fill(order, trade, maker)
        if not order.open:
            self._orders.close(order)
            self._margins.set_aside(order)
        self._herald.order(order, fill)
        self._note(order)
        if position is not None:
            self._herald.position(position, "filled", trade.trade_id)

    def _note(self, order: Order) -> None:
        if order.state is State.FILLED and order.ticket.attached:
            self._filled.append(order)

    def _rest(self, order: Order, incoming: Resting) -> None:
        market = order.market
        market.book.keep(incoming)
        market.on_trades = self.heard
        self._orders.rest(order, incoming)
        market.stir((), self._clock.now())
        self._margins.set_aside(order)

    def _look_after(self, order: Order, fills: int) -> None:
        """Do what follows when an order has come to rest or to its end: not before, or it could cross the book.

        Args:
            order: Which.
            fills: How many fills it had before.
        """
        self._tend(order)
        self._margins.set_aside(order)
        if len(order.fills) > fills:
            self.on_traded(order.market)

    def _tend(self, order: Order) -> None:
        """Cancel closing orders that could turn the position which an order belongs to."""
        if order.market.instrument.kind is Kind.SPOT:
            return
        ticket = order.ticket
        position = self._positions.find(order.user, order.market, ticket.td_mode, ticket.pos_side)
        self.reduce(order.user, order.market, ticket.td_mode, ticket.pos_side, position)

    def reduce(self, user: User, market: Market, mode: str, side: str, position: Position | None) -> None:
        """Cancel what a position has no room for any more."""
        around = [
            each
            for each in self._orders.pending(user.uid)
            if each.market is market and (each.ticket.td_mode, each.ticket.pos_side) == (mode, side)
        ]
        for each in excess(position, around):
            self.cancel(each, WhyCanceled.REDUCED if position is not None else WhyCanceled.CLOSED)
