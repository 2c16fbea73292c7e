"""Whatever goes wrong: the exchange has every order once or not at all, and the client says which."""

from __future__ import annotations

from collections import Counter

import pytest

from okx_async.sim.kinds import FaultKind

from .trading_runs import HARMS, run


def test_everything_that_goes_wrong_can_be_scripted() -> None:
    """The runs know no fault that users cannot ask for, and leave no fault of operations out."""
    assert set(HARMS) <= set(FaultKind)
    scripted = {kind for kind in FaultKind if kind.startswith(("op_", "rest_"))}
    assert scripted - {FaultKind.REST_LAG} <= set(HARMS)  # `records_lag` is the same for orders alone


@pytest.mark.parametrize("block", range(10))
def test_every_order_has_exactly_one_outcome(block: int) -> None:
    """Ten runs of twenty deeds each: every outcome is known within 5 s of the line's return, and true."""
    _trade(range(block * 10, block * 10 + 10))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(10, 110))
def test_every_order_has_exactly_one_outcome_for_long(block: int) -> None:
    """A thousand runs."""
    _trade(range(block * 10, block * 10 + 10))


def _trade(seeds: range) -> None:
    outcomes: Counter[str] = Counter()
    doubts = 0
    for seed in seeds:
        report = run(seed)
        assert not report.wrong, f"seed {seed}, {dict(report.faults)}: {report.wrong}"
        outcomes += report.outcomes
        doubts += report.doubts
    assert outcomes["place accepted"] > 50, "the runs do nothing"
    assert outcomes["place rejected"] > 5
    assert doubts > 5, "nothing was ever in doubt"
