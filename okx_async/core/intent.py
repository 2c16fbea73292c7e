"""What a client means to do with an order, as data: which requests carry such intents, and what is written down of one.

Pure: who waits, asks and writes is in `okx_async.intents`. What differs between the dialects is an `IntentDialect`.
Rows that a dialect hands on to be judged have the attributes of V5's orders, in V5's words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from .endpoint import Endpoint, Request
from .refusals import Codes
from .signing import STAMP, TAKEN_FOR_MS

__all__ = ["IntentDialect", "IntentShape", "Kind", "Known", "Outcome", "Record", "Said", "Shapes", "Verb"]


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
    """Which sort of order it is: each sort is looked up in a place of its own. V3 has one place per product.

    ``block`` is what trades at a quote: it has no id of the client's, and is known by that of the quote.
    """

    ORDER = "order"
    SPREAD = "spread"
    ALGO = "algo"
    RFQ = "rfq"
    QUOTE = "quote"
    BLOCK = "block"
    SPOT = "spot"
    MARGIN = "margin"
    FUTURES = "futures"
    SWAP = "swap"
    OPTION = "option"


_CALLED = {Kind.RFQ: ("clRfqId", "rfqId"), Kind.QUOTE: ("clQuoteId", "quoteId"), Kind.BLOCK: ("", "quoteId")}
"""What texts call the ids of what is no order."""


class Record(msgspec.Struct, frozen=True):
    """One intent as a journal keeps it.

    Attributes:
        key: Its own name, never used twice.
        verb: What is to happen.
        kind: To which sort of order.
        inst_id: Instrument or spread, ``""`` where the request names none; the underlying of V3's options.
        cl_ord_id: The order's client id; of RFQs and quotes theirs.
        ord_id: The exchange's id of it, once it is known; of what trades at a quote the id of the quote.
        req_id: The client id of an amendment.
        made: When it was written down, Unix milliseconds by the exchange's clock as far as that is known.
        own: Whether the client id was made here, so that no other order ever had it.
        fields: The order as it is sent, by wire name.
        expires: The last moment at which the exchange takes it, Unix milliseconds; 0 where there is none. As long as it
            was not sent, and in a journal that was left, this is what it would be had it been sent at once.
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
        own, other = _CALLED.get(self.kind, ("clOrdId", "ordId"))
        ids = f"{own} {self.cl_ord_id}" if self.cl_ord_id else f"{other} {self.ord_id}"
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
            ``OK-ACCESS-TIMESTAMP`` is the moment the request is signed for: of requests over a socket it says nothing.
    """

    verb: Verb
    kind: Kind
    own: str
    inst: str
    cl_ord_id: str = "clOrdId"
    ord_id: str = "ordId"
    deadline: str = ""

    def lasts(self, most: int, *, signed: bool) -> int:
        """Return for how many milliseconds the exchange may take a request, 0 when it cannot be told so.

        Args:
            most: For how long it should; a signature lasts for 30 s at the most, or it would be from the future.
            signed: Whether the request is signed for a moment of its own.
        """
        if self.deadline == STAMP:
            return min(most, TAKEN_FOR_MS) if signed else 0
        return most if self.deadline else 0

    def until(self, expires: int) -> Mapping[str, str]:
        """Return the header with which a request is taken until a moment and no longer.

        A signature is dated back so far that it is too old from then on.

        Args:
            expires: The last moment, Unix milliseconds by the exchange's clock.
        """
        return {self.deadline: str(expires - TAKEN_FOR_MS if self.deadline == STAMP else expires)}

    def record(self, key: str, row: Mapping[str, Any], made: int, expires: int) -> Record:
        """Return what is written down of one order.

        Args:
            key: The name of the intent.
            row: The order.
            made: See `Record`.
            expires: See `Record`.
        """
        name = str(row.get(self.cl_ord_id) or "")
        ord_id = str(row.get(self.ord_id) or "")
        return Record(
            key=key,
            verb=self.verb,
            kind=self.kind,
            inst_id=str(row.get(self.inst) or ""),
            cl_ord_id="" if ord_id else name,  # the exchange goes by its own id where both are given
            ord_id=ord_id,
            req_id=str(row.get(self.own) or "") if self.verb is Verb.AMEND else "",
            made=made,
            own=name == key,
            fields=row,
            expires=expires,
        )

    def rows(self, request: Request) -> Sequence[Mapping[str, Any]]:
        """Return the orders of a request."""
        fields = request.fields
        return fields if isinstance(fields, list) else (fields,)

    def fields(self, request: Request, rows: Sequence[Mapping[str, Any]]) -> Any:
        """Return what is sent instead of a request's own fields, now that its orders have their ids.

        Args:
            request: The request.
            rows: Its orders, in the order of `rows`.
        """
        return rows if isinstance(request.fields, list) else rows[0]


Shapes = Mapping[str, IntentShape]
"""The endpoints that carry intents, by path."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one row of an answer says about one order.

    Attributes:
        code: ``0`` for done, ``""`` for refused without a code.
        msg: The same in words.
    """

    code: str
    msg: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of an order whose answer was not heard.

    Attributes:
        record: The intent.
        ord_id: The exchange's id, ``""`` when it is not known.
        cl_ord_id: The client id, ``""`` for none.
        row: The order as it was found, ``None`` when it was not.
        code: ``0`` when the exchange did as it was told, else its code.
        msg: Why not.
    """

    record: Record
    ord_id: str
    cl_ord_id: str
    row: Any
    code: str
    msg: str


class IntentDialect(ABC):
    """What is different about orders in each dialect.

    Attributes:
        shapes: The endpoints that carry intents.
        codes: The exchange's codes.
        gone: Codes of a cancellation that came too late.
        or_never_was: Those of them that also stand for an order that never was.
        taken: Codes that say that an open order has this client id; empty where the exchange does not mind.
        vague: Codes of `Unavailable` that say nothing about the order; ``""`` is a gateway's page instead of an answer.
    """

    shapes: Shapes
    codes: Codes
    gone: frozenset[str]
    or_never_was: frozenset[str]
    taken: frozenset[str]
    vague: frozenset[str]

    def shape(self, endpoint: Endpoint) -> IntentShape | None:
        """Return the shape of an endpoint that carries intents, ``None`` for every other."""
        return self.shapes.get(endpoint.path) if endpoint.method == "POST" else None

    @abstractmethod
    def said(self, row: Any) -> Said | None:
        """Read one row of an answer; ``None`` when it leaves open what became of the order."""

    @abstractmethod
    def ord_id(self, kind: Kind, row: Any) -> str:
        """Return the exchange's id of an order of a sort from a row of an answer, ``""`` when it tells none."""

    @abstractmethod
    def sort(self, records: Sequence[Record], rows: Sequence[Any]) -> list[Any]:
        """Return the row of each intent of a batch, ``None`` where the answer has none."""

    @abstractmethod
    def too_late(self, kind: Kind) -> str:
        """Return the code the exchange gives to the cancellation of an order that is filled."""

    @abstractmethod
    def answer(self, row: type[Any], known: Known) -> Any:
        """Return the row a request would have been answered with.

        Args:
            row: Its class.
            known: What is known.
        """
