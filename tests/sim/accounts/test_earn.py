"""Savings and staking: what they pay under the clock, and that every coin of it comes from somewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from decimal import Decimal

import pytest

from okx_async import OKX
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.staking_v5 import ETH, SOL, Product
from okx_async.sim.earn_rates import DAY_MS, HOUR_MS, lending_rate, staking_rate
from okx_async.sim.query_v5 import Refusal

from .desk import Json, ask, funds, quiet, told

HOUR, DAY = 3600, 86400
START = 1_767_225_600_000  # midnight


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """Midnight, and SOL and ETH to stake for the first user."""
    async with quiet(instruments=12, clock=VirtualClock(START)) as exchange:
        outside = exchange.ledger.house(Room.OUTSIDE)
        for ccy in ("ETH", "SOL"):
            exchange.ledger.move(ccy, Decimal(10), outside, exchange.accounts.bank.funding(exchange.user()), "1")
        yield exchange


def save(sim: Exchange, amt: str, side: str = "purchase", ccy: str = "USDT", **more: str) -> Json:
    row: Json = ask(
        sim,
        sim.user(),
        "POST",
        "finance/savings/purchase-redempt",
        {"ccy": ccy, "amt": amt, "side": side, **more},
    )[0]
    return row


def saved(sim: Exchange) -> Json:
    row: Json = ask(sim, sim.user(), "GET", "finance/savings/balance", {"ccy": "USDT"})[0]
    return row


def code(deed: Callable[[], object]) -> str:
    """Return what something is refused with."""
    with pytest.raises(Refusal) as caught:
        deed()
    return caught.value.code


def conserved(sim: Exchange) -> None:
    currencies = {ccy for purse in sim.ledger.purses() for ccy in purse.cash}
    assert {sim.ledger.total(ccy) for ccy in currencies} == {Decimal(0)}


# -- savings


async def test_savings_earn_by_the_hour_and_their_interest_earns_too(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    assert save(sim, "1000") == {"ccy": "USDT", "amt": "1000", "side": "purchase", "rate": "0.01"}
    assert before - funds(sim, sim.user()) == 1000
    assert (saved(sim)["loanAmt"], saved(sim)["pendingAmt"]) == ("0", "1000")
    await sim.advance(HOUR * 2)
    expected = Decimal(1000)
    for hour in (1, 2):
        rate = lending_rate("USDT", START // HOUR_MS + hour)
        expected += (expected * rate / 8760).quantize(Decimal("1e-12"))
    row = saved(sim)
    assert Decimal(row["amt"]) == expected
    assert Decimal(row["earnings"]) == expected - 1000
    history = ask(sim, sim.user(), "GET", "finance/savings/lending-history")
    # What is new since the hour began waits for the next one: here the interest.
    assert (row["loanAmt"], row["pendingAmt"]) == (history[0]["amt"], history[0]["earnings"])
    assert [int(one["ts"]) for one in history] == [START + 2 * HOUR_MS, START + HOUR_MS]
    assert sum(Decimal(one["earnings"]) for one in history) == expected - 1000
    conserved(sim)


async def test_savings_that_ask_for_too_much_are_not_lent(sim: Exchange) -> None:
    save(sim, "1000", rate="3")
    await sim.advance(HOUR)
    assert (saved(sim)["amt"], saved(sim)["loanAmt"], saved(sim)["earnings"]) == ("1000", "0", "0")
    ask(sim, sim.user(), "POST", "finance/savings/set-lending-rate", {"ccy": "USDT", "rate": "0.01"})
    await sim.advance(HOUR)
    assert Decimal(saved(sim)["earnings"]) > 0
    assert saved(sim)["rate"] == "0.01"


async def test_savings_come_back_at_once_and_leave_bills(sim: Exchange) -> None:
    save(sim, "1000")
    await sim.advance(HOUR)
    save(sim, saved(sim)["amt"], "redempt")
    assert saved(sim)["amt"] == "0"
    assert funds(sim, sim.user()) > 10_000
    bills = ask(sim, sim.user(), "GET", "asset/bills", {"ccy": "USDT"})
    assert [bill["type"] for bill in bills[:2]] == ["76", "75"]
    await sim.advance(HOUR)
    assert saved(sim)["amt"] == "0"
    conserved(sim)


async def test_savings_count_as_earned_wealth(sim: Exchange) -> None:
    before = ask(sim, sim.user(), "GET", "asset/asset-valuation", {"ccy": "USDT"})[0]
    save(sim, "1000")
    after = ask(sim, sim.user(), "GET", "asset/asset-valuation", {"ccy": "USDT"})[0]
    assert (before["details"]["earn"], after["details"]["earn"]) == ("0", "1000")
    assert after["totalBal"] == before["totalBal"]


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ("58350", {"amt": "1000000"}),
        ("58350", {"amt": "1", "side": "redempt"}),
        ("58003", {"amt": "1", "ccy": "NOPE"}),
        ("58114", {"amt": "-1"}),
        ("51000", {"amt": "1", "side": "gift"}),
        ("51000", {"amt": "1", "rate": "free"}),
    ],
)
async def test_savings_refuse(sim: Exchange, wanted: str, more: dict[str, str]) -> None:
    entries = len(sim.ledger.entries)
    assert code(lambda: save(sim, **more)) == wanted
    rate = {"ccy": "USDT", "rate": "0.02"}
    assert code(lambda: ask(sim, sim.user(), "POST", "finance/savings/set-lending-rate", rate)) == "58002"
    assert len(sim.ledger.entries) == entries


# -- staking


def stake(sim: Exchange, product: Product, path: str, **fields: str) -> list[Json]:
    method = "GET" if path in ("product-info", "balance", "purchase-redeem-history") else "POST"
    return ask(sim, sim.user(), method, f"finance/staking-defi/{product.name}/{path}", fields)


@pytest.mark.parametrize("product", [ETH, SOL], ids=["eth", "sol"])
async def test_staking_turns_coins_into_tokens_that_earn_every_day(sim: Exchange, product: Product) -> None:
    user, day = sim.user(), START // DAY_MS
    assert stake(sim, product, "purchase", amt="4") == []
    assert told(funds(sim, user, product.coin), funds(sim, user, product.token)) == [6, 4]
    await sim.advance(DAY * 2)
    (row,) = stake(sim, product, "balance")
    first = (4 * staking_rate(product.coin, day + 1) / 365).quantize(Decimal("1e-12"))
    second = ((4 + first) * staking_rate(product.coin, day + 2) / 365).quantize(Decimal("1e-12"))
    assert (row["ccy"], int(row["ts"])) == (product.token, START + 2 * DAY_MS)
    assert Decimal(row["latestInterestAccrual"]) == second
    assert Decimal(row["totalInterestAccrual"]) == first + second == Decimal(row["amt"]) - 4
    bills = ask(sim, user, "GET", "asset/bills", {"ccy": product.token})
    assert [bill["type"] for bill in bills] == [product.bills[2]] * 2 + [product.bills[1]]
    conserved(sim)


@pytest.mark.parametrize("product", [ETH, SOL], ids=["eth", "sol"])
async def test_what_is_redeemed_comes_back_after_its_days(sim: Exchange, product: Product) -> None:
    user = sim.user()
    stake(sim, product, "purchase", amt="4")
    assert stake(sim, product, "redeem", amt="3") == []
    (pending,) = stake(sim, product, "purchase-redeem-history", status="pending")
    assert (pending["type"], pending["amt"], pending["redeemingAmt"], pending["completedTime"]) == (
        "redeem",
        "3",
        "3",
        "",
    )
    assert int(pending["estCompletedTime"]) == sim.now + product.days * DAY_MS
    assert told(funds(sim, user, product.coin), funds(sim, user, product.token)) == [6, 1]
    await sim.advance(product.days * DAY - 1)
    assert stake(sim, product, "purchase-redeem-history", status="success", type="redeem") == []
    assert funds(sim, user, product.coin) == 6
    await sim.advance(1)
    (done,) = stake(sim, product, "purchase-redeem-history", status="success", type="redeem")
    assert done["completedTime"] == done["estCompletedTime"]
    assert funds(sim, user, product.coin) == 9
    assert code(lambda: stake(sim, product, "cancel-redeem", ordId=done["ordId"])) == "51726"
    conserved(sim)


async def test_a_redemption_can_be_taken_back(sim: Exchange) -> None:
    stake(sim, ETH, "purchase", amt="4")
    stake(sim, ETH, "redeem", amt="3")
    order = stake(sim, ETH, "purchase-redeem-history", type="redeem")[0]
    assert stake(sim, ETH, "cancel-redeem", ordId=order["ordId"]) == [{"ordId": order["ordId"]}]
    assert funds(sim, sim.user(), "BETH") == 4
    await sim.advance(20 * DAY)
    assert [one["status"] for one in stake(sim, ETH, "purchase-redeem-history", type="redeem")] == ["cancelled"]
    assert funds(sim, sim.user(), "ETH") == 6
    conserved(sim)


@pytest.mark.parametrize(
    ("wanted", "path", "fields"),
    [
        ("51736", "purchase", {"amt": "11"}),
        ("51736", "redeem", {"amt": "1"}),
        ("51727", "purchase", {"amt": "0.00001"}),
        ("58114", "purchase", {"amt": "0"}),
        ("50014", "purchase", {}),
        ("51726", "cancel-redeem", {"ordId": "7"}),
        ("51000", "purchase-redeem-history", {"status": "maybe"}),
    ],
)
async def test_staking_refuses(sim: Exchange, wanted: str, path: str, fields: dict[str, str]) -> None:
    entries = len(sim.ledger.entries)
    assert code(lambda: stake(sim, ETH, path, **fields)) == wanted
    assert len(sim.ledger.entries) == entries


async def test_time_pays_without_being_asked() -> None:
    """The market's own steps are enough: interest arrives while nobody asks."""
    async with quiet(rate=1, clock=VirtualClock(START)) as sim:
        save(sim, "1000")
        await sim.advance(HOUR + 2)
        assert sim.ledger.purse(sim.user().uid, Room.SAVINGS).cash["USDT"] > 1000


async def test_through_the_client(sim: Exchange) -> None:
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        saving = await okx.earn_savings.purchase_redempt("USDT", "10", "purchase")
        assert saving.amt == 10
        assert [row.ccy for row in await okx.earn_savings.balance()] == ["USDT"]
        await okx.earn_eth.purchase("1")
        assert [row.amt for row in await okx.earn_eth.balance()] == [Decimal(1)]
        await okx.earn_eth.redeem("0.5")
        records = await okx.earn_eth.purchase_redeem_history()
        assert [(row.type_, row.status, row.amt) for row in records] == [
            ("redeem", "pending", Decimal("0.5")),
            ("purchase", "success", Decimal(1)),
        ]
        assert records[0].ord_id is not None
        assert (await okx.earn_eth.cancel_redeem(records[0].ord_id)).ord_id == records[0].ord_id
        assert (await okx.earn_sol.product_info()).redempt_days == SOL.days
        rates = await okx.earn_savings.lending_rate_history("USDT", limit=5)
        assert [row.ts for row in rates] == [START - ago * HOUR_MS for ago in range(5)]
        assert [row.lending_rate for row in rates] == [lending_rate("USDT", START // HOUR_MS - ago) for ago in range(5)]
        assert {row.ccy for row in await okx.earn_savings.lending_rate_summary()} >= {"BTC", "USDT"}
        days = await okx.earn_eth.apy_history(3)
        assert [row.rate for row in days] == [staking_rate("ETH", START // DAY_MS - ago) for ago in range(3)]
