"""What is traded beside the order books of instruments: spreads, and blocks between users."""

from __future__ import annotations

from collections.abc import Mapping

from .blocks import Blocks
from .market import Market
from .spreads import Spreads

__all__ = ["Beside"]


class Beside:
    """One exchange's spreads and block trades, which its public and its private side share.

    Args:
        markets: By instrument id; may change at any time.

    Attributes:
        spreads: What is made of two markets.
        blocks: Every block trade.
    """

    def __init__(self, markets: Mapping[str, Market]) -> None:
        self.spreads = Spreads(markets)
        self.blocks = Blocks()
