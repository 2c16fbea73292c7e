"""Channels of the chapter Spread Trading that need a login."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.spread import SpreadOrder, SpreadTrade

__all__ = ["sprd_orders", "sprd_trades"]


@channel("sprd-orders", endpoint="business", auth=True)
def sprd_orders(sprd_id: str | None = None) -> Topic[SpreadOrder]:
    """Own spread orders from now on; open ones are read over REST. (Spread order channel)"""
    ...


@channel("sprd-trades", endpoint="business", auth=True)
def sprd_trades(sprd_id: str | None = None) -> Topic[SpreadTrade]:
    """Own spread trades that filled or were rejected. (Spread trades channel)"""
    ...
