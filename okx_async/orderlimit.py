"""Keeping to the number of orders the exchange allows this account: 1,000 in 2 s, and more by its fill ratio.

The exchange tells the number and changes it at 08:00 UTC; what comes next is told from midnight on. (Account rate
limit)
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from .core.clock import ClockOffset
from .errors import OkxError

if TYPE_CHECKING:
    from .v5.models.trade import AccountRateLimit

__all__ = ["OrderLimit"]

_log = logging.getLogger("okx_async.orderlimit")

_DAY = 86_400.0
_CHANGES = 8 * 3_600.0
"""When another number begins to count, in seconds after midnight UTC."""
AHEAD = 60.0
"""Seconds before that moment in which no more is sent than both numbers allow, ours and the exchange's clock apart."""
BEHIND = 1.0
"""Seconds after it until the new number is asked for."""
AGAIN = 60.0
"""Seconds until a number that could not be read is asked for again."""


class OrderLimit:
    """Reads the number now, and around each change of it.

    Args:
        read: Asks the exchange.
        keep: Keeps to a number from now on.
        clock: The exchange's.
    """

    def __init__(
        self, read: Callable[[], Awaitable[AccountRateLimit]], keep: Callable[[int], None], clock: ClockOffset
    ) -> None:
        self._read = read
        self._keep = keep
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def follow(self) -> AccountRateLimit:
        """Read the number, keep to it, and begin to follow it; a second call reads it anew.

        Raises:
            OkxError: It could not be read; nothing has changed.
        """
        row = await self._learn()
        if self._task is None:
            self._task = asyncio.create_task(self._follow(), name="okx order limit")
        return row

    async def stop(self) -> None:
        """Follow it no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _learn(self, *, cautious: bool = False) -> AccountRateLimit:
        row = await self._read()
        told = [int(one) for one in (row.acc_rate_limit, row.next_acc_rate_limit if cautious else None) if one]
        if told:
            self._keep(min(told))
        return row

    async def _follow(self) -> None:
        while True:
            now = asyncio.get_running_loop().time
            changes = now() + self._until_change()
            await asyncio.sleep(max(0.0, changes - AHEAD - now()))
            await self._surely(cautious=True)
            await asyncio.sleep(max(0.0, changes + BEHIND - now()))
            await self._surely(cautious=False)

    async def _surely(self, *, cautious: bool) -> None:
        """Read the number, however often it takes."""
        while True:
            try:
                await self._learn(cautious=cautious)
            except OkxError as error:
                _log.warning("how many orders are allowed could not be read, so it stays as it was: %s", error)
                await asyncio.sleep(AGAIN)
            else:
                return

    def _until_change(self) -> float:
        """Return the seconds until another number may begin to count: more than 0."""
        now = self._clock.server_ms(time.time()) / 1000
        return _DAY - (now - _CHANGES) % _DAY
