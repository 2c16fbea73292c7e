"""One wire subscription and everybody who listens to it: rows to streams, frames to a book."""

from __future__ import annotations

import contextlib
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import lru_cache
from math import inf
from typing import Any, Protocol

import msgspec
import orjson

from ..core.answers import UNREADABLE, build, decoder_for, list_of, read
from ..core.channel import Topic
from ..core.drift import Drift, unmodelled
from ..errors import OkxError
from .events import Gap, Stale, StreamEvent
from .observer import Observer
from .stream import Policy

__all__ = ["Carried", "Hub", "Keeper", "Line", "Listener", "ProbedLine"]

_log = logging.getLogger("okx_async.net.hub")

#: Silences in a row, of a channel that is never silent, that are answered by subscribing anew; then by a new line.
PATIENCE = 2


@lru_cache(maxsize=1024)
def _decoder(row: Any) -> msgspec.json.Decoder[Any]:
    """Return the decoder of a push: only ``data`` is named, so nothing else is built."""
    push = msgspec.defstruct("Push", [("data", list_of(row))])
    return msgspec.json.Decoder(push, strict=False, dec_hook=build)


class _Rows(msgspec.Struct):
    """A push whose rows are not looked into."""

    data: list[msgspec.Raw] = []


_rows_of = msgspec.json.Decoder(_Rows)


def _readable(row: Any, raw: bytes) -> list[Any]:
    """Return those rows of a push that can be read where others cannot."""
    found: list[Any] = []
    with contextlib.suppress(*UNREADABLE):
        for each in _rows_of.decode(raw).data:
            with contextlib.suppress(*UNREADABLE):
                found.append(read(decoder_for(row), bytes(each)))
    return found


class Line(Protocol):
    """What a hub's listeners may ask of the connection that carries it."""

    def resync(self, topic: Topic[Any], delay: float) -> bool:
        """Recover one topic; False when that is under way already."""
        ...

    def restart(self, cause: str) -> None:
        """Replace the connection."""
        ...

    def hold(self, on: bool) -> None:
        """Stop reading, or go on."""
        ...


class ProbedLine(Line, Protocol):
    """A single connection: of one that carries a topic alone it can be told what has been read of it."""

    def probe(self) -> int:
        """Send a ping."""
        ...

    def answered(self, probe: int) -> bool:
        """Tell whether a ping was answered: everything the exchange sent before has been read."""
        ...


class Listener(Protocol):
    """What takes a topic's rows: a stream, or something before it."""

    policy: Policy

    def push(self, item: Any) -> None:
        """Take one row."""
        ...

    def gap(self, gap: Gap) -> None:
        """Take word that rows are missing before the next one."""
        ...

    def event(self, event: StreamEvent) -> None:
        """Take any other news."""
        ...

    def fail(self, error: OkxError) -> None:
        """End with an error."""
        ...

    def end(self) -> None:
        """End without an error: nothing comes any more."""
        ...


class Keeper(Protocol):
    """A listener that takes whole frames and follows the subscription's life: the keeper of a book."""

    def take(self, raw: bytes, now: float) -> None:
        """Take one frame."""
        ...

    @property
    def listeners(self) -> int:
        """How many streams listen."""
        ...

    def tick(self, now: float) -> None:
        """Let time pass."""
        ...

    def granted(self, now: float) -> None:
        """The subscription is live."""
        ...

    def interrupted(self, cause: str) -> None:
        """The subscription is no longer live."""
        ...

    def fail(self, error: OkxError) -> None:
        """The subscription was refused."""
        ...

    def end(self) -> None:
        """The client is closing."""
        ...


class Carried(ABC):
    """What a connection carries for one argument: takes its pushes and follows the subscription's life."""

    topic: Topic[Any]

    @property
    @abstractmethod
    def hub(self) -> Hub:
        """The listeners behind it."""

    @abstractmethod
    def first(self, raw: bytes) -> None:
        """Look at the first push of a channel on a connection."""

    @abstractmethod
    def sink(self, raw: bytes, now: float) -> None:
        """Take one push: from inside the reader, so it never waits and never raises."""

    @abstractmethod
    def granted(self, now: float) -> None:
        """The topic is live."""

    @abstractmethod
    def left(self) -> None:
        """The topic was unsubscribed, to be subscribed anew."""

    @abstractmethod
    def interrupted(self, since: float, cause: str) -> None:
        """The line is lost; everything up to ``since`` (local Unix time) was received."""

    @abstractmethod
    def tick(self, now: float) -> None:
        """Let time pass."""

    @abstractmethod
    def fail(self, error: OkxError) -> None:
        """The exchange refused the topic, or the connection for good."""

    @abstractmethod
    def end(self) -> None:
        """The client is closing."""


class Hub(Carried):
    """The listeners of one topic.

    Args:
        topic: What is subscribed.
        link: The connection that carries it.
        drift: Where unmodelled fields are counted.
        observer: Whom to tell of gaps.
        apart: Whether it has a connection that may stand still for a slow consumer.

    Attributes:
        undecoded: Pushes that could not be read as the declared rows.
        live_since: Local Unix time of the last ack, 0.0 while not live.
        whole: Whether the first push, where it comes in pages, has come whole.
        heard: When the last push came, on the loop's clock; 0.0 before the first.
        holds: How many streams want reading to stand still.
        overhear: Called with every row; it does not keep the subscription.
    """

    def __init__(self, topic: Topic[Any], link: Line, drift: Drift, observer: Observer, *, apart: bool = False) -> None:
        self.topic = topic
        self.link = link
        self.apart = apart
        self.heard = 0.0
        self.holds = 0
        self._observer = observer
        self._quiet = topic.channel.quiet or inf
        self._expected: dict[Listener, float] = {}
        self._bears = self._quiet
        """The shortest silence that is too long for the channel's habit or for one of its readers."""
        self._silences = 0
        self._latest: bytes | list[Any] = []
        self._silent_behind: bytes | list[Any] = self._latest
        self.streams: list[Listener] = []
        self.keeper: Keeper | None = None
        self.overhear: Callable[[Any], None] | None = None
        self.undecoded = 0
        self.live_since = 0.0
        self.whole = topic.channel.paged is None
        self._decoder = _decoder(topic.row)
        self._drift = drift
        self._gap: tuple[float, str] | None = None

    @property
    def hub(self) -> Hub:
        return self

    @property
    def idle(self) -> bool:
        """Whether nobody listens any more."""
        return not self.streams and self.keeper is None

    @property
    def listeners(self) -> int:
        """How many streams listen."""
        return len(self.streams) + (self.keeper.listeners if self.keeper is not None else 0)

    # -- data

    def first(self, raw: bytes) -> None:
        """Look at the first push of a connection as a whole, for fields that are not modelled."""
        try:
            rows = orjson.loads(raw).get("data")
        except (orjson.JSONDecodeError, AttributeError):
            return
        self._drift.note(self.topic.name, unmodelled(list_of(self.topic.row), rows))

    def sink(self, raw: bytes, now: float) -> None:
        self.heard = now
        self._latest = raw
        if self.keeper is not None:
            self.keeper.take(raw, now)
            if not self.streams:
                return
        rows = self.rows(raw)
        if self.overhear is not None:
            for row in rows:
                self.overhear(row)
        for stream in self.streams:
            for row in rows:
                stream.push(row)

    def rows(self, raw: bytes) -> list[Any]:
        """Return the typed rows of one push; none when it cannot be read."""
        try:
            rows: list[Any] = read(self._decoder, raw).data
        except (msgspec.MsgspecError, ValueError) as error:
            self.undecoded += 1
            rows = _readable(self.topic.row, raw)
            _log.warning("%s: a push could not be read but for %d of its rows: %s", self.topic, len(rows), error)
        return rows

    def latest(self) -> list[Any]:
        """Return the rows of the latest push: a new subscription may tell them once more."""
        return self.rows(self._latest) if isinstance(self._latest, bytes) else self._latest

    def deliver(self, rows: list[Any], now: float) -> None:
        """Hand rows to every stream."""
        self.heard = now
        self._latest = rows
        for row in rows:
            if self.overhear is not None:
                self.overhear(row)
            for stream in self.streams:
                stream.push(row)

    def hold(self, on: bool) -> None:
        """Make the connection stand still for a slow consumer, or go on."""
        self.holds += 1 if on else -1
        self.link.hold(on)

    # -- the subscription's life

    def granted(self, now: float) -> None:
        """The topic is live: tell what may be missing since it was last."""
        gap, self._gap = self._gap, None
        self.live_since = time.time()
        self.heard = now
        if self.keeper is not None:
            self.keeper.granted(now)
        if gap is not None:
            since, cause = gap
            told = Gap(self.topic.key, since, self.live_since, cause)
            self._observer.event(told)
            for stream in self.streams:
                stream.gap(told)

    def left(self) -> None:
        self.interrupted(time.time(), "the subscription was renewed")

    def missed(self, since: float, cause: str) -> None:
        """Note that something may be missing; it is told when the topic is granted."""
        if self.live_since and self._gap is None:
            self._gap = (since, cause)

    def interrupted(self, since: float, cause: str) -> None:
        self.missed(since, cause)
        self.live_since = 0.0
        self.whole = self.topic.channel.paged is None
        if self.keeper is not None:
            self.keeper.interrupted(cause)

    def tick(self, now: float) -> None:
        if self.keeper is not None:
            self.keeper.tick(now)
        elif self.live_since and now - self.heard > self._bears:
            self._silent(now, now - self.heard)

    def expect(self, stream: Listener, seconds: float | None) -> None:
        """Note how long a stream bears silence; ``None`` for as long as the channel's own habit says."""
        if seconds is not None:
            self._expected[stream] = seconds
        else:
            self._expected.pop(stream, None)
        self._bears = min((self._quiet, *self._expected.values()))

    def _silent(self, now: float, silence: float) -> None:
        """The channel is silent for longer than it ever is, or than its readers bear: say so, and subscribe it anew."""
        moment = time.time()
        cause = f"nothing was heard for {silence:.0f} s"
        stale = Stale(self.topic.key, moment - silence, moment, cause)
        _log.warning("%s is STALE: %s", self.topic, cause)
        self._observer.event(stale)
        for stream in self.streams:
            stream.event(stale)
        self._gap = (stale.since, cause)
        self.heard = now
        if self._latest is not self._silent_behind:
            self._silences = 0  # it has spoken since the last silence
        self._silent_behind = self._latest
        self._silences += 1
        # Only a habit that is broken again and again speaks against the line; what readers expect may be too much.
        if self._silences > PATIENCE and silence > self._quiet:
            self._silences = 0
            self.link.restart(f"{self.topic} fell silent again and again")
        else:
            self.link.resync(self.topic, 0.0)

    def fail(self, error: OkxError) -> None:
        """End every listener with the reason."""
        for stream in list(self.streams):
            stream.fail(error)
        if self.keeper is not None:
            self.keeper.fail(error)

    def end(self) -> None:
        for stream in list(self.streams):
            stream.end()
        if self.keeper is not None:
            self.keeper.end()
