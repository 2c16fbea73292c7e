"""Switches that stop a user's orders: the countdown that cancels them all, and the lock after a mass cancel."""

from __future__ import annotations

from ..clock import Clock
from ..instruments import Instrument, Kind
from .countdowns import Countdowns
from .desk import Desk
from .forms import refuse
from .orders import Orders, WhyCanceled
from .people import User

__all__ = ["Brakes"]

_MOST_TAGS = 20


class Brakes:
    """Countdowns and locks of all users.

    Args:
        clock: Market time, and what countdowns wait on.
        orders: Everybody's orders.
        desk: Cancels.
    """

    def __init__(self, clock: Clock, orders: Orders, desk: Desk) -> None:
        self._clock = clock
        self._orders = orders
        self._desk = desk
        self._countdowns = Countdowns(clock)
        self._locked: dict[tuple[str, str], int] = {}

    def count_down(self, user: User, seconds: int, tag: str) -> int:
        """Cancel all orders of a user, or all with a tag, after so many seconds unless told again; 0 stops it.

        Returns:
            When it will be, Unix milliseconds, 0 for never.

        Raises:
            Refusal: 51071.
        """
        key = (user.uid, tag)
        self._countdowns.stop(key)
        tagged = sum(uid == user.uid and bool(one) for uid, one in self._countdowns.running)
        if seconds and tag and tagged >= _MOST_TAGS:
            raise refuse("51071", "The number of tags of cancel all after is at its maximum")

        def strike() -> None:
            for order in self._orders.pending(user.uid):
                if tag in ("", order.ticket.tag):
                    self._desk.cancel(order, WhyCanceled.COUNTDOWN)

        return self._countdowns.wind(key, seconds, strike)

    def mass_cancel(self, user: User, family: str, lock_ms: int) -> None:
        """Cancel a user's options of a family and let no new ones in for a while."""
        for order in self._orders.pending(user.uid):
            instrument = order.market.instrument
            if instrument.kind is Kind.OPTION and instrument.family == family:
                self._desk.cancel(order, WhyCanceled.USER)
        self._locked[user.uid, family] = self._clock.now() + lock_ms

    def check(self, user: User, instrument: Instrument) -> None:
        """Refuse an order of what is locked.

        Raises:
            Refusal: 54008.
        """
        if instrument.kind is Kind.OPTION and self._clock.now() < self._locked.get((user.uid, instrument.family), 0):
            raise refuse("54008", "The operation is blocked by the mass cancel function")

    def release(self) -> None:
        """Stop all countdowns."""
        self._countdowns.release()
