"""Money that is borrowed into trading accounts: by hand, by orders, what it costs, and when it is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async import Endpoint, catalogue
from okx_async.core.answers import list_of
from okx_async.core.drift import unmodelled
from okx_async.sim import Exchange
from okx_async.sim.accounts.credit import MAINTENANCE
from okx_async.sim.accounts.debts import HOUR_MS
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import Mode, User
from okx_async.sim.accounts.tickets import spot_mode
from okx_async.sim.query_v5 import Refusal
from okx_async.sim.risk import LOAN_RATE, loan_quota
from tests.sim.accounts.desk import hasty, quiet
from tests.sim.accounts.floor import SPOT, SWAP, Floor, Json
from tests.sim.accounts.test_private_channels import line, pushed
from tests.sim.wire import START

HAND = "account/spot-manual-borrow-repay"


@pytest.fixture
def floor() -> Floor:
    """A floor where the pair can be traded in any size at 60000, and a user has 10000 USDT and nothing else."""
    floor = Floor().empty_at_60000(SPOT, SWAP)
    for buy, price in ((True, 599_990), (False, 600_010)):
        floor.markets[SPOT].book.submit(buy, price, 10**13)
    return floor


@pytest.fixture
def spot(floor: Floor) -> User:
    """A user in spot mode who may borrow."""
    user = floor.office.bank.add_user(mode=Mode.SPOT, trading={"USDT": 10_000})
    user.borrows = True
    return user


@pytest.fixture
def multi(floor: Floor) -> User:
    """A user in multi-currency mode whose orders borrow by themselves."""
    user = floor.office.bank.add_user(mode=Mode.MULTI_CURRENCY, trading={"USDT": 10_000})
    assert floor.ask(user, "account/set-auto-loan", {"autoLoan": True}) == [{"autoLoan": True}]
    return user


def get(floor: Floor, user: User, path: str, **fields: Any) -> list[Json]:
    rows: list[Json] = floor.ask(user, f"?account/{path}", fields)
    return rows


def detail(floor: Floor, user: User, ccy: str) -> Json:
    return next(row for row in get(floor, user, "balance")[0]["details"] if row["ccy"] == ccy)


def by_hand(floor: Floor, user: User, side: str, amount: str, ccy: str = "BTC") -> str:
    """Borrow or repay; return the amount that was, or the code of the refusal."""
    try:
        (row,) = floor.ask(user, HAND, {"ccy": ccy, "side": side, "amt": amount})
    except Refusal as refusal:
        return refusal.code
    assert (row["ccy"], row["side"]) == (ccy, side)
    return str(row["amt"])


def hours(floor: Floor, amount: int) -> None:
    floor.pass_until(floor.clock.now() // HOUR_MS * HOUR_MS + amount * HOUR_MS)
    floor.step()


def lent(floor: Floor, ccy: str) -> Decimal:
    return -floor.ledger.house(Room.LENDERS).cash[ccy]


# -- by hand


def test_what_is_borrowed_by_hand_is_there_to_be_used_and_is_no_equity(floor: Floor, spot: User) -> None:
    assert by_hand(floor, spot, "borrow", "0.1") == "0.1"
    row = detail(floor, spot, "BTC")
    assert (row["cashBal"], row["eq"], row["liab"], row["availBal"], row["interest"]) == ("0.1", "0", "0.1", "0.1", "0")
    assert lent(floor, "BTC") == Decimal("0.1")
    floor.good(spot, SPOT, "sell", "limit", "0.1", "59990")
    assert by_hand(floor, spot, "repay", "0.1") == "51154"
    floor.good(spot, SPOT, "buy", "limit", "0.11", "60100")
    assert by_hand(floor, spot, "repay", "1") == "0.1"
    assert lent(floor, "BTC") == 0
    assert detail(floor, spot, "BTC")["liab"] == "0"
    kinds = [(row["type"], row["amt"], row["accBorrowed"]) for row in get(floor, spot, "spot-borrow-repay-history")]
    assert kinds == [("manual_repay", "0.1", "0"), ("manual_borrow", "0.1", "0.1")]
    floor.conserved()


def test_how_much_may_be_borrowed_is_what_own_money_stands_for(floor: Floor, spot: User) -> None:
    """Three times the leverage lets twice the own money be owed."""
    most = Decimal(detail(floor, spot, "USDT")["maxLoan"])
    assert most == 20_000
    (row,) = get(floor, spot, "max-loan", mgnMode="cross", ccy="BTC")
    assert Decimal(row["maxLoan"]) == (20_000 / Decimal(floor.office.prices.usd("BTC") or 0)).quantize(Decimal("1e-12"))
    assert by_hand(floor, spot, "borrow", "20000.01", "USDT") == "59411"
    assert by_hand(floor, spot, "borrow", "20000", "USDT") == "20000"
    assert by_hand(floor, spot, "borrow", "0.01", "USDT") == "59411"
    assert detail(floor, spot, "USDT")["maxLoan"] == "0"
    both = get(floor, spot, "max-loan", mgnMode="cross", instId=SPOT)
    assert [(row["side"], row["ccy"], row["maxLoan"]) for row in both] == [("buy", "USDT", "0"), ("sell", "BTC", "0")]


def test_the_leverage_of_a_coins_pair_says_how_much_of_it(floor: Floor, spot: User) -> None:
    spot.settings["leverage", SPOT, "cross", ""] = "10"
    (row,) = get(floor, spot, "max-loan", mgnMode="cross", ccy="BTC")
    assert Decimal(row["maxLoan"]) == Decimal("1.5")
    assert by_hand(floor, spot, "borrow", "1.5") == "1.5"
    assert detail(floor, spot, "USDT")["maxLoan"] == "0"


def test_a_quota_is_shared_by_a_master_and_its_sub_accounts(floor: Floor, spot: User) -> None:
    floor.office.bank.ledger.move(
        "USDT", Decimal(10**9), floor.ledger.house(Room.OUTSIDE), floor.venue.margins.purse(spot), "1"
    )
    sub = floor.office.bank.add_user("sub", master=spot, mode=Mode.SPOT, trading={"USDT": 1_000_000})
    sub.borrows = True
    assert by_hand(floor, spot, "borrow", str(loan_quota("BTC") - 1)) != "59412"
    assert by_hand(floor, sub, "borrow", "2") == "59412"
    (row,) = get(floor, sub, "interest-limits", ccy="BTC")[0]["records"]
    assert (row["loanQuota"], row["surplusLmt"], row["usedLmt"]) == ("1000", "1", "0")
    assert by_hand(floor, sub, "borrow", "1") == "1"


def test_who_may_not_borrow(floor: Floor, spot: User, multi: User) -> None:
    spot.borrows = False
    assert by_hand(floor, spot, "borrow", "0.1") == "59410"
    assert detail(floor, spot, "USDT")["maxLoan"] == ""
    assert by_hand(floor, multi, "borrow", "0.1") == by_hand(floor, floor.user(), "borrow", "0.1") == "51010"
    spot.borrows = True
    assert by_hand(floor, spot, "repay", "0.1") == "59413"
    assert by_hand(floor, spot, "borrow", "0.1", "NOCOIN") == "51012"
    assert by_hand(floor, spot, "borrow", "-1") == by_hand(floor, spot, "lend", "1") == "51000"
    assert floor.answer_code(spot, "account/set-auto-loan", {"autoLoan": True}) == "54001"
    assert floor.answer_code(multi, "account/set-auto-repay", {"autoRepay": True}) == "51010"
    with pytest.raises(Refusal) as caught:
        get(floor, spot, "max-loan", mgnMode="isolated", instId=SPOT)
    assert caught.value.code == "50062"
    with pytest.raises(Refusal) as caught:
        get(floor, floor.user(), "max-loan", mgnMode="cross", ccy="BTC")
    assert caught.value.code == "51010"


# -- interest


def test_interest_grows_by_the_hour_and_is_paid_before_anything_is_given_back(floor: Floor, spot: User) -> None:
    by_hand(floor, spot, "borrow", "0.1")
    hours(floor, 1)
    hours(floor, 2)
    hourly = (Decimal("0.1") * LOAN_RATE / 24).quantize(Decimal("1e-12"))
    rows = get(floor, spot, "interest-accrued", ccy="BTC")
    assert [int(row["ts"]) % HOUR_MS for row in rows] == [0, 0, 0]
    assert [Decimal(row["totalLiab"]) for row in rows] == [Decimal("0.1") + count * hourly for count in (3, 2, 1)]
    assert {(Decimal(row["interest"]), row["liab"], row["mgnMode"]) for row in rows} == {(hourly, "0.1", "cross")}
    told = detail(floor, spot, "BTC")
    assert (Decimal(told["interest"]), Decimal(told["eq"])) == (3 * hourly, -3 * hourly)
    before = floor.ledger.house(Room.FEES).cash["BTC"]
    assert by_hand(floor, spot, "repay", "0.05") == "0.05"
    assert floor.ledger.house(Room.FEES).cash["BTC"] - before == 3 * hourly
    assert lent(floor, "BTC") == Decimal("0.05") + 3 * hourly
    assert get(floor, spot, "interest-accrued", ccy="USDT") == get(floor, spot, "interest-accrued", instId=SPOT) == []
    floor.conserved()


def test_rates_and_limits_are_told(floor: Floor, spot: User) -> None:
    by_hand(floor, spot, "borrow", "5000", "USDT")
    hours(floor, 1)
    (limits,) = get(floor, spot, "interest-limits", ccy="USDT")
    (record,) = limits["records"]
    assert Decimal(limits["debt"]) == 5_000 + Decimal(limits["interest"])
    assert int(limits["nextInterestTime"]) == (floor.clock.now() // HOUR_MS + 1) * HOUR_MS
    assert (record["usedLmt"], record["surplusLmt"]) == ("5000", str(loan_quota("USDT") - 5_000))
    (rate,) = get(floor, spot, "interest-rate", ccy="USDT")
    assert Decimal(rate["interestRate"]) * 5_000 == pytest.approx(Decimal(limits["interest"]))
    assert {row["ccy"] for row in get(floor, spot, "interest-rate")} >= {"BTC", "USDT"}


# -- orders


@pytest.mark.parametrize("who", ["spot", "multi"])
def test_an_order_borrows_what_the_account_lacks(floor: Floor, who: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(who)
    told = floor.ask(user, "trade/order-precheck", {"instId": SPOT, "tdMode": spot_mode(user), "side": "buy",
                                                     "ordType": "limit", "sz": "0.4", "px": "60001"})[0]  # fmt: skip
    assert (told["liab"], told["liabChg"], told["liabChgCcy"]) == ("0", "14000.4", "USDT")
    order = floor.good(user, SPOT, "buy", "limit", "0.4", "60001")
    row = detail(floor, user, "USDT")
    assert (floor.order(user, SPOT, order)["state"], row["cashBal"], row["liab"]) == ("filled", "0", "14000.4")
    assert floor.code(user, SPOT, "buy", "limit", "0.2", "60001") == "51008"
    assert [one["type"] for one in get(floor, user, "spot-borrow-repay-history")] == ["auto_borrow"]
    (bill,) = [one for one in get(floor, user, "bills", ccy="USDT") if Decimal(one["balChg"]) == Decimal("14000.4")]
    assert (bill["ordId"], bill["type"], bill["px"]) == ("", "", "")
    floor.conserved()


def test_what_an_order_brings_repays_by_itself_where_that_is_set(floor: Floor, spot: User, multi: User) -> None:
    for user in (spot, multi):
        floor.good(user, SPOT, "buy", "limit", "0.4", "60001")
        assert floor.venue.credit.owed(user, "USDT")[0] == Decimal("14000.4")
        floor.good(user, SPOT, "sell", "limit", "0.1", "59999")
    assert floor.venue.credit.owed(multi, "USDT")[0] < 9_000
    assert floor.venue.credit.owed(spot, "USDT")[0] == Decimal("14000.4")
    assert floor.ask(spot, "account/set-auto-repay", {"autoRepay": True}) == [{"autoRepay": True}]
    floor.step()
    assert floor.venue.credit.owed(spot, "USDT") == floor.venue.credit.owed(multi, "USDT")
    assert floor.cash(spot, "USDT") == 0
    floor.conserved()


def test_a_resting_order_counts_against_what_may_still_be_borrowed(floor: Floor, multi: User) -> None:
    order = floor.good(multi, SPOT, "buy", "limit", "0.45", "59000")
    assert floor.code(multi, SPOT, "buy", "limit", "0.1", "59000") == "51008"
    assert lent(floor, "USDT") == 0
    floor.ask(multi, "trade/cancel-order", {"instId": SPOT, "ordId": order})
    floor.good(multi, SPOT, "buy", "limit", "0.1", "59000")


def test_a_market_order_is_cut_to_what_can_be_paid_with_what_may_be_borrowed(floor: Floor, multi: User) -> None:
    order = floor.good(multi, SPOT, "buy", "market", "3", tgtCcy="base_ccy")
    filled = Decimal(floor.order(multi, SPOT, order)["accFillSz"]) * Decimal(60001)
    assert 29_999 < filled <= 30_000


@pytest.mark.parametrize("ord_type", ["limit", "market"])
def test_a_pair_is_traded_on_cross_margin_in_multi_currency_mode(floor: Floor, multi: User, ord_type: str) -> None:
    cross = {"tdMode": "cross"}
    (size,) = floor.ask(multi, "?account/max-size", {"instId": SPOT, "px": "60000"} | cross)
    assert (size["maxBuy"], size["maxSell"]) == ("0.5", "0.33333333")
    (sums,) = floor.ask(multi, "?account/max-avail-size", {"instId": SPOT} | cross)
    assert (sums["availBuy"], Decimal(sums["availSell"])) == ("30000", Decimal("0.333333333333"))
    waiting = floor.good(multi, SPOT, "sell", "limit", "0.01", "61000", **cross)
    assert (detail(floor, multi, "BTC")["ordFrozen"], detail(floor, multi, "BTC")["imr"]) == ("0.01", "0")
    order = floor.good(multi, SPOT, "sell", ord_type, "0.2", "59999", **cross)
    row = floor.order(multi, SPOT, order)
    assert (row["state"], row["instType"], row["tdMode"]) == ("filled", "SPOT", "cross")
    assert detail(floor, multi, "BTC")["liab"] == "0.2"
    floor.ask(multi, "trade/cancel-order", {"instId": SPOT, "ordId": waiting})
    floor.good(multi, SPOT, "buy", "limit", "0.3", "60001", **cross)
    assert detail(floor, multi, "BTC")["liab"] == "0"
    pending = floor.ask(multi, "?trade/orders-history", {"instType": "SPOT"})
    assert len(pending) == 3
    floor.conserved()


def test_nobody_else_trades_a_pair_on_margin(floor: Floor, spot: User, multi: User) -> None:
    for user, mode in ((spot, "cross"), (floor.user(), "cross"), (multi, "isolated")):
        assert floor.code(user, SPOT, "buy", "limit", "0.01", "60000", tdMode=mode) == "54000"


def test_contracts_are_opened_with_what_debts_do_not_need(floor: Floor, multi: User) -> None:
    """There are 28000 USDT after a sale on credit, of which 1000 are neither owed nor needed for what is owed."""
    floor.markets[SWAP].book.submit(False, 600_000, 10**9)
    floor.good(multi, SPOT, "sell", "limit", "0.3", "59999")
    assert Decimal(detail(floor, multi, "USDT")["availBal"]) > 27_000
    spare = floor.venue.margins.spendable(multi, "USDT")
    assert 900 < spare < 1_000
    fits = int(spare * 3 / 600)
    assert floor.code(multi, SWAP, "buy", "limit", str(fits + 1), "60000") == "51008"
    floor.good(multi, SWAP, "buy", "limit", str(fits - 1), "60000")


def test_an_order_that_was_let_in_is_honoured_and_no_other(floor: Floor, multi: User) -> None:
    order = floor.good(multi, SPOT, "buy", "limit", "0.3", "59999.5")
    floor.ask(multi, "account/set-auto-loan", {"autoLoan": False})
    assert floor.code(multi, SPOT, "buy", "limit", "0.01", "59999.5") == "51008"
    floor.good(floor.user(), SPOT, "sell", "limit", "0.3", "59999.5")
    assert floor.order(multi, SPOT, order)["state"] == "filled"
    assert (detail(floor, multi, "USDT")["cashBal"], detail(floor, multi, "USDT")["liab"]) == ("0", "7999.85")
    floor.venue.credit.spend(floor.user(), "USDT", Decimal(10**9))
    assert not floor.venue.credit.debts.of(floor.user())
    floor.conserved()


def test_no_order_borrows_more_than_a_quota_leaves(floor: Floor, multi: User) -> None:
    floor.ledger.move("BTC", Decimal(500), floor.ledger.house(Room.OUTSIDE), floor.venue.margins.purse(multi), "1")
    (row,) = get(floor, multi, "max-loan", mgnMode="cross", ccy="USDT")
    assert row["maxLoan"] == str(loan_quota("USDT"))
    assert floor.code(multi, SPOT, "buy", "limit", "17", "60001") == "51008"
    floor.good(multi, SPOT, "buy", "limit", "16.8", "60001")


# -- one-click repay


@pytest.mark.parametrize("who", ["spot", "multi"])
def test_a_debt_is_paid_off_with_another_currency(floor: Floor, who: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(who)
    floor.good(user, SPOT, "buy", "limit", "0.4", "60001")
    (told,) = floor.ask(user, "?trade/one-click-repay-currency-list-v2")
    assert told["debtData"] == [{"debtCcy": "USDT", "debtAmt": "14000.4"}]
    assert [row["repayCcy"] for row in told["repayData"]] == ["BTC"]
    repay = {"debtCcy": "USDT", "repayCcyList": ["ETH", "BTC"]}
    floor.ask(user, "trade/one-click-repay-v2", repay)
    assert not floor.venue.credit.debts.of(user)
    assert 0 <= floor.cash(user, "USDT") < 1
    (row,) = floor.ask(user, "?trade/one-click-repay-history-v2")
    (order,) = row["ordIdInfo"]
    assert (row["status"], row["fillDebtSz"], order["side"], order["state"]) == ("filled", "14000.4", "sell", "filled")
    assert floor.order(user, SPOT, order["ordId"])["tdMode"] == ("cash" if who == "spot" else "cross")
    assert floor.answer_code(user, "trade/one-click-repay-v2", repay) == "59413"
    floor.conserved()


def test_a_debt_in_a_base_is_paid_off_with_its_quote_as_far_as_that_goes(floor: Floor, spot: User) -> None:
    by_hand(floor, spot, "borrow", "0.3")
    floor.ask(spot, "asset/transfer", {"ccy": "USDT", "amt": "1000", "from": "18", "to": "6"})
    floor.good(spot, SPOT, "sell", "limit", "0.3", "59999")
    usdt = floor.cash(spot, "USDT")
    asked = {"debtCcy": "BTC", "repayCcyList": ["USDT"]}
    floor.ask(spot, "trade/one-click-repay-v2", asked)
    assert 0 < floor.cash(spot, "USDT") < usdt - 18_000
    assert not floor.venue.credit.debts.of(spot)
    for codes, fields in (
        ("51000", asked | {"repayCcyList": "USDT"}),
        ("51000", asked | {"repayCcyList": []}),
        ("50014", {"repayCcyList": ["USDT"]}),
    ):
        assert floor.answer_code(spot, "trade/one-click-repay-v2", fields) == codes
    assert floor.answer_code(floor.user(), "trade/one-click-repay-v2", asked) == "51010"
    floor.conserved()


def test_a_repayment_that_finds_nothing_to_sell_has_failed(floor: Floor, spot: User) -> None:
    floor.good(spot, SPOT, "buy", "limit", "0.4", "60001")
    floor.ask(spot, "trade/one-click-repay-v2", {"debtCcy": "USDT", "repayCcyList": ["ETH", "NOCOIN"]})
    (row,) = floor.ask(spot, "?trade/one-click-repay-history-v2")
    assert (row["status"], row["fillDebtSz"], row["ordIdInfo"]) == ("failed", "0", [])
    assert floor.venue.credit.owed(spot, "USDT")[0] == Decimal("14000.4")


# -- taking out, switching


def test_what_debts_need_cannot_be_taken_out(floor: Floor, spot: User) -> None:
    by_hand(floor, spot, "borrow", "10000", "USDT")
    (row,) = get(floor, spot, "max-withdrawal", ccy="USDT")
    assert row["maxWd"] == "5000"
    out = {"ccy": "USDT", "from": "18", "to": "6"}
    assert floor.answer_code(spot, "asset/transfer", out | {"amt": "5000.01"}) == "58350"
    assert floor.answer_code(spot, "asset/transfer", out | {"amt": "5000"}) == "0"
    assert floor.answer_code(spot, "account/set-account-level", {"acctLv": "2"}) == "59139"
    by_hand(floor, spot, "repay", "10000", "USDT")
    assert floor.answer_code(spot, "account/set-account-level", {"acctLv": "2"}) == "0"


# -- liquidation


def test_an_account_whose_own_money_no_longer_suffices_is_liquidated(floor: Floor, spot: User) -> None:
    floor.good(spot, SPOT, "buy", "limit", "0.4", "60001")
    waiting = floor.good(spot, SPOT, "sell", "limit", "0.1", "65000")
    floor.print_at(SPOT, "40000")
    assert floor.venue.credit.owed(spot, "USDT")[0] > 0
    floor.print_at(SPOT, "36000")
    assert floor.order(spot, SPOT, waiting)["cancelSource"] == "3"
    assert not floor.venue.credit.debts.of(spot)
    assert lent(floor, "USDT") == 0
    assert Decimal(0) < floor.cash(spot, "BTC") < Decimal("0.05")
    assert floor.ledger.house(Room.FUND).cash["USDT"] == 0
    floor.conserved()


def test_the_fund_pays_what_nothing_is_left_for(floor: Floor, spot: User) -> None:
    floor.good(spot, SPOT, "buy", "limit", "0.4", "60001")
    floor.print_at(SPOT, "20000")
    assert not floor.venue.credit.debts.of(spot)
    assert floor.ledger.house(Room.FUND).cash["USDT"] < -5_000
    assert lent(floor, "USDT") == floor.cash(spot, "BTC") == floor.cash(spot, "USDT") == 0
    floor.conserved()


def test_interest_alone_can_end_an_account(floor: Floor, spot: User) -> None:
    """Two thirds of everything are owed: some years of interest take the rest."""
    by_hand(floor, spot, "borrow", "20000", "USDT")
    floor.pass_until(START + 24 * HOUR_MS * 365 * 7)
    floor.step()
    assert not floor.venue.credit.debts.of(spot)
    assert floor.cash(spot, "USDT") < 20_000 * MAINTENANCE
    floor.conserved()


# -- the client


ASKED: dict[str, Json] = {
    "trade/order-precheck": {"instId": SPOT, "tdMode": "cash", "side": "buy", "ordType": "market", "sz": "10"},
    "account/spot-manual-borrow-repay": {"ccy": "BTC", "side": "repay", "amt": "0.01"},
    "account/spot-borrow-repay-history": {},
    "account/set-auto-repay": {"autoRepay": True},
    "account/set-auto-loan": {"autoLoan": True},
    "account/interest-accrued": {},
    "account/interest-rate": {"ccy": "BTC"},
    "account/interest-limits": {"ccy": "BTC"},
    "account/max-loan": {"mgnMode": "cross", "instId": SPOT},
    "trade/one-click-repay-currency-list-v2": {},
    "trade/one-click-repay-v2": {"debtCcy": "BTC", "repayCcyList": ["USDT"]},
    "trade/one-click-repay-history-v2": {},
}


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """An exchange whose first user has owed a tenth of a coin for an hour."""
    async with quiet(limits=False) as exchange:
        user = exchange.user()
        user.mode, user.borrows = Mode.SPOT, True
        async with hasty(exchange) as client:
            await client.account.spot_manual_borrow_repay("BTC", "borrow", "0.1")
            await exchange.advance(3_700)
        yield exchange


@pytest.mark.parametrize("endpoint", [row for row in catalogue() if row.path.removeprefix("/api/v5/") in ASKED
                                      and not row.deprecated], ids=lambda row: row.name)  # fmt: skip
async def test_rows_have_types(endpoint: Endpoint, sim: Exchange) -> None:
    path = endpoint.path.removeprefix("/api/v5/")
    if path == "account/set-auto-loan":
        sim.user().mode = Mode.MULTI_CURRENCY
    async with hasty(sim) as client:
        if endpoint.name == "one_click_repay_history_v2":
            await client.trade.one_click_repay_v2("BTC", ["USDT"])
        raw: Any = await client.request(endpoint.method, endpoint.path, ASKED[path])
    assert raw
    shape = endpoint.result if str(endpoint.result).startswith("list") else list_of(endpoint.result)
    assert unmodelled(shape, raw) == set()


async def test_the_client_reads_what_it_owes(sim: Exchange) -> None:
    async with hasty(sim) as client:
        config = await client.account.config()
        assert (config.enable_spot_borrow, config.spot_borrow_auto_repay, config.auto_loan) == (True, False, False)
        (accrued,) = await client.account.interest_accrued(ccy="BTC")
        (record,) = await client.account.spot_borrow_repay_history()
        assert (accrued.liab, record.type, record.acc_borrowed) == (Decimal("0.1"), "manual_borrow", Decimal("0.1"))
        row = await client.account.balance("BTC")
        assert [(one.liab, one.interest, one.eq) for one in row.details or ()] == [
            (Decimal("0.1"), accrued.interest, 5 - (accrued.interest or 0))
        ]


async def test_interest_is_told_on_the_account_channel() -> None:
    """Without any money moving."""
    async with quiet(limits=False) as exchange, line(exchange, {"channel": "account"}) as client:
        user = exchange.user()
        user.mode, user.borrows = Mode.SPOT, True
        exchange.venue.credit.debts.borrow(user, "BTC", Decimal("0.1"), "manual_borrow")
        assert told(await pushed(client), "BTC")["interest"] == "0"
        exchange.venue.debt_guard.pass_by(exchange.now + HOUR_MS)
        (message,) = await pushed(client)
        assert Decimal(told([message], "BTC")["interest"]) > 0


def told(messages: list[Json], ccy: str) -> Json:
    """What the latest of some pushes says of a currency."""
    return dict(next(row for row in messages[-1]["data"][0]["details"] if row["ccy"] == ccy))
