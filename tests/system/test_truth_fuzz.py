"""1,000 seeded sessions under faults: a LIVE book never differs from the exchange's truth. 10,000 with ``-m soak``."""

from __future__ import annotations

import pytest

from tests.system.truth import Outcome, TruthSession

SESSIONS = 25
BATCHES = 20  # of each dialect in the suite
ALL = 200  # of each dialect
# Simulated seconds at a round trip of 100 ms. A half-open line takes the longest: 0.6 s until the missing pong, and a
# look at the clock every 0.25 s.
RECOVERED = 2.0


@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_live_book_never_differs_from_the_truth(dialect: str, batch: int) -> None:
    """Whatever happens to the frames: right or not LIVE, every fault recovered, at most one resync per fault."""
    outcomes = [TruthSession(dialect, batch * SESSIONS + nth).warped() for nth in range(SESSIONS)]
    for outcome in outcomes:
        _check(outcome)
    assert sum(len(outcome.fired) for outcome in outcomes) >= SESSIONS
    recoveries = [seconds for outcome in outcomes for seconds in outcome.recoveries]
    # One in a hundred, and one more because a batch has fewer than that.
    assert sum(seconds >= RECOVERED for seconds in recoveries) <= 1 + len(recoveries) // 100


def _check(outcome: Outcome) -> None:
    assert not outcome.wrong
    assert outcome.compared > 0
    assert outcome.resyncs <= len(outcome.fired)


@pytest.mark.soak
@pytest.mark.parametrize("dialect", ["v5", "v3"])
@pytest.mark.parametrize("batch", range(BATCHES, ALL))
def test_thousands_of_sessions(dialect: str, batch: int) -> None:
    """The same ten times as long: ``pytest -m soak``."""
    test_a_live_book_never_differs_from_the_truth(dialect, batch)
