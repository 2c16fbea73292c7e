"""What accounts want to know of trading: positions, margin, open orders, and what bills of trades say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..instruments import Kind
from ..text import exact_text
from .holdings import Margin
from .ledger import Entry, Room
from .margin import Margins
from .orders import Orders
from .people import User
from .positions import Position, Positions
from .rows import Rows, price_text
from .settle import Settlement
from .worth import ZERO

__all__ = ["Standing"]


class Standing:
    """What the accounts want to know of trading; see `Holdings`.

    Args:
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What they need.
        rows: Writes rows.
        settlement: Knows what each movement was for.
        busy: Tell whether a user has something else at work.
        role: Tells what a user is in copy trading.
    """

    def __init__(
        self,
        orders: Orders,
        positions: Positions,
        margins: Margins,
        rows: Rows,
        settlement: Settlement,
        busy: Sequence[Callable[[User], bool]],
        role: Callable[[User], tuple[str, list[str]]],
    ) -> None:
        self._orders = orders
        self._positions = positions
        self._margins = margins
        self._rows = rows
        self.settlement = settlement
        self._busy = busy
        self._role = role

    def positions(self, user: User) -> list[dict[str, Any]]:
        """See `Holdings`."""
        return [self._rows.position(position) for position in self._positions.of(user.uid)]

    def margin(self, user: User) -> dict[str, Margin]:
        """See `Holdings`."""
        found: dict[str, list[Position]] = {ccy: [] for ccy in self._margins.sharing(user)}
        for position in self._positions.of(user.uid):
            if position.market.instrument.kind is not Kind.OPTION:
                found.setdefault(position.ccy, []).append(position)
        return {ccy: self._margin(user, ccy, held) for ccy, held in found.items()}

    def working(self, user: User) -> bool:
        """See `Holdings`."""
        return bool(self._orders.pending(user.uid)) or any(busy(user) for busy in self._busy)

    def role(self, user: User) -> tuple[str, list[str]]:
        """See `Holdings`."""
        return self._role(user)

    def bill(self, entry: Entry, user: User) -> dict[str, str]:
        """See `Holdings`. A trade makes a bill for each amount that moves: what it swaps or makes real, and the fee."""
        cause = self.settlement.causes.get(entry.number)
        if cause is None:
            return {}
        order, fill = cause
        instrument, fee = order.market.instrument, Room.FEES in (entry.source.room, entry.target.room)
        return {
            "instType": instrument.kind.value,
            "instId": instrument.inst_id,
            "ordId": str(order.ord_id),
            "clOrdId": order.ticket.cl_ord_id,
            "tag": order.ticket.tag,
            "mgnMode": order.ticket.td_mode,
            "execType": "M" if fill.maker else "T",
            "tradeId": str(fill.trade_id),
            "fillTime": str(fill.ts),
            "px": instrument.price_text(fill.price),
            "sz": instrument.size_text(fill.lots),
            "fee": exact_text(fill.fee) if fee else "0",
            "pnl": "0" if fee else exact_text(fill.pnl),
            "fillIdxPx": price_text(fill.index),
            "fillMarkPx": price_text(fill.mark),
        }

    def _margin(self, user: User, ccy: str, held: list[Position]) -> Margin:
        margins = self._margins
        cross = [each for each in held if each.mode == "cross"]
        isolated = [each for each in held if each.mode == "isolated"]
        return Margin(
            sum((margins.upl(each) for each in cross), ZERO),
            sum((each.margin for each in isolated), ZERO),
            sum((margins.upl(each) for each in isolated), ZERO),
            margins.shared(user, ccy),
            sum((margins.maintenance(each) for each in cross), ZERO),
            sum((margins.worth(each) for each in held), ZERO),
        )
