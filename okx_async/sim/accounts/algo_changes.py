"""Changes of algo orders that wait for a price: a change is read as the order it makes. (Amend algo order)

Which of the many codes stands for what is mostly not documented; the nearest one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..market import Market
from ..query_v5 import Query, Refusal
from .asks import Ask, Handlers
from .forms import lots_of, named, refuse
from .legs import CHANGES, Leg, merged
from .services import not_simulated
from .stops import LIVE, Stop, Stops

__all__ = ["AlgoChanges"]

Json = dict[str, Any]
Legs = Callable[[Query, Market, bool, str], list[Leg]]

_PRICED = ("conditional", "oco", "trigger")
_OTHERS = ("attachAlgoOrds", "advChaseParams")
# What a change calls the fields of a trigger order.
_OF_TRIGGER = {"newTriggerPx": "triggerPx", "newOrdPx": "orderPx", "newTriggerPxType": "triggerPxType"}


class AlgoChanges:
    """Changes stops, OCO and trigger orders.

    Args:
        markets: By instrument id.
        stops: Where they wait.
        legs: Reads what an order waits for: its fields, its market, its side and its type.
    """

    def __init__(self, markets: Mapping[str, Market], stops: Stops, legs: Legs) -> None:
        self._markets = markets
        self._stops = stops
        self._legs = legs

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {("POST", "/api/v5/trade/amend-algos"): self._amend}

    def _amend(self, ask: Ask) -> list[Any]:
        if any(ask.fields.get(name) for name in _OTHERS):
            raise not_simulated("changes of what is attached to a trigger order, and of how it chases")
        told = {name: str(ask.fields.get(name) or "") for name in ("algoId", "algoClOrdId", "reqId")}
        query = Query(ask.fields, self._markets)
        cancel = query.choice("cxlOnFail", ("true", "false"), "false") == "true"
        stop: Stop | None = None
        try:
            stop = self._find(ask, told)
            self._change(stop, query)
        except Refusal as refusal:
            if cancel and stop is not None:
                self._stops.cancel(stop)
            return [told | {"sCode": refusal.code, "sMsg": refusal.msg}]
        told |= {"algoId": str(stop.algo_id), "algoClOrdId": stop.text("algoClOrdId")}
        return [told | {"sCode": "0", "sMsg": ""}]

    def _find(self, ask: Ask, told: Mapping[str, str]) -> Stop:
        if not told["algoId"] and not told["algoClOrdId"]:
            raise Refusal(400, "50015", "Either parameter algoId or algoClOrdId is required")
        stop = self._stops.find(ask.user, told["algoId"], told["algoClOrdId"])
        if stop is None or stop.state != LIVE or stop.market.instrument.inst_id != ask.fields.get("instId"):
            raise refuse("51503", "Amendment failed as the order is filled, canceled or unknown")
        return stop

    def _change(self, stop: Stop, query: Query) -> None:
        if stop.ord_type not in _PRICED:
            raise refuse("51506", f"Orders of the type {stop.ord_type} can't be amended")
        named(query, "reqId")
        words = _OF_TRIGGER if stop.ord_type == "trigger" else CHANGES
        given = {words[name]: query.text(name) for name in words if query.text(name)}
        size = query.text("newSz")
        if not given and not size:
            raise refuse("51500", "You must enter a price, quantity, or TP/SL")
        if stop.text("closeFraction") and (size or any(name.endswith(("OrdPx", "orderPx")) for name in given)):
            raise refuse("51523", "Of an order that closes a whole position only the trigger can be changed")
        if size:
            lots_of(stop.market, size)
            given["sz"] = size
        fields = merged(stop.fields, given, "51530")
        legs = self._legs(Query(fields, self._markets), stop.market, stop.buy, stop.ord_type)
        self._stops.change(stop, fields, legs, query.text("reqId"))
