"""Faults on requests: logins and topics refused, acknowledgements early, late or never."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async.sim import Exchange, RequestFault

from .wire import START, Client, arg, connect, signed, signed_v3


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with Exchange(seed=3, rate=0, start=START) as exchange:
        yield exchange


BOTH = pytest.mark.parametrize("dialect", ["v5", "v3"])


def _url(sim: Exchange, dialect: str) -> str:
    return sim.ws_v3 if dialect == "v3" else sim.ws


def _book(dialect: str, inst_id: str = "BTC-USDT") -> Any:
    return f"spot/depth:{inst_id}" if dialect == "v3" else arg("books", inst_id)


def _channel(dialect: str) -> str:
    return "depth" if dialect == "v3" else "books"


def _plan(sim: Exchange, kind: str, **more: Any) -> RequestFault:
    return sim.faults.requests.add(RequestFault(kind, **more))


async def _subscribed(client: Client, *names: Any) -> list[str]:
    """What comes after a subscription, in short."""
    await client.send("subscribe", *names)
    return [_short(json.loads(text)) for text in client._waiting]


def _short(message: Any) -> str:
    if "event" in message:
        return str(message.get("code") or message.get("errorCode") or message["event"])
    return str(message.get("action", "data"))


def _first(dialect: str) -> str:
    return "partial" if dialect == "v3" else "snapshot"


@pytest.mark.parametrize("code", [60005, 60009, 60024, 60032, 63999, 50101])
async def test_a_v5_login_refused_with_any_code(sim: Exchange, code: int) -> None:
    _plan(sim, "refuse_login", code=code)
    async with connect(sim.ws + "/ws/v5/private") as client:
        refused = await client.ask("login", signed(sim))
        assert (refused["event"], refused["code"]) == ("error", str(code))
        assert (await client.ask("login", signed(sim)))["event"] == "login", "it is refused once and no more"
    assert [(str(fault.kind), fault.detail) for fault in sim.faults.done] == [("refuse_login", str(code))]


async def test_a_v3_login_refused_hangs_up(sim: Exchange) -> None:
    _plan(sim, "refuse_login", code=30027)
    async with connect(sim.ws_v3) as client:
        refused = await client.ask("login", *signed_v3(sim))
        assert (refused["event"], refused["errorCode"]) == ("error", 30027)
        assert await client.closed_with() == 1000


@BOTH
async def test_one_topic_of_a_frame_refused(sim: Exchange, dialect: str) -> None:
    code = 30039 if dialect == "v3" else 64003
    _plan(sim, "refuse_topic", inst_id="ETH-USDT", code=code)
    async with connect(_url(sim, dialect)) as client:
        heard = await _subscribed(client, _book(dialect), _book(dialect, "ETH-USDT"))
        assert sorted(heard) == sorted([str(code), "subscribe", _first(dialect)])
        client._waiting.clear()
        assert await _subscribed(client, _book(dialect, "ETH-USDT")) == ["subscribe", _first(dialect)]
    assert sim.faults.pending == 0


async def test_a_refusal_echoes_the_request_s_id(sim: Exchange) -> None:
    _plan(sim, "refuse_topic")
    async with connect(sim.ws) as client:
        await client.send("subscribe", arg("books"), id="abc1")
        refused = await client.json()
        assert (refused["id"], refused["code"]) == ("abc1", "60018")


@BOTH
async def test_an_acknowledgement_that_never_comes(sim: Exchange, dialect: str) -> None:
    _plan(sim, "ack_never", channel=_channel(dialect))
    async with connect(_url(sim, dialect)) as client:
        assert await _subscribed(client, _book(dialect)) == [_first(dialect)]


@BOTH
async def test_data_before_the_acknowledgement(sim: Exchange, dialect: str) -> None:
    _plan(sim, "data_before_ack")
    async with connect(_url(sim, dialect)) as client:
        assert await _subscribed(client, _book(dialect)) == [_first(dialect), "subscribe"]


@BOTH
async def test_acknowledged_and_then_silent(sim: Exchange, dialect: str) -> None:
    """Until it is subscribed again, and only this topic."""
    _plan(sim, "ack_no_data", inst_id="BTC-USDT")
    async with connect(_url(sim, dialect)) as client:
        heard = await _subscribed(client, _book(dialect), _book(dialect, "ETH-USDT"))
        assert heard == ["subscribe", "subscribe", _first(dialect)]
        client._waiting.clear()
        await sim.step(3)
        assert len(await client.until_pong()) == 3
        await client.ask("unsubscribe", _book(dialect))
        assert await _subscribed(client, _book(dialect)) == ["subscribe", _first(dialect)]
        client._waiting.clear()
        await sim.step(3)
        assert len(await client.until_pong()) == 6


async def test_what_is_no_request_is_left_to_the_session(sim: Exchange) -> None:
    _plan(sim, "ack_never", times=5)
    async with connect(sim.ws) as client:
        for text, code in (
            ("nonsense", "60012"),
            ("{}", "60012"),
            ('{"op":"subscribe","args":[]}', "60013"),
            ('{"op":"subscribe","args":[1]}', "60012"),
        ):
            await client.socket.send_str(text)
            assert (await client.json())["code"] == code
        await client.socket.send_str("ping")
        assert await client.text() == "pong"
    assert sim.faults.pending == 5
    sim.faults.clear()
    assert sim.faults.pending == 0


def test_impossible_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="does not act on requests"):
        RequestFault("drop")
    with pytest.raises(ValueError, match="negative"):
        RequestFault("ack_never", times=-1)
