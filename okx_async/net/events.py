"""What a stream says about itself, at its place among the rows: gaps, silence, and what was recovered."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Gap", "Resumed", "Stale", "StreamEvent"]


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """Something that happened to a subscription; never a row of the exchange.

    Attributes:
        topic: Which stream.
        since: Local Unix time in seconds of the last moment at which nothing could be missing.
        until: Local Unix time in seconds up to which this is true.
        cause: Why, in one sentence.
    """

    topic: str
    since: float
    until: float
    cause: str


@dataclass(frozen=True, slots=True)
class Gap(StreamEvent):
    """Rows may be missing here: what the exchange sent between ``since`` and ``until`` was not received."""


@dataclass(frozen=True, slots=True)
class Stale(StreamEvent):
    """Nothing came for longer than this channel is ever silent. It is subscribed anew, and a `Gap` tells when it is."""


@dataclass(frozen=True, slots=True)
class Resumed(StreamEvent):
    """The rows since the last `Gap` were asked for over REST and stand between the two.

    Attributes:
        recovered: How many rows were recovered.
        missing: What could not be recovered, in one sentence; ``""`` when nothing is missing.
    """

    recovered: int = 0
    missing: str = ""
