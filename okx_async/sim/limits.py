"""What the simulated exchange rations, and how it counts: sliding windows of its own, by its own clock."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from .clock import Clock

__all__ = ["NO_LIMITS", "Allowances", "Limits"]

_HOUR = 3600.0

Moment = tuple[float, float]
"""A moment by the market's clock and by the event loop's, both in seconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is rationed; ``None`` switches one limit off. The defaults are the documented numbers.

    Every limit is a sliding window. Where the exchange's own windows begin and end is not documented, nor whether a
    refused request counts; here it does not. (V5 "Limits", "Rate limits"; V3 "limits")

    Args:
        rest: Whether REST endpoints have the limits they are declared with.
        connects_v5: New V5 connections per second and address, all three sockets together.
        connects_v3: New V3 connections per second and address.
        control_v5: Login, subscribe and unsubscribe frames per hour and V5 connection.
        control_v3: The same for V3. Its documents do not say whether per connection or per address; here it is the
            connection.
        commands_v3: V3 frames per second, command and address.
        holders: Connections of one sub-account that may hold one private V5 channel.
        loser: Whose subscription ends when there are too many: that of the ``"newest"`` connection or the
            ``"oldest"``. The exchange promises neither.

    Raises:
        ValueError: A number is below 1, or ``loser`` is neither of the two.
    """

    rest: bool = True
    connects_v5: int | None = 3
    connects_v3: int | None = 1
    control_v5: int | None = 480
    control_v3: int | None = 240
    commands_v3: int | None = 50
    holders: int | None = 30
    loser: Literal["newest", "oldest"] = "newest"

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int) and not isinstance(value, bool) and value < 1:
                raise ValueError(f"`{field.name}` must be at least 1, or None for no limit")
        if self.loser not in ("newest", "oldest"):
            raise ValueError(f"`loser` must be 'newest' or 'oldest', not {self.loser!r}")

    def connects(self, dialect: str) -> int | None:
        """Return how many new connections per second one address may open."""
        return self.connects_v5 if dialect == "v5" else self.connects_v3

    def control(self, dialect: str) -> int | None:
        """Return how many control frames per hour one connection may send."""
        return self.control_v5 if dialect == "v5" else self.control_v3


NO_LIMITS = Limits(
    rest=False,
    connects_v5=None,
    connects_v3=None,
    control_v5=None,
    control_v3=None,
    commands_v3=None,
    holders=None,
)
"""Nothing is rationed."""


class Allowances:
    """Sliding windows, one for each key that asks.

    A moment leaves its window when it is old enough by the market's clock or by the event loop's, whichever ran
    further. So a virtual hour frees what an hour frees, and a client that waits in real time is not refused because
    market time stands still. In real time both are the same clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: dict[Hashable, deque[Moment]] = {}

    def take(self, key: Hashable, count: int | None, seconds: float = _HOUR) -> bool:
        """Spend one of ``count`` per ``seconds`` if that many are not spent yet; ``None`` is without limit."""
        if count is None:
            return True
        now = self._now()
        spent = self._left(key, now, seconds)
        if len(spent) >= count:
            return False
        spent.append(now)
        return True

    def take_all(self, charges: Sequence[tuple[Hashable, int, float]]) -> bool:
        """Spend one of each window, the same one several times if it is named so, or nothing when one has no room.

        Args:
            charges: Of each, its key, how many it allows and in how many seconds.
        """
        if not self.fits(charges):
            return False
        now = self._now()
        for key, _, _ in charges:
            self._spent[key].append(now)
        return True

    def fits(self, charges: Sequence[tuple[Hashable, int, float]]) -> bool:
        """Tell whether `take_all` would spend this."""
        now = self._now()
        costs = Counter(charges).items()
        return all(len(self._left(key, now, seconds)) + cost <= count for (key, count, seconds), cost in costs)

    def forget(self, key: Hashable) -> None:
        """Drop the window of a key that is gone."""
        self._spent.pop(key, None)

    def _left(self, key: Hashable, now: Moment, seconds: float) -> deque[Moment]:
        """Return what of a window still counts."""
        spent = self._spent.setdefault(key, deque())
        while spent and max(now[0] - spent[0][0], now[1] - spent[0][1]) >= seconds:
            spent.popleft()
        return spent

    def _now(self) -> Moment:
        machine = asyncio.get_running_loop().time()
        return (self._clock.now() / 1000 if self._clock.virtual else machine), machine
