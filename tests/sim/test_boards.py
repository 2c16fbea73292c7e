"""Channels that speak of several instruments at once: trades of options, liquidations, estimates, the status."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim import Exchange, VirtualClock

from .asking import asking, still_market
from .wire import START, Client, Json, connect


async def _subscribed(client: Client, **arg: str) -> None:
    await client.send("subscribe", arg)
    assert (await client.json())["arg"] == arg


async def _pushes(client: Client) -> list[Json]:
    """Return everything that is on its way."""
    return [json.loads(text) for text in await client.until_pong()]


async def test_option_trades_are_those_of_rest() -> None:
    async with still_market(steps=5) as ask, connect(ask.sim.ws) as client:
        await _subscribed(client, channel="option-trades", instType="OPTION", instFamily="BTC-USD")
        await ask.sim.step(400)
        pushes = await _pushes(client)
        assert pushes
        assert {len(push["data"]) for push in pushes} == {1}
        rows = [push["data"][0] for push in pushes]
        rest = {(row["instId"], row["tradeId"]): row for row in await ask.v5("public/option-trades?instFamily=BTC-USD")}
        for row in rows[-5:]:
            told = rest[row["instId"], row["tradeId"]]
            for figure in ("px", "sz", "side", "optType", "ts"):
                assert row[figure] == told[figure]


async def test_liquidations_come_when_the_minute_is_over_and_are_those_of_v3() -> None:
    clock = VirtualClock(START)
    async with (
        Exchange(seed=6, rate=2, clock=clock, limits=False, idle_timeout=1e9) as sim,
        asking(sim) as ask,
        connect(sim.ws) as client,
    ):
        await _subscribed(client, channel="liquidation-orders", instType="SWAP")
        found: list[Any] = []
        for _ in range(240):
            await sim.advance(60)
            found += [row for push in await _pushes(client) for row in push["data"]]
            if len(found) > 3:
                break
        assert found
        for row in found:
            closed = await ask.v3(f"swap/v3/instruments/{row['instId']}/liquidation?status=1")
            for each in row["details"]:
                assert int(each["ts"]) % 60_000 == 0
                assert (each["side"], each["posSide"]) in (("sell", "long"), ("buy", "short"))
                kind = "3" if each["posSide"] == "long" else "4"
                assert any(
                    (told["price"], told["size"], told["type"]) == (each["bkPx"], each["sz"], kind) for told in closed
                )
                minute = int(each["ts"]) - 60_000
                (bar,) = await ask.v5(f"market/candles?instId={row['instId']}&after={minute + 1}&before={minute - 1}")
                price, high, low = Decimal(each["bkPx"]), Decimal(bar[2]), Decimal(bar[3])
                assert price < low if kind == "3" else price > high


async def test_estimates_come_in_the_last_half_hour_only() -> None:
    clock = VirtualClock(START)
    async with (
        Exchange(seed=6, rate=0, clock=clock, limits=False, idle_timeout=1e9) as sim,
        asking(sim) as ask,
        connect(sim.ws) as client,
    ):
        (future,) = [each for each in sim.instruments if each.product == "futures" and each.quote == "USD"]
        assert future.expiry is not None
        await _subscribed(client, channel="estimated-price", instType="FUTURES", instFamily="BTC-USD")
        await _subscribed(client, channel="estimated-price", instType="OPTION", instFamily="BTC-USD")
        await sim.step(20)
        assert await _pushes(client) == []
        await sim.advance((future.expiry - sim.now) / 1000 - 60)
        await sim.step(1)
        pushes = await _pushes(client)
        assert [(push["arg"]["instType"], len(push["data"])) for push in pushes] == [("FUTURES", 1), ("OPTION", 2)]
        (row,) = pushes[0]["data"]
        (rest,) = await ask.v5(f"public/estimated-price?instId={future.inst_id}")
        assert row["settlePx"] == rest["settlePx"]
        assert row["settleType"] == "delivery"
        assert {row["settleType"] for row in pushes[1]["data"]} == {"exercise"}


async def test_a_disruption_is_told_in_both_dialects() -> None:
    clock = VirtualClock(START)
    async with Exchange(seed=6, rate=2, clock=clock, limits=False) as sim, asking(sim) as ask:
        assert await ask.v5("system/status") == []
        sim.outage(2)  # too short to be told
        await sim.advance(3)
        assert await ask.v5("system/status") == []
        begin = sim.now
        sim.outage(60)
        await sim.advance(61)
        (row,) = await ask.v5("system/status?state=completed")
        assert (int(row["begin"]), int(row["end"]), row["maintType"]) == (begin, begin + 60_000, "3")
        assert await ask.v5("system/status?state=ongoing") == []
        rows = await ask.v3("system/v3/status?status=2")
        assert [each["product_type"] for each in rows] == ["0", "1", "2", "3", "4"]
        assert await ask.v3("system/v3/status") == []
        async with connect(sim.ws) as client, connect(sim.ws_v3) as old:
            await _subscribed(client, channel="status")
            push = await client.json()
            assert push["data"][0].items() >= row.items()
            # V3 tells nothing at first.
            await old.send("subscribe", "system/status")
            assert await old.json() == {"event": "subscribe", "channel": "system/status"}
            assert await old.until_pong() == []


async def test_nothing_is_ever_deleveraged() -> None:
    async with still_market(steps=5) as ask, connect(ask.sim.ws) as client:
        await _subscribed(client, channel="adl-warning", instType="SWAP")
        await ask.sim.step(200)
        assert await _pushes(client) == []


@pytest.mark.parametrize(
    "arg",
    [
        {"channel": "option-trades", "instType": "OPTION"},
        {"channel": "option-trades", "instType": "SWAP", "instFamily": "BTC-USD"},
        {"channel": "option-trades", "instType": "OPTION", "instId": "BTC-USDT"},
        {"channel": "liquidation-orders", "instType": "SPOT"},
        {"channel": "liquidation-orders"},
        {"channel": "adl-warning", "instType": "MARGIN"},
        {"channel": "estimated-price", "instType": "FUTURES"},
    ],
)
async def test_unfit_arguments_are_refused(arg: dict[str, str]) -> None:
    async with Exchange(rate=0) as sim, connect(sim.ws) as client:
        answer = await client.ask("subscribe", arg)
        assert (answer["event"], answer["code"]) == ("error", "60018")
        assert "doesn't exist" in answer["msg"]


async def test_unsubscribing_ends_the_pushes_and_the_board() -> None:
    async with still_market(steps=5) as ask, connect(ask.sim.ws) as client:
        arg = {"channel": "option-trades", "instType": "OPTION", "instFamily": "BTC-USD"}
        await _subscribed(client, **arg)
        await ask.sim.step(200)
        assert await _pushes(client)
        assert (await client.ask("unsubscribe", arg))["event"] == "unsubscribe"
        await ask.sim.step(200)
        assert await _pushes(client) == []


async def test_what_is_not_simulated_is_refused_by_name() -> None:
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/business") as client:
        answer = await client.ask("subscribe", {"channel": "sprd-books-l2-tbt"})
        assert answer["code"] == "60018"
        assert "channel sprd-books-l2-tbt is not simulated" in answer["msg"]
