"""The way between the two ends of a line: how long it takes, and what holds it up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from .clock import Timeline, Timer

__all__ = ["Lag"]

_T = TypeVar("_T")


class Lag(Generic[_T]):
    """Delivers things in the order they were put, each after the same time, none while it is held up.

    Args:
        timeline: On what it waits.
        seconds: How long the way takes, 0 for none.
        deliver: Called with each thing.
    """

    def __init__(self, timeline: Timeline, seconds: float, deliver: Callable[[_T], object]) -> None:
        self._timeline = timeline
        self._seconds = seconds
        self._deliver = deliver
        self._under_way: deque[tuple[float, _T]] = deque()
        self._held_until = 0.0
        self._timer: Timer | None = None

    def put(self, thing: _T) -> None:
        """Send a thing on its way."""
        if not self._seconds and not self._under_way and not self._held_until:
            self._deliver(thing)
            return
        self._under_way.append((max(self._timeline.time() + self._seconds, self._held_until), thing))
        self._watch()

    def hold(self, seconds: float) -> None:
        """Let nothing that is put from now on arrive within so many seconds."""
        self._held_until = max(self._held_until, self._timeline.time() + self._seconds + seconds)

    def finish(self) -> None:
        """Deliver at once whatever is still under way."""
        while self._under_way:
            self._deliver(self._under_way.popleft()[1])
        self.drop()

    def drop(self) -> None:
        """Forget whatever is still under way."""
        self._under_way.clear()
        self._held_until = 0.0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch(self) -> None:
        if self._timer is None and self._under_way:
            self._timer = self._timeline.call_later(self._under_way[0][0] - self._timeline.time(), self._arrive)

    def _arrive(self) -> None:
        self._timer = None
        now = self._timeline.time()
        while self._under_way and self._under_way[0][0] <= now:
            self._deliver(self._under_way.popleft()[1])
        if self._held_until <= now:
            self._held_until = 0.0
        self._watch()
