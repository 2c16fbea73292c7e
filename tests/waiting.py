"""Waiting for conditions instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from okx_async.sim import Exchange


async def until(condition: Callable[[], object], timeout: float = 10.0) -> None:
    """Let the loop run until a condition holds; fail after ``timeout`` seconds."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.002)


async def stepped_to(sim: Exchange, stream: Any) -> Any:
    """Let the market make steps until a stream has something, and return it."""
    waiter = asyncio.ensure_future(anext(stream))
    while not waiter.done():
        await sim.step()
        await asyncio.sleep(0)
    return waiter.result()
