"""When a market makes its steps: at a pace of its own, as its clock is let go, or when asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from .clock import VirtualClock

__all__ = ["Pulse"]

_BEHIND = 1.0
"""Seconds of lag after which the pace is not made up for any more."""


class Pulse:
    """Lets an exchange's time pass.

    Args:
        beat: Makes one step.
        rate: Steps per second; 0 for none but those that are asked for.
        step_ms: Virtual time of a step that is asked for.
        clock: Time that passes by `advance` only; without it the event loop's.
    """

    def __init__(self, beat: Callable[[], None], rate: float, step_ms: int, clock: VirtualClock | None) -> None:
        self._beat = beat
        self._rate = rate
        self._step_ms = step_ms
        self._clock = clock
        self._going = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to make steps at the pace, if there is one."""
        self._going = True
        if self._rate and self._clock is not None:
            self._appoint(self._clock)
        elif self._rate:
            self._task = asyncio.create_task(self._run(), name="okx-async simulator")

    async def stop(self) -> None:
        """Make no step any more; stopping twice is no error."""
        self._going = False
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def step(self, n: int) -> None:
        """Make ``n`` steps and let other tasks run after each."""
        for _ in range(n):
            if self._clock is not None:
                await self._clock.advance(self._step_ms / 1000)
            self._beat()
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Let time pass, and what happens by it.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if self._clock is not None:
            await self._clock.advance(seconds)
        elif seconds < 0:
            raise ValueError("time cannot run backwards")
        else:
            await asyncio.sleep(seconds)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self._beat()
            due = max(due + 1 / self._rate, loop.time() - _BEHIND)
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _appoint(self, clock: VirtualClock) -> None:
        """Make a step when its time has come, and the ones after it."""

        def beat() -> None:
            if self._going:
                self._beat()
                clock.call_later(1 / self._rate, beat)

        clock.call_later(1 / self._rate, beat)
