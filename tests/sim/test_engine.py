"""The matching engine: never crossed, price before time, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.sim.engine import Book, Side, TimeInForce

_ORDER = st.tuples(st.booleans(), st.integers(95, 105), st.integers(1, 9), st.sampled_from(list(TimeInForce)))
_CANCEL = st.integers(1, 60)


def _lots(side: Side) -> int:
    return sum(level.lots for level in side.levels.values())


def _check_shape(book: Book) -> None:
    for side in (book.bids, book.asks):
        assert side.keys == sorted(side.levels)
        for key, level in side.levels.items():
            assert level.lots == sum(order.lots for order in level.orders.values()) > 0
            assert all(order.price * side.sign == key for order in level.orders.values())
    if book.bids.best is not None and book.asks.best is not None:
        assert book.bids.best < book.asks.best


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(_ORDER, _CANCEL), max_size=60))
def test_orders_never_leave_a_crossed_book_and_no_lot_is_lost(
    actions: list[tuple[bool, int, int, TimeInForce] | int],
) -> None:
    book = Book()
    for action in actions:
        before = _lots(book.bids), _lots(book.asks)
        if isinstance(action, int):
            book.cancel(action)
        else:
            buy, price, lots, tif = action
            order_id, matches = book.submit(buy, price, lots, tif)
            traded = sum(match.lots for match in matches)
            after = _lots(book.bids), _lots(book.asks)
            own, against = (0, 1) if buy else (1, 0)
            assert after[against] == before[against] - traded
            rested = lots - traded if order_id in book else 0
            assert after[own] == before[own] + rested
            assert traded + rested == lots or order_id not in book
            assert all(match.price <= price if buy else match.price >= price for match in matches)
            prices = [match.price for match in matches]
            assert prices == sorted(prices, reverse=not buy), "a better price was passed over"
            if tif is TimeInForce.POST_ONLY:
                assert not matches
        _check_shape(book)


def test_the_older_order_of_a_price_trades_first() -> None:
    book = Book()
    first, _ = book.submit(False, 100, 2)
    second, _ = book.submit(False, 100, 2)
    better, _ = book.submit(False, 99, 1)
    taker, matches = book.submit(True, 100, 4)
    assert [(match.maker_id, match.price, match.lots) for match in matches] == [
        (better, 99, 1),
        (first, 100, 2),
        (second, 100, 1),
    ]
    assert {match.taker_id for match in matches} == {taker}
    assert taker not in book
    assert second in book


def test_a_partly_filled_order_keeps_its_place() -> None:
    book = Book()
    first, _ = book.submit(True, 100, 5)
    book.submit(True, 100, 5)
    book.submit(False, 100, 2)
    _, matches = book.submit(False, 100, 2)
    assert [match.maker_id for match in matches] == [first]


def test_touched_keys_are_handed_over_once() -> None:
    book = Book()
    order, _ = book.submit(True, 100, 5)
    assert book.bids.take_touched() == {-100}
    assert book.bids.take_touched() == set()
    book.cancel(order)
    assert book.bids.take_touched() == {-100}
    assert book.cancel(order) is False


@pytest.mark.parametrize(("price", "lots"), [(0, 1), (1, 0), (-5, 1)])
def test_an_impossible_order_is_refused(price: int, lots: int) -> None:
    with pytest.raises(ValueError, match="at least one tick"):
        Book().submit(True, price, lots)


_RESTING = st.tuples(st.booleans(), st.integers(95, 105), st.integers(1, 9))


@settings(max_examples=150, deadline=None)
@given(st.lists(_RESTING, max_size=40))
def test_an_auction_ends_at_the_one_price_that_trades_most(orders: list[tuple[bool, int, int]]) -> None:
    book = Book()
    for buy, price, lots in orders:
        book.rest(buy, price, lots)
    before = _lots(book.bids), _lots(book.asks)
    demand = {price: sum(lots for buy, at, lots in orders if buy and at >= price) for price in range(94, 107)}
    supply = {price: sum(lots for buy, at, lots in orders if not buy and at <= price) for price in range(94, 107)}
    matches = book.uncross()
    _check_shape(book)
    traded = sum(match.lots for match in matches)
    assert (_lots(book.bids), _lots(book.asks)) == (before[0] - traded, before[1] - traded)
    assert traded == max(min(demand[price], supply[price]) for price in demand)
    assert len({match.price for match in matches}) <= 1
    for match in matches:
        assert match.maker_id < match.taker_id
        buyer, seller = (match.taker_id, match.maker_id) if match.taker_buys else (match.maker_id, match.taker_id)
        assert orders[buyer - 1][1] >= match.price >= orders[seller - 1][1], "nobody trades beyond the own limit"
        assert orders[buyer - 1][0]
        assert not orders[seller - 1][0]


def test_an_auction_with_nothing_to_trade_changes_nothing() -> None:
    book = Book()
    book.rest(True, 99, 5)
    book.rest(False, 100, 5)
    assert not book.crossed
    assert book.uncross() == []
    assert (_lots(book.bids), _lots(book.asks)) == (5, 5)
