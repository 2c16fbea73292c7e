"""What can go wrong on the way to a client, on demand.

A fault waits for the outgoing data messages it matches; replies such as acknowledgements and ``pong`` are never hit.
Each message to each connection is looked at on its own, so with two subscribers a fault of ``times=1`` hits one. At
most one fault hits a message, the one planned first; those behind it do not count that message.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypedDict, Unpack

from .frames import BookUpdate, Message, Row, binary_frame, text_frame

__all__ = ["Fault", "FaultKind", "FaultOptions", "Faults", "FiredFault", "Victim"]


class FaultKind(StrEnum):
    """What a fault does to the message it hits."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    SKIP_SEQUENCE = "skip_sequence"
    WRONG_CRC = "wrong_crc"
    WRONG_LEVEL = "wrong_level"
    GARBLE = "garble"
    RESET_TCP = "reset_tcp"
    STALL = "stall"
    STOP_READING = "stop_reading"


_ON_BOOKS = {FaultKind.SKIP_SEQUENCE, FaultKind.WRONG_CRC, FaultKind.WRONG_LEVEL}


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

    Raises:
        ValueError: ``after`` or ``times`` is negative, or ``action`` is none of the three.
    """

    kind: FaultKind | str
    channel: str | None = None
    inst_id: str | None = None
    after: int = 0
    times: int = 1
    action: str = "update"
    connection: str | None = None
    _seen: dict[str, int] = field(default_factory=dict[str, int], repr=False)

    def __post_init__(self) -> None:
        self.kind = FaultKind(self.kind)
        if self.after < 0 or self.times < 0:
            raise ValueError("`after` and `times` cannot be negative")
        if self.action not in ("update", "snapshot", "any"):
            raise ValueError(f"`action` must be 'update', 'snapshot' or 'any', not {self.action!r}")
        if self.kind is FaultKind.SKIP_SEQUENCE and self.channel in ("depth", "depth_l2_tbt"):
            raise ValueError("V3 books have no sequence numbers to skip")

    def matches(self, victim: Victim, message: Message) -> bool:
        """Tell whether it fires on this message; counts the ones it lets pass."""
        if not self.times or not self._concerns(victim, message):
            return False
        seen = self._seen[victim.conn_id] = self._seen.get(victim.conn_id, 0) + 1
        if seen <= self.after:
            return False
        self.times -= 1
        return True

    def _concerns(self, victim: Victim, message: Message) -> bool:
        if self.connection not in (None, victim.conn_id) or self.channel not in (None, message.channel):
            return False
        if self.inst_id not in (None, message.inst_id):
            return False
        update = message.update
        if update is None:
            return self.kind not in _ON_BOOKS
        if self.action != "any" and update.snapshot != (self.action == "snapshot"):
            return False
        return _possible(FaultKind(self.kind), victim, update)


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


@dataclass(frozen=True, slots=True)
class FiredFault:
    """One fault that happened.

    Args:
        kind: What happened.
        connection: Id of the connection it happened to.
        channel: Of the message it hit.
        inst_id: Of the message it hit.
        ts: Moment the message speaks of, Unix milliseconds.
        seq_id: Of the message, ``None`` where it has none.
    """

    kind: FaultKind
    connection: str
    channel: str
    inst_id: str
    ts: int
    seq_id: int | None


class Victim(Protocol):
    """The connection a fault acts on."""

    @property
    def conn_id(self) -> str:
        """Its id."""
        ...

    @property
    def dialect_name(self) -> str:
        """``v5`` or ``v3``."""
        ...

    def reset(self) -> None:
        """Cut the TCP connection with a reset."""
        ...

    def stall(self) -> None:
        """Neither read nor write any more, and keep the socket open."""
        ...

    def stop_reading(self) -> None:
        """Read no more, and go on writing."""
        ...


class Faults:
    """The planned faults of an exchange and the log of those that fired.

    Every convenience method takes the arguments of `Fault` but its kind, and returns the planned fault.

    Attributes:
        fired: What happened so far, oldest first.
    """

    def __init__(self) -> None:
        self.fired: list[FiredFault] = []
        self._planned: list[Fault] = []
        self._held: dict[tuple[str, str, str], Message] = {}

    @property
    def pending(self) -> int:
        """How many firings are still planned."""
        return sum(fault.times for fault in self._planned)

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
        """Take back all planned faults; the log stays."""
        self._planned.clear()

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

    def stall(self, channel: str | None = None, inst_id: str | None = None, **options: Unpack[FaultOptions]) -> Fault:
        """From this message on neither read nor write, and keep the socket open."""
        return self.add(_fault(FaultKind.STALL, channel, inst_id, options))

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
                seq_id = message.update.seq_id if message.update is not None else None
                fired = FiredFault(kind, victim.conn_id, message.channel, message.inst_id, message.ts, seq_id)
                self.fired.append(fired)
                if not fault.times:
                    self._planned.remove(fault)
                yield from self._spoiled(kind, victim, message)
                break
        else:
            yield message.wire
        if held is not None:
            yield held.wire

    def _spoiled(self, kind: FaultKind, victim: Victim, message: Message) -> Iterator[bytes]:
        match kind:
            case FaultKind.DROP:
                pass
            case FaultKind.DUPLICATE:
                yield from (message.wire, message.wire)
            case FaultKind.REORDER:
                self._held[victim.conn_id, message.channel, message.inst_id] = message
            case FaultKind.GARBLE:
                yield _garbled(victim.dialect_name, message)
            case FaultKind.RESET_TCP:
                victim.reset()
            case FaultKind.STALL:
                victim.stall()
            case FaultKind.STOP_READING:
                victim.stop_reading()
                yield message.wire
            case FaultKind.SKIP_SEQUENCE | FaultKind.WRONG_CRC | FaultKind.WRONG_LEVEL:
                if message.update is None or message.remake is None:
                    raise AssertionError("a fault of books matched a message that is none")
                yield message.remake(_SPOIL[kind](message.update)).wire


def _fault(kind: FaultKind, channel: str | None, inst_id: str | None, options: FaultOptions) -> Fault:
    return Fault(kind, channel, inst_id, **options)


def _skip(update: BookUpdate) -> BookUpdate:
    return replace(update, prev_seq_id=update.prev_seq_id - 1)


def _wrong_crc(update: BookUpdate) -> BookUpdate:
    checksum = (update.checksum or 0) ^ 0x5A5A5A5A
    return replace(update, checksum=checksum or 1)


def _wrong_level(update: BookUpdate) -> BookUpdate:
    asks, bids = list(update.asks), list(update.bids)
    # The best changed level is the likeliest to be inside what the checksum covers.
    rows, at = min(
        ((rows, at) for rows in (asks, bids) for at, row in enumerate(rows) if row[1] != "0"),
        key=lambda place: place[1],
    )
    rows[at] = _larger(rows[at])
    return replace(update, asks=asks, bids=bids)


def _larger(row: Row) -> Row:
    return (row[0], "1" + row[1], row[2], row[3])


_SPOIL = {
    FaultKind.SKIP_SEQUENCE: _skip,
    FaultKind.WRONG_CRC: _wrong_crc,
    FaultKind.WRONG_LEVEL: _wrong_level,
}


def _garbled(dialect_name: str, message: Message) -> bytes:
    half = message.payload[: len(message.payload) // 2]
    if dialect_name == "v5":
        return text_frame(half)
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return binary_frame(packer.compress(half) + packer.flush())
