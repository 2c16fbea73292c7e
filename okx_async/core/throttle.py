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

__all__ = ["GUARD", "RANKS", "Ease", "Limit", "Priority", "Scope", "Window"]

GUARD = 0.001
"""Seconds added to every wait, so that rounding never puts two ends of a window into it."""

Priority = Literal["cancel", "amend", "place", "read"]
"""Who goes first when several wait for one budget."""

RANKS: dict[Priority, int] = {"cancel": 0, "amend": 1, "place": 2, "read": 3}
"""Place in the queue; the lowest goes first."""

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
        single: Path and count of the single-order endpoint that a batch of one counts for.
    """

    count: int
    per: float
    by: Scope | None
    options: Scope | None = None
    items: bool = False
    subaccount: bool = False
    lead: int | None = None
    also: tuple[int, float] | None = None
    single: tuple[str, int] | None = None


class Ease:
    """What a refusal leaves behind: the budget closes for a whole window, then opens half and grows back.

    The exchange counts otherwise than we do, or somebody else spends the same budget; either way less is left.
    """

    #: Windows until the full count is allowed again.
    RECOVERY = 8
    #: The smallest share of the count that refusals leave.
    FLOOR = 0.125

    __slots__ = ("_at", "_factor", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = -inf
        self._factor = 1.0

    def refused(self, now: float) -> None:
        """Take note of a refusal. Several in one window are one: they were under way together."""
        if self.closed(now) <= 0:
            self._factor = max(self.FLOOR, self.factor(now) / 2)
        self._at = now

    def closed(self, now: float) -> float:
        """Return for how many seconds nothing may be spent."""
        return self._at + self.seconds - now

    def factor(self, now: float) -> float:
        """Return which share of the count is allowed."""
        grown = (now - self._at - self.seconds) / (self.RECOVERY * self.seconds)
        return min(1.0, self._factor + (1.0 - self._factor) * max(0.0, grown))


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

    def check(self, cost: int) -> None:
        """Raise `BadParameter` when the cost is larger than the whole window and would never fit."""
        if cost > self.count:
            raise BadParameter(f"{cost} at once never fits a limit of {self.count} per {self.seconds} s; split it")

    def delay(self, now: float, cost: int = 1, held: int = 0, factor: float = 1.0) -> float:
        """Return how many seconds to wait until ``cost`` more fits; 0 when it fits now.

        Args:
            now: The time.
            cost: How much.
            held: How much is under way and will be spent when it has arrived; infinity is returned when nothing but
                its arrival can help.
            factor: Which share of the count is allowed, see `Ease`; whatever it says, one request may go alone.

        Raises:
            BadParameter: The cost is larger than the whole window and would never fit.
        """
        if cost > self.count:
            self.check(cost)
        spent = self._spent
        surplus = len(spent) + held + cost - (self.count if factor == 1.0 else max(cost, int(self.count * factor)))
        if surplus <= 0:
            return 0.0
        if surplus > len(spent):
            return inf
        # The log is in order, so the surplus-th oldest entry must have left the window. An entry exactly
        # `seconds` old still counts: the window is closed at both ends, which is the stricter reading.
        wait = spent[surplus - 1] + self.seconds - now
        return wait + GUARD if wait >= 0 else 0.0

    def earliest(self, now: float, cost: int, ahead: int, held: int) -> float:
        """Return the shortest possible wait of one who comes after others, in seconds.

        Args:
            now: The time.
            cost: How much.
            ahead: How much those want who go first.
            held: How much is under way; it arrives now at the earliest.
        """
        # Whoever comes `count` places later goes a whole window later.
        rounds, place = divmod(ahead + cost - 1, self.count)
        spent = self._spent
        surplus = len(spent) + held + place + 1 - self.count
        wait = 0.0
        if surplus > len(spent):
            wait = self.seconds
        elif surplus > 0:
            wait = max(0.0, spent[surplus - 1] + self.seconds - now)
        return wait + rounds * self.seconds

    def resized(self, count: int) -> Window:
        """Return a window of the same length that allows another count, with what was spent in this one."""
        other = Window(count, self.seconds)
        other._spent.extend(self._spent)
        return other

    def spend(self, now: float, cost: int = 1) -> None:
        """Record ``cost`` at ``now``. Call it only when `delay` said 0 (or was waited for)."""
        self._spent.extend([now] * cost)

    def used(self, now: float) -> int:
        """Return how much of the window is spent."""
        edge = now - self.seconds
        return sum(1 for moment in self._spent if moment >= edge)
