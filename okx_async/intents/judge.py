"""What an order, as the exchange tells it, says about an intent. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from ..core.intent import Kind, Outcome, Record, Verb

__all__ = ["FINAL", "Verdict", "by_push", "by_row", "ids", "same"]

_PAST = {
    "filled": "filled",
    "canceled": "cancelled",
    "mmp_canceled": "cancelled",
    "effective": "triggered",
    "order_failed": "ended: what it sent failed",
    "partially_failed": "ended: what it sent failed",
    # Of RFQs and quotes; the facts at hand name the last one alone, and of the others the words are guessed.
    "expired": "expired",
    "failed": "ended: its trade failed",
    "traded_away": "traded with somebody else",
}
FINAL = frozenset(_PAST)
"""States after which an order, or an algo order, does not change any more."""

_AGED_MS = 60_000
"""How much older than its intent an order must be to be another one: more than clocks that are in use differ."""
_LOST = "the exchange has no trace of it"
_UNSEEN = "the order is there, but whether it was changed cannot be told: an order does not show what was asked for"

#: What an amendment asks for, and where the order shows it: for each sort of order.
_CHANGES = {"newSz": "sz", "newPx": "px", "new_size": "sz", "new_price": "px"}
_ALGO_CHANGES = {
    "newSz": "sz",
    "newTpTriggerPx": "tp_trigger_px",
    "newTpOrdPx": "tp_ord_px",
    "newSlTriggerPx": "sl_trigger_px",
    "newSlOrdPx": "sl_ord_px",
    "newTriggerPx": "trigger_px",
    "newOrdPx": "ord_px",
}


class Verdict(NamedTuple):
    """What is known now.

    Attributes:
        outcome: What became of the intent.
        code: The exchange's code.
        msg: Why.
    """

    outcome: Outcome
    code: str = ""
    msg: str = ""


_ACCEPTED = Verdict(Outcome.ACCEPTED)

_IDS = {
    Kind.ALGO: ("algo_id", "algo_cl_ord_id"),
    Kind.RFQ: ("rfq_id", "cl_rfq_id"),
    Kind.QUOTE: ("quote_id", "cl_quote_id"),
    Kind.BLOCK: ("quote_id", ""),
}
"""What rows call their ids where it is not what orders call them."""


def by_row(record: Record, row: Any, others: frozenset[str], *, late: bool) -> Verdict | None:
    """Judge by what a look-up found.

    Args:
        record: The intent.
        row: The order, ``None`` when the exchange knows none.
        others: Exchange ids of other orders with the same client id.
        late: Whether nothing of the intent can arrive at the exchange after the look any more.

    Returns:
        ``None`` when nothing can be said yet.
    """
    found = row is not None and same(record, row, others)
    match record.verb:
        case Verb.PLACE:
            verdict = _placed(row) if found else None
        case Verb.AMEND:
            verdict = _amended(record, row, late=late) if found else None
        case Verb.CANCEL:
            verdict = _cancelled(row) if found else None
    if verdict is None and late:
        return Verdict(Outcome.REJECTED, msg=_LOST if not found else "it did not arrive; the order is as it was")
    return verdict


def by_push(record: Record, row: Any, others: frozenset[str]) -> Verdict | None:
    """Judge by a push of an order channel, which may be older than the intent. ``None`` when it says nothing."""
    if not same(record, row, others):
        return None
    match record.verb:
        case Verb.PLACE:
            return _placed(row)
        case Verb.AMEND:
            return _said(row) if row.req_id == record.req_id else None
        case Verb.CANCEL:
            return _cancelled(row)


def same(record: Record, row: Any, others: frozenset[str]) -> bool:
    """Tell whether a row is about the order of an intent: a client id may have been used before."""
    place = getattr(row, "place", "")
    if place and place != record.inst_id:
        return False  # V3's ids are unique in one place alone
    ord_id, name = ids(record.kind, row)
    if record.ord_id:
        return ord_id == record.ord_id
    if name != record.cl_ord_id or ord_id in others:
        return False
    made = getattr(row, "c_time", None)
    return record.own or record.verb is not Verb.PLACE or made is None or made >= record.made - _AGED_MS


def ids(kind: Kind, row: Any) -> tuple[str, str]:
    """Return the exchange's id and the client id in a row, ``""`` for what it does not tell.

    Of an algo order: a row of one also has those of the order it has sent, and a row of that order has both as well. A
    block trade is called by the quote it was made at, which is all that is known of it before.
    """
    ord_id, name = (getattr(row, each, None) or "" for each in _IDS.get(kind, ("ord_id", "cl_ord_id")))
    return ord_id, name


def _placed(row: Any) -> Verdict:
    """Read what is there: it was accepted, but for a block trade that failed."""
    if getattr(row, "is_successful", None) is False:
        return Verdict(Outcome.REJECTED, row.error_code or "", "the block trade failed")
    return _ACCEPTED


def _said(row: Any) -> Verdict:
    """Read the result of an amendment. (Order channel, ``amendResult``)"""
    if row.amend_result == "-1":
        return Verdict(Outcome.REJECTED, row.code or "", row.msg or "the amendment failed")
    if row.amend_result == "1":
        return Verdict(Outcome.REJECTED, row.code or "", "the amendment failed, and the order was cancelled for it")
    return _ACCEPTED


def _amended(record: Record, row: Any, *, late: bool) -> Verdict | None:
    """Compare an order with what it should have become. REST does not tell which amendments it has seen."""
    changes = dict(_ALGO_CHANGES if record.kind is Kind.ALGO else _CHANGES)
    if str(record.fields.get("pxAmendType", "")) == "1":
        del changes["newPx"]  # the exchange was free to move it
    asked = [(getattr(row, name), record.fields[new]) for new, name in changes.items() if record.fields.get(new)]
    if asked and all(_shows(now, want) for now, want in asked):
        return _ACCEPTED
    if row.state in FINAL:
        return Verdict(Outcome.REJECTED, msg=f"the order was {_PAST[row.state]} before")
    return Verdict(Outcome.UNKNOWN, msg=_UNSEEN) if late and not asked else None


def _shows(now: Any, want: Any) -> bool:
    """Tell whether a number is the one that was asked for; 0 takes a trigger away, so that none is shown."""
    return Decimal(str(now or 0)) == Decimal(str(want))


def _cancelled(row: Any) -> Verdict | None:
    if row.state in FINAL and _PAST[row.state] != "cancelled":
        return Verdict(Outcome.REJECTED, msg=f"the order was {_PAST[row.state]} before")
    return _ACCEPTED if row.state in FINAL else None
