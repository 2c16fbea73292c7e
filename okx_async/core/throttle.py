"""Rate limits as a sliding-window log: never more than ``count`` in ANY window of ``seconds``.

A token bucket that starts full may send twice the count across a window edge, and the exchange would refuse it.
Pure: the time is an argument; `okx_async.net.limits` does the waiting.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import Literal

from ..errors import BadParameter

__all__ = ["GUARD", "Limit", "Scope", "Window"]

GUARD = 0.001
"""Seconds added to every wait, so that rounding never puts two ends of a window into it."""

Scope = Literal[
    "ip",
    "user",
    "user+instrument",
    "user+underlying",
    "user+instrument-family",
    "user+instrument-type",
    "ip+instrument",
    "ip+instrument-type",
    "instrument",
    "master-user",
    "user+currency",
    "user+tag",
    "ip+instrument-family",
    "ip+instrument-type+instrument-family",
]
"""Who shares the budget, in the words of the specification; the parts behind ``+`` are read from the parameters."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A documented rate limit.

    Args:
        count: How many requests.
        per: In how many seconds.
        by: Who shares the budget; ``None`` when the documents do not say, then it is counted per user where a key
            is needed and per IP elsewhere.
        options: Who shares it for options, when that differs.
        items: Whether each item of a batch counts.
        subaccount: Whether each order also counts for the sub-account's 1000 orders in 2 s.
        lead: The count on lead instruments of copy-trading leads, when that differs.
        also: A second rule: how many requests in how many seconds.
    """

    count: int
    per: float
    by: Scope | None
    options: Scope | None = None
    items: bool = False
    subaccount: bool = False
    lead: int | None = None
    also: tuple[int, float] | None = None


class Window:
    """The log of one budget.

    Args:
        count: How much may be spent in any window.
        seconds: Length of the window.
    """

    __slots__ = ("_spent", "count", "seconds")

    def __init__(self, count: int, seconds: float) -> None:
        if count < 1 or seconds <= 0:
            raise BadParameter(f"a window needs a positive count and length, got {count} per {seconds} s")
        self.count = count
        self.seconds = seconds
        self._spent: deque[float] = deque(maxlen=count)

    def delay(self, now: float, cost: int = 1, held: int = 0) -> float:
        """Return how many seconds to wait until ``cost`` more fits; 0 when it fits now.

        Args:
            now: The time.
            cost: How much.
            held: How much is under way and will be spent when it has arrived; infinity is returned when nothing but
                its arrival can help.

        Raises:
            BadParameter: The cost is larger than the whole window and would never fit.
        """
        if cost > self.count:
            raise BadParameter(f"{cost} at once never fits a limit of {self.count} per {self.seconds} s; split it")
        spent = self._spent
        surplus = len(spent) + held + cost - self.count
        if surplus <= 0:
            return 0.0
        if surplus > len(spent):
            return inf
        # The log is in order, so the surplus-th oldest entry must have left the window. An entry exactly
        # `seconds` old still counts: the window is closed at both ends, which is the stricter reading.
        wait = spent[surplus - 1] + self.seconds - now
        return wait + GUARD if wait >= 0 else 0.0

    def spend(self, now: float, cost: int = 1) -> None:
        """Record ``cost`` at ``now``. Call it only when `delay` said 0 (or was waited for)."""
        self._spent.extend([now] * cost)

    def used(self, now: float) -> int:
        """Return how much of the window is spent."""
        edge = now - self.seconds
        return sum(1 for moment in self._spent if moment >= edge)
