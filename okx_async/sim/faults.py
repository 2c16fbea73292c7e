"""What can go wrong on the way to a client, on demand.

A fault waits for the outgoing data messages it matches; replies such as acknowledgements and ``pong`` are never hit.
Each message to each connection is looked at on its own, so with two subscribers a fault of ``times=1`` hits one. At
most one fault hits a message, the one planned first; those behind it do not count that message.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypedDict, Unpack

import orjson

from .clock import LoopTime, Timeline
from .frames import BookUpdate, Message
from .journal import FiredFault, Journal
from .kinds import CLOSE_CODES, KINDS, FaultKind, Group
from .requests import Line, RequestFaults
from .rest_faults import RestFaults
from .spoil import NEW_EVENT, SPOILED_BOOKS, can_rewrite, framed, garbled, rewritten

__all__ = ["OUT_OF_ORDER", "Fault", "FaultKind", "FaultOptions", "Faults", "FiredFault", "Victim"]

OUT_OF_ORDER = "out of order"
"""What the journal says of a late message that others overtook."""

_ON_BOOKS = set(SPOILED_BOOKS)
_REWRITING = {FaultKind.UNKNOWN_FIELD, FaultKind.UNKNOWN_ENUM}


@dataclass(slots=True, eq=False)
class Fault:
    """One planned fault.

    Args:
        kind: What happens.
        channel: Only messages of this channel, in V3 without the product; ``None`` for any.
        inst_id: Only messages of this instrument; ``None`` for any.
        after: How many matching messages each connection gets unharmed first.
        times: How often it fires, over all connections together.
        action: Which messages of incremental books match: ``"update"``, ``"snapshot"`` or ``"any"``.
        connection: Only the connection with this id; ``None`` for any.
        endpoint: Only connections of this endpoint: ``public``, ``private``, ``business`` or ``v3``; ``None`` for any.
        seconds: How long a delay or a stall lasts; a stall of 0 never ends.
        keep_order: Whether what comes behind a delayed message waits for it.
        code: With which code the line is closed.
        chance: How likely each matching message is hit, above 0 and up to 1; ``times`` counts those that are.
        seed: Of that chance: the same seed hits the same messages.

    Raises:
        ValueError: The kind does not act on messages, ``after`` or ``times`` is negative, ``action`` is none of the
            three, a delay has no ``seconds``, the exchange never closes with ``code``, or ``chance`` is none.
    """

    kind: FaultKind | str
    channel: str | None = None
    inst_id: str | None = None
    after: int = 0
    times: int = 1
    action: str = "update"
    connection: str | None = None
    endpoint: str | None = None
    seconds: float = 0.0
    keep_order: bool = True
    code: int = 0
    chance: float = 1.0
    seed: int = 0
    _dice: random.Random = field(init=False, repr=False)
    _seen: dict[str, int] = field(default_factory=dict[str, int], repr=False)

    def __post_init__(self) -> None:
        self.kind = kind = FaultKind(self.kind)
        if KINDS[kind].group not in (Group.MESSAGE, Group.LINE):
            raise ValueError(f"{kind} does not act on messages, but on {KINDS[kind].group}")
        if self.after < 0 or self.times < 0:
            raise ValueError("`after` and `times` cannot be negative")
        if self.action not in ("update", "snapshot", "any"):
            raise ValueError(f"`action` must be 'update', 'snapshot' or 'any', not {self.action!r}")
        if self.seconds < 0 or (kind is FaultKind.DELAY and not self.seconds):
            raise ValueError("a delay needs `seconds` above 0, and no time is negative")
        if kind is FaultKind.CLOSE and self.code not in CLOSE_CODES:
            raise ValueError(f"`code` must be one of {', '.join(map(str, CLOSE_CODES))}, not {self.code}")
        if not 0 < self.chance <= 1:
            raise ValueError(f"`chance` must be above 0 and up to 1, not {self.chance}")
        self._dice = random.Random(self.seed)
        if kind is FaultKind.SKIP_SEQUENCE and self.channel in ("depth", "depth_l2_tbt"):
            raise ValueError("V3 books have no sequence numbers to skip")

    def matches(self, victim: Victim, message: Message) -> bool:
        """Tell whether it fires on this message; counts the ones it lets pass."""
        if not self.times or not self._concerns(victim, message):
            return False
        seen = self._seen[victim.conn_id] = self._seen.get(victim.conn_id, 0) + 1
        if seen <= self.after or (self.chance < 1 and self._dice.random() >= self.chance):
            return False
        self.times -= 1
        return True

    def _concerns(self, victim: Victim, message: Message) -> bool:
        if self.connection not in (None, victim.conn_id) or self.channel not in (None, message.channel):
            return False
        if self.inst_id not in (None, message.inst_id) or self.endpoint not in (None, victim.endpoint):
            return False
        kind, update = FaultKind(self.kind), message.update
        if kind in _REWRITING and not can_rewrite(kind, message):
            return False
        if update is None:
            return kind not in _ON_BOOKS
        if self.action != "any" and update.snapshot != (self.action == "snapshot"):
            return False
        return _possible(kind, victim, update)


def _possible(kind: FaultKind, victim: Victim, update: BookUpdate) -> bool:
    if kind is FaultKind.SKIP_SEQUENCE:
        return victim.dialect_name == "v5" and not update.snapshot
    if kind is FaultKind.WRONG_CRC:
        return update.checksum is not None
    if kind is FaultKind.WRONG_LEVEL:
        return any(row[1] != "0" for row in update.bids + update.asks)
    return True


class FaultOptions(TypedDict, total=False):
    """The arguments of `Fault` that every convenience method of `Faults` takes by name."""

    after: int
    times: int
    action: str
    connection: str | None
    endpoint: str | None
    chance: float
    seed: int


class Victim(Line, Protocol):
    """The connection a fault acts on."""

    def half_open(self) -> None:
        """Neither read nor write any more, and keep the socket open."""
        ...

    def stall(self, seconds: float) -> None:
        """Neither read nor write for a while; 0 is for ever."""
        ...

    def hold_back(self, seconds: float) -> None:
        """Send nothing that comes from now on before so many seconds have passed."""
        ...

    def send_later(self, wire: bytes, seconds: float) -> None:
        """Send a frame after so many seconds, and others meanwhile."""
        ...

    def stop_reading(self) -> None:
        """Read no more, and go on writing."""
        ...


class Faults:
    """The planned faults of an exchange and the log of those that fired.

    Every convenience method takes the arguments of `Fault` but its kind, and returns the planned fault.

    Args:
        timeline: The simulator's clock.

    Attributes:
        journal: Every fault that was done, of every kind.
        requests: Faults that wait for logins and subscriptions.
        rest: Faults that wait for HTTP requests.
    """

    def __init__(self, timeline: Timeline | None = None) -> None:
        self.journal = Journal(timeline if timeline is not None else LoopTime())
        self.requests = RequestFaults(self.journal)
        self.rest = RestFaults(self.journal)
        self._planned: list[Fault] = []
        self._held: dict[tuple[str, str, str], Message] = {}

    @property
    def done(self) -> list[FiredFault]:
        """What happened so far, oldest first."""
        return self.journal.done

    @property
    def fired(self) -> list[FiredFault]:
        """The same as ``done``."""
        return self.journal.done

    @property
    def pending(self) -> int:
        """How many firings are still planned, of every kind."""
        return sum(fault.times for fault in self._planned) + self.requests.pending + self.rest.pending

    @property
    def active(self) -> bool:
        """Whether outgoing messages need to be looked at."""
        return bool(self._planned or self._held)

    def add(self, fault: Fault) -> Fault:
        """Plan a fault and return it."""
        self._planned.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take back a planned fault; one that is not planned any more is no error."""
        if fault in self._planned:
            self._planned.remove(fault)

    def clear(self) -> None:
        """Take back all planned faults, of every kind; the log stays."""
        self._planned.clear()
        self.requests.clear()
        self.rest.clear()

    def forget(self, conn_id: str) -> None:
        """Drop what is held back for a connection that is gone."""
        for key in [key for key in self._held if key[0] == conn_id]:
            del self._held[key]

    def drop(self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]) -> Fault:
        """Swallow a message."""
        return self.add(_fault(FaultKind.DROP, channel, inst_id, options))

    def duplicate(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send a message twice."""
        return self.add(_fault(FaultKind.DUPLICATE, channel, inst_id, options))

    def reorder(self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]) -> Fault:
        """Send a message after the next one of the same channel and instrument."""
        return self.add(_fault(FaultKind.REORDER, channel, inst_id, options))

    def skip_sequence(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send an update whose prevSeqId is not the seqId before it; V5 only."""
        return self.add(_fault(FaultKind.SKIP_SEQUENCE, channel, inst_id, options))

    def wrong_crc(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send a wrong checksum with a right book."""
        return self.add(_fault(FaultKind.WRONG_CRC, channel, inst_id, options))

    def wrong_level(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send a wrong size, best price first, with the sequence and checksum of the right book."""
        return self.add(_fault(FaultKind.WRONG_LEVEL, channel, inst_id, options))

    def garble(self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]) -> Fault:
        """Send only the first half of a message's text, in a frame that is whole."""
        return self.add(_fault(FaultKind.GARBLE, channel, inst_id, options))

    def reset_tcp(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Cut the connection with a TCP reset instead of sending a message."""
        return self.add(_fault(FaultKind.RESET_TCP, channel, inst_id, options))

    def delay(
        self,
        channel: str | None = None,
        inst_id: str | None = None,
        *,
        seconds: float,
        keep_order: bool = True,
        **options: Unpack[FaultOptions],
    ) -> Fault:
        """Send a message ``seconds`` late; what comes behind it waits too, unless ``keep_order`` is false."""
        return self.add(Fault(FaultKind.DELAY, channel, inst_id, **options, seconds=seconds, keep_order=keep_order))

    def close(
        self, channel: str | None = None, inst_id: str | None = None, *, code: int, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Close the connection with a code instead of sending a message; 1006 is an end without a close frame."""
        return self.add(Fault(FaultKind.CLOSE, channel, inst_id, **options, code=code))

    def stall(
        self,
        channel: str | None = None,
        inst_id: str | None = None,
        *,
        seconds: float = 0.0,
        **options: Unpack[FaultOptions],
    ) -> Fault:
        """From this message on neither read nor write for so many seconds, then catch up; 0 is for ever."""
        return self.add(Fault(FaultKind.STALL, channel, inst_id, **options, seconds=seconds))

    def half_open(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """From this message on answer nothing, close nothing, and keep the socket open."""
        return self.add(_fault(FaultKind.HALF_OPEN, channel, inst_id, options))

    def unknown_field(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send a message whose rows have a field that no document knows."""
        return self.add(_fault(FaultKind.UNKNOWN_FIELD, channel, inst_id, options))

    def unknown_enum(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send a message whose side, type or state is a word that no document knows."""
        return self.add(_fault(FaultKind.UNKNOWN_ENUM, channel, inst_id, options))

    def unknown_event(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """Send an event that no document knows before a message."""
        return self.add(_fault(FaultKind.UNKNOWN_EVENT, channel, inst_id, options))

    def stop_reading(
        self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]
    ) -> Fault:
        """From this message on read no more, and go on pushing."""
        return self.add(_fault(FaultKind.STOP_READING, channel, inst_id, options))

    def apply(self, victim: Victim, message: Message) -> Iterator[bytes]:
        """Return the frames to send instead of a message, oldest first."""
        held = self._held.pop((victim.conn_id, message.channel, message.inst_id), None)
        for fault in self._planned:
            if fault.matches(victim, message):
                kind = FaultKind(fault.kind)
                self.journal.note(
                    kind,
                    message.ts,
                    connection=victim.conn_id,
                    channel=message.channel,
                    inst_id=message.inst_id,
                    seq_id=message.update.seq_id if message.update is not None else None,
                    detail="" if fault.keep_order and not fault.code else str(fault.code or OUT_OF_ORDER),
                )
                if not fault.times:
                    self._planned.remove(fault)
                yield from self._spoiled(kind, fault, victim, message)
                break
        else:
            yield message.wire
        if held is not None:
            yield held.wire

    def _spoiled(self, kind: FaultKind, fault: Fault, victim: Victim, message: Message) -> Iterator[bytes]:
        match kind:
            case FaultKind.DROP:
                pass
            case FaultKind.DUPLICATE:
                yield from (message.wire, message.wire)
            case FaultKind.REORDER:
                self._held[victim.conn_id, message.channel, message.inst_id] = message
            case FaultKind.GARBLE:
                yield garbled(victim.dialect_name, message)
            case FaultKind.RESET_TCP:
                victim.reset()
            case FaultKind.STALL:
                victim.stall(fault.seconds)
                if fault.seconds:
                    yield message.wire
            case FaultKind.HALF_OPEN:
                victim.half_open()
            case FaultKind.CLOSE:
                victim.close(fault.code, "simulated")
            case FaultKind.DELAY:
                if fault.keep_order:
                    victim.hold_back(fault.seconds)
                    yield message.wire
                else:
                    victim.send_later(message.wire, fault.seconds)
            case FaultKind.UNKNOWN_FIELD | FaultKind.UNKNOWN_ENUM:
                yield rewritten(kind, victim.dialect_name, message)
            case FaultKind.UNKNOWN_EVENT:
                yield framed(victim.dialect_name, orjson.dumps({"event": NEW_EVENT, "connId": victim.conn_id}))
                yield message.wire
            case FaultKind.STOP_READING:
                victim.stop_reading()
                yield message.wire
            case _:
                if message.update is None or message.remake is None:
                    raise AssertionError("a fault of books matched a message that is none")
                yield message.remake(SPOILED_BOOKS[kind](message.update)).wire


def _fault(kind: FaultKind, channel: str | None, inst_id: str | None, options: FaultOptions) -> Fault:
    return Fault(kind, channel, inst_id, **options)
