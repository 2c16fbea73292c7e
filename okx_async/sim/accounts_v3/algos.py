"""Algo orders in V3: trigger and trailing orders, which are V5's ``trigger`` and ``move_order_stop``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..accounts.asks import Ask
from ..accounts.leverage import lever_of
from ..accounts.office import Office
from ..accounts.orders import Orders
from ..accounts.people import User
from ..accounts.rows import price_text
from ..accounts.stops import CANCELED, FAILED, FIRED, LIVE, Stop, Stops
from ..forms import NOT_SIMULATED
from ..market import Market
from ..query_v3 import Query, Refusal
from ..query_v5 import Refusal as RefusalV5
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, HandlerV3, page
from .refusals import not_found, translated
from .words import TYPES, cut_price, cut_size, mode_of

__all__ = ["AlgosV3", "algo_row", "spoken"]

Json = dict[str, Any]

_TRIGGER, _TRAILING = "1", "2"
_KINDS = {_TRIGGER: "trigger", _TRAILING: "move_order_stop"}
_NUMBERS = {word: number for number, word in _KINDS.items()}
_STATUS = {LIVE: "1", FIRED: "2", CANCELED: "3", FAILED: "6"}
_MOST_CANCELS = 10
_GOOD = {"error_code": "0", "error_message": ""}


class AlgosV3:
    """The handlers of algo orders. Iceberg and TWAP orders are not simulated, and V5's take profit and stop loss orders
    are not among V3's: it has no word for them.

    Args:
        office: Who places them, in V5.
        stops: Where they wait.
        orders: Everybody's orders.
        apart: Puts an account in long/short mode where it can be.
    """

    def __init__(self, office: Office, stops: Stops, orders: Orders, apart: Callable[[User], None]) -> None:
        self._office = office
        self._stops = stops
        self._orders = orders
        self._apart = apart

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        found: dict[tuple[str, str], HandlerV3] = {
            ("POST", "/api/spot/v3/order_algo"): self._place,
            ("POST", "/api/spot/v3/cancel_batch_algos"): self._cancel,
            ("GET", "/api/spot/v3/algo"): self._list,
        }
        for product in ("futures", "swap"):
            api = f"/api/{product}/v3"
            found |= {
                ("POST", f"{api}/order_algo"): self._place,
                ("POST", f"{api}/cancel_algos"): self._cancel,
                ("GET", f"{api}/order_algo/{{instrument_id}}"): self._list,
            }
        return found

    def _place(self, ask: AskV3) -> Json:
        query, market = ask.query, ask.query.market()
        order_type = self._order_type(query)
        fields = self._item(ask.user, query, market) | {"ordType": _KINDS[order_type]}
        trigger = cut_price(market, query.decimal("trigger_price"))
        if order_type == _TRIGGER:
            at_market = query.choice("algo_type", ("1", "2"), "1") == "2"
            price = "-1" if at_market else cut_price(market, query.decimal("algo_price"))
            fields |= {"triggerPx": trigger, "orderPx": price}
        else:
            rate = query.decimal("callback_rate")
            fields |= {"activePx": trigger, "callbackRatio": exact_text(rate)}
        handler = self._office.services.handler("POST", "/api/v5/trade/order-algo")
        assert handler is not None  # noqa: S101 - the venue has it
        (row,) = handler(Ask(ask.user, ask.access, fields, (fields,), "rest", ask.address, ask.received))
        if row["sCode"] != "0":
            raise translated(RefusalV5(200, row["sCode"], row["sMsg"]), ask.product)
        return _placed(ask.product, row["algoId"], market.instrument.inst_id, order_type)

    def _order_type(self, query: Query) -> str:
        order_type = query.choice("order_type", ("1", "2", "3", "4"))
        if order_type not in _KINDS:
            raise Refusal(30037, NOT_SIMULATED.format("an iceberg or TWAP order"), 501)
        return order_type

    def _item(self, user: User, query: Query, market: Market) -> Json:
        """Return what both kinds have in common."""
        item: Json = {"instId": market.instrument.inst_id, "sz": cut_size(market, query.decimal("size"))}
        if query.product == "spot":
            if query.choice("mode", ("1", "2")) == "2":
                raise Refusal(30037, NOT_SIMULATED.format("an algo order on margin"), 501)
            # A purchase at the market counts coins here, too, where V5 would count the quote currency.
            side = query.choice("side", ("buy", "sell"))
            return item | {"tdMode": "cash", "side": side, "tgtCcy": "base_ccy"}
        side, buy = TYPES[query.choice("type", TYPES)]
        self._apart(user)
        return item | {
            "tdMode": mode_of(user, market.instrument),
            "side": "buy" if buy else "sell",
            "posSide": side if user.hedged else "net",
            "reduceOnly": not user.hedged and (side == "long") is not buy,
        }

    def _cancel(self, ask: AskV3) -> Json:
        """Cancel those that wait; ids that are no longer there are left out of the answer."""
        query, market = ask.query, ask.query.market()
        order_type = self._order_type(query)
        ids = [str(each) for each in query.items("algo_ids")]
        if len(ids) > _MOST_CANCELS:
            raise Refusal(33051 if ask.product == "spot" else 30024, f"At most {_MOST_CANCELS} algo orders in one call")
        done: list[str] = []
        for algo_id in ids:
            stop = self._stops.find(ask.user, algo_id, "")
            fits = stop is not None and stop.market is market and stop.ord_type == _KINDS[order_type]
            if stop is not None and fits and stop.state == LIVE:
                self._stops.cancel(stop)
                done.append(algo_id)
        if not done:
            code = {_TRIGGER: 35090, _TRAILING: 35091}[order_type]
            raise Refusal(code, "There is no such order to cancel") if ask.product == "swap" else not_found(ask.product)
        return _canceled(ask.product, done, market.instrument.inst_id, order_type)

    def _list(self, ask: AskV3) -> Answer:
        query, market, product = ask.query, ask.query.market(), ask.product
        order_type, status, algo_id = self._order_type(query), query.text("status"), query.text("algo_id")
        if bool(status) is bool(algo_id):
            code = 30024 if product != "swap" else 35097 if status else 35098
            raise Refusal(code, "Exactly one of status and algo_id is required")
        found = (
            stop
            for stop in self._stops.of(ask.user)
            if stop.market is market
            and stop.ord_type == _KINDS[order_type]
            and status in ("", _STATUS[stop.state])
            and algo_id in ("", str(stop.algo_id))
        )
        rows = [algo_row(stop, self._orders) for stop in query.page(found, lambda stop: stop.algo_id)]
        if product == "futures":
            rows = [{("algo_ids" if name == "algo_id" else name): value for name, value in row.items()} for row in rows]
            return page(rows, "algo_ids")
        whole = {"orderStrategyVOS": rows} if product == "swap" else {market.instrument.inst_id.lower(): rows}
        return page(rows, "algo_id", whole)


def algo_row(stop: Stop, orders: Orders) -> Json:
    """Write an algo order, as answers and pushes of all products do. (Algo order list)"""
    instrument = stop.market.instrument
    order = orders.find(stop.user.uid, stop.ord_id, "") if stop.ord_id else None
    at_market = stop.text("orderPx") == "-1"
    row: Json = {
        "algo_id": str(stop.algo_id),
        "instrument_id": instrument.inst_id,
        "order_type": _NUMBERS[stop.ord_type],
        "status": _STATUS[stop.state],
        "size": stop.text("sz"),
        "timestamp": iso_ms(stop.updated),
        "created_at": iso_ms(stop.created),
        "order_id": stop.ord_id or "0",
        "trigger_price": stop.text("triggerPx") or stop.text("activePx"),
        "real_amount": instrument.size_text(order.filled) if order is not None else "0",
        "real_price": (price_text(order.average) if order is not None else "") or "0",
    }
    if stop.ord_type == _KINDS[_TRIGGER]:
        row |= {"algo_price": "0" if at_market else stop.text("orderPx"), "algo_type": "2" if at_market else "1"}
    else:
        row["callback_rate"] = stop.text("callbackRatio")
    if instrument.product == "spot":
        return row | {"side": stop.text("side"), "mode": "1"}
    side = stop.text("posSide")
    if side in ("", "net"):
        side = "short" if stop.buy is (stop.text("reduceOnly") == "true") else "long"
    number = next(number for number, meant in TYPES.items() if meant == (side, stop.buy))
    lever = lever_of(stop.user, instrument, stop.text("tdMode"), side)
    return row | {"type": number, "leverage": exact_text(lever)}


def spoken(stop: Stop) -> bool:
    """Tell whether V3 has a word for an algo order."""
    return stop.ord_type in _NUMBERS


def _placed(product: str, algo_id: str, name: str, order_type: str) -> Json:
    """Return the answer about a new order: its id is a number on spot, and on swaps all lies in ``data``."""
    if product == "spot":
        return {"result": True, "algo_id": int(algo_id)} | _GOOD
    if product == "futures":
        return {"result": True, "algo_id": algo_id, "instrument_id": name, "order_type": order_type} | _GOOD
    data = {"result": "true", "algo_id": algo_id, "instrument_id": name, "order_type": int(order_type)} | _GOOD
    return _GOOD | {"detailMsg": "", "data": data}


def _canceled(product: str, ids: list[str], name: str, order_type: str) -> Json:
    """Return the answer about cancelled orders: their ids are a list on spot, and a text elsewhere."""
    row: Json = {"instrument_id": name, "order_type": order_type}
    if product == "spot":
        return {"result": True, "algo_ids": ids} | row | _GOOD
    text = ",".join(ids)
    if product == "futures":
        return {"result": True, "algo_id": f"[{text}]"} | row | _GOOD
    return _GOOD | {"detailMsg": "", "data": {"result": "true", "algo_ids": text} | row}
