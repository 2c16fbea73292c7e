"""Aligned plain text: tables and records that need nothing but a fixed-width font."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["record", "table"]

_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*")


def table(rows: Sequence[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """Return rows in columns, under heads if there are any; columns that hold only numbers stand to the right."""
    columns = list(zip(*rows, strict=True))
    right = [any(column) and all(_NUMBER.fullmatch(cell) for cell in column if cell) for column in columns]
    lines = [heads, *rows] if heads else rows
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_line(line, widths, right) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    flush = zip(cells, widths, right, strict=True)
    return "  ".join(cell.rjust(width) if number else cell.ljust(width) for cell, width, number in flush).rstrip()


def record(fields: Mapping[str, str]) -> str:
    """Return one field a line; a value of several lines begins on a line of its own."""
    width = max(map(len, fields), default=0)
    lines: list[str] = []
    for name, value in fields.items():
        if "\n" in value:
            lines.append(name)
            lines += (f"  {line}" for line in value.splitlines())
        else:
            lines.append(f"{name.ljust(width)}  {value}".rstrip())
    return "\n".join(lines)
