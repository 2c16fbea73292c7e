"""Chapter Futures: trading, then market data."""

from __future__ import annotations

from .futures_private import FuturesPrivate
from .futures_public import FuturesPublic

__all__ = ["Futures"]


class Futures(FuturesPrivate, FuturesPublic, dialect="v3", chapter="futures"):
    """Futures trading, and market data that needs no key."""
