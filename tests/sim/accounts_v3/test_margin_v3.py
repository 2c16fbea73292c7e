"""Margin accounts in V3: loans and their interest, what may be borrowed and taken out, orders, liquidation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.loans import HOUR_MS
from okx_async.sim.accounts.orders import WhyCanceled
from okx_async.sim.risk import LOAN_RATE
from tests.sim.accounts.floor import SPOT
from tests.sim.wire import START

from .floor import FloorV3

D = Decimal
Json = dict[str, Any]


@pytest.fixture
def floor() -> Iterator[FloorV3]:
    """A floor where a bitcoin costs 60000 and the first user has 10000 USDT in the margin account."""
    made = FloorV3(instruments=4)
    made.print_at(SPOT, "60000")
    assert moved(made, "10000")["result"] is True
    yield made
    made.conserved()


def moved(floor: FloorV3, amount: str, ccy: str = "USDT", to: str = "5", source: str = "1", **more: str) -> Any:
    """Transfer into or out of the margin account."""
    given = {"currency": ccy, "amount": amount, "from": source, "to": to}
    given["instrument_id" if source == "5" else "to_instrument_id"] = SPOT
    return floor.v3(0, "POST", "account/transfer", given | more)


def loan(floor: FloorV3, deed: str, ccy: str, amount: str, **more: str) -> Any:
    """Borrow or repay."""
    given = {"instrument_id": SPOT, "currency": ccy, "amount": amount} | more
    return floor.v3(0, "POST", f"margin/accounts/{deed}", given)


def account(floor: FloorV3, which: int | str = 0) -> Json:
    found: Json = floor.v3(which, "GET", "margin/accounts/{instrument_id}", instrument_id=SPOT)
    return found


def side(floor: FloorV3, ccy: str) -> dict[str, Any]:
    """One currency of the account; its amounts are untyped, so that they can be held against plain numbers."""
    return {name: D(text) for name, text in account(floor)[f"currency:{ccy}"].items()}


def available(floor: FloorV3, ccy: str) -> Decimal:
    """What can be borrowed."""
    (row,) = floor.v3(0, "GET", "margin/accounts/{instrument_id}/availability", instrument_id=SPOT)
    return D(row[f"currency:{ccy}"]["available"])


def borrowed(floor: FloorV3, status: str = "0") -> list[Json]:
    rows: list[Json] = floor.v3(0, "GET", "margin/accounts/borrowed", {"status": status})
    return rows


def set_leverage(floor: FloorV3, lever: str) -> Any:
    path = "margin/accounts/{instrument_id}/leverage"
    return floor.v3(0, "POST", path, {"leverage": lever}, instrument_id=SPOT)


def order(floor: FloorV3, side: str, price: str, size: str) -> Json:
    given = {"instrument_id": SPOT, "side": side, "price": price, "size": size, "margin_trading": "2"}
    row: Json = floor.v3(0, "POST", "margin/orders", given)
    return row


def pass_hours(floor: FloorV3, hours: Decimal | int) -> None:
    floor.pass_until(floor.clock.now() + int(hours * HOUR_MS))
    floor.venue.step(floor.clock.now(), {})


# -- borrowing


def test_leverage_says_how_much_may_be_borrowed(floor: FloorV3) -> None:
    assert set_leverage(floor, "3")["leverage"] == "3"
    assert available(floor, "USDT") == 20_000
    assert available(floor, "BTC") == (D(20_000) / 60_000).quantize(D("1e-12"), "ROUND_DOWN")
    assert loan(floor, "borrow", "USDT", "20000.01") == 33008
    assert loan(floor, "borrow", "USDT", "5000", client_oid="mine")["client_oid"] == "mine"
    assert available(floor, "USDT") == 15_000
    assert set_leverage(floor, "5")["result"] is True
    assert available(floor, "USDT") == 35_000
    # What was borrowed is no money of one's own: it does not raise what may be borrowed.
    assert loan(floor, "borrow", "USDT", "35000")["result"] is True
    assert available(floor, "USDT") == 0
    assert side(floor, "USDT")["borrowed"] == 40_000
    assert account(floor)["margin_ratio"] == "0.25"


@pytest.mark.parametrize(
    ("deed", "ccy", "amount", "more", "code"),
    [
        ("borrow", "ETH", "1", {}, 33021),
        ("borrow", "BTC", "0.000001", {}, 33004),
        ("borrow", "USDT", "0", {}, 30024),
        ("borrow", "USDT", "1", {"instrument_id": "NO-SUCH"}, 30032),
        ("repayment", "USDT", "1", {}, 33006),
        ("repayment", "USDT", "1", {"borrow_id": "77"}, 33006),
    ],
)
def test_loans_are_refused(floor: FloorV3, deed: str, ccy: str, amount: str, more: Json, code: int) -> None:
    assert loan(floor, deed, ccy, amount, **more) == code
    assert borrowed(floor) == borrowed(floor, "1") == []


def test_leverage_keeps_to_what_is_owed(floor: FloorV3) -> None:
    assert set_leverage(floor, "1.9") == 33064
    assert set_leverage(floor, "10.1") == 33065
    set_leverage(floor, "5")
    loan(floor, "borrow", "USDT", "30000")
    assert set_leverage(floor, "3") == 33063
    assert set_leverage(floor, "4")["leverage"] == "4"
    path = "margin/accounts/{instrument_id}/leverage"
    told = floor.v3(0, "GET", path, instrument_id=SPOT)
    assert (told["leverage"], told["error_code"]) == ("4", "")  # V5 tells the same of isolated margin
    rows = floor.ask(floor.user(), "?account/leverage-info", {"instId": SPOT, "mgnMode": "isolated"})
    assert rows[0]["lever"] == "4"


def test_tiers_bound_what_may_be_borrowed(floor: FloorV3) -> None:
    most = [D(floor.markets[SPOT].instrument.size_text(tier.most)) for tier in floor.venue.margins.tiers(market(floor))]
    assert floor.venue.margins.tiers(market(floor))[0].lever == 10
    user, purse = floor.user(), floor.ledger.purse(floor.user().uid, Room.MARGIN, SPOT)
    floor.ledger.move("USDT", D(10) ** 11, floor.ledger.house(Room.OUTSIDE), purse, "1")
    set_leverage(floor, "10")
    assert available(floor, "BTC") == most[0]
    set_leverage(floor, "4")
    assert available(floor, "BTC") == most[1]
    assert loan(floor, "borrow", "BTC", str(most[1]))["result"] is True
    assert account(floor)["tiers"] == "2"
    assert set_leverage(floor, "6") == 33062
    assert floor.venue.pairs.account(user, market(floor)).debt == most[1] * 60_000


def market(floor: FloorV3) -> Any:
    return floor.markets[SPOT]


# -- interest


def test_interest_grows_by_the_hour(floor: FloorV3) -> None:
    loan(floor, "borrow", "USDT", "12000")
    hourly = D(12_000) * LOAN_RATE / 24
    pass_hours(floor, D("0.99"))
    assert side(floor, "USDT")["lending_fee"] == 0
    pass_hours(floor, D("0.02"))
    assert side(floor, "USDT")["lending_fee"] == hourly
    pass_hours(floor, 25)
    assert side(floor, "USDT")["lending_fee"] == 26 * hourly
    (row,) = borrowed(floor)
    assert (D(row["interest"]), row["paid_interest"], row["amount"]) == (26 * hourly, "0", "12000")
    assert D(row["rate"]) == LOAN_RATE
    assert side(floor, "USDT")["balance"] == 22_000  # it is a debt until it is paid
    assert D(account(floor)["margin_ratio"]) == ((10_000 - 26 * hourly) / 12_000).quantize(D("1e-8"))


def test_repaying_pays_interest_before_it_gives_back(floor: FloorV3) -> None:
    number = loan(floor, "borrow", "USDT", "12000")["borrow_id"]
    pass_hours(floor, 10)
    interest = D(12_000) * LOAN_RATE / 24 * 10
    assert loan(floor, "repayment", "USDT", str(interest / 2), borrow_id=number)["result"] is True
    assert (side(floor, "USDT")["borrowed"], side(floor, "USDT")["lending_fee"]) == (12_000, interest / 2)
    loan(floor, "repayment", "USDT", str(interest / 2 + 3_000))
    assert (side(floor, "USDT")["borrowed"], side(floor, "USDT")["lending_fee"]) == (9_000, 0)
    pass_hours(floor, 1)  # less is owed, so it costs less
    assert side(floor, "USDT")["lending_fee"] == D(9_000) * LOAN_RATE / 24
    assert loan(floor, "repayment", "USDT", "99999")["repayment_id"]  # no more is taken than is owed
    assert side(floor, "USDT")["balance"] == 10_000 - interest - D(9_000) * LOAN_RATE / 24
    assert borrowed(floor) == []
    (row,) = borrowed(floor, "1")
    assert (row["borrow_id"], row["returned_amount"], row["interest"]) == (number, "12000", row["paid_interest"])
    pass_hours(floor, 100)
    assert borrowed(floor, "1") == [row]
    assert floor.ledger.house(Room.LENDERS).cash["USDT"] == 0


def test_repaying_without_a_name_takes_the_oldest_first(floor: FloorV3) -> None:
    first, second = (loan(floor, "borrow", "USDT", "3000")["borrow_id"] for _ in range(2))
    loan(floor, "repayment", "USDT", "4000")
    assert [(row["borrow_id"], row["returned_amount"]) for row in borrowed(floor)] == [(second, "1000")]
    assert [row["borrow_id"] for row in borrowed(floor, "1")] == [first]
    assert loan(floor, "repayment", "USDT", "1", borrow_id=first) == 33006
    assert loan(floor, "repayment", "BTC", "1", borrow_id=second) == 33006
    page = floor.v3(0, "GET", "margin/accounts/borrowed", {"after": second})
    assert page == []


def test_only_what_is_there_can_be_repaid(floor: FloorV3) -> None:
    loan(floor, "borrow", "USDT", "5000")
    assert order(floor, "buy", "58000", "0.2")["error_code"] == "0"  # holds 11600 of 15000
    assert loan(floor, "repayment", "USDT", "3400.01") == 33017
    assert loan(floor, "repayment", "USDT", "3400")["result"] is True


# -- transfers


def test_what_is_pledged_stays(floor: FloorV3) -> None:
    assert moved(floor, "10000.01", to="6", source="5") == "58350"
    set_leverage(floor, "3")
    loan(floor, "borrow", "USDT", "10000")
    # At threefold leverage 10000 of debt need 5000 of one's own; the rest of what is there belongs to the lenders.
    assert side(floor, "USDT")["can_withdraw"] == 5_000
    assert moved(floor, "5000.01", to="6", source="5") == "58350"
    assert moved(floor, "5000", to="6", source="5")["result"] is True
    assert side(floor, "USDT")["can_withdraw"] == 0
    assert available(floor, "USDT") == 0
    set_leverage(floor, "5")
    order(floor, "buy", "58000", "0.25")  # holds 14500 of 15000
    assert side(floor, "USDT")["can_withdraw"] == 500
    assert side(floor, "USDT")["hold"] == 14_500


def test_transfers_need_a_pair_of_that_currency(floor: FloorV3) -> None:
    given = {"currency": "USDT", "amount": "1", "from": "6", "to": "5"}
    assert floor.v3(0, "POST", "account/transfer", given) == 34013
    assert floor.v3(0, "POST", "account/transfer", given | {"to_instrument_id": "BTC-USDT-SWAP"}) == 30032
    assert moved(floor, "1", "ETH") == 33021
    assert moved(floor, "0.0000000000001") == 34010
    inside = {"from": "5", "instrument_id": SPOT, "to_instrument_id": SPOT}
    assert floor.v3(0, "POST", "account/transfer", given | inside) == 34016
    assert floor.v3(0, "POST", "account/transfer", given | {"to_instrument_id": "btc_usdt"})["result"] is True
    (row, *_) = floor.v3(0, "GET", "account/ledger", {"type": "33"})
    assert (row["amount"], row["typename"]) == ("-1", "To margin")
    assert floor.v3(0, "GET", "account/ledger", {"type": "34"}) == []


def test_money_goes_to_a_sub_accounts_margin_and_back(floor: FloorV3) -> None:
    there = {"sub_account": SUB_NAME, "to_instrument_id": SPOT}
    given = {"currency": "USDT", "amount": "300", "from": "6", "to": "5", "type": "1"}
    assert floor.v3(0, "POST", "account/transfer", given | there)["result"] is True
    assert account(floor, SUB_NAME)["currency:USDT"]["balance"] == "300"
    back = {"currency": "USDT", "amount": "301", "from": "5", "to": "6", "type": "2", "sub_account": SUB_NAME}
    assert floor.v3(0, "POST", "account/transfer", back | {"instrument_id": SPOT}) == "58350"
    assert floor.v3(0, "POST", "account/transfer", back | {"instrument_id": SPOT, "amount": "300"})["result"] is True
    assert floor.v3(SUB_NAME, "POST", "account/transfer", given | there) == "58128"
    given = {"account_type": "5", "valuation_currency": "USD"}
    assert floor.v3(0, "GET", "account/asset-valuation", given)["balance"] == 10_000


# -- orders


def test_margin_orders_move_the_margin_account_alone(floor: FloorV3) -> None:
    before = {ccy: floor.cash(floor.user(), ccy) for ccy in ("BTC", "USDT")}
    loan(floor, "borrow", "USDT", "8000")
    assert order(floor, "buy", "59000", "0.4")["error_code"] == "33017"
    resting = order(floor, "buy", "59000", "0.3")["order_id"]
    assert side(floor, "USDT")["hold"] == 17_700
    given = {"instrument_id": SPOT}
    assert floor.v3(0, "GET", "spot/orders_pending", given) == []
    assert floor.v3(0, "GET", "spot/orders/{order_id}", given, order_id=resting) == 33014
    assert floor.v3(0, "POST", "spot/cancel_orders/{order_id}", given, order_id=resting)["error_code"] == "33014"
    (row,) = floor.v3(0, "GET", "margin/orders_pending", given)
    assert (row["order_id"], row["state"]) == (resting, "0")
    (told,) = floor.ask(floor.user(), "?trade/orders-pending", {"instType": "MARGIN"})
    assert (told["ordId"], told["instType"], told["tdMode"]) == (resting, "MARGIN", "isolated")
    assert floor.ask(floor.user(), "?trade/orders-pending", {"instType": "SPOT"}) == []
    assert floor.v3(0, "POST", "margin/cancel_orders/{order_id}", given, order_id=resting)["error_code"] == "0"
    assert side(floor, "USDT")["hold"] == 0

    done = order(floor, "buy", "61000", "0.2")
    fills = floor.v3(0, "GET", "margin/fills", given)
    coins = sum(D(fill["size"]) for fill in fills if fill["currency"] == "BTC")
    spent = sum(D(fill["size"]) for fill in fills if fill["currency"] == "USDT")
    fee = sum(D(fill["fee"]) for fill in fills)
    assert {fill["order_id"] for fill in fills} == {done["order_id"]}
    assert (coins, side(floor, "BTC")["balance"]) == (D("0.2"), D("0.2") + fee)
    assert side(floor, "USDT")["balance"] == 18_000 - spent
    assert floor.v3(0, "GET", "spot/fills", given) == []
    assert before == {ccy: floor.cash(floor.user(), ccy) for ccy in ("BTC", "USDT")}


def test_margin_orders_say_so_and_spot_orders_do_not(floor: FloorV3) -> None:
    told = {"instrument_id": SPOT, "side": "buy", "price": "59000", "size": "0.01"}
    for product, word, code in (("margin", "", "30023"), ("margin", "1", "30024"), ("spot", "2", "30024")):
        assert floor.v3(0, "POST", f"{product}/orders", told | {"margin_trading": word})["error_code"] == code
    batch = floor.v3(0, "POST", "margin/batch_orders", [told | {"margin_trading": "2"}, told])
    assert [row["error_code"] for row in batch["btc-usdt"]] == ["0", "30023"]
    cancel = [{"instrument_id": SPOT, "order_ids": [batch["btc-usdt"][0]["order_id"]]}]
    assert floor.v3(0, "POST", "margin/cancel_batch_orders", cancel)["btc-usdt"][0]["error_code"] == "0"


def test_market_orders_are_paid_by_the_margin_account(floor: FloorV3) -> None:
    given = {"instrument_id": SPOT, "side": "buy", "type": "market", "margin_trading": "2"}
    assert floor.v3(0, "POST", "margin/orders", given | {"notional": "10001"})["error_code"] == "33017"
    assert floor.v3(0, "POST", "margin/orders", given | {"notional": "6000"})["error_code"] == "0"
    have = side(floor, "BTC")["balance"]
    sale = given | {"side": "sell", "size": "0.2"}  # the trading account would have it
    assert floor.v3(0, "POST", "margin/orders", sale)["error_code"] == "33017"
    assert floor.v3(0, "POST", "margin/orders", sale | {"size": str(have)})["error_code"] == "0"
    assert side(floor, "BTC")["balance"] < D("0.00000001")


def test_the_ledger_tells_everything_by_number(floor: FloorV3) -> None:
    moved(floor, "1000", source="6")
    loan(floor, "borrow", "USDT", "6000")
    pass_hours(floor, 2)
    loan(floor, "repayment", "USDT", "2000")
    order(floor, "buy", "61000", "0.1")
    order(floor, "sell", "59000", "0.05")
    moved(floor, "100", to="1", source="5")
    path, parts = "margin/accounts/{instrument_id}/ledger", {"instrument_id": SPOT}
    rows = floor.v3(0, "GET", path, {}, **parts)
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["currency"]] = sums.get(row["currency"], D(0)) + D(row["amount"])
    assert sums == {ccy: side(floor, ccy)["balance"] for ccy in ("BTC", "USDT")}
    counted = {
        number: floor.v3(0, "GET", path, {"type": number}, **parts) for number in ("3", "4", "5", "9", "12", "16")
    }
    assert {number: [D(row["amount"]) for row in found] for number, found in counted.items()} == {
        "3": [6_000],
        "4": [-2_000 + D(6_000) * LOAN_RATE / 12],
        "5": [-D(6_000) * LOAN_RATE / 12],
        "9": [1_000],
        "12": [10_000],
        "16": [-100],
    }
    assert {row["type"] for row in floor.v3(0, "GET", path, {"type": "7"}, **parts)} == {"trade", "fee"}
    assert len(floor.v3(0, "GET", path, {"limit": "2"}, **parts)) == 2


# -- liquidation


def test_a_fall_liquidates_whoever_has_bought_on_credit(floor: FloorV3) -> None:
    set_leverage(floor, "10")
    loan(floor, "borrow", "USDT", "50000")
    order(floor, "buy", "61000", "0.9")
    order(floor, "buy", "50000", "0.05")
    (resting,) = floor.venue.orders.pending(floor.user().uid)
    edge = D(account(floor)["liquidation_price"])
    assert D(50_000) < edge < 57_000
    floor.print_at(SPOT, str(int(edge) + 2))
    assert side(floor, "USDT")["borrowed"] == 50_000
    floor.print_at(SPOT, str(int(edge) - 1))
    assert resting.why is WhyCanceled.LIQUIDATION
    for ccy in ("BTC", "USDT"):
        assert (side(floor, ccy)["borrowed"], side(floor, ccy)["lending_fee"]) == (0, 0)
        assert side(floor, ccy)["balance"] >= 0
    assert borrowed(floor) == []
    assert account(floor)["margin_ratio"] == ""
    assert 0 < floor.venue.pairs.account(floor.user(), market(floor)).own < 5_000
    rows = floor.v3(0, "GET", "margin/accounts/{instrument_id}/ledger", {"type": "24"}, instrument_id=SPOT)
    assert [D(row["amount"]) < 0 for row in rows] == [True]
    assert floor.ledger.house(Room.FUND).cash["USDT"] > 0
    assert floor.ledger.house(Room.LENDERS).cash["USDT"] == 0


def test_a_rise_liquidates_whoever_has_sold_what_was_borrowed(floor: FloorV3) -> None:
    set_leverage(floor, "10")
    loan(floor, "borrow", "BTC", "0.8")
    pass_hours(floor, 30)
    order(floor, "sell", "59500", "0.8")
    edge = D(account(floor)["liquidation_price"])
    assert 63_000 < edge < 75_000
    floor.print_at(SPOT, str(int(edge) - 2))
    assert side(floor, "BTC")["borrowed"] == D("0.8")
    floor.print_at(SPOT, str(int(edge) + 2))
    assert side(floor, "BTC")["borrowed"] == side(floor, "BTC")["lending_fee"] == 0
    assert side(floor, "BTC")["balance"] >= 0
    assert side(floor, "USDT")["balance"] > 0


def test_the_fund_pays_what_a_jump_has_taken(floor: FloorV3) -> None:
    set_leverage(floor, "10")
    loan(floor, "borrow", "USDT", "60000")
    order(floor, "buy", "61000", "1.1")
    floor.print_at(SPOT, "30000")
    assert side(floor, "USDT")["borrowed"] == side(floor, "USDT")["balance"] == 0
    assert floor.ledger.house(Room.FUND).cash["USDT"] < -20_000
    assert floor.ledger.house(Room.LENDERS).cash["USDT"] == 0
    assert D(floor.v3(0, "GET", "spot/accounts/{currency}", currency="USDT")["balance"]) == 90_000  # others are safe


def test_interest_alone_can_liquidate(floor: FloorV3) -> None:
    set_leverage(floor, "10")
    loan(floor, "borrow", "USDT", "90000")
    before = D(account(floor)["margin_ratio"])
    pass_hours(floor, 24 * 200)
    assert 0 < D(account(floor)["margin_ratio"]) < before
    pass_hours(floor, 24 * 200)
    assert side(floor, "USDT")["borrowed"] == 0


def test_a_renamed_pair_keeps_its_margin_accounts(floor: FloorV3) -> None:
    loan(floor, "borrow", "USDT", "5000")
    before = floor.ledger.purse(floor.user().uid, Room.MARGIN, SPOT)
    floor.ledger.rename(SPOT, "XBT-USDT")
    assert floor.ledger.purse(floor.user().uid, Room.MARGIN, "XBT-USDT") is before
    bills = list(floor.office.bills.newest_first(floor.user().uid, Room.MARGIN, "XBT-USDT"))
    assert [bill.change for bill in bills] == [5_000, 10_000]
    assert floor.ledger.purse(floor.user().uid, Room.MARGIN, SPOT) is not before


def test_what_others_have_is_theirs(floor: FloorV3) -> None:
    loan(floor, "borrow", "USDT", "5000")
    assert account(floor, 1)["currency:USDT"]["balance"] == "0"
    assert floor.v3(1, "GET", "margin/accounts/borrowed") == []
    number = borrowed(floor)[0]["borrow_id"]
    given = {"instrument_id": SPOT, "currency": "USDT", "amount": "1", "borrow_id": number}
    assert floor.v3(1, "POST", "margin/accounts/repayment", given) == 33006
    assert floor.clock.now() > START
