"""What the account owns and what its orders do, kept from the private channels and checked against REST: `okx.mirror`.

Pure are `changes`, `fills`, `shelf`, `orders`, `sorts`, `others`, `holdings`, `picture` and `state`: rows in, changes
out. What waits is in `reader`, `rooms`, `listeners`, `handle`, `audience` and `mirror`.
"""

from .changes import (
    AlgoChanged,
    BalanceChanged,
    Change,
    Divergence,
    FillAdded,
    Forced,
    Lost,
    OrderChanged,
    PositionChanged,
    Restored,
    SpreadChanged,
    Violation,
)
from .fills import OwnFill
from .handle import MirroredAlgo, MirroredOrder, MirroredSpread
from .mirror import Mirror
from .views import MirrorSettings, MirrorStatus, MirrorView

__all__ = [
    "AlgoChanged",
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
    "MirroredAlgo",
    "MirroredOrder",
    "MirroredSpread",
    "OrderChanged",
    "OwnFill",
    "PositionChanged",
    "Restored",
    "SpreadChanged",
    "Violation",
]
