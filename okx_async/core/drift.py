"""What the exchange sends beyond what is declared: never an error, always counted, told once."""

from __future__ import annotations

import logging
import typing
from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec

__all__ = ["Drift", "unmodelled"]

_log = logging.getLogger("okx_async.drift")


@lru_cache(maxsize=2048)
def _wire_fields(row: Any) -> dict[str, Any] | None:
    """Return wire names and types of a struct, ``None`` when the type is not one read by name."""
    if not _is_struct(row) or row.__struct_config__.array_like:
        return None
    hints = typing.get_type_hints(row)
    return {
        wire: hints.get(name) for name, wire in zip(row.__struct_fields__, row.__struct_encode_fields__, strict=True)
    }


def unmodelled(row: Any, value: Any, prefix: str = "") -> set[str]:
    """Return the dotted names of the fields of ``value`` that the type ``row`` does not declare.

    A column behind the last one that a row of columns declares is called by its number, e.g. ``[9]``.
    """
    if isinstance(value, list):
        if _is_struct(row):
            return {f"{prefix}[{at}]" for at in range(len(row.__struct_fields__), len(value))}
        (inner,) = typing.get_args(row)[:1] or (row,)
        if not _has_struct(inner):
            return set()  # the levels of a book, for one: hundreds of lists without a name
        if _is_struct(inner) and all(isinstance(item, list) for item in value):
            return unmodelled(inner, max(value, key=len, default=[]), prefix)  # the longest has every column
        return {name for item in value if isinstance(item, dict | list) for name in unmodelled(inner, item, prefix)}
    if not isinstance(value, dict):
        return set()
    known = next((fields for fields in map(_wire_fields, _members(row)) if fields is not None), None)
    if known is None:
        return set()
    extra = {f"{prefix}{name}" for name in value if name not in known}
    for name, item in value.items():
        if name in known and isinstance(item, dict | list):
            extra |= unmodelled(known[name], item, f"{prefix}{name}.")
    return extra


def _is_struct(row: Any) -> bool:
    return isinstance(row, type) and issubclass(row, msgspec.Struct)


@lru_cache(maxsize=2048)
def _has_struct(row: Any) -> bool:
    """Tell whether anything inside an annotation declares names or columns."""
    return any(map(_is_struct, _members(row)))


def _members(row: Any) -> tuple[Any, ...]:
    """Return the struct types an annotation stands for, ``list[X] | None`` included."""
    members = typing.get_args(row)
    return tuple(inner for member in members for inner in _members(member)) if members else (row,)


class Drift:
    """Counts unmodelled fields by place, and warns of each once."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()

    def note(self, place: str, names: set[str]) -> None:
        """Count fields of one place (a channel or an endpoint)."""
        for name in names:
            self.seen[place, name] += 1
            if self.seen[place, name] == 1:
                _log.warning("%s sends a field that is not modelled: %s", place, name)
