"""Price steps that depend on the price: those of options. (Get instrument tick bands)"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from .multiples import down, fits, up

__all__ = ["Band", "above", "below", "on_step"]


class Band(NamedTuple):
    """A range of prices and its step. Both ends belong to it: no document gives them to one side.

    Attributes:
        low: The lowest price.
        high: The highest one, ``None`` when there is none.
        tick: The step.
    """

    low: Decimal
    high: Decimal | None
    tick: Decimal

    def holds(self, px: Decimal) -> bool:
        """Tell whether a price is in it."""
        return self.low <= px and (self.high is None or px <= self.high)


def on_step(bands: Sequence[Band], px: Decimal) -> bool | None:
    """Tell whether a price is on the step of its band, ``None`` when it is in none of them."""
    told = [fits(px, band.tick) for band in bands if band.holds(px)]
    return any(told) if told else None


def below(bands: Sequence[Band], px: Decimal) -> Decimal | None:
    """Return the highest price on a step that is not above a price, ``None`` when there is none."""
    found = [down(px if band.high is None else min(px, band.high), band.tick) for band in bands if band.low <= px]
    return max((one for one in found if on_step(bands, one)), default=None)


def above(bands: Sequence[Band], px: Decimal) -> Decimal | None:
    """Return the lowest price on a step that is not below a price, ``None`` when there is none."""
    found = [up(max(px, band.low), band.tick) for band in bands if band.high is None or band.high >= px]
    return min((one for one in found if on_step(bands, one)), default=None)
