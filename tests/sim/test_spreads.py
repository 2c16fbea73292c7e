"""A spread is what its two legs make of it."""

from __future__ import annotations

import json
from decimal import Decimal

from okx_async.sim import Exchange, VirtualClock

from .asking import asking, still_market
from .wire import START, connect

SPREAD = "BTC-USDT_BTC-USDT-SWAP"


async def test_the_book_is_made_of_the_books_of_the_legs() -> None:
    async with still_market() as ask:
        (book,) = await ask.v5(f"sprd/books?sprdId={SPREAD}&sz=20")
        (near,) = await ask.v5("market/ticker?instId=BTC-USDT")
        (far,) = await ask.v5("market/ticker?instId=BTC-USDT-SWAP")
        assert Decimal(book["asks"][0][0]) == Decimal(far["askPx"]) - Decimal(near["bidPx"])
        assert Decimal(book["bids"][0][0]) == Decimal(far["bidPx"]) - Decimal(near["askPx"])
        asks, bids = ([Decimal(row[0]) for row in book[side]] for side in ("asks", "bids"))
        assert asks == sorted(set(asks))
        assert bids == sorted(set(bids), reverse=True)
        assert bids[0] < asks[0]
        assert len(asks) == len(bids) == 20
        assert all(Decimal(row[1]) > 0 for row in book["asks"] + book["bids"])
        (ticker,) = await ask.v5(f"market/sprd-ticker?sprdId={SPREAD}")
        assert [ticker["askPx"], ticker["askSz"]] == book["asks"][0][:2]


async def test_trades_candles_and_ticker_agree() -> None:
    async with still_market() as ask:
        trades = await ask.v5(f"sprd/public-trades?sprdId={SPREAD}")
        candles = await ask.v5(f"market/sprd-candles?sprdId={SPREAD}&limit=100")
        closes = {
            name: {bar[0]: Decimal(bar[4]) for bar in await ask.v5(f"market/candles?instId={name}&limit=300")}
            for name in SPREAD.split("_")
        }
        near, far = closes.values()
        for trade, candle in zip(trades, candles, strict=True):
            assert set(candle[1:5]) == {trade["px"]}
            assert (candle[5], candle[6]) == (trade["sz"], "1")
            assert Decimal(trade["px"]) == far[candle[0]] - near[candle[0]]
        hours = await ask.v5(f"market/sprd-history-candles?sprdId={SPREAD}&bar=1H&limit=2")
        first, last = int(hours[1][0]), int(hours[0][0])
        inside = [trade for trade in trades if first <= int(trade["ts"]) < last]
        assert (inside[0]["px"], inside[0]["px"]) == (hours[1][4], hours[1][4])
        assert hours[1][6] == "1"
        (ticker,) = await ask.v5(f"market/sprd-ticker?sprdId={SPREAD}")
        assert (ticker["last"], ticker["lastSz"]) == (trades[0]["px"], trades[0]["sz"])
        assert Decimal(ticker["low24h"]) <= Decimal(ticker["last"]) <= Decimal(ticker["high24h"])


async def test_spreads_are_listed_with_their_legs() -> None:
    async with still_market(steps=0) as ask:
        rows = await ask.v5("sprd/spreads")
        assert len({row["sprdId"] for row in rows}) == len(rows) == 4
        for row in rows:
            assert row["sprdId"] == "_".join(leg["instId"] for leg in row["legs"])
            assert [leg["side"] for leg in row["legs"]] == ["sell", "buy"]
        assert [row["sprdId"] for row in await ask.v5("sprd/spreads?baseCcy=ETH")] == ["ETH-USDT_ETH-USDT-SWAP"]
        assert await ask.v5("sprd/spreads?instId=SOL-USDT") == []
        assert await ask.v5(f"sprd/spreads?sprdId={SPREAD}&state=live") == rows[:1]
        status, body = await ask.get("v5/sprd/books?sprdId=BTC-USDT_SOL-USDT")
        assert (status, body["code"]) == (200, "51001")
        ask.sim.expire("BTC-USDT-SWAP")
        assert SPREAD not in {row["sprdId"] for row in await ask.v5("sprd/spreads")}


async def test_channels_tell_what_rest_tells() -> None:
    clock = VirtualClock(START)
    async with (
        Exchange(seed=6, rate=2, clock=clock, limits=False, idle_timeout=1e9) as sim,
        asking(sim) as ask,
        connect(f"{sim.ws}/ws/v5/business") as client,
    ):
        names = ("sprd-books5", "sprd-bbo-tbt", "sprd-tickers", "sprd-public-trades", "sprd-candle1m")
        await client.send("subscribe", *({"channel": name, "sprdId": SPREAD} for name in names))
        await sim.advance(120)
        latest: dict[str, dict[str, object]] = {}
        found = [json.loads(text) for text in await client.until_pong()]
        for push in found:
            if "data" in push:
                assert push["arg"]["sprdId"] == SPREAD
                latest[push["arg"]["channel"]] = push["data"][0]
        assert set(latest) == set(names)
        (book,) = await ask.v5(f"sprd/books?sprdId={SPREAD}&sz=5")
        assert (latest["sprd-books5"]["asks"], latest["sprd-books5"]["bids"]) == (book["asks"], book["bids"])
        assert latest["sprd-bbo-tbt"]["asks"] == book["asks"][:1]
        assert int(str(latest["sprd-books5"]["seqId"])) > 2**53
        (ticker,) = await ask.v5(f"market/sprd-ticker?sprdId={SPREAD}")
        assert latest["sprd-tickers"] | {"ts": ""} == ticker | {"ts": ""}
        trades = await ask.v5(f"sprd/public-trades?sprdId={SPREAD}")
        pushed = [push["data"][0] for push in found if push["arg"]["channel"] == names[3] and "data" in push]
        assert pushed == list(reversed(trades[: len(pushed)]))
        assert len(pushed) == 2
        (candle,) = await ask.v5(f"market/sprd-candles?sprdId={SPREAD}&limit=1")
        assert latest["sprd-candle1m"] == candle


async def test_unknown_spreads_are_refused() -> None:
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/business") as client:
        answer = await client.ask("subscribe", {"channel": "sprd-tickers", "sprdId": "BTC-USDT_SOL-USDT"})
        assert (answer["event"], answer["code"]) == ("error", "60018")
