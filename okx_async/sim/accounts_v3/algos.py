"""Algo orders in V3: trigger, trailing, iceberg and TWAP orders, which V5 has in other words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..accounts.algos import Algos
from ..accounts.leverage import lever_of
from ..accounts.orders import Orders
from ..accounts.people import User
from ..accounts.rows import price_text
from ..accounts.stops import CANCELED, FAILED, FIRED, LIVE, PARTLY_FAILED, Stop, Stops
from ..accounts.tickets import spot_mode
from ..market import Market
from ..query_v3 import Query, Refusal
from ..text import exact_text, iso_ms
from .algo_limits import ICEBERG, KINDS, TRAILING, TRIGGER, TWAP, bounded, check_prices, check_room, check_size
from .asks import Answer, AskV3, HandlersV3, HandlerV3, page
from .refusals import not_found
from .slices import share_of, slice_fields, slice_row
from .words import TYPES, cut_price, cut_size, mode_of

__all__ = ["AlgosV3", "algo_row", "spoken"]

Json = dict[str, Any]

_NUMBERS = {word: number for number, word in KINDS.items()}
_STATUS = {LIVE: "1", FIRED: "2", CANCELED: "3", FAILED: "6", PARTLY_FAILED: "6"}
_PARTLY = "4"
_MOST_CANCELS = {TRIGGER: 10, TRAILING: 10, ICEBERG: 6, TWAP: 6}
_NONE_TO_CANCEL = {TRIGGER: 35090, TRAILING: 35091, ICEBERG: 35092, TWAP: 35093}
_GOOD = {"error_code": "0", "error_message": ""}


class AlgosV3:
    """The handlers of algo orders. V5's take profit and stop loss orders, and slices at a distance that is a price, are
    not among V3's: it has no word for them. Where V3 has no limit of its own to how many may be alive, V5's holds.

    Args:
        algos: Who places them.
        stops: Where they wait.
        orders: Everybody's orders.
        apart: Puts an account in long/short mode where it can be.
    """

    def __init__(self, algos: Algos, stops: Stops, orders: Orders, apart: Callable[[User], None]) -> None:
        self._algos = algos
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
        order_type = query.choice("order_type", KINDS)
        on_margin, share = query.text("mode") == "2", share_of(query, order_type)
        check_size(query)
        check_room(ask.product, order_type, self._stops.of(ask.user))
        fields = self._item(ask.user, query, market) | {"ordType": KINDS[order_type]}
        fields |= slice_fields(query, market, order_type) if order_type in (ICEBERG, TWAP) else _waits(query, market)
        stop = self._algos.place(ask.user, fields, on_margin=on_margin, share=share)
        return _placed(ask.product, str(stop.algo_id), market.instrument.inst_id, order_type)

    def _item(self, user: User, query: Query, market: Market) -> Json:
        """Return what both kinds have in common."""
        item: Json = {"instId": market.instrument.inst_id, "sz": cut_size(market, query.decimal("size"))}
        if query.product == "spot":
            mode = "isolated" if query.choice("mode", ("1", "2")) == "2" else spot_mode(user)
            # A purchase at the market counts coins here, too, where V5 would count the quote currency.
            side = query.choice("side", ("buy", "sell"))
            return item | {"tdMode": mode, "side": side, "tgtCcy": "base_ccy"}
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
        order_type = query.choice("order_type", KINDS)
        ids = [str(each) for each in query.items("algo_ids")]
        most = _MOST_CANCELS[order_type]
        if len(ids) > most:
            raise Refusal(33051 if ask.product == "spot" else 30024, f"At most {most} algo orders in one call")
        done: list[str] = []
        for algo_id in ids:
            stop = self._stops.find(ask.user, algo_id, "")
            fits = stop is not None and stop.market is market and stop.ord_type == KINDS[order_type]
            if stop is not None and fits and stop.state == LIVE:
                self._stops.cancel(stop)
                done.append(algo_id)
        if not done:
            code = _NONE_TO_CANCEL[order_type]
            raise Refusal(code, "There is no such order to cancel") if ask.product == "swap" else not_found(ask.product)
        return _canceled(ask.product, done, market.instrument.inst_id, order_type)

    def _list(self, ask: AskV3) -> Answer:
        query, market, product = ask.query, ask.query.market(), ask.product
        order_type, status, algo_id = query.choice("order_type", KINDS), query.text("status"), query.text("algo_id")
        if bool(status) is bool(algo_id):
            code = 30024 if product != "swap" else 35097 if status else 35098
            raise Refusal(code, "Exactly one of status and algo_id is required")
        found = (
            stop
            for stop in self._stops.of(ask.user)
            if stop.market is market
            and stop.ord_type == KINDS[order_type]
            and spoken(stop)
            and status in ("", _status(stop))
            and algo_id in ("", str(stop.algo_id))
        )
        rows = [algo_row(stop, self._orders) for stop in query.page(found, lambda stop: stop.algo_id)]
        if product == "futures":
            rows = [{("algo_ids" if name == "algo_id" else name): value for name, value in row.items()} for row in rows]
            return page(rows, "algo_ids")
        whole = {"orderStrategyVOS": rows} if product == "swap" else {market.instrument.inst_id.lower(): rows}
        return page(rows, "algo_id", whole)


def _waits(query: Query, market: Market) -> Json:
    """Return what a trigger or a trailing order waits for, by V5's names."""
    order_type, at_market = query.text("order_type"), query.choice("algo_type", ("1", "2"), "1") == "2"
    check_prices(query, market, order_type)
    trigger = cut_price(market, query.decimal("trigger_price"))
    if order_type == TRAILING:
        return {"activePx": trigger, "callbackRatio": exact_text(bounded(query, "callback_rate"))}
    return {"triggerPx": trigger, "orderPx": "-1" if at_market else cut_price(market, query.decimal("algo_price"))}


def _status(stop: Stop) -> str:
    """Return an algo order's status: one in slices that has traded some is partly effective."""
    partly = stop.state == LIVE and stop.plan is not None and stop.plan.filled
    return _PARTLY if partly else _STATUS[stop.state]


def algo_row(stop: Stop, orders: Orders, *, push: bool = False) -> Json:
    """Write an algo order, as answers and pushes of all products do. (Algo order list)"""
    instrument = stop.market.instrument
    order = orders.find(stop.user.uid, stop.ord_id, "") if stop.ord_id else None
    traded = stop.plan or order
    at_market = stop.text("orderPx") == "-1"
    row: Json = {
        "algo_id": str(stop.algo_id),
        "instrument_id": instrument.inst_id,
        "order_type": _NUMBERS[stop.ord_type],
        "status": _status(stop),
        "size": stop.text("sz"),
        "timestamp": iso_ms(stop.updated),
        "created_at": iso_ms(stop.created),
        "order_id": stop.ord_id or "0",
        "trigger_price": stop.text("triggerPx") or stop.text("activePx"),
        "real_amount": instrument.size_text(traded.filled) if traded is not None else "0",
        "real_price": (price_text(traded.average) if traded is not None else "") or "0",
    }
    if stop.plan is not None:
        row |= slice_row(stop, push=push)
    elif stop.ord_type == KINDS[TRIGGER]:
        row |= {"algo_price": "0" if at_market else stop.text("orderPx"), "algo_type": "2" if at_market else "1"}
    else:
        row["callback_rate"] = stop.text("callbackRatio")
    if instrument.product == "spot":
        return row | {"side": stop.text("side"), "mode": "2" if stop.on_margin else "1"}
    side = stop.text("posSide")
    if side in ("", "net"):
        side = "short" if stop.buy is (stop.text("reduceOnly") == "true") else "long"
    number = next(number for number, meant in TYPES.items() if meant == (side, stop.buy))
    lever = lever_of(stop.user, instrument, stop.text("tdMode"), side)
    return row | {"type": number, "leverage": exact_text(lever)}


def spoken(stop: Stop) -> bool:
    """Tell whether V3 has a word for an algo order."""
    return stop.ord_type in _NUMBERS and not stop.text("pxSpread")


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
