"""Icebergs and TWAPs: what they show and send, where they stop, and what they are refused for."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.accounts.people import User
from okx_async.sim.query_v5 import Refusal
from okx_async.v5 import channels
from okx_async.v5.models.algo import AlgoOrder
from tests.sim.accounts.desk import quiet
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json

ICEBERG = {"ordType": "iceberg", "pxSpread": "10", "szLimit": "4", "pxLimit": "60050"}
TWAP = {"ordType": "twap", "pxSpread": "10", "szLimit": "4", "pxLimit": "60050", "timeInterval": "30"}


@pytest.fixture
def floor() -> Floor:
    """A perpetual that is bid for at 59990 and offered at 60010, deep on both sides."""
    floor = Floor().empty_at_60000(SPOT, SWAP)
    quote(floor, True, 59_990)
    quote(floor, False, 60_010)
    return floor


def quote(floor: Floor, buy: bool, price: int, lots: int = 100_000) -> int:
    return floor.markets[SWAP].book.submit(buy, price * 10, lots)[0]


def withdraw(floor: Floor, buy: bool) -> None:
    """Take the background's quotes of one side away."""
    book = floor.markets[SWAP].book
    side = book.bids if buy else book.asks
    for level in [side.levels[key] for key in side.keys]:
        for order_id in set(level.orders) - book.owned:
            book.cancel(order_id)


def pending(floor: Floor, user: User) -> list[tuple[str, str]]:
    return [(row["px"], row["sz"]) for row in floor.ask(user, "?trade/orders-pending")]


def test_an_iceberg_shows_one_slice_after_the_other(floor: Floor) -> None:
    user, other = floor.user(0), floor.user(2)
    placed = floor.algo(user, ICEBERG, algoClOrdId="berg", tag="abc")
    seen: list[tuple[str, str]] = []
    for size in ("4", "4", "2"):
        seen += pending(floor, user)
        (resting,) = floor.ask(user, "?trade/orders-pending")
        assert (resting["algoId"], resting["algoClOrdId"], resting["source"], resting["tag"]) == (
            *(placed["algoId"], "berg", "13", "abc"),
        )
        assert floor.algo_now(user, placed)["state"] == "live"
        withdraw(floor, True)
        floor.good(other, SWAP, "sell", "ioc", size, "59980")
        quote(floor, True, 59_990)
        floor.step()
    assert seen == [("59980", "4"), ("59980", "4"), ("59980", "2")]
    done = floor.algo_now(user, placed)
    assert (done["state"], done["actualSz"], done["actualPx"]) == ("effective", "10", "59980")
    assert len(done["ordIdList"]) == 3
    assert pending(floor, user) == []
    floor.conserved()


def test_a_slice_follows_the_price_up_to_its_limit(floor: Floor) -> None:
    user = floor.user()
    floor.algo(user, ICEBERG)
    quote(floor, True, 59_999)
    floor.step()
    assert pending(floor, user) == [("59980", "4")]
    quote(floor, True, 60_005)
    floor.step()
    assert pending(floor, user) == [("59995", "4")]
    withdraw(floor, False)
    quote(floor, False, 60_200)
    quote(floor, True, 60_100)
    floor.step()
    assert pending(floor, user) == [("60050", "4")]


def test_a_twap_sends_a_slice_every_so_often(floor: Floor) -> None:
    user = floor.user()
    placed = floor.algo(user, TWAP)
    traded = []
    for _ in range(3):
        told = floor.algo_now(user, placed)
        traded.append((told["state"], told["actualSz"], len(told["ordIdList"])))
        floor.pass_until(floor.clock.now() + 29_000)
        floor.step()
        assert floor.algo_now(user, placed)["actualSz"] == told["actualSz"]
        floor.pass_until(floor.clock.now() + 2_000)
        floor.step()
    assert traded == [("live", "4", 1), ("live", "8", 2), ("effective", "10", 3)]
    assert floor.algo_now(user, placed)["actualPx"] == "60010"
    assert {row["ordType"] for row in floor.ask(user, "?trade/orders-history", {"instType": "SWAP"})} == {"ioc"}
    assert floor.positions(user)[0]["pos"] == "10"
    floor.conserved()


def test_a_twap_leaves_its_turn_out_where_the_price_is_beyond_its_limit(floor: Floor) -> None:
    user = floor.user()
    placed = floor.algo(user, TWAP, pxLimit="60009")
    assert (floor.algo_now(user, placed)["ordIdList"], floor.positions(user)) == ([], [])
    quote(floor, False, 60_000, 100)
    floor.step()
    assert floor.positions(user) == []
    floor.pass_until(floor.clock.now() + 31_000)
    floor.step()
    told = floor.algo_now(user, placed)
    assert (told["state"], told["actualSz"], told["actualPx"]) == ("live", "1", "60000")


def test_cancelling_takes_the_slice_along(floor: Floor) -> None:
    user = floor.user()
    placed = floor.algo(user, ICEBERG)
    assert len(pending(floor, user)) == 1
    floor.ask(user, "trade/cancel-algos", [{"instId": SWAP, "algoId": placed["algoId"]}])
    assert pending(floor, user) == []
    floor.step()
    assert (pending(floor, user), floor.algo_now(user, placed)["state"]) == ([], "canceled")


@pytest.mark.parametrize(("size", "ended"), [("900", "order_failed"), ("300", "partially_failed")])
def test_a_slice_that_is_refused_ends_it(floor: Floor, size: str, ended: str) -> None:
    user = floor.user()
    placed = floor.algo(user, TWAP, sz="900", szLimit=size)
    for _ in range(3):
        floor.pass_until(floor.clock.now() + 31_000)
        floor.step()
    told = floor.algo_now(user, placed)
    assert (told["state"], told["failCode"]) == (ended, "51008")
    fields = {"ordType": "twap", "state": ended}
    assert [row["algoId"] for row in floor.ask(user, "?trade/orders-algo-history", fields)] == [placed["algoId"]]
    floor.conserved()


@pytest.mark.parametrize(
    ("base", "fields", "code"),
    [
        (ICEBERG, {"pxSpread": ""}, "50015"),
        (ICEBERG, {"pxVar": "0.001"}, "50024"),
        (ICEBERG, {"pxSpread": "", "pxVar": "0.02"}, "51256"),
        (ICEBERG, {"pxSpread": "", "pxVar": "x"}, "51256"),
        (ICEBERG, {"szLimit": "11"}, "51254"),
        (ICEBERG, {"szLimit": "0.001"}, "51254"),
        (ICEBERG, {"szLimit": "0.01", "sz": "20"}, "51255"),
        (ICEBERG, {"szLimit": ""}, "50014"),
        (ICEBERG, {"pxLimit": ""}, "50014"),
        (ICEBERG, {"pxLimit": "60000.05"}, "51000"),
        (ICEBERG, {"pxSpread": "x"}, "51000"),
        (TWAP, {"szLimit": "11"}, "51264"),
        (TWAP, {"pxLimit": "60000.05"}, "51265"),
        (TWAP, {"timeInterval": ""}, "50014"),
        (TWAP, {"timeInterval": "0"}, "51269"),
        (TWAP, {"timeInterval": "1.5"}, "51269"),
        (TWAP, {"pxSpread": "", "pxVar": "0.011"}, "51270"),
        (TWAP, {"sz": ""}, "50014"),
    ],
)
def test_what_is_wrong_is_refused(floor: Floor, base: Json, fields: Json, code: str) -> None:
    user = floor.user()
    try:
        told = floor.algo(user, base, **fields)["sCode"]
    except Refusal as refusal:
        told = refusal.code
    assert told == code
    assert floor.ask(user, "?trade/orders-algo-pending", {"ordType": "iceberg,twap"}) == []


@pytest.mark.parametrize(("base", "most", "code"), [(ICEBERG, 100, "51262"), (TWAP, 20, "51263")])
def test_there_are_not_too_many(floor: Floor, base: Json, most: int, code: str) -> None:
    user = floor.user()
    for _ in range(most):
        assert floor.algo(user, base, sz="0.02", szLimit="0.01")["sCode"] == "0"
    assert floor.algo(user, base, sz="0.02", szLimit="0.01")["sCode"] == code


async def test_the_channel_tells_each_slice() -> None:
    async with (
        quiet(limits=False, idle_timeout=1e9) as sim,
        OKX(sim.credentials[0], site=sim.site) as okx,
        asyncio.timeout(20),
    ):
        stream = okx.subscribe(channels.algo_advance("SWAP"))
        await stream.ready()
        placed = await okx.algo.place_algo_order(
            SWAP,
            "cross",
            "buy",
            "twap",
            sz="0.02",
            px_var="0.01",
            sz_limit="0.01",
            px_limit="70000",
            time_interval="10",
        )
        first: Any = await anext(stream)
        sent: Any = await anext(stream)
        assert isinstance(first, AlgoOrder)
        assert (first.algo_id, first.state) == (placed.algo_id, "live")
        assert (first.count, first.actual_sz) == (Decimal(0), Decimal(0))
        assert (sent.count, sent.actual_sz, sent.time_interval) == (1, Decimal("0.01"), 10)
        await sim.advance(11)
        await sim.step()
        done: Any = await anext(stream)
        assert (done.state, done.count, done.actual_sz) == ("effective", 2, Decimal("0.02"))
        assert okx.pool.drift.seen == {}
