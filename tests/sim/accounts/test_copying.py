"""Copy trading on a book where only users trade: one leads, others follow, and profit is shared."""

from __future__ import annotations

import contextlib
import random
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, Refused
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.accounts.profit_shares import DAY_MS
from okx_async.sim.accounts.rfqs import code_of
from okx_async.sim.query_v5 import Query, Refusal

from .desk import quiet, told
from .floor import INVERSE, SPOT, SWAP, Floor, Json

ROOT = "copytrading"
LEADER, COPIER, STRANGER = 0, 1, 3
"""The leader, who copies it, and who stands in the book and is rich."""
CONTRACT = Decimal("0.01")
"""Coins in one contract."""


@pytest.fixture
def floor() -> Floor:
    """A perpetual at 60000, and a user who leads."""
    made = Floor(instruments=12)
    made.empty(SWAP)
    made.print_at(SPOT, "60000")
    made.print_at(SWAP, "60000")
    stranger = made.office.bank.add_user("", trading={"USDT": 10**9})
    assert stranger is made.user(STRANGER)
    quote(made, "60000")
    made.venue.copying.lead(made.user(LEADER), Decimal("0.1"))
    return made


def quote(floor: Floor, price: str) -> None:
    """Let the stranger stand at a price, and a tick away on the other side."""
    stranger = floor.user(STRANGER)
    for order in floor.ask(stranger, "?trade/orders-pending", {}):
        floor.ask(stranger, "trade/cancel-order", {"instId": order["instId"], "ordId": order["ordId"]})
    floor.print_at(SWAP, price)
    floor.good(stranger, SWAP, "sell", "limit", "5000", str(Decimal(price) + Decimal("0.1")))
    floor.good(stranger, SWAP, "buy", "limit", "5000", price)
    floor.step()


def terms(floor: Floor, **more: Any) -> Json:
    """A copy of half the size."""
    code = floor.venue.copying.code(floor.user(LEADER))
    terms_told = {"uniqueCode": code, "copyMgnMode": "copy", "copyInstIdType": "copy", "copyMode": "ratio_copy"}
    return terms_told | {"copyRatio": "0.5", "copyTotalAmt": "50000", "subPosCloseType": "copy_close"} | more


def copy(floor: Floor, who: int = COPIER, **more: Any) -> None:
    """Let a user copy the leader."""
    assert floor.ask(floor.user(who), f"{ROOT}/first-copy-settings", terms(floor, **more)) == [{"result": True}]


def code(floor: Floor, path: str, fields: Json, who: int = COPIER) -> str:
    """Return what a request is refused with, ``"0"`` for nothing."""
    try:
        floor.ask(floor.user(who), path, fields)
    except Refusal as refusal:
        return refusal.code
    return "0"


def parts(floor: Floor, who: int, kind: str = "current-subpositions", **more: str) -> list[Json]:
    return floor.ask(floor.user(who), f"?{ROOT}/{kind}", {"instType": "SWAP"} | more)


def held(floor: Floor, who: int, inst_id: str = SWAP) -> Any:
    """Return the size of a user's net position, a decimal."""
    return sum((Decimal(row["pos"]) for row in floor.positions(floor.user(who)) if row["instId"] == inst_id), Decimal())


def agrees(floor: Floor, who: int) -> None:
    """Check that the parts of a position are the position."""
    assert sum(Decimal(row["subPos"]) for row in parts(floor, who)) == held(floor, who)


@pytest.mark.parametrize(("side", "sign"), [("buy", 1), ("sell", -1)])
@pytest.mark.parametrize("mode", ["cross", "isolated"])
def test_a_copy_follows_what_it_copies(floor: Floor, side: str, sign: int, mode: str) -> None:
    """It is opened and closed with it, in its mode and with its leverage."""
    leader = floor.user(LEADER)
    floor.ask(leader, "account/set-leverage", {"instId": SWAP, "mgnMode": mode, "lever": "7"})
    copy(floor)
    ord_id = floor.good(leader, SWAP, side, "market", "10", tdMode=mode)
    assert (held(floor, LEADER), held(floor, COPIER)) == (10 * sign, 5 * sign)
    (lead,), (mine,) = parts(floor, LEADER), parts(floor, COPIER)
    assert (lead["openOrdId"], lead["subPos"], lead["availSubPos"]) == (ord_id, str(10 * sign), str(10 * sign))
    assert (mine["subPos"], mine["lever"], mine["mgnMode"], mine["posSide"]) == (str(5 * sign), "7", mode, "net")
    assert lead["uniqueCode"] == mine["uniqueCode"] == floor.venue.copying.code(leader)
    assert bool(mine["margin"]) is (mode == "isolated")
    back = "sell" if side == "buy" else "buy"
    floor.good(leader, SWAP, back, "market", "4", tdMode=mode, reduceOnly=True)
    assert (held(floor, LEADER), held(floor, COPIER)) == (6 * sign, 3 * sign)
    floor.good(leader, SWAP, back, "market", "6", tdMode=mode, reduceOnly=True)
    assert (held(floor, LEADER), held(floor, COPIER)) == (0, 0)
    assert parts(floor, LEADER) == parts(floor, COPIER) == []
    (past,) = parts(floor, COPIER, "subpositions-history")
    assert (past["type"], past["subPos"], past["closeSubPos"]) == ("2", str(5 * sign), str(5 * sign))
    floor.conserved()


def test_each_order_makes_a_position_and_the_oldest_is_closed_first(floor: Floor) -> None:
    leader = floor.user(LEADER)
    copy(floor)
    for size in ("4", "6"):
        floor.good(leader, SWAP, "buy", "market", size)
    newer, older = parts(floor, LEADER)
    assert (newer["subPos"], older["subPos"]) == ("6", "4")
    assert len(parts(floor, COPIER)) == 2
    floor.good(leader, SWAP, "sell", "market", "5")
    (left,) = parts(floor, LEADER)
    assert (left["subPosId"], left["subPos"]) == (newer["subPosId"], "5")
    history = {row["subPosId"]: row["type"] for row in parts(floor, LEADER, "subpositions-history")}
    assert history == {older["subPosId"]: "2", newer["subPosId"]: "1"}
    for who in (LEADER, COPIER):
        agrees(floor, who)


def test_one_lead_position_can_be_closed_by_its_number(floor: Floor) -> None:
    leader = floor.user(LEADER)
    copy(floor)
    for size in ("4", "6"):
        floor.good(leader, SWAP, "buy", "market", size)
    newer, older = parts(floor, LEADER)
    asked = {"instType": "SWAP", "subPosId": newer["subPosId"], "tag": "broker"}
    assert code(floor, f"{ROOT}/close-subposition", asked, COPIER) == "51023"
    (row,) = floor.ask(leader, f"{ROOT}/close-subposition", asked)
    assert row == {"subPosId": newer["subPosId"], "tag": "broker"}
    assert [each["subPosId"] for each in parts(floor, LEADER)] == [older["subPosId"]]
    assert (held(floor, LEADER), held(floor, COPIER)) == (4, 2)
    assert code(floor, f"{ROOT}/close-subposition", asked, LEADER) == "51023"
    agrees(floor, COPIER)


def test_an_order_that_turns_the_position_closes_one_side_and_opens_the_other(floor: Floor) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "10")
    assert (held(floor, LEADER), held(floor, COPIER)) == (-6, -3)
    for who in (LEADER, COPIER):
        agrees(floor, who)
    floor.conserved()


def test_a_resting_order_is_copied_as_it_fills(floor: Floor) -> None:
    """What is too small to copy waits for the next part."""
    copy(floor, copyRatio="0.3")
    ord_id = floor.good(floor.user(LEADER), SWAP, "buy", "limit", "0.1", "59990")
    assert parts(floor, LEADER) == []
    for filled in ("0.01", "0.03", "0.06"):
        floor.ask(floor.user(STRANGER), "trade/order", order(floor, "sell", filled, "59990"))
    (lead,) = parts(floor, LEADER)
    assert (lead["openOrdId"], lead["subPos"]) == (ord_id, "0.1")
    assert held(floor, COPIER) == Decimal("0.03")
    assert len(parts(floor, COPIER)) == 1


def order(floor: Floor, side: str, sz: str, px: str) -> Json:
    for own in floor.ask(floor.user(STRANGER), "?trade/orders-pending", {}):
        if own["side"] != side:
            floor.ask(floor.user(STRANGER), "trade/cancel-order", {"instId": own["instId"], "ordId": own["ordId"]})
    return {"instId": SWAP, "tdMode": "cross", "side": side, "ordType": "ioc", "sz": sz, "px": px}


def test_a_fixed_amount_is_the_margin_of_each_copy(floor: Floor) -> None:
    copy(floor, copyMode="fixed_amount", copyAmt="1000", copyTotalAmt="2500")
    for _ in range(3):
        floor.good(floor.user(LEADER), SWAP, "buy", "market", "1")
    # 1000 at threefold leverage, in whole lots; the third would be beyond the total.
    size = Decimal(3000) / 60000 / CONTRACT
    assert [size - Decimal("0.01") <= Decimal(row["subPos"]) <= size for row in parts(floor, COPIER)] == [True] * 2
    (row,) = floor.ask(floor.user(COPIER), f"?{ROOT}/current-lead-traders")
    assert Decimal(1990) < Decimal(row["margin"]) < Decimal(2010)


def test_a_fixed_amount_is_copied_once_for_each_order(floor: Floor) -> None:
    """Whatever its parts, and also where nothing came of it at first."""
    copy(floor, copyMode="fixed_amount", copyAmt="1000")
    copy(floor, 2, copyMode="fixed_amount", copyAmt="1000")
    stranger, poor = floor.user(STRANGER), floor.user(2)
    purse, bank = floor.office.bank.trading(poor), floor.office.bank
    floor.ledger.move("USDT", purse.cash["USDT"] - 1, purse, bank.funding(poor), "1")
    floor.good(floor.user(LEADER), SWAP, "buy", "limit", "10", "60000")
    for _ in range(2):
        floor.good(stranger, SWAP, "sell", "limit", "50", "60000.1")
        floor.good(stranger, SWAP, "sell", "ioc", "5", "60000")
        floor.ledger.move("USDT", Decimal(5000), bank.funding(poor), purse, "1")
    assert held(floor, LEADER) == 10
    assert 4 < held(floor, COPIER) < 6
    assert held(floor, 2) == 0


def test_only_chosen_instruments_are_led_and_copied(floor: Floor) -> None:
    leader = floor.user(LEADER)
    rows = floor.ask(leader, f"?{ROOT}/instruments", {"instType": "SWAP"})
    assert {row["instId"]: row["enabled"] for row in rows}[SWAP] is True
    assert INVERSE not in {row["instId"] for row in rows}
    other = next(row["instId"] for row in rows if row["instId"] != SWAP)
    copy(floor, copyInstIdType="custom", instId=other)
    floor.good(leader, SWAP, "buy", "market", "2")
    assert len(parts(floor, LEADER)) == 1
    assert parts(floor, COPIER) == []
    assert floor.ask(leader, f"{ROOT}/set-instruments", {"instId": other}) == [{"instId": other, "enabled": True}]
    floor.good(leader, SWAP, "buy", "market", "2")
    assert len(parts(floor, LEADER)) == 1  # what is not led is nobody's lead position
    floor.good(leader, SWAP, "sell", "market", "2")
    assert len(parts(floor, LEADER)) == 1  # and goes first
    for wanted, inst_id in (("51166", INVERSE), ("51166", SPOT), ("51001", "NO-SUCH"), ("50014", "")):
        assert code(floor, f"{ROOT}/set-instruments", {"instId": inst_id}, LEADER) == wanted


def test_what_was_open_before_is_not_copied(floor: Floor) -> None:
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "2")
    floor.print_at(SWAP, "60000")
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    assert held(floor, COPIER) == 2
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "2")  # the old one
    assert held(floor, COPIER) == 2


def test_a_lead_position_from_before_is_not_copied_when_it_grows(floor: Floor) -> None:
    leader, stranger = floor.user(LEADER), floor.user(STRANGER)
    floor.good(leader, SWAP, "buy", "limit", "10", "60000")
    floor.ask(stranger, "trade/order", order(floor, "sell", "4", "60000"))
    assert parts(floor, LEADER)[0]["subPos"] == "4"
    floor.step()
    copy(floor)
    floor.ask(stranger, "trade/order", order(floor, "sell", "6", "60000"))
    assert parts(floor, LEADER)[0]["subPos"] == "10"
    assert parts(floor, COPIER) == []


def test_a_copy_that_was_closed_is_not_opened_again_when_its_source_grows(floor: Floor) -> None:
    leader, stranger = floor.user(LEADER), floor.user(STRANGER)
    copy(floor)
    floor.good(leader, SWAP, "buy", "limit", "10", "60000")
    floor.ask(stranger, "trade/order", order(floor, "sell", "4", "60000"))
    (mine,) = parts(floor, COPIER)
    floor.ask(floor.user(COPIER), f"{ROOT}/close-subposition", {"subPosId": mine["subPosId"]})
    assert parts(floor, COPIER) == []
    floor.ask(stranger, "trade/order", order(floor, "sell", "6", "60000"))
    assert parts(floor, LEADER)[0]["subPos"] == "10"
    assert parts(floor, COPIER) == []


def test_what_a_copier_closes_itself_is_not_opened_again(floor: Floor) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    floor.good(floor.user(COPIER), SWAP, "sell", "market", "2", reduceOnly=True)
    assert parts(floor, COPIER) == []
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "4")
    assert held(floor, COPIER) == 0
    floor.conserved()


def test_a_copier_that_keeps_sides_apart_holds_them_apart(floor: Floor) -> None:
    floor.user(COPIER).hedged = True
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "4")
    (mine,) = parts(floor, COPIER)
    assert (mine["posSide"], mine["subPos"]) == ("short", "2")
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    assert parts(floor, COPIER) == []
    assert floor.positions(floor.user(COPIER)) == []


def test_an_own_position_of_a_copier_is_no_copy(floor: Floor) -> None:
    """A copy against it closes it first: in one-way mode there is one position."""
    floor.good(floor.user(COPIER), SWAP, "sell", "market", "1")
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    assert held(floor, COPIER) == 1
    (mine,) = parts(floor, COPIER)
    assert mine["subPos"] == "1"
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "4")
    assert held(floor, COPIER) == 0


def test_a_copy_that_its_owner_cannot_pay_is_left_out(floor: Floor) -> None:
    poor = floor.office.bank.add_user("", trading={"USDT": 10})
    assert poor is floor.user(4)
    copy(floor, 4)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "10")
    assert held(floor, LEADER) == 10
    assert parts(floor, 4) == []
    floor.conserved()


@pytest.mark.parametrize(
    ("side", "stops", "price"),
    [
        ("buy", {"tpTriggerPx": "60500"}, "60500"),
        ("buy", {"slTriggerPx": "59500"}, "59400"),
        ("sell", {"tpTriggerPx": "59500"}, "59500"),
        ("sell", {"slTriggerPx": "60500"}, "60600"),
    ],
)
def test_stops_of_a_lead_position_close_it_and_its_copies(floor: Floor, side: str, stops: Json, price: str) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, side, "market", "4")
    (lead,) = parts(floor, LEADER)
    assert lead["algoId"] == lead["tpTriggerPx"] == lead["slTriggerPx"] == ""
    floor.ask(floor.user(LEADER), f"{ROOT}/algo-order", {"subPosId": lead["subPosId"]} | stops)
    (lead,) = parts(floor, LEADER)
    assert lead["algoId"]
    name, trigger = next(iter(stops.items()))
    assert (lead[name], lead[name.replace("TriggerPx", "OrdPx")]) == (trigger, "-1")
    quote(floor, "60010")
    assert len(parts(floor, LEADER)) == 1
    quote(floor, price)
    assert parts(floor, LEADER) == parts(floor, COPIER) == []
    assert (held(floor, LEADER), held(floor, COPIER)) == (0, 0)


def test_stops_are_kept_one_by_one_and_have_to_make_sense(floor: Floor) -> None:
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    (lead,) = parts(floor, LEADER)
    asked, path = {"subPosId": lead["subPosId"]}, f"{ROOT}/algo-order"
    assert code(floor, path, asked, LEADER) == "50015"
    assert code(floor, path, asked | {"tpTriggerPx": "59000"}, LEADER) == "51279"
    assert code(floor, path, asked | {"slTriggerPx": "61000"}, LEADER) == "51280"
    assert code(floor, path, asked | {"tpTriggerPx": "61000", "tpOrdPx": "61000"}, LEADER) == "51326"
    assert code(floor, path, asked | {"tpTriggerPx": "61000"}, LEADER) == "0"
    assert code(floor, path, asked | {"slTriggerPx": "59000"}, LEADER) == "0"
    assert code(floor, path, asked | {"tpTriggerPx": "62000"}, LEADER) == "0"
    (lead,) = parts(floor, LEADER)
    assert (lead["tpTriggerPx"], lead["slTriggerPx"]) == ("62000", "59000")


@pytest.mark.parametrize(("more", "price"), [({"tpRatio": "0.1"}, "62100"), ({"slRatio": "0.1"}, "57900")])
def test_a_copy_is_closed_at_the_copiers_own_ratio(floor: Floor, more: Json, price: str) -> None:
    copy(floor, **more)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    quote(floor, "60500")
    assert held(floor, COPIER) == 2
    quote(floor, price)  # 3.5% away, at threefold leverage
    assert (held(floor, LEADER), held(floor, COPIER)) == (4, 0)


def test_copying_ends_at_its_total_loss(floor: Floor) -> None:
    copy(floor, slTotalAmt="40")
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    quote(floor, "57000")
    assert held(floor, COPIER) == 0
    (settings,) = floor.ask(floor.user(COPIER), f"?{ROOT}/copy-settings", terms(floor))
    assert (settings["copyState"], settings["slTotalAmt"]) == ("0", "40")
    assert floor.ask(floor.user(COPIER), f"?{ROOT}/current-lead-traders") == []


@pytest.mark.parametrize(
    ("how", "at_once", "later"), [("market_close", 0, 0), ("copy_close", 2, 0), ("manual_close", 2, 2)]
)
def test_what_happens_to_copies_when_copying_stops(floor: Floor, how: str, at_once: int, later: int) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    asked = {"uniqueCode": terms(floor)["uniqueCode"], "subPosCloseType": how}
    floor.ask(floor.user(COPIER), f"{ROOT}/stop-copy-trading", asked)
    assert held(floor, COPIER) == at_once
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "6")
    assert held(floor, COPIER) == at_once
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "10")
    assert held(floor, COPIER) == later
    assert code(floor, f"{ROOT}/stop-copy-trading", asked) == "59280"
    copy(floor)  # and one can begin again
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    assert held(floor, COPIER) == later + 2
    floor.conserved()


def test_a_close_that_found_nobody_is_tried_again(floor: Floor) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    stranger = floor.user(STRANGER)
    for own in floor.ask(stranger, "?trade/orders-pending", {}):
        floor.ask(stranger, "trade/cancel-order", {"instId": SWAP, "ordId": own["ordId"]})
    floor.good(stranger, SWAP, "buy", "limit", "4", "60000")
    floor.good(floor.user(LEADER), SWAP, "sell", "market", "4")
    assert (held(floor, LEADER), held(floor, COPIER)) == (0, 2)
    quote(floor, "60000")
    floor.step()
    assert held(floor, COPIER) == 0


def test_a_block_trade_that_turns_the_position_closes_what_was_led(floor: Floor) -> None:
    """It closes lead positions as anything does, and is led by nobody itself."""
    leader, other = floor.user(LEADER), floor.user(2)
    copy(floor)
    floor.good(leader, SWAP, "buy", "market", "4")
    legs = [{"instId": SWAP, "sz": "10", "side": "sell", "tdMode": "cross"}]
    asked = {"counterparties": [code_of(other)], "legs": legs}
    (rfq,) = floor.ask(leader, "rfq/create-rfq", asked)
    quoted = {"rfqId": rfq["rfqId"], "quoteSide": "sell", "legs": [legs[0] | {"px": "60000"}]}
    (made,) = floor.ask(other, "rfq/create-quote", quoted)
    floor.ask(leader, "rfq/execute-quote", {"rfqId": rfq["rfqId"], "quoteId": made["quoteId"]})
    assert held(floor, LEADER) == -6
    assert parts(floor, LEADER) == parts(floor, COPIER) == []
    assert held(floor, COPIER) == 0
    floor.conserved()


def test_liquidation_closes_lead_positions_and_copies(floor: Floor) -> None:
    leader = floor.user(LEADER)
    floor.ask(leader, "account/set-leverage", {"instId": SWAP, "mgnMode": "isolated", "lever": "50"})
    copy(floor)
    floor.good(leader, SWAP, "buy", "market", "40", tdMode="isolated")
    assert held(floor, COPIER) == 20
    floor.print_at(SWAP, "50000")
    assert (held(floor, LEADER), held(floor, COPIER)) == (0, 0)
    assert parts(floor, LEADER) == parts(floor, COPIER) == []
    (past,) = parts(floor, LEADER, "subpositions-history")
    assert Decimal(past["pnl"]) < 0
    floor.conserved()


def test_what_is_taken_off_the_market_is_closed_for_all(floor: Floor) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    del floor.markets[SWAP]
    floor.step()
    assert (held(floor, LEADER), held(floor, COPIER)) == (0, 0)
    assert parts(floor, LEADER) == parts(floor, COPIER) == []
    assert [row["type"] for row in parts(floor, LEADER, "subpositions-history")] == ["2"]
    floor.conserved()


# -- profit shares


def earn(floor: Floor, size: str = "40", up: str = "61000") -> None:
    """Let the leader buy, the price go somewhere, and the leader sell."""
    floor.good(floor.user(LEADER), SWAP, "buy", "market", size)
    quote(floor, up)
    floor.good(floor.user(LEADER), SWAP, "sell", "market", size)
    quote(floor, "60000")


def tomorrow(floor: Floor) -> None:
    floor.pass_until((floor.clock.now() // DAY_MS + 1) * DAY_MS)
    floor.step()


def open_share(floor: Floor) -> Any:
    (row,) = floor.ask(floor.user(LEADER), f"?{ROOT}/total-unrealized-profit-sharing")
    assert int(row["profitSharingTs"]) > floor.clock.now()
    rows = floor.ask(floor.user(LEADER), f"?{ROOT}/unrealized-profit-sharing-details")
    total = Decimal(row["totalUnrealizedProfitSharingAmt"])
    assert sum(Decimal(each["unrealizedProfitSharingAmt"]) for each in rows) == total
    return total


def paid(floor: Floor) -> Any:
    rows = floor.ask(floor.user(LEADER), f"?{ROOT}/profit-sharing-details")
    (row,) = floor.ask(floor.user(LEADER), f"?{ROOT}/total-profit-sharing")
    assert sum(Decimal(each["profitSharingAmt"]) for each in rows) == Decimal(row["totalProfitSharingAmt"])
    return Decimal(row["totalProfitSharingAmt"])


def test_a_tenth_of_what_copies_earned_is_the_leaders(floor: Floor) -> None:
    before = floor.cash(floor.user(COPIER), "USDT")
    copy(floor)
    earn(floor)
    earned = floor.cash(floor.user(COPIER), "USDT") - before
    assert earned > 150
    assert open_share(floor) == earned / 10
    (row,) = floor.ask(floor.user(COPIER), f"?{ROOT}/current-lead-traders")
    assert Decimal(row["copyTotalPnl"]) == Decimal(row["todayPnl"]) == earned
    mine = floor.cash(floor.user(LEADER), "USDT")
    tomorrow(floor)
    assert (open_share(floor), paid(floor)) == (0, earned / 10)
    assert floor.cash(floor.user(LEADER), "USDT") - mine == earned / 10
    assert floor.cash(floor.user(COPIER), "USDT") - before == earned * 9 / 10
    tomorrow(floor)
    assert paid(floor) == earned / 10
    floor.conserved()


def test_a_loss_is_made_up_for_before_anything_is_shared(floor: Floor) -> None:
    copy(floor)
    earn(floor, up="59000")
    assert open_share(floor) == 0
    tomorrow(floor)
    quote(floor, "60000")
    earn(floor, up="60900")
    assert open_share(floor) == 0
    earn(floor, up="60900")
    (copier,) = floor.venue.copying.copied_by(floor.user(COPIER))
    assert open_share(floor) == copier.total / 10 > 0


def test_shares_are_settled_when_copying_stops_and_before_the_ratio_changes(floor: Floor) -> None:
    copy(floor)
    earn(floor)
    due = open_share(floor)
    asked = {"profitSharingRatio": "0.2"}
    assert code(floor, f"{ROOT}/amend-profit-sharing-ratio", asked, LEADER) == "0"
    assert paid(floor) == due
    quote(floor, "60000")
    earn(floor)
    assert open_share(floor) > Decimal("1.9") * due
    due += open_share(floor)
    floor.ask(floor.user(COPIER), f"{ROOT}/stop-copy-trading", terms(floor))
    assert paid(floor) == due
    assert code(floor, f"{ROOT}/amend-profit-sharing-ratio", {"profitSharingRatio": "0.31"}, LEADER) == "59287"
    assert code(floor, f"{ROOT}/amend-profit-sharing-ratio", {"profitSharingRatio": "0"}, LEADER) == "0"
    floor.conserved()


def test_what_a_copier_cannot_pay_stays_open(floor: Floor) -> None:
    copy(floor)
    earn(floor)
    due, user = open_share(floor), floor.user(COPIER)
    purse, bank = floor.office.bank.trading(user), floor.office.bank
    floor.ledger.move("USDT", purse.cash["USDT"] - 1, purse, bank.funding(user), "1")
    tomorrow(floor)
    assert (paid(floor), open_share(floor)) == (1, due - 1)
    floor.ledger.move("USDT", Decimal(100), bank.funding(user), purse, "1")
    tomorrow(floor)
    assert (paid(floor), open_share(floor)) == (due, 0)
    floor.conserved()


# -- people


def test_roles(floor: Floor) -> None:
    copy(floor)
    for who, role in ((LEADER, "1"), (COPIER, "2"), (2, "0")):
        (row,) = floor.ask(floor.user(who), f"?{ROOT}/config")
        assert [each["instType"] for each in row["details"]] == ["SPOT", "SWAP"]
        assert [each["roleType"] for each in row["details"]] == ["0", role]
        assert len(row["uniqueCode"]) == 16
        (account,) = floor.ask(floor.user(who), "?account/config")
        assert account["roleType"] == role
        assert (SWAP in account["traderInsts"]) is (who == LEADER)
    (row,) = floor.ask(floor.user(LEADER), f"?{ROOT}/config")
    assert (row["details"][1]["copyTraderNum"], row["details"][1]["profitSharingRatio"]) == ("1", "0.1")


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("59264", {"instType": "SPOT"}),
        ("59269", {"uniqueCode": "0000000000000000"}),
        ("50014", {"uniqueCode": ""}),
        ("51000", {"copyMgnMode": "cash"}),
        ("50014", {"copyInstIdType": "custom"}),
        ("59268", {"copyInstIdType": "custom", "instId": INVERSE}),
        ("51000", {"copyMode": "mirror"}),
        ("50014", {"copyTotalAmt": ""}),
        ("50014", {"copyRatio": ""}),
        ("59259", {"copyRatio": "101"}),
        ("50014", {"copyMode": "fixed_amount"}),
        ("51000", {"copyMode": "fixed_amount", "copyAmt": "1"}),
        ("59270", {"copyMode": "fixed_amount", "copyAmt": "500", "copyTotalAmt": "400"}),
        ("51000", {"tpRatio": "2"}),
        ("51000", {"slTotalAmt": "50001"}),
        ("50014", {"subPosCloseType": ""}),
    ],
)
def test_terms_that_make_no_sense_are_refused(floor: Floor, wanted: str, more: Json) -> None:
    assert code(floor, f"{ROOT}/first-copy-settings", terms(floor, **more)) == wanted
    assert list(floor.venue.copying.copied_by(floor.user(COPIER))) == []


def test_who_may_copy_whom(floor: Floor) -> None:
    path, copying = f"{ROOT}/first-copy-settings", floor.venue.copying
    assert code(floor, path, terms(floor), LEADER) == "59274"
    copying.lead(floor.user(2), Decimal("0.1"))
    assert code(floor, path, terms(floor), 2) == "59258"
    assert code(floor, f"{ROOT}/amend-copy-settings", terms(floor)) == "59273"
    copy(floor)
    assert code(floor, path, terms(floor)) == "59279"
    other = {"uniqueCode": copying.code(floor.user(2))}
    assert code(floor, f"{ROOT}/amend-copy-settings", terms(floor) | other) == "59280"
    assert code(floor, path, terms(floor) | other) == "59256"
    floor.user(COPIER).hedged = True
    assert code(floor, path, terms(floor) | other) == "0"
    with pytest.raises(Refusal) as refused:
        copying.lead(floor.user(COPIER), Decimal("0.1"))
    assert refused.value.code == "59258"
    floor.user(STRANGER).mode = Mode.SPOT
    assert code(floor, path, terms(floor), STRANGER) == "59283"
    for name in ("instruments", "profit-sharing-details", "total-profit-sharing"):
        assert code(floor, f"?{ROOT}/{name}", {}) == "59262"


def test_a_leader_has_place_for_so_many(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("okx_async.sim.accounts.copying.MOST_COPIERS", 1)
    copy(floor)
    assert code(floor, f"{ROOT}/first-copy-settings", terms(floor), 2) == "59277"


def test_terms_can_be_changed(floor: Floor) -> None:
    copy(floor)
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "4")
    change = terms(floor, copyRatio="1", subPosCloseType="market_close", tag="broker")
    assert floor.ask(floor.user(COPIER), f"{ROOT}/amend-copy-settings", change) == [{"result": True}]
    assert held(floor, COPIER) == 0
    (row,) = floor.ask(floor.user(COPIER), f"?{ROOT}/copy-settings", change)
    assert (row["copyRatio"], row["copyState"], row["tag"], row["copyAmt"]) == ("1", "1", "broker", "")
    assert {"instId": SWAP, "enabled": "1"} in row["instIds"]
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "3")
    assert held(floor, COPIER) == 3


def test_what_somebody_copied_before_is_not_what_it_leads(floor: Floor) -> None:
    copy(floor)
    earn(floor)
    floor.ask(floor.user(COPIER), f"{ROOT}/stop-copy-trading", terms(floor))
    floor.venue.copying.lead(floor.user(COPIER), Decimal("0.1"))
    asked = {"uniqueCode": floor.venue.copying.code(floor.user(COPIER))}
    assert public(floor, "public-subpositions-history", **asked) == []
    (page,) = public(floor, "public-lead-traders", minAum="0.1")
    assert page["ranks"] == []
    ranks = {row["uniqueCode"]: row["pnl"] for row in public(floor, "public-lead-traders")[0]["ranks"]}
    assert ranks[asked["uniqueCode"]] == "0"


def public(floor: Floor, name: str, **asked: str) -> list[Any]:
    return floor.office.public[f"{ROOT}/{name}"](Query(asked, floor.markets))


def test_what_everybody_may_see(floor: Floor) -> None:
    leader = floor.user(LEADER)
    floor.venue.copying.lead(floor.user(2), Decimal("0.2"))
    copy(floor)
    floor.good(leader, SWAP, "buy", "market", "4")
    (page,) = public(floor, "public-lead-traders", instType="SWAP", sortType="aum", limit="1")
    (first,) = page["ranks"]
    assert (page["totalPage"], len(page["dataVer"])) == ("2", 14)
    assert first["uniqueCode"] == floor.venue.copying.code(leader)
    assert (first["aum"], first["copyTraderNum"], first["accCopyTraderNum"]) == ("50000", "1", "1")
    assert public(floor, "public-lead-traders", minLeadDays="1")[0]["ranks"] == []
    assert len(public(floor, "public-lead-traders", minAum="1", state="1")[0]["ranks"]) == 1
    (row,) = public(floor, "public-current-subpositions", uniqueCode=first["uniqueCode"])
    assert row["subPos"] == "4"
    assert not row.keys() & {"openOrdId", "algoId", "tpTriggerPx", "slTriggerPx"}
    quote(floor, "61000")
    floor.good(leader, SWAP, "sell", "market", "4")
    assert public(floor, "public-current-subpositions", uniqueCode=first["uniqueCode"]) == []
    (row,) = public(floor, "public-subpositions-history", uniqueCode=first["uniqueCode"])
    assert Decimal(row["pnl"]) > 0
    (page,) = public(floor, "public-lead-traders", sortType="current_copy_trader_pnl")
    assert (page["ranks"][0]["winRatio"], page["ranks"][0]["uniqueCode"]) == ("1", first["uniqueCode"])
    (row,) = public(floor, "public-copy-traders", uniqueCode=first["uniqueCode"])
    assert Decimal(row["copyTotalPnl"]) == Decimal(row["copyTraders"][0]["pnl"]) > 0
    (row,) = public(floor, "public-config")
    assert Decimal(row["minCopyAmt"]) < Decimal(row["maxCopyAmt"])
    with pytest.raises(Refusal, match="lead trader"):
        public(floor, "public-copy-traders", uniqueCode="0")


def test_how_a_leader_has_done_by_day_by_week_and_in_all(floor: Floor) -> None:
    asked = {"uniqueCode": floor.venue.copying.code(floor.user(LEADER)), "instType": "SWAP"}
    copy(floor)
    (empty,) = public(floor, "public-stats", **asked, lastDays="1")
    assert (empty["winRatio"], empty["avgSubPosNotional"], empty["investAmt"]) == ("0", "0", "0")
    assert public(floor, "public-preference-currency", **asked) == []
    earn(floor)
    tomorrow(floor)
    quote(floor, "60000")
    earn(floor, up="59400")
    days = public(floor, "public-pnl", **asked, lastDays="1")
    assert [Decimal(row["pnl"]) for row in days] == [Decimal("-240.04"), Decimal("399.96")]
    assert [int(row["beginTs"]) % DAY_MS for row in days] == [0, 0]
    assert int(days[0]["beginTs"]) - int(days[1]["beginTs"]) == DAY_MS
    assert Decimal(days[0]["pnlRatio"]) == pytest.approx(Decimal("-0.03"), abs=Decimal("0.0001"))
    weeks = public(floor, "public-weekly-pnl", **asked)
    assert sum(Decimal(row["pnl"]) for row in weeks) == Decimal("159.92")
    (stats,) = public(floor, "public-stats", **asked, lastDays="1")
    assert (stats["winRatio"], stats["profitDays"], stats["lossDays"]) == ("0.5", "1", "1")
    assert Decimal(stats["avgSubPosNotional"]) == Decimal("24000.04")
    (copier,) = floor.venue.copying.copied_by(floor.user(COPIER))
    assert Decimal(stats["curCopyTraderPnl"]) == copier.total
    floor.good(floor.user(LEADER), SWAP, "buy", "market", "3")
    (stats,) = public(floor, "public-stats", **asked, lastDays="1")
    assert Decimal(stats["investAmt"]) == Decimal("600.001")
    assert public(floor, "public-preference-currency", **asked) == [{"ccy": "BTC", "ratio": "1"}]
    for _ in range(40):
        tomorrow(floor)
    assert len(public(floor, "public-pnl", **asked, lastDays="1")) == 7
    assert len(public(floor, "public-pnl", **asked, lastDays="2")) == 30
    assert len(public(floor, "public-pnl", **asked, lastDays="3")) == 42
    assert {(int(row["beginTs"]) // DAY_MS - 4) % 7 for row in public(floor, "public-weekly-pnl", **asked)} == {0}
    (stats,) = public(floor, "public-stats", **asked, lastDays="2")
    assert (stats["winRatio"], stats["profitDays"]) == ("0", "0")


def _walk(floor: Floor, dice: random.Random, price: int) -> int:
    """Let one thing happen, and return the price after it."""
    leader, deed = floor.user(LEADER), dice.randrange(10)
    size, side = str(dice.randint(1, 400)), dice.choice(("buy", "sell"))
    open_ones = floor.venue.copying.parts.open_ones()
    if deed < 4:
        floor.place(leader, SWAP, side, "market", size, tdMode=dice.choice(("cross", "isolated")))
    elif deed < 7:
        price = max(30_000, min(90_000, price + dice.randint(-900, 900)))
        quote(floor, str(price))
    elif deed == 7:
        who = dice.choice((COPIER, 2))
        floor.place(floor.user(who), SWAP, side, "market", size, **_side(floor.user(who), side))
    elif deed == 8 and open_ones:
        part = dice.choice(open_ones)
        with contextlib.suppress(Refusal):
            floor.ask(part.user, f"{ROOT}/close-subposition", {"subPosId": str(part.number)})
    else:
        _settle_or_restart(floor, dice)
    return price


def _side(user: User, side: str) -> Json:
    return {"posSide": "long" if side == "buy" else "short"} if user.hedged else {}


def _settle_or_restart(floor: Floor, dice: random.Random) -> None:
    copying = floor.venue.copying
    for copier in copying.everybody():
        floor.venue.shares.settle(copier)
    copier = dice.choice([each for each in copying.everybody() if each.active])
    copying.stop(copier, dice.choice(("market_close", "copy_close", "manual_close")))
    copying.begin(copier.user, copier.leader, copier.terms)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_leader_and_copiers_do_no_money_is_lost(floor: Floor, seed: int) -> None:
    """One copies a ratio, one a fixed amount with sides apart; both also trade themselves, and some are liquidated."""
    floor.user(2).hedged = True
    copy(floor, copyRatio="0.4", copyMgnMode="isolated", slRatio="0.5")
    copy(floor, 2, copyMode="fixed_amount", copyAmt="900", copyMgnMode="cross", tpRatio="0.2")
    dice, price, most = random.Random(seed), 60_000, 0
    for _ in range(250):
        price = _walk(floor, dice, price)
        floor.conserved()
        for who in (LEADER, COPIER, 2):
            for position in floor.venue.positions.of(floor.user(who).uid):
                spot = (position.user.uid, position.market, position.mode, position.side)
                found = floor.venue.copying.parts.at(spot)
                assert all(part.held.lots * position.lots > 0 for part in found)
                assert sum(part.lots for part in found) <= abs(position.lots)
        most = max(most, len(floor.venue.copying.parts.open_ones()))
    (ranked,) = public(floor, "public-lead-traders")[0]["ranks"]
    assert most > 3
    assert Decimal(ranked["pnl"]) != 0
    leader = floor.venue.copying.led_by(floor.venue.copying.code(floor.user(LEADER)))
    assert floor.venue.shares.paid_to(leader)


async def test_through_the_client() -> None:
    """Two clients on one exchange: one trades, the other's position follows."""
    async with (
        quiet(vip=(0, 0)) as sim,
        OKX(sim.credentials[0], site=sim.site) as leads,
        OKX(sim.credentials[1], site=sim.site) as copies,
    ):
        leader: User = sim.user(0)
        code = sim.lead(leader, "0.2")
        with pytest.raises(ValueError, match="ratio"):
            sim.lead(leader, "0.4")
        with pytest.raises(ValueError, match="instrument"):
            sim.lead(leader, inst_ids=[SPOT])
        ranks = await copies.copytrading.public_lead_traders()
        assert [rank.unique_code for page in ranks for rank in page.ranks or ()] == [code]
        done = await copies.copytrading.set_first_copy_settings(
            code, "copy", "copy", 5000, "copy_close", copy_mode="ratio_copy", copy_ratio="0.5"
        )
        assert done.result is True
        await leads.trade.place_order(SWAP, "cross", "buy", "market", sz="2")
        (lead,) = await leads.copytrading.current_subpositions()
        (mine,) = await copies.copytrading.current_subpositions()
        assert told(lead.sub_pos, mine.sub_pos, mine.unique_code) == [2, 1, code]
        (held,) = await copies.account.positions()
        assert held.pos == 1
        assert lead.sub_pos_id is not None
        await leads.copytrading.close_subposition(lead.sub_pos_id)
        assert await copies.account.positions() == []
        (past,) = await copies.copytrading.subpositions_history()
        assert told(past.type_, past.close_sub_pos) == ["2", 1]
        (me,) = await copies.copytrading.current_lead_traders()
        assert me.profit_sharing_ratio == Decimal("0.2")
        settings = await copies.copytrading.copy_settings(code)
        assert settings.copy_state == "1"
        with pytest.raises(Refused):
            await copies.copytrading.instruments()
        assert (await copies.copytrading.stop_copy_trading(code, "market_close")).result is True
        assert leads.pool.drift.seen == copies.pool.drift.seen == {}
