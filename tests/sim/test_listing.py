"""Instruments renamed and expired in mid-stream (protocol.md, 6.5)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from okx_async.sim import Exchange

from .wire import START, NaiveBook, arg, connect

OLD, NEW = "ETH-USDT", "ETHX-USDT"


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START, keep_history=True) as exchange:
        yield exchange


def _channels(messages: list[Any]) -> Counter[str]:
    return Counter(message["arg"]["channel"] for message in messages)


async def _listed(sim: Exchange) -> dict[str, int]:
    async with aiohttp.ClientSession() as http:
        async with http.get(sim.rest + "/api/v5/public/instruments?instType=SPOT") as answer:
            return {row["instId"]: row["instIdCode"] for row in (await answer.json())["data"]}


async def test_a_renamed_instrument(sim: Exchange) -> None:
    async with connect(sim.ws) as client:
        for name in ("books", "trades", "tickers", "books5", "bbo-tbt"):
            await client.send("subscribe", arg(name, OLD))
        await client.send("subscribe", {"channel": "instruments", "instType": "SPOT"})
        messages = [json.loads(text) for text in client._waiting]
        client._waiting.clear()
        book = NaiveBook()
        book.apply(next(each for each in messages if each.get("action")))
        code = (await _listed(sim))[OLD]
        sim.rename(OLD, NEW)
        told = [json.loads(text)["data"][0] for text in await client.until_pong()]
        assert [(row["instId"], row["state"]) for row in told] == [
            (OLD, "expired"), (NEW, "rebase"), (NEW, "post_only"), (NEW, "live"),
        ]  # fmt: skip
        assert {row["instIdCode"] for row in told} == {code}

        await sim.step(30)
        pushed = [json.loads(text) for text in await client.until_pong()]
        assert set(_channels(pushed)) == {"books", "trades"}
        assert {message["arg"]["instId"] for message in pushed} == {OLD}
        for message in pushed:
            if message["arg"]["channel"] == "books":
                book.apply(message)
        assert book.levels == sim.history(OLD)[book.seq_id]

        listed = await _listed(sim)
        assert (OLD in listed, listed[NEW]) == (False, code)
        assert (await client.ask("subscribe", arg("tickers", OLD)))["code"] == "60018"
        assert (await client.ask("unsubscribe", arg("books", OLD)))["code"] == "60018"
        assert (await client.ask("unsubscribe", arg("books", NEW)))["event"] == "unsubscribe"
        await client.send("subscribe", arg("books", NEW))
        fresh = [json.loads(text) for text in client._waiting]
        client._waiting.clear()
        assert [message.get("event") or message["action"] for message in fresh] == ["subscribe", "snapshot"]
        await sim.step(5)
        names = {(m["arg"]["channel"], m["arg"]["instId"]) for m in map(json.loads, await client.until_pong())}
        assert ("books", NEW) in names
        assert ("books", OLD) not in names
    assert [(str(f.kind), f.inst_id, f.detail) for f in sim.faults.done] == [("rename", OLD, NEW)]


@pytest.mark.parametrize("dialect", ["v5", "v3"])
async def test_an_expired_instrument(sim: Exchange, dialect: str) -> None:
    async with connect(sim.ws if dialect == "v5" else sim.ws_v3) as client:
        book = arg("books", OLD) if dialect == "v5" else f"spot/depth:{OLD}"
        await client.send("subscribe", book)
        if dialect == "v5":
            await client.send("subscribe", {"channel": "instruments", "instType": "SPOT"})
            await client.send("subscribe", {"channel": "instruments", "instType": "SWAP"})
        client._waiting.clear()
        sim.expire(OLD)
        told = [json.loads(text)["data"][0] for text in await client.until_pong()]
        assert [(row["instId"], row["state"]) for row in told] == ([(OLD, "expired")] if dialect == "v5" else [])
        await sim.step(30)
        assert await client.until_pong() == []
        assert OLD not in await _listed(sim)
        refused = await client.ask("subscribe", book)
        assert refused.get("code", refused.get("errorCode")) in ("60018", 30040)


async def test_names_that_do_not_fit(sim: Exchange) -> None:
    with pytest.raises(KeyError):
        sim.expire("NO-SUCH")
    with pytest.raises(KeyError):
        sim.rename("NO-SUCH", NEW)
    with pytest.raises(ValueError, match="listed already"):
        sim.rename(OLD, "BTC-USDT")
    assert OLD in await _listed(sim)
