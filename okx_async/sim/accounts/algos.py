"""What users ask about algo orders: placing, cancelling and reading them, and the two channels that tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..derivatives import plain
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from .algo_amend import changed
from .asks import Ask, Handlers
from .forms import TAG, lots_of, named, price_of, refuse
from .herald import names_of
from .legs import SOURCES, Leg, order_price, read_legs
from .orders import Orders
from .people import User
from .positions import Position
from .private import Feed, Private
from .rows import flag, price_text
from .services import not_simulated
from .slices import SLICED, read_plan
from .splits import read_all
from .stops import LIVE, Stop, Stops
from .tickets import pos_side_of, td_mode_of
from .trails import read_trail
from .worth import terms_of

__all__ = ["Algos"]

Json = dict[str, Any]

_TYPES = ("conditional", "oco", "trigger", "move_order_stop", *SLICED)
_OTHERS = ("chase", "smart_iceberg")
_ADVANCED = ("move_order_stop", *SLICED)
_STATES = ("effective", "canceled", "order_failed", "partially_failed")
_MOST_CANCELS = 10
_SENT_AS = ("", "fok", "ioc")
# What is wrong when a price is there already, by source, leg and side.
_TOO_LATE = {
    ("last", "tp", True): "51277",
    ("last", "sl", True): "51278",
    ("last", "tp", False): "51279",
    ("last", "sl", False): "51280",
    ("mark", "tp", True): "51300",
    ("mark", "sl", True): "51302",
    ("mark", "tp", False): "51303",
    ("mark", "sl", False): "51304",
    ("index", "tp", True): "51305",
    ("index", "sl", True): "51306",
    ("index", "tp", False): "51307",
    ("index", "sl", False): "51308",
}
_BLANK = (
    *("aggressiveness", "ccy", "chaseType", "chaseVal", "clOrdId", "lmtOrderNumber"),
    *("maxChaseType", "maxChaseVal", "quickMgnType"),
)
_ATTACHED = (
    *("attachAlgoClOrdId", "tpTriggerPx", "tpTriggerRatio", "tpTriggerPxType", "tpOrdPx", "slTriggerPx"),
    *("slTriggerRatio", "slTriggerPxType", "slOrdPx", "callbackRatio", "callbackSpread", "activePx"),
)
_ECHOED = (
    *(
        "activePx",
        "advanceOrdType",
        "amendPxOnTriggerType",
        "algoClOrdId",
        "callbackRatio",
        "callbackSpread",
        "closeFraction",
        "posSide",
    ),
    *("pxLimit", "pxSpread", "pxVar", "szLimit", "timeInterval"),
    *("side", "slOrdPx", "slTriggerPx", "sz", "tag", "tdMode", "tgtCcy", "tpOrdPx", "tpTriggerPx", "triggerPx"),
)
_CLOSER = ("algoId", "slTriggerPx", "slTriggerPxType", "tpTriggerPx", "tpTriggerPxType", "closeFraction")
"""What rows of positions tell of an algo order that would close them."""


class Algos:
    """The handlers of the chapter algo that are simulated: `stops` of six types; the others are refused with 50062.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        stops: Where algo orders wait.
        orders: Everybody's orders.
        private: Where changes are told.
    """

    def __init__(
        self, clock: Clock, markets: Mapping[str, Market], stops: Stops, orders: Orders, private: Private
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._stops = stops
        self._orders = orders
        self._private = private
        stops.listeners.append(self._tell)
        private.feed("algo-advance", Feed(self._followed))

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {
            ("POST", "/api/v5/trade/order-algo"): self._place,
            ("POST", "/api/v5/trade/amend-algos"): self._amend,
            ("POST", "/api/v5/trade/cancel-algos"): self._cancel,
            ("GET", "/api/v5/trade/order-algo"): self._details,
            ("GET", "/api/v5/trade/orders-algo-pending"): self._pending,
            ("GET", "/api/v5/trade/orders-algo-history"): self._history,
        }

    def _place(self, ask: Ask) -> list[Any]:
        told = {"algoId": "", "clOrdId": "", **_given(ask.fields, "algoClOrdId", "tag")}
        try:
            stop = self.place(ask.user, ask.fields)
        except Refusal as refusal:
            if refusal.code in ("50014", "50062"):
                raise
            return [told | {"sCode": refusal.code, "sMsg": refusal.msg}]
        return [told | {"algoId": str(stop.algo_id), "sCode": "0", "sMsg": ""}]

    def place(
        self, user: User, fields: Mapping[str, Any], *, on_margin: bool = False, share: Decimal | None = None
    ) -> Stop:
        """Take in an algo order.

        Args:
            user: Whose.
            fields: By wire name.
            on_margin: Whether its orders trade with the money of the pair's margin account, as V3's may.
            share: Which part of what is offered a TWAP takes at most, which only V3 asks.

        Raises:
            Refusal: It is not taken.
        """
        query = Query(fields, self._markets)
        market = query.market()
        ord_type = query.needed("ordType")
        if ord_type in _OTHERS or (fields.get("attachAlgoOrds") and ord_type != "trigger"):
            raise not_simulated(f"algo orders like this ({ord_type})")
        query.choice("ordType", _TYPES)
        buy = query.choice("side", ("buy", "sell")) == "buy"
        if not on_margin:
            td_mode_of(query, user, market.instrument.kind)
        fields = {**fields, "posSide": pos_side_of(query, user, market.instrument.kind)}
        query.choice("reduceOnly", ("true", "false"), "false")
        named(query, "tag", TAG)
        self._check_name(user, named(query, "algoClOrdId"))
        self._check_size(query, market)
        if ord_type == "move_order_stop":
            return self._stops.add(user, market, fields, [], read_trail(query), on_margin=on_margin)
        if ord_type in SLICED:
            plan = read_plan(query, market, ord_type)
            plan.share = share
            return self._stops.add(user, market, fields, [], plan=plan, on_margin=on_margin)
        legs = self._waits_for(query, market, buy, ord_type)
        if fields.get("attachAlgoOrds"):
            self._check_attached(query, fields["attachAlgoOrds"], market, buy, legs[0])
        return self._stops.add(user, market, fields, legs, None, on_margin=on_margin)

    def _check_attached(self, query: Query, rows: Any, market: Market, buy: bool, leg: Leg) -> None:
        """Refuse what the order could not carry that is sent when a trigger order fires."""
        if query.text("reduceOnly") == "true":
            raise refuse("51100", "Reduce-only orders can't have TP/SL")
        price = leg.trigger if leg.order_price == "-1" else Decimal(leg.order_price)
        counted = query.text("closeFraction") or query.text("tgtCcy") == "quote_ccy"
        lots = 0 if counted else lots_of(market, query.needed("sz"))
        read_all(rows, market, buy, int(price / terms_of(market.instrument).tick), lots)

    def closers(self, position: Position) -> list[Json]:
        """Return the algo orders that wait to close all of a position. (Get positions, "closeOrderAlgo")"""
        found = (
            stop
            for stop in self._stops.live(position.user)
            if stop.market is position.market and stop.text("closeFraction")
        )
        shape = (position.mode, position.side, position.lots < 0)
        fitting = (stop for stop in found if (stop.text("tdMode"), stop.text("posSide"), stop.buy) == shape)
        return [{name: row[name] for name in _CLOSER} for row in map(self._row, fitting)]

    def _waits_for(self, query: Query, market: Market, buy: bool, ord_type: str) -> list[Leg]:
        return [self._trigger(query, market)] if ord_type == "trigger" else self._legs(query, market, buy, ord_type)

    def _amend(self, ask: Ask) -> list[Any]:
        told = _given(ask.fields, "algoId", "algoClOrdId", "reqId")
        stop = self._stops.find(ask.user, told["algoId"], told["algoClOrdId"])
        try:
            stop = self._change(stop, ask.fields)
        except Refusal as refusal:
            if refusal.code in ("50014", "50062"):
                raise
            if stop is not None and stop.state == LIVE and Query(ask.fields, {}).text("cxlOnFail") == "true":
                self._stops.cancel(stop)
            return [told | {"sCode": refusal.code, "sMsg": refusal.msg}]
        names = {"algoId": str(stop.algo_id), "algoClOrdId": stop.text("algoClOrdId")}
        return [told | names | {"sCode": "0", "sMsg": ""}]

    def _change(self, stop: Stop | None, asked: Mapping[str, Any]) -> Stop:
        query = Query(asked, self._markets)
        market, req_id = query.market(), named(query, "reqId")
        nested = bool(asked.get("attachAlgoOrds") or asked.get("advChaseParams"))
        stop, fields = changed(stop if stop is not None and stop.market is market else None, query, nested)
        merged = Query(fields, self._markets)
        self._check_size(merged, market)
        self._stops.amend(stop, fields, self._waits_for(merged, market, stop.buy, stop.ord_type), req_id)
        return stop

    def _check_name(self, user: User, name: str) -> None:
        namesake = self._stops.find(user, "", name)
        if namesake is not None and namesake.state == LIVE:
            raise refuse("51065", "algoClOrdId already exists")

    def _check_size(self, query: Query, market: Market) -> None:
        if not query.text("closeFraction"):
            if query.text("tgtCcy") != "quote_ccy":
                lots_of(market, query.needed("sz"))
            return
        if market.instrument.kind not in (Kind.SWAP, Kind.FUTURES):
            raise refuse("51327", "closeFraction is only available for futures and perpetual swaps")
        if query.text("closeFraction") != "1":
            raise refuse("51000", "Parameter closeFraction error")
        if query.text("posSide") in ("", "net") and query.text("reduceOnly") != "true":
            raise refuse("51328", "closeFraction is only available for reduce-only orders")
        prices = (query.text(name, "-1") for name in ("tpOrdPx", "slOrdPx", "orderPx"))
        if any(price != "-1" for price in prices):
            raise refuse("51330", "closeFraction needs orders at market price")

    def _trigger(self, query: Query, market: Market) -> Leg:
        source = query.choice("triggerPxType", SOURCES, "last")
        query.choice("advanceOrdType", _SENT_AS, "")
        trigger = price_of(market, query.needed("triggerPx"))
        above = trigger > self._stops.price(market, source)
        return Leg("", trigger, above, source, order_price(market, query.needed("orderPx")))

    def _legs(self, query: Query, market: Market, buy: bool, ord_type: str) -> list[Leg]:
        """Return take profit and stop loss, which must lie on their sides of the present price."""
        query.choice("cxlOnClosePos", ("true", "false"), "false")
        legs = read_legs(query, market, buy)
        for leg in legs:
            if leg.fires(self._stops.price(market, leg.source)):
                code = _TOO_LATE[leg.source, leg.name, buy]
                raise refuse(code, f"The {leg.name} trigger price is beyond the present price")
        if len(legs) < (2 if ord_type == "oco" else 1):
            raise refuse("51531", "Stop orders need a take profit or a stop loss, oco orders both")
        return legs

    def _cancel(self, ask: Ask) -> list[Any]:
        if len(ask.items) > _MOST_CANCELS:
            raise Refusal(400, "51111", f"Maximum {_MOST_CANCELS} orders can be canceled in bulk")
        rows: list[Any] = []
        for item in ask.items:
            told = {"clOrdId": "", "tag": "", **_given(item, "algoId", "algoClOrdId")}
            stop = self._stops.find(ask.user, told["algoId"], told["algoClOrdId"])
            named_so = stop is not None and stop.market.instrument.inst_id == item.get("instId")
            if stop is None or stop.state != LIVE or not named_so:
                code, msg = "51400", "Cancellation failed as the order is filled, canceled or unknown"
            else:
                self._stops.cancel(stop)
                told |= {"algoId": str(stop.algo_id), "algoClOrdId": stop.text("algoClOrdId")}
                code, msg = "0", ""
            rows.append(told | {"sCode": code, "sMsg": msg})
        return rows

    def _details(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        algo_id, name = query.text("algoId"), query.text("algoClOrdId")
        if not algo_id and not name:
            raise Refusal(400, "50015", "Either parameter algoId or algoClOrdId is required")
        stop = self._stops.find(ask.user, algo_id, name)
        if stop is None:
            raise refuse("51603", "Order does not exist")
        return [self._row(stop)]

    def _pending(self, ask: Ask) -> list[Any]:
        return self._page(ask, (LIVE,))

    def _history(self, ask: Ask) -> list[Any]:
        query = Query(ask.fields, self._markets)
        if not query.text("state") and not query.text("algoId"):
            raise refuse("51602", "Either state or algoId is required")
        return self._page(ask, (query.choice("state", _STATES, ""),) if query.text("state") else _STATES)

    def _page(self, ask: Ask, states: tuple[str, ...]) -> list[Any]:
        query = Query(ask.fields, self._markets)
        types = query.needed("ordType").split(",")
        if any(each not in (*_TYPES, *_OTHERS) for each in types):
            raise Refusal(400, "51000", "Parameter ordType error")
        found = (
            stop
            for stop in self._stops.of(ask.user)
            if stop.ord_type in types
            and stop.state in states
            and query.text("algoId") in ("", str(stop.algo_id))
            and query.text("instType") in ("", stop.inst_type)
            and query.text("instId") in ("", stop.market.instrument.inst_id)
        )
        return [self._row(stop) for stop in query.page(found, lambda stop: stop.algo_id)]

    def _tell(self, stop: Stop) -> None:
        channel = "algo-advance" if stop.ord_type in _ADVANCED else "orders-algo"
        names = names_of(stop.market) | {"algoId": str(stop.algo_id), "instType": stop.inst_type}
        self._private.push(stop.user, channel, names, [self._update(stop)])

    def _followed(self, user: User, arg: Mapping[str, str]) -> list[Any]:
        """Return the algo orders at work that a new listener is shown."""
        rows: list[Any] = []
        for stop in self._stops.of(user):
            names = names_of(stop.market) | {"algoId": str(stop.algo_id), "instType": stop.inst_type}
            kind = arg.get("instType", "ANY")
            wanted = {name: arg[name] for name in ("instId", "algoId") if name in arg}
            if kind in ("ANY", names["instType"]) and all(names[name] == value for name, value in wanted.items()):
                rows += [self._update(stop)] if stop.ord_type in _ADVANCED and stop.state == LIVE else []
        return rows

    def _update(self, stop: Stop) -> Json:
        """Write an algo order as it is pushed; its value is not reckoned."""
        more = {"notionalUsd": "", "reqId": stop.req_id, "amendResult": stop.amend_result}
        if stop.ord_type in _ADVANCED:
            slices = len(stop.plan.sent) if stop.plan is not None else 1
            more = {"notionalUsd": "", "count": str(slices), "pTime": str(self._clock.now())}
        return self._row(stop) | more

    def _traded(self, stop: Stop) -> tuple[Decimal | None, int, list[str]]:
        """Return mean price, lots and numbers of what an algo order has sent."""
        if stop.plan is not None:
            return stop.plan.average, stop.plan.filled, [str(order.ord_id) for order in stop.plan.sent]
        order = self._orders.find(stop.user.uid, stop.ord_id, "") if stop.ord_id else None
        return (order.average, order.filled, [stop.ord_id]) if order is not None else (None, 0, [])

    def _row(self, stop: Stop) -> Json:
        """Write an algo order. (Get algo order details)"""
        order = self._orders.find(stop.user.uid, stop.ord_id, "") if stop.ord_id else None
        average, filled, sent = self._traded(stop)
        instrument, trail = stop.market.instrument, stop.trail
        legs = {leg.name: leg for leg in stop.legs}
        following = trail.trigger(stop.buy) if trail is not None else None
        contract = instrument.kind is not Kind.SPOT
        return {
            **dict.fromkeys(_BLANK, ""),
            **{name: stop.text(name) for name in _ECHOED},
            "actualPx": price_text(average),
            "actualSide": stop.fired.name if stop.fired is not None else "",
            "actualSz": instrument.size_text(filled),
            "advChaseParams": [],
            "algoId": str(stop.algo_id),
            "attachAlgoOrds": [
                {name: str(row.get(name) or "") for name in _ATTACHED}
                for row in stop.fields.get("attachAlgoOrds") or ()
            ],
            "cTime": str(stop.created),
            "failCode": stop.fail_code,
            "instId": instrument.inst_id,
            "instType": stop.inst_type,
            "isTradeBorrowMode": "",
            "last": instrument.price_text(stop.market.tape.last.price),
            "lever": order.lever if order is not None else "",
            "linkedOrd": {"ordId": ""},
            "moveTriggerPx": plain(following, 8) if following is not None else "",
            "ordId": stop.ord_id,
            "ordIdList": sent,
            "ordPx": stop.text("orderPx"),
            "ordType": stop.ord_type,
            "reduceOnly": flag(stop.text("reduceOnly") == "true"),
            "slTriggerPxType": legs["sl"].source if "sl" in legs else "",
            "state": stop.state,
            "subAlgoIdList": [],
            "tpTriggerPxType": legs["tp"].source if "tp" in legs else "",
            "tradeQuoteCcy": "" if contract else instrument.quote,
            "triggerParams": [],
            "triggerPxType": legs[""].source if "" in legs else "",
            "triggerTime": str(stop.fired_at or ""),
            "uTime": str(stop.updated),
        }


def _given(item: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(item.get(name) or "") for name in names}
