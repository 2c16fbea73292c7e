"""Algo and spread orders as the mirror sees them: which columns name them, move them and end them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from ..core.intent import Kind
from ..v5.models.algo import AlgoOrder
from ..v5.models.spread import SpreadOrder
from .changes import AlgoChanged, SpreadChanged

__all__ = ["ALGO", "SPREAD", "Sort"]

R = TypeVar("R", bound=AlgoOrder | SpreadOrder)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sort(Generic[R]):
    """One sort of orders.

    Attributes:
        kind: Which, as intents call it.
        what: What a `Divergence` calls it.
        final: States after which it does not begin to work again.
        ids: Returns the exchange's id and the client id of a row.
        filled: Returns how much of it has traded, which only grows.
        content: Returns what makes a row another one; the rest is taken along without a word.
        change: Makes the change that is told.
    """

    kind: Kind
    what: str
    final: frozenset[str]
    ids: Callable[[R], tuple[str, str]]
    filled: Callable[[R], Decimal]
    content: Callable[[R], tuple[object, ...]]
    change: type[AlgoChanged] | type[SpreadChanged]


def _algo_content(row: AlgoOrder) -> tuple[object, ...]:
    """What is triggered and what it sends; where a trailing trigger is now changes with every price."""
    prices = (row.tp_trigger_px, row.tp_ord_px, row.sl_trigger_px, row.sl_ord_px, row.trigger_px, row.ord_px)
    sent = tuple(each for each in row.ord_id_list or () if each)
    return (row.state, row.sz, row.actual_sz or ZERO, row.actual_px or ZERO, row.fail_code, sent, *prices)


ALGO: Sort[AlgoOrder] = Sort(
    Kind.ALGO,
    "algo",
    frozenset(("effective", "canceled", "order_failed", "partially_failed", "not_found")),
    lambda row: (row.algo_id, row.algo_cl_ord_id or ""),
    lambda row: row.actual_sz or ZERO,
    _algo_content,
    AlgoChanged,
)
SPREAD: Sort[SpreadOrder] = Sort(
    Kind.SPREAD,
    "spread",
    frozenset(("filled", "canceled", "not_found")),
    lambda row: (row.ord_id, row.cl_ord_id or ""),
    lambda row: row.acc_fill_sz or ZERO,
    lambda row: (row.state, row.acc_fill_sz or ZERO, row.px, row.sz, row.pending_settle_sz or ZERO),
    SpreadChanged,
)
