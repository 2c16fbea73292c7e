"""Two connections for every topic: the first to bring a message wins, and losing one of them loses nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from okx_async import OKX, Backoff, OKEx, StreamEvent
from okx_async.sim import Exchange, warp
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels as v5_channels

from ..waiting import stepped_to, until

DIALECTS = ("v5", "v3")


def client_of(dialect: str, sim: Exchange) -> Any:
    """Return a client that keeps two lines."""
    kind = OKX if dialect == "v5" else OKEx
    return kind(site=sim.site, standby=True, check_instruments=False, backoff=Backoff(0.001, 0.01))


def trades_of(dialect: str) -> Any:
    """Return a topic whose rows are single trades."""
    return (v5_channels.trades_all if dialect == "v5" else v3_channels.trade)("BTC-USDT")


async def settled(client: Any, links: int) -> None:
    """Wait until both lines of every topic are live."""
    await until(lambda: len(client.status().links) == links and not client.status().not_live)


def opened(client: Any) -> int:
    """Return how many connections were ever opened."""
    return sum(link.connections for link in client.status().links)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_losing_one_line_after_the_other_loses_nothing(dialect: str) -> None:
    """In simulated time, for a client opens few connections a second."""
    warp.run(lose_one_after_the_other(dialect))


async def lose_one_after_the_other(dialect: str) -> None:
    """Cut a line six times, each time another one."""
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim, client_of(dialect, sim) as client:
        async with client.subscribe(trades_of(dialect)) as trades, client.books("BTC-USDT") as books:
            await books.ready()
            await settled(client, 4 if dialect == "v5" else 2)
            states: list[bool] = []
            got: list[Any] = []

            async def watch() -> None:
                async for book in books:
                    states.append(book.live)  # noqa: PERF401 - looked at while it grows

            async def collect() -> None:
                async for row in trades:
                    got.append(row)  # noqa: PERF401 - looked at while it grows

            tasks = [asyncio.create_task(watch()), asyncio.create_task(collect())]
            for turn in range(6):
                await settled(client, 4 if dialect == "v5" else 2)
                seen = len(got)
                while len(got) < seen + 30:
                    await sim.step()
                    await asyncio.sleep(0)
                before = opened(client)
                sim.connections[turn % len(sim.connections)].reset()
                await until(lambda before=before: opened(client) > before)  # type: ignore[misc]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert not any(isinstance(row, StreamEvent) for row in got)
            ids = [int(row.trade_id) for row in got]
            assert ids == list(range(ids[0], ids[-1] + 1))
            assert len(states) > 100
            assert all(states)


async def test_a_message_lost_on_one_line_is_brought_by_the_other() -> None:
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim, client_of("v5", sim) as client:
        async with client.books("BTC-USDT") as books:
            await books.ready()
            await settled(client, 2)
            lives: list[bool] = []
            for _ in range(5):
                sim.faults.drop("books", "BTC-USDT")
                for _ in range(20):
                    await sim.step()
                    await asyncio.sleep(0.001)
                    lives.append(books.book.live)
            assert all(lives)
            assert len(sim.faults.fired) == 5
            await until(lambda: not client.status().not_live)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_losing_both_lines_is_one_gap(dialect: str) -> None:
    """In simulated time, as above."""
    warp.run(lose_both(dialect))


async def lose_both(dialect: str) -> None:
    """Cut both lines at once."""
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim, client_of(dialect, sim) as client:
        async with client.subscribe(trades_of(dialect)) as trades:
            await settled(client, 2)
            for connection in list(sim.connections):
                connection.reset()
            await until(lambda: all(link.connections == 2 for link in client.status().links))
            await settled(client, 2)
            first = await anext(trades)
            assert type(first).__name__ == "Gap"
            while isinstance(item := await stepped_to(sim, trades), StreamEvent):
                raise AssertionError(f"told twice: {item}")


async def test_a_closed_stream_leaves_both_lines() -> None:
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim, client_of("v5", sim) as client:
        async with client.subscribe(trades_of("v5")):
            await settled(client, 2)
        await until(lambda: not list(client.status().topics))
