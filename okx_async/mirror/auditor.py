"""When REST is read, what follows from it, and from when on the mirror may be vouched for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from typing import Any

from ..core.clock import ClockOffset
from ..errors import OkxError
from .ears import Ears
from .picture import Picture
from .reader import Source
from .rooms import Room
from .state import MirrorState
from .views import MirrorSettings

__all__ = ["Auditor"]

_log = logging.getLogger("okx_async.mirror")

#: Seconds before a REST reading that failed is tried again; twice as long each time, up to the audit period.
AGAIN = 0.5
#: Seconds between two readings that violated invariants may ask for.
SPACING = 1.0


class Auditor:
    """Compares a mirror with REST: when its channels begin to stand, from time to time, and when something is wrong.

    It is not live before REST was read so long after the channels stood (`MirrorSettings.lag`) that its answer must
    show what was missed meanwhile; whatever REST shows sooner is taken at once.

    Args:
        ears: The channels.
        source: Reads over REST.
        state: What is compared.
        rooms: Where other sorts of orders are kept, which are compared as well.
        settings: How long to wait for what.
        clock: How far the exchange's clock is from ours.
        news: Called when it begins or ceases to be live.

    Attributes:
        audits: Complete comparisons.
        compared: Local Unix time of the beginning of the latest one, ``None`` before it.
        trouble: Why the latest comparison failed, ``""`` when it did not.
    """

    def __init__(
        self,
        ears: Ears,
        source: Source,
        state: MirrorState,
        rooms: Collection[Room[Any]],
        settings: MirrorSettings,
        clock: ClockOffset,
        news: Callable[[], None],
    ) -> None:
        self._ears = ears
        self._source = source
        self._state = state
        self._rooms = rooms
        self._settings = settings
        self._clock = clock
        self._news = news
        self.audits = 0
        self.compared: float | None = None
        self.trouble = ""
        self._live = False
        self._cause = "it was not started: use `async with okx.mirror`"
        self._over = False
        self._wake = asyncio.Event()
        self._holes = 0
        self._was_live = False
        self._stood = 0.0
        self._asked = 0.0
        self._due = 0.0
        self._repaired = 0
        self._watermark: int | None = None

    # -- whether it is live

    @property
    def live(self) -> bool:
        """Whether every channel stands, and nothing that was missed is unread."""
        return self._live and self._ears.standing

    @property
    def cause(self) -> str:
        """Why it is not live, ``""`` when it is."""
        if self.live:
            return ""
        return self._cause if not self._live else self._ears.trouble

    def missed(self, cause: str) -> None:
        """Take the news that pushes may have been missed."""
        self._holes += 1
        self._stood = asyncio.get_running_loop().time()
        self._doubt(cause)

    def wake(self) -> None:
        """Look again whether there is something to do."""
        self._wake.set()

    def stop(self, cause: str) -> None:
        """Compare no more; it is not live for good."""
        self._over = True
        self._live, self._cause = False, cause
        self._wake.set()
        self._news()

    def _doubt(self, cause: str) -> None:
        self._cause = cause
        if self._live:
            self._live = False
            self._state.lost(cause)
        self._wake.set()
        self._news()

    # -- when to read

    async def watch(self) -> None:
        """Notice at once when a channel is lost; does not return."""
        while True:
            if self._live and not self._ears.standing:
                self.missed(self._ears.trouble)
            self._wake.set()
            await self._ears.changed()

    async def run(self) -> None:
        """Read and compare whenever that is needed, until it is stopped."""
        self._cause = "its channels are not subscribed yet"
        loop, wait = asyncio.get_running_loop(), AGAIN
        while not self._over:
            if not self._ears.standing:
                self._stood = 0.0
                await self._pause(None)
                continue
            self._stood = self._stood or loop.time()
            if self._live and not self._needed(loop.time()):
                await self._pause(self._settings.settle)
                continue
            try:
                await self._compare()
            except OkxError as error:
                self.trouble = f"REST could not be read: {error}"
                _log.warning("the mirror was not compared: %s", error)
                self._cause = self._cause if self._live else self.trouble
                self._due = loop.time() + wait
                await self._pause(wait)
                wait = min(wait * 2, self._settings.audit)
            else:
                self.trouble, wait = "", AGAIN

    def _needed(self, now: float) -> bool:
        """Tell whether it is time to compare: by the clock, or because an invariant was violated."""
        self._state.check(now)
        if self._state.suspects:
            self._due = min(self._due, self._asked + SPACING)
        return now >= self._due

    async def _pause(self, seconds: float | None) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    # -- one reading

    async def _compare(self) -> None:
        """Read REST once and put right what it knows better."""
        loop, state, settings = asyncio.get_running_loop(), self._state, self._settings
        holes, began, wall = self._holes, loop.time(), time.time()
        self._asked, audit = began, self._live
        picture = await self._source.whole(state, self._watermark, began)
        for room in self._rooms:
            await room.read(self._watermark, began)
        if audit and (state.differs(picture, loop.time()) or any(room.differs() for room in self._rooms)):
            await asyncio.sleep(settings.settle)  # what REST shows already may be on its way
        repaired = await self._repair(picture)
        doubts = state.doubts(picture) or any(room.doubts() for room in self._rooms)
        self._due = loop.time() + (settings.lag if doubts else settings.audit)
        sure = began >= self._stood + settings.lag
        if sure or (audit and holes == self._holes):
            self._complete(began, wall)
        self._repaired = 0 if self.live else self._repaired + repaired
        if not audit and self._ears.standing and holes == self._holes:
            await self._revive(sure)

    async def _repair(self, picture: Picture) -> int:
        """Put right what REST knows better; return how much that was."""
        state, now = self._state, asyncio.get_running_loop().time
        # A cut meanwhile makes it no audit any more: what differs now was missed because of the cut.
        cause = "audit" if self.live else "gap" if self._was_live else ""
        repaired = state.reconcile(picture, cause, now())
        repaired += sum(room.reconcile(cause) for room in self._rooms)
        short = [record for record in state.orders.unsound.values() if record.touched <= picture.began]
        if short:
            repaired += state.reconcile(await self._source.fills_of(short, picture.began), cause, now())
        return repaired

    def _complete(self, began: float, wall: float) -> None:
        """Note that everything up to a moment was compared, by the mirror's clock and by the wall's."""
        self._state.compared(began)
        self.audits += 1
        self.compared = wall
        slack = round((2 * self._settings.lag + self._settings.settle) * 1000)
        self._watermark = self._clock.server_ms(wall) - slack

    async def _revive(self, sure: bool) -> None:
        """Be live again, as soon as REST was asked so late that it must have shown everything."""
        if not sure:
            # REST may not have shown yet what was missed; what it has shown is taken, and it is asked once more.
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._stood + self._settings.lag - loop.time()))
            return
        self._live, self._cause, self._was_live = True, "", True
        self._state.restored(self._repaired)
        self._repaired = 0
        self._news()
