"""Streams: every item is delivered, dropped by the declared policy, or waiting; a gap is always told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okx_async.errors import BadParameter, ClientClosed, ConnectionLost, SlowConsumer, WrongLoop
from okx_async.net.events import Gap
from okx_async.net.stream import Policy, Stream


class _Exchange:
    """What stands behind a stream: notes when it is attached, detached and held."""

    def __init__(self) -> None:
        self.attached = 0
        self.holds: list[bool] = []

    def attach(self, _: Stream[Any]) -> Any:
        self.attached += 1
        return self._detach

    def _detach(self) -> None:
        self.attached -= 1


def _stream(policy: Policy = "drop_oldest", size: int = 3) -> tuple[Stream[Any], _Exchange]:
    behind = _Exchange()
    return Stream("t", size, policy, attach=behind.attach, hold=behind.holds.append), behind


def _gap(since: float, until: float) -> Gap:
    return Gap("t", since, until, "lost")


async def _turn() -> None:
    """Let every ready task run once."""
    await asyncio.sleep(0)


async def _drain(stream: Stream[Any]) -> list[Any]:
    return [await anext(stream) for _ in range(stream.stats.pending)]


@pytest.mark.parametrize(
    ("policy", "kept", "dropped"), [("latest", [5], 4), ("drop_oldest", [3, 4, 5], 2), ("block", [1, 2, 3, 4, 5], 0)]
)
async def test_each_policy_keeps_what_it_declares(policy: Policy, kept: list[int], dropped: int) -> None:
    stream, behind = _stream(policy)
    async with stream:
        stream.extend(range(1, 6))
        stats = stream.stats
        assert (stats.received, stats.pending, stats.dropped, stats.delivered) == (5, len(kept), dropped, 0)
        assert await _drain(stream) == kept
        assert behind.holds == ([True, False] if policy == "block" else [])
        assert stream.stats.paused == (policy == "block")


async def test_policy_raise_delivers_what_fits_and_ends_with_the_exact_loss() -> None:
    stream, behind = _stream("raise")
    await stream.__aenter__()
    stream.extend(range(1, 6))
    assert [await anext(stream), await anext(stream)] == [1, 2]
    stream.extend([6, 7])  # there is room again, but an item behind the hole would hide it
    assert await anext(stream) == 3
    with pytest.raises(SlowConsumer) as caught:
        await anext(stream)
    assert (caught.value.dropped, stream.stats.dropped, stream.stats.pending) == (4, 4, 0)
    assert (stream.closed, behind.attached) == (True, 0)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_a_consumer_that_never_catches_up_still_hears_of_its_loss() -> None:
    stream, _ = _stream("raise", size=2)
    await stream.__aenter__()
    seen: list[int] = []
    stream.extend([1, 2, 3])

    async def consume() -> None:
        for at in range(4, 50):
            seen.append(await anext(stream))
            stream.push(at)

    with pytest.raises(SlowConsumer):
        await consume()
    assert seen == [1, 2]


_acts = st.lists(
    st.tuples(st.sampled_from(["push", "push", "push", "gap", "take", "cancel", "fail", "close"]), st.integers(1, 4)),
    max_size=40,
)


@given(policy=st.sampled_from(["latest", "drop_oldest", "block", "raise"]), size=st.integers(1, 4), acts=_acts)
@settings(max_examples=200, deadline=None)
def test_the_counters_are_exact_and_gaps_are_told_whatever_happens(
    policy: Policy, size: int, acts: list[tuple[str, int]]
) -> None:
    asyncio.run(_play(policy, size, acts))


async def _play(policy: Policy, size: int, acts: list[tuple[str, int]]) -> None:
    stream, behind = _stream(policy, size)
    await stream.__aenter__()
    got: list[Any] = []
    number = gaps = 0
    ended = False
    for act, count in acts:
        if act == "push" and not ended:
            for _ in range(count):
                number += 1
                stream.push(number)
        elif act == "gap" and not ended:
            gaps += 1
            number += 1
            stream.gap(_gap(number, number))
        elif act == "take":
            ready = 0 if stream.closed else min(count, stream.stats.pending)
            got += [await anext(stream) for _ in range(ready)]
        elif act == "cancel" and not stream.stats.pending and not ended and not (policy == "raise" and stream._error):
            waiter = asyncio.ensure_future(anext(stream))
            await _turn()
            number += 1
            stream.push(number)
            waiter.cancel()
            await asyncio.wait([waiter])
            assert waiter.cancelled()
            assert len(stream._items) == 1
        elif act == "fail":
            stream.fail(ConnectionLost("x"))
            ended = True
        elif act == "close":
            await stream.aclose()
            ended = True
        stats = stream.stats
        assert stats.received == stats.delivered + stats.dropped + stats.pending
        assert stats.delivered == len(got)
        assert stats.gaps == gaps
        assert policy == "block" or stats.pending <= stream._size + 1 or policy == "raise"
    if not stream.closed:
        got += await _drain(stream)
        if policy != "raise":
            # Every gap is told, alone or as part of a longer one, and nothing turns up out of order.
            told = sum(1 for one in got if isinstance(one, Gap))
            assert bool(told) == bool(gaps)
            assert told <= gaps
        if policy == "block" and not gaps:
            assert got == list(range(1, number + 1))
        plain = [one for one in got if not isinstance(one, Gap)]
        assert plain == sorted(set(plain))
    await stream.aclose()
    assert behind.attached == 0
    assert behind.holds in ([], [True, False] * (len(behind.holds) // 2))


@pytest.mark.parametrize("policy", ["latest", "drop_oldest"])
async def test_a_gap_survives_any_number_of_items_behind_it(policy: Policy) -> None:
    stream, _ = _stream(policy, 2)
    async with stream:
        stream.push(1)
        stream.gap(_gap(1, 2))
        stream.extend(range(2, 90))
        first, *rest = await _drain(stream)
    assert first == _gap(1, 2)
    assert rest[-1] == 89


async def test_gaps_in_a_row_become_one_that_covers_them_all() -> None:
    stream, _ = _stream()
    async with stream:
        for at in range(5):
            stream.gap(_gap(at, at + 1))
        assert await _drain(stream) == [_gap(0, 5)]
    assert (stream.stats.gaps, stream.stats.received, stream.stats.delivered) == (5, 1, 1)


async def test_a_full_queue_of_gaps_and_items_loses_no_gap() -> None:
    stream, _ = _stream("drop_oldest", 2)
    async with stream:
        for at in range(10):
            stream.gap(_gap(at, at + 1))
            stream.push(at)
        told = [one for one in await _drain(stream) if isinstance(one, Gap)]
    assert (told[0].since, told[-1].until) == (0, 10)


async def test_cancelling_anext_loses_nothing_and_may_be_repeated() -> None:
    stream, _ = _stream()
    async with stream:
        for at in range(3):
            waiter = asyncio.ensure_future(anext(stream))
            await _turn()
            stream.push(at)
            waiter.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiter
            assert await anext(stream) == at


async def test_closing_wakes_the_one_who_waits_and_gives_the_subscription_back() -> None:
    stream, behind = _stream()
    waiter = asyncio.ensure_future(anext(stream, "over"))
    await _turn()
    assert behind.attached == 1
    await stream.aclose()
    assert await waiter == "over"
    assert (behind.attached, stream.closed) == (0, True)
    await stream.aclose()
    assert behind.attached == 0


async def test_closing_a_held_stream_lets_the_socket_go_on() -> None:
    stream, behind = _stream("block", 1)
    async with stream:
        stream.extend([1, 2])
        assert behind.holds == [True]
    assert behind.holds == [True, False]


async def test_a_closed_stream_is_not_opened_again() -> None:
    stream, behind = _stream()
    await stream.aclose()
    with pytest.raises(ClientClosed):
        await stream.__aenter__()
    assert [item async for item in stream] == []
    assert behind.attached == 0


async def test_a_second_consumer_is_refused_and_the_first_is_not_disturbed() -> None:
    stream, _ = _stream()
    async with stream:
        first = asyncio.ensure_future(anext(stream))
        await _turn()
        with pytest.raises(BadParameter, match="has one consumer already"):
            await anext(stream)
        stream.push(1)
        assert await first == 1


def test_another_loop_is_refused() -> None:
    stream, behind = _stream()

    async def use() -> None:
        await stream.__aenter__()

    asyncio.run(use())
    with pytest.raises(WrongLoop):
        asyncio.run(use())
    assert behind.attached == 1


async def test_a_failure_comes_behind_the_items_that_wait_and_only_once() -> None:
    stream, behind = _stream()
    async with stream:
        stream.extend([1, 2])
        stream.fail(ConnectionLost("first"))
        stream.fail(ConnectionLost("second"))
        assert [await anext(stream), await anext(stream)] == [1, 2]
        with pytest.raises(ConnectionLost, match="first"):
            await anext(stream)
        assert behind.attached == 0
        assert [item async for item in stream] == []


async def test_a_failure_wakes_the_one_who_waits() -> None:
    stream, _ = _stream()
    waiter = asyncio.ensure_future(anext(stream))
    await _turn()
    stream.fail(ConnectionLost("x"))
    with pytest.raises(ConnectionLost):
        await waiter


async def test_checks_run_before_the_subscription_and_their_refusal_is_raised() -> None:
    behind = _Exchange()

    async def prepare() -> None:
        raise BadParameter("no such instrument")

    stream: Stream[int] = Stream("t", 1, "latest", attach=behind.attach, prepare=prepare)
    with pytest.raises(BadParameter):
        await anext(stream)
    assert behind.attached == 0


@pytest.mark.parametrize(("size", "policy"), [(0, "block"), (-1, "block"), (True, "block"), (1.5, "block"), (1, "x")])
def test_wrong_bounds_are_refused(size: Any, policy: Any) -> None:
    with pytest.raises(BadParameter):
        Stream("t", size, policy, attach=_Exchange().attach)
