"""An event loop whose time jumps to the next timer as soon as nothing else is to be done."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Impatient(selectors.SelectSelector):
    loop: _FastLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.loop.at += timeout
        assert ready or timeout is not None, "everybody waits and no timer is set: a deadlock"
        return ready


class _FastLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.at = 1_000.0
        selector = _Impatient()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.at


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a time of its own."""
    with asyncio.Runner(loop_factory=_FastLoop) as runner:
        return runner.run(main)
