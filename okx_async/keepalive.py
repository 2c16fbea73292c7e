"""Keeps the exchange's dead man's switch wound up: when this process, its line or its owner fails, orders go.

The exchange cancels everything when it is not told in time to wait on (Cancel All After). This room tells it, but only
as long as there is reason to: the event loop turns, private streams stand, and the owner's heart beats.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from .checks import check_seconds
from .errors import BadParameter, OkxError, OutcomeUnknown, TimedOut
from .net.observer import Observer
from .v5.chapters import V5Chapters

__all__ = ["KeepAlive", "KeepAliveState", "winds_of"]

_log = logging.getLogger("okx_async.keepalive")

SHORTEST, LONGEST = 10, 120
"""Seconds the exchange takes as a countdown. (Cancel All After)"""
PARTS = 4
"""How often the countdown is wound up in its own length: three attempts may fail."""
TICK = 0.25
"""Seconds between two looks at what keeps it alive."""
AGAIN = 1.0
"""Seconds after a failed attempt; the exchange takes one call a second."""
FAREWELLS = 3
"""Attempts to switch it off at a clean end."""

Wind = Callable[[int], Awaitable[Any]]
"""Tells the exchange to cancel after so many seconds; 0 switches it off."""


@dataclass(frozen=True, slots=True)
class KeepAliveState:
    """Where a keeper stands.

    Attributes:
        armed: Whether the exchange will cancel when it hears nothing more.
        left: Seconds until it will at the earliest, counted from before the last call was sent; 0.0 when not armed.
        withheld: Why it is not told to wait on, ``""`` when it is.
        trouble: Why the last call failed, ``""`` when it did not.
        wound: How often the exchange was told.
        lapses: How often the time ran out. Orders were cancelled then, unless the exchange got a call whose answer did
            not come back.
    """

    armed: bool
    left: float
    withheld: str
    trouble: str
    wound: int
    lapses: int


class KeepAlive:
    """One countdown, kept from running out; `OKX.keep_alive` makes it.

    Args:
        winds: What has a countdown, by name; see `winds_of`.
        timeout: Seconds of the countdown.
        heartbeat: Seconds after which the owner must have called `beat` again, ``None`` when he need not.
        broken: Returns what is wrong with the private streams, ``""`` for nothing.
        observer: Whom to tell.
        kept: The countdowns somebody keeps alive, by name.

    Raises:
        BadParameter: The exchange takes no such countdown, or the heartbeat would be of no use.
    """

    def __init__(
        self,
        winds: Mapping[str, Wind],
        timeout: int,
        heartbeat: float | None,
        broken: Callable[[], str],
        observer: Observer,
        kept: set[str],
    ) -> None:
        if isinstance(timeout, bool) or not isinstance(timeout, int) or not SHORTEST <= timeout <= LONGEST:
            raise BadParameter(f"timeout must be a whole number of seconds from 10 to 120, got {timeout!r}")
        if heartbeat is not None:
            check_seconds("heartbeat", heartbeat)
            if heartbeat > timeout:
                raise BadParameter(f"heartbeat must be at most the timeout, got {heartbeat!r}")
        if not winds:
            raise BadParameter("nothing is to be kept: choose orders, spreads or blocks")
        self._winds = winds
        self._timeout = timeout
        self._heartbeat = heartbeat
        self._broken = broken
        self._observer = observer
        self._kept = kept
        self._task: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self._doubtful = False
        self._until = 0.0
        self._next = 0.0
        self._beaten = 0.0
        self._withheld = ""
        self._trouble = ""
        self._wound = 0
        self._lapses = 0

    @property
    def state(self) -> KeepAliveState:
        """Where it stands now."""
        left = self._until - _now() if self._until else 0.0
        return KeepAliveState(
            left > 0, max(0.0, left), self._withheld, self._trouble, self._wound, self._lapses + (left < 0)
        )

    def beat(self) -> None:
        """Say that all is well with you: for a client that was told to expect it (``heartbeat``)."""
        self._beaten = _now()

    async def __aenter__(self) -> Self:
        """Arm it, and begin to keep it; where that raises `OutcomeUnknown`, the countdown may run all the same.

        Of several countdowns all are armed or, as far as the exchange can be told, none.
        """
        if self._kept & self._winds.keys():
            raise BadParameter("this client keeps that countdown alive already: leave the other block first")
        self._kept.update(self._winds)
        self._ending.clear()  # one that has ended may begin again
        try:
            self.beat()
            await self._wind(self._timeout)
        except OkxError:
            try:
                await self._take_back()
            finally:
                self._kept.difference_update(self._winds)
            raise
        except BaseException as error:
            self._kept.difference_update(self._winds)
            _log.warning("stopped by %s while it was armed: open orders may be cancelled", type(error).__name__)
            raise
        self._task = asyncio.create_task(self._keep(), name="okx keep alive")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Switch it off after a clean end; after an exception it runs out, and the orders with it."""
        self._ending.set()
        if kind is None:
            try:
                # What is on its way is waited for: if it came behind the farewell, it would arm the switch for good.
                if self._task is not None:
                    await asyncio.shield(self._task)
                await self._disarm()
            finally:
                self._kept.difference_update(self._winds)
            return
        try:
            if self._task is not None:
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)
        finally:
            self._kept.difference_update(self._winds)
        _log.warning("left by %s: open orders will be cancelled in %.0f s", kind.__name__, self.state.left)

    async def _take_back(self) -> None:
        """Switch off what was armed before another one failed: nobody would keep it alive."""
        for name, wind in self._winds.items():
            try:
                async with asyncio.timeout(self._timeout / PARTS):
                    await wind(0)
            except (OkxError, TimeoutError) as error:
                _log.warning("the countdown of %s may be armed: %s", name.strip(), error)

    async def _disarm(self) -> None:
        for attempt in range(1, FAREWELLS + 1):
            try:
                await self._wind(0)
            except OkxError as error:
                _log.warning("the countdown could not be switched off: %s", error)
                if attempt == FAREWELLS:
                    raise
                await asyncio.sleep(AGAIN)
            else:
                if not self._doubtful:
                    return
                # A call nobody knows the outcome of may be slower than the farewell: say it once more.
                self._doubtful = False
                await asyncio.sleep(AGAIN)

    async def _keep(self) -> None:
        while not self._ending.is_set():
            now = _now()
            self._look(now)
            if not self._withheld and now >= self._next:
                try:
                    await self._wind(self._timeout)
                except OkxError as error:
                    self._trouble = str(error)
                    self._next = _now() + AGAIN
                    _log.warning("the countdown could not be wound up: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._ending.wait()

    def _look(self, now: float) -> None:
        """See whether there is reason to go on, and whether time has run out."""
        cause = self._broken()
        if not cause and self._heartbeat is not None and now - self._beaten > self._heartbeat:
            cause = f"no heartbeat for {now - self._beaten:.1f} s"
        if cause != self._withheld:
            self._withheld = cause
            _log.log(logging.WARNING if cause else logging.INFO, "keep alive: %s", cause or "all is well again")
            self._observer.keep_alive(not cause, cause)
        if self._until and now > self._until:
            self._until = 0.0
            self._lapses += 1
            _log.error("the countdown has run out: the exchange cancels what is open")
            self._observer.keep_alive(False, "the countdown has run out")

    async def _wind(self, seconds: int) -> None:
        began = _now()
        try:
            # A call that hangs must not outlive what it is to prevent.
            async with asyncio.timeout(self._timeout / PARTS):
                for wind in self._winds.values():
                    await wind(seconds)
        except (OutcomeUnknown, TimeoutError) as error:
            self._doubtful = True
            raise error if isinstance(error, OkxError) else TimedOut("the countdown: no answer in time") from None
        self._until = began + seconds if seconds else 0.0
        self._next = began + self._timeout / PARTS
        self._trouble = ""
        self._wound += 1


def winds_of(okx: V5Chapters, *, orders: bool, spreads: bool, blocks: bool, tag: str | None) -> dict[str, Wind]:
    """Return the countdowns of what is chosen, by name: orders (of a tag), spread orders, quotes of block trading."""
    winds: dict[str, Wind] = {}
    if orders:
        winds[f"orders {tag or ''}"] = lambda seconds: okx.trade.cancel_all_after(str(seconds), tag)
    if spreads:
        winds["spreads"] = lambda seconds: okx.spread.cancel_all_after(str(seconds))
    if blocks:
        winds["blocks"] = lambda seconds: okx.block.cancel_all_after(str(seconds))
    return winds


def _now() -> float:
    return asyncio.get_running_loop().time()
