"""Flexible loans under the clock: lent, earning interest, repaid or sold out, and no coin made or lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from okx_async import OKX
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.flexible_loans import LIQUIDATION
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.earn_rates import HOUR_MS, borrow_rate
from okx_async.sim.query_v5 import Refusal
from okx_async.v5.models.earn_flexible_loan import CollateralArg, LoanArg

from .desk import Json, ask, funds, quiet, told

HOUR = 3600
START = 1_767_225_600_000
PRICES = {"BTC": Decimal(50_000), "ETH": Decimal(2_000), "USDT": Decimal(1)}


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """One bitcoin is fifty thousand dollars, one ether two thousand, and the first user has both."""
    async with quiet(clock=VirtualClock(START)) as exchange:
        prices = dict(PRICES)
        exchange.accounts.prices.usd = lambda ccy: prices.get(ccy)  # type: ignore[method-assign]
        exchange.told_prices = prices  # type: ignore[attr-defined]
        outside = exchange.ledger.house(Room.OUTSIDE)
        exchange.ledger.move("ETH", Decimal(10), outside, exchange.accounts.bank.funding(exchange.user()), "1")
        yield exchange
        currencies = {ccy for purse in exchange.ledger.purses() for ccy in purse.cash}
        assert {exchange.ledger.total(ccy) for ccy in currencies} == {Decimal(0)}
        held = exchange.ledger.purse(exchange.user().uid, Room.COLLATERAL).cash
        shown = [row for loan in get(exchange, "loan-info") for row in loan["collateralData"]]
        for ccy in held:
            assert held[ccy] == sum(Decimal(row["amt"]) for row in shown if row["ccy"] == ccy)


def price(sim: Exchange, ccy: str, value: int) -> None:
    sim.told_prices[ccy] = Decimal(value)  # type: ignore[attr-defined]


def get(sim: Exchange, path: str, **fields: str) -> list[Json]:
    return ask(sim, sim.user(), "GET", f"finance/flexible-loan/{path}", fields)


def post(sim: Exchange, path: str, **fields: object) -> list[Json]:
    return ask(sim, sim.user(), "POST", f"finance/flexible-loan/{path}", dict(fields))


def amounts(**said: str) -> list[dict[str, str]]:
    return [{"ccy": ccy, "amt": amt} for ccy, amt in said.items()]


def borrow(sim: Exchange, name: str, amt: str = "10000", ccy: str = "USDT", **more: object) -> str:
    said: Json = {"loanData": {"ccy": ccy, "amt": amt}, "clOrdId": name, **more}
    return str(post(sim, "borrow", **({"collateralData": amounts(BTC="0.5")} | said))[0]["ordId"])


def code(sim: Exchange, path: str, **fields: object) -> str:
    with pytest.raises(Refusal) as caught:
        post(sim, path, **fields)
    return caught.value.code


async def test_coins_are_lent_against_others_and_owed_with_interest(sim: Exchange) -> None:
    user, before = sim.user(), funds(sim, sim.user())
    number = borrow(sim, "one")
    assert told(funds(sim, user) - before, funds(sim, user, "BTC")) == [10_000, Decimal("0.5")]
    await sim.advance(2 * HOUR)
    (loan,) = get(sim, "loan-info", ordId=number)
    owed = Decimal(10_000)
    for hour in (1, 2):
        owed += (owed * (borrow_rate("USDT", START // HOUR_MS + hour) / 8760)).quantize(Decimal("1e-12"))
    assert Decimal(loan["loanData"][0]["amt"]) == owed
    assert (loan["collateralNotionalUsd"], loan["curLTV"]) == ("25000", "0.4")
    assert loan["riskWarningData"]["instId"] == "BTC-USDT"
    assert Decimal(loan["riskWarningData"]["liqPx"]) == (owed / Decimal("0.5") / LIQUIDATION).quantize(Decimal("1e-8"))
    interest = get(sim, "interest-accrued", ccy="USDT")
    assert [int(row["ts"]) for row in interest] == [START + 2 * HOUR_MS, START + HOUR_MS]
    assert Decimal(interest[0]["loan"]) + Decimal(interest[0]["interest"]) == owed
    assert get(sim, "interest-accrued", ccy="BTC") == []
    types = [bill["type"] for bill in ask(sim, user, "GET", "asset/bills", {})[:2]]
    assert types == ["217", "212"]


async def test_a_loan_is_repaid_in_parts_and_its_collateral_returns(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    number = borrow(sim, "one")
    (row,) = post(sim, "repay", ordId=number, ccy="USDT", amt="4000", clOrdId="two")
    assert (row["amt"], get(sim, "loan-info")[0]["loanNotionalUsd"]) == ("4000", "6000")
    await sim.advance(HOUR)
    (row,) = post(sim, "repay", ordId=number, ccy="USDT", amt="7000", clOrdId="three")
    assert 6000 < Decimal(row["amt"]) < 6001
    assert get(sim, "loan-info") == []
    assert told(funds(sim, sim.user()), funds(sim, sim.user(), "BTC")) == [before + 6000 - Decimal(row["amt"]), 1]
    told_types = [one["type"] for one in get(sim, "loan-history", ordId=number)]
    assert told_types == ["collateral_released", "repaid", "repaid", "borrowed", "collateral_locked"]
    pages = get(sim, "loan-history", limit="2"), get(sim, "loan-history", limit="2", type="repaid")
    assert [[one["type"] for one in page] for page in pages] == [told_types[:2], ["repaid", "repaid"]]
    assert code(sim, "repay", ordId=number, ccy="USDT", amt="1", clOrdId="four") == "51603"


async def test_how_much_can_be_borrowed_and_how_much_collateral_can_leave(sim: Exchange) -> None:
    (row,) = post(sim, "max-loan", borrowCcy="USDT", supCollateral=amounts(BTC="0.5"))
    assert (row["maxLoan"], row["notionalUsd"], row["remainingQuota"]) == ("17500", "17500", "1000000")
    assert code(
        sim, "borrow", loanData=amounts(USDT="17500.01")[0], collateralData=amounts(BTC="0.5"), clOrdId="a"
    ) == ("51757")
    number = borrow(sim, "one", "17500")
    assert get(sim, "max-collateral-redeem-amount", ccy="BTC")[0]["maxRedeemAmt"] == "0"
    assert post(sim, "adjust-collateral", type="add", collateralCcy="ETH", collateralAmt="5") == []
    assert get(sim, "max-collateral-redeem-amount", ccy="BTC", ordId=number)[0]["maxRedeemAmt"] == "0.2"
    assert post(sim, "max-loan", borrowCcy="USDT", ordId=number)[0]["maxLoan"] == "7000"
    refused = {"type": "reduce", "collateralCcy": "BTC", "collateralAmt": "0.20000001"}
    assert code(sim, "adjust-collateral", **refused) == "51756"
    post(sim, "adjust-collateral", **refused | {"collateralAmt": "0.2"})
    assert told(funds(sim, sim.user(), "BTC"), funds(sim, sim.user(), "ETH")) == [Decimal("0.7"), 5]
    assert get(sim, "loan-info")[0]["curLTV"] == "0.7"
    assert get(sim, "loan-info")[0]["riskWarningData"] == {"instId": "", "liqPx": ""}
    assert borrow(sim, "more", "1", collateralData=amounts(ETH="1"), ordId=number) == number


async def test_collateral_is_sold_when_the_debt_is_too_much_of_it(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    borrow(sim, "one", "17000", collateralData=amounts(BTC="0.5", ETH="1"))
    price(sim, "BTC", 37_000)
    assert get(sim, "loan-info")[0]["curLTV"] == "0.8293"
    price(sim, "BTC", 36_000)
    assert get(sim, "loan-info") == []
    sold, *_ = get(sim, "loan-history", type="forced_liquidation")
    expected = (Decimal(17_000) * Decimal("1.02") / 36_000).quantize(Decimal("1e-8"), "ROUND_UP")
    assert (sold["ccy"], Decimal(sold["amt"])) == ("BTC", -expected)
    # The borrowed coins stay, the ether and the rest of the bitcoins are back.
    assert told(funds(sim, sim.user()) - before, funds(sim, sim.user(), "ETH")) == [17_000, 10]
    assert funds(sim, sim.user(), "BTC") == 1 - expected


async def test_what_collateral_does_not_pay_is_the_house_s_loss(sim: Exchange) -> None:
    borrow(sim, "one", "17000")
    price(sim, "BTC", 100)
    assert get(sim, "loan-info") == []
    assert Decimal(get(sim, "loan-history", type="forced_liquidation")[0]["amt"]) == Decimal("-0.5")
    assert funds(sim, sim.user(), "BTC") == Decimal("0.5")


async def test_one_coin_is_never_on_both_sides_of_a_loan(sim: Exchange) -> None:
    number = borrow(sim, "one")
    more: Json = {"ordId": number, "clOrdId": "two"}
    wanted: Json = {"loanData": {"ccy": "BTC", "amt": "0.01"}, "collateralData": []}
    assert code(sim, "borrow", **more | wanted) == "51750"
    wanted = {"loanData": {"ccy": "ETH", "amt": "1"}, "collateralData": amounts(USDT="5000")}
    assert code(sim, "borrow", **more | wanted) == "51750"
    assert borrow(sim, "two", "1", "ETH", ordId=number, collateralData=[]) == number
    assert [row["ccy"] for row in get(sim, "loan-info")[0]["loanData"]] == ["USDT", "ETH"]


LEND = {"loanData": {"ccy": "USDT", "amt": "100"}, "collateralData": [{"ccy": "BTC", "amt": "0.1"}], "clOrdId": "new"}


@pytest.mark.parametrize(
    ("wanted", "path", "fields"),
    [
        ("50014", "borrow", {}),
        ("51000", "borrow", LEND | {"loanData": "much"}),
        ("51000", "borrow", LEND | {"collateralData": "much"}),
        ("50014", "borrow", LEND | {"clOrdId": ""}),
        ("51016", "borrow", LEND | {"clOrdId": "taken"}),
        ("51785", "borrow", LEND | {"eMode": "1"}),
        ("51751", "borrow", LEND | {"loanData": {"ccy": "NOPE", "amt": "1"}}),
        ("51752", "borrow", LEND | {"collateralData": [{"ccy": "NOPE", "amt": "1"}]}),
        ("51750", "borrow", LEND | {"loanData": {"ccy": "BTC", "amt": "0.01"}}),
        ("51764", "borrow", LEND | {"collateralData": [{"ccy": "BTC", "amt": "2"}]}),
        ("51757", "borrow", LEND | {"collateralData": []}),
        ("51603", "borrow", LEND | {"ordId": "1"}),
        ("51754", "repay", {"ordId": "", "ccy": "BTC", "amt": "1", "clOrdId": "new"}),
        ("51753", "adjust-collateral", {"type": "reduce", "collateralCcy": "ETH", "collateralAmt": "1"}),
        ("51764", "adjust-collateral", {"type": "add", "collateralCcy": "ETH", "collateralAmt": "11"}),
        ("51750", "adjust-collateral", {"type": "add", "collateralCcy": "USDT", "collateralAmt": "1"}),
        ("58114", "adjust-collateral", {"type": "add", "collateralCcy": "ETH", "collateralAmt": "-1"}),
        ("51000", "adjust-collateral", {"type": "gift", "collateralCcy": "ETH", "collateralAmt": "1"}),
    ],
)
async def test_it_refuses(sim: Exchange, wanted: str, path: str, fields: Json) -> None:
    number = borrow(sim, "taken")
    entries = len(sim.ledger.entries)
    assert code(sim, path, **({k: v or number for k, v in fields.items()} if path == "repay" else fields)) == wanted
    assert len(sim.ledger.entries) == entries


async def test_a_quota_bounds_what_one_user_owes(sim: Exchange) -> None:
    outside = sim.ledger.house(Room.OUTSIDE)
    sim.ledger.move("BTC", Decimal(100), outside, sim.accounts.bank.funding(sim.user()), "1")
    borrow(sim, "one", "900000", collateralData=amounts(BTC="50"))
    assert post(sim, "max-loan", borrowCcy="USDT", supCollateral=amounts(BTC="50"))[0]["maxLoan"] == "100000"
    assert code(
        sim, "borrow", **LEND | {"loanData": amounts(USDT="100001")[0], "collateralData": amounts(BTC="50")}
    ) == ("51765")


async def test_through_the_client(sim: Exchange) -> None:
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        loans = okx.earn_flexible_loan
        assert "USDT" in {row.borrow_ccy for row in await loans.borrow_currencies()}
        assets = {row.ccy: row for row in (await loans.collateral_assets()).assets or ()}
        assert (assets["BTC"].amt, assets["BTC"].notional_usd) == (Decimal(1), Decimal(50_000))
        made = await loans.borrow(
            LoanArg(ccy="USDT", amt="100"), "one", collateral_data=[CollateralArg(ccy="BTC", amt="0.1")]
        )
        assert (made.e_mode, made.cl_ord_id) == ("0", "one")
        await loans.adjust_collateral("reduce", "BTC", "0.01")
        (loan,) = await loans.loan_info()
        assert loan.collateral_data is not None
        assert (loan.ord_id, loan.collateral_data[0].amt) == (made.ord_id, Decimal("0.09"))
        assert (await loans.max_collateral_redeem_amount("BTC")).max_redeem_amt == Decimal("0.08714285")
        assert (await loans.repay(made.ord_id or "", "USDT", "100", "two")).amt == 100
        assert await loans.emode_info() == []
        assert [row.type_ async for row in okx.pages(loans.loan_history)][-1] == "collateral_locked"
