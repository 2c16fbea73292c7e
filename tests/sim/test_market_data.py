"""Everything shown follows from one state: tickers, trades, candles, REST and sockets agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import AsyncExitStack
from decimal import Decimal
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from okx_async.sim import Exchange
from okx_async.sim.bars import V5_BARS

from .wire import START, arg, connect

_HASH_FRAMES = """
import asyncio, hashlib, json, sys
from okx_async.sim import Exchange
import aiohttp

async def main() -> None:
    digest = hashlib.sha256()
    async with Exchange(seed=11, rate=0, start=1_750_000_000_000, instruments=int(sys.argv[1])) as sim:
        async with aiohttp.ClientSession() as http, http.ws_connect(sim.ws) as socket:
            channels = ("books", "books5", "trades", "tickers", "bbo-tbt", "books-rpi")
            args = [{"channel": name, "instId": inst} for name in channels for inst in ("BTC-USDT", "SOL-USDT")]
            await socket.send_str(json.dumps({"op": "subscribe", "args": args}))
            for steps in (0, 40):
                await sim.step(steps)
                await socket.send_str("ping")
                while (text := (await socket.receive()).data) != "pong":
                    digest.update(text.encode())
    print(digest.hexdigest())

asyncio.run(main())
"""


async def _get(http: aiohttp.ClientSession, url: str, status: int = 200) -> Any:
    async with http.get(url) as answer:
        assert answer.status == status
        return await answer.json()


def test_same_seed_same_frames_whatever_the_process_and_the_other_instruments() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _HASH_FRAMES, amount],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed, amount in (("1", "12"), ("2", "40"))
    }
    assert len(digests) == 1
    assert len(digests.pop()) == 65


async def test_another_seed_another_market() -> None:
    async with Exchange(seed=1, rate=0, start=START) as one, Exchange(seed=2, rate=0, start=START) as two:
        assert one.truth("BTC-USDT") != two.truth("BTC-USDT")


async def test_tickers_agree_with_books_trades_and_candles() -> None:
    async with Exchange(seed=4, rate=0, start=START, limits=False) as sim, aiohttp.ClientSession() as http:
        await sim.step(150)
        for kind in ("SPOT", "SWAP", "FUTURES", "OPTION"):
            tickers = (await _get(http, f"{sim.rest}/api/v5/market/tickers?instType={kind}"))["data"]
            assert tickers
            for row in tickers:
                inst_id = row["instId"]
                bids, asks = sim.truth(inst_id).top(1)
                assert (row["bidPx"], row["bidSz"]) == (bids[0] if bids else ("", ""))
                assert (row["askPx"], row["askSz"]) == (asks[0] if asks else ("", ""))
                (trade,) = (await _get(http, f"{sim.rest}/api/v5/market/trades?instId={inst_id}&limit=1"))["data"]
                assert (row["last"], row["lastSz"]) == (trade["px"], trade["sz"])
                candles: list[list[str]] = []
                while len(candles) < 1440:
                    after = f"&after={candles[-1][0]}" if candles else ""
                    url = f"{sim.rest}/api/v5/market/candles?instId={inst_id}&limit=300{after}"
                    candles += (await _get(http, url))["data"]
                assert candles[0][4] == row["last"]
                assert candles[-1][1] == row["open24h"]
                assert Decimal(row["high24h"]) == max(Decimal(candle[2]) for candle in candles)
                assert Decimal(row["low24h"]) == min(Decimal(candle[3]) for candle in candles)
                assert Decimal(row["vol24h"]) == sum(Decimal(candle[5]) for candle in candles)


@pytest.mark.parametrize("inst_id", ["BTC-USDT", "BTC-USD-SWAP"])
async def test_candles_are_built_from_the_trades(inst_id: str) -> None:
    async with Exchange(seed=4, rate=0, start=START, step_ms=1_700) as sim, aiohttp.ClientSession() as http:
        await sim.step(90)
        trades: list[dict[str, str]] = []
        while len(trades) < 300:
            after = f"&after={trades[-1]['tradeId']}" if trades else ""
            trades += (await _get(http, f"{sim.rest}/api/v5/market/history-trades?instId={inst_id}{after}"))["data"]
        ids = [int(trade["tradeId"]) for trade in trades]
        assert ids == list(range(ids[0], ids[0] - len(ids), -1))
        candles = (await _get(http, f"{sim.rest}/api/v5/market/candles?instId={inst_id}&limit=6"))["data"]
        assert [candle[8] for candle in candles] == ["0", "1", "1", "1", "1", "1"]
        checked = 0
        for candle in candles:
            opening = int(candle[0])
            inside = [trade for trade in trades if opening <= int(trade["ts"]) < opening + 60_000][::-1]
            assert sum(Decimal(trade["sz"]) for trade in inside) == Decimal(candle[5])
            if inside:
                prices = [Decimal(trade["px"]) for trade in inside]
                assert [Decimal(text) for text in candle[1:5]] == [prices[0], max(prices), min(prices), prices[-1]]
                checked += 1
        assert checked >= 4


@pytest.mark.parametrize("bar", ["1s", "5m", "1H", "6H", "6Hutc", "1D", "1Dutc", "1W", "1M"])
async def test_big_candles_are_made_of_small_ones(bar: str) -> None:
    async with Exchange(seed=4, rate=0, start=START) as sim, aiohttp.ClientSession() as http:
        await sim.step(30)
        rows = (await _get(http, f"{sim.rest}/api/v5/market/history-candles?instId=BTC-USDT&bar={bar}&limit=4"))["data"]
        size = V5_BARS[bar]
        openings = [int(row[0]) for row in rows]
        assert openings[0] == size.opening(sim.now)
        assert all(size.following(older) == newer for newer, older in pairwise(openings))
        assert all(Decimal(row[3]) <= min(Decimal(row[1]), Decimal(row[4])) for row in rows)
        assert all(newer[1] != "" and int(older[0]) < int(newer[0]) for newer, older in pairwise(rows))


async def test_socket_channels_follow_the_same_state() -> None:
    async with AsyncExitStack() as stack:
        sim = await stack.enter_async_context(Exchange(seed=4, rate=0, start=START, step_ms=2_000))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        public = await stack.enter_async_context(connect(sim.ws))
        business = await stack.enter_async_context(connect(sim.site.socket("business")))
        await public.send("subscribe", arg("trades"), arg("tickers"))
        await business.send("subscribe", arg("trades-all"), arg("candle1m"))
        rows: dict[str, list[Any]] = {}
        await sim.step(69)
        # A ticker's figures of the day change with the clock, so the last one must be of the last step.
        while not rows or int(rows["tickers"][-1]["ts"]) < sim.now:
            await sim.step()
            for message in map(json.loads, [*await public.until_pong(), *await business.until_pong()]):
                if "data" in message:
                    rows.setdefault(message["arg"]["channel"], []).extend(message["data"])
        truth = sim.truth("BTC-USDT").trades
        assert [row["tradeId"] for row in rows["trades-all"]] == [str(trade.trade_id) for trade in truth]
        assert sum(int(row["count"]) for row in rows["trades"]) == len(truth)
        assert rows["trades"][-1]["tradeId"] == rows["trades-all"][-1]["tradeId"]
        assert sum(Decimal(row["sz"]) for row in rows["trades"]) == sum(Decimal(r["sz"]) for r in rows["trades-all"])
        rest = (await _get(http, f"{sim.rest}/api/v5/market/ticker?instId=BTC-USDT"))["data"][0]
        assert {k: v for k, v in rows["tickers"][-1].items() if k != "ts"} == {
            k: v for k, v in rest.items() if k != "ts"
        }
        closed = {row[0]: row for row in rows["candle1m"] if row[8] == "1"}
        assert len(closed) == 3
        candles = (await _get(http, f"{sim.rest}/api/v5/market/candles?instId=BTC-USDT&limit=5"))["data"]
        assert all(closed.get(row[0], row) == row for row in candles)
        assert rows["candle1m"][-1] == candles[0]


async def test_both_dialects_show_one_market() -> None:
    async with Exchange(seed=4, rate=0, start=START) as sim, aiohttp.ClientSession() as http:
        await sim.step(50)
        for product, inst_id in (("spot", "ETH-BTC"), ("swap", "BTC-USD-SWAP")):
            v5 = (await _get(http, f"{sim.rest}/api/v5/market/ticker?instId={inst_id}"))["data"][0]
            v3 = await _get(http, f"{sim.rest}/api/{product}/v3/instruments/{inst_id}/ticker")
            assert (v3["last"], v3["best_bid"], v3["best_ask_size"]) == (v5["last"], v5["bidPx"], v5["askSz"])
            book = "depth" if product == "swap" else "book"
            depth = await _get(http, f"{sim.rest}/api/{product}/v3/instruments/{inst_id}/{book}?size=20")
            assert [tuple(row[:2]) for row in depth["asks"]] == sim.truth(inst_id).asks[:20]
            trades = await _get(http, f"{sim.rest}/api/{product}/v3/instruments/{inst_id}/trades")
            assert trades[0]["price"] == v3["last"]
            candles = await _get(http, f"{sim.rest}/api/{product}/v3/instruments/{inst_id}/candles?granularity=3600")
            assert candles[0][4] == v3["last"]
            assert len(candles[0]) == (6 if product == "spot" else 7)


async def test_v3_sockets_follow_the_same_state() -> None:
    async with Exchange(seed=4, rate=0, start=START) as sim, connect(sim.ws_v3) as client:
        names = [f"spot/{channel}:BTC-USDT" for channel in ("trade", "ticker", "candle60s")]
        await client.send("subscribe", *names)
        await sim.step(40)
        rows: dict[str, list[Any]] = {}
        for message in map(json.loads, await client.until_pong()):
            rows.setdefault(message.get("table", ""), []).extend(message.get("data", ()))
        truth = sim.truth("BTC-USDT")
        assert [row["trade_id"] for row in rows["spot/trade"]] == [str(trade.trade_id) for trade in truth.trades]
        assert rows["spot/ticker"][-1]["best_bid"] == truth.bids[0][0]
        assert rows["spot/candle60s"][-1]["candle"][4] == rows["spot/trade"][-1]["price"]


async def test_instrument_lists() -> None:
    async with Exchange(rate=0, start=START, instruments=30) as sim, aiohttp.ClientSession() as http:
        listed: list[str] = []
        for query in ("SPOT", "SWAP", "FUTURES", "OPTION&instFamily=BTC-USD"):
            listed += [
                r["instId"]
                for r in (await _get(http, f"{sim.rest}/api/v5/public/instruments?instType={query}"))["data"]
            ]
        assert sorted(listed) == sorted(each.inst_id for each in sim.instruments)
        old: list[str] = []
        for path in (
            "spot/v3/instruments",
            "swap/v3/instruments",
            "futures/v3/instruments",
            "option/v3/instruments/BTC-USD",
        ):
            old += [row["instrument_id"] for row in await _get(http, f"{sim.rest}/api/{path}")]
        assert sorted(old) == sorted(listed)
        assert await _get(http, f"{sim.rest}/api/option/v3/underlying") == ["BTC-USD"]


async def test_margin_lists_the_spot_pairs_with_an_underlying() -> None:
    async with Exchange(rate=0) as sim, aiohttp.ClientSession() as http:
        spot, margin = [
            (await _get(http, f"{sim.rest}/api/v5/public/instruments?instType={kind}"))["data"]
            for kind in ("SPOT", "MARGIN")
        ]
        own = {"instType", "instFamily", "uly"}
        assert [{key: row[key] for key in row.keys() - own} for row in spot] == [
            {key: row[key] for key in row.keys() - own} for row in margin
        ]
        assert {(row["instType"], row["uly"], row["instFamily"]) for row in spot} == {("SPOT", "", "")}
        for row in margin:
            assert (row["instType"], row["uly"], row["instFamily"]) == ("MARGIN", row["instId"], row["instId"])


async def test_underlyings_are_those_of_the_listed_contracts_and_no_maintenance_is_planned() -> None:
    async with Exchange(rate=0) as sim, aiohttp.ClientSession() as http:
        for kind in ("SWAP", "FUTURES", "OPTION"):
            (families,) = (await _get(http, f"{sim.rest}/api/v5/public/underlying?instType={kind}"))["data"]
            assert len(set(families)) == len(families)
            assert set(families) == {each.family for each in sim.instruments if each.kind == kind}
        assert (await _get(http, f"{sim.rest}/api/v5/system/status?state=scheduled"))["data"] == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("market/ticker", 400, "50014"),
        ("market/ticker?instId=NO-SUCH", 200, "51001"),
        ("market/tickers?instType=CARDS", 400, "51000"),
        ("market/books?instId=BTC-USDT&sz=x", 400, "51000"),
        ("market/candles?instId=BTC-USDT&bar=7m", 400, "51000"),
        ("public/instruments?instType=OPTION", 400, "50014"),
        ("public/instruments?instType=EVENTS", 400, "50014"),
        ("public/instruments?instType=MARGIN&instId=NO-SUCH", 200, "51001"),
        ("public/underlying?instType=SPOT", 400, "51000"),
        ("system/status?state=sideways", 400, "51000"),
        ("asset/currencies", 401, "50103"),
        ("account/no/such", 401, "50103"),
        ("asset/exchange-list", 501, "50062"),
        ("no/such", 404, "404"),
    ],
)
async def test_v5_rest_errors(path: str, status: int, code: str) -> None:
    async with Exchange(rate=0, static=False) as sim, aiohttp.ClientSession() as http:
        body = await _get(http, f"{sim.rest}/api/v5/{path}", status)
        assert (body["code"], body["data"]) == (code, [])
        assert body["msg"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("spot/v3/instruments/NO-SUCH/ticker", 400, "30032"),
        ("swap/v3/instruments/NO-SUCH/depth", 400, "35001"),
        ("swap/v3/instruments/BTC-USDT/depth", 400, "35001"),
        ("futures/v3/instruments/NO-SUCH/candles", 400, "30024"),
        ("spot/v3/instruments/BTC-USDT/candles?granularity=7", 400, "30024"),
        ("spot/v3/instruments/BTC-USDT/candles?start=never&end=never", 400, "30024"),
        ("spot/v3/no/such", 404, "404"),
    ],
)
async def test_v3_rest_errors(path: str, status: int, code: str) -> None:
    async with Exchange(rate=0) as sim, aiohttp.ClientSession() as http:
        body = await _get(http, f"{sim.rest}/api/{path}", status)
        assert (body["error_code"], body["code"]) == (code, int(code))
        assert body["message"] == body["error_message"]


async def test_v3_pages_carry_their_cursors() -> None:
    async with Exchange(rate=0, start=START) as sim, aiohttp.ClientSession() as http:
        url = f"{sim.rest}/api/swap/v3/instruments/BTC-USDT-SWAP/trades?limit=5"
        async with http.get(url) as answer:
            first = await answer.json()
            assert answer.headers["OK-BEFORE"] == first[0]["trade_id"]
            assert answer.headers["OK-AFTER"] == first[-1]["trade_id"]
        older = await _get(http, f"{url}&after={first[-1]['trade_id']}")
        assert int(older[0]["trade_id"]) == int(first[-1]["trade_id"]) - 1


async def test_the_market_moves_by_itself() -> None:
    async with Exchange(rate=500) as sim, connect(sim.ws) as client:
        await client.send("subscribe", arg("books"))
        stamps = [int(message["data"][0]["ts"]) for message in (await client.many(20))[1:]]
        assert stamps == sorted(set(stamps))
