"""Reading two sides: exact, and honest about what is not there."""

from __future__ import annotations

from decimal import Decimal as D  # noqa: N817 - short on purpose

import numpy as np
import pytest

from okx_async.core.book import OrderBook
from okx_async.core.bookview import BookReads, BookSnapshot
from okx_async.errors import BadParameter

from .frames import v5


def _view(bids: str, asks: str) -> BookSnapshot:
    def rows(text: str) -> tuple[tuple[str, ...], ...]:
        return tuple((*one.split(":"), "0", "4") for one in text.split())

    return BookSnapshot("books:X", 1, 2, True, rows(bids), rows(asks))


_USUAL = _view("100:2 99:3 98:5", "101:1 102:4")
_NO_ASKS = _view("100:2", "")
_EMPTY = _view("", "")


def test_the_top_of_a_usual_book() -> None:
    assert _USUAL.best_bid is not None
    assert _USUAL.best_ask is not None
    assert (_USUAL.best_bid.px, _USUAL.best_bid.sz, _USUAL.best_bid.orders) == (D(100), D(2), 4)
    assert (_USUAL.best_ask.px, _USUAL.mid, _USUAL.spread) == (D(101), D("100.5"), D(1))
    assert _USUAL.microprice == (D(100) * 1 + D(101) * 2) / 3


@pytest.mark.parametrize("view", [_NO_ASKS, _EMPTY, _view("", "5:1")])
def test_an_empty_side_has_no_middle(view: BookReads) -> None:
    assert (view.mid, view.spread, view.microprice) == (None, None, None)


def test_an_empty_side_has_no_best() -> None:
    assert _NO_ASKS.best_ask is None
    assert _NO_ASKS.best_bid is not None
    assert _EMPTY.best_bid is None


@pytest.mark.parametrize(("bid", "ask", "spread"), [("100:1", "100:1", D(0)), ("101:1", "100:1", D(-1))])
def test_a_locked_or_crossed_book_is_shown_as_it_is(bid: str, ask: str, spread: D) -> None:
    view = _view(bid, ask)
    assert view.spread == spread
    assert view.mid == (D(bid[:3]) + D(ask[:3])) / 2


def test_prices_of_spreads_may_be_zero_or_negative() -> None:
    view = _view("-2:1 -3:1", "-1:1 0:1")
    assert (view.mid, view.spread) == (D("-1.5"), D(1))
    assert view.size_to("bids", -3) == 2
    assert view.size_to("asks", "-0.5") == 1


@pytest.mark.parametrize(
    ("side", "px", "size"),
    [("bids", 99, 5), ("bids", "98.5", 5), ("bids", 101, 0), ("bids", 0, 10), ("asks", D(101), 1), ("asks", 100, 0)],
)
def test_size_to_counts_up_to_and_including_the_price(side: str, px: D | str | int, size: int) -> None:
    assert _USUAL.size_to(side, px) == size  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("side", "sz", "filled", "value", "worst"),
    [
        ("asks", 1, 1, 101, D(101)),
        ("asks", 3, 3, 101 + 204, D(102)),
        ("asks", 99, 5, 101 + 408, D(102)),
        ("bids", "2.5", D("2.5"), 200 + D("49.5"), D(99)),
        ("bids", 0, 0, 0, None),
    ],
)
def test_cost_walks_the_book_and_tells_when_it_is_too_thin(
    side: str, sz: D | str | int, filled: D | int, value: D | int, worst: D | None
) -> None:
    fill = _USUAL.cost(side, sz)  # type: ignore[arg-type]
    assert (fill.sz, fill.value, fill.worst) == (filled, value, worst)
    assert fill.px == (fill.value / fill.sz if fill.sz else None)


def test_imbalance_weighs_the_best_levels() -> None:
    assert _USUAL.imbalance(1) == D(1) / D(3)
    assert _USUAL.imbalance() == D(5) / D(15)
    assert _NO_ASKS.imbalance() == 1
    assert _EMPTY.imbalance() is None
    assert _view("", "1:1").imbalance() == -1


def test_levels_are_cut_as_asked() -> None:
    assert [level.px for level in _USUAL.bids(2)] == [100, 99]
    assert len(_USUAL.bids()) == 3
    assert _USUAL.asks(0) == []
    assert _USUAL.ask_rows(1) == [("101", "1", "0", "4")]
    assert _view("1:1", "").bids(9)[0].orders == 4


def test_a_row_of_two_columns_does_not_tell_its_orders() -> None:
    book = OrderBook()
    book.rebuild([("1", "2")], [], 1)
    assert book.bids(1)[0].orders is None


def test_arrays_are_floats_of_price_and_size() -> None:
    bids, asks = _USUAL.arrays(2)
    assert bids.dtype == np.float64
    assert bids.tolist() == [[100.0, 2.0], [99.0, 3.0]]
    assert asks.tolist() == [[101.0, 1.0], [102.0, 4.0]]
    assert [side.shape for side in _EMPTY.arrays()] == [(0, 2), (0, 2)]


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(BadParameter, match="must not be negative"):
        _USUAL.bids(-1)
    with pytest.raises(BadParameter, match="must not be negative"):
        _USUAL.cost("asks", -1)
    with pytest.raises(BadParameter, match="side must be"):
        _USUAL.size_to("bid", 1)  # type: ignore[arg-type]
    with pytest.raises(BadParameter, match="side must be"):
        _USUAL.cost("buy", 1)  # type: ignore[arg-type]


def test_a_live_book_and_its_snapshot_read_the_same() -> None:
    book = OrderBook()
    book.feed(v5("snapshot", [("100", "2"), ("99", "3")], [("101", "1")], prev=-1, seq=1))
    for view in (book, book.snapshot(), book.unverified):
        assert (view.mid, view.spread, view.imbalance(1)) == (D("100.5"), D(1), D(1) / D(3))
        assert view.cost("bids", 3).value == 299
