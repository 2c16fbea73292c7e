"""Copy trading on a book where only users trade: one leads, and others follow."""

from __future__ import annotations

import contextlib
import random
from decimal import Decimal

import pytest

from okx_async import OKX, Refused
from okx_async.sim.accounts.people import User
from okx_async.sim.accounts.rfqs import code_of
from okx_async.sim.query_v5 import Refusal

from .copiers import (
    CONTRACT,
    COPIER,
    LEADER,
    ROOT,
    STRANGER,
    agrees,
    code,
    copy,
    held,
    led_floor,
    order,
    parts,
    public,
    quote,
    terms,
)
from .desk import quiet, told
from .floor import INVERSE, SPOT, SWAP, Floor, Json


@pytest.fixture
def floor() -> Floor:
    """A perpetual at 60000, and a user who leads."""
    return led_floor()


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
