"""What prices, sizes and positions of an instrument are worth, in exact decimal numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from ..derivatives import plain
from ..instruments import Instrument, Kind
from ..text import exact_text

__all__ = ["MONEY_SCALE", "ZERO", "Terms", "money", "money_text", "movable", "terms_of"]

ZERO = Decimal(0)

MONEY_SCALE = 12
"""Decimals of every amount that moves; what a division leaves beyond them is rounded, half to even."""

_CENT = Decimal(1).scaleb(-MONEY_SCALE)


def money(value: Decimal) -> Decimal:
    """Return an amount as it can move."""
    return value.quantize(_CENT, ROUND_HALF_EVEN)


def movable(value: Decimal) -> bool:
    """Tell whether an amount can move as it is: with more decimals a sum could lose its last digits."""
    return len(exact_text(value).partition(".")[2]) <= MONEY_SCALE


def money_text(value: Decimal) -> str:
    """Return an amount as plain text, without trailing zeros."""
    return plain(value, MONEY_SCALE)


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of one instrument's contract.

    Args:
        tick: One tick, in its quote currency (options: in their settlement currency).
        lot: One lot, in base currency (spot) or contracts.
        face: What one lot stands for: base currency of spot and linear contracts, US dollars of inverse ones.
        inverse: Whether it is worth ``face / price`` of its settlement currency instead of ``face * price``.
        settle: The currency that profits, margins and costs are counted in.
    """

    tick: Decimal
    lot: Decimal
    face: Decimal
    inverse: bool
    settle: str

    def price(self, ticks: int) -> Decimal:
        """Return a number of ticks as a price."""
        return self.tick * ticks

    def size(self, lots: int) -> Decimal:
        """Return a size as orders write it."""
        return self.lot * lots

    def value(self, price: Decimal, lots: int) -> Decimal:
        """Return what so many lots are worth at a price, in the settlement currency; exact but for inverse ones."""
        face = self.face * lots
        return face / price if self.inverse else face * price

    def gain(self, bought: Decimal, sold: Decimal, lots: int) -> Decimal:
        """Return the profit of so many lots that are bought at one price and sold at another; not rounded."""
        face = self.face * lots
        return face / bought - face / sold if self.inverse else face * (sold - bought)


@lru_cache(maxsize=1 << 14)
def terms_of(instrument: Instrument) -> Terms:
    """Return the terms of an instrument."""
    tick = Decimal(instrument.tick).scaleb(-instrument.price_scale)
    lot = Decimal(instrument.lot).scaleb(-instrument.size_scale)
    if instrument.kind is Kind.SPOT:
        return Terms(tick, lot, lot, False, instrument.quote)
    inverse = instrument.inverse and instrument.kind is not Kind.OPTION
    return Terms(tick, lot, lot * Decimal(instrument.ct_val), inverse, instrument.settle)
