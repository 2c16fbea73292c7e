"""The two ladders, compiled and pure: every test of books runs on both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from okx_async.core import ladder as rooms
from okx_async.core.bookframe import as_json
from okx_async.core.ladder import AnyLadder, Row, flat, ladders

KINDS = ("compiled", "pure")


def use(kind: str, patch: pytest.MonkeyPatch) -> None:
    """Make new books use one kind of ladder."""
    if kind == "compiled" and not rooms.COMPILED:
        pytest.skip("the compiled ladder was not built: there was no compiler, or OKX_ASYNC_PURE is set")
    patch.setattr(rooms, "COMPILED", kind == "compiled")


@pytest.fixture(autouse=True, scope="module", params=KINDS)
def ladder_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run a module's tests on both kinds; import it by name to do so."""
    with pytest.MonkeyPatch.context() as patch:
        use(request.param, patch)
        yield request.param


def side(name: str, *, whole: bool = False) -> AnyLadder:
    """Return an empty side of the kind in use."""
    return ladders(whole=whole)[name == "asks"]


def apply(ladder: AnyLadder, rows: Sequence[Row], depth: int = 400) -> None:
    """Apply rows to either kind."""
    ladder.apply(as_json(rows) if flat(ladder) else rows, depth)
