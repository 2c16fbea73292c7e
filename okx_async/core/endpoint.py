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
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, Literal, TypeVar, cast
from urllib.parse import quote

from ..errors import BadParameter
from .fields import Field, Signature, need_one_of, row_of, row_signature
from .names import plain_name, wire_name
from .throttle import Limit
from .words import Word

__all__ = ["Chapters", "Endpoint", "Form", "Param", "Permission", "Section", "chapter", "get", "post"]

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
Where = Literal["path", "query", "body", "header"]
Permission = Literal["read", "trade", "withdraw"]


@dataclass(frozen=True, slots=True)
class Form:
    """How an endpoint differs from plain parameters in and plain rows out; V3's products each have ways of their own.

    Attributes:
        wire: Wire names that do not follow from the Python name.
        check: Looks at all values together, by Python name, and raises `BadParameter`; before anything is sent.
        unpack: Turns the answer's JSON into the JSON of the declared rows, ``None`` when it is not such an answer. It
            works on bytes so that no number loses a digit.
    """

    wire: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Mapping[str, Any]], None] | None = None
    unpack: Callable[[bytes], bytes | None] | None = None


_PLAIN = Form()


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
        permission: What the key must be allowed to do, ``None`` when no key is needed.
        batch: Whether every row of the answer has its own result; a failed row never hides the others.
        bare_list: Whether the only body parameter is a list that is the whole body.
        most: How many items that list may have, ``None`` when the documents do not say.
        one_of: Groups of names of which at least one must be given.
        form: How its parameters and its answer are shaped, where that is out of the ordinary.
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
        permission: Permission | None = None,
        batch: bool = False,
        bare_list: bool = False,
        most: int | None = None,
        one_of: tuple[tuple[str, ...], ...] = (),
        form: Form = _PLAIN,
    ) -> None:
        self.name: str = function.__name__
        self.method: Literal["GET", "POST"] = method
        self.path = path
        self.limit = limit
        self.auth = auth
        self.permission: Permission | None = permission or (_usual(method) if auth else None)
        self.batch = batch
        self.bare_list = bare_list
        self.most = most
        self.one_of = one_of
        self.form = form
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
        return Signature(self._function, wire_name if self.dialect == "v5" else plain_name)

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
        return tuple(_param(field, self._where(field), self._wire(field)) for field in self.signature.fields.values())

    def request(self, args: tuple[object, ...], given: Mapping[str, object]) -> Request:
        """Check the parameters and sort them by where they go; see `Signature.bind` for what is raised."""
        what = f"{self.chapter}.{self.name}"
        values = self.signature.bind(what, args, given)
        need_one_of(what, self.one_of, values)
        if self.form.check is not None:
            self.form.check(values)
        fields = self.signature.fields
        path = self.path
        rest: dict[str, Any] = {}
        headers: dict[str, str] = {}
        for name, value in values.items():
            where = self._where(fields[name])
            if where == "path":
                path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
            elif where == "header":
                headers[cast("Word", fields[name].word).header] = value
            else:
                rest[self._wire(fields[name])] = value
        request = Request(self, path, rest, values, headers)
        if self.most is not None and request.items > self.most:
            raise BadParameter(f"{what} takes at most {self.most} at once, got {request.items}")
        return request

    def _wire(self, field: Field) -> str:
        """Return a parameter's wire name; ``[]`` for the list that is the whole body."""
        return "[]" if self.bare_list else self.form.wire.get(field.name, field.wire)

    def _where(self, field: Field) -> Where:
        if field.name in self._path_names:
            return "path"
        if field.word is not None and field.word.header:
            return "header"
        return "query" if self.method == "GET" else "body"


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request: what to send, before signing.

    Attributes:
        endpoint: Which endpoint.
        path: With its path parameters filled in, without the query.
        fields: Query or body values by wire name.
        values: Every value by Python name, for rate limit keys.
        headers: Values that travel as HTTP headers.
    """

    endpoint: Endpoint
    path: str
    fields: Mapping[str, Any]
    values: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        """The JSON body of a POST: its fields, or a bare list."""
        return next(iter(self.fields.values())) if self.endpoint.bare_list else self.fields

    @property
    def items(self) -> int:
        """How many items a bare list has, 1 for everything else."""
        return len(self.body) if self.endpoint.bare_list else 1

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
    # A chapter may be put together from parts: the first base stands first in the documents.
    for part in section.__bases__:
        yield from _declared(part)
    for member in vars(section).values():
        endpoint = getattr(member, "endpoint", None)
        if isinstance(endpoint, Endpoint):
            yield endpoint


def _usual(method: str) -> Permission:
    return "read" if method == "GET" else "trade"


def _param(field: Field, where: Where, wire: str) -> Param:
    row = row_of(field.hint)
    parts = row_signature(row).fields.values() if row is not None else ()
    inner = tuple(_param(part, where, part.wire) for part in parts)
    return Param(field.name, wire, where, field.required, field.word.text if field.word else "", inner)


def get(
    path: str,
    *,
    limit: Limit | None,
    auth: bool = False,
    permission: Permission | None = None,
    one_of: tuple[tuple[str, ...], ...] = (),
    form: Form = _PLAIN,
) -> Callable[[F], F]:
    """Declare a GET endpoint; its parameters go into the path and the query.

    Args:
        path: With ``{name}`` for path parameters.
        limit: The documented rate limit.
        auth: Whether a key is needed.
        permission: What the key must be allowed to do, when it is not ``read``.
        one_of: Groups of names of which at least one must be given.
        form: How its parameters and its answer are shaped, where that is out of the ordinary.
    """
    return _declare("GET", path, limit, auth, permission=permission, one_of=one_of, form=form)


def post(
    path: str,
    *,
    limit: Limit | None,
    auth: bool = True,
    permission: Permission | None = None,
    batch: bool = False,
    bare_list: bool = False,
    most: int | None = None,
    one_of: tuple[tuple[str, ...], ...] = (),
    form: Form = _PLAIN,
) -> Callable[[F], F]:
    """Declare a POST endpoint; its parameters go into a JSON body.

    Args:
        path: With ``{name}`` for path parameters.
        limit: The documented rate limit.
        auth: Whether a key is needed.
        permission: What the key must be allowed to do, when it is not ``trade``.
        batch: Whether every row of the answer has its own result.
        bare_list: Whether the only body parameter is a list that is the whole body.
        most: How many items that list may have.
        one_of: Groups of names of which at least one must be given.
        form: How its parameters and its answer are shaped, where that is out of the ordinary.
    """
    facts = {"permission": permission, "batch": batch, "bare_list": bare_list, "most": most, "one_of": one_of}
    return _declare("POST", path, limit, auth, **facts, form=form)


def _declare(
    method: Literal["GET", "POST"], path: str, limit: Limit | None, auth: bool, **facts: Any
) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        endpoint = Endpoint(function, method, path, limit, auth, **facts)

        @functools.wraps(function)
        async def call(self: Section, *args: object, **given: object) -> Any:
            return await self._perform(endpoint.request(args, given))

        call.endpoint = endpoint  # type: ignore[attr-defined]
        return cast("F", call)

    return decorate
