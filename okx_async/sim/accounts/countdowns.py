"""Countdowns that strike unless they are wound up again: what stands behind every cancel-all-after."""

from __future__ import annotations

from collections.abc import Callable

from ..clock import Clock, Timer
from ..query_v5 import Query, Refusal

__all__ = ["Countdowns", "seconds_of"]

Key = tuple[str, str]
"""Whose a countdown is, and which of theirs."""

_SECONDS = range(10, 121)


class Countdowns:
    """Countdowns by what they belong to.

    Args:
        clock: What they wait on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timers: dict[Key, Timer] = {}

    @property
    def running(self) -> list[Key]:
        """What countdowns are running, by what they belong to."""
        return list(self._timers)

    def stop(self, key: Key) -> None:
        """Stop a countdown; one that does not run is no error."""
        running = self._timers.pop(key, None)
        if running is not None:
            running.cancel()

    def wind(self, key: Key, seconds: int, strike: Callable[[], object]) -> int:
        """Do something after so many seconds unless told again; 0 stops it.

        Returns:
            When it will be, Unix milliseconds, 0 for never.
        """
        self.stop(key)
        if not seconds:
            return 0

        def end() -> None:
            del self._timers[key]
            strike()

        self._timers[key] = self._clock.timeline.call_later(seconds, end)
        return self._clock.now() + seconds * 1000

    def release(self) -> None:
        """Stop them all."""
        for key in self.running:
            self.stop(key)


def seconds_of(query: Query) -> int:
    """Return the ``timeOut`` of a request: 0 or 10 to 120 seconds."""
    query.needed("timeOut")
    seconds = query.number("timeOut", 0) or 0
    if seconds and seconds not in _SECONDS:
        raise Refusal(400, "51000", "Parameter timeOut error")
    return seconds
