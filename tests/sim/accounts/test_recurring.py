"""Recurring buys: when they buy, what that costs, and to whom the coins go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from okx_async import OKX
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import User
from okx_async.sim.accounts.recurring import Schedule
from okx_async.sim.query_v5 import Refusal
from okx_async.v5 import channels
from okx_async.v5.models.bots_push import RecurringBuyUpdate
from okx_async.v5.models.recurring import RecurringCoinArg, RecurringStopArg

from .desk import Json, ask, funds, quiet

HOUR, DAY = 3600, 86400
START = 1_767_225_600_000  # Thursday, 2026-01-01, midnight UTC
ROOT = "tradingBot/recurring"
BOTH = [{"ccy": "BTC", "ratio": "0.7"}, {"ccy": "ETH", "ratio": "0.3"}]


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(instruments=12, clock=VirtualClock(START)) as exchange:
        yield exchange


def terms(**more: object) -> Json:
    """Every day at six, UTC, a thousand dollars."""
    told: Json = {"stgyName": "pension", "recurringList": BOTH, "period": "daily", "recurringTime": "6"}
    return told | {"timeZone": "0", "amt": "1000", "investmentCcy": "USDT", "tdMode": "cash"} | more


def start(sim: Exchange, **more: object) -> str:
    (row,) = ask(sim, sim.user(), "POST", f"{ROOT}/order-algo", terms(**more))
    assert row["sCode"] == "0", row
    return str(row["algoId"])


def code(sim: Exchange, path: str, fields: Json, user: User | None = None) -> str:
    """Return what a command is answered with."""
    try:
        return str(ask(sim, user or sim.user(), "POST", f"{ROOT}/{path}", fields)[0]["sCode"])
    except Refusal as refusal:
        return refusal.code


def details(sim: Exchange, algo_id: str) -> Json:
    row: Json = ask(sim, sim.user(), "GET", f"{ROOT}/orders-algo-details", {"algoId": algo_id})[0]
    return row


def trading(sim: Exchange, ccy: str) -> Decimal:
    return funds(sim, sim.user(), ccy, Room.TRADING)


def conserved(sim: Exchange) -> None:
    currencies = {ccy for purse in sim.ledger.purses() for ccy in purse.cash}
    assert {sim.ledger.total(ccy) for ccy in currencies} == {Decimal(0)}


@pytest.mark.parametrize(
    ("schedule", "moments"),
    [
        (Schedule("daily", 1, 0, 6, 0), ["01-01 06", "01-02 06"]),
        (Schedule("daily", 1, 0, 6, 8 * 3_600_000), ["01-01 22", "01-02 22"]),
        (Schedule("daily", 1, 0, 0, 0), ["01-02 00", "01-03 00"]),
        (Schedule("hourly", 4, 0, 2, 0), ["01-01 02", "01-01 06"]),
        (Schedule("hourly", 1, 0, 2, 0), ["01-01 01", "01-01 02"]),
        (Schedule("weekly", 1, 4, 6, 0), ["01-01 06", "01-08 06"]),
        (Schedule("weekly", 1, 7, 6, 0), ["01-04 06", "01-11 06"]),
        (Schedule("monthly", 1, 28, 23, -5 * 3_600_000), ["01-29 04", "03-01 04"]),
    ],
)
def test_schedules(schedule: Schedule, moments: list[str]) -> None:
    first = schedule.following(START)
    second = schedule.following(first)
    assert [f"{datetime.fromtimestamp(each / 1000, UTC):%m-%d %H}" for each in (first, second)] == moments


async def test_it_buys_when_it_is_time_and_the_coins_are_its_owners(sim: Exchange) -> None:
    algo_id = start(sim)
    before = {ccy: trading(sim, ccy) for ccy in ("USDT", "BTC", "ETH")}
    assert int(details(sim, algo_id)["nextInvestTime"]) == START + 6 * HOUR * 1000
    await sim.advance(6 * HOUR - 1)
    assert details(sim, algo_id)["cycles"] == "0"
    await sim.advance(1)
    row = details(sim, algo_id)
    assert (row["cycles"], row["state"]) == ("1", "running")
    assert int(row["nextInvestTime"]) == START + (DAY + 6 * HOUR) * 1000
    spent = before["USDT"] - trading(sim, "USDT")
    assert 990 < spent <= 1000
    assert Decimal(row["investmentAmt"]) == spent
    for coin in row["recurringList"]:
        assert Decimal(coin["totalAmt"]) == trading(sim, coin["ccy"]) - before[coin["ccy"]] > 0
        assert Decimal(coin["avgPx"]) >= Decimal(coin["px"]) * Decimal("0.99")
    shares = [Decimal(coin["totalAmt"]) * Decimal(coin["avgPx"]) for coin in row["recurringList"]]
    assert shares[0] / spent == pytest.approx(Decimal("0.7"), abs=Decimal("0.01"))
    orders = ask(sim, sim.user(), "GET", f"{ROOT}/sub-orders", {"algoId": algo_id})
    assert [order["instId"] for order in orders] == ["ETH-USDT", "BTC-USDT"]
    assert ask(sim, sim.user(), "GET", "trade/orders-history", {"instType": "SPOT"}) == []
    conserved(sim)


async def test_missed_times_are_made_up_for_and_a_stopped_one_buys_no_more(sim: Exchange) -> None:
    algo_id = start(sim, amt="100")
    await sim.advance(3 * DAY)
    assert details(sim, algo_id)["cycles"] == "3"
    before = trading(sim, "USDT")
    assert code(sim, "stop-order-algo", {"algoId": algo_id}) == "0"
    await sim.advance(3 * DAY)
    row = details(sim, algo_id)
    assert (row["state"], row["cycles"], row["nextInvestTime"]) == ("stopped", "3", "")
    assert trading(sim, "USDT") == before
    assert code(sim, "stop-order-algo", {"algoId": algo_id}) == "51291"
    user = sim.user()
    assert ask(sim, user, "GET", f"{ROOT}/orders-algo-pending") == []
    assert [one["algoId"] for one in ask(sim, user, "GET", f"{ROOT}/orders-algo-history")] == [algo_id]


async def test_it_can_begin_at_once(sim: Exchange) -> None:
    algo_id = start(sim, recurringTimeType="2")
    assert details(sim, algo_id)["cycles"] == "1"
    assert int(details(sim, algo_id)["nextInvestTime"]) == START + 6 * HOUR * 1000


async def test_a_coin_out_of_its_range_and_a_round_without_money_are_left_out(sim: Exchange) -> None:
    coins = [BOTH[0] | {"maxPx": "1"}, BOTH[1] | {"minPx": "1", "maxPx": "1000000"}]
    algo_id = start(sim, recurringList=coins, recurringTimeType="2")
    bought = {coin["ccy"]: Decimal(coin["totalAmt"]) for coin in details(sim, algo_id)["recurringList"]}
    assert bought["BTC"] == 0 < bought["ETH"]
    poor = start(sim, amt="100000000", recurringTimeType="2", algoClOrdId="poor")
    assert (details(sim, poor)["cycles"], details(sim, poor)["state"]) == ("0", "running")
    conserved(sim)


async def test_its_name_and_amount_can_be_changed(sim: Exchange) -> None:
    algo_id = start(sim)
    assert code(sim, "amend-order-algo", {"algoId": algo_id, "stgyName": "house"}) == "0"
    assert code(sim, "amend-recurring-amount", {"algoId": algo_id, "amount": "50"}) == "0"
    assert code(sim, "amend-recurring-amount", {"algoId": algo_id, "amount": "0.001"}) == "51358"
    row = details(sim, algo_id)
    assert (row["stgyName"], row["amt"]) == ("house", "50")
    assert code(sim, "amend-order-algo", {"algoId": algo_id, "stgyName": "x"}, sim.user(1)) == "51293"


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("51352", {"recurringList": []}),
        ("51353", {"recurringList": [BOTH[0], BOTH[0]]}),
        ("51354", {"recurringList": [BOTH[0]]}),
        ("51359", {"recurringList": [{"ccy": "NOPE", "ratio": "1"}]}),
        ("51359", {"investmentCcy": "NOPE"}),
        ("51358", {"amt": "0.001"}),
        ("51355", {"period": "weekly", "recurringDay": "8"}),
        ("51355", {"period": "monthly", "recurringDay": "29"}),
        ("50014", {"period": "weekly"}),
        ("50014", {"period": "hourly"}),
        ("51000", {"period": "hourly", "recurringHour": "2"}),
        ("51356", {"recurringTime": "24"}),
        ("51357", {"timeZone": "+-8"}),
        ("51357", {"timeZone": "15"}),
        ("54000", {"tdMode": "cross"}),
        ("50062", {"source": ["2"]}),
        ("51000", {"stgyName": "x" * 41}),
        ("51000", {"amt": "-1"}),
    ],
)
async def test_refusals_change_nothing(sim: Exchange, wanted: str, more: Json) -> None:
    entries = len(sim.ledger.entries)
    assert code(sim, "order-algo", terms(recurringTimeType="2", **more)) == wanted
    assert len(sim.ledger.entries) == entries
    assert ask(sim, sim.user(), "GET", f"{ROOT}/orders-algo-pending") == []


async def test_names_are_given_once(sim: Exchange) -> None:
    first = start(sim, algoClOrdId="mine")
    assert code(sim, "order-algo", terms(algoClOrdId="mine")) == "51065"
    assert code(sim, "stop-order-algo", {"algoId": first}) == "0"
    assert start(sim, algoClOrdId="mine") != first


async def test_through_the_client_and_its_channel() -> None:
    """The market's own steps let it buy, and the channel tells of it."""
    async with (
        quiet(instruments=12, rate=1, clock=VirtualClock(START)) as sim,
        OKX(sim.credentials[0], site=sim.site) as okx,
    ):
        stream = okx.subscribe(channels.algo_recurring_buy("SPOT"))
        await stream.ready()
        made = await okx.recurring.place_order_algo(
            *("pension", [RecurringCoinArg(ccy="BTC", ratio=1)], "hourly", 0, "8", "100", "USDT", "cash"),
            recurring_hour="1",
        )
        assert made.algo_id is not None
        rounds: list[Decimal | None] = []
        await sim.advance(HOUR + 2)
        while Decimal(1) not in rounds:
            item = await anext(stream)
            assert isinstance(item, RecurringBuyUpdate)
            rounds.append(item.cycles)
        assert rounds[0] == 0
        row = await okx.recurring.orders_algo_details(made.algo_id)
        assert row.state == "running"
        assert row.cycles == 1
        (done,) = await okx.recurring.stop_order_algo([RecurringStopArg(algo_id=made.algo_id)])
        assert done.s_code == "0"
        assert okx.pool.drift.seen == {}
