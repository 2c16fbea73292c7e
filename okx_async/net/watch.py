"""How long requests may take: one timer looks after all of them, because timers of their own cost more than signing."""

from __future__ import annotations

import asyncio
from math import inf
from typing import Any

__all__ = ["Watch"]


class _Watched:
    """What one task is doing.

    Attributes:
        last: The moment at which all of it must be done, by the loop's clock.
        silent: The moment at which something must have come, infinity while there is no line.
        others: How many others had asked the task to stop when it began.
        over: Whether it was stopped because it took too long.
    """

    __slots__ = ("last", "others", "over", "silent")

    def __init__(self, last: float, others: int) -> None:
        self.last = last
        self.silent = inf
        self.others = others
        self.over = False


class Watch:
    """Stops requests that take too long, or hear nothing for too long. Each task has one at a time.

    ::

        watch.begin()
        try:
            ...                       # watch.heard() whenever something comes
        except asyncio.CancelledError:
            if watch.stopped():
                raise TimeoutError from None
            raise
        finally:
            watch.end()

    Args:
        read: Seconds for the next bytes of an answer.
        total: Seconds for the whole.
    """

    def __init__(self, read: float, total: float) -> None:
        self._read = read
        self._total = total
        self._step = min(read, total)
        self._watched: dict[asyncio.Task[Any], _Watched] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Watch over what this task does until `end`."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - whoever can await is in one
        loop = task.get_loop()
        now = loop.time()
        self._watched[task] = _Watched(now + self._total, task.cancelling())
        if self._timer is None:
            self._timer = loop.call_at(now + self._step, self._look, loop)

    def heard(self) -> None:
        """Note that this task has a line, or that something came: more is due from now on."""
        task = asyncio.current_task()
        if task in self._watched:
            self._watched[task].silent = task.get_loop().time() + self._read

    def stopped(self) -> bool:
        """Tell whether the cancellation that has reached this task is the watch's own, and nobody else wants it."""
        task = asyncio.current_task()
        watched = self._watched.get(task) if task is not None else None
        if task is None or watched is None or not watched.over:
            return False
        watched.over = False
        return task.uncancel() <= watched.others

    def end(self) -> None:
        """Watch over this task no more."""
        task = asyncio.current_task()
        if task is not None and self._watched.pop(task).over:
            task.uncancel()  # it was done before it could be stopped

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop what is due, and look again when the next may be: nothing is due sooner than a step after it began."""
        self._timer = None
        now = loop.time()
        soon = now + self._step
        for task, watched in self._watched.items():
            due = min(watched.last, watched.silent)
            if due > now:
                soon = min(soon, due)
            elif not watched.over:
                watched.over = True
                task.cancel()
        if self._watched:
            self._timer = loop.call_at(soon, self._look, loop)

    def close(self) -> None:
        """Watch over nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
