"""Channel declarations: what can be subscribed, with which arguments, and what its rows are.

::

    @channel("tickers", endpoint="public")
    def tickers(inst_id: InstId) -> Topic[Ticker]:
        '''Latest price, best bid and offer, and 24-hour statistics; at most one push per 100 ms.'''

As with endpoints, the signature is the specification.
"""

from __future__ import annotations

import functools
import typing
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, ParamSpec, TypeVar

from .declaration import Declaration
from .endpoint import Param
from .fields import Groups, need_one, wire_text

__all__ = ["BookForm", "Channel", "Topic", "channel"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")
Derive = Callable[[Mapping[str, Any]], Mapping[str, str]]
# Arguments that name one thing, in both dialects' words.
_SUBJECTS = ("instId", "instrument_id", "sprdId")

#: Levels a side from which on a book counts as deep.
DEEP = 50


@dataclass(frozen=True, slots=True)
class BookForm:
    """How a book channel sends its book.

    Attributes:
        depth: Levels a side.
        incremental: Whether updates follow a snapshot; otherwise every push is the full picture.
        whole_rows: Whether columns behind price and size matter so much that books always keep them.
    """

    depth: int
    incremental: bool
    whole_rows: bool = False


class Channel(Declaration):
    """One declared channel: a row of `okx_async.channels`.

    Attributes:
        dialect: ``v5`` or ``v3``.
        channel: Its name, with ``{name}`` where an argument is part of it (``candle{bar}``).
        endpoint: Which socket serves it.
        auth: Whether the connection must be logged in.
        book: How it sends order books, ``None`` for every other channel.
        quiet: Seconds of silence that mean something is wrong, ``None`` where silence is normal.
        names: Every concrete name it stands for; one, unless the name has a ``{part}``.
        rows: Row types of single names, where one name spells its rows differently from the others.
        tradable: Whether its instrument is in the exchange's list of instruments; an index or a spread is not.
        one_of: Groups of arguments of which at least one must be given.
        deprecated: Why nobody should use it any more: its successor or its fate; ``""`` for all others.
        paged: The list inside a row that the pages of a first push split, ``""`` when they split the rows; ``None``
            when it has no pages.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        dialect: str,
        name: str,
        endpoint: str,
        *,
        auth: bool,
        book: BookForm | None,
        quiet: float | None,
        names: tuple[str, ...],
        rows: Mapping[str, type],
        derive: Derive | None,
        tradable: bool,
        one_of: Groups,
        deprecated: str,
        paged: str | None,
    ) -> None:
        super().__init__(function)
        self.dialect = dialect
        self.channel = name
        self.endpoint = endpoint
        self.auth = auth
        self.book = book
        self.quiet = quiet
        self.names = names or (name,)
        self.rows = rows
        self.tradable = tradable
        self.one_of = one_of
        self.deprecated = deprecated
        self.paged = paged
        self._derive = derive

    def __repr__(self) -> str:
        return f"<Channel {self.dialect} {self.channel} on {self.endpoint}>"

    @property
    def sequenced(self) -> bool:
        """Whether messages of its books carry sequence ids that are the same on every connection: V5 alone."""
        return self.dialect == "v5"

    @property
    def name(self) -> str:
        """The Python name of the declaration."""
        return self._function.__name__

    @property
    def row(self) -> Any:
        """The type of one row."""
        return typing.get_args(self.signature.result)[0]

    @functools.cached_property
    def args(self) -> tuple[Param, ...]:
        """The arguments in the documents' order, without those that are part of the channel's name."""
        return tuple(
            Param(item.name, item.wire, "body", item.required, item.word.text if item.word else "")
            for item in self.signature.fields.values()
            if f"{{{item.name}}}" not in self.channel
        )

    def topic(self, args: tuple[object, ...], given: Mapping[str, object]) -> Topic[Any]:
        """Check the arguments and return the topic to subscribe to; see `Signature.bind` for what is raised."""
        what = f"channel {self.name}"
        values = self.signature.bind(what, args, given)
        need_one(what, self.one_of, values)
        name = self.channel
        for part, text in (self._derive(values) if self._derive else {}).items():
            name = name.replace(f"{{{part}}}", text)
        wire: dict[str, str] = {}
        for key, value in values.items():
            text = wire_text(value)
            placed = name.replace(f"{{{key}}}", text)
            if placed == name:
                wire[self.signature.fields[key].wire] = text
            name = placed
        return Topic(self, name, tuple(wire.items()))


@dataclass(frozen=True, slots=True)
class Topic(Generic[T_co]):
    """One subscription: a channel with its arguments, in canonical form. Equal topics share one wire subscription.

    Attributes:
        channel: Its declaration.
        name: The channel's name on the wire, e.g. ``candle1m``.
        args: Wire names and values, in the documents' order.
    """

    channel: Channel = field(compare=False, repr=False)
    name: str
    args: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """A short text for people and logs, e.g. ``books:BTC-USDT``."""
        values = ",".join(value for _, value in self.args)
        return f"{self.name}:{values}" if values else self.name

    @property
    def row(self) -> Any:
        """The type of one row."""
        return self.channel.rows.get(self.name) or self.channel.row

    @property
    def deep(self) -> bool:
        """Whether it is a deep book, of which a connection should carry few."""
        book = self.channel.book
        return book is not None and book.depth >= DEEP

    @property
    def inst_id(self) -> str:
        """The tradable instrument the topic is about, ``""`` when it is about none or several, an index or a spread."""
        return self.subject if self.channel.tradable else ""

    @property
    def subject(self) -> str:
        """What the topic is about: an instrument, an index or a spread; ``""`` when about none or several."""
        return next((value for name, value in self.args if name in _SUBJECTS), "")

    def __str__(self) -> str:
        return self.key


def channel(
    name: str,
    *,
    endpoint: str,
    dialect: str = "v5",
    auth: bool = False,
    book: BookForm | None = None,
    quiet: float | None = None,
    names: tuple[str, ...] = (),
    rows: Mapping[str, type] | None = None,
    derive: Derive | None = None,
    tradable: bool = True,
    one_of: Groups = (),
    deprecated: str = "",
    paged: str | None = None,
) -> Callable[[Callable[P, Topic[T]]], Callable[P, Topic[T]]]:
    """Declare a channel; calling the declared function makes a `Topic`.

    Args:
        name: On the wire; ``{part}`` is filled from an argument of that name or from ``derive``.
        endpoint: Which socket serves it.
        dialect: ``v5`` or ``v3``.
        auth: Whether the connection must be logged in.
        book: How it sends order books.
        quiet: Seconds of silence that mean something is wrong.
        names: Every concrete name, when the name has a ``{part}``.
        rows: Row types of single names that spell their rows differently.
        derive: Finds parts of the name that follow from the arguments, e.g. V3's product from the instrument.
        tradable: Whether its instrument is in the exchange's list of instruments; an index or a spread is not.
        one_of: Groups of arguments of which at least one must be given.
        deprecated: Its successor or its fate; making a topic then warns.
        paged: The list inside a row that the pages of a first push split, ``""`` when they split the rows.
    """

    def decorate(function: Callable[P, Topic[T]]) -> Callable[P, Topic[T]]:
        declared = Channel(
            function,
            dialect,
            name,
            endpoint,
            auth=auth,
            book=book,
            quiet=quiet,
            names=names,
            rows=rows or {},
            derive=derive,
            tradable=tradable,
            one_of=one_of,
            deprecated=deprecated,
            paged=paged,
        )

        @functools.wraps(function)
        def make(*args: P.args, **given: P.kwargs) -> Topic[T]:
            if deprecated:
                text = f"the channel {name} is deprecated: {deprecated}"
                warnings.warn(text, DeprecationWarning, stacklevel=2)
            return declared.topic(args, given)

        make.channel = declared  # type: ignore[attr-defined]
        return make

    return decorate
