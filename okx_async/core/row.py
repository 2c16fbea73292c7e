"""The base of every typed row."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from .names import plain_name, wire_name

__all__ = ["ParamRow", "V3ParamRow", "V3Row", "V5Row"]


class V5Row(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename=wire_name):
    """A V5 row: unknown fields are skipped, missing and empty ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class ParamRow(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename=wire_name, omit_defaults=True):
    """A parameter that has parameters of its own, e.g. one order of a batch. A dict with the same names does as well.

    Nothing is checked when one is made; it is checked with the call it is given to, like every other parameter.

    Attributes:
        one_of: Groups of names of which at least one must be given.
    """

    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()


class V3ParamRow(ParamRow, frozen=True, gc=False, kw_only=True, rename=plain_name, omit_defaults=True):
    """A parameter of V3 that has parameters of its own; its names are the wire's (but ``type_`` for ``type``)."""


class V3Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A V3 row: unknown fields are skipped, missing and empty ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)
