"""What users ask about spreads, over REST and as operations on the socket, and the two channels that tell of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..query_v5 import Query, Refusal
from ..spreads import Spread, Spreads
from .asks import Ask, Handlers
from .countdowns import Countdowns, seconds_of
from .deals import refuse_derivatives
from .forms import TAG, decimal_of, named, refuse
from .orders import State
from .people import User
from .private import Private
from .spread_desk import SpreadChange, SpreadDesk, Why
from .spread_orders import SpreadFill, SpreadOrder, SpreadOrders, SpreadTicket, order_row, trade_row

__all__ = ["SpreadTrading"]

Json = dict[str, Any]
Item = Mapping[str, Any]

_TYPES = ("market", "limit", "post_only", "ioc")
_PRICE = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_DAY_MS = 86_400_000
_LONG = 3 * 31
_AMENDS = ("clOrdId", "reqId", "newSz", "newPx")


class SpreadTrading:
    """The private handlers of the chapter Spread Trading.

    What one order is refused for stands in its row, as in the chapter Trade. Legs are traded in cross margin and net
    positions; accounts with long and short positions are refused, as no parameter says which of the two is meant.

    Args:
        clock: Market time, and what countdowns wait on.
        spreads: What there is.
        orders: Everybody's orders.
        desk: Where orders go.
        private: Where changes are told.
    """

    def __init__(
        self, clock: Clock, spreads: Spreads, orders: SpreadOrders, desk: SpreadDesk, private: Private
    ) -> None:
        self._clock = clock
        self._spreads = spreads
        self._orders = orders
        self._desk = desk
        self._private = private
        self._countdowns = Countdowns(clock)
        desk.on_order = self._tell_order
        desk.on_trade = self._tell_trade

    def handlers(self) -> Handlers:
        """Return who answers what; operations on the socket are answered by their REST twins."""
        return {
            ("POST", "/api/v5/sprd/order"): lambda ask: [self._row(self._place, ask, "clOrdId", "tag")],
            ("POST", "/api/v5/sprd/amend-order"): lambda ask: [self._row(self._amend, ask, *_AMENDS)],
            ("POST", "/api/v5/sprd/cancel-order"): lambda ask: [self._row(self._cancel, ask, "clOrdId")],
            ("POST", "/api/v5/sprd/mass-cancel"): self._mass_cancel,
            ("POST", "/api/v5/sprd/cancel-all-after"): self._cancel_all_after,
            ("GET", "/api/v5/sprd/order"): self._order,
            ("GET", "/api/v5/sprd/orders-pending"): self._pending,
            ("GET", "/api/v5/sprd/orders-history"): lambda ask: self._history(ask, 21),
            ("GET", "/api/v5/sprd/orders-history-archive"): lambda ask: self._history(ask, _LONG),
            ("GET", "/api/v5/sprd/trades"): self._trades,
        }

    def release(self) -> None:
        """Stop all countdowns."""
        self._countdowns.release()

    def _row(self, deed: Callable[[User, Query], Json], ask: Ask, *echoed: str) -> Json:
        told = {name: str(ask.fields.get(name) or "") for name in ("ordId", *echoed)}
        try:
            done = deed(ask.user, Query(ask.fields, {}))
        except Refusal as refusal:
            if refusal.code == "50014":
                raise
            return told | {"sCode": refusal.code, "sMsg": refusal.msg}
        return told | done | {"sCode": "0", "sMsg": ""}

    def _place(self, user: User, query: Query) -> Json:
        spread = self._spread(query.needed("sprdId"))
        buy, ord_type = query.choice("side", ("buy", "sell")) == "buy", query.choice("ordType", _TYPES)
        size, price = _size(spread, query.needed("sz")), _price(spread, query.needed("px"))
        ticket = SpreadTicket(spread, buy, ord_type, size, price, named(query, "clOrdId"), named(query, "tag", TAG))
        _check_open(spread)
        refuse_derivatives(user)
        if user.hedged:
            raise refuse("51010", "Spreads of accounts with long and short positions are not simulated")
        return {"ordId": str(self._desk.place(user, ticket).ord_id)}

    def _amend(self, user: User, query: Query) -> Json:
        size, price = query.text("newSz"), query.text("newPx")
        if not size and not price:
            raise refuse("51500", "You must enter a price or a quantity")
        req_id = named(query, "reqId")
        order = self._find(user, query, {State.CANCELED: "51509", State.FILLED: "51510"}, "51503", "Amendment")
        spread = order.ticket.spread
        _check_open(spread)
        change = SpreadChange(_size(spread, size) if size else None, _price(spread, price) if price else None, req_id)
        self._desk.amend(order, change)
        return {"ordId": str(order.ord_id), "clOrdId": order.ticket.cl_ord_id}

    def _cancel(self, user: User, query: Query) -> Json:
        order = self._find(user, query, {State.CANCELED: "51401", State.FILLED: "51402"}, "51400", "Cancellation")
        self._desk.cancel(order, Why.USER)
        return {"ordId": str(order.ord_id), "clOrdId": order.ticket.cl_ord_id}

    def _find(self, user: User, query: Query, codes: Mapping[State, str], unknown: str, what: str) -> SpreadOrder:
        """Return an open order by one of its names.

        Raises:
            Refusal: 51003 without a name, the code of its state, or that of an unknown order.
        """
        ord_id, name = query.text("ordId"), query.text("clOrdId")
        if not ord_id and not name:
            raise refuse("51003", "Either client order ID or order ID is required")
        order = self._orders.find(user.uid, ord_id, name)
        if order is None:
            raise refuse(unknown, f"{what} failed as the order does not exist")
        if not order.open:
            raise refuse(codes[order.state], f"{what} failed as the order is {order.state.value}")
        return order

    def _mass_cancel(self, ask: Ask) -> list[Any]:
        name = Query(ask.fields, {}).text("sprdId")
        spread = self._spread(name) if name else None
        self._end(ask.user, Why.USER, spread)
        return [{"result": True}]

    def _cancel_all_after(self, ask: Ask) -> list[Any]:
        seconds = seconds_of(Query(ask.fields, {}))
        when = self._countdowns.wind((ask.user.uid, ""), seconds, lambda: self._end(ask.user, Why.COUNTDOWN, None))
        return [{"triggerTime": str(when), "ts": str(self._clock.now())}]

    def _end(self, user: User, why: str, spread: Spread | None) -> None:
        for order in self._orders.pending(user.uid):
            if spread in (None, order.ticket.spread):
                self._desk.cancel(order, why)

    def _order(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, {})
        ord_id, name = query.text("ordId"), query.text("clOrdId")
        if not ord_id and not name:
            raise refuse("51003", "Either client order ID or order ID is required")
        order = self._orders.find(ask.user.uid, ord_id, name)
        if order is None:
            raise refuse("51603", "Order does not exist")
        return [order_row(order)]

    def _pending(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, {})
        newest_first = reversed(self._orders.pending(ask.user.uid))
        return _page(query, (order for order in newest_first if _matches(query, order)))

    def _history(self, ask: Ask, days: int) -> list[Any]:
        query, since = Query(ask.fields, {}), self._clock.now() - days * _DAY_MS
        begin, end = query.moments()
        found = (
            order
            for order in self._orders.history(ask.user.uid)
            if not order.open
            and order.created >= since
            and begin <= order.created <= end
            and _matches(query, order)
            and _has_leg(query, order.ticket.spread)
        )
        return _page(query, found)

    def _trades(self, ask: Ask) -> list[Any]:
        query, since = Query(ask.fields, {}), self._clock.now() - 7 * _DAY_MS
        begin, end = query.moments()

        def found() -> Iterator[tuple[SpreadOrder, SpreadFill]]:
            for order, fill in self._orders.fills(ask.user.uid):
                named_so = query.text("ordId") in ("", str(order.ord_id))
                traded_so = query.text("tradeId") in ("", str(fill.trade_id))
                where = query.text("sprdId") in ("", order.ticket.spread.sprd_id)
                if named_so and traded_so and where and fill.ts >= since and begin <= fill.ts <= end:
                    yield order, fill

        return [trade_row(order, fill) for order, fill in query.page_by_id(found(), lambda pair: pair[1].trade_id)]

    def _spread(self, name: str) -> Spread:
        spread = self._spreads.all().get(name)
        if spread is None:
            raise refuse("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
        return spread

    def _tell_order(self, order: SpreadOrder, req_id: str, result: str) -> None:
        if self._private.heard(order.user, "sprd-orders"):
            more = {"code": "0", "msg": "", "reqId": req_id, "amendResult": result}
            names = {"sprdId": order.ticket.spread.sprd_id}
            self._private.push(order.user, "sprd-orders", names, [order_row(order) | more])

    def _tell_trade(self, order: SpreadOrder, fill: SpreadFill) -> None:
        if self._private.heard(order.user, "sprd-trades"):
            names = {"sprdId": order.ticket.spread.sprd_id}
            self._private.push(order.user, "sprd-trades", names, [trade_row(order, fill)])


def _check_open(spread: Spread) -> None:
    if spread.closed:
        raise refuse("75002", "The spread takes no orders now")


def _size(spread: Spread, text: str) -> Decimal:
    size = decimal_of(text, "sz")
    if size % spread.lot:
        raise refuse("51121", "Order quantity must be a multiple of the lot size")
    return size


def _price(spread: Spread, text: str) -> Decimal:
    """Return a price, which may be zero or negative."""
    if not _PRICE.fullmatch(text) or Decimal(text) % spread.tick:
        raise refuse("75003", "The price is invalid")
    return Decimal(text)


def _matches(query: Query, order: SpreadOrder) -> bool:
    return (
        query.text("sprdId") in ("", order.ticket.spread.sprd_id)
        and query.text("ordType") in ("", order.ticket.ord_type)
        and query.text("state") in ("", order.state.value)
    )


def _has_leg(query: Query, spread: Spread) -> bool:
    kind, family = query.text("instType"), query.text("instFamily")
    return any(
        kind in ("", leg.instrument.kind.value) and family in ("", leg.instrument.family)
        for leg in (spread.near, spread.far)
    )


def _page(query: Query, orders: Iterator[SpreadOrder]) -> list[Any]:
    return [order_row(order) for order in query.page_by_id(orders, lambda order: order.ord_id)]
