"""Whose a push is: known by the first bytes of a frame, which the first push of every topic teaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.channel import Topic
from ..core.dialect import Dialect, Push
from ..core.paging import SnapshotPages
from .hub import Carried

__all__ = ["Sorter"]

_Sink = Callable[[bytes, float], None]


class Sorter:
    """Hands the pushes of one connection to those who carry their topics.

    What it carries outlives connections; what it learned of bytes, and pages of half a snapshot, belong to one.

    Args:
        dialect: How frames are read.
        other: Takes every frame that is not known by its first bytes; a push among them comes back by `first`.
        completed: Called when the first pages of a topic are all there.

    Attributes:
        carried: Who carries which topic, by canonical argument.
        deep: How many of them are deep books.
        unrouted: Pushes of topics nobody asked for.
        route: The hot path: takes every frame, and when it came on the loop's clock.
    """

    def __init__(self, dialect: Dialect, other: _Sink, completed: Callable[[], None]) -> None:
        self.carried: dict[str, Carried] = {}
        self.deep = 0
        self.unrouted = 0
        self._sinks: dict[bytes, _Sink] = {}
        self.route: _Sink = dialect.router(self._sinks, other)
        self._arg_key = dialect.arg_key
        self._completed = completed
        self._learned: dict[str, list[bytes]] = {}
        self._guessed: dict[str, list[tuple[str, bytes]]] = {}
        self._pages: dict[str, SnapshotPages] = {}
        self._looked: set[str] = set()

    def of(self, topic: Topic[Any]) -> Carried | None:
        """Return who carries a topic, ``None`` when nobody does."""
        return self.carried.get(self._arg_key(topic))

    def add(self, carried: Carried) -> None:
        """Carry a topic from now on."""
        for arg, key in self._guessed.pop(carried.topic.name, ()):  # the next push may fit this one better
            self._sinks.pop(key, None)
            if key in self._learned.get(arg, ()):
                self._learned[arg].remove(key)
        self.carried[self._arg_key(carried.topic)] = carried
        self.deep += carried.topic.deep

    def replace(self, carried: Carried) -> None:
        """Let something else take what comes for a topic that is carried already."""
        arg = self._arg_key(carried.topic)
        if arg in self.carried:
            self.carried[arg] = carried
            for key in self._learned.get(arg, ()):
                self._sinks[key] = self._sink(arg, carried)

    def remove(self, topic: Topic[Any]) -> bool:
        """Carry a topic no longer; False when it was not carried."""
        arg = self._arg_key(topic)
        if self.carried.pop(arg, None) is None:
            return False
        self.deep -= topic.deep
        for key in self._learned.pop(arg, ()):
            self._sinks.pop(key, None)
        self._pages.pop(arg, None)
        return True

    def first(self, push: Push, now: float) -> None:
        """Take a push that is not known by its first bytes, and learn them."""
        for arg, frame in push.parts:
            carried = self.carried.get(arg)
            if carried is None:
                self.unrouted += 1
                continue
            sink = self._sink(arg, carried)
            if push.key:
                self._sinks[push.key] = sink
                self._learned.setdefault(arg, []).append(push.key)
                if push.guessed:
                    self._guessed.setdefault(carried.topic.name, []).append((arg, push.key))
                if carried.topic.name not in self._looked:
                    self._looked.add(carried.topic.name)
                    carried.first(frame)
            sink(frame, now)

    def begin_anew(self, topic: Topic[Any]) -> None:
        """Forget half a snapshot of a topic that was unsubscribed: it comes from its first page again."""
        self._pages.pop(self._arg_key(topic), None)

    def forget(self) -> None:
        """Forget what was learned of a connection that is gone."""
        self._sinks.clear()
        self._learned.clear()
        self._guessed.clear()
        self._pages.clear()
        self._looked.clear()

    def _sink(self, arg: str, carried: Carried) -> _Sink:
        """Return what takes the pushes of a topic: itself, or what puts its pages together before it."""
        inside = carried.topic.channel.paged
        if inside is None:
            return carried.sink

        def paged(raw: bytes, now: float) -> None:
            pages = self._pages.get(arg)
            if pages is None:
                pages = self._pages[arg] = SnapshotPages(inside)
            for frame in pages.take(raw):
                carried.sink(frame, now)
            if pages.whole and not carried.hub.whole:
                carried.hub.whole = True
                self._completed()

        return paged
