"""Rows of public facts about contracts, indices and the system; one shape for every product."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from ...core.row import V3Row, in_utc
from ...core.words import InstrumentId, Px, Sz
from .fields import CanonicalId

__all__ = [
    "Constituent",
    "EstimatedPrice",
    "ExchangeRate",
    "ExercisedOption",
    "Fixing",
    "FundingRate",
    "FundingTime",
    "IndexConstituents",
    "IndexTicker",
    "Liquidation",
    "LongShortRatio",
    "MarginRatio",
    "MarkPrice",
    "OpenInterest",
    "OptionSettlement",
    "OptionSummary",
    "PriceLimit",
    "Sentiment",
    "Settlement",
    "SystemStatus",
    "TakerVolume",
    "VolumeAndInterest",
]


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


class _Stamped(V3Row, frozen=True, gc=False, kw_only=True):
    """What is known of one instrument at one moment."""

    instrument_id: InstrumentId
    timestamp: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)


class Fixing(_Stamped, frozen=True, gc=False, kw_only=True):
    """The index a contract follows."""

    index: Px


class MarkPrice(_Stamped, frozen=True, gc=False, kw_only=True):
    """The mark price of one instrument."""

    mark_price: Px


class EstimatedPrice(_Stamped, frozen=True, gc=False, kw_only=True):
    """The price a contract will probably be delivered at; 0 except in the hour before delivery."""

    settlement_price: Px


class OpenInterest(_Stamped, frozen=True, gc=False, kw_only=True):
    """Contracts held by everybody together."""

    amount: Sz


class PriceLimit(_Stamped, frozen=True, gc=False, kw_only=True):
    """The band orders must stay in, opening and closing."""

    highest: Px
    """The highest price to buy at."""
    lowest: Px
    """The lowest price to sell at."""


class ExchangeRate(V3Row, frozen=True, gc=False, kw_only=True):
    """The rate of one currency in another."""

    instrument_id: str
    """With an underscore: ``USD_CNY``."""
    rate: Decimal
    timestamp: datetime


class Liquidation(V3Row, frozen=True, gc=False, kw_only=True):
    """One order of a forced close."""

    instrument_id: InstrumentId
    price: Px
    size: Sz
    loss: Decimal | None = None
    """Loss of the one who was closed."""
    type: str | None = None
    """3 close long, 4 close short; the documents' futures sample shows 1."""
    created_at: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.created_at)


class Settlement(V3Row, frozen=True, gc=False, kw_only=True):
    """One settlement or delivery of a futures contract."""

    instrument_id: CanonicalId
    type: str | None = None
    """``settlement`` or ``delivery``."""
    settlement_price: Px | None = None
    clawback_loss: Decimal | None = None
    reserve: Decimal | None = None
    clawback_rate: Decimal | None = None
    """A fraction: 0.01 is one percent."""
    timestamp: datetime


class FundingTime(V3Row, frozen=True, gc=False, kw_only=True):
    """The funding of a swap now and next, in answers and pushes. Read the times instead of assuming a schedule."""

    instrument_id: InstrumentId
    funding_time: datetime
    """Of the current period."""
    funding_rate: Decimal | None = None
    """Of the current period."""
    estimated_rate: Decimal | None = None
    """Of the next period."""
    settlement_time: datetime | None = None
    interest_rate: Decimal | None = None
    """Pushes only."""


class FundingRate(V3Row, frozen=True, gc=False, kw_only=True):
    """One funding of the past."""

    instrument_id: InstrumentId
    funding_rate: Decimal
    realized_rate: Decimal | None = None
    interest_rate: Decimal | None = None
    funding_time: datetime


# -- options


class OptionSummary(V3Row, frozen=True, gc=False, kw_only=True):
    """Prices, Greeks and volatilities of one option, in answers and pushes."""

    instrument_id: InstrumentId
    underlying: str | None = None
    """Pushes only."""
    best_bid: Px | None = None
    best_bid_size: Sz | None = None
    best_ask: Px | None = None
    best_ask_size: Sz | None = None
    last: Px | None = None
    high_24h: Px | None = None
    low_24h: Px | None = None
    volume_24h: Sz | None = None
    """Contracts."""
    change_rate: Decimal | None = None
    """Pushes only."""
    open_interest: Sz | None = None
    mark_price: Px | None = None
    highest_buy: Px | None = None
    lowest_sell: Px | None = None
    delta: Decimal | None = None
    gamma: Decimal | None = None
    theta: Decimal | None = None
    vega: Decimal | None = None
    leverage: Decimal | None = None
    mark_vol: Decimal | None = None
    bid_vol: Decimal | None = None
    ask_vol: Decimal | None = None
    realized_vol: Decimal | None = None
    """Not in use."""
    estimated_price: Px | None = None
    timestamp: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)


class ExercisedOption(V3Row, frozen=True, gc=False, kw_only=True):
    """What one option was settled at."""

    instrument_id: InstrumentId
    settlement_price: Px | None = None
    underlying_fixing: Px | None = None
    type: str | None = None
    """Exercised, Expired OTM or Settled."""


class OptionSettlement(V3Row, frozen=True, gc=False, kw_only=True):
    """One settlement or exercise of an underlying's options."""

    timestamp: datetime
    clawback_loss: Decimal | None = None
    reserve: Decimal | None = None
    clawback_rate: Decimal | None = None
    info: list[ExercisedOption] = msgspec.field(default_factory=list)


# -- index


class IndexTicker(V3Row, frozen=True, gc=False, kw_only=True):
    """Latest value and 24-hour statistics of one index."""

    instrument_id: str
    last: Px | None = None
    open_24h: Px | None = None
    high_24h: Px | None = None
    low_24h: Px | None = None
    timestamp: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)


class Constituent(V3Row, frozen=True, gc=False, kw_only=True):
    """One market that counts for an index."""

    exchange: str
    symbol: str
    weight: Decimal | None = None
    original_price: Px | None = None
    usd_price: Px | None = None


class IndexConstituents(V3Row, frozen=True, gc=False, kw_only=True):
    """An index and the markets it is made of."""

    instrument_id: str
    last: Px | None = None
    timestamp: datetime | None = None
    constituents: list[Constituent]


# -- trading data: positional rows; whether the columns are texts or numbers is not documented, both are read


class _Positional(msgspec.Struct, frozen=True, gc=False, array_like=True):
    timestamp: datetime

    def __post_init__(self) -> None:
        in_utc(self)

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class LongShortRatio(_Positional, frozen=True, gc=False, array_like=True):
    """Accounts that are net long, divided by those net short."""

    ratio: Decimal


class VolumeAndInterest(_Positional, frozen=True, gc=False, array_like=True):
    """Open interest and volume, in USD."""

    open_interest: Decimal
    volume: Decimal


class TakerVolume(_Positional, frozen=True, gc=False, array_like=True):
    """What takers bought and sold, in USD."""

    buy_volume: Decimal
    sell_volume: Decimal


class Sentiment(_Positional, frozen=True, gc=False, array_like=True):
    """Shares of the elite accounts that are long and short."""

    long: Decimal
    short: Decimal


class MarginRatio(_Positional, frozen=True, gc=False, array_like=True):
    """Average share of margin in the elite accounts' long and short positions."""

    long_margin_ratio: Decimal
    short_margin_ratio: Decimal


# -- system


class SystemStatus(V3Row, frozen=True, gc=False, kw_only=True):
    """One maintenance, in answers and pushes."""

    title: str | None = None
    href: str | None = None
    """Where more is said."""
    product_type: str | None = None
    """0 WebSocket, 1 spot and margin, 2 futures, 3 swap, 4 option."""
    status: str | None = None
    """0 scheduled, 1 running, 2 finished."""
    start_time: datetime | None = None
    end_time: datetime | None = None
