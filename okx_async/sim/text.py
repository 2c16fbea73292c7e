"""How exact integers become the text on the wire: prices, sizes, amounts and times."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

__all__ = ["AMOUNT_SCALE", "amount_text", "decimal_text", "exact_text", "iso_ms", "parse_iso"]

AMOUNT_SCALE = 12
"""Coin and quote amounts are integers of ``10**-AMOUNT_SCALE``."""


@lru_cache(maxsize=1 << 18)
def decimal_text(units: int, scale: int, keep_zeros: bool) -> str:
    """Return ``units * 10**-scale`` as plain decimal text, never with an exponent.

    Args:
        units: The number in its smallest unit.
        scale: How many decimals the smallest unit has.
        keep_zeros: Whether trailing zeros stay (``"0.0700"``) or go (``"0.07"``).
    """
    if scale == 0:
        return str(units)
    whole, part = divmod(abs(units), 10**scale)
    digits = f"{part:0{scale}d}"
    if not keep_zeros:
        digits = digits.rstrip("0")
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def amount_text(units: int) -> str:
    """Return an amount of `AMOUNT_SCALE` decimals cut to the eight the exchange prints."""
    return decimal_text(units // 10 ** (AMOUNT_SCALE - 8), 8, False)


def exact_text(value: Decimal) -> str:
    """Return a number as plain text with all its digits and no trailing zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@lru_cache(maxsize=4)
def _second_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso_ms(ms: int) -> str:
    """Return Unix milliseconds as ISO 8601 UTC with three decimals and ``Z``."""
    second, rest = divmod(ms, 1000)
    return f"{_second_text(second)}.{rest:03d}Z"


def parse_iso(text: str) -> int:
    """Return ISO 8601 text as Unix milliseconds; text without a zone counts as UTC.

    Raises:
        ValueError: The text is not ISO 8601.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # Whole seconds and microseconds apart, because a float of today's epoch cannot hold every millisecond.
    return int(moment.replace(microsecond=0).timestamp()) * 1000 + moment.microsecond // 1000
