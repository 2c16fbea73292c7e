"""What the parameters of a request must look like: read off the declarations, judged by the simulator itself.

The client checks what it sends by the same declarations, but with other code, and what reaches the exchange may come
from anybody. Only form is judged here. Whether an instrument, a family or a currency exists is for the endpoint to say,
and a parameter nobody declared is ignored, as no document says otherwise.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache, cached_property, lru_cache
from typing import Any, Literal, Union

from ..core.endpoint import Chapters, Endpoint
from ..core.fields import Field
from ..v3.chapters import V3Chapters
from ..v5.chapters import V5Chapters
from .text import parse_iso

__all__ = ["NOT_SIMULATED", "Flaw", "Form", "Forms", "Wrong", "declared", "shape_of"]

NOT_SIMULATED = "{} is not simulated; `okx-async catalogue --sim` lists what is"
"""What is said about what the exchange has and the simulator does not."""

_PLACEHOLDER = re.compile(r"{\w+}")
_WHOLE = re.compile(r"-?[0-9]{1,30}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
# What names a thing is looked up, not judged by its form: a wrong one is unknown rather than ill-formed.
_NAMES = frozenset(
    ("instId", "instIdList", "instFamily", "instFamilyList", "uly", "ccy", "sprdId", "instrument_id", "underlying")
)

_Judge = Callable[[str], "Wrong | None"]


class Wrong(Enum):
    """What is wrong with a parameter."""

    MISSING = "it is needed and not there"
    NEITHER = "it or another one is needed"
    TYPE = "it is no number or no truth value"
    VALUE = "it is none of the known words, no moment, or not well formed"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a request, and the parameters it is about, by their names on the wire."""

    wrong: Wrong
    names: tuple[str, ...]


class Form:
    """The parameters of one endpoint.

    Args:
        endpoint: Its declaration.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def flaw(self, given: Mapping[str, str]) -> Flaw | None:
        """Return the first thing that is wrong with the query of a request; an empty value counts as none."""
        for name, (required, judge) in self._fields.items():
            text = given.get(name)
            if not text:
                if required:
                    return Flaw(Wrong.MISSING, (name,))
            elif (wrong := judge(text)) is not None:
                return Flaw(wrong, (name,))
        for names in self._groups:
            if not any(given.get(name) for name in names):
                return Flaw(Wrong.NEITHER, names)
        return None

    @cached_property
    def _fields(self) -> dict[str, tuple[bool, _Judge]]:
        fields = self._endpoint.signature.fields.values()
        path = self._endpoint.path
        return {
            each.wire: (each.required, _judge(each))
            for each in fields
            if f"{{{each.name}}}" not in path and not (each.word and each.word.header)
        }

    @cached_property
    def _groups(self) -> list[tuple[str, ...]]:
        fields = self._endpoint.signature.fields
        return [tuple(fields[name].wire for name in group) for group in self._endpoint.one_of]


class Forms:
    """The forms of one dialect's declared endpoints.

    Args:
        endpoints: What is declared.
    """

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._forms: dict[tuple[str, str], Form] = {
            (each.method, shape_of(each.path)): Form(each) for each in endpoints
        }

    def of(self, method: str, shape: str) -> Form | None:
        """Return the form of an endpoint by its method and the shape of its path; ``None`` if it is not declared."""
        return self._forms.get((method, shape))

    def fitting(self, method: str, path: str) -> bool:
        """Tell whether a path somebody asked for is that of a declared endpoint."""
        return any(
            known == method and re.fullmatch(shape.replace("{}", "[^/]+"), path) is not None
            for known, shape in self._forms
        )


@cache
def declared(dialect: str) -> tuple[Endpoint, ...]:
    """Return the declared endpoints of a dialect, ``v5`` or ``v3``; put together once for all exchanges."""
    chapters: type[Chapters] = V5Chapters if dialect == "v5" else V3Chapters
    return tuple(endpoint for section in chapters.sections() for endpoint in section.endpoints)


@cache
def forms_of(dialect: str) -> Forms:
    """Return the forms of a dialect's endpoints; they depend on nothing an exchange has of its own."""
    return Forms(declared(dialect))


@lru_cache(4096)
def shape_of(path: str) -> str:
    """Return a path without the names of its parameters."""
    return _PLACEHOLDER.sub("{}", path)


def _judge(field: Field) -> _Judge:
    word = field.word
    if word is not None and word.iso:
        return _moment
    kind = _kind(field.hint)
    shape = word.shape if word is not None and field.wire not in _NAMES else ""
    if kind is not None and not shape:
        return kind

    def judge(text: str) -> Wrong | None:
        wrong = kind(text) if kind is not None else None
        return wrong or (Wrong.VALUE if shape and re.fullmatch(shape, text) is None else None)

    return judge


def _kind(hint: Any) -> _Judge | None:
    """Return what judges texts of a declared type; ``None`` for types that any text is of."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        words = frozenset(map(str, typing.get_args(hint)))
        return lambda text: None if text in words else Wrong.VALUE
    if origin in (Union, types.UnionType) and set(typing.get_args(hint)) == {Decimal, int, str}:
        return lambda text: None if _NUMBER.fullmatch(text) else Wrong.TYPE
    if hint is int:
        return lambda text: None if _WHOLE.fullmatch(text) else Wrong.TYPE
    if hint is bool:
        return lambda text: None if text in ("true", "false") else Wrong.TYPE
    return None


def _moment(text: str) -> Wrong | None:
    try:
        parse_iso(text)
    except ValueError:
        return Wrong.VALUE
    return None
