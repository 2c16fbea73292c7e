"""How V3 spells things: answers without envelope, deflated frames, ``table`` and instrument id. (protocol.md)"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import orjson
from msgspec.structs import replace

from ..core.answers import UNREADABLE, decoder_for, not_json, read
from ..core.channel import Topic
from ..core.dialect import Ack, Among, Answer, Dialect, LoggedIn, Pong, Push, Refusal, Said, Sink, Strange, nobody
from ..core.endpoint import Endpoint
from ..core.signing import LOGIN_PATH, sign
from ..errors import BadAnswer, NotFound
from ..settings import Credentials
from .codes import CODES
from .unpack import Unpack, account_rows, by_currency, canonical, page

__all__ = ["V3"]


class _Problem(msgspec.Struct):
    """Both sets of keys in which V3 tells an error."""

    code: str | int | None = ""
    message: str | None = ""
    error_code: str | int | None = ""
    error_message: str | None = ""
    order_id: str | int | None = ""
    algo_id: str | int | None = ""


class _Event(msgspec.Struct):
    """Any JSON frame of the socket, read without knowing which."""

    event: str | None = ""
    success: bool | str | None = False
    channel: str | None = ""
    message: str | None = ""
    error_code: str | int | None = msgspec.field(default="", name="errorCode")
    table: str | None = ""
    action: str | None = ""
    data: msgspec.Raw = msgspec.Raw()


class _Id(msgspec.Struct):
    """What the filter of a row's topic is read from."""

    instrument_id: str | None = ""
    currency: str | None = ""
    underlying: str | None = ""
    holding: list[_Id] | None = None


_problem = msgspec.json.Decoder(_Problem)
_event = msgspec.json.Decoder(_Event)
_ids = msgspec.json.Decoder(list[_Id])
_raws = msgspec.json.Decoder(list[msgspec.Raw])

_HEAD = 4_000
"""How far into an answer a code is looked for; what refuses is short."""
_TABLE = b'{"table":'
_ID = b'"instrument_id":"'
# Tables whose filter is not the instrument, though their rows name one.
_BY_UNDERLYING = frozenset(f"option/{name}" for name in ("position", "account", "order", "instruments", "summary"))
_UNFILTERED = frozenset(("futures/instruments", "system/status"))
# Tables whose rows become those of the declared type before they are handed on.
_RESHAPED: dict[str, Unpack] = {
    "futures/account": account_rows,
    "futures/instruments": page,
    "spot/margin_account": by_currency,
}


def _topic_key(table: str, row: _Id, asked: Callable[[str], bool]) -> str:
    """Return the topic of a row: its table and what the table is filtered by."""
    if table in _UNFILTERED:
        return table
    names = _filters(table, row)
    keys = [f"{table}:{canonical(name)}" for name in names if name] or [table]
    return next((key for key in keys if asked(key)), keys[0]) if len(keys) > 1 else keys[0]


def _filters(table: str, row: _Id) -> tuple[str, ...]:
    """Return what a row may be filtered by, the likeliest first."""
    if table in _BY_UNDERLYING:
        return (row.underlying or "-".join((row.instrument_id or "").split("-")[:2]),)
    if table == "futures/account":
        underlying, currency = row.underlying or "", row.currency or ""
        base, _, unit = underlying.upper().partition("-")
        return (underlying, currency) if unit == "USDT" else (currency or base, underlying)
    held = row.holding[0].instrument_id if row.holding else ""
    return (row.instrument_id or held or row.currency or row.underlying or "",)


def _unpacked(unpack: Callable[[bytes], bytes | None] | None, raw: bytes) -> bytes | None:
    if unpack is None:
        return raw
    try:
        return unpack(raw)
    except UNREADABLE:
        return None


class V3(Dialect):
    """The 2020 OKEx documents."""

    name = "v3"
    budget = 240
    # The documents allow 4096 bytes of arguments.
    frame_bytes = 4000
    connects_per_second = 1
    time_path = "/api/general/v3/time"
    deflated = True

    # -- REST

    def decode(self, endpoint: Endpoint, answer: Answer) -> Any:
        unpack = endpoint.unpack or (page if endpoint.many else None)
        rows = _unpacked(unpack, answer.raw)
        if endpoint.batch and rows and rows != b"[]":
            # One order that failed makes HTTP 400 of the whole answer although others may stand: each row has its code.
            return self._typed(endpoint, answer, rows)
        self._raise_problem(answer)
        if rows is None:
            raise BadAnswer(
                f"{answer.where}: not the rows that were expected: {answer.raw[:80]!r}",
                raw=answer.raw,
                status=answer.status,
            )
        if endpoint.many and rows.strip() == b"null":
            rows = b"[]"
        if not endpoint.many:
            self._raise_problem(replace(answer, raw=rows))
            if rows.strip() == b"{}":
                # The exchange's way of saying that there is nothing of that name.
                raise NotFound("", "the answer is empty", status=answer.status, where=answer.where)
        return self._typed(endpoint, answer, rows)

    def _typed(self, endpoint: Endpoint, answer: Answer, rows: bytes) -> Any:
        try:
            return read(decoder_for(endpoint.result), rows)
        except msgspec.DecodeError as error:
            if isinstance(error, msgspec.ValidationError):
                raise BadAnswer(f"{answer.where}: {error}", raw=answer.raw, status=answer.status) from None
            raise not_json(answer) from None

    def decode_raw(self, answer: Answer) -> Any:
        self._raise_problem(answer)
        try:
            return orjson.loads(answer.raw)
        except orjson.JSONDecodeError:
            raise not_json(answer) from None

    def _raise_problem(self, answer: Answer) -> None:
        """Raise what the exchange said: HTTP status, then codes and ids, never ``result``. (Error handling)"""
        head = answer.raw[:_HEAD]
        if answer.status < 400 and b'code"' not in head and b"-1" not in head:
            return
        try:
            problem = _problem.decode(answer.raw)
        except msgspec.MsgspecError:
            problem = None
        code = str(problem.error_code or problem.code) if problem else ""
        failed = problem is not None and "-1" in (str(problem.order_id), str(problem.algo_id))
        if problem and (failed or ((answer.status >= 400 or code not in ("", "0")) and (code or problem.message))):
            msg = problem.error_message or problem.message or ""
            write = answer.where.startswith("POST")
            raise CODES.refusal(code, msg, status=answer.status, where=answer.where, write=write)
        if answer.status >= 400:
            raise not_json(answer)

    def read_time(self, raw: bytes) -> float:
        return float(orjson.loads(raw)["epoch"]) * 1000.0

    # -- socket

    def inflate(self, frame: bytes) -> bytes:
        try:
            return zlib.decompress(frame, -15)
        except zlib.error:
            if frame == b"pong" or frame[:1] == b"{":
                return frame  # not from the exchange: proxies and servers of tests send plain text
            raise

    def login(self, credentials: Credentials, server_ms: int) -> bytes:
        timestamp = f"{server_ms // 1000}.{server_ms % 1000:03d}"
        signature = sign(credentials, f"{timestamp}GET{LOGIN_PATH}")
        args = [credentials.api_key.reveal(), credentials.passphrase.reveal(), timestamp, signature]
        return orjson.dumps({"op": "login", "args": args})

    def arg(self, topic: Topic[Any]) -> str:
        return topic.key

    def arg_key(self, topic: Topic[Any]) -> str:
        return topic.key

    def control(self, op: str, topics: Sequence[Topic[Any]], request_id: str) -> bytes:
        # V3 knows no request ids; errors are matched by their text.
        return orjson.dumps({"op": op, "args": [topic.key for topic in topics]})

    def read(self, raw: bytes, asked: Callable[[str], bool], among: Among = nobody) -> Said:
        if raw == b"pong":
            return Pong()
        try:
            said = _event.decode(raw)
        except UNREADABLE:
            return Strange(raw)
        if said.table and bytes(said.data):
            return self._read_push(said, raw, asked)
        if said.event in ("subscribe", "unsubscribe") and said.channel:
            table, colon, value = said.channel.partition(":")
            return Ack(said.event, f"{table}{colon}{canonical(value)}")
        if said.event == "login":
            return (
                LoggedIn()
                if said.success in (True, "true")
                else Refusal(CODES.refusal("30027", said.message or ""), login=True)
            )
        if said.event == "error":
            code, text = str(said.error_code or ""), said.message or ""
            return Refusal(CODES.refusal(code, text), login=CODES.about_login(code), code=code, text=text)
        return Strange(raw)

    def _read_push(self, said: _Event, raw: bytes, asked: Callable[[str], bool]) -> Said:
        """Find the topics of a frame: the filter is not echoed, it is read from each row."""
        table = said.table or ""
        reshape = _RESHAPED.get(table)
        try:
            rows = reshape(bytes(said.data)) if reshape else bytes(said.data)
            if rows is None:
                return Strange(raw)
            found = [_topic_key(table, row, asked) for row in _ids.decode(rows)]
        except UNREADABLE:
            return Strange(raw)
        if len(set(found)) <= 1 and reshape is None:
            return Push(((found[0] if found else table, raw),), _key(raw))
        # Rows of several topics in one frame: each topic gets a frame of its own.
        parts: dict[str, list[bytes]] = {} if found else {table: []}
        for one, row in zip(found, _raws.decode(rows), strict=True):
            parts.setdefault(one, []).append(bytes(row))
        head = f'{{"table":"{table}",' + (f'"action":"{said.action}",' if said.action else "")
        return Push(
            tuple((one, head.encode() + b'"data":[' + b",".join(listed) + b"]}") for one, listed in parts.items())
        )

    def router(self, sinks: dict[bytes, Sink], other: Sink) -> Sink:
        find = sinks.get

        def route(raw: bytes, now: float) -> None:
            sink = find(_key(raw))
            if sink is None:
                other(raw, now)
            else:
                sink(raw, now)

        return route


def _key(raw: bytes) -> bytes:
    """Return the raw bytes of table and instrument id, ``b""`` unless the former stands first and exactly one of the
    latter is named."""
    if not raw.startswith(_TABLE):
        return b""
    at = raw.find(_ID)
    if at < 0:
        return b""
    start = at + len(_ID)
    end = raw.find(b'"', start)
    if raw.find(_ID, end) >= 0:
        return b""
    return raw[: raw.find(b",")] + raw[start:end]
