"""Sub-accounts and their keys, by their master."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from okx_async import OKX, AuthRefused, Credentials, Refused
from okx_async.core.capability import CAPABILITIES
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import ask, hasty, quiet
from tests.sim.accounts.test_funding import refused
from tests.sim.wire import connect, signed

GOOD = "Sim-pass-1"


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(limits=False) as exchange:
        yield exchange


@pytest.fixture
async def okx(sim: Exchange) -> AsyncIterator[OKX]:
    async with hasty(sim, allow=CAPABILITIES) as client:
        yield client


async def test_a_new_sub_account_gets_a_key_and_uses_it(sim: Exchange, okx: OKX) -> None:
    made = await okx.subaccount.create_subaccount("trader1", "1", label="mine")
    assert [row.sub_acct for row in await okx.subaccount.list_()] == ["trader1", SUB_NAME]
    (row,) = await okx.subaccount.list_(sub_acct="trader1")
    assert (row.uid, row.label, row.can_trans_out, row.enable) == (made.uid, "mine", True, True)
    assert await okx.subaccount.list_(enable=False) == []
    key = await okx.subaccount.create_apikey("trader1", "bot", GOOD, ["read_only", "trade"], ip=["127.0.0.1"])
    assert key.api_key is not None
    assert key.secret_key is not None
    credentials = Credentials(key.api_key, key.secret_key.reveal(), GOOD)
    async with OKX(credentials, site=sim.site, allow=CAPABILITIES) as below:
        config = await below.account.config()
        assert (config.uid, config.main_uid, config.label) == (made.uid, sim.user().uid, "bot")
        assert (config.perm, config.ip) == ("read_only,trade", "127.0.0.1")
        await okx.subaccount.modify_apikey("trader1", key.api_key, perm=["read_only"])
        await refused(below.funding.transfer("USDT", "1", "6", "18"), "50120")
        await okx.subaccount.modify_apikey("trader1", key.api_key, ip=["10.0.0.1"])
        with pytest.raises(AuthRefused) as caught:
            await below.account.config()
        assert caught.value.code == "50110"
        (info,) = await okx.subaccount.apikey("trader1")
        assert (info.ip, info.perm, info.label) == ("10.0.0.1", "read_only", "bot")
        await okx.subaccount.delete_apikey("trader1", key.api_key)
        with pytest.raises(Refused) as gone:
            await below.account.config()
        assert gone.value.code == "50119"
    assert await okx.subaccount.apikey("trader1") == []


async def test_balances_of_a_sub_account(sim: Exchange, okx: OKX) -> None:
    sub = sim.user(SUB_NAME)
    sim.deposit(sub, "USDT", 12)
    async with OKX(sim.keys_of(sub)[0], site=sim.site, allow=CAPABILITIES) as below:
        own = await below.account.balance()
        seen = await okx.subaccount.trading_balance(SUB_NAME)
        assert [(row.ccy, row.eq) for row in seen.details or ()] == [(row.ccy, row.eq) for row in own.details or ()]
        assert await okx.subaccount.funding_balances(SUB_NAME) == await below.funding.balances()
        assert await okx.subaccount.max_withdrawal(SUB_NAME) == await below.account.max_withdrawal()


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("users/subaccount/create-subaccount", {"subAcct": SUB_NAME, "type": "1"}, "59601"),
        ("users/subaccount/create-subaccount", {"subAcct": "a b", "type": "1"}, "51000"),
        ("users/subaccount/create-subaccount", {"subAcct": "1234567", "type": "1"}, "51000"),
        ("users/subaccount/create-subaccount", {"subAcct": "custody", "type": "5"}, "50062"),
        ("users/subaccount/apikey", {"subAcct": "nobody", "label": "x", "passphrase": GOOD}, "59510"),
        ("users/subaccount/apikey", {"subAcct": SUB_NAME, "label": "x", "passphrase": "weak"}, "59505"),
        ("users/subaccount/apikey", {"subAcct": SUB_NAME, "label": "main", "passphrase": GOOD}, "59502"),
        (
            "users/subaccount/apikey",
            {"subAcct": SUB_NAME, "label": "x", "passphrase": GOOD, "perm": "withdraw"},
            "51000",
        ),
        ("users/subaccount/apikey", {"subAcct": SUB_NAME, "label": "x", "passphrase": GOOD, "ip": "home"}, "51000"),
        (
            "users/subaccount/apikey",
            {"subAcct": SUB_NAME, "label": "x", "passphrase": GOOD, "ip": ",".join(["1.1.1.1"] * 21)},
            "59503",
        ),
        ("users/subaccount/delete-apikey", {"subAcct": SUB_NAME, "apiKey": "none"}, "59506"),
    ],
    ids=str,
)
async def test_what_is_refused(sim: Exchange, path: str, fields: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(), "POST", path, fields)
    assert caught.value.code == code


async def test_fifty_keys_are_the_most(sim: Exchange) -> None:
    sub = sim.user(SUB_NAME)
    for number in range(49):
        sim.accounts.bank.give_key(sub, f"key {number}")
    fields = {"subAcct": SUB_NAME, "label": "one more", "passphrase": GOOD}
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(), "POST", "users/subaccount/apikey", fields)
    assert caught.value.code == "59501"


async def test_sub_accounts_manage_nothing_and_see_no_others(sim: Exchange) -> None:
    for asker, code in ((sim.user(SUB_NAME), "59500"), (sim.user(1), "59510")):
        with pytest.raises(Refusal) as caught:
            ask(sim, asker, "GET", "users/subaccount/apikey", {"subAcct": SUB_NAME})
        assert caught.value.code == code


async def test_a_key_of_another_sub_account_is_unknown(sim: Exchange) -> None:
    other = sim.add_user("trader1", master=sim.user())
    key = next(sim.accounts.bank.people.keys_of(other.uid)).key.api_key
    with pytest.raises(Refusal) as caught:
        ask(sim, sim.user(), "POST", "users/subaccount/delete-apikey", {"subAcct": SUB_NAME, "apiKey": key})
    assert caught.value.code == "59506"


async def test_a_login_from_elsewhere(sim: Exchange) -> None:
    """A key that is bound to other addresses does not open a socket either."""
    access = next(sim.accounts.bank.people.keys_of(sim.user().uid))
    access.addresses = ("10.0.0.0/8",)
    async with connect(sim.site.socket("private")) as line:
        assert (await line.ask("login", signed(sim)))["code"] == "60009"
        access.addresses = ("127.0.0.1",)
        assert (await line.ask("login", signed(sim)))["code"] == "0"


async def test_a_connection_ends_with_its_key(sim: Exchange) -> None:
    """Close code 4007; others of the same user stay."""
    (access, second) = list(sim.accounts.bank.people.keys_of(sim.user().uid))
    async with connect(sim.site.socket("private")) as line, connect(sim.site.socket("private")) as stranger:
        assert (await line.ask("login", signed(sim)))["code"] == "0"
        sim.accounts.bank.changed(second)
        assert await line.until_pong() == []
        await stranger.until_pong()
        sim.accounts.bank.take_key(access)
        assert await line.closed_with() == 4007
        assert (await stranger.ask("login", signed(sim)))["code"] == "60032"
