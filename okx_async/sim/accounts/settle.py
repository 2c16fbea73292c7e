"""What a trade does to its user: money, fee and position, all through the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count

from ..derivatives import Derivatives, plain
from ..instruments import Instrument, Kind
from ..tape import Trade
from ..text import exact_text
from .credit import Credit
from .fees import rate_of
from .ledger import Ledger, Room
from .margin import Margins
from .orders import Fill, Order, Orders
from .people import User
from .positions import Position, Positions
from .worth import ZERO, money, terms_of

__all__ = ["FULL", "PARTIAL", "Settlement", "bill_of", "told_of"]

FULL, PARTIAL = "full_liquidation", "partial_liquidation"
_PRICE = 12
_KINDS = {"normal": "2", FULL: "5", PARTIAL: "5"}
# Sub-types of bills by side, and where positions are kept apart by what the trade did. (``subType``)
_NET = {
    "normal": {True: "1", False: "2"},
    PARTIAL: {True: "102", False: "103"},
    FULL: {True: "106", False: "107"},
}
_APART = {
    "normal": {("long", True): "3", ("short", False): "4", ("long", False): "5", ("short", True): "6"},
    PARTIAL: {("long", False): "100", ("short", True): "101"},
    FULL: {("long", False): "104", ("short", True): "105"},
}


def bill_of(order: Order) -> tuple[str, str]:
    """Return the type and sub-type of the bills that an order's trades make."""
    ticket = order.ticket
    apart = _APART[ticket.category].get((ticket.pos_side, ticket.buy))
    return _KINDS[ticket.category], apart or _NET[ticket.category][ticket.buy]


def told_of(position: Position, lots: int, price: Decimal, made: Decimal) -> dict[str, str]:
    """Return what the bill of something that is no trade says about a position, by V5's names.

    Args:
        position: Which.
        lots: How much of it.
        price: At which price.
        made: What was earned by it, below zero lost.
    """
    instrument = position.market.instrument
    return {
        "instType": instrument.kind.value,
        "mgnMode": position.mode,
        "sz": instrument.size_text(abs(lots)),
        "px": plain(price, _PRICE),
        "pnl": exact_text(made),
    }


def _usual_rate(instrument: Instrument, user: User, maker: bool) -> Decimal:
    return rate_of(instrument.kind, user.vip, maker)


class Settlement:
    """Settles trades, each side with the street: between two users the street passes on what it gets.

    Args:
        ledger: Where the money is.
        orders: Keeps fills.
        positions: Everybody's positions.
        margins: What has to be set aside.
        figures: Where mark and index prices are.
        next_bill: Numbers fills.

    Attributes:
        ledger: See above, as `orders`, `positions` and `margins`.
        causes: The order and the fill behind each movement that a trade made, by the movement's number.
        said: What the bills of other movements say about the position they are about, by V5's names.
        rate: Returns the part of a trade's value that a user pays as its maker or taker; by default that of the tier.
        credit: Who lends what an account lacks for a trade, ``None`` for nobody.
    """

    def __init__(
        self,
        ledger: Ledger,
        orders: Orders,
        positions: Positions,
        margins: Margins,
        figures: Derivatives,
        next_bill: Callable[[], int],
    ) -> None:
        self.ledger = ledger
        self.orders = orders
        self.positions = positions
        self.margins = margins
        self._figures = figures
        self._next_bill = next_bill
        self.said: dict[int, Mapping[str, str]] = {}
        self.causes: dict[int, tuple[Order, Fill]] = {}
        self.rate: Callable[[Instrument, User, bool], Decimal] = _usual_rate
        self.credit: Credit | None = None

    def copy_of(self, user: User) -> Settlement:
        """Return a settlement of its own over copies of all that one user has, on which trades can be tried out."""
        ledger, orders = self.ledger.copy_of(user.uid), self.orders.copy_of(user.uid)
        positions = self.positions.copy_of(user.uid)
        margins = self.margins.copy_of(user, ledger, orders, positions)
        copy = Settlement(ledger, orders, positions, margins, self._figures, count(1).__next__)
        copy.rate = self.rate
        if self.credit is not None:
            copy.credit = margins.credit = self.credit.copy_of(user, ledger, margins)
        return copy

    def pay(
        self,
        user: User,
        ccy: str,
        amount: Decimal,
        room: Room,
        bill: tuple[str, str],
        ref: str,
        inst_id: str,
        said: Mapping[str, str] | None = None,
    ) -> None:
        """Move an amount from a purse of the house to a user's trading account; a negative one the other way.

        Args:
            user: Whose account.
            ccy: Of what.
            amount: How much.
            room: Which purse of the house.
            bill: Type and sub-type of the bill.
            ref: What it is for.
            inst_id: The instrument, ``""`` for none.
            said: What the bill says besides, see `told_of`.
        """
        entry = self.ledger.move(ccy, amount, self.ledger.house(room), self.margins.purse(user), *bill, ref, inst_id)
        if entry is not None and said is not None:
            self.said[entry.number] = said

    def fill(self, order: Order, trade: Trade, maker: bool) -> tuple[Fill, Position | None]:
        """Settle one trade of an order; return it and the position that it changed."""
        market, rate = order.market, self.rate(order.market.instrument, order.user, maker)
        lends = self.credit if market.instrument.kind is Kind.SPOT and not order.ticket.on_margin else None
        if lends is not None:
            terms = terms_of(market.instrument)
            lends.spend(order.user, *self._spent(order, terms.size(trade.lots), terms.price(trade.price)))
        bill_id, began = self._next_bill(), len(self.ledger.entries)
        position: Position | None = None
        if market.instrument.kind is Kind.SPOT:
            fee_ccy, fee, gain = *self._exchange(order, trade, rate), ZERO
        else:
            fee_ccy = terms_of(market.instrument).settle
            position, gain, fee = self._contract(order, trade, rate)
        fill = Fill(
            bill_id,
            trade.trade_id,
            trade.price,
            trade.lots,
            maker,
            fee,
            fee_ccy,
            -rate,
            gain,
            bill_of(order)[1],
            self._figures.mark(market),
            self._figures.index(market),
            trade.ts,
        )
        self.orders.record(order, fill)
        self.causes.update((entry.number, (order, fill)) for entry in self.ledger.entries[began:])
        self.margins.set_aside(order)
        if position is not None:
            self.margins.secure(position)
        if lends is not None:
            lends.tidy(order.user)
        return fill, position

    def close_out(self, position: Position, price: Decimal, bill: tuple[str, str], now: int) -> None:
        """Close all of a position at a price without a trade or a fee, as a delivery does."""
        lots, long = abs(position.lots), position.lots > 0
        gain = position.shrink(lots, price)
        if position.market.instrument.kind is Kind.OPTION:
            gain = money(position.terms.value(price, lots))
        inst_id, said = position.market.instrument.inst_id, told_of(position, lots, price, gain)
        self.pay(position.user, position.ccy, gain, Room.STREET, bill, str(position.pos_id), inst_id, said)
        position.updated = now
        self.positions.end(position, long=long, kind="2")
        self.margins.secure(position)

    def _move(self, order: Order, ccy: str, amount: Decimal, room: Room = Room.STREET) -> None:
        inst_id, purse = order.market.instrument.inst_id, self.margins.purse_of(order)
        house = self.ledger.house(room)
        self.ledger.move(ccy, amount, house, purse, *bill_of(order), str(order.ord_id), inst_id)

    def _spent(self, order: Order, size: Decimal, price: Decimal) -> tuple[str, Decimal]:
        """Return what a trade of a pair takes from its user."""
        instrument = order.market.instrument
        return (instrument.quote, size * price) if order.ticket.buy else (instrument.base, size)

    def _exchange(self, order: Order, trade: Trade, rate: Decimal) -> tuple[str, Decimal]:
        """Swap base and quote currency; return the fee, which is taken from what was received."""
        instrument, terms = order.market.instrument, terms_of(order.market.instrument)
        size, cost = terms.size(trade.lots), terms.value(terms.price(trade.price), trade.lots)
        sign = 1 if order.ticket.buy else -1
        ccy, received = (instrument.base, size) if order.ticket.buy else (instrument.quote, cost)
        fee = -money(received * rate)
        self._move(order, instrument.quote, -sign * cost)
        self._move(order, instrument.base, sign * size)
        self._move(order, ccy, fee, Room.FEES)
        return ccy, fee

    def _contract(self, order: Order, trade: Trade, rate: Decimal) -> tuple[Position, Decimal, Decimal]:
        """Change a position; return it, the profit made real, and the fee.

        A trade that turns a net position ends one and begins another; the fee is shared by size.
        """
        ticket, terms = order.ticket, terms_of(order.market.instrument)
        price = terms.price(trade.price)
        position = self._at_work(order, trade)
        closing = min(abs(position.lots), trade.lots) if (position.lots > 0) != ticket.buy else 0
        fee = -money(terms.value(price, trade.lots) * rate)
        gain = self._shrink(position, closing, price, order) if closing else ZERO
        opened = trade.lots - closing
        share = money(fee * closing / trade.lots) if opened else fee
        position.fee += share
        if opened:
            if closing:
                self.positions.end(position, long=not ticket.buy, kind="2")
                position = self._at_work(order, trade)
            position.fee += fee - share
            self._open(position, opened, price, order)
        elif not position.lots:
            self.positions.end(position, long=not ticket.buy, kind="2" if ticket.category == "normal" else "3",
                                trigger=None if ticket.category == "normal" else price)  # fmt: skip
        self._move(order, terms.settle, fee, Room.FEES)
        return position, gain, fee

    def _at_work(self, order: Order, trade: Trade) -> Position:
        ticket = order.ticket
        position = self.positions.begin(order.user, order.market, ticket.td_mode, ticket.pos_side, trade.ts)
        position.trade_id, position.updated = trade.trade_id, trade.ts
        return position

    def _shrink(self, position: Position, lots: int, price: Decimal, order: Order) -> Decimal:
        """Close lots of a position and pay out what they made; of an option, whose premium was paid, all they bring."""
        gain = position.shrink(lots, price)
        option = position.market.instrument.kind is Kind.OPTION
        self._move(order, position.ccy, money(position.terms.value(price, lots)) if option else gain)
        return gain

    def _open(self, position: Position, lots: int, price: Decimal, order: Order) -> None:
        """Make a position larger; an option is paid for, for an isolated contract margin is set aside."""
        value = position.terms.value(price, lots)
        position.open(lots if order.ticket.buy else -lots, price)
        if position.market.instrument.kind is Kind.OPTION:
            self._move(order, position.ccy, -money(value))
            return
        position.lever = Decimal(order.lever)
        if position.mode == "isolated":
            position.margin += money(value / position.lever)
