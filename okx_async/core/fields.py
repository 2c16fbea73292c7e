"""Parameters of endpoints and channels: read from a typed signature, checked before sending, written for the wire.

The signature is the specification. A wrong name, type or value raises here, so nothing wrong ever leaves.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Union

from ..errors import BadParameter
from .names import did_you_mean
from .numeric import number_text
from .signing import iso_timestamp
from .words import Word

__all__ = ["Field", "Groups", "Signature", "need_one_of"]

Groups = tuple[tuple[str, ...], ...]
"""Parameters of which at least one must be given, group by group."""
_NUMBER = frozenset((Decimal, int, str))


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter.

    Attributes:
        name: Its Python name.
        wire: Its name on the wire.
        required: Whether it must be given.
        hint: Its annotation, without ``None``.
        word: Its meaning and shape, when the vocabulary has it.
        default: What stands for a value that is not given, ``None`` for leaving it out.
    """

    name: str
    wire: str
    required: bool
    hint: Any
    word: Word | None
    default: Any

    def write(self, value: object) -> Any:
        """Check a value and return what goes on the wire: text, a bool, or a list or mapping of such.

        Raises:
            BadParameter: The value has the wrong type or shape; the message says what is wanted.
        """
        written = _write(self.name, self.hint, value)
        word = self.word
        if word and word.iso:
            try:
                return iso_timestamp(int(written))
            except (ValueError, OverflowError, OSError):
                raise BadParameter(f"{self.name} is not a moment in Unix milliseconds: {value!r}") from None
        if word and word.shape and isinstance(written, str) and not re.fullmatch(word.shape, written):
            guess = written.upper().replace("/", "-").replace("_", "-")
            meant = f"; did you mean {guess!r}?" if guess != written and re.fullmatch(word.shape, guess) else ""
            raise BadParameter(f"{self.name} is not well formed: {written!r}; a good one is {word.example}{meant}")
        return written


class Signature:
    """The parameters of one declared function, resolved on first use.

    Args:
        function: The declaration; ``self`` is left out.
        rename: How a Python name becomes a wire name.
    """

    def __init__(self, function: Callable[..., Any], rename: Callable[[str], str]) -> None:
        hints = typing.get_type_hints(function, include_extras=True)
        self.result: Any = hints.pop("return", None)
        self.fields: dict[str, Field] = {}
        for name, parameter in inspect.signature(function).parameters.items():
            if name == "self":
                continue
            hint, word = _plain(hints[name])
            required = parameter.default is parameter.empty
            default = None if required else parameter.default
            self.fields[name] = Field(name, rename(name), required, hint, word, default)

    def bind(self, what: str, args: Sequence[object], given: Mapping[str, object]) -> dict[str, Any]:
        """Return the written values by Python name; a value of ``None`` means: left out.

        Raises:
            BadParameter: A name is unknown, given twice or missing, or a value is wrong.
        """
        fields = self.fields
        if len(args) > len(fields):
            raise BadParameter(f"{what} takes at most {len(fields)} parameters, got {len(args)}")
        values: dict[str, object] = dict(zip(fields, args, strict=False))
        for name, value in given.items():
            if name not in fields:
                raise BadParameter(f"{what} has no parameter {name!r}{did_you_mean(name, fields)}")
            if name in values:
                raise BadParameter(f"{what} got {name!r} twice")
            values[name] = value
        written: dict[str, Any] = {}
        for name, field in fields.items():
            value = values.get(name, field.default)
            if value is not None:
                written[name] = field.write(value)
            elif field.required:
                raise BadParameter(f"{what} needs {name!r}")
        return written


def need_one_of(what: str, groups: Groups, values: Mapping[str, object]) -> None:
    """Raise `BadParameter` when no parameter of a group is given."""
    for group in groups:
        if values.keys().isdisjoint(group):
            raise BadParameter(f"{what} needs one of {', '.join(map(repr, group))}")


def _plain(hint: Any) -> tuple[Any, Word | None]:
    """Strip ``None`` and the vocabulary from an annotation."""
    word: Word | None = None
    while True:
        origin = typing.get_origin(hint)
        if origin is Annotated:
            hint, *extra = typing.get_args(hint)
            word = next((item for item in extra if isinstance(item, Word)), word)
        elif origin in (Union, types.UnionType):
            rest = [arg for arg in typing.get_args(hint) if arg is not types.NoneType]
            if len(rest) != 1:
                return (Union[tuple(rest)], word) if len(rest) > 1 else (hint, word)  # noqa: UP007
            hint = rest[0]
        else:
            return hint, word


def _write(name: str, hint: Any, value: object) -> Any:
    hint, _ = _plain(hint)
    origin = typing.get_origin(hint)
    if origin in (list, Sequence):
        return _write_list(name, hint, value)
    if origin is Literal:
        return _write_literal(name, typing.get_args(hint), value)
    if origin in (Union, types.UnionType):
        return _write_union(name, typing.get_args(hint), value)
    if hint is bool:
        if not isinstance(value, bool):
            raise BadParameter(f"{name} must be True or False, not {value!r}")
        return value
    if hint is int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadParameter(f"{name} must be an int, not {value!r}")
        return str(value)
    if hint is str:
        if not isinstance(value, str):
            raise BadParameter(f"{name} must be text, not {type(value).__name__}: {value!r}")
        if not value:
            raise BadParameter(f"{name} is empty; leave it out instead")
        return value
    raise BadParameter(f"{name}: the declaration's type {hint!r} is not understood")


def _write_list(name: str, hint: Any, value: object) -> list[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadParameter(f"{name} must be a list, not {type(value).__name__}")
    (item,) = typing.get_args(hint)
    return [_write(f"{name}[{at}]", item, part) for at, part in enumerate(value)]


def _write_literal(name: str, allowed: tuple[object, ...], value: object) -> str:
    meant = next((item for item in allowed if item == value and isinstance(value, type(item))), None)
    if meant is None or isinstance(value, bool):
        known = [str(item) for item in allowed]
        hint = did_you_mean(str(value), known) or f"; known are {', '.join(known)}"
        raise BadParameter(f"{name} must not be {value!r}{hint}")
    return str(meant)


def _write_union(name: str, members: tuple[Any, ...], value: object) -> Any:
    if set(members) == _NUMBER:
        return number_text(name, value)
    problems: list[BadParameter] = []
    for member in members:
        try:
            return _write(name, member, value)
        except BadParameter as error:
            problems.append(error)
    raise problems[0]
