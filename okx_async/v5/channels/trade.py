"""Channels of the chapter Trade. Each needs a login."""

from __future__ import annotations

from typing import Literal

from ...core.channel import Topic, channel
from ...core.words import InstFamily, InstId
from ..models.trade import FillUpdate, OrderUpdate

__all__ = ["fills", "orders"]


@channel("orders", endpoint="private", auth=True)
def orders(
    inst_type: Literal["SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS", "ANY"] | str,
    inst_family: InstFamily | None = None,
    inst_id: InstId | None = None,
) -> Topic[OrderUpdate]:
    """Own orders from now on: open ones must be read over REST first, and after every lost line.

    The fill fields tell of this very push, unlike REST. The same change may come twice with another ``u_time``: go by
    ``trade_id`` for fills, by ``req_id`` for amendments, and by the first final state. (Order channel)
    """
    ...


@channel("fills", endpoint="private", auth=True)
def fills(inst_id: InstId | None = None) -> Topic[FillUpdate]:
    """Own fills in the order book, quickly; needs fee tier VIP4.

    Block trades, spreads, liquidations and auto-deleveraging are left out: keep `orders` subscribed as well. The client
    id comes back only when it is a positive 64-bit number, else as ``0``. (Fills channel)
    """
    ...
