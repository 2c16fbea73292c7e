"""The simulator can be asked and steered from outside, and only from the same machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from okx_async.sim import Exchange
from okx_async.sim.admin import Admin
from okx_async.sim.roads import Answering, Roads

from .wire import START, arg, connect


async def _straight(request: aiohttp.web.Request, handler: Answering) -> aiohttp.web.StreamResponse:
    return await handler(request)


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START, admin=True) as exchange:
        yield exchange


async def _ask(sim: Exchange, path: str, method: str = "GET", body: str = "", form: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": form} if form else {}
    async with aiohttp.ClientSession() as http:
        async with http.request(method, f"{sim.rest}/admin/{path}", data=body or None, headers=headers) as answer:
            return answer.status, await answer.json()


async def test_status(sim: Exchange) -> None:
    async with connect(sim.ws) as client:
        await client.send("subscribe", arg("books"))
        await sim.step(3)
        status, body = await _ask(sim, "status")
    assert status == 200
    assert (body["steps"], body["now"]) == (3, sim.now)
    assert body["instruments"] == [each.inst_id for each in sim.instruments]
    (line,) = body["lines"]
    assert (line["endpoint"], line["open"], line["received"], line["pushed"]) == ("public", True, 2, 4)
    assert body["faults"] == {"done": {}, "planned": 0, "scheduled": 0}


async def test_truth(sim: Exchange) -> None:
    await sim.step(5)
    truth = sim.truth("BTC-USDT")
    status, body = await _ask(sim, "truth?instId=BTC-USDT&depth=3")
    assert status == 200
    assert (body["seqId"], body["ts"]) == (truth.seq_id, truth.ts)
    assert body["bids"] == [list(row) for row in truth.bids[:3]]
    assert body["asks"] == [list(row) for row in truth.asks[:3]]
    assert (await _ask(sim, "truth?instId=NO-SUCH"))[0] == 404
    assert (await _ask(sim, "truth?instId=BTC-USDT&depth=few"))[0] == 400


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("application/json", '[{"what": "drop", "where": {"channel": "books"}}]'),
        ("application/toml", '[[fault]]\nwhat = "drop"\nwhere = { channel = "books" }\n'),
    ],
)
async def test_faults_are_begun_done_and_told(sim: Exchange, form: str, body: str) -> None:
    async with connect(sim.ws) as client:
        await client.send("subscribe", arg("books"))
        assert await _ask(sim, "faults", "POST", body, form) == (200, {"accepted": 1})
        while not sim.faults.pending:
            await sim.step(0)
            await client.socket.ping()
        await sim.step(3)
        status, told = await _ask(sim, "faults")
        assert status == 200
        (row,) = told["done"]
        assert (row["kind"], row["channel"], row["inst_id"]) == ("drop", "books", "BTC-USDT")
        assert row["connection"] == sim.connections[0].conn_id
        assert (await _ask(sim, "faults?since=1"))[1]["done"] == []


async def test_faults_are_taken_back(sim: Exchange) -> None:
    body = json.dumps(
        [{"what": "rest_429", "args": {"times": 9}}, {"at": 3600, "what": "outage", "args": {"seconds": 9}}]
    )
    await _ask(sim, "faults", "POST", body, "application/json")
    while not sim.faults.pending:
        await _ask(sim, "status")
    assert (await _ask(sim, "status"))[1]["faults"] == {"done": {}, "planned": 9, "scheduled": 1}
    assert await _ask(sim, "faults", "DELETE") == (200, {"planned": 0})
    assert (await _ask(sim, "status"))[1]["faults"] == {"done": {}, "planned": 0, "scheduled": 0}


async def test_mistakes_are_explained(sim: Exchange) -> None:
    status, body = await _ask(sim, "faults", "POST", '[{"what": "dorp"}]', "application/json")
    assert (status, "did you mean 'drop'?" in body["error"]) == (400, True)
    assert (await _ask(sim, "faults", "POST", "[", "application/json"))[0] == 400
    # What a page in a browser could send without asking.
    for form in ("text/plain", "application/x-www-form-urlencoded"):
        assert (await _ask(sim, "faults", "POST", '[{"what": "skew"}]', form))[0] == 415
    assert sim.faults.done == []


async def test_only_for_the_same_machine(sim: Exchange) -> None:
    app = aiohttp.web.Application()
    Admin(sim).mount(Roads(app, _straight))
    request = make_mocked_request("GET", "/admin/status", app=app)
    handler = (await app.router.resolve(request)).handler
    answer = await handler(request.clone(remote="192.0.2.7"))
    assert answer.status == 403
    assert (await handler(request.clone(remote="127.0.0.1"))).status == 200
    assert (await handler(request.clone(remote="::1"))).status == 200


async def test_off_unless_asked_for() -> None:
    async with Exchange(seed=3, rate=0) as sim, aiohttp.ClientSession() as http:
        async with http.get(sim.rest + "/admin/status") as answer:
            assert answer.status == 404
