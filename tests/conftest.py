"""What every test shares: a check that nothing is left running, and helpers that wait for conditions."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import tempfile
from collections.abc import AsyncIterator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled modules in a folder of this run: else each of a hundred subprocesses compiles them all anew."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = tempfile.TemporaryDirectory(prefix="okx_async-compiled-")
    config.add_cleanup(folder.cleanup)
    kept = pytest.MonkeyPatch()
    config.add_cleanup(kept.undo)
    kept.setenv("PYTHONPYCACHEPREFIX", folder.name)
    kept.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


@pytest.fixture(autouse=True)
async def nothing_is_left_running(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Fail a test that leaves a task behind, or a task whose exception nobody saw."""
    if not inspect.iscoroutinefunction(request.function):
        yield
        return
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


@pytest.fixture(autouse=True, scope="module")
def what_lasts_is_not_searched_for_garbage() -> None:
    """What outlives a module's tests (declarations, reports) is for good: searching it behind every test costs most."""
    gc.collect()
    gc.freeze()
