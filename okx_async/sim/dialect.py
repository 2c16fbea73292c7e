"""What the publisher needs from a dialect, and the plain values it hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

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
    TOLD = "told"
    BOARD = "board"
    SPREAD = "spread"
    PRIVATE = "private"
    FIGURE = "figure"
    INDEX = "index"
    PRICE_CANDLE = "price candle"
    INDEX_CANDLE = "index candle"

    UNTIMED = (SILENT, TOLD)
    """What the publisher does not push: nothing comes at all, or what happens elsewhere is told."""
    BOARDS = (BOARD, SPREAD)
    """What speaks of several instruments at once, or of none."""
    DERIVED = (FIGURE, INDEX, PRICE_CANDLE, INDEX_CANDLE)
    """What follows from the markets."""
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
        types: The values its argument ``instType`` can have, in V5; none for the usual ones.
        one_of: Arguments of which at least one must be there, in V5.
        product: What stands before its name, in V3 and where it is not open to every product.
        mute: Whether nothing is ever told on it after its acknowledgement.
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
    types: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    product: str = ""
    mute: bool = False


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

    def rows(self, product: str, channel: str, args: Mapping[str, str], rows: Sequence[Any]) -> bytes:
        """Write rows that are what they are in this dialect already.

        Args:
            product: What stands before the channel's name in V3.
            channel: Its name.
            args: What it was subscribed to with, in V5.
            rows: What there is to tell.
        """
        ...

    def frame(self, payload: bytes) -> bytes:
        """Put a payload into one WebSocket frame."""
        ...

    def moment(self, ts: int, seq_id: int) -> int | str:
        """Return what identifies a book message in this dialect: its seqId, or its time where there is none."""
        ...
