"""OKUSD under the clock: dollars in, tokens that earn, dollars out, and limits by the day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from okx_async import OKX
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.okusd_v5 import FAST, STANDARD, SUBSCRIBING
from okx_async.sim.earn_rates import DAY_MS, staking_rate
from okx_async.sim.query_v5 import Refusal

from .desk import Json, ask, funds, quiet, told

DAY = 86400
START = 1_767_225_600_000
CENT = Decimal("1e-12")


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """An exchange with two users who have a million dollars each."""
    async with quiet(clock=VirtualClock(START)) as exchange:
        outside = exchange.ledger.house(Room.OUTSIDE)
        for which in (0, 1):
            mine = exchange.accounts.bank.funding(exchange.user(which))
            exchange.ledger.move("USDT", Decimal(1_000_000), outside, mine, "1")
        yield exchange
        currencies = {ccy for purse in exchange.ledger.purses() for ccy in purse.cash}
        assert {exchange.ledger.total(ccy) for ccy in currencies} == {Decimal(0)}


def act(sim: Exchange, path: str, which: int = 0, **fields: str) -> list[Json]:
    method = "POST" if path in ("subscribe", "redeem") else "GET"
    return ask(sim, sim.user(which), method, f"finance/okusd/{path}", fields)


def code(sim: Exchange, path: str, **fields: str) -> str:
    with pytest.raises(Refusal) as caught:
        act(sim, path, 0, **fields)
    return caught.value.code


async def test_dollars_become_tokens_that_earn_every_day(sim: Exchange) -> None:
    user, before = sim.user(), funds(sim, sim.user())
    (row,) = act(sim, "subscribe", amt="1000", clOrdId="one")
    assert (row["okusdAmt"], row["state"], row["clOrdId"]) == ("1000", "success", "one")
    assert told(before - funds(sim, user), funds(sim, user, "OKUSD")) == [1000, 1000]
    await sim.advance(2 * DAY)
    (account,) = act(sim, "account")
    amount = Decimal(1000)
    for day in (1, 2):
        amount += (amount * staking_rate("OKUSD", START // DAY_MS + day) / 365).quantize(CENT)
    assert (Decimal(account["amt"]), Decimal(account["totalEarnAccrual"])) == (amount, amount - 1000)
    rewards, rates = act(sim, "rewards/history"), act(sim, "rate/history", limit="2")
    assert [(one["ts"], one["apr"]) for one in rewards] == [(one["ts"], one["apr"]) for one in rates]
    assert sum(Decimal(one["earnAmt"]) for one in rewards) == amount - 1000
    bills = ask(sim, user, "GET", "asset/bills", {})
    assert [bill["type"] for bill in bills[:4]] == ["516", "516", "518", "509"]


async def test_a_fast_redemption_is_paid_at_once_for_a_fee(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    act(sim, "subscribe", amt="1000", clOrdId="one")
    (row,) = act(sim, "redeem", amt="400.00000001", clOrdId="two", redeemType="1")
    assert (row["state"], row["fee"], row["usdtAmt"]) == ("success", "-0.40000001", "399.6")
    assert told(funds(sim, sim.user()), funds(sim, sim.user(), "OKUSD")) == [
        before - Decimal("600.4"),
        Decimal("599.99999999"),
    ]


async def test_a_standard_redemption_takes_days_and_costs_nothing(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    act(sim, "subscribe", amt="1000", clOrdId="one")
    (row,) = act(sim, "redeem", amt="1000", clOrdId="two", redeemType="2")
    due = START + STANDARD.days * DAY_MS
    assert (row["state"], row["fee"], row["estSettlementTime"]) == ("processing", "0", str(due))
    await sim.advance(STANDARD.days * DAY - 1)
    assert act(sim, "redeem/history")[0]["status"] == "pending"
    assert funds(sim, sim.user()) == before - 1000
    await sim.advance(1)
    assert act(sim, "redeem/history", type="2")[0]["status"] == "success"
    assert act(sim, "redeem/history", type="1") == []
    assert told(funds(sim, sim.user()), funds(sim, sim.user(), "OKUSD")) == [before, 0]


async def test_limits_count_by_the_day_for_one_and_for_all(sim: Exchange) -> None:
    act(sim, "subscribe", amt="49000", clOrdId="one")
    assert code(sim, "subscribe", amt="1000.01", clOrdId="two") == "51765"
    (limits,) = act(sim, "limits")
    assert (limits["subLimit"]["maxSubAmt"], limits["subLimit"]["personalUsedAmt"]) == ("1000", "49000")
    assert act(sim, "limits", 1)[0]["subLimit"]["platformUsedAmt"] == "49000"
    act(sim, "redeem", amt="5000", clOrdId="three", redeemType="1")
    assert code(sim, "redeem", amt="1", clOrdId="four", redeemType="1") == "51768"
    await sim.advance(DAY)
    act(sim, "redeem", amt="5000", clOrdId="four", redeemType="1")
    assert act(sim, "limits")[0]["fastRedeemLimit"]["personalUsedAmt"] == "5000"


async def test_what_all_may_together_is_bounded_too(sim: Exchange) -> None:
    for number in range(int(SUBSCRIBING.all / SUBSCRIBING.own)):
        who = sim.accounts.bank.add_user(funding={"USDT": 50_000})
        sim.accounts.bank.give_key(who)
        fields = {"amt": "50000", "clOrdId": f"all{number}"}
        ask(sim, who, "POST", "finance/okusd/subscribe", fields)
    assert code(sim, "subscribe", amt="1", clOrdId="more") == "51766"


@pytest.mark.parametrize(
    ("wanted", "path", "fields"),
    [
        ("50014", "subscribe", {"amt": "1"}),
        ("51000", "subscribe", {"amt": "1", "clOrdId": "not this"}),
        ("51016", "subscribe", {"amt": "1", "clOrdId": "taken"}),
        ("51727", "subscribe", {"amt": "0.5", "clOrdId": "new"}),
        ("58114", "subscribe", {"amt": "0", "clOrdId": "new"}),
        ("51000", "subscribe", {"amt": "1.0000000000001", "clOrdId": "new"}),
        ("51764", "redeem", {"amt": "11", "clOrdId": "new", "redeemType": "1"}),
        ("51770", "redeem", {"amt": "50001", "clOrdId": "new", "redeemType": "2"}),
        ("51000", "redeem", {"amt": "1", "clOrdId": "new", "redeemType": "3"}),
    ],
)
async def test_it_refuses(sim: Exchange, wanted: str, path: str, fields: dict[str, str]) -> None:
    act(sim, "subscribe", amt="10", clOrdId="taken")
    entries = len(sim.ledger.entries)
    assert code(sim, path, **fields) == wanted
    assert len(sim.ledger.entries) == entries


async def test_it_counts_as_wealth_and_comes_through_the_client(sim: Exchange) -> None:
    before = ask(sim, sim.user(), "GET", "asset/asset-valuation", {"ccy": "USDT"})[0]["totalBal"]
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        assert (await okx.earn_okusd.subscribe("100", "one")).okusd_amt == 100
        assert ask(sim, sim.user(), "GET", "asset/asset-valuation", {"ccy": "USDT"})[0]["totalBal"] == before
        redeemed = await okx.earn_okusd.redeem("50", "2", "two")
        assert (redeemed.state, redeemed.ccy) == ("processing", "OKUSD")
        limits = await okx.earn_okusd.limits()
        assert limits.fast_redeem_limit is not None
        assert limits.fast_redeem_limit.fee_rate == FAST.fee
        (past,) = await okx.earn_okusd.subscribe_history()
        assert (past.ccy, past.settle_ccy, past.settle_ccy_amt) == ("USDT", "OKUSD", Decimal(100))
        assert [row.ts for row in await okx.earn_okusd.rate_history(limit=2)] == [START, START - DAY_MS]
