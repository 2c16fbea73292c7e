"""What the account owns and what its orders do, kept from the private channels and checked against REST: `okx.mirror`.

Pure are `changes`, `fills`, `orders`, `holdings`, `picture` and `state`: rows in, changes out. What waits is in
`reader`, `handle`, `audience` and `mirror`.
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
from .mirror import Mirror
from .views import MirrorSettings, MirrorStatus, MirrorView

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
