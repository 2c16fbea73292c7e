"""Faults on frames and books: late, unknown, legally strange."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async.sim import Exchange, Fault, VirtualClock, warp

from .wire import START, Client, NaiveBook, arg, connect

V3_BOOK = "spot/depth:BTC-USDT"


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START, keep_history=True) as exchange:
        yield exchange


async def _subscribed(client: Client, *names: Any) -> None:
    for name in names:
        await client.send("subscribe", name)
    assert await _drain(client)


async def _drain(client: Client) -> list[Any]:
    return [json.loads(await client.text()) for _ in range(len(client._waiting))]


async def _pushed(sim: Exchange, client: Client, steps: int = 1) -> list[Any]:
    await sim.step(steps)
    return [json.loads(text) for text in await client.until_pong()]


def _named(messages: list[Any]) -> list[str]:
    return [message.get("arg", {}).get("channel") or message.get("table") or message["event"] for message in messages]


@pytest.mark.parametrize("v3", [False, True])
@pytest.mark.parametrize("keep_order", [False, True])
def test_a_late_message_holds_up_what_is_behind_it_or_not(v3: bool, keep_order: bool) -> None:
    async def main() -> tuple[list[tuple[float, Any]], int]:
        loop = asyncio.get_running_loop()
        async with Exchange(seed=3, rate=0, start=START) as sim, connect(sim.ws_v3 if v3 else sim.ws) as client:
            await _subscribed(client, V3_BOOK if v3 else arg("books"))
            sim.faults.delay(seconds=2.5, keep_order=keep_order)
            heard: list[tuple[float, Any]] = []
            began = loop.time()
            for _ in range(4):
                await sim.step()
                await asyncio.sleep(0.5)
            while len(heard) < 4:
                message = await client.json()
                heard.append((loop.time() - began, message["data"][0].get("seqId") or message["data"][0]["timestamp"]))
            return heard, len(sim.faults.done)

    heard, done = warp.run(main())
    moments = [moment for _, moment in heard]
    assert done == 1
    assert (sorted(moments) == moments) == keep_order
    if not keep_order:
        assert moments[-1] == min(moments)
    assert heard[-1][0] >= 2.5


@pytest.mark.parametrize("v3", [False, True])
async def test_unknown_words_and_fields(sim: Exchange, v3: bool) -> None:
    async with connect(sim.ws_v3 if v3 else sim.ws) as client:
        name = "spot/trade:BTC-USDT" if v3 else arg("trades")
        await client.send("subscribe", name)
        await client.json()
        sim.faults.unknown_enum(times=1)
        sim.faults.unknown_field(times=1)
        messages: list[Any] = []
        while len(messages) < 3:
            messages += await _pushed(sim, client)
        first, second, third = (message["data"][0] for message in messages[:3])
        assert first["side"] == "sim_new_word"
        assert second["side"] in ("buy", "sell")
        assert set(second) - set(third) == {"simNewField"}
        assert [str(fault.kind) for fault in sim.faults.done] == ["unknown_enum", "unknown_field"]


@pytest.mark.parametrize("v3", [False, True])
async def test_an_unknown_event_comes_before_a_message(sim: Exchange, v3: bool) -> None:
    async with connect(sim.ws_v3 if v3 else sim.ws) as client:
        await _subscribed(client, V3_BOOK if v3 else arg("books"))
        sim.faults.unknown_event()
        assert _named(await _pushed(sim, client, 2)) == ["sim-news", *(["spot/depth"] * 2 if v3 else ["books"] * 2)]


async def test_a_legal_reset_keeps_the_chain(sim: Exchange) -> None:
    """Lower than before, on every channel and over REST, and the chain unbroken (protocol.md, 6.2)."""
    async with connect(sim.ws) as client:
        await client.send("subscribe", arg("books"))
        book = NaiveBook()
        book.apply((await client.many(2))[1])
        (before,) = await _pushed(sim, client)
        book.apply(before)
        sim.reset_sequence("BTC-USDT")
        for message in await _pushed(sim, client, 3):
            book.apply(message)
        assert 0 <= book.seq_id < before["data"][0]["seqId"]
        assert book.levels == sim.history("BTC-USDT")[book.seq_id]
        assert book.seq_id == sim.truth("BTC-USDT").seq_id
        (done,) = sim.faults.done
        assert (done.kind, done.inst_id) == ("reset_sequence", "BTC-USDT")
        sim.reset_sequence()
        assert sim.faults.journal.counts["reset_sequence"] == 1 + len(sim.instruments)


async def test_a_heartbeat_changes_nothing(sim: Exchange) -> None:
    async with connect(sim.ws) as client, connect(sim.ws_v3) as old:
        await _subscribed(old, V3_BOOK)
        await client.send("subscribe", arg("books"))
        book = NaiveBook()
        book.apply((await client.many(2))[1])
        seq_id, levels = book.seq_id, book.levels
        sim.heartbeat("BTC-USDT", "books")
        sim.heartbeat("BTC-USDT", "books5")
        (beat,) = [json.loads(text) for text in await client.until_pong()]
        row = beat["data"][0]
        assert (row["asks"], row["bids"], row["seqId"], row["prevSeqId"]) == ([], [], seq_id, seq_id)
        book.apply(beat)
        assert (book.levels, book.checksum()) == (levels, row["checksum"])
        assert await old.until_pong() == [], "V3 has no such message"
        (message,) = await _pushed(sim, client)
        book.apply(message)
        assert book.levels == sim.history("BTC-USDT")[book.seq_id]


async def test_frames_choose_their_endpoint(sim: Exchange) -> None:
    async with connect(sim.ws + "/ws/v5/business") as business, connect(sim.ws) as public:
        await business.send("subscribe", arg("candle1m"))
        await public.send("subscribe", arg("books"))
        sim.faults.drop(endpoint="business", times=1)
        await _drain(business)
        await _drain(public)
        while not sim.faults.done:
            await sim.step()
        assert {fault.channel for fault in sim.faults.done} == {"candle1m"}


def test_impossible_faults_are_refused() -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"kind": "delay"},
        {"kind": "close", "code": 4711},
        {"kind": "stall", "seconds": -1},
    )
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"seconds|code"):
            Fault(**wrong)
    with pytest.raises(ValueError, match="does not act on messages"):
        Fault("rest_429")


async def test_skewed_clocks() -> None:
    """Stamps, server time and the login window go by the skewed clock; stamps never run back."""
    async with Exchange(seed=3, rate=0, clock=VirtualClock(START)) as sim, connect(sim.ws) as client:
        await _subscribed(client, arg("tickers"))
        true = sim.now
        sim.skew(90)
        assert sim.now == true + 90_000
        stamps = [int(message["data"][0]["ts"]) for message in await _pushed(sim, client, 20)]
        assert stamps
        assert min(stamps) > true + 89_000
        sim.skew(-90)
        assert sim.now < true - 80_000
        later = [int(message["data"][0]["ts"]) for message in await _pushed(sim, client, 20)]
        assert later[0] > stamps[-1]
        assert [fault.detail for fault in sim.faults.done] == ["90", "-90"]
