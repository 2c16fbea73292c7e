"""Rate limits, retries, back-off and the clock: all of it driven by numbers, none of it by waiting."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.core.clock import ClockOffset
from okx_async.core.retry import Backoff, Retry
from okx_async.core.throttle import GUARD, Window
from okx_async.errors import (
    BadAnswer,
    BadParameter,
    BadRequest,
    ConnectFailed,
    ConnectionLost,
    OkxError,
    RateLimited,
    Refused,
    TimedOut,
    Unavailable,
)

_arrivals = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 4)), min_size=1, max_size=40)


@given(count=st.integers(4, 9), seconds=st.sampled_from([0.1, 1.0, 2.0, 7.3]), arrivals=_arrivals)
@settings(max_examples=150, deadline=None)
def test_no_window_of_the_length_ever_holds_more_than_the_count(
    count: int, seconds: float, arrivals: list[tuple[float, int]]
) -> None:
    window = Window(count, seconds)
    log: list[float] = []
    now = 1_000.0
    for pause, cost in arrivals:
        now += pause * seconds
        wait = window.delay(now, cost)
        if wait:
            # Nobody waits longer than needed: two guards earlier it would have been too much.
            early = now + wait - 2 * GUARD
            assert sum(1 for moment in log if moment >= early - seconds) + cost > count
        now += wait
        assert window.delay(now, cost) == 0.0
        window.spend(now, cost)
        log += [now] * cost
        assert sum(1 for moment in log if now - seconds <= moment) <= count
        assert window.used(now) == sum(1 for moment in log if now - seconds <= moment)


def test_a_window_is_closed_at_both_ends() -> None:
    window = Window(1, 2.0)
    window.spend(10.0)
    assert window.delay(12.0) == GUARD
    assert window.delay(12.0 + GUARD) == 0.0


def test_two_full_bursts_never_meet_at_a_window_edge() -> None:
    window = Window(3, 1.0)
    window.spend(0.9, 3)
    assert window.delay(1.1) == pytest.approx(0.8 + GUARD)


def test_what_never_fits_is_refused_instead_of_waited_for() -> None:
    with pytest.raises(BadParameter, match="4 at once never fits a limit of 3 per 2"):
        Window(3, 2).delay(0.0, 4)


@pytest.mark.parametrize(("count", "seconds"), [(0, 1.0), (-1, 1.0), (1, 0.0), (1, -1.0)])
def test_a_window_without_size_is_refused(count: int, seconds: float) -> None:
    with pytest.raises(BadParameter):
        Window(count, seconds)


# -- retry


@pytest.mark.parametrize(
    ("error", "read", "write"),
    [
        (ConnectFailed("x"), True, True),
        (RateLimited("50011", ""), True, True),
        (Unavailable("50004", "", status=504), True, False),
        (Unavailable("", "", status=502), True, False),
        (TimedOut("x"), True, False),
        (ConnectionLost("x"), True, False),
        (BadAnswer("x"), True, False),
        (BadRequest("51000", ""), False, False),
        (Refused("51008", ""), False, False),
        (BadParameter("x"), False, False),
    ],
)
def test_reads_are_repeated_and_orders_only_when_they_surely_did_not_happen(
    error: OkxError, read: bool, write: bool
) -> None:
    retry = Retry(attempts=3)
    assert retry.again(error, 1, safe=True) is read
    assert retry.again(error, 1, safe=False) is write


def test_tries_are_counted() -> None:
    error = TimedOut("x")
    assert [Retry(attempts=3).again(error, at, safe=True) for at in (1, 2, 3, 4)] == [True, True, False, False]
    assert not Retry(attempts=1).again(error, 1, safe=True)


@given(attempt=st.integers(1, 5000), chance=st.floats(0, 1, exclude_max=True))
@settings(max_examples=100, deadline=None)
def test_back_off_doubles_up_to_its_cap_with_full_jitter(attempt: int, chance: float) -> None:
    backoff = Backoff(0.5, 30.0)
    delay = backoff.delay(attempt, chance)
    assert 0.0 <= delay <= min(30.0, 0.5 * 2.0 ** min(attempt - 1, 60))
    assert delay == pytest.approx(chance * backoff.delay(attempt, 1.0))


def test_back_off_begins_at_its_base() -> None:
    assert [Backoff(0.5, 30.0).delay(at, 1.0) for at in (1, 2, 3, 7, 8, 5000)] == [0.5, 1.0, 2.0, 30.0, 30.0, 30.0]


# -- clock


@given(
    true=st.floats(-60_000, 60_000),
    trips=st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2), st.floats(0, 5)), min_size=1, max_size=20),
)
@settings(max_examples=100, deadline=None)
def test_the_offset_is_never_further_off_than_half_the_best_round_trip_plus_drift(
    true: float, trips: list[tuple[float, float, float]]
) -> None:
    clock = ClockOffset()
    now, best = 1_700_000_000.0, float("inf")
    for there, back, pause in trips:
        now += pause
        sent, received = now, now + there + back
        clock.observe(sent, received, (sent + there) * 1000.0 + true)
        now = received
        best = min(best + (pause + there + back) * ClockOffset.DRIFT, (there + back) * 500.0)
        assert abs(clock.ms - true) <= best + 0.01
    assert clock.known
    assert clock.samples == len(trips)


def test_a_clock_without_observation_says_so_and_uses_the_local_time() -> None:
    clock = ClockOffset()
    assert not clock.known
    assert clock.server_ms(12.3456) == 12_346


def test_the_shorter_round_trip_wins_and_a_longer_one_does_not_disturb_it() -> None:
    clock = ClockOffset()
    clock.observe(100.0, 102.0, 101_500.0)
    assert clock.ms == pytest.approx(500.0)
    clock.observe(103.0, 103.02, 103_110.0)
    assert clock.ms == pytest.approx(100.0)
    clock.observe(104.0, 105.0, 104_700.0)
    assert clock.ms == pytest.approx(100.0)
    assert clock.server_ms(200.0) == 200_100


def test_a_contradiction_wins_because_the_local_clock_was_set() -> None:
    clock = ClockOffset()
    clock.observe(100.0, 100.01, 100_005.0)
    clock.observe(110.0, 112.0, 171_000.0)
    assert clock.ms == pytest.approx(60_000.0)
