"""What accounts want to know of trading: positions, margin, open orders, and what bills of trades say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..instruments import Kind
from ..market import Market
from ..text import exact_text
from .holdings import Margin
from .ledger import Entry
from .margin import Margins
from .orders import Orders
from .people import User
from .positions import Position, Positions
from .relever import Relever
from .rows import Rows, price_text
from .settle import Settlement
from .worth import ZERO

__all__ = ["Standing", "margin_of"]


class Standing:
    """What the accounts want to know of trading; see `Holdings`.

    Args:
        orders: Everybody's orders.
        positions: Everybody's positions.
        margins: What they need.
        rows: Writes rows.
        settlement: Knows what each movement was for.
        relever: Changes the leverage of positions.
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
        relever: Relever,
        busy: Sequence[Callable[[User], bool]],
        role: Callable[[User], tuple[str, list[str]]],
    ) -> None:
        self._orders = orders
        self._positions = positions
        self._margins = margins
        self._rows = rows
        self.settlement = settlement
        self._relever = relever
        self._busy = busy
        self._role = role

    def positions(self, user: User) -> list[dict[str, Any]]:
        """See `Holdings`."""
        return [self._rows.position(position) for position in self._positions.of(user.uid)]

    def margin(self, user: User) -> dict[str, Margin]:
        """See `Holdings`."""
        return margin_of(self._margins, self._positions.of(user.uid), user)

    def working(self, user: User) -> bool:
        """See `Holdings`."""
        return bool(self._orders.pending(user.uid)) or any(busy(user) for busy in self._busy)

    def role(self, user: User) -> tuple[str, list[str]]:
        """See `Holdings`."""
        return self._role(user)

    def relever(self, user: User, markets: Collection[Market], mode: str, side: str, lever: Decimal) -> None:
        """See `Holdings`."""
        self._relever.change(user, markets, mode, side, lever)

    def bill(self, entry: Entry, user: User) -> Mapping[str, str]:
        """See `Holdings`. Fee and profit of a trade, and its number, stand in the bill of the currency it pays in."""
        cause = self.settlement.causes.get(entry.number)
        if cause is None:
            return self.settlement.said.get(entry.number, {})
        order, fill = cause
        instrument, paid = order.market.instrument, entry.ccy == fill.fee_ccy
        return ({"billId": str(fill.bill_id)} if paid else {}) | {
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
            "fee": exact_text(fill.fee) if paid else "0",
            "pnl": exact_text(fill.pnl) if paid else "0",
            "fillIdxPx": price_text(fill.index),
            "fillMarkPx": price_text(fill.mark),
        }


def margin_of(margins: Margins, positions: Sequence[Position], user: User) -> dict[str, Margin]:
    """Return what positions and orders of a user make of each currency; see `Holdings.margin`."""
    found: dict[str, list[Position]] = {ccy: [] for ccy in margins.sharing(user)}
    for position in positions:
        if position.market.instrument.kind is not Kind.OPTION:
            found.setdefault(position.ccy, []).append(position)
    return {ccy: _of_currency(margins, user, ccy, held) for ccy, held in found.items()}


def _of_currency(margins: Margins, user: User, ccy: str, held: list[Position]) -> Margin:
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
