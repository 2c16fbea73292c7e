"""A reader of V3 and a reader of V5 see the same numbers, on REST and on the channels."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okx_async.sim import Exchange, VirtualClock

from .asking import Asker, asking, still_market
from .wire import START, Json, connect


def _named(sim: Exchange, product: str, family: str = "BTC-USD") -> list[str]:
    return [each.inst_id for each in sim.instruments if (each.product, each.family) == (product, family)]


def _end(sim: Exchange, inst_id: str) -> int:
    (expiry,) = [each.expiry for each in sim.instruments if each.inst_id == inst_id]
    assert expiry is not None
    return expiry


async def _row(ask: Asker, path: str) -> Json:
    (row,) = await ask.v5(path)
    assert isinstance(row, dict)
    return row


@pytest.mark.parametrize("product", ["futures", "swap"])
async def test_contracts_have_the_same_numbers_in_both_dialects(product: str) -> None:
    async with still_market() as ask:
        for inst_id in _named(ask.sim, product) + _named(ask.sim, product, "BTC-USDT"):
            v3 = f"{product}/v3/instruments/{inst_id}"
            kind = product.upper()
            mark = await _row(ask, f"public/mark-price?instType={kind}&instId={inst_id}")
            interest = await _row(ask, f"public/open-interest?instType={kind}&instId={inst_id}")
            limits = await _row(ask, f"public/price-limit?instId={inst_id}")
            assert (await ask.v3(f"{v3}/mark_price"))["mark_price"] == mark["markPx"]
            assert (await ask.v3(f"{v3}/open_interest"))["amount"] == interest["oi"]
            assert (await ask.v3(f"{v3}/ticker"))["open_interest"] == interest["oi"]
            told = await ask.v3(f"{v3}/price_limit")
            assert (told["highest"], told["lowest"]) == (limits["buyLmt"], limits["sellLmt"])
            family = "-".join(inst_id.split("-")[:2])
            index = await _row(ask, f"market/index-tickers?instId={family}")
            assert (await ask.v3(f"{v3}/index"))["index"] == index["idxPx"]
            assert (await ask.v3(f"{v3.lower()}/mark_price"))["mark_price"] == mark["markPx"]


async def test_margin_rates_and_indices() -> None:
    async with still_market() as ask:
        spot = await _row(ask, "market/ticker?instId=BTC-USDT")
        assert (await ask.v3("margin/v3/instruments/BTC-USDT/mark_price"))["mark_price"] == spot["last"]
        (yuan,) = await ask.v5("market/exchange-rate")
        for product in ("swap", "futures"):
            rate = await ask.v3(f"{product}/v3/rate")
            assert (rate["instrument_id"], rate["rate"]) == ("USD_CNY", yuan["usdCny"])
        for name in ("BTC-USD", "ETH-BTC"):
            index = await _row(ask, f"market/index-tickers?instId={name}")
            answer = await ask.v3(f"index/v3/{name}/constituents")
            assert answer["code"] == 0
            parts = answer["data"]["constituents"]
            assert answer["data"]["last"] == index["idxPx"]
            prices = [Decimal(part["original_price"]) for part in parts]
            assert min(prices) <= Decimal(index["idxPx"]) <= max(prices)
            assert sum(Decimal(part["weight"]) for part in parts) == 1
        dollars = Decimal(parts[0]["usd_price"])
        assert dollars == Decimal(index["idxPx"]) * Decimal(spot["last"])


async def test_funding() -> None:
    async with still_market() as ask:
        now = await _row(ask, "public/funding-rate?instId=BTC-USD-SWAP")
        told = await ask.v3("swap/v3/instruments/BTC-USD-SWAP/funding_time")
        assert told["funding_rate"] == now["fundingRate"]
        assert -Decimal("0.015") <= Decimal(told["estimated_rate"]) <= Decimal("0.015")
        assert told["funding_time"].endswith("Z")
        past = await ask.v5("public/funding-rate-history?instId=BTC-USD-SWAP&limit=3")
        history = await ask.v3("swap/v3/instruments/BTC-USD-SWAP/historical_funding_rate?limit=3")
        assert [row["realized_rate"] for row in history] == [row["realizedRate"] for row in past]


async def test_option_summaries() -> None:
    async with still_market() as ask:
        v5 = {row["instId"]: row for row in await ask.v5("public/opt-summary?instFamily=BTC-USD")}
        rows = await ask.v3("option/v3/instruments/btc-usd/summary")
        assert [row["instrument_id"] for row in rows] == list(v5)
        for row in rows:
            name = row["instrument_id"]
            greeks = v5[name]
            for ours, theirs in (("delta", "delta"), ("mark_vol", "markVol"), ("leverage", "lever")):
                assert row[ours] == greeks[theirs]
            ticker = await ask.v3(f"option/v3/instruments/{name}/ticker")
            for figure in ("best_bid", "best_ask", "last", "high_24h", "low_24h", "open_interest"):
                assert row[figure] == ticker[figure]
            assert await ask.v3(f"option/v3/instruments/BTC-USD/summary/{name}") == row
        assert await ask.v3("option/v3/instruments/BTC-USD/summary?delivery=991231") == []
        assert await ask.v3("option/v3/instruments/BTC-USD/summary/BTC-USD-991231-1-C") == {}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("swap/v3/instruments/NO-SUCH-SWAP/mark_price", 400, 35001),
        ("swap/v3/instruments/BTC-USDT-SWAP/liquidation", 400, 30023),
        ("swap/v3/instruments/BTC-USDT-SWAP/liquidation?status=2", 400, 30024),
        ("swap/v3/instruments/BTC-USDT-SWAP/liquidation?status=1&from=x", 400, 30024),
        ("swap/v3/instruments/BTC-USDT-SWAP/historical_funding_rate?limit=x", 400, 30025),
        ("futures/v3/settlement/history", 400, 30023),
        ("futures/v3/settlement/history?instrument_id=BTC-USD-991231", 400, 30024),
        ("information/v3/BTC/taker?granularity=60", 400, 30024),
        ("information/v3/NONE/taker", 400, 30031),
        ("index/v3/NO-SUCH/constituents", 400, 30032),
        ("system/v3/status?status=3", 400, 30024),
        ("option/v3/instruments/ETH-EUR/summary", 400, 30024),
        ("spot/v3/accounts", 400, 30001),
        ("margin/v3/accounts", 400, 30001),
        ("spot/v3/nothing", 404, 404),
    ],
)
async def test_what_is_wrong_gets_the_documented_code(path: str, status: int, code: int) -> None:
    async with still_market(steps=0) as ask:
        got, body = await ask.get(path)
        assert (got, body["code"], body["error_code"]) == (status, code, str(code))


async def test_futures_settlements_and_liquidations() -> None:
    async with still_market(steps=5) as ask:
        (future,) = _named(ask.sim, "futures")
        days = await ask.v5("public/settlement-history?instFamily=BTC-USD")
        rows = await ask.v3(f"futures/v3/settlement/history?instrument_id={future.lower()}")
        assert days
        assert [day["details"][0]["settlePx"] for day in days] == [row["settlement_price"] for row in rows]
        assert {row["type"] for row in rows} == {"settlement"}
        newest = rows[0]["timestamp"]
        window = f"futures/v3/settlement/history?instrument_id={future}&start={newest}"
        assert await ask.v3(window) == rows[:1]
        closed = await ask.v3("swap/v3/instruments/BTC-USDT-SWAP/liquidation?status=1&limit=20")
        stamps = [row["created_at"] for row in closed]
        assert stamps == sorted(stamps, reverse=True)
        older = await ask.v3(f"swap/v3/instruments/BTC-USDT-SWAP/liquidation?status=1&limit=5&from={stamps[3]}")
        assert older[0] == next(row for row in closed if row["created_at"] < stamps[3])
        assert await ask.v3("swap/v3/instruments/BTC-USDT-SWAP/liquidation?status=0") == []


async def test_contracts_are_delivered_alike_in_both_dialects() -> None:
    clock = VirtualClock(START)
    async with Exchange(seed=6, rate=0, clock=clock, limits=False) as sim, asking(sim) as ask:
        (future,), options = _named(sim, "futures"), _named(sim, "option")
        path = f"futures/v3/instruments/{future}/estimated_price"
        assert (await ask.v3(path))["settlement_price"] == "0"
        await sim.advance((_end(sim, future) - sim.now) / 1000 - 60)
        estimate = (await ask.v3(path))["settlement_price"]
        assert estimate == (await _row(ask, f"public/estimated-price?instId={future}"))["settlePx"]
        async with connect(sim.ws_v3) as lists:
            names = ["futures/instruments", "option/instruments:BTC-USD"]
            await lists.send("subscribe", *names)
            for _ in names:
                assert (await lists.json())["event"] == "subscribe"
            for name in (future, *options):
                sim.expire(name)
            pushes = [await lists.json() for _ in range(3)]
        assert [push["table"] for push in pushes] == ["futures/instruments", *["option/instruments"] * 2]
        assert [row["instrument_id"] for row in pushes[0]["data"][0]] == _named(sim, "futures", "BTC-USDT")
        assert [len(push["data"]) for push in pushes[1:]] == [1, 0]
        rows = await ask.v3("futures/v3/settlement/history?instrument_id=none&underlying=BTC-USD")
        assert (rows[0]["type"], Decimal(rows[0]["settlement_price"])) == ("delivery", Decimal(estimate))
        (ends,) = await ask.v3("option/v3/settlement/history/BTC-USD")
        assert {row["instrument_id"] for row in ends["info"]} == set(options)
        for row in ends["info"]:
            assert (row["type"] == "Exercised") == (Decimal(row["settlement_price"]) > 0)
            assert Decimal(row["underlying_fixing"]) == Decimal(estimate)


CHANNELS = {
    "swap/funding_rate:BTC-USDT-SWAP": "swap/v3/instruments/BTC-USDT-SWAP/funding_time",
    "swap/mark_price:BTC-USDT-SWAP": "swap/v3/instruments/BTC-USDT-SWAP/mark_price",
    "swap/price_range:BTC-USDT-SWAP": "swap/v3/instruments/BTC-USDT-SWAP/price_limit",
}


async def test_channels_tell_what_rest_tells() -> None:
    async with still_market() as ask, connect(ask.sim.ws_v3) as client:
        for name, path in CHANNELS.items():
            await client.send("subscribe", name)
            assert await client.json() == {"event": "subscribe", "channel": name}
            push = await client.json()
            assert push["table"] == name.partition(":")[0]
            rest, (row,) = await ask.v3(path), push["data"]
            for part in (rest, row):
                part.pop("timestamp", None)
            assert rest.items() <= row.items()


async def test_index_and_spot_channels_of_one_name_are_kept_apart() -> None:
    async with still_market() as ask, connect(ask.sim.ws_v3) as client:
        for name in ("spot/ticker:BTC-USDT", "index/ticker:BTC-USDT", "index/candle60s:BTC-USD"):
            await client.send("subscribe", name)
            await client.json()
            push = await client.json()
            assert push["table"] == name.partition(":")[0]
            (row,) = push["data"]
            assert row["instrument_id"] == name.partition(":")[2]
        assert row["candle"][5] == "0"
        (index,) = await ask.v5("market/index-tickers?instId=BTC-USD")
        assert row["candle"][4] == index["idxPx"]
        await client.send("unsubscribe", "index/ticker:BTC-USDT")
        await client.json()
        await ask.sim.step(20)
        tables = {(await client.json())["table"] for _ in range(5)}
        assert "index/ticker" not in tables


async def test_option_summaries_come_one_by_one() -> None:
    async with still_market() as ask, connect(ask.sim.ws_v3) as client:
        await client.send("subscribe", "option/summary:BTC-USD")
        await client.json()
        rows = await ask.v3("option/v3/instruments/BTC-USD/summary")
        for rest in rows:
            (row,) = (await client.json())["data"]
            assert rest.items() <= row.items()
            assert row["underlying"] == "BTC-USD"
        await client.send("subscribe", "option/summary:ETH-USD")
        assert (await client.json())["errorCode"] == 30040
