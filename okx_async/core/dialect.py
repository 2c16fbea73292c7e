"""What a dialect must be able to say and understand. V5 and V3 differ in spelling only; everything else is shared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from ..errors import OkxError
from ..settings import Credentials
from .channel import Topic
from .endpoint import Endpoint

__all__ = [
    "Ack",
    "Among",
    "ConnCount",
    "Dialect",
    "LoggedIn",
    "Notice",
    "Pong",
    "Push",
    "Refusal",
    "Reply",
    "Said",
    "Strange",
    "nobody",
]


# What a socket says. Structs rather than dataclasses: a class is made in a tenth of the time.


class Pong(msgspec.Struct, frozen=True):
    """The answer to a text ping."""


class LoggedIn(msgspec.Struct, frozen=True):
    """The login was accepted."""

    conn_id: str = ""


class Ack(msgspec.Struct, frozen=True):
    """One argument of a subscribe or unsubscribe was granted.

    Attributes:
        op: ``subscribe`` or ``unsubscribe``.
        arg: The argument as the dialect writes it, canonical: see `Dialect.arg_key`.
    """

    op: str
    arg: str
    conn_id: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """The exchange said no to something on the socket.

    Attributes:
        error: What it said, as a typed error.
        request_id: The id of the request it refers to, ``""`` when it does not say.
        arg: The argument it refers to, ``""`` when it does not say.
        login: Whether it can only be about a login.
        code: The exchange's code.
        text: Its message, in which the argument is sometimes named.
        raw: The whole frame, when it refers to a request by id and is not about a login.
    """

    error: OkxError
    request_id: str = ""
    arg: str = ""
    login: bool = False
    code: str = ""
    text: str = ""
    raw: bytes = b""

    def __repr__(self) -> str:
        """Leave the frame out: a refusal may quote what was sent, a key among it."""
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "raw")
        return f"Refusal({', '.join(shown)})"


class Notice(msgspec.Struct, frozen=True):
    """The exchange announced something about this connection, e.g. code 64008: it will be cut in about 60 s."""

    code: str
    msg: str
    conn_id: str = ""


class ConnCount(msgspec.Struct, frozen=True):
    """How many connections hold a private channel; ``error``: too many, and this one was dropped."""

    channel: str
    count: str
    error: bool = False


class Push(msgspec.Struct, frozen=True):
    """Data of a topic whose raw form is not known yet.

    Attributes:
        parts: For each argument it can belong to: the argument and the frame to deliver. More than one when a V3
            frame carries rows of several instruments.
        key: The raw bytes to recognise the next push of the same kind by, ``b""`` when there are none.
        guessed: Whether the push did not name its subscription exactly: another one may fit the next push better.
    """

    parts: tuple[tuple[str, bytes], ...]
    key: bytes = b""
    guessed: bool = False


class Reply(msgspec.Struct, frozen=True):
    """The answer to an order operation; `okx_async.core.op.Op.decode` reads its rows.

    Attributes:
        request_id: The id of the request.
        op: Which operation; id and operation together name a request. ``""`` for an error frame, which has none.
        raw: The whole frame.
    """

    request_id: str
    op: str
    raw: bytes


class Strange(msgspec.Struct, frozen=True):
    """Something that is none of the documented things; logged, counted and skipped."""

    raw: bytes


Among = Callable[[str], Iterable[Topic[Any]]]
"""Returns the subscriptions of a channel by its name on the wire."""


def nobody(_: str) -> tuple[Topic[Any], ...]:
    """Return no subscriptions."""
    return ()


Said = Pong | LoggedIn | Ack | Refusal | Notice | ConnCount | Push | Reply | Strange
Sink = Callable[[bytes, float], None]


class Answer(msgspec.Struct, frozen=True, eq=False):
    """A REST answer before decoding.

    Attributes:
        status: HTTP status.
        raw: The body.
        where: What was asked, for errors: method and path, never the query of a signed request.
        demo: Whether the site is a demo site, for hints.
    """

    status: int
    raw: bytes
    where: str = ""
    site: str = ""
    headers: Any = None

    def __repr__(self) -> str:
        """Leave the body out: tokens and new keys come in it."""
        return f"Answer({self.status}, {self.where!r})"


class Dialect(ABC):
    """The spelling of one dialect.

    Attributes:
        name: ``v5`` or ``v3``.
        budget: Control frames per hour and connection.
        frame_bytes: How long a control frame may be.
        connects_per_second: New connections per second and IP.
        time_path: Path of the public endpoint that tells the server's time.
        deflated: Whether frames must go through `inflate`.
        overdue: Codes of a request whose own deadline had passed when it arrived.
    """

    name: str
    budget: int
    frame_bytes: int
    connects_per_second: int
    time_path: str
    deflated: bool
    overdue: frozenset[str] = frozenset()

    # -- REST

    @abstractmethod
    def decode(self, endpoint: Endpoint, answer: Answer) -> Any:
        """Return the typed rows of an answer, or raise what the exchange said."""

    @abstractmethod
    def decode_raw(self, answer: Answer) -> Any:
        """Return the ``data`` of an answer without a declared type, or raise what the exchange said."""

    @abstractmethod
    def read_time(self, raw: bytes) -> float:
        """Return the server's time in Unix milliseconds from an answer of `time_path`."""

    # -- socket

    @abstractmethod
    def inflate(self, frame: bytes) -> bytes:
        """Return the JSON text of a frame as it came from the wire."""

    @abstractmethod
    def login(self, credentials: Credentials, server_ms: int) -> bytes:
        """Return the login frame, signed for the exchange's time in Unix milliseconds."""

    @abstractmethod
    def arg(self, topic: Topic[Any]) -> Any:
        """Return a topic's argument as JSON-ready value."""

    @abstractmethod
    def arg_key(self, topic: Topic[Any]) -> str:
        """Return a topic's argument in the canonical form that `Ack.arg` and `Push.parts` use."""

    @abstractmethod
    def control(self, op: str, topics: Sequence[Topic[Any]], request_id: str) -> bytes:
        """Return one subscribe or unsubscribe frame."""

    @abstractmethod
    def read(self, raw: bytes, asked: Callable[[str], bool], among: Among = nobody) -> Said:
        """Understand a frame that is not the push of a known topic. Never raises.

        Args:
            raw: The inflated frame.
            asked: Tells whether an argument (canonical form) is subscribed on this connection.
            among: Returns what is subscribed of a channel, for pushes that do not name their subscription exactly.
        """

    @abstractmethod
    def router(self, sinks: dict[bytes, Sink], other: Sink) -> Sink:
        """Return the hot path: a function that hands a frame to the sink of its learned key, else to ``other``."""
