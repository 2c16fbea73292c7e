"""Which leverage a user has set, and where that is kept."""

from __future__ import annotations

from decimal import Decimal

from ..instruments import Instrument, Kind
from ..market import Market
from ..risk import tier_rows
from .people import User

__all__ = ["DEFAULT_LEVER", "LEVERAGE", "lever_of", "most_leverage"]

LEVERAGE = "leverage"
"""The first part of the names under which `User.settings` keeps leverages: instrument, mode and side follow."""

DEFAULT_LEVER = "3"
"""What holds until the user sets another. The exchange's own default is not documented."""


def lever_of(user: User, instrument: Instrument, mode: str, side: str) -> Decimal:
    """Return a user's leverage; a short or long one of its own only where positions are kept apart and isolated."""
    for name in (side, "") if mode == "isolated" else ("",):
        found = user.settings.get((LEVERAGE, instrument.inst_id, mode, name))
        if found is not None:
            return Decimal(found)
    return Decimal(DEFAULT_LEVER)


def most_leverage(market: Market) -> Decimal:
    """Return the greatest leverage of an instrument, 1 for options."""
    if market.instrument.kind is Kind.OPTION:
        return Decimal(1)
    return max(Decimal(row["maxLever"]) for row in tier_rows(market))
