"""Two connections for one topic: the first to bring a message wins, and losing one of them loses nothing.

A connection that joins is listened to when it has met the other: a row both brought, or silence behind an answered
ping. From there on the order of the rows is right by itself, because each connection keeps it. Books take whichever
message fits their sequence; V3 books have none, so there the second connection keeps a book of its own, ready to go on
with at once.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import msgspec

from ..core.book import BookState, OrderBook, Verdict
from ..core.channel import Topic
from ..errors import OkxError
from .hub import Carried, Hub, Line, ProbedLine
from .keeper import BookKeeper

__all__ = ["Standby"]

#: Seconds a joining connection waits for a row that both have brought.
DRAIN = 2.0
#: Rows remembered, to know them again.
REMEMBERED = 5_000

_key = msgspec.json.Encoder().encode


class Standby(Line):
    """One topic on two connections.

    Args:
        hub: The topic's listeners.
        lines: The two connections.

    Attributes:
        faces: What each of them carries.
    """

    def __init__(self, hub: Hub, lines: tuple[ProbedLine, ProbedLine]) -> None:
        self.hub = hub
        self.faces = tuple(_Face(self, line) for line in lines)
        self._seen: set[bytes] = set()
        self._order: deque[bytes] = deque()

    # -- what the hub asks of its connection

    def resync(self, topic: Topic[Any], delay: float) -> bool:
        started = [face.line.resync(topic, delay) for face in self.faces]
        return any(started)

    def restart(self, cause: str) -> None:
        for face in self.faces:
            face.line.restart(cause)

    def hold(self, on: bool) -> None:
        for face in self.faces:
            face.line.hold(on)

    # -- what the connections bring

    def push(self, face: _Face, raw: bytes, now: float) -> None:
        """Take one push of one connection."""
        hub = self.hub
        hub.heard = now
        if isinstance(hub.keeper, BookKeeper):
            self._book(face, hub.keeper, raw, now)
        if hub.streams:
            rows = hub.rows(raw)
            if face.joined:
                hub.deliver([row for row in rows if self._is_new(_key(row))], now)
                self._meet(now)
            else:
                face.kept.update((_key(row), row) for row in rows)
                face.trim(REMEMBERED)
                self._meet(now)

    def _is_new(self, key: bytes) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        self._order.append(key)
        if len(self._order) > REMEMBERED:
            self._seen.discard(self._order.popleft())
        return True

    def _meet(self, now: float, *, drained: bool = False) -> None:
        """Let a joining connection join when both have brought the same row."""
        for face in self.faces:
            if face.live and not face.joined and (drained or not self._seen.isdisjoint(face.kept)):
                self._join(face, now)

    def _join(self, face: _Face, now: float) -> None:
        unseen: list[Any] = []
        for key, row in face.kept.items():
            if key in self._seen:
                unseen.clear()  # the other one brought this, and so everything before it
            else:
                unseen.append(row)
        face.joined = True
        face.kept.clear()
        self.hub.deliver([row for row in unseen if self._is_new(_key(row))], now)

    # -- books

    def _book(self, face: _Face, keeper: BookKeeper, raw: bytes, now: float) -> None:
        if self.hub.topic.channel.sequenced:
            self._offer(face, keeper, raw, now)
        elif face is self._lead:
            keeper.take(raw, now)
        else:
            face.book = face.book or keeper.twin()
            if face.book.feed(raw, now) is Verdict.BROKEN:
                face.line.resync(self.hub.topic, 0.0)

    def _offer(self, face: _Face, keeper: BookKeeper, raw: bytes, now: float) -> None:
        verdict = keeper.book.offer(raw, now)
        if verdict is Verdict.AHEAD:
            face.behind = True
            if all(one.behind or not one.live for one in self.faces):
                keeper.broke(BookState.BROKEN, "both connections have lost a message", now)
            else:
                face.line.resync(self.hub.topic, 0.0)
            return
        face.behind = False
        keeper.follow(verdict, raw, now)

    @property
    def _lead(self) -> _Face:
        return next((face for face in self.faces if face.live and face.joined), self.faces[0])

    def _take_over(self, keeper: BookKeeper) -> bool:
        """Go on with the other connection's own book; False when there is none that is LIVE."""
        book = self._lead.book
        self._lead.book = None
        if book is None or not book.live:
            return False
        keeper.adopt(book)
        return True

    # -- life

    def granted(self, face: _Face, now: float) -> None:
        """One connection has the topic."""
        first = not any(one.live for one in self.faces)
        face.live = True
        face.behind = False
        face.granted_at = now
        if first:
            face.joined = True
            self.hub.granted(now)
        else:
            other = next(one for one in self.faces if one is not face)
            face.probe = other.line.probe()

    def lost(self, face: _Face, since: float, cause: str) -> None:
        """One connection no longer has the topic."""
        was_lead = face is self._lead and face.joined
        face.forget()
        other = next(one for one in self.faces if one is not face)
        if not other.live:
            self.hub.interrupted(since, cause)
            return
        if not other.joined:
            # What the lost one had not delivered yet, from before the other was there, is missing.
            self.hub.missed(since, cause)
            self.hub.granted(other.granted_at)
            self._join(other, other.granted_at)
        keeper = self.hub.keeper
        if isinstance(keeper, BookKeeper) and not self._goes_on(keeper, other, was_lead=was_lead):
            keeper.interrupted(cause)
            other.line.resync(self.hub.topic, 0.0)

    def _goes_on(self, keeper: BookKeeper, other: _Face, *, was_lead: bool) -> bool:
        """Tell whether the book stays LIVE on the other connection."""
        if self.hub.topic.channel.sequenced:
            return not other.behind
        return not was_lead or self._take_over(keeper)

    def tick(self, face: _Face, now: float) -> None:
        """Let time pass on one connection."""
        if face is self._lead:
            self.hub.tick(now)
        elif face.live and not face.joined and now - face.granted_at > DRAIN:
            other = next(one for one in self.faces if one is not face)
            if not other.live or other.line.answered(face.probe):
                self._meet(now, drained=True)


class _Face(Carried):
    """The topic as one of the two connections sees it."""

    def __init__(self, standby: Standby, line: ProbedLine) -> None:
        self.topic = standby.hub.topic
        self.line = line
        self.live = False
        self.joined = False
        self.behind = False
        self.granted_at = 0.0
        self.probe = 0
        self.kept: dict[bytes, Any] = {}
        self.book: OrderBook | None = None
        self._standby = standby

    def forget(self) -> None:
        """The connection, or its subscription, is gone."""
        self.live = self.joined = self.behind = False
        self.kept.clear()
        self.book = None

    def trim(self, size: int) -> None:
        """Keep no more than so many rows."""
        while len(self.kept) > size:
            del self.kept[next(iter(self.kept))]

    @property
    def hub(self) -> Hub:
        return self._standby.hub

    def first(self, raw: bytes) -> None:
        self.hub.first(raw)

    def sink(self, raw: bytes, now: float) -> None:
        self._standby.push(self, raw, now)

    def granted(self, now: float) -> None:
        self._standby.granted(self, now)

    def left(self) -> None:
        self._standby.lost(self, time.time(), "the subscription was renewed")

    def interrupted(self, since: float, cause: str) -> None:
        if self.live:
            self._standby.lost(self, since, cause)

    def tick(self, now: float) -> None:
        self._standby.tick(self, now)

    def fail(self, error: OkxError) -> None:
        self.hub.fail(error)

    def end(self) -> None:
        self.hub.end()
