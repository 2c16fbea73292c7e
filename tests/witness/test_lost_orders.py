"""Orders behind lost requests and answers: ours stand as it says; what other clients' idioms make of the same faults.

The documentation's comparison rests on the same runs, more of them (``python -m tests.witness``). Each test states what
happens today, so that a version that does otherwise turns it red and the text is written anew.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from okx_async.sim import Exchange

from .lost_orders import FAULTS, Belief, End, Place, Score, Wish, judge, run, wishes
from .order_idioms import IDIOMS

RUNS = range(4)
ORDERS = 20


def _run(name: str, orders: int = ORDERS, runs: range = RUNS) -> Score:
    idiom = IDIOMS[name]
    return sum((run(idiom.opened, seed, orders, real=idiom.real) for seed in runs), Score())


@pytest.mark.parametrize(
    ("times", "belief", "end"),
    [
        (0, Belief.PLACED, End.PHANTOM),
        (0, Belief.FAILED, End.NOT_THERE),
        (0, Belief.UNKNOWN, End.UNKNOWN),
        (1, Belief.PLACED, End.ONCE),
        (1, Belief.FAILED, End.ORPHAN),
        (1, Belief.UNKNOWN, End.UNKNOWN),
        (2, Belief.PLACED, End.DOUBLED),
        (2, Belief.UNKNOWN, End.DOUBLED),
    ],
)
def test_the_verdict(times: int, belief: Belief, end: End) -> None:
    assert judge(times, belief) is end


async def test_everybody_meets_the_same() -> None:
    """Orders and faults follow from the seed alone, every fault comes, and no two orders of a run look alike."""
    async with Exchange(seed=3, rate=0) as one, Exchange(seed=3, rate=0) as other:
        wanted = wishes(one, random.Random(3), 200)
        assert wanted == wishes(other, random.Random(3), 200)
    assert {wish.fault for wish in wanted} == {"", *FAULTS}
    assert len({wish.sz for wish in wanted}) == len(wanted)


@asynccontextmanager
async def liar(_: Exchange) -> AsyncIterator[Place]:
    """A client that sends nothing and says it did."""

    async def place(_: Wish) -> Belief:
        return Belief.PLACED

    yield place


def test_a_client_that_lies_is_found_out() -> None:
    assert run(liar, 0, 3).ends == {End.PHANTOM: 3}


@pytest.mark.parametrize("name", [name for name in IDIOMS if name.startswith("okx_async")])
def test_ours_stand_as_it_says(name: str) -> None:
    score = _run(name)
    assert score.wrong == score.ends[End.UNKNOWN] == 0, score.by_fault
    assert score.ends[End.ONCE] > 40


@pytest.mark.parametrize("idiom", ["retry", "`maxRetriesOnFailure`", "retry with one client id"])
def test_retries_of_ccxt_double_orders(ccxt_pro: Any, idiom: str) -> None:
    """One client id for all tries does not help where the first order was filled: its id is free again."""
    score = _run(f"ccxt, {idiom}")
    assert score.ends[End.DOUBLED] > 0
    assert score.ends[End.ORPHAN] > 0
    assert score.ends[End.PHANTOM] > 0, "an empty answer is no order any more: update the comparison"


def test_looking_first_leaves_ccxt_the_late_requests(ccxt_pro: Any) -> None:
    """What comes after nobody waits for it any more is all that goes wrong, and ``expTime`` by hand is against that."""
    score = _run("ccxt, careful", runs=range(12))
    assert score.wrong == score.by_fault["request late"][End.DOUBLED] > 0
    assert _run("ccxt, careful with `expTime`").wrong == 0


def test_python_okx_does_likewise(python_okx: Any) -> None:
    """In real time, so only one run of a few orders each."""
    assert _run("python-okx, retry", 8, range(1)).ends[End.DOUBLED] > 0
    assert _run("python-okx, careful with `expTime`", 8, range(1)).wrong == 0
