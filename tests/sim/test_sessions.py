"""Login, subscriptions, errors, keep-alive and shutdown of the simulator's sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from typing import Any

import aiohttp
import pytest
import trustme

from okx_async.errors import ClientClosed
from okx_async.sim import Exchange, Limits

from .wire import START, arg, connect, signed, signed_v3


async def test_each_argument_is_acknowledged_with_id_and_conn_id() -> None:
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/public") as client:
        await client.send("subscribe", arg("trades"), arg("trades", "ETH-USDT"), id="a1")
        acks = await client.many(2)
        assert [ack["arg"] for ack in acks] == [arg("trades"), arg("trades", "ETH-USDT")]
        assert {ack["id"] for ack in acks} == {"a1"}
        assert {ack["connId"] for ack in acks} == {sim.connections[0].conn_id}


@pytest.mark.parametrize(
    ("path", "request_text", "code"),
    [
        ("public", "no json", "60012"),
        ("public", '{"op":"dance","args":[{}]}', "60019"),
        ("public", '{"op":"subscribe","args":[]}', "60013"),
        ("public", '{"op":"subscribe","args":[{"instId":"BTC-USDT"}]}', "60012"),
        ("public", '{"op":"subscribe","id":"not ok","args":[{"channel":"books","instId":"BTC-USDT"}]}', "60033"),
        ("public", '{"op":"subscribe","args":[{"channel":"books","instId":"NO-SUCH"}]}', "60018"),
        ("public", '{"op":"subscribe","args":[{"channel":"candle1m","instId":"BTC-USDT"}]}', "60018"),
        ("public", '{"op":"subscribe","args":[{"channel":"trades-all","instId":"BTC-USDT"}]}', "60018"),
        ("business", '{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}', "60018"),
        ("public", '{"op":"subscribe","args":[{"channel":"books-l2-tbt","instId":"BTC-USDT"}]}', "60011"),
        ("public", '{"op":"subscribe","args":[{"channel":"books50-l2-tbt","instId":"BTC-USDT"}]}', "60011"),
        ("private", '{"op":"subscribe","args":[{"channel":"account"}]}', "60011"),
        ("public", '{"op":"unsubscribe","args":[{"channel":"nonsense"}]}', "60018"),
    ],
)
async def test_v5_errors(path: str, request_text: str, code: str) -> None:
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/{path}") as client:
        await client.socket.send_str(request_text)
        error = await client.json()
        assert (error["event"], error["code"]) == ("error", code)
        assert error["connId"]
        assert await client.until_pong() == []


async def test_a_wrong_endpoint_says_what_it_missed() -> None:
    async with Exchange(rate=0) as sim, connect(sim.ws) as client:
        error = await client.ask("subscribe", arg("candle1m"))
        assert error["msg"].startswith("Wrong URL or channel:candle1m,instId:BTC-USDT doesn't exist")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"apiKey": "nobody"}, "60005"),
        ({"timestamp": "yesterday"}, "60004"),
        ({"timestamp": "1750000000.1.2"}, "60004"),
        ({"timestamp": "1600000000"}, "60006"),
        ({"passphrase": "wrong"}, "60024"),
        ({"sign": "AAAA"}, "60007"),
        ({"sign": ""}, "60009"),
    ],
)
async def test_v5_login_is_refused(change: dict[str, str], code: str) -> None:
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/private") as client:
        assert (await client.ask("login", signed(sim) | change))["code"] == code
        assert (await client.ask("login", signed(sim)))["event"] == "login", "the connection lives on"


async def test_v5_login_takes_seconds_with_decimals() -> None:
    """As cryptofeed sends them."""
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/private") as client:
        assert (await client.ask("login", signed(sim, at=f"{sim.now / 1000:.3f}")))["code"] == "0"


async def test_v5_login_opens_what_needs_it() -> None:
    async with Exchange(rate=0) as sim, connect(f"{sim.ws}/ws/v5/private") as private, connect(sim.ws) as public:
        login = await private.ask("login", signed(sim, key=1))
        assert (login["event"], login["code"]) == ("login", "0")
        assert (await private.ask("login", signed(sim)))["code"] == "60031"
        assert (await private.ask("subscribe", {"channel": "account"}))["event"] == "subscribe"
        assert (await public.ask("login", signed(sim)))["event"] == "login"
        await public.send("subscribe", arg("books-l2-tbt"))
        await public.many(2)
        assert (await public.ask("subscribe", arg("books")))["code"] == "64004"


async def test_a_clock_that_is_off_cannot_log_in() -> None:
    async with Exchange(rate=0, skew_ms=60_000) as sim, connect(sim.ws) as client:
        assert (await client.ask("login", signed(sim, at=str(int(time.time())))))["code"] == "60006"
        assert (await client.ask("login", signed(sim)))["code"] == "0"


async def test_virtual_time_takes_its_own_clock_and_this_machines() -> None:
    async with Exchange(rate=0, start=START) as sim:
        for moment in (START // 1000, int(time.time())):
            async with connect(sim.ws) as client:
                assert (await client.ask("login", signed(sim, at=str(moment))))["code"] == "0"
        async with connect(sim.ws) as client:
            assert (await client.ask("login", signed(sim, at=str(START // 1000 - 60))))["code"] == "60006"


async def test_the_control_budget_runs_out() -> None:
    async with Exchange(rate=0, limits=Limits(control_v5=2)) as sim, connect(sim.ws) as client:
        for _ in range(2):
            assert (await client.ask("subscribe", arg("trades")))["event"] == "subscribe"
        assert (await client.ask("unsubscribe", arg("trades")))["code"] == "60014"


async def test_v3_answers_are_deflated_and_errors_have_integer_codes() -> None:
    async with Exchange(rate=0) as sim, connect(sim.ws_v3) as client:
        await client.socket.send_str("ping")
        frame = await client.socket.receive()
        assert frame.type is aiohttp.WSMsgType.BINARY
        for request, code in (
            ({"op": "subscribe", "args": ["spot/nothing:BTC-USDT"]}, 30040),
            ({"op": "subscribe", "args": ["swap/depth:BTC-USDT"]}, 30040),
            ({"op": "subscribe", "args": ["spot/depth:NO-SUCH"]}, 30040),
            ({"op": "subscribe", "args": ["spot/order:BTC-USDT"]}, 30041),
            ({"op": "dance"}, 30039),
            ({"op": "subscribe", "args": ["x" * 5000]}, 30039),
        ):
            await client.socket.send_str(json.dumps(request))
            error = await client.json()
            assert (error["event"], error["errorCode"]) == ("error", code)


async def test_v3_login() -> None:
    async with Exchange(rate=0, start=START) as sim, connect(sim.ws_v3) as client:
        assert await client.ask("login", *signed_v3(sim)) == {"event": "login", "success": True}
        assert (await client.ask("login", *signed_v3(sim)))["errorCode"] == 30042
        assert (await client.ask("subscribe", "spot/order:BTC-USDT"))["event"] == "subscribe"


@pytest.mark.parametrize(
    ("at", "value", "code"),
    [
        (0, "nobody", 30006),
        (1, "wrong", 30027),
        (2, "now", 30005),
        (2, "1600000000.000", 30008),
        (3, "AAAA", 30013),
        (3, "", 30002),
    ],
)
async def test_v3_failed_login_hangs_up(at: int, value: str, code: int) -> None:
    async with Exchange(rate=0) as sim, connect(sim.ws_v3) as client:
        login = signed_v3(sim)
        login[at] = value
        assert (await client.ask("login", *login))["errorCode"] == code
        assert await client.closed_with() == 1000


async def test_idle_connections_are_cut_and_busy_ones_are_not() -> None:
    async with Exchange(rate=50, idle_timeout=0.15) as sim, connect(sim.ws) as idle, connect(sim.ws) as busy:
        await busy.send("subscribe", arg("books"))
        assert await idle.closed_with() == 4004
        assert not busy.socket.closed
        assert [each.open for each in sim.connections] == [True]


async def test_a_frame_over_64_kb_is_closed_with_1009() -> None:
    async with Exchange(rate=0) as sim, connect(sim.ws) as client, connect(sim.ws) as other:
        await other.socket.send_str("x" * 65_536)
        assert (await other.json())["code"] == "60012"
        await client.socket.send_str("x" * 65_537)
        assert await client.closed_with() == 1009


async def test_a_client_that_does_not_read_is_cut_and_hurts_nobody() -> None:
    async with Exchange(instruments=1, rate=0, send_buffer=100_000) as sim, connect(sim.ws) as good:
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)  # or the kernel would read on for a while
        small.connect(("127.0.0.1", int(sim.ws.rpartition(":")[2])))
        reader, writer = await asyncio.open_connection(sock=small)
        writer.write(
            b"GET /ws/v5/public HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        request = json.dumps({"op": "subscribe", "args": [arg("books")] * 500}).encode()
        transport = writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        mask = b"\x00" * 4
        writer.write(b"\x81\xfe" + len(request).to_bytes(2, "big") + mask + request)
        while len(sim.connections) > 1:
            await sim.step()
        await good.send("subscribe", arg("trades"))
        assert (await good.json())["event"] == "subscribe"
        transport.abort()


@pytest.mark.parametrize("stalled", [False, True])
async def test_leaving_with_clients_connected_is_quick_and_clean(stalled: bool) -> None:
    async with aiohttp.ClientSession() as http:
        async with Exchange(rate=200) as sim:
            sockets = [await http.ws_connect(url) for url in (sim.ws, sim.ws_v3, sim.site.socket("business"))]
            await sockets[0].send_str(json.dumps({"op": "subscribe", "args": [arg("books")]}))
            await sockets[0].receive()
            if stalled:
                sim.connections[0].stall()
            before = time.monotonic()
        assert time.monotonic() - before < 1
        for socket in sockets:
            await socket.close()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_it_closes_twice_and_is_not_there_before_and_after() -> None:
    sim = Exchange(rate=0)
    with pytest.raises(ClientClosed):
        await sim.step()
    with pytest.raises(ClientClosed):
        _ = sim.rest
    async with sim:
        pass
    await sim.close()
    with pytest.raises(ClientClosed):
        await sim.step()


@pytest.mark.parametrize(
    "wrong",
    [{"checksum": "maybe"}, {"instruments": 0}, {"rate": -1.0}, {"slow_every": 0}, {"step_ms": 0}, {"vip": (4, -1)}],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be|at least"):
        Exchange(**wrong)


async def test_tls_serves_the_same() -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    async with Exchange(rate=0, ssl_context=server) as sim, aiohttp.ClientSession() as http:
        assert sim.site.rest.startswith("https://")
        async with http.get(f"{sim.rest}/api/v5/public/time", ssl=client) as answer:
            assert answer.status == 200
        async with http.ws_connect(f"{sim.ws}/ws/v5/public", ssl=client) as socket:
            await socket.send_str("ping")
            assert (await socket.receive()).data == "pong"


async def test_the_ready_line_is_plain_json() -> None:
    async with Exchange(seed=7, rate=0) as sim:
        line = json.loads(json.dumps(sim.ready_line()))
        assert set(line) == {"rest", "ws", "ws_v3", "credentials"}
        assert line["credentials"][0]["api_key"] == sim.credentials[0].api_key.reveal()
        assert len(line["credentials"]) >= 2
    assert Exchange(seed=7).credentials == Exchange(seed=7).credentials != Exchange(seed=8).credentials
