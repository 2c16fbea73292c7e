"""Channels of swaps: market data beside the book, and the account."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.balances import SwapAccount, SwapPositions
from ..models.orders import AlgoOrder, ContractOrder
from ..models.public import FundingTime, MarkPrice, PriceLimit
from ..words import SwapId

__all__ = [
    "swap_account",
    "swap_funding_rate",
    "swap_mark_price",
    "swap_order",
    "swap_order_algo",
    "swap_position",
    "swap_price_range",
]

# What comes every minute, or every 5 s, even when nothing changes; the rest leaves room for delays.
_MINUTE = 90.0
_FIVE_SECONDS = 15.0


@channel("swap/position", endpoint="v3", dialect="v3", auth=True)
def swap_position(instrument_id: SwapId) -> Topic[SwapPositions]:
    """All that is held of one contract, on every change. (Position channel)"""
    ...


@channel("swap/account", endpoint="v3", dialect="v3", auth=True)
def swap_account(instrument_id: SwapId) -> Topic[SwapAccount]:
    """The account of one contract, on every change. (Account channel)"""
    ...


@channel("swap/order", endpoint="v3", dialect="v3", auth=True)
def swap_order(instrument_id: SwapId) -> Topic[ContractOrder]:
    """Orders of one contract, on every change. (Order channel)"""
    ...


@channel("swap/order_algo", endpoint="v3", dialect="v3", auth=True)
def swap_order_algo(instrument_id: SwapId) -> Topic[AlgoOrder]:
    """Algo orders of one contract, on every change. (Algo order channel)"""
    ...


@channel("swap/funding_rate", endpoint="v3", dialect="v3", quiet=_MINUTE)
def swap_funding_rate(instrument_id: SwapId) -> Topic[FundingTime]:
    """The funding rate now and next, every minute. (Funding rate channel)"""
    ...


@channel("swap/price_range", endpoint="v3", dialect="v3", quiet=_FIVE_SECONDS)
def swap_price_range(instrument_id: SwapId) -> Topic[PriceLimit]:
    """The band orders must stay in, every 5 s. (Price limit channel)"""
    ...


@channel("swap/mark_price", endpoint="v3", dialect="v3", quiet=_MINUTE)
def swap_mark_price(instrument_id: SwapId) -> Topic[MarkPrice]:
    """The mark price, when it changes and at least every minute. (Mark price channel)"""
    ...
