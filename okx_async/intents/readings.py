"""One reading of a list serves all who look for something in it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from ..core.intent import Record

__all__ = ["Readings"]

P = TypeVar("P")
R = TypeVar("R")

_GATHER = 0.05
"""Seconds a reading waits for others who want it."""


@dataclass(slots=True, eq=False)
class _Turn(Generic[R]):
    """The lists of one place.

    Attributes:
        begun: The number of the latest reading that was begun.
        done: The number of the latest reading that came to its end.
        waiting: The intents to look for.
        found: What the latest reading has found, by the number of who waits.
    """

    begun: int = 0
    done: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: dict[int, Record] = field(default_factory=dict[int, Record])
    found: Mapping[int, R] = field(default_factory=dict[int, R])


class Readings(Generic[P, R]):
    """Reads lists of orders, which may be read much more rarely than orders be placed.

    Args:
        read: Reads the lists of a place for all intents, each under a number; returns what was found of each.
    """

    def __init__(self, read: Callable[[P, Mapping[int, Record]], Awaitable[Mapping[int, R]]]) -> None:
        self._read = read
        self._turns: dict[P, _Turn[R]] = {}
        self._numbers = count()

    async def find(self, place: P, record: Record) -> R | None:
        """Return what the lists of a place have of an intent, ``None`` when they have nothing.

        Those who ask at the same time share a reading, but only one that was begun after they had asked.
        """
        turn = self._turns.setdefault(place, _Turn())
        number, asked = next(self._numbers), turn.begun
        turn.waiting[number] = record
        try:
            async with turn.lock:
                if turn.done <= asked:
                    await asyncio.sleep(_GATHER)
                    turn.begun += 1
                    turn.found = await self._read(place, dict(turn.waiting))
                    turn.done = turn.begun
                return turn.found.get(number)
        finally:
            del turn.waiting[number]
            if not turn.waiting:
                self._turns.pop(place, None)
