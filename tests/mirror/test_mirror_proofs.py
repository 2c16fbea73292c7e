"""The mirror against an exchange that drops, doubles and swaps pushes, cuts lines, and answers with what was."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal
from typing import Any

import pytest

from okx_async.mirror import Divergence, Lost, Restored
from okx_async.sim import RestFault, warp

from .session import SETTINGS, SWAP, Session, session

#: A divergence is found at the next audit, which takes some requests and waits for pushes that may be under way; the
#: watcher looks four times a second.
WITHIN = SETTINGS.audit + SETTINGS.settle + 1.0
SHORT = pytest.mark.parametrize(("dialect", "seed"), [("v5", 0), ("v5", 1), ("v5", 2), ("v3", 2)])
LONG = pytest.mark.parametrize(
    ("dialect", "seed"), [(dialect, seed) for dialect in ("v5", "v3") for seed in range(100, 150)]
)


async def dropping(run: Session, seconds: float) -> None:
    """1% of pushes are dropped, and some are doubled or swapped, while the line looks healthy."""
    faults, seed = run.sim.faults, run.seed
    faults.drop(endpoint=run.bot.private, times=10**9, chance=0.01, seed=seed)
    faults.duplicate(endpoint=run.bot.private, times=10**9, chance=0.02, seed=seed + 1)
    faults.reorder(endpoint=run.bot.private, times=10**9, chance=0.02, seed=seed + 2)
    await run.trade(seconds)
    faults.clear()
    await run.settle()


async def cutting(run: Session, seconds: float) -> None:
    """Lines are cut at random moments."""
    dice, loop = random.Random(run.seed), asyncio.get_running_loop()
    until = loop.time() + seconds
    trading = asyncio.create_task(run.trade(seconds))
    while loop.time() < until:
        await asyncio.sleep(dice.uniform(1.0, 15.0))
        dice.choice((run.sim.lines.reset_tcp, lambda: run.sim.lines.close(4001), lambda: run.sim.outage(2.0)))()
    await trading
    await run.settle()


def dropped(dialect: str, seed: int, seconds: float) -> Session:
    async def main() -> Session:
        async with session(seed, dialect) as run:
            await dropping(run, seconds)
            run.assert_equal()
            assert run.sim.faults.journal.counts["drop"] > 0
            return run

    return warp.run(main())


def cut(dialect: str, seed: int, seconds: float) -> Session:
    async def main() -> Session:
        async with session(seed, dialect) as run:
            await cutting(run, seconds)
            run.assert_equal()
            return run

    return warp.run(main())


def lagged(dialect: str, seed: int, seconds: float) -> Session:
    async def main() -> Session:
        async with session(seed, dialect) as run:
            run.sim.faults.rest.add(
                RestFault("rest_lag", f"/api/*{dialect}/*", times=10**9, seconds=0.9 * SETTINGS.lag)
            )
            await cutting(run, seconds)
            run.sim.faults.clear()
            run.assert_equal()
            assert run.sim.faults.journal.counts["rest_lag"] > 0
            return run

    return warp.run(main())


@SHORT
def test_dropped_pushes_are_found_within_one_audit(dialect: str, seed: int) -> None:
    """Nothing stays wrong for longer than the audit period, and what was wrong is told."""
    run = dropped(dialect, seed, 60)
    assert run.longest <= WITHIN
    assert run.unvouched == 0, "a dropped push is no reason not to be live"
    found_by = {divergence.found_by for divergence in run.found()}
    assert found_by <= {"audit", *(violation.invariant for violation in run.violated())}


@pytest.mark.parametrize(
    ("dialect", "channels", "what", "found_by"),
    [
        ("v5", ("orders",), "order", "fills_add_up"),
        ("v5", ("fills", "orders"), "order", "audit"),
        ("v5", ("positions", "balance_and_position"), "position", "position_is_its_fills"),
        ("v5", ("account", "balance_and_position"), "balance", "audit"),
        ("v3", ("order",), "order", "audit"),
        ("v3", ("position",), "position", "position_is_its_fills"),
        ("v3", ("account",), "balance", "audit"),
    ],
)
def test_it_is_told_what_was_wrong_and_how_that_was_found(
    dialect: str, channels: tuple[str, ...], what: str, found_by: str
) -> None:
    async def main() -> Session:
        async with session(5, dialect, rate=0) as run:
            for channel in channels:
                run.sim.faults.drop(channel, endpoint=run.bot.private, times=10**9)
            order = run.mirror.order(cl_ord_id="dropped1")
            await run.bot.place(SWAP, "buy", "market", Decimal(1), Decimal(0), "dropped1")
            assert (await order.done(SETTINGS.audit + 1)).state == "filled"
            await asyncio.sleep(SETTINGS.audit + 2)
            run.assert_equal()
            return run

    run = warp.run(main())
    assert (what, found_by) in {(divergence.what, divergence.found_by) for divergence in run.found()}
    assert run.longest <= WITHIN


@SHORT
def test_cuts_are_survived(dialect: str, seed: int) -> None:
    """While it is live nothing is wrong for longer than a message takes; while it is not, it says so."""
    run = cut(dialect, seed, 60)
    assert run.longest <= 0.5
    assert run.unvouched > 0
    lost, restored = (sum(isinstance(change, kind) for change in run.changes) for kind in (Lost, Restored))
    assert lost == restored > 0
    assert {divergence.found_by for divergence in run.found()} <= {"gap"}


@SHORT
def test_answers_that_lag_move_nothing_back(dialect: str, seed: int) -> None:
    run = lagged(dialect, seed, 60)
    assert run.longest <= 0.5
    seen: dict[str, tuple[bool, Any]] = {}
    for change in run.changes:
        row = getattr(change, "row", None)
        if row is None or not hasattr(row, "acc_fill_sz") or isinstance(change, Divergence):
            continue
        final, filled = seen.get(row.ord_id, (False, 0))
        assert (row.acc_fill_sz or 0) >= filled
        assert not final or row.state in ("filled", "canceled")
        seen[row.ord_id] = (row.state in ("filled", "canceled"), row.acc_fill_sz or 0)
    assert seen


@pytest.mark.soak
@LONG
def test_dropped_pushes_for_long(dialect: str, seed: int) -> None:
    assert dropped(dialect, seed, 600).longest <= WITHIN


@pytest.mark.soak
@LONG
def test_cuts_for_long(dialect: str, seed: int) -> None:
    assert cut(dialect, seed, 600).longest <= 0.5


@pytest.mark.soak
@LONG
def test_lagging_answers_for_long(dialect: str, seed: int) -> None:
    assert lagged(dialect, seed, 600).longest <= 0.5
