"""Private WebSocket channels: who listens to what, first pictures, pushes and regular repeats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from ..clock import Clock, Timer
from ..frames import Message, text_frame
from .people import User

__all__ = ["PAGE", "Feed", "Line", "Private", "Subscription"]

PAGE = 20
"""How many rows or currencies one page of a first picture has. How many the exchange puts there is not documented."""

_FILTERS = ("instId", "instFamily", "ccy", "algoId", "sprdId")

First = Callable[[User, Mapping[str, str]], list[Any]]
"""Returns what a new listener is shown at once: rows, for a user and a subscription's arguments."""


class Line(Protocol):
    """The connection of somebody who listens to private channels."""

    def push(self, message: Message) -> None:
        """Queue one data message."""
        ...

    def flush(self) -> None:
        """Send what is queued on its way."""
        ...


@dataclass(frozen=True, slots=True)
class Feed:
    """How a channel begins and repeats itself.

    Attributes:
        first: What a new listener is shown; nothing is pushed at first where that is empty.
        paged: Whether it comes in pages, with ``eventType``, ``curPage`` and ``lastPage`` beside it, and changes with
            ``eventType`` ``event_update``.
        every: Milliseconds between two repeats unless the listener wants another pace, 0 for none.
        paces: Which other paces it may want, in milliseconds.
        pages: Cuts rows into pages; by default so many rows a page.
    """

    first: First
    paged: bool = False
    every: int = 0
    paces: tuple[int, ...] = ()
    pages: Callable[[list[Any]], list[list[Any]]] | None = None

    def cut(self, rows: list[Any]) -> list[list[Any]]:
        """Return rows in pages, an empty one when there are none."""
        if not self.paged:
            return [rows] if rows else []
        if self.pages is not None:
            return self.pages(rows)
        return [rows[at : at + PAGE] for at in range(0, len(rows), PAGE)] or [[]]


@dataclass(eq=False, slots=True)
class Subscription:
    """One listener's interest in one channel.

    Attributes:
        user: Whose news it gets.
        channel: Which.
        arg: As it was subscribed to.
        line: Where it listens.
        repeats: The timer of its next repeat.
    """

    user: User
    channel: str
    arg: Mapping[str, str]
    line: Line
    repeats: Timer | None = field(default=None, repr=False)

    def wants(self, names: Mapping[str, str]) -> bool:
        """Tell whether news about something of these names is for it. ``instId`` wins over ``instFamily``."""
        kind = self.arg.get("instType", "ANY")
        if kind not in ("ANY", names.get("instType", kind)):
            return False
        given = [name for name in _FILTERS if name in self.arg and name in names]
        if "instId" in given and "instFamily" in given:
            given.remove("instFamily")
        return all(self.arg[name] == names[name] for name in given)

    def told(self) -> dict[str, str]:
        """Return the ``arg`` of its pushes: what was subscribed to, without options, and the user's id."""
        return {name: value for name, value in self.arg.items() if name != "extraParams"} | {"uid": self.user.uid}


class Private:
    """The private channels of all users.

    A room that has news pushes it here: ``private.push(user, "orders", names, rows)``. Where nobody listens that costs
    next to nothing. Pushes leave in the order they were made; what is pushed within one turn of the event loop leaves
    together. A channel that shows a first picture is registered with `feed`.

    Args:
        clock: Market time, and what repeats wait on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._feeds: dict[str, Feed] = {}
        self._listeners: dict[tuple[str, str], dict[Subscription, None]] = {}
        self._waiting: dict[Line, None] = {}

    def feed(self, channel: str, feed: Feed) -> None:
        """Say how a channel begins and repeats itself; others begin with nothing."""
        self._feeds[channel] = feed

    def join(self, line: Line, user: User, channel: str, arg: Mapping[str, str]) -> Subscription:
        """Add a listener and show it the first picture."""
        one = Subscription(user, channel, dict(arg), line)
        self._listeners.setdefault((user.uid, channel), {})[one] = None
        feed = self._feeds.get(channel)
        if feed is not None:
            self._show(one, feed)
            self._repeat(one, feed)
        return one

    def leave(self, one: Subscription) -> None:
        """Take a listener off."""
        if one.repeats is not None:
            one.repeats.cancel()
        listeners = self._listeners.get((one.user.uid, one.channel), {})
        listeners.pop(one, None)
        if not listeners:
            self._listeners.pop((one.user.uid, one.channel), None)

    def heard(self, user: User, channel: str) -> bool:
        """Tell whether anybody listens."""
        return (user.uid, channel) in self._listeners

    def push(self, user: User, channel: str, names: Mapping[str, str], rows: list[Any]) -> None:
        """Push news to those it is for.

        Args:
            user: Whose listeners.
            channel: On which channel.
            names: What the rows are about, to be held against what was subscribed to: ``instType``, ``instFamily``,
                ``instId``, ``ccy``, ``algoId``, ``sprdId``, those that apply.
            rows: The ``data``.
        """
        self._tell(user, channel, lambda one: rows if one.wants(names) else [])

    def tell(self, user: User, channel: str, rows: Callable[[Mapping[str, str]], list[Any]]) -> None:
        """Push news of which each listener gets its own part.

        Args:
            user: Whose listeners.
            channel: On which channel.
            rows: Returns the ``data`` for a subscription's arguments; nothing is pushed where that is empty.
        """
        self._tell(user, channel, lambda one: rows(one.arg))

    def _tell(self, user: User, channel: str, rows: Callable[[Subscription], list[Any]]) -> None:
        feed = self._feeds.get(channel)
        more = {"eventType": "event_update"} if feed is not None and feed.paged else {}
        for one in list(self._listeners.get((user.uid, channel), ())):
            data = rows(one)
            if data:
                self._send(one, data, more)

    def _show(self, one: Subscription, feed: Feed) -> None:
        pages = feed.cut(feed.first(one.user, one.arg))
        for number, rows in enumerate(pages, 1):
            more = {"eventType": "snapshot", "curPage": number, "lastPage": number == len(pages)}
            self._send(one, rows, more if feed.paged else {})

    def _repeat(self, one: Subscription, feed: Feed) -> None:
        pace = _pace(one.arg, feed)
        if not pace:
            return

        def again() -> None:
            self._show(one, feed)
            one.repeats = self._clock.timeline.call_later(pace / 1000, again)

        one.repeats = self._clock.timeline.call_later(pace / 1000, again)

    def _send(self, one: Subscription, rows: list[Any], more: Mapping[str, Any]) -> None:
        payload = orjson.dumps({"arg": one.told(), **more, "data": rows})
        name = one.arg.get("instId", "")
        one.line.push(Message(one.channel, name, payload, text_frame(payload), self._clock.now()))
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting[one.line] = None

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for line in waiting:
            line.flush()


def _pace(arg: Mapping[str, str], feed: Feed) -> int:
    """Return after how many milliseconds a listener wants the next repeat; what it may not want is as nothing said."""
    try:
        wanted = orjson.loads(arg.get("extraParams", "{}"))
    except orjson.JSONDecodeError:
        return feed.every
    text = str(wanted.get("updateInterval", "")) if isinstance(wanted, dict) else ""
    return int(text) if text.isdecimal() and int(text) in feed.paces else feed.every
