"""How the exchange is told until when it may take an order: what can be dated is certain soon, the rest is not."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
import pytest

from okx_async import MemoryJournal, NotArrived, Outcome, OutcomeUnknown, Resolution, Timeouts
from okx_async.core.intent import Record
from okx_async.core.signing import STAMP
from okx_async.errors import ClockSkew
from okx_async.intents.intent import Intent
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault
from okx_async.v5.ops import OPS
from tests.oauth.desk import desk
from tests.waiting import until

from .order_exchange import CALLS, OrderExchange
from .order_sorts import ALGO, CLOSE, SORTS, SPREAD, Sort
from .test_intents import INST, ORDER, lose, trading, warped

EACH = pytest.mark.parametrize("sort", [*SORTS, CLOSE], ids=lambda sort: sort.name)
SOON = 5.0


async def lost(okx: Any, sort: Sort) -> Intent:
    """Place an order that gets lost, and return its intent while it is looked for."""
    with pytest.raises(OutcomeUnknown) as caught:
        await sort.place(okx, "lost")
    return the_one(caught.value)


def the_one(error: OutcomeUnknown) -> Intent:
    """Return the only intent of an error."""
    (intent,) = error.intents
    assert isinstance(intent, Intent)
    return intent


async def took(intent: Intent) -> float:
    """Return the seconds until an outcome is known, from now on."""
    began = asyncio.get_running_loop().time()
    await intent.resolved()
    return asyncio.get_running_loop().time() - began


# -- over REST


@EACH
@warped
async def test_over_rest_a_lost_order_is_certain_soon(sort: Sort) -> None:
    """Whatever sort it is of, and although it has no `expTime`."""
    async with trading(resolution=Resolution(patience=0)) as (sim, okx):
        await sort.ready(okx)
        lose(sim, path=sort.path)
        intent = await lost(okx, sort)
        assert await took(intent) < SOON
        assert (intent.outcome, intent.dated) == (Outcome.REJECTED, True)
        assert "lost" not in dict(sort.there(sim))
        assert await sort.place(okx, "lost") == "lost"
        assert "lost" in dict(sort.there(sim))


@EACH
@pytest.mark.parametrize("kind", ["rest_reset", "rest_slow"])
@warped
async def test_an_order_that_was_taken_is_found(sort: Sort, kind: str) -> None:
    """Its answer is lost, or comes after the line was given up."""
    async with trading() as (sim, okx):
        await sort.ready(okx)
        lose(sim, kind, sort.path, executed=True, seconds=2.5)
        assert await sort.place(okx, "mine") == "mine"
        assert [name for name, _ in sort.there(sim)].count("mine") == 1


@EACH
@warped
async def test_the_exchange_takes_no_order_that_comes_too_late(sort: Sort) -> None:
    """It was called lost, so it must not turn up behind that."""
    async with trading() as (sim, okx):
        await sort.ready(okx)
        lose(sim, "rest_slow", sort.path, seconds=6.0)
        with pytest.raises(NotArrived):
            await sort.place(okx, "late")
        await asyncio.sleep(60)
        assert "late" not in dict(sort.there(sim))


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
@warped
async def test_nor_a_cancellation(sort: Sort) -> None:
    """One that is called lost leaves the order as it is."""
    async with trading() as (sim, okx):
        name = await sort.place(okx, None)
        lose(sim, "rest_slow", sort.cancel_path, seconds=6.0)
        with pytest.raises(NotArrived):
            await sort.cancel(okx, name)
        await asyncio.sleep(60)
        assert sort.there(sim) == [(name, "live")]


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
@warped
async def test_over_a_slow_line_a_cancellation_gets_through(sort: Sort) -> None:
    """What is placed is refused, and the error says why; a cancellation is sent once more, and is not dated then."""
    async with trading(timeouts=Timeouts(read=10.0, total=10.0)) as (sim, okx):
        name = await sort.place(okx, None)
        lose(sim, "rest_slow", sort.path, seconds=4.0, times=2)
        with pytest.raises(ClockSkew, match=r"longer than the 3 s of `Resolution.expire`"):
            await sort.place(okx, None)
        lose(sim, "rest_slow", sort.cancel_path, seconds=4.0, times=2)
        assert (await sort.cancel(okx, name)).s_code == "0"
        assert sort.there(sim) == [(name, "canceled")]


@pytest.mark.parametrize("minutes", [-3, 3])
@EACH
@warped
async def test_a_clock_that_was_set_refuses_no_order(sort: Sort, minutes: int) -> None:
    """A signature that is too old, or from the future, is made anew by the right time: nothing was executed."""
    async with trading() as (sim, okx):
        await sort.ready(okx)
        sim.skew(minutes * 60.0)
        assert await sort.place(okx, "mine") == "mine"
        assert [name for name, _ in sort.there(sim)].count("mine") == 1


@warped
async def test_without_the_exchanges_time_nothing_is_dated() -> None:
    """Dated back by a clock that nobody knows, it might be refused for no reason."""
    async with trading(resolution=Resolution(patience=0)) as (sim, okx):
        sim.faults.rest.add(RestFault("rest_reset", "/api/v5/public/time", times=2))
        lose(sim, path=ALGO.path)
        intent = await lost(okx, ALGO)
        assert not intent.dated
        assert await took(intent) > 20


@warped
async def test_an_earlier_moment_of_the_callers_own_counts() -> None:
    """A later one does not: behind the client's own the order is called lost."""
    async with trading(resolution=Resolution(patience=0)) as (sim, okx):
        await okx.trade.orders_pending()
        for seconds, kept in ((60, 3.0), (1, 1.0)):
            lose(sim)
            moment = okx._caller.clock.server_ms(time.time())
            with pytest.raises(OutcomeUnknown) as caught:
                await okx.trade.place_order(**ORDER, exp_time=moment + seconds * 1000)
            intent = the_one(caught.value)
            assert intent.record.expires == pytest.approx(moment + kept * 1000, abs=200)
            assert await took(intent) < SOON


@warped
async def test_a_signature_is_never_from_the_future() -> None:
    """However long an order may take: the exchange would refuse it."""
    async with trading(resolution=Resolution(patience=0, expire=90.0)) as (sim, okx):
        assert await ALGO.place(okx, "mine") == "mine"
        lose(sim, path=ALGO.path)
        intent = await lost(okx, ALGO)
        assert intent.record.expires - okx._caller.clock.server_ms(time.time()) == pytest.approx(30_000, abs=200)


# -- many at once


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
@warped
async def test_many_that_are_lost_at_once_are_certain_soon(sort: Sort) -> None:
    """As many as may be asked for in one window: nobody takes a turn from the look-ups that decide."""
    async with trading(resolution=Resolution(patience=0)) as (sim, okx):
        await sort.ready(okx)
        lose(sim, path=sort.path, times=1000)  # look-ups go there as well
        calls = await asyncio.gather(*(sort.place(okx, None) for _ in range(20)), return_exceptions=True)
        intents = [the_one(call) for call in calls if isinstance(call, OutcomeUnknown)]
        assert len(intents) == 20
        sim.faults.clear()
        began = asyncio.get_running_loop().time()
        for intent in intents:
            await intent.resolved()
        assert asyncio.get_running_loop().time() - began < SOON
        assert {intent.outcome for intent in intents} == {Outcome.REJECTED}


# -- over the socket


@warped
async def test_over_the_socket_nothing_dates_a_spread_order() -> None:
    """The login is signed, the order is not: it is not called lost before half a minute is over."""
    async with trading(orders="ws", resolution=Resolution(patience=0)) as (sim, okx):
        await SPREAD.place(okx, None)
        sim.faults.requests.ops.add(OpFault("op_lost"))
        intent = await lost(okx, SPREAD)
        assert (intent.dated, intent.record.expires) == (False, 0)
        assert await took(intent) > 20
        assert intent.outcome is Outcome.REJECTED


@pytest.mark.parametrize("op", ["sprd-order", "sprd-amend-order", "sprd-cancel-order", "order", "cancel-order"])
async def test_a_frame_has_no_header_of_a_signature(op: str) -> None:
    """But the moment it is void after, where the exchange takes one."""
    chapter, method, params = CALLS[op]
    async with OrderExchange() as there, there.client("ws") as okx:
        await okx.instruments.check(INST)  # so that the exchange's time is known
        await okx._caller.sync_clock()
        await getattr(getattr(okx, chapter), method)(**params)
    (frame,) = there.frames
    assert set(frame) - {"expTime"} == {"id", "op", "args"}
    assert ("expTime" in frame) is (op == "order")


def test_an_operation_takes_no_header_but_its_moment() -> None:
    """Whatever a request brings along."""
    frame = orjson.loads(OPS["sprd-order"].spell([], {STAMP: "1", "expTime": "2", "Authorization": "3"}, "a"))
    assert frame == {"id": "a", "op": "sprd-order", "args": [], "expTime": "2"}


# -- over whichever is there


async def test_what_rest_alone_can_date_goes_over_rest() -> None:
    """Unless the socket was asked for; cancellations take the quicker road."""
    ops = ("order", "sprd-order", "sprd-amend-order", "sprd-cancel-order")
    for road, over_rest in (("auto", {"sprd-order", "sprd-amend-order"}), ("ws", set[str]())):
        async with OrderExchange() as there, there.client(road) as okx:
            roads = okx._roads
            assert roads is not None
            await until(lambda desk=roads._desk: desk.ready("private") and desk.ready("business"))  # type: ignore[misc]
            for op in ops:
                chapter, method, params = CALLS[op]
                await getattr(getattr(okx, chapter), method)(**params)
        assert {frame["op"] for frame in there.frames} == {*ops} - over_rest
        assert {path for path, _ in there.posts} == {OPS[op].twin.path for op in over_rest}


@warped
async def test_a_lost_spread_order_is_certain_soon_where_the_roads_may_be_chosen() -> None:
    async with trading(orders="auto", resolution=Resolution(patience=0)) as (sim, okx):
        await SPREAD.place(okx, None)
        lose(sim, path=SPREAD.path)
        assert await took(await lost(okx, SPREAD)) < SOON


# -- with a token


async def test_a_token_dates_nothing() -> None:
    """It is shown and signs nothing, so what it proves has no age."""
    async with desk() as d:
        user = await d.authorize()
        async with d.client(user) as okx:
            await okx._caller.sync_clock()
            d.sim.faults.rest.add(RestFault("rest_reset", "/api/v5/trade/cancel-algos"))
            call = asyncio.create_task(okx.algo.cancel_algo_orders([{"inst_id": INST, "algo_id": "7"}]))
            while not okx.orders.open:
                await asyncio.sleep(0)
            (intent,) = okx.orders.open
            while not intent.sent:
                await asyncio.sleep(0)
            assert not intent.dated
            call.cancel()


# -- after a restart


class Kept(MemoryJournal):
    """A journal whose process has died: what was open stays so."""

    def __init__(self, left: list[Record]) -> None:
        super().__init__()
        self._left = left

    async def open(self, site: str, owner: str = "") -> list[Record]:
        """Return what is open."""
        return self._left


@pytest.mark.parametrize("road", ["rest", "ws"])
@warped
async def test_a_journal_says_whether_an_order_could_be_dated(road: Any) -> None:
    """The next run need not wait half a minute for what cannot come any more."""
    async with trading(orders=road, resolution=Resolution(patience=0)) as (sim, okx):
        if road == "ws":
            sim.faults.requests.ops.add(OpFault("op_lost"))
        await SPREAD.place(okx, None) if road == "rest" else await okx._caller.sync_clock()
        lose(sim, path=SPREAD.path)
        intent = await lost(okx, SPREAD)
        (record,) = await okx.orders.history("lost")
        async with trading(journal=Kept([record])) as (_, later):
            began = asyncio.get_running_loop().time()
            (old,) = await _opened(later)
            await old.resolved()
            passed = asyncio.get_running_loop().time() - began
            assert passed < SOON if road == "rest" else passed > 20
        await intent.resolved()


async def _opened(okx: Any) -> list[Intent]:
    await okx._intents.open()
    return list(okx.orders.open)
