"""Every rule of the exchange with its own code, and a well-behaved client that meets none of them.

Market time stands still here unless a test moves it, so no limit frees itself in the middle of a test.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from okx_async import OKX, ChannelRefused, OKEx
from okx_async.core.endpoint import Section, get
from okx_async.core.throttle import Limit
from okx_async.sim import Exchange, Limits
from okx_async.sim.clock import Clock
from okx_async.sim.limits import Allowances
from okx_async.sim.roads import Answering, Roads
from okx_async.sim.rules import RestRules
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import channels as v5_channels
from tests.system.truth import client_for

from .wire import START, Client, Json, NaiveBook, arg, connect, signed, signed_v3

DIALECTS = pytest.mark.parametrize("dialect", ["v5", "v3"])
TICKER = {"v5": "/api/v5/market/ticker?instId=BTC-USDT", "v3": "/api/spot/v3/instruments/BTC-USDT/ticker"}
TIME = {"v5": "/api/v5/public/time", "v3": "/api/general/v3/time"}
TOO_MANY = {"v5": ("code", "50011"), "v3": ("code", 30026)}
BOOK: dict[str, Any] = {"v5": arg("books"), "v3": "spot/depth:BTC-USDT"}
TRADES: dict[str, Any] = {"v5": arg("trades"), "v3": "spot/trade:BTC-USDT"}


def still(step_ms: int = 1000, **more: Any) -> Exchange:
    """An exchange whose time only moves by steps, one second each."""
    return Exchange(3, rate=0, start=START, step_ms=step_ms, history_minutes=10, **more)


def socket_of(sim: Exchange, dialect: str) -> str:
    return sim.ws if dialect == "v5" else sim.ws_v3


def code_of(error: Json) -> str:
    assert error["event"] == "error"
    return str(error.get("code", error.get("errorCode")))


@asynccontextmanager
async def caller(address: str = "127.0.0.1") -> AsyncIterator[aiohttp.ClientSession]:
    """HTTP from an address of choice."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(address, 0))) as http:
        yield http


async def ask(http: aiohttp.ClientSession, url: str, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    async with http.get(url, headers=headers) as answer:
        return answer.status, await answer.json()


async def statuses(http: aiohttp.ClientSession, url: str, times: int) -> list[int]:
    return [(await ask(http, url))[0] for _ in range(times)]


# -- REST


@DIALECTS
async def test_one_request_too_many_is_refused_with_429(dialect: str) -> None:
    async with still() as sim, caller() as http, caller("127.0.0.2") as elsewhere:
        url = sim.rest + TICKER[dialect]
        assert await statuses(http, url, 20) == [200] * 20
        status, body = await ask(http, url)
        key, code = TOO_MANY[dialect]
        assert (status, body[key]) == (429, code)
        assert sim.counters.refusals == {str(code): 1}
        assert (await ask(elsewhere, url))[0] == 200, "another address has a budget of its own"
        assert (await ask(http, sim.rest + TIME[dialect]))[0] == 200, "another endpoint has a budget of its own"
        await sim.step(1)
        assert (await ask(http, url))[0] == 429, "one second of two"
        await sim.step(1)
        assert await statuses(http, url, 21) == [200] * 20 + [429], "refused requests were not counted"
        assert sim.counters.requests == 45


async def test_the_window_slides() -> None:
    async with still() as sim, caller() as http:
        url = sim.rest + TIME["v5"]
        assert await statuses(http, url, 5) == [200] * 5
        await sim.step()
        assert await statuses(http, url, 6) == [200] * 5 + [429]
        await sim.step()
        assert await statuses(http, url, 6) == [200] * 5 + [429], "only the first five have left the window"


async def test_a_budget_per_instrument_type() -> None:
    async with still() as sim, caller() as http:
        url = sim.rest + "/api/v5/public/instruments?instType="
        assert await statuses(http, url + "SPOT", 21) == [200] * 20 + [429]
        assert (await ask(http, url + "SWAP"))[0] == 200


async def test_v3_counts_a_public_call_with_a_key_against_the_user() -> None:
    async with still() as sim, caller() as http:
        url = sim.rest + TICKER["v3"]
        assert await statuses(http, url, 21) == [200] * 20 + [429]
        for key in sim.credentials[:2]:
            assert (await ask(http, url, {"OK-ACCESS-KEY": key.api_key.reveal()}))[0] == 200


@DIALECTS
async def test_limits_can_be_switched_off(dialect: str) -> None:
    async with still(limits=False) as sim, caller() as http, AsyncExitStack() as stack:
        assert await statuses(http, sim.rest + TICKER[dialect], 45) == [200] * 45
        clients = [await stack.enter_async_context(connect(socket_of(sim, dialect))) for _ in range(6)]
        assert await clients[5].until_pong() == []
        assert not sim.counters.refusals


@asynccontextmanager
async def rationed(rules: RestRules, path: str) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A server with one route and these rules."""

    async def handle(request: web.Request) -> web.Response:
        return web.Response(status=200 if rules.admit(request) is None else 429)

    async def straight(request: web.Request, handler: Answering) -> web.StreamResponse:
        return await handler(request)

    app = web.Application()
    Roads(app, straight).add_get(path, handle)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_rules_that_no_simulated_endpoint_has(clock: Clock) -> None:
    class Orders(Section, dialect="v5", chapter="orders"):
        @get("/v5/{ordId}", limit=Limit(1, 2, "user+instrument"), auth=True)
        async def order(self, ord_id: str, inst_id: str) -> dict[str, Any]:
            """One order."""
            raise NotImplementedError

    rules = RestRules(Orders.endpoints, Allowances(clock), on=True)
    async with rationed(rules, "/v5/{order}") as http:

        async def status(key: str, inst_id: str) -> int:
            async with http.get(f"/v5/1?instId={inst_id}", headers={"OK-ACCESS-KEY": key}) as answer:
                return answer.status

        assert [await status("a", "X"), await status("a", "Y"), await status("b", "X")] == [200] * 3
        assert [await status("a", "X"), await status("a", "Y"), await status("b", "X")] == [429] * 3


async def test_v3_endpoints_without_a_limit_allow_six_a_second(clock: Clock) -> None:
    rules = RestRules((), Allowances(clock), on=True, fallback=Limit(6, 1, "ip"))
    async with rationed(rules, "/api/{product}/v3/{rest}") as http:
        for path in ("/api/spot/v3/x", "/api/swap/v3/x"):
            found = [(await http.get(path)).status for _ in range(7)]
            assert found == [200] * 6 + [429]


@pytest.fixture
def clock() -> Clock:
    return Clock(START, 1000)


@pytest.mark.parametrize("wrong", [{"control_v5": 0}, {"connects_v3": -1}, {"loser": "both"}])
def test_impossible_limits_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Limits(**wrong)


# -- connections


async def test_v5_opens_three_connections_a_second() -> None:
    async with still() as sim, AsyncExitStack() as stack:
        for kind in ("public", "private", "business"):
            await stack.enter_async_context(connect(sim.site.socket(kind)))
        for kind in ("public", "private"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await stack.enter_async_context(connect(sim.site.socket(kind)))
            assert refused.value.status == 429
        await stack.enter_async_context(connect(sim.ws_v3))
        elsewhere = await stack.enter_async_context(caller("127.0.0.2"))
        await stack.enter_async_context(elsewhere.ws_connect(sim.ws))
        await sim.step()
        await stack.enter_async_context(connect(sim.ws))
        assert sim.counters.refusals == {"429": 2}
        assert sim.counters.connections == len(sim.connections) == 6


async def test_v3_opens_one_connection_a_second() -> None:
    async with still() as sim, connect(sim.ws_v3):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with connect(sim.ws_v3):
                pass
        await sim.step()
        async with connect(sim.ws_v3):
            assert sim.counters.connections == 2


@DIALECTS
async def test_a_frame_that_is_too_long_closes_with_1009(dialect: str) -> None:
    async with still() as sim:
        async with connect(socket_of(sim, dialect)) as client:
            await client.socket.send_str("x" * (64 * 1024 + 1))
            assert await client.closed_with() == 1009
        while sim.connections:
            await asyncio.sleep(0)
        assert sim.counters.closes == {1009: 1}


async def test_v3_cuts_a_connection_that_never_subscribes() -> None:
    async with Exchange(rate=100, idle_timeout=0.2, limits=False) as sim:
        async with connect(sim.ws_v3) as bare, connect(sim.ws_v3) as used:
            await used.send("subscribe", "spot/depth:BTC-USDT")
            while not bare.socket.closed:
                await bare.socket.send_str("ping")  # keeps it from being idle, and does not help
                frame = await bare.socket.receive(timeout=5)
                if frame.type is not aiohttp.WSMsgType.BINARY:
                    break
            assert bare.socket.close_code == 4004
            assert [connection.open for connection in sim.connections] == [True]


# -- control frames


@pytest.mark.parametrize(("dialect", "budget", "code"), [("v5", 480, "60014"), ("v3", 240, "30026")])
async def test_control_frames_are_counted_by_the_hour(dialect: str, budget: int, code: str) -> None:
    limits = Limits(commands_v3=None, connects_v3=3)
    async with still(step_ms=1_200_000, limits=limits) as sim:
        async with connect(socket_of(sim, dialect)) as client, connect(socket_of(sim, dialect)) as other:
            for _ in range(budget // 2):
                assert (await client.ask("unsubscribe", TRADES[dialect]))["event"] == "unsubscribe"
            await sim.step(2)  # 40 minutes
            for _ in range(budget // 2):
                assert (await client.ask("unsubscribe", TRADES[dialect]))["event"] == "unsubscribe"
            assert code_of(await client.ask("unsubscribe", TRADES[dialect])) == code
            assert (await other.ask("unsubscribe", TRADES[dialect]))["event"] == "unsubscribe"
            await sim.step()  # an hour after the first half
            assert (await client.ask("unsubscribe", TRADES[dialect]))["event"] == "unsubscribe"
            first, second = (each.conn_id for each in sim.connections)
            assert sim.counters.control == {
                first: {"unsubscribe": budget + 2},
                second: {"unsubscribe": 1},
            }
            assert sim.counters.refusals == {code: 1}


async def test_one_frame_counts_once_whatever_it_carries() -> None:
    async with still(limits=Limits(control_v5=2)) as sim, connect(sim.ws) as client:
        many = [arg("trades", each.inst_id) for each in sim.instruments]
        await client.send("subscribe", *many)
        assert len(await client.many(len(many))) == len(many)
        assert code_of(await client.ask("unsubscribe")) == "60013", "it counts although it is wrong"
        assert code_of(await client.ask("login", signed(sim))) == "60014"
        await sim.step()
        assert await client.until_pong(), "what is subscribed goes on"


async def test_v3_allows_fifty_commands_a_second_of_each_kind() -> None:
    async with still(limits=Limits(connects_v3=2)) as sim, connect(sim.ws_v3) as one, connect(sim.ws_v3) as two:
        for client in (one, two):
            for _ in range(25):
                assert (await client.ask("unsubscribe", TRADES["v3"]))["event"] == "unsubscribe"
        for client in (one, two):
            assert code_of(await client.ask("unsubscribe", TRADES["v3"])) == "30026"
        assert (await one.ask("subscribe", TRADES["v3"]))["event"] == "subscribe"
        await sim.step()
        await one.until_pong()
        assert (await one.ask("unsubscribe", TRADES["v3"]))["event"] == "unsubscribe"


# -- requests


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        ("[]", "60012"),
        ('{"args":[]}', "60012"),
        ('{"op":7,"args":[]}', "60012"),
        ('{"op":"subscribe","args":["books"]}', "60012"),
        ('{"op":"subscribe","args":{"channel":"books"}}', "60013"),
        ('{"op":"subscribe"}', "60013"),
        ('{"op":"Subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}', "60019"),
        ('{"op":"order","id":"1","args":[{}]}', "60028"),
        ('{"op":"subscribe","id":"","args":[{"channel":"books","instId":"BTC-USDT"}]}', "60033"),
        ('{"op":"subscribe","id":"a-b","args":[{"channel":"books","instId":"BTC-USDT"}]}', "60033"),
        (f'{{"op":"subscribe","id":"{"a" * 33}","args":[{{"channel":"books","instId":"BTC-USDT"}}]}}', "60033"),
        ('{"op":"subscribe","args":[{"channel":"books"}]}', "60018"),
        ('{"op":"subscribe","args":[{"channel":"books","instId":""}]}', "60027"),
        ('{"op":"subscribe","args":[{"channel":"books","instId":"btc-usdt"}]}', "60018"),
        ('{"op":"subscribe","args":[{"channel":"depth","instId":"BTC-USDT"}]}', "60018"),
        ('{"op":"subscribe","args":[{"channel":"instruments"}]}', "60018"),
        ('{"op":"subscribe","args":[{"channel":"instruments","instType":"spot"}]}', "60018"),
        ('{"op":"subscribe","args":[{"channel":"instruments","instType":"ANY"}]}', "60018"),
        ('{"op":"subscribe","args":[{"channel":"account"}]}', "60018"),
    ],
)
async def test_v5_requests_it_does_not_accept(request_text: str, code: str) -> None:
    async with still() as sim, connect(sim.ws) as client:
        await client.socket.send_str(request_text)
        error = await client.json()
        assert code_of(error) == code
        assert error["connId"] == sim.connections[0].conn_id
        assert await client.until_pong() == []
        assert sim.counters.refusals == {code: 1}


async def test_one_bad_argument_hurts_no_other() -> None:
    async with still() as sim, connect(sim.ws) as client:
        await client.send("subscribe", arg("trades"), arg("trades", "NO-SUCH"), arg("trades", "ETH-USDT"), id="A1")
        good, bad, also_good = await client.many(3)
        assert [good["event"], bad["event"], also_good["event"]] == ["subscribe", "error", "subscribe"]
        assert (bad["code"], bad["id"]) == ("60018", "A1")
        assert "NO-SUCH" in bad["msg"]


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        ("{}", "30039"),
        ('{"op":"subscribe","args":[]}', "30039"),
        ('{"op":"subscribe","args":[{"channel":"spot/depth"}]}', "30039"),
        (json.dumps({"op": "subscribe", "args": ["spot/depth:BTC-USDT"] * 220}), "30039"),
        ('{"op":"subscribe","args":["spot/depth"]}', "30040"),
        ('{"op":"subscribe","args":["spot/depth:btc-usdt"]}', "30040"),
        ('{"op":"subscribe","args":["futures/depth:BTC-USDT"]}', "30040"),
        ('{"op":"unsubscribe","args":["spot/dance:BTC-USDT"]}', "30040"),
        ('{"op":"subscribe","args":["spot/account:BTC"]}', "30041"),
    ],
)
async def test_v3_requests_it_does_not_accept(request_text: str, code: str) -> None:
    async with still() as sim, connect(sim.ws_v3) as client:
        await client.socket.send_str(request_text)
        error = await client.json()
        assert code_of(error) == code
        assert isinstance(error["errorCode"], int)
        assert await client.until_pong() == []


async def test_v3_private_filters_have_their_kind() -> None:
    async with still() as sim, connect(sim.ws_v3) as client:
        await client.ask("login", *signed_v3(sim))
        good = (
            "spot/account:BTC",
            "spot/order:BTC-USDT",
            "futures/account:BTC",
            "futures/account:BTC-USDT",
            "swap/position:BTC-USD-SWAP",
            "option/order:BTC-USD",
        )
        bad = ("spot/account:NONE", "spot/order:BTC", "swap/order:BTC-USDT", "option/order:BTC", "futures/order:")
        for name in good:
            assert await client.ask("subscribe", name) == {"event": "subscribe", "channel": name}
        for name in bad:
            error = await client.ask("subscribe", name)
            assert code_of(error) == "30040"
            assert name in error["message"]


@DIALECTS
async def test_a_second_subscribe_brings_an_ack_and_nothing_else(dialect: str) -> None:
    async with still() as sim, connect(socket_of(sim, dialect)) as client:
        await client.send("subscribe", BOOK[dialect])
        await client.many(2)
        await client.send("subscribe", BOOK[dialect])
        assert [json.loads(text)["event"] for text in await client.until_pong()] == ["subscribe"]
        await sim.step()
        assert len(await client.until_pong()) == 1
        for _ in range(2):
            assert (await client.ask("unsubscribe", BOOK[dialect]))["event"] == "unsubscribe"
        await sim.step()
        assert await client.until_pong() == []


# -- logins and tiers


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"apiKey": "01234567-89ab-cdef-0123-456789abcdef"}, "60032"),
        ({"apiKey": "nobody"}, "60005"),
        ({"timestamp": str(START)}, "60004"),
        ({"timestamp": str(START // 1000 - 31)}, "60006"),
        ({"timestamp": str(START // 1000 + 31)}, "60006"),
        ({"passphrase": "no"}, "60024"),
        ({"sign": "bm8="}, "60007"),
        ({"sign": ""}, "60009"),
    ],
)
async def test_v5_logins_it_does_not_accept(change: dict[str, str], code: str) -> None:
    async with still() as sim, connect(sim.site.socket("private")) as client:
        error = await client.ask("login", signed(sim) | change)
        assert code_of(error) == code
        assert error["connId"]
        assert code_of(await client.ask("subscribe", {"channel": "account"})) == "60011"
        assert code_of(await client.ask("unsubscribe", {"channel": "account"})) == "60011"
        assert (await client.ask("login", signed(sim)))["connId"]
        assert code_of(await client.ask("login", signed(sim, key=1))) == "60031"


async def test_a_key_of_the_other_environment() -> None:
    async with still() as sim, connect(sim.ws) as v5, connect(sim.ws_v3) as v3:
        name = sim.demo_credentials.api_key.reveal()
        assert code_of(await v5.ask("login", signed(sim) | {"apiKey": name})) == "50101"
        assert code_of(await v3.ask("login", name, *signed_v3(sim)[1:])) == "30006"
        assert await v3.closed_with() == 1000


@pytest.mark.parametrize("channel", ["books-l2-tbt", "books50-l2-tbt"])
async def test_fast_books_are_for_high_tiers(channel: str) -> None:
    async with still(vip=(5, 3)) as sim, connect(sim.ws) as high, connect(sim.ws) as low, connect(sim.ws) as nobody:
        await high.ask("login", signed(sim))
        await low.ask("login", signed(sim, key=1))
        assert (await high.ask("subscribe", arg(channel)))["event"] == "subscribe"
        assert code_of(await low.ask("subscribe", arg(channel))) == "64003"
        assert code_of(await nobody.ask("subscribe", arg(channel))) == "60011"
        assert (await low.ask("subscribe", arg("books")))["event"] == "subscribe"
        assert len(sim.credentials) == 2


async def test_the_third_key_is_an_ordinary_user() -> None:
    async with still() as sim, connect(sim.site.socket("private")) as client:
        await client.ask("login", signed(sim, key=2))
        assert code_of(await client.ask("subscribe", {"channel": "fills"})) == "64003"
        assert (await client.ask("subscribe", {"channel": "orders", "instType": "ANY"}))["event"] == "subscribe"


async def test_the_fastest_book_stands_alone() -> None:
    tbt, books, fifty = arg("books-l2-tbt"), arg("books"), arg("books50-l2-tbt")
    async with still() as sim, connect(sim.ws) as client, connect(sim.ws) as other:
        await client.ask("login", signed(sim))
        await client.send("subscribe", books, fifty)
        await client.many(4)
        await client.send("subscribe", tbt)
        events = [json.loads(text) for text in await client.until_pong()]
        assert [event.get("code", event.get("event", event.get("action"))) for event in events] == [
            "subscribe",
            "64004",
            "64004",
            "snapshot",
        ]
        for rival in (books, fifty):
            assert code_of(await client.ask("subscribe", rival)) == "64004"
        assert (await client.ask("subscribe", arg("books", "ETH-USDT")))["event"] == "subscribe"
        assert (await other.ask("subscribe", books))["event"] == "subscribe", "another connection may have it"
        await client.until_pong()
        await sim.step()
        pushed = [json.loads(text)["arg"] for text in await client.until_pong()]
        assert {row["channel"] for row in pushed if row["instId"] == "BTC-USDT"} == {"books-l2-tbt"}
        await client.ask("unsubscribe", tbt)
        assert (await client.ask("subscribe", books))["event"] == "subscribe"


# -- connections per private channel


@asynccontextmanager
async def private_lines(sim: Exchange, *keys: int) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(connect(sim.site.socket("private"))) for _ in keys]
        for line, key in zip(lines, keys, strict=True):
            await line.ask("login", signed(sim, key=key))
        yield lines


async def _held(line: Client, *args: Json) -> list[tuple[str, str]]:
    await line.send("subscribe", *args)
    messages = [json.loads(text) for text in await line.until_pong()]
    events = [message for message in messages if "data" not in message]
    assert all(event["connId"] for event in events)
    return [(event["event"], event.get("connCount", "")) for event in events]


async def test_connections_of_a_private_channel_are_counted() -> None:
    spot, swap = {"channel": "orders", "instType": "SPOT"}, {"channel": "orders", "instType": "SWAP"}
    async with still(limits=Limits(holders=2, connects_v5=None)) as sim:
        async with private_lines(sim, 0, 0, 0, 1) as (one, two, three, stranger):
            assert await _held(one, spot) == [("subscribe", ""), ("channel-conn-count", "1")]
            assert await _held(one, swap) == [("subscribe", ""), ("channel-conn-count", "1")], "one line counts once"
            assert await _held(two, spot) == [("subscribe", ""), ("channel-conn-count", "2")]
            assert await _held(three, spot) == [("subscribe", ""), ("channel-conn-count-error", "2")]
            assert sim.counters.refusals == {"channel-conn-count-error": 1}
            assert await _held(three, {"channel": "account"}) == [("subscribe", ""), ("channel-conn-count", "1")]
            assert await _held(stranger, spot) == [("subscribe", ""), ("channel-conn-count", "1")]
            await one.ask("unsubscribe", spot)
            assert await _held(three, spot) == [("subscribe", ""), ("channel-conn-count-error", "2")], "swap is left"
            await one.ask("unsubscribe", swap)
            assert await _held(three, spot) == [("subscribe", ""), ("channel-conn-count", "2")]


async def test_the_oldest_connection_may_be_the_one_that_loses() -> None:
    orders = {"channel": "orders", "instType": "ANY"}
    async with still(limits=Limits(holders=1, connects_v5=None, loser="oldest")) as sim:
        async with private_lines(sim, 0, 0) as (old, new):
            await _held(old, orders)
            assert await _held(new, orders) == [("subscribe", ""), ("channel-conn-count", "1")]
            lost = await old.json()
            assert (lost["event"], lost["channel"], lost["connCount"]) == ("channel-conn-count-error", "orders", "1")


async def test_thirty_connections_by_default_and_a_closed_one_makes_room() -> None:
    positions = {"channel": "positions", "instType": "ANY"}
    async with still(limits=Limits(connects_v5=None)) as sim:
        async with private_lines(sim, *[0] * 31) as lines:
            counts = [(await _held(line, positions))[1] for line in lines]
            assert counts[:30] == [("channel-conn-count", str(number)) for number in range(1, 31)]
            assert counts[30] == ("channel-conn-count-error", "30")
            await lines[0].socket.close()
            while len(sim.connections) == 31:
                await asyncio.sleep(0)
            assert (await _held(lines[30], positions))[1] == ("channel-conn-count", "30")


# -- call auctions


@DIALECTS
async def test_books_slow_down_in_a_call_auction_and_may_cross(dialect: str) -> None:
    async with still(step_ms=100) as sim, connect(socket_of(sim, dialect)) as client:
        await client.send("subscribe", BOOK[dialect], TRADES[dialect])
        book = NaiveBook()
        messages = await client.many(3)
        book.apply(next(message for message in messages if "action" in message))
        await sim.step(10)
        assert _apply(book, await client.until_pong())["books"] == 10, "the usual pace is every step here"
        before = len(sim.truth("BTC-USDT").trades)
        sim.auction("BTC-USDT")
        crossed = 0
        for _ in range(20):
            await sim.step(10)
            assert _apply(book, await client.until_pong()) == {"books": 1, "trades": 0}, "once a second"
            bids, asks = book.levels
            crossed += float(bids[0][0]) >= float(asks[0][0])
        assert crossed
        assert len(sim.truth("BTC-USDT").trades) == before
        sim.auction("BTC-USDT", False)
        await sim.step()
        truth = sim.truth("BTC-USDT")
        assert _apply(book, await client.until_pong())["trades"] > 0
        uncrossed = truth.trades[before]
        assert book.levels == truth.top(len(book.levels[0]))
        assert float(truth.bids[0][0]) < float(truth.asks[0][0])
        at_once = [trade for trade in truth.trades[before:] if trade.price == uncrossed.price]
        assert len(at_once) > 1, "all that crossed trades at one price"


def _apply(book: NaiveBook, texts: list[str]) -> dict[str, int]:
    seen = {"books": 0, "trades": 0}
    for message in map(json.loads, texts):
        if "action" in message:
            book.apply(message)
            if "checksum" in message["data"][0]:
                assert book.checksum() == message["data"][0]["checksum"]
            seen["books"] += 1
        else:
            seen["trades"] += 1
    return seen


async def test_the_fast_channels_slow_down_too() -> None:
    async with still(step_ms=100, slow_every=5) as sim, connect(sim.ws) as client:
        await client.ask("login", signed(sim))
        await client.send("subscribe", arg("bbo-tbt"), arg("books5"), arg("books-l2-tbt"), arg("books-rpi"))
        await client.until_pong()

        async def pushes() -> dict[str, int]:
            await sim.step(50)
            names = [json.loads(text)["arg"]["channel"] for text in await client.until_pong()]
            return {name: names.count(name) for name in sorted(set(names))}

        usual = await pushes()
        assert usual["books-l2-tbt"] == 50, "the slow pace is not for the fast book"
        assert usual["bbo-tbt"] > usual["books5"] == usual["books-rpi"] == 10
        sim.auction("BTC-USDT")
        assert set((await pushes()).values()) == {5}


@DIALECTS
async def test_a_client_lives_through_a_call_auction(dialect: str) -> None:
    async with still(step_ms=100) as sim, client_for(dialect, sim) as client, client.books("BTC-USDT") as books:
        crossed = (await anext(books)).crossed
        sim.auction("BTC-USDT")
        while not crossed:
            await sim.step(10)
            crossed = (await anext(books)).crossed
        sim.auction("BTC-USDT", False)
        while crossed:
            await sim.step(10)
            crossed = (await anext(books)).crossed
        assert books.resyncs == 0


# -- and none of it


async def test_a_client_is_told_about_a_tier_that_is_too_low() -> None:
    async with still() as sim, OKX(site=sim.site, credentials=sim.credentials[2]) as okx:
        with pytest.raises(ChannelRefused) as refused:
            await anext(okx.books("BTC-USDT", channel=v5_channels.books_l2_tbt))
        assert refused.value.code == "64003"
        assert sim.counters.refusals == {"64003": 1}, "it does not try again"


async def test_a_normal_v5_session_meets_no_refusal() -> None:
    async with Exchange(3, rate=50, history_minutes=10) as sim, AsyncExitStack() as stack:
        okx = await stack.enter_async_context(OKX(site=sim.site, credentials=sim.credentials[0]))
        names = [each.inst_id for each in sim.instruments]
        streams = [okx.subscribe(v5_channels.trades(name)) for name in names]
        candles = [okx.subscribe(v5_channels.candle(name)) for name in names[:4]]
        for stream in streams:
            await stack.enter_async_context(stream)
        for candle in candles:
            await stack.enter_async_context(candle)
        books = await stack.enter_async_context(okx.books(*names[:6]))
        fast = await stack.enter_async_context(okx.books("BTC-USDT", channel=v5_channels.books_l2_tbt))
        await asyncio.gather(*(okx.market.ticker("BTC-USDT") for _ in range(20)))
        seen: set[str] = set()
        async for book in books:
            seen.add(book.inst_id)
            if len(seen) == 6:
                break
        assert (await anext(fast)).live
        await anext(streams[0])
        await anext(candles[0])
        assert not sim.counters.refusals
        assert sim.counters.connections == 3, "public, public with login, business"
        assert sum(sum(each.values()) for each in sim.counters.control.values()) < 40


async def test_a_normal_v3_session_meets_no_refusal() -> None:
    async with Exchange(3, rate=50, history_minutes=10) as sim, AsyncExitStack() as stack:
        okex = await stack.enter_async_context(OKEx(site=sim.site))
        names = [each.inst_id for each in sim.instruments]
        streams = [okex.subscribe(v3_channels.trade(name)) for name in names]
        for stream in streams:
            await stack.enter_async_context(stream)
        books = await stack.enter_async_context(okex.books(*names[:4]))
        await asyncio.gather(*(okex.spot.ticker("BTC-USDT") for _ in range(20)))
        seen: set[str] = set()
        async for book in books:
            seen.add(book.inst_id)
            if len(seen) == 4:
                break
        await anext(streams[0])
        assert not sim.counters.refusals
        assert sum(sum(each.values()) for each in sim.counters.control.values()) < 20
