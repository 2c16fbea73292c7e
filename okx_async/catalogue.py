"""Everything that is declared, as data: endpoints and channels of both dialects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .core.channel import Channel, Topic
from .core.endpoint import Chapters, Endpoint, Param, Section
from .v3 import channels as v3_channels
from .v3.chapters import V3Chapters
from .v5 import channels as v5_channels
from .v5.chapters import V5Chapters

__all__ = ["ChannelRow", "catalogue", "channels", "declared_channels", "post_at", "sections", "topic_of"]

CHAPTERS: dict[str, type[Chapters]] = {"v5": V5Chapters, "v3": V3Chapters}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel by its name on the wire.

    Attributes:
        dialect: ``v5`` or ``v3``.
        channel: Its name, e.g. ``books`` or ``spot/ticker``.
        endpoint: Which socket serves it: ``public``, ``private``, ``business`` or ``v3``.
        auth: Whether it needs a login.
        args: Its arguments.
        declared: The declaration behind it.
    """

    dialect: str
    channel: str
    endpoint: str
    auth: bool
    args: tuple[Param, ...]
    declared: Channel


@lru_cache(maxsize=2)
def sections(dialect: str) -> tuple[type[Section], ...]:
    """Return the chapters of one dialect, all of them loaded."""
    return tuple(CHAPTERS[dialect].sections())


def catalogue() -> Iterator[Endpoint]:
    """Yield one row per endpoint of both dialects."""
    for dialect in CHAPTERS:
        for section in sections(dialect):
            yield from section.endpoints


@lru_cache(maxsize=256)
def post_at(dialect: str, path: str) -> Endpoint | None:
    """Return the POST endpoint of a path in small letters, ``None`` when none is declared there.

    Where two share one path, they need the same of a client.
    """
    rows = (row for section in sections(dialect) for row in section.endpoints if row.method == "POST")
    return next((row for row in rows if re.fullmatch(re.sub(r"{\w+}", "[^/]+", row.path.lower()), path)), None)


def declared_channels(dialect: str) -> Iterator[Channel]:
    """Yield the channel declarations of one dialect."""
    module = v5_channels if dialect == "v5" else v3_channels
    for name in module.__all__:
        declared = getattr(getattr(module, name), "channel", None)
        if isinstance(declared, Channel):
            yield declared


def channels() -> Iterator[ChannelRow]:
    """Yield one row per channel name of both dialects; every candle size is a name of its own."""
    for dialect in ("v5", "v3"):
        for declared in declared_channels(dialect):
            for name in declared.names:
                yield ChannelRow(dialect, name, declared.endpoint, declared.auth, declared.args, declared)


@lru_cache(maxsize=2)
def _by_name(dialect: str) -> dict[str, Channel]:
    return {name: declared for declared in declared_channels(dialect) for name in declared.names}


def topic_of(dialect: str, arg: object) -> Topic[Any] | None:
    """Return the topic of an argument as it stands on the wire, ``None`` when its channel is not declared.

    Args:
        dialect: ``v5`` or ``v3``.
        arg: A V5 ``arg`` object, or a V3 text such as ``spot/ticker:BTC-USDT``.
    """
    if isinstance(arg, dict):
        name = str(arg.get("channel", ""))
        declared = _by_name(dialect).get(name)
        if declared is None:
            return None
        return Topic(declared, name, tuple((p.wire, str(arg[p.wire])) for p in declared.args if p.wire in arg))
    name, _, value = str(arg).partition(":")
    declared = _by_name(dialect).get(name)
    if declared is None:
        return None
    return Topic(declared, name, tuple((p.wire, value) for p in declared.args[:1] if value))
