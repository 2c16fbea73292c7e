"""Whatever goes wrong: the exchange has every order once or not at all, and the client says which, in both dialects."""

from __future__ import annotations

from collections import Counter

import pytest

from okx_async.sim.kinds import FaultKind

from .manners import MANNERS
from .trading_runs import HARMS, harms, run

BLOCK = 10
BLOCKS = {"v5": 10, "v3": 2}
"""Blocks of runs in the suite."""
ALL = {"v5": 110, "v3": 102}
SUITE = [(dialect, block) for dialect, blocks in BLOCKS.items() for block in range(blocks)]
SOAK = [(dialect, block) for dialect, blocks in ALL.items() for block in range(BLOCKS[dialect], blocks)]


def test_everything_that_goes_wrong_can_be_scripted() -> None:
    """The runs know no fault that users cannot ask for, and leave no fault of operations out."""
    assert set(HARMS) <= set(FaultKind)
    scripted = {kind for kind in FaultKind if kind.startswith(("op_", "rest_"))}
    assert scripted - {FaultKind.REST_LAG} <= set(HARMS)  # `records_lag` is the same for orders alone
    (v5,), v3 = MANNERS["v5"], MANNERS["v3"]
    assert harms(v5) == sorted(HARMS)
    assert {*HARMS} - {kind for manner in v3 for kind in harms(manner)} == {k for k in HARMS if k.startswith("op_")}


@pytest.mark.parametrize(("dialect", "block"), SUITE)
def test_every_order_has_exactly_one_outcome(dialect: str, block: int) -> None:
    """Ten runs of twenty deeds each: every outcome is known soon after the line's return, and true."""
    _trade(dialect, range(block * BLOCK, block * BLOCK + BLOCK))


@pytest.mark.soak
@pytest.mark.parametrize(("dialect", "block"), SOAK)
def test_every_order_has_exactly_one_outcome_for_long(dialect: str, block: int) -> None:
    """A thousand runs of each dialect."""
    _trade(dialect, range(block * BLOCK, block * BLOCK + BLOCK))


def _trade(dialect: str, seeds: range) -> None:
    outcomes: Counter[str] = Counter()
    doubts = 0
    for seed in seeds:
        report = run(dialect, seed)
        assert not report.wrong, f"{dialect} seed {seed}, {dict(report.faults)}: {report.wrong}"
        outcomes += report.outcomes
        doubts += report.doubts
    assert outcomes["place accepted"] > 50, "the runs do nothing"
    assert outcomes["place rejected"] > 0
    assert doubts > 0, "nothing was ever in doubt"
