"""Which V5 endpoints carry orders that steps apply to, and the steps of a V5 instrument. (Place order; Get instruments)

Not looked at: prices of options, whose step depends on the price (Get instrument tick bands); prices of attached and of
algo orders, of which no document says which step they follow; spread orders, whose steps are those of the spread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.orders import Orders, OrderShape, Row
from ..core.steps import Steps
from .instruments import type_of

if TYPE_CHECKING:
    from .models.public import Instrument

__all__ = ["ORDERS", "steps_of"]


def _counted(order: Row) -> bool:
    """Tell whether ``sz`` counts the instrument: a spot or margin market order may count the quote currency."""
    if order.get("ordType") != "market" or type_of(order.get("instId") or "") != "SPOT":
        return True
    said = order.get("tgtCcy")
    return bool(said == "base_ccy" or (said is None and order.get("side") == "sell"))


def _priced(order: Row) -> bool:
    """Tell whether the price has to be on a step: not an option's, nor one the exchange was told to round (RPI)."""
    return not order.get("rpiPxRound") and type_of(order.get("instId") or "") != "OPTION"


_PLACE = OrderShape("instId", "px", "sz", priced=_priced, sized=_counted)
_AMEND = OrderShape("instId", "newPx", "newSz", priced=_priced)

ORDERS: Orders = {
    "/api/v5/trade/order": _PLACE,
    "/api/v5/trade/batch-orders": _PLACE,
    "/api/v5/trade/amend-order": _AMEND,
    "/api/v5/trade/amend-batch-orders": _AMEND,
}


def steps_of(row: Instrument) -> Steps:
    """Return the steps of an instrument. Options have more price steps than the one of their row."""
    currency = row.ct_val_ccy or ""
    inverse = bool(currency) and currency == row.inst_id.split("-")[1]
    value = row.ct_val * (row.ct_mult or 1) if row.ct_val else None
    return Steps(row.inst_id, row.tick_sz, row.lot_sz, row.min_sz, value, currency, inverse)
