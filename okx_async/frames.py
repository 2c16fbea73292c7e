"""Lists of rows as plain dicts and as frames of pandas or polars, which are extras and imported when asked for."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from .core.row import HiddenRow
from .core.words import Ms
from .errors import BadParameter

if TYPE_CHECKING:
    import pandas  # pyright: ignore[reportMissingImports]
    import polars  # pyright: ignore[reportMissingImports]

__all__ = ["to_dicts", "to_pandas", "to_polars"]

_MOMENT = typing.get_args(Ms)[1]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Digits a polars decimal has.
POLARS_DIGITS = 38


def to_dicts(rows: Iterable[Any], *, floats: bool = False, times: bool = False) -> list[dict[str, Any]]:
    """Return rows as dicts by Python name, rows inside rows too.

    Args:
        rows: What an endpoint, pages or a stream gave; of a stream, leave the `StreamEvent` items out.
        floats: Make floats of decimals, which are exact otherwise.
        times: Make aware UTC datetimes of moments, which are Unix milliseconds otherwise.

    Raises:
        BadParameter: Something is not a row.
    """
    return [_plain_row(row, at, floats, times) for at, row in enumerate(rows)]


def to_pandas(rows: Iterable[Any], *, floats: bool = False, times: bool = False) -> pandas.DataFrame:
    """Return rows as a pandas frame; needs ``pip install 'okx-async[pandas]'``.

    Args:
        rows: What `to_dicts` takes.
        floats: Make float64 columns of decimals, which are exact objects otherwise.
        times: Make ``datetime64[ms, UTC]`` columns of moments, which are Unix milliseconds otherwise.

    Raises:
        BadParameter: Something is not a row, or pandas is missing.
    """
    pd = _need("pandas")
    columns, moments = _columns(rows, floats)
    series: dict[str, Any] = {}
    for name, values in columns.items():
        if name in moments and times:
            series[name] = pd.to_datetime(pd.Series(values, dtype="Int64"), unit="ms", utc=True).dt.as_unit("ms")
        elif any(value is None for value in values) and _all(values, int):
            series[name] = pd.Series(values, dtype="Int64")  # floats would round ids beyond 2^53
        else:
            series[name] = pd.Series(values, dtype="float64" if _all(values, float) else None)
    frame: pandas.DataFrame = pd.DataFrame(series)
    return frame


def to_polars(rows: Iterable[Any], *, floats: bool = False, times: bool = False) -> polars.DataFrame:
    """Return rows as a polars frame; needs ``pip install 'okx-async[polars]'``.

    Args:
        rows: What `to_dicts` takes.
        floats: Make Float64 columns of decimals, which are Decimal columns of as many places as they need otherwise.
            What 38 digits cannot hold exactly becomes a column of Python objects.
        times: Make ``Datetime("ms", "UTC")`` columns of moments, which are Unix milliseconds otherwise.

    Raises:
        BadParameter: Something is not a row, or polars is missing.
    """
    pl = _need("polars")
    columns, moments = _columns(rows, floats)
    series: list[Any] = []
    for name, values in columns.items():
        if name in moments and times:
            series.append(pl.Series(name, values, dtype=pl.Int64).cast(pl.Datetime("ms", "UTC")))
        elif _all(values, Decimal):
            series.append(pl.Series(name, values, dtype=_decimal(pl, values)))
        else:
            series.append(pl.Series(name, values, strict=False))
    frame: polars.DataFrame = pl.DataFrame(series)
    return frame


# -- rows


def _plain_row(row: Any, at: int, floats: bool, times: bool) -> dict[str, Any]:
    if not isinstance(row, msgspec.Struct | Mapping):
        raise BadParameter(f"item {at} is no row but a {type(row).__name__}")
    plain: dict[str, Any] = _plain(row, floats, times)
    return plain


def _plain(value: Any, floats: bool, times: bool) -> Any:
    if isinstance(value, Decimal):
        return float(value) if floats else value
    if isinstance(value, HiddenRow):
        return HiddenRow(value)  # what hides itself goes on hiding
    if isinstance(value, msgspec.Struct):
        moments = _moments(type(value)) if times else frozenset()
        return {
            name: _moment(part) if name in moments and isinstance(part, int) else _plain(part, floats, times)
            for name in value.__struct_fields__
            for part in (getattr(value, name),)
        }
    if isinstance(value, Mapping):
        return {name: _plain(part, floats, times) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part, floats, times) for part in value]
    return value


def _moment(ms: int) -> datetime:
    """Return a moment without the rounding of a float."""
    return _EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=1024)
def _moments(kind: type) -> frozenset[str]:
    """Return the fields of a row type that are Unix milliseconds."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_moment(hint))


def _is_moment(hint: Any) -> bool:
    if typing.get_origin(hint) is typing.Annotated:
        return _MOMENT in hint.__metadata__
    return any(_is_moment(part) for part in typing.get_args(hint) if part is not type(None))


# -- columns


def _columns(rows: Iterable[Any], floats: bool) -> tuple[dict[str, list[Any]], set[str]]:
    """Return values by column, ``None`` where a row has none, and which columns are moments."""
    rows = list(rows)
    plain = to_dicts(rows, floats=floats)
    names = list(dict.fromkeys(name for row in plain for name in row))
    kinds = {type(row) for row in rows if isinstance(row, msgspec.Struct)}
    moments = {name for kind in kinds for name in _moments(kind)}
    columns = {name: [row.get(name) for row in plain] for name in names}
    return columns, {name for name in moments if _all(columns.get(name, ()), int)}


def _all(values: Sequence[Any], kind: type) -> bool:
    """Tell whether a column is of one type, with or without holes."""
    known = {type(value) for value in values} - {type(None)}
    return known == {kind}


def _decimal(pl: Any, values: Sequence[Decimal | None]) -> Any:
    """Return the polars type that holds every value exactly."""
    whole = places = 0
    for value in values:
        if value is None:
            continue
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int):
            return pl.Object  # not a finite number
        places = max(places, -exponent)
        whole = max(whole, value.adjusted() + 1)
    return pl.Decimal(POLARS_DIGITS, places) if whole + places <= POLARS_DIGITS else pl.Object


def _need(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != name:
            raise
        raise BadParameter(f"this needs {name}: pip install 'okx-async[{name}]'") from None
