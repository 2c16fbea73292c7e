"""The one rule for numbers: exact decimals in, plain text out, and ``""`` means "none".

In: prices, sizes and amounts become `decimal.Decimal`, times ``int`` milliseconds, and an empty text ``None``.
Out: numbers are written plainly, never with an exponent, and floats are refused, because ``0.1 + 0.2`` is not an
order size.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ..errors import BadParameter

__all__ = ["Number", "blank_to_null", "number_text", "scalars_to_text", "to_decimal"]

_is_plain = re.compile(r"-?[0-9]+(?:\.[0-9]+)?").fullmatch
_SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*"(?:\s*:)?|-?[0-9][0-9.eE+-]*|true|false', re.DOTALL)
_WANTED = "an int, a Decimal or text such as '0.1'"
Number = Decimal | int | str
"""What an order parameter may be. Never a float."""


def blank_to_null(raw: bytes) -> bytes:
    """Rewrite every empty text value of a JSON document to null.

    Exact, because a quote inside JSON text is always escaped: an unescaped ``""`` behind a colon can only be an
    empty value. Both compact JSON (the exchange) and spaced JSON (files, proxies) are covered.
    """
    if b': ""' in raw:
        raw = raw.replace(b': ""', b": null")
    return raw.replace(b':""', b":null")


def scalars_to_text(raw: bytes) -> bytes:
    """Write every number and every boolean of a JSON document as text, digit by digit as it stands there, and every
    empty text as null, in lists too.

    Readers that take numbers and booleans from text then find an id that came as a number where they want text.
    """
    return _SCALAR.sub(_as_text, raw)


def _as_text(found: re.Match[bytes]) -> bytes:
    whole = found[0]
    if whole == b'""':
        return b"null"
    return whole if whole[:1] == b'"' else b'"' + whole + b'"'


def number_text(name: str, value: object) -> str:
    """Return a number as the exchange wants it: plain decimal text.

    Raises:
        BadParameter: A float, a bool, or text that is not a finite number.
    """
    # The caller's own text is kept as it is when it is already plain: it may carry a wanted precision.
    if isinstance(value, str) and _is_plain(value):
        return value
    return format(to_decimal(name, value), "f")


def to_decimal(name: str, value: object) -> Decimal:
    """Return an exact decimal; see `number_text` for what is refused."""
    if isinstance(value, float):
        raise BadParameter(
            f"{name} must not be a float: {value!r} is not exact. Pass {_WANTED}, e.g. Decimal('{value!r}')"
        )
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise BadParameter(f"{name} must be {_WANTED}, not {type(value).__name__}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise BadParameter(f"{name} must be a number, got {value!r}") from None
    if not number.is_finite():
        raise BadParameter(f"{name} must be a finite number, got {value!r}")
    return number
