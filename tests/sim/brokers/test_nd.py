"""Non-disclosed brokers on the simulator, through the client: users, keys, fees by tomorrow, deposits, rebates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okx_async import OKX, Credentials, RateLimited, Retry
from okx_async.sim import Exchange
from okx_async.sim.accounts.ledger import Purse, Room
from okx_async.sim.brokers.earnings import SHARE
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import ask, funds, quiet, refused

GOOD = "Sim-pass-1"
DAY = 86_400


async def user_of(okx: OKX, name: str) -> OKX:
    """Make a sub-account that may trade, and return its client."""
    await okx.broker_nd.create_subaccount(name)
    key = await okx.broker_nd.create_subaccount_apikey(name, "bot", GOOD, ip="127.0.0.1", perm="read_only,trade")
    assert key.api_key is not None
    assert key.secret_key is not None
    return okx.as_user(Credentials(key.api_key, key.secret_key, GOOD))


async def buy(user: OKX, tag: str | None = None) -> None:
    """Trade at once, as a taker."""
    placed = await user.trade.place_order("BTC-USDT", "cash", "buy", "market", "1000", tgt_ccy="quote_ccy", tag=tag)
    assert placed.s_code == "0"


async def test_sub_accounts_come_page_by_page_and_go_when_they_are_empty(sim: Exchange, okx: OKX) -> None:
    before = await okx.broker_nd.info()
    for name in ("alice1", "bob123", "carol1"):
        made = await okx.broker_nd.create_subaccount(name, label="x1")
        assert (made.sub_acct, made.label, made.acct_lv) == (name, "x1", "1")
    assert (await okx.broker_nd.info()).sub_acct_qty == (before.sub_acct_qty or 0) + 3
    page = await okx.broker_nd.subaccount_info(page=2, limit=2)
    assert (page.total_page, page.page) == (2, 2)
    assert [row.sub_acct for row in page.details or ()] == ["alice1", "simsub1"]
    (row,) = (await okx.broker_nd.subaccount_info("bob123")).details or []
    assert (row.label, row.acct_lv) == ("x1", "1")
    assert (await okx.broker_nd.set_subaccount_level("bob123", "3")).acct_lv == "3"
    assert sim.user("bob123").mode == "3"
    sim.deposit(sim.user("bob123"), "USDT", 5)
    await refused(okx.broker_nd.delete_subaccount("bob123"), "59606")
    assert (await okx.broker_nd.delete_subaccount("carol1")).sub_acct == "carol1"
    await refused(okx.broker_nd.subaccount_info("carol1"), "59510")
    await refused(okx.broker_nd.create_subaccount("bob123"), "59601")


async def test_keys_are_made_changed_and_taken_back(okx: OKX) -> None:
    user = await user_of(okx, "alice1")
    assert (await user.account.config()).perm == "read_only,trade"
    (row,) = await okx.broker_nd.subaccount_apikey("alice1")
    assert row.api_key is not None
    changed = await okx.broker_nd.modify_subaccount_apikey("alice1", row.api_key, label="other", perm="read_only")
    assert (changed.label, changed.perm) == ("other", "read_only")
    await okx.broker_nd.delete_subaccount_apikey("alice1", row.api_key)
    await refused(user.account.config(), "50119")
    assert await okx.broker_nd.subaccount_apikey("alice1") == []


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("broker/nd/create-subaccount", {"subAcct": "1234567"}, "51000"),
        ("broker/nd/create-subaccount", {"subAcct": "alice1", "label": "x" * 51}, "51000"),
        ("broker/nd/subaccount/apikey", {"subAcct": "simsub1", "label": "x", "passphrase": "simple00"}, "59505"),
        (
            "broker/nd/subaccount/apikey",
            {"subAcct": "simsub1", "label": "x", "passphrase": GOOD, "perm": "trade"},
            "50014",
        ),
        ("broker/nd/set-subaccount-fee-rate", {"chgType": "absolute"}, "50015"),
        ("broker/nd/set-subaccount-fee-rate", {"chgType": "absolute", "chgTaker": "1000.1"}, "51000"),
        ("broker/nd/set-subaccount-fee-rate", {"chgType": "percentage", "chgTaker": "1.5"}, "51000"),
        ("broker/nd/set-subaccount-fee-rate", {"chgType": "absolute", "chgTaker": "1", "mgnType": "1"}, "50014"),
        (
            "broker/nd/set-subaccount-fee-rate",
            {"chgType": "absolute", "chgTaker": "1", "mgnType": "1", "instType": "SPOT"},
            "50016",
        ),
        ("broker/nd/set-subaccount-fee-rate", {"chgType": "absolute", "chgTaker": "1", "effDate": "20200101"}, "51000"),
        ("broker/nd/rebate-per-orders", {"begin": "20260102", "end": "20260101"}, "59616"),
        ("broker/nd/rebate-per-orders", {"begin": "20250101", "end": "20260101"}, "59615"),
        ("broker/nd/rebate-per-orders", {"begin": "2026-01-02", "end": "20260101"}, "59612"),
        (
            "asset/broker/nd/subaccount-deposit-address",
            {"subAcct": "simsub1", "ccy": "USDT", "chain": "USDT-Omni"},
            "58010",
        ),
    ],
)
async def test_what_is_wrong_is_refused(sim: Exchange, path: str, fields: dict[str, str], code: str) -> None:
    """By the simulator itself: the client would not have sent most of it."""
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(0), "POST", path, fields)
    assert caught.value.code == code


async def test_only_brokers_are_answered(sim: Exchange) -> None:
    async with OKX(sim.credentials[1], site=sim.site) as other:
        await refused(other.broker_nd.info(), "59608")
        await refused(other.broker_dma.subaccount_info(), "59608")
        await refused(other.broker_fd.rebate_per_orders(True), "59608")


async def test_a_mark_up_counts_from_midnight_in_hong_kong(sim: Exchange, okx: OKX) -> None:
    """Not before; and what is set later replaces it for what it names."""
    user = await user_of(okx, "alice1")
    sim.ledger.move("USDT", Decimal(50_000), sim.ledger.house(Room.OUTSIDE), trading(sim, "alice1"), "1")

    async def rate() -> Decimal:
        await buy(user)
        fill = (await user.trade.fills(inst_id="BTC-USDT", limit=1))[0]
        assert fill.fee_rate is not None
        return -fill.fee_rate

    base = await rate()
    await sim.advance(15 * 3_600)  # 23:00 in Hong Kong; the day began at 16:00 UTC
    done = await okx.broker_nd.set_subaccount_fee_rate("absolute", "alice1", chg_taker="12.5")
    assert (done.sub_acct, done.eff_date) == ("alice1", "20260102")
    await sim.advance(3_540)
    assert await rate() == base
    await sim.advance(60)
    assert await rate() == base + Decimal("0.00125")
    await okx.broker_nd.set_subaccount_fee_rate("percentage", inst_type="SPOT", chg_taker=100, eff_date="20260104")
    await sim.advance(DAY)
    assert await rate() == base + Decimal("0.00125")
    await sim.advance(DAY)
    assert await rate() == 2 * base


def trading(sim: Exchange, name: str) -> Purse:
    """Return a sub-account's trading account."""
    return sim.accounts.bank.trading(sim.user(name))


async def test_deposits_come_where_the_newest_address_says(sim: Exchange, okx: OKX) -> None:
    """Into the funding account, or the trading account; up to twenty addresses of a currency."""
    sub = sim.user("simsub1")
    first = await okx.broker_nd.create_subaccount_deposit_address("simsub1", "USDT", to="6")
    assert (first.ccy, first.chain, first.tag) == ("USDT", "USDT-TRC20", None)
    sim.deposit(sub, "USDT", 7)
    assert funds(sim, sub) == 7
    held = funds(sim, sub, room=Room.TRADING)
    assert first.addr is not None
    changed = await okx.broker_nd.modify_subaccount_deposit_address("simsub1", "USDT", first.addr, "18")
    assert changed.to == "18"
    sim.deposit(sub, "USDT", 5)
    assert funds(sim, sub) == 7
    assert funds(sim, sub, room=Room.TRADING) == held + 5
    for _ in range(19):
        await okx.broker_nd.create_subaccount_deposit_address("simsub1", "USDT")
    await refused(okx.broker_nd.create_subaccount_deposit_address("simsub1", "USDT"), "58300")
    rows = await okx.broker_nd.subaccount_deposit_address("simsub1", "USDT")
    assert len({row.addr for row in rows}) == 20
    assert [row.selected for row in rows] == [True] + 19 * [False]
    history = await okx.broker_nd.subaccount_deposit_history("simsub1", "USDT")
    assert [row.amt for row in history] == [Decimal(5), Decimal(7)]
    assert {(row.state, row.sub_acct) for row in history} == {("2", "simsub1")}
    assert await okx.broker_nd.subaccount_deposit_history("simsub1", type_="3") == []
    assert await okx.broker_nd.subaccount_withdrawal_history("simsub1") == []


async def test_daily_rebates_are_told_a_day_later(sim: Exchange, okx: OKX) -> None:
    user = await user_of(okx, "alice1")
    sim.ledger.move("USDT", Decimal(50_000), sim.ledger.house(Room.OUTSIDE), trading(sim, "alice1"), "1")
    await buy(user)
    earned = sum(one.rebate for one in sim.brokers.earnings.below(sim.user(0), 0, sim.now + 1))
    assert earned > 0
    fees = sum((fill.fee or 0) * (fill.fill_px or 0) for fill in await user.trade.fills(inst_id="BTC-USDT"))
    assert abs(earned + fees * SHARE) < Decimal("0.01")
    assert (await okx.broker_nd.rebate_daily()).details == []
    await sim.advance(DAY)
    page = await okx.broker_nd.rebate_daily(begin="20260101", end="20260131")
    assert (page.tot_income, page.tot_page, page.page) == (earned, 1, None)
    assert [(row.sub_acct, row.income, row.rebate_date) for row in page.details or ()] == [
        ("alice1", earned, "20260101")
    ]
    assert (await okx.broker_nd.rebate_daily("simsub1")).details == []


async def test_limits_are_those_of_the_documents() -> None:
    """One request for the info a second."""
    async with quiet() as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        await okx.broker_nd.info()
        # Another client does not know what this one has spent.
        async with OKX(sim.credentials[0], site=sim.site, retry=Retry(attempts=1)) as other:
            with pytest.raises(RateLimited):
                await other.broker_nd.info()


async def test_dma_and_fd_answer_in_their_own_words(sim: Exchange, okx: OKX) -> None:
    page = await okx.broker_dma.subaccount_info("simsub1")
    assert [row.sub_acct for row in page.details or ()] == ["simsub1"]
    fees = await okx.broker_dma.subaccount_trade_fee()
    rates = (fees.details or [])[0].fee_rates or []
    assert [rate.type_ for rate in rates] == [str(number) for number in range(1, 10)]
    assert all(rate.maker is not None and rate.taker is not None for rate in rates)
    key = sim.credentials[2].api_key
    status = await okx.broker_fd.if_rebate(key)
    assert (status.type_, status.broker_code, status.affiliated) == ("0", "simbroker", False)
    assert (await okx.broker_fd.if_rebate(sim.credentials[1].api_key)).type_ == "2"
    sim.brokers.appoint(sim.user(0), api="simbroker", oauth="simoauth")
    await refused(okx.broker_fd.if_rebate(key), "50044")
    assert (await okx.broker_fd.if_rebate(key, "oauth")).broker_code == "simoauth"
