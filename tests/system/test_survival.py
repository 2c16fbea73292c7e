"""The real client under line, request, HTTP and market faults, in simulated time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from okx_async import OKX, Backoff, BookStream, OKEx, Timers
from okx_async.sim import Exchange, RequestFault, RestFault, warp
from okx_async.sim.kinds import CLOSE_CODES
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels as v5_channels

INST = "BTC-USDT"
BOTH = pytest.mark.parametrize("dialect", ["v5", "v3"])


@asynccontextmanager
async def session(dialect: str, **options: Any) -> AsyncIterator[tuple[Exchange, BookStream]]:
    """An exchange at its own pace and a client with one LIVE book, default timers, a round trip of 100 ms."""
    async with Exchange(seed=5, instruments=1, rate=10, latency=0.05, history_minutes=10, **options) as sim:
        client_options: dict[str, Any] = {"site": sim.site, "check_instruments": False, "backoff": Backoff(0.1, 2.0)}
        client_options["timers"] = Timers()
        client = OKX(**client_options) if dialect == "v5" else OKEx(**client_options)
        async with client:
            channel = v5_channels.books if dialect == "v5" else v3_channels.depth
            async with client.books(INST, channel=channel) as books:
                await live(books)
                yield sim, books


async def live(books: BookStream, within: float = 60.0) -> float:
    """Wait until a book is LIVE; return how long it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(within):
        while not books.book.live:
            await asyncio.sleep(0.01)
    return loop.time() - began


async def gone(books: BookStream, within: float = 60.0) -> None:
    """Wait until a book is not LIVE any more."""
    async with asyncio.timeout(within):
        while books.book.live:
            await asyncio.sleep(0.01)


@BOTH
@pytest.mark.parametrize("code", CLOSE_CODES)
def test_every_close_code_is_survived(dialect: str, code: int) -> None:
    async def main() -> None:
        async with session(dialect) as (sim, books):
            assert sim.lines.close(code) == 1
            await gone(books)
            await live(books)
            assert len([fault for fault in sim.faults.done if fault.kind == "close"]) == 1

    warp.run(main())


@BOTH
def test_a_half_open_line_is_found_by_its_missing_pong(dialect: str) -> None:
    async def main() -> float:
        async with session(dialect) as (sim, books):
            loop = asyncio.get_running_loop()
            began = loop.time()
            sim.lines.half_open()
            await gone(books)
            found = loop.time() - began
            await live(books)
            return found

    timers = Timers()
    assert timers.quiet < warp.run(main()) <= timers.quiet + timers.grace + 1


@BOTH
def test_outages_of_any_length_are_survived(dialect: str) -> None:
    """0.1 to 60 s, each recovered within the longest back-off and a few round trips."""

    async def main() -> list[float]:
        dice = random.Random(f"outages {dialect}")
        took: list[float] = []
        async with session(dialect) as (sim, books):
            for _ in range(20):
                seconds = round(dice.choice((0.1, 1.0, 60.0)) * dice.uniform(0.1, 1.0), 2)
                sim.outage(seconds)
                await gone(books)
                took.append(await live(books, 120) - seconds)
                await asyncio.sleep(dice.uniform(1, 40))
            assert sim.faults.journal.counts == {"outage": 20}
        return took

    assert max(warp.run(main())) < 4


@BOTH
def test_maintenance_is_survived(dialect: str) -> None:
    async def main() -> None:
        async with session(dialect) as (sim, books):
            assert sim.maintenance(after=60) == 1
            sim.reset_sequence()
            await asyncio.sleep(90)
            await live(books)
            assert sim.faults.journal.counts["notice"] == (dialect == "v5")

    warp.run(main())


@BOTH
@pytest.mark.parametrize("kind", ["ack_never", "ack_no_data", "data_before_ack"])
def test_strange_acknowledgements_are_survived(dialect: str, kind: str) -> None:
    async def main() -> None:
        async with session(dialect) as (sim, books):
            sim.faults.requests.add(RequestFault(kind))
            sim.lines.reset_tcp()
            await gone(books)
            await live(books, 180)
            assert sim.faults.journal.counts[kind] == 1

    warp.run(main())


@BOTH
def test_unknown_words_are_survived_without_a_resync(dialect: str) -> None:
    async def main() -> int:
        async with session(dialect) as (sim, books):
            sim.faults.unknown_field(times=5)
            sim.faults.unknown_event(times=5)
            await asyncio.sleep(5)
            assert sim.faults.pending == 0
            assert books.book.live
            return books.resyncs

    assert warp.run(main()) == 0


def test_a_legal_reset_and_a_heartbeat_cost_nothing() -> None:
    async def main() -> int:
        async with session("v5") as (sim, books):
            for _ in range(5):
                sim.reset_sequence()
                await asyncio.sleep(0.5)
                sim.heartbeat()
                await asyncio.sleep(0.5)
                assert books.book.live
            return books.resyncs

    assert warp.run(main()) == 0


@pytest.mark.parametrize("kind", ["rest_slow", "rest_429", "rest_html", "rest_empty", "rest_cut", "rest_reset"])
@BOTH
def test_http_that_fails_once_is_asked_again(dialect: str, kind: str) -> None:
    async def main() -> Any:
        async with Exchange(seed=5, instruments=1, rate=0) as sim:
            sim.faults.rest.add(RestFault(kind, seconds=0.5))
            answer: Any
            if dialect == "v5":
                async with OKX(site=sim.site) as okx:
                    answer = await okx.market.ticker(INST)
            else:
                async with OKEx(site=sim.site) as okex:
                    answer = await okex.spot.ticker(INST)
            assert sim.faults.journal.counts[kind] == 1
            return answer, sim.truth(INST).bids[0][0]

    answer, best_bid = warp.run(main())
    assert str(answer.bid_px if dialect == "v5" else answer.best_bid) == best_bid
