"""What time it is on the simulated exchange."""

from __future__ import annotations

import time

__all__ = ["Clock"]

_WINDOW_MS = 30_000


class Clock:
    """Market time in Unix milliseconds, virtual or real.

    With ``start`` it is virtual: it stands still between steps and each step adds ``step_ms``, so the same seed gives
    the same frames to the byte. Without, it is this machine's clock plus ``skew_ms``, and a step never repeats a time.

    Args:
        start: First moment of virtual time, or ``None`` for real time.
        step_ms: How much virtual time one step takes, at least 1.
        skew_ms: How far real market time runs ahead of this machine's clock.
    """

    def __init__(self, start: int | None, step_ms: int, skew_ms: int = 0) -> None:
        self.virtual = start is not None
        self.start = start if start is not None else _wall() + skew_ms
        self.steps = 0
        self._step_ms = step_ms
        self._skew_ms = skew_ms
        self._last = self.start

    @property
    def stepped(self) -> int:
        """The moment of the latest step."""
        return self._last

    def now(self) -> int:
        """Return the present moment, never before the latest step."""
        return self._last if self.virtual else max(self._last, _wall() + self._skew_ms)

    def advance(self) -> int:
        """Begin the next step and return its moment, at least 1 ms after the one before."""
        self.steps += 1
        if self.virtual:
            self._last += self._step_ms
        else:
            self._last = max(self._last + 1, _wall() + self._skew_ms)
        return self._last

    def accepts(self, ms: int) -> bool:
        """Tell whether a signature's moment is within 30 s of market time.

        Virtual time may be years away, and a client need not know; there the machine's own clock is accepted too.
        """
        if abs(ms - self.now()) <= _WINDOW_MS:
            return True
        return self.virtual and abs(ms - _wall()) <= _WINDOW_MS


def _wall() -> int:
    return time.time_ns() // 1_000_000
