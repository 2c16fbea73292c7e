"""How many orders an account may send by its fill ratio, and where it leads: the exchange's side of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim import Exchange
from okx_async.sim.accounts.people import User
from okx_async.sim.instruments import Kind
from tests.sim.accounts.desk import ask, quiet, send

DAY, HOURS = 86_400, 3_600
SWAP = "BTC-USDT-SWAP"
ORDER, BATCH = "/api/v5/trade/order", "/api/v5/trade/batch-orders"


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(instruments=12, vip=(5, 4)) as exchange:
        yield exchange


def told(sim: Exchange, user: User) -> Any:
    """Return what the exchange tells a user of its limit."""
    (row,) = ask(sim, user, "GET", "trade/account-rate-limit")
    return row


def limits(sim: Exchange, user: User) -> tuple[str, str]:
    """Return the present and the next limit it tells."""
    row = told(sim, user)
    return row["accRateLimit"], row["nextAccRateLimit"]


def trades(sim: Exchange, user: User, ratio: str, volume: int = 2_000_000) -> None:
    """Let a user have traded enough today for a ratio."""
    sim.accounts.ratios.count(user.uid, sent=volume / Decimal(ratio), traded=Decimal(volume))


async def until(sim: Exchange, day: int, hour: float) -> None:
    """Let time pass until an hour of a day, counted from the day the exchange opened on."""
    opened = sim.now // 1000 // DAY if day < 0 else _OPENED // DAY
    await sim.advance((opened + day) * DAY + hour * HOURS - sim.now / 1000)


_OPENED = 1_767_225_600  # 2026-01-01


@pytest.mark.parametrize(
    ("ratio", "limit"),
    [
        ("0.99", "1000"), ("1", "1250"), ("1.99", "1250"), ("2", "1500"), ("3", "1750"), ("5", "2000"),
        ("10", "2500"), ("20", "3000"), ("49.9", "3000"), ("50", "10000"),
    ],
)  # fmt: skip
async def test_a_ratio_gives_a_limit_from_eight_on(sim: Exchange, ratio: str, limit: str) -> None:
    """It is taken at midnight, told from then on, and counts from 08:00 UTC; below VIP 5 it counts for nothing."""
    whale, other = sim.user(0), sim.user(1)
    for user in (whale, other):
        trades(sim, user, ratio)
    await until(sim, 0, 23)
    assert limits(sim, whale) == ("1000", "")
    more = limit if limit != "1000" else ""
    await until(sim, 1, 1)
    assert limits(sim, whale) == ("1000", more)
    await until(sim, 1, 8)
    assert limits(sim, whale) == (limit, "")
    assert limits(sim, other) == ("1000", "")
    assert Decimal(told(sim, other)["fillRatio"]) == pytest.approx(Decimal(ratio), abs=Decimal("0.001"))


async def test_a_cut_comes_one_day_later(sim: Exchange) -> None:
    """A week after the trade it counts no more; the limit stays for one day, and that is told."""
    whale = sim.user(0)
    trades(sim, whale, "3")
    await until(sim, 8, 7)
    assert limits(sim, whale) == ("1750", "")
    await until(sim, 8, 9)
    assert limits(sim, whale) == ("1750", "1000")
    await until(sim, 9, 7)
    assert limits(sim, whale) == ("1750", "1000")
    await until(sim, 9, 8)
    assert limits(sim, whale) == ("1000", "")


async def test_the_larger_of_two_ratios_counts_and_little_volume_has_none_of_its_own(sim: Exchange) -> None:
    master = sim.user(0)
    busy = sim.add_user("busy", master=master)
    small = sim.add_user("small", master=master)
    trades(sim, busy, "5", 1_000_000)
    trades(sim, small, "50", 999_999)
    trades(sim, master, "0.1", 1_000_000)
    await until(sim, 1, 8)
    assert Decimal(told(sim, small)["fillRatio"]) == 50
    assert told(sim, small)["mainFillRatio"] == told(sim, busy)["mainFillRatio"] == told(sim, master)["mainFillRatio"]
    assert Decimal(told(sim, small)["mainFillRatio"]) < 1
    assert [limits(sim, user)[0] for user in (busy, small, master)] == ["2000", "1000", "1000"]


async def test_what_is_sent_and_traded_is_counted_by_weight(sim: Exchange) -> None:
    """A swap in bitcoin counts 1, spot in bitcoin 0.5; refused for its rate nothing; volume is in USDT."""
    whale, ratios = sim.user(0), sim.accounts.ratios
    order = {"tdMode": "cross", "side": "buy", "ordType": "ioc", "px": "1", "sz": "1"}
    for _ in range(3):
        await send(sim, "POST", ORDER, json.dumps({"instId": SWAP, **order}))
    await send(sim, "POST", BATCH, json.dumps([{"instId": "BTC-USDT", **order, "tdMode": "cash"}] * 4))
    best = Decimal(sim.truth(SWAP).asks[0][0])
    taken = {"instId": SWAP, **order, "px": str(best), "sz": "0.01"}
    assert (await send(sim, "POST", ORDER, json.dumps(taken)))[1]["data"][0]["sCode"] == "0"
    (swap,) = [each for each in sim.instruments if each.inst_id == SWAP]
    day = sim.now // 1000 // DAY
    tally = ratios._week(whale.uid, day + 1)
    assert tally.sent == 3 + 4 * Decimal("0.5") + 1
    assert tally.traded == pytest.approx(best * Decimal(swap.ct_val) * Decimal("0.01"), rel=Decimal("0.001"))


async def test_more_orders_are_taken_where_more_are_allowed(sim: Exchange) -> None:
    """50061 comes behind the account's own number of orders."""
    whale = sim.user(0)
    trades(sim, whale, "1")
    await until(sim, 1, 8)
    contracts = [each.inst_id for each in sim.instruments if each.kind in (Kind.SWAP, Kind.FUTURES)]
    batches = [[{"instId": name}] * 20 for name in contracts[:5] for _ in range(15)]
    meter = sim.accounts.gate.meter
    codes = [meter.charge("POST", BATCH, whale, "127.0.0.1", batch) for batch in batches]
    assert codes == [None] * 62 + ["50061"] * 13


async def test_a_lead_trader_has_fewer_orders_on_what_it_leads(sim: Exchange) -> None:
    whale, meter = sim.user(0), sim.accounts.gate.meter
    sim.lead(whale, inst_ids=[SWAP])

    def charge(path: str, inst_id: str, count: int = 1) -> str | None:
        return meter.charge("POST", path, whale, "127.0.0.1", [{"instId": inst_id}] * count)

    assert [charge(ORDER, SWAP) for _ in range(5)] == [None] * 4 + ["50011"]
    assert [charge(BATCH, SWAP, 2) for _ in range(3)] == [None, None, "50011"]
    assert [charge("/api/v5/trade/order-algo", SWAP) for _ in range(2)] == [None, "50011"]
    assert [charge(ORDER, "ETH-USDT-SWAP") for _ in range(60)] == [None] * 60
    assert [charge("/api/v5/trade/cancel-order", SWAP) for _ in range(60)] == [None] * 60
