"""Rows of brokers' files. (Rebate file link)"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from ..core.names import wire_name
from ..errors import FileRefused

__all__ = ["FdRebate", "NdRebate", "Row", "row_reader"]

_ALIASES = {"suBrokerRebate": "subBrokerRebate"}
"""How columns were spelt elsewhere."""


class Row(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename=wire_name):
    """One row of a file. Cells without text are ``None``."""

    ts: int | str | None = None
    """Unix milliseconds; the file's own text where it is no whole number, for the documents do not tell its form."""
    extra: Mapping[str, str] = {}
    """Columns that are not documented, by their own names."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a dict by Python name; numbers stay exact decimals."""
        return msgspec.structs.asdict(self)


class NdRebate(Row, frozen=True, gc=False, kw_only=True):
    """What one order of a non-disclosed broker's sub-account brought."""

    sub_acct: str | None = None
    inst_id: str | None = None
    ord_id: str | None = None
    rebate: Decimal | None = None


class FdRebate(Row, frozen=True, gc=False, kw_only=True):
    """What one order with a fully disclosed broker's code brought."""

    broker_code: str | None = None
    level: str | None = None
    """Fee level of the user."""
    inst_id: str | None = None
    ord_id: str | None = None
    spot_trade_amt: Decimal | None = None
    derivative_trade_amt: Decimal | None = None
    fee: Decimal | None = None
    broker_rebate: Decimal | None = None
    sub_broker_rebate: Decimal | None = None
    """Also read from ``suBrokerRebate``."""
    user_rebate: Decimal | None = None
    affiliated: bool | str | None = None
    """Whether an affiliate has a part in it; the file's own text where it is neither true nor false."""
    net_fee: Decimal | None = None
    """Newer documents."""
    settlement_fee: Decimal | None = None
    """Newer documents."""
    uid: str | None = None
    """Since 2026-05-14."""
    cl_ord_id: str | None = None
    """Since 2026-05-14."""


R = TypeVar("R", bound=Row)


class row_reader:  # noqa: N801 - used as a function
    """Makes rows of one type from the cells under a header.

    Args:
        shape: The type.
        header: The names of the columns.

    Raises:
        FileRefused: The header has none of the columns that the type is about, or one of them twice.
    """

    def __init__(self, shape: type[R], header: list[str]) -> None:
        names = [name.strip().lstrip("\ufeff") for name in header]
        known = {field.encode_name.lower(): field.encode_name for field in msgspec.structs.fields(shape)}
        known |= {alias.lower(): name for alias, name in _ALIASES.items() if name.lower() in known}
        known.pop("extra")
        self._names = [known.get(name.lower(), "") for name in names]
        self._others = names
        self._shape = shape
        found = [name for name in self._names if name]
        if "ordId" not in found or len(set(found)) < len(found):
            raise FileRefused(f"the file does not have the columns of {shape.__name__}: {', '.join(names)[:200]!r}")

    def row(self, cells: list[str], line: int) -> Any:
        """Return one row.

        Raises:
            FileRefused: It does not fit; the values themselves are not shown.
        """
        if len(cells) != len(self._names):
            raise FileRefused(f"line {line} has {len(cells)} columns, the header {len(self._names)}")
        values: dict[str, Any] = {}
        extra: dict[str, str] = {}
        for name, other, cell in zip(self._names, self._others, cells, strict=True):
            text = cell.strip()
            if not name:
                extra[other] = text
            elif text:
                values[name] = _special(name, text)
        if extra:
            values["extra"] = extra
        try:
            return msgspec.convert(values, self._shape, strict=False)
        except msgspec.ValidationError as error:
            raise FileRefused(f"line {line} cannot be read: {str(error)[:200]}") from None


def _special(name: str, text: str) -> Any:
    """Return the value of a column whose form is open, or its text."""
    if name == "ts" and text.isdecimal():
        return int(text)
    if name == "affiliated":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text
