"""What happens to positions by time: funding every eight hours, delivery and exercise at the end."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..clock import Clock
from ..derivatives import FUNDING_MS, Delivery, Derivatives
from ..instruments import Kind
from ..market import Market
from .desk import Desk
from .herald import Herald
from .ledger import Room
from .margin import Margins
from .orders import Orders, WhyCanceled
from .positions import Position, Positions
from .settle import Settlement, told_of
from .worth import ZERO, money

__all__ = ["Seasons"]

_EXPENSE, _INCOME = ("8", "173"), ("8", "174")
_ENDS = {"delivery": ("3", "112"), "exercised": ("3", "170"), "expired_otm": ("3", "172")}
_DELIVERED_SHORT = ("3", "113")


class Seasons:
    """Pays funding and delivers contracts when their time has come.

    Args:
        clock: Market time.
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What has to be set aside.
        settlement: Moves money.
        desk: Cancels orders.
        herald: Who tells.
        figures: Funding rates and deliveries.
        markets: What is listed.
    """

    def __init__(
        self,
        clock: Clock,
        orders: Orders,
        positions: Positions,
        margins: Margins,
        settlement: Settlement,
        desk: Desk,
        herald: Herald,
        figures: Derivatives,
        markets: Mapping[str, Market],
    ) -> None:
        self._orders = orders
        self._positions = positions
        self._margins = margins
        self._settlement = settlement
        self._desk = desk
        self._herald = herald
        self._figures = figures
        self._markets = markets
        self._settled = clock.now() // FUNDING_MS

    def pass_by(self, now: int) -> bool:
        """Do what has become due and tell whether funding was, after which margins may not suffice any more."""
        due = self._settled < now // FUNDING_MS
        while self._settled < now // FUNDING_MS:
            self._settled += 1
            self._fund(self._settled * FUNDING_MS, now)
        for market in [*self._orders.markets(), *self._positions.markets()]:
            if self._markets.get(market.instrument.inst_id) is not market:
                self._end(market, now)
        return due

    def _fund(self, settlement: int, now: int) -> None:
        """Let the long pay the short, or the other way where the rate is below zero; the street is between them."""
        for market in self._positions.markets():
            if market.instrument.kind is not Kind.SWAP:
                continue
            rate = self._figures.funding(market, settlement, now)
            for position in self._positions.at(market) if rate else []:
                self._charge(position, rate or ZERO, now)

    def _charge(self, position: Position, rate: Decimal, now: int) -> None:
        mark = self._margins.mark(position)
        amount = -money(position.terms.value(mark, position.lots) * rate)
        bill = _INCOME if amount > 0 else _EXPENSE
        inst_id = position.market.instrument.inst_id
        if position.mode == "isolated":
            self._draw(position, -amount)
        position.funding += amount
        position.updated = now
        said = told_of(position, position.lots, mark, amount)
        self._settlement.pay(
            position.user, position.ccy, amount, Room.STREET, bill, str(position.pos_id), inst_id, said
        )
        self._herald.position(position, "funding_fee")

    def _draw(self, position: Position, charge: Decimal) -> None:
        """Take from an isolated position's own margin what its owner has nothing else to pay with."""
        short = charge - max(ZERO, self._margins.spendable(position.user, position.ccy))
        if short > 0:
            position.margin = max(ZERO, position.margin - short)
            self._margins.secure(position)

    def _end(self, market: Market, now: int) -> None:
        """Cancel and close what is left in a market that is no longer listed.

        A dated contract ends at its delivery price, what was taken down early at its mark price.
        """
        for order in list(self._orders.at(market).values()):
            self._desk.cancel(order, WhyCanceled.DELIVERY)
        found = [each for each in self._figures.deliveries if each.instrument == market.instrument]
        kind = found[-1].kind if found else "delivery"
        price = _worth(found[-1]) if found else self._figures.mark(market)
        for position in self._positions.at(market):
            bill = _DELIVERED_SHORT if kind == "delivery" and position.lots < 0 else _ENDS[kind]
            self._settlement.close_out(position, price, bill, now)
            self._herald.position(position, "delivered" if kind == "delivery" else "exercised")


def _worth(delivery: Delivery) -> Decimal:
    """Return at which price of its own an instrument ends; an option pays what it is in the money, in coins."""
    text = delivery.instrument
    if text.kind is not Kind.OPTION:
        return delivery.price
    strike = Decimal(text.strike)
    paid = delivery.price - strike if text.option_type == "C" else strike - delivery.price
    return max(ZERO, paid) / delivery.price
