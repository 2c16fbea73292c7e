"""V5 REST of the public side of Block Trading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .blocks import Blocks
from .clock import Clock
from .market import Market, of_kind
from .query_v5 import Query

__all__ = ["BlockV5"]

_Answer = list[Any]
_LEGS = 500


class BlockV5:
    """The endpoints of block trades.

    Args:
        blocks: What there is.
        markets: By instrument id; may change at any time.
        clock: Market time.
    """

    def __init__(self, blocks: Blocks, markets: dict[str, Market], clock: Clock) -> None:
        self._blocks = blocks
        self._markets = markets
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers, by path."""
        return {
            "market/block-tickers": self._tickers,
            "market/block-ticker": lambda query: [self._blocks.ticker(query.market(), self._clock.now())],
            "rfq/public-trades": self._trades,
            "public/block-trades": self._legs,
        }

    def _tickers(self, query: Query) -> _Answer:
        now = self._clock.now()
        return [self._blocks.ticker(market, now) for market in of_kind(self._markets, query.kind(), query.family())]

    def _trades(self, query: Query) -> _Answer:
        found = self._blocks.public(self._clock.now())
        return [block.row() for block in query.page_by_id(found, lambda block: block.block_id)]

    def _legs(self, query: Query) -> _Answer:
        """Return the legs in one instrument; how many the exchange keeps is not documented."""
        inst_id = query.market().instrument.inst_id
        found = (row for block in self._blocks.public(self._clock.now()) for row in block.leg_rows())
        return [row for row in found if row["instId"] == inst_id][:_LEGS]
