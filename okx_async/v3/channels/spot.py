"""Channels of a spot or margin account."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.balances import MarginAccount, SpotAccount
from ..models.orders import AlgoOrder, SpotOrder
from ..words import CapitalCurrency, SpotId

__all__ = ["spot_account", "spot_margin_account", "spot_order", "spot_order_algo"]


@channel("spot/account", endpoint="v3", dialect="v3", auth=True)
def spot_account(currency: CapitalCurrency) -> Topic[SpotAccount]:
    """One currency of the spot account, on every change. (Spot account channel)"""
    ...


@channel("spot/margin_account", endpoint="v3", dialect="v3", auth=True)
def spot_margin_account(instrument_id: SpotId) -> Topic[MarginAccount]:
    """The margin account of one pair, on every change. (Margin account channel)"""
    ...


@channel("spot/order", endpoint="v3", dialect="v3", auth=True)
def spot_order(instrument_id: SpotId) -> Topic[SpotOrder]:
    """Spot and margin orders of one pair, on every change; ``margin_trading`` tells them apart.

    Balances may lag: an order sent at once after a fill can be refused for lack of them. (Order channel)
    """
    ...


@channel("spot/order_algo", endpoint="v3", dialect="v3", auth=True)
def spot_order_algo(instrument_id: SpotId) -> Topic[AlgoOrder]:
    """Algo orders of one pair, on every change. (Algo order channel)"""
    ...
