"""Operations of the socket: the second road to REST endpoints that place, change and cancel orders.

An operation has no parameters of its own. It takes the checked request of its REST twin and spells it for the socket,
and it decodes the reply into the twin's rows: one declaration, two roads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ..errors import BadParameter
from .dialect import Answer, Dialect
from .endpoint import Endpoint, Request

__all__ = ["CodeOf", "Op"]

CodeOf = Callable[[str], int]
"""Finds the number of an instrument; raises when there is none, and never makes one up."""

_ID = re.compile("[A-Za-z0-9]{1,32}")
_EXP = "expTime"


@dataclass(frozen=True, slots=True)
class Op:
    """One operation of the socket.

    Attributes:
        name: On the wire, e.g. ``batch-orders``.
        socket: Which socket takes it.
        twin: The REST endpoint with the same parameters and rows.
        coded: Whether instruments go by number (``instIdCode``) instead of by id.
        rest_only: Wire names that only the REST twin is known to take.
    """

    name: str
    socket: str
    twin: Endpoint
    coded: bool = False
    rest_only: frozenset[str] = frozenset()

    def rows(self, request: Request, code_of: CodeOf) -> list[dict[str, Any]]:
        """Return the ``args`` of a frame: one object per order.

        Args:
            request: A checked request of the twin.
            code_of: Finds the number of an instrument.

        Raises:
            BadParameter: A parameter cannot take this road.
        """
        if request.endpoint is not self.twin:
            raise BadParameter(f"{self.name} is the socket's road of {self.twin}, not of {request.endpoint}")
        rows = request.fields if isinstance(request.fields, list) else [request.fields]
        return [self._row(row, code_of) for row in rows]

    def _row(self, row: Mapping[str, Any], code_of: CodeOf) -> dict[str, Any]:
        if not self.rest_only.isdisjoint(row):
            name = next(name for name in row if name in self.rest_only)
            raise BadParameter(f"{name} is not known to work over the socket ({self.name}); use the REST road")
        args = dict(row)
        if self.coded:
            inst_id = args.pop("instId", None)
            if args.get("instIdCode") is None:
                args["instIdCode"] = code_of(inst_id)
        return args

    def frame(self, request: Request, request_id: str, code_of: CodeOf) -> bytes:
        """Return the frame to send. The time a request is void after stands beside its orders, not in them.

        Args:
            request: A checked request of the twin.
            request_id: Up to 32 letters and digits; the reply repeats it.
            code_of: Finds the number of an instrument.
        """
        return self.spell(self.rows(request, code_of), request.headers, request_id)

    def spell(self, rows: list[dict[str, Any]], headers: Mapping[str, str], request_id: str) -> bytes:
        """Return the frame of ``args`` that `rows` made; see `frame`. Of headers a frame takes none but that moment."""
        if not _ID.fullmatch(request_id):
            raise BadParameter(f"a request id has 1 to 32 letters and digits, not {request_id!r}")
        beside = {_EXP: headers[_EXP]} if _EXP in headers else {}
        return orjson.dumps({"id": request_id, "op": self.name, "args": rows, **beside})

    def decode(self, dialect: Dialect, raw: bytes) -> Any:
        """Return what the twin returns, from a reply; raise what the exchange said otherwise."""
        return dialect.decode(self.twin, self.answer(raw))

    def answer(self, raw: bytes) -> Answer:
        """Return a reply, or an error frame, as the answer of the twin."""
        return Answer(200, raw, f"POST {self.twin.path} ({self.name} on the socket)")
