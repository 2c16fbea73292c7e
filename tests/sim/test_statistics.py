"""Statistics are sums of the tape, in both dialects."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okx_async.sim import Exchange, VirtualClock

from .asking import asking, still_market
from .wire import START, connect

_CONTRACT = "taker-volume-contract?instId=BTC-USDT-SWAP"


@pytest.mark.parametrize("bar", ["5m", "1H", "1D", "1Dutc"])
async def test_takers_bought_and_sold_what_was_traded(bar: str) -> None:
    async with still_market() as ask:
        rows = await ask.v5(f"rubik/stat/{_CONTRACT}&period={bar}&unit=1&limit=30")
        candles = await ask.v5(f"market/candles?instId=BTC-USDT-SWAP&bar={bar}&limit=30")
        assert [row[0] for row in rows] == [candle[0] for candle in candles]
        assert [Decimal(row[1]) + Decimal(row[2]) for row in rows] == [Decimal(candle[5]) for candle in candles]
        assert any(Decimal(row[1]) != Decimal(row[2]) for row in rows)
        coins = await ask.v5(f"rubik/stat/{_CONTRACT}&period={bar}&unit=0&limit=30")
        assert [Decimal(row[1]) * 100 for row in coins] == [Decimal(row[1]) for row in rows]


async def test_who_bought_is_told_by_the_trades() -> None:
    async with still_market(steps=400) as ask:
        (row,) = await ask.v5(f"rubik/stat/{_CONTRACT}&limit=1&unit=1")
        opened = int(row[0])
        bought = sold = Decimal(0)
        older = ""
        while True:
            page = await ask.v5(f"market/history-trades?instId=BTC-USDT-SWAP{older}")
            for trade in page:
                if int(trade["ts"]) >= opened and trade["side"] == "buy":
                    bought += Decimal(trade["sz"])
                elif int(trade["ts"]) >= opened:
                    sold += Decimal(trade["sz"])
            if int(page[-1]["ts"]) < opened:
                break
            older = f"&after={page[-1]['tradeId']}"
        assert (Decimal(row[1]), Decimal(row[2])) == (sold, bought)
        assert bought > 0


async def test_open_interest_of_the_past_ends_with_that_of_now() -> None:
    async with still_market() as ask:
        for inst_id, kind in (("BTC-USDT-SWAP", "SWAP"), ("BTC-USD-SWAP", "SWAP")):
            rows = await ask.v5(f"rubik/stat/contracts/open-interest-history?instId={inst_id}&period=1H")
            (now,) = await ask.v5(f"public/open-interest?instType={kind}&instId={inst_id}")
            assert rows[0][1] == now["oi"]
            assert Decimal(rows[0][2]) == Decimal(now["oiCcy"])
            assert Decimal(rows[0][3]) == Decimal(now["oiUsd"])
            assert len({row[1] for row in rows}) > 10


async def test_a_window_of_time_is_obeyed() -> None:
    async with still_market() as ask:
        rows = await ask.v5(f"rubik/stat/{_CONTRACT}")
        some = await ask.v5(f"rubik/stat/{_CONTRACT}&begin={rows[6][0]}&end={rows[2][0]}")
        assert some == rows[2:7]
        assert await ask.v5(f"rubik/stat/{_CONTRACT}&begin={rows[6][0]}&end={rows[2][0]}&limit=2") == rows[2:4]


async def test_ratios_lean_the_way_takers_do_and_top_traders_lean_most() -> None:
    async with still_market() as ask:
        taken = await ask.v5(f"rubik/stat/{_CONTRACT}&period=1H")
        ratio = "rubik/stat/contracts/long-short-{}-ratio-contract{}?instId=BTC-USDT-SWAP&period=1H"
        crowds = [
            await ask.v5(ratio.format(which, top))
            for which, top in (("account", ""), ("account", "-top-trader"), ("position", "-top-trader"))
        ]
        for (_, sold, bought), *ratios in zip(taken, *crowds, strict=True):
            everybody, accounts, positions = (Decimal(row[1]) for row in ratios)
            if Decimal(bought) >= Decimal(sold):
                assert 1 <= everybody <= accounts <= positions
            else:
                assert 1 >= everybody >= accounts >= positions


async def test_both_dialects_tell_the_same_statistics() -> None:
    async with still_market() as ask:
        v5 = await ask.v5("rubik/stat/contracts/open-interest-volume?ccy=BTC&period=1H")
        v3 = await ask.v3("information/v3/btc/volume?granularity=3600")
        assert [row[1:] for row in v5] == [row[1:] for row in v3]
        taken = await ask.v3("information/v3/BTC/taker?granularity=3600")
        for (_, _, volume), (_, bought, sold) in zip(v3, taken, strict=True):
            assert abs(Decimal(bought) + Decimal(sold) - Decimal(volume)) < Decimal("0.001")
        ratios = await ask.v3("information/v3/BTC/long_short_ratio?granularity=86400")
        assert [row[1] for row in ratios] == [
            row[1] for row in await ask.v5("rubik/stat/contracts/long-short-account-ratio?ccy=BTC&period=1D")
        ]
        for name in ("sentiment", "margin"):
            for _, long, short in await ask.v3(f"information/v3/BTC/{name}"):
                assert Decimal(long) + Decimal(short) == 1
        window = await ask.v3(f"information/v3/BTC/volume?granularity=3600&start={v3[3][0]}&end={v3[1][0]}")
        assert window == v3[1:4]


async def test_options_add_up() -> None:
    async with still_market(steps=300) as ask:
        (day, calls_open, puts_open) = (0, Decimal(0), Decimal(0))
        (whole, *_) = await ask.v5("rubik/stat/option/open-interest-volume?ccy=BTC")
        (row,) = await ask.v5("rubik/stat/option/open-interest-volume-expiry?ccy=BTC")
        day, calls_open, puts_open, calls, puts = row[1], *map(Decimal, row[2:])
        assert (calls_open + puts_open, calls + puts) == (Decimal(whole[1]), Decimal(whole[2]))
        strikes = await ask.v5(f"rubik/stat/option/open-interest-volume-strike?ccy=BTC&expTime={day}")
        assert sum(Decimal(strike[2]) for strike in strikes) == calls_open
        assert sum(Decimal(strike[5]) for strike in strikes) == puts
        ratio = (await ask.v5("rubik/stat/option/open-interest-volume-ratio?ccy=BTC"))[0]
        assert Decimal(ratio[1]) == round(puts_open / calls_open, 4)
        flow = await ask.v5("rubik/stat/option/taker-block-volume?ccy=BTC")
        assert Decimal(flow[1]) + Decimal(flow[2]) == calls
        interest = await ask.v5("public/open-interest?instType=OPTION&instFamily=BTC-USD")
        assert sum(Decimal(each["oiCcy"]) for each in interest) == Decimal(whole[1])


async def test_futures_are_settled_at_the_price_that_was_estimated() -> None:
    day = 86_400_000
    eight = (START // day + 1) * day + 8 * 3_600_000
    clock = VirtualClock(eight - 1_000)
    async with Exchange(seed=6, rate=2, clock=clock, limits=False) as sim, asking(sim) as ask:
        (future,) = [each.inst_id for each in sim.instruments if each.product == "futures" and each.quote == "USD"]
        before = await ask.v5("public/settlement-history?instFamily=BTC-USD")
        (estimate,) = await ask.v5(f"public/estimated-settlement-info?instId={future}")
        assert int(estimate["nextSettleTime"]) == eight
        await sim.advance(2)
        after = await ask.v5("public/settlement-history?instFamily=BTC-USD")
        assert after[1:] == before
        assert int(after[0]["ts"]) == eight
        (settled,) = after[0]["details"]
        assert settled["instId"] == future
        assert Decimal(settled["settlePx"]) == pytest.approx(Decimal(estimate["estSettlePx"]), rel=Decimal("0.0001"))
        (estimate,) = await ask.v5(f"public/estimated-settlement-info?instId={future}")
        assert int(estimate["nextSettleTime"]) == eight + day


async def test_loans_discounts_and_price_steps() -> None:
    async with still_market(steps=0) as ask:
        (quotas,) = await ask.v5("public/interest-rate-loan-quota")
        rows = {row["ccy"]: row for row in await ask.v5("public/discount-rate-interest-free-quota")}
        assert set(rows) == {row["ccy"] for row in quotas["basic"]} == {"BTC", "ETH", "SOL", "USDT"}
        assert await ask.v5("public/discount-rate-interest-free-quota?ccy=BTC") == [rows["BTC"]]
        for row in rows.values():
            tiers = row["details"]
            assert [tier["minAmt"] for tier in tiers] == ["0", *(tier["maxAmt"] for tier in tiers[:-1])]
            rates = [Decimal(tier["discountRate"]) for tier in tiers]
            assert rates == sorted(rates, reverse=True)
            assert Decimal(row["minDiscountRate"]) == rates[-1]
        (bands,) = await ask.v5("public/instrument-tick-bands?instType=OPTION&instFamily=BTC-USD")
        (option, *_) = await ask.v5("public/instruments?instType=OPTION&instFamily=BTC-USD")
        assert bands["tickBand"][0]["tickSz"] == option["tickSz"]


async def test_a_call_auction_tells_its_price_and_ends_at_it() -> None:
    async with still_market() as ask, connect(ask.sim.ws) as client:
        sim = ask.sim
        sim.auction("BTC-USDT")
        await client.send("subscribe", {"channel": "call-auction-details", "instId": "BTC-USDT"})
        assert (await client.json())["event"] == "subscribe"
        await sim.step(100)
        (now,) = await ask.v5("market/call-auction-details?instId=BTC-USDT")
        assert now["state"] == "call_auction"
        assert Decimal(now["matchedSz"]) > 0
        sim.auction("BTC-USDT", False)
        await sim.step(30)
        traded = [trade for trade in sim.truth("BTC-USDT").trades if trade.ts > int(now["ts"])]
        first = [trade for trade in traded if trade.ts == traded[0].ts]
        text = next(each for each in sim.instruments if each.inst_id == "BTC-USDT")
        assert text.price_text(first[0].price) == now["eqPx"]
        pushes = [await client.json() for _ in range(2)]
        while pushes[-1]["data"][0]["state"] == "call_auction":
            pushes.append(await client.json())
        assert pushes[-1]["data"][0]["eqPx"] == ""
        assert any(push["data"][0]["eqPx"] == now["eqPx"] for push in pushes)
