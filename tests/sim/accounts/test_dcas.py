"""Contract DCA bots on a book where only users trade: how cycles go, what they earn, and that no money is lost."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.accounts.people import Mode, User
from okx_async.v5.models.dca import DcaTriggerArg

from .desk import quiet
from .floor import SPOT, SWAP, Floor, Json

ROOT = "tradingBot/dca"
STRANGER = 3
"""Who stands in the book, and is rich."""


@pytest.fixture
def floor() -> Floor:
    made = Floor()
    made.empty(SWAP)
    made.print_at(SPOT, "60000")
    assert made.office.bank.add_user("", trading={"USDT": 10**9}) is made.user(STRANGER)
    quote(made, 60_000)
    return made


def quote(floor: Floor, price: int) -> None:
    """Let the stranger stand a tick away from a price, where bots' own orders leave room, and time pass."""
    stranger = floor.user(STRANGER)
    for order in floor.ask(stranger, "?trade/orders-pending", {}):
        floor.ask(stranger, "trade/cancel-order", {"instId": SWAP, "ordId": order["ordId"]})
    for side, text in (("sell", f"{price}.1"), ("buy", f"{price - 1}.9")):
        floor.good(stranger, SWAP, side, "limit", "5000", text)
    floor.print_at(SWAP, str(price))
    floor.step()


def plan(**more: Any) -> Json:
    """A long bot: three safety orders 1%, 2.5% and 4.75% below, each twice the one before."""
    told = {"instId": SWAP, "algoOrdType": "contract_dca", "direction": "long", "lever": "5", "initOrdAmt": "1000"}
    told |= {"safetyOrdAmt": "1000", "maxSafetyOrds": "3", "pxSteps": "0.01", "pxStepsMult": "1.5", "volMult": "2"}
    start = {"triggerAction": "start", "triggerStrategy": "instant"}
    return told | {"tpPct": "0.01", "triggerParams": [start]} | more


def start(floor: Floor, **more: Any) -> str:
    """Start a bot and return its number."""
    (row,) = floor.ask(floor.user(), f"{ROOT}/create", plan(**more))
    assert row["sCode"] == "0", row
    return str(row["algoId"])


def code(floor: Floor, path: str, fields: Json, user: User | None = None) -> str:
    return floor.answer_code(user or floor.user(), f"{ROOT}/{path}", fields)


def rows(floor: Floor, path: str, algo_id: str, **more: str) -> list[Json]:
    return floor.ask(floor.user(), f"?{ROOT}/{path}", {"algoOrdType": "contract_dca", "algoId": algo_id} | more)


def bot(floor: Floor, algo_id: str) -> Json:
    (row,) = rows(floor, "ongoing-list", algo_id) or rows(floor, "history-list", algo_id)
    return row


def position(floor: Floor, algo_id: str) -> Json:
    (row,) = rows(floor, "position-details", algo_id)
    return row


def waiting(floor: Floor, algo_id: str) -> list[tuple[str, str]]:
    """Return what waits at which price, the lowest first."""
    live = [row for row in rows(floor, "orders", algo_id) if row["state"] == "live"]
    return [(row["ordType"], row["px"]) for row in sorted(live, key=lambda row: Decimal(row["px"]))]


def named(algo_id: str, **more: Any) -> Json:
    return {"algoId": algo_id, "algoOrdType": "contract_dca"} | more


def test_a_cycle_begins_at_the_market_with_its_orders_behind(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, algoClOrdId="bot1", tag="broker", slPct="0.1")
    row, at = bot(floor, algo_id), position(floor, algo_id)
    assert (row["state"], row["investmentAmt"], row["investmentCcy"]) == ("running", "8000", "USDT")
    assert before - floor.cash(floor.user(), "USDT") == 8000
    assert at["initPx"] == at["avgPx"] == "60000.1"
    # 1%, 2.5% and 4.75% below, and 1% above, rounded away to whole ticks.
    safety = [("safety_order", px) for px in ("57150", "58500", "59400")]
    assert waiting(floor, algo_id) == [*safety, ("tp_order", "60600.2")]
    assert (at["tpPx"], Decimal(at["slPx"])) == ("60600.2", Decimal(54000))
    sizes = [Decimal(each["sz"]) for each in rows(floor, "orders", algo_id) if each["ordType"] == "safety_order"]
    assert [round(size / min(sizes)) for size in sizes] == [4, 2, 1]
    assert floor.positions(floor.user()) == floor.ask(floor.user(), "?trade/orders-pending", {}) == []
    floor.conserved()


def test_what_falls_is_bought_and_the_profit_is_taken_above_the_new_mean(floor: Floor) -> None:
    algo_id = start(floor)
    first = position(floor, algo_id)
    floor.place(floor.user(2), SWAP, "sell", "ioc", "5000", "59400")  # hits the stranger, who is above
    quote(floor, 59_300)
    floor.good(floor.user(STRANGER), SWAP, "sell", "ioc", "100", "59400")
    after = position(floor, algo_id)
    assert after["fillSafetyOrds"] == "1"
    assert Decimal(after["sz"]) > Decimal(first["sz"])
    assert 59_400 < Decimal(after["avgPx"]) < 60_000
    assert Decimal(after["tpPx"]) == pytest.approx(Decimal(after["avgPx"]) * Decimal("1.01"), abs=Decimal("0.1"))
    assert [kind for kind, _ in waiting(floor, algo_id)] == ["safety_order", "safety_order", "tp_order"]
    quote(floor, int(Decimal(after["tpPx"])) + 10)
    cycles = rows(floor, "cycle-list", algo_id)
    assert [row["currentCycle"] for row in cycles] == [True, False]
    assert Decimal(cycles[1]["realizedPnl"]) > 0
    assert cycles[1]["avgPx"] == after["avgPx"]
    row = bot(floor, algo_id)
    assert row["arbitragePnL"] == cycles[1]["realizedPnl"]
    assert position(floor, algo_id)["curCycleld"] == cycles[0]["cycleId"]
    assert len(waiting(floor, algo_id)) == 4
    old = rows(floor, "orders", algo_id, cycleId=cycles[1]["cycleId"])
    assert {each["state"] for each in old} == {"filled", "canceled"}
    floor.conserved()


def test_the_next_cycle_does_not_begin_in_the_moment_the_last_one_ends(floor: Floor) -> None:
    """In a thin book several bots would trade with each other without end."""
    algo_id = start(floor)
    floor.ask(floor.user(STRANGER), "trade/cancel-order", _sale(floor))
    floor.good(floor.user(STRANGER), SWAP, "sell", "limit", "100", "60700")  # somebody to begin with
    size = position(floor, algo_id)["sz"]
    floor.good(floor.user(STRANGER), SWAP, "buy", "ioc", size, "60600.2")
    floor.good(floor.user(2), SWAP, "buy", "ioc", "1", "60700")  # another trade in the same moment
    (now, _) = rows(floor, "cycle-list", algo_id)
    assert rows(floor, "orders", algo_id, cycleId=now["cycleId"]) == []
    assert waiting(floor, algo_id) == []
    quote(floor, 60_600)
    assert len(waiting(floor, algo_id)) == 4


def _sale(floor: Floor) -> Json:
    """Return which order of the stranger sells."""
    waits = floor.ask(floor.user(STRANGER), "?trade/orders-pending", {})
    return next({"instId": SWAP, "ordId": each["ordId"]} for each in waits if each["side"] == "sell")


@pytest.mark.parametrize(("reinvests", "grows"), [("true", True), ("false", False)])
def test_profit_makes_the_next_cycle_larger_where_that_is_wanted(floor: Floor, reinvests: str, grows: bool) -> None:
    algo_id = start(floor, allowReinvest=reinvests, tpPct="0.015", lever="20")
    before = Decimal(rows(floor, "orders", algo_id)[-1]["sz"])
    quote(floor, 61_000)
    quote(floor, 60_000)
    (now, _) = rows(floor, "cycle-list", algo_id)
    first = next(
        each for each in rows(floor, "orders", algo_id, cycleId=now["cycleId"]) if each["ordType"] == "init_order"
    )
    # The price is 1.5% higher, so the same money is less.
    assert (Decimal(first["sz"]) > before * Decimal("0.985")) is grows
    assert bot(floor, algo_id)["allowReinvest"] is (reinvests == "true")
    assert code(floor, "settings/reinvestment", named(algo_id, allowReinvest=not grows)) == "0"
    assert bot(floor, algo_id)["allowReinvest"] is not grows


def test_a_short_bot_is_the_mirror_image(floor: Floor) -> None:
    algo_id = start(floor, direction="short")
    assert waiting(floor, algo_id)[0] == ("tp_order", "59399.9")
    assert [kind for kind, _ in waiting(floor, algo_id)] == ["tp_order", *["safety_order"] * 3]
    quote(floor, 59_300)
    assert Decimal(bot(floor, algo_id)["arbitragePnL"]) > 0
    floor.conserved()


def test_a_stop_loss_ends_it(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, maxSafetyOrds="0", slPct="0.02")
    quote(floor, 59_000)
    assert bot(floor, algo_id)["state"] == "running"
    quote(floor, 58_700)
    row = bot(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", "3")
    assert before - floor.cash(floor.user(), "USDT") == -Decimal(row["totalPnl"]) > 0
    assert rows(floor, "orders", algo_id)[0]["ordType"] == "sl_order"
    floor.conserved()


def test_stopping_gives_back_what_there_is_at_once_or_later(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor)
    assert code(floor, "stop", named(algo_id, stopType="2")) == "0"
    row = bot(floor, algo_id)
    assert (row["state"], waiting(floor, algo_id)) == ("no_close_position", [])
    assert floor.cash(floor.user(), "USDT") == before - 8000
    assert code(floor, "orders/manual-buy", named(algo_id, price="59000", amt="100")) == "51059"
    assert code(floor, "settings/take-profit", named(algo_id, tpPrice="62000")) == "51059"
    assert code(floor, "stop", named(algo_id, stopType="1")) == "0"
    row = bot(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", "1")
    assert floor.cash(floor.user(), "USDT") - before == Decimal(row["totalPnl"]) < 0
    assert code(floor, "stop", named(algo_id, stopType="1")) == "51291"
    assert rows(floor, "ongoing-list", algo_id) == []
    floor.conserved()


def test_more_can_be_bought_by_hand_and_the_target_moved(floor: Floor) -> None:
    algo_id, before = start(floor), floor.cash(floor.user(), "USDT")
    size = Decimal(position(floor, algo_id)["sz"])
    (row,) = floor.ask(floor.user(), f"{ROOT}/orders/manual-buy", named(algo_id, price="59990", amt="500"))
    assert row["diffAmount"] == "500"
    assert ("manual_add_order", "59990") in waiting(floor, algo_id)
    market = named(algo_id, price="1", amt="500", ordType="market")
    assert code(floor, "orders/manual-buy", market) == "0"
    assert before - floor.cash(floor.user(), "USDT") == 1000
    row = position(floor, algo_id)
    assert row["fillManualOrds"] == "1"
    assert Decimal(row["sz"]) > size
    assert code(floor, "settings/take-profit", named(algo_id, tpPrice="59000")) == "51279"
    assert code(floor, "settings/take-profit", named(algo_id, tpPrice="60300")) == "0"
    assert ("tp_order", "60300") in waiting(floor, algo_id)
    assert Decimal(next(each for each in rows(floor, "orders", algo_id) if each["px"] == "60300")["sz"]) == Decimal(
        row["sz"]
    )
    quote(floor, 60_310)
    assert len(rows(floor, "cycle-list", algo_id)) == 2
    assert code(floor, "orders/manual-buy", market | {"amt": "0.1"}) == "51340"
    assert code(floor, "orders/manual-buy", market | {"amt": "1000000000"}) == "51008"
    floor.conserved()


def test_margin_can_be_added_and_taken_back(floor: Floor) -> None:
    algo_id, before = start(floor), floor.cash(floor.user(), "USDT")
    liquidation = Decimal(position(floor, algo_id)["liqPx"] or 0)
    assert code(floor, "margin/add", {"algoId": algo_id, "amt": "700"}) == "0"
    assert before - floor.cash(floor.user(), "USDT") == 700
    assert bot(floor, algo_id)["transferInMargin"] == "700"
    assert Decimal(position(floor, algo_id)["liqPx"] or 0) <= liquidation
    assert code(floor, "margin/reduce", {"algoId": algo_id, "amt": "600"}) == "0"
    assert code(floor, "margin/reduce", {"algoId": algo_id, "amt": "7000"}) == "59301"
    assert code(floor, "margin/add", {"algoId": algo_id, "amt": "1000000000"}) == "51008"
    assert before - floor.cash(floor.user(), "USDT") == 100
    floor.conserved()


def test_liquidation_ends_it(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, lever="100", maxSafetyOrds="0")
    floor.print_at(SWAP, "50000")
    row = bot(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", "4")
    assert before - floor.cash(floor.user(), "USDT") == 1000
    floor.conserved()


def test_what_is_taken_off_the_market_ends_it(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor)
    del floor.markets[SWAP]
    floor.step()
    row = bot(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", "4")
    assert floor.cash(floor.user(), "USDT") - before == Decimal(row["totalPnl"]) < 0
    floor.conserved()


def test_a_cycle_waits_until_somebody_trades(floor: Floor) -> None:
    for order in floor.ask(floor.user(STRANGER), "?trade/orders-pending", {}):
        floor.ask(floor.user(STRANGER), "trade/cancel-order", {"instId": SWAP, "ordId": order["ordId"]})
    algo_id = start(floor)
    assert (position(floor, algo_id)["sz"], rows(floor, "orders", algo_id)) == ("0", [])
    quote(floor, 60_000)
    assert Decimal(position(floor, algo_id)["sz"]) > 0
    assert len(waiting(floor, algo_id)) == 4


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("50062", {"algoOrdType": "spot_dca"}),
        ("50062", {"triggerParams": [{"triggerAction": "start", "triggerStrategy": "rsi"}]}),
        ("50062", {"slMode": "limit", "slPct": "0.2"}),
        ("51287", {"instId": SPOT}),
        ("51000", {"lever": "101"}),
        ("50014", {"lever": ""}),
        ("51000", {"direction": "neutral"}),
        ("50014", {"initOrdAmt": ""}),
        ("51000", {"maxSafetyOrds": "101"}),
        ("50014", {"safetyOrdAmt": ""}),
        ("50014", {"pxSteps": ""}),
        ("51000", {"pxSteps": "0.3"}),
        ("51387", {"slPct": "0.04"}),
        ("51340", {"initOrdAmt": "1"}),
        ("51008", {"initOrdAmt": "1000000000"}),
    ],
)
def test_refusals_change_nothing(floor: Floor, wanted: str, more: Json) -> None:
    entries = len(floor.ledger.entries)
    assert code(floor, "create", plan(**more)) == wanted
    assert len(floor.ledger.entries) == entries
    assert list(floor.venue.dcas.of(floor.user())) == []


def test_bots_of_others_and_second_names(floor: Floor) -> None:
    algo_id = start(floor, algoClOrdId="mine")
    assert code(floor, "create", plan(algoClOrdId="mine")) == "51065"
    assert code(floor, "stop", named(algo_id, stopType="1"), floor.user(1)) == "51293"
    rich = floor.office.bank.add_user("", trading={"USDT": 10**12})
    assert code(floor, "create", plan(initOrdAmt=str(10**9), lever="100"), rich) == "51399"
    floor.user(1).mode = Mode.SPOT
    assert code(floor, "create", plan(), floor.user(1)) == "51057"


@pytest.mark.parametrize("direction", ["long", "short"])
@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_price_does_no_money_is_lost(floor: Floor, direction: str, seed: int) -> None:
    before = floor.cash(floor.user(), "USDT")
    more: list[Json] = [
        {},
        {"lever": "30", "tpPct": "0.004"},
        {"allowReinvest": "false", "slPct": "0.2", "tpPct": "0.006"},
    ]
    bots = [start(floor, direction=direction, **each) for each in more]
    dice, price = random.Random(seed), 60_000
    for _ in range(200):
        price += dice.randint(-500, 500) - (price - 60_000) // 20
        quote(floor, price)
        for side in ("sell", "buy"):
            floor.place(floor.user(STRANGER), SWAP, side, "ioc", "300", str(price))
        floor.conserved()
    assert sum(len(rows(floor, "cycle-list", algo_id)) for algo_id in bots) > 10
    quote(floor, price)
    for algo_id in bots:
        if rows(floor, "ongoing-list", algo_id):
            assert code(floor, "stop", named(algo_id, stopType="1")) == "0"
    ended = [bot(floor, algo_id) for algo_id in bots]
    assert {row["state"] for row in ended} == {"stopped"}
    assert floor.cash(floor.user(), "USDT") - before == sum(Decimal(row["totalPnl"]) for row in ended)
    floor.conserved()


async def test_through_the_client() -> None:
    async with quiet() as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        trigger = DcaTriggerArg(trigger_action="start", trigger_strategy="instant")
        made = await okx.dca.create_order(SWAP, "contract_dca", 1000, 0, "0.01", 3, [trigger], direction="long")
        assert made.algo_id is not None
        (row,) = await okx.dca.ongoing_list("contract_dca")
        assert (row.state, row.algo_id) == ("running", made.algo_id)
        held = await okx.dca.position_details(made.algo_id, "contract_dca")
        assert held.sz is not None
        assert held.sz > 0
        kinds = {order.ord_type for order in await okx.dca.sub_orders(made.algo_id, "contract_dca")}
        assert kinds == {"init_order", "tp_order"}
        assert (await okx.dca.add_margin(made.algo_id, 50)).s_code == "0"
        assert (await okx.dca.stop_order(made.algo_id, "contract_dca", "1")).s_code == "0"
        (row,) = await okx.dca.history_list("contract_dca")
        assert row.cancel_type == "1"
        assert len(await okx.dca.cycle_list(made.algo_id, "contract_dca")) == 1
        assert okx.pool.drift.seen == {}
