"""Keeps one order book LIVE: feeds it, tells its consumers, and recovers it when a guard fails.

A failed guard has invalidated the book before this room hears of it. Then: tell the consumers, unsubscribe, wait for
the ack, subscribe, wait for the ack, wait for the snapshot. One recovery at a time, with back-off, charged to the
connection's hourly budget; after a few failures the line is replaced instead.
"""

from __future__ import annotations

import logging
import random
from typing import Protocol

from ..core.book import BookState, OrderBook, Verdict
from ..core.retry import Backoff
from ..errors import OkxError, UnknownChannel
from .hub import Hub
from .observer import Observer
from .stream import Stream

__all__ = ["BookKeeper"]

_log = logging.getLogger("okx_async.net.keeper")

_UPDATE = Verdict.UPDATE  # by far the commonest: one name to look up, not two
_NOBODY = Observer()
#: Failed recoveries in a row after which the connection is replaced.
PATIENCE = 4
#: Seconds a book must have been LIVE for its past failures to be forgotten.
FORGIVEN = 10.0
#: Seconds to wait for the snapshot behind the ack.
SNAPSHOT = 10.0
#: Seconds for which a book must have been crossed to be suspected.
CROSSED = 1.0


class Auditor(Protocol):
    """Whoever compares the book with another source and needs its updates for that."""

    def take(self, raw: bytes) -> None:
        """Take one frame that was applied."""
        ...


class BookKeeper:
    """One book and its consumers.

    Args:
        hub: The topic's hub.
        backoff: Delays between recoveries; the first one is at once.
        whole_rows: Whether the book keeps every column.
        observer: Whom to tell of recoveries.

    Attributes:
        book: The book, one object for its whole life.
        resyncs: Recoveries begun.
    """

    def __init__(
        self,
        hub: Hub,
        backoff: Backoff = Backoff(0.5, 30.0),  # noqa: B008 - frozen
        *,
        whole_rows: bool = False,
        observer: Observer = _NOBODY,
    ) -> None:
        self._whole_rows = whole_rows
        self._observer = observer
        self._hub = hub
        self.book = self.twin()
        self.streams: list[Stream[OrderBook]] = []
        self.resyncs = 0
        self.auditors: list[Auditor] = []
        self._quiet = hub.topic.channel.quiet
        self._backoff = backoff
        self._failures = 0
        self._live_at = 0.0
        self._deadline: float | None = None
        self._crossed: float | None = None
        self._suspected = False

    def twin(self) -> OrderBook:
        """Return an empty book of the same form: for another connection of the same topic."""
        topic = self._hub.topic
        form = topic.channel.book
        if form is None:
            raise UnknownChannel(f"{topic} is not an order book channel")
        return OrderBook(
            topic.key,
            depth=form.depth,
            incremental=form.incremental,
            whole_rows=self._whole_rows or form.whole_rows,
        )

    def adopt(self, book: OrderBook) -> None:
        """Go on with the book that another connection has brought to the same point, or further."""
        self.book.adopt(book)
        self._deadline = None
        self._tell()

    @property
    def listeners(self) -> int:
        """How many streams listen."""
        return len(self.streams)

    # -- data

    def take(self, raw: bytes, now: float) -> None:
        """Feed one frame and pass the news on."""
        self.follow(self.book.feed(raw, now), raw, now)

    def follow(self, verdict: Verdict, raw: bytes, now: float) -> None:
        """Pass on what became of a frame."""
        book = self.book
        if verdict is not _UPDATE:
            if verdict is Verdict.IGNORED:
                return
            if verdict is Verdict.BROKEN:
                self.recover(now)
            elif verdict is Verdict.SNAPSHOT:
                self._deadline = None
                self._live_at = now
        for auditor in self.auditors:
            auditor.take(raw)
        for stream in self.streams:
            stream.push(book)

    # -- recovery

    def recover(self, now: float) -> None:
        """Ask for a new snapshot. The book is not LIVE, and its consumers hear of it right behind."""
        if self._live_at and now - self._live_at > FORGIVEN:
            self._failures = 0
        self._failures += 1
        self.resyncs += 1
        if self._failures > PATIENCE:
            self._failures = 0
            self._hub.link.restart(f"the book {self.book.topic} could not be recovered on this line")
            return
        delay = 0.0 if self._failures == 1 else self._backoff.delay(self._failures - 1, random.random())
        _log.info("%s is %s: %s; resync in %.2f s", self.book.topic, self.book.state.value, self.book.cause, delay)
        if self.book.cause.startswith("checksum"):
            _log.debug("%s: the checksum was reckoned from %s", self.book.topic, self.book.crc_text)
        self._observer.resync(self.book.topic, self.book.cause)
        self._deadline = now + delay + 2 * SNAPSHOT
        self._hub.link.resync(self._hub.topic, delay)

    def broke(self, state: BookState, cause: str, now: float) -> None:
        """Invalidate the book for a reason that is not in its frames, tell the consumers, and recover it."""
        self.book.invalidate(state, cause)
        self._tell()
        self.recover(now)

    def tick(self, now: float) -> None:
        """Let time pass: a snapshot that never comes, a book that fell silent."""
        book = self.book
        if self._deadline is not None and now > self._deadline:
            self.recover(now)
        elif self._quiet is not None and book.live and book.age(now) > self._quiet:
            self.broke(BookState.STALE, f"nothing was heard for {book.age(now):.0f} s", now)
        elif book.live:
            self._look_across(now)

    def _look_across(self, now: float) -> None:
        """Suspect a book that stays crossed, whatever its guards say; once, for auctions and pre-open books are so."""
        book = self.book
        if not book.crossed:
            self._crossed, self._suspected = None, False
            return
        if self._crossed is None:
            self._crossed = now
        if not self._suspected and now - self._crossed >= CROSSED:
            self._suspected = True
            bid, ask = book.best_bid, book.best_ask
            cause = f"it is crossed: best bid {bid and bid.px} is not below best ask {ask and ask.px}"
            _log.warning("%s may be wrong, %s", book.topic, cause)
            self.broke(BookState.BROKEN, cause, now)

    # -- the subscription's life

    def granted(self, now: float) -> None:
        """The subscription is live; the snapshot is not there yet. An ack is not the end of a recovery."""
        if not self.book.live:
            self._deadline = now + SNAPSHOT

    def interrupted(self, cause: str) -> None:
        """The line is gone: the book was right once and is unknown now."""
        self._deadline = None
        if self.book.live:
            self.book.invalidate(BookState.STALE, cause)
            self._tell()

    def fail(self, error: OkxError) -> None:
        """The topic was refused."""
        self.book.invalidate(BookState.STALE, str(error))
        for stream in list(self.streams):
            stream.fail(error)

    def end(self) -> None:
        """The client is closing."""
        self.book.invalidate(BookState.STALE, "the subscription was closed")
        for stream in list(self.streams):
            stream.end()

    def _tell(self) -> None:
        for stream in self.streams:
            stream.push(self.book)
