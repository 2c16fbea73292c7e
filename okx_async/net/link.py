"""Keeps one connection alive: open, log in, replay subscriptions, watch, back off, open again.

One task supervises everything; whatever ends the reading leads to a new connection or to an error in every consumer.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from ..core.channel import Topic
from ..core.dialect import Notice
from ..core.session import Happened, LoginState, Session, What
from ..errors import (
    ChannelRefused,
    ConnectFailed,
    ConnectionLost,
    NotSent,
    OkxError,
    TimedOut,
    UnknownInstrument,
)
from ..settings import Credentials
from .flights import Flights
from .hub import Carried
from .linksetup import LinkSetup
from .login import Login
from .port import Pipe
from .sorting import Sorter

__all__ = ["Link"]

_log = logging.getLogger("okx_async.net.link")

CUT_SOON = "64008"
"""The notice that a connection will be cut in about 60 seconds."""

HASTE = 0.05
"""Seconds a lost or replaced line is given to close politely before the next one is opened."""

STEADY = 60.0
"""Seconds after which a connection counts as good although it carried nothing: orders may be rare."""

TICK = 0.25
"""Seconds between two looks at the clock; deadlines are kept to that precision."""


class Link:
    """One connection, through all its reconnects.

    Args:
        name: How logs call it.
        url: Where to.
        setup: What it shares with the others.
        credentials: Logs in with these, ``None`` for a public line.
        endpoint: Which of the exchange's sockets it is.
        apart: Whether it carries the topics of slow consumers only, for which it may stand still.
        hand_over: Called with it and a reason when it should be replaced before the exchange cuts it.

    Attributes:
        sorter: Whose its pushes are.
        carried: Who carries which topic on it, by canonical argument.
        twin: Whether it carries what another one carries already.
        orders: Whether it carries operations, and no topics.
        flights: The operations that are not answered yet.
        generation: How many connections were opened.
        opened_at: When the last of them was, on the loop's clock.
        held: How many connections of the account hold a private channel, as the exchange said last.
        cause: Why it is not up.
        strange: Frames that were not understood.
        failed: The error that ended it for good, if any.
        failed_at: When that was, on the loop's clock.
        leaving: Whether its topics are being handed over; it then does not connect again.
    """

    def __init__(
        self,
        name: str,
        url: str,
        setup: LinkSetup,
        credentials: Credentials | None,
        *,
        endpoint: str,
        apart: bool,
        hand_over: Callable[[Link, str], None],
    ) -> None:
        self.name = name
        self.url = url
        self.endpoint = endpoint
        self.twin = False
        self.orders = False
        self.flights = Flights()
        self.apart = apart
        self.leaving = False
        self.generation = 0
        self.opened_at = 0.0
        self.held: dict[str, int] = {}
        self.failed: OkxError | None = None
        self.failed_at = 0.0
        self.cause = "not connected yet"
        self.strange = 0
        self.session = Session(setup.dialect, private=credentials is not None, timers=setup.timers)
        self.sorter = Sorter(setup.dialect, self._hear, setup.news)
        self.carried = self.sorter.carried
        self._setup = setup
        self._hand_over = hand_over
        self._login = Login(credentials, setup.dialect, setup.clock, setup.sync_clock, setup.advise)
        self._pipe: Pipe | None = None
        self._kick = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._flowed = False
        self._holds = 0
        self._stopping = False
        self._broken: str | None = None

    # -- what the pool asks for

    def start(self) -> None:
        """Begin to connect."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"okx link {self.name}")

    def carry(self, carried: Carried) -> None:
        """Carry a topic from now on."""
        self.sorter.add(carried)
        self.session.want(carried.topic)
        self._kick.set()

    def replace(self, carried: Carried) -> None:
        """Let something else take what comes for a topic that is carried already."""
        self.sorter.replace(carried)

    def drop(self, topic: Topic[Any]) -> None:
        """Carry a topic no longer."""
        if self.sorter.remove(topic):
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
    def deep(self) -> int:
        """How many deep books it carries."""
        return self.sorter.deep

    @property
    def up(self) -> bool:
        """Whether the line is open (and logged in, when it has to be)."""
        waiting = self.session.login in (LoginState.NEEDED, LoginState.ASKED)
        return self.session.open and not waiting

    @property
    def ready(self) -> bool:
        """Whether something can be sent this very moment: `up`, and the connection has not just ended unnoticed."""
        return self.up and self._pipe is not None and not self._pipe.closed.done()

    @property
    def heard(self) -> float | None:
        """When something came over it last, on the loop's clock; ``None`` while it is down."""
        return None if self._pipe is None else self._pipe.heard

    @property
    def paused(self) -> bool:
        """Whether reading stands still for a slow consumer."""
        return self._holds > 0

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
            deliver = self._inflate if self._setup.dialect.deflated else self.sorter.route
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
        self.opened_at = asyncio.get_running_loop().time()
        _log.info("link %s is up (connection %d)", self.name, self.generation)
        if not self.session.private:
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
        stood = asyncio.get_running_loop().time() - self.opened_at > STEADY
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
            if self._setup.rotate is not None and now - self.opened_at > self._setup.rotate:
                self._hand_over(self, "planned rotation")
            if session.needs_login():
                await pipe.say(await self._login.frame())
                session.login_sent(loop.time())
            for frame in session.take():
                await pipe.say(frame)
            try:
                async with asyncio.timeout(TICK):
                    await self._kick.wait()
            except TimeoutError:
                pass

    def _down(self, pipe: Pipe, cause: str) -> None:
        self._pipe = None
        self.session.lost()
        self.sorter.forget()
        self.held.clear()
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
        self.sorter.route(raw, now)

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
            self._flowed = True
            self.sorter.first(news.detail, now)
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
            self._hand_over(self, f"the exchange announced a cut ({notice.code})")

    def _topic_news(self, news: Happened, now: float) -> None:
        assert news.topic is not None  # noqa: S101 - checked by the caller
        self._setup.news()
        carried = self.sorter.of(news.topic)
        if carried is None:
            return
        if news.what is What.GRANTED:
            carried.granted(now)
        elif news.what is What.LEFT:
            self.sorter.begin_anew(news.topic)
            carried.left()
        elif news.what is What.REFUSED:
            _log.warning("link %s: %s was refused: %s", self.name, news.topic, news.detail)
            error = _named(news.detail, news.topic)
            self._setup.refused(news.topic.key, error)
            carried.fail(error)

    def _login_refused(self, error: OkxError) -> None:
        if self._login.final(error):
            _log.error("link %s: the login was refused: %s", self.name, error)
            self._give_up(error)
        else:
            self.restart(f"the login was refused: {error}")


def _named(error: OkxError, topic: Topic[Any]) -> OkxError:
    """Call a refusal by its likeliest name: the channel is declared, so it is the instrument that does not exist."""
    if isinstance(error, ChannelRefused) and topic.inst_id and error.code in ("60018", "30040"):
        return UnknownInstrument(f"{topic}: {error}", inst_id=topic.inst_id, code=error.code)
    return error
