"""Rows that are parameters: one order of a batch, one leg of an RFQ. A dict with the same names does as well."""

from .account import DemoAdjustment, MmrConfig, MoveFrom, MoveLeg, MoveTo, SimAsset, SimPosition
from .algo import AmendChase, AmendTriggerAttachedAlgo, CancelAlgo, Chase, IcebergTrigger, TriggerAttachAlgo
from .block import (
    ExecuteLeg,
    MakerInstrument,
    MakerSetting,
    NewQuoteLeg,
    NewRfqAllocation,
    NewRfqAllocationLeg,
    NewRfqLeg,
)
from .funding import ReceiverInfo
from .push import PushPace
from .trade import AmendAttachedAlgo, AmendOrder, AttachAlgo, CancelOrder, NewOrder, PrecheckAttachAlgo

__all__ = [
    "AmendAttachedAlgo",
    "AmendChase",
    "AmendOrder",
    "AmendTriggerAttachedAlgo",
    "AttachAlgo",
    "CancelAlgo",
    "CancelOrder",
    "Chase",
    "DemoAdjustment",
    "ExecuteLeg",
    "IcebergTrigger",
    "MakerInstrument",
    "MakerSetting",
    "MmrConfig",
    "MoveFrom",
    "MoveLeg",
    "MoveTo",
    "NewOrder",
    "NewQuoteLeg",
    "NewRfqAllocation",
    "NewRfqAllocationLeg",
    "NewRfqLeg",
    "PrecheckAttachAlgo",
    "PushPace",
    "ReceiverInfo",
    "SimAsset",
    "SimPosition",
    "TriggerAttachAlgo",
]
