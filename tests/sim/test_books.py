"""The book channels: chains, windows and checksums, rebuilt by an independent naive book."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from okx_async.sim import Exchange

from .wire import START, NaiveBook, arg, connect, signed

_STEPS = 120


async def _logged_in_books(sim: Exchange, channel: str, inst_id: str, steps: int) -> list[dict[str, Any]]:
    async with connect(sim.ws) as client:
        assert (await client.ask("login", signed(sim)))["code"] == "0"
        assert (await client.ask("subscribe", arg(channel, inst_id)))["event"] == "subscribe"
        await sim.step(steps)
        return [json.loads(text) for text in await client.until_pong()]


@pytest.mark.parametrize(
    ("channel", "inst_id", "depth"),
    [
        ("books", "BTC-USDT", 400),
        ("books", "SOL-USDT", 400),
        ("books", "ETH-BTC", 400),
        ("books-l2-tbt", "BTC-USDT-SWAP", 400),
        ("books50-l2-tbt", "BTC-USD-SWAP", 50),
    ],
)
async def test_frames_rebuild_the_truth_of_their_moment(channel: str, inst_id: str, depth: int) -> None:
    async with Exchange(seed=3, rate=0, start=START, keep_history=True) as sim:
        messages = await _logged_in_books(sim, channel, inst_id, _STEPS)
        history = sim.history(inst_id, channel)
        book = NaiveBook()
        stamps: list[int] = []
        for at, message in enumerate(messages):
            assert message["action"] == ("update" if at else "snapshot")
            book.apply(message)
            (row,) = message["data"]
            assert book.levels == history[row["seqId"]]
            assert row["checksum"] == book.checksum()
            stamps.append(int(row["ts"]))
        assert len(messages) > _STEPS // 3
        assert stamps == sorted(set(stamps))
        assert book.levels == sim.truth(inst_id).top(depth)
        assert max(len(side) for side in book.levels) <= depth


async def test_levels_leave_and_enter_the_window() -> None:
    async with Exchange(seed=5, rate=0, start=START) as sim:
        messages = await _logged_in_books(sim, "books50-l2-tbt", "ETH-USDT", 60)
        truth = {price for side in (sim.truth("ETH-USDT").bids, sim.truth("ETH-USDT").asks) for price, _ in side}
        deleted = {
            row[0] for m in messages[1:] for name in ("bids", "asks") for row in m["data"][0][name] if row[1] == "0"
        }
        # These stand in the full book and were told as deleted: they only slid out of the fifty.
        assert deleted & truth
        assert all(row[1:] == ["0", "0", "0"] for m in messages[1:] for row in m["data"][0]["asks"] if row[1] == "0")


@pytest.mark.parametrize("every", [1, 4])
async def test_a_late_subscriber_joins_the_chain(every: int) -> None:
    async with (
        Exchange(seed=3, rate=0, start=START, slow_every=every, keep_history=True) as sim,
        connect(sim.ws) as early,
        connect(sim.ws) as late,
    ):
        await early.send("subscribe", arg("books"))
        await early.many(2)
        await sim.step(10)
        await late.send("subscribe", arg("books"))
        await late.json()
        await sim.step(9)
        heard = [[json.loads(text) for text in await client.until_pong()] for client in (early, late)]
        book = NaiveBook()
        for message in heard[1]:
            book.apply(message)
            assert book.levels == sim.history("BTC-USDT")[book.seq_id]
        assert heard[1][1:] == heard[0][-len(heard[1]) + 1 :]


async def test_rest_and_socket_share_one_sequence() -> None:
    async with Exchange(seed=3, rate=0, start=START) as sim, connect(sim.ws) as client, aiohttp.ClientSession() as http:
        await client.send("subscribe", arg("books"))
        await sim.step(20)
        last = json.loads((await client.until_pong())[-1])["data"][0]
        async with http.get(f"{sim.rest}/api/v5/market/books?instId=BTC-USDT&sz=400") as answer:
            (row,) = (await answer.json())["data"]
        assert row["seqId"] == last["seqId"] == sim.truth("BTC-USDT").seq_id
        assert tuple((price, size) for price, size, *_ in row["bids"]) == sim.truth("BTC-USDT").top(400)[0]


@pytest.mark.parametrize(("mode", "expected"), [("zero", 0), ("absent", None)])
async def test_the_checksum_switch(mode: Any, expected: int | None) -> None:
    async with Exchange(rate=0, start=START, checksum=mode) as sim, connect(sim.ws) as v5, connect(sim.ws_v3) as v3:
        await v5.send("subscribe", arg("books"))
        await v3.send("subscribe", "spot/depth:BTC-USDT")
        for client in (v5, v3):
            (row,) = (await client.many(2))[1]["data"]
            assert row.get("checksum") == expected
            assert ("checksum" in row) == (mode == "zero")


@pytest.mark.parametrize("name", ["spot/depth_l2_tbt:BTC-USDT", "spot/depth:SOL-USDT", "swap/depth:BTC-USD-SWAP"])
async def test_v3_depth_rebuilds_the_truth(name: str) -> None:
    async with Exchange(seed=3, rate=0, start=START, keep_history=True) as sim, connect(sim.ws_v3) as client:
        assert await client.ask("subscribe", name) == {"event": "subscribe", "channel": name}
        await sim.step(60)
        table, _, inst_id = name.partition(":")
        book = NaiveBook()
        messages = [json.loads(text) for text in await client.until_pong()]
        for message in messages:
            assert message["table"] == table
            book.apply(message)
            (row,) = message["data"]
            assert book.levels == sim.history(inst_id, table.split("/")[1])[row["timestamp"]]
            assert row["checksum"] == book.checksum()
        assert len(messages) > 20
        columns = 3 if table == "spot/depth" else 4
        assert {len(level) for level in messages[0]["data"][0]["asks"]} == {columns}


async def test_quiet_books_say_so_once_a_minute() -> None:
    async with Exchange(rate=0, start=START, step_ms=1_000) as sim, connect(sim.ws) as client:
        await client.send("subscribe", arg("books"), arg("books5"), arg("bbo-tbt"))
        await sim.step(1)
        await client.until_pong()
        sim.freeze("BTC-USDT")
        await sim.step(121)
        messages = [json.loads(text) for text in await client.until_pong()]
        beats = [m["data"][0] for m in messages if m["arg"]["channel"] == "books"]
        assert [(b["asks"], b["bids"], b["prevSeqId"] == b["seqId"]) for b in beats] == [([], [], True)] * 2
        assert [m["arg"]["channel"] for m in messages].count("books5") == 2
        sim.freeze("BTC-USDT", False)
        await sim.step(1)
        following = [json.loads(text) for text in await client.until_pong()]
        assert (
            next(m for m in following if m["arg"]["channel"] == "books")["data"][0]["prevSeqId"] == beats[-1]["seqId"]
        )


async def test_pictures_are_the_top_of_the_book() -> None:
    async with Exchange(rate=0, start=START) as sim, connect(sim.ws) as v5, connect(sim.ws_v3) as v3:
        await v5.send("subscribe", arg("books5"), arg("bbo-tbt"))
        await v3.send("subscribe", "spot/depth5:BTC-USDT")
        await sim.step(30)
        shown = {m["arg"]["channel"]: m for m in map(json.loads, await v5.until_pong()) if "data" in m}
        for channel, depth in (("books5", 5), ("bbo-tbt", 1)):
            (row,) = shown[channel]["data"]
            bids, asks = sim.truth("BTC-USDT").top(depth)
            assert (tuple((p, s) for p, s, *_ in row["bids"]), tuple((p, s) for p, s, *_ in row["asks"])) == (
                bids,
                asks,
            )
            assert "action" not in shown[channel]
            assert not {"checksum", "prevSeqId"} & set(row)
        (row,) = json.loads((await v3.until_pong())[-1])["data"]
        assert tuple((p, s) for p, s, *_ in row["bids"]) == sim.truth("BTC-USDT").top(5)[0]


async def test_retail_books_are_public_books_plus_a_layer() -> None:
    async with Exchange(rate=0, start=START, instruments=12) as sim, connect(sim.ws) as client:
        assert (await client.ask("subscribe", arg("books-rpi", "ETH-USDT")))["code"] == "60018"
        await client.send("subscribe", arg("books-rpi"))
        await sim.step(80)
        rows: dict[str, dict[str, list[str]]] = {"bids": {}, "asks": {}}
        last = None
        for message in map(json.loads, (await client.until_pong())[1:]):
            (data,) = message["data"]
            assert "checksum" not in data
            assert data["prevSeqId"] == (-1 if last is None else last)
            last = data["seqId"]
            for name, side in rows.items():
                for row in data[name]:
                    side.pop(row[0], None)
                    if row[1] != "0":
                        side[row[0]] = row
        for name, levels in zip(("bids", "asks"), sim.truth("BTC-USDT").top(350), strict=True):
            assert all(rows[name][price][2] == size for price, size in levels)
        extra = [row for side in rows.values() for row in side.values() if row[1] != row[2]]
        assert extra


async def test_option_books_may_have_one_side_only() -> None:
    async with Exchange(rate=0, start=START) as sim, connect(sim.ws) as client:
        put = next(each.inst_id for each in sim.instruments if each.option_type == "P")
        await client.send("subscribe", arg("books", put))
        (row,) = (await client.many(2))[1]["data"]
        assert row["bids"] == []
        assert row["asks"]
        assert all(len(level[0].partition(".")[2]) == 4 for level in row["asks"]), "trailing zeros are kept"


async def test_main_books_are_deep() -> None:
    async with Exchange(rate=0, start=START) as sim:
        await sim.step(100)
        for inst_id in ("BTC-USDT", "ETH-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP"):
            truth = sim.truth(inst_id)
            assert min(len(truth.bids), len(truth.asks)) > 400


async def test_a_second_subscribe_is_acknowledged_and_brings_nothing() -> None:
    async with Exchange(rate=0, start=START) as sim, connect(sim.ws) as client:
        await client.send("subscribe", arg("books"))
        await client.many(2)
        await sim.step(3)
        await client.until_pong()
        await client.send("subscribe", arg("books"))
        assert [json.loads(text)["event"] for text in await client.until_pong()] == ["subscribe"]
        await sim.step(1)
        assert len(await client.until_pong()) == 1, "one subscription, one copy"
        assert (await client.ask("unsubscribe", arg("books")))["event"] == "unsubscribe"
        await sim.step(5)
        assert await client.until_pong() == []
