"""What a change of an algo order that waits makes of it. (Amend algo order)"""

from __future__ import annotations

from typing import Any

from ..query_v5 import Query
from .forms import refuse
from .legs import CHANGES, merged
from .services import not_simulated
from .stops import LIVE, Stop

__all__ = ["changed"]

_TYPES = ("conditional", "oco", "trigger")
_REPLACES = {
    "newSz": "sz",
    **CHANGES,
    "newTriggerPx": "triggerPx",
    "newOrdPx": "orderPx",
    "newTriggerPxType": "triggerPxType",
}


def changed(stop: Stop | None, asked: Query, nested: bool) -> tuple[Stop, dict[str, Any]]:
    """Return an algo order and its fields as they would be after a change.

    Args:
        stop: The algo order, ``None`` when there is no such one.
        asked: What is to be changed.
        nested: Whether rows are among that: attached orders or a chase, which are not simulated here.

    Raises:
        Refusal: It cannot be changed any more or at all, or nothing is to be changed.
    """
    if stop is None or stop.state != LIVE:
        raise refuse("51503", "Amendment failed as the order is filled, canceled or unknown")
    if stop.ord_type not in _TYPES:
        raise refuse("51506", "Orders of this type cannot be amended")
    if nested:
        raise not_simulated("changes of what is attached to an algo order")
    new = {name: asked.text(given) for given, name in _REPLACES.items() if asked.text(given)}
    if not new:
        raise refuse("51500", "You must enter a price, a quantity or a trigger")
    if stop.text("closeFraction") and any(name == "sz" or name.endswith(("OrdPx", "orderPx")) for name in new):
        raise refuse("51523", "Of an order that closes a whole position only the trigger can be changed")
    return stop, merged(stop.fields, new, "51530")
