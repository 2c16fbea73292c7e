"""One wire subscription and everybody who listens to it: rows to streams, frames to a book."""

from __future__ import annotations

import logging
import time
from functools import lru_cache
from typing import Any, Protocol

import msgspec
import orjson

from ..core.answers import build, list_of
from ..core.channel import Topic
from ..core.drift import Drift, unmodelled
from ..core.numeric import blank_to_null
from ..errors import OkxError
from .stream import Gap, Stream

__all__ = ["Hub", "Keeper", "Line"]

_log = logging.getLogger("okx_async.net.hub")


@lru_cache(maxsize=1024)
def _decoder(row: Any) -> msgspec.json.Decoder[Any]:
    """Return the decoder of a push: only ``data`` is named, so nothing else is built."""
    push = msgspec.defstruct("Push", [("data", list_of(row))])
    return msgspec.json.Decoder(push, strict=False, dec_hook=build)


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


class Keeper(Protocol):
    """A listener that takes whole frames and follows the subscription's life: the keeper of a book."""

    def take(self, raw: bytes, now: float) -> None:
        """Take one frame."""
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


class Hub:
    """The listeners of one topic.

    Args:
        topic: What is subscribed.
        link: The connection that carries it.
        drift: Where unmodelled fields are counted.

    Attributes:
        undecoded: Pushes that could not be read as the declared rows.
        live_since: Local Unix time of the last ack, 0.0 while not live.
    """

    def __init__(self, topic: Topic[Any], link: Line, drift: Drift) -> None:
        self.topic = topic
        self.link = link
        self.streams: list[Stream[Any]] = []
        self.keeper: Keeper | None = None
        self.undecoded = 0
        self.live_since = 0.0
        self._decoder = _decoder(topic.row)
        self._drift = drift
        self._gap: tuple[float, str] | None = None

    @property
    def idle(self) -> bool:
        """Whether nobody listens any more."""
        return not self.streams and self.keeper is None

    # -- data

    def first(self, raw: bytes) -> None:
        """Look at the first push of a connection as a whole, for fields that are not modelled."""
        try:
            rows = orjson.loads(raw).get("data")
        except (orjson.JSONDecodeError, AttributeError):
            return
        self._drift.note(self.topic.name, unmodelled(list_of(self.topic.row), rows))

    def sink(self, raw: bytes, now: float) -> None:
        """Take one push: from inside the reader, so it never waits and never raises."""
        if self.keeper is not None:
            self.keeper.take(raw, now)
            if not self.streams:
                return
        try:
            rows = self._decoder.decode(blank_to_null(raw)).data
        except (msgspec.MsgspecError, ValueError) as error:
            self.undecoded += 1
            _log.warning("%s: a push could not be read: %s", self.topic, error)
            return
        for stream in self.streams:
            for row in rows:
                stream.push(row)

    # -- the subscription's life

    def granted(self, now: float) -> None:
        """The topic is live: tell what may be missing since it was last."""
        gap, self._gap = self._gap, None
        self.live_since = time.time()
        if self.keeper is not None:
            self.keeper.granted(now)
        if gap is not None:
            since, cause = gap
            for stream in self.streams:
                stream.gap(Gap(self.topic.key, since, self.live_since, cause))

    def interrupted(self, since: float, cause: str) -> None:
        """The topic is no longer live, though it is wanted.

        Args:
            since: Local Unix time up to which everything was received.
            cause: Why.
        """
        if self.live_since and self._gap is None:
            self._gap = (since, cause)
        self.live_since = 0.0
        if self.keeper is not None:
            self.keeper.interrupted(cause)

    def fail(self, error: OkxError) -> None:
        """The exchange refused the topic, or the connection for good: end every listener with the reason."""
        for stream in list(self.streams):
            stream.fail(error)
        if self.keeper is not None:
            self.keeper.fail(error)

    def end(self) -> None:
        """The client is closing."""
        for stream in list(self.streams):
            stream.end()
        if self.keeper is not None:
            self.keeper.end()
