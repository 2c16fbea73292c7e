"""On-chain earn under the clock: each state in its time, what is paid when, and who is told no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from okx_async import OKX, Refused
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.onchain import OFFERS, Offer, State
from okx_async.sim.query_v5 import Refusal
from okx_async.v5.models.earn_onchain import InvestmentArg

from .desk import Json, ask, funds, quiet, told

MINUTE, HOUR, DAY = 60, 3600, 86400
START = 1_767_225_600_000
FREE, BOUND, EARLY, _, SOLD_OUT = OFFERS
CENT = Decimal("1e-12")


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """An exchange, and some ETH in the first user's funding account."""
    async with quiet(clock=VirtualClock(START)) as exchange:
        outside = exchange.ledger.house(Room.OUTSIDE)
        exchange.ledger.move("ETH", Decimal(10), outside, exchange.accounts.bank.funding(exchange.user()), "1")
        yield exchange
        currencies = {ccy for purse in exchange.ledger.purses() for ccy in purse.cash}
        assert {exchange.ledger.total(ccy) for ccy in currencies} == {Decimal(0)}


def buy(sim: Exchange, offer: Offer, amt: str, **more: object) -> str:
    fields = {"productId": offer.number, "investData": [{"ccy": offer.ccy, "amt": amt}], **more}
    if offer.term and "term" not in more:
        fields["term"] = str(offer.term)
    row: Json = ask(sim, sim.user(), "POST", "finance/staking-defi/purchase", fields)[0]
    return str(row["ordId"])


def act(sim: Exchange, path: str, number: str, **more: object) -> None:
    fields = {"ordId": number, "protocolType": "defi", **more}
    assert ask(sim, sim.user(), "POST", f"finance/staking-defi/{path}", fields)[0]["ordId"] == number


def active(sim: Exchange, **fields: str) -> list[Json]:
    return ask(sim, sim.user(), "GET", "finance/staking-defi/orders-active", fields)


def past(sim: Exchange, **fields: str) -> list[Json]:
    return ask(sim, sim.user(), "GET", "finance/staking-defi/orders-history", fields)


def code(sim: Exchange, path: str, fields: Json) -> str:
    with pytest.raises(Refusal) as caught:
        ask(
            sim,
            sim.user(),
            "POST" if path in ("purchase", "redeem", "cancel") else "GET",
            f"finance/staking-defi/{path}",
            fields,
        )
    return caught.value.code


def daily(offer: Offer, amount: str, now: int) -> Decimal:
    return (Decimal(amount) * offer.rate(now) / 365).quantize(CENT)


async def test_offers_tell_what_can_be_bought_and_what_the_user_has(sim: Exchange) -> None:
    rows = ask(sim, sim.user(), "GET", "finance/staking-defi/offers", {"ccy": "BTC"})
    assert [(row["productId"], row["state"]) for row in rows] == [("4004", "purchasable"), ("4005", "sold_out")]
    assert rows[0]["investData"] == [{"ccy": "BTC", "bal": "1", "minAmt": "0.001", "maxAmt": "10"}]
    (row,) = ask(sim, sim.user(), "GET", "finance/staking-defi/offers", {"productId": EARLY.number})
    assert (row["term"], row["earlyRedeem"], row["redeemPeriod"]) == ("15", True, ["48H", "48H"])


async def test_money_without_a_term_earns_daily_and_comes_back_when_called(sim: Exchange) -> None:
    user, before = sim.user(), funds(sim, sim.user())
    number = buy(sim, FREE, "1000", tag="mybot")
    assert told(before - funds(sim, user), funds(sim, user, "USDT", Room.EARN)) == [1000, 1000]
    (row,) = active(sim)
    assert (row["state"], row["tag"], row["estSettlementTime"]) == (State.PENDING, "mybot", "")
    await sim.advance(HOUR)
    assert active(sim)[0]["state"] == State.PLACING
    await sim.advance(HOUR)
    assert active(sim, state=State.EARNING)[0]["earningData"] == [{"ccy": "USDT", "earningType": "1", "earnings": "0"}]
    await sim.advance(DAY)
    first = daily(FREE, "1000", sim.now)
    await sim.advance(DAY)
    second = daily(FREE, "1000", sim.now)
    earned = first + second
    assert Decimal(active(sim)[0]["earningData"][0]["earnings"]) == earned
    assert funds(sim, user) == before - 1000 + earned
    act(sim, "redeem", number)
    (row,) = active(sim, state=State.REDEEMING)
    assert int(row["estSettlementTime"]) == sim.now + FREE.wait * HOUR * 1000
    assert int(row["cancelRedemptionDeadline"]) == sim.now + 6 * HOUR * 1000
    await sim.advance(FREE.wait * HOUR)
    assert active(sim) == []
    (row,) = past(sim)
    assert (row["state"], row["ordId"], int(row["redeemedTime"])) == (State.DONE, number, sim.now)
    assert Decimal(row["earningData"][0]["realizedEarnings"]) == earned
    assert told(funds(sim, user), funds(sim, user, "USDT", Room.EARN)) == [before + earned, 0]
    types = [bill["type"] for bill in ask(sim, user, "GET", "asset/bills", {"ccy": "USDT"})[:4]]
    assert types == ["82", "83", "83", "80"]


async def test_a_term_ends_by_itself_and_pays_all_at_its_end(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    each = daily(BOUND, "500", sim.now)
    buy(sim, BOUND, "500")
    settles = int(active(sim)[0]["estSettlementTime"])
    assert settles == sim.now + (2 * HOUR + 30 * DAY) * 1000
    await sim.advance(2 * HOUR + 30 * DAY - 1)
    assert funds(sim, sim.user()) == before - 500
    (row,) = active(sim)
    assert (row["earningData"][0]["earningType"], Decimal(row["earningData"][0]["earnings"])) == ("0", 29 * each)
    assert int(row["estSettlementTime"]) == settles
    await sim.advance(1)
    assert int(past(sim)[0]["redeemedTime"]) == settles
    assert funds(sim, sim.user()) == before + 30 * each


async def test_who_redeems_a_term_early_gets_the_money_alone(sim: Exchange) -> None:
    number = buy(sim, EARLY, "4")
    await sim.advance(2 * HOUR + 5 * DAY)
    assert Decimal(active(sim)[0]["earningData"][0]["earnings"]) > 0
    assert code(sim, "redeem", {"ordId": number, "protocolType": "defi"}) == "51729"
    act(sim, "redeem", number, allowEarlyRedeem=True)
    assert code(sim, "cancel", {"ordId": number, "protocolType": "defi"}) == "51726"
    await sim.advance(EARLY.wait * HOUR)
    assert past(sim)[0]["earningData"][0]["realizedEarnings"] == "0"
    assert funds(sim, sim.user(), "ETH") == 10


async def test_a_purchase_can_be_cancelled_until_it_leaves(sim: Exchange) -> None:
    before = funds(sim, sim.user())
    number, late = buy(sim, FREE, "100"), buy(sim, FREE, "10")
    act(sim, "cancel", number)
    assert [row["state"] for row in active(sim)] == [State.PENDING, State.CANCELLING]
    await sim.advance(10 * MINUTE)
    assert [row["ordId"] for row in past(sim)] == [number]
    assert funds(sim, sim.user()) == before - 10
    await sim.advance(HOUR)
    assert code(sim, "cancel", {"ordId": late, "protocolType": "defi"}) == "51726"


async def test_a_redemption_can_be_taken_back_for_some_hours(sim: Exchange) -> None:
    number = buy(sim, FREE, "100")
    await sim.advance(2 * HOUR)
    act(sim, "redeem", number)
    await sim.advance(HOUR)
    act(sim, "cancel", number)
    (row,) = active(sim)
    assert (row["state"], row["cancelRedemptionDeadline"], row["estSettlementTime"]) == (State.EARNING, "", "")
    await sim.advance(DAY - 1)
    assert active(sim)[0]["earningData"][0]["earnings"] == "0"
    await sim.advance(1)
    assert Decimal(active(sim)[0]["earningData"][0]["earnings"]) > 0
    act(sim, "redeem", number)
    await sim.advance(6 * HOUR)
    assert code(sim, "cancel", {"ordId": number, "protocolType": "defi"}) == "51726"


USDT = [{"ccy": "USDT", "amt": "100"}]


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ("50014", {}),
        ("50014", {"productId": "4001"}),
        ("51000", {"productId": "7", "investData": USDT}),
        ("51000", {"productId": "4001", "investData": "much"}),
        ("51000", {"productId": "4001", "investData": [*USDT, *USDT]}),
        ("51000", {"productId": "4001", "investData": [{"ccy": "BTC", "amt": "1"}]}),
        ("51000", {"productId": "4001", "investData": [{"ccy": "USDT", "amt": "10.0000000000001"}]}),
        ("58114", {"productId": "4001", "investData": [{"ccy": "USDT", "amt": "-1"}]}),
        ("51000", {"productId": "4001", "investData": USDT, "tag": "no tag"}),
        ("50014", {"productId": "4002", "investData": USDT}),
        ("51000", {"productId": "4002", "investData": USDT, "term": "7"}),
        ("51727", {"productId": "4001", "investData": [{"ccy": "USDT", "amt": "9"}]}),
        ("51728", {"productId": "4001", "investData": [{"ccy": "USDT", "amt": "1000001"}]}),
        ("51736", {"productId": "4001", "investData": [{"ccy": "USDT", "amt": "10001"}]}),
        ("51730", {"productId": "4005", "investData": [{"ccy": "BTC", "amt": "1"}], "term": "60"}),
    ],
)
async def test_a_purchase_is_refused(sim: Exchange, wanted: str, fields: Json) -> None:
    entries = len(sim.ledger.entries)
    assert code(sim, "purchase", fields) == wanted
    assert (len(sim.ledger.entries), active(sim)) == (entries, [])


async def test_orders_refuse_what_does_not_fit_their_state(sim: Exchange) -> None:
    number = buy(sim, BOUND, "100")
    named = {"ordId": number, "protocolType": "defi"}
    assert code(sim, "redeem", named) == "51724"
    await sim.advance(2 * HOUR)
    assert code(sim, "redeem", named) == "51729"
    assert code(sim, "redeem", named | {"allowEarlyRedeem": True}) == "51723"
    assert code(sim, "redeem", named | {"protocolType": "staking"}) == "51000"
    assert code(sim, "redeem", named | {"ordId": "1"}) == "51603"
    assert code(sim, "orders-active", {"state": "3"}) == "51000"
    await sim.advance(30 * DAY)
    assert code(sim, "redeem", named) == "51722"
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(1), "POST", "finance/staking-defi/redeem", named)
    assert caught.value.code == "51603"


async def test_it_counts_as_earned_wealth(sim: Exchange) -> None:
    before = ask(sim, sim.user(), "GET", "asset/asset-valuation", {"ccy": "USDT"})[0]
    buy(sim, FREE, "1000")
    after = ask(sim, sim.user(), "GET", "asset/asset-valuation", {"ccy": "USDT"})[0]
    assert (after["details"]["earn"], after["totalBal"]) == ("1000", before["totalBal"])


async def test_through_the_client(sim: Exchange) -> None:
    """Typed rows all the way, and pages of what is over."""
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        offers = {row.product_id: row for row in await okx.earn_onchain.offers(ccy="USDT")}
        assert [offers[number].term for number in ("4001", "4002")] == [Decimal(0), Decimal(30)]
        bought = [
            (await okx.earn_onchain.purchase("4001", [InvestmentArg(ccy="USDT", amt="10")])).ord_id for _ in range(3)
        ]
        for number in bought:
            assert number is not None
            await okx.earn_onchain.cancel(number, "defi")
        assert {row.state for row in await okx.earn_onchain.orders_active()} == {"13"}
        await sim.advance(HOUR)
        page = await okx.earn_onchain.orders_history(limit=2)
        assert [row.ord_id for row in page] == [bought[2], bought[1]]
        rows = [row.ord_id async for row in okx.pages(okx.earn_onchain.orders_history)]
        assert rows == bought[::-1]
        with pytest.raises(Refused, match="51730"):
            await okx.earn_onchain.purchase("4005", [InvestmentArg(ccy="BTC", amt="1")], term=60)
