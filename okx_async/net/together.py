"""Work that is done once for all who wait for it."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from ..errors import ClientClosed

__all__ = ["together"]

T = TypeVar("T")


async def together(work: asyncio.Task[T], told: str) -> T:
    """Wait for work that others wait for, too: whoever is cancelled leaves it alone.

    Args:
        work: What is done.
        told: What `ClientClosed` says.

    Raises:
        ClientClosed: It was stopped because the client closes; nobody has cancelled who waits.
    """
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        mine = asyncio.current_task()
        if work.cancelled() and mine is not None and not mine.cancelling():
            raise ClientClosed(told) from None
        raise
