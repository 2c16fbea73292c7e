"""REST answers to typed rows: one decoder per endpoint, and honest errors for what is not an answer at all."""

from __future__ import annotations

import typing
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from ..errors import BadAnswer, OkxError, Unavailable
from .dialect import Answer
from .endpoint import Endpoint

__all__ = ["UNREADABLE", "FromWire", "decoder_for", "from_wire", "is_list", "list_of", "not_json", "row_type"]


UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding may raise on bytes that are not what they should be: no JSON, no UTF-8, nested without end."""


class FromWire(Protocol):
    """A field's type that reads itself from what the wire says, where no plain type understands it."""

    @classmethod
    def from_wire(cls, value: Any) -> Any:
        """Return the field's value; raise ``TypeError`` or ``ValueError`` for what is none."""
        ...


def from_wire(kind: Any, value: Any) -> Any:
    """Read a field of a type that is not one of the decoder's own; see `FromWire`."""
    read = getattr(kind, "from_wire", None)
    if read is None:
        raise NotImplementedError(f"{kind!r} cannot be read from the wire")
    return read(value)


@lru_cache(maxsize=2048)
def decoder_for(shape: Any) -> msgspec.json.Decoder[Any]:
    """Return the reusable decoder of a type; numbers in text are read as numbers."""
    return msgspec.json.Decoder(shape, strict=False, dec_hook=from_wire)


def list_of(row: Any) -> Any:
    """Return the type of a list of rows, for a row type known only at run time."""
    return list.__class_getitem__(row)


def is_list(result: Any) -> bool:
    """Tell whether an annotated result is a list of rows."""
    return typing.get_origin(result) is list


def row_type(endpoint: Endpoint) -> Any:
    """Return the type of one row of an endpoint's answer."""
    result = endpoint.result
    return typing.get_args(result)[0] if is_list(result) else result


def not_json(answer: Answer) -> OkxError:
    """Return the error for a body that is not the dialect's JSON: a gateway's page, a cut body, nothing."""
    seen = answer.raw[:80].decode("utf-8", "replace")
    if answer.status >= 500:
        return Unavailable("", "", status=answer.status, where=answer.where)
    return BadAnswer(
        f"{answer.where}: HTTP {answer.status}, and the body cannot be read: {seen!r}",
        raw=answer.raw,
        status=answer.status,
    )
