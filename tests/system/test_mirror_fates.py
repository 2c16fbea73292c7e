"""Whoever waits for an order at the mirror is told when there will be none, or that nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from okx_async import OKX, InsufficientFunds, NotArrived, Outcome, OutcomeUnknown, Resolution
from okx_async.mirror import MirroredOrder
from okx_async.sim import Exchange

from .test_intents import INST, ORDER, lose, trading, warped

TOO_MUCH = ORDER | {"sz": "600"}


@asynccontextmanager
async def mirrored(**options: Any) -> AsyncIterator[tuple[Exchange, OKX, MirroredOrder]]:
    """Open exchange, client and mirror, with an order that is waited for before it is sent."""
    async with asyncio.timeout(300), trading(**options) as (sim, okx), okx.mirror as mirror:
        await mirror.ready()
        yield sim, okx, mirror.order(cl_ord_id="mine")


async def call(okx: OKX, **order: Any) -> BaseException | None:
    """Place an order and return what its call raised."""
    (done,) = await asyncio.gather(okx.trade.place_order(**order, cl_ord_id="mine"), return_exceptions=True)
    return done if isinstance(done, BaseException) else None


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
@warped
async def test_an_order_that_is_refused_ends_the_waiting(when: str, batch: bool) -> None:
    """With the exchange's code, whether one waits already or asks later; single or in a batch."""
    async with mirrored() as (_, okx, order):
        calls = (order.accepted, order.done)
        waiting = [asyncio.create_task(each()) for each in calls if when == "before"]
        await asyncio.sleep(1)
        if batch:
            rows = await okx.trade.place_batch_orders([ORDER, {**TOO_MUCH, "cl_ord_id": "mine"}])
            assert [row.s_code for row in rows] == ["0", "51008"]
        else:
            assert isinstance(await call(okx, **TOO_MUCH), InsufficientFunds)
        for task in waiting or [asyncio.create_task(each()) for each in calls]:
            with pytest.raises(InsufficientFunds) as caught:
                await task
            assert caught.value.code == "51008"
        assert not order.known


@pytest.mark.parametrize("when", ["before", "after"])
@warped
async def test_following_an_order_that_is_refused_ends(when: str) -> None:
    async with mirrored() as (_, okx, order):

        async def follow() -> None:
            async for _ in order:
                raise AssertionError("nothing can happen to it")

        task = asyncio.create_task(follow()) if when == "before" else None
        await asyncio.sleep(1)
        await call(okx, **TOO_MUCH)
        with pytest.raises(InsufficientFunds):
            await (task or follow())


@warped
async def test_an_order_that_got_lost_ends_the_waiting() -> None:
    """It was never placed, and nothing of it can come any more."""
    async with mirrored() as (sim, okx, order):
        lose(sim)
        waiting = asyncio.create_task(order.accepted())
        assert isinstance(await call(okx, **ORDER), NotArrived)
        with pytest.raises(NotArrived) as caught:
            await waiting
        assert caught.value.retryable
        with pytest.raises(NotArrived):
            await order.done()
        assert await call(okx, **ORDER) is None, "it is sent again"
        assert (await order.accepted()).state == "live"


@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_an_order_of_which_nobody_knows_ends_the_waiting(executed: bool) -> None:
    """Its call has given up. Looking goes on, and who asks again is told what came of it."""
    async with mirrored(resolution=Resolution(patience=2.0)) as (sim, okx, order):
        sim.faults.drop("orders", action="any", times=1000)
        lose(sim, executed=executed)
        lose(sim, path="/api/v5/trade/order*", times=1000)
        waiting = asyncio.create_task(order.accepted())
        assert isinstance(await call(okx, **ORDER), OutcomeUnknown)
        with pytest.raises(OutcomeUnknown) as caught:
            await waiting
        (intent,) = caught.value.intents
        with pytest.raises(OutcomeUnknown):
            await order.done()
        sim.faults.clear()
        outcome = (await intent.resolved()).outcome
        if executed:
            assert outcome is Outcome.ACCEPTED
            assert (await order.accepted()).state == "live"  # by the next comparison with REST
        else:
            assert outcome is Outcome.REJECTED
            with pytest.raises(NotArrived):
                await order.accepted()


@warped
async def test_a_name_that_was_taken_says_nothing_of_the_one_that_has_it() -> None:
    """The second is refused, the first is there; its push comes late."""
    async with mirrored() as (sim, okx, order):
        sim.faults.delay("orders", action="any", seconds=3.0)
        waiting = asyncio.create_task(order.accepted())
        assert await call(okx, **ORDER) is None
        assert await call(okx, **ORDER) is not None
        assert not order.known
        assert (await waiting).cl_ord_id == "mine"


@warped
async def test_other_orders_wake_nobody() -> None:
    """Neither a cancellation that fails nor another order's refusal is an answer."""
    async with mirrored() as (_, okx, order):
        waiting = asyncio.create_task(order.accepted())
        await asyncio.gather(
            okx.trade.place_order(**TOO_MUCH, cl_ord_id="other"),
            okx.trade.cancel_order(INST, cl_ord_id="mine"),
            okx.algo.place_algo_order(
                INST,
                "cash",
                "buy",
                "conditional",
                sz="1",
                tp_trigger_px="900000",
                tp_ord_px="-1",
                algo_cl_ord_id="mine",
            ),
            return_exceptions=True,
        )
        await asyncio.sleep(1)
        assert not waiting.done()
        assert await call(okx, **ORDER) is None
        assert (await waiting).state == "live"
