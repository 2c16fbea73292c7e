"""What every connection of one client shares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from ..core.clock import ClockOffset
from ..core.dialect import Dialect
from ..core.retry import Backoff
from ..core.session import Timers
from ..errors import OkxError
from .observer import Observer
from .port import Deliver, Pipe

__all__ = ["LinkSetup"]


@dataclass(frozen=True)
class LinkSetup:
    """What every link of one client shares.

    Attributes:
        dialect: How to spell.
        open: Opens a connection to a URL and delivers its messages.
        gate: Entered while a connection is opened, for the limit of connections per second.
        clock: The exchange's clock.
        sync_clock: Asks the exchange for its time.
        advise: Adds to a refusal what only this client knows, and hides its credentials.
        timers: Deadlines.
        backoff: Delays between connections.
        close_timeout: Seconds for a polite close.
        observer: Whom to tell of connections that come and go.
        rotate: Seconds after which a connection is replaced in any case, ``None`` for never.
        refused: Called with a topic the exchange refused, and its reason.
        news: Called when a topic was granted, refused or lost.
    """

    dialect: Dialect
    open: Callable[[str, Deliver], Awaitable[Pipe]]
    gate: Callable[[], AbstractAsyncContextManager[None]]
    clock: ClockOffset
    sync_clock: Callable[[], Awaitable[None]]
    advise: Callable[[OkxError], None]
    timers: Timers
    backoff: Backoff
    close_timeout: float
    observer: Observer
    rotate: float | None
    refused: Callable[[str, OkxError], None]
    news: Callable[[], None]
