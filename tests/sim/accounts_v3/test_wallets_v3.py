"""V3's wallets that only transfers reach, and what accounts are worth in other moneys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim.accounts.ledger import Room
from tests.sim.accounts.floor import SPOT

from .floor import FloorV3

D = Decimal
Json = dict[str, Any]

ROOMS = {"4": Room.FIAT, "8": Room.SAVINGS, "14": Room.MINING, "17": Room.LENDING}
HOUR_MS = 3_600_000


@pytest.fixture
def floor() -> Iterator[FloorV3]:
    """A floor of V3."""
    made = FloorV3(instruments=4)
    yield made
    made.conserved()


def move(floor: FloorV3, amount: str, source: str, target: str, **more: str) -> Any:
    given = {"currency": "USDT", "amount": amount, "from": source, "to": target}
    return floor.v3(0, "POST", "account/transfer", given | more)


def worth(floor: FloorV3, kind: str = "0", unit: str = "USD") -> Decimal:
    given = {"account_type": kind, "valuation_currency": unit}
    answer = floor.v3(0, "GET", "account/asset-valuation", given)
    assert (answer["account_type"], answer["valuation_currency"]) == (kind, unit.upper())
    return D(str(answer["balance"]))


def purse(floor: FloorV3, wallet: str) -> Decimal:
    cash = floor.office.bank.ledger.purse(floor.user().uid, ROOMS[wallet]).cash
    return cash["USDT"]


@pytest.mark.parametrize("wallet", ROOMS)
@pytest.mark.parametrize("source", ["6", "1"])
def test_money_goes_to_a_wallet_and_back(floor: FloorV3, wallet: str, source: str) -> None:
    before = worth(floor)
    answer = move(floor, "70", source, wallet)
    assert (answer["result"], answer["from"], answer["to"], answer["amount"]) == (True, source, wallet, "70")
    assert purse(floor, wallet) == 70
    assert worth(floor) == before
    assert move(floor, "71", wallet, source) == "58350"
    assert move(floor, "1", wallet, wallet) == 34016
    assert move(floor, "70", wallet, source)["result"] is True
    assert not purse(floor, wallet)
    assert worth(floor) == before


@pytest.mark.parametrize(("source", "target"), [("1", "9"), ("9", "3"), ("3", "12"), ("12", "1")])
def test_what_trades_from_one_account_is_there_already(floor: FloorV3, source: str, target: str) -> None:
    """A bot of 2020 moves its money to the product it trades first."""
    before = floor.cash(floor.user(), "USDT")
    answer = move(floor, "70", source, target, instrument_id="btc-usdt", to_instrument_id="btc-usdt")
    assert (answer["result"], answer["from"], answer["to"], answer["amount"]) == (True, source, target, "70")
    assert answer["transfer_id"] != move(floor, "70", source, target)["transfer_id"]
    assert floor.cash(floor.user(), "USDT") == before
    assert move(floor, "100001", source, target) == "58350"


@pytest.mark.parametrize("wallet", ["4", "8", "14"])
def test_a_wallet_is_worth_what_is_in_it(floor: FloorV3, wallet: str) -> None:
    assert worth(floor, wallet) == 0
    move(floor, "70", "6", wallet)
    assert worth(floor, wallet) == 70
    assert worth(floor, "6") == 10_000 - 70 + floor.office.prices.worth({"BTC": D(1)})


@pytest.mark.parametrize(
    ("wallet", "there", "back"),
    [("4", "31", "32"), ("5", "33", "34"), ("8", "57", "58"), ("1", "37", "38")],
)
def test_the_ledger_of_the_wallet_numbers_the_ways(floor: FloorV3, wallet: str, there: str, back: str) -> None:
    pair = {"to_instrument_id": SPOT} if wallet == "5" else {}
    move(floor, "3", "6", wallet, **pair)
    move(floor, "2", wallet, "6", **({"instrument_id": SPOT} if wallet == "5" else {}))
    for number, amount in ((there, "-3"), (back, "2")):
        (row, *_) = floor.v3(0, "GET", "account/ledger", {"type": number, "currency": "usdt"})
        assert row["amount"] == amount
        assert row["typename"]


@pytest.mark.parametrize(
    ("wallet", "there", "back"),
    [("6", "29", "30"), ("4", "31", "32"), ("5", "33", "34"), ("8", "56", "55"), ("14", "64", "65")],
)
def test_the_ledger_of_spot_numbers_the_ways(floor: FloorV3, wallet: str, there: str, back: str) -> None:
    pair = {"to_instrument_id": SPOT} if wallet == "5" else {}
    move(floor, "3", "1", wallet, **pair)
    move(floor, "2", wallet, "1", **({"instrument_id": SPOT} if wallet == "5" else {}))
    for number, amount in ((there, "-3"), (back, "2")):
        rows = floor.v3(0, "GET", "spot/accounts/{currency}/ledger", {"type": number}, currency="USDT")
        assert rows[0]["amount"] == amount


def test_the_ledger_of_a_margin_account_numbers_the_ways(floor: FloorV3) -> None:
    for source, number in (("6", "9"), ("1", "12"), ("4", "10"), ("8", "20"), ("14", "65")):
        if source in ROOMS:
            move(floor, "5", "6", source)
        move(floor, "5", source, "5", to_instrument_id=SPOT)
        (row,) = floor.v3(0, "GET", "margin/accounts/{instrument_id}/ledger", {"type": number}, instrument_id=SPOT)
        assert (row["amount"], row["type"]) == ("5", "transfer")


def test_movements_without_a_number_are_told_all_the_same(floor: FloorV3) -> None:
    move(floor, "3", "6", "17")
    (row, *_) = floor.v3(0, "GET", "account/ledger")
    assert (row["amount"], row["typename"]) == ("-3", "To lending")
    # What only V5 does has no word in V3.
    bank, user = floor.office.bank, floor.user()
    bank.ledger.move("USDT", D(4), bank.funding(user), bank.ledger.purse(user.uid, Room.EARN), "earn", "80")
    (row, *_) = floor.v3(0, "GET", "account/ledger")
    assert (row["amount"], row["typename"]) == ("-4", "")


def test_savings_are_those_of_v5_and_bear_interest(floor: FloorV3) -> None:
    move(floor, "1000", "1", "8")
    floor.pass_until(floor.clock.now() + 2 * HOUR_MS)
    interest = worth(floor, "8") - 1000
    assert interest > 0
    (pot,) = floor.ask(floor.user(), "?finance/savings/balance", {"ccy": "USDT"})
    assert D(pot["amt"]) == purse(floor, "8")
    (bill, *_) = floor.ask(floor.user(), "?account/bills", {"ccy": "USDT"})
    assert (bill["balChg"], bill["subType"]) == ("-1000", "12")
    move(floor, "1000", "8", "6")
    (bill, *_) = floor.ask(floor.user(), "?asset/bills", {"ccy": "USDT"})
    assert (bill["balChg"], bill["type"]) == ("1000", "76")
    assert D(pot["earnings"]) == purse(floor, "8")


def test_v5_counts_what_lies_in_them(floor: FloorV3) -> None:
    (before,) = floor.ask(floor.user(), "?asset/asset-valuation", {"ccy": "USDT"})
    for wallet in ROOMS:
        move(floor, "10", "6", wallet)
    (after,) = floor.ask(floor.user(), "?asset/asset-valuation", {"ccy": "USDT"})
    assert after["totalBal"] == before["totalBal"]
    assert (after["details"]["classic"], after["details"]["earn"]) == ("30", "10")
    bills = floor.ask(floor.user(), "?asset/bills", {"ccy": "USDT", "limit": "4"})
    assert [bill["type"] for bill in bills] == ["", "", "75", ""]


@pytest.mark.parametrize("unit", ["CNY", "JPY", "KRW", "RUB"])
def test_every_money_has_a_rate_that_a_test_can_set(floor: FloorV3, unit: str) -> None:
    dollars, fiat = worth(floor, "6"), floor.office.prices.fiat
    assert worth(floor, "6", unit) == pytest.approx(dollars * fiat[unit])
    fiat[unit] *= 2
    assert worth(floor, "6", unit.lower()) == pytest.approx(dollars * fiat[unit])


def test_unknown_wallets_and_moneys_are_refused(floor: FloorV3) -> None:
    assert move(floor, "1", "6", "2") == 30024
    for given in ({"account_type": "2"}, {"valuation_currency": "EUR"}):
        assert floor.v3(0, "GET", "account/asset-valuation", given) == 30024
