"""Several processes with one key share its limits through Redis: nothing is refused, next to nothing is given away."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from okx_async import LocalLimits, OKEx, RateLimited, RedisLimits, Retry
from okx_async.sim import Exchange
from tests.redis_server import RedisServer, needs_redis, redis_server
from tests.waiting import until

from .limit_desk import RULES, SECONDS, Desk, desk_server

ORDER = "/api/v5/trade/order"
CANCEL = "/api/v5/trade/cancel-order"
TIME = "/api/v5/public/time"

pytestmark = needs_redis


@dataclass
class Crew:
    """Processes that work for one user, and all that they meet."""

    desk: Desk
    sim: Exchange
    redis: RedisServer
    news: list[dict[str, Any]] = field(default_factory=list)

    def told(self, shared: bool) -> int:
        """Return how many workers have said that Redis has gone, or that it is back."""
        return sum(one.get("shared") is shared for one in self.news)

    def check(self) -> None:
        """Nobody was refused, and no worker met anything else."""
        assert not self.desk.refused
        assert not self.sim.counters.refusals
        assert [one["raised"] for one in self.news if one.get("raised")] == []


@asynccontextmanager
async def crew(workers: int, tasks: int, **limits: float) -> AsyncIterator[Crew]:
    """Run workers until the block ends, then see that each ended well."""
    async with redis_server() as redis, desk_server() as (desk, url), Exchange(3, rate=0, history_minutes=10) as sim:
        found = Crew(desk, sim, redis)
        share = 1 / workers
        config = {"redis": redis.url, "desk": url, "sim": sim.rest, "share": share, "tasks": tasks, "limits": limits}
        command = (sys.executable, "-m", "tests.system.limit_worker", json.dumps(config))
        pipe = asyncio.subprocess.PIPE
        processes = [await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(workers)]

        async def listen(process: asyncio.subprocess.Process) -> None:
            assert process.stdout is not None
            async for line in process.stdout:
                found.news.append(json.loads(line))

        ears = [asyncio.create_task(listen(process)) for process in processes]
        try:
            yield found
        finally:
            for process in processes:
                assert process.stdin is not None
                process.stdin.close()
            await asyncio.gather(*ears, *(process.wait() for process in processes))
        assert sum("raised" in one for one in found.news) == workers
        found.check()


def full_rate(times: list[float], count: int, windows: int) -> float:
    """Return which part of the allowed rate was used from the second window on."""
    begin = times[0] + SECONDS
    return sum(begin < at <= begin + windows * SECONDS for at in times) / (count * windows)


async def test_two_processes_fill_the_windows_and_are_never_refused_even_when_redis_dies() -> None:
    """Shared, then alone with half of it each, then shared again."""
    async with crew(2, 8, probe=0.1) as one:
        places = f"{ORDER} BTC-USDT-SWAP"
        await until(lambda: len(one.desk.taken.get(places, ())) > RULES[ORDER], 30)
        one.check()
        gone, back = one.told(shared=False), one.told(shared=True)
        await one.redis.kill()
        await until(lambda: one.told(shared=False) >= gone + 2, 30)
        alone = one.desk.count(ORDER)
        await until(lambda: one.desk.count(ORDER) > alone + 10, 30)
        await one.redis.start()
        await until(lambda: one.told(shared=True) >= back + 2, 30)
        together = one.desk.count(ORDER)
        await until(lambda: one.desk.count(ORDER) > together + 10, 30)
        assert one.desk.count(CANCEL)
        assert one.desk.count("/api/v5/trade/batch-orders")
        assert one.sim.counters.requests


@pytest.mark.soak
async def test_four_processes_use_the_allowed_rate_and_cancels_do_not_wait() -> None:
    """Thirty seconds, 64 tasks: no refusal, 95% of the rate, cancels within 50 ms.

    Requests without any limit go beside them: what a busy machine takes for those is not the limits' doing, and comes
    off the delay of cancels.
    """
    windows = 15
    async with crew(4, 16) as one:
        await until(lambda: one.desk.count(CANCEL) > 8, 30)
        first = len(one.desk.delays[CANCEL])  # those waited until a Redis that knew nothing opened its budgets
        end = time.monotonic() + (windows + 1.5) * SECONDS
        await until(lambda: time.monotonic() > end, 60)
        one.check()
        used = {
            rule: full_rate(times, RULES[rule.split()[0]], windows)
            for rule, times in one.desk.taken.items()
            if rule.split()[0] != CANCEL and rule != "orders"
        }
        requests = one.sim.counters.requests
        delays = sorted(one.desk.delays[CANCEL][first:])
        late = delays[int(len(delays) * 0.99)]
        free = sorted(one.desk.delays[TIME])
        slow = free[int(len(free) * 0.99)]
        print(f"\nused {used}, public {requests}, {len(delays)} cancels, p99 {late * 1000:.1f} ms")
        print(f"without limits p99 {slow * 1000:.1f} ms")
    assert len(used) == 3
    assert min(used.values()) >= 0.95
    assert late - slow < 0.05


@pytest.mark.soak
async def test_four_processes_survive_the_death_of_redis() -> None:
    """Killed in mid-run and started again, twice; nothing is refused."""
    async with crew(4, 16) as one:
        for turn in (1, 2):
            before = one.desk.count(ORDER)
            await until(lambda at=before: one.desk.count(ORDER) > at + 3 * RULES[ORDER], 60)  # type: ignore[misc]
            await one.redis.kill()
            await until(lambda at=turn: one.told(shared=False) >= 4 * at, 60)  # type: ignore[misc]
            alone = one.desk.count(ORDER)
            await until(lambda at=alone: one.desk.count(ORDER) > at + 3 * RULES[ORDER], 60)  # type: ignore[misc]
            one.check()
            await one.redis.start()
            await until(lambda at=turn: one.told(shared=True) >= 4 * at, 60)  # type: ignore[misc]
        after = one.desk.count(ORDER)
        await until(lambda: one.desk.count(ORDER) > after + 3 * RULES[ORDER], 60)


@pytest.mark.parametrize("shared", [True, False])
async def test_v3_shares_its_limits_too(shared: bool) -> None:
    """Two clients of one key, which know nothing of each other but Redis: the exchange refuses only without it."""
    async with redis_server() as redis, Exchange(3, rate=0, history_minutes=10) as sim, AsyncExitStack() as stack:
        limits = RedisLimits(url=redis.url, salt="grain", share=0.5) if shared else LocalLimits()
        options: dict[str, Any] = {"site": sim.site, "limits": limits, "retry": Retry(attempts=1)}
        pair = [await stack.enter_async_context(OKEx(sim.credentials[0], **options)) for _ in range(2)]
        calls = [okx.spot.orders("BTC-USDT", "7") for okx in pair for _ in range(7)]  # 10 in 2 s are allowed
        done = await asyncio.gather(*calls, return_exceptions=True)
        assert any(isinstance(one, RateLimited) for one in done) is not shared
        assert not any(isinstance(one, BaseException) and not isinstance(one, RateLimited) for one in done)
