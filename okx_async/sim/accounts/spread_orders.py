"""Users' orders for spreads and what became of them, and how V5 writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..derivatives import plain
from ..instruments import Kind
from ..spreads import Spread
from ..text import exact_text
from .deals import Part
from .orders import Fill, State
from .people import User
from .worth import ZERO, terms_of

__all__ = ["SpreadFill", "SpreadOrder", "SpreadOrders", "SpreadTicket", "order_row", "trade_row"]

Json = dict[str, Any]

_AVERAGE = 12


@dataclass(frozen=True, slots=True)
class SpreadTicket:
    """What a user wants of a spread, read and understood.

    Attributes:
        spread: Which.
        buy: The side.
        ord_type: ``limit``, ``post_only``, ``ioc`` or ``market``.
        size: How many coins.
        price: The limit; a market order has none that counts.
        cl_ord_id: The user's own name for it.
        tag: The broker's mark.
    """

    spread: Spread
    buy: bool
    ord_type: str
    size: Decimal
    price: Decimal
    cl_ord_id: str = ""
    tag: str = ""

    @property
    def limit(self) -> Decimal | None:
        """The worst price it may trade at, ``None`` for any."""
        return None if self.ord_type == "market" else self.price


@dataclass(frozen=True, slots=True)
class SpreadFill:
    """One user's side of one trade of a spread, with what was settled for each leg, the near one first."""

    trade_id: int
    price: Decimal
    size: Decimal
    maker: bool
    ts: int
    legs: tuple[tuple[Part, Fill], ...]


@dataclass(slots=True, eq=False)
class SpreadOrder:
    """One order of a user for a spread, from its acceptance on.

    Attributes:
        ord_id: Grows from order to order, together with those of instruments.
        user: Whose.
        ticket: What was asked for at first.
        price: Its limit now.
        size: Its whole size now, in coins.
        why: Who or what cancelled it, in V5's numbers.
    """

    ord_id: int
    user: User
    ticket: SpreadTicket
    price: Decimal
    size: Decimal
    created: int
    updated: int
    state: State = State.LIVE
    fills: list[SpreadFill] = field(default_factory=list[SpreadFill])
    why: str = ""

    @property
    def filled(self) -> Decimal:
        """How many coins have traded."""
        return sum((fill.size for fill in self.fills), ZERO)

    @property
    def left(self) -> Decimal:
        """How many coins can still trade."""
        return max(ZERO, self.size - self.filled)

    @property
    def open(self) -> bool:
        """Whether something can still happen to it."""
        return self.state in (State.LIVE, State.PARTLY)

    def add(self, fill: SpreadFill) -> None:
        """Take a fill in."""
        self.fills.append(fill)
        self.updated = fill.ts
        self.state = State.PARTLY if self.left else State.FILLED


class SpreadOrders:
    """Every order for a spread since the exchange opened."""

    def __init__(self) -> None:
        self._all: dict[str, dict[int, SpreadOrder]] = {}
        self._open: dict[int, SpreadOrder] = {}
        self._fills: dict[str, list[tuple[SpreadOrder, SpreadFill]]] = {}

    def add(self, order: SpreadOrder) -> None:
        """Take a new order in."""
        self._all.setdefault(order.user.uid, {})[order.ord_id] = order
        self._open[order.ord_id] = order

    def close(self, order: SpreadOrder) -> None:
        """Let an order be history."""
        self._open.pop(order.ord_id, None)

    def record(self, order: SpreadOrder, fill: SpreadFill) -> None:
        """Take a fill down."""
        order.add(fill)
        self._fills.setdefault(order.user.uid, []).append((order, fill))

    def find(self, uid: str, ord_id: str, cl_ord_id: str) -> SpreadOrder | None:
        """Return a user's order; the number wins over the name, of a name the latest order counts."""
        if ord_id:
            return self._all.get(uid, {}).get(int(ord_id)) if ord_id.isdecimal() else None
        named = (order for order in self.history(uid) if cl_ord_id and order.ticket.cl_ord_id == cl_ord_id)
        return next(named, None)

    def open_one(self, ord_id: int) -> SpreadOrder | None:
        """Return an open order of anybody."""
        return self._open.get(ord_id)

    def working(self) -> list[SpreadOrder]:
        """Return everybody's open orders, oldest first."""
        return list(self._open.values())

    def pending(self, uid: str) -> list[SpreadOrder]:
        """Return a user's open orders, oldest first."""
        return [order for order in self._open.values() if order.user.uid == uid]

    def history(self, uid: str) -> Iterator[SpreadOrder]:
        """Yield all orders of a user, the newest first."""
        yield from reversed(self._all.get(uid, {}).values())

    def fills(self, uid: str) -> Iterator[tuple[SpreadOrder, SpreadFill]]:
        """Yield all fills of a user, the newest first."""
        yield from reversed(self._fills.get(uid, []))


def order_row(order: SpreadOrder) -> Json:
    """Write an order with its latest fill. (Get order details)"""
    ticket, last, filled = order.ticket, order.fills[-1] if order.fills else None, order.filled
    left = order.left if order.open else ZERO
    average = sum((fill.price * fill.size for fill in order.fills), ZERO) / filled if filled else None
    return {
        "sprdId": ticket.spread.sprd_id,
        "ordId": str(order.ord_id),
        "clOrdId": ticket.cl_ord_id,
        "tag": ticket.tag,
        "px": exact_text(order.price),
        "sz": exact_text(order.size),
        "ordType": ticket.ord_type,
        "side": "buy" if ticket.buy else "sell",
        "fillSz": "0" if last is None else exact_text(last.size),
        "fillPx": "" if last is None else exact_text(last.price),
        "tradeId": "" if last is None else str(last.trade_id),
        "accFillSz": exact_text(filled),
        "pendingFillSz": exact_text(left),
        "pendingSettleSz": "0",
        "canceledSz": exact_text(order.left - left),
        "avgPx": "" if average is None else plain(average, _AVERAGE),
        "state": order.state.value,
        "cancelSource": order.why,
        "uTime": str(order.updated),
        "cTime": str(order.created),
    }


def trade_row(order: SpreadOrder, fill: SpreadFill) -> Json:
    """Write a fill with its legs; of each leg ``sz`` counts coins, and ``szCont`` contracts. (Get trades)"""
    ticket = order.ticket
    return {
        "sprdId": ticket.spread.sprd_id,
        "tradeId": str(fill.trade_id),
        "ordId": str(order.ord_id),
        "clOrdId": ticket.cl_ord_id,
        "tag": ticket.tag,
        "fillPx": exact_text(fill.price),
        "fillSz": exact_text(fill.size),
        "side": "buy" if ticket.buy else "sell",
        "state": "filled",
        "execType": "M" if fill.maker else "T",
        "ts": str(fill.ts),
        "legs": [_leg_row(part, settled) for part, settled in fill.legs],
        "code": "0",
        "msg": "",
    }


def _leg_row(part: Part, fill: Fill) -> Json:
    text = part.market.instrument
    contract = text.kind is not Kind.SPOT
    return {
        "instId": text.inst_id,
        "px": text.price_text(part.price),
        "sz": exact_text(terms_of(text).face * part.lots),
        "szCont": text.size_text(part.lots) if contract else "",
        "side": "buy" if part.buy else "sell",
        "fillPnl": exact_text(fill.pnl),
        "fee": exact_text(fill.fee),
        "feeCcy": fill.fee_ccy,
        "tradeId": str(part.trade_id),
    }
