"""Reading tables, CSV or old Excel, into typed rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import IO, Any, TypeVar

from ..errors import FileRefused
from .rows import Row, row_reader
from .unpack import Bounds, tables_of

__all__ = ["read_cells", "read_rebates"]

R = TypeVar("R", bound=Row)


def read_rebates(file: IO[bytes], shape: type[R], bounds: Bounds = Bounds()) -> Iterator[R]:  # noqa: B008 - frozen
    """Yield the rows of a file that was downloaded: a zip archive, a CSV file or an old Excel file.

    Args:
        file: Open for reading and seeking.
        shape: `NdRebate` or `FdRebate`.
        bounds: How large it may be.

    Raises:
        FileRefused: It is not safe, not whole, or not of these columns.
    """
    for line, cells, reader in _lines(file, bounds, shape):
        yield reader.row(cells, line)


def read_cells(file: IO[bytes], bounds: Bounds) -> Iterator[dict[str, str]]:
    """Yield the rows of a file as text by the names of its columns, for reports whose columns no document names."""
    for name, table in tables_of(file, bounds):
        lines = _cells(name, table, bounds)
        header = next(lines, [])
        for number, cells in enumerate(lines, 2):
            if any(cells):
                if len(cells) != len(header):
                    raise FileRefused(f"line {number} has {len(cells)} columns, the header {len(header)}")
                yield dict(zip(header, cells, strict=True))


def _lines(file: IO[bytes], bounds: Bounds, shape: type[Row]) -> Iterator[tuple[int, list[str], row_reader]]:
    for name, table in tables_of(file, bounds):
        lines = _cells(name, table, bounds)
        header = next(lines, None)
        if header is None:
            raise FileRefused("the file has no header")
        reader = row_reader(shape, header)
        for number, cells in enumerate(lines, 2):
            if any(cells):  # an empty line at the end is no row
                yield number, cells, reader


def _cells(name: str, table: IO[bytes], bounds: Bounds) -> Iterator[list[str]]:
    return _sheet(table, bounds) if name.lower().endswith(".xls") else _csv(table)


def _csv(table: IO[bytes]) -> Iterator[list[str]]:
    text = io.TextIOWrapper(table, encoding="utf-8-sig", newline="")
    try:
        yield from csv.reader(text, strict=True)
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileRefused(f"the file is no CSV: {type(error).__name__}") from None
    finally:
        with suppress(ValueError):  # closed already, where nobody reads on
            text.detach()  # whoever opened the table closes it


def _sheet(table: IO[bytes], bounds: Bounds) -> Iterator[list[str]]:
    """Yield the rows of an Excel file's first sheet. Some files of that name hold text: those are read as CSV."""
    content = table.read(bounds.sheet + 1)
    if len(content) > bounds.sheet:
        raise FileRefused(f"the Excel file has more than {bounds.sheet} bytes, which are read into memory at once")
    if not content.startswith(b"\xd0\xcf\x11\xe0"):
        yield from _csv(io.BytesIO(content))
        return
    try:
        import xlrd
    except ImportError:
        raise FileRefused("the rebates are in an old Excel file: pip install 'okx-async[xls]'") from None
    try:
        sheet: Any = xlrd.open_workbook(file_contents=content, logfile=io.StringIO()).sheet_by_index(0)
        rows = [[_text(cell) for cell in sheet.row(at)] for at in range(sheet.nrows)]
    except Exception as error:
        raise FileRefused(f"the Excel file cannot be read: {type(error).__name__}") from None
    yield from chain(rows)


def _text(cell: Any) -> str:
    """Return a cell as text; Excel keeps every number as a float, so whole ones lose their ``.0``."""
    value = cell.value
    if cell.ctype == 4:  # a truth value
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
