"""Chapter Swap: trading, then market data."""

from __future__ import annotations

from .swap_private import SwapPrivate
from .swap_public import SwapPublic

__all__ = ["Swap"]


class Swap(SwapPrivate, SwapPublic, dialect="v3", chapter="swap"):
    """Swap trading, and market data that needs no key."""
