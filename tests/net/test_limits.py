"""Waiting for a budget, in a time that jumps: first come, first served, and never more than the rule allows."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.endpoint import Endpoint, Request
from okx_async.core.throttle import GUARD, Limit, Scope
from okx_async.errors import BadParameter, ClientClosed
from okx_async.net.limits import Limits
from okx_async.settings import Credentials, LocalLimits

from .clock import run


async def _nothing() -> None:
    raise NotImplementedError


def _request(
    count: int = 2, per: float = 1.0, by: Scope | None = "ip", path: str = "/x", auth: bool = False, **values: Any
) -> Request:
    return Request(Endpoint(_nothing, "GET", path, Limit(count, per, by), auth), path, {}, values)


async def _take(limits: Limits, request: Request, credentials: Credentials | None, cost: int = 1) -> None:
    async with limits.slot(request, credentials, cost):
        pass


def _now() -> float:
    return asyncio.get_running_loop().time()


@given(
    travels=st.lists(st.tuples(st.floats(0, 0.8), st.floats(0, 0.8)), min_size=1, max_size=25),
    count=st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_no_window_of_the_exchange_holds_more_however_slow_the_line_is(
    travels: list[tuple[float, float]], count: int
) -> None:
    """The exchange counts at arrival, somewhere between sending and answer: only a held place can promise that."""

    async def main() -> None:
        limits = Limits(LocalLimits(margin=0.0))
        arrived: list[float] = []

        async def send(there: float, back: float) -> None:
            async with limits.slot(_request(count, 1.0), None):
                await asyncio.sleep(there)
                arrived.append(_now())
                await asyncio.sleep(back)

        async with asyncio.TaskGroup() as group:
            for travel in travels:
                group.create_task(send(*travel))
        for end in arrived:
            assert sum(end - 1.0 <= at <= end for at in arrived) <= count

    run(main())


@given(
    arrivals=st.lists(st.tuples(st.floats(0, 1.5), st.integers(1, 3), st.booleans()), min_size=1, max_size=20),
    count=st.integers(3, 5),
)
@settings(max_examples=60, deadline=None)
def test_any_crowd_is_served_in_order_and_within_the_limit(arrivals: list[tuple[float, int, bool]], count: int) -> None:
    async def main() -> None:
        limits = Limits(LocalLimits(margin=0.0))
        served: list[tuple[int, float, int]] = []

        async def come(number: int, cost: int) -> None:
            await _take(limits, _request(count, 1.0), None, cost)
            served.append((number, _now(), cost))

        async with asyncio.TaskGroup() as group:
            for number, (pause, cost, gives_up) in enumerate(arrivals):
                task = group.create_task(come(number, cost))
                await asyncio.sleep(pause)
                if gives_up:
                    task.cancel()
        assert [number for number, _, _ in served] == sorted(number for number, _, _ in served)
        for _, end, _ in served:
            assert sum(cost for _, at, cost in served if end - 1.0 <= at <= end) <= count

    run(main())


def test_waiting_ends_as_soon_as_the_window_allows_and_is_counted() -> None:
    async def main() -> None:
        limits = Limits(LocalLimits(margin=0.05))
        began = _now()
        for _ in range(3):
            await _take(limits, _request(2, 1.0), None)
        assert _now() - began == pytest.approx(1.05 + GUARD)
        assert limits.waited == pytest.approx(1.05 + GUARD)

    run(main())


def test_who_gives_up_leaves_its_place_to_the_next() -> None:
    async def main() -> None:
        limits = Limits(LocalLimits(margin=0.0))
        request = _request(3, 1.0)
        await _take(limits, request, None, 1)
        await asyncio.sleep(0.5)
        await _take(limits, request, None, 1)
        began = _now()
        big = asyncio.create_task(_take(limits, request, None, 3))
        small = asyncio.create_task(_take(limits, request, None, 1))
        await asyncio.sleep(0)
        big.cancel()
        await small
        assert _now() == began  # it fitted all the time; only the queue stood before it

    run(main())


def test_a_cost_that_never_fits_is_refused_even_behind_a_queue_and_blocks_nobody() -> None:
    async def main() -> None:
        limits = Limits(LocalLimits(margin=0.0))
        request = _request(1, 1.0)
        await _take(limits, request, None)
        waiting = asyncio.create_task(_take(limits, request, None))
        await asyncio.sleep(0)
        with pytest.raises(BadParameter, match="never fits"):
            await _take(limits, request, None, 2)
        await waiting
        await _take(limits, request, None)

    run(main())


@pytest.mark.parametrize(
    ("scope", "a", "b", "shared"),
    [
        ("ip", {"inst_id": "A"}, {"inst_id": "B"}, True),
        ("user", {"inst_id": "A"}, {"inst_id": "B"}, True),
        ("user+instrument", {"inst_id": "A"}, {"inst_id": "B"}, False),
        ("user+instrument", {"instrument_id": "A"}, {"instrument_id": "B"}, False),
        ("ip+instrument", {"inst_id": "A"}, {"inst_id": "A"}, True),
        ("ip+instrument-type", {"inst_type": "SPOT"}, {"inst_type": "SWAP"}, False),
    ],
)
def test_the_scope_tells_who_shares_a_budget(scope: Scope, a: dict[str, Any], b: dict[str, Any], shared: bool) -> None:
    async def main() -> None:
        limits = Limits()
        key = Credentials("k", "s", "p")
        began = _now()
        await _take(limits, _request(1, 1.0, scope, **a), key)
        await _take(limits, _request(1, 1.0, scope, **b), key)
        assert (_now() > began) is shared

    run(main())


@pytest.mark.parametrize(("auth", "shared"), [(True, False), (False, True)])
def test_a_limit_without_a_scope_counts_per_user_where_a_key_is_needed_and_per_ip_elsewhere(
    auth: bool, shared: bool
) -> None:
    async def main() -> None:
        limits = Limits()
        began = _now()
        for name in ("first-key", "second-key"):
            await _take(limits, _request(1, 1.0, None, auth=auth), Credentials(name, "s", "p"))
        assert (_now() > began) is shared

    run(main())


def test_other_users_and_other_paths_have_budgets_of_their_own_and_no_key_is_kept_in_their_names() -> None:
    async def main() -> None:
        limits = Limits()
        began = _now()
        for name in ("first-key", "second-key"):
            await _take(limits, _request(1, 1.0, "user"), Credentials(name, "s", "p"))
        await _take(limits, _request(1, 1.0, "user", "/y"), Credentials("first-key", "s", "p"))
        assert _now() == began
        assert "first-key" not in repr(list(limits._buckets))
        await _take(limits, _request(1, 1.0, "ip"), None)
        await _take(limits, Request(Endpoint(_nothing, "GET", "/z", None, False), "/z", {}, {}), None)
        assert _now() == began

    run(main())


def test_closing_wakes_everybody() -> None:
    async def main() -> None:
        limits = Limits()
        request = _request(1, 60.0)
        await _take(limits, request, None)
        waiting = [asyncio.create_task(_take(limits, request, None)) for _ in range(3)]
        await asyncio.sleep(0)
        began = _now()
        await limits.aclose()
        await asyncio.wait(waiting)
        assert all(isinstance(task.exception(), ClientClosed) for task in waiting)
        assert _now() == began

    run(main())
