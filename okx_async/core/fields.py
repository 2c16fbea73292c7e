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
from functools import lru_cache
from typing import Annotated, Any, Literal, Union

import msgspec
import orjson

from ..errors import BadParameter
from ..settings import Secret
from .names import did_you_mean
from .numeric import number_text
from .row import V5Part
from .signing import iso_timestamp
from .words import Word

__all__ = ["Field", "Groups", "Signature", "need_one", "part_of", "part_signature", "wire_text"]

Groups = tuple[tuple[str, ...], ...]
"""Parameters of which at least one must be given, group by group."""
_NUMBER = frozenset((Decimal, int, str))
_LISTS: tuple[Any, ...] = (list, Sequence)


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

    def write(self, value: object, path: str = "") -> Any:
        """Check a value and return what goes on the wire: text, a bool, a number, or a list or mapping of such.

        Args:
            value: What was given.
            path: What the parameter is part of, for messages, e.g. ``orders[0].``.

        Raises:
            BadParameter: The value has the wrong type or shape; the message says what is wanted.
        """
        return _checked(f"{path}{self.name}", self.hint, self.word, value)


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
            wire = word.wire if word and word.wire else rename(name)
            self.fields[name] = Field(name, wire, required, hint, word, default)

    @classmethod
    def of_part(cls, kind: type[V5Part]) -> Signature:
        """Return the parameters of a parameter row."""
        made = cls.__new__(cls)
        made.result = None
        made.fields = {}
        hints = typing.get_type_hints(kind, include_extras=True)
        for one in msgspec.structs.fields(kind):
            hint, word = _plain(hints[one.name])
            default = None if one.required else one.default
            made.fields[one.name] = Field(one.name, one.encode_name, one.required, hint, word, default)
        return made

    def bind(self, what: str, args: Sequence[object], given: Mapping[str, object], path: str = "") -> dict[str, Any]:
        """Return the written values by Python name; a value of ``None`` means: left out.

        Args:
            what: What is called, for messages.
            args: Values by position.
            given: Values by Python name.
            path: What goes before a parameter's name in messages, e.g. ``orders[0].``.

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
                written[name] = field.write(value, path)
            elif field.required:
                raise BadParameter(f"{what} needs {name!r}")
        return written


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


@lru_cache(maxsize=256)
def part_signature(kind: type[V5Part]) -> Signature:
    """Return the parameters of a parameter row, read once."""
    return Signature.of_part(kind)


def part_of(hint: Any) -> type[V5Part] | None:
    """Return the parameter row that an annotation stands for, ``list[NewOrder | Fields] | None`` included."""
    if isinstance(hint, type) and issubclass(hint, V5Part):
        return hint
    return next((row for part in typing.get_args(hint) if (row := part_of(part)) is not None), None)


def need_one(what: str, groups: Groups, values: Mapping[str, object]) -> None:
    """Raise `BadParameter` when none of a group of names has a value."""
    for group in groups:
        if values.keys().isdisjoint(group):
            raise BadParameter(f"{what} needs one of {', '.join(map(repr, group))}")


def wire_text(value: Any) -> str:
    """Return a written value as it stands in a query or in a channel's argument."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(wire_text, value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _checked(name: str, hint: Any, word: Word | None, value: object) -> Any:
    """Write a value, and apply what the vocabulary says about it."""
    if word is not None and word.secret:
        return _write_secret(name, word, value)
    written = _write(name, hint, value)
    if word is None:
        return written
    if word.iso:
        try:
            return iso_timestamp(int(written))
        except (ValueError, OverflowError, OSError):
            raise BadParameter(f"{name} is not a moment in Unix milliseconds: {value!r}") from None
    if word.shape:
        _check_shape(name, word, written)
    if word.json_number:
        return int(written)
    if word.json_text:
        return wire_text(written)
    if word.packed:
        return orjson.dumps(written).decode()
    return written


def _check_shape(name: str, word: Word, text: Any) -> None:
    if isinstance(text, list):
        for one in text:
            _check_shape(name, word, one)
    elif isinstance(text, str) and not re.fullmatch(word.shape, text):
        guess = text.upper().replace("/", "-").replace("_", "-")
        meant = f"; did you mean {guess!r}?" if guess != text and re.fullmatch(word.shape, guess) else ""
        raise BadParameter(f"{name} is not well formed: {text!r}; a good one is {word.example}{meant}")


def _write(name: str, hint: Any, value: object) -> Any:
    hint, _ = _plain(hint)
    origin = typing.get_origin(hint)
    if origin in _LISTS:
        return _write_list(name, hint, value)
    if origin is Literal:
        return _write_literal(name, typing.get_args(hint), value)
    if origin in (Union, types.UnionType):
        return _write_union(name, typing.get_args(hint), value)
    if isinstance(hint, type) and issubclass(hint, V5Part):
        return _write_part(name, hint, value)
    if origin is Mapping:
        return _write_json(name, value)
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


def _write_json(name: str, value: object) -> Any:
    """Write a free object by wire names, as it is; only floats are refused, as everywhere."""
    if isinstance(value, Mapping):
        return {str(key): _write_json(f"{name}.{key}", inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_write_json(f"{name}[{at}]", inner) for at, inner in enumerate(value)]
    if isinstance(value, str | bool | int):
        return value
    return number_text(name, value)


def _write_list(name: str, hint: Any, value: object) -> list[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadParameter(f"{name} must be a list, not {type(value).__name__}")
    if not value:
        raise BadParameter(f"{name} is empty; leave it out instead")
    item, word = _plain(typing.get_args(hint)[0])
    return [_checked(f"{name}[{at}]", item, word, part) for at, part in enumerate(value)]


def _write_part(name: str, kind: type[V5Part], value: object) -> dict[str, Any]:
    if isinstance(value, kind):
        given: Mapping[str, object] = {one: getattr(value, one) for one in kind.__struct_fields__}
    elif isinstance(value, Mapping):
        given = value
    else:
        raise BadParameter(f"{name} must be a {kind.__name__} or a dict, not {type(value).__name__}")
    signature = part_signature(kind)
    values = signature.bind(name, (), given, f"{name}.")
    need_one(name, kind.one_of, values)
    return {signature.fields[one].wire: written for one, written in values.items()}


def _write_secret(name: str, word: Word, value: object) -> str:
    text = value.reveal() if isinstance(value, Secret) else value
    if isinstance(text, str) and re.fullmatch(word.shape or ".+", text):
        return text
    raise BadParameter(f"{name} is not well formed (it is a secret and not shown); a good one is {word.example}")


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
    row = next((member for member in members if isinstance(member, type) and issubclass(member, V5Part)), None)
    if row is not None:
        return _write_part(name, row, value)
    if isinstance(value, str):
        _refuse_near_miss(name, members, value)
    if isinstance(value, list | tuple):  # what is wrong with a list is not that it is no text
        members = tuple(sorted(members, key=lambda member: typing.get_origin(member) not in _LISTS))
    problems: list[BadParameter] = []
    for member in members:
        try:
            return _write(name, member, value)
        except BadParameter as error:
            problems.append(error)
    raise problems[0]


def _refuse_near_miss(name: str, members: tuple[Any, ...], value: str) -> None:
    """Refuse a misspelt known value where new values are welcome: ``Buy`` can only mean ``buy``."""
    known = [
        str(item) for member in members if typing.get_origin(member) is Literal for item in typing.get_args(member)
    ]
    if value in known:
        return
    for item in known:
        if _bare(item) == _bare(value):
            raise BadParameter(f"{name} must not be {value!r}; did you mean {item!r}?")


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower()
