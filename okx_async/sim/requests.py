"""What can go wrong with a client's requests: logins and topics refused, acknowledgements late, lost or empty.

The faults stand between the line and its session, so a session need not know of them: what is refused never reaches
it, and of its answers some are held back. A request of which everything is refused therefore costs none of the hourly
budget.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from .frames import payload_of
from .journal import Journal
from .kinds import KINDS, FaultKind, Group
from .op_faults import OpFaults
from .spoil import framed

__all__ = ["Asker", "Line", "RequestFault", "RequestFaults"]

_Key = tuple[str, str]

_LOGIN_CODE = {"v5": 60009, "v3": 30013}
_TOPIC_CODE = {"v5": 60018, "v3": 30040}


class Line(Protocol):
    """A connection that a fault can name and end."""

    @property
    def conn_id(self) -> str:
        """Its id."""
        ...

    @property
    def dialect_name(self) -> str:
        """``v5`` or ``v3``."""
        ...

    @property
    def endpoint(self) -> str:
        """Which socket it opened: ``public``, ``private``, ``business`` or ``v3``."""
        ...

    def reset(self) -> None:
        """Cut the TCP connection with a reset."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Begin to close the connection."""
        ...


class Asker(Line, Protocol):
    """The connection a request came in on."""

    def send(self, wire: bytes) -> None:
        """Queue a frame, whatever happens to replies."""
        ...

    def send_later(self, wire: bytes, seconds: float) -> None:
        """Send a frame after so many seconds, and others meanwhile."""
        ...

    def answer(self, text: str, edit: Callable[[bytes], bytes | None] | None) -> None:
        """Let the session answer a request; ``edit`` may change or swallow each reply."""
        ...

    def silence(self, channel: str, inst_id: str, silent: bool) -> None:
        """Send no data of a topic, or send it again."""
        ...


@dataclass(slots=True, eq=False)
class RequestFault:
    """One planned fault of requests.

    Args:
        kind: What happens.
        channel: Only this channel, in V3 without the product; ``None`` for any.
        inst_id: Only this instrument; ``None`` for any.
        times: How often it fires.
        code: Of a refusal; by default that of a login that failed, or of a topic that does not exist.
        connection: Only the connection with this id; ``None`` for any.
        endpoint: Only connections of this endpoint; ``None`` for any.

    Raises:
        ValueError: The kind does not act on requests, or ``times`` is negative.
    """

    kind: FaultKind | str
    channel: str | None = None
    inst_id: str | None = None
    times: int = 1
    code: int = 0
    connection: str | None = None
    endpoint: str | None = None

    def __post_init__(self) -> None:
        self.kind = kind = FaultKind(self.kind)
        if KINDS[kind].group is not Group.REQUEST:
            raise ValueError(f"{kind} does not act on requests, but on {KINDS[kind].group}")
        if self.times < 0 or self.code < 0:
            raise ValueError("`times` and `code` cannot be negative")

    def matches(self, asker: Asker, channel: str, inst_id: str) -> bool:
        """Tell whether it fires on one part of a request."""
        return (
            self.times > 0
            and self.connection in (None, asker.conn_id)
            and self.endpoint in (None, asker.endpoint)
            and self.channel in (None, channel)
            and self.inst_id in (None, inst_id)
        )


class RequestFaults:
    """The planned faults of requests.

    Args:
        journal: Where they are written down.

    Attributes:
        ops: Faults that wait for operations on orders.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.ops = OpFaults(journal)
        self._planned: list[RequestFault] = []
        self._silenced: set[tuple[str, str, str]] = set()

    @property
    def active(self) -> bool:
        """Whether requests need to be looked at."""
        return bool(self._planned or self._silenced or self.ops.pending)

    @property
    def pending(self) -> int:
        """How many firings are still planned."""
        return sum(fault.times for fault in self._planned) + self.ops.pending

    def add(self, fault: RequestFault) -> RequestFault:
        """Plan a fault and return it."""
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Take back all planned faults."""
        self._planned.clear()
        self.ops.clear()

    def receive(self, asker: Asker, text: str, now: int) -> None:
        """Answer one request, spoiled by whatever fault waits for it."""
        request = _parse(text)
        if request is None:
            self.ops.receive(asker, text, now)
        elif request["op"] == "login":
            self._login(asker, text, request, now)
        else:
            self._topics(asker, request, now)

    def _login(self, asker: Asker, text: str, request: dict[str, Any], now: int) -> None:
        fault = self._hit((FaultKind.REFUSE_LOGIN,), asker, "", "", now)
        if fault is None:
            asker.answer(text, None)
            return
        _refuse(asker, request, fault.code or _LOGIN_CODE[asker.dialect_name], "Login failed.")
        if asker.dialect_name == "v3":
            asker.close(1000, "login failed")

    def _topics(self, asker: Asker, request: dict[str, Any], now: int) -> None:
        whims: dict[_Key, FaultKind] = {}
        left: list[Any] = []
        for arg in request["args"]:
            channel, inst_id = _topic(arg)
            if (asker.conn_id, channel, inst_id) in self._silenced:
                self._silenced.discard((asker.conn_id, channel, inst_id))
                asker.silence(channel, inst_id, False)
            fault = self._hit(_WHIMS, asker, channel, inst_id, now) if request["op"] == "subscribe" else None
            if fault is None:
                left.append(arg)
            elif fault.kind is FaultKind.REFUSE_TOPIC:
                _refuse(asker, request, fault.code or _TOPIC_CODE[asker.dialect_name], f"{_told(arg)} is refused")
            else:
                whims[channel, inst_id] = FaultKind(fault.kind)
                left.append(arg)
        if left:
            self._answer(asker, orjson.dumps(request | {"args": left}).decode(), whims)

    def _answer(self, asker: Asker, text: str, whims: dict[_Key, FaultKind]) -> None:
        late: list[bytes] = []

        def edit(wire: bytes) -> bytes | None:
            key = _acknowledged(asker.dialect_name, wire)
            kind = whims.get(key) if key is not None else None
            if kind is FaultKind.ACK_NO_DATA and key is not None:
                self._silenced.add((asker.conn_id, *key))
                asker.silence(*key, True)
            if kind is FaultKind.DATA_BEFORE_ACK:
                late.append(wire)
            return None if kind in (FaultKind.ACK_NEVER, FaultKind.DATA_BEFORE_ACK) else wire

        asker.answer(text, edit if whims else None)
        for wire in late:
            asker.send(wire)

    def _hit(
        self, kinds: tuple[FaultKind, ...], asker: Asker, channel: str, inst_id: str, now: int
    ) -> RequestFault | None:
        for fault in self._planned:
            if fault.kind in kinds and fault.matches(asker, channel, inst_id):
                fault.times -= 1
                if not fault.times:
                    self._planned.remove(fault)
                self._journal.note(
                    FaultKind(fault.kind),
                    now,
                    connection=asker.conn_id,
                    channel=channel,
                    inst_id=inst_id,
                    detail=str(fault.code or ""),
                )
                return fault
        return None


_WHIMS = (FaultKind.REFUSE_TOPIC, FaultKind.ACK_NEVER, FaultKind.ACK_NO_DATA, FaultKind.DATA_BEFORE_ACK)


def _parse(text: str) -> dict[str, Any] | None:
    """Return a request that faults can act on; whatever else it is, the session has to judge."""
    try:
        request = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(request, dict) or request.get("op") not in ("login", "subscribe", "unsubscribe"):
        return None
    args = request.get("args")
    if not isinstance(args, list) or not args:
        return None
    if request["op"] != "login" and not all(isinstance(arg, str | dict) for arg in args):
        return None
    return request


def _topic(arg: Any) -> _Key:
    """Return channel and instrument of an argument, in V3 the channel without its product."""
    if isinstance(arg, str):
        path, _, inst_id = arg.partition(":")
        return path.partition("/")[2], inst_id
    return str(arg.get("channel", "")), str(arg.get("instId", ""))


def _told(arg: Any) -> str:
    return arg if isinstance(arg, str) else ",".join(f"{key}:{value}" for key, value in arg.items())


def _refuse(asker: Asker, request: dict[str, Any], code: int, message: str) -> None:
    if asker.dialect_name == "v3":
        event: dict[str, Any] = {"event": "error", "message": message, "errorCode": code}
    else:
        event = {"id": request["id"]} if isinstance(request.get("id"), str) else {}
        event |= {"event": "error", "msg": message, "code": str(code), "connId": asker.conn_id}
    asker.send(framed(asker.dialect_name, orjson.dumps(event)))


def _acknowledged(dialect_name: str, wire: bytes) -> _Key | None:
    """Return which topic a reply acknowledges, if it does."""
    payload = payload_of(wire)
    if dialect_name == "v3":
        payload = zlib.decompress(payload, -zlib.MAX_WBITS)
    if not payload.startswith(b"{"):
        return None
    event = orjson.loads(payload)
    if event.get("event") != "subscribe":
        return None
    return _topic(event.get("channel") if dialect_name == "v3" else event.get("arg"))
