"""Runs recorded connections through the production path: the same session, routing, decoders and books."""

from __future__ import annotations

import base64
import binascii
import gzip
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from .catalogue import topic_of
from .core.answers import UNREADABLE, decoder_for, list_of, read
from .core.book import OrderBook, Verdict
from .core.channel import Topic
from .core.dialect import Dialect, Push
from .core.drift import unmodelled
from .core.session import Session, Timers, What
from .errors import BadParameter
from .v3.dialect import V3
from .v5.dialect import V5

__all__ = ["Replay", "ReplayReport", "read_recording"]


@dataclass
class ReplayReport:
    """What a replay found.

    Attributes:
        messages: Frames received.
        book_messages: Frames of order book topics.
        crc_verified: Book messages whose checksum was computed and right.
        crc_failed: Book messages whose checksum was computed and wrong.
        crc_absent: Messages of incremental books without a checksum, or with 0.
        seq_verified: Book updates whose sequence was checked and right.
        seq_gaps: Book updates whose sequence was checked and wrong.
        undecoded: Frames that could not be understood.
        unmodelled: Fields that are not declared, by channel; for a channel that is not declared, all of them.
        seconds: How long the replay took.
    """

    messages: int = 0
    book_messages: int = 0
    crc_verified: int = 0
    crc_failed: int = 0
    crc_absent: int = 0
    seq_verified: int = 0
    seq_gaps: int = 0
    undecoded: int = 0
    unmodelled: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether nothing failed: no wrong checksum, no gap, no frame that was not understood."""
        return not (self.crc_failed or self.seq_gaps or self.undecoded)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, as ``okx-async replay --json`` prints it."""
        return asdict(self)


class _Line:
    """One recorded connection."""

    def __init__(self, dialect: Dialect, replay: Replay) -> None:
        self.dialect = dialect
        self.session = Session(dialect, private=False, timers=Timers())
        self.session.opened()
        self._replay = replay
        self._sinks: dict[bytes, Any] = {}
        self._route = dialect.router(self._sinks, self._hear)
        self.now = 0.0

    def sent(self, raw: bytes) -> None:
        """Take a frame the recorded client sent: what it subscribed to is wanted here, too."""
        try:
            frame = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return  # a bare ping
        args = frame.get("args") if isinstance(frame, dict) else None
        for arg in args if isinstance(args, list) else ():
            topic = topic_of(self.dialect.name, arg)
            if topic is None:
                continue
            if frame.get("op") == "subscribe":
                self.session.want(topic)
            elif frame.get("op") == "unsubscribe":
                self.session.unwant(topic)
        self.session.flush(self.now)
        self.session.take()

    def received(self, raw: bytes, now: float) -> None:
        """Take a frame the exchange sent."""
        self.now = now
        self._route(raw, now)

    def _hear(self, raw: bytes, now: float) -> None:
        for news in self.session.hear(raw, now):
            if news.what is What.DATA:
                self._push(news.detail, now)
            elif news.what is What.STRANGE:
                self._replay.report.undecoded += 1
        self.session.take()

    def _push(self, push: Push, now: float) -> None:
        for key, frame in push.parts:
            topic = self.session.topic(key) or self._unasked(frame, key)
            if topic is None:
                self._replay.undeclared(frame, key)
                continue
            sink = self._replay.sink(self, topic)
            if push.key:
                self._sinks[push.key] = sink
            sink(frame, now)

    def _unasked(self, frame: bytes, key: str) -> Topic[Any] | None:
        """Find the topic of a push whose subscribing was not recorded."""
        arg = key if self.dialect.name == "v3" else orjson.loads(frame).get("arg")
        return topic_of(self.dialect.name, arg)


class Replay:
    """Runs recordings and keeps what they built.

    Attributes:
        report: The counts so far.
        books: Every book by connection number and topic, as the last message left it.
    """

    def __init__(self) -> None:
        self.report = ReplayReport()
        self.books: dict[tuple[int, str], OrderBook] = {}
        self._lines = 0
        self._line: _Line | None = None

    def run(self, records: Iterable[dict[str, Any]]) -> ReplayReport:
        """Run one recording: its lines in order; see ``okx-async replay`` for the format."""
        began = time.perf_counter()
        for record in records:
            self._take(record)
        self.report.seconds = round(self.report.seconds + time.perf_counter() - began, 3)
        self._count_books()
        return self.report

    def _take(self, record: dict[str, Any]) -> None:
        kind = record.get("dir")
        if kind == "open" or self._line is None:
            self._lines += 1
            old = "b64" in record or "/v3" in str(record.get("url", "")) or record.get("api") == "v3"
            self._line = _Line(V3() if old else V5(), self)
        if kind == "send":
            self._line.sent(_payload(record))
        elif kind == "recv":
            self._received(self._line, record)

    def _received(self, line: _Line, record: dict[str, Any]) -> None:
        self.report.messages += 1
        raw = _payload(record)
        if "b64" in record:
            try:
                raw = line.dialect.inflate(raw)
            except Exception:
                self.report.undecoded += 1
                return
        line.received(raw, float(record.get("t", 0.0)))

    def sink(self, line: _Line, topic: Topic[Any]) -> Any:
        """Return what takes the pushes of a topic: a book, or the decoder of its rows."""
        if topic.channel.book is None:
            return _Rows(topic, self)
        key = (self._lines, topic.key)
        book = self.books.get(key)
        if book is None:
            form = topic.channel.book
            book = self.books[key] = OrderBook(topic.key, depth=form.depth, incremental=form.incremental)
        return _Book(topic, book, self)

    def note(self, channel: str, names: set[str]) -> None:
        """Note fields that are not declared."""
        if names:
            known = set(self.report.unmodelled.get(channel, ()))
            self.report.unmodelled[channel] = sorted(known | names)

    def undeclared(self, raw: bytes, key: str) -> None:
        """Note a push of a channel that is not declared: it is read, but nothing of it is modelled."""
        rows = orjson.loads(raw).get("data")
        names = {name for row in rows if isinstance(row, dict) for name in row} if isinstance(rows, list) else set()
        self.note(key.split("|")[0].split(":")[0], names)

    def _count_books(self) -> None:
        proofs = [book.proof for book in self.books.values()]
        self.report.crc_verified = sum(proof.crc_verified for proof in proofs)
        self.report.crc_failed = sum(proof.crc_failed for proof in proofs)
        self.report.crc_absent = sum(proof.crc_absent for proof in proofs)
        self.report.seq_verified = sum(proof.seq_verified for proof in proofs)
        self.report.seq_gaps = sum(proof.seq_gaps for proof in proofs)


class _Rows:
    """Decodes the pushes of one topic and looks for fields that are not declared."""

    def __init__(self, topic: Topic[Any], replay: Replay) -> None:
        self._name = topic.name
        self._row = topic.row
        self._decoder = decoder_for(list_of(topic.row))
        self._replay = replay

    def __call__(self, raw: bytes, now: float) -> None:
        try:
            rows = orjson.loads(raw)["data"]
            read(self._decoder, orjson.dumps(rows))
        except UNREADABLE:
            self._replay.report.undecoded += 1
            return
        self._replay.note(self._name, unmodelled(list_of(self._row), rows))


class _Book:
    """Feeds the pushes of one book topic."""

    def __init__(self, topic: Topic[Any], book: OrderBook, replay: Replay) -> None:
        self._topic = topic
        self._book = book
        self._replay = replay

    def __call__(self, raw: bytes, now: float) -> None:
        report = self._replay.report
        report.book_messages += 1
        failed = self._book.proof.crc_failed + self._book.proof.seq_gaps
        verdict = self._book.feed(raw, now)
        if verdict is Verdict.BROKEN and self._book.proof.crc_failed + self._book.proof.seq_gaps == failed:
            report.undecoded += 1
        if verdict is not Verdict.BROKEN:
            self._replay.note(self._topic.name, unmodelled(list_of(self._topic.row), orjson.loads(raw)["data"]))


def _payload(record: dict[str, Any]) -> bytes:
    if "b64" in record:
        try:
            return base64.b64decode(record["b64"], validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise BadParameter("a line of the recording has a 'b64' that is not Base64") from None
    if "text" in record:
        return str(record["text"]).encode()
    if "message" in record:
        return orjson.dumps(record["message"])
    raise BadParameter("a line of the recording has none of 'text', 'b64' and 'message'")


def read_recording(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a recording, plain or gzipped.

    Raises:
        BadParameter: The file cannot be read or is not such a recording; the message names the line.
    """
    file = Path(path)
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rb") as lines:
            for number, line in enumerate(lines, 1):
                yield _record(line, f"{file.name}, line {number}")
    except (OSError, EOFError, zlib.error) as error:
        raise BadParameter(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def _record(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadParameter(f"{where}: not JSON ({error})") from None
    if not isinstance(record, dict) or record.get("dir") not in ("open", "send", "recv"):
        raise BadParameter(f"{where}: not a line of a recording: no 'dir' of open, send or recv")
    return record
