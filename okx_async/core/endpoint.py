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
from typing import Any, ClassVar, Literal, Protocol, TypeVar, cast
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from ..errors import BadParameter
from .capability import Needs
from .declaration import Declaration
from .fields import Field, Groups, need_one, part_of, part_signature
from .pager import Pager
from .rules import Rule
from .throttle import Limit, Priority

__all__ = ["Chapters", "Endpoint", "Param", "Permission", "Section", "Unpack", "chapter", "get", "post"]

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
Where = Literal["path", "query", "body", "header"]
Permission = Literal["read", "trade", "withdraw"]
Scheme = Literal["none", "key", "bearer", "client"]
"""How a call proves who it is: not at all, signed with a key, by an access token, by client credentials in its body."""


Unpack = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an endpoint, as the catalogue shows it.

    Attributes:
        name: Its Python name.
        wire: Its name on the wire.
        where: ``path``, ``query``, ``body`` or ``header``.
        required: Whether it must be given.
        text: Its meaning, ``""`` when the name says it all.
        parts: The parameters it is made of, when it is a row or a list of rows.
    """

    name: str
    wire: str
    where: Where
    required: bool
    text: str
    parts: tuple[Param, ...] = ()


class Endpoint(Declaration):
    """One REST endpoint: a row of the catalogue.

    Attributes:
        dialect: ``v5`` or ``v3``.
        chapter: The documents' chapter, e.g. ``market``.
        name: The method's name, e.g. ``ticker``.
        method: ``GET`` or ``POST``.
        path: With ``{name}`` for path parameters.
        auth: Whether a key or a token is needed.
        scheme: How the call proves who it is; ``key`` means signed.
        check: The documents' rules over several parameters, run before anything is sent.
        bare: Whether the answer comes without the usual envelope.
        inside: The name of the list inside ``data``, where rows were seen one level deeper.
        unpack: Turns an answer's JSON into the JSON of the declared rows (V3), ``None`` when it is not such an answer.
            It works on bytes so that no number loses a digit.
        limit: The documented rate limit, ``None`` when the documents name none.
        permission: What the key must be allowed to do, ``None`` when no key is needed.
        needs: What a client must be built with to call it, ``None`` for nothing.
        batch: Whether every row of the answer has its own result; a failed row never hides the others.
        most: How many items a body that is a list may have, ``None`` when the documents do not say.
        one_of: Groups of names of which at least one must be given.
        deprecated: Why nobody should use it any more: its successor or its fate; ``""`` for all others.
        pages: How its pages are turned, ``None`` when it has none.
    """

    chapter: str = ""

    def __init__(
        self,
        function: Callable[..., Any],
        method: Literal["GET", "POST"],
        path: str,
        limit: Limit | None,
        auth: bool,
        *,
        permission: Permission | None = None,
        needs: Needs | None = None,
        batch: bool = False,
        most: int | None = None,
        one_of: Groups = (),
        scheme: Scheme | None = None,
        check: Rule | None = None,
        bare: bool = False,
        inside: str = "",
        deprecated: str = "",
        unpack: Unpack | None = None,
        pages: Pager | None = None,
    ) -> None:
        super().__init__(function)
        self.name: str = function.__name__
        self.method: Literal["GET", "POST"] = method
        self.path = path
        self.limit = limit
        self.auth = auth
        self.permission: Permission | None = permission or (_usual(method) if auth and scheme != "client" else None)
        self.needs = needs
        self.batch = batch
        self.most = most
        self.one_of = one_of
        self.scheme: Scheme = scheme or ("key" if auth else "none")
        self.check = check
        self.bare = bare
        self.inside = inside
        self.deprecated = deprecated
        self.unpack = unpack
        self.pages = pages
        self._path_names = frozenset(re.findall(r"{(\w+)}", path))

    def __repr__(self) -> str:
        return f"<Endpoint {self.dialect} {self.chapter}.{self.name}: {self.method} {self.path}>"

    @functools.cached_property
    def called(self) -> str:
        """How messages call it, e.g. ``market.ticker``."""
        return f"{self.chapter}.{self.name}"

    @functools.cached_property
    def where(self) -> str:
        """Where it is, e.g. ``GET /api/v5/market/ticker``."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it takes more than the read right, so that it may change something."""
        return self.permission not in (None, "read")

    @property
    def result(self) -> Any:
        """The annotated result: a row type or a list of it."""
        return self.signature.result

    @functools.cached_property
    def many(self) -> bool:
        """Whether the answer is a list of rows rather than one."""
        origin = typing.get_origin(self.result)
        return isinstance(origin, type) and issubclass(origin, list)

    @functools.cached_property
    def priority(self) -> Priority:
        """Who it goes before when several wait for one rate limit: what takes risk away goes first."""
        words = self.name.split("_")
        if self.method == "GET":
            return "read"
        return "cancel" if "cancel" in words else "amend" if "amend" in words else "place"

    @functools.cached_property
    def bare_list(self) -> bool:
        """Whether the body is a list rather than an object."""
        return any(one.word is not None and one.word.whole for one in self.signature.fields.values())

    @functools.cached_property
    def params(self) -> tuple[Param, ...]:
        """The parameters in the documents' order."""
        return tuple(_param(field, self._where(field)) for field in self.signature.fields.values())

    def request(self, args: tuple[object, ...], given: Mapping[str, object]) -> Request:
        """Check the parameters and sort them by where they go; see `Signature.bind` for what is raised."""
        values = self.signature.bind(self.called, args, given)
        if self.one_of:
            need_one(self.called, self.one_of, values)
        if self.check is not None:
            self.check(values)
        if self._elsewhere.isdisjoint(values):
            wires = self._wires
            return Request(self, self.path, {wires[name]: value for name, value in values.items()}, values)
        request = self._sort(values)
        if self.most is not None and request.items > self.most:
            raise BadParameter(f"{self.called} takes at most {self.most} at once, got {request.items}")
        return request

    @functools.cached_property
    def _wires(self) -> dict[str, str]:
        """Wire names by Python name."""
        return {name: one.wire for name, one in self.signature.fields.items()}

    @functools.cached_property
    def _elsewhere(self) -> frozenset[str]:
        """Names of parameters that are not simply one of several in the query or the body."""
        words = ((name, one.word) for name, one in self.signature.fields.items())
        return self._path_names.union(name for name, word in words if word is not None and (word.header or word.whole))

    def _sort(self, values: Mapping[str, Any]) -> Request:
        """Sort parameters by where they go."""
        fields = self.signature.fields
        path = self.path
        rest: Any = {}
        headers: dict[str, str] = {}
        for name, value in values.items():
            word = fields[name].word
            if name in self._path_names:
                path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
            elif word and word.header:
                header, _, before = word.header.partition(": ")
                headers[header] = before + value
            elif word and word.whole:
                rest = value
            else:
                rest[fields[name].wire] = value
        return Request(self, path, rest, values, headers)

    def warn(self) -> None:
        """Warn whoever called the caller of this when the endpoint is deprecated."""
        if self.deprecated:
            text = f"{self.chapter}.{self.name} is deprecated: {self.deprecated}"
            warnings.warn(text, DeprecationWarning, stacklevel=3)

    def _where(self, field: Field) -> Where:
        if field.name in self._path_names:
            return "path"
        if field.word is not None and field.word.header:
            return "header"
        return "query" if self.method == "GET" else "body"


class Request(msgspec.Struct, frozen=True, eq=False):
    """A checked request: what to send, before signing.

    Attributes:
        endpoint: Which endpoint.
        path: With its path parameters filled in, without the query.
        fields: Query or body values by wire name; a list where the body is one.
        values: Every value by Python name, for rate limit keys.
        headers: HTTP headers that parameters travel in.
        late: Called whenever it is about to be sent, with whether it bears a signature of its own; returns the headers
            that depend on that moment, which count before those of the same name in ``headers``.
    """

    endpoint: Endpoint
    path: str
    fields: Any
    values: Mapping[str, Any]
    headers: Mapping[str, str] = {}
    late: Callable[[bool], Mapping[str, str]] | None = None

    def __repr__(self) -> str:
        """Leave the values out: passphrases and tokens are among them."""
        return f"Request({self.endpoint}, {self.path!r})"

    @property
    def items(self) -> int:
        """How many items a body that is a list has, 1 for everything else."""
        return len(self.fields) if isinstance(self.fields, list) else 1

    def leaving(self, *, signed: bool) -> Request:
        """Return the request as it is sent now.

        Args:
            signed: Whether it is signed for a moment of its own. Over a socket only the login is.
        """
        if self.late is None:
            return self
        return replace(self, headers={**self.headers, **self.late(signed)}, late=None)

    @property
    def cost(self) -> int:
        """What the request takes from its rate limit."""
        return self.items if self.endpoint.limit is not None and self.endpoint.limit.items else 1


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


class _Performing(Protocol):
    """What a client is to its chapters."""

    async def _perform(self, request: Request) -> Any:
        """Send a request and return its typed result."""
        ...


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

    def __get__(self, instance: _Performing | None, owner: type) -> Any:
        if instance is None:
            return self
        made = self.load()(instance._perform)
        setattr(instance, self._name, made)  # this descriptor is not asked again
        return made


def chapter(where: str) -> Any:
    """Make a chapter an attribute: ``market: Market = chapter(".rest.market:Market")``."""
    return _Chapter(where)


class Chapters:
    """The chapters of one dialect as attributes, for a client. A subclass lists them in the documents' order."""

    @classmethod
    def sections(cls) -> Iterator[type[Section]]:
        """Load and yield every chapter."""
        for kind in reversed(cls.__mro__):
            for member in vars(kind).values():
                if isinstance(member, _Chapter):
                    yield member.load()


def _declared(section: type[Section]) -> Iterator[Endpoint]:
    # A chapter may be put together from parts: the first base stands first in the documents.
    for part in section.__bases__:
        yield from _declared(part)
    for member in vars(section).values():
        endpoint = getattr(member, "endpoint", None)
        if isinstance(endpoint, Endpoint):
            yield endpoint


def _usual(method: str) -> Permission:
    return "read" if method == "GET" else "trade"


def _param(field: Field, where: Where) -> Param:
    part = part_of(field.hint)
    parts = tuple(_param(inner, where) for inner in part_signature(part).fields.values()) if part is not None else ()
    return Param(field.name, field.wire, where, field.required, field.word.text if field.word else "", parts)


def get(
    path: str,
    *,
    limit: Limit | None,
    auth: bool = False,
    permission: Permission | None = None,
    one_of: Groups = (),
    check: Rule | None = None,
    inside: str = "",
    deprecated: str = "",
    unpack: Unpack | None = None,
    pages: Pager | None = None,
) -> Callable[[F], F]:
    """Declare a GET endpoint; its parameters go into the path and the query.

    Args:
        path: With ``{name}`` for path parameters.
        limit: The documented rate limit, ``None`` when the documents name none.
        auth: Whether a key is needed.
        permission: What the key must be allowed to do, when it is not ``read``.
        one_of: Groups of parameters of which at least one must be given.
        check: The documents' rules over several parameters.
        inside: The name of the list inside ``data``, where rows were seen one level deeper.
        deprecated: Its successor or its fate; calling it then warns.
        unpack: Turns an answer's JSON into the JSON of the declared rows (V3).
        pages: How its pages are turned, ``None`` when it has none.
    """
    facts = {"permission": permission, "one_of": one_of, "inside": inside, "deprecated": deprecated}
    return _declare("GET", path, limit, auth, check=check, unpack=unpack, pages=pages, **facts)


def post(
    path: str,
    *,
    limit: Limit | None,
    auth: bool = True,
    permission: Permission | None = None,
    needs: Needs | None = None,
    batch: bool = False,
    most: int | None = None,
    one_of: Groups = (),
    scheme: Scheme | None = None,
    check: Rule | None = None,
    bare: bool = False,
    deprecated: str = "",
    unpack: Unpack | None = None,
) -> Callable[[F], F]:
    """Declare a POST endpoint; its parameters go into a JSON body.

    Args:
        path: With ``{name}`` for path parameters.
        limit: The documented rate limit, ``None`` when the documents name none.
        auth: Whether a key is needed.
        permission: What the key must be allowed to do, when it is not ``trade``.
        needs: What a client must be built with to call it.
        batch: Whether every row of the answer has its own result.
        most: How many items a body that is a list may have.
        one_of: Groups of parameters of which at least one must be given.
        scheme: How the call proves who it is, when it is not signed with a key.
        check: The documents' rules over several parameters.
        bare: Whether the answer comes without the usual envelope.
        deprecated: Its successor or its fate; calling it then warns.
        unpack: Turns an answer's JSON into the JSON of the declared rows (V3).
    """
    facts = {"permission": permission, "needs": needs, "most": most, "one_of": one_of, "deprecated": deprecated}
    ways = {"scheme": scheme, "check": check, "batch": batch, "bare": bare, "unpack": unpack}
    return _declare("POST", path, limit, auth, **facts, **ways)


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
