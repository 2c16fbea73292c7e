"""One WebSocket conversation as pure state: what is wanted, what is live, what to send next.

Nothing here waits, sends or reads a clock. `okx_async.net.link` carries the frames and tells the time; tests drive
the same machine with scripts.

A subscription is a desired fact: it survives a lost line and is replayed on the next. Acks come per argument.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from ..checks import check_seconds
from ..errors import BadParameter, ChannelRefused, OkxError
from .channel import Topic
from .dialect import Ack, ConnCount, Dialect, LoggedIn, Notice, Pong, Push, Refusal, Reply, Said, Strange
from .retry import Backoff
from .throttle import Window

__all__ = ["OPERATION", "Happened", "LoginState", "Session", "Sub", "Timers", "What"]


class Sub(enum.Enum):
    """Where one subscription stands. WANTED and REFUSED survive a lost line; the rest does not."""

    WANTED = "wanted"
    ASKED = "asked"
    LIVE = "live"
    LEAVING = "leaving"
    REFUSED = "refused"


# (state, what happened) -> new state. A pair that is absent changes nothing: late or repeated news.
MOVES = {
    (Sub.WANTED, "asked"): Sub.ASKED,
    (Sub.ASKED, "granted"): Sub.LIVE,
    (Sub.ASKED, "refused"): Sub.REFUSED,
    (Sub.ASKED, "unanswered"): Sub.WANTED,
    (Sub.ASKED, "lost"): Sub.WANTED,
    (Sub.LIVE, "leave"): Sub.LEAVING,
    (Sub.LIVE, "refused"): Sub.REFUSED,  # channel-conn-count-error comes after a good ack
    (Sub.LIVE, "lost"): Sub.WANTED,
    (Sub.LEAVING, "left"): Sub.WANTED,
    (Sub.LEAVING, "lost"): Sub.WANTED,
}


PING = b"ping"

OPERATION = "o"
"""How the ids of operations begin. Those of subscriptions begin otherwise, so an error tells what it is about."""


class LoginState(enum.Enum):
    """Where the login stands. Only the exchange's reply changes it, never the sending."""

    NONE = "none"
    NEEDED = "needed"
    ASKED = "asked"
    DONE = "done"


class What(enum.Enum):
    """Kinds of news the session passes on."""

    LOGGED_IN = "logged in"
    LOGIN_REFUSED = "login refused"
    GRANTED = "granted"
    LEFT = "left"
    REFUSED = "refused"
    NOTICE = "notice"
    CONN_COUNT = "connection count"
    DATA = "data"
    REPLY = "reply"
    STRANGE = "strange"
    DEAD = "dead"


class Happened(msgspec.Struct, frozen=True):
    """One piece of news.

    Attributes:
        what: Its kind.
        topic: The subscription concerned, ``None`` when it is about the connection.
        detail: The error, notice, push or reason behind it.
    """

    what: What
    topic: Topic[Any] | None = None
    detail: Any = None


@dataclass(frozen=True, slots=True)
class Timers:
    """Deadlines of one connection, in seconds.

    Args:
        quiet: Silence after which a ping is sent. The server cuts at 30; 15 is what the field found sound.
        grace: Further silence after the ping, after which the line counts as dead.
        reply: How long a login or an ack may take.
    """

    quiet: float = 15.0
    grace: float = 10.0
    reply: float = 10.0

    def __post_init__(self) -> None:
        for name in ("quiet", "grace", "reply"):
            check_seconds(name, getattr(self, name))
        if self.quiet >= 30 or self.grace >= 30:
            raise BadParameter("quiet and grace must lie between 0 and 30 s: the server cuts at 30")


class _Entry:
    """One subscription of this connection."""

    __slots__ = ("alone", "arg", "asked_at", "not_before", "request_id", "resync", "state", "topic", "tries", "wanted")

    def __init__(self, topic: Topic[Any], arg: str) -> None:
        self.topic = topic
        self.arg = arg
        self.state = Sub.WANTED
        self.wanted = True
        self.resync = False
        self.alone = False
        self.asked_at = 0.0
        self.not_before = 0.0
        self.request_id = ""
        self.tries = 0

    def move(self, what: str) -> bool:
        """Follow the table; tell whether anything changed."""
        after = MOVES.get((self.state, what))
        if after is None:
            return False
        self.state = after
        return True


class Session:
    """The state of one connection and of the subscriptions it carries.

    Args:
        dialect: How to spell.
        private: Whether the connection must log in before anything else.
        timers: Deadlines.
        reserve: Control frames of the hourly budget kept for recoveries.
    """

    #: How often an argument is asked again when no answer comes, before the line counts as dead.
    TRIES = 3

    def __init__(self, dialect: Dialect, *, private: bool, timers: Timers = Timers(), reserve: int = 50) -> None:
        self._dialect = dialect
        self._timers = timers
        self._reserve = reserve
        self._entries: dict[str, _Entry] = {}
        self._out: list[bytes] = []
        self._ids = 0
        self._busy: dict[str, _Entry] = {}
        self.private = private
        self.login = LoginState.NONE
        self.conn_id = ""
        self.open = False
        self._login_asked = 0.0
        self._pinged: float | None = None
        self._pings = 0
        self._pongs = 0
        self.budget = Window(dialect.budget, 3600.0)

    # -- what is wanted

    def want(self, topic: Topic[Any]) -> None:
        """Note that a topic is to be live on this connection, from now on and after every reconnect."""
        arg = self._dialect.arg_key(topic)
        entry = self._entries.get(arg)
        if entry is None:
            entry = self._entries[arg] = _Entry(topic, arg)
        elif entry.state is Sub.REFUSED:
            entry.state = Sub.WANTED  # asked for anew on purpose: the reason may be gone
        # Given up and wanted anew before the unsubscribe left: whoever wants it now needs an ack and a snapshot.
        entry.resync = entry.state is Sub.LIVE and (entry.resync or not entry.wanted)
        entry.wanted = True
        if entry.state is Sub.WANTED or entry.resync:
            self._busy[arg] = entry

    def unwant(self, topic: Topic[Any]) -> None:
        """Note that a topic is no longer wanted; a live one is unsubscribed."""
        entry = self._entries.get(self._dialect.arg_key(topic))
        if entry is None:
            return
        entry.wanted = False
        if entry.state in (Sub.WANTED, Sub.REFUSED):
            self._forget(entry)
        else:
            self._busy[entry.arg] = entry

    def resync(self, topic: Topic[Any], not_before: float) -> bool:
        """Recover one topic: unsubscribe, wait for the ack, subscribe, wait for the ack.

        Args:
            topic: Which.
            not_before: The back-off: when the first frame may be sent.

        Returns:
            False when a recovery is already in flight or the topic is not live: one at a time.
        """
        entry = self._entries.get(self._dialect.arg_key(topic))
        if entry is None or entry.resync or entry.state is not Sub.LIVE:
            return False
        entry.resync = True
        entry.not_before = not_before
        self._busy[entry.arg] = entry
        return True

    def asked(self, arg: str) -> bool:
        """Tell whether an argument is asked for or live, so that its pushes have somewhere to go."""
        entry = self._entries.get(arg)
        return entry is not None and entry.wanted

    def among(self, name: str) -> list[Topic[Any]]:
        """Return what is wanted of a channel, by its name on the wire."""
        return [entry.topic for entry in self._entries.values() if entry.topic.name == name and entry.wanted]

    def state(self, topic: Topic[Any]) -> Sub | None:
        """Return where a subscription stands, ``None`` when it is not known here."""
        entry = self._entries.get(self._dialect.arg_key(topic))
        return entry.state if entry else None

    def topics(self) -> Iterator[tuple[Topic[Any], Sub]]:
        """Yield every subscription of this connection and where it stands."""
        return ((entry.topic, entry.state) for entry in self._entries.values())

    def topic(self, arg: str) -> Topic[Any] | None:
        """Return the topic of a canonical argument."""
        entry = self._entries.get(arg)
        return entry.topic if entry else None

    def __len__(self) -> int:
        return len(self._entries)

    # -- the line

    def opened(self) -> None:
        """The line is open: log in when needed, else subscribe at once. Every line has a budget of its own."""
        self.open = True
        self.budget = Window(self._dialect.budget, 3600.0)
        self._pinged = None
        self._pings = self._pongs = 0
        self.login = LoginState.NEEDED if self.private else LoginState.NONE
        self._busy = {entry.arg: entry for entry in self._entries.values() if entry.state is not Sub.REFUSED}

    def lost(self) -> None:
        """The line is gone: live subscriptions are wanted again, unwanted ones forgotten."""
        self.open = False
        self.login = LoginState.NONE
        self._out.clear()
        for entry in list(self._entries.values()):
            entry.move("lost")
            entry.resync = False
            entry.tries = 0
            entry.not_before = 0.0
            if not entry.wanted:
                self._forget(entry)

    def needs_login(self) -> bool:
        """Whether the link has to send a login frame now (only it knows the credentials and the time)."""
        return self.open and self.login is LoginState.NEEDED

    def login_sent(self, now: float) -> None:
        """Note that the login frame was sent."""
        self.budget.spend(now)
        self.login = LoginState.ASKED
        self._login_asked = now

    def take(self) -> list[bytes]:
        """Return the frames to send now, in order, and forget them."""
        out, self._out = self._out, []
        return out

    # -- time

    def tick(self, now: float, heard: float) -> list[Happened]:
        """Let time pass: ping a quiet line, find a dead one, send what is due.

        Args:
            now: The time, on any monotonic clock, in seconds.
            heard: When the line last received anything at all.
        """
        if not self.open:
            return []
        dead = self._liveness(now, heard) or self._overdue(now)
        if dead:
            return [Happened(What.DEAD, detail=dead)]
        self.flush(now)
        return []

    def _liveness(self, now: float, heard: float) -> str:
        if self._pinged is not None and heard >= self._pinged:  # pinged after silence: what is as late came later
            self._pinged = None
        if self._pinged is None:
            if now - heard >= self._timers.quiet:
                self._ping()
                self._pinged = now
            return ""
        # The deadline runs from the unanswered ping, not from the last pong.
        waited = now - self._pinged
        return f"no answer to a ping for {waited:.1f} s" if waited >= self._timers.grace else ""

    def _ping(self) -> None:
        if PING not in self._out:
            self._out.append(PING)
            self._pings += 1

    def probe(self) -> int:
        """Ask for a sign of life that comes behind everything sent before it; returns what `answered` wants."""
        self._ping()
        return self._pings

    def answered(self, probe: int) -> bool:
        """Tell whether a probe was answered."""
        return self._pongs >= probe

    def _overdue(self, now: float) -> str:
        if self.login is LoginState.ASKED and now - self._login_asked > self._timers.reply:
            return "no reply to the login"
        for entry in list(self._busy.values()):
            late = now - entry.asked_at > self._timers.reply
            if entry.state is Sub.LEAVING and late:
                return f"no reply to unsubscribing {entry.topic}"
            if entry.state is Sub.ASKED and late:
                if entry.tries >= self.TRIES:
                    return f"no reply to subscribing {entry.topic} in {entry.tries} tries"
                entry.alone = True
                entry.move("unanswered")
        return ""

    # -- sending

    def flush(self, now: float) -> None:
        """Put into the outbox every control frame that is due and inside the budget."""
        if not self.open or not self._busy or self.login in (LoginState.NEEDED, LoginState.ASKED):
            return
        leave: list[_Entry] = []
        ask: list[_Entry] = []
        for entry in list(self._busy.values()):
            if entry.not_before > now:
                continue
            if entry.state is Sub.LIVE and (entry.resync or not entry.wanted):
                leave.append(entry)
            elif entry.state is Sub.WANTED and entry.wanted:
                ask.append(entry)
            elif entry.state in (Sub.LIVE, Sub.REFUSED):
                del self._busy[entry.arg]
        self._send("unsubscribe", leave, now)
        self._send("subscribe", ask, now)

    def _send(self, op: str, entries: list[_Entry], now: float) -> None:
        entries.sort(key=lambda entry: not entry.resync)
        for group in self._groups(entries):
            # The reserve is for recoveries: new wishes wait rather than make a broken book wait.
            reserve = 0 if any(entry.resync for entry in group) else self._reserve
            free = self.budget.count - self.budget.used(now) - reserve
            if free < 1:
                return
            self.budget.spend(now)
            request_id = self._next_id()
            self._out.append(self._dialect.control(op, [entry.topic for entry in group], request_id))
            for entry in group:
                entry.move("asked" if op == "subscribe" else "leave")
                entry.request_id = request_id
                entry.asked_at = now
                entry.tries += op == "subscribe"

    def _groups(self, entries: list[_Entry]) -> Iterator[list[_Entry]]:
        """Pack entries into as few frames as the byte limit allows; suspicious ones travel alone."""
        group: list[_Entry] = []
        size = 0
        for entry in entries:
            length = len(entry.arg) + 48  # quotes, key names and commas around the values
            if group and (entry.alone or group[-1].alone or size + length > self._dialect.frame_bytes):
                yield group
                group, size = [], 0
            group.append(entry)
            size += length
        if group:
            yield group

    def _next_id(self) -> str:
        self._ids += 1
        return f"c{self._ids}"

    # -- hearing

    def hear(self, raw: bytes, now: float) -> list[Happened]:
        """Take a frame that the router did not know. Never raises; what follows is sent by `take`."""
        try:
            said = self._dialect.read(raw, self.asked, self.among)
        except (ValueError, RecursionError):  # bytes that are no UTF-8, or nested too deep
            said = Strange(raw)
        if isinstance(said, Reply):  # an order's answer brings nothing else along, and nothing is due because of it
            return [Happened(What.REPLY, detail=said)]
        news = list(self._understand(said, now))
        self.flush(now)
        return news

    def _understand(self, said: Said, now: float) -> Iterable[Happened]:
        if isinstance(said, Pong):
            self._pongs += 1
            return ()
        if isinstance(said, Push):
            return (Happened(What.DATA, detail=said),)
        if isinstance(said, Ack):
            self.conn_id = said.conn_id or self.conn_id
            return self._acked(said)
        if isinstance(said, LoggedIn):
            self.login = LoginState.DONE
            self.conn_id = said.conn_id or self.conn_id
            return (Happened(What.LOGGED_IN),)
        if isinstance(said, Refusal):
            return self._refused(said, now)
        if isinstance(said, Notice):
            return (Happened(What.NOTICE, detail=said),)
        if isinstance(said, ConnCount):
            return self._conn_count(said)
        return (Happened(What.STRANGE, detail=said),)

    def _acked(self, ack: Ack) -> Iterator[Happened]:
        entry = self._entries.get(ack.arg)
        if entry is None:
            return
        if ack.op == "subscribe" and entry.move("granted"):
            entry.tries = 0
            entry.alone = False
            entry.resync = False
            if entry.wanted:
                self._busy.pop(entry.arg, None)
            yield Happened(What.GRANTED, entry.topic)
        elif ack.op == "unsubscribe" and entry.move("left"):
            entry.tries = 0
            yield Happened(What.LEFT, entry.topic)
            if not entry.wanted:
                self._forget(entry)

    def _refused(self, refusal: Refusal, now: float) -> Iterator[Happened]:
        if refusal.request_id.startswith(OPERATION):
            yield Happened(What.REPLY, detail=Reply(refusal.request_id, "", refusal.raw))
            return
        if refusal.login or (self.login is LoginState.ASKED and not refusal.arg):
            yield Happened(What.LOGIN_REFUSED, detail=refusal.error)
            return
        entries = self._meant(refusal)
        if len(entries) == 1:
            yield from self._refuse(entries[0], refusal.error, now)
        elif entries:
            # The frame as a whole was refused and nobody says for which argument: ask each alone.
            for entry in entries:
                entry.alone = True
                entry.move("unanswered")
        else:
            yield Happened(What.STRANGE, detail=refusal)

    def _refuse(self, entry: _Entry, error: OkxError, now: float) -> Iterator[Happened]:
        if entry.state is Sub.LEAVING:
            # Refused to leave what is not subscribed (any more): gone either way.
            yield from self._acked(Ack("unsubscribe", entry.arg))
        elif error.retryable and entry.tries < self.TRIES:
            entry.move("unanswered")
            entry.not_before = now + Backoff(1.0, 10.0).delay(entry.tries, 1.0)
        elif entry.move("refused"):
            entry.resync = False
            self._busy.pop(entry.arg, None)
            yield Happened(What.REFUSED, entry.topic, error)
            if not entry.wanted:
                self._forget(entry)

    def _meant(self, refusal: Refusal) -> list[_Entry]:
        """Find the subscriptions an error is about: by argument, by request id and text, else by elimination."""
        if refusal.arg:
            entry = self._entries.get(refusal.arg)
            return [entry] if entry else []
        pending = [entry for entry in self._busy.values() if entry.state in (Sub.ASKED, Sub.LEAVING)]
        if refusal.request_id:
            pending = [entry for entry in pending if entry.request_id == refusal.request_id]
        named = [entry for entry in pending if _names(refusal.text, entry.topic)]
        return named if len(named) == 1 else pending

    def _conn_count(self, said: ConnCount) -> Iterator[Happened]:
        yield Happened(What.CONN_COUNT, detail=said)
        if not said.error:
            return
        error = ChannelRefused(
            "channel-conn-count-error",
            f"{said.count} connections of this account already hold {said.channel}",
            hint="close other connections of the same account, then subscribe again",
        )
        for entry in list(self._entries.values()):
            if entry.topic.name == said.channel and entry.move("refused"):
                self._busy.pop(entry.arg, None)
                yield Happened(What.REFUSED, entry.topic, error)

    def _forget(self, entry: _Entry) -> None:
        self._entries.pop(entry.arg, None)
        self._busy.pop(entry.arg, None)


def _names(text: str, topic: Topic[Any]) -> bool:
    """Tell whether an error's text names a topic: its channel and every argument, as whole words."""
    for char in '{}[]",:;= \t':
        text = text.replace(char, " ")
    words = set(text.split())
    return {part for part in (topic.name, *(value for _, value in topic.args)) if part} <= words
