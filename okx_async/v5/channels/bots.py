"""Channels of trading bots and copy trading. Each needs a login."""

from __future__ import annotations

from typing import Literal

from ...core.channel import Topic, channel
from ...core.row import LooseRow
from ...core.words import InstId
from ..models.bots_push import (
    GridPositionUpdate,
    GridSubOrderUpdate,
    GridUpdate,
    LeadNotification,
    RecurringBuyUpdate,
)

__all__ = [
    "algo_recurring_buy",
    "copytrading_lead_notification",
    "copytrading_notification",
    "grid_orders_contract",
    "grid_orders_moon",
    "grid_orders_spot",
    "grid_positions",
    "grid_sub_orders",
]


@channel("grid-orders-spot", endpoint="business", auth=True)
def grid_orders_spot(
    inst_type: Literal["SPOT", "ANY"] | str, inst_id: InstId | None = None, algo_id: str | None = None
) -> Topic[GridUpdate]:
    """Spot grid bots: first those that are there, then changes and regular repeats. (Spot grid algo orders channel)"""
    ...


@channel("grid-orders-moon", endpoint="business", auth=True, deprecated="gone with the moon grid product")
def grid_orders_moon(inst_type: str, inst_id: InstId | None = None, algo_id: str | None = None) -> Topic[LooseRow]:
    """Moon grid bots, retired; no document tells the fields. (Moon grid algo orders channel)"""
    ...


@channel("grid-orders-contract", endpoint="business", auth=True)
def grid_orders_contract(
    inst_type: Literal["SWAP", "FUTURES", "ANY"] | str, inst_id: InstId | None = None, algo_id: str | None = None
) -> Topic[GridUpdate]:
    """Contract grid bots: first those that are there, then changes and repeats. (Contract grid algo orders channel)"""
    ...


@channel("grid-positions", endpoint="business", auth=True)
def grid_positions(algo_id: str) -> Topic[GridPositionUpdate]:
    """The position of one contract grid bot; the first push may be empty. (Grid positions channel)"""
    ...


@channel("grid-sub-orders", endpoint="business", auth=True)
def grid_sub_orders(algo_id: str) -> Topic[GridSubOrderUpdate]:
    """Orders of one grid bot; the first push may be empty. (Grid sub orders channel)"""
    ...


@channel("algo-recurring-buy", endpoint="business", auth=True)
def algo_recurring_buy(
    inst_type: Literal["SPOT", "ANY"] | str, algo_id: str | None = None
) -> Topic[RecurringBuyUpdate]:
    """Recurring buys: first those that are there, then changes and repeats. (Recurring buy orders channel)"""
    ...


@channel("copytrading-lead-notification", endpoint="business", auth=True)
def copytrading_lead_notification(
    inst_type: Literal["SWAP"] | str, inst_id: InstId | None = None
) -> Topic[LeadNotification]:
    """Lead trades that failed. (Lead trading notification channel)"""
    ...


@channel(
    "copytrading-notification",
    endpoint="business",
    auth=True,
    deprecated="use copytrading_lead_notification",
)
def copytrading_notification(inst_type: str, inst_id: InstId | None = None) -> Topic[LooseRow]:
    """Copy trading notices under their old name; no document tells the fields. (Copy trading notification channel)"""
    ...
