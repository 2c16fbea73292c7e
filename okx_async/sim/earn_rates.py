"""Yearly rates of savings and staking: made up, the same in every exchange, and known for any past hour or day."""

from __future__ import annotations

from decimal import Decimal

from .instruments import seed_of

__all__ = ["DAY_MS", "HOUR_MS", "YEAR_HOURS", "borrow_rate", "lending_rate", "staking_rate"]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
YEAR_HOURS = 365 * 24
_SHARE = Decimal("0.85")
_PLACES = Decimal("0.0001")


def borrow_rate(ccy: str, hour: int) -> Decimal:
    """Return what borrowers of a currency pay in one hour since 1970, as a yearly rate."""
    usual = 200 + seed_of("borrow", ccy) % 800
    return Decimal(usual + seed_of("borrow", ccy, hour) % 100).scaleb(-4)


def lending_rate(ccy: str, hour: int) -> Decimal:
    """Return what lenders get of it, as a yearly rate."""
    return (borrow_rate(ccy, hour) * _SHARE).quantize(_PLACES)


def staking_rate(ccy: str, day: int) -> Decimal:
    """Return what staking brings on one day since 1970, as a yearly rate."""
    usual = 250 + seed_of("stake", ccy) % 350
    return Decimal(usual + seed_of("stake", ccy, day) % 25).scaleb(-4)
