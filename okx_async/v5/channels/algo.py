"""Channels of the chapter Algo Trading. Each needs a login."""

from __future__ import annotations

from typing import Literal

from ...core.channel import Topic, channel
from ...core.words import InstFamily, InstId
from ..models.algo import AlgoOrder

__all__ = ["algo_advance", "orders_algo"]


@channel("orders-algo", endpoint="business", auth=True)
def orders_algo(
    inst_type: Literal["SPOT", "MARGIN", "SWAP", "FUTURES", "ANY"] | str,
    inst_family: InstFamily | None = None,
    inst_id: InstId | None = None,
) -> Topic[AlgoOrder]:
    """Own stop, OCO, trigger and chase orders from now on; waiting ones are read over REST. (Algo orders channel)"""
    ...


@channel("algo-advance", endpoint="business", auth=True)
def algo_advance(
    inst_type: Literal["SPOT", "MARGIN", "SWAP", "FUTURES", "ANY"] | str,
    inst_id: InstId | None = None,
    algo_id: str | None = None,
) -> Topic[AlgoOrder]:
    """Own iceberg, TWAP and trailing orders; first the ones that are there. (Advance algo orders channel)"""
    ...
