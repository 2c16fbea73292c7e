"""Demo accounts give themselves money, three times a day, and take away what nothing holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.core.answers import list_of
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import User
from okx_async.sim.query_v5 import Refusal
from okx_async.v5.models.account_settings import DemoBalances
from tests.sim.accounts.desk import ask, funds, quiet
from tests.sim.accounts.floor import SPOT

PATH = "account/demo-adjust-balance"


def adjust(sim: Exchange, kind: str, rows: Any, user: User | None = None) -> Any:
    """Ask for a change; return its row, or the code it is refused with."""
    try:
        return ask(sim, user or sim.user(), "POST", PATH, {"type": kind, "adjustments": rows})[0]
    except Refusal as refusal:
        return refusal.code


def rows(**amounts: str) -> list[dict[str, str]]:
    return [{"ccy": ccy, "amt": amt} for ccy, amt in amounts.items()]


async def test_money_comes_from_outside_three_times_a_day() -> None:
    async with quiet(demo=True, limits=False) as sim:
        before = funds(sim, sim.user(), "OKB", Room.TRADING)
        for left in ("2", "1", "0"):
            told = adjust(sim, "increase", rows(OKB="5", USDT="0.5"))
            assert (told["remainCnt"], told["totalCnt"]) == (left, "3")
        assert told["details"][0] == {"ccy": "OKB", "amt": "5", "bal": "15"}
        assert funds(sim, sim.user(), "OKB", Room.TRADING) - before == 15
        assert adjust(sim, "increase", rows(OKB="5")) == "59691"
        assert adjust(sim, "increase", rows(OKB="5"), sim.user(1))["remainCnt"] == "2"
        assert adjust(sim, "reduce", rows(OKB="15"))["remainCnt"] == "0"
        await sim.advance(86_400)
        assert adjust(sim, "increase", rows(OKB="5"))["remainCnt"] == "2"
        assert {sim.ledger.total(ccy) for ccy in ("OKB", "USDT")} == {Decimal(0)}


async def test_what_is_not_there_or_held_is_not_taken_away() -> None:
    async with quiet(demo=True, limits=False) as sim:
        user = sim.user()
        order = {"instId": SPOT, "tdMode": "cash", "side": "sell", "ordType": "limit", "sz": "4", "px": "70000"}
        assert ask(sim, user, "POST", "trade/order", order)[0]["sCode"] == "0"
        assert adjust(sim, "reduce", rows(BTC="5.1")) == "59692"
        assert adjust(sim, "reduce", rows(USDT="1", BTC="1.1")) == "59693"
        assert funds(sim, user, "USDT", Room.TRADING) == 100_000
        assert adjust(sim, "reduce", rows(BTC="1"))["details"] == [{"ccy": "BTC", "amt": "1", "bal": "4"}]


@pytest.mark.parametrize(
    "given",
    ["none", [], ["none"], rows(SOL="1"), rows(BTC="-1"), rows(BTC="0"), [*rows(BTC="1"), *rows(BTC="1")]],
)
async def test_what_cannot_be_read_changes_nothing(given: Any) -> None:
    async with quiet(demo=True, limits=False) as sim:
        assert adjust(sim, "increase", given) == "51000"
        assert funds(sim, sim.user(), "BTC", Room.TRADING) == 5
        assert adjust(sim, "increase", rows(BTC="1"))["remainCnt"] == "2"


async def test_there_is_no_such_thing_with_real_money() -> None:
    async with quiet(limits=False) as sim:
        assert adjust(sim, "increase", rows(BTC="1")) == "50053"


async def test_the_client_reads_it() -> None:
    async with quiet(demo=True) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        fields = {"type": "increase", "adjustments": rows(ETH="1")}
        raw: Any = await okx.request("POST", f"/api/v5/{PATH}", fields)
        assert unmodelled(list_of(DemoBalances), raw) == set()
        told = await okx.account.demo_adjust_balance("increase", rows(ETH="1"))
        assert [(row.ccy, row.bal) for row in told.details or ()] == [("ETH", Decimal(52))]
