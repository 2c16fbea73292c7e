"""Waiting for a budget, in a time that jumps: first come, first served, and never more than the rule allows."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.endpoint import Endpoint, Request
from okx_async.core.patience import waiting
from okx_async.core.throttle import GUARD, Limit, Priority, Scope
from okx_async.errors import BadParameter, ClientClosed, ConnectionLost, RateLimited, Throttled
from okx_async.net.bucket import GRACE
from okx_async.net.limits import Limits
from okx_async.net.observer import Observer
from okx_async.settings import Credentials, LocalLimits
from okx_async.v5.models.trade import OrderResult
from okx_async.v5.rest.trade_orders import TradeOrders

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
        # Who needs not wait may go on in the moment in which one before it is woken.
        times = [at for _, at, _ in sorted(served)]
        assert times == sorted(times)
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


def test_a_refusal_slows_the_limit_down_and_is_told_to_observers_and_status() -> None:
    async def main() -> None:
        told: list[tuple[str, str, float]] = []

        class Ear(Observer):
            def slowed(self, what: str, code: str, seconds: float) -> None:
                told.append((what, code, seconds))

        limits = Limits(LocalLimits(margin=0.0), Ear())
        request = _request(4, 1.0)
        assert limits.status().slowed == ()
        with pytest.raises(RateLimited):
            async with limits.slot(request, None):
                raise RateLimited("50011", "Too Many Requests")
        began = _now()
        assert told == [("GET /x", "50011", 1.0)]
        (slowed,) = limits.status().slowed
        assert (slowed.what, slowed.closed, slowed.factor) == ("GET /x", 1.0, 0.5)
        for _ in range(3):
            await _take(limits, request, None)
        assert _now() - began > 2.0, "closed for one window, then two at a time"
        await asyncio.sleep(12)
        await _take(limits, request, None)
        assert limits.status().slowed == ()

    run(main())


@pytest.mark.parametrize(("code", "slowed"), [("50061", "orders"), ("50011", "POST /o")])
def test_a_code_slows_the_rule_it_speaks_of(code: str, slowed: str) -> None:
    async def main() -> None:
        limits = Limits()
        endpoint = Endpoint(_nothing, "POST", "/o", Limit(60, 2, "user+instrument", subaccount=True), True, batch=True)
        request = Request(endpoint, "/o", {}, {"inst_id": "BTC-USDT-SWAP"})
        async with limits.slot(request, None) as slot:
            slot.note([OrderResult(ord_id="1", s_code=code, s_msg=""), OrderResult(ord_id="2", s_code="0", s_msg="")])
        (found,) = limits.status().slowed
        assert found.what.startswith(slowed)

    run(main())


def test_what_nobody_answered_is_held_a_little_longer() -> None:
    """It may still be on its way: the exchange would count it later."""

    async def main() -> None:
        limits = Limits(LocalLimits(margin=0.0))
        with pytest.raises(ConnectionLost):
            async with limits.slot(_request(1, 1.0), None):
                raise ConnectionLost("gone")
        began = _now()
        await _take(limits, _request(1, 1.0), None)
        assert _now() - began == pytest.approx(1.0 + GRACE + GUARD)

    run(main())


@pytest.mark.parametrize("how", ["client", "call", "expiry"])
def test_nobody_waits_past_a_deadline(how: str) -> None:
    async def main() -> None:
        limits = Limits(patience=0.5 if how == "client" else None)
        request = _request(1, 1.0)
        await _take(limits, request, None)
        if how == "expiry":
            # The exchange's clock is 10 s ahead of ours, so half a second is left.
            limits.clock.observe(time.time(), time.time(), (time.time() + 10) * 1000)
            request.headers["expTime"] = str(round((time.time() + 10.5) * 1000))  # type: ignore[index]
        began = _now()
        with pytest.raises(Throttled, match="not sent"), waiting(0.5 if how == "call" else None):
            await _take(limits, request, None)
        assert _now() == began
        with waiting(at_most=5.0, priority="cancel"):
            if how != "expiry":
                await _take(limits, request, None)

    run(main())


def test_an_urgent_call_goes_before_others() -> None:
    async def main() -> None:
        limits = Limits()
        request = _request(1, 1.0)
        await _take(limits, request, None)
        served: list[str] = []

        async def come(name: str, priority: Priority | None) -> None:
            with waiting(priority=priority):
                await _take(limits, request, None)
            served.append(name)

        async with asyncio.TaskGroup() as group:
            group.create_task(come("usual", None))
            group.create_task(come("urgent", "cancel"))
        assert served == ["urgent", "usual"]

    run(main())


@pytest.mark.parametrize("wrong", [{"at_most": -1.0}, {"priority": "soon"}])
def test_a_wrong_way_to_wait_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameter), waiting(**wrong):
        raise AssertionError("never here")


def test_two_keys_of_one_user_share_a_budget_when_they_are_named() -> None:
    async def main() -> None:
        limits = Limits(LocalLimits(user="desk"))
        began = _now()
        for name in ("first-key", "second-key"):
            await _take(limits, _request(1, 1.0, "user"), Credentials(name, "s", "p"))
        assert _now() > began

    run(main())


def test_budgets_nobody_uses_any_more_are_forgotten() -> None:
    async def main() -> None:
        limits = Limits()
        for number in range(5000):
            await _take(limits, _request(1, 0.1, "ip+instrument", inst_id=f"I-{number}"), None)
            await asyncio.sleep(0.01)
        assert len(limits._buckets) <= 1024

    run(main())


def test_what_orders_want_is_remembered_no_longer_than_its_budgets() -> None:
    """An order that has to be looked at takes from the same budget as those that are known, also after a sweep."""

    async def main() -> None:
        limits, me = Limits(), Credentials("key", "secret", "phrase")
        row = next(one for one in TradeOrders.endpoints if one.name == "place_order")

        async def place(number: int, **more: Any) -> None:
            values = {"inst_id": f"I{number}-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "1"}
            await _take(limits, row.request((), values | more), me)

        for number in range(3000):
            await place(number)
            await asyncio.sleep(0.01)
        assert len(limits._wants) <= len(limits._buckets) <= 1024
        began = _now()
        for _ in range(60):
            await place(0)
        assert _now() == began
        await place(0, rpi_taker_access=False)
        assert _now() > began + 2.0

    run(main())
