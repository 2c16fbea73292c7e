"""Real recorded frames, damaged: what the tests and the atheris script feed to everything that reads frames."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from okx_async import OrderBook
from okx_async.catalogue import topic_of
from okx_async.core.dialect import Push
from okx_async.core.drift import Drift
from okx_async.core.session import Session, What
from okx_async.net.hub import Hub
from okx_async.net.observer import Observer
from okx_async.replay import read_recording
from okx_async.v3.dialect import V3
from okx_async.v5.dialect import V5

DATA = Path(__file__).parent / "data"
SPLICES = (b"null", b'"', b"[", b"]", b"{}", b"1", b"-", b"\xff", b'"0"', b"1e999", b"\\u0000", b",", b":")


@lru_cache
def recorded(dialect: str, count: int = 300) -> tuple[bytes, ...]:
    """Return frames of every recording and fixture of a dialect, as JSON text."""
    frames: list[bytes] = []
    for path in sorted(DATA.glob(f"{dialect}/ws*/*.jsonl*")):
        frames += islice(_frames(path), count)
    return tuple(frames)


def _frames(path: Path) -> Iterator[bytes]:
    for record in read_recording(path) if path.name.endswith(".gz") else ():
        if record["dir"] == "recv":
            raw = base64.b64decode(record["b64"]) if "b64" in record else str(record["text"]).encode()
            yield zlib.decompress(raw, -15) if "b64" in record else raw


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """Return a frame with one to four wounds: bytes cut out, repeated, changed or spliced in."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        match chance.randrange(5):
            case 0:
                raw = raw[:at] + raw[min(len(raw), at + chance.randint(1, 9)) :]
            case 1:
                raw = raw[:at] + chance.choice(SPLICES) + raw[at:]
            case 2:
                raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
            case 3:
                raw = raw[:end] + raw[at:end][:200] + raw[end:]
            case _:
                raw = raw[:at]
    return raw


class Desk:
    """Everything behind the socket: session, routing, decoders and books, as a link puts them together."""

    def __init__(self, dialect: str) -> None:
        self.dialect: Any = V5() if dialect == "v5" else V3()
        self.session = Session(self.dialect, private=False)
        self.session.opened()
        self.sinks: dict[bytes, Any] = {}
        self.route = self.dialect.router(self.sinks, self._hear)
        self.books: list[OrderBook] = []
        self.skipped = 0
        self._takers: dict[str, Any] = {}

    def feed(self, raw: bytes) -> None:
        """Take one frame: whatever it is, nothing is raised."""
        self.route(raw, 1.0)

    def _hear(self, raw: bytes, now: float) -> None:
        for news in self.session.hear(raw, now):
            if news.what is What.DATA:
                self._push(news.detail, now)
            elif news.what is What.STRANGE:
                self.skipped += 1

    def _push(self, push: Push, now: float) -> None:
        for key, frame in push.parts:
            taker = self._takers.get(key) or self._taker(key)
            if taker is None:
                self.skipped += 1
                continue
            if push.key:
                self.sinks[push.key] = taker
            taker(frame, now)

    def _taker(self, key: str) -> Any:
        name, *pairs = key.split("|")
        arg: Any = dict(pair.split("=", 1) for pair in pairs if "=" in pair) | {"channel": name}
        topic = topic_of(self.dialect.name, arg if self.dialect.name == "v5" else key)
        if topic is None:
            return None
        if topic.channel.book is None:
            taker: Any = Hub(topic, None, Drift(), Observer()).sink  # type: ignore[arg-type]
        else:
            book = OrderBook(topic.key)
            self.books.append(book)
            taker = book.feed
        self._takers[key] = taker
        return taker

    def read_books(self) -> None:
        """Read every LIVE book, as a consumer would."""
        for book in self.books:
            if book.live:
                book.bids(5), book.asks(5), book.spread, book.proof
