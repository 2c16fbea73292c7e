"""Users' orders and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import count

from ..engine import Order as Resting
from ..instruments import Kind
from ..market import Market
from .legs import Attached
from .people import User
from .worth import ZERO, terms_of

__all__ = ["Fill", "Order", "Orders", "State", "Ticket", "WhyCanceled"]

_FIRST_ID = 2_000_000_000_000_000_001


class State(StrEnum):
    """Where an order is in its life, in V5's words."""

    NEW = "new"
    """Accepted, and nobody was told yet; never on the wire."""
    LIVE = "live"
    PARTLY = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"


class WhyCanceled(StrEnum):
    """Who or what cancelled an order, in V5's numbers. (``cancelSource``)"""

    USER = "1"
    LIQUIDATION = "3"
    DELIVERY = "7"
    KILLED = "13"
    IMMEDIATE = "14"
    CLOSED = "17"
    COUNTDOWN = "20"
    REDUCED = "23"
    POST_ONLY = "31"
    SELF_TRADE = "32"
    TOO_MANY = "33"
    SYSTEM = "0"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a user wants to trade, read and understood.

    Attributes:
        market: Where.
        buy: Its side.
        ord_type: As it was asked for.
        td_mode: ``cash``, ``cross`` or ``isolated``.
        pos_side: ``long``, ``short`` or ``net``; ``""`` for spot.
        size: The size as text, as it was asked for.
        lots: The same in lots; 0 where ``budget`` counts.
        price: The limit in ticks, ``None`` for a market price.
        budget: How much of the quote currency a spot market order is for.
        reduce_only: Whether it may only shrink a position.
        stp_mode: What happens when it would meet an order of the same owner.
        cl_ord_id: The user's own name for it.
        tag: The broker's mark.
        tgt_ccy: What the size of a spot market order counts.
        ban_amend: Whether it may not be cut to what the user can pay.
        category: What made it: ``normal``, ``full_liquidation`` ...
        algo_id: The algo order that sent it, ``""`` for none.
        algo_cl_ord_id: Its owner's name for that one.
        source: What sort that is, in V5's numbers.
        attached: The take profit and stop loss that begin to wait once it is filled.
        shares_name: Whether its name may be that of another open order.
    """

    market: Market
    buy: bool
    ord_type: str
    td_mode: str
    pos_side: str
    size: str
    lots: int
    price: int | None = None
    budget: Decimal | None = None
    reduce_only: bool = False
    stp_mode: str = "cancel_maker"
    cl_ord_id: str = ""
    tag: str = ""
    tgt_ccy: str = ""
    ban_amend: bool = False
    category: str = "normal"
    algo_id: str = ""
    algo_cl_ord_id: str = ""
    source: str = ""
    attached: tuple[Attached, ...] = ()
    shares_name: bool = False

    @property
    def on_margin(self) -> bool:
        """Whether it trades a pair with the money of that pair's margin account."""
        return self.market.instrument.kind is Kind.SPOT and self.td_mode == "isolated"

    @property
    def inst_type(self) -> str:
        """What it trades, in V5's word: a pair that is not paid in cash is margin."""
        kind = self.market.instrument.kind
        return "MARGIN" if kind is Kind.SPOT and self.td_mode != "cash" else kind.value

    @property
    def closes(self) -> bool:
        """Whether it may only shrink a position, by its own word or by the side of its position."""
        return self.reduce_only or (self.pos_side, self.buy) in (("long", False), ("short", True))


@dataclass(frozen=True, slots=True)
class Fill:
    """One user's side of one trade.

    Attributes:
        bill_id: Numbers the fills of all users.
        trade_id: Of the public trade.
        price: In ticks.
        lots: How much.
        maker: Whether the order was there first.
        fee: What it cost, below zero as the exchange writes it; above zero it is a rebate.
        fee_ccy: In what.
        rate: The rate of the fee, with the sign of `fee`.
        pnl: The profit it made real.
        sub_type: What it did, in V5's numbers of bill sub-types.
        mark: Mark price of that moment.
        index: Index price of that moment.
        ts: Unix milliseconds.
    """

    bill_id: int
    trade_id: int
    price: int
    lots: int
    maker: bool
    fee: Decimal
    fee_ccy: str
    rate: Decimal
    pnl: Decimal
    sub_type: str
    mark: Decimal
    index: Decimal
    ts: int


@dataclass(slots=True, eq=False)
class Order:
    """One order of a user from its acceptance on.

    Attributes:
        ord_id: Grows from order to order.
        user: Whose.
        ticket: What was asked for at first.
        price: Its limit in ticks now, ``None`` for a market price.
        lots: Its whole size now.
        size: The same as text, as the user wrote it.
        lever: The leverage it was placed with, ``""`` for spot.
        resting: Its place in the book, ``None`` when it is not there.
        why: Why it was cancelled.
        unattached: Why what was attached to it does not wait, as code and message, by its place.
    """

    ord_id: int
    user: User
    ticket: Ticket
    price: int | None
    lots: int
    size: str
    lever: str
    created: int
    updated: int
    state: State = State.NEW
    resting: Resting | None = None
    fills: list[Fill] = field(default_factory=list[Fill])
    filled: int = 0
    why: WhyCanceled | None = None
    unattached: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])

    @property
    def market(self) -> Market:
        """Where it trades."""
        return self.ticket.market

    @property
    def left(self) -> int:
        """How many lots can still trade."""
        return max(0, self.lots - self.filled)

    @property
    def open(self) -> bool:
        """Whether something can still happen to it."""
        return self.state in (State.NEW, State.LIVE, State.PARTLY)

    @property
    def average(self) -> Decimal | None:
        """Its mean price, ``None`` before the first fill."""
        if not self.filled:
            return None
        terms = terms_of(self.market.instrument)
        if terms.inverse:
            return self.filled / sum((fill.lots / terms.price(fill.price) for fill in self.fills), ZERO)
        return sum((terms.price(fill.price) * fill.lots for fill in self.fills), ZERO) / self.filled

    @property
    def fee(self) -> Decimal:
        """What its fills cost so far, below zero."""
        return sum((fill.fee for fill in self.fills), ZERO)

    @property
    def pnl(self) -> Decimal:
        """What its fills made real so far."""
        return sum((fill.pnl for fill in self.fills), ZERO)

    def add(self, fill: Fill) -> None:
        """Take a fill in."""
        self.fills.append(fill)
        self.filled += fill.lots
        self.updated = fill.ts
        self.state = State.PARTLY if self.left else State.FILLED


class Orders:
    """Every order since the exchange opened, and those that are open by where they rest."""

    def __init__(self) -> None:
        self._ids = count(_FIRST_ID)
        self._bills = count(_FIRST_ID)
        self._all: dict[str, dict[int, Order]] = {}
        self._open: dict[str, dict[int, Order]] = {}
        self._named: dict[tuple[str, str], Order] = {}
        self._resting: dict[Market, dict[int, Order]] = {}
        self._fills: dict[str, list[tuple[Order, Fill]]] = {}

    def next_id(self) -> int:
        """Return the number of a new order."""
        return next(self._ids)

    def next_bill(self) -> int:
        """Return the number of a new fill."""
        return next(self._bills)

    def add(self, order: Order) -> None:
        """Take a new order in."""
        self._all.setdefault(order.user.uid, {})[order.ord_id] = order
        self._open.setdefault(order.user.uid, {})[order.ord_id] = order
        if order.ticket.cl_ord_id:
            self._named[order.user.uid, order.ticket.cl_ord_id] = order

    def copy_of(self, uid: str) -> Orders:
        """Return orders of its own in which one user's open ones are, and which take in others apart from these."""
        copy = Orders()
        for order in self.pending(uid):
            copy.add(order)
        return copy

    def close(self, order: Order) -> None:
        """Let an order be history."""
        self.unrest(order)
        self._open.get(order.user.uid, {}).pop(order.ord_id, None)

    def rest(self, order: Order, resting: Resting) -> None:
        """Take down where an order rests."""
        order.resting = resting
        self._resting.setdefault(order.market, {})[resting.order_id] = order

    def unrest(self, order: Order) -> None:
        """Forget where an order rested."""
        if order.resting is not None:
            self._resting[order.market].pop(order.resting.order_id, None)
            if not self._resting[order.market]:
                del self._resting[order.market]
            order.market.book.owned.discard(order.resting.order_id)
            order.resting = None

    def at(self, market: Market) -> dict[int, Order]:
        """Return the orders that rest in a market, by their ids in its book."""
        return self._resting.get(market, {})

    def kin(self, order: Order) -> dict[int, Order]:
        """Return the orders of the same owner, sub-accounts included, that rest in the same book."""
        master = order.user.master or order.user.uid
        resting = self.at(order.market).items()
        return {order_id: each for order_id, each in resting if (each.user.master or each.user.uid) == master}

    def markets(self) -> list[Market]:
        """Return the markets where an order of a user rests."""
        return list(self._resting)

    def find(self, uid: str, ord_id: str, cl_ord_id: str) -> Order | None:
        """Return a user's order; the number wins over the name, of a name the latest order counts."""
        if ord_id:
            return self._all.get(uid, {}).get(int(ord_id)) if ord_id.isdecimal() else None
        return self._named.get((uid, cl_ord_id))

    def pending(self, uid: str) -> list[Order]:
        """Return a user's open orders, oldest first."""
        return list(self._open.get(uid, {}).values())

    def everybodys(self) -> list[Order]:
        """Return the open orders of all users."""
        return [order for orders in self._open.values() for order in orders.values()]

    def record(self, order: Order, fill: Fill) -> None:
        """Take a fill down."""
        order.add(fill)
        self._fills.setdefault(order.user.uid, []).append((order, fill))

    def fills(self, uid: str) -> Iterator[tuple[Order, Fill]]:
        """Yield all fills of a user, the newest first."""
        yield from reversed(self._fills.get(uid, []))

    def history(self, uid: str) -> Iterator[Order]:
        """Yield all orders of a user, the newest first."""
        yield from reversed(self._all.get(uid, {}).values())
