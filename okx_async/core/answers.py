"""REST answers to typed rows: one decoder per endpoint, and honest errors for what is not an answer at all."""

from __future__ import annotations

import typing
from functools import lru_cache
from typing import Any

import msgspec

from ..errors import BadAnswer, OkxError, Unavailable
from ..settings import Secret
from .dialect import Answer
from .endpoint import Endpoint
from .numeric import blank_to_null, scalars_to_text
from .row import HiddenRow

__all__ = ["UNREADABLE", "build", "decoder_for", "holds_secret", "list_of", "not_json", "read", "row_type"]


UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding may raise on bytes that are not what they should be: no JSON, no UTF-8, nested without end."""


@lru_cache(maxsize=2048)
def decoder_for(shape: Any) -> msgspec.json.Decoder[Any]:
    """Return the reusable decoder of a type; numbers in text are read as numbers."""
    return msgspec.json.Decoder(shape, strict=False, dec_hook=build)


def read(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    """Decode JSON whose empty texts mean nothing; where a number stands for text or the other way round, that is read,
    too: captures have ids and codes as numbers that the documents show as text.

    Raises:
        msgspec.MsgspecError: It is not what is expected; the error is that of the document as it came.
    """
    told = blank_to_null(raw)
    try:
        return decoder.decode(told)
    except msgspec.ValidationError as error:
        try:
            return decoder.decode(scalars_to_text(told))
        except msgspec.ValidationError:
            raise error from None


def build(kind: type[Any], value: Any) -> Any:
    """Make a value of a type that msgspec does not know: it may have a ``from_wire`` that reads what the wire says."""
    read = getattr(kind, "from_wire", None)
    if read is not None:
        return read(value)
    if issubclass(kind, Secret) and isinstance(value, str):
        return Secret(value)
    if issubclass(kind, HiddenRow) and isinstance(value, dict):
        return HiddenRow(value)
    raise TypeError(f"a {type(value).__name__} is no {kind.__name__}")


@lru_cache(maxsize=2048)
def holds_secret(result: Any) -> bool:
    """Tell whether a type can carry a secret, so that its bytes must not be shown either."""
    if result is Secret or result is HiddenRow:
        return True
    if isinstance(result, type) and issubclass(result, msgspec.Struct):
        return any(holds_secret(hint) for hint in typing.get_type_hints(result).values())
    return any(holds_secret(inner) for inner in typing.get_args(result))


def list_of(row: Any) -> Any:
    """Return the type of a list of rows, for a row type known only at run time."""
    return list.__class_getitem__(row)


def row_type(endpoint: Endpoint) -> Any:
    """Return the type of one row of an endpoint's answer."""
    return typing.get_args(endpoint.result)[0] if endpoint.many else endpoint.result


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
