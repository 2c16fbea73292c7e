"""Who reads the mirror's changes: slow, failing, stopped, many of them, or gone without a word."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from decimal import Decimal
from typing import Any, cast

import msgspec
import pytest

from okx_async import BadParameter, Observer, SlowConsumer
from okx_async.mirror import Change, Mirror, OrderChanged
from okx_async.mirror.listeners import Listener
from okx_async.sim import warp
from okx_async.v5.models.trade import OrderUpdate

from .test_mirror import desk, rest, withdraw


async def _follow(changes: Any, seen: list[Change]) -> None:
    async for change in changes:
        seen.append(change)  # noqa: PERF401 - what was seen when it is stopped counts


class Losses(Observer):
    """Notes who began to lose items."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def dropped(self, topic: str, total: int) -> None:
        self.told.append((topic, total))


def test_readers_do_not_disturb_each_other() -> None:
    """One fails, one is stopped, one is too slow: the mirror and the others go on, and versions only grow."""

    async def main() -> None:
        losses = Losses()
        async with desk(observers=[losses]) as (sim, okx, mirror):
            seen: list[Change] = []
            good = asyncio.create_task(_follow(mirror, seen))

            async def fail() -> None:
                async for _ in mirror:
                    raise ZeroDivisionError

            others = [asyncio.create_task(fail()), asyncio.create_task(_follow(mirror, []))]
            slow, hasty, news = mirror.changes("drop_oldest", 3), mirror.changes("raise", 3), mirror.changes("latest")
            for stream in (slow, hasty, news):
                await stream.__aenter__()
            for number in range(6):
                await rest(okx, sim, f"n{number}")
                await mirror.order(cl_ord_id=f"n{number}").accepted(5)
                withdraw(sim)
                await mirror.order(cl_ord_id=f"n{number}").done(5)
                if number == 2:
                    others[1].cancel()
            ends = await asyncio.gather(*others, return_exceptions=True)
            assert [type(end) for end in ends] == [ZeroDivisionError, asyncio.CancelledError]
            numbers = [change.version for change in seen]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert len(numbers) >= 12
            assert [(await anext(slow)).version for _ in range(3)] == numbers[-3:]
            assert (await anext(news)).version == numbers[-1]
            assert [(await anext(hasty)).version for _ in range(3)] == numbers[:3]
            with pytest.raises(SlowConsumer):
                await anext(hasty)
            assert mirror.live
            assert losses.told == [("mirror", 1)] * 3  # each of the slow ones, once
            good.cancel()

    warp.run(main())


def test_a_loop_that_is_left_leaves_nothing_behind() -> None:
    """There is nothing to close in ``async for change in mirror``, nor in that of an order."""

    async def read(what: Any, way: str) -> None:
        async for _ in what:
            if way == "break":
                break
            if way == "raise":
                raise ZeroDivisionError

    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            order = mirror.order(cl_ord_id="followed")
            await rest(okx, sim, "followed")
            for number, way in enumerate(("break", "raise", "cancel", "time out")):
                reading = [asyncio.create_task(read(what, way)) for what in (mirror, order)]
                await asyncio.sleep(0.01)
                assert len(mirror._audience._streams) == 1
                await rest(okx, sim, f"n{number}")
                await mirror.order(cl_ord_id=f"n{number}").accepted(5)
                await _end(reading, way)
                del reading
                gc.collect()
                assert (len(mirror._audience._streams), len(order._streams)) == (0, 0), way
            assert mirror.live

    warp.run(main())


async def _end(reading: list[asyncio.Task[None]], way: str) -> None:
    """Wait until all have left, some because of a time-out."""
    if way == "cancel":
        for one in reading:
            one.cancel()
    for one in reading:
        with contextlib.suppress(ZeroDivisionError, TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(one, 0.1)


def test_a_reader_that_only_waits_is_kept() -> None:
    """Nothing but the mirror will ever wake a task that nobody else holds."""

    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            seen: list[Change] = []
            asyncio.create_task(_follow(mirror, seen))  # noqa: RUF006 - that is the point
            asyncio.create_task(_follow(mirror.order(cl_ord_id="mine"), seen))  # noqa: RUF006
            await asyncio.sleep(0.01)
            gc.collect()
            await rest(okx, sim, "mine")
            await mirror.order(cl_ord_id="mine").accepted(5)
            await asyncio.sleep(0.01)
            assert sum(isinstance(change, OrderChanged) for change in seen) == 2
        assert not Listener._awaited

    warp.run(main())


def test_a_mirror_waits_for_nobody() -> None:
    """A reader that blocks would let its changes grow without end."""

    async def main() -> None:
        async with desk() as (_, _, mirror):
            with pytest.raises(BadParameter, match="cannot wait"):
                mirror.changes("block")

    warp.run(main())


def test_an_id_that_is_used_again_means_the_new_order_at_once() -> None:
    """The reply may come before the push; what was asked for then is not the order of yesterday."""

    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            await rest(okx, sim, "mine")
            old = mirror.order(cl_ord_id="mine")
            await old.accepted(5)
            withdraw(sim)
            assert (await old.done(5)).state == "canceled"
            sim.faults.drop("orders", action="any")
            await rest(okx, sim, "mine")
            new = mirror.order(cl_ord_id="mine")
            assert not new.known
            late = msgspec.structs.replace(cast("OrderUpdate", old.last_known), acc_fill_sz=Decimal("0.001"))
            mirror._state.order(late, asyncio.get_running_loop().time())
            assert (old.row.acc_fill_sz, new.known) == (Decimal("0.001"), False)
            row = await new.accepted(10)  # by the audit: the push was dropped
            assert (row.state, row.ord_id == old.ord_id) == ("live", False)
            assert (old.state, _named(mirror)) == ("canceled", row.ord_id)

    warp.run(main())


def _named(mirror: Mirror) -> str:
    return mirror.order(cl_ord_id="mine").ord_id
