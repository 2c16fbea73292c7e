"""Each fault does what it says, to one message, and leaves a trace."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from okx_async.sim import Exchange, Fault, FaultKind

from .wire import START, Client, NaiveBook, arg, connect


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START, keep_history=True) as exchange:
        yield exchange


async def _subscribed(client: Client, name: Any = None) -> NaiveBook:
    await client.send("subscribe", name or arg("books"))
    book = NaiveBook()
    book.apply((await client.many(2))[1])
    return book


async def _pushed(sim: Exchange, client: Client, steps: int) -> list[Any]:
    await sim.step(steps)
    return [json.loads(text) for text in await client.until_pong()]


def _sequence(messages: list[Any]) -> list[int]:
    return [message["data"][0]["seqId"] for message in messages]


async def _undisturbed(steps: int) -> list[int]:
    async with Exchange(seed=3, rate=0, start=START) as twin, connect(twin.ws) as client:
        await _subscribed(client)
        return _sequence(await _pushed(twin, client, steps))


@pytest.mark.parametrize(
    ("kind", "order"),
    [("drop", [0, 1, 3, 4]), ("duplicate", [0, 1, 2, 2, 3, 4]), ("reorder", [0, 1, 3, 2, 4])],
)
async def test_messages_are_lost_doubled_or_swapped(sim: Exchange, kind: str, order: list[int]) -> None:
    right = await _undisturbed(5)
    async with connect(sim.ws) as client:
        await _subscribed(client)
        getattr(sim.faults, kind)("books", "BTC-USDT", after=2)
        assert _sequence(await _pushed(sim, client, 5)) == [right[at] for at in order]
        (fired,) = sim.faults.fired
        assert (fired.kind, fired.channel, fired.inst_id, fired.seq_id) == (
            FaultKind(kind),
            "books",
            "BTC-USDT",
            right[2],
        )
        assert sim.faults.pending == 0


async def test_skip_sequence_breaks_the_chain_once(sim: Exchange) -> None:
    async with connect(sim.ws) as client:
        book = await _subscribed(client)
        sim.faults.skip_sequence("books")
        messages = await _pushed(sim, client, 3)
        with pytest.raises(AssertionError, match="chain"):
            book.apply(messages[0])
        rows = [message["data"][0] for message in messages]
        assert rows[0]["prevSeqId"] < rows[0]["seqId"]
        assert [row["prevSeqId"] for row in rows[1:]] == [row["seqId"] for row in rows[:-1]]


@pytest.mark.parametrize("v3", [False, True])
async def test_wrong_crc_spoils_only_the_checksum(sim: Exchange, v3: bool) -> None:
    async with connect(sim.ws_v3 if v3 else sim.ws) as client:
        book = await _subscribed(client, "spot/depth:BTC-USDT" if v3 else None)
        sim.faults.wrong_crc("depth" if v3 else "books")
        first, second = await _pushed(sim, client, 2)
        book.apply(first)
        assert book.checksum() != first["data"][0]["checksum"]
        book.apply(second)
        assert book.checksum() == second["data"][0]["checksum"]


@pytest.mark.parametrize("v3", [False, True])
async def test_wrong_level_spoils_only_a_size(sim: Exchange, v3: bool) -> None:
    channel = "depth" if v3 else "books"
    async with connect(sim.ws_v3 if v3 else sim.ws) as client:
        book = await _subscribed(client, "spot/depth:BTC-USDT" if v3 else None)
        sim.faults.wrong_level(channel)
        (message,) = await _pushed(sim, client, 1)
        book.apply(message)
        row = message["data"][0]
        truth = sim.history("BTC-USDT", channel)[row["timestamp"] if v3 else row["seqId"]]
        wrong = [
            (held, right)
            for side, true in zip(book.levels, truth, strict=True)
            for held, right in zip(side, true, strict=True)
            if held != right
        ]
        assert len(wrong) == 1
        assert wrong[0][0][0] == wrong[0][1][0]


async def test_garbled_text_cannot_be_read(sim: Exchange) -> None:
    async with connect(sim.ws) as v5, connect(sim.ws_v3) as v3:
        await _subscribed(v5)
        await _subscribed(v3, "spot/depth:BTC-USDT")
        sim.faults.garble(times=2)
        await sim.step()
        for client in (v5, v3):
            (text,) = await client.until_pong()
            with pytest.raises(json.JSONDecodeError):
                json.loads(text)
        assert {fired.connection for fired in sim.faults.fired} == {each.conn_id for each in sim.connections}


async def test_reset_tcp_cuts_without_a_close_frame(sim: Exchange) -> None:
    async with connect(sim.ws) as client:
        await _subscribed(client)
        sim.faults.reset_tcp("books")
        await sim.step()
        frame = await client.socket.receive(timeout=5)
        assert frame.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        assert client.socket.close_code in (None, 1006)
        while sim.connections:
            await sim.step()


async def test_stall_is_silence_on_an_open_line(sim: Exchange) -> None:
    async with connect(sim.ws) as client, connect(sim.ws) as other:
        await _subscribed(client)
        await _subscribed(other)
        sim.faults.stall("books", connection=sim.connections[0].conn_id)
        await client.socket.send_str("ping")
        assert await client.text() == "pong"
        await sim.step(3)
        await client.socket.send_str("ping")
        assert len(await other.until_pong()) == 3
        with pytest.raises(TimeoutError):
            await client.socket.receive(timeout=0.05)
        assert len(sim.connections) == 2


async def test_stop_reading_goes_on_pushing(sim: Exchange) -> None:
    async with connect(sim.ws) as client:
        await _subscribed(client)
        sim.faults.stop_reading("books")
        await sim.step(1)
        await client.socket.send_str("ping")
        await sim.step(3)
        assert len(_sequence(await client.many(4))) == 4
        with pytest.raises(TimeoutError):
            await client.socket.receive(timeout=0.05)


async def test_after_counts_per_connection_and_times_over_all(sim: Exchange) -> None:
    right = await _undisturbed(4)
    async with connect(sim.ws) as one, connect(sim.ws) as two:
        await _subscribed(one)
        await _subscribed(two)
        sim.faults.add(Fault("drop", "books", after=1, times=2))
        await sim.step(4)
        for client in (one, two):
            assert _sequence([json.loads(text) for text in await client.until_pong()]) == [right[0], *right[2:]]


async def test_snapshots_are_hit_only_on_request(sim: Exchange) -> None:
    async with connect(sim.ws) as client:
        fault = sim.faults.drop("books", action="snapshot")
        await client.send("subscribe", arg("books"))
        assert [json.loads(text)["event"] for text in await client.until_pong()] == ["subscribe"]
        sim.faults.remove(fault)
        sim.faults.drop("trades")
        sim.faults.clear()
        assert sim.faults.pending == 0
        assert len(sim.faults.fired) == 1


def test_impossible_faults_are_refused() -> None:
    for channel in ("depth", "depth_l2_tbt"):
        with pytest.raises(ValueError, match="no sequence"):
            Fault(FaultKind.SKIP_SEQUENCE, channel)
    with pytest.raises(ValueError, match="explode"):
        Fault("explode")
    with pytest.raises(ValueError, match="negative"):
        Fault("drop", after=-1)
    with pytest.raises(ValueError, match="action"):
        Fault("drop", action="sometimes")


async def test_chance_hits_some_the_same_for_the_same_seed(sim: Exchange) -> None:
    async def seen(seed: int) -> list[int]:
        async with Exchange(seed=3, rate=0, start=START) as twin, connect(twin.ws) as client:
            await _subscribed(client)
            fault = twin.faults.drop("books", times=1000, chance=0.3, seed=seed)
            sequence = _sequence(await _pushed(twin, client, 60))
            assert 1000 - fault.times == twin.faults.journal.counts["drop"]
            return sequence

    right, first = await _undisturbed(60), await seen(1)
    assert 30 <= len(first) <= 54
    assert set(first) < set(right)
    assert first == await seen(1) != await seen(2)


@pytest.mark.parametrize("chance", [0.0, -1.0, 1.1])
def test_a_chance_is_a_chance(chance: float) -> None:
    with pytest.raises(ValueError, match="chance"):
        Fault("drop", chance=chance)
