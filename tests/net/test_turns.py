"""Who goes next among those who wait for several budgets, in a time that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.throttle import GUARD
from okx_async.errors import BadParameter, ClientClosed, Throttled
from okx_async.net.bucket import Bucket, Want
from okx_async.net.turns import Turns

from .clock import run


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _take(turns: Turns, want: Want, rank: int = 2, patience: float | None = None, hold: float = 0.0) -> float:
    """Take, hold and answer; return when it was granted."""
    if not turns.free(want, _now()):
        await turns.wait(want, rank, patience)
    at = _now()
    await asyncio.sleep(hold)
    turns.spend(want)
    return at


_JOBS = st.lists(
    st.tuples(
        st.floats(0, 0.6),  # pause before it comes
        st.dictionaries(st.integers(0, 2), st.integers(1, 3), min_size=1, max_size=3),  # budget: cost
        st.integers(0, 3),  # rank
        st.floats(0, 0.4),  # how long the answer takes
        st.one_of(st.none(), st.floats(0, 2)),  # when it gives up
        st.one_of(st.none(), st.floats(0, 3)),  # its patience
    ),
    min_size=1,
    max_size=25,
)


@given(jobs=_JOBS, counts=st.tuples(*[st.integers(3, 6)] * 3))
@settings(max_examples=150, deadline=None)
def test_no_window_of_any_budget_holds_more_and_everybody_who_stays_is_served(
    jobs: list[Any], counts: tuple[int, ...]
) -> None:
    """All or none, over several budgets, with cancellations, impatience and slow answers: no lost wake-up."""

    async def main() -> None:
        turns = Turns()
        budgets = [Bucket(count, 1.0) for count in counts]
        arrived: list[tuple[float, dict[int, int]]] = []
        left: list[int] = []

        async def come(number: int, costs: dict[int, int], rank: int, hold: float, patience: float | None) -> None:
            want = tuple((budgets[at], cost) for at, cost in costs.items())
            came = _now()
            try:
                if not turns.free(want, came):
                    await turns.wait(want, rank, patience)
            except Throttled:
                assert patience is not None
                assert _now() - came <= patience + GUARD
                left.append(number)
                return
            try:
                await asyncio.sleep(hold / 2)
                arrived.append((_now(), costs))
                await asyncio.sleep(hold / 2)
            finally:
                turns.spend(want)

        tasks = []
        for number, (pause, costs, rank, hold, leaves, patience) in enumerate(jobs):
            await asyncio.sleep(pause)
            tasks.append(asyncio.create_task(come(number, costs, rank, hold, patience)))
            if leaves is not None:
                asyncio.get_running_loop().call_later(leaves, tasks[-1].cancel)
        await asyncio.wait(tasks)
        for at, budget in enumerate(budgets):
            for end, _ in arrived:
                spent = sum(costs.get(at, 0) for moment, costs in arrived if end - 1.0 <= moment <= end)
                assert spent <= budget.window.count
            assert budget.held == 0
        assert turns.waiting == 0
        assert all(task.cancelled() or task.exception() is None for task in tasks)
        stayed = [job for number, job in enumerate(jobs) if job[4] is None and number not in left]
        assert len(arrived) >= len(stayed)

    run(main())


@given(ranks=st.lists(st.integers(0, 3), min_size=2, max_size=20), shared=st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_more_urgent_goes_first_and_among_equals_the_earlier(ranks: list[int], shared: bool) -> None:
    """In one budget, or over two of which the second is common to all."""

    async def main() -> None:
        turns = Turns()
        own = [Bucket(1, 1.0) for _ in range(4)]
        common = Bucket(1, 1.0)
        await _take(turns, ((common, 1),))
        served: list[tuple[int, int]] = []

        async def come(number: int, rank: int) -> None:
            want: Want = ((own[rank], 1), (common, 1)) if shared else ((common, 1),)
            await _take(turns, want, rank)
            served.append((rank, number))

        async with asyncio.TaskGroup() as group:
            for number, rank in enumerate(ranks):
                group.create_task(come(number, rank))
        assert served == sorted(served)

    run(main())


def test_who_waits_for_one_budget_does_not_hold_up_others_in_another() -> None:
    """A queue for one instrument is no queue for the whole sub-account."""

    async def main() -> None:
        turns = Turns()
        busy, calm, orders = Bucket(1, 10.0), Bucket(10, 10.0), Bucket(50, 10.0)
        await _take(turns, ((busy, 1), (orders, 1)))
        queue = [asyncio.create_task(_take(turns, ((busy, 1), (orders, 1)))) for _ in range(30)]
        await asyncio.sleep(0)
        began = _now()
        for _ in range(10):
            assert await _take(turns, ((calm, 1), (orders, 1)), rank=3) == began
        turns.close()
        await asyncio.wait(queue)
        assert all(isinstance(task.exception(), ClientClosed) for task in queue)

    run(main())


def test_room_gathers_for_who_comes_first() -> None:
    """A small request does not take what a large one before it waits for."""

    async def main() -> None:
        turns = Turns()
        bucket = Bucket(2, 1.0)
        began = await _take(turns, ((bucket, 1),))
        await asyncio.sleep(0.5)
        await _take(turns, ((bucket, 1),))
        large = asyncio.create_task(_take(turns, ((bucket, 2),)))
        await asyncio.sleep(0)
        small = asyncio.create_task(_take(turns, ((bucket, 1),), rank=3))
        assert await large - began == pytest.approx(1.5 + GUARD)
        assert await small - began == pytest.approx(2.5 + 2 * GUARD)

    run(main())


def test_a_large_request_is_not_starved_by_small_ones_of_two_budgets() -> None:
    """Room in both budgets gathers for it although either is taken from all the time."""

    async def main() -> None:
        turns = Turns()
        left, right = Bucket(4, 1.0), Bucket(4, 1.0)
        done = asyncio.Event()

        async def nibble(bucket: Bucket) -> None:
            while not done.is_set():
                await _take(turns, ((bucket, 1),), hold=0.01)

        async with asyncio.TaskGroup() as group:
            for bucket in (left, right):
                for _ in range(6):
                    group.create_task(nibble(bucket))
            await asyncio.sleep(0.5)
            began = _now()
            assert await _take(turns, ((left, 4), (right, 4))) - began < 3.0
            done.set()

    run(main())


def test_who_cannot_be_served_in_time_is_told_at_once() -> None:
    async def main() -> None:
        turns = Turns()
        bucket = Bucket(2, 1.0)
        await _take(turns, ((bucket, 2),))
        began = _now()
        ahead = [asyncio.create_task(_take(turns, ((bucket, 1),))) for _ in range(2)]
        await asyncio.sleep(0)
        for rank, patience in ((0, 0.9), (2, 1.9)):
            with pytest.raises(Throttled, match="has no room for"):
                await _take(turns, ((bucket, 1),), rank, patience)
        assert _now() == began
        # A more urgent one needs not wait for those who are there; the last of them leaves when it has no chance.
        late = asyncio.create_task(_take(turns, ((bucket, 1),), 3, 2.5))
        await asyncio.sleep(0)
        assert await _take(turns, ((bucket, 2),), 0, 1.1) - began < 1.1
        with pytest.raises(Throttled):
            await late
        assert _now() - began < 2.5 + GUARD
        await asyncio.gather(*ahead)

    run(main())


def test_patience_ends_although_nobody_could_know_before() -> None:
    """An answer that does not come: nothing but time tells that it was too long."""

    async def main() -> None:
        turns = Turns()
        bucket = Bucket(1, 1.0)
        holder = asyncio.create_task(_take(turns, ((bucket, 1),), hold=50.0))
        await asyncio.sleep(0)
        began = _now()
        with pytest.raises(Throttled, match=r"no room for 5\.000 s"):
            await _take(turns, ((bucket, 1),), patience=5.0)
        assert _now() - began == pytest.approx(5.0)
        await holder
        await _take(turns, ((bucket, 1),))

    run(main())


@pytest.mark.parametrize("when", ["before", "after"])
def test_cancelled_in_the_moment_of_the_grant_the_budget_counts_as_spent(when: str) -> None:
    async def main() -> None:
        turns = Turns()
        bucket = Bucket(1, 1.0)
        await _take(turns, ((bucket, 1),))
        waiter = asyncio.create_task(_take(turns, ((bucket, 1),)))
        await asyncio.sleep(0)
        cancel: Callable[[], object] = waiter.cancel
        if when == "before":
            cancel()
        else:
            serve = turns._serve

            def serve_and_cancel() -> None:
                serve()
                if bucket.held:
                    cancel()

            turns._serve = serve_and_cancel  # type: ignore[method-assign]
        with suppress(asyncio.CancelledError):
            await waiter
        assert bucket.held == 0
        assert bucket.window.used(_now()) == 1
        await _take(turns, ((bucket, 1),))

    run(main())


def test_what_never_fits_is_refused_whoever_waits() -> None:
    async def main() -> None:
        turns = Turns()
        bucket, wide = Bucket(1, 1.0), Bucket(9, 1.0)
        for _ in range(2):
            with pytest.raises(BadParameter, match="never fits"):
                await _take(turns, ((wide, 2), (bucket, 2)))
        assert await _take(turns, ((wide, 9), (bucket, 1))) == _now()

    run(main())


def test_a_refusal_closes_a_budget_for_a_window_then_half_is_open_and_grows_back() -> None:
    async def main() -> None:
        turns = Turns()
        bucket = Bucket(8, 1.0)
        bucket.refused(_now())
        bucket.refused(_now())  # under way together with the first: one refusal
        began = _now()
        assert await _take(turns, ((bucket, 4),)) == pytest.approx(began + 1.0)
        assert not turns.free(((bucket, 1),), _now())
        assert await _take(turns, ((bucket, 8),)) > began + 2.0  # alone it may go whatever is left
        await asyncio.sleep(9.0)
        assert turns.free(((bucket, 8),), _now())
        assert bucket.ease is None
        assert bucket.lanes == 0

    run(main())


def test_a_share_is_a_part_of_the_count_or_a_longer_window_and_begins_empty_handed() -> None:
    async def main() -> None:
        turns = Turns()
        wide, narrow = Bucket(8, 1.0), Bucket(1, 1.0)
        began = _now()
        for bucket in (wide, narrow):
            bucket.alone(0.25, began)
        assert await _take(turns, ((wide, 2),)) == pytest.approx(began + 1.5, abs=0.01)
        second = await _take(turns, ((wide, 1),))
        assert second - began > 2.5
        first = await _take(turns, ((narrow, 1),))
        assert await _take(turns, ((narrow, 1),)) - first == pytest.approx(4.0, abs=0.01)
        with pytest.raises(Throttled, match="without Redis"):
            await _take(turns, ((wide, 3),))
        wide.together()
        await asyncio.sleep(1.1)
        assert turns.free(((wide, 8),), _now())

    run(main())
