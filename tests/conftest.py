"""What every test shares: a check that nothing is left running, and helpers that wait for conditions."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest


@pytest.fixture(autouse=True)
async def nothing_is_left_running() -> AsyncIterator[None]:
    """Fail a test that leaves a task behind, or a task whose exception nobody saw."""
    loop = asyncio.get_running_loop()
    unseen: list[str] = []
    loop.set_exception_handler(lambda _, context: unseen.append(str(context.get("exception") or context["message"])))
    before = asyncio.all_tasks()
    yield
    others = asyncio.all_tasks() - before - {asyncio.current_task()}
    left = [task for task in others if not task.done()]
    gc.collect()
    assert not left, f"left running: {left}"
    assert not unseen, f"unhandled: {unseen}"
