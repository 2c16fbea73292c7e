"""What the account owns and what its orders do, kept from the private channels and checked against REST: `okx.mirror`.

Pure are `changes`, `fills`, `shelf`, `orders`, `sorts`, `others`, `holdings`, `picture` and `state`: rows in, changes
out. What waits is in `ears` (channels), `reader` (REST), `auditor` (both compared), `rooms`, `listeners`, `handle`,
`audience` and `mirror`, which shows it all.
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
from .purses import ProductBalance
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
    "ProductBalance",
    "Restored",
    "SpreadChanged",
    "Violation",
]
