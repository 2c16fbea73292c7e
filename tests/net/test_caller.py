"""From a checked request to typed rows, over a faked HTTP: what is sent, repeated, raised, and never told."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from okx_async.core.endpoint import Section, get, post
from okx_async.core.retry import Backoff, Retry
from okx_async.core.row import V3Row, V5Row
from okx_async.core.signing import sign
from okx_async.core.words import Num
from okx_async.errors import (
    AuthRefused,
    BadAnswer,
    BadParameter,
    BadRequest,
    ClockSkew,
    ConnectFailed,
    ConnectionLost,
    CredentialsNeeded,
    InsufficientFunds,
    NotFound,
    OkxError,
    OutcomeUnknown,
    RateLimited,
    Refused,
    TimedOut,
    Unavailable,
    Unconfirmed,
    UnknownInstrument,
    WrongEnvironment,
)
from okx_async.net.caller import Caller
from okx_async.net.fetch import Fetch
from okx_async.net.limits import Limits
from okx_async.settings import Credentials, Site, Timeouts
from okx_async.v3.dialect import V3
from okx_async.v5.dialect import V5

from .fakehttp import FakeFetch, FakeHttp, Sent

HOST = "https://exchange.test"
SITE = Site("test", HOST, {}, {"x-simulated-trading": "1"})
SECRETS = ("KEY-f00", "SECRET-ba4", "PASS-ba2")
KEYS = Credentials(*SECRETS)
ORDERS = f"{HOST}/api/v5/desk/orders"
ORDER = f"{HOST}/api/v5/desk/order"
TIME = f"{HOST}/api/v5/public/time"


class _Row(V5Row, frozen=True):
    inst_id: str | None = None
    px: Decimal | None = None
    sz: Decimal | None = None
    ts: int | None = None


class _OldRow(V3Row, frozen=True):
    instrument_id: str | None = None
    price: Decimal | None = None


class _Desk(Section, dialect="v5", chapter="desk"):
    @get("/api/v5/desk/orders", limit=None)
    async def orders(self, inst_id: str | None = None, tag: str | None = None) -> list[_Row]:
        """List orders."""
        raise NotImplementedError

    @get("/api/v5/desk/orders", limit=None)
    async def one(self) -> _Row:
        """Return one order."""
        raise NotImplementedError

    @get("/api/v5/desk/orders", limit=None, auth=True)
    async def mine(self, inst_id: str | None = None) -> list[_Row]:
        """List own orders."""
        raise NotImplementedError

    @post("/api/v5/desk/order", limit=None)
    async def place(self, inst_id: str, px: Num) -> _Row:
        """Place an order."""
        raise NotImplementedError


class _OldDesk(Section, dialect="v3", chapter="desk"):
    @get("/api/spot/v3/orders", limit=None)
    async def orders(self) -> list[_OldRow]:
        """List orders."""
        raise NotImplementedError


class _House:
    """A caller, its chapters, and what its clients would sleep."""

    def __init__(self, caller: Caller, http: FakeHttp) -> None:
        self.caller = caller
        self.http = http
        self.desk = _Desk(caller.perform)
        self.old = _OldDesk(caller.perform)

    def sent(self, method: str, url: str) -> list[Sent]:
        """Return the calls made to a URL, whatever its query."""
        return [one for one in self.http.requests if one.method == method and str(one.url.with_query(None)) == url]


@asynccontextmanager
async def _house(
    *, keys: Credentials | None = KEYS, attempts: int = 3, old: bool = False, server_ms: float | None = None
) -> AsyncIterator[_House]:
    retry = Retry(attempts, Backoff(0.0, 0.0))
    http = FakeHttp()
    caller = Caller(V3() if old else V5(), SITE, keys, FakeFetch(http), Limits(), retry)
    if server_ms is not None:
        http.get(TIME, body=json.dumps({"code": "0", "data": [{"ts": str(server_ms)}]}), repeat=True)
    try:
        yield _House(caller, http)
    finally:
        await caller.close()


def _body(*rows: dict[str, Any], code: Any = "0", msg: str = "", **more: Any) -> str:
    return json.dumps({"code": code, "msg": msg, "data": list(rows), **more})


# -- decoding


@pytest.mark.parametrize("code", ["0", 0])
async def test_rows_are_typed_exact_and_empty_means_none(code: Any) -> None:
    row = {"instId": "BTC-USDT", "px": "0.10", "sz": "", "ts": "1597026383085", "brandNew": [1, {"x": ""}]}
    async with _house() as house:
        house.http.get(ORDERS, body=_body(row, {"px": "1E-9"}, code=code, inTime="1"))
        first, second = await house.desk.orders()
    assert (first.inst_id, first.px, first.sz, first.ts) == ("BTC-USDT", Decimal("0.10"), None, 1597026383085)
    assert str(first.px) == "0.10"
    assert (second.inst_id, second.px) == (None, Decimal("1E-9"))


async def test_one_row_is_returned_bare_and_none_at_all_is_an_error() -> None:
    async with _house() as house:
        house.http.get(ORDERS, body=_body({"px": "5"}))
        assert (await house.desk.one()).px == 5
        house.http.get(ORDERS, body=_body(), repeat=True)
        assert await house.desk.orders() == []
        with pytest.raises(BadAnswer, match="returned no row"):
            await house.desk.one()


async def test_v3_rows_come_without_an_envelope() -> None:
    async with _house(old=True) as house:
        house.http.get(f"{HOST}/api/spot/v3/orders", body='[{"instrument_id":"BTC-USDT","price":"","new":1}]')
        (row,) = await house.old.orders()
    assert (row.instrument_id, row.price) == ("BTC-USDT", None)


# -- refusals


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, _body(code="50011", msg="Too Many Requests"), RateLimited),
        (429, "<html>slow down</html>", BadAnswer),
        (502, "<html>bad gateway</html>", Unavailable),
        (504, "", Unavailable),
        (200, "", BadAnswer),
        (200, '{"code":"0","msg":"","data":[{"px":"1"', BadAnswer),
        (200, '{"code":"0","msg":"","data":[{"px":"many"}]}', BadAnswer),
        (200, '{"code":"0","msg":"","data":null}', BadAnswer),
        (404, "<html>", BadAnswer),
        (400, _body(code="51000", msg="Parameter error"), BadRequest),
        (401, _body(code="50113", msg="Invalid Sign"), AuthRefused),
        (401, _body(code="50119", msg="API key doesn't exist"), WrongEnvironment),
        (200, _body(code="51001", msg="Instrument ID doesn't exist"), UnknownInstrument),
        (200, _body({"odd": 1}, code="51008", msg="Insufficient balance"), InsufficientFunds),
        (200, _body(code=51008, msg="Insufficient balance"), InsufficientFunds),
    ],
)
async def test_each_failure_has_its_place_in_the_error_tree(status: int, body: str, kind: type[OkxError]) -> None:
    async with _house(attempts=1, keys=None) as house:
        house.http.get(ORDERS, status=status, body=body)
        with pytest.raises(OkxError) as caught:
            await house.desk.orders()
    assert type(caught.value) is kind
    assert "GET /api/v5/desk/orders" in str(caught.value)
    if isinstance(caught.value, Refused):
        assert caught.value.status == status


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, '{"code":30014,"message":"Too Many Requests"}', RateLimited),
        (400, '{"code": 30024, "message": "bad"}', BadRequest),
        (401, '{"code":30006,"message":"Invalid OK_ACCESS_KEY"}', WrongEnvironment),
        (200, '{"error_code":"35029","error_message":"Order does not exist","result":"true"}', NotFound),
        (503, '{"message":"name resolution failed"}', Unavailable),
        (500, "<html>", Unavailable),
        (200, "", BadAnswer),
        (200, '[{"price":"1"', BadAnswer),
        (200, '{"price":"1"}', BadAnswer),
    ],
)
async def test_each_failure_of_v3_has_its_place_too(status: int, body: str, kind: type[OkxError]) -> None:
    async with _house(attempts=1, old=True, keys=None) as house:
        house.http.get(f"{HOST}/api/spot/v3/orders", status=status, body=body)
        with pytest.raises(OkxError) as caught:
            await house.old.orders()
    assert type(caught.value) is kind


_LINE: list[tuple[BaseException, type[OkxError]]] = [
    (aiohttp.ServerTimeoutError(), TimedOut),
    (TimeoutError(), TimedOut),
    (aiohttp.ConnectionTimeoutError(), ConnectFailed),
    (aiohttp.ServerDisconnectedError(), ConnectionLost),
    (aiohttp.ClientPayloadError(), ConnectionLost),
    (ConnectionResetError(), ConnectionLost),
    (aiohttp.ClientOSError(), ConnectionLost),
    (aiohttp.ClientError(), OutcomeUnknown),
]


@pytest.mark.parametrize(("problem", "kind"), _LINE, ids=lambda one: getattr(one, "__name__", repr(one)))
async def test_a_broken_line_tells_whether_anything_was_sent(problem: BaseException, kind: type[OkxError]) -> None:
    async with _house(attempts=1, keys=None) as house:
        house.http.get(ORDERS, exception=problem)
        with pytest.raises(OkxError) as caught:
            await house.desk.orders()
    assert type(caught.value) is kind


# -- repeating


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_read_is_repeated_until_it_succeeds(status: int) -> None:
    async with _house() as house:
        house.http.get(ORDERS, exception=aiohttp.ServerDisconnectedError())
        house.http.get(ORDERS, status=status, body="<html>")
        house.http.get(ORDERS, body=_body({"px": "1"}))
        assert (await house.desk.orders())[0].px == 1
        assert len(house.sent("GET", ORDERS)) == 3


async def test_a_read_is_given_up_after_the_agreed_tries() -> None:
    async with _house(attempts=3) as house:
        house.http.get(ORDERS, status=502, repeat=True)
        with pytest.raises(Unavailable):
            await house.desk.orders()
        assert len(house.sent("GET", ORDERS)) == 3


async def test_back_off_follows_the_plan_and_a_rate_limit_waits_out_its_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    turn = asyncio.sleep

    async def note(delay: float) -> None:
        slept.append(delay)
        await turn(0)

    async with _house(attempts=4) as house:
        house.caller._retry = Retry(4, Backoff(1.0, 8.0))
        monkeypatch.setattr("okx_async.net.caller.random.random", lambda: 0.5)
        monkeypatch.setattr("okx_async.net.caller.asyncio.sleep", note)
        house.http.get(ORDERS, status=502)
        house.http.get(ORDERS, exception=aiohttp.ServerDisconnectedError())
        house.http.get(ORDERS, status=429, body=_body(code="50011"))
        house.http.get(ORDERS, body=_body())
        await house.desk.orders()
        monkeypatch.undo()
    assert slept == [0.5, 1.0, 2.0 + 1.0]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"exception": aiohttp.ServerTimeoutError()}, TimedOut),
        ({"exception": aiohttp.ServerDisconnectedError()}, ConnectionLost),
        ({"exception": aiohttp.ClientPayloadError()}, ConnectionLost),
        ({"status": 502, "body": "<html>"}, Unavailable),
        ({"status": 504, "body": ""}, Unavailable),
        ({"status": 200, "body": _body(code="50004", msg="endpoint request timeout")}, Unconfirmed),
        ({"status": 200, "body": '{"code":"0","da'}, BadAnswer),
        ({"status": 200, "body": ""}, BadAnswer),
    ],
)
async def test_an_order_is_never_repeated_when_nobody_knows_what_came_of_it(
    answer: dict[str, Any], kind: type[OkxError]
) -> None:
    async with _house(attempts=5, server_ms=time.time() * 1000) as house:
        house.http.post(ORDER, repeat=True, **answer)
        with pytest.raises(kind):
            await house.desk.place("BTC-USDT", "1")
        assert len(house.sent("POST", ORDER)) == 1


@pytest.mark.parametrize(
    "answer",
    [{"exception": aiohttp.ConnectionTimeoutError()}, {"status": 429, "body": _body(code="50011")}],
    ids=["no connection", "too many"],
)
async def test_an_order_that_surely_did_not_happen_is_sent_again(
    answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = asyncio.sleep
    monkeypatch.setattr("okx_async.net.caller.asyncio.sleep", lambda _: turn(0))
    async with _house(server_ms=time.time() * 1000) as house:
        house.http.post(ORDER, **answer)
        house.http.post(ORDER, body=_body({"px": "1"}))
        assert (await house.desk.place("BTC-USDT", "1")).px == 1
        assert len(house.sent("POST", ORDER)) == 2


async def test_what_the_exchange_refuses_is_not_asked_again() -> None:
    async with _house() as house:
        house.http.get(ORDERS, body=_body(code="51000"), repeat=True)
        with pytest.raises(BadRequest):
            await house.desk.orders()
        assert len(house.sent("GET", ORDERS)) == 1


# -- the clock


async def test_a_signature_of_the_wrong_time_is_made_anew_once_with_the_exchanges_time() -> None:
    true = time.time() * 1000 + 45_000
    async with _house(server_ms=true) as house:
        house.caller.clock.observe(time.time(), time.time(), time.time() * 1000)
        house.http.get(ORDERS, status=401, body=_body(code="50102", msg="Timestamp request expired"))
        house.http.get(ORDERS, body=_body({"px": "1"}))
        assert (await house.desk.mine())[0].px == 1
        stamps = [call.kwargs["headers"]["OK-ACCESS-TIMESTAMP"] for call in house.sent("GET", ORDERS)]
        assert len(stamps) == 2
        assert stamps[0] < stamps[1]
        assert house.caller.clock.ms == pytest.approx(45_000, abs=2_000)


async def test_a_clock_that_stays_wrong_is_an_error_that_tells_the_measured_offset() -> None:
    async with _house(server_ms=time.time() * 1000 + 45_000) as house:
        house.http.get(ORDERS, status=401, body=_body(code="50102", msg="expired"), repeat=True)
        with pytest.raises(ClockSkew, match=r"measured offset \+4[45]\d\d\d ms"):
            await house.desk.mine()
        assert len(house.sent("GET", ORDERS)) == 2


async def test_an_order_refused_for_its_time_is_signed_anew_once_too() -> None:
    async with _house(server_ms=time.time() * 1000) as house:
        house.http.post(ORDER, status=401, body=_body(code="50102", msg="expired"), repeat=True)
        with pytest.raises(ClockSkew):
            await house.desk.place("BTC-USDT", "1")
        assert len(house.sent("POST", ORDER)) == 2


async def test_a_deadline_that_stays_wrong_is_an_error() -> None:
    """Also when the exchange's clock jumps with every look at it: one correction is enough."""
    async with _house() as house:
        for ahead in range(5):
            now = time.time() * 1000 + 60_000 * ahead
            house.http.get(TIME, body=json.dumps({"code": "0", "data": [{"ts": str(now)}]}))
        house.http.post(ORDER, body=_body(code="50036", msg="expTime lies in the past"), repeat=True)
        desk = _Desk(lambda request: house.caller.perform(replace(request, late=lambda _: {"expTime": "1"})))
        with pytest.raises(BadRequest, match="50036"):
            await desk.place("BTC-USDT", "1")
        assert len(house.sent("POST", ORDER)) == 2


async def test_the_clock_is_asked_once_for_everybody_and_only_when_something_is_signed() -> None:
    async with _house(server_ms=time.time() * 1000) as house:
        house.http.get(ORDERS, body=_body(), repeat=True)
        await house.desk.orders()
        assert house.sent("GET", TIME) == []
        await asyncio.gather(*(house.desk.mine() for _ in range(5)))
        assert len(house.sent("GET", TIME)) == 1
        await house.desk.mine()
        assert len(house.sent("GET", TIME)) == 1


@pytest.mark.parametrize("body", ["", "<html>", "{}", '{"data":[]}', '{"data":[{"ts":"x"}]}', '{"data":5}'])
async def test_an_unreadable_time_does_not_stop_a_request(body: str, caplog: pytest.LogCaptureFixture) -> None:
    async with _house() as house:
        house.http.get(TIME, body=body, repeat=True)
        house.http.get(ORDERS, body=_body({"px": "1"}))
        assert (await house.desk.mine())[0].px == 1
        assert not house.caller.clock.known
    assert "clock could not be read" in caplog.text


# -- what is sent


@given(st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
@settings(max_examples=30, deadline=None)
def test_a_query_is_signed_byte_for_byte_as_it_is_sent(value: str) -> None:
    async def main() -> None:
        async with _house(server_ms=time.time() * 1000) as house:
            house.http.get(ORDERS, body=_body(), repeat=True)
            await house.desk.mine(value)
            (call,) = house.sent("GET", ORDERS)
            headers, parts = call.kwargs["headers"], urlsplit(str(call.url))
            assert parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True) == [("instId", value)]
            target = f"{parts.path}?{parts.query}"
            assert call.url.raw_path_qs == target
            assert headers["OK-ACCESS-SIGN"] == sign(KEYS, f"{headers['OK-ACCESS-TIMESTAMP']}GET{target}")
            assert headers["x-simulated-trading"] == "1"

    asyncio.run(main())


async def test_a_body_is_signed_byte_for_byte_as_it_is_sent() -> None:
    async with _house(server_ms=time.time() * 1000) as house:
        house.http.post(ORDER, body=_body({}))
        await house.desk.place("BTC-USDT", Decimal("0.10"))
        (call,) = house.sent("POST", ORDER)
    headers, body = call.kwargs["headers"], call.kwargs["data"]
    assert json.loads(body) == {"instId": "BTC-USDT", "px": "0.10"}
    text = f"{headers['OK-ACCESS-TIMESTAMP']}POST/api/v5/desk/order{body.decode()}"
    assert headers["OK-ACCESS-SIGN"] == sign(KEYS, text)
    assert headers["Content-Type"] == "application/json"
    assert call.kwargs["allow_redirects"] is False


async def test_public_requests_carry_no_key() -> None:
    async with _house() as house:
        house.http.get(ORDERS, body=_body())
        await house.desk.orders()
        (call,) = house.sent("GET", ORDERS)
    assert not [name for name in call.kwargs["headers"] if name.startswith("OK-ACCESS")]


async def test_a_private_call_without_a_key_is_refused_before_it_is_sent() -> None:
    async with _house(keys=None) as house:
        with pytest.raises(CredentialsNeeded, match=r"desk\.mine needs credentials"):
            await house.desk.mine()
        with pytest.raises(CredentialsNeeded):
            await house.caller.raw("GET", "/api/v5/x", None, auth=True)
        assert house.http.requests == []


async def test_the_raw_hatch_sends_what_it_is_given() -> None:
    async with _house(keys=None) as house:
        house.http.get(f"{HOST}/api/v5/x", body=_body({"any": 1}))
        fields = {"b": "x y", "c": True, "d": [1, 2], "e": None}
        assert await house.caller.raw("GET", "/api/v5/x?a=1", fields, auth=False) == [{"any": 1}]
        (call,) = house.http.requests
    assert call.url.raw_path_qs == "/api/v5/x?a=1&b=x%20y&c=true&d=1%2C2"


async def test_over_a_real_line_the_server_sees_the_very_bytes_that_were_signed() -> None:
    seen: list[tuple[str, str, bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.raw_path, request.headers.get("OK-ACCESS-SIGN", ""), await request.read()))
        response = web.json_response({"code": "0", "msg": "", "data": [{"ts": str(time.time() * 1000), "px": "1"}]})
        response.enable_compression(web.ContentCoding.gzip)
        return response

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    site = Site("loopback", f"http://127.0.0.1:{port}", {})
    caller = Caller(V5(), site, KEYS, Fetch(Timeouts()), Limits(), Retry(1))
    try:
        await caller.sync_clock()
        fields = {"a": "x y/z:+&=%20\u20ac", "b": "1,2"}
        await caller.raw("GET", "/api/v5/x", fields, auth=True)
        await caller.raw("POST", "/api/v5/y", {"sz": "0.10"}, auth=True)
    finally:
        await caller.close()
        await runner.cleanup()
    (_, got, posted) = seen
    assert got[0] == "/api/v5/x?a=x%20y%2Fz%3A%2B%26%3D%2520%E2%82%AC&b=1%2C2"
    assert (got[2], posted[0], posted[2]) == (b"", "/api/v5/y", b'{"sz":"0.10"}')
    assert got[1] != posted[1]
    dead = Caller(V5(), site, None, Fetch(Timeouts()), Limits(), Retry(1))
    with pytest.raises(ConnectFailed):
        await dead.raw("GET", "/api/v5/x", None, auth=False)
    await dead.close()


@pytest.mark.parametrize(
    ("method", "path", "fields", "said"),
    [
        ("PUT", "/api/v5/x", None, "method must be"),
        ("GET", "api/v5/x", None, "path must start with '/'"),
        ("GET", "/api/v5/x", {"px": 0.1}, "must not hold a float: 0.1"),
        ("POST", "/api/v5/x", {"orders": [{"px": 0.1}]}, "fields['orders'][0]['px'] must not hold a float"),
    ],
)
async def test_the_raw_hatch_refuses_what_cannot_be_right(
    method: str, path: str, fields: dict[str, Any] | None, said: str
) -> None:
    async with _house() as house:
        with pytest.raises(BadParameter) as caught:
            await house.caller.raw(method, path, fields, auth=False)
        assert house.http.requests == []
    assert said in str(caught.value)


# -- secrets


def _echo(kind: type[Exception]) -> Callable[[Sent], BaseException]:
    """Return an error of aiohttp that quotes the whole request."""
    return lambda sent: kind(f"{sent.url} {dict(sent.kwargs['headers'])}")


_FAILURES: list[dict[str, Any]] = [
    {"status": 401, "body": _body(code="50113", msg="Invalid Sign")},
    {"status": 502, "body": "<html>"},
    {"status": 200, "body": ""},
    {"status": 200, "body": '{"code":"0"'},
    {"status": 401, "body": _body(code="50102", msg="expired")},
    {"exception": aiohttp.ServerTimeoutError()},
    {"exception": aiohttp.ServerDisconnectedError()},
    {"raises": _echo(aiohttp.ClientError)},
    {"raises": _echo(aiohttp.ConnectionTimeoutError)},
    {"raises": _echo(aiohttp.ServerTimeoutError)},
    {"raises": _echo(aiohttp.ClientPayloadError)},
]


@pytest.mark.parametrize("failure", _FAILURES)
async def test_no_secret_is_in_any_error_or_log(failure: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with _house(server_ms=time.time() * 1000) as house:
        house.http.get(ORDERS, repeat=True, **failure)
        house.http.post(ORDER, repeat=True, **failure)
        calls: list[Callable[[], Any]] = [house.desk.mine, lambda: house.desk.place("BTC-USDT", 1)]
        told = ""
        for call in calls:
            with pytest.raises(OkxError) as caught:
                await call()
            error = caught.value
            told += "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
        signed = {
            call.kwargs["headers"]["OK-ACCESS-SIGN"]
            for sent in (house.sent("GET", ORDERS), house.sent("POST", ORDER))
            for call in sent
        }
    assert len(signed) >= 2
    for secret in (*SECRETS, *signed):
        assert secret not in told
        assert secret not in caplog.text
