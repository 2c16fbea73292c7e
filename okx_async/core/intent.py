"""What a client means to do with an order, as data: which requests carry such intents, and what is written down of one.

Pure: who waits, asks and writes is in `okx_async.intents`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from .endpoint import Request

__all__ = ["IntentShape", "Kind", "Outcome", "Record", "Shapes", "Verb"]


class Outcome(StrEnum):
    """What became of an intent.

    ``accepted`` says that the exchange took it, not that an order was filled. ``rejected`` says that it did nothing and
    never will. ``unknown`` says that nobody knows yet.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """What is to happen to an order."""

    PLACE = "place"
    AMEND = "amend"
    CANCEL = "cancel"


class Kind(StrEnum):
    """Which sort of order it is: each sort is looked up in a place of its own."""

    ORDER = "order"
    SPREAD = "spread"
    ALGO = "algo"


class Record(msgspec.Struct, frozen=True):
    """One intent as a journal keeps it.

    Attributes:
        key: Its own name, never used twice.
        verb: What is to happen.
        kind: To which sort of order.
        inst_id: Instrument or spread, ``""`` where the request names none.
        cl_ord_id: The order's client id.
        ord_id: The exchange's id of it, once it is known.
        req_id: The client id of an amendment.
        made: When it was written down, Unix milliseconds by the exchange's clock as far as that is known.
        own: Whether the client id was made here, so that no other order ever had it.
        fields: The order as it is sent, by wire name.
        expires: The last moment at which the exchange takes it, Unix milliseconds; 0 while there is none.
        outcome: What became of it.
        code: The exchange's code when it was rejected, ``""`` when the exchange gave none.
        msg: Why, in one sentence.
    """

    key: str
    verb: Verb
    kind: Kind
    inst_id: str
    cl_ord_id: str
    ord_id: str
    req_id: str
    made: int
    own: bool
    fields: Mapping[str, Any] = {}
    expires: int = 0
    outcome: Outcome = Outcome.UNKNOWN
    code: str = ""
    msg: str = ""

    @property
    def name(self) -> str:
        """How texts call it, e.g. ``place BTC-USDT clOrdId abc``."""
        ids = f"clOrdId {self.cl_ord_id}" if self.cl_ord_id else f"ordId {self.ord_id}"
        return " ".join(word for word in (self.verb, self.inst_id, ids) if word)


@dataclass(frozen=True, slots=True)
class IntentShape:
    """Where one endpoint keeps what an intent needs, by wire name.

    Attributes:
        verb: What the endpoint does.
        kind: To which sort of order.
        own: The id that is the client's to choose for this very request, ``""`` when there is none.
        inst: The instrument.
        cl_ord_id: The order's client id.
        ord_id: The exchange's id.
        deadline: The header after whose moment the exchange takes the request no more, ``""`` when there is none.
    """

    verb: Verb
    kind: Kind
    own: str
    inst: str
    cl_ord_id: str = "clOrdId"
    ord_id: str = "ordId"
    deadline: str = ""

    def rows(self, request: Request) -> Sequence[Mapping[str, Any]]:
        """Return the orders of a request."""
        fields = request.fields
        return fields if isinstance(fields, list) else (fields,)


Shapes = Mapping[str, IntentShape]
"""The endpoints that carry intents, by path."""
