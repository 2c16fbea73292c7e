"""Channels of futures: market data beside the book, and the account."""

from __future__ import annotations

from ...core.channel import Topic, channel
from ..models.balances import FuturesAccount, FuturesPosition
from ..models.instruments import FuturesInstrument
from ..models.orders import AlgoOrder, ContractOrder
from ..models.public import EstimatedPrice, MarkPrice, PriceLimit
from ..words import FuturesAccountId, FuturesId

__all__ = [
    "futures_account",
    "futures_estimated_price",
    "futures_instruments",
    "futures_mark_price",
    "futures_order",
    "futures_order_algo",
    "futures_position",
    "futures_price_range",
]


@channel("futures/position", endpoint="v3", dialect="v3", auth=True)
def futures_position(instrument_id: FuturesId) -> Topic[FuturesPosition]:
    """The position in one contract, on every change. (Position channel)"""
    ...


@channel("futures/account", endpoint="v3", dialect="v3", auth=True)
def futures_account(account: FuturesAccountId) -> Topic[FuturesAccount]:
    """One account, on every change: by currency when it is coin-margined (``BTC``), by underlying when it is margined
    in USDT (``BTC-USDT``). How a push names the latter is not documented; its rows are taken by either name.

    (Account channel)
    """
    ...


@channel("futures/order", endpoint="v3", dialect="v3", auth=True)
def futures_order(instrument_id: FuturesId) -> Topic[ContractOrder]:
    """Orders of one contract, on every change. (Order channel)"""
    ...


@channel("futures/order_algo", endpoint="v3", dialect="v3", auth=True)
def futures_order_algo(instrument_id: FuturesId) -> Topic[AlgoOrder]:
    """Algo orders of one contract, on every change. (Algo order channel)"""
    ...


@channel("futures/instruments", endpoint="v3", dialect="v3")
def futures_instruments() -> Topic[FuturesInstrument]:
    """Every contract, after each delivery, once the new ones can be traded. (Instruments channel)"""
    ...


@channel("futures/estimated_price", endpoint="v3", dialect="v3")
def futures_estimated_price(instrument_id: FuturesId) -> Topic[EstimatedPrice]:
    """The price of delivery, on change and only in the hour before. (Estimated delivery price channel)"""
    ...


@channel("futures/price_range", endpoint="v3", dialect="v3")
def futures_price_range(instrument_id: FuturesId) -> Topic[PriceLimit]:
    """The band orders must stay in, at most every 5 s and only when it changed. (Price limit channel)"""
    ...


# Every 10 s even when nothing changes; 15 leaves room for delays.
@channel("futures/mark_price", endpoint="v3", dialect="v3", quiet=15.0)
def futures_mark_price(instrument_id: FuturesId) -> Topic[MarkPrice]:
    """The mark price, every 200 ms while it changes, else every 10 s. (Mark price channel)"""
    ...
