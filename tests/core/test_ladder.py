"""One side of a book, compiled and pure, against a dict that is sorted when looked at."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.ladder import Ladder, Row, flat, joined

from .frames import NaiveBook
from .ladders import apply, ladder_kind, side

__all__ = ["ladder_kind"]  # runs everything here on both kinds

# Few prices, many spellings: "0.7" and "0.70" are one level; the long ones are equal as floats and differ as numbers.
_PRICES = (
    *("0.7", "0.70", "0.700", "0.71", "1", "1.0", "01", "2.5", "10", "9.99", "100", "99.9", "-1", "-1.5", "0"),
    *("0.10000000000000000001", "0.10000000000000000002", "0.1", "0.100", "0.100000000000000000020"),
    *("7E-1", "1e2", "12345678901234567.8", "12345678901234567.80", "9007199254740993", "9007199254740992"),
    "1.00000000000000000000000000000000001",
    "1.00000000000000000000000000000000002",
    "1.000000000000000000000000000000000020",
)
_SIZES = ("0", "0.0", "0.000", "1", "2.5", "0.05", "0.00000009", "10", "1.0", "0E-8", "123456789012345678.25")
_changes = st.lists(st.tuples(st.sampled_from(_PRICES), st.sampled_from(_SIZES)), max_size=12)


@given(
    name=st.sampled_from(["bids", "asks"]),
    rounds=st.lists(_changes, max_size=8),
    depth=st.integers(1, 12),
    whole=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_ladder_does_what_a_dict_does(name: str, rounds: list[list[Row]], depth: int, whole: bool) -> None:
    ladder, naive = side(name, whole=whole), NaiveBook()
    for changes in rounds:
        apply(ladder, changes, depth)
        naive.apply(name, changes)
        naive.trim(depth)
        rows = list(ladder.top())
        assert rows == naive.top(name)
        assert list(ladder.top(2)) == rows[:2]
        assert len(ladder) == len(rows)
        exact = [Decimal(price) for price, _ in rows]
        assert exact == sorted(set(exact), reverse=name == "bids")


@given(bids=_changes, asks=_changes, levels=st.integers(0, 8))
@settings(max_examples=200, deadline=None)
def test_what_the_checksum_is_over_is_joined_level_by_level(bids: list[Row], asks: list[Row], levels: int) -> None:
    sides = side("bids"), side("asks")
    apply(sides[0], bids)
    apply(sides[1], asks)
    tops = [list(one.top(levels)) for one in sides]
    parts = [text for at in range(levels) for top in tops if at < len(top) for text in top[at]]
    assert joined(*sides, levels) == ":".join(parts).encode()


def test_clearing_leaves_nothing_behind() -> None:
    ladder = side("asks")
    apply(ladder, [("1", "1"), ("2", "1"), ("3.123456789012345678", "1.123456789012345678")])
    ladder.clear()
    apply(ladder, [("1.5", "1")])
    assert list(ladder.top()) == [("1.5", "1")]


@pytest.mark.parametrize(
    "row",
    [
        *[("abc", "1"), ("", "1"), ("1",), (), ("nan", "1"), ("inf", "1"), ("-inf", "1"), ("abc", "0"), ("0x1", "1")],
        *[("1e999", "1"), ("-1e999", "1"), ("1.2.3", "1"), ("1e", "1"), ("--1", "1")],
    ],
)
def test_what_is_no_level_is_refused(row: Row) -> None:
    ladder = side("asks")
    apply(ladder, [("2", "1"), ("3", "1")])
    with pytest.raises((ValueError, IndexError, ArithmeticError)):
        apply(ladder, [row])


@given(rounds=st.lists(_changes, max_size=6))
@settings(max_examples=100, deadline=None)
def test_whole_rows_are_kept_with_their_sizes(rounds: list[list[Row]]) -> None:
    """Every column of the newest row of each price that stands, and of no other."""
    ladder = Ladder(1.0, whole=True)
    for number, changes in enumerate(rounds):
        ladder.apply([(*row, "0", str(number)) for row in changes], 400)
        for row in ladder.top():
            assert len(row) == 4
            assert row[1] == ladder.sizes[row[0]]
        assert len(list(ladder.top())) == len(ladder.prices)


# -- the compiled one reads JSON

_STRANGE = (
    *('[["1","2"]', '[["1","2"', '[["1","2"]]]'[:-2], "[[", "[", '[["1"]]', '[["1",]]', '[[,"2"]]', '[["1" "2"]]'),
    *('[["1","2"] ["3","4"]]', "[null]", "null", "{}", '"x"', '[["1","2",[3]]]', '[["1","2",{}]]', '[["1",null]]'),
    *('[["1","2","', '[["1","2","\\', '[["1","2","\\"', '[["1","two"]]', '[["1","-"]]', '[["1","1.2.3"]]', '[["1"2"]]'),
)


@pytest.mark.parametrize("text", _STRANGE)
def test_strange_json_is_refused(text: str) -> None:
    ladder = side("asks")
    if flat(ladder):
        with pytest.raises(ValueError, match="price and a size|could not convert"):
            ladder.apply(text.encode(), 400)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("[]", []),
        (" [ ] ", []),
        ('[["1","2","0","4"]]', [("1", "2")]),
        ('[["1","2"]]', [("1", "2")]),
        ("[[4085.0,1,2,3]]", [("4085.0", "1")]),
        (' [ [ "1" , "2" , "a]\\"b" , 3 ] ,\n["3","4"] ] ', [("1", "2"), ("3", "4")]),
    ],
)
def test_rows_of_any_width_with_texts_or_numbers_are_read(text: str, rows: list[Row]) -> None:
    ladder = side("asks")
    if flat(ladder):
        ladder.apply(text.encode(), 400)
        assert list(ladder.top()) == rows


@given(
    text=st.text(alphabet='[]"0123456789.,-eE \\{}n', max_size=60),
    head=st.sampled_from(["", "[[", '[["1","2"],', '[["1","2","', "[[1,"]),
)
@settings(max_examples=1000, deadline=None)
def test_no_text_breaks_the_reader(text: str, head: str) -> None:
    """Whatever stands there is either levels or a ValueError; the ladder stays in order."""
    ladder = side("bids")
    if flat(ladder):
        with contextlib.suppress(ValueError, ArithmeticError):
            ladder.apply((head + text).encode(), 5)
        prices = [Decimal(price) for price, _ in ladder.top()]
        assert prices == sorted(set(prices), reverse=True)
        assert all(Decimal(size) for _, size in ladder.top())
