"""Opening balances, transfers, deposits, withdrawals and bills of the funding account, through the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, OkxError
from okx_async.core.capability import CAPABILITIES
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import FUNDING, SUB_NAME, TRADING
from okx_async.sim.accounts.chains import STEP_SECONDS, chains_of
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import ask, funds, hasty, quiet


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(limits=False) as exchange:
        yield exchange


@pytest.fixture
async def okx(sim: Exchange) -> AsyncIterator[OKX]:
    async with hasty(sim, allow=CAPABILITIES) as client:
        yield client


async def refused(call: Any, code: str) -> None:
    """The exchange says no, with this code."""
    with pytest.raises(OkxError) as caught:
        await call
    assert getattr(caught.value, "code", "") == code


# -- who is there


async def test_what_the_exchange_opens_with(sim: Exchange) -> None:
    assert [user.vip for user in sim.accounts.bank.masters] == [4, 4, 0]
    for place, key in enumerate(sim.credentials):
        user = sim.user(place)
        assert user.is_master
        keys = sim.keys_of(user)
        assert keys[0] == key
        async with OKX(key, site=sim.site, allow=CAPABILITIES) as okx:
            config = await okx.account.config()
            assert (config.uid, config.main_uid, config.acct_lv, config.pos_mode) == (
                user.uid,
                user.uid,
                "2",
                "net_mode",
            )
            assert (config.perm, config.level) == ("read_only,trade,withdraw", f"Lv{user.vip + 1}")
            balance = await okx.account.balance()
            assert {row.ccy: row.cash_bal for row in balance.details or ()} == TRADING
            assert {row.ccy: row.bal for row in await okx.funding.balances()} == FUNDING
    sub = sim.user(SUB_NAME)
    assert sub.master == sim.user().uid
    async with OKX(sim.keys_of(sub)[0], site=sim.site, allow=CAPABILITIES) as okx:
        config = await okx.account.config()
        assert (config.uid, config.main_uid, config.perm) == (sub.uid, sim.user().uid, "read_only,trade")
        assert funds(sim, sub, room=Room.TRADING) == Decimal(10_000)


def test_the_same_seed_gives_the_same_users() -> None:
    def users(seed: int) -> list[tuple[str, list[Any]]]:
        sim = Exchange(seed, clock=None, start=1_750_000_000_000)
        return [(user.uid, sim.keys_of(user)) for user in sim.accounts.bank.people]

    assert users(7) == users(7) != users(8)


async def test_users_of_a_test(sim: Exchange) -> None:
    rich = sim.add_user(vip=9, funding={"BTC": "1.5"}, trading={"USDT": 7})
    assert sim.user(rich.uid) is rich
    sub = sim.add_user("desk", master=rich)
    assert sub.vip == 9
    assert sim.user("desk") is sub
    for name, master in (("", rich), ("alone", None), ("desk", rich)):
        with pytest.raises(ValueError, match=r"sub-account needs a name|taken"):
            sim.add_user(name, master=master)
    for which in (99, -1, "nobody"):
        with pytest.raises(KeyError):
            sim.user(which)
    async with OKX(sim.keys_of(rich)[0], site=sim.site, allow=CAPABILITIES) as okx:
        assert [(row.ccy, row.bal) for row in await okx.funding.balances()] == [("BTC", Decimal("1.5"))]


# -- transfers


async def test_a_transfer_moves_money_and_is_remembered(sim: Exchange, okx: OKX) -> None:
    user = sim.user()
    before = funds(sim, user), funds(sim, user, room=Room.TRADING)
    made = await okx.funding.transfer("USDT", "12.5", "6", "18", client_id="abc1")
    assert (made.ccy, made.amt, made.client_id) == ("USDT", Decimal("12.5"), "abc1")
    assert funds(sim, user) == before[0] - Decimal("12.5")
    assert funds(sim, user, room=Room.TRADING) == before[1] + Decimal("12.5")
    for query in ({"trans_id": made.trans_id}, {"client_id": "abc1"}):
        state = await okx.funding.transfer_state(**query)
        assert (state.state, state.from_, state.to, state.amt) == ("success", "6", "18", Decimal("12.5"))
    (bill, *_) = await okx.funding.bills(client_id="abc1")
    assert (bill.type, bill.bal_chg, bill.bal) == ("131", Decimal("-12.5"), before[0] - Decimal("12.5"))
    (entry, *_) = await okx.account.bills()
    assert (entry.type, entry.sub_type, entry.bal_chg, entry.from_, entry.to) == ("1", "11", Decimal("12.5"), "6", "18")
    await okx.funding.transfer("USDT", "1", "18", "6")
    assert (await okx.account.bills())[0].sub_type == "12"
    assert (await okx.funding.bills())[0].type == "130"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amt": "0"}, "58114"),
        ({"amt": "-1"}, "58114"),
        ({"amt": "x"}, "51000"),
        ({"amt": "1e3"}, "51000"),
        ({"amt": ""}, "50014"),
        ({"amt": "10000.00000001"}, "58350"),
        ({"ccy": "DOGE"}, "58350"),
        ({"to": "6"}, "58123"),
        ({"to": "1"}, "51000"),
        ({"type": "7"}, "51000"),
        ({"type": "1"}, "50014"),
        ({"type": "1", "subAcct": "nobody"}, "58115"),
        ({"type": "3"}, "58127"),
        ({"clientId": "no good!"}, "51000"),
    ],
    ids=str,
)
async def test_transfers_that_are_refused(sim: Exchange, fields: dict[str, str], code: str) -> None:
    entries = len(sim.ledger.entries)
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(), "POST", "asset/transfer", {"ccy": "USDT", "amt": "1", "from": "6", "to": "18"} | fields)
    assert caught.value.code == code
    assert len(sim.ledger.entries) == entries


async def test_sub_accounts_send_and_get(sim: Exchange, okx: OKX) -> None:
    user, sub = sim.user(), sim.user(SUB_NAME)
    await okx.funding.transfer("USDT", "100", "6", "18", type_="1", sub_acct=SUB_NAME)
    assert funds(sim, sub, room=Room.TRADING) == Decimal(10_100)
    await okx.funding.transfer("USDT", "60", "18", "6", type_="2", sub_acct=SUB_NAME)
    assert funds(sim, user) == Decimal(10_000 - 100 + 60)
    assert [bill.type for bill in (await okx.funding.bills())[:2]] == ["21", "20"]
    async with OKX(sim.keys_of(sub)[0], site=sim.site, allow=CAPABILITIES) as below:
        await refused(below.funding.transfer("USDT", "1", "18", "6", type_="1", sub_acct=SUB_NAME), "58128")
        await below.funding.transfer("USDT", "5", "18", "6", type_="3")
        await okx.subaccount.set_transfer_out([SUB_NAME], can_trans_out=False)
        await refused(below.funding.transfer("USDT", "5", "18", "6", type_="3"), "58119")
        await below.funding.transfer("USDT", "5", "18", "6")
        assert (await below.funding.bills())[0].type == "130"
    assert funds(sim, user) == Decimal(10_000 - 100 + 60 + 5)
    other = sim.add_user("sub2", master=user)
    await okx.subaccount.transfer("USDT", "7", "18", "6", SUB_NAME, "sub2")
    assert funds(sim, other) == Decimal(7)
    bills = await okx.subaccount.bills()
    assert [(bill.sub_acct, bill.type, bill.amt) for bill in bills] == [
        (SUB_NAME, "1", Decimal(5)),
        (SUB_NAME, "1", Decimal(60)),
        (SUB_NAME, "0", Decimal(100)),
    ]
    assert sim.ledger.total("USDT") == 0


# -- deposits


async def test_a_deposit_on_its_way(sim: Exchange, okx: OKX) -> None:
    user = sim.user()
    begun = sim.deposit(user, "USDT", "250", "USDT-TRC20", at_once=False)
    before = funds(sim, user)
    for state, money in (("0", 0), ("1", 250), ("2", 250)):
        (row,) = await okx.funding.deposit_history()
        assert (row.dep_id, row.state, row.amt, row.chain) == (begun.number, state, Decimal(250), "USDT-TRC20")
        assert funds(sim, user) == before + money
        await sim.advance(STEP_SECONDS)
    address = next(row for row in await okx.funding.deposit_address("USDT") if row.chain == "USDT-TRC20")
    assert row.to == address.addr
    assert (await okx.funding.bills(type_="1"))[0].bal_chg == Decimal(250)
    assert await okx.funding.deposit_history(state="0") == []
    with pytest.raises(ValueError, match="above zero"):
        sim.deposit(user, "USDT", 0)
    with pytest.raises(ValueError, match="no chain"):
        sim.deposit(user, "USDT", 1, "USDT-Nowhere")


# -- withdrawals


async def test_a_withdrawal_on_its_way(sim: Exchange, okx: OKX) -> None:
    user, (chain,) = sim.user(), chains_of("BTC")
    made = await okx.funding.withdrawal("BTC", "0.25", "4", "bc1-somewhere", client_id="w1")
    fees = sim.ledger.house(Room.FEES).cash["BTC"]
    (balance,) = await okx.funding.balances("BTC")
    assert (balance.bal, balance.frozen_bal) == (Decimal(1), Decimal("0.25") + chain.fee)
    assert balance.avail_bal == Decimal("0.75") - chain.fee
    await refused(okx.funding.transfer("BTC", "0.75", "6", "18"), "58350")
    (row,) = await okx.funding.withdrawal_history(client_id="w1")
    assert (row.wd_id, row.state, row.fee, row.to, row.tx_id) == (made.wd_id, "0", chain.fee, "bc1-somewhere", None)
    await sim.advance(STEP_SECONDS)
    (row,) = await okx.funding.withdrawal_history(wd_id=made.wd_id)
    assert row.state == "1"
    assert row.tx_id
    await refused(okx.funding.cancel_withdrawal(made.wd_id or ""), "58216")
    await sim.advance(STEP_SECONDS)
    assert (await okx.funding.withdrawal_history())[0].state == "2"
    assert funds(sim, user, "BTC") == Decimal("0.75") - chain.fee
    assert sim.ledger.house(Room.FEES).cash["BTC"] == fees + chain.fee
    assert not sim.accounts.bank.funding(user).holds


async def test_a_withdrawal_is_taken_back(sim: Exchange, okx: OKX) -> None:
    made = await okx.funding.withdrawal("BTC", "1", "3", sim.user(1).uid, to_addr_type="2")
    await okx.funding.cancel_withdrawal(made.wd_id or "")
    await refused(okx.funding.cancel_withdrawal(made.wd_id or ""), "58220")
    await refused(okx.funding.cancel_withdrawal("123"), "58215")
    await sim.advance(10 * STEP_SECONDS)
    assert (await okx.funding.withdrawal_history())[0].state == "-2"
    assert funds(sim, sim.user(), "BTC") == funds(sim, sim.user(1), "BTC") == 1


async def test_an_internal_withdrawal_arrives_at_the_other_user(sim: Exchange, okx: OKX) -> None:
    made = await okx.funding.withdrawal("USDT", "40", "3", sim.user(1).uid)
    await sim.advance(2 * STEP_SECONDS)
    async with OKX(sim.credentials[1], site=sim.site, allow=CAPABILITIES) as other:
        (row,) = await other.funding.deposit_history(type_="3")
        assert (row.from_wd_id, row.state, row.amt, row.from_) == (made.wd_id, "2", Decimal(40), sim.user().uid)
        assert await other.funding.deposit_history(type_="4") == []
    assert funds(sim, sim.user()) == Decimal(9_960)
    assert funds(sim, sim.user(1)) == Decimal(10_040)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ccy": "NOPE"}, "58107"),
        ({"amt": "0.0001"}, "58206"),
        ({"amt": "0.123456789"}, "51000"),
        ({"amt": "1"}, "58350"),
        ({"chain": "BTC-Moon"}, "58010"),
        ({"dest": "5"}, "51000"),
        ({"dest": "3", "toAddr": "nobody@example.com"}, "58213"),
        ({"dest": "3", "toAddr": "1"}, "58213"),
        ({"toAddr": ""}, "50014"),
        ({"ccy": "USDT", "amt": "5"}, "50014"),
        ({"clientId": "?"}, "51000"),
    ],
    ids=str,
)
async def test_withdrawals_that_are_refused(sim: Exchange, fields: dict[str, str], code: str) -> None:
    good = {"ccy": "BTC", "amt": "0.5", "dest": "4", "toAddr": "somewhere"}
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(), "POST", "asset/withdrawal", good | fields)
    assert caught.value.code == code
    assert not sim.accounts.bank.funding(sim.user()).holds


async def test_who_may_not_withdraw(sim: Exchange, okx: OKX) -> None:
    sub = sim.user(SUB_NAME)
    sim.deposit(sub, "BTC", 1)
    with pytest.raises(Refusal) as caught:
        ask(sim, sub, "POST", "asset/withdrawal", {"ccy": "BTC", "amt": "1", "dest": "4", "toAddr": "x"})
    assert caught.value.code == "58209"
    await okx.funding.withdrawal("BTC", "0.1", "4", "x", client_id="one")
    await refused(okx.funding.withdrawal("BTC", "0.1", "4", "x", client_id="one"), "50071")


# -- what there is


async def test_bills_come_in_pages(sim: Exchange, okx: OKX) -> None:
    for number in range(7):
        await sim.advance(0.01)
        sim.deposit(sim.user(), "USDT", number + 1)
    everything = await okx.funding.bills()
    newest = await okx.funding.bills(limit=3)
    assert newest == everything[:3]
    assert await okx.funding.bills(limit=2, after=newest[-1].ts) == everything[3:5]
    assert await okx.funding.bills(before=everything[2].ts) == everything[:2]
    assert [row.bal_chg for row in newest] == [7, 6, 5]
    trading = await okx.account.bills_archive()
    assert await okx.account.bills_archive(limit=1, after=trading[0].bill_id) == trading[1:2]
    assert await okx.account.bills(ccy="BTC") == [row for row in trading if row.ccy == "BTC"]
    by_id = await okx.funding.bills_history(paging_type="2", after=int(everything[1].bill_id))
    assert by_id == everything[2:]


async def test_bills_of_a_week_and_of_three_months(sim: Exchange, okx: OKX) -> None:
    await okx.funding.transfer("USDT", "1", "6", "18")
    await sim.advance(8 * 86_400)
    await okx.funding.transfer("USDT", "2", "6", "18")
    assert [row.bal_chg for row in await okx.account.bills()] == [2]
    assert [row.bal_chg for row in (await okx.account.bills_archive())[:2]] == [2, 1]
    assert len(await okx.account.bills_archive(end=sim.now - 86_400_000)) == len(TRADING) + 1


async def test_currencies_and_worth(sim: Exchange, okx: OKX) -> None:
    rows = await okx.funding.currencies("BTC,USDT")
    assert [row.chain for row in rows] == ["BTC-Bitcoin", "USDT-TRC20", "USDT-ERC20"]
    assert [row.main_net for row in rows] == [True, True, False]
    assert rows[0].max_wd == Decimal(1)
    worth = await okx.funding.asset_valuation("USDT")
    price = Decimal(str((await okx.market.ticker("BTC-USDT")).last))
    assert worth.details is not None
    assert worth.details.funding == 10_000 + price
    assert worth.total_bal == (worth.details.funding or 0) + (worth.details.trading or 0)
    await refused(okx.funding.asset_valuation("NOPE"), "51000")
