"""What an order, as the exchange tells it, says about an intent. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from ..core.intent import Outcome, Record, Verb

__all__ = ["FINAL", "Verdict", "by_push", "by_row"]

FINAL = frozenset(("filled", "canceled", "mmp_canceled"))
"""States after which an order does not change any more."""

_AGED_MS = 60_000
"""How much older than its intent an order must be to be another one: more than clocks that are in use differ."""
_ASKED = (("newSz", "new_size"), ("newPx", "new_price"))
"""How amendments call the new size and the new price."""
_LOST = "the exchange has no trace of it"
_MOVED = "the order is there, but whether its price was changed cannot be told: the exchange was free to move it"


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
    found = row is not None and _same(record, row, others)
    match record.verb:
        case Verb.PLACE:
            verdict = _ACCEPTED if found else None
        case Verb.AMEND:
            verdict = _amended(record, row, late=late) if found else None
        case Verb.CANCEL:
            verdict = _cancelled(row) if found else None
    if verdict is None and late:
        return Verdict(Outcome.REJECTED, msg=_LOST if not found else "it did not arrive; the order is as it was")
    return verdict


def by_push(record: Record, row: Any, others: frozenset[str]) -> Verdict | None:
    """Judge by a push of an order channel, which may be older than the intent. ``None`` when it says nothing."""
    if not _same(record, row, others):
        return None
    match record.verb:
        case Verb.PLACE:
            return _ACCEPTED
        case Verb.AMEND:
            return _said(row) if row.req_id == record.req_id else None
        case Verb.CANCEL:
            return _cancelled(row)


def _same(record: Record, row: Any, others: frozenset[str]) -> bool:
    """Tell whether a row is about the order of an intent: a client id may have been used before."""
    place = getattr(row, "place", "")
    if place and place != record.inst_id:
        return False  # V3's ids are unique in one place alone
    ord_id = _id(row, "ord_id", "algo_id")
    if record.ord_id:
        return ord_id == record.ord_id
    if _id(row, "cl_ord_id", "algo_cl_ord_id") != record.cl_ord_id or ord_id in others:
        return False
    made = getattr(row, "c_time", None)
    return record.own or record.verb is not Verb.PLACE or made is None or made >= record.made - _AGED_MS


def _id(row: Any, *names: str) -> str:
    return next((value for name in names if (value := getattr(row, name, None))), "")


def _said(row: Any) -> Verdict:
    """Read the result of an amendment. (Order channel, ``amendResult``)"""
    if row.amend_result == "-1":
        return Verdict(Outcome.REJECTED, row.code or "", row.msg or "the amendment failed")
    if row.amend_result == "1":
        return Verdict(Outcome.REJECTED, row.code or "", "the amendment failed, and the order was cancelled for it")
    return _ACCEPTED


def _amended(record: Record, row: Any, *, late: bool) -> Verdict | None:
    """Compare an order with what it should have become. REST does not tell which amendments it has seen."""
    size, price = (next((record.fields[name] for name in names if record.fields.get(name)), None) for names in _ASKED)
    asked = [(row.sz, size)] if size else []
    moved = str(record.fields.get("pxAmendType", "")) == "1"
    if price and not moved:
        asked.append((row.px, price))
    if asked and all(now is not None and Decimal(str(now)) == Decimal(want) for now, want in asked):
        return _ACCEPTED
    if row.state in FINAL:
        return Verdict(Outcome.REJECTED, msg=f"the order was {_past(row.state)} before")
    return Verdict(Outcome.UNKNOWN, msg=_MOVED) if late and not asked else None


def _cancelled(row: Any) -> Verdict | None:
    if row.state == "filled":
        return Verdict(Outcome.REJECTED, msg="the order was filled before")
    return _ACCEPTED if row.state in FINAL else None


def _past(state: str) -> str:
    return "filled" if state == "filled" else "cancelled"
