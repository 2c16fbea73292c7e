"""Parameters of endpoints and channels: read from a typed signature, checked before sending, written for the wire.

The signature is the specification. A wrong name, type or value raises here, so nothing wrong ever leaves.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, Union

import msgspec
import orjson

from ..errors import BadParameter
from ..settings import Secret
from .names import did_you_mean
from .numeric import number_text
from .row import V5Part
from .rules import Rule
from .signing import iso_timestamp
from .words import Word

__all__ = ["Field", "Groups", "Signature", "need_one", "part_of", "part_signature", "wire_text"]

Groups = tuple[tuple[str, ...], ...]
"""Parameters of which at least one must be given, group by group."""
_NUMBER = frozenset((Decimal, int, str))
_LISTS: tuple[Any, ...] = (list, Sequence)


class Field:
    """One parameter.

    Attributes:
        name: Its Python name.
        wire: Its name on the wire.
        required: Whether it must be given.
        hint: Its annotation, without ``None``.
        word: Its meaning and shape, when the vocabulary has it.
        default: What stands for a value that is not given, ``None`` for leaving it out.
        checked: Checks a value, given what to call it, and returns what goes on the wire.
    """

    __slots__ = ("checked", "default", "hint", "name", "required", "wire", "word")

    def __init__(self, name: str, wire: str, required: bool, hint: Any, word: Word | None, default: Any) -> None:
        self.name = name
        self.wire = wire
        self.required = required
        self.hint = hint
        self.word = word
        self.default = default
        self.checked = _writer(hint, word)

    def write(self, value: object, path: str = "") -> Any:
        """Check a value and return what goes on the wire: text, a bool, a number, or a list or mapping of such.

        Args:
            value: What was given.
            path: What the parameter is part of, for messages, e.g. ``orders[0].``.

        Raises:
            BadParameter: The value has the wrong type or shape; the message says what is wanted.
        """
        return self.checked(f"{path}{self.name}", value)


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
        self._sum_up()

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
        made._sum_up()
        return made

    def _sum_up(self) -> None:
        """Note what `bind` would otherwise look through all parameters for, each time."""
        self.required = tuple(name for name, field in self.fields.items() if field.required)
        self.defaults = {name: field.default for name, field in self.fields.items() if field.default is not None}
        self._names = tuple(self.fields)
        self._plans: dict[tuple[Any, ...], tuple[tuple[_Step, ...], tuple[object, ...]]] = {}

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
        # Orders go through here, and a program names the same parameters each time: that they are right is found once.
        named = (len(args), *given)
        plan = self._plans.get(named)
        if plan is None:
            plan = self._plans[named] = self._plan(what, len(args), given)
        steps, defaults = plan
        values = (*args, *given.values(), *defaults)
        written: dict[str, Any] = {}
        for name, at, checked, required in steps:
            value = values[at]
            if value is not None:
                written[name] = checked(path + name, value)
            elif required:
                raise BadParameter(f"{what} needs {name!r}")
        return written

    def _plan(self, what: str, count: int, given: Collection[str]) -> tuple[tuple[_Step, ...], tuple[object, ...]]:
        """Return what is done with the values of a call, in the documents' order, and what stands for others."""
        fields = self.fields
        if count > len(fields):
            raise BadParameter(f"{what} takes at most {len(fields)} parameters, got {count}")
        placed = self._names[:count]
        for name in given:
            if name not in fields:
                raise BadParameter(f"{what} has no parameter {name!r}{did_you_mean(name, fields)}")
            if name in placed:
                raise BadParameter(f"{what} got {name!r} twice")
        for name in self.required:
            if name not in placed and name not in given:
                raise BadParameter(f"{what} needs {name!r}")
        left = {name: value for name, value in self.defaults.items() if name not in placed and name not in given}
        at = {name: at for at, name in enumerate((*placed, *given, *left))}
        steps = [(name, at[name], field.checked, field.required) for name, field in fields.items() if name in at]
        return tuple(steps), tuple(left.values())


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


Writer = Callable[[str, object], Any]
"""Checks a value, called by a name in messages, and returns what goes on the wire."""
_Step = tuple[str, int, Writer, bool]
"""A parameter of a call: its name, where its value stands, what checks it, and whether it is needed."""


def _writer(hint: Any, word: Word | None) -> Writer:
    """Return what writes values of an annotation and applies what the vocabulary says about them.

    Orders go through here, so annotations are looked at once, when a declaration is first used, and never again.
    """
    if word is not None and word.secret:
        return partial(_write_secret, word)
    write = _plain_writer(hint)
    steps = _steps(word) if word is not None else ()
    if not steps:
        return write
    if word is not None and word.shape and write is _write_text and len(steps) == 1:
        return _shaped_writer(re.compile(word.shape).fullmatch, steps[0])

    def checked(name: str, value: object) -> Any:
        written = write(name, value)
        for step in steps:
            written = step(name, written)
        return written

    return checked


def _shaped_writer(good: Callable[[str], object], refuse: Writer) -> Writer:
    """Return what writes texts of one shape, such as an instrument id: the most frequent of all."""

    def checked(name: str, value: object) -> Any:
        if type(value) is str and value and good(value):
            return value
        return refuse(name, _write_text(name, value))

    return checked


def _steps(word: Word) -> tuple[Writer, ...]:
    """Return what is done with a value that was written, in order."""
    if word.iso:
        return (_as_iso,)
    steps: list[Writer] = [_shaper(word)] if word.shape else []
    if word.json_number:
        steps.append(lambda _, written: int(str(written)))
    elif word.json_text or word.joined:
        steps.append(lambda _, written: wire_text(written))
    elif word.packed:
        steps.append(lambda _, written: orjson.dumps(written).decode())
    return tuple(steps)


def _as_iso(name: str, written: Any) -> str:
    try:
        return iso_timestamp(int(written))
    except (ValueError, OverflowError, OSError):
        raise BadParameter(f"{name} is not a moment in Unix milliseconds: {written}") from None


def _shaper(word: Word) -> Writer:
    good = re.compile(word.shape).fullmatch

    def check(name: str, text: Any) -> Any:
        if isinstance(text, list):
            for one in text:
                check(name, one)
        elif isinstance(text, str) and not good(text):
            guess = text.upper().replace("/", "-").replace("_", "-")
            meant = f"; did you mean {guess!r}?" if guess != text and good(guess) else ""
            raise BadParameter(f"{name} is not well formed: {text!r}; a good one is {word.example}{meant}")
        return text

    return check


def _plain_writer(hint: Any) -> Writer:
    """Return what writes values of an annotation, its vocabulary left aside."""
    hint, _ = _plain(hint)
    origin = typing.get_origin(hint)
    if origin in _LISTS:
        item, word = _plain(typing.get_args(hint)[0])
        return partial(_write_list, _writer(item, word))
    if origin is Literal:
        return _literal_writer(typing.get_args(hint))
    if origin in (Union, types.UnionType):
        return _union_writer(typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, V5Part):
        return partial(_write_part, hint)
    if origin is Mapping:
        return _write_json
    simple: dict[Any, Writer] = {bool: _write_bool, int: _write_int, str: _write_text}
    if hint in simple:
        return simple[hint]

    def refuse(name: str, value: object) -> Any:
        raise BadParameter(f"{name}: the declaration's type {hint!r} is not understood")

    return refuse


def _write_bool(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadParameter(f"{name} must be True or False, not {value!r}")
    return value


def _write_int(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadParameter(f"{name} must be an int, not {value!r}")
    return str(value)


def _write_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadParameter(f"{name} must be text, not {type(value).__name__}: {value!r}")
    if not value:
        raise BadParameter(f"{name} is empty: where it is optional, leave it out")
    return value


def _write_json(name: str, value: object) -> Any:
    """Write a free object by wire names, as it is; only floats are refused, as everywhere."""
    if isinstance(value, Mapping):
        return {str(key): _write_json(f"{name}.{key}", inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_write_json(f"{name}[{at}]", inner) for at, inner in enumerate(value)]
    if isinstance(value, str | bool | int):
        return value
    return number_text(name, value)


def _write_list(item: Writer, name: str, value: object) -> list[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise BadParameter(f"{name} must be a list, not {type(value).__name__}")
    if not value:
        raise BadParameter(f"{name} is empty: where it is optional, leave it out")
    return [item(f"{name}[{at}]", part) for at, part in enumerate(value)]


def _write_part(kind: type[V5Part], name: str, value: object) -> dict[str, Any]:
    if isinstance(value, kind):
        given: Mapping[str, object] = {one: getattr(value, one) for one in kind.__struct_fields__}
    elif isinstance(value, Mapping):
        given = value
    else:
        raise BadParameter(f"{name} must be a {kind.__name__} or a dict, not {type(value).__name__}")
    signature = part_signature(kind)
    values = signature.bind(name, (), given, f"{name}.")
    need_one(name, kind.one_of, values)
    if kind.rule is not None:
        _keep(kind.rule, name, values)
    return {signature.fields[one].wire: written for one, written in values.items()}


def _keep(rule: Rule, name: str, values: Mapping[str, Any]) -> None:
    """Apply a rule to a part of a parameter, and say which part it is that is against it."""
    try:
        rule(values)
    except BadParameter as wrong:
        raise BadParameter(f"{name}: {wrong}") from None


def _write_secret(word: Word, name: str, value: object) -> str:
    text = value.reveal() if isinstance(value, Secret) else value
    if isinstance(text, str) and re.fullmatch(word.shape or ".+", text):
        return text
    raise BadParameter(f"{name} is not well formed (it is a secret and not shown); a good one is {word.example}")


def _literal_writer(allowed: tuple[object, ...]) -> Writer:
    known = {item: str(item) for item in allowed}

    def write(name: str, value: object) -> str:
        # A bool equals 0 or 1, and a float may equal an int, but neither is meant.
        if type(value) in (str, int) and value in known:
            return known[value]
        meant = next((item for item in allowed if item == value and isinstance(value, type(item))), None)
        if meant is None or isinstance(value, bool):
            if str(value) in known.values():
                hint = f" ({type(value).__name__}): write {next(item for item in allowed if str(item) == str(value))!r}"
            else:
                hint = did_you_mean(str(value), known.values()) or f"; known are {', '.join(known.values())}"
            raise BadParameter(f"{name} must not be {value!r}{hint}")
        return str(meant)

    return write


def _union_writer(members: tuple[Any, ...]) -> Writer:
    if set(members) == _NUMBER:
        return number_text
    row = next((member for member in members if isinstance(member, type) and issubclass(member, V5Part)), None)
    if row is not None:
        return partial(_write_part, row)
    known = dict.fromkeys(_known_texts(members))
    writers = [_plain_writer(member) for member in members]
    # What is wrong with a list is not that it is no text.
    lists_first = [_plain_writer(one) for one in sorted(members, key=lambda one: typing.get_origin(one) not in _LISTS)]

    def write(name: str, value: object) -> Any:
        if isinstance(value, str):
            if value in known:
                return value
            _refuse_near_miss(name, known, value)
        problems: list[BadParameter] = []
        for one in lists_first if isinstance(value, list | tuple) else writers:
            try:
                return one(name, value)
            except BadParameter as error:
                problems.append(error)
        raise problems[0]

    return write


def _known_texts(members: tuple[Any, ...]) -> list[str]:
    return [str(item) for member in members if typing.get_origin(member) is Literal for item in typing.get_args(member)]


def _refuse_near_miss(name: str, known: Collection[str], value: str) -> None:
    """Refuse a misspelt known value where new values are welcome: ``Buy`` can only mean ``buy``."""
    for item in known:
        if _bare(item) == _bare(value):
            raise BadParameter(f"{name} must not be {value!r}; did you mean {item!r}?")


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower()
