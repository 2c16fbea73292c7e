"""Bills of trading accounts: a row for each currency of a trade, funding, liquidations, and what joins with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim.accounts.people import User
from okx_async.sim.derivatives import FUNDING_MS
from tests.sim.accounts.floor import INVERSE, SPOT, SWAP, Floor

SELLER, BUYER = 0, 2
Json = dict[str, Any]


@pytest.fixture
def floor() -> Floor:
    """A floor whose first books hold nothing but what users put there, at a last price of 60000."""
    return Floor().empty_at_60000(SPOT, SWAP, INVERSE)


def bills(floor: Floor, user: User, **wanted: str) -> list[Json]:
    return floor.ask(user, "?account/bills", wanted)


def swap(floor: Floor, inst_id: str = SWAP, size: str = "10", **more: str) -> None:
    floor.good(floor.user(SELLER), inst_id, "sell", "limit", size, "60000")
    floor.good(floor.user(BUYER), inst_id, "buy", "ioc", size, "60000", **more)


def test_a_spot_trade_has_a_bill_in_each_currency_and_its_fee_is_in_what_was_received(floor: Floor) -> None:
    seller, buyer = floor.user(SELLER), floor.user(BUYER)
    floor.good(seller, SPOT, "sell", "limit", "0.1", "60000")
    floor.good(buyer, SPOT, "buy", "ioc", "0.1", "60000", clOrdId="named", tag="mine")
    shown = ("ccy", "subType", "sz", "fee", "balChg")
    bought = bills(floor, buyer, type="2")
    assert [tuple(row[name] for name in shown) for row in bought] == [
        ("USDT", "2", "6000", "0", "-6000"),
        ("BTC", "1", "0.1", "-0.0001", "0.0999"),
    ]
    assert {(row["clOrdId"], row["tag"], row["execType"], row["px"]) for row in bought} == {
        ("named", "mine", "T", "60000")
    }
    sold = bills(floor, seller, type="2")
    assert [tuple(row[name] for name in shown) for row in sold] == [
        ("BTC", "2", "0.1", "0", "-0.1"),
        ("USDT", "1", "6000", "-4.8", "5995.2"),
    ]
    assert [row["ccy"] for row in bills(floor, seller, subType="1")] == ["USDT"]
    for user, rows in ((seller, sold), (buyer, bought)):
        assert {row["ccy"]: Decimal(row["bal"]) for row in rows} == {
            row["ccy"]: floor.cash(user, row["ccy"]) for row in rows
        }


def test_a_trade_of_a_contract_has_one_bill_with_profit_and_fee(floor: Floor) -> None:
    buyer = floor.user(BUYER)
    swap(floor)
    (opened,) = bills(floor, buyer, type="2")
    assert (opened["balChg"], opened["fee"], opened["pnl"], opened["sz"]) == ("-3", "-3", "0", "10")
    floor.good(floor.user(SELLER), SWAP, "buy", "limit", "10", "60100")
    floor.good(buyer, SWAP, "sell", "ioc", "10", "60100")
    closed = bills(floor, buyer, type="2")[0]
    assert (closed["pnl"], closed["fee"], closed["balChg"]) == ("10", "-3.005", "6.995")
    assert Decimal(closed["bal"]) == floor.cash(buyer, "USDT")


def test_a_fill_has_the_number_of_the_bill_with_its_fee_and_pages_go_by_it(floor: Floor) -> None:
    for _ in range(3):
        floor.good(floor.user(SELLER), SPOT, "sell", "limit", "0.1", "60000")
        floor.good(floor.user(BUYER), SPOT, "buy", "ioc", "0.1", "60000")
        swap(floor)
    for which in (SELLER, BUYER):
        user = floor.user(which)
        numbered = {row["billId"]: row for row in bills(floor, user)}
        for fill in floor.ask(user, "?trade/fills"):
            bill = numbered[fill["billId"]]
            assert all(bill[name] == fill[name] for name in ("ordId", "tradeId", "fee", "instId", "fillTime"))
            assert bill["ccy"] == fill["feeCcy"]
        every = bills(floor, user)
        numbers = [int(row["billId"]) for row in every]
        assert numbers == sorted(set(numbers), reverse=True)
        paged: list[Json] = []
        while page := bills(floor, user, limit="2", **({"after": paged[-1]["billId"]} if paged else {})):
            paged += page
        assert paged == every


def test_what_is_no_trade_says_which_position_it_is_about(floor: Floor) -> None:
    swap(floor, tdMode="isolated")
    swap(floor, INVERSE)
    floor.pass_until((floor.clock.now() // FUNDING_MS + 1) * FUNDING_MS)
    floor.step()
    buyer = floor.user(BUYER)
    rows = {row["instId"]: row for row in bills(floor, buyer, type="8", instType="SWAP")}
    linear = rows[SWAP]
    assert (linear["mgnMode"], linear["sz"], linear["fee"], linear["ordId"]) == ("isolated", "10", "0", "")
    assert linear["pnl"] == linear["balChg"] != "0"
    assert rows[INVERSE]["mgnMode"] == "cross"
    assert bills(floor, buyer, type="8", mgnMode="isolated") == [linear]
    assert [row["instId"] for row in bills(floor, buyer, type="8", ctType="linear")] == [SWAP]
    assert [row["instId"] for row in bills(floor, buyer, type="8", ctType="inverse")] == [INVERSE]


def test_a_liquidation_says_what_it_cost_and_of_which_position(floor: Floor) -> None:
    poor = floor.office.bank.add_user("", trading={"USDT": 700})
    floor.ask(poor, "account/set-leverage", {"instId": SWAP, "lever": "10", "mgnMode": "isolated"})
    floor.good(floor.user(SELLER), SWAP, "sell", "limit", "10", "60000")
    floor.good(poor, SWAP, "buy", "ioc", "10", "60000", tdMode="isolated")
    floor.print_at(SWAP, "50000")
    assert floor.positions(poor) == []
    (penalty,) = bills(floor, poor, type="5", subType="110")
    assert (penalty["instType"], penalty["mgnMode"], penalty["sz"]) == ("SWAP", "isolated", "10")
    (covered,) = bills(floor, poor, type="10")
    assert covered["pnl"] == covered["balChg"]
    floor.conserved()
