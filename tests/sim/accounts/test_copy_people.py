"""Who leads and who copies: their terms, the profit they share, and what everybody may see of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim.accounts.people import Mode
from okx_async.sim.accounts.profit_shares import DAY_MS
from okx_async.sim.query_v5 import Refusal

from .copiers import (
    COPIER,
    LEADER,
    ROOT,
    STRANGER,
    code,
    copy,
    held,
    led_floor,
    public,
    quote,
    terms,
)
from .floor import INVERSE, SWAP, Floor, Json


@pytest.fixture
def floor() -> Floor:
    """A perpetual at 60000, and a user who leads."""
    return led_floor()


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
