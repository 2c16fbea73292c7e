"""Placing, cancelling and changing orders of spot, futures and swaps, alone and in batches, as each product says it.

Orders go the same way as those of V5: they are written as V5 would have them, read by the same tickets and taken to the
same desk. V3 takes an order with a ``client_oid`` that is in use already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from decimal import Decimal
from typing import Any

from ..accounts.balances import Balances
from ..accounts.desk import Change, Desk
from ..accounts.forms import lots_of, ticks_of
from ..accounts.orders import Order, Orders, WhyCanceled
from ..accounts.people import User
from ..accounts.tickets import spot_mode
from ..accounts.trading import Trading
from ..instruments import Kind
from ..market import Market
from ..query_v3 import Query, Refusal
from ..query_v5 import Refusal as RefusalV5
from ..text import exact_text
from .asks import Answer, AskV3, HandlersV3, HandlerV3
from .reach import too_far
from .refusals import SHORT, not_found, translated
from .words import ORDER_TYPES, TYPES, cut_price, cut_size, mode_of

__all__ = ["TradingV3", "find_order", "of_product"]

Json = dict[str, Any]

_MOST, _MOST_PAIRS = 10, 4
_GOOD = {"error_code": "0", "error_message": ""}
_TOO_MANY = {"spot": 33015, "margin": 33015, "futures": 30024, "swap": 35030}
_TOO_MANY_CANCELS = {"spot": 33015, "margin": 33015, "futures": 32027, "swap": 35031}
_NAMELESS = {"spot": 33059, "margin": 33059, "futures": 32031, "swap": 35059}
_BOTH_NAMES = {"spot": 33060, "margin": 33060, "futures": 32029, "swap": 35060}
_BAD_TYPE = {"futures": 32088, "swap": 35040}
_NO_PRICE = {"futures": 32017, "swap": 35037}
_PRICED = {"futures": 32089, "swap": 35104}


def find_order(orders: Orders, user: User, query: Query, name: str) -> Order | None:
    """Return a user's order in the product and market that a query is about, by its id or its ``client_oid``; of a name
    the newest order counts."""
    market = query.market()
    order = (orders.find(user.uid, name, "") if name.isdecimal() else None) or orders.find(user.uid, "", name)
    return order if order is not None and order.market is market and of_product(order, query.product) else None


def of_product(order: Order, product: str) -> bool:
    """Tell whether an order is one of a product's: a pair has spot orders and margin orders, each in answers of their
    own."""
    return order.ticket.on_margin is (product == "margin")


def _yes(product: str) -> Any:
    """Return a truth as a product writes it: swaps say it in text. (V3 "types")"""
    return "true" if product == "swap" else True


class TradingV3:
    """The handlers that trade.

    V3 knows long and short positions only: the first contract order over V3 puts an account that holds no contracts and
    has no open orders in long/short mode, as V5's ``set-position-mode`` does. One that cannot be switched goes on with
    net positions: opening is buying and selling then, and closing may only shrink.

    Args:
        orders: Everybody's orders.
        desk: Where they go.
        trading: Reads and places orders.
        balances: Tells whether an account is at work.
    """

    def __init__(self, orders: Orders, desk: Desk, trading: Trading, balances: Balances) -> None:
        self._orders = orders
        self._desk = desk
        self._trading = trading
        self._balances = balances

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        found: dict[tuple[str, str], HandlerV3] = {}
        for product in ("spot", "margin"):
            api = f"/api/{product}/v3"
            found |= {
                ("POST", f"{api}/orders"): self._single(self._place),
                ("POST", f"{api}/cancel_orders/{{order_id}}"): self._single(self._cancel),
                ("POST", f"{api}/batch_orders"): self._place_pairs,
                ("POST", f"{api}/cancel_batch_orders"): self._cancel_pairs,
            }
        for product, rows in (("futures", "orders_data"), ("swap", "order_data")):
            api, ids = f"/api/{product}/v3", "order_ids" if product == "futures" else "ids"
            found |= {
                ("POST", f"{api}/order"): self._single(self._place),
                ("POST", f"{api}/cancel_order/{{instrument_id}}/{{order_id}}"): self._single(self._cancel),
                ("POST", f"{api}/amend_order/{{instrument_id}}"): self._single(self._amend),
                ("POST", f"{api}/orders"): self._several(self._place, rows),
                ("POST", f"{api}/amend_batch_orders/{{instrument_id}}"): self._several(self._amend, "amend_data"),
                ("POST", f"{api}/cancel_batch_orders/{{instrument_id}}"): self._cancel_several(ids),
            }
        return found

    # -- one by one

    def _single(self, deed: Callable[[User, Query], Json]) -> HandlerV3:
        def handle(ask: AskV3) -> Answer:
            row, status = self._outcome(deed, ask.user, ask.query)
            if not status:
                return Answer(row)
            code = int(row["error_code"])
            return Answer(row | {"code": code, "message": row["error_message"]}, status, refused=code)

        return handle

    def _outcome(self, deed: Callable[[User, Query], Json], user: User, query: Query) -> tuple[Json, int]:
        """Do one thing and return its row, and the HTTP status of a refusal or 0.

        A refused order has the id -1, and on swaps the result ``true``: the call was processed. (V3 "errors")
        """
        product, name = query.product, _quoted(query, "client_oid")
        try:
            done = deed(user, query)
        except RefusalV5 as refusal:
            wrong = translated(refusal, product)
        except Refusal as refusal:
            wrong = refusal
        else:
            return {"client_oid": name} | done | {"result": _yes(product)} | _GOOD, 0
        if wrong.status == 501:
            raise wrong
        told = {"order_id": "-1", "client_oid": name, "result": "true" if product == "swap" else False}
        return told | {"error_code": str(wrong.code), "error_message": wrong.message}, wrong.status

    def _place(self, user: User, query: Query) -> Json:
        market = query.market()
        pair = market.instrument.kind is Kind.SPOT
        item = _spot_item(query, market, spot_mode(user)) if pair else self._contract_item(user, query)
        order = self._trading.place(
            user,
            item,
            shares_name=True,
            on_margin=query.product == "margin",
            banded=not pair,
            cancelled=pair and too_far(market, item),
        )
        return {"order_id": str(order.ord_id)}

    def _contract_item(self, user: User, query: Query) -> Json:
        market, product = query.market(), query.product
        side, buy = TYPES[query.choice("type", TYPES)]
        self.apart(user)
        order_type, size = query.choice("order_type", ORDER_TYPES, "0"), cut_size(market, query.decimal("size"))
        item: Json = {
            "instId": market.instrument.inst_id,
            "tdMode": mode_of(user, market.instrument),
            "side": "buy" if buy else "sell",
            "posSide": side if user.hedged else "net",
            "reduceOnly": not user.hedged and (side == "long") is not buy,
            "ordType": ORDER_TYPES[order_type],
            "sz": size,
            "clOrdId": query.text("client_oid"),
        }
        if query.choice("match_price", ("0", "1"), "0") == "1":
            if order_type != "0":
                raise Refusal(_BAD_TYPE[product], "match_price is for order_type 0 alone")
            best = market.book.asks.best if buy else market.book.bids.best
            if best is None:
                raise Refusal(_NO_PRICE[product], "There is no opposite price")
            item["px"] = market.instrument.price_text(best)
        elif order_type == "4":
            if Decimal(query.text("price", "0") or 0):
                raise Refusal(_PRICED[product], "A market order must not carry a price")
        else:
            item["px"] = cut_price(market, query.decimal("price"))
        return item

    def apart(self, user: User) -> None:
        """Put an account in long/short mode, unless it is at work."""
        holdings = self._balances.holdings
        if not user.hedged and not holdings.working(user) and not holdings.positions(user):
            user.hedged = True

    def _cancel(self, user: User, query: Query) -> Json:
        order = self._open(user, query, query.path["order_id"])
        self._desk.cancel(order, WhyCanceled.USER)
        told = {"order_id": str(order.ord_id), "client_oid": order.ticket.cl_ord_id}
        return told | ({"instrument_id": order.market.instrument.inst_id} if query.product == "futures" else {})

    def _open(self, user: User, query: Query, name: str) -> Order:
        """Return an open order.

        Raises:
            Refusal: There is none of that name in that market.
        """
        order = find_order(self._orders, user, query, name)
        if order is None or not order.open:
            raise not_found(query.product)
        return order

    def _amend(self, user: User, query: Query) -> Json:
        name = query.text("order_id") or query.text("client_oid")
        if not name:
            raise Refusal(_NAMELESS[query.product], "client_oid or order_id is required")
        order = self._open(user, query, name)
        market, size, price = order.market, query.text("new_size"), query.text("new_price")
        if not size and not price:
            raise Refusal(30023, "new_size or new_price parameter is required")
        wanted = cut_size(market, query.decimal("new_size")) if size else ""
        limit = cut_price(market, query.decimal("new_price")) if price else ""
        give_up, request_id = query.choice("cancel_on_fail", ("0", "1"), "0") == "1", query.text("request_id")
        change = Change(
            lots_of(market, wanted) if wanted else None,
            wanted,
            ticks_of(market, limit) if limit else None,
            give_up=give_up,
            req_id=request_id,
        )
        self._desk.amend(order, change)
        return {"order_id": str(order.ord_id), "client_oid": order.ticket.cl_ord_id, "request_id": request_id}

    # -- in batches

    def _place_pairs(self, ask: AskV3) -> Answer:
        """Place orders of several pairs; the answer is keyed by pair."""
        items = _items(ask.body, "orders")
        pairs: dict[str, list[Query]] = {}
        for item in items:
            query = ask.query.within(item)
            pairs.setdefault(query.named("instrument_id").lower(), []).append(query)
        _within(pairs.values(), _TOO_MANY[ask.product])
        told = {
            name: [self._outcome(self._place, ask.user, query)[0] for query in queries]
            for name, queries in pairs.items()
        }
        return _batch(told, [row for rows in told.values() for row in rows])

    def _cancel_pairs(self, ask: AskV3) -> Answer:
        """Cancel orders of several pairs."""
        told: dict[str, list[Json]] = {}
        named: list[tuple[Query, list[str]]] = []
        for item in _items(ask.body, "orders"):
            query = ask.query.within(item)
            named.append((query, _names(query, "order_ids")))
        _within([names for _, names in named], _TOO_MANY_CANCELS[ask.product])
        for query, names in named:
            pair = query.named("instrument_id")
            rows = told.setdefault(pair.lower(), [])
            for name in names:
                one = query.within({"instrument_id": pair}, order_id=name)
                row, status = self._outcome(self._cancel, ask.user, one)
                rows.append(row | {"client_oid" if query.has("client_oids") else "order_id": name} if status else row)
        return _batch(told, [row for rows in told.values() for row in rows])

    def _several(self, deed: Callable[[User, Query], Json], name: str) -> HandlerV3:
        def handle(ask: AskV3) -> Answer:
            market = ask.query.market()
            items = _items(ask.query.items(name), name)
            if len(items) > _MOST:
                raise Refusal(_TOO_MANY[ask.product], f"At most {_MOST} orders in one call")
            whole = {"instrument_id": market.instrument.inst_id}
            rows = [self._outcome(deed, ask.user, ask.query.within({**item, **whole}))[0] for item in items]
            return _batch({"result": _yes(ask.product), "order_info": rows}, rows)

        return handle

    def _cancel_several(self, ids: str) -> HandlerV3:
        """Return what cancels several orders of a contract, with one outcome for all: those that were open are named,
        and where none was the answer is a refusal."""

        def handle(ask: AskV3) -> Answer:
            query, market = ask.query, ask.query.market()
            names = _names(query, ids)
            if len(names) > _MOST:
                raise Refusal(_TOO_MANY_CANCELS[ask.product], f"At most {_MOST} orders in one call")
            found = [find_order(self._orders, ask.user, query, name) for name in names]
            still = [order for order in found if order is not None and order.open]
            if not still:
                raise not_found(ask.product)
            for order in dict.fromkeys(still):
                self._desk.cancel(order, WhyCanceled.USER)
            by_name = query.has("client_oids")
            done = [order.ticket.cl_ord_id if by_name else str(order.ord_id) for order in still]
            told = {ids: [] if by_name else done, "client_oids": done if by_name else []}
            inst_id = market.instrument.inst_id
            return Answer({"result": _yes(ask.product), "instrument_id": inst_id} | told | _GOOD)

        return handle


def _spot_item(query: Query, market: Market, td_mode: str) -> Json:
    """Write a spot order as V5 would have it, in its owner's trade mode; a market purchase is for an amount of quote
    currency. A margin order says so in its ``margin_trading``, a spot order may say that it is none."""
    here = "2" if query.product == "margin" else "1"
    query.choice("margin_trading", (here,), "" if query.product == "margin" else here)
    buy = query.choice("side", ("buy", "sell")) == "buy"
    order_type = query.choice("order_type", ("0", "1", "2", "3"), "0")
    item: Json = {
        "instId": market.instrument.inst_id,
        "tdMode": td_mode,
        "side": "buy" if buy else "sell",
        "clOrdId": query.text("client_oid"),
    }
    if query.choice("type", ("limit", "market"), "limit") == "limit":
        price, size = cut_price(market, query.decimal("price")), cut_size(market, query.decimal("size"))
        return item | {"ordType": ORDER_TYPES[order_type], "px": price, "sz": size}
    if order_type != "0":
        raise Refusal(30024, "order_type parameter value error: market orders are of type 0")
    if buy:
        return item | {"ordType": "market", "tgtCcy": "quote_ccy", "sz": exact_text(query.decimal("notional"))}
    return item | {"ordType": "market", "tgtCcy": "base_ccy", "sz": cut_size(market, query.decimal("size"))}


def _items(body: Any, name: str) -> list[Json]:
    """Return the objects of a batch."""
    if not isinstance(body, list) or not body or not all(isinstance(item, dict) for item in body):
        raise Refusal(30024, f"{name} parameter value error")
    return body


def _within(groups: Iterable[Sized], code: int) -> None:
    """Refuse a batch of too many pairs, or too many orders of one."""
    sizes = [len(group) for group in groups]
    if len(sizes) > _MOST_PAIRS or max(sizes) > _MOST:
        raise Refusal(code, f"At most {_MOST_PAIRS} pairs and {_MOST} orders of each in one call")


def _names(query: Query, ids: str) -> list[str]:
    """Return the orders to cancel: ids or own ids, never both. (V3 "orders")"""
    if query.has(ids) and query.has("client_oids"):
        raise Refusal(_BOTH_NAMES[query.product], f"Only one of {ids} and client_oids may be sent")
    if not query.has(ids) and not query.has("client_oids"):
        raise Refusal(_NAMELESS[query.product], f"{ids} or client_oids is required")
    return [str(name) for name in query.items("client_oids" if query.has("client_oids") else ids)]


def _quoted(query: Query, name: str) -> str:
    """Return what an answer repeats of a request, whatever it is."""
    try:
        return query.text(name)
    except Refusal:
        return ""


def _batch(body: Json, rows: list[Json]) -> Answer:
    """Return the answer about several orders: HTTP 400 when one could not be paid for. (V3 "errors")"""
    short = any(int(row["error_code"]) in SHORT for row in rows)
    return Answer(body, 400 if short else 200)
