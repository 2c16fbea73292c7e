"""The base of every typed row."""

from __future__ import annotations

import typing
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

import msgspec

from .names import plain_name, wire_name
from .rules import Rule

__all__ = ["Columns", "HiddenRow", "LooseRow", "Page", "V3Part", "V3Row", "V5Part", "V5Row", "in_utc"]

T = TypeVar("T")

LooseRow = dict[str, Any]
"""A row whose fields no document tells: by wire name, values as they came, empty text as ``None``."""


class V5Row(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename=wire_name):
    """A V5 row: unknown fields are skipped, missing and empty ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)

    def _take(self, **names: str) -> None:
        """Fill fields that came under another name than the documents' table says; for ``__post_init__``."""
        for name, other in names.items():
            if getattr(self, name) is None:
                msgspec.structs.force_setattr(self, name, getattr(self, other))


class V5Part(msgspec.Struct, frozen=True, kw_only=True, rename=wire_name):
    """An object inside a parameter. Its fields are checked like parameters when it is sent, not when it is made.

    Attributes:
        one_of: Groups of names of which at least one must be given.
        rule: The documents' rules over several of its fields, ``None`` for none.
    """

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    rule: ClassVar[Rule | None] = None


class V3Part(V5Part, frozen=True, kw_only=True, rename=plain_name):
    """The same in V3, where names are the wire's (but ``type_`` for ``type``)."""


class Page(list[T]):
    """The rows of one page.

    Attributes:
        total_page: How many pages there are, ``None`` when the exchange does not say.
    """

    total_page: int | None = None


class HiddenRow(dict[str, Any]):
    """A row of undocumented fields that may hold a secret: it never shows itself."""

    def __repr__(self) -> str:
        return f"<{len(self)} fields, values hidden>"

    __str__ = __repr__


@lru_cache(maxsize=512)
def _moments(row: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the names of a row's fields that are moments."""
    hints = typing.get_type_hints(row)
    return tuple(name for name in row.__struct_fields__ if datetime in (hints[name], *typing.get_args(hints[name])))


def in_utc(row: msgspec.Struct) -> None:
    """Let moments that came without a zone be what the documents say that moments are: UTC."""
    for name in _moments(type(row)):
        moment = getattr(row, name)
        if moment is not None and moment.tzinfo is None:
            msgspec.structs.force_setattr(row, name, moment.replace(tzinfo=UTC))


class V3Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A V3 row: unknown fields are skipped, missing and empty ones are ``None``; moments are in UTC."""

    def __post_init__(self) -> None:
        in_utc(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class Columns(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A row that comes as a list of columns, like a candle: further columns are skipped, missing ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)
