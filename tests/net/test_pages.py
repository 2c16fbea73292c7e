"""Pages against a simulated history: ties on timestamps, inserts while paging, empty pages."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.pager import Pager, by_id, by_page, by_time
from okx_async.errors import BadParameter
from okx_async.net.pages import Pages


class Row(msgspec.Struct, frozen=True):
    """A row of the history."""

    bill_id: str
    ts: int


class Rest:
    """A history as the exchange pages it: newest first, ``after`` means strictly older."""

    def __init__(self, times: list[int], inserts: list[int]) -> None:
        self.rows = [Row(str(number), ts) for number, ts in enumerate(sorted(times), 1)]
        self.inserts = list(inserts)
        self.calls = 0

    def _grow(self) -> None:
        self.calls += 1
        if self.inserts and self.inserts.pop():
            self.rows.append(Row(str(len(self.rows) + 1), self.rows[-1].ts if self.rows else 1))

    async def by_id(self, after: str | None = None, limit: int = 3) -> list[Row]:
        rows = [row for row in reversed(self.rows) if after is None or int(row.bill_id) < int(after)]
        self._grow()
        return rows[:limit]

    async def by_time(self, after: int | None = None, limit: int = 3) -> list[Row]:
        rows = [row for row in reversed(self.rows) if after is None or row.ts < int(after)]
        self._grow()
        return rows[:limit]

    async def by_page(self, page: int = 1, limit: int = 3) -> list[Row]:
        rows = list(reversed(self.rows))[(page - 1) * limit : page * limit]
        self._grow()
        return rows


def pages(rest: Rest, pager: Pager) -> Pages[Row]:
    """Return the pages of one kind."""
    return Pages(getattr(rest, f"by_{pager.kind}"), pager)


def read(wanted: Pages[Row]) -> list[Row]:
    """Read everything there is."""

    async def run() -> list[Row]:
        return [row async for row in wanted]

    return asyncio.run(run())


PAGERS = {"id": by_id("bill_id", 3), "time": by_time(most=3), "page": by_page(3)}
_times = st.lists(st.integers(1, 12), max_size=30)


@pytest.mark.parametrize("kind", PAGERS)
@given(times=_times, inserts=st.lists(st.booleans(), max_size=8))
@settings(max_examples=150, deadline=None)
def test_every_row_comes_once_and_in_order(kind: str, times: list[int], inserts: list[bool]) -> None:
    if kind == "time":
        # More rows of one time than a page holds cannot be told apart by a cursor of time.
        times = [ts for at, ts in enumerate(sorted(times)) if sorted(times)[:at].count(ts) < 2]
        inserts = []
    rest = Rest(times, [int(one) for one in inserts])
    before = list(reversed(rest.rows))
    got = read(pages(rest, PAGERS[kind]))
    assert got == before


@given(times=_times, since=st.integers(0, 13), until=st.integers(0, 13), count=st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_bounds_cut_exactly(times: list[int], since: int, until: int, count: int) -> None:
    rest = Rest(times, [])
    wanted = [row for row in reversed(rest.rows) if since <= row.ts <= until][:count]
    assert read(pages(rest, PAGERS["id"]).since(since).until(until).first(count)) == wanted


async def test_reading_stops_when_enough_was_read() -> None:
    rest = Rest(list(range(1, 100)), [])
    assert len(await pages(rest, PAGERS["id"]).first(4).all()) == 4
    assert rest.calls == 2


async def test_more_rows_of_one_time_than_a_page_holds_do_not_read_for_ever() -> None:
    rest = Rest([5] * 10 + [4], [])
    got = [row async for row in pages(rest, PAGERS["time"])]
    assert got[-1].ts == 4
    assert len(got) == len(set(got))


async def test_bounds_must_make_sense() -> None:
    wanted: Any = pages(Rest([], []), PAGERS["id"])
    with pytest.raises(BadParameter, match="bound it"):
        await wanted.all()
    with pytest.raises(BadParameter, match="positive int"):
        wanted.first(0)
