"""How far the local clock is from the exchange's, estimated from answers that carry the server's time."""

from __future__ import annotations

__all__ = ["ClockOffset"]


class ClockOffset:
    """An estimate of ``server time - local time`` in milliseconds.

    Every observation is off by at most half its round trip, so the one with the shortest round trip is the best.
    An old best is given up slowly, because clocks drift.
    """

    #: How much, in ms, an estimate's uncertainty grows per second of age: 50 ppm of drift, a poor quartz.
    DRIFT = 0.05

    def __init__(self) -> None:
        self._offset = 0.0
        self._error = float("inf")
        self._at = 0.0
        self.samples = 0

    @property
    def ms(self) -> float:
        """The estimated offset in milliseconds; 0 before the first observation."""
        return self._offset

    @property
    def known(self) -> bool:
        """Whether there was an observation at all."""
        return self.samples > 0

    def observe(self, sent: float, received: float, server_ms: float) -> None:
        """Take one observation.

        Args:
            sent: Local time before the request, Unix seconds.
            received: Local time after the answer, Unix seconds.
            server_ms: The server's time in the answer, Unix milliseconds.
        """
        self.samples += 1
        error = max(0.0, (received - sent) * 500.0)
        offset = server_ms - (sent + received) * 500.0
        known_error = self._error + max(0.0, received - self._at) * self.DRIFT
        # An estimate that the new observation contradicts is wrong (the local clock was set), however precise.
        contradicted = abs(offset - self._offset) > error + known_error
        if error <= known_error or contradicted:
            self._offset, self._error, self._at = offset, error, received

    def server_ms(self, local: float) -> int:
        """Return the exchange's time in Unix milliseconds for a local time in Unix seconds."""
        return round(local * 1000.0 + self._offset)
