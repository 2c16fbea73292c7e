"""What time it is on the simulated exchange, and when its timers go off."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

__all__ = ["Clock", "LoopTime", "Timeline", "Timer", "VirtualClock"]

_WINDOW_MS = 30_000


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """See to it that it does not."""
        ...


class Timeline(Protocol):
    """Seconds that pass, and timers on them."""

    def time(self) -> float:
        """Return the present moment, seconds from any beginning."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call a function once, ``delay`` seconds from now."""
        ...


class LoopTime:
    """The event loop's time; it jumps where the loop's does (`warp`)."""

    def time(self) -> float:
        """See `Timeline`."""
        return asyncio.get_running_loop().time()

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """See `Timeline`."""
        return asyncio.get_running_loop().call_later(delay, callback)


@dataclass(order=True, slots=True)
class _Appointment:
    at: float
    nth: int
    callback: Callable[[], object] | None = field(compare=False)

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """Time that passes only when somebody lets it: ``await exchange.advance(seconds)``.

    Everything the exchange does by time happens on it: market steps, candles, idle cuts, notices, delays. A client in
    the same event loop lives by the loop's time and does not notice; where both shall pass together, use `warp`.

    Args:
        start: Market time of its beginning, Unix milliseconds.
    """

    def __init__(self, start: int = 1_767_225_600_000) -> None:
        self.start = start
        self._now = 0.0
        self._count = count()
        self._waiting: list[_Appointment] = []

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._now

    def call_later(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call a function once, ``delay`` seconds from now."""
        appointment = _Appointment(self._now + max(0.0, delay), next(self._count), callback)
        heapq.heappush(self._waiting, appointment)
        return appointment

    async def advance(self, seconds: float) -> None:
        """Let time pass; what is due happens in order, and other tasks run after each.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("time cannot run backwards")
        end = self._now + seconds
        while self._waiting and self._waiting[0].at <= end:
            appointment = heapq.heappop(self._waiting)
            if appointment.callback is not None:
                self._now = max(self._now, appointment.at)
                appointment.callback()
                await asyncio.sleep(0)
        self._now = end
        await asyncio.sleep(0)


class Clock:
    """Market time in Unix milliseconds.

    With ``start`` it stands still between steps and each step adds ``step_ms``, so the same seed gives the same frames
    to the byte. On a `VirtualClock` it is what that clock says. Else it is this machine's clock. A step never repeats a
    time.

    Args:
        start: First moment of a time that stands still between steps, or ``None``.
        step_ms: How much time one step then takes, at least 1.
        skew_ms: How far market time runs ahead.
        timeline: On what its timers wait.

    Attributes:
        skew_ms: How far market time runs ahead; may change at any time.
        timeline: On what timers wait.
        virtual: Whether market time has nothing to do with this machine's clock.
    """

    def __init__(self, start: int | None, step_ms: int, skew_ms: int = 0, timeline: Timeline | None = None) -> None:
        self.timeline: Timeline = timeline if timeline is not None else LoopTime()
        self.skew_ms = skew_ms
        self.steps = 0
        self._step_ms = step_ms
        self._stood = start
        self._virtual = timeline if isinstance(timeline, VirtualClock) else None
        self.virtual = start is not None or self._virtual is not None
        self._unskewed = self._true()
        self._last = self.start = start if start is not None else self.now()

    @property
    def stepped(self) -> int:
        """The moment of the latest step."""
        return self._last

    def now(self) -> int:
        """Return what the exchange says the time is."""
        return max(self._unskewed, self._true()) + self.skew_ms

    def advance(self) -> int:
        """Begin the next step and return its moment, at least 1 ms after the one before."""
        self.steps += 1
        if self._stood is not None:
            self._stood += self._step_ms
        self._unskewed = max(self._unskewed + 1, self._true())
        self._last = max(self._last + 1, self._unskewed + self.skew_ms)
        return self._last

    def accepts(self, ms: int) -> bool:
        """Tell whether a signature's moment is within 30 s of market time.

        Virtual time may be years away, and a client need not know; there the machine's own clock, skewed as much, is
        accepted too.
        """
        if abs(ms - self.now()) <= _WINDOW_MS:
            return True
        return self.virtual and abs(ms - _wall() - self.skew_ms) <= _WINDOW_MS

    def _true(self) -> int:
        if self._stood is not None:
            return self._stood
        if self._virtual is not None:
            return self._virtual.start + round(self._virtual.time() * 1000)
        return _wall()


def _wall() -> int:
    return time.time_ns() // 1_000_000
