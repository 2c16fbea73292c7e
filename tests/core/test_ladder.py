"""One side of a book against a dict that is sorted when looked at."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.ladder import Ladder, Row

from .frames import NaiveBook

# Few prices, many spellings: "0.7" and "0.70" are one level; the long ones are equal as floats and differ as numbers.
_PRICES = (
    *("0.7", "0.70", "0.700", "0.71", "1", "1.0", "01", "2.5", "10", "9.99", "100", "99.9", "-1", "-1.5", "0"),
    *("0.10000000000000000001", "0.10000000000000000002", "0.1", "0.100", "0.100000000000000000020"),
    "1.00000000000000000000000000000000001",
    "1.00000000000000000000000000000000002",
    "1.000000000000000000000000000000000020",
)
_SIZES = ("0", "0.0", "0.000", "1", "2.5", "0.05", "0.00000009", "10", "1.0")
_changes = st.lists(st.tuples(st.sampled_from(_PRICES), st.sampled_from(_SIZES)), max_size=12)


@given(
    side=st.sampled_from(["bids", "asks"]),
    rounds=st.lists(_changes, max_size=8),
    depth=st.integers(1, 12),
    whole=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_ladder_does_what_a_dict_does(side: str, rounds: list[list[Row]], depth: int, whole: bool) -> None:
    ladder, naive = Ladder(-1.0 if side == "bids" else 1.0, whole=whole), NaiveBook()
    for changes in rounds:
        ladder.apply(changes)
        naive.apply(side, changes)
        ladder.trim(depth)
        naive.trim(depth)
        assert list(ladder.top()) == naive.top(side)
        assert len(ladder) == len(ladder.sizes) == len(ladder.prices)
        exact = [Decimal(price) for price in ladder.prices]
        assert exact == sorted(set(exact), reverse=side == "bids")


def test_clearing_leaves_nothing_behind() -> None:
    ladder = Ladder(1.0)
    ladder.apply([("1", "1"), ("2", "1")])
    ladder.clear()
    ladder.apply([("1.5", "1")])
    assert ladder.prices == ["1.5"]


@pytest.mark.parametrize(
    "row", [("abc", "1"), ("", "1"), ("1",), (), ("nan", "1"), ("inf", "1"), ("-inf", "1"), ("abc", "0"), ("0x1", "1")]
)
def test_what_is_no_level_is_refused(row: Row) -> None:
    ladder = Ladder(1.0)
    ladder.apply([("2", "1"), ("3", "1")])
    with pytest.raises((ValueError, IndexError)):
        ladder.apply([row])


@given(rounds=st.lists(_changes, max_size=6))
@settings(max_examples=100, deadline=None)
def test_whole_rows_are_kept_with_their_sizes(rounds: list[list[Row]]) -> None:
    """Every column of the newest row of each price that stands, and of no other."""
    ladder = Ladder(1.0, whole=True)
    for number, changes in enumerate(rounds):
        ladder.apply([(*row, "0", str(number)) for row in changes])
        for row in ladder.top():
            assert len(row) == 4
            assert row[1] == ladder.sizes[row[0]]
        assert len(list(ladder.top())) == len(ladder.prices)
