"""Keeps one connection alive: open, log in, replay subscriptions, watch, back off, open again.

One task supervises everything; whatever ends the reading leads to a new connection or to an error in every consumer.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from ..core.channel import Topic
from ..core.clock import ClockOffset
from ..core.dialect import Dialect, Notice, Push
from ..core.drift import Drift
from ..core.paging import SnapshotPages
from ..core.retry import Backoff
from ..core.session import Happened, LoginState, Session, Sub, Timers, What
from ..errors import (
    AuthRefused,
    ChannelRefused,
    ClockSkew,
    ConnectFailed,
    ConnectionLost,
    CredentialsNeeded,
    NotSent,
    OkxError,
    TimedOut,
    UnknownInstrument,
)
from ..settings import Credentials
from .flights import Flights
from .hub import Carried
from .observer import Observer
from .port import Pipe
from .status import LinkStatus, TopicStatus

__all__ = ["Link", "LinkSetup"]

_log = logging.getLogger("okx_async.net.link")

CUT_SOON = "64008"
"""The notice that a connection will be cut in about 60 seconds."""

HASTE = 0.05
"""Seconds a lost or replaced line is given to close politely before the next one is opened."""

STEADY = 60.0
"""Seconds after which a connection counts as good although it carried nothing: orders may be rare."""

TICK = 0.25
"""Seconds between two looks at the clock; deadlines are kept to that precision."""


@dataclass(frozen=True)
class LinkSetup:
    """What every link of one client shares.

    Attributes:
        dialect: How to spell.
        open: Opens a connection to a URL and delivers its messages.
        gate: Entered while a connection is opened, for the limit of connections per second.
        clock: The exchange's clock.
        sync_clock: Asks the exchange for its time.
        advise: Adds to a refusal what only this client knows, and hides its credentials.
        timers: Deadlines.
        backoff: Delays between connections.
        close_timeout: Seconds for a polite close.
        drift: Where unmodelled fields are counted.
        observer: Whom to tell of connections that come and go.
        hand_over: Called with a link that should be replaced before the exchange cuts it, and why.
        rotate: Seconds after which a connection is replaced in any case, ``None`` for never.
        refused: Called with a topic the exchange refused, and its reason.
        news: Called when a topic was granted, refused or lost.
    """

    dialect: Dialect
    open: Callable[[str, Callable[[bytes, float], None]], Awaitable[Pipe]]
    gate: Callable[[], AbstractAsyncContextManager[None]]
    clock: ClockOffset
    sync_clock: Callable[[], Awaitable[None]]
    advise: Callable[[OkxError], None]
    timers: Timers
    backoff: Backoff
    close_timeout: float
    drift: Drift
    observer: Observer
    hand_over: Callable[[Link, str], None]
    rotate: float | None
    refused: Callable[[str, OkxError], None]
    news: Callable[[], None]


class Link:
    """One connection, through all its reconnects.

    Args:
        name: How logs call it.
        url: Where to.
        setup: What it shares with the others.
        credentials: Logs in with these, ``None`` for a public line.
        endpoint: Which of the exchange's sockets it is.
        apart: Whether it carries the topics of slow consumers only, for which it may stand still.

    Attributes:
        carried: The topics it carries, by canonical argument.
        deep: How many of them are deep books.
        twin: Whether it carries what another one carries already.
        orders: Whether it carries operations, and no topics.
        flights: The operations that are not answered yet.
        generation: How many connections were opened.
        held: How many connections of the account hold a private channel, as the exchange said last.
        failed: The error that ended it for good, if any.
        failed_at: When that was, on the loop's clock.
        leaving: Whether its topics are being handed over; it then does not connect again.
    """

    def __init__(
        self, name: str, url: str, setup: LinkSetup, credentials: Credentials | None, *, endpoint: str, apart: bool
    ) -> None:
        self.name = name
        self.url = url
        self.endpoint = endpoint
        self.deep = 0
        self.twin = False
        self.orders = False
        self.flights = Flights()
        self.apart = apart
        self.carried: dict[str, Carried] = {}
        self.leaving = False
        self.generation = 0
        self.failed: OkxError | None = None
        self.failed_at = 0.0
        self.cause = "not connected yet"
        self.strange = 0
        self.unrouted = 0
        self.session = Session(setup.dialect, private=credentials is not None, timers=setup.timers)
        self._setup = setup
        self._credentials = credentials
        self._sinks: dict[bytes, Callable[[bytes, float], None]] = {}
        self._learned: dict[str, list[bytes]] = {}
        self._guessed: dict[str, list[tuple[str, bytes]]] = {}
        self._pages: dict[str, SnapshotPages] = {}
        self._route = setup.dialect.router(self._sinks, self._hear)
        self._looked: set[str] = set()
        self.held: dict[str, int] = {}
        self._pipe: Pipe | None = None
        self._kick = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._flowed = False
        self._holds = 0
        self._resigned = False
        self._stopping = False
        self._broken: str | None = None
        self._opened_at = 0.0

    # -- what the pool asks for

    def start(self) -> None:
        """Begin to connect."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"okx link {self.name}")

    def carry(self, carried: Carried) -> None:
        """Carry a topic from now on."""
        for arg, key in self._guessed.pop(carried.topic.name, ()):  # the next push may fit this one better
            self._sinks.pop(key, None)
            if key in self._learned.get(arg, ()):
                self._learned[arg].remove(key)
        self.carried[self._setup.dialect.arg_key(carried.topic)] = carried
        self.deep += carried.topic.deep
        self.session.want(carried.topic)
        self._kick.set()

    def replace(self, carried: Carried) -> None:
        """Let something else take what comes for a topic that is carried already."""
        arg = self._setup.dialect.arg_key(carried.topic)
        if arg in self.carried:
            self.carried[arg] = carried
            for key in self._learned.get(arg, ()):
                self._sinks[key] = self._sink(arg, carried)

    def drop(self, topic: Topic[Any]) -> None:
        """Carry a topic no longer."""
        arg = self._setup.dialect.arg_key(topic)
        if self.carried.pop(arg, None) is not None:
            self.deep -= topic.deep
            # Forget by which raw bytes the topic's pushes are known.
            for key in self._learned.pop(arg, ()):
                self._sinks.pop(key, None)
            self._pages.pop(arg, None)
            self.session.unwant(topic)
            self._kick.set()

    def resync(self, topic: Topic[Any], delay: float) -> bool:
        """Recover one topic by unsubscribing and subscribing; False when that is under way already."""
        started = self.session.resync(topic, asyncio.get_running_loop().time() + delay)
        self._kick.set()
        return started

    async def operate(self, op: str, frame_of: Callable[[str], bytes], timeout: float) -> bytes:
        """Send an operation and return the frame that answers it.

        Args:
            op: Its name.
            frame_of: Makes the frame, given the id of the request.
            timeout: Seconds for the reply.

        Raises:
            NotSent: The line is not ready, and nothing was sent.
            TimedOut, ConnectionLost: Nobody knows what came of it.
        """
        pipe = self._pipe
        if pipe is None or not self.ready:
            raise NotSent(f"{self.name} is not ready: {self.cause}")
        request_id, reply = self.flights.begin(op, timeout)
        try:
            frame = frame_of(request_id)
            if not pipe.put(frame):
                async with asyncio.timeout(timeout):
                    await pipe.say(frame)
            return await reply
        except ConnectionLost as error:
            raise ConnectionLost(f"{op} (request {request_id} on {self.name}): {error}") from None
        except TimeoutError:
            raise TimedOut(f"{op} (request {request_id} on {self.name}): no reply in {timeout:g} s") from None
        finally:
            self.flights.end(request_id)

    def probe(self) -> int:
        """Send a ping; `answered` tells when everything the exchange sent before its pong has been read."""
        probe = self.session.probe()
        self._kick.set()
        return probe

    def answered(self, probe: int) -> bool:
        """Tell whether a probe was answered."""
        return self.session.answered(probe)

    def restart(self, cause: str) -> None:
        """Replace the connection."""
        self._broken = cause
        self._kick.set()

    def hold(self, on: bool) -> None:
        """Stop reading (counted), or go on, for a stream with policy ``block``."""
        self._holds += 1 if on else -1
        if self._pipe is None:
            return
        if self._holds == 1 and on:
            self._pipe.pause()
        elif self._holds == 0:
            self._pipe.resume()

    @property
    def up(self) -> bool:
        """Whether the line is open (and logged in, when it has to be)."""
        waiting = self.session.login in (LoginState.NEEDED, LoginState.ASKED)
        return self.session.open and not waiting

    @property
    def ready(self) -> bool:
        """Whether something can be sent this very moment: `up`, and the connection has not just ended unnoticed."""
        return self.up and self._pipe is not None and not self._pipe.closed.done()

    async def stop(self) -> None:
        """Close the line politely and end the task."""
        self._stopping = True
        self._kick.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for carried in list(self.carried.values()):
            carried.end()

    # -- the supervisor

    async def _run(self) -> None:
        attempt = 0
        try:
            while not self._ending:
                attempt = await self._one_life(attempt)
                if not self._ending:
                    await asyncio.sleep(self._setup.backoff.delay(attempt, random.random()))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.exception("link %s ended by a bug", self.name)
            self._give_up(OkxError(f"the connection {self.name} ended by a bug: {type(error).__name__}: {error}"))

    @property
    def _ending(self) -> bool:
        return self._stopping or self.leaving or self.failed is not None

    async def _one_life(self, attempt: int) -> int:
        """Live through one connection and return the new count of failures in a row."""
        try:
            deliver = self._inflate if self._setup.dialect.deflated else self._route
            async with self._setup.gate():
                pipe = await self._setup.open(self.url, deliver)
        except ConnectFailed as error:
            self.cause = str(error)
            _log.warning("link %s: %s", self.name, error)
            return attempt + 1
        self._pipe = pipe
        self.generation += 1
        self._flowed = False
        self._broken = None
        self._opened_at = asyncio.get_running_loop().time()
        _log.info("link %s is up (connection %d)", self.name, self.generation)
        if self._credentials is None:
            self._setup.observer.link_up(self.name, "", self.generation)
        try:
            pipe.closed.add_done_callback(lambda _: self._kick.set())
            self.session.opened()
            if self._holds:
                pipe.pause()
            cause = await self._converse(pipe)
        except ConnectionLost as error:
            cause = str(error)
        finally:
            self._down(pipe, "the client closed" if self._stopping else "")
            # A polite close is for those who leave; whoever has to come back does not wait for a line that is lost.
            await pipe.shut(self._setup.close_timeout if self._stopping else HASTE)
        self.cause = cause
        # Failures count from the last connection that carried data or stood long, not from the last that merely opened.
        stood = asyncio.get_running_loop().time() - self._opened_at > STEADY
        return 1 if self._flowed or stood else attempt + 1

    async def _converse(self, pipe: Pipe) -> str:
        """Send what is due and let time pass until the line is gone; return why."""
        loop = asyncio.get_running_loop()
        session = self.session
        while True:
            self._kick.clear()
            if pipe.closed.done():
                return f"the exchange closed the line ({pipe.close_reason_text})"
            if self._broken is not None:
                return self._broken
            now = loop.time()
            # While a consumer holds the line, silence says nothing about the exchange.
            heard = now if self._holds else pipe.heard
            for news in session.tick(now, heard):
                return str(news.detail)
            for carried in list(self.carried.values()):
                carried.tick(now)
            if self._setup.rotate is not None and now - self._opened_at > self._setup.rotate:
                self._setup.hand_over(self, "planned rotation")
            if session.needs_login():
                await self._log_in(pipe, loop)
            for frame in session.take():
                await pipe.say(frame)
            try:
                async with asyncio.timeout(TICK):
                    await self._kick.wait()
            except TimeoutError:
                pass

    async def _log_in(self, pipe: Pipe, loop: asyncio.AbstractEventLoop) -> None:
        if self._credentials is None:
            self._give_up(CredentialsNeeded(f"{self.name} needs credentials"))
            return
        if not self._setup.clock.known:
            await self._setup.sync_clock()
        frame = self._setup.dialect.login(self._credentials, self._setup.clock.server_ms(time.time()))
        await pipe.say(frame)
        self.session.login_sent(loop.time())

    def _down(self, pipe: Pipe, cause: str) -> None:
        self._pipe = None
        self.session.lost()
        self._sinks.clear()
        self._learned.clear()
        self.held.clear()
        self._guessed.clear()
        self._pages.clear()
        self._looked.clear()
        self._setup.news()
        reason = cause or self._broken or pipe.close_reason_text
        _log.info("link %s is down: %s", self.name, reason)
        self.flights.lose(f"the line was lost before the reply: {reason}")
        self._setup.observer.link_down(self.name, reason)
        since = time.time() - max(0.0, asyncio.get_running_loop().time() - pipe.heard)
        for carried in list(self.carried.values()):
            carried.interrupted(since, f"the line was lost: {reason}")

    def _give_up(self, error: OkxError) -> None:
        self.failed = error
        self.failed_at = asyncio.get_running_loop().time()
        self.cause = str(error)
        self._broken = str(error)
        self._setup.news()
        for carried in list(self.carried.values()):
            carried.fail(error)

    # -- hearing

    def _inflate(self, frame: bytes, now: float) -> None:
        try:
            raw = self._setup.dialect.inflate(frame)
        except Exception as error:
            self.strange += 1
            _log.warning("link %s: a frame could not be inflated: %s", self.name, type(error).__name__)
            return
        self._route(raw, now)

    def _hear(self, raw: bytes, now: float) -> None:
        """Take a frame whose topic is not known by its first bytes: control, or a first push."""
        only_reply = True
        for news in self.session.hear(raw, now):
            self._follow(news, now)
            only_reply = only_reply and news.what is What.REPLY
        if not only_reply:
            self._kick.set()  # something may be due; the answer to an order brings nothing along

    def _follow(self, news: Happened, now: float) -> None:
        if news.what is What.DATA:
            self._first_push(news.detail, now)
        elif news.what is What.REPLY:
            self._flowed = True
            if not self.flights.land(news.detail):
                self.strange += 1
                _log.warning("link %s: a reply nobody waits for, late or doubled, was skipped", self.name)
        elif news.what is What.LOGGED_IN:
            self._setup.news()
            self._setup.observer.link_up(self.name, self.session.conn_id, self.generation)
        elif news.what is What.LOGIN_REFUSED:
            self._login_refused(news.detail)
        elif news.what is What.NOTICE:
            self._noticed(news.detail)
        elif news.what is What.CONN_COUNT:
            self.held[news.detail.channel] = int(news.detail.count) if news.detail.count.isdecimal() else 0
        elif news.what is What.STRANGE:
            self.strange += 1
            _log.warning("link %s: a frame was not understood and skipped", self.name)
        elif news.topic is not None:
            self._topic_news(news, now)

    def _noticed(self, notice: Notice) -> None:
        _log.info("link %s: the exchange announced %s %s", self.name, notice.code, notice.msg)
        if notice.code == CUT_SOON:
            self._setup.hand_over(self, f"the exchange announced a cut ({notice.code})")

    def _topic_news(self, news: Happened, now: float) -> None:
        assert news.topic is not None  # noqa: S101 - checked by the caller
        self._setup.news()
        carried = self.carried.get(self._setup.dialect.arg_key(news.topic))
        if carried is None:
            return
        if news.what is What.GRANTED:
            carried.granted(now)
        elif news.what is What.LEFT:
            self._pages.pop(self._setup.dialect.arg_key(news.topic), None)
            carried.left()
        elif news.what is What.REFUSED:
            _log.warning("link %s: %s was refused: %s", self.name, news.topic, news.detail)
            error = _named(news.detail, news.topic)
            self._setup.refused(news.topic.key, error)
            carried.fail(error)

    def _first_push(self, push: Push, now: float) -> None:
        self._flowed = True
        for arg, frame in push.parts:
            carried = self.carried.get(arg)
            if carried is None:
                self.unrouted += 1
                continue
            sink = self._sink(arg, carried)
            if push.key:
                self._sinks[push.key] = sink
                self._learned.setdefault(arg, []).append(push.key)
                if push.guessed:
                    self._guessed.setdefault(carried.topic.name, []).append((arg, push.key))
                if carried.topic.name not in self._looked:
                    self._looked.add(carried.topic.name)
                    carried.first(frame)
            sink(frame, now)

    def _sink(self, arg: str, carried: Carried) -> Callable[[bytes, float], None]:
        """Return what takes the pushes of a topic: itself, or what puts its pages together before it."""
        inside = carried.topic.channel.paged
        if inside is None:
            return carried.sink

        def paged(raw: bytes, now: float) -> None:
            pages = self._pages.get(arg)
            if pages is None:
                pages = self._pages[arg] = SnapshotPages(inside)
            for frame in pages.take(raw):
                carried.sink(frame, now)
            if pages.whole and not carried.hub.whole:
                carried.hub.whole = True
                self._setup.news()

        return paged

    def _login_refused(self, error: OkxError) -> None:
        self._setup.advise(error)
        if isinstance(error, ClockSkew) and not self._resigned:
            self._resigned = True
            self._setup.clock.samples = 0  # ask again before the next signature
            self.restart(f"the login was refused: {error}")
        elif isinstance(error, AuthRefused):
            _log.error("link %s: the login was refused: %s", self.name, error)
            self._give_up(error)
        else:
            self.restart(f"the login was refused: {error}")

    # -- looking

    def states(self) -> list[tuple[Topic[Any], Sub]]:
        """Return every topic of this line and where it stands."""
        return list(self.session.topics())

    def status(self, now: float) -> LinkStatus:
        """Return where this connection and its topics stand."""
        session, pipe = self.session, self._pipe
        return LinkStatus(
            link=self.name,
            url=self.url,
            up=self.up,
            leaving=self.leaving,
            conn_id=session.conn_id,
            connections=self.generation,
            age=None if pipe is None else now - self._opened_at,
            heard=None if pipe is None else now - pipe.heard,
            paused=self._holds > 0,
            frames_used=session.budget.used(now),
            frames_allowed=session.budget.count,
            topics=tuple(self._topic_status(topic, state, now) for topic, state in self.states()),
            strange=self.strange,
            unrouted=self.unrouted,
            cause="" if self.up else self.cause,
            held=dict(self.held),
            in_flight=len(self.flights),
        )

    def _topic_status(self, topic: Topic[Any], state: Sub, now: float) -> TopicStatus:
        carried = self.carried.get(self._setup.dialect.arg_key(topic))
        hub = carried.hub if carried else None
        why_not = ""
        if state is not Sub.LIVE:
            why_not = f"{topic} is {state.value}" if self.up else f"{topic} waits for {self.name}: {self.cause}"
        elif hub is not None and not hub.whole:
            why_not = f"the first pages of {topic} are not all there"
        return TopicStatus(
            topic=topic.key,
            link=self.name,
            state=state.value,
            age=now - hub.heard if hub and hub.heard else None,
            listeners=hub.listeners if hub else 0,
            why_not=why_not,
        )


def _named(error: OkxError, topic: Topic[Any]) -> OkxError:
    """Call a refusal by its likeliest name: the channel is declared, so it is the instrument that does not exist."""
    if isinstance(error, ChannelRefused) and topic.inst_id and error.code in ("60018", "30040"):
        return UnknownInstrument(f"{topic}: {error}", inst_id=topic.inst_id, code=error.code)
    return error
