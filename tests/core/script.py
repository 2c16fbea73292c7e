"""Runs conversations written as scripts against `Session`, in either dialect.

One line, one thing. What drives it::

    open | lost | want T.. | unwant T.. | resync T [not before] | @ 12.5 (time passes) | ~ (something was heard)
    < granted T | < left T | < login | < pong | < notice 64008 | < count CHANNEL N | < overcount CHANNEL N
    < refused CODE [id=c1] [arg=T] [text=..]    (V3 spells code and text only)
    < raw {...}

What must have come of it, in order and nothing else, before the next line that drives::

    > login | > ping | > subscribe T T | > unsubscribe T
    = granted T | = left T | = refused T Kind | = login refused Kind | = logged in | = dead words.. | = notice ..
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from okx_async.core.channel import Topic
from okx_async.core.dialect import Dialect
from okx_async.core.session import Happened, Session, Timers, What
from okx_async.v3 import channels as old
from okx_async.v3.dialect import V3
from okx_async.v5 import channels
from okx_async.v5.dialect import V5

TOPICS_V5: dict[str, Topic[Any]] = {
    "A": channels.books("BTC-USDT"),
    "B": channels.tickers("ETH-USDT"),
    "C": channels.trades("SOL-USDT"),
    "D": channels.tickers("BTC-USDT"),
}
TOPICS_V3: dict[str, Topic[Any]] = {
    "A": old.depth("BTC-USDT"),
    "B": old.ticker("ETH-USDT"),
    "C": old.trade("SOL-USDT"),
    "D": old.ticker("BTC-USDT"),
}


class Conversation:
    """One session and the script that drives it."""

    def __init__(
        self, dialect: Dialect, topics: Mapping[str, Topic[Any]], *, private: bool = False, reserve: int = 50
    ) -> None:
        self.dialect = dialect
        self.topics = topics
        self.names = {dialect.arg_key(topic): name for name, topic in topics.items()}
        self.session = Session(dialect, private=private, timers=Timers(15, 10, 10), reserve=reserve)
        self.now = 0.0
        self.heard = 0.0
        self.seen: list[str] = []
        self.frames: list[bytes] = []

    def run(self, script: str) -> None:
        """Run the script; fails with the line where it is not followed."""
        for number, line in enumerate(script.strip().splitlines(), 1):
            text = line.split("#")[0].strip()
            if not text:
                continue
            if text[0] in ">=":
                assert self.seen, f"line {number}: nothing happened, but the script says {text!r}"
                happened = self.seen.pop(0)
                assert happened == " ".join(text.split()), f"line {number}: {happened!r}, but the script says {text!r}"
            else:
                assert not self.seen, f"before line {number} ({text!r}): unexpected {self.seen}"
                self._drive(text)
        assert not self.seen, f"at the end: unexpected {self.seen}"

    def _drive(self, text: str) -> None:
        verb, *words = shlex.split(text) if not text.startswith("< raw") else ["<", "raw", text[5:].strip()]
        if verb == "<":
            self.heard = self.now
            self._tell(self.session.hear(self._spell(*words), self.now))
        elif verb == "~":
            self.heard = self.now
        elif verb == "@":
            self.now = float(words[0])
            self._tell(self.session.tick(self.now, self.heard))
        elif verb == "open":
            self.session.opened()
            self.heard = self.now
        elif verb == "lost":
            self.session.lost()
        elif verb == "resync":
            not_before = float(words[1]) if len(words) > 1 else self.now
            self.seen += [] if self.session.resync(self.topics[words[0]], not_before) else ["= no resync"]
        else:
            for word in words:
                getattr(self.session, verb)(self.topics[word])
        self.session.flush(self.now)
        if self.session.needs_login():
            self.session.login_sent(self.now)
            self.seen.append("> login")
        for frame in self.session.take():
            self.frames.append(frame)
            self.seen.append(f"> {self._read(frame)}")

    def _tell(self, news: list[Happened]) -> None:
        for one in news:
            name = self.names[self.dialect.arg_key(one.topic)] if one.topic else ""
            kind = type(one.detail).__name__ if one.what in (What.REFUSED, What.LOGIN_REFUSED) else ""
            if one.what is What.DEAD:
                kind = one.detail
            self.seen.append(" ".join(f"= {one.what.value} {name} {kind}".split()))

    def _read(self, frame: bytes) -> str:
        if frame == b"ping":
            return "ping"
        said = json.loads(frame)
        keys = [self._key(arg) for arg in said["args"]]
        return " ".join((said["op"], *(self.names[key] for key in keys)))

    def _key(self, arg: Any) -> str:
        return next(self.dialect.arg_key(topic) for topic in self.topics.values() if self.dialect.arg(topic) == arg)

    def _spell(self, what: str, *words: str) -> bytes:
        if what == "pong":
            return b"pong"
        if what == "raw":
            return words[0].encode()
        pairs = dict(word.split("=", 1) for word in words if "=" in word)
        plain = [word for word in words if "=" not in word]
        spell = self._v3 if isinstance(self.dialect, V3) else self._v5
        return json.dumps(dict(spell(what, plain, pairs)), separators=(",", ":")).encode()

    def _v5(self, what: str, plain: list[str], pairs: dict[str, str]) -> Iterator[tuple[str, Any]]:
        yield "connId", "a4d3ae55"
        if what in ("granted", "left"):
            yield "event", "subscribe" if what == "granted" else "unsubscribe"
            yield "arg", self.dialect.arg(self.topics[plain[0]])
        elif what == "login":
            yield from (("event", "login"), ("code", "0"), ("msg", ""))
        elif what == "notice":
            yield from (("event", "notice"), ("code", plain[0]), ("msg", "The connection will soon be closed"))
        elif what in ("count", "overcount"):
            yield "event", "channel-conn-count" + ("-error" if what == "overcount" else "")
            yield from (("channel", plain[0]), ("connCount", plain[1]))
        else:
            yield from (("event", "error"), ("code", plain[0]), ("msg", pairs.get("text", "")))
            if "id" in pairs:
                yield "id", pairs["id"]
            if "arg" in pairs:
                yield "arg", self.dialect.arg(self.topics[pairs["arg"]])

    def _v3(self, what: str, plain: list[str], pairs: dict[str, str]) -> Iterator[tuple[str, Any]]:
        if what in ("granted", "left"):
            yield "event", "subscribe" if what == "granted" else "unsubscribe"
            yield "channel", self.dialect.arg(self.topics[plain[0]])
        elif what == "login":
            yield from (("event", "login"), ("success", True))
        else:
            yield from (("event", "error"), ("message", pairs.get("text", "")), ("errorCode", int(plain[0])))


def talk_in(dialect: str, **more: Any) -> Conversation:
    """Begin a conversation in a dialect, about its four topics."""
    return Conversation(V5(), TOPICS_V5, **more) if dialect == "v5" else Conversation(V3(), TOPICS_V3, **more)


both = pytest.mark.parametrize("dialect", ["v5", "v3"])
