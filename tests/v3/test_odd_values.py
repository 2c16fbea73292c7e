"""What captures hold and documents do not show: every row of V3 takes numbers as text and text as numbers, exponents,
moments without a zone, and nothing at all where something is optional; no digit is lost."""

from __future__ import annotations

import json
import time
import typing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okx_async.client import OKEx
from okx_async.core.answers import decoder_for, read, row_type
from okx_async.core.channel import Channel
from okx_async.core.numeric import scalars_to_text
from okx_async.v3 import channels
from okx_async.v3.models.account import AssetValuation
from okx_async.v3.models.fields import CanonicalId, CoinAmount, TextId
from okx_async.v3.unpack import canonical

Made = tuple[str, Any]
"""A value as JSON, and what it stands for."""
NOWHERE = object()


def rows() -> Iterator[type[msgspec.Struct]]:
    """Every type of a row, of answers and of pushes."""
    declared = (getattr(getattr(channels, name), "channel", None) for name in channels.__all__)
    found = [row_type(each) for each in OKEx.endpoints()]
    found += [each.row for each in declared if isinstance(each, Channel)]
    yield from {each: None for each in found if isinstance(each, type) and issubclass(each, msgspec.Struct)}


# -- values, each in the spellings that were seen


@st.composite
def numbers(draw: Callable[..., Any]) -> Made:
    digits, places = draw(st.integers(0, 10**24)), draw(st.integers(0, 12))
    plain = f"{Decimal(digits).scaleb(-places):f}"
    text = draw(st.sampled_from((plain, f"{plain}E-6", f"-{plain}")))
    number = Decimal(text)
    written = text if draw(st.booleans()) else json.dumps(text)
    return written, number


@st.composite
def words(draw: Callable[..., Any]) -> Made:
    number = draw(st.integers(-2, 2**63))
    text = draw(st.sampled_from((str(number), "a", "BTC-USDT", "6a-d-54dcc6543-0", 'say "0"')))
    return (text if text == str(number) and draw(st.booleans()) else json.dumps(text)), text


@st.composite
def pairs(draw: Callable[..., Any]) -> Made:
    text = draw(st.sampled_from(("btc_usdt", "btc-usd-200925", "BTC-USDT")))
    return json.dumps(text), canonical(text)


@st.composite
def flags(draw: Callable[..., Any]) -> Made:
    flag = draw(st.booleans())
    word = "true" if flag else "false"
    return draw(st.sampled_from((word, json.dumps(word)))), flag


@st.composite
def moments(draw: Callable[..., Any]) -> Made:
    moment = datetime(2020, 7, 20, tzinfo=UTC) + timedelta(milliseconds=draw(st.integers(0, 10**11)))
    moment = moment.replace(microsecond=moment.microsecond // 100_000 * 100_000)
    form = draw(st.sampled_from(("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")))
    tenth, zone = f".{moment.microsecond // 100_000}", draw(st.sampled_from(("Z", "+00:00", "")))
    return json.dumps(f"{moment:{form}}{tenth}{draw(st.sampled_from(('', '00')))}{zone}"), moment


@st.composite
def amounts(draw: Callable[..., Any]) -> Made:
    text, unit = draw(st.sampled_from(("0.01000000", "6.9E-6", "15"))), draw(st.sampled_from(("eth", "BTC", "")))
    written = json.dumps(text + unit) if unit or draw(st.booleans()) else text
    return written, CoinAmount(Decimal(text), unit.upper() or None)


@st.composite
def whole(draw: Callable[..., Any]) -> Made:
    number = draw(st.integers(0, 10**9))
    return draw(st.sampled_from((str(number), f'"{number}"'))), number


PLAIN: dict[Any, st.SearchStrategy[Made]] = {
    Decimal: numbers(),
    str: words(),
    TextId: words(),
    CanonicalId: pairs(),
    bool: flags(),
    datetime: moments(),
    CoinAmount: amounts(),
    int: whole(),
}

AS_IT_CAME = words().map(lambda made: (made[0], NOWHERE))
"""Text or a number, where a row leaves it as it is."""
LEVELS = st.just(('[["1", 2, 0.5], ["0.10", "x"], []]', NOWHERE))
"""Levels of a book, whose columns stay as they came."""


def values(hint: Any) -> st.SearchStrategy[Made]:
    """Return values of a type of field."""
    inner = typing.get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if type(None) in inner:
        (kind, *others) = (each for each in inner if each is not type(None))
        told = AS_IT_CAME if others else values(kind)
        return told | st.sampled_from((("null", None), ('""', None), ("", None)))
    if typing.get_origin(hint) is list and typing.get_origin(inner[0]) is tuple:
        return LEVELS
    if typing.get_origin(hint) is list:
        return st.lists(values(inner[0]), max_size=2).map(_listed)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return structs(hint)
    raise AssertionError(f"no values of {hint}")


def _listed(made: list[Made]) -> Made:
    return f"[{','.join(text for text, _ in made)}]", [value for _, value in made]


@st.composite
def structs(draw: Callable[..., Any], row: type[msgspec.Struct]) -> Made:
    """A row as JSON, with fields that nobody knows between its own, and what its own are."""
    hints, wanted, parts = typing.get_type_hints(row), {}, []
    columns = row.__struct_config__.array_like
    for field in msgspec.structs.fields(row):
        text, value = draw(values(hints[field.name]))
        if not text and columns:
            break  # what is missing of columns is missing at the end
        if text:
            parts.append(text if columns else f"{json.dumps(field.encode_name)}: {text}")
        wanted[field.name] = value
    if columns:
        return f"[{','.join(parts)}]", wanted
    parts.insert(draw(st.integers(0, len(parts))), '"never seen": {"a": [1, "x", null, {"b": -1.5e3}]}')
    return "{" + ", ".join(parts) + "}", wanted


def differ(row: Any, wanted: dict[str, Any]) -> Iterator[str]:
    """Yield the fields of a row that are not what they should be."""
    for name, value in wanted.items():
        found = getattr(row, name)
        if value is NOWHERE:
            continue
        if isinstance(value, dict):
            yield from (f"{name}.{each}" for each in differ(found, value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one, told in zip(found, value, strict=True):
                yield from (f"{name}.{each}" for each in differ(one, told))
        elif isinstance(value, datetime) and isinstance(row, AssetValuation):
            if found.replace(tzinfo=UTC) != value:
                yield name
        elif found != value or (isinstance(value, Decimal) and f"{abs(found):f}" != f"{abs(value):f}"):
            yield f"{name}: {found!r} is not {value!r}"


ROWS = list(rows())


def test_there_are_rows_of_every_chapter_and_channel() -> None:
    assert len(ROWS) > 75


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_every_row_takes_every_spelling(row: type[msgspec.Struct]) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(structs(row))
    def holds(made: Made) -> None:
        text, wanted = made
        found = read(decoder_for(row), text.encode())
        assert not list(differ(found, wanted)), text

    holds()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_moments_do_not_depend_on_where_the_program_runs(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for row in ROWS:
            names = {field.name: field.encode_name for field in msgspec.structs.fields(row)}
            stamped = typing.get_type_hints(row).get("timestamp") is datetime and hasattr(row, "ts")
            if stamped and not row.__struct_config__.array_like:
                assert filled(row, {names["timestamp"]: "2020-07-20T08:00:00.123"}).ts == 1_595_232_000_123
        (candle,) = (row for row in ROWS if row.__name__ == "Candle")
        bar = read(decoder_for(candle), b'["2020-07-20T08:00:00.000",1,2,0.5,"1",3,""]')
        assert (bar.ts, bar.currency_volume) == (1_595_232_000_000, None)
    finally:
        monkeypatch.undo()
        time.tzset()


def filled(row: type[msgspec.Struct], given: dict[str, str]) -> Any:
    """Return a row that has what it needs beside what is given."""
    needed: dict[str, Any] = {}
    for field in msgspec.structs.fields(row):
        if field.required:
            kind = typing.get_type_hints(row)[field.name]
            plain = {Decimal: "1", str: "A-B", TextId: "1", CanonicalId: "a-b", datetime: "1970-01-01T00:00:00Z"}
            needed[field.encode_name] = plain.get(kind, [])
    return read(decoder_for(row), msgspec.json.encode(needed | given))


@given(st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
))  # fmt: skip
def test_scalars_become_text_and_nothing_else_changes(value: Any) -> None:
    def told(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: told(each) for name, each in part.items()}
        if isinstance(part, list):
            return [told(each) for each in part]
        if part is None or isinstance(part, str):
            return part or None
        return json.dumps(part)

    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert json.loads(scalars_to_text(written.encode())) == told(value)


@pytest.mark.parametrize("number", ["6.9E-6", "-1", "0.10", "1e+9", "12345678901234567890.1234567890"])
def test_numbers_keep_every_digit(number: str) -> None:
    assert (
        scalars_to_text(f'{{"a":[{number}],"b":{number}}}'.encode()) == f'{{"a":["{number}"],"b":"{number}"}}'.encode()
    )
