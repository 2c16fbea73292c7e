"""Which V5 endpoints carry intents, and how orders are known by name. (Place order; Amend order; Cancel order)

``expTime`` is taken by placing and amending of ordinary orders alone. Orders that algo orders or bots fire, or that
come from block trades, have no client id of the caller's choice and are not among these.
"""

from __future__ import annotations

from ..core.intent import IntentShape, Kind, Record, Shapes, Verb

__all__ = ["ALGO_TYPES", "GONE", "SHAPES", "TAKEN", "TOLD_BY", "dated"]

_EXP = "expTime"
_PLACE = IntentShape(Verb.PLACE, Kind.ORDER, "clOrdId", "instId", deadline=_EXP)
_AMEND = IntentShape(Verb.AMEND, Kind.ORDER, "reqId", "instId", deadline=_EXP)
_CANCEL = IntentShape(Verb.CANCEL, Kind.ORDER, "", "instId")
_ALGO = ("algoClOrdId", "algoId")

SHAPES: Shapes = {
    "/api/v5/trade/order": _PLACE,
    "/api/v5/trade/batch-orders": _PLACE,
    "/api/v5/trade/amend-order": _AMEND,
    "/api/v5/trade/amend-batch-orders": _AMEND,
    "/api/v5/trade/cancel-order": _CANCEL,
    "/api/v5/trade/cancel-batch-orders": _CANCEL,
    "/api/v5/sprd/order": IntentShape(Verb.PLACE, Kind.SPREAD, "clOrdId", "sprdId"),
    "/api/v5/sprd/amend-order": IntentShape(Verb.AMEND, Kind.SPREAD, "reqId", "sprdId"),
    "/api/v5/sprd/cancel-order": IntentShape(Verb.CANCEL, Kind.SPREAD, "", "sprdId"),
    "/api/v5/trade/close-position": IntentShape(Verb.PLACE, Kind.ORDER, "clOrdId", "instId"),
    "/api/v5/trade/order-algo": IntentShape(Verb.PLACE, Kind.ALGO, "algoClOrdId", "instId", *_ALGO),
    "/api/v5/trade/amend-algos": IntentShape(Verb.AMEND, Kind.ALGO, "reqId", "instId", *_ALGO),
    "/api/v5/trade/cancel-algos": IntentShape(Verb.CANCEL, Kind.ALGO, "", "instId", *_ALGO),
}

TOLD_BY = {
    "orders": Kind.ORDER,
    "sprd-orders": Kind.SPREAD,
    "orders-algo": Kind.ALGO,
    "algo-advance": Kind.ALGO,
}
"""Which channel tells of which sort of orders."""

ALGO_TYPES = ("conditional", "oco", "trigger", "move_order_stop", "chase", "iceberg", "twap", "smart_iceberg")
"""The types of algo orders, which are listed one type at a time. (Algo order list)"""

GONE = frozenset(("51400", "51401", "51402", "51410"))
"""Codes of a cancellation that came too late: filled, cancelled, or being cancelled. The first also means: no such."""

TAKEN = frozenset(("51016", "51065"))
"""An open order, or a waiting algo order, has this client id."""


def dated(record: Record) -> bool:
    """Tell whether what a record is about can be sent with a last moment: not so what closes a position."""
    return record.kind is Kind.ORDER and record.verb is not Verb.CANCEL and "mgnMode" not in record.fields
