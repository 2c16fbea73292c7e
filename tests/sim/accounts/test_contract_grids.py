"""Contract grid bots on a book where only users trade: positions, margin, profit, and that no money is lost."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.derivatives import FUNDING_MS
from okx_async.sim.instruments import Kind
from okx_async.sim.query_v5 import Refusal
from okx_async.v5 import channels
from okx_async.v5.models.bots_push import GridPositionUpdate, GridUpdate
from okx_async.v5.models.grid import GridStopArg

from .desk import quiet
from .floor import INVERSE, SPOT, SWAP, Floor, Json

ROOT = "tradingBot/grid"
STRANGER = 3
"""Who stands in the book, and is rich."""


@pytest.fixture
def floor() -> Floor:
    """A perpetual at 60000 where only a stranger stands, a tick away on both sides."""
    made = Floor()
    made.empty(SWAP)
    made.print_at(SPOT, "60000")
    made.print_at(SWAP, "60000")
    stranger = made.office.bank.add_user("", trading={"USDT": 10**9})
    assert stranger is made.user(STRANGER)
    made.good(stranger, SWAP, "sell", "limit", "5000", "60001")
    made.good(stranger, SWAP, "buy", "limit", "5000", "59999")
    return made


def plan(**more: Any) -> Json:
    """Ten grids of a hundred dollars around the price, on margin."""
    told = {"instId": SWAP, "algoOrdType": "contract_grid", "maxPx": "60500", "minPx": "59500", "gridNum": "10"}
    return told | {"sz": "10000", "lever": "5", "direction": "long"} | more


def start(floor: Floor, **more: Any) -> str:
    """Start a bot and return its number."""
    (row,) = floor.ask(floor.user(), f"{ROOT}/order-algo", plan(**more))
    assert row["sCode"] == "0", row
    return str(row["algoId"])


def code(floor: Floor, path: str, fields: Any, user: User | None = None) -> str:
    """Return what a command is answered with."""
    return floor.answer_code(user or floor.user(), f"{ROOT}/{path}", fields)


def details(floor: Floor, algo_id: str) -> Json:
    asked = {"algoOrdType": "contract_grid", "algoId": algo_id}
    row: Json = floor.ask(floor.user(), f"?{ROOT}/orders-algo-details", asked)[0]
    return row


def orders(floor: Floor, algo_id: str, kind: str = "live") -> list[Json]:
    asked = {"algoOrdType": "contract_grid", "algoId": algo_id, "type": kind}
    return floor.ask(floor.user(), f"?{ROOT}/sub-orders", asked)


def ladder(floor: Floor, algo_id: str) -> dict[int, str]:
    """Return which side waits at which price."""
    return {int(Decimal(row["px"])): row["side"] for row in sorted(orders(floor, algo_id), key=lambda row: row["px"])}


def held(floor: Floor, algo_id: str) -> Any:
    """Return the size of a bot's position, a decimal."""
    rows = floor.ask(floor.user(), f"?{ROOT}/positions", {"algoOrdType": "contract_grid", "algoId": algo_id})
    return Decimal(rows[0]["pos"]) if rows else Decimal(0)


def stop(floor: Floor, algo_id: str, how: str) -> Json:
    asked = {"algoId": algo_id, "instId": SWAP, "algoOrdType": "contract_grid", "stopType": how}
    (row,) = floor.ask(floor.user(), f"{ROOT}/stop-order-algo", [asked])
    assert row["sCode"] == "0", row
    return details(floor, algo_id)


def clear(floor: Floor) -> None:
    """Let the stranger leave."""
    for order in floor.ask(floor.user(STRANGER), "?trade/orders-pending", {}):
        floor.ask(floor.user(STRANGER), "trade/cancel-order", {"instId": order["instId"], "ordId": order["ordId"]})


LOW, HIGH = range(59500, 60000, 100), range(60100, 60600, 100)


@pytest.mark.parametrize(
    ("direction", "based", "buys", "sells"),
    [
        ("long", False, LOW, ()),
        ("long", True, LOW, HIGH),
        ("short", False, (), HIGH),
        ("short", True, LOW, HIGH),
        ("neutral", False, LOW, HIGH),
    ],
)
def test_what_waits_at_first(floor: Floor, direction: str, based: bool, buys: Any, sells: Any) -> None:
    """On the side that opens; on the other one only where there is something to close, or both open."""
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, direction=direction, basePos=based, algoClOrdId="bot1", tag="broker")
    assert ladder(floor, algo_id) == dict.fromkeys(buys, "buy") | dict.fromkeys(sells, "sell")
    row = details(floor, algo_id)
    assert before - floor.cash(floor.user(), "USDT") == 10000 == Decimal(row["investment"])
    assert (row["state"], row["direction"], row["basePos"]) == ("running", direction, based)
    assert (row["algoClOrdId"], row["tag"], row["lever"]) == ("bot1", "broker", "5")
    assert {order["sz"] for order in orders(floor, algo_id)} == {row["singleAmt"]}
    size = Decimal(row["singleAmt"]) * (5 if based else 0)
    assert held(floor, algo_id) == (-size if direction == "short" else size)
    # All it invests is at work, but for what pays fees.
    assert Decimal(row["ordFrozen"]) > 4000
    assert Decimal(row["eq"]) - Decimal(row["availEq"]) > 9000
    assert floor.positions(floor.user()) == []
    assert floor.ask(floor.user(), "?trade/orders-pending", {}) == []
    floor.conserved()


def test_a_long_bot_sells_what_it_has_bought_one_grid_above(floor: Floor) -> None:
    algo_id, trader = start(floor), floor.user(2)
    clear(floor)
    size = details(floor, algo_id)["singleAmt"]
    floor.good(trader, SWAP, "sell", "ioc", size, "59900")
    assert held(floor, algo_id) == Decimal(size)
    assert ladder(floor, algo_id) == dict.fromkeys(range(59500, 59900, 100), "buy") | {60000: "sell"}
    floor.good(trader, SWAP, "buy", "ioc", size, "60000")
    row = details(floor, algo_id)
    assert (row["arbitrageNum"], row["tradeNum"], held(floor, algo_id)) == ("1", "2", 0)
    value = Decimal(size) * Decimal(floor.markets[SWAP].instrument.ct_val)
    fees = Decimal("0.0002") * (59900 + 60000) * value  # maker twice, at the lowest tier
    assert Decimal(row["gridProfit"]) == 100 * value - fees
    assert Decimal(row["totalPnl"]) == Decimal(row["gridProfit"])
    assert -Decimal(row["fee"]) == fees
    assert Decimal(row["eq"]) == 10000 + Decimal(row["gridProfit"])
    assert ladder(floor, algo_id) == dict.fromkeys(LOW, "buy")
    assert code(floor, "withdraw-income", {"algoId": algo_id}) == "51292"
    floor.conserved()


def test_a_short_bot_buys_back_one_grid_below(floor: Floor) -> None:
    algo_id, trader = start(floor, direction="short"), floor.user(2)
    clear(floor)
    size = details(floor, algo_id)["singleAmt"]
    floor.good(trader, SWAP, "buy", "ioc", size, "60100")
    assert held(floor, algo_id) == -Decimal(size)
    floor.good(trader, SWAP, "sell", "ioc", size, "60000")
    row = details(floor, algo_id)
    assert (row["arbitrageNum"], held(floor, algo_id)) == ("1", 0)
    assert Decimal(row["gridProfit"]) > 0
    assert ladder(floor, algo_id) == dict.fromkeys(HIGH, "sell")


def test_what_was_opened_at_the_start_is_sold_and_bought_back(floor: Floor) -> None:
    """It is sold above, bought back one grid below, and no order of a long bot ever turns it short."""
    algo_id, trader = start(floor, basePos=True), floor.user(2)
    clear(floor)
    size = Decimal(details(floor, algo_id)["singleAmt"])
    floor.good(trader, SWAP, "buy", "ioc", str(5 * size), "60500")
    assert held(floor, algo_id) == 0
    assert set(ladder(floor, algo_id).values()) == {"buy"}
    floor.good(trader, SWAP, "sell", "ioc", str(size), "60400")
    row = details(floor, algo_id)
    assert (row["arbitrageNum"], held(floor, algo_id)) == ("1", size)
    assert ladder(floor, algo_id)[60500] == "sell"
    floor.conserved()


@pytest.mark.parametrize(("direction", "side", "closing"), [("long", "sell", "sell"), ("short", "buy", "buy")])
def test_no_more_is_closed_than_was_opened(floor: Floor, direction: str, side: str, closing: str) -> None:
    """Where the book is too thin for the position that a bot begins with, less waits to close it."""
    clear(floor)
    floor.good(floor.user(STRANGER), SWAP, side, "limit", "11", "60001" if side == "sell" else "59999")
    algo_id = start(floor, direction=direction, basePos=True)
    assert abs(held(floor, algo_id)) == 11
    sizes = [Decimal(order["sz"]) for order in orders(floor, algo_id) if order["side"] == closing]
    assert sum(sizes) == 11
    floor.good(floor.user(STRANGER), SWAP, "buy" if side == "sell" else "sell", "market", "500")
    assert held(floor, algo_id) == 0


def test_a_neutral_bot_earns_on_both_sides(floor: Floor) -> None:
    algo_id, trader = start(floor, direction="neutral"), floor.user(2)
    clear(floor)
    size = details(floor, algo_id)["singleAmt"]
    for opens, closes, first, second in (("sell", "buy", "59900", "60000"), ("buy", "sell", "60100", "60000")):
        floor.good(trader, SWAP, opens, "ioc", size, first)
        assert abs(held(floor, algo_id)) == Decimal(size)
        floor.good(trader, SWAP, closes, "ioc", size, second)
        assert held(floor, algo_id) == 0
    row = details(floor, algo_id)
    assert (row["arbitrageNum"], len(orders(floor, algo_id))) == ("2", 10)
    assert Decimal(row["totalPnl"]) == Decimal(row["gridProfit"]) > 0
    floor.conserved()


def test_inverse_contracts_are_counted_in_coins(floor: Floor) -> None:
    floor.empty(INVERSE)
    floor.print_at(INVERSE, "60000")
    algo_id, trader = start(floor, instId=INVERSE, sz="1"), floor.user(2)
    size = details(floor, algo_id)["singleAmt"]
    floor.good(trader, INVERSE, "sell", "ioc", size, "59900")
    floor.good(trader, INVERSE, "buy", "ioc", size, "60000")
    row = details(floor, algo_id)
    face = Decimal(size) * Decimal(floor.markets[INVERSE].instrument.ct_val)
    first, second = face / 59900, face / 60000
    earned = first - second - Decimal("0.0002") * (first + second)
    assert Decimal(row["gridProfit"]) == pytest.approx(earned, abs=Decimal("1e-10"))
    assert (row["feeCcy"], row["arbitrageNum"]) == ("BTC", "1")
    asked = {"algoId": algo_id, "instId": INVERSE, "algoOrdType": "contract_grid", "stopType": "1"}
    before = floor.cash(floor.user(), "BTC")
    assert code(floor, "stop-order-algo", [asked]) == "0"
    assert floor.cash(floor.user(), "BTC") - before == pytest.approx(1 + earned, abs=Decimal("1e-10"))
    floor.conserved()


def test_stopped_at_market_it_gives_back_what_there_is(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, basePos=True)
    row = stop(floor, algo_id, "1")
    assert (row["state"], row["cancelType"], row["stopType"], row["stopResult"]) == ("stopped", "1", "1", "1")
    assert (row["eq"], row["activeOrdNum"], held(floor, algo_id)) == ("0", "0", 0)
    lost = before - floor.cash(floor.user(), "USDT")
    assert 0 < lost == -Decimal(row["totalPnl"])
    asked = {"algoId": algo_id, "instId": SWAP, "algoOrdType": "contract_grid", "stopType": "1"}
    assert code(floor, "stop-order-algo", [asked]) == "51291"
    assert [one["algoId"] for one in floor.ask(floor.user(), f"?{ROOT}/orders-algo-history", plan())] == [algo_id]
    floor.conserved()


def test_stopped_with_its_position_it_waits_until_that_is_closed(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, basePos=True)
    assert code(floor, "close-position", {"algoId": algo_id, "mktClose": True}) == "51341"
    row = stop(floor, algo_id, "2")
    size = held(floor, algo_id)
    assert (row["state"], row["activeOrdNum"]) == ("no_close_position", "0")
    assert size > 0
    assert floor.cash(floor.user(), "USDT") == before - 10000
    limit = {"algoId": algo_id, "mktClose": False, "sz": str(size), "px": "60600"}
    assert code(floor, "close-position", limit | {"px": ""}) == "50014"
    assert code(floor, "close-position", limit | {"sz": str(size + 1)}) == "51148"
    (placed,) = floor.ask(floor.user(), f"{ROOT}/close-position", limit)
    assert code(floor, "close-position", limit) == "51342"
    assert [order["ordId"] for order in orders(floor, algo_id)] == [placed["ordId"]]
    assert code(floor, "cancel-close-order", {"algoId": algo_id, "ordId": "1"}) == "51400"
    assert code(floor, "cancel-close-order", {"algoId": algo_id, "ordId": placed["ordId"]}) == "0"
    assert (details(floor, algo_id)["state"], orders(floor, algo_id)) == ("no_close_position", [])
    floor.ask(floor.user(), f"{ROOT}/close-position", limit | {"px": "60000"})
    floor.good(floor.user(2), SWAP, "buy", "ioc", str(size), "60001")
    row = details(floor, algo_id)
    assert (row["state"], held(floor, algo_id)) == ("stopped", 0)
    assert floor.cash(floor.user(), "USDT") - before == Decimal(row["totalPnl"])
    floor.conserved()


def test_what_was_left_open_can_be_closed_at_market(floor: Floor) -> None:
    algo_id = start(floor, basePos=True, direction="short")
    stop(floor, algo_id, "2")
    assert code(floor, "close-position", {"algoId": algo_id, "mktClose": True}) == "0"
    assert (details(floor, algo_id)["state"], held(floor, algo_id)) == ("stopped", 0)
    floor.conserved()


def test_a_position_that_nobody_takes_stays_open(floor: Floor) -> None:
    algo_id = start(floor, basePos=True)
    clear(floor)
    row = stop(floor, algo_id, "1")
    assert (row["state"], row["stopResult"]) == ("no_close_position", "-1")
    assert held(floor, algo_id) > 0


@pytest.mark.parametrize(
    ("more", "price", "why"),
    [
        ({"tpTriggerPx": "60600"}, "60600", "2"),
        ({"slTriggerPx": "59400"}, "59399", "3"),
        ({"direction": "short", "tpTriggerPx": "59400"}, "59400", "2"),
        ({"direction": "short", "slTriggerPx": "60600"}, "60601", "3"),
        ({"basePos": True, "tpRatio": "0.02"}, "60600", "2"),
        ({"basePos": True, "slRatio": "0.02"}, "59400", "3"),
    ],
)
def test_it_stops_by_itself(floor: Floor, more: Json, price: str, why: str) -> None:
    algo_id = start(floor, **more)
    floor.print_at(SWAP, "60010")
    assert details(floor, algo_id)["state"] == "running"
    floor.print_at(SWAP, price)
    row = details(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", why)
    floor.conserved()


def test_when_it_stops_can_be_changed(floor: Floor) -> None:
    algo_id = start(floor, tpTriggerPx="61000")
    change = {"algoId": algo_id, "instId": SWAP}
    assert code(floor, "amend-order-algo", change | {"slTriggerPx": "59600"}) == "51348"
    assert code(floor, "amend-order-algo", change | {"slTriggerPx": "59000", "slRatio": "0.3"}) == "0"
    row = details(floor, algo_id)
    assert (row["tpTriggerPx"], row["slTriggerPx"], row["slRatio"], row["tpRatio"]) == ("61000", "59000", "0.3", "")


def test_margin_can_be_added_and_taken_back(floor: Floor) -> None:
    algo_id, owner = start(floor, basePos=True), floor.user()
    before, lever = floor.cash(owner, "USDT"), Decimal(details(floor, algo_id)["actualLever"])
    (most,) = floor.ask(owner, f"{ROOT}/compute-margin-balance", {"algoId": algo_id, "type": "add", "amt": "10000"})
    assert Decimal(most["maxAmt"]) == before
    assert Decimal(most["lever"]) == pytest.approx(lever / 2, rel=Decimal("0.01"))
    assert code(floor, "margin-balance", {"algoId": algo_id, "type": "add", "amt": "10000"}) == "0"
    row = details(floor, algo_id)
    assert before - floor.cash(owner, "USDT") == 10000
    assert Decimal(row["investment"]) == 20000
    assert Decimal(row["actualLever"]) == pytest.approx(Decimal(most["lever"]), rel=Decimal("0.001"))
    assert abs(Decimal(row["totalPnl"])) < 100
    assert code(floor, "margin-balance", {"algoId": algo_id, "type": "reduce", "percent": "25"}) == "0"
    assert before - floor.cash(owner, "USDT") == 5000
    (most,) = floor.ask(owner, f"{ROOT}/compute-margin-balance", {"algoId": algo_id, "type": "reduce"})
    reduce = {"algoId": algo_id, "type": "reduce"}
    assert code(floor, "margin-balance", reduce | {"amt": str(Decimal(most["maxAmt"]) + 1)}) == "59301"
    assert code(floor, "margin-balance", reduce | {"amt": most["maxAmt"]}) == "0"
    assert code(floor, "margin-balance", reduce) == "50015"
    assert code(floor, "margin-balance", {"algoId": algo_id, "type": "add", "amt": "1000000000"}) == "51008"
    floor.conserved()


def test_a_larger_investment_makes_orders_larger_but_for_those_that_close(floor: Floor) -> None:
    algo_id = start(floor, basePos=True)
    size = Decimal(details(floor, algo_id)["singleAmt"])
    assert code(floor, "adjust-investment", {"algoId": algo_id, "amt": "10000"}) == "0"
    row = details(floor, algo_id)
    assert Decimal(row["investment"]) == 20000
    assert Decimal(row["singleAmt"]) == 2 * size
    sizes = {(order["side"], Decimal(order["sz"])) for order in orders(floor, algo_id)}
    assert sizes == {("buy", 2 * size), ("sell", size)}
    assert code(floor, "adjust-investment", {"algoId": algo_id, "amt": "1000000000"}) == "51008"
    floor.conserved()


def test_liquidation_ends_it_and_takes_no_more_than_it_had(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, basePos=True, lever="50")
    liquidation = Decimal(details(floor, algo_id)["liqPx"])
    assert 56000 < liquidation < 60000
    floor.print_at(SWAP, "50000")
    row = details(floor, algo_id)
    assert (row["state"], row["cancelType"], held(floor, algo_id)) == ("stopped", "4", 0)
    assert before - floor.cash(floor.user(), "USDT") == 10000 == -Decimal(row["totalPnl"])
    floor.conserved()


def test_a_loss_beyond_all_it_had_is_the_funds(floor: Floor) -> None:
    """Closed at the market far below its liquidation price, before anybody looked."""
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, basePos=True, lever="100", minPx="60000", maxPx="61000")
    clear(floor)
    floor.good(floor.user(STRANGER), SWAP, "buy", "limit", "5000", "58900")
    stop(floor, algo_id, "1")
    row = details(floor, algo_id)
    assert row["state"] == "stopped"
    assert before - floor.cash(floor.user(), "USDT") == 10000 == -Decimal(row["totalPnl"])
    assert floor.ledger.house(Room.FUND).cash["USDT"] != 0
    floor.conserved()


@pytest.mark.parametrize("how", ["running", "no_close_position"])
def test_delivery_ends_it(floor: Floor, how: str) -> None:
    """With its position, whether it still traded or only waited for that to be closed."""
    dated = next(each for each in floor.markets if floor.markets[each].instrument.kind is Kind.FUTURES)
    last = floor.markets[dated].tape.last.price * Decimal(floor.markets[dated].instrument.tick_size)
    ccy = floor.markets[dated].instrument.settle
    before = floor.cash(floor.user(), ccy)
    low, high = str(round(last * Decimal("0.9"))), str(round(last * Decimal("1.1")))
    algo_id = start(floor, instId=dated, minPx=low, maxPx=high, sz="1", basePos=True)
    assert held(floor, algo_id) > 0
    if how == "no_close_position":
        asked = {"algoId": algo_id, "instId": dated, "algoOrdType": "contract_grid", "stopType": "2"}
        assert code(floor, "stop-order-algo", [asked]) == "0"
    assert details(floor, algo_id)["state"] == how
    del floor.markets[dated]
    floor.step()
    row = details(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", "5" if how == "running" else "1")
    assert floor.cash(floor.user(), ccy) - before == Decimal(row["totalPnl"])
    floor.conserved()


def test_funding_is_the_bots(floor: Floor) -> None:
    algo_id = start(floor, basePos=True)
    floor.print_at(SWAP, "60200")
    floor.pass_until((floor.clock.now() // FUNDING_MS + 1) * FUNDING_MS)
    floor.step()
    row = details(floor, algo_id)
    assert Decimal(row["fundingFee"]) != 0
    assert Decimal(row["totalPnl"]) == Decimal(row["gridProfit"]) + Decimal(row["floatProfit"])
    floor.conserved()


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("51287", {"instId": SPOT}),
        ("50014", {"sz": ""}),
        ("51000", {"sz": "-1"}),
        ("50014", {"direction": ""}),
        ("51000", {"direction": "up"}),
        ("50014", {"lever": ""}),
        ("51000", {"lever": "101"}),
        ("51000", {"lever": "0.5"}),
        ("51000", {"direction": "neutral", "basePos": True}),
        ("51340", {"sz": "1"}),
        ("51008", {"sz": "1000000000"}),
        ("51380", {"minPx": "60000"}),
        ("51380", {"maxPx": "60000", "direction": "short"}),
        ("51349", {"tpTriggerPx": "60500"}),
        ("51348", {"slTriggerPx": "59500"}),
        ("51343", {"direction": "short", "tpTriggerPx": "59500"}),
        ("51344", {"direction": "short", "slTriggerPx": "60500"}),
        ("50062", {"profitSharingRatio": "0.1"}),
    ],
)
def test_refusals_change_nothing(floor: Floor, wanted: str, more: Json) -> None:
    entries = len(floor.ledger.entries)
    assert code(floor, "order-algo", plan(**more)) == wanted
    assert len(floor.ledger.entries) == entries
    assert floor.ask(floor.user(), f"?{ROOT}/orders-algo-pending", plan()) == []


def test_it_may_not_become_larger_than_its_leverage_allows(floor: Floor) -> None:
    rich = floor.office.bank.add_user("", trading={"USDT": 10**12})
    assert code(floor, "order-algo", plan(sz=str(10**9), lever="100"), rich) == "51399"


def test_account_modes_without_contracts_have_no_contract_grids(floor: Floor) -> None:
    floor.user().mode = Mode.SPOT
    assert code(floor, "order-algo", plan()) == "51057"


def test_each_sort_is_asked_for_by_its_name(floor: Floor) -> None:
    algo_id = start(floor)
    spot = {"algoOrdType": "grid", "algoId": algo_id}
    for path in ("orders-algo-details", "sub-orders"):
        with pytest.raises(Refusal) as refused:
            floor.ask(floor.user(), f"?{ROOT}/{path}", spot | {"type": "live"})
        assert refused.value.code == "51293"
    assert floor.ask(floor.user(), f"?{ROOT}/orders-algo-pending", spot) == []
    stop_as_spot = spot | {"instId": SWAP, "stopType": "1"}
    assert code(floor, "stop-order-algo", [stop_as_spot]) == "51293"
    assert code(floor, "adjust-investment", {"algoId": algo_id, "amt": "5"}, floor.user(1)) == "51293"


def test_a_moving_market_feeds_it() -> None:
    """Beside the background for a while: it completes pairs, has no more orders than grids, and loses no money."""
    floor = Floor(frozen=False)
    last = floor.markets[SWAP].tape.last.price * Decimal(floor.markets[SWAP].instrument.tick_size)
    low, high = last - Decimal("0.5"), last + Decimal("0.5")
    algo_id = start(floor, minPx=str(low), maxPx=str(high), gridNum="5", direction="neutral")
    for _ in range(600):
        floor.step()
        if details(floor, algo_id)["arbitrageNum"] != "0":
            break
    assert int(details(floor, algo_id)["arbitrageNum"]) > 0
    assert len(orders(floor, algo_id)) <= 5
    assert stop(floor, algo_id, "1")["state"] == "stopped"
    floor.conserved()


@pytest.mark.parametrize("direction", ["long", "short", "neutral"])
@pytest.mark.parametrize("inst_id", [SWAP, INVERSE])
def test_whatever_the_price_does_no_money_is_lost(floor: Floor, direction: str, inst_id: str) -> None:
    """Hundreds of trades against three bots, one at high leverage; what each says of itself is what comes back."""
    floor.print_at(INVERSE, "60000")
    floor.empty(INVERSE)
    ccy, sz = ("USDT", "5000") if inst_id == SWAP else ("BTC", "0.1")
    before, stranger = floor.cash(floor.user(), ccy), floor.user(STRANGER)
    floor.ledger.move("BTC", Decimal(10**6), floor.ledger.house(Room.OUTSIDE), floor.office.bank.trading(stranger), "1")
    bots = [
        start(floor, instId=inst_id, sz=sz, direction=direction, lever=lever, minPx="57000", maxPx="63000", **more)
        for lever, more in (("2", {}), ("5", {"basePos": direction != "neutral"}), ("40", {"slRatio": "0.9"}))
    ]
    dice, price = random.Random(1), 60_000
    for _ in range(300):
        price += dice.randint(-700, 700) - (price - 60_000) // 20
        side = dice.choice(("buy", "sell"))
        floor.place(stranger, inst_id, side, "ioc", str(dice.randint(1, 300)), str(price))
        floor.print_at(inst_id, str(price))
        floor.conserved()
    rows = [details(floor, algo_id) for algo_id in bots]
    assert sum(int(row["arbitrageNum"]) for row in rows) > 10
    floor.good(stranger, inst_id, "buy", "limit", "9000", str(price))
    floor.good(stranger, inst_id, "sell", "limit", "9000", str(price + 1))
    for row in rows:
        if row["state"] == "running":
            asked = {"algoId": row["algoId"], "instId": inst_id, "algoOrdType": "contract_grid", "stopType": "1"}
            assert code(floor, "stop-order-algo", [asked]) == "0"
    rows = [details(floor, algo_id) for algo_id in bots]
    assert {row["state"] for row in rows} == {"stopped"}
    assert floor.cash(floor.user(), ccy) - before == sum(Decimal(row["totalPnl"]) for row in rows)
    floor.conserved()


async def test_through_the_client_and_its_channels() -> None:
    async with quiet(instruments=12) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        last = (await okx.market.ticker(SWAP)).last
        assert last is not None
        bots = okx.subscribe(channels.grid_orders_contract("SWAP"))
        await bots.ready()
        low, high = (round(last * Decimal(part)) for part in ("0.99", "1.01"))
        made = await okx.grid.place_order_algo(
            SWAP, "contract_grid", high, low, 10, sz=5000, lever=5, direction="long", base_pos=True
        )
        assert made.algo_id is not None
        states: list[str | None] = []
        while "running" not in states:
            item = await anext(bots)
            assert isinstance(item, GridUpdate)
            states.append(item.state)
        assert states == ["starting", "running"]
        positions = okx.subscribe(channels.grid_positions(made.algo_id))
        held = await anext(positions)
        assert isinstance(held, GridPositionUpdate)
        assert held.pos is not None
        assert held.pos > 0
        assert (held.mgn_mode, held.pos_side) == ("cross", "net")
        (row,) = await okx.grid.positions("contract_grid", made.algo_id)
        assert row.pos == held.pos
        (done,) = await okx.grid.stop_order_algo(
            [GridStopArg(algo_id=made.algo_id, inst_id=SWAP, algo_ord_type="contract_grid", stop_type="2")]
        )
        assert done.s_code == "0"
        assert (await okx.grid.close_position(made.algo_id, True)).algo_id == made.algo_id
        while held.pos:
            pushed = await anext(positions)
            assert isinstance(pushed, GridPositionUpdate)
            held = pushed
        states = []
        while "stopped" not in states:
            item = await anext(bots)
            assert isinstance(item, GridUpdate)
            states.append(item.state)
        assert states == ["stopping", "no_close_position", "stopped"]
        assert okx.pool.drift.seen == {}
