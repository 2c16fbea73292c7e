"""One budget of a client: what is spent, what is under way, what refusals and an absent Redis leave of it."""

from __future__ import annotations

from math import inf

from ..core.throttle import Ease, Window

__all__ = ["GRACE", "LONGEST", "Bucket", "Want", "share_of"]

GRACE = 0.5
"""Seconds for what is on its way: counted by the exchange a little after nobody hears of it any more."""

LONGEST = 60.0
"""Seconds for which a budget stays closed at most when nobody knows what was spent of it."""


class Bucket:
    """One budget.

    Args:
        count: How much may be spent in any window.
        seconds: Length of the window.
        key: Its name; never with a credential.
        elsewhere: Whether others decide what is left of it, unless we are left with a share.
    """

    __slots__ = ("_closed_until", "ease", "elsewhere", "held", "key", "lanes", "share", "window")

    def __init__(self, count: int, seconds: float, key: tuple[str, ...] = (), *, elsewhere: bool = False) -> None:
        self.window = Window(count, seconds)
        self.key = key
        self.elsewhere = elsewhere
        self.held = 0  # under way: the exchange may count it at any moment until it is answered
        self.lanes = 0  # queues that wait for it, among others
        self.ease: Ease | None = None
        self.share: Window | None = None
        self._closed_until = -inf

    def delay(self, now: float, cost: int, reserved: int = 0) -> float:
        """Return how many seconds to wait until ``cost`` more fits; infinity when only an arrival can help.

        Args:
            now: The time.
            cost: How much.
            reserved: How much is kept for others who go first.
        """
        if self.elsewhere and self.share is None:
            return 0.0  # whoever waits must stand in the common queue, or the less urgent elsewhere would overtake it
        held = self.held + reserved
        if self.ease is None and self.share is None:
            return self.window.delay(now, cost, held)
        wait = max(0.0, self._closed_until - now)
        factor = 1.0
        if self.ease is not None:
            factor = self.ease.factor(now)
            wait = max(wait, self.ease.closed(now))
            if factor == 1.0:
                self.ease = None
        wait = max(wait, self.window.delay(now, cost, held, factor))
        if self.share is None:
            return wait
        return max(wait, self.share.delay(now, cost, held, factor)) if self.fits(cost) else inf

    def earliest(self, now: float, cost: int, ahead: int) -> float:
        """Return the shortest possible wait of one who comes after others."""
        window = self.window if self.share is None else self.share
        wait = window.earliest(now, cost, ahead, self.held)
        if self.ease is not None:
            wait = max(wait, self.ease.closed(now))
        return max(wait, self._closed_until - now)

    def fits(self, cost: int) -> bool:
        """Tell whether ``cost`` at once is possible at all with what is left of the budget."""
        return self.share is None or cost <= self.share.count

    def arrived(self, now: float, cost: int) -> None:
        """Spend what was under way: the exchange has counted it by now, and not later."""
        self.held -= cost
        self.window.spend(now, cost)
        if self.share is not None:
            self.share.spend(now, cost)

    def refused(self, now: float) -> None:
        """Slow down: the exchange said that it was too much."""
        if self.ease is None:
            self.ease = Ease(self.window.seconds)
        self.ease.refused(now)

    def alone(self, share: float, since: float) -> None:
        """Go on with a share of the budget, once what all sharers spent until ``since`` has left the window."""
        self.share = share_of(self.window, share)
        self._closed_until = since + min(self.window.seconds, LONGEST) + GRACE

    def together(self) -> None:
        """Use the whole budget again."""
        self.share = None
        self._closed_until = -inf

    def resize(self, count: int) -> None:
        """Allow another count from now on; what is spent and under way counts on."""
        part = self.share.count / self.window.count if self.share is not None else 0.0
        self.window = self.window.resized(count)
        if self.share is not None:
            self.share = self.share.resized(max(1, int(count * part)))

    def idle(self, now: float) -> bool:
        """Tell whether the budget has nothing to remember."""
        return not (self.held or self.lanes or self.ease or self._closed_until > now or self.window.used(now))


Want = tuple[tuple[Bucket, int], ...]
"""Budgets and how much of each: all of it is taken at once, or none."""


def share_of(window: Window, share: float) -> Window:
    """Return the window of one of several who divide a budget."""
    count = window.count * share
    return Window(int(count), window.seconds) if count >= 1 else Window(1, window.seconds / count)
