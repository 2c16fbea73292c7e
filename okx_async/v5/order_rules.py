"""Rules over several parameters of an order that hold whatever its instrument looks like. (Place order; Amend order)

Only what the exchange certainly refuses is refused here. What prices in dollars and as volatility are rounded to, and
between which bounds they must lie, no document tells, so nothing of that is looked at; nor are the outcomes and prices
of event contracts, whose ids do not tell what they are: an order is taken for one of them when it names an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..core.rules import every, one_at_most
from ..errors import BadParameter
from .instruments import type_of

__all__ = ["AMENDED", "PLACED", "PRECHECKED"]

_PX, _NEW_PX = ("px", "px_usd", "px_vol"), ("new_px", "new_px_usd", "new_px_vol")
_UNPRICED = ("market", "optimal_limit_ioc")


def _option_price(values: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the name of a price in dollars or as volatility, which must be one; ``""`` when none is given.

    Raises:
        BadParameter: It is not above 0, or what is traded is certainly no option.
    """
    name = next((one for one in names[1:] if one in values), "")
    if not name:
        return ""
    if Decimal(values[name]) <= 0:
        raise BadParameter(f"{name} must be above 0, got {values[name]}")
    inst_id = str(values.get("inst_id", ""))
    if type_of(inst_id) not in ("OPTION", ""):
        raise BadParameter(f"{name} is for options only, which {inst_id} is not: give {names[0]!r}")
    return name


def _placed_option(values: Mapping[str, Any]) -> None:
    name = _option_price(values, _PX)
    if name and values.get("ord_type") in _UNPRICED:
        raise BadParameter(f"{name} needs an order with a limit: ord_type is {values['ord_type']!r}")


def _amended_option(values: Mapping[str, Any]) -> None:
    name = _option_price(values, _NEW_PX)
    if name and "new_sz" in values:
        raise BadParameter(f"the size of an order priced by {name[4:]} is fixed: leave 'new_sz' out")


def _event(values: Mapping[str, Any]) -> None:
    """Raise when an order that names an outcome lacks what orders of event contracts need."""
    if "outcome" in values and values.get("td_mode") != "isolated":
        raise BadParameter("an order with an outcome, of an event contract, needs td_mode 'isolated'")


def _bumped_event(values: Mapping[str, Any]) -> None:
    if "outcome" in values and values.get("ord_type") != "post_only" and values.get("speed_bump") != "1":
        raise BadParameter("an order with an outcome that is not post_only needs speed_bump '1'")


PRECHECKED = _event
"""Of an order that is only looked at, which has neither other prices nor a speed bump."""

PLACED = every(one_at_most(*_PX), _placed_option, _event, _bumped_event)
"""Of a new order."""

AMENDED = every(one_at_most(*_NEW_PX), _amended_option)
"""Of a change of one."""
