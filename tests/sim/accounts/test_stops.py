"""Algo orders on the simulator: what they wait for, what they send, and what is told of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from okx_async import OKX
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.accounts.people import User
from okx_async.sim.engine import Match
from okx_async.sim.query_v5 import Refusal
from okx_async.v5.models.algo import AlgoOrder
from tests.sim.accounts.desk import frozen
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json
from tests.sim.accounts.test_private_channels import line, pushed

ONE, TWO = 0, 2


@pytest.fixture
def floor() -> Floor:
    """A floor where both sides of the perpetual can trade at every price near 60000."""
    floor = Floor().empty_at_60000(SPOT, SWAP)
    for price in range(59_000, 60_000, 100):
        floor.markets[SWAP].book.submit(True, price * 10, 10_000)
    for price in range(60_100, 61_200, 100):
        floor.markets[SWAP].book.submit(False, price * 10, 10_000)
    return floor


def algo(floor: Floor, user: User, ord_type: str, side: str, **more: Any) -> Json:
    """Place an algo order and return its row."""
    return floor.algo(user, {"side": side, "ordType": ord_type}, **more)


@pytest.mark.parametrize(
    ("ord_type", "side", "fields", "calm", "sets_off", "leg"),
    [
        ("trigger", "buy", {"triggerPx": "60500", "orderPx": "-1"}, "60499", "60500", ""),
        ("trigger", "buy", {"triggerPx": "59500", "orderPx": "-1"}, "59501", "59500", ""),
        ("conditional", "sell", {"tpTriggerPx": "60500", "tpOrdPx": "-1"}, "60499", "60500", "tp"),
        ("conditional", "buy", {"tpTriggerPx": "59500", "tpOrdPx": "-1"}, "59501", "59500", "tp"),
        ("conditional", "sell", {"slTriggerPx": "59500", "slOrdPx": "59400"}, "59501", "59499", "sl"),
        (
            "oco",
            "sell",
            {"tpTriggerPx": "60500", "tpOrdPx": "-1", "slTriggerPx": "59500", "slOrdPx": "-1"},
            "60400",
            "59400",
            "sl",
        ),
        ("move_order_stop", "sell", {"callbackRatio": "0.01"}, "59401", "59400", ""),
        ("move_order_stop", "buy", {"callbackSpread": "300"}, "60299", "60300", ""),
    ],
)
def test_a_price_sets_off_an_order(
    floor: Floor, ord_type: str, side: str, fields: Json, calm: str, sets_off: str, leg: str
) -> None:
    user = floor.user()
    placed = algo(floor, user, ord_type, side, algoClOrdId="mine", tag="abc", **fields)
    floor.print_at(SWAP, calm)
    assert floor.algo_now(user, placed)["state"] == "live"
    assert floor.ask(user, "?trade/orders-pending") == []
    (pending,) = floor.ask(user, "?trade/orders-algo-pending", {"ordType": ord_type})
    assert pending["algoId"] == placed["algoId"]
    floor.print_at(SWAP, sets_off)
    row = floor.algo_now(user, placed)
    assert (row["state"], row["actualSide"], row["actualSz"]) == ("effective", leg, "10")
    order = floor.order(user, SWAP, row["ordId"])
    assert (order["state"], order["side"], order["algoId"], order["algoClOrdId"]) == (
        "filled",
        side,
        placed["algoId"],
        "mine",
    )
    assert order["source"] == {"trigger": "6", "move_order_stop": "25"}.get(ord_type, "7")
    assert floor.ask(user, "?trade/orders-algo-pending", {"ordType": ord_type}) == []
    assert not floor.office.balances.holdings.working(user)
    (past,) = floor.ask(user, "?trade/orders-algo-history", {"ordType": ord_type, "state": "effective"})
    assert past == row
    floor.conserved()


def test_a_trailing_stop_follows_the_best_price_once_it_is_armed(floor: Floor) -> None:
    user = floor.user()
    placed = algo(floor, user, "move_order_stop", "sell", callbackSpread="200", activePx="60500")
    for price, trigger in (("59000", ""), ("60400", ""), ("60600", "60400"), ("61000", "60800"), ("60900", "60800")):
        floor.print_at(SWAP, price)
        row = floor.algo_now(user, placed)
        assert (row["state"], row["moveTriggerPx"]) == ("live", trigger)
    floor.print_at(SWAP, "60800")
    assert floor.algo_now(user, placed)["state"] == "effective"


def test_other_prices_can_be_waited_for(floor: Floor) -> None:
    user = floor.user()
    placed = algo(floor, user, "trigger", "buy", triggerPx="60500", orderPx="-1", triggerPxType="index")
    floor.print_at(SWAP, "60600")
    assert floor.algo_now(user, placed)["state"] == "live"
    floor.print_at(SPOT, "60500")
    floor.step()
    assert floor.algo_now(user, placed)["state"] == "effective"


def test_a_whole_position_can_be_closed_whatever_its_size(floor: Floor) -> None:
    user = floor.user()
    floor.good(user, SWAP, "buy", "market", "7")
    stop = {"slTriggerPx": "59500", "slOrdPx": "-1", "closeFraction": "1", "reduceOnly": True, "sz": ""}
    placed = algo(floor, user, "conditional", "sell", **stop)
    floor.good(user, SWAP, "buy", "market", "3")
    floor.print_at(SWAP, "59500")
    assert floor.algo_now(user, placed)["actualSz"] == "10"
    assert floor.positions(user) == []


def test_an_order_that_is_refused_when_it_is_sent_is_told_with_its_code(floor: Floor) -> None:
    user = floor.user()
    placed = algo(floor, user, "conditional", "sell", slTriggerPx="59500", slOrdPx="-1", reduceOnly=True)
    floor.print_at(SWAP, "59500")
    row = floor.algo_now(user, placed)
    assert (row["state"], row["failCode"], row["ordId"]) == ("order_failed", "51169", "")


def test_a_users_own_trade_sets_off_a_stop_and_the_book_is_never_crossed(floor: Floor) -> None:
    maker, taker = floor.user(ONE), floor.user(TWO)
    floor.empty(SWAP)
    floor.good(maker, SWAP, "sell", "limit", "10", "60100")
    placed = algo(floor, maker, "trigger", "sell", triggerPx="60100", orderPx="60090")
    floor.good(taker, SWAP, "buy", "limit", "30", "60100")
    row = floor.algo_now(maker, placed)
    assert (row["state"], row["actualSz"]) == ("effective", "10")
    assert not floor.markets[SWAP].book.crossed
    assert floor.positions(taker)[0]["pos"] == "20"


def test_algo_orders_are_cancelled_by_number_or_name_and_end_with_their_instrument(floor: Floor) -> None:
    user = floor.user()
    waits: Json = {"triggerPx": "60500", "orderPx": "-1"}
    one, two, three = (algo(floor, user, "trigger", "buy", algoClOrdId=name, **waits) for name in ("a1", "a2", "a3"))
    assert algo(floor, user, "trigger", "buy", algoClOrdId="a2", **waits)["sCode"] == "51065"
    names = [{"instId": SWAP, "algoId": one["algoId"]}, {"instId": SWAP, "algoClOrdId": "a2"}]
    assert [row["sCode"] for row in floor.ask(user, "trade/cancel-algos", names)] == ["0", "0"]
    assert [row["sCode"] for row in floor.ask(user, "trade/cancel-algos", names)] == ["51400", "51400"]
    stranger = floor.ask(floor.user(1), "trade/cancel-algos", [{"instId": SWAP, "algoId": three["algoId"]}])
    assert stranger[0]["sCode"] == "51400"
    with pytest.raises(Refusal) as refused:
        floor.ask(user, "trade/cancel-algos", names * 6)
    assert refused.value.code == "51111"
    floor.markets.pop(SWAP)
    floor.step()
    assert floor.algo_now(user, three)["state"] == floor.algo_now(user, two)["state"] == "canceled"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("50014", {"ordType": "trigger", "orderPx": "-1"}),
        ("50014", {"ordType": "trigger", "triggerPx": "60500"}),
        ("50014", {"ordType": "trigger", "triggerPx": "60500", "orderPx": "-1", "sz": ""}),
        ("51000", {"ordType": "stop"}),
        ("51000", {"ordType": "trigger", "triggerPx": "60500", "orderPx": "-1", "triggerPxType": "bid"}),
        ("51150", {"ordType": "trigger", "triggerPx": "60500.05", "orderPx": "-1"}),
        ("51121", {"ordType": "trigger", "triggerPx": "60500", "orderPx": "-1", "sz": "0.001"}),
        ("51531", {"ordType": "conditional"}),
        ("51531", {"ordType": "oco", "tpTriggerPx": "59000", "tpOrdPx": "-1"}),
        ("51277", {"ordType": "conditional", "tpTriggerPx": "60001", "tpOrdPx": "-1"}),
        ("51278", {"ordType": "conditional", "slTriggerPx": "59999", "slOrdPx": "-1"}),
        ("51279", {"ordType": "conditional", "side": "sell", "tpTriggerPx": "59999", "tpOrdPx": "-1"}),
        ("51280", {"ordType": "conditional", "side": "sell", "slTriggerPx": "60001", "slOrdPx": "-1"}),
        ("51300", {"ordType": "conditional", "tpTriggerPx": "60001", "tpOrdPx": "-1", "tpTriggerPxType": "mark"}),
        ("51308", {"ordType": "conditional", "side": "sell", "slTriggerPx": "60001", "slOrdPx": "-1",
                   "slTriggerPxType": "index"}),
        ("50015", {"ordType": "move_order_stop"}),
        ("50024", {"ordType": "move_order_stop", "callbackRatio": "0.01", "callbackSpread": "1"}),
        ("51311", {"ordType": "move_order_stop", "callbackRatio": "0.00001"}),
        ("51327", {"instId": SPOT, "tdMode": "cash", "ordType": "conditional", "closeFraction": "1"}),
        ("51328", {"ordType": "conditional", "closeFraction": "1"}),
        ("51330", {"ordType": "conditional", "closeFraction": "1", "reduceOnly": True, "slOrdPx": "1"}),
        ("50062", {"ordType": "smart_iceberg"}),
        ("50062", {"ordType": "conditional", "attachAlgoOrds": [{"slTriggerPx": "1"}]}),
        ("50062", {"ordType": "conditional", "tpOrdKind": "limit"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_does_not_wait(floor: Floor, code: str, fields: Json) -> None:
    user = floor.user()
    try:
        told = algo(floor, user, **({"side": "buy"} | {_KEYS.get(key, key): value for key, value in fields.items()}))[
            "sCode"
        ]
    except Refusal as refusal:
        told = refusal.code
    assert told == code
    assert floor.ask(user, "?trade/orders-algo-pending", {"ordType": "conditional,oco,trigger,move_order_stop"}) == []


_KEYS = {"ordType": "ord_type"}


def test_how_many_may_wait_is_limited(floor: Floor) -> None:
    user = floor.user()
    for _ in range(50):
        assert algo(floor, user, "move_order_stop", "sell", callbackRatio="0.05")["sCode"] == "0"
    assert algo(floor, user, "move_order_stop", "sell", callbackRatio="0.05")["sCode"] == "51260"
    assert algo(floor, user, "trigger", "buy", triggerPx="60500", orderPx="-1")["sCode"] == "0"


def test_a_user_with_a_waiting_stop_counts_as_working(floor: Floor) -> None:
    user, working = floor.user(), floor.office.balances.holdings.working
    assert not working(user)
    placed = algo(floor, user, "trigger", "buy", triggerPx="60500", orderPx="-1")
    assert working(user)
    floor.ask(user, "trade/cancel-algos", [{"instId": SWAP, "algoId": placed["algoId"]}])
    assert not working(user)
    floor.good(user, SWAP, "buy", "limit", "1", "59000")
    assert working(user)


def test_lists_ask_for_what_they_need(floor: Floor) -> None:
    user = floor.user()
    for path, fields, code in (
        ("?trade/order-algo", {}, "50015"),
        ("?trade/order-algo", {"algoId": "1"}, "51603"),
        ("?trade/orders-algo-pending", {}, "50014"),
        ("?trade/orders-algo-pending", {"ordType": "stop"}, "51000"),
        ("?trade/orders-algo-history", {"ordType": "oco"}, "51602"),
    ):
        with pytest.raises(Refusal) as refused:
            floor.ask(user, path, fields)
        assert refused.value.code == code


# -- attached to orders


BOTH: Json = {"tpTriggerPx": "60500", "tpOrdPx": "-1", "slTriggerPx": "59500", "slOrdPx": "-1"}


def test_what_is_attached_begins_to_wait_once_the_order_is_filled(floor: Floor) -> None:
    user = floor.user(ONE)
    attached = [{"attachAlgoClOrdId": "guard", **BOTH}]
    order = floor.good(user, SWAP, "buy", "limit", "10", "60000", attachAlgoOrds=attached)
    (told,) = floor.order(user, SWAP, order)["attachAlgoOrds"]
    assert (told["tpTriggerPx"], told["slOrdPx"], told["attachAlgoClOrdId"]) == ("60500", "-1", "guard")
    floor.good(floor.user(TWO), SWAP, "sell", "ioc", "4", "60000")
    assert floor.ask(user, "?trade/orders-algo-pending", {"ordType": "oco"}) == []
    floor.good(floor.user(TWO), SWAP, "sell", "ioc", "6", "60000")
    (waits,) = floor.ask(user, "?trade/orders-algo-pending", {"ordType": "oco"})
    assert (waits["algoClOrdId"], waits["side"], waits["sz"], waits["reduceOnly"]) == ("guard", "sell", "10", "true")
    assert waits["algoId"] != told["attachAlgoId"]
    floor.print_at(SWAP, "59500")
    assert floor.positions(user) == []
    floor.conserved()


def test_what_is_attached_protects_a_long_side_and_a_spot_purchase(floor: Floor) -> None:
    user = floor.user(ONE)
    user.hedged = True
    floor.good(user, SWAP, "buy", "market", "10", posSide="long", attachAlgoOrds=[BOTH])
    floor.good(floor.user(TWO), SPOT, "sell", "limit", "0.1", "60000")
    floor.good(
        user, SPOT, "buy", "limit", "0.1", "60000", attachAlgoOrds=[{"slTriggerPx": "59500", "slOrdPx": "59400"}]
    )
    floor.good(floor.user(TWO), SPOT, "buy", "limit", "1", "59450")
    floor.print_at(SWAP, "59500")
    floor.print_at(SPOT, "59500")
    floor.step()
    assert floor.positions(user) == []
    (stop,) = floor.ask(user, "?trade/orders-algo-history", {"ordType": "conditional", "state": "effective"})
    assert (stop["actualSz"], stop["actualPx"]) == ("0.1", "59450")
    assert floor.code(user, SWAP, "sell", "limit", "1", "60000", posSide="long", attachAlgoOrds=[BOTH]) == "51333"
    floor.conserved()


def test_what_is_attached_and_cannot_wait_is_told_with_its_reason(floor: Floor) -> None:
    user = floor.user(ONE)
    for _ in range(100):
        assert algo(floor, user, "conditional", "sell", slTriggerPx="59000", slOrdPx="-1")["sCode"] == "0"
    order = floor.good(user, SWAP, "buy", "market", "10", attachAlgoOrds=[BOTH])
    (told,) = floor.order(user, SWAP, order)["attachAlgoOrds"]
    assert told["failCode"] == "51261"


def test_an_order_that_is_cancelled_leaves_nothing_waiting(floor: Floor) -> None:
    user = floor.user(ONE)
    order = floor.good(user, SWAP, "buy", "limit", "10", "60000", attachAlgoOrds=[BOTH])
    floor.good(floor.user(TWO), SWAP, "sell", "ioc", "4", "60000")
    floor.ask(user, "trade/cancel-order", {"instId": SWAP, "ordId": order})
    assert floor.ask(user, "?trade/orders-algo-pending", {"ordType": "oco,conditional"}) == []


# -- over the wire


def amend(floor: Floor, user: User, row: Json, **more: Any) -> Json:
    """Change an algo order and return the row of the answer."""
    told: Json = floor.ask(user, "trade/amend-algos", {"instId": SWAP, "algoId": row["algoId"], **more})[0]
    return told


def test_an_algo_order_waits_for_what_it_was_changed_to(floor: Floor) -> None:
    """Prices and size are replaced, and 0 takes a leg away."""
    user = floor.user()
    trigger = algo(floor, user, "trigger", "buy", triggerPx="60500", orderPx="-1", algoClOrdId="mine")
    changed = amend(floor, user, trigger, newTriggerPx="60800", newSz="4", reqId="r1")
    assert changed == {"algoId": trigger["algoId"], "algoClOrdId": "mine", "reqId": "r1", "sCode": "0", "sMsg": ""}
    oco = algo(
        floor, user, "oco", "sell", tpTriggerPx="60600", tpOrdPx="-1", slTriggerPx="59000", slOrdPx="-1", posSide="net"
    )
    assert amend(floor, user, oco, newTpTriggerPx="60900")["sCode"] == "0"
    assert amend(floor, user, oco, newSlTriggerPx="0")["sCode"] == "51531"
    one = algo(floor, user, "conditional", "sell", tpTriggerPx="60600", tpOrdPx="-1", slTriggerPx="59000", slOrdPx="-1")
    assert amend(floor, user, one, newSlTriggerPx="0")["sCode"] == "0"
    assert (floor.algo_now(user, one)["slTriggerPx"], floor.algo_now(user, one)["tpTriggerPx"]) == ("", "60600")
    floor.print_at(SWAP, "60550")
    assert [floor.algo_now(user, each)["state"] for each in (trigger, oco, one)] == ["live"] * 3
    floor.print_at(SWAP, "60700")
    assert [floor.algo_now(user, each)["state"] for each in (trigger, oco, one)] == ["live", "live", "effective"]
    floor.print_at(SWAP, "60800")
    row = floor.algo_now(user, trigger)
    assert (row["state"], row["actualSz"], row["sz"]) == ("effective", "4", "4")


@pytest.mark.parametrize(
    ("ord_type", "more", "asked", "code"),
    [
        ("trigger", {"triggerPx": "60500", "orderPx": "-1"}, {}, "51500"),
        ("trigger", {"triggerPx": "60500", "orderPx": "-1"}, {"newSz": "0.001"}, "51121"),
        ("conditional", {"tpTriggerPx": "60500", "tpOrdPx": "-1"}, {"newTpTriggerPx": "0"}, "51531"),
        ("conditional", {"tpTriggerPx": "60500", "tpOrdPx": "-1"}, {"newTpTriggerPx": "59000"}, "51279"),
        ("move_order_stop", {"callbackRatio": "0.01"}, {"newSz": "2"}, "51506"),
    ],
)
@pytest.mark.parametrize("cancel", [False, True])
def test_a_change_that_is_refused_leaves_an_algo_order_or_ends_it(
    floor: Floor, ord_type: str, more: Json, asked: Json, code: str, cancel: bool
) -> None:
    user = floor.user()
    placed = algo(floor, user, ord_type, "sell", **more)
    before = floor.algo_now(user, placed)
    assert amend(floor, user, placed, **asked, cxlOnFail=cancel)["sCode"] == code
    after = floor.algo_now(user, placed)
    assert after["state"] == ("canceled" if cancel else "live")
    assert {**after, "state": "", "uTime": ""} == {**before, "state": "", "uTime": ""}


def test_what_has_ended_or_never_was_is_not_changed(floor: Floor) -> None:
    user = floor.user()
    placed = algo(floor, user, "trigger", "buy", triggerPx="60500", orderPx="-1")
    floor.print_at(SWAP, "60500")
    for row in (placed, {"algoId": "77"}):
        assert amend(floor, user, row, newSz="2")["sCode"] == "51503"
    assert (
        floor.ask(floor.user(TWO), "trade/amend-algos", {"instId": SWAP, **placed, "newSz": "2"})[0]["sCode"] == "51503"
    )
    waits = algo(floor, user, "trigger", "buy", triggerPx="60900", orderPx="-1")
    with pytest.raises(Refusal) as caught:
        amend(floor, user, waits, attachAlgoOrds=[{"newTpTriggerPx": "1"}])
    assert caught.value.code == "50062"


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with frozen() as exchange:
        yield exchange


async def test_the_client_places_a_stop_and_hears_of_it(sim: Exchange) -> None:
    market = sim.accounts.markets[SWAP]
    last = Decimal(market.instrument.price_text(market.tape.last.price))
    wanted = ({"channel": "orders-algo", "instType": "ANY"}, {"channel": "algo-advance", "instType": "SWAP"})
    async with OKX(sim.credentials[0], site=sim.site) as okx, line(sim, *wanted, endpoint="business") as client:
        await okx.trade.place_order(SWAP, "cross", "buy", "market", Decimal(1))
        placed = await okx.algo.place_algo_order(
            SWAP, "cross", "sell", "conditional", sz=Decimal(1), sl_trigger_px=last - 100, sl_ord_px=Decimal(-1)
        )
        market.tape.record([Match(0, 0, market.tape.last.price - 1_500, 1, True)], sim.now)
        await sim.step()
        rows = [message["data"][0] for message in await pushed(client)]
        assert [(row["algoId"], row["state"]) for row in rows] == [
            (placed.algo_id, "live"),
            (placed.algo_id, "effective"),
        ]
        assert unmodelled(AlgoOrder, rows[-1]) == set()
        told = {field.encode_name for field in msgspec.structs.fields(AlgoOrder)} - rows[-1].keys()
        # The first two are of the other channel, the rest nobody documents.
        assert told == {"count", "pTime", "activePxType", "ctVal", "uly"}
        (past,) = await okx.algo.algo_orders_history("conditional", state="effective")
        assert (past.algo_id, past.actual_side) == (placed.algo_id, "sl")
        assert await okx.account.positions() == []
        await okx.algo.place_algo_order(
            SWAP, "cross", "sell", "move_order_stop", sz=Decimal(1), callback_ratio=Decimal("0.05")
        )
        waits = await okx.algo.place_algo_order(
            SWAP, "cross", "sell", "trigger", sz=Decimal(1), trigger_px=last + 900, order_px=Decimal(-1)
        )
        await okx.algo.amend_algo_order(SWAP, algo_id=waits.algo_id, req_id="mine", new_trigger_px=last + 950)
        row = [message["data"][0] for message in await pushed(client)][-1]
        assert (row["reqId"], row["amendResult"], Decimal(row["triggerPx"])) == ("mine", "0", last + 950)
    async with line(sim, {"channel": "algo-advance", "instType": "SWAP"}, endpoint="business") as client:
        (message,) = await pushed(client)
        assert message["data"][0]["ordType"] == "move_order_stop"


@pytest.mark.parametrize("ord_type", ["trigger", "conditional", "move_order_stop", "twap"])
def test_an_algo_order_needs_the_side_and_the_mode_its_account_has(floor: Floor, ord_type: str) -> None:
    """At once, not when it fires and is too late to be put right."""
    user = floor.user(ONE)
    told: Json = {"ordType": ord_type} | {
        "trigger": {"triggerPx": "61000", "orderPx": "-1"},
        "conditional": {"tpTriggerPx": "50000", "tpOrdPx": "-1"},
        "move_order_stop": {"callbackRatio": "0.01"},
        "twap": {"szLimit": "1", "pxLimit": "70000", "timeInterval": "10", "pxVar": "0.01"},
    }[ord_type]
    assert floor.algo(user, told, posSide="long")["sCode"] == "51000"
    assert floor.algo(user, told, tdMode="cash")["sCode"] == "51000"
    assert floor.algo(user, told, instId=SPOT, tdMode="cross", sz="0.1")["sCode"] == "54000"
    assert floor.algo_now(user, floor.algo(user, told))["posSide"] == "net"
    hedged = floor.user(TWO)
    floor.ask(hedged, "account/set-position-mode", {"posMode": "long_short_mode"})
    assert floor.algo(hedged, told)["sCode"] == "51000"
    assert floor.algo_now(hedged, floor.algo(hedged, told, posSide="long"))["posSide"] == "long"


def test_a_position_tells_what_waits_to_close_it(floor: Floor) -> None:
    user = floor.user(ONE)
    floor.good(user, SWAP, "buy", "ioc", "10", "60100")
    closing = {"closeFraction": "1", "reduceOnly": True, "sz": "", "slTriggerPx": "59000", "slOrdPx": "-1"}
    stop = algo(floor, user, "conditional", "sell", **closing)["algoId"]
    algo(floor, user, "conditional", "sell", slTriggerPx="59000", slOrdPx="-1", reduceOnly=True)
    algo(floor, user, "conditional", "sell", **closing, tdMode="isolated")
    assert floor.positions(user)[0]["closeOrderAlgo"] == [
        {
            "algoId": stop,
            "slTriggerPx": "59000",
            "slTriggerPxType": "last",
            "tpTriggerPx": "",
            "tpTriggerPxType": "",
            "closeFraction": "1",
        }
    ]
    floor.ask(user, "trade/cancel-algos", [{"instId": SWAP, "algoId": stop}])
    assert floor.positions(user)[0]["closeOrderAlgo"] == []
