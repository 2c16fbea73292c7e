"""Pages against a simulated history: ties on timestamps, inserts while paging, empty pages, archives, windows."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from okx_async.core.pager import Pager, by_bar, by_id, by_page, by_time, by_window
from okx_async.errors import BadParameter
from okx_async.net.pages import Pages, Source


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
    return Pages(Source(getattr(rest, f"by_{pager.kind}"), pager))


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


# -- bars, their archive, and windows of V3

STEP = 60_000


class Bar(msgspec.Struct, frozen=True):
    """A bar."""

    ts: int


class Charts:
    """Bars as both dialects tell them: the recent ones here, the past there, both of one market that goes on.

    Args:
        bars: Which bars somebody traded in, as numbers from 1.
        inserts: Whether a bar begins before the next page.
        recent: How many bars back the recent ones reach.
        inclusive: Whether the archive's edge belongs to what is asked for.
    """

    def __init__(self, bars: set[int], inserts: list[bool], recent: int, *, inclusive: bool = False) -> None:
        self.bars = sorted(bars)
        self.inserts = list(inserts)
        self.recent = recent
        self.inclusive = inclusive
        self.calls: list[str] = []

    def _told(self, where: str, rows: list[Bar], limit: int) -> list[Bar]:
        self.calls.append(where)
        if self.inserts and self.inserts.pop():
            self.bars.append((self.bars[-1] if self.bars else 0) + 1)
        return rows[:limit]

    def _all(self) -> list[Bar]:
        return [Bar(number * STEP) for number in reversed(self.bars)]

    def _recent(self) -> list[Bar]:
        newest = self.bars[-1] if self.bars else 0
        return [bar for bar in self._all() if bar.ts > (newest - self.recent) * STEP]

    async def candles(self, after: int | None = None, limit: int = 3) -> list[Bar]:
        rows = [bar for bar in self._recent() if after is None or bar.ts < after]
        return self._told("recent", rows, limit)

    async def windows(self, start: int | None = None, end: int | None = None) -> list[Bar]:
        """V3's way: both edges or neither, both included."""
        assert (start is None) == (end is None)
        rows = [bar for bar in self._recent() if start is None or end is None or start <= bar.ts <= end]
        return self._told("recent", rows, 3)

    async def history(self, after: int | None = None, limit: int = 4) -> list[Bar]:
        rows = [bar for bar in self._all() if after is None or bar.ts < after + self.inclusive]
        return self._told("archive", rows, limit)


def charted(charts: Charts, *, windows: bool) -> Pages[Bar]:
    """Return the pages of recent bars and their archive."""
    archive = Source(charts.history, by_bar(4))
    if windows:
        pager = by_window(3)
        return Pages(Source(charts.windows, pager, pager.span({"granularity": STEP // 1000})), archive)
    return Pages(Source(charts.candles, by_bar(3)), archive)


_numbers = st.sets(st.integers(1, 30), min_size=1)
_edges = st.integers(0, 31 * STEP)


@pytest.mark.parametrize("windows", [False, True])
@given(bars=_numbers, inserts=st.lists(st.booleans(), max_size=12), recent=st.integers(1, 12), inclusive=st.booleans())
@example(bars={30, 29, 28, 25, 22}, inserts=[], recent=12, inclusive=True)
@settings(max_examples=200, deadline=None)
def test_the_archive_goes_on_without_hole_or_duplicate(
    windows: bool, bars: set[int], inserts: list[bool], recent: int, inclusive: bool
) -> None:
    wanted = [Bar(number * STEP) for number in sorted(bars, reverse=True)]
    assert read_bars(charted(Charts(bars, inserts, recent, inclusive=inclusive), windows=windows)) == wanted


@pytest.mark.parametrize("windows", [False, True])
@given(bars=_numbers, recent=st.integers(1, 12), since=_edges, until=_edges, count=st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_bounds_cut_across_the_seam(
    windows: bool, bars: set[int], recent: int, since: int, until: int, count: int
) -> None:
    wanted = [Bar(number * STEP) for number in sorted(bars, reverse=True) if since <= number * STEP <= until]
    pages = charted(Charts(bars, [], recent), windows=windows).since(since).until(until).first(count)
    assert read_bars(pages) == wanted[:count]


def read_bars(wanted: Pages[Bar]) -> list[Bar]:
    """Read everything there is."""

    async def run() -> list[Bar]:
        return [bar async for bar in wanted]

    return asyncio.run(run())


async def test_the_archive_is_asked_only_when_it_is_needed() -> None:
    charts = Charts(set(range(1, 31)), [], 10)
    assert len(await charted(charts, windows=False).since(21 * STEP).all()) == 10
    assert set(charts.calls) == {"recent"}
    charts = Charts(set(range(1, 31)), [], 10)
    assert len(await charted(charts, windows=True).first(10).all()) == 10
    assert set(charts.calls) == {"recent"}


async def test_ids_and_times_go_on_in_their_archives_too() -> None:
    rest = Rest([1, 1, 2, 3, 3, 4, 5, 6, 6, 7], [])

    async def recent_ids(after: str | None = None, limit: int = 3) -> list[Row]:
        return [row for row in await rest.by_id(after, limit) if row.ts > 4]

    async def recent_times(after: int | None = None, limit: int = 3) -> list[Row]:
        return [row for row in await rest.by_time(after, limit) if row.ts > 4]

    for recent, whole, pager in (
        (recent_ids, rest.by_id, by_id("bill_id", 3)),
        (recent_times, rest.by_time, by_time(most=3)),
    ):
        pages: Pages[Row] = Pages(Source(recent, pager), Source(whole, pager))
        assert [row async for row in pages] == list(reversed(rest.rows))


async def test_a_cursor_that_includes_its_own_row_repeats_nothing_and_ends() -> None:
    rest = Rest([1, 2, 3, 4, 5, 6, 7], [])

    async def read(after: str | None = None, limit: int = 3) -> list[Row]:
        return [row for row in reversed(rest.rows) if after is None or int(row.bill_id) <= int(after)][:limit]

    pages: Pages[Row] = Pages(Source(read, by_id("bill_id", 3)))
    assert await pages.first(99).all() == list(reversed(rest.rows))


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
    for wrong in (-1, True, "2026-01-01", 1.5):
        with pytest.raises(BadParameter, match="since must be a moment"):
            wanted.since(wrong)
        with pytest.raises(BadParameter, match="until must be a moment"):
            wanted.until(wrong)
