"""Which V3 endpoints carry intents, how orders are named, and how V3's orders read in V5's words. (Place an order)

V3 has no header that ends an order's time, but it takes no request whose timestamp is more than 30 s old: the signature
of an order is dated back so far that those 30 s end when its time does. (Timestamps)

Algo orders have no client id in V3, so nobody could tell one from another: they are not among these, nor is what closes
a position.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..core.endpoint import Request
from ..core.intent import IntentDialect, IntentShape, Kind, Known, Record, Said, Shapes, Verb
from ..core.signing import STAMP
from .codes import CODES
from .products import product_of
from .unpack import canonical

if TYPE_CHECKING:
    from .models.orders import Order

__all__ = ["GONE", "SHAPES", "TOLD_BY", "V3_INTENTS", "OrderTold", "place_of", "told"]

_OWN = re.compile(r"[0-9]*[A-Za-z][A-Za-z0-9]*")
_LISTS = (("order_ids", "order_id"), ("ids", "order_id"), ("client_oids", "client_oid"))


def place_of(instrument_id: str, *, option: bool) -> str:
    """Return where an order is looked up: its instrument, an option's underlying."""
    name = canonical(instrument_id)
    return "-".join(name.split("-")[:2]) if option else name


def _slot(name: str) -> str:
    """Tell by which of its names an order is called in a path, where both fit: own ids have a letter and no hyphen."""
    return "client_oid" if _OWN.fullmatch(name) else "order_id"


@dataclass(frozen=True, slots=True)
class _Shape(IntentShape):
    """Where a V3 endpoint keeps its orders: in its body, in a list inside it, or as a list of ids.

    Attributes:
        inside: The list in the body, ``""`` where there is none.
    """

    inside: str = ""

    def rows(self, request: Request) -> Sequence[Mapping[str, Any]]:
        values = request.values
        found: list[Mapping[str, Any]] = []
        for item in self._items(request):
            given = item.get("instrument_id") or values.get("instrument_id") or values.get("underlying") or ""
            place = {self.inst: place_of(str(given), option=self.kind is Kind.OPTION)}
            if self.verb is not Verb.CANCEL:
                found.append({**item, **place})
            elif "order_id" in values:
                found.append({**place, _slot(values["order_id"]): values["order_id"]})
            else:
                found += [{**place, one: name} for many, one in _LISTS for name in item.get(many) or ()]
        return found

    def fields(self, request: Request, rows: Sequence[Mapping[str, Any]]) -> Any:
        if not self.own:
            return request.fields
        named = [{**item, self.own: row[self.own]} for item, row in zip(self._items(request), rows, strict=True)]
        if self.inside:
            return {**request.fields, self.inside: named}
        return named if isinstance(request.fields, list) else named[0]

    def _items(self, request: Request) -> Sequence[Mapping[str, Any]]:
        fields: Any = request.fields
        if self.inside:
            fields = fields[self.inside]
        return fields if isinstance(fields, list) else [fields]


def _shape(verb: Verb, kind: Kind, inside: str = "") -> _Shape:
    own = {Verb.PLACE: "client_oid", Verb.AMEND: "request_id", Verb.CANCEL: ""}[verb]
    return _Shape(verb, kind, own, "place", "client_oid", "order_id", STAMP, inside)


def _pairs(kind: Kind) -> dict[str, IntentShape]:
    api = f"/api/{kind}/v3"
    return {
        f"{api}/orders": _shape(Verb.PLACE, kind),
        f"{api}/batch_orders": _shape(Verb.PLACE, kind),
        f"{api}/cancel_orders/{{order_id}}": _shape(Verb.CANCEL, kind),
        f"{api}/cancel_batch_orders": _shape(Verb.CANCEL, kind),
    }


def _contracts(kind: Kind, several: str, where: str) -> dict[str, IntentShape]:
    api = f"/api/{kind}/v3"
    return {
        f"{api}/order": _shape(Verb.PLACE, kind),
        f"{api}/orders": _shape(Verb.PLACE, kind, several),
        f"{api}/amend_order/{{{where}}}": _shape(Verb.AMEND, kind),
        f"{api}/amend_batch_orders/{{{where}}}": _shape(Verb.AMEND, kind, "amend_data"),
        f"{api}/cancel_order/{{{where}}}/{{order_id}}": _shape(Verb.CANCEL, kind),
        f"{api}/cancel_batch_orders/{{{where}}}": _shape(Verb.CANCEL, kind),
    }


SHAPES: Shapes = {
    **_pairs(Kind.SPOT),
    **_pairs(Kind.MARGIN),
    **_contracts(Kind.FUTURES, "orders_data", "instrument_id"),
    **_contracts(Kind.SWAP, "order_data", "instrument_id"),
    **_contracts(Kind.OPTION, "order_data", "underlying"),
}

TOLD_BY = {
    "spot/order": (Kind.SPOT, Kind.MARGIN),
    "futures/order": (Kind.FUTURES,),
    "swap/order": (Kind.SWAP,),
    "option/order": (Kind.OPTION,),
}
"""Which channel tells of which sorts of orders."""

_REFUSED = "-1"
"""The id of an order that was not accepted, which tells a refusal without a code from a success. (Error handling)"""
_NO_SUCH = {Kind.SPOT: "33014", Kind.MARGIN: "33014", Kind.FUTURES: "32004", Kind.SWAP: "35029", Kind.OPTION: "36216"}
_OVER = frozenset(("32003", "33026", "33027"))
GONE = _OVER | frozenset(_NO_SUCH.values())
"""Codes of a cancellation that came too late; those that say "not found" are answered to a second one, too."""


@dataclass(frozen=True, slots=True)
class OrderTold:
    """An order of V3 in V5's words, as far as intents look at it.

    Attributes:
        place: Its instrument, or an option's underlying: ids are unique there alone.
        row: As the exchange told it.
    """

    place: str
    ord_id: str
    cl_ord_id: str
    state: str
    sz: Decimal | None
    px: Decimal | None
    c_time: int | None
    req_id: str
    amend_result: str
    code: str
    msg: str
    row: Order


_STATES = {"-2": "canceled", "-1": "canceled", "1": "partially_filled", "2": "filled"}
"""What failed is not there any more, either; everything else is open."""
_WORDS = {"failure": "canceled", "cancelled": "canceled", "part_filled": "partially_filled", "filled": "filled"}


def told(row: Order, *, pushed: bool) -> OrderTold:
    """Read an order.

    Args:
        row: As the exchange tells it.
        pushed: Whether it came over the order channel, whose ``timestamp`` is not the order's beginning.
    """
    option = product_of(row.instrument_id) == "option"
    made = row.created_at or (None if pushed or option else row.timestamp)
    state = _STATES.get(row.state, "live") if row.state else _WORDS.get(row.status or "", "live")
    return OrderTold(
        place_of(row.instrument_id, option=option),
        row.order_id,
        row.client_oid or "",
        state,
        row.size,
        row.price,
        round(made.timestamp() * 1000) if made else None,
        row.last_request_id or "",
        row.last_amend_result or "",
        row.event_code or "",
        row.event_message or "",
        row,
    )


class _V3Intents(IntentDialect):
    shapes = SHAPES
    codes = CODES
    gone = GONE
    or_never_was = GONE - _OVER
    taken = frozenset[str]()
    vague = frozenset(("",))

    def said(self, row: Any) -> Said | None:
        code = str(row.error_code or "")
        if row.ok:
            return Said("0")
        return None if code in CODES.unknown else Said(code, row.error_message or "")

    def ord_id(self, kind: Kind, row: Any) -> str:
        return "" if row.order_id in (None, _REFUSED) else str(row.order_id)

    def sort(self, records: Sequence[Record], rows: Sequence[Any]) -> list[Any]:
        """Match rows by their ids: answers are grouped by pair, leave out what was not there, and come in any order.

        A refusal does not always say whose it is; where there are as many of these as orders without a row, all of
        those were refused.
        """
        named: dict[str, list[Any]] = {}
        for row in rows:
            for name in {row.order_id, row.client_oid, row.request_id} - {None, "", _REFUSED}:
                named.setdefault(name, []).append(row)
        found, matched = [], set[int]()
        for record in records:
            # Orders of one batch may share a client id.
            fitting = (row for name in _names(record) for row in named.get(name, ()) if id(row) not in matched)
            found.append(next(fitting, None))
            matched.add(id(found[-1]))
        nameless = [row for row in rows if id(row) not in matched]
        if len(nameless) == found.count(None) and not any(row.ok for row in nameless):
            left = iter(nameless)
            return [next(left) if row is None else row for row in found]
        return found

    def too_late(self, kind: Kind) -> str:
        return "33026" if kind in (Kind.SPOT, Kind.MARGIN) else _NO_SUCH[kind]

    def answer(self, row: type[Any], known: Known) -> Any:
        done = known.code == "0"
        return row(
            result=done,
            error_code=known.code,
            error_message=known.msg or None,
            order_id=(known.ord_id or None) if known.code else _REFUSED,
            client_oid=known.cl_ord_id or None,
            instrument_id=known.record.inst_id or None,
            request_id=known.record.req_id or None,
        )


def _names(record: Record) -> tuple[str, ...]:
    return tuple(name for name in (record.req_id, record.ord_id, record.cl_ord_id) if name)


V3_INTENTS: IntentDialect = _V3Intents()
"""Orders as V3 speaks of them."""
