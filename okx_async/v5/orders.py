"""Which V5 endpoints carry orders that steps apply to, and the steps of a V5 instrument. (Place order; Get instruments)

Trigger prices are looked at where they are compared with last prices, which come in steps: no document says that they
must, but one between two steps is a slip or means the next one. Not looked at: triggers on index and mark prices,
which are in no steps; distances and ratios; prices in dollars and as volatility (``pxUsd``, ``pxVol``), whose steps no
document tells (`order_rules` says what is looked at instead); event contracts; changes of spread orders by ``ordId``,
which do not name their spread.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..core.bands import Band
from ..core.orders import NamedOrder, Orders, OrderShape, Row
from ..core.pricing import PricedRow, Prices, Trigger
from ..core.steps import Steps
from .instruments import type_of

if TYPE_CHECKING:
    from .models.public import Instrument
    from .models.reference import TickBands
    from .models.spread_market import Spread

__all__ = ["ORDERS", "steps_of", "steps_of_spread"]


def _counted(order: Row) -> bool:
    """Tell whether ``sz`` counts the instrument: a spot or margin market order may count the quote currency."""
    if order.get("ordType") != "market" or type_of(order.get("instId") or "") != "SPOT":
        return True
    said = order.get("tgtCcy")
    return bool(said == "base_ccy" or (said is None and order.get("side") == "sell"))


def _priced(order: Row) -> bool:
    """Tell whether the price has to be on a step: not one the exchange was told to round (RPI)."""
    return not order.get("rpiPxRound")


def _not_at_market(order: Row) -> bool:
    return order.get("ordType") != "market"


def _contract(inst_id: str, _: Row) -> bool:
    """Tell whether sizes count contracts: those of a spot order at market may count the quote currency."""
    return type_of(inst_id) != "SPOT"


def _algo_counted(inst_id: str, order: Row) -> bool:
    """Tell whether sizes count the instrument; of a spot order that ends at market nobody knows unless it says so."""
    if _contract(inst_id, order):
        return True
    said = order.get("tgtCcy")
    if said is not None:
        return bool(said == "base_ccy")
    at_market = any(order.get(name) == "-1" for name in ("orderPx", "tpOrdPx", "slOrdPx"))
    return order.get("ordType") in ("trigger", "conditional", "oco", "twap", "smart_iceberg") and not at_market


_LIST = "attachAlgoOrds"

# What is attached to a trigger order has no size of its own.
_ENDS = Prices(
    px=("tpOrdPx", "slOrdPx"),
    triggers=(Trigger("tpTriggerPx", "tpTriggerPxType"), Trigger("slTriggerPx", "slTriggerPxType")),
    sized=_contract,
)
_NEW_ENDS = Prices(
    px=("newTpOrdPx", "newSlOrdPx"),
    triggers=(Trigger("newTpTriggerPx", "newTpTriggerPxType", ""), Trigger("newSlTriggerPx", "newSlTriggerPxType", "")),
    sized=_contract,
)
_PLACE = OrderShape("instId", "px", "sz", "", _priced, _counted, _LIST, replace(_ENDS, sz=("sz",)))
_AMEND = OrderShape("instId", "newPx", "newSz", "", _priced, attached=_LIST, parts=replace(_NEW_ENDS, sz=("sz",)))

_ALGO = Prices(
    px=("orderPx", "tpOrdPx", "slOrdPx", "pxLimit"),
    triggers=(Trigger("triggerPx", "triggerPxType"), *_ENDS.triggers),
    sz=("sz", "szLimit"),
    sized=_algo_counted,
    lists={_LIST: _ENDS},
)
_AMEND_ALGO = Prices(
    px=("newOrdPx", *_NEW_ENDS.px),
    triggers=(Trigger("newTriggerPx", "newTriggerPxType", ""), *_NEW_ENDS.triggers),
    sz=("newSz",),
    sized=_contract,
    lists={_LIST: _NEW_ENDS},
)

ORDERS: Orders = {
    "/api/v5/trade/order": _PLACE,
    "/api/v5/trade/batch-orders": _PLACE,
    "/api/v5/trade/amend-order": _AMEND,
    "/api/v5/trade/amend-batch-orders": _AMEND,
    "/api/v5/trade/order-algo": PricedRow("instId", _ALGO),
    "/api/v5/trade/amend-algos": PricedRow("instId", _AMEND_ALGO),
    "/api/v5/sprd/order": OrderShape("sprdId", "px", "sz", priced=_not_at_market),
    "/api/v5/sprd/amend-order": NamedOrder("clOrdId", "newPx", "newSz"),
}


def steps_of(row: Instrument, bands: TickBands | None = None) -> Steps:
    """Return the steps of an instrument.

    Args:
        row: Which.
        bands: The price steps of an option's family; without them it has none.
    """
    currency = row.ct_val_ccy or ""
    inverse = bool(currency) and currency == row.inst_id.split("-")[1]
    value = row.ct_val * (row.ct_mult or 1) if row.ct_val else None
    told = _bands_of(bands)
    tick = None if row.inst_type == "OPTION" else row.tick_sz
    return Steps(row.inst_id, tick, row.lot_sz, row.min_sz, value, currency, inverse, told)


def _bands_of(bands: TickBands | None) -> tuple[Band, ...]:
    rows = (bands and bands.tick_band) or []
    return tuple(Band(row.min_px or Decimal(0), row.max_px, row.tick_sz) for row in rows if row.tick_sz)


def steps_of_spread(row: Spread) -> Steps:
    """Return the steps of a spread; its sizes are in ``sz_ccy``. (Get Spreads)"""
    return Steps(row.sprd_id, row.tick_sz, row.lot_sz, row.min_sz)
