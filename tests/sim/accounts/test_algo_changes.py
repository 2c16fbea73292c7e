"""Changes of algo orders that wait, and of the margin of isolated positions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim.accounts.people import User
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import quiet
from tests.sim.accounts.floor import SWAP, Floor, Json
from tests.sim.accounts.test_private_channels import line, pushed

STOPS = {"tpTriggerPx": "60500", "tpOrdPx": "-1", "slTriggerPx": "59500", "slOrdPx": "-1"}


@pytest.fixture
def floor() -> Floor:
    """A floor where both sides of the perpetual can trade at every price near 60000."""
    floor = Floor()
    floor.empty(SWAP)
    floor.print_at(SWAP, "60000")
    for price in range(100, 1_200, 100):
        floor.markets[SWAP].book.submit(True, (60_000 - price) * 10, 10_000)
        floor.markets[SWAP].book.submit(False, (60_000 + price) * 10, 10_000)
    return floor


def algo(floor: Floor, ord_type: str, **more: Any) -> str:
    """Place an algo order that sells and return its id."""
    fields = {"instId": SWAP, "tdMode": "cross", "side": "sell", "ordType": ord_type, "sz": "10", **more}
    (row,) = floor.ask(floor.user(), "trade/order-algo", fields)
    assert row["sCode"] == "0", row
    return str(row["algoId"])


def change(floor: Floor, algo_id: str, user: User | None = None, **more: Any) -> Json:
    """Ask for a change and return its row."""
    fields = {"instId": SWAP, "algoId": algo_id, "reqId": "r1", **more}
    (row,) = floor.ask(user or floor.user(), "trade/amend-algos", fields)
    assert (row["algoId"], row["reqId"]) == (algo_id, "r1")
    return dict(row)


def told(floor: Floor, algo_id: str) -> Json:
    return dict(floor.ask(floor.user(), "?trade/order-algo", {"algoId": algo_id})[0])


def test_a_changed_trigger_is_the_one_that_counts(floor: Floor) -> None:
    """Of a trigger order: price, size, and what is sent then."""
    placed = algo(floor, "trigger", triggerPx="59500", orderPx="-1")
    assert change(floor, placed, newTriggerPx="59200", newSz="7", newOrdPx="59000")["sCode"] == "0"
    row = told(floor, placed)
    assert (row["triggerPx"], row["sz"], row["ordPx"], row["state"]) == ("59200", "7", "59000", "live")
    floor.print_at(SWAP, "59400")
    assert told(floor, placed)["state"] == "live"
    floor.print_at(SWAP, "59200")
    assert (told(floor, placed)["state"], told(floor, placed)["actualSz"]) == ("effective", "7")
    floor.conserved()


def test_one_end_is_moved_and_one_is_taken_away(floor: Floor) -> None:
    """0 takes an end of a stop away, as long as one is left."""
    both = algo(floor, "conditional", **STOPS)
    assert change(floor, both, newSlTriggerPx="59000", newSlTriggerPxType="mark")["sCode"] == "0"
    row = told(floor, both)
    assert (row["slTriggerPx"], row["slTriggerPxType"], row["tpTriggerPx"]) == ("59000", "mark", "60500")
    assert change(floor, both, newTpTriggerPx="0")["sCode"] == "0"
    assert (told(floor, both)["tpTriggerPx"], told(floor, both)["tpOrdPx"]) == ("", "")
    floor.print_at(SWAP, "60600")
    assert told(floor, both)["state"] == "live"
    assert change(floor, both, newSlTriggerPx="0")["sCode"] == "51531"
    assert change(floor, both, newTpTriggerPx="61000", newTpOrdPx="-1")["sCode"] == "51530"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "51500"),
        ({"newTpTriggerPx": "59900"}, "51279"),
        ({"newSlTriggerPx": "60100"}, "51280"),
        ({"newSlTriggerPx": "59499.99"}, "51150"),
        ({"newSz": "0.001"}, "51121"),
        ({"instId": "ETH-USDT-SWAP", "newSz": "5"}, "51001"),
    ],
)
def test_what_does_not_do_is_refused_and_changes_nothing(floor: Floor, fields: Json, code: str) -> None:
    """Unless the user wanted the order gone in that case."""
    placed = algo(floor, "oco", **STOPS)
    before = told(floor, placed)
    assert change(floor, placed, **fields)["sCode"] == code
    assert told(floor, placed) == before
    change(floor, placed, **fields, cxlOnFail=True)
    assert told(floor, placed)["state"] == ("canceled")


def test_what_cannot_be_changed(floor: Floor) -> None:
    trailing = algo(floor, "move_order_stop", callbackRatio="0.01")
    assert change(floor, trailing, newSz="5")["sCode"] == "51506"
    whole = {"sz": "", "closeFraction": "1", "reduceOnly": "true", "slTriggerPx": "59500", "slOrdPx": "-1"}
    closing = algo(floor, "conditional", **whole)
    assert change(floor, closing, newSz="5")["sCode"] == "51523"
    assert change(floor, closing, newSlTriggerPx="59400")["sCode"] == "0"
    assert change(floor, closing, floor.user(1), newSlTriggerPx="59400")["sCode"] == "51503"
    with pytest.raises(Refusal) as caught:
        change(floor, closing, attachAlgoOrds=[{"newTpTriggerPx": "1"}])
    assert caught.value.code == "50062"


async def test_a_change_is_pushed_and_read_by_the_client() -> None:
    """With the user's own name for it, and a result."""
    arg = {"channel": "orders-algo", "instType": "SWAP"}
    async with quiet(limits=False) as sim, line(sim, arg, endpoint="business") as client:
        async with OKX(sim.credentials[0], site=sim.site) as okx:
            last = (await okx.market.ticker(SWAP)).last or Decimal(0)
            steps = await okx.steps(SWAP)
            low, lower = steps.px(last * 9 / 10, "buy"), steps.px(last * 8 / 10, "buy")
            placed = await okx.algo.place_algo_order(
                SWAP, "cross", "sell", "conditional", sz="1", sl_trigger_px=low, sl_ord_px="-1"
            )
            row = await okx.algo.amend_algo_order(SWAP, placed.algo_id, req_id="r1", new_sl_trigger_px=lower)
            assert (row.s_code, row.req_id, row.algo_id) == ("0", "r1", placed.algo_id)
            (seen,) = await okx.algo.algo_orders_pending("conditional")
            assert seen.sl_trigger_px == lower
        rows = [row for message in await pushed(client) for row in message["data"]]
        assert [(row["amendResult"], row["reqId"]) for row in rows] == [("", ""), ("0", "r1")]


# -- what is attached to an order


BOTH = {"attachAlgoClOrdId": "ends", "tpTriggerPx": "60900", "tpOrdPx": "-1", "slTriggerPx": "59000", "slOrdPx": "-1"}


def amend(floor: Floor, ord_id: str, change: Json, **more: Any) -> str:
    """Ask for a change of what is attached to an order and return the code."""
    fields = {"instId": SWAP, "ordId": ord_id, "attachAlgoOrds": [change], **more}
    return str(floor.ask(floor.user(), "trade/amend-order", fields)[0]["sCode"])


def attached(floor: Floor, ord_id: str) -> list[Json]:
    return list(floor.order(floor.user(), SWAP, ord_id)["attachAlgoOrds"])


def test_what_is_attached_is_changed_as_long_as_the_order_waits(floor: Floor) -> None:
    """By its number and by its name; what begins to wait then is what it was changed to."""
    user = floor.user()
    ord_id = floor.good(user, SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=[BOTH])
    (row,) = attached(floor, ord_id)
    assert amend(floor, ord_id, {"attachAlgoId": row["attachAlgoId"], "newSlTriggerPx": "59500"}) == "0"
    assert amend(floor, ord_id, {"attachAlgoClOrdId": "ends", "newTpTriggerPx": "0"}, newPx="60100") == "0"
    (row,) = attached(floor, ord_id)
    assert (row["slTriggerPx"], row["tpTriggerPx"], row["tpOrdPx"]) == ("59500", "", "")
    assert floor.order(user, SWAP, ord_id)["state"] == "filled"
    (waiting,) = floor.ask(user, "?trade/orders-algo-pending", {"ordType": "conditional"})
    assert (waiting["slTriggerPx"], waiting["tpTriggerPx"], waiting["algoClOrdId"]) == ("59500", "", "ends")
    floor.conserved()


def test_what_is_attached_can_be_taken_away(floor: Floor) -> None:
    ord_id = floor.good(floor.user(), SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=[BOTH])
    assert amend(floor, ord_id, {"attachAlgoClOrdId": "ends", "newTpTriggerPx": "0", "newSlTriggerPx": "0"}) == "0"
    assert attached(floor, ord_id) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"attachAlgoClOrdId": "other", "newSlTriggerPx": "59500"}, "51527"),
        ({"newSlTriggerPx": "59500"}, "51527"),
        ({"attachAlgoClOrdId": "ends", "newSlTriggerPx": "59960"}, "51047"),
        ({"attachAlgoClOrdId": "ends", "newTpTriggerPx": "61000"}, "51526"),
        ({"attachAlgoClOrdId": "ends", "newSlOrdPx": "59499.99"}, "51150"),
    ],
)
def test_a_change_of_what_is_attached_that_does_not_do(floor: Floor, change: Json, code: str) -> None:
    """Nothing is changed then, the price of the order neither."""
    stop = {name: value for name, value in BOTH.items() if not name.startswith("tp")}
    ord_id = floor.good(floor.user(), SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=[stop])
    before = floor.order(floor.user(), SWAP, ord_id)
    assert amend(floor, ord_id, change, newPx="59940") == code
    assert floor.order(floor.user(), SWAP, ord_id) == before


# -- margin


def test_margin_is_added_and_taken_back(floor: Floor) -> None:
    """Never less than the position was opened with, never more than there is."""
    user = floor.user()
    floor.good(user, SWAP, "buy", "market", "100", tdMode="isolated")
    (before,) = floor.positions(user)
    margin, free = Decimal(before["margin"]), floor.venue.margins.spendable(user, "USDT")

    def move(kind: str, amt: str, **more: Any) -> Json:
        fields = {"instId": SWAP, "posSide": "net", "type": kind, "amt": amt, **more}
        return dict(floor.ask(user, "account/position/margin-balance", fields)[0])

    assert move("add", "50") == {
        "instId": SWAP, "posSide": "net", "amt": "50", "type": "add", "leverage": before["lever"], "ccy": "USDT"
    }  # fmt: skip
    (after,) = floor.positions(user)
    assert Decimal(after["margin"]) == margin + 50
    assert Decimal(after["liqPx"] or 0) <= Decimal(before["liqPx"] or 0)
    assert floor.venue.margins.spendable(user, "USDT") == free - 50
    wrong: tuple[tuple[Json, str], ...] = (
        ({"kind": "reduce", "amt": "51"}, "59301"),
        ({"kind": "add", "amt": "99999999"}, "59301"),
        ({"kind": "add", "amt": "0.0000000000001"}, "51150"),
        ({"kind": "add", "amt": "1", "posSide": "long"}, "59300"),
        ({"kind": "add", "amt": "1", "instId": "BTC-USD-SWAP"}, "59300"),
    )
    for fields, code in wrong:
        with pytest.raises(Refusal) as caught:
            move(**fields)
        assert caught.value.code == code
    floor.print_at(SWAP, "60100")
    move("reduce", "40")
    (back,) = floor.positions(user)
    assert Decimal(back["margin"]) == margin + 10
    floor.conserved()
