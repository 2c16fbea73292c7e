"""Work done once for all who wait: who stops waiting, and what happens when the work itself is stopped."""

from __future__ import annotations

import asyncio

import pytest

from okx_async import ClientClosed
from okx_async.net.together import together


async def _work(ready: asyncio.Event) -> int:
    await ready.wait()
    return 7


async def test_whoever_stops_waiting_leaves_the_work_alone() -> None:
    ready = asyncio.Event()
    work = asyncio.create_task(_work(ready))
    waiting = [asyncio.create_task(together(work, "closed")) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    ready.set()
    assert await asyncio.gather(*waiting[1:]) == [7, 7]


async def test_work_that_is_stopped_cancels_nobody_who_waits() -> None:
    """A cancellation nobody asked for would end a task group, or vanish in one."""
    work = asyncio.create_task(_work(asyncio.Event()))
    waiting = asyncio.create_task(together(work, "the client was closed"))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(ClientClosed, match="the client was closed"):
        await waiting
    with pytest.raises(ClientClosed):
        await together(work, "the client was closed")


async def test_who_is_cancelled_together_with_the_work_is_cancelled() -> None:
    work = asyncio.create_task(_work(asyncio.Event()))
    waiting = asyncio.create_task(together(work, "closed"))
    await asyncio.sleep(0)
    work.cancel()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
