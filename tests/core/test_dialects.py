"""What the exchange says on the socket: understood when documented, counted when not, never fatal."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.dialect import (
    Ack,
    Answer,
    ConnCount,
    Dialect,
    LoggedIn,
    Notice,
    Pong,
    Push,
    Refusal,
    Said,
    Strange,
)
from okx_async.core.drift import Drift, unmodelled
from okx_async.core.row import V5Row
from okx_async.core.session import Session, What
from okx_async.errors import (
    AuthRefused,
    BadAnswer,
    ChannelRefused,
    ClockSkew,
    RateLimited,
    Refused,
    Unavailable,
    UnknownInstrument,
    WrongEnvironment,
)
from okx_async.v3 import channels as old
from okx_async.v3.codes import CODES as V3_CODES
from okx_async.v3.dialect import V3
from okx_async.v5 import channels
from okx_async.v5.codes import CODES as V5_CODES
from okx_async.v5.dialect import V5

_DATA = Path(__file__).parent.parent / "data"


def _events(dialect: str) -> list[bytes]:
    lines = (_DATA / dialect / "ws_fixtures" / "events.jsonl").read_text().splitlines()
    return [json.dumps(json.loads(line)["message"], separators=(",", ":")).encode() for line in lines]


def _all(_: str) -> bool:
    return True


def _none(_: str) -> bool:
    return False


_KINDS: dict[str, type[Said]] = {
    "subscribe": Ack,
    "unsubscribe": Ack,
    "notice": Notice,
    "channel-conn-count": ConnCount,
    "channel-conn-count-error": ConnCount,
    "error": Refusal,
}


@pytest.mark.parametrize("raw", _events("v5"), ids=lambda raw: raw[:60].decode())
def test_every_recorded_event_of_v5_is_understood(raw: bytes) -> None:
    event = json.loads(raw)
    said = V5().read(raw, _all)
    wanted = _KINDS.get(event["event"])
    if event["event"] == "login":
        wanted = LoggedIn if str(event["code"]) == "0" else Refusal
    assert wanted is not None, "a new kind of event: teach the test"
    assert type(said) is wanted
    if isinstance(said, Ack):
        assert said.op == event["event"]
        assert said.conn_id == event.get("connId", "")
        assert said.arg.split("|")[0] == (event.get("arg") or event["args"])["channel"]
    if isinstance(said, Refusal):
        assert said.code == str(event["code"])
    if isinstance(said, ConnCount):
        assert said.error == event["event"].endswith("error")


@pytest.mark.parametrize("raw", _events("v3"), ids=lambda raw: raw[:60].decode())
def test_every_recorded_event_of_v3_is_understood(raw: bytes) -> None:
    event = json.loads(raw)
    said = V3().read(raw, _all)
    if event["event"] == "login":
        assert isinstance(said, LoggedIn | Refusal)
    elif event["event"] == "error":
        assert isinstance(said, Refusal)
        assert (said.code, said.text) == (str(event["errorCode"]), event["message"])
    else:
        assert said == Ack(event["event"], event["channel"])


def test_a_refused_login_that_quotes_the_key_is_not_kept() -> None:
    (raw,) = [raw for raw in _events("v5") if b"7KUcc8YzQhnxBE3K" in raw]
    said = V5().read(raw, _all)
    assert "7KUcc8YzQhnxBE3K" not in repr(said)
    assert "7KUcc8YzQhnxBE3K" not in str(said.error) if isinstance(said, Refusal) else False


def test_pong_is_bare_text() -> None:
    assert V5().read(b"pong", _none) == Pong()
    assert V3().read(b"pong", _none) == Pong()


@pytest.mark.parametrize("success", [True, "true"])
def test_v3_spells_the_success_of_a_login_in_two_ways(success: object) -> None:
    raw = json.dumps({"event": "login", "success": success}).encode()
    assert V3().read(raw, _none) == LoggedIn()
    said = V3().read(b'{"event":"login","success":false,"message":"no"}', _none)
    assert isinstance(said, Refusal)
    assert said.login


@pytest.mark.parametrize(
    ("refusal", "code", "kind"),
    [
        (V5_CODES.refusal, "60006", ClockSkew),
        (V5_CODES.refusal, "50102", ClockSkew),
        (V5_CODES.refusal, "60032", WrongEnvironment),
        (V5_CODES.refusal, "50101", WrongEnvironment),
        (V5_CODES.refusal, "60009", AuthRefused),
        (V5_CODES.refusal, "64003", ChannelRefused),
        (V5_CODES.refusal, "60018", ChannelRefused),
        (V5_CODES.refusal, "50011", RateLimited),
        (V5_CODES.refusal, "51001", UnknownInstrument),
        (V5_CODES.refusal, "99999", Refused),
        (V3_CODES.refusal, "30008", ClockSkew),
        (V3_CODES.refusal, "30006", WrongEnvironment),
        (V3_CODES.refusal, "30013", AuthRefused),
        (V3_CODES.refusal, "30014", RateLimited),
        (V3_CODES.refusal, "30040", ChannelRefused),
        (V3_CODES.refusal, "30032", UnknownInstrument),
        (V3_CODES.refusal, "99999", Refused),
    ],
)
def test_codes_have_classes(refusal: Callable[..., Exception], code: str, kind: type[Exception]) -> None:
    error = refusal(code, "said so")
    assert type(error) is kind
    assert code in str(error)
    assert "said so" in str(error)


@pytest.mark.parametrize("refusal", [V5_CODES.refusal, V3_CODES.refusal])
def test_an_unknown_code_is_judged_by_its_http_status(refusal: Callable[..., Exception]) -> None:
    assert type(refusal("88888", "", status=429)) is RateLimited
    assert type(refusal("88888", "", status=502)) is Unavailable
    assert type(refusal("88888", "", status=400)) is Refused


# -- nothing raises

_PUSHES = [
    b'{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[],"bids":[],"ts":"1"}]}',
    b'{"table":"spot/depth","action":"update","data":[{"instrument_id":"BTC-USDT","asks":[]},{"instrument_id":"X"}]}',
]
_LINES = [*_events("v5"), *_events("v3"), *_PUSHES]


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(_LINES))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        raw = (
            raw[:at]
            + draw(st.binary(max_size=3) | st.sampled_from([b"null", b'"', b"[", b"{}", b"1"]))
            + raw[at + draw(st.integers(0, 12)) :]
        )
    return raw


@given(raw=st.binary(max_size=60) | _mutated(), grant=st.booleans(), dialect=st.sampled_from([V5, V3]))
@settings(max_examples=400, deadline=None)
def test_no_frame_whatever_raises_or_ends_a_session(raw: bytes, grant: bool, dialect: type[Dialect]) -> None:
    session = Session(dialect(), private=False)
    session.want(channels.books("BTC-USDT") if dialect is V5 else old.depth("BTC-USDT"))
    session.opened()
    session.flush(0.0)
    for news in session.hear(raw, 1.0):
        assert news.what is not What.DEAD


@pytest.mark.parametrize("dialect", [V5, V3])
@pytest.mark.parametrize("raw", [b'{"event":"\xff"}', b'{"x":' + b'{"a":' * 5000], ids=["no UTF-8", "too deep"])
def test_frames_that_python_itself_cannot_read_are_strange(raw: bytes, dialect: type[Dialect]) -> None:
    (news,) = Session(dialect(), private=False).hear(raw, 0.0)
    assert (news.what, news.detail) == (What.STRANGE, Strange(raw))


# -- routing


class _Desk:
    """Learns routes as a link does, and notes what arrives where."""

    def __init__(self, dialect: Dialect, *wanted: str) -> None:
        self.dialect = dialect
        self.wanted = wanted
        self.sinks: dict[bytes, Callable[[bytes, float], None]] = {}
        self.got: list[tuple[str, bytes]] = []
        self.looked = 0
        self.route = dialect.router(self.sinks, self._other)

    def _other(self, raw: bytes, now: float) -> None:
        self.looked += 1
        said = self.dialect.read(raw, self.wanted.__contains__)
        assert isinstance(said, Push)
        for arg, frame in said.parts:
            if said.key:
                self.sinks[said.key] = self._sink(arg)
            self.got.append((arg, frame))

    def _sink(self, arg: str) -> Callable[[bytes, float], None]:
        return lambda raw, _: self.got.append((arg, raw))

    def feed(self, *frames: bytes) -> list[tuple[str, bytes]]:
        for frame in frames:
            self.route(frame, 0.0)
        got, self.got = self.got, []
        return got


def _push(arg: dict[str, str], **more: Any) -> bytes:
    return json.dumps({"arg": arg, **more, "data": [{}]}, separators=(",", ":")).encode()


def test_the_first_push_of_a_topic_teaches_the_way_of_all_the_others() -> None:
    a = V5().arg_key(channels.books("BTC-USDT"))
    b = V5().arg_key(channels.books("BTC-USDT-SWAP"))
    desk = _Desk(V5(), a, b)
    first = _push({"channel": "books", "instId": "BTC-USDT"}, action="snapshot")
    other = _push({"channel": "books", "instId": "BTC-USDT-SWAP"}, action="snapshot")
    later = _push({"channel": "books", "instId": "BTC-USDT"}, action="update")
    assert desk.feed(first, other, later, first) == [(a, first), (b, other), (a, later), (a, first)]
    assert desk.looked == 2


def test_a_uid_that_was_not_asked_for_does_not_mislead() -> None:
    asked = "orders|instType=SPOT"
    desk = _Desk(V5(), asked)
    frame = _push({"channel": "orders", "instType": "SPOT", "uid": "7"})
    assert desk.feed(frame, frame) == [(asked, frame)] * 2
    assert desk.looked == 1
    # The order of keys is the exchange's business.
    turned = _push({"uid": "7", "instType": "SPOT", "channel": "orders"})
    assert desk.feed(turned) == [(asked, turned)]


def test_another_filter_than_asked_is_not_taken_for_it() -> None:
    desk = _Desk(V5(), "orders|instType=SPOT")
    frame = _push({"channel": "orders", "instType": "SWAP"})
    assert desk.feed(frame) == [("orders|instType=SWAP", frame)]


def test_an_arg_that_does_not_come_first_is_routed_without_being_learned() -> None:
    frame = b'{"data":[{}],"arg":{"channel":"tickers","instId":"BTC-USDT"}}'
    desk = _Desk(V5(), "tickers|instId=BTC-USDT")
    assert desk.feed(frame, frame) == [("tickers|instId=BTC-USDT", frame)] * 2
    assert (desk.looked, desk.sinks) == (2, {})


def _table(table: str, *ids: str, action: str = "") -> bytes:
    head = {"table": table} | ({"action": action} if action else {})
    rows = [{"instrument_id": one, "asks": [["1", "2", "0", "1"]]} for one in ids]
    return json.dumps({**head, "data": rows}, separators=(",", ":")).encode()


def test_v3_routes_by_table_and_instrument() -> None:
    desk = _Desk(V3())
    a, b = _table("spot/depth", "BTC-USDT", action="partial"), _table("spot/depth", "ETH-USDT", action="partial")
    c, d = _table("spot/ticker", "BTC-USDT"), _table("spot/depth", "BTC-USDT", action="update")
    assert desk.feed(a, b, c, d, a) == [
        ("spot/depth:BTC-USDT", a),
        ("spot/depth:ETH-USDT", b),
        ("spot/ticker:BTC-USDT", c),
        ("spot/depth:BTC-USDT", d),
        ("spot/depth:BTC-USDT", a),
    ]
    assert desk.looked == 3


def test_a_v3_frame_of_several_instruments_is_split_every_time() -> None:
    desk = _Desk(V3())
    desk.feed(_table("spot/depth", "BTC-USDT", action="update"))
    mixed = _table("spot/depth", "BTC-USDT", "ETH-USDT", "BTC-USDT", action="update")
    for _ in range(2):
        got = desk.feed(mixed)
        assert [(arg, json.loads(frame)) for arg, frame in got] == [
            ("spot/depth:BTC-USDT", json.loads(_table("spot/depth", "BTC-USDT", "BTC-USDT", action="update"))),
            ("spot/depth:ETH-USDT", json.loads(_table("spot/depth", "ETH-USDT", action="update"))),
        ]


def test_v3_tables_are_told_apart_whatever_comes_first() -> None:
    """Recordings that were written anew have their keys in alphabetical order."""
    desk = _Desk(V3())
    names = ("spot/depth", "spot/depth_l2_tbt", "spot/depth")
    frames = [
        json.dumps(
            json.loads(_table(name, "BTC-USDT", action="update")), sort_keys=True, separators=(",", ":")
        ).encode()
        for name in names
    ]
    assert desk.feed(*frames) == [(f"{name}:BTC-USDT", frame) for name, frame in zip(names, frames, strict=True)]
    assert desk.sinks == {}


def test_v3_frames_of_one_instrument_in_several_rows_stay_whole() -> None:
    frame = _table("spot/trade", "BTC-USDT", "BTC-USDT")
    assert _Desk(V3()).feed(frame, frame) == [("spot/trade:BTC-USDT", frame)] * 2


def test_v3_inflates_raw_deflate_streams() -> None:
    packer = zlib.compressobj(wbits=-15)
    frame = packer.compress(b'{"event":"x"}') + packer.flush()
    assert V3().inflate(frame) == b'{"event":"x"}'
    # What is no stream at all is text already, or nothing.
    for text in (b"pong", b'{"event":"x"}', b'{"table":"spot/ticker","data":[]}'):
        assert V3().inflate(text) == text
    with pytest.raises(zlib.error):
        V3().inflate(b"no stream")


# -- REST answers without a declared type


@pytest.mark.parametrize("code", ['"0"', "0"])
def test_the_code_of_v5_may_be_text_or_a_number(code: str) -> None:
    assert V5().decode_raw(Answer(200, f'{{"code":{code},"msg":"","data":[1]}}'.encode())) == [1]


@pytest.mark.parametrize(
    ("status", "raw", "kind"),
    [
        (200, b"", BadAnswer),
        (200, b'{"code":"0","data":[', BadAnswer),
        (404, b"<html>", BadAnswer),
        (502, b"<html>", Unavailable),
        (503, b"", Unavailable),
        (429, b'{"code":"50011","msg":"Too Many Requests"}', RateLimited),
        (429, b'{"code":"77777","msg":"?"}', RateLimited),
        (200, b'{"code":"51001","msg":"Instrument ID does not exist"}', UnknownInstrument),
        (200, b'{"code":50102,"msg":"Timestamp request expired","data":[]}', ClockSkew),
        (500, b'{"code":"0","msg":""}', Unavailable),
    ],
)
def test_what_is_no_good_answer_of_v5_raises_what_it_is(status: int, raw: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        V5().decode_raw(Answer(status, raw, "GET /x"))
    assert type(caught.value) is kind
    assert "GET /x" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "raw", "kind"),
    [
        (400, b'{"code": 30024, "message": "bad"}', "BadRequest"),
        (200, b'{"error_code":"35040","error_message":"no","result":"true","order_id":"-1"}', "BadRequest"),
        (200, b'{"code":33017,"error_code":"33017","error_message":"no","message":"no"}', "InsufficientFunds"),
        (429, b'{"code":30014,"message":"slow down"}', "RateLimited"),
        (503, b'{"message":"name resolution failed"}', "Unavailable"),
        (502, b"<html>", "Unavailable"),
        (200, b"", "BadAnswer"),
        (401, b'{"code":30013,"message":"Invalid Sign"}', "AuthRefused"),
    ],
)
def test_what_is_no_good_answer_of_v3_raises_what_it_is(status: int, raw: bytes, kind: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the kind is compared below
        V3().decode_raw(Answer(status, raw, "GET /x"))
    assert type(caught.value).__name__ == kind


@pytest.mark.parametrize("raw", [b'{"error_code":"0","error_message":"","order_id":"5"}', b"[]", b'{"code":"0"}'])
def test_a_success_code_of_v3_is_no_error(raw: bytes) -> None:
    assert V3().decode_raw(Answer(200, raw)) == json.loads(raw)


# -- drift


class _Leg(V5Row, frozen=True):
    px: str | None = None


class _Row(V5Row, frozen=True):
    inst_id: str | None = None
    legs: list[_Leg] | None = None


def test_fields_that_are_not_declared_are_found_at_any_depth() -> None:
    value = [{"instId": "X", "new": 1, "legs": [{"px": "1", "deep": {}}]}, {"inst_id": "X"}]
    assert unmodelled(list[_Row], value) == {"new", "legs.deep", "inst_id"}
    assert unmodelled(list[_Row], [{"instId": "X", "legs": []}]) == set()
    assert unmodelled(_Row, "text") == set()
    assert unmodelled(list[list[str]], [["1"]]) == set()


def test_a_new_field_is_counted_always_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    drift = Drift()
    for _ in range(3):
        drift.note("tickers", {"new"})
    drift.note("books", {"new"})
    assert drift.seen == {("tickers", "new"): 3, ("books", "new"): 1}
    assert len(caplog.records) == 2
