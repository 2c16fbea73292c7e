"""The V3 side of a connection: login, subscribe, unsubscribe and ping (V3 protocol.md, "websocket", "wslimits")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from .accounts.gate import from_address
from .accounts.people import Access
from .accounts_v3.courier import Courier, Interest
from .board import Board
from .dialect import TopicKind
from .dialect_v3 import PRIVATE, DialectV3
from .house import House
from .keys import Verdict
from .requests_v3 import public_spec, read_request, split, stands_for_something
from .sockets import NO_DATA, Connection
from .topics import Topic

__all__ = ["SessionV3"]

_LOGIN_ERRORS = {
    Verdict.MALFORMED_KEY: (30006, "Invalid OK_ACCESS_KEY"),
    Verdict.UNKNOWN_KEY: (30006, "Invalid OK_ACCESS_KEY"),
    Verdict.OTHER_ENVIRONMENT: (30006, "Invalid OK_ACCESS_KEY"),
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
_TOO_MANY = (30026, "Requests too frequent")


class SessionV3:
    """See `sockets.Session`.

    Where the documents are silent, this is what a client has to be ready for:

    * a second identical subscribe is acknowledged and brings nothing: no ``partial``, no second copy of each push;
    * unsubscribing what is not subscribed is acknowledged, too;
    * a failed login is told and then closed with 1000;
    * frames beyond a limit are refused with 30026, and the connection stays open;
    * a connection without a subscription is closed like one without data, with 4004;
    * a key with an address list refuses a login from elsewhere with 30011;
    * a connection whose key is changed or deleted is closed with 1000.

    Args:
        connection: The line.
        house: The exchange behind it.
        courier: Where private channels are.
    """

    dialect_name = "v3"

    def __init__(self, connection: Connection, house: House, courier: Courier) -> None:
        self._connection = connection
        self._house = house
        self._courier = courier
        self._dialect = DialectV3()
        self._topics: dict[str, Topic | Board | Interest | None] = {}
        self._access: Access | None = None
        self._unwatch: Callable[[], None] | None = None
        self._bare = house.clock.timeline.call_later(connection.idle, self._cut_when_bare)

    def receive(self, text: str) -> None:
        """Answer one text frame."""
        if text == "ping":
            self._connection.reply(self._dialect.frame(b"pong"))
            return
        request = read_request(text)
        if request is None:
            self._error(30039, f"Unrecognized request: {text[:500]}")
            return
        op, args = request
        if not self._afford(op):
            self._error(*_TOO_MANY)
        elif op == "login":
            self._login(args)
        else:
            for topic in args:
                (self._subscribe if op == "subscribe" else self._unsubscribe)(topic)

    def end(self) -> None:
        """Let go of all subscriptions."""
        self._bare.cancel()
        for topic in self._topics.values():
            self._drop(topic)
        self._topics.clear()
        if self._unwatch is not None:
            self._unwatch()
        self._house.leave(self._connection.conn_id)

    def holds(self, name: str) -> bool:
        """Tell whether a topic is subscribed to, by its whole name."""
        return name in self._topics

    def _cut_when_bare(self) -> None:
        """Close a connection that has no subscription half a minute after it was opened. (V3 "wslimits")"""
        if not self._topics:
            self._connection.close(NO_DATA, "no subscription")

    def _afford(self, op: str) -> bool:
        house, conn_id = self._house, self._connection.conn_id
        in_the_hour = house.charge(conn_id, self.dialect_name, op)
        commands = house.limits.commands_v3
        return house.allowances.take(("commands", self._connection.address, op), commands, 1.0) and in_the_hour

    def _login(self, args: list[str]) -> None:
        if self._access is not None:
            self._error(30042, "Already logged in")
            return
        for at, (code, message) in enumerate(_MISSING):
            if len(args) <= at or not args[at]:
                self._refuse(code, message)
                return
        api_key, passphrase, timestamp, sign = args[:4]
        verdict = self._house.keyring.check_login(api_key, passphrase, timestamp, sign)
        bank = self._house.office.bank
        access = bank.people.access(api_key)
        if verdict is not Verdict.GOOD or access is None:
            self._refuse(*_LOGIN_ERRORS.get(verdict, _LOGIN_ERRORS[Verdict.UNKNOWN_KEY]))
        elif not from_address(access, self._connection.address):
            self._refuse(30011, "Invalid IP")
        else:
            self._access = access
            self._unwatch = bank.watch(access, lambda: self._connection.close(1000, "the key was changed or deleted"))
            self._send({"event": "login", "success": True})

    def _refuse(self, code: int, message: str) -> None:
        """Tell why a login failed and hang up."""
        self._error(code, message)
        self._connection.close(1000, "login failed")

    def _subscribe(self, name: str) -> None:
        parts = split(name)
        if self._private(name):
            self._subscribe_private(name)
            return
        spec = public_spec(parts, self._house.markets)
        if spec is None:
            self._unknown(name)
            return
        self._send({"event": "subscribe", "channel": name})
        if name in self._topics:
            return
        _, channel, wanted = parts
        self._topics[name] = (
            None
            if spec.kind in TopicKind.UNTIMED
            else self._house.publisher.subscribe(self._connection, self._dialect, channel, wanted, spec)
        )

    def _subscribe_private(self, name: str) -> None:
        parts = split(name)
        if self._access is None:
            self._error(30041, f"User not logged in / User must be logged in: {name}")
            return
        if not stands_for_something(parts, self._house.markets):
            self._unknown(name)
            return
        self._send({"event": "subscribe", "channel": name})
        if name not in self._topics:
            user = self._house.office.bank.people.user(self._access.uid)
            self._topics[name] = self._courier.join(self._connection, user, *parts)

    def _drop(self, topic: Topic | Board | Interest | None) -> None:
        """Let go of one subscription."""
        if isinstance(topic, Interest):
            self._courier.leave(topic)
        elif topic is not None:
            self._house.publisher.unsubscribe(self._connection, topic)

    def _unsubscribe(self, name: str) -> None:
        if not self._private(name) and public_spec(split(name), self._house.markets) is None:
            self._unknown(name)
            return
        self._drop(self._topics.pop(name, None))
        self._send({"event": "unsubscribe", "channel": name})

    def _private(self, name: str) -> bool:
        product, channel, _ = split(name)
        return channel in PRIVATE.get(product, ())

    def _unknown(self, name: str) -> None:
        self._error(30040, f"Channel {name} doesn't exist")

    def _error(self, code: int, message: str) -> None:
        self._house.counters.refuse(code)
        self._send({"event": "error", "message": message, "errorCode": code})

    def _send(self, event: dict[str, Any]) -> None:
        self._connection.reply(self._dialect.frame(orjson.dumps(event)))
