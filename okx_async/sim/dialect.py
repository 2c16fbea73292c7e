"""What the publisher needs from a dialect, and the plain values it hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from .frames import BookUpdate, Row
from .instruments import Instrument, Kind
from .tape import Bar, DayFigures, Trade

__all__ = ["ChecksumMode", "Dialect", "Picture", "Quote", "TopicKind", "TopicSpec"]

ChecksumMode = Literal["on", "zero", "absent"]
"""``"on"`` sends the true checksum, ``"zero"`` sends 0, ``"absent"`` leaves the key out."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The best few levels, sent whole each time."""

    channel: str
    instrument: Instrument
    asks: list[Row]
    bids: list[Row]
    ts: int
    seq_id: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Everything a ticker says; a side without levels has no row."""

    instrument: Instrument
    last: Trade
    ask: Row | None
    bid: Row | None
    day: DayFigures
    ts: int


class TopicKind:
    """How a channel is published."""

    BOOK = "book"
    RETAIL = "retail"
    PICTURE = "picture"
    TRADES = "trades"
    EACH_TRADE = "each trade"
    TICKER = "ticker"
    CANDLE = "candle"
    SILENT = "silent"
    PRIVATE = "private"
    FIGURE = "figure"
    INDEX = "index"
    PRICE_CANDLE = "price candle"
    INDEX_CANDLE = "index candle"

    DERIVED = (FIGURE, INDEX, PRICE_CANDLE, INDEX_CANDLE)
    """What follows from the markets; only V5 has such channels here."""
    INDEXED = (INDEX, INDEX_CANDLE)
    """What is named after an index or a family instead of an instrument."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One channel of a dialect.

    Args:
        kind: One of `TopicKind`.
        depth: Levels a side of books and pictures.
        slow: Whether it is published at the pace of 100 ms channels instead of every step.
        bar: Candle size, by the dialect's name for it.
        login: Whether it needs a login.
        rank: Push order within one instrument.
        vip: The lowest fee tier that may subscribe to it.
        counted: Whether the connections of one sub-account that hold it are counted.
        needs: Arguments it must have, in V5.
        may: Arguments it can have besides, in V5.
        open_to: The instrument types it is open to, none for all.
    """

    kind: str
    depth: int = 0
    slow: bool = False
    bar: str = ""
    login: bool = False
    rank: int = 0
    vip: int = 0
    counted: bool = False
    needs: tuple[str, ...] = ("instId",)
    may: tuple[str, ...] = ()
    open_to: tuple[Kind, ...] = ()


class Dialect(Protocol):
    """How the values above are written on the wire. Every ``bytes`` here is a payload, before framing."""

    name: str

    def book(self, instrument: Instrument, update: BookUpdate) -> bytes:
        """Write a snapshot or an update of an incremental book."""
        ...

    def retail(self, instrument: Instrument, update: BookUpdate) -> bytes:
        """Write a snapshot or an update of the book with its retail layer."""
        ...

    def picture(self, picture: Picture) -> bytes:
        """Write a book of a few levels."""
        ...

    def trades(self, channel: str, instrument: Instrument, trades: Sequence[Trade], seq_id: int) -> bytes:
        """Write trades of one taker order at one price, oldest first."""
        ...

    def ticker(self, channel: str, quote: Quote) -> bytes:
        """Write a ticker."""
        ...

    def candle(self, channel: str, instrument: Instrument, bar: Bar, closed: bool) -> bytes:
        """Write one candle."""
        ...

    def frame(self, payload: bytes) -> bytes:
        """Put a payload into one WebSocket frame."""
        ...

    def moment(self, ts: int, seq_id: int) -> int | str:
        """Return what identifies a book message in this dialect: its seqId, or its time where there is none."""
        ...
