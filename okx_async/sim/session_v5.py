"""The V5 side of a connection: login, subscribe, unsubscribe and ping (protocol.md, sections 2 to 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from .accounts.gate import from_address
from .accounts.people import Access, User
from .accounts.private import Subscription
from .board import Board
from .dialect import TopicKind
from .dialect_v5 import DialectV5
from .frames import text_frame
from .house import House
from .keys import Verdict
from .requests_v5 import Complaint, Request, Wanted, check_args, find, read_request
from .sockets import Connection
from .topics import Topic

__all__ = ["SessionV5"]

_LOGIN_ERRORS = {
    Verdict.MALFORMED_KEY: ("60005", "Invalid apiKey"),
    Verdict.UNKNOWN_KEY: ("60032", "API key doesn't exist"),
    Verdict.OTHER_ENVIRONMENT: ("50101", "APIKey does not match current environment."),
    Verdict.UNREADABLE_TIME: ("60004", "Invalid timestamp"),
    Verdict.EXPIRED: ("60006", "Timestamp request expired"),
    Verdict.WRONG_PASSPHRASE: ("60024", "Wrong passphrase"),
    Verdict.WRONG_SIGNATURE: ("60007", "Invalid sign"),
}
_KEY_GONE = 4007
_TBT = "books-l2-tbt"
_RIVALS = ("books", "books50-l2-tbt")

_Json = dict[str, Any]
_Key = tuple[str, ...]


class SessionV5:
    """See `sockets.Session`.

    Where the documents are silent, this is what a client has to be ready for:

    * a second identical subscribe is acknowledged and brings nothing: no snapshot, no second copy of each push;
    * unsubscribing what is not subscribed is acknowledged, too;
    * a refused login leaves the connection open;
    * a key with an address list refuses a login from elsewhere with 60009;
    * a connection whose hour of control frames is used up goes on pushing and answers 60014 to every further one.

    Args:
        connection: The line.
        house: The exchange behind it.
    """

    dialect_name = "v5"

    def __init__(self, connection: Connection, house: House) -> None:
        self._connection = connection
        self._house = house
        self._dialect = DialectV5()
        self._topics: dict[_Key, Topic | Board | Subscription | None] = {}
        self._access: Access | None = None
        self._unwatch: Callable[[], None] | None = None

    def receive(self, text: str) -> None:
        """Answer one text frame."""
        if text == "ping":
            self._connection.reply(text_frame(b"pong"))
            return
        try:
            request = read_request(text, self._connection.endpoint)
            if not request.is_control:
                self._operate(request)
                return
            if not self._house.charge(self._connection.conn_id, self.dialect_name, request.op):
                raise Complaint("60014", "Requests too frequent", request.request_id)
            check_args(request, text)
        except Complaint as complaint:
            self._error(complaint.code, complaint.msg, complaint.request_id)
        else:
            self._obey(request)

    def end(self) -> None:
        """Let go of all subscriptions."""
        for key in list(self._topics):
            self._drop(key)
        if self._unwatch is not None:
            self._unwatch()
        self._house.leave(self._connection.conn_id)

    def holds(self, channel: str, name: str) -> bool:
        """Tell whether a channel is subscribed to for an instrument, or for an instrument type."""
        return any(key[0] == channel and part.endswith(f"={name}") for key in self._topics for part in key[1:])

    def lose(self, channel: str, count: int) -> None:
        """See `holders.Holder`: every subscription of the channel ends here, after its good ack."""
        for key in [key for key in self._topics if key[0] == channel]:
            self._end_topic(self._topics.pop(key))
        self._house.counters.refuse("channel-conn-count-error")
        self._tell_count("channel-conn-count-error", channel, count)
        self._connection.flush()

    def _obey(self, request: Request) -> None:
        if request.op == "login":
            self._login(request.args, request.request_id)
            return
        answer = self._subscribe if request.op == "subscribe" else self._unsubscribe
        for arg in request.args:
            try:
                answer(arg, self._understand(arg), request.request_id)
            except Complaint as complaint:
                self._error(complaint.code, complaint.msg, request.request_id)

    def _operate(self, request: Request) -> None:
        """Do an operation on orders; it costs nothing of the hour of control frames."""
        reply = self._house.office.operations.answer(
            request.op, request.args, request.request_id, request.expires, self._access, self._connection.address
        )
        if reply["code"] not in ("0", "1", "2"):
            self._house.counters.refuse(reply["code"])
        self._connection.reply(text_frame(orjson.dumps(reply)))

    def _login(self, args: list[_Json], request_id: str | None) -> None:
        if self._access is not None:
            self._error("60031", "The user has been logged in, please do not log in again", request_id)
            return
        fields = [str(args[0].get(name, "")) for name in ("apiKey", "passphrase", "timestamp", "sign")]
        if len(args) != 1 or not all(fields):
            self._error("60009", "Login failed.", request_id)
            return
        verdict = self._house.keyring.check_login(*fields)
        access = self._house.office.bank.people.access(fields[0])
        if verdict is not Verdict.GOOD or access is None:
            self._error(*_LOGIN_ERRORS.get(verdict, _LOGIN_ERRORS[Verdict.UNKNOWN_KEY]), request_id)
        elif not from_address(access, self._connection.address):
            self._error("60009", "Login failed.", request_id)
        else:
            self._access = access
            self._unwatch = self._house.office.bank.watch(access, self._lose_key)
            self._event({"event": "login", "code": "0", "msg": ""}, request_id)

    def _lose_key(self) -> None:
        self._connection.close(_KEY_GONE, "the key was changed or deleted")

    def _understand(self, arg: _Json) -> Wanted:
        """Return what an argument asks for; on ``/private`` nobody is told anything before the login."""
        if self._connection.endpoint == "private" and self._access is None:
            raise Complaint("60011", "Please log in")
        return find(arg, self._connection.endpoint, self._house.markets)

    def _subscribe(self, arg: _Json, wanted: Wanted, request_id: str | None) -> None:
        spec = wanted.spec
        if spec.login and self._access is None:
            raise Complaint("60011", "Please log in")
        if self._access is not None and self._user(self._access).vip < spec.vip:
            raise Complaint("64003", f"Your trading fee tier doesn't meet the requirement of {wanted.channel}")
        if wanted.channel in _RIVALS and _book(_TBT, wanted.inst_id) in self._topics:
            raise Complaint("64004", f"{_TBT} of {wanted.inst_id} is already subscribed to on this connection")
        self._event({"event": "subscribe", "arg": arg}, request_id)
        if wanted.key not in self._topics:
            self._add(arg, wanted, request_id)

    def _user(self, access: Access) -> User:
        return self._house.office.bank.people.user(access.uid)

    def _add(self, arg: _Json, wanted: Wanted, request_id: str | None) -> None:
        if wanted.spec.kind in TopicKind.UNTIMED:
            self._topics[wanted.key] = None
            return
        if wanted.spec.kind == TopicKind.PRIVATE and self._access is not None:
            self._add_private(arg, wanted, self._user(self._access))
            return
        if wanted.channel == _TBT:
            self._oust(wanted.inst_id, request_id)
        topic = self._house.publisher.subscribe(
            self._connection, self._dialect, wanted.channel, wanted.inst_id, wanted.spec, wanted.args
        )
        self._topics[wanted.key] = topic

    def _add_private(self, arg: _Json, wanted: Wanted, user: User) -> None:
        """Listen to a private channel, unless too many connections of the account do."""
        self._topics[wanted.key] = None
        if wanted.spec.counted:
            count = self._house.holders.join(user.uid, wanted.channel, self)
            if not self._house.holders.holds(user.uid, wanted.channel, self):
                return
            self._tell_count("channel-conn-count", wanted.channel, count)
        known = {name: arg[name] for name in ("channel", *wanted.spec.needs, *wanted.spec.may) if name in arg}
        self._topics[wanted.key] = self._house.office.private.join(self._connection, user, wanted.channel, known)

    def _oust(self, inst_id: str, request_id: str | None) -> None:
        """End what cannot stand beside ``books-l2-tbt`` on one connection."""
        for rival in _RIVALS:
            if self._drop(_book(rival, inst_id)):
                self._error("64004", f"{rival} of {inst_id} ends because of {_TBT}", request_id)

    def _unsubscribe(self, arg: _Json, wanted: Wanted, request_id: str | None) -> None:
        self._drop(self._held_as(wanted))
        self._event({"event": "unsubscribe", "arg": arg}, request_id)

    def _held_as(self, wanted: Wanted) -> _Key:
        """Return under which key a topic is held; one subscribed before a rename ends under its new name."""
        for key, topic in self._topics.items():
            if isinstance(topic, Topic | Board) and key[0] == wanted.channel and topic.present_name == wanted.inst_id:
                return key
        return wanted.key

    def _drop(self, key: _Key) -> bool:
        """End one subscription; tell whether there was one."""
        if key not in self._topics:
            return False
        self._end_topic(self._topics.pop(key))
        if self._access is not None and not any(other[0] == key[0] for other in self._topics):
            self._house.holders.leave(self._access.uid, key[0], self)
        return True

    def _end_topic(self, topic: Topic | Board | Subscription | None) -> None:
        if isinstance(topic, Topic | Board):
            self._house.publisher.unsubscribe(self._connection, topic)
        elif topic is not None:
            self._house.office.private.leave(topic)

    def _tell_count(self, event: str, channel: str, count: int) -> None:
        self._event({"event": event, "channel": channel, "connCount": str(count)}, None)

    def _event(self, event: _Json, request_id: str | None) -> None:
        named = event if request_id is None else {"id": request_id} | event
        self._connection.reply(text_frame(orjson.dumps(named | {"connId": self._connection.conn_id})))

    def _error(self, code: str, msg: str, request_id: str | None) -> None:
        self._house.counters.refuse(code)
        self._event({"event": "error", "msg": msg, "code": code}, request_id)


def _book(channel: str, inst_id: str) -> _Key:
    """Return the key of a subscription to a book."""
    return channel, f"instId={inst_id}"
