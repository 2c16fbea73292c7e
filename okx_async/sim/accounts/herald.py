"""What users are told about their orders, fills and positions, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from ..clock import Clock
from ..market import Market
from .news import News
from .orders import Fill, Order
from .people import User
from .positions import Position, Positions
from .private import Feed, Private
from .rows import Amended, Rows

__all__ = ["Herald", "names_of"]

_EVERY_MS = 5_000
_PACES = (0, 2_000, 3_000, 4_000)


def names_of(market: Market) -> dict[str, str]:
    """Return what a subscription may name of an instrument."""
    text = market.instrument
    return {"instType": text.kind.value, "instFamily": text.family, "instId": text.inst_id}


class Herald:
    """Pushes what happens to orders at once, fills before the order that they fill.

    Positions are gathered for one turn of the event loop, as the exchange gathers some 50 ms, and then told once each:
    first positions, then balance_and_position with the trades that changed them. What the account channel says about
    the same trades (`News`) comes in the same turn.

    Args:
        private: Private channels.
        news: What is told about money.
        rows: Writes rows.
        positions: Everybody's positions.
        clock: Market time.

    Attributes:
        order_listeners: Called with each order that changed, the fill it changed by, and what a change was told with.
        position_listeners: Called with each position that changed.
    """

    def __init__(self, private: Private, news: News, rows: Rows, positions: Positions, clock: Clock) -> None:
        self._private = private
        self._news = news
        self._rows = rows
        self._positions = positions
        self._clock = clock
        self._changed: dict[Position, tuple[str, dict[str, str]]] = {}
        self.order_listeners: list[Callable[[Order, Fill | None, Amended], None]] = []
        self.position_listeners: list[Callable[[Position], None]] = []
        private.feed("positions", Feed(self._held, True, _EVERY_MS, _PACES))

    def order(self, order: Order, fill: Fill | None = None, amended: Amended = ("", "", "")) -> None:
        """Tell what became of an order."""
        user, names = order.user, names_of(order.market) | {"instType": order.ticket.inst_type}
        if fill is not None and fill.trade_id and self._private.heard(user, "fills"):
            self._private.push(user, "fills", names, [self._rows.fill_update(order, fill)])
        if self._private.heard(user, "orders"):
            self._private.push(user, "orders", names, [self._rows.order_update(order, fill, amended)])
        self._news.touch(user, (self._rows.paid_in(order),))
        for listener in self.order_listeners:
            listener(order, fill, amended)

    def position(self, position: Position, cause: str, trade_id: int = 0) -> None:
        """Tell later in this turn that a position has changed.

        Args:
            position: Which.
            cause: ``eventType`` of balance_and_position.
            trade_id: The trade that changed it, 0 for none.
        """
        for listener in self.position_listeners:
            listener(position)
        user = position.user
        if not self._private.heard(user, "positions") and not self._private.heard(user, "balance_and_position"):
            return
        if not self._changed:
            asyncio.get_running_loop().call_soon(self._tell)
        trades = self._changed.setdefault(position, (cause, {}))[1]
        if trade_id:
            trades[str(trade_id)] = position.market.instrument.inst_id

    def margin(self, position: Position, cause: str = "adjust_margin") -> None:
        """Tell later in this turn that a position was given other margin."""
        self.position(position, cause)
        self._news.touch(position.user, (position.ccy,), cause)

    def warn(self, position: Position) -> None:
        """Warn of a liquidation."""
        rows = [self._rows.warning(position, self._clock.now())]
        self._private.push(position.user, "liquidation-warning", names_of(position.market), rows)

    def _tell(self) -> None:
        changed, self._changed = self._changed, {}
        for position in changed:
            rows = [self._rows.position(position)]
            self._private.push(position.user, "positions", names_of(position.market), rows)
        now = str(self._clock.now())
        for position, (cause, trades) in changed.items():
            row: dict[str, Any] = {
                "pTime": now,
                "eventType": cause,
                "balData": [],
                "posData": [self._rows.position_change(position)],
                "trades": [{"instId": inst_id, "tradeId": trade_id} for trade_id, inst_id in trades.items()],
            }
            self._private.push(position.user, "balance_and_position", {}, [row])

    def _held(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        """Return the positions that a subscription is for. ``instId`` wins over ``instFamily``."""
        rows: list[Any] = []
        for position in self._positions.of(user.uid):
            names = names_of(position.market)
            wanted = dict(arg)
            if wanted.get("instType") == "ANY":
                del wanted["instType"]
            if "instId" in wanted:
                wanted.pop("instFamily", None)
            if all(names[name] == wanted.get(name, names[name]) for name in names):
                rows.append(self._rows.position(position))
        return rows
