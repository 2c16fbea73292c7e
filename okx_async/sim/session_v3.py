"""The V3 side of a connection: login, subscribe, unsubscribe and ping (V3 protocol.md, "websocket")."""

from __future__ import annotations

from typing import Any

import orjson

from .dialect import TopicSpec
from .dialect_v3 import CHANNELS, PRIVATE, PRODUCTS, DialectV3
from .keys import Keyring, Verdict
from .market import Market
from .publish import Publisher
from .sockets import Connection
from .topics import Topic

__all__ = ["SessionV3"]

_MAX_ARGS = 4096
_LOGIN_ERRORS = {
    Verdict.UNKNOWN_KEY: (30006, "Invalid OK_ACCESS_KEY"),
    Verdict.UNREADABLE_TIME: (30005, "Invalid OK_ACCESS_TIMESTAMP"),
    Verdict.EXPIRED: (30008, "Request timestamp expired"),
    Verdict.WRONG_PASSPHRASE: (30027, "login failure"),
    Verdict.WRONG_SIGNATURE: (30013, "Invalid sign"),
}
_MISSING = (
    (30001, "OK_ACCESS_KEY is required"),
    (30004, "OK_ACCESS_PASSPHRASE is required"),
    (30005, "Invalid OK_ACCESS_TIMESTAMP"),
    (30002, "OK_ACCESS_SIGN is required"),
)


class SessionV3:
    """See `sockets.Session`.

    Args:
        connection: The line.
        publisher: Where topics are.
        markets: By instrument id.
        keyring: Who may log in.
    """

    dialect_name = "v3"

    def __init__(
        self, connection: Connection, publisher: Publisher, markets: dict[str, Market], keyring: Keyring
    ) -> None:
        self._connection = connection
        self._publisher = publisher
        self._markets = markets
        self._keyring = keyring
        self._dialect = DialectV3()
        self._topics: dict[str, Topic | None] = {}
        self._logged_in = False

    def receive(self, text: str) -> None:
        """Answer one text frame."""
        if text == "ping":
            self._connection.reply(self._dialect.frame(b"pong"))
            return
        request = _parse(text)
        if request is None:
            self._error(30039, f"Unrecognized request: {text[:500]}")
            return
        op, args = request
        if op == "login":
            self._login(args)
            return
        for topic in args:
            (self._subscribe if op == "subscribe" else self._unsubscribe)(topic)

    def end(self) -> None:
        """Let go of all subscriptions."""
        for topic in self._topics.values():
            if topic is not None:
                self._publisher.unsubscribe(self._connection, topic)
        self._topics.clear()

    def _login(self, args: list[str]) -> None:
        if self._logged_in:
            self._error(30042, "Already logged in")
            return
        for at, (code, message) in enumerate(_MISSING):
            if len(args) <= at or not args[at]:
                self._refuse(code, message)
                return
        api_key, passphrase, timestamp, sign = args[:4]
        verdict = self._keyring.check_login(api_key, passphrase, timestamp, sign, decimals=True)
        if verdict is Verdict.GOOD:
            self._logged_in = True
            self._send({"event": "login", "success": True})
        else:
            self._refuse(*_LOGIN_ERRORS[verdict])

    def _refuse(self, code: int, message: str) -> None:
        """Tell why a login failed and hang up."""
        self._error(code, message)
        self._connection.close(1000, "login failed")

    def _subscribe(self, name: str) -> None:
        product, channel, inst_id = _split(name)
        if channel in PRIVATE.get(product, ()):
            if not self._logged_in:
                self._error(30041, f"User not logged in / User must be logged in: {name}")
                return
            self._topics[name] = None
            self._send({"event": "subscribe", "channel": name})
            return
        spec = self._spec(product, channel, inst_id)
        if spec is None:
            self._error(30040, f"Channel {name} doesn't exist")
            return
        self._send({"event": "subscribe", "channel": name})
        self._topics[name] = self._publisher.subscribe(self._connection, self._dialect, channel, inst_id, spec)

    def _unsubscribe(self, name: str) -> None:
        product, channel, inst_id = _split(name)
        if channel not in PRIVATE.get(product, ()) and self._spec(product, channel, inst_id) is None:
            self._error(30040, f"Channel {name} doesn't exist")
            return
        topic = self._topics.pop(name, None)
        if topic is not None:
            self._publisher.unsubscribe(self._connection, topic)
        self._send({"event": "unsubscribe", "channel": name})

    def _spec(self, product: str, channel: str, inst_id: str) -> TopicSpec | None:
        market = self._markets.get(inst_id)
        if product not in PRODUCTS or market is None or market.instrument.product != product:
            return None
        return CHANNELS.get(channel)

    def _error(self, code: int, message: str) -> None:
        self._send({"event": "error", "message": message, "errorCode": code})

    def _send(self, event: dict[str, Any]) -> None:
        self._connection.reply(self._dialect.frame(orjson.dumps(event)))


def _split(name: str) -> tuple[str, str, str]:
    path, _, inst_id = name.partition(":")
    product, _, channel = path.partition("/")
    return product, channel, inst_id


def _parse(text: str) -> tuple[str, list[str]] | None:
    """Return operation and arguments, or ``None`` when it is no request."""
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(request, dict) or request.get("op") not in ("login", "subscribe", "unsubscribe"):
        return None
    args = request.get("args")
    if not isinstance(args, list) or not args or not all(isinstance(arg, str) for arg in args):
        return None
    if sum(len(arg.encode()) for arg in args) > _MAX_ARGS:
        return None
    return request["op"], args
