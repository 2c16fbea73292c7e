"""What the account owns and what its orders do, kept from the private channels and checked against REST: `okx.mirror`.

The rooms `changes`, `fills`, `orders`, `holdings` and `state` are pure: rows in, changes out. `reader`, `handle` and
`mirror` are what waits.
"""

from .changes import (
    BalanceChanged,
    Change,
    Divergence,
    FillAdded,
    Forced,
    Lost,
    OrderChanged,
    PositionChanged,
    Restored,
    Violation,
)
from .fills import OwnFill
from .handle import MirroredOrder
from .mirror import Mirror, MirrorSettings, MirrorStatus, MirrorView

__all__ = [
    "BalanceChanged",
    "Change",
    "Divergence",
    "FillAdded",
    "Forced",
    "Lost",
    "Mirror",
    "MirrorSettings",
    "MirrorStatus",
    "MirrorView",
    "MirroredOrder",
    "OrderChanged",
    "OwnFill",
    "PositionChanged",
    "Restored",
    "Violation",
]
