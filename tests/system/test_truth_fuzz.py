"""300 short seeded sessions under faults: a LIVE book never differs from the exchange's truth."""

from __future__ import annotations

import asyncio

import pytest

from tests.system.truth import Outcome, TruthSession

BATCHES = 15
SESSIONS = 10  # together in one loop, because they mostly wait


@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_a_live_book_never_differs_from_the_truth(dialect: str, batch: int) -> None:
    """Whatever happens to the frames: right or not LIVE, every fault recovered, at most one resync per fault."""
    seeds = range(batch * SESSIONS, (batch + 1) * SESSIONS)
    outcomes = await asyncio.gather(*(TruthSession(dialect, seed).run() for seed in seeds))
    for outcome in outcomes:
        _check(outcome)
    assert sum(len(outcome.fired) for outcome in outcomes) >= SESSIONS


def _check(outcome: Outcome) -> None:
    assert not outcome.wrong
    assert outcome.compared > 0
    assert outcome.resyncs <= len(outcome.fired)


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("batch", range(BATCHES, 500))
async def test_thousands_of_sessions(dialect: str, batch: int) -> None:
    """The same for as long as one likes: ``pytest -m soak``."""
    await test_a_live_book_never_differs_from_the_truth(dialect, batch)
