"""What anybody may ask before starting a grid bot: whatever is answered, a bot that is started with it works."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.query_v5 import Query, Refusal

from .desk import quiet
from .floor import INVERSE, SPOT, SWAP, Floor, Json

ROOT = "tradingBot/grid"
RANGES = [("55000", "65000"), ("60000", "65000"), ("55000", "60000"), ("61000", "62000")]


@pytest.fixture
def floor() -> Floor:
    made = Floor()
    for inst_id in (SPOT, SWAP, INVERSE):
        made.empty(inst_id)
        made.print_at(inst_id, "60000")
    made.good(made.user(1), SPOT, "sell", "limit", "1", "60000.1")
    for inst_id in (SWAP, INVERSE):
        made.good(made.user(1), inst_id, "sell", "limit", "100", "60000.1")
        made.good(made.user(1), inst_id, "buy", "limit", "100", "59999.9")
    return made


def plan(inst_id: str = SPOT, **more: Any) -> Json:
    told = {"instId": inst_id, "algoOrdType": "grid", "minPx": "55000", "maxPx": "65000", "gridNum": "8"}
    if inst_id != SPOT:
        told |= {"algoOrdType": "contract_grid", "direction": "long", "lever": "4"}
    return told | {"runType": "1"} | more


def least(floor: Floor, asked: Json) -> tuple[dict[str, Decimal], str]:
    """Return the smallest investment by currency, and the size of each order."""
    (row,) = floor.office.public_posts[f"{ROOT}/min-investment"](Query(asked, floor.markets), asked)
    return {each["ccy"]: Decimal(each["amt"]) for each in row["minInvestmentData"]}, row["singleAmt"]


def ask(floor: Floor, path: str, asked: Json) -> Json:
    (row,) = floor.office.public[f"{ROOT}/{path}"](Query(asked, floor.markets))
    return dict(row)


def start(floor: Floor, asked: Json) -> str:
    """Return the code that a start is answered with."""
    (row,) = floor.ask(floor.user(), f"{ROOT}/order-algo", asked)
    return str(row["sCode"])


@pytest.mark.parametrize(("low", "high"), RANGES)
@pytest.mark.parametrize("sort", ["quote", "base", "dual"])
def test_the_smallest_spot_grid_is_the_smallest(floor: Floor, low: str, high: str, sort: str) -> None:
    asked = plan(minPx=low, maxPx=high, investmentType=sort)
    amounts, single = least(floor, asked)
    assert set(amounts) == {"quote": {"USDT"}, "base": {"BTC"}, "dual": {"BTC", "USDT"}}[sort]
    names = {"USDT": "quoteSz", "BTC": "baseSz"}
    less = {names[ccy]: f"{amount * Decimal('0.98'):f}" for ccy, amount in amounts.items() if amount}
    assert start(floor, asked | less) == "51340"
    assert start(floor, asked | {names[ccy]: f"{amount:f}" for ccy, amount in amounts.items() if amount}) == "0"
    row = floor.ask(floor.user(), f"?{ROOT}/orders-algo-details", {"algoOrdType": "grid", "algoId": _newest(floor)})[0]
    assert row["singleAmt"] == single
    floor.conserved()


def _newest(floor: Floor) -> str:
    return str(next(floor.venue.grids.of(floor.user())).algo_id)


@pytest.mark.parametrize("inst_id", [SWAP, INVERSE])
@pytest.mark.parametrize("direction", ["long", "short", "neutral"])
@pytest.mark.parametrize("based", ["true", "false"])
def test_the_smallest_contract_grid_is_the_smallest(floor: Floor, inst_id: str, direction: str, based: str) -> None:
    if direction == "neutral" and based == "true":
        based = ""
    asked = plan(inst_id, direction=direction, basePos=based)
    amounts, _ = least(floor, asked)
    ((ccy, amount),) = amounts.items()
    assert ccy == ("USDT" if inst_id == SWAP else "BTC")
    assert start(floor, asked | {"sz": f"{amount * Decimal('0.98'):f}"}) == "51340"
    assert start(floor, asked | {"sz": f"{amount:f}"}) == "0"
    grid = next(floor.venue.grids.of(floor.user()))
    assert len(grid.open) == sum(grid.waits(at) is not None for at in range(9))
    assert grid.late == []


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("51287", {"instId": SWAP}),
        ("51346", {"minPx": "70000"}),
        ("50014", {"gridNum": ""}),
        ("50062", {"triggerStrategy": "rsi"}),
        ("51000", {"investmentType": "gold"}),
        (
            "51380",
            {"instId": SWAP, "algoOrdType": "contract_grid", "direction": "short", "lever": "2", "maxPx": "60000"},
        ),
    ],
)
def test_what_makes_no_sense_is_refused(floor: Floor, wanted: str, more: Json) -> None:
    with pytest.raises(Refusal) as refused:
        least(floor, plan(**more))
    assert refused.value.code == wanted


@pytest.mark.parametrize("run_type", ["1", "2"])
@pytest.mark.parametrize(("low", "high"), [("59999.9", "60001.5"), ("100", "102"), ("55000", "65000")])
def test_a_range_has_so_many_grids_and_no_more(floor: Floor, low: str, high: str, run_type: str) -> None:
    asked = plan(minPx=low, maxPx=high, runType=run_type)
    most = int(ask(floor, "grid-quantity", asked)["maxGridQty"])
    assert 2 <= most <= 400
    amounts, _ = least(floor, asked | {"gridNum": str(most)})
    assert amounts["USDT"] > 0
    with pytest.raises(Refusal) as refused:
        least(floor, asked | {"gridNum": str(most + 1)})
    assert refused.value.code in ("51351", "51000")


def test_a_range_without_room_for_two_is_refused(floor: Floor) -> None:
    with pytest.raises(Refusal) as refused:
        ask(floor, "grid-quantity", plan(minPx="60000", maxPx="60000.1"))
    assert refused.value.code == "51351"
    with pytest.raises(Refusal) as refused:
        ask(floor, "grid-quantity", plan(SWAP, lever=""))
    assert refused.value.code == "50014"


@pytest.mark.parametrize(("inst_id", "direction"), [(SPOT, ""), (SWAP, "long"), (SWAP, "short"), (SWAP, "neutral")])
def test_what_is_suggested_can_be_started(floor: Floor, inst_id: str, direction: str) -> None:
    kind = "grid" if inst_id == SPOT else "contract_grid"
    row = ask(floor, "ai-param", {"algoOrdType": kind, "instId": inst_id, "direction": direction})
    assert (row["duration"], row["direction"]) == ("7D", direction)
    assert Decimal(row["minPx"]) < 60_000 < Decimal(row["maxPx"])
    assert 0 < Decimal(row["perMinProfitRate"]) <= Decimal(row["perMaxProfitRate"])
    told = {name: row[name] for name in ("instId", "algoOrdType", "minPx", "maxPx", "gridNum", "runType")}
    size = f"{Decimal(row['minInvestment']) * 3:f}"
    contract = {"sz": size, "lever": row["lever"], "direction": direction, "basePos": direction != "neutral"}
    assert start(floor, told | ({"quoteSz": size} if kind == "grid" else contract)) == "0"


def test_nothing_is_suggested_for_what_no_bot_trades(floor: Floor) -> None:
    with pytest.raises(Refusal) as refused:
        ask(floor, "ai-param", {"algoOrdType": "grid", "instId": SWAP})
    assert refused.value.code == "51350"


async def test_through_the_client() -> None:
    async with quiet() as sim, OKX(site=sim.site) as okx:
        (row,) = await okx.grid.ai_param("contract_grid", SWAP, direction="long")
        assert row.min_px is not None
        assert row.max_px is not None
        assert row.grid_num is not None
        smallest = await okx.grid.compute_min_investment(
            SWAP,
            "contract_grid",
            row.max_px,
            row.min_px,
            int(row.grid_num),
            "1",
            direction="long",
            lever=2,
            base_pos=True,
        )
        assert smallest.min_investment_data is not None
        assert smallest.min_investment_data[0].amt == row.min_investment
        quantity = await okx.grid.grid_quantity(SWAP, "1", "contract_grid", row.max_px, row.min_px, lever=2)
        assert quantity.max_grid_qty is not None
        assert row.grid_num <= quantity.max_grid_qty
        assert sim.counters.static == {}
        assert okx.pool.drift.seen == {}
