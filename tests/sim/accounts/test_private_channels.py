"""Private channels: who is told what, in which order, and that it is what REST says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim import Exchange
from okx_async.sim.accounts.bank import SUB_NAME
from okx_async.sim.accounts.chains import STEP_SECONDS
from okx_async.sim.accounts.holdings import Nothing
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import User
from okx_async.sim.accounts.private import PAGE, Feed
from okx_async.sim.dialect_v5 import PRIVATE, PRIVATE_BUSINESS
from okx_async.v5 import channels
from okx_async.v5.models.account import AccountBalance
from okx_async.v5.models.funding import Deposit
from tests.sim.accounts.desk import Json, ask, quiet, send
from tests.sim.wire import Client, connect, signed
from tests.waiting import until

ACCOUNT, CHANGES = {"channel": "account"}, {"channel": "balance_and_position"}


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet(limits=False, idle_timeout=1e9) as exchange:
        yield exchange


@asynccontextmanager
async def line(sim: Exchange, *args: Json, endpoint: str = "private", key: int = 0) -> AsyncIterator[Client]:
    """A connection that is logged in and subscribed; what that brought is still to be read."""
    async with connect(sim.site.socket(endpoint)) as client:
        assert (await client.ask("login", signed(sim, key=key)))["code"] == "0"
        if args:
            await client.send("subscribe", *args)
        yield client


async def pushed(client: Client) -> list[Json]:
    """The data messages that have come, those that a subscription brought among them."""
    messages = [json.loads(text) for text in await client.until_pong()]
    return [message for message in messages if "data" in message]


def move(sim: Exchange, amount: str, ccy: str = "USDT", user: User | None = None) -> None:
    fields = {"ccy": ccy, "amt": amount, "from": "6", "to": "18"}
    ask(sim, user or sim.user(), "POST", "asset/transfer", fields)


def detail(message: Json, ccy: str = "USDT") -> Json:
    (row,) = message["data"]
    return dict(next(each for each in row["details"] if each["ccy"] == ccy))


async def test_the_account_first_and_then_its_changes(sim: Exchange) -> None:
    async with line(sim, ACCOUNT) as client:
        (snapshot,) = await pushed(client)
        assert snapshot["arg"] == {"channel": "account", "uid": sim.user().uid}
        assert (snapshot["eventType"], snapshot["curPage"], snapshot["lastPage"]) == ("snapshot", 1, True)
        assert [row["ccy"] for row in snapshot["data"][0]["details"]] == ["BTC", "ETH", "USDT"]
        move(sim, "25")
        (update,) = await pushed(client)
        assert update["eventType"] == "event_update"
        assert "curPage" not in update
        assert [row["ccy"] for row in update["data"][0]["details"]] == ["USDT"]
        rest = (await send(sim, "GET", "/api/v5/account/balance"))[1]
        assert detail(update) == detail(rest)
        assert detail(update)["cashBal"] == "100025"
        move(sim, "3", user=sim.user(1))
        assert await pushed(client) == [], "another user's money"
        sim.deposit(sim.user(), "USDT", 3)
        assert await pushed(client) == [], "money of the funding account"


async def test_what_happens_together_is_told_together(sim: Exchange) -> None:
    """The account once, then balance_and_position once for each cause, whatever order was subscribed in."""
    async with line(sim, CHANGES, ACCOUNT) as client:
        await pushed(client)
        user, ledger = sim.user(), sim.ledger
        street, mine = ledger.house(Room.STREET), sim.accounts.bank.trading(user)
        move(sim, "1")
        ledger.move("BTC", Decimal(1), street, mine, "2")
        ledger.move("USDT", Decimal(50_000), mine, street, "2")
        ledger.move("USDT", Decimal(3), mine, street, "8")
        account, *changes = await pushed(client)
        assert account["arg"]["channel"] == "account"
        assert [row["ccy"] for row in account["data"][0]["details"]] == ["BTC", "USDT"]
        rows = [change["data"][0] for change in changes]
        assert [(row["eventType"], [one["ccy"] for one in row["balData"]]) for row in rows] == [
            ("transferred", ["USDT"]),
            ("filled", ["BTC", "USDT"]),
            ("funding_fee", ["USDT"]),
        ]
        assert {one["cashBal"] for row in rows for one in row["balData"] if one["ccy"] == "USDT"} == {"49998"}


async def test_the_first_picture_of_balance_and_position(sim: Exchange) -> None:
    class Trader(Nothing):
        def positions(self, user: User) -> list[dict[str, Any]]:
            return [{"posId": "7", "instId": "BTC-USDT-SWAP", "pos": "2", "markPx": "1"}]

    sim.accounts.holds(Trader())
    async with line(sim, CHANGES) as client:
        (snapshot,) = await pushed(client)
        (row,) = snapshot["data"]
        assert row["eventType"] == "snapshot"
        assert {each["ccy"]: each["cashBal"] for each in row["balData"]} == {"BTC": "5", "ETH": "50", "USDT": "100000"}
        assert [(each["posId"], each["pos"]) for each in row["posData"]] == [("7", "2")]
        assert "markPx" not in row["posData"][0]
        assert "lastPage" not in snapshot


async def test_one_currency_alone(sim: Exchange) -> None:
    async with line(sim, ACCOUNT | {"ccy": "BTC"}) as client:
        (snapshot,) = await pushed(client)
        assert snapshot["arg"] == {"channel": "account", "ccy": "BTC", "uid": sim.user().uid}
        assert [row["ccy"] for row in snapshot["data"][0]["details"]] == ["BTC"]
        move(sim, "1")
        assert await pushed(client) == []
        move(sim, "0.5", "BTC")
        (update,) = await pushed(client)
        assert detail(update, "BTC")["cashBal"] == "5.5"


async def test_a_currency_that_falls_to_zero_vanishes(sim: Exchange) -> None:
    async with line(sim, ACCOUNT) as client:
        await pushed(client)
        ask(sim, sim.user(), "POST", "asset/transfer", {"ccy": "ETH", "amt": "50", "from": "18", "to": "6"})
        (update,) = await pushed(client)
        assert update["data"][0]["details"] == []
        assert (
            update["data"][0]["totalEq"] == (await send(sim, "GET", "/api/v5/account/balance"))[1]["data"][0]["totalEq"]
        )


async def test_many_currencies_come_in_pages(sim: Exchange) -> None:
    user, amount = sim.user(), 2 * PAGE + 1
    for number in range(amount - 3):
        sim.ledger.move(
            f"C{number:02d}", Decimal(1), sim.ledger.house(Room.OUTSIDE), sim.accounts.bank.trading(user), "1"
        )
    async with line(sim, ACCOUNT) as client:
        pages = await pushed(client)
        assert [(page["curPage"], page["lastPage"]) for page in pages] == [(1, False), (2, False), (3, True)]
        names = [row["ccy"] for page in pages for row in page["data"][0]["details"]]
        assert len(names) == amount == len(set(names))
        assert len({page["data"][0]["totalEq"] for page in pages}) == 1
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        balance = await okx.account.balance()
        assert [row.ccy for row in balance.details or ()] == names


@pytest.mark.parametrize(
    ("extra", "repeats"),
    [({}, 2), ({"extraParams": '{"updateInterval":"0"}'}, 0), ({"extraParams": "{"}, 2)],
    ids=["by itself", "off", "nonsense"],
)
async def test_regular_repeats(sim: Exchange, extra: Json, repeats: int) -> None:
    async with line(sim, ACCOUNT | extra) as client:
        await pushed(client)
        await sim.advance(11)
        messages = await pushed(client)
        assert [message["eventType"] for message in messages] == ["snapshot"] * repeats
        assert all("extraParams" not in message["arg"] for message in messages)
        await client.ask("unsubscribe", ACCOUNT | extra)
        await sim.advance(11)
        move(sim, "1")
        assert await pushed(client) == []


async def test_a_closed_line_is_forgotten(sim: Exchange) -> None:
    private = sim.accounts.private
    async with line(sim, ACCOUNT, CHANGES) as client:
        await pushed(client)
        assert private.heard(sim.user(), "account")
        await client.socket.close()
        while sim.connections:
            await asyncio.sleep(0)
    assert not private.heard(sim.user(), "account")
    assert not private.heard(sim.user(), "balance_and_position")
    move(sim, "1")
    await sim.advance(20)


# -- deposits and withdrawals


async def test_deposits_and_withdrawals_are_told_as_rest_tells_them(sim: Exchange) -> None:
    args = [{"channel": "deposit-info"}, {"channel": "withdrawal-info"}, {"channel": "deposit-info", "ccy": "BTC"}]
    async with line(sim, *args, endpoint="business") as client:
        assert await pushed(client) == []
        sim.deposit(sim.user(), "USDT", 5, at_once=False)
        for state in ("0", "1", "2"):
            (message,) = await pushed(client)
            assert message["arg"] == {"channel": "deposit-info", "uid": sim.user().uid}
            (row,) = message["data"]
            (rest,) = (await send(sim, "GET", "/api/v5/asset/deposit-history"))[1]["data"]
            assert rest.items() <= row.items()
            assert row["state"] == state
            await sim.advance(STEP_SECONDS)
        ask(sim, sim.user(), "POST", "asset/withdrawal", {"ccy": "BTC", "amt": "0.1", "dest": "4", "toAddr": "x"})
        for state in ("0", "1", "2"):
            (message,) = await pushed(client)
            (row,) = message["data"]
            (rest,) = (await send(sim, "GET", "/api/v5/asset/withdrawal-history"))[1]["data"]
            assert message["arg"]["channel"] == "withdrawal-info"
            assert rest.items() <= row.items()
            assert (row["state"], row["uid"], row["subAcct"]) == (state, sim.user().uid, "")
            await sim.advance(STEP_SECONDS)
        sim.deposit(sim.user(), "BTC", 1)
        told = [message["arg"].get("ccy") for message in await pushed(client)]
        assert told == [None, "BTC"] * 2


async def test_a_master_is_told_of_its_sub_accounts(sim: Exchange) -> None:
    sub = sim.user(SUB_NAME)
    async with line(sim, {"channel": "deposit-info"}, endpoint="business") as client:
        sim.deposit(sub, "USDT", 5)
        message = (await pushed(client))[-1]
        assert message["arg"]["uid"] == sim.user().uid
        assert (message["data"][0]["uid"], message["data"][0]["subAcct"]) == (sub.uid, SUB_NAME)


# -- the bus, for whoever has news


@pytest.mark.parametrize(
    ("arg", "heard"),
    [
        ({"instType": "ANY"}, True),
        ({"instType": "SWAP"}, True),
        ({"instType": "FUTURES"}, False),
        ({"instType": "SWAP", "instFamily": "BTC-USDT"}, True),
        ({"instType": "SWAP", "instFamily": "ETH-USDT"}, False),
        ({"instType": "SWAP", "instId": "BTC-USDT-SWAP"}, True),
        ({"instType": "SWAP", "instId": "ETH-USDT-SWAP"}, False),
        ({"instType": "SWAP", "instFamily": "ETH-USDT", "instId": "BTC-USDT-SWAP"}, True),
    ],
    ids=str,
)
async def test_filters(sim: Exchange, arg: Json, heard: bool) -> None:
    """``instId`` wins over ``instFamily`` when both are given."""
    async with line(sim, {"channel": "orders"} | arg) as client:
        names = {"instType": "SWAP", "instFamily": "BTC-USDT", "instId": "BTC-USDT-SWAP"}
        sim.accounts.private.push(sim.user(), "orders", names, [{"ordId": "1"}])
        messages = await pushed(client)
        assert [message["data"] for message in messages] == ([[{"ordId": "1"}]] if heard else [])
        assert all(message["arg"] == {"channel": "orders", **arg, "uid": sim.user().uid} for message in messages)


async def test_first_pictures_and_paces_of_other_rooms(sim: Exchange) -> None:
    rows = [{"posId": str(number)} for number in range(PAGE + 1)]
    sim.accounts.private.feed("positions", Feed(lambda user, arg: rows, True, 5_000, (0, 2_000, 3_000, 4_000)))
    arg = {"channel": "positions", "instType": "ANY", "extraParams": '{"updateInterval":"2000"}'}
    async with line(sim, arg) as client:
        pages = await pushed(client)
        assert [len(page["data"]) for page in pages] == [PAGE, 1]
        assert [page["lastPage"] for page in pages] == [False, True]
        await sim.advance(4)
        assert len(await pushed(client)) == 2 * len(pages)


@pytest.mark.parametrize("endpoint", ["private", "business"])
async def test_channels_nobody_has_news_for_are_silent(sim: Exchange, endpoint: str) -> None:
    specs = PRIVATE if endpoint == "private" else PRIVATE_BUSINESS
    good = {"instType": "SWAP", "algoId": "1"}
    args = [{"channel": name} | {need: good[need] for need in spec.needs} for name, spec in specs.items()]
    async with connect(sim.site.socket(endpoint)) as client:
        await client.send("subscribe", *args)
        errors = [json.loads(text) for text in await client.until_pong()]
        assert [error["code"] for error in errors] == ["60011"] * len(args)
    async with line(sim, *args, endpoint=endpoint) as client:
        events = [json.loads(text) for text in await client.until_pong()]
        acks = [event["arg"]["channel"] for event in events if event.get("event") == "subscribe"]
        assert acks == list(specs)
        await sim.step(3)
        assert await pushed(client) == []


async def test_channels_of_the_higher_tiers(sim: Exchange) -> None:
    async with line(sim, {"channel": "fills"}, key=2) as client:
        assert (await client.json())["code"] == "64003"


# -- the real client


async def test_the_client_streams_its_account(sim: Exchange) -> None:
    """Typed rows, with the pages put together or one by one, and nothing it does not know."""
    async with OKX(sim.credentials[0], site=sim.site) as okx:
        async with okx.subscribe(channels.account()) as stream, okx.subscribe(channels.deposit_info()) as deposits:
            opening = await anext(stream)
            assert isinstance(opening, AccountBalance)
            assert {row.ccy: row.cash_bal for row in opening.details or ()} == {"BTC": 5, "ETH": 50, "USDT": 100_000}
            await until(lambda: not okx.status().not_live)
            await okx.funding.transfer("USDT", "75", "6", "18")
            change = await anext(stream)
            assert isinstance(change, AccountBalance)
            assert {row.ccy: row.cash_bal for row in change.details or ()} == {"USDT": 100_075}
            sim.deposit(sim.user(), "BTC", "0.5")
            deposit = await anext(deposits)
            assert isinstance(deposit, Deposit)
            assert (deposit.amt, deposit.state, deposit.uid) == (Decimal("0.5"), "1", sim.user().uid)
        assert okx.pool.drift.seen == {}
