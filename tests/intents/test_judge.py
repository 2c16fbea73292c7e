"""What an order says about an intent, and what it does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async.core.intent import Kind, Outcome, Record, Verb
from okx_async.intents.judge import by_push, by_row
from okx_async.v5.models.algo import AlgoOrder
from okx_async.v5.models.trade import Order, OrderUpdate

NOW = 1_767_225_600_000
A, R, U = Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN


def intent(verb: Verb, **more: Any) -> Record:
    """Return an intent about the order ``a``."""
    values: dict[str, Any] = {"key": "k", "kind": Kind.ORDER, "inst_id": "BTC-USDT", "cl_ord_id": "a", "ord_id": ""}
    values |= {"req_id": "r" if verb is Verb.AMEND else "", "made": NOW, "own": True}
    return Record(verb=verb, **values | more)


def order(**more: Any) -> dict[str, Any]:
    """Return the columns of that order."""
    return {"inst_id": "BTC-USDT", "ord_id": "7", "cl_ord_id": "a", "state": "live", "c_time": NOW} | more


def looked(record: Record, row: dict[str, Any] | None, *, late: bool = False, others: tuple[str, ...] = ()) -> Any:
    """Return the outcome by a look-up."""
    verdict = by_row(record, Order(**row) if row else None, frozenset(others), late=late)
    return verdict and verdict.outcome


@pytest.mark.parametrize("state", ["live", "partially_filled", "filled", "canceled", "mmp_canceled", "something_new"])
def test_an_order_that_is_there_was_accepted_whatever_became_of_it(state: str) -> None:
    assert looked(intent(Verb.PLACE), order(state=state)) is A


def test_an_order_that_is_not_there_may_still_come() -> None:
    assert looked(intent(Verb.PLACE), None) is None
    assert looked(intent(Verb.PLACE), None, late=True) is R


def test_an_older_order_of_the_same_client_id_is_another_one() -> None:
    """An id of the caller's may be used again once its order is final; one that was made here never was."""
    reused = intent(Verb.PLACE, own=False)
    assert looked(reused, order(c_time=NOW - 61_000)) is None
    assert looked(reused, order(c_time=NOW - 61_000), late=True) is R
    assert looked(reused, order(c_time=NOW - 5_000)) is A
    assert looked(reused, order(c_time=NOW - 5_000), others=("7",)) is None
    assert looked(intent(Verb.PLACE), order(c_time=NOW - 180_000)) is A


@pytest.mark.parametrize(
    ("fields", "row", "early", "late"),
    [
        ({"newSz": "2"}, {"sz": "2.0"}, A, A),
        ({"newSz": "2"}, {"sz": "1"}, None, R),
        ({"newSz": "2"}, {"sz": "1", "state": "filled"}, R, R),
        ({"newSz": "2", "newPx": "5"}, {"sz": "2", "px": "4"}, None, R),
        ({"newSz": "2", "newPx": "5"}, {"sz": "2", "px": "5"}, A, A),
        ({"newPx": "5", "pxAmendType": "1"}, {"px": "4.9"}, None, U),
        ({"newPx": "5"}, {"cl_ord_id": "b", "px": "5"}, None, R),
    ],
)
def test_an_amendment_is_known_by_what_the_order_has_become(
    fields: dict[str, str], row: dict[str, Any], early: Outcome | None, late: Outcome
) -> None:
    numbers = {name: Decimal(row[name]) for name in ("sz", "px") if name in row}
    record = intent(Verb.AMEND, fields=fields)
    assert looked(record, order(**row | numbers)) is early
    assert looked(record, order(**row | numbers), late=True) is late


@pytest.mark.parametrize(
    ("state", "early", "late"), [("canceled", A, A), ("mmp_canceled", A, A), ("filled", R, R), ("live", None, R)]
)
def test_a_cancellation_is_known_by_the_state(state: str, early: Outcome | None, late: Outcome) -> None:
    assert looked(intent(Verb.CANCEL), order(state=state)) is early
    assert looked(intent(Verb.CANCEL), order(state=state), late=True) is late
    by_id = intent(Verb.CANCEL, cl_ord_id="", ord_id="8")
    assert looked(by_id, order(state=state)) is None, "it is another order's"


@pytest.mark.parametrize(
    ("result", "req_id", "outcome"), [("0", "r", A), ("2", "r", A), ("-1", "r", R), ("1", "r", R), ("0", "other", None)]
)
def test_a_push_tells_of_the_amendment_it_names(result: str, req_id: str, outcome: Outcome | None) -> None:
    """Others may be older than the intent, so what the order looks like says nothing."""
    row = OrderUpdate(**order(req_id=req_id, amend_result=result, code="51503"))
    verdict = by_push(intent(Verb.AMEND, fields={"newSz": "2"}), row, frozenset())
    assert (verdict and verdict.outcome) is outcome
    if outcome is R:
        assert verdict is not None
        assert verdict.code == "51503"


def test_a_push_tells_of_placing_and_cancelling() -> None:
    live, over = OrderUpdate(**order()), OrderUpdate(**order(state="canceled"))
    assert by_push(intent(Verb.PLACE), live, frozenset()) == (A, "", "")
    assert by_push(intent(Verb.CANCEL), live, frozenset()) is None
    assert by_push(intent(Verb.CANCEL), over, frozenset()) == (A, "", "")
    assert by_push(intent(Verb.PLACE, cl_ord_id="b"), live, frozenset()) is None


# -- algo orders


def algo(**more: Any) -> AlgoOrder:
    """Return the algo order ``a`` with the order it has sent."""
    values: dict[str, Any] = {"inst_id": "BTC-USDT", "algo_id": "70", "algo_cl_ord_id": "a", "c_time": NOW}
    return AlgoOrder(**values | {"ord_id": "7", "cl_ord_id": "b", "state": "live"} | more)


def test_an_algo_order_is_known_by_its_own_names() -> None:
    """Not by those of the order it has sent, which bears both."""
    mine, child = intent(Verb.PLACE, kind=Kind.ALGO), OrderUpdate(**order(cl_ord_id="", algo_cl_ord_id="a"))
    assert by_row(mine, algo(), frozenset(), late=False) == (A, "", "")
    assert by_row(intent(Verb.PLACE, kind=Kind.ALGO, cl_ord_id="b"), algo(), frozenset(), late=False) is None
    assert (
        by_row(intent(Verb.CANCEL, kind=Kind.ALGO, cl_ord_id="", ord_id="7"), algo(), frozenset(), late=False) is None
    )
    assert by_row(intent(Verb.PLACE), child, frozenset(), late=False) is None


@pytest.mark.parametrize(
    ("fields", "row", "early", "late"),
    [
        ({"newSz": "2"}, {"sz": Decimal("2.0")}, A, A),
        ({"newTpTriggerPx": "7", "newTpOrdPx": "-1"}, {"tp_trigger_px": Decimal(7), "tp_ord_px": Decimal(-1)}, A, A),
        ({"newTpTriggerPx": "7", "newTpOrdPx": "-1"}, {"tp_trigger_px": Decimal(7)}, None, R),
        ({"newSlTriggerPx": "0"}, {"sl_trigger_px": None}, A, A),
        ({"newSlTriggerPx": "0"}, {"sl_trigger_px": Decimal(5)}, None, R),
        ({"newTriggerPx": "3"}, {"trigger_px": Decimal(4), "state": "effective"}, R, R),
        ({"attachAlgoOrds": [{}]}, {}, None, U),
    ],
)
def test_an_amendment_of_an_algo_order_is_known_by_what_it_has_become(
    fields: dict[str, Any], row: dict[str, Any], early: Outcome | None, late: Outcome
) -> None:
    record = intent(Verb.AMEND, kind=Kind.ALGO, fields=fields)
    for is_late, outcome in ((False, early), (True, late)):
        verdict = by_row(record, algo(**row), frozenset(), late=is_late)
        assert (verdict and verdict.outcome) is outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("canceled", A), ("effective", R), ("order_failed", R), ("partially_failed", R), ("live", None), ("pause", None)],
)
def test_a_cancellation_of_an_algo_order_is_known_by_the_state(state: str, outcome: Outcome | None) -> None:
    verdict = by_row(intent(Verb.CANCEL, kind=Kind.ALGO), algo(state=state), frozenset(), late=False)
    assert (verdict and verdict.outcome) is outcome
