"""Faults on lines: closed with any code, half open, stalled, told of a maintenance, refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from okx_async.sim import Exchange, VirtualClock, warp
from okx_async.sim.kinds import CLOSE_CODES

from .wire import START, arg, connect


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START, limits=False) as exchange:
        yield exchange


def _url(sim: Exchange, dialect: str) -> str:
    return sim.ws_v3 if dialect == "v3" else sim.ws


@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("code", CLOSE_CODES)
async def test_every_close_code_on_demand(sim: Exchange, dialect: str, code: int) -> None:
    async with connect(_url(sim, dialect)) as client, connect(_url(sim, dialect)) as other:
        await client.until_pong()
        await other.until_pong()
        victim = sim.connections[0].conn_id
        assert sim.lines.close(code, connection=victim) == 1
        heard = await client.closed_with()
        assert heard == code if code != 1006 else heard in (None, 1006)
        assert await other.until_pong() == []
        (done,) = sim.faults.done
        assert (done.kind, done.connection, done.detail) == ("close", victim, str(code))


async def test_a_code_the_exchange_never_uses(sim: Exchange) -> None:
    with pytest.raises(ValueError, match="4711"):
        sim.lines.close(4711)


@pytest.mark.parametrize("dialect", ["v5", "v3"])
async def test_closed_instead_of_a_message(sim: Exchange, dialect: str) -> None:
    async with connect(_url(sim, dialect)) as client:
        await client.send("subscribe", "spot/depth:BTC-USDT" if dialect == "v3" else arg("books"))
        await client.many(2)
        sim.faults.close(code=4005, after=1)
        await sim.step(3)
        await client.json()
        assert await client.closed_with() == 4005


async def test_lines_are_chosen_by_endpoint(sim: Exchange) -> None:
    async with connect(sim.ws_v3) as old, connect(sim.ws + "/ws/v5/business") as business:
        await old.until_pong()
        await business.until_pong()
        assert sim.lines.reset_tcp(endpoint="business") == 1
        assert await business.closed_with() in (None, 1006)
        assert await old.until_pong() == []
        assert sim.lines.stop_reading(endpoint="public") == 0


@pytest.mark.parametrize("dialect", ["v5", "v3"])
def test_half_open_answers_nothing_and_closes_nothing(dialect: str) -> None:
    async def main() -> None:
        async with Exchange(seed=3, instruments=1, rate=2) as sim, connect(_url(sim, dialect)) as client:
            await client.send("subscribe", "spot/depth:BTC-USDT" if dialect == "v3" else arg("books"))
            await client.many(5)
            sim.lines.half_open()
            await asyncio.sleep(1)
            while client._waiting:
                client._waiting.popleft()
            await client.socket.send_str("ping")
            # What the exchange had sent before is still on the line.
            while client.socket._reader._buffer:
                await client.socket.receive()
            with pytest.raises(TimeoutError):
                await client.socket.receive(timeout=300)
            assert len(sim.connections) == 1

    warp.run(main())


def test_a_stalled_line_catches_up() -> None:
    """Nothing for four seconds, then everything in the right order, pings answered too."""

    async def main() -> tuple[float, list[int], str]:
        loop = asyncio.get_running_loop()
        async with Exchange(seed=3, rate=0, start=START) as sim, connect(sim.ws) as client:
            await client.send("subscribe", arg("books"))
            await client.many(2)
            began = loop.time()
            sim.lines.stall(4)
            await client.socket.send_str("ping")
            await sim.step(3)
            sequence = [(await client.json())["data"][0]["seqId"] for _ in range(3)]
            return loop.time() - began, sequence, await client.text()

    took, sequence, pong = warp.run(main())
    assert took == pytest.approx(4)
    assert sequence == sorted(sequence)
    assert pong == "pong"


def test_latency_is_paid_both_ways() -> None:
    async def main() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        async with Exchange(seed=3, rate=0, latency=0.05) as sim, connect(sim.ws) as client:
            began = loop.time()
            await client.until_pong()
            ping = loop.time() - began
            async with aiohttp.ClientSession() as http, http.get(sim.rest + "/api/v5/public/time") as answer:
                assert answer.status == 200
            return ping, loop.time() - began - ping

    socket, http = warp.run(main())
    assert socket == pytest.approx(0.1)
    assert http == pytest.approx(0.1)


def test_a_notice_then_the_cut_of_those_who_stayed() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with (
            Exchange(seed=3, rate=0) as sim,
            connect(sim.ws) as stays,
            connect(sim.ws) as leaves,
            connect(sim.ws_v3) as old,
        ):
            for client in (stays, leaves, old):
                await client.until_pong()
            began = loop.time()
            assert sim.maintenance(after=4) == 3
            notices = [await stays.json(), await leaves.json()]
            assert [(each["event"], each["code"]) for each in notices] == [("notice", "64008")] * 2
            assert {each["connId"] for each in notices} == {each.conn_id for each in sim.connections[:2]}
            await leaves.socket.close()
            async with connect(sim.ws) as newcomer:
                await newcomer.until_pong()
                assert await stays.closed_with() in (None, 1006)
                assert await old.closed_with() in (None, 1006)
                assert loop.time() - began == pytest.approx(4)
                assert await newcomer.until_pong() == []
            kinds = [str(fault.kind) for fault in sim.faults.done]
            assert kinds == ["maintenance", "notice", "notice", "close", "close"]

    warp.run(main())


async def test_a_notice_to_one_line_and_no_cut(sim: Exchange) -> None:
    async with connect(sim.ws) as one, connect(sim.ws) as two, connect(sim.ws_v3) as old:
        for client in (one, two, old):
            await client.until_pong()
        assert sim.lines.notice(connection=sim.connections[1].conn_id) == 1
        assert (await two.json())["code"] == "64008"
        assert await one.until_pong() == []
        assert sim.lines.notice(endpoint="v3") == 0, "V3 has no notice"


def test_an_outage_refuses_everybody_for_its_time() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with Exchange(seed=3, rate=0) as sim, connect(sim.ws) as client, aiohttp.ClientSession() as http:
            url = sim.rest + "/api/v5/public/time"
            async with http.get(url) as answer:
                assert answer.status == 200
            began = loop.time()
            sim.outage(30)
            assert await client.closed_with() in (None, 1006)
            refused = 0
            while True:
                try:
                    async with http.get(url) as answer:
                        assert answer.status == 200
                        break
                except aiohttp.ClientError:
                    refused += 1
                    with pytest.raises(aiohttp.ClientError):
                        async with connect(sim.ws):
                            pass
                    await asyncio.sleep(1)
            assert 29 <= refused <= 31
            assert 30 <= loop.time() - began <= 31
            async with connect(sim.ws) as again:
                assert await again.until_pong() == []
            sim.outage(3)
            sim.outage(1)
            await asyncio.sleep(2.5)
            with pytest.raises(aiohttp.ClientError):
                await http.get(url)
        with pytest.raises(ValueError, match="outage"):
            sim.outage(0)

    warp.run(main())


async def test_idle_cuts_go_by_the_exchange_s_clock() -> None:
    async with Exchange(seed=3, rate=0, clock=VirtualClock()) as sim, connect(sim.ws) as client:
        await client.until_pong()
        await sim.advance(29)
        assert await client.until_pong() == []
        await sim.advance(29)
        assert sim.connections[0].open
        await sim.advance(2)
        assert await client.closed_with() == 4004
