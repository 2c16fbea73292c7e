"""Spot grid bots on a book where only users trade: what they place, what they earn, and that no money is lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.accounts.people import User
from okx_async.sim.query_v5 import Refusal
from okx_async.v5 import channels
from okx_async.v5.models.bots_push import GridSubOrderUpdate, GridUpdate
from okx_async.v5.models.grid import GridStopArg

from .desk import quiet
from .floor import SPOT, SWAP, Floor, Json

ROOT = "tradingBot/grid"


@pytest.fixture
def floor() -> Floor:
    """A book around 60000 that only a stranger stands in, with plenty to sell."""
    made = Floor()
    made.empty(SPOT)
    made.print_at(SPOT, "60000")
    made.good(made.user(1), SPOT, "sell", "limit", "1", "60010")
    return made


def plan(**more: Any) -> Json:
    """Ten grids of a thousand dollars around the price."""
    told = {"instId": SPOT, "algoOrdType": "grid", "maxPx": "65000", "minPx": "55000", "gridNum": "10"}
    return told | {"quoteSz": "10000"} | more


def start(floor: Floor, **more: Any) -> str:
    """Start a bot and return its number."""
    (row,) = floor.ask(floor.user(), f"{ROOT}/order-algo", plan(**more))
    assert row["sCode"] == "0", row
    return str(row["algoId"])


def code(floor: Floor, path: str, fields: Any, user: User | None = None) -> str:
    """Return what a command is refused with."""
    try:
        return str(floor.ask(user or floor.user(), path, fields)[0]["sCode"])
    except Refusal as refusal:
        return refusal.code


def details(floor: Floor, algo_id: str) -> Json:
    row: Json = floor.ask(floor.user(), f"?{ROOT}/orders-algo-details", {"algoOrdType": "grid", "algoId": algo_id})[0]
    return row


def orders(floor: Floor, algo_id: str, kind: str = "live") -> list[Json]:
    asked = {"algoOrdType": "grid", "algoId": algo_id, "type": kind}
    return floor.ask(floor.user(), f"?{ROOT}/sub-orders", asked)


def ladder(floor: Floor, algo_id: str) -> dict[str, str]:
    """Return which side waits at which price."""
    return {row["px"]: row["side"] for row in sorted(orders(floor, algo_id), key=lambda row: Decimal(row["px"]))}


def stop(floor: Floor, algo_id: str, how: str) -> Json:
    asked = {"algoId": algo_id, "instId": SPOT, "algoOrdType": "grid", "stopType": how}
    (row,) = floor.ask(floor.user(), f"{ROOT}/stop-order-algo", [asked])
    assert row["sCode"] == "0", row
    return details(floor, algo_id)


def test_a_bot_begins_with_an_order_at_every_price_but_the_last_one(floor: Floor) -> None:
    before = floor.cash(floor.user(), "USDT")
    algo_id = start(floor, algoClOrdId="bot1", tag="broker")
    sides = ladder(floor, algo_id)
    assert [float(price) for price in sides] == [*range(55000, 60000, 1000), *range(61000, 66000, 1000)]
    assert list(sides.values()) == ["buy"] * 5 + ["sell"] * 5
    row = details(floor, algo_id)
    assert (row["state"], row["algoClOrdId"], row["tag"], row["activeOrdNum"]) == ("running", "bot1", "broker", "10")
    assert before - floor.cash(floor.user(), "USDT") == 10000
    assert {order["sz"] for order in orders(floor, algo_id) if order["side"] == "buy"} == {row["singleAmt"]}
    assert Decimal(row["curQuoteSz"]) > Decimal(0)
    # All it invests is at work, but for what pays fees.
    bought = sum(
        Decimal(order["px"]) * Decimal(order["sz"]) for order in orders(floor, algo_id) if order["side"] == "buy"
    )
    assert Decimal(row["curQuoteSz"]) - bought < 300
    assert [one["algoId"] for one in floor.ask(floor.user(), f"?{ROOT}/orders-algo-pending", plan())] == [algo_id]
    assert floor.ask(floor.user(1), f"?{ROOT}/orders-algo-pending", plan()) == []
    floor.conserved()


def test_its_orders_are_not_its_owners(floor: Floor) -> None:
    algo_id = start(floor)
    assert floor.ask(floor.user(), "?trade/orders-pending", {}) == []
    first = orders(floor, algo_id)[0]
    assert (
        floor.ask(floor.user(), "trade/cancel-order", {"instId": SPOT, "ordId": first["ordId"]})[0]["sCode"] == "51400"
    )
    assert len(orders(floor, algo_id)) == 10


def test_geometric_grids_grow_by_the_same_part(floor: Floor) -> None:
    algo_id = start(floor, minPx="50000", maxPx="72000", gridNum="6", runType="2")
    assert code(floor, f"{ROOT}/order-algo", plan(minPx="60000", maxPx="60000.3", gridNum="10", runType="2")) == "51351"
    row = details(floor, algo_id)
    assert Decimal(row["perMaxProfitRate"]) - Decimal(row["perMinProfitRate"]) < Decimal("0.00001")
    assert Decimal(row["perMinProfitRate"]) == pytest.approx(
        Decimal(72 / 50) ** (Decimal(1) / 6) - 1, abs=Decimal("0.002")
    )


def test_a_purchase_is_followed_by_a_sale_one_grid_above_and_earns(floor: Floor) -> None:
    algo_id, trader = start(floor), floor.user(2)
    lots = details(floor, algo_id)["singleAmt"]
    floor.good(trader, SPOT, "sell", "ioc", lots, "59000")
    assert "59000" not in {f"{float(price):g}" for price in ladder(floor, algo_id)}
    assert {f"{float(price):g}" for price, side in ladder(floor, algo_id).items() if side == "sell"} >= {
        "60000",
        "61000",
    }
    assert details(floor, algo_id)["arbitrageNum"] == "0"
    floor.good(trader, SPOT, "buy", "ioc", lots, "60000")
    row = details(floor, algo_id)
    assert row["arbitrageNum"] == "1"
    sold = next(one for one in orders(floor, algo_id, "filled") if one["side"] == "sell")
    earned = (Decimal(60000) - Decimal(59000)) * Decimal(sold["sz"])
    fees = Decimal("0.0008") * 119000 * Decimal(sold["sz"])  # maker twice, at the lowest tier
    assert Decimal(row["gridProfit"]) == pytest.approx(earned - fees, rel=Decimal("0.01"))
    assert ladder(floor, algo_id)[next(price for price in ladder(floor, algo_id) if float(price) == 59000)] == "buy"
    assert len(orders(floor, algo_id)) == 10
    floor.conserved()


def test_a_sale_is_followed_by_a_purchase_one_grid_below(floor: Floor) -> None:
    algo_id, trader = start(floor), floor.user(2)
    floor.ask(floor.user(1), "trade/cancel-order", _own_order(floor))
    lots = details(floor, algo_id)["singleAmt"]
    floor.good(trader, SPOT, "buy", "ioc", lots, "61000")
    prices = {f"{float(price):g}": side for price, side in ladder(floor, algo_id).items()}
    assert "61000" not in prices
    assert prices["60000"] == "buy"
    floor.good(trader, SPOT, "sell", "ioc", lots, "60000")
    row = details(floor, algo_id)
    assert (row["arbitrageNum"], row["tradeNum"]) == ("1", "3")
    assert Decimal(row["gridProfit"]) > 0
    floor.conserved()


def _own_order(floor: Floor) -> Json:
    (order,) = floor.ask(floor.user(1), "?trade/orders-pending", {})
    return {"instId": SPOT, "ordId": order["ordId"]}


def test_profit_can_be_withdrawn_once(floor: Floor) -> None:
    algo_id, trader = start(floor), floor.user(2)
    assert code(floor, f"{ROOT}/withdraw-income", {"algoId": algo_id}) == "51347"
    lots = details(floor, algo_id)["singleAmt"]
    floor.good(trader, SPOT, "sell", "ioc", lots, "59000")
    floor.good(trader, SPOT, "buy", "ioc", lots, "60000")
    profit, before = Decimal(details(floor, algo_id)["gridProfit"]), floor.cash(floor.user(), "USDT")
    total = details(floor, algo_id)["totalPnl"]
    (row,) = floor.ask(floor.user(), f"{ROOT}/withdraw-income", {"algoId": algo_id})
    assert Decimal(row["profit"]) == profit == floor.cash(floor.user(), "USDT") - before
    assert details(floor, algo_id)["totalPnl"] == total
    assert code(floor, f"{ROOT}/withdraw-income", {"algoId": algo_id}) == "51347"
    floor.conserved()


@pytest.mark.parametrize("how", ["1", "2"])
def test_what_is_left_comes_back(floor: Floor, how: str) -> None:
    """Sold at market, or in coins; either way every order is gone and its own account is empty."""
    usdt, btc = (floor.cash(floor.user(), ccy) for ccy in ("USDT", "BTC"))
    algo_id = start(floor)
    floor.good(floor.user(2), SPOT, "buy", "limit", "1", "59990")
    row = stop(floor, algo_id, how)
    assert (row["state"], row["cancelType"], row["stopType"]) == ("stopped", "1", how)
    assert row["stopResult"] == ("1" if how == "1" else "0")
    assert (row["curBaseSz"], row["curQuoteSz"], row["activeOrdNum"]) == ("0", "0", "0")
    gained = floor.cash(floor.user(), "BTC") - btc
    assert (gained < Decimal("0.0001")) if how == "1" else (gained > Decimal("0.05"))
    assert Decimal(row["totalPnl"]) == pytest.approx(
        floor.cash(floor.user(), "USDT") - usdt + gained * 60000, abs=Decimal(10)
    )
    assert floor.ask(floor.user(), f"?{ROOT}/orders-algo-pending", plan()) == []
    assert [one["algoId"] for one in floor.ask(floor.user(), f"?{ROOT}/orders-algo-history", plan())] == [algo_id]
    asked = {"algoId": algo_id, "instId": SPOT, "algoOrdType": "grid", "stopType": "1"}
    assert code(floor, f"{ROOT}/stop-order-algo", [asked]) == "51291"
    floor.conserved()


@pytest.mark.parametrize(
    ("stops", "price", "why"), [({"tpTriggerPx": "66000"}, "66000", "2"), ({"slTriggerPx": "54000"}, "53999", "3")]
)
def test_it_stops_by_itself_at_its_stop_prices(floor: Floor, stops: Json, price: str, why: str) -> None:
    algo_id = start(floor, **stops)
    floor.print_at(SPOT, "60500")
    assert details(floor, algo_id)["state"] == "running"
    floor.print_at(SPOT, price)
    row = details(floor, algo_id)
    assert (row["state"], row["cancelType"]) == ("stopped", why)
    floor.conserved()


def test_stop_prices_can_be_changed(floor: Floor) -> None:
    algo_id = start(floor, tpTriggerPx="66000")
    change = {"algoId": algo_id, "instId": SPOT}
    assert code(floor, f"{ROOT}/amend-order-algo", change | {"tpTriggerPx": "64000"}) == "51349"
    assert code(floor, f"{ROOT}/amend-order-algo", change | {"slTriggerPx": "56000"}) == "51348"
    assert code(floor, f"{ROOT}/amend-order-algo", change | {"topUpAmt": "100"}) == "50062"
    assert code(floor, f"{ROOT}/amend-order-algo", change | {"slTriggerPx": "50000"}) == "0"
    row = details(floor, algo_id)
    assert (row["tpTriggerPx"], row["slTriggerPx"]) == ("66000", "50000")


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("51287", {"algoOrdType": "contract_grid"}),
        ("55104", {"tpRatio": "0.1"}),
        ("50062", {"triggerParams": [{"triggerAction": "start", "triggerStrategy": "rsi"}]}),
        ("51000", {"algoOrdType": "moon_grid"}),
        ("51287", {"instId": SWAP}),
        ("51001", {"instId": "NO-SUCH"}),
        ("51346", {"minPx": "65000"}),
        ("51000", {"gridNum": "1"}),
        ("50014", {"gridNum": ""}),
        ("51351", {"minPx": "64999.9", "gridNum": "2"}),
        ("50015", {"quoteSz": ""}),
        ("51000", {"quoteSz": "-1"}),
        ("51000", {"quoteSz": "100.0000000000001"}),
        ("51340", {"quoteSz": "0.01"}),
        ("51008", {"quoteSz": "1000000000"}),
        ("51008", {"baseSz": "10000"}),
        ("51349", {"tpTriggerPx": "65000"}),
        ("51348", {"slTriggerPx": "55000"}),
        ("51000", {"algoClOrdId": "with space"}),
    ],
)
def test_refusals_change_nothing(floor: Floor, wanted: str, more: Json) -> None:
    entries = len(floor.ledger.entries)
    assert code(floor, f"{ROOT}/order-algo", plan(**more)) == wanted
    assert len(floor.ledger.entries) == entries
    assert floor.ask(floor.user(), f"?{ROOT}/orders-algo-pending", plan()) == []


def test_bots_of_others_are_unknown(floor: Floor) -> None:
    algo_id = start(floor, algoClOrdId="mine")
    asked = {"algoId": algo_id, "instId": SPOT, "algoOrdType": "grid", "stopType": "1"}
    assert code(floor, f"{ROOT}/stop-order-algo", [asked], floor.user(1)) == "51293"
    assert code(floor, f"{ROOT}/stop-order-algo", [asked | {"instId": "ETH-USDT"}]) == "51293"
    assert code(floor, f"{ROOT}/order-algo", plan(algoClOrdId="mine")) == "51065"
    assert details(floor, algo_id)["state"] == "running"


def test_a_moving_market_feeds_it() -> None:
    """Beside the background for a while: it completes pairs, has no more orders than grids, and loses no money."""
    floor = Floor(frozen=False)
    last = floor.markets[SPOT].tape.last.price * Decimal(floor.markets[SPOT].instrument.tick_size)
    low, high = last - Decimal("0.5"), last + Decimal("0.5")  # a few ticks: it does not go far in half a minute
    algo_id = start(floor, minPx=str(low), maxPx=str(high), gridNum="5")
    for _ in range(600):
        floor.step()
        if details(floor, algo_id)["arbitrageNum"] != "0":
            break
    row = details(floor, algo_id)
    assert int(row["arbitrageNum"]) > 0
    assert len(orders(floor, algo_id)) <= 5
    assert stop(floor, algo_id, "1")["state"] == "stopped"
    floor.conserved()


async def test_through_the_client_and_its_channels() -> None:
    async with quiet(instruments=12) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        last = (await okx.market.ticker(SPOT)).last
        assert last is not None
        bots = okx.subscribe(channels.grid_orders_spot("SPOT"))
        await bots.ready()
        low, high = (round(last * Decimal(part)) for part in ("0.9", "1.1"))
        made = await okx.grid.place_order_algo(SPOT, "grid", high, low, 10, quote_sz=5000)
        assert made.algo_id is not None
        states: list[str | None] = []
        while "running" not in states:
            item = await anext(bots)
            assert isinstance(item, GridUpdate)
            states.append(item.state)
        assert states == ["starting", "running"]
        subs = okx.subscribe(channels.grid_sub_orders(made.algo_id))
        await subs.ready()
        (done,) = await okx.grid.stop_order_algo(
            [GridStopArg(algo_id=made.algo_id, inst_id=SPOT, algo_ord_type="grid", stop_type="2")]
        )
        assert done.s_code == "0"
        order = await anext(subs)
        assert isinstance(order, GridSubOrderUpdate)
        assert (order.state, order.algo_id) == ("canceled", made.algo_id)
        states = []
        while "stopped" not in states:
            item = await anext(bots)
            assert isinstance(item, GridUpdate)
            states.append(item.state)
        assert states == ["stopping", "stopped"]
        assert (await okx.grid.orders_algo_details("grid", made.algo_id)).state == "stopped"
        assert okx.pool.drift.seen == {}
