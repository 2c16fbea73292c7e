"""What users ask of the trading desk, over REST and as operations on the socket, one row for each order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..clock import Clock
from ..derivatives import Derivatives
from ..market import Market
from ..query_v5 import Query, Refusal
from .asks import Ask, Handlers
from .brakes import Brakes
from .countdowns import seconds_of
from .desk import Change, Desk
from .forms import TAG, lots_of, named, refuse, ticks_of
from .legs import Attached, change_attached
from .orders import Order, Orders, Ticket, WhyCanceled
from .people import User
from .positions import Positions
from .rows import attached_id
from .splits import check_together
from .tickets import read_ticket

__all__ = ["Trading"]

Json = dict[str, Any]
Item = Mapping[str, Any]

_MOST = 20
_MOST_LOCK_MS = 10_000


class Trading:
    """The handlers of the chapter Trade that change something.

    What one order of several is refused for stands in its row; a single order that lacks a parameter is refused as a
    whole with 50014. Which refusals the exchange itself puts where is not documented in every case.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        orders: Everybody's orders.
        positions: Everybody's positions.
        desk: Where orders go.
        brakes: Countdowns and locks.
        figures: Where price limits are.
    """

    def __init__(
        self,
        clock: Clock,
        markets: Mapping[str, Market],
        orders: Orders,
        positions: Positions,
        desk: Desk,
        brakes: Brakes,
        figures: Derivatives,
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._orders = orders
        self._positions = positions
        self._desk = desk
        self._brakes = brakes
        self._figures = figures

    def handlers(self) -> Handlers:
        """Return who answers what; operations on the socket are answered by their REST twins."""
        return {
            ("POST", "/api/v5/trade/order"): self._single(self._place),
            ("POST", "/api/v5/trade/batch-orders"): self._several(self._place),
            ("POST", "/api/v5/trade/cancel-order"): self._single(self._cancel),
            ("POST", "/api/v5/trade/cancel-batch-orders"): self._several(self._cancel),
            ("POST", "/api/v5/trade/amend-order"): self._single(self._amend),
            ("POST", "/api/v5/trade/amend-batch-orders"): self._amend_several,
            ("POST", "/api/v5/trade/close-position"): self._close_position,
            ("POST", "/api/v5/trade/cancel-all-after"): self._cancel_all_after,
            ("POST", "/api/v5/trade/mass-cancel"): self._mass_cancel,
        }

    def _single(self, deed: Callable[[User, Item], Json]) -> Callable[[Ask], list[Any]]:
        def handle(ask: Ask) -> list[Any]:
            return [self._row(deed, ask, ask.items[0], True)]

        return handle

    def _several(self, deed: Callable[[User, Item], Json]) -> Callable[[Ask], list[Any]]:
        def handle(ask: Ask) -> list[Any]:
            if len(ask.items) > _MOST:
                raise Refusal(400, "51111", f"Maximum {_MOST} orders can be placed or changed in bulk")
            return [self._row(deed, ask, item, False) for item in ask.items]

        return handle

    def _row(self, deed: Callable[[User, Item], Json], ask: Ask, item: Item, alone: bool) -> Json:
        told = {name: str(item.get(name) or "") for name in ("clOrdId", "ordId", "tag")}
        told["ts"] = str(self._clock.now())
        try:
            done = deed(ask.user, self._by_name(item) if ask.road == "ws" else item)
        except Refusal as refusal:
            if alone and refusal.code == "50014":
                raise
            return told | {"sCode": refusal.code, "sMsg": refusal.msg, "subCode": ""}
        return told | {"sCode": "0", "sMsg": "", "subCode": ""} | done

    def _by_name(self, item: Item) -> Item:
        """Return an item of an operation with the name of its instrument, which operations tell by number."""
        code = item.get("instIdCode")
        if code is None:
            raise Refusal(400, "50014", "Parameter instIdCode can not be empty")
        for name, market in self._markets.items():
            if isinstance(code, int) and market.instrument.code == code:
                return {**item, "instId": name}
        raise refuse("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")

    def place(
        self,
        user: User,
        item: Item,
        *,
        shares_name: bool = False,
        on_margin: bool = False,
        banded: bool = True,
        cancelled: bool = False,
    ) -> Order:
        """Place an order.

        Args:
            user: Whose.
            item: By V5's wire names.
            shares_name: Whether its client id may be that of another open order, as in V3.
            on_margin: Whether it trades with the money of the pair's margin account, as V3's margin orders do.
            banded: Whether a price beyond the limits is refused.
            cancelled: Whether it is taken in only to be cancelled as a whole, as V3 did with what would trade too far.

        Raises:
            Refusal: It is not taken.
        """
        now = self._clock.now()
        read = read_ticket(item, user, self._markets, self._figures, now, on_margin=on_margin, banded=banded)
        self._brakes.check(user, read.market.instrument)
        ticket = replace(read, shares_name=shares_name)
        return self._desk.kill(user, ticket) if cancelled else self._desk.place(user, ticket)

    def _place(self, user: User, item: Item) -> Json:
        order = self.place(user, item)
        # Recordings have a text for success, too, so that nobody takes any text for a refusal.
        return {"ordId": str(order.ord_id), "ts": str(order.created), "tag": order.ticket.tag, "sMsg": "Order placed"}

    def _cancel(self, user: User, item: Item) -> Json:
        order = self._find(user, item, "51400", "Cancellation failed as the order is filled, canceled or unknown")
        self._desk.cancel(order, WhyCanceled.USER)
        return {"ordId": str(order.ord_id), "clOrdId": order.ticket.cl_ord_id}

    def _amend(self, user: User, item: Item) -> Json:
        query = Query(item, self._markets)
        if not (query.text("newSz") or query.text("newPx") or item.get("attachAlgoOrds")):
            if query.text("newPxUsd") or query.text("newPxVol"):
                raise refuse("51537", "Prices in USD or volatility are not simulated")
            raise refuse("51500", "You must enter a price, quantity, or TP/SL")
        req_id = named(query, "reqId")
        order = self._find(user, item, "51503", "Amendment failed as the order is filled, canceled or unknown")
        size, price = query.text("newSz"), query.text("newPx")
        ticks = ticks_of(order.market, price) if price else None
        lots = lots_of(order.market, size) if size else None
        change = Change(
            lots,
            size,
            ticks,
            query.text("pxAmendType") == "1",
            query.choice("cxlOnFail", ("true", "false"), "false") == "true",
            req_id,
            _attached(order, item, order.price if ticks is None else ticks, order.lots if lots is None else lots),
        )
        self._desk.amend(order, change)
        return {"ordId": str(order.ord_id), "clOrdId": order.ticket.cl_ord_id, "reqId": req_id}

    def _amend_several(self, ask: Ask) -> list[Any]:
        rows = self._several(self._amend_once(ask))(ask)
        return [{"reqId": str(item.get("reqId") or "")} | row for item, row in zip(ask.items, rows, strict=True)]

    def _amend_once(self, ask: Ask) -> Callable[[User, Item], Json]:
        """Return what amends an order unless the same batch has named it before."""
        seen: set[int] = set()

        def amend(user: User, item: Item) -> Json:
            order = self._orders.find(user.uid, str(item.get("ordId") or ""), str(item.get("clOrdId") or ""))
            if order is not None and order.ord_id in seen:
                raise refuse("51512", "The same order cannot be amended twice in a batch")
            if order is not None:
                seen.add(order.ord_id)
            return self._amend(user, item)

        return amend

    def _find(self, user: User, item: Item, code: str, msg: str) -> Order:
        """Return an open order by one of its names.

        Raises:
            Refusal: 51003 without a name; ``code`` when there is no such open order.
        """
        query = Query(item, self._markets)
        market, ord_id, cl_ord_id = query.market(), query.text("ordId"), query.text("clOrdId")
        if not ord_id and not cl_ord_id:
            raise refuse("51003", "Either client order ID or order ID is required")
        order = self._orders.find(user.uid, ord_id, cl_ord_id)
        if order is None or not order.open or order.market is not market:
            raise refuse(code, msg)
        return order

    def _close_position(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        market, mode = query.market(), query.choice("mgnMode", ("cross", "isolated"))
        side = query.choice("posSide", ("long", "short", "net"), "net")
        tag, name = named(query, "tag", TAG), named(query, "clOrdId")
        position = self._positions.find(ask.user, market, mode, side)
        if position is None:
            raise refuse("51023", "Position doesn't exist")
        closing = [
            order
            for order in self._orders.pending(ask.user.uid)
            if order.market is market
            and (order.ticket.td_mode, order.ticket.pos_side) == (mode, side)
            and order.ticket.buy is (position.lots < 0)
        ]
        if closing and query.choice("autoCxl", ("true", "false"), "false") == "false":
            raise refuse("51115", "Cancel all pending close orders before liquidation")
        for order in closing:
            self._desk.cancel(order, WhyCanceled.CLOSED)
        lots, net = abs(position.lots), side == "net"
        text = market.instrument.size_text(lots)
        # An option has no market orders; it is sold at what is bid.
        ticket = Ticket(
            market, position.lots < 0, "market", mode, side, text, lots, reduce_only=net, cl_ord_id=name, tag=tag
        )
        self._desk.place(ask.user, ticket)
        return [{"instId": market.instrument.inst_id, "posSide": side, "clOrdId": name, "tag": tag}]

    def _cancel_all_after(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        seconds, tag = seconds_of(query), named(query, "tag", TAG)
        when = self._brakes.count_down(ask.user, seconds, tag)
        return [{"triggerTime": str(when), "tag": tag, "ts": str(self._clock.now())}]

    def _mass_cancel(self, ask: Ask) -> list[Any]:
        """Cancel options; that they must be those of market maker protection is not asked for here."""
        query = Query(ask.fields, self._markets)
        if query.needed("instType") != "OPTION":
            raise Refusal(400, "51000", "Parameter instType error")
        query.needed("instFamily")
        lock = query.number("lockInterval", 0) or 0
        if lock > _MOST_LOCK_MS:
            raise Refusal(400, "51000", "Parameter lockInterval error")
        self._brakes.mass_cancel(ask.user, query.needed_family(), lock)
        return [{"result": True}]


def _attached(order: Order, item: Item, price: int | None, lots: int) -> tuple[Attached, ...] | None:
    """Return what is attached to an order after a change of it, ``None`` when nothing about that is said."""
    rows = item.get("attachAlgoOrds") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise refuse("51000", "Parameter attachAlgoOrds error")
    after = {one.place: one for one in order.ticket.attached}
    changed: set[int] = set()
    for row in rows:
        found = _meant(order, row)
        if found.place in changed:
            raise refuse("51539", "The same attached TP/SL cannot be changed twice")
        changed.add(found.place)
        left = change_attached(found, row, order.market, order.ticket.buy, price)
        if left is None:
            del after[found.place]
        else:
            after[found.place] = left
    attached = tuple(after.values())
    check_together(attached, order.market, lots)
    return attached if rows else None


def _meant(order: Order, row: Item) -> Attached:
    """Return which of all that are attached to an order a change is about."""
    told = Query(row, {})
    number, name = told.text("attachAlgoId"), told.text("attachAlgoClOrdId")
    meant = (one for one in order.ticket.attached if number == attached_id(order, one) or (name and name == one.name))
    found = next(meant, None)
    if found is None:
        raise refuse("51527", "The attached TP/SL does not exist")
    return found
