"""Imports point down: nothing points up, sideways between dialects, or in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import okx_async

ROOT = Path(okx_async.__file__).parent
FLOORS = {
    "errors": 0,
    "checks": 0,
    "settings": 0,
    "_version": 0,
    "core": 1,
    "v5": 2,
    "v3": 2,
    "net": 3,
    "sim": 3,
    "audit": 4,
    "backfill": 4,
    "bookstream": 4,
    "catalogue": 4,
    "candles": 4,
    "charts": 4,
    "client": 4,
    "doctor": 4,
    "facts": 4,
    "frames": 4,
    "instruments": 4,
    "instruments_v3": 4,
    "mirror": 4,
    "oauth": 4,
    "orderlimit": 4,
    "intents": 4,
    "keepalive": 4,
    "plot": 4,
    "dcd": 4,
    "rebates": 4,
    "replay": 4,
    "roads": 4,
    "rowstream": 4,
    "rulers": 4,
    "cli": 5,
    "__main__": 5,
    "pytest_plugin": 5,
    "": 5,
}
# Rooms on one floor that must not know each other.
STRANGERS = {("v5", "v3"), ("v3", "v5"), ("net", "sim"), ("sim", "net"), ("net", "v5"), ("net", "v3")}
# The front doors of the dialects look the client up when somebody asks for it there.
DOORS = {("v5/__init__.py", "client"), ("v3/__init__.py", "client")}
FORBIDDEN_IN_CORE = {"asyncio", "socket", "ssl", "time", "aiohttp", "websockets", "random", "threading"}


def modules() -> list[Path]:
    """Return every module of the package."""
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names a module imports, absolute."""
    package = ["okx_async", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            yield ".".join(stem)
            yield from (".".join([*stem, alias.name]) for alias in node.names)


def room(name: str) -> str:
    """Return the room of a dotted name inside the package."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FLOORS else ""


def room_of(path: Path) -> str:
    """Return the room a file lies in."""
    first = path.relative_to(ROOT).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def test_every_room_has_a_floor() -> None:
    """A new room must be given its place in the plan."""
    assert {room_of(path) for path in modules()} <= set(FLOORS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    """A module imports from its own floor or below, and never from a stranger."""
    here = room_of(path)
    for name in imported(path):
        if not name.startswith("okx_async."):
            continue
        there = room(name)
        if there == "" or there == here or (path.relative_to(ROOT).as_posix(), there) in DOORS:
            continue
        assert FLOORS[there] <= FLOORS[here], f"{here} imports {name}: that points up"
        assert (here, there) not in STRANGERS, f"{here} imports {name}: they must not know each other"


@pytest.mark.parametrize("path", sorted((ROOT / "core").glob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_is_pure(path: Path) -> None:
    """No clock, no socket, no event loop, no randomness: they come in as arguments."""
    assert not {name.split(".")[0] for name in imported(path)} & FORBIDDEN_IN_CORE


def test_there_is_no_circle() -> None:
    """No chain of imports comes back to where it began."""
    names = {path: ".".join(["okx_async", *path.relative_to(ROOT).with_suffix("").parts]) for path in modules()}
    by_name = {name.removesuffix(".__init__"): path for path, name in names.items()}
    graph = {
        name.removesuffix(".__init__"): {
            found
            for found in imported(path)
            if found in by_name and (path.relative_to(ROOT).as_posix(), room(found)) not in DOORS
        }
        for path, name in names.items()
    }
    seen: dict[str, int] = {}

    def visit(name: str, chain: tuple[str, ...]) -> None:
        assert name not in chain, f"a circle: {' -> '.join((*chain, name))}"
        if name in seen:
            return
        for other in graph[name]:
            # A package's __init__ is run for every module in it, so pointing at the own package is no circle.
            if other not in (name, "okx_async") and not name.startswith(other + "."):
                visit(other, (*chain, name))
        seen[name] = 1

    for name in graph:
        visit(name, ())
