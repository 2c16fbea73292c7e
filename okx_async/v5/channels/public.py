"""Channels of the chapter Public Data."""

from __future__ import annotations

from typing import Literal

from ...core.channel import Topic, channel
from ...core.words import InstFamily, InstId, InstType
from ..models.derivatives import (
    AdlWarning,
    EstimatedPrice,
    FundingRate,
    Liquidations,
    MarkPrice,
    OpenInterest,
    OptionSummary,
    PriceLimit,
)
from ..models.event_contracts import EventMarket
from ..models.public import Instrument

__all__ = [
    "adl_warning",
    "estimated_price",
    "event_contract_markets",
    "funding_rate",
    "instruments",
    "liquidation_orders",
    "mark_price",
    "open_interest",
    "opt_summary",
    "price_limit",
]

# Pushed every 10 s even when nothing changes.
MARK_QUIET = 30.0
# Pushed every 30 to 90 s.
FUNDING_QUIET = 180.0


@channel("instruments", endpoint="public")
def instruments(inst_type: InstType) -> Topic[Instrument]:
    """Instruments of one type that changed: state, steps, times.

    A push is never the whole list: what is missing from it still exists. (Instruments channel)
    """
    ...


@channel("event-contract-markets", endpoint="public")
def event_contract_markets(inst_type: Literal["EVENTS"] = "EVENTS") -> Topic[EventMarket]:
    """Event markets whose state changed, or whose strike was fixed.

    Read ``event_contracts.markets`` first. (Event contract markets channel)
    """
    ...


@channel("open-interest", endpoint="public")
def open_interest(inst_id: InstId) -> Topic[OpenInterest]:
    """Open contracts, every 3 s while they change; refused for spot. (Open interest channel)"""
    ...


@channel("funding-rate", endpoint="public", quiet=FUNDING_QUIET)
def funding_rate(inst_id: InstId) -> Topic[FundingRate]:
    """Funding of a perpetual or of an X-Perp, every 30 to 90 s. (Funding rate channel)"""
    ...


@channel("price-limit", endpoint="public")
def price_limit(inst_id: InstId) -> Topic[PriceLimit]:
    """Between which prices orders are accepted, every 200 ms while it changes. (Price limit channel)"""
    ...


@channel("opt-summary", endpoint="public")
def opt_summary(inst_family: InstFamily) -> Topic[OptionSummary]:
    """Greeks and volatilities of all options of a family, in one push or several. (Option summary channel)"""
    ...


@channel("estimated-price", endpoint="public", one_of=(("inst_id", "inst_family"),))
def estimated_price(
    inst_type: Literal["OPTION", "FUTURES", "SWAP", "EVENTS"],
    inst_family: InstFamily | None = None,
    inst_id: InstId | None = None,
) -> Topic[EstimatedPrice]:
    """What contracts would be delivered, exercised or settled at, about every 200 ms; EVENTS needs ``inst_id``.

    Silent except in the half hour before. (Estimated delivery/exercise/settlement price channel)
    """
    ...


@channel("mark-price", endpoint="public", quiet=MARK_QUIET)
def mark_price(inst_id: InstId) -> Topic[MarkPrice]:
    """Mark price, every 200 ms while it changes, else every 10 s.

    Two pushes may carry the same ``ts``: the later one counts. (Mark price channel)
    """
    ...


@channel("liquidation-orders", endpoint="public")
def liquidation_orders(inst_type: Literal["SWAP", "FUTURES", "MARGIN", "OPTION"]) -> Topic[Liquidations]:
    """Liquidations of one type: a sample, not all, and not always in order of time. (Liquidation orders channel)"""
    ...


@channel("adl-warning", endpoint="public")
def adl_warning(
    inst_type: Literal["SWAP", "FUTURES", "OPTION"], inst_family: InstFamily | None = None
) -> Topic[AdlWarning]:
    """Auto-deleveraging is near or under way: every second then, silent otherwise. (ADL warning channel)"""
    ...
