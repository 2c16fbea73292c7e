"""Parameter rows of the chapter Algo Trading."""

from __future__ import annotations

from typing import ClassVar, Literal

from ...core.row import V5Part
from ...core.words import ClientId, InstId, Num
from ..words import TriggerPxType

__all__ = [
    "AmendChase",
    "AmendTriggerAttachedAlgo",
    "CancelAlgo",
    "Chase",
    "IcebergTrigger",
    "TriggerAttachAlgo",
]


class Chase(V5Part, frozen=True, kw_only=True):
    """How a triggered order chases the best quote."""

    chase_type: Literal["distance", "ratio"] | str | None = None
    """Unit of the chase distance; ``distance``, ``ratio`` percentage."""
    chase_val: Num | None = None
    """Chase distance, 0 means best quote."""
    max_chase_type: Literal["distance", "ratio"] | str | None = None
    """Unit of the largest chase distance."""
    max_chase_val: Num | None = None
    """Largest chase distance."""


class TriggerAttachAlgo(V5Part, frozen=True, kw_only=True):
    """Take profit, stop loss or trailing stop attached to a trigger order."""

    attach_algo_cl_ord_id: ClientId | None = None
    """Client id of the attached TP/SL."""
    tp_trigger_px: Num | None = None
    """Take-profit trigger price."""
    tp_trigger_ratio: Num | None = None
    """Take-profit trigger ratio (SWAP, FUTURES)."""
    tp_trigger_px_type: TriggerPxType | None = None
    """Take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    tp_ord_px: Num | None = None
    """Take-profit order price, -1 is market."""
    sl_trigger_px: Num | None = None
    """Stop trigger price."""
    sl_trigger_ratio: Num | None = None
    """Stop trigger ratio (SWAP, FUTURES)."""
    sl_trigger_px_type: TriggerPxType | None = None
    """Stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    sl_ord_px: Num | None = None
    """Stop order price, -1 is market."""
    callback_ratio: Num | None = None
    """Trail distance as a ratio."""
    callback_spread: Num | None = None
    """Trail distance as a price."""
    active_px: Num | None = None
    """Price that arms a trailing stop."""


class IcebergTrigger(V5Part, frozen=True, kw_only=True):
    """When a smart iceberg begins."""

    trigger_action: Literal["start"] | str | None = None
    """Start or stop."""
    trigger_strategy: Literal["instant", "price", "rsi"] | str | None = None
    """``instant`` trigger immediately, ``price`` trigger by price, ``rsi`` RSI trigger."""
    trigger_px: Num | None = None
    trigger_cond: Literal["cross_up", "cross_down", "above", "below", "cross"] | str | None = None
    timeframe: str | None = None
    """RSI candle size."""
    thold: Num | None = None
    """Threshold, 1 to 100."""
    time_period: Num | None = None
    """RSI period, 14."""


class CancelAlgo(V5Part, frozen=True, kw_only=True):
    """One order of `cancel_algo_orders`, named by ``algo_id`` or ``algo_cl_ord_id``."""

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = (("algo_id", "algo_cl_ord_id"),)

    inst_id: InstId
    algo_id: str | None = None
    algo_cl_ord_id: ClientId | None = None
    """Client id of the algo order, up to 32 letters/digits."""


class AmendTriggerAttachedAlgo(V5Part, frozen=True, kw_only=True):
    """A change of what is attached to a trigger order."""

    new_tp_trigger_px: Num | None = None
    """New take-profit trigger, 0 removes it."""
    new_tp_trigger_ratio: Num | None = None
    """New take-profit trigger ratio (SWAP, FUTURES)."""
    new_tp_trigger_px_type: TriggerPxType | None = None
    """New take-profit trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    new_tp_ord_px: Num | None = None
    """New take-profit order price, -1 is market."""
    new_sl_trigger_px: Num | None = None
    """New stop trigger, 0 removes it."""
    new_sl_trigger_ratio: Num | None = None
    """New stop trigger ratio (SWAP, FUTURES)."""
    new_sl_trigger_px_type: TriggerPxType | None = None
    """New stop trigger source; ``last`` last price, ``index`` index price, ``mark`` mark price."""
    new_sl_ord_px: Num | None = None
    """New stop order price, -1 is market."""
    new_callback_ratio: Num | None = None
    """New trail ratio."""
    new_callback_spread: Num | None = None
    """New trail distance."""
    new_active_px: Num | None = None
    """New activation price."""


class AmendChase(V5Part, frozen=True, kw_only=True):
    """A change of how a triggered order chases the best quote."""

    new_chase_val: Num | None = None
    """New chase distance."""
    new_max_chase_val: Num | None = None
    """New largest chase distance."""
