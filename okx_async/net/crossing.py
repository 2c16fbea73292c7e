"""Carries one topic from one connection to another without losing or doubling anything.

For a while both connections deliver. The old one stays the one that counts, and what the new one sends is kept, until
the two meet: a row the old one delivered turns up on the new one, or the new one's book has reached the old one's
sequence. From there on the old one is not listened to, and as soon as the new one has brought everything the old one
delivered, it alone counts. (V5 protocol.md, "Maintenance and zero-downtime reconnect")
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from ..core.book import OrderBook, Verdict
from ..core.channel import Topic
from ..errors import OkxError
from .hub import Carried, Hub, ProbedLine
from .keeper import BookKeeper

__all__ = ["Crossing"]

#: Seconds after the new connection's ack for which the old one may at least deliver what happened before it; it must
#: also have answered a ping sent behind that ack, so that nothing is left in its pipe.
DRAIN = 2.0
#: Rows remembered of each connection while both deliver.
REMEMBERED = 5_000

_key = msgspec.json.Encoder().encode


class Crossing:
    """One topic on its way.

    Args:
        hub: The topic's listeners.
        old: The connection it leaves.
        new: The connection it goes to.
        done: Called when it has arrived, or when it ended on the way.

    Attributes:
        old_face: What the old connection carries meanwhile.
        new_face: What the new connection carries meanwhile.
    """

    def __init__(self, hub: Hub, old: ProbedLine, new: ProbedLine, done: Callable[[Crossing], None]) -> None:
        self.hub = hub
        self.old_face = _OldFace(self)
        self.new_face = _NewFace(self)
        self._old = old
        self._new = new
        self._done = done
        self._seen: set[bytes] = set()
        self._order: deque[bytes] = deque()
        self._kept: dict[bytes, Any] = {}
        self._met = False
        self._owed = False
        self._book: OrderBook | None = None
        self._granted_at: float | None = None
        self._probe = 0
        self._rows_wait = 0.0
        self._book_waits = 0.0
        self._alone = False
        self.over = False
        for row in hub.latest() if hub.streams else ():
            self._delivered(_key(row))

    # -- what the old connection brings

    def old_push(self, raw: bytes, now: float) -> None:
        hub = self.hub
        if isinstance(hub.keeper, BookKeeper) and not self._book_waits:
            hub.keeper.take(raw, now)
        if hub.streams and not self._rows_wait:
            rows = hub.rows(raw)
            for row in rows:
                self._delivered(_key(row))
            self._owed = self._granted_at is not None and bool(rows)
            hub.deliver(rows, now)
        self._look(now)

    def old_lost(self, since: float, cause: str) -> None:
        """The old connection is gone before the two met."""
        self._alone = True
        if self._granted_at is None:
            self.hub.interrupted(since, cause)
            return
        # The new one has everything since its ack, but what came before that and was still under way is lost.
        self.hub.missed(since, cause)
        if self._rows_only or (self._book is not None and self._book.live):
            self._arrive(granted=self._granted_at)
        elif isinstance(self.hub.keeper, BookKeeper):
            self.hub.keeper.interrupted(cause)

    # -- what the new connection brings

    def new_push(self, raw: bytes, now: float) -> None:
        hub = self.hub
        if isinstance(hub.keeper, BookKeeper):
            if self._book is None:
                self._book = hub.keeper.twin()
            if self._book.feed(raw, now) is Verdict.BROKEN:
                self._new.resync(hub.topic, 0.0)
        if hub.streams:
            for row in hub.rows(raw):
                self._keep(_key(row), row)
        self._look(now)

    def new_granted(self, now: float) -> None:
        self._granted_at = now
        self._probe = self._old.probe()
        if self._alone and self._rows_only:
            self._arrive(granted=now)

    def new_lost(self, since: float, cause: str) -> None:
        self._granted_at = None
        self._kept.clear()
        self._met = self._owed = False
        self._book = None
        if self._alone or self._book_waits or self._rows_wait:
            self.hub.interrupted(since, cause)  # the old one is gone, or was not listened to any more
            self._alone = True

    def refused(self, error: OkxError) -> None:
        self.over = True
        self.hub.fail(error)
        self._done(self)

    # -- meeting

    def tick(self, now: float) -> None:
        """Let time pass on the new connection."""
        self._look(now)

    @property
    def _rows_only(self) -> bool:
        return not isinstance(self.hub.keeper, BookKeeper)

    def _look(self, now: float) -> None:
        """Go over when the two have met, or when the old one has had all the time it needs."""
        if self.over or self._granted_at is None:
            return
        drained = self._alone or (now - self._granted_at > DRAIN and self._old.answered(self._probe))
        books = self._rows_only or self._book_is_there(now, drained)
        rows = not self.hub.streams or self._rows_are_there(now, drained)
        if books and rows:
            self._arrive(granted=now if self._alone else None)

    def _rows_are_there(self, now: float, drained: bool) -> bool:
        if not self._met and not (drained and self._owed):
            return drained
        if not self._rows_wait:
            # The new one has, or will bring, what the old one delivered last: it must not come twice.
            self._rows_wait = now
        return self._order[-1] in self._kept or now - self._rows_wait > DRAIN

    def _book_is_there(self, now: float, drained: bool) -> bool:
        keeper, mine = self.hub.keeper, self._book
        assert isinstance(keeper, BookKeeper)  # noqa: S101 - asked by the caller
        if mine is None or not mine.live:
            return False
        theirs = keeper.book
        if not theirs.live or self._alone:
            return True
        if mine.seq_id is None or theirs.seq_id is None:
            return drained or (mine.ts or 0) >= (theirs.ts or 0)
        if mine.seq_id >= theirs.seq_id:
            return True
        # On a busy line the new one may stay a message behind for ever: let the old one stand until it is passed.
        if drained and not self._book_waits:
            self._book_waits = now
        return bool(self._book_waits) and now - self._book_waits > DRAIN  # a legal reset: ids went back

    def _arrive(self, granted: float | None = None) -> None:
        """Let the new connection count from here on."""
        hub, kept = self.hub, self._unseen()
        self.over = True
        hub.link = self._new
        if granted is not None:
            hub.granted(granted)  # tells the gap, if the old one was lost too early
        if isinstance(hub.keeper, BookKeeper) and self._book is not None:
            hub.keeper.adopt(self._book)
        hub.deliver(kept, hub.heard)
        self._done(self)

    def _unseen(self) -> list[Any]:
        """Return the new connection's rows behind the last one that the old one delivered, too."""
        unseen: list[Any] = []
        for key, row in self._kept.items():
            if key in self._seen:
                unseen.clear()
            else:
                unseen.append(row)
        return unseen

    def _delivered(self, key: bytes) -> None:
        """Remember a row the old connection delivered."""
        self._met = self._met or key in self._kept
        if key not in self._seen:
            self._seen.add(key)
            self._order.append(key)
            if len(self._order) > REMEMBERED:
                self._seen.discard(self._order.popleft())

    def _keep(self, key: bytes, row: Any) -> None:
        """Keep a row of the new connection until it counts."""
        self._met = self._met or key in self._seen
        self._kept[key] = row
        if len(self._kept) > REMEMBERED:
            del self._kept[next(iter(self._kept))]


class _Face(Carried):
    """The topic as one of the two connections sees it."""

    def __init__(self, crossing: Crossing) -> None:
        self._crossing = crossing
        self.topic: Topic[Any] = crossing.hub.topic

    @property
    def hub(self) -> Hub:
        return self._crossing.hub

    def first(self, raw: bytes) -> None:
        """The fields were looked at when the topic was first subscribed."""


class _OldFace(_Face):
    """Falls silent once the topic has arrived on the other side."""

    def sink(self, raw: bytes, now: float) -> None:
        if not self._crossing.over:
            self._crossing.old_push(raw, now)

    def interrupted(self, since: float, cause: str) -> None:
        if not self._crossing.over:
            self._crossing.old_lost(since, cause)

    def left(self) -> None:
        if not self._crossing.over:
            self.hub.left()  # a book that is being recovered on the old connection meanwhile

    def granted(self, now: float) -> None:
        if not self._crossing.over:
            self.hub.granted(now)

    def tick(self, now: float) -> None:
        if not self._crossing.over:
            self.hub.tick(now)

    def fail(self, error: OkxError) -> None:
        if not self._crossing.over:
            self._crossing.old_lost(time.time(), str(error))

    def end(self) -> None:
        """The old connection is closed; whoever carries on ends the topic."""


class _NewFace(_Face):
    """Replaced by the hub itself once the topic has arrived."""

    def sink(self, raw: bytes, now: float) -> None:
        self._crossing.new_push(raw, now)

    def interrupted(self, since: float, cause: str) -> None:
        self._crossing.new_lost(since, cause)

    def left(self) -> None:
        self._crossing.new_lost(time.time(), "the subscription was renewed")

    def granted(self, now: float) -> None:
        self._crossing.new_granted(now)

    def tick(self, now: float) -> None:
        self._crossing.tick(now)

    def fail(self, error: OkxError) -> None:
        self._crossing.refused(error)

    def end(self) -> None:
        self.hub.end()
