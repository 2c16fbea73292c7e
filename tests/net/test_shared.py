"""Budgets shared through a real Redis: two clients that know of each other only by it."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from okx_async import OKX, BadParameter, Credentials, Observer, RateLimited, RedisLimits, Site, Throttled, waiting
from okx_async.core.endpoint import Endpoint, Request
from okx_async.core.throttle import Limit
from okx_async.net.limits import Limits
from tests.redis_server import RedisServer, needs_redis, redis_server
from tests.waiting import until

KEYS = Credentials("canary-key-31415", "canary-secret-27182", "canary-phrase-16180")
PER = 0.4


async def _nothing() -> None:
    raise NotImplementedError


def request(path: str = "/x", count: int = 2, per: float = PER, method: str = "POST", **more: Any) -> Request:
    endpoint = Endpoint(_nothing, method, path, Limit(count, per, "user", **more), True)  # type: ignore[arg-type]
    return Request(endpoint, path, {}, {})


class Ear(Observer):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def limits_shared(self, on: bool, cause: str) -> None:
        self.told.append(("shared", on, cause))

    def slowed(self, what: str, code: str, seconds: float) -> None:
        self.told.append(("slowed", what, code))


@asynccontextmanager
async def limits_at(server: RedisServer, ear: Observer | None = None, **more: Any) -> AsyncIterator[Limits]:
    """Limits that are shared at a Redis that has been there for long."""
    limits = Limits(server.limits(**more), ear or Observer())
    assert limits._redis is not None
    await server.ask("SET", limits._redis._name("born"), "0")
    try:
        yield limits
    finally:
        await limits.aclose()


@asynccontextmanager
async def two(**more: Any) -> AsyncIterator[tuple[RedisServer, Limits, Limits]]:
    """A Redis and two of its clients."""
    async with (
        redis_server(patience=15) as server,
        limits_at(server, **more) as one,
        limits_at(server, **more) as other,
    ):
        yield server, one, other


async def take(limits: Limits, what: Request, at_most: float | None = None, cost: int = 1) -> float:
    """Take and answer at once; return when it was granted."""
    with waiting(at_most=at_most):
        async with limits.slot(what, KEYS, cost):
            return asyncio.get_running_loop().time()


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(BadParameter, match=r"pip install 'okx-async\[redis\]'"):
        OKX(limits=RedisLimits(url="redis://localhost", salt="s", share=0.5))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"share": 0}, "share"),
        ({"share": 1.1}, "share"),
        ({"salt": ""}, "salt"),
        ({"url": ""}, "url"),
        ({"namespace": "a:b"}, "namespace"),
        ({"lease": 0}, "lease"),
        ({"margin": -1}, "margin"),
        ({"orders": 0}, "orders"),
        ({"lead": "BTC-USDT-SWAP"}, "lead"),
    ],
)
def test_bad_settings_are_refused(wrong: dict[str, Any], match: str) -> None:
    with pytest.raises(BadParameter, match=match):
        RedisLimits(**{"url": "redis://h", "salt": "s", "share": 0.5, **wrong})


def test_a_url_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(BadParameter) as caught:
        OKX(limits=RedisLimits(url="canary-password@nowhere", salt="s", share=0.5))
    assert "canary" not in str(caught.value)
    assert "canary" not in repr(RedisLimits(url="redis://:canary@h", salt="canary", share=0.5))


@needs_redis
async def test_what_one_takes_the_other_waits_for() -> None:
    async with two() as (_, one, other):
        first = await take(one, request())
        await take(other, request())
        assert await take(other, request()) - first >= PER
        long = request("/long", per=60)
        await take(one, long)
        await take(other, long)
        for limits in (one, other):
            with pytest.raises(Throttled):
                await take(limits, long, at_most=30)
        await take(other, request("/else", per=60), at_most=30)  # another path has a budget of its own


@needs_redis
async def test_what_has_not_been_answered_keeps_its_place() -> None:
    """The exchange counts at arrival; until the answer nobody knows when that is."""
    async with two() as (_, one, other):
        async with one.slot(request(count=1), KEYS):
            waiter = asyncio.create_task(take(other, request(count=1)))
            with pytest.raises(Throttled):
                await take(other, request(count=1), at_most=2.5 * PER)
            answered = asyncio.get_running_loop().time()
        assert await waiter - answered >= PER


@needs_redis
async def test_several_budgets_are_taken_together_or_not_at_all() -> None:
    both: dict[str, Any] = {"count": 5, "per": 60, "also": (2, 60)}
    async with two() as (server, one, other):
        await take(one, request(**both), cost=2)
        with pytest.raises(Throttled):
            await take(other, request(**both), at_most=30)
        await until(lambda: not other.status().waiting)
        logs = await server.ask("KEYS", "*:log")
        assert sorted([await server.ask("ZCARD", log) for log in logs]) == [2, 2]


@needs_redis
async def test_the_more_urgent_goes_first_wherever_it_waits() -> None:
    async with two() as (server, one, other):
        served: list[str] = []

        what = request(count=1)

        async def come(limits: Limits, priority: Any) -> None:
            with waiting(priority=priority):
                await take(limits, what)
            served.append(priority)

        tasks = []
        async with one.slot(what, KEYS):  # nobody's turn comes while it is not answered
            for limits, priority in ((one, "read"), (other, "place"), (one, "amend"), (other, "cancel")):
                tasks.append(asyncio.create_task(come(limits, priority)))
                await server.lined_up(len(tasks))
        await asyncio.gather(*tasks)
        assert served == ["cancel", "amend", "place", "read"]


@needs_redis
async def test_who_leaves_the_queue_holds_nobody_up() -> None:
    async with two() as (server, one, other):
        async with one.slot(request(count=1), KEYS):
            waiter = asyncio.create_task(take(one, request(count=1)))
            await server.lined_up(1)
            waiter.cancel()
            with suppress(asyncio.CancelledError):
                await waiter
            await server.lined_up(0)
        await take(other, request(count=1))


@needs_redis
async def test_a_process_that_died_does_not_keep_its_place_for_ever() -> None:
    async with two(lease=0.3) as (_, one, other):
        dead = one.slot(request(count=1), KEYS)
        await dead.__aenter__()
        began = asyncio.get_running_loop().time()
        assert await take(other, request(count=1)) - began >= 0.3
        await dead.__aexit__(None, None, None)


@needs_redis
async def test_a_redis_that_forgot_everything_grants_nothing_until_what_was_spent_is_past() -> None:
    async with two() as (server, one, other):
        spent = [await take(one, request()) for _ in range(2)]
        await server.ask("FLUSHALL")
        assert await take(other, request()) - spent[-1] >= PER
        assert one.status().why_alone == other.status().why_alone == ""


@needs_redis
async def test_a_refusal_by_the_exchange_slows_everybody_down() -> None:
    ear = Ear()
    async with redis_server(patience=15) as server, limits_at(server, ear) as one, limits_at(server) as other:
        what = request(count=8)
        with suppress(RateLimited):
            async with one.slot(what, KEYS):
                raise RateLimited("50011", "Too Many Requests")
        refused = asyncio.get_running_loop().time()
        assert ear.told == [("slowed", "POST /x", "50011")]
        (slowed,) = one.status().slowed
        assert (slowed.what, slowed.factor) == ("POST /x", 0.5)
        while "ease" not in await server.dump():
            await asyncio.sleep(0)
        assert await take(other, what, cost=4) - refused >= PER


@needs_redis
async def test_without_redis_each_keeps_to_its_share_and_says_so_and_returns() -> None:
    ear = Ear()
    settings: dict[str, Any] = {"share": 0.5, "probe": 0.05}
    async with redis_server(patience=15) as server, limits_at(server, ear, **settings) as limits:
        what = request(count=4)
        await take(limits, what)
        await server.kill()
        gone = asyncio.get_running_loop().time()
        times = [await take(limits, what) for _ in range(3)]
        assert times[0] - gone >= PER, "what others may have taken before has left the window"
        assert times[2] - times[0] >= PER, "half of four"
        assert limits.status().share == 0.5
        assert limits.status().why_alone == "ConnectionError"
        with pytest.raises(Throttled, match="share of a rate limit"):
            await take(limits, what, cost=3)
        await server.start()
        await until(lambda: ear.told[-1][:2] == ("shared", True))
        assert [told[:2] for told in ear.told] == [("shared", False), ("shared", True)]
        assert (limits.status().share, limits.status().why_alone) == (1.0, "")
        await take(limits, what, cost=4)
        assert "log" in await server.dump()


@needs_redis
async def test_who_spent_nothing_alone_returns_at_once() -> None:
    """A short silence of Redis costs nobody a window."""
    ear = Ear()
    async with redis_server(patience=15) as server, limits_at(server, ear, probe=0.05) as limits:
        await take(limits, request(per=60))
        await server.kill()
        waiter = asyncio.create_task(take(limits, request(per=60)))
        await until(lambda: ear.told)
        await server.start()
        assert limits._redis is not None
        await server.ask("SET", limits._redis._name("born"), "0")
        await waiter
        assert [told[:2] for told in ear.told] == [("shared", False), ("shared", True)]


@needs_redis
async def test_no_credential_in_redis_nor_in_any_log() -> None:
    """The canaries: key, secret, passphrase, the salt, and the password of Redis."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        async with redis_server("canary-redis-14142") as server:
            config = RedisLimits(url=server.url, salt="canary-salt-57721", share=0.5, user="desk-69314")
            limits = Limits(config)
            for credentials in (KEYS, None):
                async with limits.slot(request(), credentials):
                    pass
            found = await server.dump()
            await server.kill()
            waiter = asyncio.create_task(take(limits, request()))
            await until(lambda: limits.status().why_alone)
            text.write(repr((config, limits.status(), [bucket.key for bucket in limits._buckets.values()])))
            waiter.cancel()
            await asyncio.gather(waiter, return_exceptions=True)
            await limits.aclose()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert found.count(":log") == 2
    assert "keeps to 50%" in text.getvalue()
    assert "desk-69314" not in found
    for shown in (found, text.getvalue()):
        assert "canary" not in shown


@needs_redis
async def test_a_client_says_where_its_limits_stand() -> None:
    async with redis_server(patience=15) as server:
        async with OKX(site=Site.DEMO, limits=server.limits()) as okx:
            assert okx.status().limits.shared
        async with OKX(site=Site.DEMO) as okx:
            assert not okx.status().limits.shared
            assert okx.status().to_dict()["limits"]["share"] == 1.0
