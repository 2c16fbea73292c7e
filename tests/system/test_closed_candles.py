"""Closed bars come in order, once each, whatever happens to the line, and what is lost for good is said."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from okx_async import OKX, Backoff, Gap, OKEx, Timers
from okx_async.candles import following, preceding
from okx_async.errors import BadParameter, ConnectFailed
from okx_async.sim import Exchange, warp
from okx_async.sim.bars import V5_BARS
from okx_async.v3.products import product_of
from okx_async.v5 import channels as v5_channels

START = 1_767_225_600_000
SECOND, MINUTE = 1_000, 60_000


def exchange(seed: int = 3) -> Exchange:
    """Return an exchange whose market goes on by itself."""
    return Exchange(seed, instruments=2, rate=10, history_minutes=30)


def client_for(sim: Exchange) -> OKX:
    """Return a client that finds lost lines quickly."""
    return OKX(
        site=sim.site,
        check_instruments=False,
        timers=Timers(quiet=0.5, grace=0.5, reply=2.0),
        backoff=Backoff(0.1, 0.5),
    )


def whole(rows: list[Any], bar: str) -> None:
    """Check that every bar begins where the one before it ended."""
    assert all(row.confirm for row in rows)
    for before, after in pairwise(rows):
        assert after.ts == following(bar, before.ts)


async def as_rest_says(okx: OKX, rows: list[Any], bar: str) -> None:
    """Compare with what REST tells of the same time afterwards."""
    known = await okx.pages(okx.market.candles, "BTC-USDT", bar=bar).since(rows[0].ts).until(rows[-1].ts).all()
    assert known[::-1] == rows


@pytest.mark.parametrize("seed", range(4))
def test_cut_lines_lose_and_repeat_nothing(seed: int) -> None:
    async def main() -> int:
        dice = random.Random(seed)
        cuts = 0
        async with exchange(seed) as sim, client_for(sim) as okx:
            async with okx.closed_candles("BTC-USDT", bar="1s") as bars:
                rows: list[Any] = []
                while len(rows) < 60:
                    rows.append(await anext(bars))
                    if dice.random() < 0.2 and sim.connections:
                        sim.connections[0].reset()
                        cuts += 1
                        await asyncio.sleep(dice.random() * 5)
                whole(rows, "1s")
                await as_rest_says(okx, rows, "1s")
        return cuts

    assert warp.run(main()) > 3


def test_history_and_live_are_one_chain() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            await asyncio.sleep(90)
            since = START + 10 * SECOND + 1
            bars = okx.closed_candles("BTC-USDT", bar="1s", since=since)
            rows: list[Any] = [await anext(bars) for _ in range(120)]
            assert rows[0].ts == START + 11 * SECOND
            whole(rows, "1s")
            await as_rest_says(okx, rows, "1s")
            await bars.aclose()

    warp.run(main())


def test_a_lost_push_and_a_slow_reader_are_healed() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            async with okx.closed_candles("BTC-USDT", bar="1s") as bars:
                rows: list[Any] = [await anext(bars)]
                stream: Any = bars._rows
                for _ in range(3):
                    await asyncio.sleep(7)
                    stream._items.clear()  # as a full queue drops them
                    stream._received = stream._delivered + stream._dropped
                    rows += [await anext(bars) for _ in range(9)]
                whole(rows, "1s")
                assert len(rows) == 28

    warp.run(main())


def test_the_first_bar_is_the_one_that_was_open() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            await asyncio.sleep(20)
            async with okx.closed_candles("BTC-USDT") as bars:
                rows: list[Any] = [await anext(bars) for _ in range(3)]
                assert [row.ts for row in rows] == [START, START + MINUTE, START + 2 * MINUTE]

    warp.run(main())


def test_a_since_to_come_is_waited_for() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            since = START + 5 * SECOND
            async with okx.closed_candles("BTC-USDT", bar="1s", since=since) as bars:
                first: Any = await anext(bars)
                assert first.ts == since

    warp.run(main())


@pytest.mark.parametrize("wait", [0.0, 0.9, 3.7])
def test_the_open_bar_may_be_the_first(wait: float) -> None:
    """It may close between reading history and the first push."""

    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            await asyncio.sleep(10.5)
            bars = okx.closed_candles("BTC-USDT", bar="1s", since=START + 10 * SECOND)
            chart: Any = bars._chart
            read = chart.read

            async def slowly(first: int, until: int | None) -> Any:
                rows = await read(first, until)
                await bars._rows.aclose()
                bars._rows = okx.subscribe(v5_channels.candle("BTC-USDT", bar="1s"))
                await asyncio.sleep(wait)
                chart.read = read
                return rows

            chart.read = slowly
            rows: list[Any] = [await anext(bars) for _ in range(5)]
            assert rows[0].ts == START + 10 * SECOND
            whole(rows, "1s")
            await bars.aclose()

    warp.run(main())


def test_a_history_that_cannot_be_read_is_raised_and_may_be_asked_again() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            await asyncio.sleep(5)
            async with okx.closed_candles("BTC-USDT", bar="1s", since=START) as bars:
                chart: Any = bars._chart
                read = chart.read

                async def fails(first: int, until: int | None) -> Any:
                    raise ConnectFailed("the exchange is being repaired")

                chart.read = fails
                with pytest.raises(ConnectFailed):
                    await anext(bars)
                chart.read = read
                rows: list[Any] = [await anext(bars) for _ in range(9)]
                assert rows[0].ts == START
                whole(rows, "1s")

    warp.run(main())


def test_what_rest_does_not_know_is_said() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            async with okx.closed_candles("BTC-USDT", since=START - 600 * MINUTE) as bars:
                gap, first = await anext(bars), await anext(bars)
                assert isinstance(gap, Gap)
                assert not isinstance(first, Gap)
                assert gap.since * 1000 == START - 600 * MINUTE
                assert gap.until * 1000 == first.ts == START - 30 * MINUTE
                assert "does not reach back" in gap.cause

    warp.run(main())


def test_a_failing_rest_is_said_and_the_bars_go_on() -> None:
    async def main() -> None:
        async with exchange() as sim, client_for(sim) as okx:
            async with okx.closed_candles("BTC-USDT", bar="1s") as bars:
                first: Any = await anext(bars)

                async def fails(first: int, until: int | None) -> Any:
                    raise ConnectFailed("the exchange is being repaired")

                chart: Any = bars._chart
                chart.read = fails
                stream: Any = bars._rows
                await asyncio.sleep(5)
                stream._items.clear()
                gap, later = await anext(bars), await anext(bars)
                assert isinstance(gap, Gap)
                assert not isinstance(later, Gap)
                assert "being repaired" in gap.cause
                assert gap.since * 1000 == first.ts + SECOND
                assert gap.until * 1000 == later.ts

    warp.run(main())


# -- V3, which does not say whether a bar is finished


def old_client(sim: Exchange) -> OKEx:
    """Return a V3 client that finds lost lines quickly."""
    return OKEx(
        site=sim.site,
        check_instruments=False,
        timers=Timers(quiet=0.5, grace=0.5, reply=2.0),
        backoff=Backoff(0.1, 0.5),
    )


@pytest.mark.parametrize(("seed", "inst_id"), [(0, "BTC-USDT"), (1, "BTC-USDT"), (2, "BTC-USDT-SWAP")])
def test_v3_bars_are_told_whole_whatever_happens_to_the_line(seed: int, inst_id: str) -> None:
    async def main() -> int:
        dice = random.Random(seed)
        cuts, since = 0, START - 20 * MINUTE
        async with Exchange(seed, instruments=4, rate=0.3, history_minutes=30) as sim, old_client(sim) as okex:
            async with okex.closed_candles(inst_id, since=since) as bars:
                rows: list[Any] = []
                while len(rows) < 27:
                    rows.append(await anext(bars))
                    if rows[-1].ts >= START and dice.random() < 0.5 and sim.connections:
                        sim.connections[0].reset()
                        cuts += 1
                        await asyncio.sleep(dice.random() * 100)
                assert [row.ts for row in rows] == list(range(since, since + 27 * MINUTE, MINUTE))
                chapter: Any = getattr(okex, product_of(inst_id))
                known = await okex.pages(chapter.candles, inst_id).since(since).until(rows[-1].ts).all()
                assert known[::-1] == rows
        return cuts

    assert warp.run(main()) >= 2


def test_v3_bars_of_the_archive_and_the_line_are_one_chain() -> None:
    async def main() -> None:
        async with Exchange(3, instruments=1, rate=1, history_minutes=1600) as sim, old_client(sim) as okex:
            since = START - 1500 * MINUTE  # the recent bars are 1440
            bars = okex.closed_candles("BTC-USDT", since=since)
            rows: list[Any] = [await anext(bars) for _ in range(1502)]
            assert [row.ts for row in rows] == list(range(since, since + 1502 * MINUTE, MINUTE))
            assert bars.zone.utcoffset(None) == timedelta(hours=8)
            await bars.aclose()

    warp.run(main())


def test_v3_tells_a_bar_when_the_next_has_begun() -> None:
    async def main() -> None:
        async with Exchange(3, instruments=2, rate=10, history_minutes=30) as sim, old_client(sim) as okex:
            await asyncio.sleep(20)
            async with okex.closed_candles("BTC-USDT") as bars:
                first: Any = await anext(bars)
                assert first.ts == START
                assert sim.now >= START + MINUTE
                second: Any = await anext(bars)
                assert second.ts == START + MINUTE

    warp.run(main())


def test_v3_says_which_bars_are_missing() -> None:
    async def main() -> None:
        async with Exchange(3, instruments=2, rate=10, history_minutes=30) as sim, old_client(sim) as okex:
            async with okex.closed_candles("BTC-USDT") as bars:
                first: Any = await anext(bars)
                chart: Any = bars._chart
                read = chart.read

                async def without(first: int, until: int | None) -> Any:
                    return [told for told in await read(first, until) if told[0].ts != START + MINUTE]

                chart.read = without
                gap = await anext(bars)
                assert isinstance(gap, Gap)
                assert gap.since * 1000 == first.ts + MINUTE == START + MINUTE
                assert gap.until * 1000 == START + 2 * MINUTE
                assert "REST has no such bars" in gap.cause

    warp.run(main())


async def test_mistakes_are_named_at_once() -> None:
    async with OKX() as okx:
        with pytest.raises(BadParameter, match="bar"):
            okx.closed_candles("BTC-USDT", bar="7m")
        with pytest.raises(BadParameter, match="since must be a moment"):
            okx.closed_candles("BTC-USDT", since=-1)
    async with OKEx() as okex:
        with pytest.raises(BadParameter, match="granularity"):
            okex.closed_candles("BTC-USDT", granularity=61)
        with pytest.raises(BadParameter, match="since must be a moment"):
            okex.closed_candles("BTC-USDT", since=-1)


async def test_bars_know_their_time_zone() -> None:
    async with OKX() as okx:
        assert okx.closed_candles("BTC-USDT", bar="1Dutc").zone.utcoffset(None) == timedelta(0)
        assert okx.closed_candles("BTC-USDT", bar="1D").zone.utcoffset(None) == timedelta(hours=8)


@pytest.mark.parametrize("bar", sorted(V5_BARS))
def test_the_next_bar_is_the_simulators(bar: str) -> None:
    size = V5_BARS[bar]
    moment = size.opening(int(datetime(2024, 1, 31, 22, tzinfo=UTC).timestamp()) * 1000)
    for _ in range(30):
        assert following(bar, moment) == size.following(moment)
        assert preceding(bar, size.following(moment)) == moment
        moment = size.following(moment)
