"""Faults on HTTP, seen by a plain client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from okx_async.sim import Exchange, RestFault, warp

from .wire import START

V5, V3 = "/api/v5/public/time", "/api/general/v3/time"
BOTH = pytest.mark.parametrize("path", [V5, V3], ids=["v5", "v3"])


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START) as exchange:
        yield exchange


async def _ask(sim: Exchange, path: str) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as http, http.get(sim.rest + path) as answer:
        return answer.status, answer.content_type, await answer.read()


@BOTH
@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (RestFault("rest_429"), 429, "application/json"),
        (RestFault("rest_html", status=503), 503, "text/html"),
        (RestFault("rest_empty"), 200, "application/json"),
        (RestFault("rest_wrong_json"), 200, "application/json"),
    ],
    ids=lambda value: str(value.kind) if isinstance(value, RestFault) else "",
)
async def test_nonsense_once_and_then_the_truth(
    sim: Exchange, path: str, fault: RestFault, status: int, kind: str
) -> None:
    sim.faults.rest.add(RestFault(fault.kind, path=path, status=fault.status))
    spoiled = await _ask(sim, path)
    assert spoiled[:2] == (status, kind)
    if fault.kind == "rest_429":
        assert json.loads(spoiled[2])["code"] in ("50011", 30014)
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(spoiled[2])
    assert json.loads((await _ask(sim, path))[2])
    (done,) = sim.faults.done
    assert (done.kind, done.detail) == (fault.kind, path)


@BOTH
@pytest.mark.parametrize("kind", ["rest_cut", "rest_reset"])
async def test_a_line_that_ends_in_the_middle(sim: Exchange, path: str, kind: str) -> None:
    sim.faults.rest.add(RestFault(kind, times=9))  # aiohttp asks again when a line is reset
    with pytest.raises(aiohttp.ClientError):
        await _ask(sim, path)
    sim.faults.clear()
    assert (await _ask(sim, path))[0] == 200


def test_a_slow_answer_takes_the_exchange_s_time() -> None:
    async def main() -> float:
        async with Exchange(seed=3, rate=0) as sim:
            sim.faults.rest.add(RestFault("rest_slow", seconds=7))
            began = asyncio.get_running_loop().time()
            assert (await _ask(sim, V5))[0] == 200
            return asyncio.get_running_loop().time() - began

    assert warp.run(main()) == pytest.approx(7)


async def test_paths_and_counts(sim: Exchange) -> None:
    sim.faults.rest.add(RestFault("rest_429", path="/api/v5/market/*", times=2))
    market = "/api/v5/market/ticker?instId=BTC-USDT"
    assert [(await _ask(sim, path))[0] for path in (V5, market, V3, market, market)] == [200, 429, 200, 429, 200]
    assert sim.faults.pending == 0


def test_impossible_faults_are_refused() -> None:
    wrongs: tuple[dict[str, Any], ...] = ({"kind": "drop"}, {"kind": "rest_slow"}, {"kind": "rest_html", "status": 404})
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"HTTP|seconds|status"):
            RestFault(**wrong)


def test_a_lagging_answer_is_what_was() -> None:
    """For as long as it is said, for what is read alone, and then it catches up."""

    async def main() -> None:
        async with Exchange(seed=3, rate=0) as sim:
            path, clock = "/api/v5/market/ticker?instId=BTC-USDT", asyncio.get_running_loop()
            sim.faults.rest.add(RestFault("rest_lag", times=100, seconds=2))
            first = await _ask(sim, path)
            began = clock.time()
            await sim.step(200)
            assert await _ask(sim, path) == first
            assert await _ask(sim, f"{path}&x=1") != first, "another question is another answer"
            await asyncio.sleep(began + 2 - clock.time())
            second = await _ask(sim, path)
            assert second != first
            sim.faults.clear()
            assert await _ask(sim, path) == second

    warp.run(main())
