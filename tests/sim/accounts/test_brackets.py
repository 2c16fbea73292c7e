"""Several take profits of one order, and the stop loss of what they leave."""

from __future__ import annotations

from typing import Any

import pytest

from okx_async.sim.accounts.ledger import Room
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json

FIRST = {"tpTriggerPx": "60300", "tpOrdPx": "-1", "sz": "4", "attachAlgoClOrdId": "first"}
SECOND = {"tpTriggerPx": "60600", "tpOrdPx": "-1", "sz": "6", "attachAlgoClOrdId": "second"}
LOSS = {"slTriggerPx": "59500", "slOrdPx": "-1", "attachAlgoClOrdId": "loss"}
SPLIT = [FIRST, SECOND, LOSS]
TO_COST = [FIRST, SECOND, LOSS | {"amendPxOnTriggerType": "1"}]


@pytest.fixture
def floor() -> Floor:
    """A floor where both sides of the perpetual can trade at every price near 60000."""
    floor = Floor().empty_at_60000(SWAP, SPOT)
    for price in range(100, 1_200, 100):
        floor.markets[SWAP].book.submit(True, (60_000 - price) * 10, 10_000)
        floor.markets[SWAP].book.submit(False, (60_000 + price) * 10, 10_000)
    return floor


def bought(floor: Floor, attached: list[Json], **more: Any) -> str:
    """Buy ten contracts at 60100 with something attached, and return the order's id."""
    order = floor.good(floor.user(), SWAP, "buy", "limit", "10", "60100", attachAlgoOrds=attached, **more)
    assert floor.order(floor.user(), SWAP, order)["state"] == "filled"
    return order


def stops(floor: Floor, kinds: str = "conditional") -> dict[str, Json]:
    """All algo orders of some types by their names."""
    wanted = [("pending", ""), ("history", "effective"), ("history", "canceled")]
    rows = [
        row
        for where, state in wanted
        for row in floor.ask(floor.user(), f"?trade/orders-algo-{where}", {"ordType": kinds, "state": state})
    ]
    return {row["algoClOrdId"]: row for row in rows}


def held(floor: Floor) -> str:
    rows = floor.positions(floor.user())
    return rows[0]["pos"] if rows else "0"


def test_each_take_profit_closes_its_part_and_the_stop_loss_what_is_left(floor: Floor) -> None:
    bought(floor, SPLIT)
    waiting = stops(floor)
    assert {name: (row["sz"], row["state"]) for name, row in waiting.items()} == {
        "first": ("4", "live"),
        "second": ("6", "live"),
        "loss": ("10", "live"),
    }
    floor.print_at(SWAP, "60300")
    after = stops(floor)
    assert (after["first"]["state"], held(floor)) == ("effective", "6")
    assert (after["loss"]["sz"], after["loss"]["slTriggerPx"], after["loss"]["state"]) == ("6", "59500", "live")
    floor.print_at(SWAP, "59500")
    ended = stops(floor)
    assert {name: row["state"] for name, row in ended.items()} == {
        "first": "effective",
        "second": "canceled",
        "loss": "effective",
    }
    assert held(floor) == "0"
    floor.conserved()


def test_the_last_take_profit_takes_the_stop_loss_away(floor: Floor) -> None:
    bought(floor, SPLIT)
    for _ in range(2):  # the first one's own trade is at another price
        floor.print_at(SWAP, "60600")
    ended = stops(floor)
    assert {row["state"] for row in (ended["first"], ended["second"])} == {"effective"}
    assert (ended["loss"]["state"], held(floor)) == ("canceled", "0")
    floor.conserved()


def test_a_stop_loss_moves_to_the_cost_after_the_first_take_profit(floor: Floor) -> None:
    bought(floor, TO_COST)
    assert stops(floor)["loss"]["slTriggerPx"] == "59500"
    floor.print_at(SWAP, "60300")
    loss = stops(floor)["loss"]
    assert (loss["slTriggerPx"], loss["sz"], loss["amendPxOnTriggerType"]) == ("60100", "6", "1")
    floor.print_at(SWAP, "60100")
    assert (stops(floor)["loss"]["state"], held(floor)) == ("effective", "0")


def test_the_cost_is_the_mean_price_in_whole_ticks_that_lose_nothing(floor: Floor) -> None:
    """Three contracts at 60100, four a tick above and three at 60200: the mean lies between two ticks of 0.1."""
    floor.markets[SWAP].book.cancel(next(iter(floor.markets[SWAP].book.asks.levels[601_000].orders)))
    floor.markets[SWAP].book.submit(False, 601_000, 300)
    floor.markets[SWAP].book.submit(False, 601_001, 400)
    floor.good(floor.user(), SWAP, "buy", "limit", "10", "60200", attachAlgoOrds=TO_COST)
    assert floor.positions(floor.user())[0]["avgPx"] == "60130.04"
    floor.print_at(SWAP, "60300")
    assert stops(floor)["loss"]["slTriggerPx"] == "60130.1"


def test_what_is_set_off_at_once_still_leaves_the_others_right(floor: Floor) -> None:
    """The first take profit is beyond its price as soon as the order is filled, and the stop loss was told first."""
    floor.print_at(SPOT, "60300")
    at_index = {"tpTriggerPxType": "index"}
    bought(floor, [LOSS, FIRST | at_index, SECOND | at_index])
    after = stops(floor)
    assert (after["first"]["state"], after["second"]["state"], held(floor)) == ("effective", "live", "6")
    assert (after["loss"]["state"], after["loss"]["sz"]) == ("live", "6")


def test_everything_attached_has_a_number_of_its_own(floor: Floor) -> None:
    order = bought(floor, TO_COST)
    rows = floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]
    assert len({row["attachAlgoId"] for row in rows} | {row["algoId"] for row in stops(floor).values()}) == 6
    assert [(row["sz"], row["amendPxOnTriggerType"]) for row in rows] == [("4", "0"), ("6", "0"), ("", "1")]


@pytest.mark.parametrize(
    ("code", "attached"),
    [
        ("51000", "none"),
        ("51000", ["none"]),
        ("51076", [FIRST | {"slTriggerPx": "59500", "slOrdPx": "-1"}, SECOND]),
        ("51084", [*SPLIT, LOSS | {"slTriggerPx": "59400"}]),
        ("51089", [{name: FIRST[name] for name in ("tpTriggerPx", "tpOrdPx")}, SECOND]),
        ("51080", [FIRST | {"tpTriggerPxType": "mark"}, SECOND]),
        ("51081", [FIRST | {"tpTriggerPx": "60600"}, SECOND]),
        ("51082", [FIRST | {"tpOrdPx": "60300"}, SECOND]),
        ("51083", [FIRST, SECOND | {"sz": "5"}]),
        ("51083", [FIRST]),
        ("51085", [FIRST | {"sz": "10"}, LOSS | {"amendPxOnTriggerType": "1"}]),
        ("51121", [FIRST | {"sz": "0.0001"}, SECOND]),
        ("51000", [FIRST | {"amendPxOnTriggerType": "2"}, SECOND]),
        ("50062", [FIRST, SECOND, LOSS | {"sz": "10"}]),
    ],
)
def test_what_does_not_go_together_is_refused_and_nothing_is_placed(floor: Floor, code: str, attached: Any) -> None:
    assert floor.code(floor.user(), SWAP, "buy", "limit", "10", "60100", attachAlgoOrds=attached) == code
    assert floor.positions(floor.user()) == []
    assert stops(floor) == {}


def test_a_pair_has_no_split_take_profits(floor: Floor) -> None:
    attached = [FIRST | {"sz": "0.04"}, SECOND | {"sz": "0.06"}]
    assert floor.code(floor.user(), SPOT, "buy", "limit", "0.1", "60000", attachAlgoOrds=attached) == "51077"


def amended(floor: Floor, order: str, **fields: Any) -> str:
    """Ask for a change of an order, and return the code it is answered with."""
    return floor.answer_code(floor.user(), "trade/amend-order", {"instId": SWAP, "ordId": order, **fields})


def test_a_change_of_size_must_change_the_parts_with_it(floor: Floor) -> None:
    order = floor.good(floor.user(), SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=SPLIT)
    numbers = [row["attachAlgoId"] for row in floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]]
    assert amended(floor, order, newSz="12") == "51083"
    assert floor.order(floor.user(), SWAP, order)["sz"] == "10"
    parts = [{"attachAlgoId": numbers[0], "sz": "5"}, {"attachAlgoClOrdId": "second", "sz": "7"}]
    assert amended(floor, order, newSz="12", attachAlgoOrds=parts) == "0"
    rows = floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]
    assert [(row["attachAlgoId"], row["sz"]) for row in rows] == list(zip(numbers, ("5", "7", ""), strict=True))


def test_parts_are_changed_and_taken_away_each_for_itself(floor: Floor) -> None:
    order = floor.good(floor.user(), SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=SPLIT)
    same = {"attachAlgoClOrdId": "loss", "newSlTriggerPx": "59400"}
    assert amended(floor, order, attachAlgoOrds=[same, same]) == "51539"
    assert amended(floor, order, attachAlgoOrds=[{"attachAlgoClOrdId": "nobody", "newSlTriggerPx": "1"}]) == "51527"
    gone = {"attachAlgoClOrdId": "first", "newTpTriggerPx": "0"}
    assert amended(floor, order, attachAlgoOrds=[gone]) == "51083"
    assert amended(floor, order, attachAlgoOrds=[gone, {"attachAlgoClOrdId": "second", "sz": "10"}, same]) == "0"
    rows = floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]
    assert [(row["attachAlgoClOrdId"], row["slTriggerPx"]) for row in rows] == [("second", ""), ("loss", "59400")]


def test_what_cannot_wait_is_told_of_the_one_it_is_about(floor: Floor) -> None:
    user = floor.user()
    for _ in range(98):
        floor.algo(user, {"ordType": "conditional", "side": "sell", "slTriggerPx": "50000", "slOrdPx": "-1", "sz": "1"})
    order = bought(floor, SPLIT)
    rows = floor.order(user, SWAP, order)["attachAlgoOrds"]
    assert [row["failCode"] for row in rows] == ["", "", "51261"]


def test_a_stop_loss_covers_what_a_cancelled_take_profit_would_have_closed(floor: Floor) -> None:
    bought(floor, SPLIT)
    second = stops(floor)["second"]["algoId"]
    floor.ask(floor.user(), "trade/cancel-algos", [{"instId": SWAP, "algoId": second}])
    floor.print_at(SWAP, "60300")
    assert (stops(floor)["loss"]["sz"], stops(floor)["loss"]["state"]) == ("6", "live")
    floor.print_at(SWAP, "59500")
    assert held(floor) == "0"
    assert not any(purse.holds for purse in [floor.ledger.purse(floor.user().uid, Room.TRADING)])


def test_a_row_that_cannot_be_read_changes_nothing(floor: Floor) -> None:
    order = floor.good(floor.user(), SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=SPLIT)
    before = floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]
    trailing = [{"attachAlgoClOrdId": "loss", "newActivePx": "1"}]
    for rows, code in (("none", "51000"), (["none"], "51000"), (trailing, "50062")):
        assert amended(floor, order, attachAlgoOrds=rows) == code
    assert floor.order(floor.user(), SWAP, order)["attachAlgoOrds"] == before


# -- trailing stops, trigger orders, and what ends with its position


def test_a_trailing_stop_follows_from_the_moment_its_order_is_filled(floor: Floor) -> None:
    order = bought(floor, [{"attachAlgoClOrdId": "trail", "callbackSpread": "200", "activePx": "60400"}])
    (row,) = floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]
    assert (row["callbackSpread"], row["activePx"], row["tpOrdKind"], row["slTriggerPx"]) == ("200", "60400", "", "")
    floor.print_at(SWAP, "59000")
    floor.print_at(SWAP, "60600")
    trail = stops(floor, "move_order_stop")["trail"]
    assert (trail["state"], trail["moveTriggerPx"], trail["sz"]) == ("live", "60400", "10")
    floor.print_at(SWAP, "60400")
    assert (stops(floor, "move_order_stop")["trail"]["state"], held(floor)) == ("effective", "0")


@pytest.mark.parametrize(
    ("code", "attached"),
    [
        ("50024", [{"callbackSpread": "200", "callbackRatio": "0.01"}]),
        ("50015", [{"activePx": "60400"}]),
        ("51311", [{"callbackRatio": "2"}]),
        ("50062", [LOSS | {"callbackRatio": "0.01"}]),
        ("50062", [{"callbackRatio": "0.01"}, LOSS]),
        ("50062", [LOSS | {"slTriggerRatio": "-0.1"}]),
    ],
)
def test_a_trailing_stop_that_cannot_be_is_refused(floor: Floor, code: str, attached: list[Json]) -> None:
    assert floor.code(floor.user(), SWAP, "buy", "limit", "10", "60100", attachAlgoOrds=attached) == code


def test_a_trailing_stop_is_not_changed_before_its_order_is_filled(floor: Floor) -> None:
    trail = [{"attachAlgoClOrdId": "trail", "callbackSpread": "200"}]
    order = floor.good(floor.user(), SWAP, "buy", "limit", "10", "59950", attachAlgoOrds=trail)
    assert amended(floor, order, attachAlgoOrds=[{"attachAlgoClOrdId": "trail", "newSlTriggerPx": "1"}]) == "50062"
    assert len(floor.order(floor.user(), SWAP, order)["attachAlgoOrds"]) == 1


TRIGGER = {"ordType": "trigger", "triggerPx": "60200", "orderPx": "-1"}


@pytest.mark.parametrize("attached", [[LOSS], SPLIT])
def test_what_a_trigger_order_carries_waits_once_its_order_is_filled(floor: Floor, attached: list[Json]) -> None:
    placed = floor.algo(floor.user(), TRIGGER, attachAlgoOrds=attached)
    assert [row["attachAlgoClOrdId"] for row in floor.algo_now(floor.user(), placed)["attachAlgoOrds"]] == [
        row["attachAlgoClOrdId"] for row in attached
    ]
    assert stops(floor) == {}
    floor.print_at(SWAP, "60200")
    assert (floor.algo_now(floor.user(), placed)["state"], held(floor)) == ("effective", "10")
    assert {row["attachAlgoClOrdId"] for row in attached} == stops(floor).keys()
    floor.print_at(SWAP, "59500")
    assert held(floor) == "0"


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("51047", {"attachAlgoOrds": [LOSS | {"slTriggerPx": "60300"}]}),
        ("51046", {"attachAlgoOrds": [FIRST | {"sz": "10"}], "orderPx": "60400"}),
        ("51083", {"attachAlgoOrds": [FIRST, SECOND], "sz": "11"}),
        ("51100", {"attachAlgoOrds": [LOSS], "reduceOnly": True}),
        ("51000", {"attachAlgoOrds": "none"}),
    ],
)
def test_what_a_trigger_order_cannot_carry_is_refused_at_once(floor: Floor, code: str, more: Json) -> None:
    assert floor.algo(floor.user(), TRIGGER, **more)["sCode"] == code


@pytest.mark.parametrize("turned", [False, True])
def test_what_shall_end_with_its_position_does(floor: Floor, turned: bool) -> None:
    user = floor.user()
    floor.good(user, SWAP, "buy", "limit", "10", "60100")
    ends = {"ordType": "conditional", "side": "sell", "slTriggerPx": "59000", "slOrdPx": "-1", "reduceOnly": True}
    placed = [floor.algo(user, ends, cxlOnClosePos=wanted) for wanted in (True, False)]
    floor.good(user, SWAP, "sell", "limit", "4", "59900")
    assert [floor.algo_now(user, one)["state"] for one in placed] == ["live", "live"]
    floor.good(user, SWAP, "sell", "limit", "9" if turned else "6", "59900")
    assert [floor.algo_now(user, one)["state"] for one in placed] == ["canceled", "live"]
    assert held(floor) == ("-3" if turned else "0")
