"""Trades that are agreed away from the books: several legs at agreed prices, settled together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from ..clock import Clock
from ..market import Market
from ..query_v5 import Refusal
from ..tape import Trade
from .desk import Desk
from .forms import refuse
from .herald import Herald
from .orders import Fill, Order, Orders, Ticket
from .people import Mode, User
from .positions import Positions
from .settle import Settlement

__all__ = ["Broke", "Deals", "Part", "refuse_derivatives"]

# Beyond what the tapes of markets count to, so that a number is never told twice.
_FIRST_TRADE = 10**12


class Broke(Exception):
    """Somebody cannot bear a part of a deal.

    Attributes:
        user: Who.
        refusal: Why.
    """

    def __init__(self, user: User, refusal: Refusal) -> None:
        super().__init__(refusal.msg)
        self.user = user
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Part:
    """What one user trades in one leg.

    Attributes:
        user: Who.
        market: The instrument; its own book is not touched.
        buy: The side.
        price: In ticks.
        lots: How much.
        maker: Whether the fee is that of makers.
        trade_id: The leg's number, the same for both sides.
        ord_id: What the fill is told under.
        td_mode: ``cash``, ``cross`` or ``isolated``.
        pos_side: ``long``, ``short`` or ``net``; ``""`` for spot.
        cl_ord_id: The user's own name for it.
        tag: The broker's mark.
    """

    user: User
    market: Market
    buy: bool
    price: int
    lots: int
    maker: bool
    trade_id: int
    ord_id: int
    td_mode: str
    pos_side: str
    cl_ord_id: str = ""
    tag: str = ""


class Deals:
    """Settles deals. Each part makes fills, bills and positions like any trade, and no order that could be looked up.

    Args:
        clock: Market time.
        orders: Numbers what is settled.
        positions: Everybody's positions.
        desk: Admits, and looks after orders around a position.
        settlement: What trades do.
        herald: Who tells of positions.
    """

    def __init__(
        self, clock: Clock, orders: Orders, positions: Positions, desk: Desk, settlement: Settlement, herald: Herald
    ) -> None:
        self._clock = clock
        self._orders = orders
        self._positions = positions
        self._desk = desk
        self._settlement = settlement
        self._herald = herald
        self._trades = count(_FIRST_TRADE)

    def next_trade(self) -> int:
        """Return the number of a new trade."""
        return next(self._trades)

    def next_id(self) -> int:
        """Return the number of something that is filled, from the same row as those of orders."""
        return self._orders.next_id()

    def check(self, parts: Sequence[Part]) -> None:
        """Check that one user can bear all parts together.

        Raises:
            Refusal: With the code of the exchange: what is closed is not there, or money is short.
        """
        self._desk.admission.admit_together([self._order(part) for part in parts])

    def strike(self, parts: Sequence[Part]) -> list[Fill]:
        """Settle all parts; return their fills in the same order.

        Raises:
            Broke: Somebody cannot bear theirs; nothing has happened then.
        """
        for user in {part.user.uid: part.user for part in parts}.values():
            try:
                self.check([part for part in parts if part.user is user])
            except Refusal as refusal:
                raise Broke(user, refusal) from refusal
        fills = [self._settle(part) for part in parts]
        for part in parts:
            if part.pos_side:
                self._tend(part)
        for market in dict.fromkeys(part.market for part in parts):
            self._desk.on_traded(market)
        return fills

    def _order(self, part: Part) -> Order:
        text = part.market.instrument.size_text(part.lots)
        ticket = Ticket(
            part.market,
            part.buy,
            "limit",
            part.td_mode,
            part.pos_side,
            text,
            part.lots,
            part.price,
            cl_ord_id=part.cl_ord_id,
            tag=part.tag,
        )
        order = self._desk.new(part.user, ticket)
        order.ord_id = part.ord_id
        return order

    def _settle(self, part: Part) -> Fill:
        taker_buys = part.buy is not part.maker
        trade = Trade(part.trade_id, 0, part.price, part.lots, taker_buys, self._clock.now())
        fill, position = self._settlement.fill(self._order(part), trade, part.maker)
        if position is not None:
            self._herald.position(position, "filled", part.trade_id)
        return fill

    def _tend(self, part: Part) -> None:
        position = self._positions.find(part.user, part.market, part.td_mode, part.pos_side)
        self._desk.reduce(part.user, part.market, part.td_mode, part.pos_side, position)


def refuse_derivatives(user: User) -> None:
    """Refuse contracts to accounts that have none.

    Raises:
        Refusal: 51010.
    """
    if user.mode in (Mode.SPOT, Mode.PORTFOLIO):
        raise refuse("51010", "Request unsupported under current account mode")
