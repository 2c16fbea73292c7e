"""One published channel of one instrument, and the state it needs to say what is new."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import groupby

from .bars import BarSize
from .dialect import ChecksumMode, Dialect, Picture, Quote, TopicKind, TopicSpec
from .frames import BookUpdate, Message, Row
from .market import Market, Movement
from .tape import Trade
from .windows import BookWindow, level_row

__all__ = ["NEVER", "Frozen", "Listener", "Topic", "make_topic", "quote_of"]

_QUIET_MS = 60_000

NEVER = sys.maxsize
"""A moment that does not come."""

Frozen = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
"""Bids and asks of a published book, each a tuple of price and size text, best first."""


class Listener(ABC):
    """Whoever gets the messages of a topic."""

    @abstractmethod
    def push(self, message: Message) -> None:
        """Take one message."""


class Topic(ABC):
    """One channel of one instrument.

    Args:
        market: What it speaks of.
        channel: Its name, in V3 without the product.
        spec: How it is published.
        dialect: How it is written.

    Attributes:
        silent: Whether nothing is pushed any more.
        name: What was subscribed to: the instrument as it was called then.
    """

    def __init__(self, market: Market, channel: str, spec: TopicSpec, dialect: Dialect) -> None:
        self.market = market
        self.instrument = market.instrument  # as it was called when somebody subscribed
        self.name = market.instrument.inst_id
        self.silent = False
        self.channel = channel
        self.spec = spec
        self.dialect = dialect
        self.listeners: dict[Listener, None] = {}

    @property
    def present_name(self) -> str:
        """What it would be subscribed to by now."""
        return self.market.instrument.inst_id

    @abstractmethod
    def first(self, now: int) -> list[Message]:
        """Return what a new subscriber is sent at once."""

    @abstractmethod
    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        """Return what is to be pushed after a step.

        Args:
            moved: What the step changed in this market, ``None`` for nothing.
            now: The step's moment, Unix milliseconds.
            due: Whether it is the turn of channels of this pace to publish.
        """

    def wakes(self) -> int:
        """Return when it may have something to say although its market did not move, Unix milliseconds."""
        return NEVER

    def heartbeat(self, now: int) -> Message | None:
        """Return the sign of life of a quiet book, ``None`` where the channel knows none."""
        return None

    def _message(self, payload: bytes, ts: int) -> Message:
        return Message(self.channel, self.instrument.inst_id, payload, self.dialect.frame(payload), ts)


class _ChainedTopic(Topic):
    """A book in whose chain each update names the seqId of the one before it, and that shows it lives when quiet."""

    def __init__(self, market: Market, channel: str, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(market, channel, spec, dialect)
        self._seq_id, self._ts = market.seq_id, market.ts
        self._pushed = market.ts

    @abstractmethod
    def _rows(self) -> tuple[list[Row], list[Row]]:
        """Return all bids and asks as they were told last."""

    @abstractmethod
    def _payload(self, update: BookUpdate) -> bytes:
        """Write an update."""

    def _sum(self) -> int | None:
        """Return the checksum that goes with an update, ``None`` for none."""
        return None

    def first(self, now: int) -> list[Message]:
        return [self._encode(self._update(True, *self._rows(), self._ts, -1))]

    def heartbeat(self, now: int) -> Message | None:
        if self.dialect.name == "v3":
            return None
        self._pushed = now
        return self._encode(self._update(False, [], [], now, self._seq_id))

    def wakes(self) -> int:
        return NEVER if self.dialect.name == "v3" else self._pushed + _QUIET_MS

    def _update(self, snapshot: bool, bids: list[Row], asks: list[Row], ts: int, previous: int) -> BookUpdate:
        inst_id = self.instrument.inst_id
        return BookUpdate(self.channel, inst_id, snapshot, asks, bids, ts, self._seq_id, previous, self._sum())

    def _encode(self, update: BookUpdate) -> Message:
        payload = self._payload(update)
        wire = self.dialect.frame(payload)
        return Message(self.channel, update.inst_id, payload, wire, update.ts, update, self._encode)


class _BookTopic(_ChainedTopic):
    """An incremental book."""

    def __init__(
        self,
        market: Market,
        channel: str,
        spec: TopicSpec,
        dialect: Dialect,
        checksum: ChecksumMode,
        record: Callable[[int | str, Frozen], None] | None,
    ) -> None:
        super().__init__(market, channel, spec, dialect)
        self._checksum = checksum
        self._record = record
        self._window = BookWindow(market.instrument, market.book.bids, market.book.asks, spec.depth)
        self._pending: tuple[set[int], set[int]] = (set(), set())
        self._keep()

    def _rows(self) -> tuple[list[Row], list[Row]]:
        return self._window.rows()

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        bids, asks = self._pending
        if moved is not None:
            bids |= moved.bids
            asks |= moved.asks
        if not due or not (bids or asks or now - self._pushed >= _QUIET_MS):
            return []
        previous = self._seq_id
        changed: tuple[list[Row], list[Row]] = ([], [])
        if bids or asks:
            changed = self._window.advance(bids, asks)
            self._pending = (set(), set())
        if changed[0] or changed[1]:
            self._seq_id, self._ts = self.market.seq_id, now
            self._keep()
        elif self.dialect.name == "v3" or now - self._pushed < _QUIET_MS:
            return []
        self._pushed = now
        return [self._encode(self._update(False, *changed, now, previous))]

    def _sum(self) -> int | None:
        if self._checksum == "on":
            return self._window.checksum()
        return 0 if self._checksum == "zero" else None

    def _payload(self, update: BookUpdate) -> bytes:
        return self.dialect.book(self.instrument, update)

    def _keep(self) -> None:
        if self._record is not None:
            self._record(self.dialect.moment(self._ts, self._seq_id), self._window.frozen())


class _RetailTopic(_ChainedTopic):
    """The book with its retail layer; small enough to compare whole."""

    def __init__(self, market: Market, channel: str, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(market, channel, spec, dialect)
        self._shown = self._present()

    def _rows(self) -> tuple[list[Row], list[Row]]:
        bids, asks = self._shown
        return list(bids.values()), list(asks.values())

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        if not due:
            return []
        previous, shown = self._seq_id, self._shown
        if self.market.seq_id != previous:
            self._shown = self._present()
        bids, asks = (_changes(old, new) for old, new in zip(shown, self._shown, strict=True))
        if bids or asks:
            self._seq_id, self._ts = self.market.seq_id, now
        elif now - self._pushed < _QUIET_MS:
            return []
        self._pushed = now
        return [self._encode(self._update(False, bids, asks, now, previous))]

    def _present(self) -> tuple[dict[int, Row], dict[int, Row]]:
        market, retail = self.market, self.market.retail
        if retail is None:
            raise ValueError(f"{market.instrument.inst_id} has no retail layer")
        return retail.present(market.book.bids, self.spec.depth), retail.present(market.book.asks, self.spec.depth)

    def _payload(self, update: BookUpdate) -> bytes:
        return self.dialect.retail(self.instrument, update)


def _changes(old: dict[int, Row], new: dict[int, Row]) -> list[Row]:
    gone = {key: (row[0], "0", "0", "0") for key, row in old.items() if key not in new}
    changed = {key: row for key, row in new.items() if old.get(key) != row}
    return [row for _, row in sorted((gone | changed).items())]


class _PictureTopic(Topic):
    """The best few levels, whole each time they changed, and again after a minute of quiet."""

    def __init__(self, market: Market, channel: str, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(market, channel, spec, dialect)
        self._shown = self._present()
        self._looked = market.seq_id
        self._pushed = market.ts

    def first(self, now: int) -> list[Message]:
        return [self._picture(self._present(), self.market.ts)]

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        quiet = now - self._pushed >= _QUIET_MS
        if not due:
            return []
        present = self._present() if self.market.seq_id != self._looked else self._shown
        self._looked = self.market.seq_id
        if present == self._shown and not quiet:
            return []
        self._shown, self._pushed = present, now
        return [self._picture(present, now)]

    def wakes(self) -> int:
        return self._pushed + _QUIET_MS

    def _present(self) -> tuple[list[Row], list[Row]]:
        return _best_rows(self.market, True, self.spec.depth), _best_rows(self.market, False, self.spec.depth)

    def _picture(self, present: tuple[list[Row], list[Row]], ts: int) -> Message:
        bids, asks = present
        picture = Picture(self.channel, self.instrument, asks, bids, ts, self.market.seq_id)
        return self._message(self.dialect.picture(picture), ts)


class _TradesTopic(Topic):
    """Trades as they happen: one message per taker order and price, or one per match."""

    def first(self, now: int) -> list[Message]:
        return []

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        if moved is None:
            return []
        return [
            self._message(self.dialect.trades(self.channel, self.instrument, group, self.market.seq_id), now)
            for group in self._groups(moved.trades)
        ]

    def _groups(self, trades: list[Trade]) -> Iterator[list[Trade]]:
        if self.spec.kind == TopicKind.EACH_TRADE:
            yield from ([trade] for trade in trades)
        else:
            for _, group in groupby(trades, key=lambda trade: (trade.taker_id, trade.price)):
                yield list(group)


class _TickerTopic(Topic):
    """The ticker, whenever the touch changed or something traded."""

    def __init__(self, market: Market, channel: str, spec: TopicSpec, dialect: Dialect) -> None:
        super().__init__(market, channel, spec, dialect)
        self._shown = self._present()

    def first(self, now: int) -> list[Message]:
        return [self._ticker(now)]

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        if not due:
            return []
        present = self._present()
        if present == self._shown:
            return []
        self._shown = present
        return [self._ticker(now)]

    def _present(self) -> tuple[Row | None, Row | None, int]:
        return *_touch(self.market), self.market.tape.last.trade_id

    def _ticker(self, now: int) -> Message:
        return self._message(self.dialect.ticker(self.channel, quote_of(self.market, now)), now)


class _CandleTopic(Topic):
    """The present candle after each trade, and a closed one once more when the next opens."""

    def __init__(
        self, market: Market, channel: str, spec: TopicSpec, dialect: Dialect, size: BarSize, now: int
    ) -> None:
        super().__init__(market, channel, spec, dialect)
        self._size = size
        self._opening = size.opening(now)

    def first(self, now: int) -> list[Message]:
        return [self._candle(self._opening, now, False)]

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        opening = self._size.opening(now)
        messages: list[Message] = []
        if opening != self._opening:
            messages.append(self._candle(self._opening, now, True))
            self._opening = opening
        if messages or (moved is not None and moved.trades):
            messages.append(self._candle(opening, now, False))
        return messages

    def wakes(self) -> int:
        return self._size.following(self._opening)

    def _candle(self, opening: int, now: int, closed: bool) -> Message:
        bar = self.market.tape.bar(self._size, opening, now)
        return self._message(self.dialect.candle(self.channel, self.instrument, bar, closed), now)


class _SilentTopic(Topic):
    """A channel that is acknowledged and never says anything."""

    def first(self, now: int) -> list[Message]:
        return []

    def step(self, moved: Movement | None, now: int, due: bool) -> list[Message]:
        return []


def make_topic(
    market: Market,
    channel: str,
    spec: TopicSpec,
    dialect: Dialect,
    *,
    checksum: ChecksumMode,
    size: BarSize | None,
    now: int,
    record: Callable[[int | str, Frozen], None] | None,
) -> Topic:
    """Return the topic for a channel, in the state of this moment.

    Args:
        market: What it speaks of.
        channel: Its name, in V3 without the product.
        spec: How it is published.
        dialect: How it is written.
        checksum: What books carry as checksum.
        size: The candle size of a candle channel.
        now: Unix milliseconds.
        record: Called with the identity and content of each published book state.
    """
    if spec.kind == TopicKind.BOOK:
        return _BookTopic(market, channel, spec, dialect, checksum, record)
    if size is not None:
        return _CandleTopic(market, channel, spec, dialect, size, now)
    kinds: dict[str, type[_RetailTopic | _PictureTopic | _TradesTopic | _TickerTopic | _SilentTopic]] = {
        TopicKind.RETAIL: _RetailTopic,
        TopicKind.PICTURE: _PictureTopic,
        TopicKind.TRADES: _TradesTopic,
        TopicKind.EACH_TRADE: _TradesTopic,
        TopicKind.TICKER: _TickerTopic,
        TopicKind.SILENT: _SilentTopic,
    }
    return kinds[spec.kind](market, channel, spec, dialect)


def quote_of(market: Market, now: int) -> Quote:
    """Return what a ticker of this market says at this moment."""
    ask, bid = _touch(market)
    return Quote(market.instrument, market.tape.last, ask, bid, market.tape.figures(now), now)


def _touch(market: Market) -> tuple[Row | None, Row | None]:
    asks, bids = _best_rows(market, False, 1), _best_rows(market, True, 1)
    return (asks[0] if asks else None), (bids[0] if bids else None)


def _best_rows(market: Market, bids: bool, depth: int) -> list[Row]:
    side = market.book.bids if bids else market.book.asks
    rows: list[Row] = []
    for key in side.keys[:depth]:
        level = side.levels[key]
        rows.append(level_row(market.instrument, side.sign, key, (level.lots, len(level.orders))))
    return rows
