"""What users ask about their orders, fills and positions, with the exchange's filters and paging."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..clock import Clock
from ..instruments import Instrument
from ..market import Market
from ..query_v5 import Query
from .asks import Ask, Handlers
from .forms import refuse
from .orders import Fill, Order, Orders
from .positions import Positions
from .rows import Rows

__all__ = ["Records"]

_DAY_MS = 86_400_000
_UNFILLED_MS = 2 * 3_600_000
"""How long orders that were cancelled without a fill are in the list of seven days."""
_TYPES = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS")
_POSITION_TYPES = _TYPES[1:]


class Records:
    """The handlers that only read.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        orders: Everybody's orders.
        positions: Everybody's positions.
        rows: Writes rows.

    Attributes:
        lag_ms: How old an order must be to be seen here.
    """

    def __init__(
        self, clock: Clock, markets: Mapping[str, Market], orders: Orders, positions: Positions, rows: Rows
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._orders = orders
        self._positions = positions
        self._rows = rows
        self.lag_ms = 0

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {
            ("GET", "/api/v5/trade/order"): self._order,
            ("GET", "/api/v5/trade/orders-pending"): self._pending,
            ("GET", "/api/v5/trade/orders-history"): lambda ask: self._history(ask, 7, _UNFILLED_MS),
            ("GET", "/api/v5/trade/orders-history-archive"): lambda ask: self._history(ask, 90),
            ("GET", "/api/v5/trade/fills"): lambda ask: self._fills(ask, 3),
            ("GET", "/api/v5/trade/fills-history"): lambda ask: self._fills(ask, 90),
            ("GET", "/api/v5/account/positions-history"): self._ended,
        }

    def _order(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        inst_id, ord_id, cl_ord_id = query.needed("instId"), query.text("ordId"), query.text("clOrdId")
        if not ord_id and not cl_ord_id:
            raise refuse("51003", "Either client order ID or order ID is required")
        order = self._orders.find(ask.user.uid, ord_id, cl_ord_id)
        if order is None or order.market.instrument.inst_id != inst_id or not self.seen(order):
            raise refuse("51603", "Order does not exist")
        return [self._rows.order(order)]

    def seen(self, order: Order) -> bool:
        """Tell whether an order has got here already."""
        return not self.lag_ms or order.created + self.lag_ms <= self._clock.now()

    def _pending(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        query.choice("instType", _TYPES, "")
        newest_first = (order for order in reversed(self._orders.pending(ask.user.uid)) if self.seen(order))
        return self._page(query, (order for order in newest_first if _matches(query, order)))

    def _history(self, ask: Ask, days: int, unfilled_ms: int | None = None) -> list[Any]:
        """List what is over; with ``unfilled_ms``, of what was cancelled without a fill only what is so fresh."""
        query = Query(ask.fields, self._markets)
        query.choice("instType", _TYPES)
        since = self._clock.now() - days * _DAY_MS
        fresh = 0 if unfilled_ms is None else self._clock.now() - unfilled_ms
        done = (
            each
            for each in self._orders.history(ask.user.uid)
            if not each.open and each.created >= since and (each.filled or each.updated >= fresh) and self.seen(each)
        )
        begin, end = query.moments()
        found = (each for each in done if _matches(query, each) and begin <= each.created <= end)
        return self._page(query, found)

    def _page(self, query: Query, orders: Iterable[Order]) -> list[Any]:
        return [self._rows.order(order) for order in query.page(orders, lambda order: order.ord_id)]

    def _fills(self, ask: Ask, days: int) -> list[Any]:
        query = Query(ask.fields, self._markets)
        query.choice("instType", _TYPES, "")
        since = self._clock.now() - days * _DAY_MS
        begin, end = query.moments()

        def found() -> Iterator[tuple[Order, Fill]]:
            for order, fill in self._orders.fills(ask.user.uid):
                if fill.ts < since:
                    return
                named = query.text("ordId") in ("", str(order.ord_id))
                wanted = named and query.text("subType") in ("", fill.sub_type) and begin <= fill.ts <= end
                if wanted and _is_of(query, order.market.instrument, order.ticket.inst_type):
                    yield order, fill

        page = query.page(found(), lambda pair: pair[1].bill_id)
        return [self._rows.fill(order, fill) for order, fill in page]

    def _ended(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        query.choice("instType", _POSITION_TYPES, "")
        found = (
            ended
            for ended in reversed(self._positions.ended.get(ask.user.uid, []))
            if _is_of(query, ended.position.market.instrument, ended.position.market.instrument.kind.value)
            and query.text("mgnMode") in ("", ended.position.mode)
            and query.text("type") in ("", ended.kind)
            and query.text("posId") in ("", str(ended.position.pos_id))
        )
        return [self._rows.closed(ended) for ended in query.page(found, lambda ended: ended.ts)]


def _matches(query: Query, order: Order) -> bool:
    """Tell whether an order is among those asked for."""
    ticket = order.ticket
    return (
        _is_of(query, order.market.instrument, ticket.inst_type)
        and (not query.text("ordType") or ticket.ord_type in _listed(query.text("ordType")))
        and query.text("state") in ("", order.state.value)
        and query.text("category") in ("", ticket.category)
    )


def _is_of(query: Query, instrument: Instrument, kind: str) -> bool:
    return (
        query.text("instType") in ("", kind)
        and query.family() in ("", instrument.family)
        and query.text("instId") in ("", instrument.inst_id)
    )


def _listed(text: str) -> list[str]:
    return [each for each in text.split(",") if each]
