"""The V5 side of a connection: login, subscribe, unsubscribe and ping (protocol.md, sections 3 to 5)."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import Any

import orjson

from .dialect import TopicKind, TopicSpec
from .dialect_v5 import BUSINESS, PRIVATE, PUBLIC, DialectV5
from .frames import text_frame
from .keys import Keyring, Verdict
from .market import Market
from .publish import Publisher
from .sockets import Connection
from .topics import Topic

__all__ = ["SessionV5"]

_REQUEST_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_HOUR = 3600.0
_SEE_DOCS = "Please use the correct URL, channel and parameters referring to API document."
_LOGIN_ERRORS = {
    Verdict.UNKNOWN_KEY: ("60005", "Invalid apiKey"),
    Verdict.UNREADABLE_TIME: ("60004", "Invalid timestamp"),
    Verdict.EXPIRED: ("60006", "Timestamp request expired"),
    Verdict.WRONG_PASSPHRASE: ("60024", "Wrong passphrase"),
    Verdict.WRONG_SIGNATURE: ("60007", "Invalid sign"),
}
_CHANNELS = {"public": PUBLIC, "business": BUSINESS, "private": PRIVATE}
_RIVALS = ("books", "books50-l2-tbt")

_Json = dict[str, Any]
_Key = tuple[str, str]


class SessionV5:
    """See `sockets.Session`.

    Args:
        connection: The line.
        publisher: Where topics are.
        markets: By instrument id.
        keyring: Who may log in.
        budget: Login, subscribe and unsubscribe frames allowed per hour, ``None`` for no limit.
    """

    dialect_name = "v5"

    def __init__(
        self,
        connection: Connection,
        publisher: Publisher,
        markets: dict[str, Market],
        keyring: Keyring,
        budget: int | None,
    ) -> None:
        self._connection = connection
        self._publisher = publisher
        self._markets = markets
        self._keyring = keyring
        self._budget = budget
        self._spent: deque[float] = deque()
        self._dialect = DialectV5()
        self._topics: dict[_Key, Topic | None] = {}
        self._logged_in = False

    def receive(self, text: str) -> None:
        """Answer one text frame."""
        if text == "ping":
            self._connection.reply(text_frame(b"pong"))
            return
        request = _parse(text)
        if request is None:
            self._error("60012", f"Illegal request: {text[:500]}", None)
        elif not self._afford():
            self._error("60014", "Requests too frequent", _id_of(request))
        else:
            self._dispatch(request)

    def end(self) -> None:
        """Let go of all subscriptions."""
        for topic in self._topics.values():
            if topic is not None:
                self._publisher.unsubscribe(self._connection, topic)
        self._topics.clear()

    def holds(self, channel: str, name: str) -> bool:
        """Tell whether a channel is subscribed to for an instrument, or for an instrument type."""
        return (channel, name) in self._topics

    def _dispatch(self, request: _Json) -> None:
        request_id = _id_of(request)
        if request_id is not None and not _REQUEST_ID.fullmatch(request_id):
            self._error("60033", "Parameter id error", None)
        elif request["op"] == "login":
            self._login(request["args"], request_id)
        else:
            answer = self._subscribe if request["op"] == "subscribe" else self._unsubscribe
            for arg in request["args"]:
                answer(arg, request_id)

    def _afford(self) -> bool:
        if self._budget is None:
            return True
        now = time.monotonic()
        while self._spent and self._spent[0] <= now - _HOUR:
            self._spent.popleft()
        if len(self._spent) >= self._budget:
            return False
        self._spent.append(now)
        return True

    def _login(self, args: list[_Json], request_id: str | None) -> None:
        if self._logged_in:
            self._error("60031", "The user has been logged in, please do not log in again", request_id)
            return
        fields = [str(args[0].get(name, "")) for name in ("apiKey", "passphrase", "timestamp", "sign")]
        if len(args) != 1 or not all(fields):
            self._error("60009", "Login failed.", request_id)
            return
        verdict = self._keyring.check_login(*fields, decimals=False)
        if verdict is Verdict.GOOD:
            self._logged_in = True
            self._event({"event": "login", "code": "0", "msg": ""}, request_id)
        else:
            self._error(*_LOGIN_ERRORS[verdict], request_id)

    def _subscribe(self, arg: _Json, request_id: str | None) -> None:
        channel, inst_id = _key(arg)
        spec = self._spec(channel, inst_id)
        if self._connection.endpoint == "private" and not self._logged_in:
            self._error("60011", "Please log in", request_id)
        elif spec is None:
            self._error("60018", f"Wrong URL or {_told(arg)} doesn't exist. {_SEE_DOCS}", request_id)
        elif spec.login and not self._logged_in:
            self._error("60011", "Please log in", request_id)
        elif channel in _RIVALS and ("books-l2-tbt", inst_id) in self._topics:
            self._error("64004", f"books-l2-tbt of {inst_id} is already subscribed to on this connection", request_id)
        else:
            self._event({"event": "subscribe", "arg": arg}, request_id)
            self._add(channel, inst_id, spec, request_id)

    def _add(self, channel: str, inst_id: str, spec: TopicSpec, request_id: str | None) -> None:
        if spec.kind == TopicKind.SILENT:
            self._topics[channel, inst_id] = None
            return
        if channel == "books-l2-tbt":
            self._oust(inst_id, request_id)
        topic = self._publisher.subscribe(self._connection, self._dialect, channel, inst_id, spec)
        self._topics[channel, inst_id] = topic

    def _oust(self, inst_id: str, request_id: str | None) -> None:
        """End what cannot stand beside ``books-l2-tbt`` on one connection."""
        for rival in _RIVALS:
            topic = self._topics.pop((rival, inst_id), None)
            if topic is not None:
                self._publisher.unsubscribe(self._connection, topic)
                self._error("64004", f"{rival} of {inst_id} ends because of books-l2-tbt", request_id)

    def _unsubscribe(self, arg: _Json, request_id: str | None) -> None:
        channel, inst_id = _key(arg)
        if self._spec(channel, inst_id) is None:
            self._error("60018", f"Wrong URL or {_told(arg)} doesn't exist. {_SEE_DOCS}", request_id)
            return
        topic = self._topics.pop(self._held_as(channel, inst_id), None)
        if topic is not None:
            self._publisher.unsubscribe(self._connection, topic)
        self._event({"event": "unsubscribe", "arg": arg}, request_id)

    def _held_as(self, channel: str, inst_id: str) -> _Key:
        """Return under which key a topic is held; one subscribed before a rename ends under its new name."""
        for key, topic in self._topics.items():
            if topic is not None and key[0] == channel and topic.market.instrument.inst_id == inst_id:
                return key
        return channel, inst_id

    def _spec(self, channel: str, inst_id: str) -> TopicSpec | None:
        """Return how a channel is published, ``None`` when it is not there, not here, or not for this instrument."""
        spec = _CHANNELS[self._connection.endpoint].get(channel)
        if spec is None or spec.kind == TopicKind.SILENT:
            return spec
        market = self._markets.get(inst_id)
        if market is None or (spec.kind == TopicKind.RETAIL and market.retail is None):
            return None
        return spec

    def _event(self, event: _Json, request_id: str | None) -> None:
        named = event if request_id is None else {"id": request_id} | event
        self._connection.reply(text_frame(orjson.dumps(named | {"connId": self._connection.conn_id})))

    def _error(self, code: str, msg: str, request_id: str | None) -> None:
        self._event({"event": "error", "msg": msg, "code": code}, request_id)


def _parse(text: str) -> _Json | None:
    """Return a request, or ``None`` when it is not one."""
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(request, dict) or request.get("op") not in ("login", "subscribe", "unsubscribe"):
        return None
    args = request.get("args")
    if not isinstance(args, list) or not args or not all(isinstance(arg, dict) for arg in args):
        return None
    if request["op"] != "login" and not all(isinstance(arg.get("channel"), str) for arg in args):
        return None
    return request


def _key(arg: _Json) -> _Key:
    return str(arg["channel"]), str(arg.get("instId") or arg.get("instType", ""))


def _id_of(request: _Json) -> str | None:
    return str(request["id"]) if "id" in request else None


def _told(arg: _Json) -> str:
    return ",".join(f"{key}:{value}" for key, value in arg.items())
