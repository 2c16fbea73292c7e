"""The order book: raw frames of one topic in, a market that can be vouched for out.

The rules are those of both protocol.md: V5 "Order book" (sequence rules, checksum) and V3 "Depth channels and the
checksum". Sequence decides wherever the exchange sends one; the CRC32 is checked whenever it sends one that is not 0.
A failed guard invalidates first. Then whoever feeds the book recovers it: a new snapshot is the only way back.
"""

from __future__ import annotations

import enum
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ..errors import BookNotLive
from .bookframe import UNREADABLE, Frame, Picture, as_json, mended, no_rows, read_any, read_flat, read_rows
from .bookview import BookReads, BookSnapshot
from .ladder import AnyLadder, Row, flat, joined, ladders

__all__ = ["BookProof", "BookState", "OrderBook", "Verdict", "book_checksum"]

CHECKSUM_LEVELS = 25
SNAPSHOTS = frozenset(("snapshot", "partial"))
#: CRC mismatches in spite of an unbroken sequence that are still answered by a resync; see `OrderBook._outweighed`.
CRC_PATIENCE = 5
#: So many matches in a row give the patience back.
CRC_TRUST = 500


class BookState(enum.Enum):
    """Whether a book can be read."""

    SYNCING = "SYNCING"
    """Waiting for a snapshot."""
    LIVE = "LIVE"
    """Every guard the exchange provides has held since the last snapshot."""
    STALE = "STALE"
    """The line is lost or silent for too long: right once, unknown now."""
    BROKEN = "BROKEN"
    """A guard failed: a message was lost, changed or cannot be read."""


class Verdict(enum.Enum):
    """What became of one frame."""

    SNAPSHOT = "snapshot"
    UPDATE = "update"
    HEARTBEAT = "heartbeat"
    """Nothing changed; the sequence was confirmed."""
    IGNORED = "ignored"
    """An update before the snapshot, or after a guard failed: it must not be applied."""
    BROKEN = "broken"
    """A guard failed on this frame; the book is no longer LIVE."""
    AHEAD = "ahead"
    """`offer` only: the connection it came over has lost a message; the book is as it was."""


_UPDATE = Verdict.UPDATE  # by far the commonest: one name to look up, not two


@dataclass(frozen=True, slots=True)
class BookProof:
    """What vouches for a book at this moment.

    Attributes:
        source: The topic the book is built from.
        state: See `BookState`.
        cause: Why it is not LIVE, ``""`` when it is.
        guards: Which guards are active: ``sequence``, ``checksum``, both or none.
        vouched: How many levels a side the active guards cover: the whole depth with ``sequence``, the best 25
            with ``checksum`` alone, 0 without a guard.
        seq_id: Last applied sequence id, ``None`` when the channel has none.
        chain: Messages applied since the snapshot in an unbroken chain, the snapshot included.
        snapshots: Snapshots ever applied.
        updates: Updates ever applied.
        heartbeats: Messages that only confirmed the sequence.
        resets: Legal sequence resets (after maintenance).
        seq_verified: Updates whose sequence was checked and right.
        seq_gaps: Updates whose sequence was checked and wrong.
        crc_verified: Messages whose checksum was computed and right.
        crc_failed: Messages whose checksum was computed and wrong.
        crc_absent: Messages of an incremental book without a checksum, or with 0.
        crc_distrusted: Whether checksums are no longer obeyed because they failed in spite of a right sequence.
        ignored: Updates that came before a snapshot or after a failed guard.
        audits: REST audits passed.
        last_audit: Sequence id of the last audit passed, ``None`` before the first.
    """

    source: str
    state: BookState
    cause: str
    guards: tuple[str, ...]
    vouched: int
    seq_id: int | None
    chain: int
    snapshots: int
    updates: int
    heartbeats: int
    resets: int
    seq_verified: int
    seq_gaps: int
    crc_verified: int
    crc_failed: int
    crc_absent: int
    crc_distrusted: bool
    ignored: int
    audits: int
    last_audit: int | None


class OrderBook(BookReads):
    """A book of one instrument, usable without any network.

    Feed it the raw frames of one topic, V5 or V3, incremental or full pictures; then read it. Reading a book that
    is not LIVE raises `BookNotLive`; `unverified` reads it all the same.

    Args:
        topic: How errors call it, e.g. ``books:BTC-USDT``.
        depth: Levels a side the channel carries; what falls out of that window is forgotten, because its changes
            are not told any more.
        incremental: Whether the channel sends a snapshot and then changes, so that a frame must say which it is;
            ``None`` takes a frame that does not say for a full picture.
        whole_rows: Whether every column is kept, e.g. the number of orders, rather than price and size alone.

    Attributes:
        seq_id: Sequence id of the last applied message, ``None`` when the channel has none.
        received: The ``now`` of the last applied message, ``0.0`` before the first.
        cause: Why the book is not LIVE, ``""`` when it is.
        crc_text: What the latest checksum that did not match was reckoned from, ``""`` before the first: to be held
            against another client's.
    """

    __slots__ = (
        "_asks",
        "_bids",
        "_chain",
        "_checksum",
        "_counts",
        "_crc_failed_since",
        "_crc_verified_then",
        "_flat",
        "_form",
        "_incremental",
        "_read",
        "_state",
        "_time",
        "cause",
        "crc_distrusted",
        "crc_text",
        "depth",
        "last_audit",
        "received",
        "seq_id",
        "topic",
    )

    def __init__(
        self, topic: str = "", *, depth: int = 400, incremental: bool | None = None, whole_rows: bool = False
    ) -> None:
        self.topic = topic
        self._form = incremental
        self.depth = depth
        self.cause = "no snapshot yet"
        self.seq_id: int | None = None
        self.received = 0.0
        self.crc_distrusted = False
        self.crc_text = ""
        self.last_audit: int | None = None
        self._bids, self._asks = ladders(whole=whole_rows)
        self._flat = flat(self._bids)
        self._read: Any = read_flat if self._flat else read_rows
        self._state = BookState.SYNCING
        self._time = ""
        self._chain = 0
        self._incremental = True
        self._checksum: int | None = None
        self._crc_verified_then = 0
        self._crc_failed_since = 0
        self._counts = _Counts()

    # -- state

    @property
    def inst_id(self) -> str:
        """The instrument, as far as the topic names it."""
        return self.topic.rpartition(":")[2]

    @property
    def state(self) -> BookState:
        """Whether the book can be read."""
        return self._state

    @property
    def live(self) -> bool:
        """Whether every guard has held since the last snapshot."""
        return self._state is BookState.LIVE

    @property
    def ts(self) -> int | None:
        """The exchange's time of the last applied message in Unix milliseconds, ``None`` before the first."""
        return _ms(self._time)

    def age(self, now: float) -> float:
        """Return the seconds since the last applied message, on the clock that `feed` was given."""
        return now - self.received

    @property
    def proof(self) -> BookProof:
        """What vouches for the book at this moment."""
        counts = self._counts
        guards = self._guards()
        return BookProof(
            source=self.topic,
            state=self._state,
            cause=self.cause,
            guards=guards,
            vouched=self.depth if "sequence" in guards else CHECKSUM_LEVELS if guards else 0,
            seq_id=self.seq_id,
            chain=self._chain,
            snapshots=counts.snapshots,
            updates=counts.updates,
            heartbeats=counts.heartbeats,
            resets=counts.resets,
            seq_verified=counts.seq_verified,
            seq_gaps=counts.seq_gaps,
            crc_verified=counts.crc_verified,
            crc_failed=counts.crc_failed,
            crc_absent=counts.crc_absent,
            crc_distrusted=self.crc_distrusted,
            ignored=counts.ignored,
            audits=counts.audits,
            last_audit=self.last_audit,
        )

    def invalidate(self, state: BookState, cause: str) -> None:
        """Stop serving the book: the line was lost, it fell silent, or an audit failed."""
        self._state = state
        self.cause = cause
        self._chain = 0

    def audited(self, seq_id: int) -> None:
        """Note that the book equalled the exchange's REST book at ``seq_id``."""
        self.last_audit = seq_id
        self._counts.audits += 1

    def adopt(self, other: OrderBook) -> None:
        """Go on from where another book of the same topic stands: it was fed by the connection that replaces this one.

        The other book must not be used any more.
        """
        for name in ("_bids", "_asks", "_flat", "_read", "_incremental", "_checksum", "_chain", "_state", "_time"):
            setattr(self, name, getattr(other, name))
        self.seq_id, self.received, self.cause = other.seq_id, other.received, other.cause
        self._counts.add(other._counts)

    # -- joining a picture from elsewhere

    def rebuild(self, bids: Sequence[Row], asks: Sequence[Row], seq_id: int) -> None:
        """Start from a picture that did not come from the stream: the exchange's REST book at ``seq_id``."""
        self._bids.clear()
        self._asks.clear()
        self._bids.apply(as_json(bids) if self._flat else bids, self.depth)
        self._asks.apply(as_json(asks) if self._flat else asks, self.depth)
        self.seq_id = seq_id
        self._chain = 1
        self._state = BookState.LIVE
        self.cause = ""

    def join(self, raw: bytes) -> Verdict:
        """Apply one update of the stream behind a REST picture.

        Updates at or before the picture are skipped. The first one behind it must reach back to it
        (``prevSeqId <= seqId of the picture < seqId``), the others must follow in chain.
        """
        try:
            frame = self._read(raw)
        except UNREADABLE:
            frame = self._read_any(raw)
            if frame is None:
                return self._broken("a frame cannot be read as a book")
        for picture in frame.data:
            seq_id, before, here = picture.seq_id, picture.prev_seq_id, self.seq_id
            if seq_id is None or before is None or here is None:
                return self._broken("no sequence ids to join by")
            if seq_id <= here:
                continue
            if before > here or (before < here and self._chain > 1):
                return self._gap("a message is missing", picture)
            if not self._apply(picture):
                return Verdict.BROKEN
        return Verdict.UPDATE

    # -- reading

    def snapshot(self, n: int | None = None) -> BookSnapshot:
        """Return a frozen picture of the ``n`` best levels (all without ``n``).

        Raises:
            BookNotLive: The book cannot be vouched for.
        """
        self._check()
        return self._freeze(n)

    @property
    def unverified(self) -> BookSnapshot:
        """What is there, without any guarantee: a frozen picture that never raises."""
        return self._freeze(None)

    def _freeze(self, n: int | None) -> BookSnapshot:
        return BookSnapshot(
            self.topic,
            self.seq_id,
            self.ts,
            self.live,
            tuple(self._bids.top(n)),
            tuple(self._asks.top(n)),
        )

    def _rows(self, side: Literal["bids", "asks"]) -> Iterator[Row]:
        self._check()
        ladder = self._bids if side == "bids" else self._asks
        return iter(ladder.top())

    def _check(self) -> None:
        if self._state is not BookState.LIVE:
            raise BookNotLive(self.topic, self._state.value, self.cause)

    # -- feeding

    def feed(self, raw: bytes, now: float = 0.0) -> Verdict:
        """Take one raw frame.

        Args:
            raw: A data frame of this topic: V5 as received, V3 after inflating.
            now: Any clock in seconds; kept as `received` for `age`.

        Returns:
            What became of it. `Verdict.BROKEN` means: ask for a new snapshot.
        """
        try:
            frame = self._read(raw)
        except UNREADABLE:
            frame = self._read_any(raw)
            if frame is None:
                return self._broken("a frame cannot be read as a book")
        verdict = Verdict.IGNORED
        update = frame.action == "update"
        for picture in frame.data:
            verdict = self._update(picture) if update else self._replace(frame.action, picture)
            if verdict is Verdict.BROKEN:
                break  # what follows cannot be applied, and must not hide the failure
        self.received = now
        return verdict

    def offer(self, raw: bytes, now: float = 0.0) -> Verdict:
        """Take one raw frame of one of several connections that carry this topic: the first to bring a message wins.

        The sequence ids are the same on all connections (V5 protocol.md, "Sequence rules"), so a message that was
        applied already is told by its id, and a connection that lost one by the id its next message follows.

        Returns:
            As `feed`; `Verdict.IGNORED` for what another connection brought before; `Verdict.AHEAD` when this
            connection needs a new subscription while the others go on.
        """
        try:
            frame = self._read(raw)
        except UNREADABLE:
            return self.feed(raw, now)
        last = self.seq_id
        if self._state is BookState.LIVE and last is not None and len(frame.data) == 1:
            picture = frame.data[0]
            seq_id, before = picture.seq_id, picture.prev_seq_id
            if frame.action == "":
                # Full pictures: the newest wins, and after a legal reset its id is the lower one.
                if seq_id == last or picture.ts < self._time:
                    return Verdict.IGNORED
            elif frame.action != "update":
                if seq_id is not None and seq_id <= last:
                    return Verdict.IGNORED
            elif before != last and seq_id is not None:
                return Verdict.IGNORED if seq_id <= last else Verdict.AHEAD
        return self.feed(raw, now)

    def _read_any(self, raw: bytes) -> Frame | None:
        """Read a frame whose rows have another shape than the usual, and remember that they do; or one whose other
        values have."""
        read = self._read if self._flat else read_any
        frame = None if self._flat else _tried(read, raw)  # a flat ladder's reader is the one that has failed
        if frame is None and (told := mended(raw)) is not None:
            frame = _tried(read, told)
        if frame is not None:
            self._read = read
        return frame

    def _replace(self, action: str, picture: Picture) -> Verdict:
        """Begin anew: a snapshot always replaces, and so does every full picture."""
        if action not in SNAPSHOTS and (action or self._form):
            return self._broken(f"the action {action!r} is not known")
        self._incremental = action != ""
        self._bids.clear()
        self._asks.clear()
        self._chain = 0
        if not self._apply(picture):
            return Verdict.BROKEN
        self._counts.snapshots += 1
        self._state = BookState.LIVE
        self.cause = ""
        return Verdict.SNAPSHOT

    def _update(self, picture: Picture) -> Verdict:
        """Apply changes when, and only when, they follow what is there without a gap."""
        counts = self._counts
        if self._state is not BookState.LIVE:
            counts.ignored += 1
            return Verdict.IGNORED
        last, seq_id = self.seq_id, picture.seq_id
        if last is not None:
            # Missing, 0 and -1 are three different things: only the very last id may stand here.
            if picture.prev_seq_id != last or seq_id is None:
                return self._gap("a message is missing", picture)
            counts.seq_verified += 1
        elif picture.prev_seq_id is not None:
            # Before 2022 on V5, and always on V3, no ids are sent: the checksum is the only guard. But a chain
            # cannot begin in mid-stream.
            return self._gap("the chain began in mid-stream", picture)
        if not self._apply(picture):
            return Verdict.BROKEN
        if last is not None and seq_id is not None and seq_id <= last:
            if seq_id == last and no_rows(picture.bids) and no_rows(picture.asks):
                counts.heartbeats += 1
                return Verdict.HEARTBEAT
            counts.resets += seq_id < last
        counts.updates += 1
        return _UPDATE

    def _apply(self, picture: Picture) -> bool:
        """Apply the levels and check the result; False when the book broke over it."""
        bids, asks = self._bids, self._asks
        try:
            bids.apply(picture.bids, self.depth)
            asks.apply(picture.asks, self.depth)
        except (ValueError, ArithmeticError, IndexError):
            self._broken("a level is not a price and a size")
            return False
        self.seq_id = picture.seq_id
        if self._incremental:
            counts = self._counts
            self._checksum = sent = picture.checksum
            if sent:
                if sent == book_checksum(bids, asks):
                    counts.crc_verified += 1
                elif not self._outweighed(picture):
                    self._broken(f"checksum {sent} does not match the book")
                    return False
            elif len(bids) or len(asks) or sent is None:
                # The live exchange has sent 0 since 2026-06-23: "not provided", and no error.
                counts.crc_absent += 1
            else:
                counts.crc_verified += 1  # an empty book's checksum really is 0
        self._time = picture.ts or picture.timestamp or self._time
        self._chain += 1
        return True

    def _gap(self, what: str, picture: Picture) -> Verdict:
        self._counts.seq_gaps += 1
        return self._broken(f"{what}: prevSeqId {picture.prev_seq_id} after seqId {self.seq_id}")

    def _broken(self, cause: str) -> Verdict:
        self.invalidate(BookState.BROKEN, cause)
        return Verdict.BROKEN

    # -- checksum

    def _outweighed(self, picture: Picture) -> bool:
        """Note a mismatch, and decide whether it is the checksum's fault rather than the book's.

        With an unbroken sequence a mismatch means a local bug or a change of format (protocol.md, "Checksum: what
        to do in 2026"): resync once; when it repeats without a single match, or keeps coming back, stop obeying
        checksums, because resyncing for ever would spend the control budget and never help. Without a sequence the
        checksum is the only guard, and it is always obeyed.
        """
        counts = self._counts
        counts.crc_failed += 1
        if not self.crc_distrusted:
            self.crc_text = joined(self._bids, self._asks, CHECKSUM_LEVELS).decode()
        matches = counts.crc_verified - self._crc_verified_then
        self._crc_verified_then = counts.crc_verified
        self._crc_failed_since = 1 if matches >= CRC_TRUST else self._crc_failed_since + 1
        if picture.seq_id is None:
            return False
        repeated = self._crc_failed_since > 1 and not matches
        self.crc_distrusted = self.crc_distrusted or repeated or self._crc_failed_since > CRC_PATIENCE
        return self.crc_distrusted

    def _guards(self) -> tuple[str, ...]:
        sequence = ("sequence",) if self.seq_id is not None and self._incremental else ()
        checksum = ("checksum",) if self._checksum and not self.crc_distrusted else ()
        return sequence + checksum


def book_checksum(bids: AnyLadder, asks: AnyLadder) -> int:
    """Return the signed CRC32 of the 25 best levels, as both dialects define it.

    Bid price, bid size, ask price, ask size, level by level, joined by ``:``; where one side is shorter the other
    goes on alone. Always over the exchange's own texts.
    """
    crc = zlib.crc32(joined(bids, asks, CHECKSUM_LEVELS))
    return crc - 0x1_0000_0000 if crc & 0x8000_0000 else crc


class _Counts:
    __slots__ = (
        "audits",
        "crc_absent",
        "crc_failed",
        "crc_verified",
        "heartbeats",
        "ignored",
        "resets",
        "seq_gaps",
        "seq_verified",
        "snapshots",
        "updates",
    )

    def __init__(self) -> None:
        for name in self.__slots__:
            setattr(self, name, 0)

    def add(self, other: _Counts) -> None:
        """Count what another book counted, too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    audits: int
    crc_absent: int
    crc_failed: int
    crc_verified: int
    heartbeats: int
    ignored: int
    resets: int
    seq_gaps: int
    seq_verified: int
    snapshots: int
    updates: int


def _tried(read: Callable[[bytes], Any], raw: bytes) -> Frame | None:
    """Return a frame as a reader reads it, ``None`` when it cannot."""
    try:
        frame: Frame = read(raw)
    except UNREADABLE:
        return None
    return frame


def _ms(text: str) -> int | None:
    """Read a time of either dialect: Unix milliseconds or ISO 8601; ``None`` for what is neither."""
    try:
        return int(text) if text.isdecimal() else round(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
