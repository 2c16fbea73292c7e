"""What the intents say of an order that the exchange has not told of: whether there is still something to wait for."""

from __future__ import annotations

from collections.abc import Collection

from ..core.intent import IntentDialect, Kind, Outcome, Record, Verb
from ..errors import JournalFailed, NotArrived, OkxError, OutcomeUnknown
from .book import IntentBook

__all__ = ["fate", "refusal"]


async def fate(book: IntentBook, dialect: IntentDialect, kinds: Collection[Kind], cl_ord_id: str) -> OkxError | None:
    """Return why nothing will be told of the latest order of a client id, or why nobody knows.

    Args:
        book: The intents.
        dialect: How the exchange speaks of them.
        kinds: Of which sorts the order can be: in V5 of one, in V3 of any product.
        cl_ord_id: Its client id.

    Returns:
        `Refused` or another refusal when the exchange said no, `NotArrived` when it got lost, `OutcomeUnknown` when
        its call has given up and it is still being looked for. ``None`` when the exchange took it, when its call is
        under way, and when nothing is known of such an order here.
    """
    under_way = [one for one in book.named(cl_ord_id) if one.kind in kinds and one.verb is Verb.PLACE]
    if under_way:
        if not all(one.handed_over for one in under_way):
            return None
        unknown = OutcomeUnknown("; ".join(one.story for one in under_way))
        unknown.intents = tuple(under_way)
        return unknown
    try:
        known = await book.find(cl_ord_id)
    except JournalFailed:
        return None  # the exchange may tell of it all the same
    for record in known:
        if record.verb is Verb.PLACE and record.kind in kinds and record.code not in dialect.taken:
            return refusal(dialect, record)
    return None


def refusal(dialect: IntentDialect, record: Record) -> OkxError | None:
    """Return why there is no such order, ``None`` when there is one or may be.

    One that was refused because its name was taken says nothing of the one that has the name.
    """
    if record.outcome is not Outcome.REJECTED or record.code in dialect.taken:
        return None
    if record.code:
        return dialect.codes.refusal(record.code, record.msg, where=record.name)
    return NotArrived(f"{record.name}: {record.msg}")
