"""Multiples of a step: the nearest one below or above a number, exactly, whatever decimal context a program has set."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal, InvalidOperation

from ..errors import BadParameter

__all__ = ["EXACT", "down", "fits", "plain", "up"]

EXACT = Context(prec=100, rounding=ROUND_FLOOR)

_ONE = Decimal(1)


def fits(number: Decimal, step: Decimal) -> bool:
    """Tell whether a number is a multiple of a step."""
    try:
        return not EXACT.remainder(number, step)
    except InvalidOperation:  # more steps than can be counted
        return False


def down(number: Decimal, step: Decimal) -> Decimal:
    """Return the largest multiple of a step that is not above a number.

    Raises:
        BadParameter: The number is so large for the step that it cannot be told.
    """
    try:
        steps = EXACT.divide_int(number, step)
    except InvalidOperation:
        raise BadParameter(f"{number} is out of all proportion to the step {step}") from None
    if EXACT.multiply(steps, step) > number:  # an integer division cuts towards 0, also below it
        steps = EXACT.subtract(steps, _ONE)
    return plain(EXACT.multiply(steps, step))


def up(number: Decimal, step: Decimal) -> Decimal:
    """Return the smallest multiple of a step that is not below a number; see `down` for what is raised."""
    return plain(EXACT.minus(down(EXACT.minus(number), step)))


def plain(number: Decimal) -> Decimal:
    """Return a number that is written without an exponent of its own: 500, not 5E+2, and 0, not -0."""
    digits = number.as_tuple().exponent
    if isinstance(digits, int) and digits > 0:
        number = number.quantize(_ONE, context=EXACT)
    return number or abs(number)
