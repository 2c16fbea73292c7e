"""What follows from the markets agrees with them: indices, mark prices, funding, open interest, limits, greeks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.derivatives import FUNDING_MS
from okx_async.sim.options import Terms, implied, value_of

from .asking import Asker, asking, still_market
from .wire import START, Client, Json, arg, connect

_MINUTE = 60_000


@asynccontextmanager
async def _market(steps: int = 60, **more: Any) -> AsyncIterator[tuple[Exchange, Asker]]:
    async with still_market(steps, **more) as ask:
        yield ask.sim, ask


def _named(sim: Exchange, kind: str, family: str = "BTC-USD") -> list[str]:
    return [each.inst_id for each in sim.instruments if (each.kind.value, each.family) == (kind, family)]


@pytest.mark.parametrize("inst_id", ["BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP", "DOGE-USDT-SWAP"])
async def test_mark_prices_stay_at_the_book_and_are_what_traded(inst_id: str) -> None:
    async with _market() as (sim, ask):
        ticker = await ask.row(f"market/ticker?instId={inst_id}")
        mark = await ask.row(f"public/mark-price?instType=SWAP&instId={inst_id}")
        assert mark["markPx"] == ticker["last"]
        bid, ask_price, price = (Decimal(text) for text in (ticker["bidPx"], ticker["askPx"], mark["markPx"]))
        assert bid * Decimal("0.999") < price < ask_price * Decimal("1.001")
        candle = (await ask.v5(f"market/mark-price-candles?instId={inst_id}&limit=1"))[0]
        assert candle[4] == mark["markPx"]
        assert candle[5] == "0"
        assert sim.truth(inst_id).bids[0][0] == ticker["bidPx"]


async def test_an_index_is_its_spot_market() -> None:
    async with _market() as (_, ask):
        spot = await ask.row("market/ticker?instId=BTC-USDT")
        for name in ("BTC-USDT", "BTC-USD"):
            index = await ask.row(f"market/index-tickers?instId={name}")
            assert index["instId"] == name
            assert index["idxPx"] == spot["last"]
            assert {key: index[key] for key in ("high24h", "low24h", "open24h", "sodUtc0", "sodUtc8")} == {
                key: spot[key] for key in ("high24h", "low24h", "open24h", "sodUtc0", "sodUtc8")
            }
            bars = await ask.v5(f"market/index-candles?instId={name}&bar=15m&limit=20")
            traded = await ask.v5("market/candles?instId=BTC-USDT&bar=15m&limit=20")
            assert [bar[:5] for bar in bars] == [bar[:5] for bar in traded]
            assert [bar[5] for bar in bars] == ["0"] + ["1"] * 19
            components = await ask.row(f"market/index-components?index={name}")
            assert components["last"] == index["idxPx"]
        names = [row["instId"] for row in await ask.v5("market/index-tickers?quoteCcy=USDT")]
        assert sorted(names) == ["BTC-USDT", "DOGE-USDT", "ETH-USDT", "SOL-USDT"]


async def test_older_bars_of_prices_are_paged() -> None:
    async with _market() as (_, ask):
        for path in ("history-index-candles?instId=BTC-USD", "history-mark-price-candles?instId=BTC-USD-SWAP"):
            newer = await ask.v5(f"market/{path}&bar=5m&limit=30")
            older = await ask.v5(f"market/{path}&bar=5m&after={newer[-1][0]}")
            stamps = [int(bar[0]) for bar in newer + older]
            assert len(older) == 100
            assert {later - earlier for later, earlier in pairwise(stamps)} == {5 * _MINUTE}


async def test_funding_is_settled_every_eight_hours_at_the_rate_that_was_foretold() -> None:
    clock = VirtualClock(START // FUNDING_MS * FUNDING_MS + FUNDING_MS - 1_000)
    async with Exchange(seed=6, rate=2, clock=clock, limits=False) as sim, asking(sim) as ask:
        path = "public/funding-rate?instId=BTC-USDT-SWAP"
        before = await ask.row(path)
        settlement = int(before["fundingTime"])
        assert settlement % FUNDING_MS == 0
        assert settlement - sim.now == 1_000
        assert int(before["nextFundingTime"]) - settlement == FUNDING_MS
        assert settlement - int(before["prevFundingTime"]) == FUNDING_MS
        low, high = Decimal(before["minFundingRate"]), Decimal(before["maxFundingRate"])
        assert low <= Decimal(before["fundingRate"]) <= high
        await sim.advance(2)
        after = await ask.row(path)
        assert int(after["prevFundingTime"]) == settlement
        assert after["settFundingRate"] == before["fundingRate"]
        past = await ask.v5("public/funding-rate-history?instId=BTC-USDT-SWAP")
        assert (past[0]["realizedRate"], past[0]["fundingTime"]) == (after["settFundingRate"], str(settlement))
        stamps = [int(row["fundingTime"]) for row in past]
        assert len(stamps) >= 6
        assert {newer - older for newer, older in pairwise(stamps)} == {FUNDING_MS}
        page = await ask.v5(f"public/funding-rate-history?instId=BTC-USDT-SWAP&after={stamps[1]}&before={stamps[4]}")
        assert page == past[2:4]


async def test_premium_is_the_mark_price_above_the_index() -> None:
    async with _market() as (_, ask):
        mark = Decimal((await ask.row("public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP"))["markPx"])
        index = Decimal((await ask.row("market/index-tickers?instId=BTC-USDT"))["idxPx"])
        funding = await ask.row("public/funding-rate?instId=BTC-USDT-SWAP")
        premium = Decimal(funding["premium"])
        assert premium == round(mark / index - 1, 12)
        history = await ask.v5("public/premium-history?instId=BTC-USDT-SWAP&limit=10")
        assert history[0]["premium"] == funding["premium"]
        assert {int(newer["ts"]) - int(older["ts"]) for newer, older in pairwise(history)} == {_MINUTE}
        everyone = await ask.v5("public/funding-rate?instId=ANY")
        assert sorted(row["instId"] for row in everyone) == [
            "BTC-USD-SWAP", "BTC-USDT-SWAP", "DOGE-USDT-SWAP", "ETH-USDT-SWAP",
        ]  # fmt: skip


@pytest.mark.parametrize("kind", ["SWAP", "FUTURES", "OPTION"])
async def test_open_interest_grows_with_trading_and_its_units_agree(kind: str) -> None:
    async with _market(steps=10) as (sim, ask):
        path = f"public/open-interest?instType={kind}&instFamily=BTC-USD"
        before = {row["instId"]: row for row in await ask.v5(path)}
        assert sorted(before) == sorted(_named(sim, kind))
        index = Decimal((await ask.row("market/index-tickers?instId=BTC-USD"))["idxPx"])
        for row in before.values():
            assert Decimal(row["oi"]) > 0
            assert abs(Decimal(row["oiUsd"]) - Decimal(row["oiCcy"]) * index) < Decimal("0.001")
        await sim.step(200)
        after = {row["instId"]: row for row in await ask.v5(path)}
        assert all(Decimal(after[name]["oi"]) >= Decimal(before[name]["oi"]) for name in before)
        if kind == "SWAP":
            assert after != before


async def test_price_limits_lie_around_the_mark_price() -> None:
    async with _market() as (sim, ask):
        for instrument in sim.instruments:
            limits = await ask.row(f"public/price-limit?instId={instrument.inst_id}")
            ticker = await ask.row(f"market/ticker?instId={instrument.inst_id}")
            assert limits["enabled"] is True
            assert 0 < Decimal(limits["sellLmt"]) <= Decimal(ticker["last"]) < Decimal(limits["buyLmt"])
            assert (Decimal(limits["buyLmt"]) / Decimal(instrument.tick_size)) % 1 == 0


async def test_greeks_belong_to_the_market() -> None:
    async with _market() as (sim, ask):
        rows = {row["instId"]: row for row in await ask.v5("public/opt-summary?instFamily=BTC-USD")}
        assert sorted(rows) == sorted(_named(sim, "OPTION"))
        future = _named(sim, "FUTURES")[0]
        forward = await ask.row(f"public/mark-price?instType=FUTURES&instId={future}")
        for name, row in rows.items():
            assert Decimal(row["fwdPx"]) == Decimal(forward["markPx"])
            delta = Decimal(row["deltaBS"])
            assert (0 < delta < 1) if name.endswith("-C") else (-1 < delta < 0)
            assert Decimal(row["gammaBS"]) > 0
            assert Decimal(row["vegaBS"]) > 0 > Decimal(row["thetaBS"])
            vols = [row["bidVol"], row["askVol"]]
            ticker = await ask.row(f"market/ticker?instId={name}")
            assert [vol == "" for vol in vols] == [ticker["bidPx"] == "", ticker["askPx"] == ""]
            if all(vols):
                assert Decimal(vols[0]) <= Decimal(vols[1])
        assert await ask.v5("public/opt-summary?instFamily=BTC-USD&expTime=991231") == []
        expiry = next(each.expiry for each in sim.instruments if each.inst_id in rows)
        for told in (expiry, next(iter(rows)).split("-")[2]):
            assert len(await ask.v5(f"public/opt-summary?instFamily=BTC-USD&expTime={told}")) == len(rows)


@pytest.mark.parametrize("call", [True, False])
@pytest.mark.parametrize("volatility", [0.2, 0.8, 3.0])
def test_implied_volatility_is_the_one_that_made_the_price(call: bool, volatility: float) -> None:
    terms = Terms(forward=60_000.0, strike=58_000.0, years=0.05, call=call)
    assert implied(terms, value_of(terms, volatility) / terms.forward) == pytest.approx(volatility)
    both = [value_of(Terms(60_000.0, 58_000.0, 0.05, side), volatility) for side in (True, False)]
    assert both[0] - both[1] == pytest.approx(2_000.0)


async def test_option_trades_are_those_of_the_options() -> None:
    async with _market(steps=200) as (sim, ask):
        rows = await ask.v5("public/option-trades?instFamily=BTC-USD&optType=C")
        (call,) = [name for name in _named(sim, "OPTION") if name.endswith("-C")]
        trades = await ask.v5(f"market/trades?instId={call}&limit=100")
        assert [(row["tradeId"], row["px"]) for row in rows] == [(row["tradeId"], row["px"]) for row in trades]
        assert rows == await ask.v5(f"public/option-trades?instId={call}")
        assert all(Decimal(row["fillVol"]) > 0 for row in rows)


async def test_dated_contracts_are_delivered_at_the_price_that_was_estimated() -> None:
    async with _market(steps=1) as (sim, _):
        expiry = next(each.expiry for each in sim.instruments if each.kind.value == "OPTION")
        assert expiry is not None
    clock = VirtualClock(START)
    async with Exchange(seed=6, rate=0, clock=clock, limits=False) as sim, asking(sim) as ask:
        (future,), options = _named(sim, "FUTURES"), _named(sim, "OPTION")
        assert await ask.v5(f"public/estimated-price?instId={future}") == []
        assert await ask.v5("public/delivery-exercise-history?instType=FUTURES&instFamily=BTC-USD") == []
        await sim.advance((expiry - sim.now) / 1000 - 60)
        estimate = await ask.row(f"public/estimated-price?instId={future}")
        index = await ask.row("market/index-tickers?instId=BTC-USD")
        assert Decimal(estimate["settlePx"]) == Decimal(index["idxPx"])  # nothing has traded for long
        for name in (future, *options):
            sim.expire(name)
        day = await ask.row("public/delivery-exercise-history?instType=FUTURES&instFamily=BTC-USD")
        assert day["details"] == [{"type": "delivery", "insId": future, "px": estimate["settlePx"]}]
        day = await ask.row("public/delivery-exercise-history?instType=OPTION&instFamily=BTC-USD")
        ends = {each["insId"].split("-")[3]: each["type"] for each in day["details"]}
        price = Decimal(estimate["settlePx"])
        assert ends == {
            "60000": "exercised" if price > 60_000 else "expired_otm",
            "30000": "exercised" if price < 30_000 else "expired_otm",
        }
        assert await ask.v5("public/open-interest?instType=FUTURES&instFamily=BTC-USD") == []
        async with OKX(site=sim.site) as okx:
            (typed,) = await okx.public.delivery_exercise_history("FUTURES", "BTC-USD")
            assert typed.details is not None
            assert typed.details[0].px == price


async def test_the_fund_is_fed_by_what_was_traded() -> None:
    async with _market() as (_, ask):
        fund = await ask.row("public/insurance-fund?instType=SWAP&instFamily=BTC-USDT&limit=20")
        events = fund["details"]
        assert len(events) == 20
        for newer, older in pairwise(events):
            assert Decimal(newer["balance"]) - Decimal(newer["amt"]) == pytest.approx(
                Decimal(older["balance"]), abs=Decimal("1e-7")
            )
            assert int(newer["ts"]) - int(older["ts"]) == 60 * _MINUTE
        index = Decimal((await ask.row("market/index-tickers?instId=BTC-USDT"))["idxPx"])
        assert abs(Decimal(fund["total"]) / index - Decimal(events[0]["balance"])) < Decimal("1e-6")
        nothing = await ask.row("public/insurance-fund?instType=SWAP&instFamily=BTC-USDT&type=bankruptcy_loss")
        assert nothing["details"] == []


async def test_tiers_follow_each_other_without_a_hole() -> None:
    async with _market() as (_, ask):
        for query in ("instType=SWAP&instFamily=BTC-USDT", "instType=MARGIN&instId=BTC-USDT"):
            tiers = await ask.v5(f"public/position-tiers?tdMode=cross&{query}")
            assert [tier["tier"] for tier in tiers] == [str(number + 1) for number in range(len(tiers))]
            for smaller, larger in pairwise(tiers):
                assert smaller["maxSz"] == larger["minSz"]
                assert Decimal(smaller["imr"]) < Decimal(larger["imr"])
                assert Decimal(smaller["maxLever"]) > Decimal(larger["maxLever"])
            assert all(Decimal(tier["mmr"]) < Decimal(tier["imr"]) for tier in tiers)
        assert [row["tier"] for row in await ask.v5(f"public/position-tiers?tdMode=cross&{query}&tier=2")] == ["2"]


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("instId=BTC-USDT-SWAP&sz=1", "100"),
        ("instId=BTC-USDT-SWAP&sz=100&type=2", "1"),
        ("instId=BTC-USDT-SWAP&sz=60000&px=60000&unit=usds", "100"),
        ("instId=BTC-USDT-SWAP&sz=0.00119&opType=open", "0.11"),
        ("instId=BTC-USDT-SWAP&sz=0.00119&opType=close", "0.12"),
        ("instId=BTC-USD-SWAP&sz=1&px=60000", "600"),
        ("instId=BTC-USD-SWAP&sz=600&px=60000&type=2", "1"),
        ("instId=BTC-USD-SWAP&sz=60000&unit=usds", "600"),
    ],
)
async def test_coins_and_contracts_are_converted(query: str, size: str) -> None:
    async with _market(steps=0) as (_, ask):
        assert (await ask.row(f"public/convert-contract-coin?{query}"))["sz"] == size


async def test_the_whole_volume_is_that_of_all_markets() -> None:
    async with _market(instruments=1) as (_, ask):
        volume = await ask.row("market/platform-24-volume")
        ticker = await ask.row("market/ticker?instId=BTC-USDT")
        assert Decimal(volume["volUsd"]) == pytest.approx(
            Decimal(ticker["vol24h"]) * Decimal(ticker["last"]), abs=Decimal("0.01")
        )
        rate = Decimal((await ask.row("market/exchange-rate"))["usdCny"])
        assert Decimal(volume["volCny"]) == pytest.approx(Decimal(volume["volUsd"]) * rate, abs=Decimal("0.01"))


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("public/funding-rate", 400, "50014"),
        ("public/funding-rate?instId=BTC-USDT", 400, "51000"),
        ("public/funding-rate?instId=NO-SUCH", 200, "51001"),
        ("public/funding-rate-history?instId=BTC-USDT-SWAP&limit=x", 400, "51000"),
        ("public/mark-price?instType=SPOT", 400, "51000"),
        ("public/mark-price?instType=SWAP&instId=BTC-USDT", 200, "51015"),
        ("public/open-interest?instType=MARGIN", 400, "51000"),
        ("public/open-interest?instType=OPTION", 400, "50014"),
        ("public/opt-summary", 400, "50014"),
        ("public/opt-summary?instFamily=NO-SUCH", 400, "51000"),
        ("public/price-limit", 400, "50014"),
        ("public/position-tiers?instType=SWAP&instFamily=BTC-USD", 400, "50014"),
        ("public/position-tiers?instType=SWAP&tdMode=cash&instFamily=BTC-USD", 400, "51000"),
        ("public/position-tiers?instType=SWAP&tdMode=cross", 400, "50014"),
        ("public/insurance-fund?instType=MARGIN", 400, "50014"),
        ("public/insurance-fund?instType=SWAP&instFamily=BTC-USD&type=gift", 400, "51000"),
        ("public/delivery-exercise-history?instType=SWAP&instFamily=BTC-USD", 400, "51000"),
        ("public/convert-contract-coin?instId=BTC-USDT-SWAP&sz=-1", 400, "51000"),
        ("public/convert-contract-coin?instId=BTC-USD-SWAP&sz=1", 400, "50014"),
        ("public/option-trades", 400, "50015"),
        ("public/option-trades?instId=BTC-USDT", 400, "51000"),
        ("market/index-tickers", 400, "50015"),
        ("market/index-tickers?instId=NO-SUCH", 200, "51014"),
        ("market/index-candles?instId=BTC-USD&bar=1s", 400, "51000"),
        ("market/mark-price-candles?instId=NO-SUCH", 200, "51001"),
    ],
)
async def test_wrong_parameters_get_the_documented_code(path: str, status: int, code: str) -> None:
    async with _market(steps=0) as (_, ask):
        answered, body = await ask.get(f"v5/{path}")
        assert (answered, body["code"], body["data"]) == (status, code, [])


async def _pushed(client: Client) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for message in map(json.loads, await client.until_pong()):
        if "data" in message:
            found.setdefault(message["arg"]["channel"], []).append(message)
    return found


_CHANNELS = {
    "funding-rate": "public/funding-rate?instId=BTC-USDT-SWAP",
    "mark-price": "public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP",
    "open-interest": "public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP",
    "price-limit": "public/price-limit?instId=BTC-USDT-SWAP",
}


async def test_the_first_push_says_what_rest_says() -> None:
    async with _market() as (sim, ask), connect(sim.ws) as client:
        names = [arg(channel, "BTC-USDT-SWAP") for channel in _CHANNELS]
        await client.send("subscribe", *names, arg("index-tickers", "BTC-USD"))
        await client.send("subscribe", {"channel": "opt-summary", "instFamily": "BTC-USD"})
        pushed = await _pushed(client)
        for channel, path in _CHANNELS.items():
            assert pushed[channel][0]["data"] == await ask.v5(path)
        assert pushed["index-tickers"][0]["arg"] == arg("index-tickers", "BTC-USD")
        assert pushed["index-tickers"][0]["data"] == await ask.v5("market/index-tickers?instId=BTC-USD")
        assert pushed["opt-summary"][0]["data"] == await ask.v5("public/opt-summary?instFamily=BTC-USD")


async def test_figures_are_pushed_at_their_pace_and_end_where_the_market_is() -> None:
    async with _market(steps=0) as (sim, ask), connect(sim.ws) as client:
        await client.send("subscribe", *(arg(channel, "BTC-USDT-SWAP") for channel in _CHANNELS))
        await sim.step(400)  # twenty seconds
        pushed = await _pushed(client)
        paces = {"mark-price": 200, "price-limit": 200, "open-interest": 3_000}
        for channel, pace in paces.items():
            stamps = [int(message["data"][0]["ts"]) for message in pushed[channel]]
            assert len(stamps) > 3
            assert all(later - earlier >= pace for earlier, later in pairwise(stamps))
        assert len(pushed["funding-rate"]) == 1
        sim.freeze("BTC-USDT-SWAP")
        await sim.step(10)
        last = (await _pushed(client)).get("mark-price", pushed["mark-price"])[-1]["data"][0]
        now = await ask.row(_CHANNELS["mark-price"])
        assert last["markPx"] == now["markPx"]
        await sim.step(210)
        assert len((await _pushed(client))["mark-price"]) == 1, "a quiet mark price comes every ten seconds"


async def test_price_candles_close_once_and_end_as_rest_says() -> None:
    async with _market(steps=0) as (sim, ask), connect(f"{sim.ws}/ws/v5/business") as client:
        await client.send("subscribe", arg("index-candle1m", "BTC-USD"), arg("mark-price-candle1m", "BTC-USDT-SWAP"))
        await sim.step(3_000)  # two and a half minutes
        pushed = await _pushed(client)
        for channel, path in (
            ("index-candle1m", "index-candles?instId=BTC-USD"),
            ("mark-price-candle1m", "mark-price-candles?instId=BTC-USDT-SWAP"),
        ):
            rows = [message["data"][0] for message in pushed[channel]]
            closed = [row for row in rows if row[5] == "1"]
            stored = [row for row in await ask.v5(f"market/{path}&limit=5") if row[5] == "1"]
            assert len(closed) >= 2
            assert closed[::-1] == stored[: len(closed)]


async def test_unsubscribing_one_index_leaves_the_other() -> None:
    async with _market(steps=0) as (sim, _), connect(sim.ws) as client:
        await client.send("subscribe", arg("index-tickers", "BTC-USDT"), arg("index-tickers", "BTC-USD"))
        await _pushed(client)
        await client.ask("unsubscribe", arg("index-tickers", "BTC-USDT"))
        await sim.step(40)
        pushed = (await _pushed(client))["index-tickers"]
        assert {message["arg"]["instId"] for message in pushed} == {"BTC-USD"}


@pytest.mark.parametrize(
    "wrong",
    [
        arg("funding-rate"),
        arg("open-interest"),
        arg("index-tickers", "NO-SUCH"),
        arg("mark-price", "NO-SUCH"),
        {"channel": "opt-summary", "instFamily": "NO-SUCH"},
    ],
)
async def test_topics_that_do_not_exist_are_refused(wrong: Json) -> None:
    async with _market(steps=0) as (sim, _), connect(sim.ws) as client:
        assert (await client.ask("subscribe", wrong))["code"] == "60018"
