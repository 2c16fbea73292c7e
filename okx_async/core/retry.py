"""When to try again, and after how long. Pure: randomness and time come in as arguments."""

from __future__ import annotations

from dataclasses import dataclass

from ..checks import check_count, check_kind, check_seconds
from ..errors import NotSent, OkxError, RateLimited, Throttled

__all__ = ["Backoff", "Retry"]


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off with full jitter.

    Args:
        base: Upper edge of the first delay, in seconds.
        cap: Upper edge of every later delay, in seconds.
    """

    base: float = 0.5
    cap: float = 30.0

    def __post_init__(self) -> None:
        check_seconds("base", self.base, zero=True)
        check_seconds("cap", self.cap, zero=True)

    def delay(self, attempt: int, chance: float) -> float:
        """Return the delay before try number ``attempt + 1``.

        Args:
            attempt: How many tries have failed, from 1.
            chance: A random number in [0, 1); full jitter spreads clients that failed together.
        """
        edge = min(self.cap, self.base * 2.0 ** min(attempt - 1, 30))
        return edge * chance


@dataclass(frozen=True, slots=True)
class Retry:
    """What a caller does with a failed request.

    Args:
        attempts: Tries in all, the first included; 1 turns retrying off.
        backoff: Delays between them.
    """

    attempts: int = 3
    backoff: Backoff = Backoff(0.25, 4.0)

    def __post_init__(self) -> None:
        check_count("attempts", self.attempts)
        check_kind("backoff", self.backoff, Backoff)

    def again(self, error: OkxError, attempt: int, *, safe: bool) -> bool:
        """Tell whether to try once more.

        Args:
            error: What went wrong.
            attempt: How many tries have failed, from 1.
            safe: Whether repeating cannot do a thing twice: true for reads. What may change something on the
                exchange is repeated only when it certainly was not executed.
        """
        if attempt >= self.attempts or not error.retryable or isinstance(error, Throttled):
            return False  # whoever was not to wait is told at once
        # "Unavailable" includes gateways that gave up waiting (HTTP 504, code 50004): the order may stand.
        return safe or isinstance(error, NotSent | RateLimited)
