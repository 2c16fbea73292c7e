"""Rows of public market data, one shape for every product; the products' own spellings are renamed here."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from ...core.row import V3Row, in_utc
from ...core.words import InstrumentId, Px, Sz
from .fields import CanonicalId

__all__ = [
    "Book",
    "Candle",
    "CandlePush",
    "ContractTrade",
    "DepthUpdate",
    "FuturesTicker",
    "ServerTime",
    "SwapBook",
    "Ticker",
    "Trade",
]


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


class ServerTime(V3Row, frozen=True, gc=False, kw_only=True):
    """The exchange's clock."""

    iso: datetime
    epoch: Decimal
    """Unix seconds with decimals; a number in the documents, text in captures."""

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.iso)


class Ticker(V3Row, frozen=True, gc=False, kw_only=True):
    """Latest trade, best bid and offer, and 24-hour statistics of one instrument."""

    instrument_id: InstrumentId
    last: Px | None = None
    last_qty: Sz | None = None
    best_ask: Px | None = None
    best_ask_size: Sz | None = None
    best_bid: Px | None = None
    best_bid_size: Sz | None = None
    open_24h: Px | None = None
    high_24h: Px | None = None
    low_24h: Px | None = None
    open_utc0: Px | None = None
    open_utc8: Px | None = None
    base_volume_24h: Decimal | None = None
    """Spot only: base currency."""
    quote_volume_24h: Decimal | None = None
    """Spot only: quote currency."""
    volume_24h: Decimal | None = None
    """Contracts only: number of contracts."""
    volume_token_24h: Decimal | None = None
    """Contracts only: coins."""
    open_interest: Decimal | None = None
    timestamp: datetime | None = None
    product_id: str | None = None
    """Legacy twin of ``instrument_id``."""
    ask: Px | None = None
    """Legacy twin of ``best_ask``."""
    bid: Px | None = None
    """Legacy twin of ``best_bid``."""

    @property
    def ts(self) -> int | None:
        """Unix milliseconds."""
        return _ms(self.timestamp) if self.timestamp else None


class FuturesTicker(Ticker, frozen=True, gc=False, kw_only=True):
    """The ticker of a futures contract as answers give it; they have been seen with ids in small letters."""

    instrument_id: CanonicalId


class Trade(V3Row, frozen=True, gc=False, kw_only=True):
    """One public trade."""

    trade_id: str
    price: Px
    size: Sz
    """Base currency for spot, contracts for derivatives."""
    side: str
    """Side of the taker: buy or sell."""
    timestamp: datetime
    instrument_id: InstrumentId | None = None
    """Only on the socket; REST answers leave it out."""
    time: datetime | None = None
    """Legacy twin of ``timestamp``."""

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)


class ContractTrade(Trade, frozen=True, gc=False, kw_only=True, rename={"size": "qty"}):
    """One public trade of futures and options, which write ``qty`` for ``size``."""

    size: Sz  # said again: a rename reaches only a class's own fields


class Candle(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One bar; ``volume`` counts base currency for spot and contracts elsewhere, ``currency_volume`` coins."""

    time: datetime
    open: Px
    high: Px
    low: Px
    close: Px
    volume: Decimal
    currency_volume: Decimal | None = None

    def __post_init__(self) -> None:
        in_utc(self)

    @property
    def ts(self) -> int:
        """Opening time of the bar, Unix milliseconds."""
        return _ms(self.time)

    def to_dict(self) -> dict[str, Any]:
        """Return the bar as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class CandlePush(V3Row, frozen=True, gc=False, kw_only=True):
    """One push of a candle channel. V3 does not tell whether a bar is finished."""

    instrument_id: InstrumentId
    candle: Candle


class Book(V3Row, frozen=True, gc=False, kw_only=True):
    """An order book as one REST answer gives it; rows are price, size and counts, as sent."""

    asks: list[tuple[str | int | float, ...]]
    bids: list[tuple[str | int | float, ...]]
    timestamp: datetime

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)


class SwapBook(Book, frozen=True, gc=False, kw_only=True, rename={"timestamp": "time"}):
    """A swap's order book, which writes ``time`` for ``timestamp``."""

    timestamp: datetime


class DepthUpdate(V3Row, frozen=True, gc=False, kw_only=True):
    """One push of a depth channel, as it came; `OKEx.books` puts them together."""

    instrument_id: InstrumentId
    asks: list[tuple[str | int | float, ...]] = msgspec.field(default_factory=list)
    bids: list[tuple[str | int | float, ...]] = msgspec.field(default_factory=list)
    timestamp: datetime
    checksum: int | None = None
    """Signed CRC32 of the 25 best levels after the change; ``depth5`` has none."""

    @property
    def ts(self) -> int:
        """Unix milliseconds."""
        return _ms(self.timestamp)
