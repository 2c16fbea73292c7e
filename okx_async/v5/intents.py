"""Which V5 endpoints carry intents, and how orders are known by name. (Place order; Amend order; Cancel order)

``expTime`` is taken by placing and amending of ordinary orders alone. What else goes over REST bears a signature that
is dated back: the exchange takes none that is more than 30 s old (50102), so those 30 s end when the order's time does.
Over the socket the login is signed and nothing else, so spread orders and cancellations that go there cannot be dated.

RFQs and quotes are named like orders. What trades at a quote has no id of the client's: the quote, which is traded at
most once, names it, so its intent ends as what became of the quote. Lists of RFQs or quotes to cancel are no intents.

Orders that algo orders or bots fire, or that come from block trades, have no client id of the caller's choice and are
not among these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.intent import IntentDialect, IntentShape, Kind, Known, Record, Said, Shapes, Verb
from ..core.signing import STAMP
from .codes import CODES

__all__ = ["ALGO_TYPES", "GONE", "SHAPES", "TAKEN", "TOLD_BY", "V5_INTENTS"]

_EXP = "expTime"
_PLACE = IntentShape(Verb.PLACE, Kind.ORDER, "clOrdId", "instId", deadline=_EXP)
_AMEND = IntentShape(Verb.AMEND, Kind.ORDER, "reqId", "instId", deadline=_EXP)
_CANCEL = IntentShape(Verb.CANCEL, Kind.ORDER, "", "instId", deadline=STAMP)
_ALGO = ("algoClOrdId", "algoId", STAMP)
_RFQ = ("clRfqId", "rfqId", STAMP)
_QUOTE = ("clQuoteId", "quoteId", STAMP)

SHAPES: Shapes = {
    "/api/v5/trade/order": _PLACE,
    "/api/v5/trade/batch-orders": _PLACE,
    "/api/v5/trade/amend-order": _AMEND,
    "/api/v5/trade/amend-batch-orders": _AMEND,
    "/api/v5/trade/cancel-order": _CANCEL,
    "/api/v5/trade/cancel-batch-orders": _CANCEL,
    "/api/v5/sprd/order": IntentShape(Verb.PLACE, Kind.SPREAD, "clOrdId", "sprdId", deadline=STAMP),
    "/api/v5/sprd/amend-order": IntentShape(Verb.AMEND, Kind.SPREAD, "reqId", "sprdId", deadline=STAMP),
    "/api/v5/sprd/cancel-order": IntentShape(Verb.CANCEL, Kind.SPREAD, "", "sprdId", deadline=STAMP),
    "/api/v5/trade/close-position": IntentShape(Verb.PLACE, Kind.ORDER, "clOrdId", "instId", deadline=STAMP),
    "/api/v5/trade/order-algo": IntentShape(Verb.PLACE, Kind.ALGO, "algoClOrdId", "instId", *_ALGO),
    "/api/v5/trade/amend-algos": IntentShape(Verb.AMEND, Kind.ALGO, "reqId", "instId", *_ALGO),
    "/api/v5/trade/cancel-algos": IntentShape(Verb.CANCEL, Kind.ALGO, "", "instId", *_ALGO),
    "/api/v5/rfq/create-rfq": IntentShape(Verb.PLACE, Kind.RFQ, "clRfqId", "", *_RFQ),
    "/api/v5/rfq/cancel-rfq": IntentShape(Verb.CANCEL, Kind.RFQ, "", "", *_RFQ),
    "/api/v5/rfq/create-quote": IntentShape(Verb.PLACE, Kind.QUOTE, "clQuoteId", "", *_QUOTE),
    "/api/v5/rfq/cancel-quote": IntentShape(Verb.CANCEL, Kind.QUOTE, "", "", *_QUOTE),
    "/api/v5/rfq/execute-quote": IntentShape(Verb.PLACE, Kind.BLOCK, "", "", "", "quoteId", STAMP),
}

TOLD_BY = {
    "orders": Kind.ORDER,
    "sprd-orders": Kind.SPREAD,
    "orders-algo": Kind.ALGO,
    "algo-advance": Kind.ALGO,
    "rfqs": Kind.RFQ,
    "quotes": Kind.QUOTE,
    "struc-block-trades": Kind.BLOCK,
}
"""Which channel tells of which sort of orders."""

ALGO_TYPES = ("conditional", "oco", "trigger", "move_order_stop", "chase", "iceberg", "twap", "smart_iceberg")
"""The types of algo orders, which are listed one type at a time. (Algo order list)"""

GONE = frozenset(("51400", "51401", "51402", "51410", "70200", "70400"))
"""Codes of a cancellation that came too late: filled, cancelled, or being cancelled. The first also means: no such. The
last two are of RFQs and quotes."""

TAKEN = frozenset(("51016", "51065", "70101", "70301"))
"""An open order, a waiting algo order, an RFQ or a quote has this client id."""

_ID = {Kind.ALGO: "algo_id", Kind.RFQ: "rfq_id", Kind.QUOTE: "quote_id", Kind.BLOCK: "quote_id"}
_OR_NEVER_WAS = "51400"
_TOO_LATE = {Kind.RFQ: "70200", Kind.QUOTE: "70400"}
#: An internal error of the exchange says nothing about the order.
_INTERNAL = "50026"


class _V5Intents(IntentDialect):
    shapes = SHAPES
    codes = CODES
    gone = GONE
    or_never_was = frozenset((_OR_NEVER_WAS,))
    taken = TAKEN
    vague = frozenset(("", _INTERNAL))

    def said(self, row: Any) -> Said | None:
        code = getattr(row, "s_code", None)
        if code is None or code in CODES.unknown:
            return None
        return Said(code, row.s_msg or "")

    def ord_id(self, kind: Kind, row: Any) -> str:
        return getattr(row, _ID.get(kind, "ord_id"), None) or ""

    def sort(self, records: Sequence[Record], rows: Sequence[Any]) -> list[Any]:
        return [*rows, *(None for _ in records)][: len(records)]

    def too_late(self, kind: Kind) -> str:
        return _TOO_LATE.get(kind, _OR_NEVER_WAS)

    def answer(self, row: type[Any], known: Known) -> Any:
        record = known.record
        if isinstance(known.row, row):
            return known.row  # RFQs, quotes and block trades are answered with what they are
        values = {
            "ord_id": known.ord_id or None,
            "cl_ord_id": known.cl_ord_id or None,
            "algo_id": record.ord_id or None,
            "algo_cl_ord_id": record.cl_ord_id or None,
            **dict.fromkeys(("rfq_id", "quote_id"), known.ord_id or None),
            **dict.fromkeys(("cl_rfq_id", "cl_quote_id"), known.cl_ord_id or None),
            "req_id": record.req_id or None,
            "inst_id": record.inst_id or None,
            "pos_side": record.fields.get("posSide"),
            "tag": record.fields.get("tag") or getattr(known.row, "tag", None),
            "ts": getattr(known.row, "c_time", None),
            "s_code": known.code,
            "s_msg": known.msg or None,
        }
        fields: tuple[str, ...] = row.__struct_fields__
        return row(**{name: value for name, value in values.items() if name in fields})


V5_INTENTS: IntentDialect = _V5Intents()
"""Orders as V5 speaks of them."""
