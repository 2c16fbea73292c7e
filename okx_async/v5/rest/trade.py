"""Chapter Trade."""

from __future__ import annotations

from .trade_convert import TradeConvert
from .trade_orders import TradeOrders
from .trade_records import TradeRecords

__all__ = ["Trade"]


class Trade(TradeOrders, TradeRecords, TradeConvert, dialect="v5", chapter="trade"):
    """Orders, fills, easy convert and one-click repay."""
