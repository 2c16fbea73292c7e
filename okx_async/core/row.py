"""The base of every typed row."""

from __future__ import annotations

from typing import Any

import msgspec

from .names import wire_name

__all__ = ["Columns", "V3Row", "V5Row"]


class V5Row(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename=wire_name):
    """A V5 row: unknown fields are skipped, missing and empty ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class V3Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A V3 row: unknown fields are skipped, missing and empty ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class Columns(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A row that comes as a list of columns, like a candle: further columns are skipped, missing ones are ``None``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)
