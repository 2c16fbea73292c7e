"""The manager under fire, in simulated time: outages, maintenance without end, thousands of topics, slow consumers."""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from okx_async import OKX, Backoff, Gap, OKEx, Resumed, StreamEvent
from okx_async.sim import Exchange, Limits, warp
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels as v5_channels

BOTH = pytest.mark.parametrize("dialect", ["v5", "v3"])
INSTRUMENTS = ("BTC-USDT", "ETH-USDT")
LATENCY = 0.05


def client_of(dialect: str, sim: Exchange, **more: Any) -> Any:
    """Return a client with usual timers and a short back-off."""
    kind = OKX if dialect == "v5" else OKEx
    return kind(site=sim.site, check_instruments=False, backoff=Backoff(0.1, 2.0), **more)


def trades_of(dialect: str, inst_id: str) -> Any:
    """Return a topic whose rows are single trades."""
    return (v5_channels.trades_all if dialect == "v5" else v3_channels.trade)(inst_id)


def ids(rows: list[Any]) -> list[int]:
    """Return the trade ids among rows and events."""
    return [int(row.trade_id) for row in rows if not isinstance(row, StreamEvent)]


async def collect(stream: Any, into: list[Any]) -> None:
    """Append whatever a stream yields."""
    async for item in stream:
        into.append(item)  # noqa: PERF401 - looked at while it grows


async def holds(condition: Callable[[], object], within: float = 120.0) -> None:
    """Let simulated time pass until something is true."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.05)


async def ended(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks and wait for them."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# -- outages


@BOTH
@pytest.mark.parametrize("batch", range(4))
def test_an_outage_is_one_gap_with_the_right_bounds_and_nothing_is_missing_behind_it(dialect: str, batch: int) -> None:
    """25 outages of 0.1 to 60 s a batch, 200 in all."""

    async def main() -> None:
        dice = random.Random(f"{dialect} {batch}")
        async with Exchange(seed=batch, instruments=4, rate=2, latency=LATENCY, history_minutes=10) as sim:
            async with client_of(dialect, sim) as client:
                streams = [client.subscribe(trades_of(dialect, one), backfill=True) for one in INSTRUMENTS]
                got: list[list[Any]] = [[] for _ in streams]
                tasks = [asyncio.create_task(collect(*pair)) for pair in zip(streams, got, strict=True)]
                await holds(lambda: all(ids(rows) for rows in got))
                for nth in range(1, 26):
                    began, seconds = time.time(), round(60 ** dice.random() * 0.1 ** (1 - dice.random()), 2)
                    sim.outage(seconds)
                    await holds(lambda nth=nth: all(_count(rows, Resumed) == nth for rows in got))  # type: ignore[misc]
                    for rows in got:
                        assert _count(rows, Gap) == nth
                        _check_gap(rows, began, seconds)
                    await asyncio.sleep(dice.uniform(1, 8))
                await ended(*tasks)
        for rows in got:
            _check_rows(rows)

    warp.run(main())


def _count(rows: list[Any], kind: type) -> int:
    return sum(isinstance(row, kind) for row in rows)


def _check_gap(rows: list[Any], began: float, seconds: float) -> None:
    at = max(at for at, row in enumerate(rows) if isinstance(row, Gap))
    gap, last = rows[at], next(row for row in reversed(rows[:at]) if not isinstance(row, StreamEvent))
    # Everything up to `since` was received: it lies behind the last row that came, and not behind the cut.
    assert last.ts / 1000 <= gap.since <= began + 2 * LATENCY
    assert began + seconds <= gap.until <= began + seconds + 5.0


def _check_rows(rows: list[Any]) -> None:
    """Between two rows that stand side by side nothing is missing, except where a `Resumed` says so."""
    excused, last = False, None
    for row in rows:
        if isinstance(row, Resumed):
            excused = excused or bool(row.missing)
        elif not isinstance(row, StreamEvent):
            here = int(row.trade_id)
            assert last is None or (here > last if excused else here == last + 1)
            last, excused = here, False


# -- maintenance without end


@BOTH
def test_hand_overs_lose_and_double_nothing(dialect: str) -> None:
    """For eight minutes here, for half an hour with ``-m soak``."""
    hand_over_for(480, dialect)


def hand_over_for(seconds: float, dialect: str) -> None:
    """V5: notice 64008 every 5 s and the cut 4 s later; V3 has no notices: handed over on request as often."""

    async def main() -> None:
        limits = Limits(control_v5=480, control_v3=240)
        options: dict[str, Any] = {"rate": 2, "latency": LATENCY, "history_minutes": 10, "limits": limits}
        async with Exchange(seed=1, instruments=4, **options) as sim, client_of(dialect, sim) as client:
            books = client.books(*INSTRUMENTS)
            streams = [client.subscribe(trades_of(dialect, one)) for one in INSTRUMENTS]
            got: list[list[Any]] = [[] for _ in streams]
            states: list[bool] = []

            async def watch() -> None:
                async for book in books:
                    states.append(book.live)  # noqa: PERF401 - looked at while it grows

            async with books:
                tasks = [asyncio.create_task(collect(*pair)) for pair in zip(streams, got, strict=True)]
                await books.ready()
                await holds(lambda: all(ids(rows) for rows in got))
                tasks.append(asyncio.create_task(watch()))
                began, first = asyncio.get_running_loop().time(), {link.link for link in client.status().links}
                while asyncio.get_running_loop().time() < began + seconds:
                    if dialect == "v5":
                        assert sim.maintenance(after=4) >= 1
                    else:
                        await client.hand_over()
                    await asyncio.sleep(5)
                assert not first & {link.link for link in client.status().links}
                assert books.resyncs == 0
                await ended(*tasks)
        assert len(states) > seconds / 2
        assert all(states)
        for rows in got:
            assert not [row for row in rows if isinstance(row, StreamEvent)]
            assert ids(rows) == list(range(ids(rows)[0], ids(rows)[-1] + 1))

    warp.run(main())


# -- slow consumers


async def beside_a_slow_one(dialect: str, rate: float, seconds: float) -> None:
    """One consumer takes 10 items a second, three take whatever comes; then all counters must add up."""
    options: dict[str, Any] = {"rate": rate, "latency": LATENCY, "history_minutes": 10}
    async with Exchange(seed=1, instruments=1, **options) as sim, client_of(dialect, sim) as client:
        topic = trades_of(dialect, "BTC-USDT")
        slow, *fast = [client.subscribe(topic, size=size) for size in (50, 10_000, 10_000, 10_000)]
        got: list[list[Any]] = [[] for _ in fast]

        async def crawl() -> None:
            async for _ in slow:
                await asyncio.sleep(0.1)

        async with AsyncExitStack() as stack:
            for stream in (slow, *fast):
                await stack.enter_async_context(stream)
                await stream.ready()
            tasks = [asyncio.create_task(collect(*pair)) for pair in zip(fast, got, strict=True)]
            tasks.append(asyncio.create_task(crawl()))
            await asyncio.sleep(seconds)
            stats = slow.stats
            assert stats.received == stats.delivered + stats.dropped + stats.pending
            assert stats.dropped > 0
            assert stats.pending <= 50
            assert stats.delivered == pytest.approx(seconds * 10, rel=0.1)
            for stream, rows in zip(fast, got, strict=True):
                assert stream.stats.dropped == 0
                assert stream.stats.received == stats.received
                assert ids(rows) == list(range(ids(rows)[0], ids(rows)[-1] + 1))
            assert [link.connections for link in client.status().links] == [1]  # every ping was answered
            await ended(*tasks)


@BOTH
def test_a_slow_consumer_hurts_nobody_and_the_counters_are_the_truth(dialect: str) -> None:
    warp.run(beside_a_slow_one(dialect, 50, 60))


# -- thousands of topics


def test_thousands_of_topics_start_as_fast_as_the_exchange_allows_and_a_dead_shard_hurts_only_itself() -> None:
    """3,000 topics on 40 connections here, 9,000 on 120 with ``-m soak``."""
    start_many(1000)


def start_many(instruments: int) -> None:
    """Subscribe to book, trades and ticker of each: 75 topics a connection, none refused."""

    async def main() -> None:
        options: dict[str, Any] = {"rate": 0, "history_minutes": 1, "latency": LATENCY}
        async with Exchange(seed=1, instruments=instruments, **options) as sim:
            async with client_of("v5", sim) as client, AsyncExitStack() as stack:
                names = [instrument.inst_id for instrument in sim.instruments]
                books = client.books(*names)
                rows = client.subscribe(*(make(name) for name in names for make in _ROWS))
                wanted = [v5_channels.books(name) for name in names] + list(rows._topics)
                plan, loop = client.plan(*wanted), asyncio.get_running_loop()
                began = loop.time()
                await stack.enter_async_context(books)
                await stack.enter_async_context(rows)
                await rows.ready(timeout=300)
                await books.ready(timeout=300)
                took = loop.time() - began
                assert (plan.topics, plan.links) == (3 * instruments, instruments / 25)
                assert len(client.status().links) == plan.links
                assert took <= 1.1 * plan.seconds + 1.0
                assert not sim.counters.refusals
                await _kill_a_shard(sim, client, plan.topics)

    warp.run(main())


_ROWS = (v5_channels.trades, v5_channels.tickers)


async def _kill_a_shard(sim: Exchange, client: Any, topics: int) -> None:
    before = {link.link: link for link in client.status().links}
    sim.connections[5].reset()
    await holds(lambda: sum(link.connections for link in client.status().links) == len(before) + 1)
    await holds(lambda: client.status().live == topics)
    again = [link for link in client.status().links if link.connections == 2]
    assert len(again) == 1
    others = [link for link in client.status().links if link.connections == 1]
    assert all(link.frames_used == before[link.link].frames_used for link in others)
    assert not sim.counters.refusals


# -- long runs


@pytest.mark.soak
@BOTH
def test_half_an_hour_of_hand_overs_loses_and_doubles_nothing(dialect: str) -> None:
    hand_over_for(1800, dialect)


@pytest.mark.soak
def test_nine_thousand_topics_on_120_connections() -> None:
    start_many(3000)


@pytest.mark.soak
@BOTH
def test_twenty_thousand_messages_a_second_beside_a_slow_consumer(dialect: str) -> None:
    warp.run(beside_a_slow_one(dialect, 20_000, 60))


@pytest.mark.soak
@BOTH
def test_a_million_messages_with_a_fault_every_few_seconds(dialect: str) -> None:
    """Flat memory, flat latency, and a LIVE book in the end."""

    async def main() -> None:
        dice = random.Random(dialect)
        async with Exchange(
            seed=1, instruments=20, rate=100, latency=LATENCY, history_minutes=10, kept_trades=100
        ) as sim:
            async with client_of(dialect, sim) as client:
                names = [instrument.inst_id for instrument in sim.instruments]
                channel = v5_channels.books if dialect == "v5" else v3_channels.depth
                async with client.books(*names, channel=channel) as books:
                    await books.ready()
                    sizes: list[int] = []
                    lags: list[float] = []
                    while _messages(books) < 1_000_000:
                        await asyncio.sleep(dice.uniform(1, 5))
                        kind = dice.choice(("drop", "duplicate", "garble", "reset_tcp", "reorder"))
                        getattr(sim.faults, kind)(channel(names[0]).name.split("/")[-1], dice.choice(names))
                        gc.collect(0)
                        sizes.append(sys.getallocatedblocks())
                        lags.append(statistics.median(sim.now - book.ts for book in books.books.values() if book.live))
                    await holds(lambda: all(book.live for book in books.books.values()))
        half = len(sizes) // 2
        assert max(sizes[half:]) <= 1.1 * max(sizes[:half])
        assert max(lags[half:]) <= 2 * max(lags[:half])  # simulated milliseconds

    warp.run(main())


def _messages(books: Any) -> int:
    return sum(book.proof.updates + book.proof.snapshots for book in books.books.values())
