"""Channels of indices."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ...core.words import Granularity
from ..models.market import CandlePush
from ..models.public import IndexTicker
from ..products import SIZES
from ..words import IndexId

__all__ = ["index_candle", "index_ticker"]


@channel("index/ticker", endpoint="v3", dialect="v3")
def index_ticker(index_id: IndexId) -> Topic[IndexTicker]:
    """Latest value of one index; how often is not documented. (Index ticker)"""
    ...


@channel(
    "index/candle{granularity}s",
    endpoint="v3",
    dialect="v3",
    names=tuple(f"index/candle{size}s" for size in SIZES),
)
def index_candle(index_id: IndexId, granularity: Granularity = 60) -> Topic[CandlePush]:
    """Bars of one index, their volume always 0; how often is not documented. (Index candles)"""
    ...
