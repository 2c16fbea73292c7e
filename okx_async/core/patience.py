"""How single calls wait for their rate limit: for how long at most, and how urgently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from ..errors import BadParameter
from .throttle import RANKS, Priority

__all__ = ["DEFAULT", "Patience", "current", "waiting"]


@dataclass(frozen=True, slots=True)
class Patience:
    """What the calls inside a `waiting` block were told.

    Attributes:
        at_most: Seconds they may wait, ``None`` for what the client says.
        priority: Who they go before, ``None`` for what their endpoint is.
    """

    at_most: float | None = None
    priority: Priority | None = None


DEFAULT = Patience()

current: ContextVar[Patience] = ContextVar("okx_async_patience", default=DEFAULT)


@contextmanager
def waiting(at_most: float | None = None, priority: Priority | None = None) -> Iterator[None]:
    """Say how the calls inside wait for their rate limits, whichever road they take.

    ::

        with waiting(at_most=0.2):
            await okx.trade.place_order(...)      # raises Throttled instead of waiting longer: nothing was sent
        with waiting(priority="cancel"):
            await okx.trade.close_position(...)   # goes before orders that wait for the same limit

    It holds for the calls of this task, and of tasks that are begun inside. An ``asyncio.timeout`` around a call works
    as well, but it is seen only when it is over, and cannot tell whether something was sent.

    Args:
        at_most: Seconds; 0 is not to wait at all. By default `Timeouts.limit`.
        priority: ``cancel``, ``amend``, ``place`` or ``read``; by default what the endpoint does.
    """
    if at_most is not None and not at_most >= 0:
        raise BadParameter(f"at_most must be 0 or more seconds, got {at_most!r}")
    if priority is not None and priority not in RANKS:
        raise BadParameter(f"priority must be one of {', '.join(RANKS)}, got {priority!r}")
    outer = current.get()
    inner = Patience(outer.at_most if at_most is None else at_most, priority or outer.priority)
    token = current.set(inner)
    try:
        yield
    finally:
        current.reset(token)
