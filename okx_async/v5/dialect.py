"""How V5 spells things: envelopes, login, subscriptions, events. (REST protocol; WebSocket "Frames", "Login")"""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import NoneType
from typing import Any, NamedTuple

import msgspec
import orjson

from ..core.answers import UNREADABLE, decoder_for, holds_secret, list_of, not_json, row_type
from ..core.channel import Topic
from ..core.dialect import (
    Ack,
    Among,
    Answer,
    ConnCount,
    Dialect,
    LoggedIn,
    Notice,
    Pong,
    Push,
    Refusal,
    Reply,
    Said,
    Sink,
    Strange,
    nobody,
)
from ..core.endpoint import Endpoint
from ..core.numeric import blank_to_null
from ..core.row import HiddenRow, Page
from ..core.signing import LOGIN_PATH, sign
from ..errors import BadAnswer, OkxError
from ..settings import Credentials
from .codes import CODES
from .routing import owners

__all__ = ["V5"]


class _Envelope(msgspec.Struct):
    """What an answer says about itself; ``code`` is the number 0 in the dual currency replies."""

    code: str | int = ""
    msg: str | None = ""
    data: Any = None


class _Bare(msgspec.Struct):
    """What an answer without an envelope says when it is an error."""

    code: str | int | None = None
    msg: str | None = None
    error: str | None = None
    error_description: str | None = None


class _Event(msgspec.Struct):
    """Any JSON frame of the socket, read without knowing which."""

    event: str = ""
    code: str | int = ""
    msg: str = ""
    id: str = ""
    op: str = ""
    arg: dict[str, Any] | None = None
    args: dict[str, Any] | None = None  # some acks of 2020 call it so
    conn_id: str = msgspec.field(default="", name="connId")
    channel: str = ""
    conn_count: str = msgspec.field(default="", name="connCount")
    data: msgspec.Raw = msgspec.Raw()


_SOME_FAILED = ("1", "2")  # all items failed, some items failed
_envelope = msgspec.json.Decoder(_Envelope)
_bare = msgspec.json.Decoder(_Bare)
_NO_KEY = b"\0"  # no frame begins like this
_event = msgspec.json.Decoder(_Event)


class V5(Dialect):
    """Today's OKX."""

    name = "v5"
    budget = 480
    # The exchange closes above 64 KB; staying well below leaves room for what it counts differently.
    frame_bytes = 32_000
    connects_per_second = 3
    time_path = "/api/v5/public/time"
    overdue = frozenset(("50036",))
    deflated = False

    # -- REST

    def decode(self, endpoint: Endpoint, answer: Answer) -> Any:
        try:
            return self._decode(endpoint, answer)
        except BadAnswer:
            if not holds_secret(endpoint.result):
                raise
        # Outside of the handler: an error that is being handled would be printed beneath this one.
        raise BadAnswer(
            f"{answer.where}: HTTP {answer.status}, and the body cannot be read; it may hold a secret and is not shown",
            status=answer.status,
        )

    def _decode(self, endpoint: Endpoint, answer: Answer) -> Any:
        reader = _reader_of(endpoint)
        if reader is None:
            return self._rowless(endpoint, answer)
        typed = self._typed(endpoint, reader, answer)
        rows = _rows(typed.data, endpoint.inside)
        if reader.one:
            if not rows:
                raise BadAnswer(f"{answer.where}: the exchange returned no row", raw=answer.raw, status=answer.status)
            return rows[0]
        if not reader.paged:
            return rows
        page: Page[Any] = Page(rows)
        page.total_page = typed.total_page
        return page

    def _rowless(self, endpoint: Endpoint, answer: Answer) -> Any:
        """Return what an endpoint answers that has no rows."""
        if endpoint.bare:
            return self._bare(endpoint.result, answer)
        if endpoint.result is bytes:
            return self._bytes(answer)
        self.decode_raw(answer)  # success is all that is said
        return None

    def _typed(self, endpoint: Endpoint, reader: _Reader, answer: Answer) -> Any:
        try:
            typed = reader.decode(blank_to_null(answer.raw))
        except msgspec.MsgspecError as error:
            self.decode_raw(answer)  # raises what the exchange said, when it said something
            raise BadAnswer(f"{answer.where}: {error}", raw=answer.raw, status=answer.status) from None
        code = str(typed.code)
        if endpoint.batch and code in _SOME_FAILED and typed.data and answer.status < 400:
            return typed  # each row tells its own result, and the good ones must not be lost
        if code != "0" or answer.status >= 400:
            self.decode_raw(answer)
        if reader.reports:
            for row in _rows(typed.data, ""):
                if row.s_code != "0" and row.s_code is not None:
                    self._refuse_row(answer)
        return typed

    def _refuse_row(self, answer: Answer) -> None:
        """Raise the refusal that stands in the row of an answer whose own code is 0."""
        data = _envelope.decode(answer.raw).data
        row = _refused_row(data)
        if row is not None:
            raise _row_refusal(row, data, answer)

    def _bare(self, row: Any, answer: Answer) -> Any:
        """Read an answer without the envelope. Its errors come in the envelope, or as RFC 6749 words them."""
        try:
            said = _bare.decode(answer.raw)
            if answer.status < 400 and not said.error and str(said.code or "0") == "0":
                return decoder_for(row).decode(blank_to_null(answer.raw))
        except msgspec.MsgspecError:
            raise not_json(answer) from None
        code, msg = str(said.code or said.error or ""), said.msg or said.error_description or ""
        raise CODES.refusal(code, msg, status=answer.status, where=answer.where)

    def _bytes(self, answer: Answer) -> bytes:
        """Return a file or a binary message as it came; what reads as an envelope is a refusal."""
        try:
            _envelope.decode(answer.raw)
        except UNREADABLE:
            if answer.status >= 400:
                raise not_json(answer) from None
            return answer.raw
        self.decode_raw(answer)
        raise BadAnswer(f"{answer.where}: JSON instead of binary data", raw=answer.raw, status=answer.status)

    def decode_raw(self, answer: Answer) -> Any:
        try:
            envelope = _envelope.decode(answer.raw)
        except msgspec.MsgspecError:
            raise not_json(answer) from None
        code = str(envelope.code)
        if not code and answer.status < 400:
            raise not_json(answer)
        row = _refused_row(envelope.data) if code in _SOME_FAILED else None
        if row is not None:
            raise _row_refusal(row, envelope.data, answer)
        if code != "0" or answer.status >= 400:
            raise CODES.refusal(
                code,
                envelope.msg or "",
                status=answer.status,
                where=answer.where,
                answer=envelope.data,
                write=answer.where.startswith("POST"),
            )
        return envelope.data

    def read_time(self, raw: bytes) -> float:
        return float(orjson.loads(raw)["data"][0]["ts"])

    # -- socket

    def inflate(self, frame: bytes) -> bytes:
        return frame

    def login(self, credentials: Credentials, server_ms: int) -> bytes:
        # Whole seconds here, ISO milliseconds on REST.
        timestamp = str(server_ms // 1000)
        arg = {
            "apiKey": credentials.api_key.reveal(),
            "passphrase": credentials.passphrase.reveal(),
            "timestamp": timestamp,
            "sign": sign(credentials, f"{timestamp}GET{LOGIN_PATH}"),
        }
        return orjson.dumps({"op": "login", "args": [arg]})

    def arg(self, topic: Topic[Any]) -> dict[str, str]:
        return {"channel": topic.name, **dict(topic.args)}

    def arg_key(self, topic: Topic[Any]) -> str:
        return _canonical(self.arg(topic))

    def control(self, op: str, topics: Sequence[Topic[Any]], request_id: str) -> bytes:
        return orjson.dumps({"id": request_id, "op": op, "args": [self.arg(topic) for topic in topics]})

    def read(self, raw: bytes, asked: Callable[[str], bool], among: Among = nobody) -> Said:
        if raw == b"pong":
            return Pong()
        try:
            said = _event.decode(raw)
        except UNREADABLE:
            return Strange(raw)
        if said.event:
            return self._read_event(said, raw)
        if said.arg is not None and bytes(said.data):
            return self._read_push(said.arg, raw, asked, among)
        if said.op and said.id:
            return Reply(said.id, said.op, raw)
        return Strange(raw)

    def _read_event(self, said: _Event, raw: bytes) -> Said:
        arg = said.arg or said.args
        key = _canonical(arg) if arg else ""
        code = str(said.code)
        if said.event in ("subscribe", "unsubscribe") and arg:
            return Ack(said.event, key, said.conn_id)
        if said.event == "login" and code == "0":
            return LoggedIn(said.conn_id)
        if said.event in ("error", "login"):
            # Some errors quote the refused request, and a refused login quotes key and signature: never keep it.
            login = CODES.about_login(code)
            quoted = '"op":"login"' in said.msg.replace(" ", "")
            msg = "Illegal request" if quoted else said.msg
            login = login or said.event == "login"
            return Refusal(CODES.refusal(code, msg), said.id, key, login, code, msg, b"" if login or quoted else raw)
        if said.event == "notice":
            return Notice(code, said.msg, said.conn_id)
        if said.event.startswith("channel-conn-count"):
            return ConnCount(said.channel, said.conn_count, said.event.endswith("error"))
        return Strange(raw)

    def _read_push(self, arg: dict[str, Any], raw: bytes, asked: Callable[[str], bool], among: Among) -> Said:
        learned = raw[: raw.find(b"}") + 1] if raw.startswith(b'{"arg":{') else b""
        named = (_canonical(arg), _canonical({name: value for name, value in arg.items() if name != "uid"}))
        for key in named:
            if asked(key):
                return Push(((key, raw),), learned)
        message = orjson.loads(raw)
        rows = message["data"] if isinstance(message["data"], list) else []
        found, certain = owners(arg, rows, among(str(arg.get("channel", ""))))
        parts = tuple(
            (self.arg_key(topic), raw if len(theirs) == len(rows) else orjson.dumps({**message, "data": theirs}))
            for topic, theirs in found
        )
        return Push(parts or ((named[0], raw),), learned if certain else b"", guessed=True)

    def router(self, sinks: dict[bytes, Sink], other: Sink) -> Sink:
        find = sinks.get
        key = _NO_KEY

        def route(raw: bytes, now: float) -> None:
            # The `arg` object comes first and is flat, so its raw bytes tell the topic without any parsing. Frames
            # of one topic often come in a row, so the last key is tried before a new one is cut out.
            nonlocal key
            if not raw.startswith(key):
                key = raw[: raw.find(b"}") + 1] or _NO_KEY
            (find(key) or other)(raw, now)

        return route


class _Reader(NamedTuple):
    """How the answers of one endpoint are read, found out once.

    Attributes:
        decode: Makes an envelope of typed rows of the bytes.
        one: Whether one row is the answer.
        paged: Whether the answer is a `Page`.
        reports: Whether a row reports its own failure; a lone ``s_code`` is a result, not a failure.
    """

    decode: Callable[[bytes], Any]
    one: bool
    paged: bool
    reports: bool


@lru_cache(maxsize=2048)
def _reader_of(endpoint: Endpoint) -> _Reader | None:
    """Return how an endpoint's rows are read, ``None`` when it has none."""
    if endpoint.bare or endpoint.result in (bytes, NoneType):
        return None
    row, one = row_type(endpoint), not endpoint.many
    return _Reader(
        decoder_for(_envelope_of(row, endpoint.inside, one=one)).decode,
        one,
        typing.get_origin(endpoint.result) is Page,
        not endpoint.batch and hasattr(row, "s_code") and hasattr(row, "s_msg"),
    )


def _refused_row(data: Any) -> dict[str, Any] | None:
    """Return the first row of an answer that says why it was refused, ``None`` when no row does."""
    for row in data if isinstance(data, list) else ():
        if isinstance(row, dict) and str(row.get("sCode") or "0") != "0" and "sMsg" in row:
            return row
    return None


def _row_refusal(row: dict[str, Any], data: Any, answer: Answer) -> OkxError:
    """Return the error of one refused item: what is behind the general code 1 or 2."""
    msg = str(row.get("sMsg") or "")
    fine = str(row.get("subCode") or "")
    text = f"{msg} [{fine}]" if fine else msg
    write = answer.where.startswith("POST")
    return CODES.refusal(str(row["sCode"]), text, status=answer.status, where=answer.where, answer=data, write=write)


def _canonical(arg: dict[str, Any]) -> str:
    """Return an argument as text that does not depend on the order of its keys."""
    rest = sorted((key, str(value)) for key, value in arg.items() if key != "channel")
    return "|".join((str(arg.get("channel", "")), *(f"{key}={value}" for key, value in rest)))


@lru_cache(maxsize=1024)
def _envelope_of(row: Any, inside: str, *, one: bool) -> Any:
    """Return the envelope whose rows are of one type: a list of them, one alone, or a list inside an object.

    Where one row of columns is the answer, it comes as one flat list.
    """
    flat = one and isinstance(row, type) and issubclass(row, msgspec.Struct) and row.__struct_config__.array_like
    data = row if row is HiddenRow or flat else list_of(row)
    if inside:
        data |= msgspec.defstruct("Inside", [("rows", list_of(row), msgspec.field(name=inside, default_factory=list))])
    elif _is_object(row):
        data |= row
    return msgspec.defstruct(
        "Envelope",
        [
            ("code", str | int, ""),
            ("msg", str | None, None),
            ("data", data, msgspec.field(default_factory=list)),
            ("total_page", int | None, msgspec.field(name="totalPage", default=None)),
        ],
    )


def _is_object(row: Any) -> bool:
    """Tell whether a row is a JSON object, so that one alone cannot be taken for a list."""
    if typing.get_origin(row) is dict:
        return True
    return isinstance(row, type) and issubclass(row, msgspec.Struct) and not row.__struct_config__.array_like


def _rows(data: Any, inside: str) -> list[Any]:
    if isinstance(data, list):
        return data
    return data.rows if inside else [data]
