"""Channels of the chapter Block Trading that need a login."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.block import BlockTrade, Quote, Rfq

__all__ = ["quotes", "rfqs", "struc_block_trades"]


@channel("rfqs", endpoint="business", auth=True)
def rfqs() -> Topic[Rfq]:
    """RFQs sent or got, from now on; ``traded_away`` is a state only makers see. (RFQs channel)"""
    ...


@channel("quotes", endpoint="business", auth=True)
def quotes() -> Topic[Quote]:
    """Quotes sent or got, from now on. (Quotes channel)"""
    ...


@channel("struc-block-trades", endpoint="business", auth=True)
def struc_block_trades() -> Topic[BlockTrade]:
    """Own block trades; only the taker and the maker who traded get them. (Structure block trades channel)"""
    ...
