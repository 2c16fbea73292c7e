"""Operations on a socket: the envelope, who may, when it is too late, and one budget with REST."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async.sim import Exchange
from okx_async.sim.accounts.asks import Ask
from okx_async.sim.accounts.bank import READ_ONLY
from okx_async.sim.accounts.services import OPS
from okx_async.sim.query_v5 import Refusal
from tests.sim.accounts.desk import Json, quiet, send
from tests.sim.accounts.test_private_channels import line
from tests.sim.wire import Client, connect

PATH = "/api/v5/trade/order"
ORDER = {"instIdCode": 1, "side": "buy"}


def accept(ask: Ask) -> list[Any]:
    """Take every order that does not say it is bad."""
    if ask.fields.get("side") == "worst":
        raise Refusal(400, "51000", "Parameter side error")
    codes = ["51000" if item.get("side") == "bad" else "0" for item in ask.items]
    return [{"ordId": str(number), "sCode": code, "sMsg": "", "road": ask.road} for number, code in enumerate(codes)]


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    async with quiet() as exchange:
        twins = {("POST", path): accept for _, path in OPS.values()}
        exchange.accounts.services.add(twins)
        yield exchange


async def do(client: Client, op: str, *args: Any, request_id: str | None = "7", **more: Any) -> Json:
    request: Json = {"op": op, "args": list(args), **more}
    if request_id is not None:
        request["id"] = request_id
    await client.socket.send_str(json.dumps(request))
    return await client.json()


async def test_an_operation_is_answered_with_its_id(sim: Exchange) -> None:
    async with line(sim) as client:
        reply = await do(client, "order", ORDER, request_id="abc1")
        assert list(reply) == ["id", "op", "code", "msg", "data", "inTime", "outTime"]
        assert (reply["id"], reply["op"], reply["code"], reply["msg"]) == ("abc1", "order", "0", "")
        assert reply["data"] == [{"ordId": "0", "sCode": "0", "sMsg": "", "road": "ws"}]
        assert int(reply["inTime"]) == sim.now * 1000 <= int(reply["outTime"])


@pytest.mark.parametrize(
    ("sides", "code"), [(["buy", "sell"], "0"), (["bad", "bad"], "1"), (["bad", "buy"], "2")], ids=str
)
async def test_items_fail_one_by_one(sim: Exchange, sides: list[str], code: str) -> None:
    async with line(sim) as client:
        reply = await do(client, "batch-orders", *[{"side": side} for side in sides])
        assert reply["code"] == code
        assert [row["sCode"] != "0" for row in reply["data"]] == [side == "bad" for side in sides]
        body = json.dumps([{"side": side, "instId": "BTC-USDT"} for side in sides])
        status, answer = await send(sim, "POST", "/api/v5/trade/batch-orders", body)
        assert (status, answer["code"]) == (200, code), "REST says the same"
        assert {"inTime", "outTime"} <= answer.keys()


async def test_what_is_refused_as_a_whole(sim: Exchange) -> None:
    async with line(sim) as client:
        wrong: list[tuple[str, list[Any], str | None, str]] = [
            ("order", [{"side": "worst"}], "7", "51000"),
            ("order", [], "7", "60013"),
            ("order", [ORDER, ORDER], "7", "60013"),
            ("batch-orders", [ORDER] * 21, "7", "60013"),
            ("order", ["text"], "7", "60013"),
            ("order", [ORDER], None, "60033"),
        ]
        for op, args, request_id, code in wrong:
            reply = await do(client, op, *args, request_id=request_id)
            assert (reply["op"], reply["code"], reply["data"]) == (op, code, [])
            assert reply["id"] == (request_id or "")
        assert sim.counters.refusals == {"51000": 1, "60013": 4, "60033": 1}
        event = await do(client, "order", ORDER, request_id="no good")
        assert (event["event"], event["code"]) == ("error", "60033")
        event = await do(client, "sprd-order", ORDER)
        assert (event["event"], event["code"]) == ("error", "60028")


async def test_spread_operations_are_on_the_other_socket(sim: Exchange) -> None:
    async with line(sim, endpoint="business") as client:
        assert (await do(client, "sprd-order", ORDER))["code"] == "0"
        assert (await do(client, "order", ORDER))["code"] == "60028"


async def test_nobody_orders_without_a_login_or_the_right(sim: Exchange) -> None:
    async with connect(sim.site.socket("private")) as client:
        reply = await do(client, "order", ORDER)
        assert (reply["id"], reply["op"], reply["code"], reply["data"]) == ("7", "order", "60011", [])
    access = next(sim.accounts.bank.people.keys_of(sim.user().uid))
    async with line(sim) as client:
        access.permissions = READ_ONLY
        assert (await do(client, "order", ORDER))["code"] == "50120"


@pytest.mark.parametrize(
    ("op", "after", "code", "row"),
    [
        ("order", -1, "1", "51149"),
        ("batch-amend-orders", -1, "1", "51149"),
        ("order", 1_000, "0", "0"),
        ("cancel-order", -1, "0", "0"),
    ],
)
async def test_operations_that_come_too_late(sim: Exchange, op: str, after: int, code: str, row: str) -> None:
    """Cancels know no ``expTime``."""
    async with line(sim) as client:
        reply = await do(client, op, {"clOrdId": "mine"}, expTime=str(sim.now + after))
        assert (reply["code"], reply["data"][0]["sCode"]) == (code, row)
        assert (await do(client, "order", ORDER, expTime="soon"))["code"] == "60033"


async def test_both_roads_share_one_budget(sim: Exchange) -> None:
    number = next(each.code for each in sim.instruments if each.inst_id == "BTC-USDT")
    body = '{"instId":"BTC-USDT"}'
    async with line(sim) as client:
        for _ in range(30):
            assert (await do(client, "order", {"instIdCode": number}))["code"] == "0"
            assert (await send(sim, "POST", PATH, body))[1]["code"] == "0"
        reply = await do(client, "order", {"instIdCode": number})
        assert (reply["code"], reply["data"]) == ("50011", [])
        assert (await send(sim, "POST", PATH, body))[0] == 429
        assert (await do(client, "cancel-order", {"instIdCode": number}))["code"] == "0"
        await sim.advance(2)
        assert (await do(client, "order", {"instIdCode": number}))["code"] == "0"


async def test_operations_cost_nothing_of_the_hour_of_control_frames(sim: Exchange) -> None:
    async with line(sim) as client:
        await do(client, "order", ORDER)
        (spent,) = sim.counters.control.values()
        assert spent == {"login": 1}


async def test_an_operation_may_have_a_handler_of_its_own(sim: Exchange) -> None:
    sim.accounts.services.add({}, {"order": lambda ask: [{"own": True}]})
    async with line(sim) as client:
        assert (await do(client, "order", ORDER))["data"] == [{"own": True}]
        assert (await do(client, "amend-order", ORDER))["data"][0]["road"] == "ws"


async def test_what_is_not_simulated_says_so() -> None:
    async with quiet() as sim, line(sim) as client:
        sim.accounts.services._handlers.pop(("POST", OPS["mass-cancel"][1]), None)
        reply = await do(client, "mass-cancel", {"instType": "OPTION", "instFamily": "BTC-USD"})
        assert reply["code"] == "50062"
        assert "is not simulated" in reply["msg"]
