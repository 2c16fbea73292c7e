"""Market data of every product: the instrument's id tells which.

``okx.subscribe(channels.ticker("BTC-USD-SWAP"))`` subscribes ``swap/ticker:BTC-USD-SWAP``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.channel import BookForm, Topic, channel
from ...core.words import Granularity, InstrumentId
from ..models.market import CandlePush, ContractTrade, DepthUpdate, Ticker, Trade
from ..products import PRODUCTS, SIZES, product_of

__all__ = ["candle", "depth", "depth5", "depth_l2_tbt", "ticker", "trade"]


def _product(values: Mapping[str, Any]) -> dict[str, str]:
    return {"product": product_of(values["instrument_id"])}


def _names(channel: str) -> tuple[str, ...]:
    return tuple(f"{product}/{channel}" for product in PRODUCTS)


@channel("{product}/ticker", endpoint="v3", dialect="v3", names=_names("ticker"), derive=_product)
def ticker(instrument_id: InstrumentId) -> Topic[Ticker]:
    """Ticker, at most one push per 100 ms. (Ticker channel)"""
    ...


@channel(
    "{product}/trade",
    endpoint="v3",
    dialect="v3",
    names=_names("trade"),
    rows={"futures/trade": ContractTrade, "option/trade": ContractTrade},
    derive=_product,
)
def trade(instrument_id: InstrumentId) -> Topic[Trade]:
    """Every trade; the first push tells the latest one. (Trade channel)"""
    ...


@channel(
    "{product}/depth_l2_tbt",
    endpoint="v3",
    dialect="v3",
    book=BookForm(400, incremental=True),
    names=_names("depth_l2_tbt"),
    derive=_product,
)
def depth_l2_tbt(instrument_id: InstrumentId) -> Topic[DepthUpdate]:
    """400 levels a side, every change. (400-level incremental channel)"""
    ...


@channel(
    "{product}/depth",
    endpoint="v3",
    dialect="v3",
    book=BookForm(400, incremental=True),
    names=_names("depth"),
    derive=_product,
)
def depth(instrument_id: InstrumentId) -> Topic[DepthUpdate]:
    """400 levels a side, changes about every 100 ms. (400-level depth channel)"""
    ...


@channel(
    "{product}/depth5",
    endpoint="v3",
    dialect="v3",
    book=BookForm(5, incremental=False),
    names=_names("depth5"),
    derive=_product,
)
def depth5(instrument_id: InstrumentId) -> Topic[DepthUpdate]:
    """5 levels a side, always the full picture, without a checksum. (5-level depth channel)"""
    ...


@channel(
    "{product}/candle{granularity}s",
    endpoint="v3",
    dialect="v3",
    names=tuple(f"{product}/candle{size}s" for product in PRODUCTS for size in SIZES),
    derive=_product,
)
def candle(instrument_id: InstrumentId, granularity: Granularity = 60) -> Topic[CandlePush]:
    """Bars, at most one push per 500 ms. (Candle channel)"""
    ...
