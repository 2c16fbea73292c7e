"""What can go wrong with operations on a socket: lost before or behind it, answered late, twice or vaguely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from .frames import text_frame
from .journal import Journal
from .kinds import KINDS, FaultKind, Group

__all__ = ["OpFault", "OpFaults", "Operator"]


class Operator(Protocol):
    """The connection an operation came in on."""

    @property
    def conn_id(self) -> str:
        """Its id."""
        ...

    @property
    def endpoint(self) -> str:
        """Which socket it opened."""
        ...

    def send(self, wire: bytes) -> None:
        """Queue a frame, whatever happens to replies."""
        ...

    def send_later(self, wire: bytes, seconds: float) -> None:
        """Send a frame after so many seconds, and others meanwhile."""
        ...

    def reset(self) -> None:
        """Cut the TCP connection with a reset."""
        ...

    def answer(self, text: str, edit: Callable[[bytes], bytes | None] | None) -> None:
        """Let the session answer a request; ``edit`` may change or swallow each reply."""
        ...


@dataclass(slots=True, eq=False)
class OpFault:
    """One planned fault of operations.

    Args:
        kind: What happens.
        op: Only this operation, e.g. ``batch-orders``; ``None`` for any.
        times: How often it fires.
        seconds: How late a reply is.
        code: With which code an operation is refused.
        executed: Whether what nobody knows the outcome of was done.
        connection: Only the connection with this id; ``None`` for any.
        endpoint: Only connections of this endpoint; ``None`` for any.

    Raises:
        ValueError: The kind does not act on operations, a number is negative, or a late reply has no ``seconds``.
    """

    kind: FaultKind | str
    op: str | None = None
    times: int = 1
    seconds: float = 0.0
    code: int = 51001
    executed: bool = False
    connection: str | None = None
    endpoint: str | None = None

    def __post_init__(self) -> None:
        self.kind = kind = FaultKind(self.kind)
        if KINDS[kind].group is not Group.OPERATION:
            raise ValueError(f"{kind} does not act on operations, but on {KINDS[kind].group}")
        if self.times < 0 or self.seconds < 0 or self.code < 0:
            raise ValueError("`times`, `seconds` and `code` cannot be negative")
        if kind is FaultKind.OP_REPLY_LATE and not self.seconds:
            raise ValueError("a late reply needs `seconds` above 0")

    def matches(self, operator: Operator, op: str) -> bool:
        """Tell whether it fires on an operation."""
        return (
            self.times > 0
            and self.op in (None, op)
            and self.connection in (None, operator.conn_id)
            and self.endpoint in (None, operator.endpoint)
        )


class OpFaults:
    """The planned faults of operations.

    Args:
        journal: Where they are written down.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._planned: list[OpFault] = []

    @property
    def pending(self) -> int:
        """How many firings are still planned."""
        return sum(fault.times for fault in self._planned)

    def add(self, fault: OpFault) -> OpFault:
        """Plan a fault and return it."""
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Take back all planned faults."""
        self._planned.clear()

    def receive(self, operator: Operator, text: str, now: int) -> None:
        """Answer a frame, spoiled by whatever fault waits for the operation in it."""
        said = _operation(text)
        fault = self._hit(operator, said["op"], now) if said is not None else None
        if said is None or fault is None:
            operator.answer(text, None)
            return
        match fault.kind:
            case FaultKind.OP_LOST:
                pass
            case FaultKind.OP_CUT:
                # Half of a batch has been read and done when the line breaks.
                done = said["args"][: (len(said["args"]) + 1) // 2]
                operator.answer(orjson.dumps(said | {"args": done}).decode(), _swallow)
                operator.reset()
            case FaultKind.OP_REFUSE:
                operator.send(_refusal(said, fault.code))
            case FaultKind.OP_UNKNOWN:
                if fault.executed:
                    operator.answer(text, _swallow)
                operator.send(_reply(said, "50004", "API endpoint request timeout", []))
            case FaultKind.OP_REPLY_LOST:
                operator.answer(text, _swallow)
            case FaultKind.OP_REPLY_TWICE:
                operator.answer(text, lambda wire: wire + wire)
            case _:
                operator.answer(text, _later(operator, fault.seconds))

    def _hit(self, operator: Operator, op: str, now: int) -> OpFault | None:
        for fault in self._planned:
            if fault.matches(operator, op):
                fault.times -= 1
                if not fault.times:
                    self._planned.remove(fault)
                self._journal.note(FaultKind(fault.kind), now, connection=operator.conn_id, detail=op)
                return fault
        return None


def _swallow(_: bytes) -> bytes | None:
    return None


def _later(operator: Operator, seconds: float) -> Callable[[bytes], bytes | None]:
    def edit(wire: bytes) -> bytes | None:
        operator.send_later(wire, seconds)
        return None

    return edit


def _operation(text: str) -> dict[str, Any] | None:
    """Return an operation that faults can act on; whatever else it is, the session has to judge."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("id"), str) or not isinstance(said.get("op"), str):
        return None
    if said["op"] in ("login", "subscribe", "unsubscribe") or not isinstance(said.get("args"), list):
        return None
    return said


def _refusal(said: dict[str, Any], code: int) -> bytes:
    """Refuse every order of an operation, as the exchange refuses its own number of an instrument in demo trading."""
    rows = [
        {"ordId": "", "clOrdId": str(row.get("clOrdId") or ""), "tag": "", "sCode": str(code), "sMsg": "Refused"}
        for row in said["args"]
        if isinstance(row, dict)
    ]
    return _reply(said, "1", "", rows)


def _reply(said: dict[str, Any], code: str, msg: str, rows: list[Any]) -> bytes:
    return text_frame(orjson.dumps({"id": said["id"], "op": said["op"], "code": code, "msg": msg, "data": rows}))
