"""Liquidation: positions whose margin no longer suffices are taken from their users, and nobody ends below zero.

Where the exchange sends liquidation orders to the market, the simulator closes at the mark price with the street. Open
orders go first; then a position is stepped down tier by tier before all of it is taken. A penalty feeds the insurance
fund, and the fund pays what a user lost beyond the margin.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..instruments import Kind
from ..market import Market
from .auto_margin import adds_margin, top_up
from .desk import Desk
from .fees import rate_of
from .herald import Herald
from .ledger import Room
from .margin import Margins
from .orders import Order, Orders, Ticket, WhyCanceled
from .people import User
from .positions import Position, Positions
from .settle import FULL, PARTIAL, Settlement, told_of
from .worth import ZERO, money

__all__ = ["COVER", "PENALTY", "Guard"]

_WARN_BELOW = Decimal(3)
"""Ratio of margin below which a user is warned, once until it has recovered. (``mgnRatio`` 300%)"""

PENALTY = ("5", "110")
"""The bill of what a liquidation costs beside its fee."""
COVER = ("10", "")
"""The bill of what the insurance fund pays for a user."""


class Guard:
    """Watches over margins.

    Args:
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: Reckons margins.
        settlement: Moves money.
        desk: Cancels orders.
        herald: Who tells.
    """

    def __init__(
        self,
        orders: Orders,
        positions: Positions,
        margins: Margins,
        settlement: Settlement,
        desk: Desk,
        herald: Herald,
    ) -> None:
        self._orders = orders
        self._positions = positions
        self._margins = margins
        self._settlement = settlement
        self._desk = desk
        self._herald = herald

    def watch(self, market: Market) -> None:
        """Look at all positions in a market whose price has moved."""
        if market.instrument.kind is Kind.OPTION:
            return
        for position in self._positions.at(market):
            # One that is gone by now went with another one that it shared its margin with.
            if position.lots:
                self.look(position)

    def look(self, position: Position) -> None:
        """Warn of a position's liquidation or liquidate it, as far as is needed."""
        ratio = self._margins.ratio(position)
        if ratio is None:
            return
        if ratio > 1:
            if ratio < _WARN_BELOW and not position.warned:
                self._herald.warn(position)
            position.warned = ratio < _WARN_BELOW
            return
        if adds_margin(position.user, position.market.instrument) and top_up(position, self._margins):
            self._herald.margin(position)
            if (self._margins.ratio(position) or ZERO) > 1:
                return
        self._cancel_orders(position)
        while position.lots and (self._margins.ratio(position) or ZERO) <= 1:
            self._take(self._next(position))
        self._cover(position.user, position.ccy)

    def _next(self, position: Position) -> Position:
        """Return what is taken first: of cross positions the one that loses most."""
        if position.mode == "isolated":
            return position
        sharing = self._positions.crossed(position.user.uid, position.ccy)
        return min(sharing, key=self._margins.upl, default=position)

    def _cancel_orders(self, position: Position) -> None:
        for order in self._orders.pending(position.user.uid):
            ticket = order.ticket
            if ticket.td_mode != position.mode or order.market.instrument.kind is Kind.OPTION:
                continue
            same = order.market is position.market and ticket.pos_side == position.side
            shares = position.mode == "cross" and order.market.instrument.settle == position.ccy
            if same or shares:
                self._desk.cancel(order, WhyCanceled.LIQUIDATION)

    def _take(self, position: Position) -> None:
        """Close what is above the next lower tier, or all that is left."""
        market, lots = position.market, abs(position.lots)
        solvent = self._margins.behind(position) > 0
        below = [tier.most for tier in self._margins.tiers(market) if tier.most < lots and solvent]
        part = lots - below[-1] if below else lots
        category = PARTIAL if below else FULL
        margin = position.margin
        ticket = Ticket(
            market,
            position.lots < 0,
            "market",
            position.mode,
            position.side,
            market.instrument.size_text(part),
            part,
            category=category,
        )
        order, fill = self._desk.seize(position.user, ticket)
        price = position.terms.price(fill.price)
        penalty = -money(position.terms.value(price, part) * self._rate(position))
        position.penalty += penalty
        self._pay(order, position.ccy, penalty, PENALTY, told_of(position, part, price, penalty))
        if position.mode == "isolated" and not position.lots:
            # An isolated position can lose its margin, and no more.
            lost = margin + fill.pnl + fill.fee + penalty
            if lost < 0:
                self._pay(order, position.ccy, -lost, COVER, told_of(position, part, price, -lost))
        self._margins.secure(position)
        self._herald.position(position, "liquidation")

    def _rate(self, position: Position) -> Decimal:
        """Return the rate of the penalty, which is the simulator's: what a taker pays."""
        return max(ZERO, rate_of(position.market.instrument.kind, position.user.vip, False))

    def _pay(self, order: Order, ccy: str, amount: Decimal, bill: tuple[str, str], said: Mapping[str, str]) -> None:
        inst_id = order.market.instrument.inst_id
        self._settlement.pay(order.user, ccy, amount, Room.FUND, bill, str(order.ord_id), inst_id, said)

    def _cover(self, user: User, ccy: str) -> None:
        """Let the insurance fund pay what cross positions lost beyond all their user had."""
        if any(self._positions.crossed(user.uid, ccy)):
            return
        below = self._margins.equity(user, ccy)
        if below < 0:
            self._settlement.pay(user, ccy, -below, Room.FUND, COVER, "", "")
