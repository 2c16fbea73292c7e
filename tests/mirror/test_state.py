"""The pure mirror: repeated, late, overtaking and impossible rows, and REST answers that are new, old or silent."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import okx_async.mirror
from okx_async.mirror import (
    BalanceChanged,
    Divergence,
    FillAdded,
    Forced,
    OrderChanged,
    PositionChanged,
    Violation,
)
from okx_async.mirror.changes import Change
from okx_async.mirror.orders import EARLY
from okx_async.v5.models.account import BalanceAndPosition, PositionChange

from .rows import SWAP, account, cash, fill, mirror, money, order, picture, position, rest_fill, trade

PURE = ("changes", "fills", "orders", "holdings", "purses", "picture", "state", "rows_v3", "balances_v3")


def names(told: list[Change]) -> list[str]:
    return [type(change).__name__ for change in told]


@pytest.mark.parametrize("name", PURE)
def test_the_state_is_pure(name: str) -> None:
    tree = ast.parse((Path(okx_async.mirror.__file__).parent / f"{name}.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & {"asyncio", "time", "random", "reader", "handle", "mirror"}
    assert not any(each.startswith(("net", "sim")) for each in imported)


# -- orders


def test_live_pushed_twice_is_told_once() -> None:
    """Also with another time, as the exchange warns."""
    state, told = mirror()
    for row in (order(), order(), order(at=2)):
        state.order(row, 0.0)
    assert names(told) == ["OrderChanged"]
    assert state.counts["repeated"] == 2


def test_a_fill_is_told_once_whatever_brings_it() -> None:
    """The channel fills, the order's push, its repetition and REST; the fee is added when it is known."""
    state, told = mirror()
    state.order(order(), 0.0)
    state.fill(fill(3), 0.0)
    for at in (2, 2, 9):
        state.order(order("partially_filled", 1, at, **trade(3)), 0.0)
    assert names(told) == ["OrderChanged", "FillAdded", "OrderChanged"]
    assert state.reconcile(picture(0.0, fills=[rest_fill(3)]), "audit", 0.0) == 0
    record = state.orders.named("a")
    assert record is not None
    assert [each.fee for each in record.fills.values()] == [Decimal(-1)]
    assert not record.missing


@pytest.mark.parametrize("first", ["push", "reply"])
def test_a_reply_names_an_order_whose_pushes_do_not(first: str) -> None:
    """And the name stays whatever is pushed later."""
    state, told = mirror()
    if first == "reply":
        state.placed("a", "1")
    state.order(order(cl_ord_id=""), 0.0)
    if first == "push":
        assert state.orders.named("a") is None
        state.placed("a", "1")
    record = state.orders.named("a")
    assert record is not None
    assert [(change.row.cl_ord_id, change.version) for change in told if isinstance(change, OrderChanged)][-1] == (
        "a",
        state.version,
    )
    state.placed("a", "1")
    state.order(order(at=2, cl_ord_id=""), 0.0)
    state.order(order("filled", 5, 3, cl_ord_id=""), 0.0)
    assert (record.row.state, record.ids) == ("filled", ("1", "a"))
    assert names(told) == ["OrderChanged"] * (2 if first == "reply" else 3)


def test_a_reply_whose_order_is_never_told_of_is_not_kept_for_ever() -> None:
    state, _ = mirror()
    for number in range(3 * EARLY):
        state.placed(f"n{number}", str(number))
    assert len(state.orders._promised) == EARLY


def test_fills_may_come_before_their_order_and_orders_end_unseen() -> None:
    state, told = mirror()
    state.fill(fill(3, 5), 0.0)
    state.order(order("filled", 5, 2, **trade(3, 5)), 0.0)
    assert names(told) == ["FillAdded", "OrderChanged"]
    assert not state.orders.unsound
    assert not state.check(10.0)
    state.order(order("canceled", 0, 2, ord_id="2", cl_ord_id="b", cancel_source="1"), 0.0)
    assert list(state.orders.finished) == ["1", "2"]


def test_overtaking_pushes_move_nothing_back() -> None:
    state, told = mirror()
    rows = [order(), order("partially_filled", 1, 2, **trade(3)), order("filled", 5, 3, **trade(4, 4))]
    for row in reversed(rows):
        state.order(row, 0.0)
    record = state.orders.find("1")
    assert record is not None
    assert (record.row.state, state.counts["late"]) == ("filled", 2)
    assert record.filled == 5
    assert [change for change in told if isinstance(change, OrderChanged | Violation)] == told[:1]


def test_what_cannot_be_is_told_and_not_believed() -> None:
    state, told = mirror()
    state.order(order("partially_filled", 2, 2, **trade(3, 2)), 0.0)
    state.order(order("partially_filled", 1, 3), 0.0)
    state.order(order("live", 2, 3, px=Decimal(11)), 0.0)
    state.order(order("filled", 5, 4, **trade(4, 3)), 0.0)
    state.order(order("live", 5, 5), 0.0)
    violated = [change.invariant for change in told if isinstance(change, Violation)]
    assert violated == ["filled_size_grows", "state_is_legal", "state_is_legal"]
    assert state.suspects
    record = state.orders.find("1")
    assert record is not None
    assert record.row.state == "filled"


def test_a_missing_fill_is_noticed_when_all_is_quiet() -> None:
    state, told = mirror()
    state.order(order(), 0.0)
    state.order(order("partially_filled", 3, 2, **trade(4)), 1.0)
    assert not state.check(1.4)
    assert state.check(1.5)
    assert not state.check(9.0), "once is enough"
    assert [change.invariant for change in told if isinstance(change, Violation)] == ["fills_add_up"]
    state.reconcile(picture(9.0, fills=[rest_fill(3, 2)], open_orders=[order("partially_filled", 3, 2)]), "audit", 9.0)
    (found,) = [change for change in told if isinstance(change, Divergence)]
    assert (found.what, found.key, found.found_by) == ("fill", "1", "fills_add_up")
    assert not state.orders.unsound


def test_fills_from_before_the_exchange_s_memory_are_let_go() -> None:
    state, _ = mirror()
    state.reconcile(picture(0.0, open_orders=[order("partially_filled", 3, 2)]), "", 0.0)
    assert state.orders.unsound
    state.reconcile(picture(5.0, positions=None, balances=None, fills=[rest_fill(3)], whole={"1"}), "", 5.0)
    record = state.orders.find("1")
    assert record is not None
    assert [*map(int, (record.base, record.filled, record.missing))] == [2, 1, 0]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"category": "full_liquidation"}, "liquidation"),
        ({"category": "adl"}, "adl"),
        ({"category": "delivery"}, "delivery"),
        ({"cancel_source": "20", "cancel_source_reason": "too late"}, "system_cancel"),
        ({"cancel_source": "1"}, ""),
        ({"cancel_source": "14", "ord_type": "ioc"}, ""),
    ],
)
def test_what_the_exchange_does_by_itself_is_told(more: dict[str, Any], kind: str) -> None:
    state, told = mirror()
    for _ in range(2):
        state.order(order("canceled", at=2, **more), 0.0)
    assert [change.kind for change in told if isinstance(change, Forced)] == ([kind] if kind else [])
    if kind == "system_cancel":
        assert [change.reason for change in told if isinstance(change, Forced)] == ["20 too late"]


def test_finished_orders_are_kept_up_to_a_number_and_none_comes_back() -> None:
    state, told = mirror(keep_orders=10, keep_fills=5)
    for number in range(100):
        row = order("filled", 5, number, ord_id=str(number), cl_ord_id=f"c{number}", **trade(number, 5))
        state.order(row, 0.0)
    assert len(state.orders.finished) == 10
    assert len(state.fills) == 5
    assert len(state.orders._names) == 10
    assert len(state.orders._forgotten) == 40
    before = len(told)
    state.order(order("filled", 5, 60, ord_id="60", cl_ord_id="c60", **trade(60, 5)), 0.0)
    state.fill(fill(60, 5, "60"), 0.0)
    state.reconcile(picture(9.0, orders=[order("filled", 5, 60, ord_id="60")]), "audit", 9.0)
    assert len(told) == before


def test_of_a_client_id_used_again_the_latest_order_counts() -> None:
    state, _ = mirror()
    state.order(order("canceled", at=2, c_time=1), 0.0)
    state.order(order(at=3, ord_id="2", c_time=3), 0.0)
    state.order(order("canceled", at=2, ord_id="0", c_time=0), 0.0)
    record = state.orders.named("a")
    assert record is not None
    assert record.row.ord_id == "2"


# -- REST


def test_an_older_answer_moves_nothing_back() -> None:
    state, told = mirror()
    state.order(order(), 0.0)
    state.order(order("filled", 5, 3, **trade(3, 5)), 10.0)
    state.position(position(5, 3, 3), 10.0)
    state.account(account(money(90, 3)), 10.0)
    before = len(told)
    old = picture(
        10.1, open_orders=[order()], positions=[position(2, 1, 1), position(4, 2, 2, "8")][:1], balances=[money(95, 1)]
    )
    assert not state.differs(old, 10.2)
    assert state.reconcile(old, "audit", 10.2) == 0
    assert not state.reconcile(picture(10.1), "audit", 10.2), "nothing is gone that was pushed a moment ago"
    assert state.doubts(picture(10.1))
    assert len(told) == before


def test_a_newer_answer_repairs_and_says_so() -> None:
    state, told = mirror()
    state.order(order(), 0.0)
    new = picture(
        9.0,
        orders=[order("filled", 5, 3)],
        fills=[rest_fill(3, 5)],
        positions=[position(5, 3, 3)],
        balances=[money(9, 3)],
    )
    assert state.differs(new, 9.0)
    assert state.reconcile(new, "gap", 9.0) == 4
    found = [(change.what, change.found_by) for change in told if isinstance(change, Divergence)]
    assert found == [(what, "gap") for what in ("order", "fill", "position", "balance")]
    assert [name for name in names(told) if name != "Divergence"] == [
        "OrderChanged",
        "OrderChanged",
        "FillAdded",
        "PositionChanged",
        "BalanceChanged",
    ]
    assert not state.differs(new, 9.0)
    assert {change.source for change in told[1:] if isinstance(change, OrderChanged | FillAdded)} == {"rest"}


def test_what_rest_does_not_show_any_more_is_gone() -> None:
    state, told = mirror()
    state.order(order(), 0.0)
    state.position(position(5, 3, 3), 0.0)
    state.account(account(money(90, 3)), 0.0)
    assert state.reconcile(picture(0.9, absent={"1"}), "audit", 0.9) == 0
    assert state.reconcile(picture(1.0, absent={"1"}), "audit", 1.0) == 3
    assert not state.orders.open
    assert state.orders.finished["1"].row.state == "not_found"
    assert not state.positions.open
    assert state.balances.open["USDT"].row.cash_bal == 0
    state.position(position(5, 3, 3), 2.0)
    state.account(account(money(90, 3)), 2.0)
    assert state.positions.open, "it was there after all"
    assert state.balances.open["USDT"].row.cash_bal == 90
    state.order(order("filled", 5, 3, **trade(3, 5)), 2.0)
    assert state.orders.finished["1"].row.state == "filled"
    assert isinstance(told[-1], FillAdded)


# -- positions and balances


def test_regular_repeats_are_no_news() -> None:
    state, told = mirror()
    for mark in (1, 2, 3):
        state.position(msgspec.structs.replace(position(5, 3, 3), mark_px=Decimal(mark)), 0.0)
        state.account(account(msgspec.structs.replace(money(9, 3), eq=Decimal(mark))), 0.0)
    assert names(told) == ["PositionChanged", "BalanceChanged"]
    assert state.positions.open["7"].row.mark_px == 3
    assert state.balances.open["USDT"].row.eq == 3


def test_a_closed_position_is_not_opened_by_what_is_late_but_a_turned_one_is() -> None:
    state, told = mirror()
    state.position(position(5, 3, 3), 0.0)
    state.position(position(0, 4, 4), 0.0)
    state.position(position(5, 3, 3), 0.0)
    assert not state.positions.open
    state.position(position(-2, 4, 4), 0.0)  # the trade that closed it opened another
    assert state.positions.open["7"].row.pos == -2
    state.position(position(0, 4, 4), 0.0)
    assert state.positions.open["7"].row.pos == -2
    assert [change.row.pos for change in told if isinstance(change, PositionChanged)] == [5, 0, -2]


def test_a_position_is_the_sum_of_its_fills() -> None:
    """From the first complete reading on; a liquidation is no fill of ours."""
    state, told = mirror()
    state.reconcile(picture(0.0, positions=[position(2, 1, 1)]), "", 0.0)
    state.compared(2.0)
    state.order(order("partially_filled", 3, 2, **trade(4, 3)), 5.0)
    state.position(position(5, 2, 4), 5.0)
    assert not state.check(6.0)
    state.order(order("filled", 5, 3, **trade(5, 2)), 7.0)
    assert not state.check(7.2)
    assert state.check(8.0)
    assert not state.check(9.0)
    (wrong,) = [change for change in told if isinstance(change, Violation)]
    assert (wrong.invariant, wrong.key) == ("position_is_its_fills", SWAP)
    state.reconcile(picture(20.0, positions=[position(7, 3, 5)]), "audit", 20.0)
    assert [change.found_by for change in told if isinstance(change, Divergence)] == ["position_is_its_fills"]
    state.compared(30.0)
    state.order(order("partially_filled", 1, 8, ord_id="2", cl_ord_id="b", **trade(8)), 40.0)
    gone = PositionChange(
        pos_id="7", inst_id=SWAP, mgn_mode="cross", pos_side="net", pos=Decimal(0), u_time=9, trade_id="0"
    )
    state.change(BalanceAndPosition(event_type="liquidation", pos_data=[gone]), 40.0)
    assert not state.positions.open
    assert not state.check(50.0)


def test_the_two_channels_of_money_must_agree() -> None:
    state, told = mirror()
    state.account(account(money(9, 3)), 0.0)
    state.change(cash(9, 3), 0.0)
    assert not state.check(5.0)
    state.change(cash(8, 3), 5.0)
    assert state.check(9.0)
    assert not state.check(9.0)
    assert [change.invariant for change in told if isinstance(change, Violation)] == ["balances_agree"]


def test_a_currency_that_falls_to_zero_is_told_by_the_other_channel() -> None:
    state, told = mirror()
    state.account(account(money(9, 3)), 0.0)
    state.account(account(), 1.0)
    state.change(cash(0, 4), 1.0)
    state.account(account(money(9, 3)), 2.0)
    assert [change.row.cash_bal for change in told if isinstance(change, BalanceChanged)] == [9, 0]
    assert state.counts["late"] == 1


def test_versions_count_every_change() -> None:
    state, told = mirror()
    state.order(order("partially_filled", 1, 2, **trade(4)), 0.0)
    state.position(position(1, 2, 4), 0.0)
    state.account(account(money(9, 3)), 0.0)
    assert [change.version for change in told] == list(range(1, state.version + 1))
