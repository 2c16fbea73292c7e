"""What a setting may be: looked at where it is given, so that a wrong one is named there and not deep inside a call."""

from __future__ import annotations

from .errors import BadParameter

__all__ = ["check_count", "check_kind", "check_moment", "check_seconds", "check_text"]

_SECONDS_ERA = range(10**9, 10**10)
"""Unix seconds from 2001 on; as milliseconds they are the first months of 1970, of which no exchange knows anything."""


def check_kind(name: str, value: object, *kinds: type, example: str = "") -> None:
    """Raise unless a value is of one of some kinds; ``NoneType`` stands for ``None``.

    Args:
        name: Of the setting.
        value: What was given; it is not shown, for it may be a secret in the wrong place.
        kinds: What it may be.
        example: A good one.
    """
    # A bool is an int for Python, and never meant as one here.
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        wanted = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)
        such = f", e.g. {example}" if example else ""
        raise BadParameter(f"{name} must be {wanted}{such}, not {type(value).__name__}")


def check_seconds(name: str, value: object, *, zero: bool = False) -> None:
    """Raise unless a value is a number of seconds above 0, or 0 where that means something."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (value > 0 or (zero and value == 0)):  # type: ignore[operator]  # nan is neither
        wanted = "must be a number of seconds and not be negative" if zero else "must be a positive number of seconds"
        raise BadParameter(f"{name} {wanted}, got {value!r}")


def check_count(name: str, value: object) -> None:
    """Raise unless a value is a whole number from 1 on."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadParameter(f"{name} must be a whole number of at least 1, got {value!r}")


def check_moment(name: str, value: object) -> None:
    """Raise unless a value is a moment in Unix milliseconds."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadParameter(f"{name} must be a moment in Unix milliseconds, got {value!r}")
    if value in _SECONDS_ERA:
        raise BadParameter(f"{name} must be a moment in Unix milliseconds; {value} looks like seconds: {value}000")


def check_text(name: str, value: object, example: str) -> None:
    """Raise unless a value is text."""
    if not isinstance(value, str):
        raise BadParameter(f"{name} must be text such as {example!r}, not {type(value).__name__}: {value!r}")
