"""Endpoint declarations: decorator, typed signature, one sentence.

::

    class Market(Section, dialect="v5", chapter="market"):
        @get("/api/v5/market/ticker", limit=Limit(20, 2, "ip"))
        async def ticker(self, inst_id: InstId) -> Ticker:
            '''Latest price, best bid and offer, and 24-hour statistics of one instrument.'''
            ...

The body stays empty: parameters, wire names and the result's shape are read from the signature. What is declared is
data, too: `Endpoint` is one row of `okx_async.catalogue`.
"""

from __future__ import annotations

import functools
import re
import typing
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Literal, TypeVar, cast
from urllib.parse import quote

from .fields import Groups, Signature, need_one_of
from .names import wire_name
from .rules import Rule
from .throttle import Limit

__all__ = ["Chapters", "Endpoint", "Param", "Section", "chapter", "get", "post"]

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
Where = Literal["path", "query", "body"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an endpoint, as the catalogue shows it.

    Attributes:
        name: Its Python name.
        wire: Its name on the wire.
        where: ``path``, ``query`` or ``body``.
        required: Whether it must be given.
        text: Its meaning, ``""`` when the name says it all.
    """

    name: str
    wire: str
    where: Where
    required: bool
    text: str


class Endpoint:
    """One REST endpoint: a row of the catalogue.

    Attributes:
        dialect: ``v5`` or ``v3``.
        chapter: The documents' chapter, e.g. ``market``.
        name: The method's name, e.g. ``ticker``.
        method: ``GET`` or ``POST``.
        path: With ``{name}`` for path parameters.
        auth: Whether a key is needed.
        limit: The documented rate limit, ``None`` when the documents name none.
        one_of: Groups of parameters of which at least one must be given.
        check: The documents' rules over several parameters, run before anything is sent.
        deprecated: Why nobody should use it any more: its successor or its fate; ``""`` for all others.
    """

    dialect: str = ""
    chapter: str = ""

    def __init__(
        self,
        function: Callable[..., Any],
        method: Literal["GET", "POST"],
        path: str,
        limit: Limit | None,
        auth: bool,
        *,
        one_of: Groups = (),
        check: Rule | None = None,
        deprecated: str = "",
    ) -> None:
        self.name: str = function.__name__
        self.method: Literal["GET", "POST"] = method
        self.path = path
        self.limit = limit
        self.auth = auth
        self.one_of = one_of
        self.check = check
        self.deprecated = deprecated
        self._function = function
        self._path_names = frozenset(re.findall(r"{(\w+)}", path))

    def __repr__(self) -> str:
        return f"<Endpoint {self.dialect} {self.chapter}.{self.name}: {self.method} {self.path}>"

    @property
    def doc(self) -> str:
        """What the endpoint is for."""
        return (self._function.__doc__ or "").strip()

    @functools.cached_property
    def signature(self) -> Signature:
        """The typed parameters, resolved on first use to keep the import quick."""
        return Signature(self._function, wire_name if self.dialect == "v5" else str)

    @property
    def result(self) -> Any:
        """The annotated result: a row type or a list of it."""
        return self.signature.result

    @property
    def many(self) -> bool:
        """Whether the answer is a list of rows rather than one."""
        return typing.get_origin(self.result) is list

    @functools.cached_property
    def params(self) -> tuple[Param, ...]:
        """The parameters in the documents' order."""
        return tuple(
            Param(
                field.name, field.wire, self._where(field.name), field.required, field.word.text if field.word else ""
            )
            for field in self.signature.fields.values()
        )

    def request(self, args: tuple[object, ...], given: Mapping[str, object]) -> Request:
        """Check the parameters and sort them by where they go; see `Signature.bind` for what is raised."""
        name = f"{self.chapter}.{self.name}"
        values = self.signature.bind(name, args, given)
        need_one_of(name, self.one_of, values)
        if self.check is not None:
            self.check(values)
        fields = self.signature.fields
        path = self.path
        rest: dict[str, Any] = {}
        for key, value in values.items():
            if key in self._path_names:
                path = path.replace(f"{{{key}}}", quote(str(value), safe=""))
            else:
                rest[fields[key].wire] = value
        return Request(self, path, rest, values)

    def warn(self) -> None:
        """Warn whoever called the caller of this when the endpoint is deprecated."""
        if self.deprecated:
            text = f"{self.chapter}.{self.name} is deprecated: {self.deprecated}"
            warnings.warn(text, DeprecationWarning, stacklevel=3)

    def _where(self, name: str) -> Where:
        if name in self._path_names:
            return "path"
        return "query" if self.method == "GET" else "body"


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request: what to send, before signing.

    Attributes:
        endpoint: Which endpoint.
        path: With its path parameters filled in, without the query.
        fields: Query or body values by wire name.
        values: Every value by Python name, for rate limit keys.
    """

    endpoint: Endpoint
    path: str
    fields: Mapping[str, Any]
    values: Mapping[str, Any]


Perform = Callable[[Request], Awaitable[Any]]


class Section:
    """A chapter of endpoints. A subclass names its dialect and chapter and lists its endpoints in document order."""

    endpoints: ClassVar[tuple[Endpoint, ...]] = ()
    dialect: ClassVar[str] = ""
    chapter: ClassVar[str] = ""

    def __init__(self, perform: Perform) -> None:
        self._perform = perform

    def __init_subclass__(cls, *, dialect: str, chapter: str) -> None:
        cls.dialect, cls.chapter = dialect, chapter
        cls.endpoints = tuple(_declared(cls))
        for endpoint in cls.endpoints:
            endpoint.dialect, endpoint.chapter = dialect, chapter


class _Chapter:
    """A chapter as a client's attribute, loaded when it is first asked for: a client rarely needs them all."""

    def __init__(self, where: str) -> None:
        self._module, _, self._class = where.partition(":")

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._package = owner.__module__.rpartition(".")[0]

    def load(self) -> type[Section]:
        """Import the chapter."""
        section: type[Section] = getattr(import_module(self._module, self._package), self._class)
        return section

    def __get__(self, instance: Chapters | None, owner: type) -> Any:
        if instance is None:
            return self
        made = self.load()(instance._perform)
        setattr(instance, self._name, made)  # this descriptor is not asked again
        return made


def chapter(where: str) -> Any:
    """Make a chapter an attribute: ``market: Market = chapter(".rest.market:Market")``."""
    return _Chapter(where)


class Chapters:
    """The chapters of one dialect as attributes. A subclass lists them in the documents' order."""

    async def _perform(self, request: Request) -> Any:
        """Send a request and return its typed result."""
        raise NotImplementedError

    @classmethod
    def sections(cls) -> Iterator[type[Section]]:
        """Load and yield every chapter."""
        for kind in reversed(cls.__mro__):
            for member in vars(kind).values():
                if isinstance(member, _Chapter):
                    yield member.load()


def _declared(section: type[Section]) -> Iterator[Endpoint]:
    """Yield the endpoints of a section, those of its bases first: a chapter may be spread over several files."""
    for kind in reversed(section.__mro__):
        for member in vars(kind).values():
            endpoint = getattr(member, "endpoint", None)
            if isinstance(endpoint, Endpoint):
                yield endpoint


def get(
    path: str,
    *,
    limit: Limit | None,
    auth: bool = False,
    one_of: Groups = (),
    check: Rule | None = None,
    deprecated: str = "",
) -> Callable[[F], F]:
    """Declare a GET endpoint; its parameters go into the path and the query.

    Args:
        path: With ``{name}`` for path parameters.
        limit: The documented rate limit, ``None`` when the documents name none.
        auth: Whether a key is needed.
        one_of: Groups of parameters of which at least one must be given.
        check: The documents' rules over several parameters.
        deprecated: Its successor or its fate; calling it then warns.
    """
    return _declare("GET", path, limit, auth, one_of=one_of, check=check, deprecated=deprecated)


def post(
    path: str,
    *,
    limit: Limit | None,
    auth: bool = True,
    one_of: Groups = (),
    check: Rule | None = None,
    deprecated: str = "",
) -> Callable[[F], F]:
    """Declare a POST endpoint; its parameters go into a JSON body. The arguments are those of `get`."""
    return _declare("POST", path, limit, auth, one_of=one_of, check=check, deprecated=deprecated)


def _declare(
    method: Literal["GET", "POST"], path: str, limit: Limit | None, auth: bool, **more: Any
) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        endpoint = Endpoint(function, method, path, limit, auth, **more)

        async def perform(self: Section, *args: object, **given: object) -> Any:
            return await self._perform(endpoint.request(args, given))

        def warn(self: Section, *args: object, **given: object) -> Awaitable[Any]:
            endpoint.warn()  # no coroutine itself, so that the warning points at the line of the call
            return perform(self, *args, **given)

        call = functools.wraps(function)(warn if endpoint.deprecated else perform)
        call.endpoint = endpoint  # type: ignore[attr-defined]
        return cast("F", call)

    return decorate
