"""What the account owns and what its orders do, kept from the private channels and checked against REST: `okx.mirror`.

Pure are `changes`, `fills`, `shelf`, `orders`, `sorts`, `others`, `holdings`, `purses`, `picture`, `state`, `rows_v3`
and `balances_v3`: rows in, changes out.

What waits: `mirror` is what a program sees, `ears` are its channels, `reader` (`reader_v3`, `accounts_v3`) asks REST,
`auditor` compares, `rooms` keep other sorts of orders, `handle` is one order, `audience` and
`listeners` who hears of all that.
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
