"""What it means to take a guard away."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Mutation"]


@dataclass(frozen=True)
class Mutation:
    """One guard taken away.

    Attributes:
        name: Which guard.
        file: Where it stands.
        guard: Its text, exactly once in the file.
        without: What stands there instead.
        tests: The tests that must go red.
    """

    name: str
    file: str
    guard: str
    without: str
    tests: tuple[str, ...]
