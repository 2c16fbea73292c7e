"""Margin that isolated positions are given by themselves, out of their user's money, before they would be liquidated.

V3 sets it for all futures of an underlying. (Set automatic margin)
"""

from __future__ import annotations

from ..instruments import Instrument
from .margin import Margins
from .people import User
from .positions import Position
from .worth import ZERO

__all__ = ["adds_margin", "set_adds_margin", "top_up"]

_ON = "auto margin"


def adds_margin(user: User, instrument: Instrument) -> bool:
    """Tell whether a contract's isolated positions are given margin by themselves; at first they are not."""
    return (_ON, instrument.kind.value, instrument.family) in user.settings


def set_adds_margin(user: User, instrument: Instrument, on: bool) -> None:
    """Have the isolated positions of a contract, and of those beside it, given margin by themselves, or not."""
    key = _ON, instrument.kind.value, instrument.family
    if on:
        user.settings[key] = "true"
    else:
        user.settings.pop(key, None)


def top_up(position: Position, margins: Margins) -> bool:
    """Give a position the margin it was opened with again, as far as its user's money goes; tell whether any was given.

    How much the exchange gave is not documented.
    """
    lack = margins.initial(position) - margins.behind(position)
    amount = min(lack, margins.spendable(position.user, position.ccy))
    if position.mode != "isolated" or amount <= ZERO:
        return False
    position.margin += amount
    margins.secure(position)
    return True
