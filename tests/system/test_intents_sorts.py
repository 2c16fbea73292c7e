"""Spread and algo orders have one outcome as well: found out on the simulator, whatever is lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from okx_async import OKX, MemoryJournal, NotArrived, NotFound, Outcome, OutcomeUnknown, Resolution
from okx_async.core.intent import Kind
from okx_async.errors import BadRequest
from okx_async.sim import Exchange
from okx_async.sim.engine import Match
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault
from okx_async.v5 import channels

from .order_sorts import ALGO, INST, SORTS, SPRD, SPREAD, Sort
from .test_intents import HASTY, lose, trading, warped

each_sort = pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)


async def outcomes(okx: OKX, name: str) -> list[Outcome]:
    """Return the outcomes of a client id, the latest first."""
    return [record.outcome for record in await okx.orders.history(name)]


# -- placing


@each_sort
@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown", "rest_slow", "rest_cut"])
@warped
async def test_a_reply_that_is_lost_is_found_out(sort: Sort, kind: str) -> None:
    """The order is there once, and the call returns its row."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, kind, sort.path, executed=kind != "rest_cut", seconds=5.0)
        name = await sort.place(okx, None)
        assert sort.there(sim) == [(name, "live")]
        assert okx.orders.mine(name)
        assert okx.orders.open == []
        assert await outcomes(okx, name) == [Outcome.ACCEPTED]


@each_sort
@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown"])
@warped
async def test_a_request_that_is_lost_is_found_out(sort: Sort, kind: str) -> None:
    """It is not there and nothing is sent again: the caller may, when nothing of it can come any more."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, kind, sort.path)
        with pytest.raises(NotArrived) as caught:
            await sort.place(okx, "mine")
        assert caught.value.retryable
        await asyncio.sleep(20)
        assert sort.there(sim) == []
        assert await outcomes(okx, "mine") == [Outcome.REJECTED]
        assert await sort.place(okx, "mine") == "mine"
        assert sort.there(sim) == [("mine", "live")]
        assert await outcomes(okx, "mine") == [Outcome.ACCEPTED, Outcome.REJECTED]


@each_sort
@warped
async def test_an_order_may_arrive_while_it_is_looked_for(sort: Sort) -> None:
    """It is not called lost before its signature is too old for the exchange, which is soon."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, "rest_slow", sort.path, seconds=2.5)
        name = await sort.place(okx, None)
        assert sort.there(sim) == [(name, "live")]
        lose(sim, "rest_slow", sort.path, seconds=6.0)
        with pytest.raises(NotArrived):
            await sort.place(okx, None)
        await asyncio.sleep(60)
        assert sort.there(sim) == [(name, "live")]


@each_sort
@warped
async def test_records_that_lag_are_no_proof_of_a_loss(sort: Sort) -> None:
    """REST answers from before the order for a while: it is not called lost."""
    async with trading() as (sim, okx):
        with pytest.raises(NotFound):  # so that there is an old answer to lag with
            await (okx.spread.order(cl_ord_id="mine") if sort is SPREAD else okx.algo.algo_order(None, "mine"))
        sim.faults.rest.add(RestFault("rest_lag", sort.path, times=100, seconds=2.0))
        sim.faults.rest.add(RestFault("rest_reset", sort.path, executed=True))
        assert await sort.place(okx, "mine") == "mine"
        assert sort.there(sim) == [("mine", "live")]


@pytest.mark.parametrize("kind", ["op_reply_lost", "op_reply_late", "op_unknown", "op_cut", "op_lost"])
@warped
async def test_a_spread_order_over_the_socket_is_found_out(kind: str) -> None:
    """With the faults of the socket instead of those of REST."""
    async with trading(orders="ws", resolution=Resolution(patience=40.0)) as (sim, okx):
        first = await SPREAD.place(okx, None)
        more: dict[str, Any] = {"seconds": 30.0} if kind == "op_reply_late" else {}
        sim.faults.requests.ops.add(OpFault(kind, executed=True, **more))
        lost = kind == "op_lost"
        with pytest.raises(NotArrived) if lost else contextlib.nullcontext():
            await SPREAD.place(okx, "mine")
        assert SPREAD.there(sim) == [*([] if lost else [("mine", "live")]), (first, "live")]


@each_sort
@warped
async def test_a_refusal_is_an_outcome(sort: Sort) -> None:
    async def bad() -> Any:
        if sort is SPREAD:
            return await okx.spread.place_order(SPRD, "buy", "limit", "0.0000001", "-500", cl_ord_id="bad")
        high: dict[str, Any] = {"sz": "0.01", "tp_trigger_px": "900000", "tp_ord_px": "-1"}
        return await okx.algo.place_algo_order(INST, "cash", "buy", "conditional", algo_cl_ord_id="bad", **high)

    async with trading(check_orders=False) as (sim, okx):
        with pytest.raises(BadRequest) as caught:
            await bad()
        (record,) = await okx.orders.history("bad")
        assert (record.outcome, record.code) == (Outcome.REJECTED, caught.value.code)
        assert sort.there(sim) == []


@warped
async def test_the_name_of_a_waiting_algo_order_is_taken() -> None:
    """By another order of the caller's that is a refusal; the order of one's own id is the order that was meant."""
    async with trading() as (sim, okx):
        await ALGO.place(okx, "mine")
        with pytest.raises(BadRequest):
            await ALGO.place(okx, "mine")
        assert await outcomes(okx, "mine") == [Outcome.REJECTED, Outcome.ACCEPTED]
        assert ALGO.there(sim) == [("mine", "live")]


@each_sort
@warped
async def test_their_channel_is_heard_first(sort: Sort) -> None:
    """However long REST is away."""
    topic = channels.sprd_orders() if sort is SPREAD else channels.orders_algo("ANY")
    async with trading() as (sim, okx), okx.subscribe(topic) as rows:
        await rows.ready()
        lose(sim, "rest_reset", sort.path, executed=True)
        lose(sim, path=sort.asked, times=1000)
        name = await sort.place(okx, None)
        assert await outcomes(okx, name) == [Outcome.ACCEPTED]
        lose(sim, "rest_reset", sort.cancel_path, executed=True)
        sim.faults.rest.add(RestFault("rest_reset", sort.asked, times=1000))
        assert (await sort.cancel(okx, name)).s_code == "0"


@warped
async def test_advanced_algo_orders_have_a_channel_of_their_own() -> None:
    async with trading() as (sim, okx), okx.subscribe(channels.algo_advance("ANY")) as rows:
        await rows.ready()
        lose(sim, "rest_reset", ALGO.path, executed=True)
        lose(sim, path=ALGO.asked, times=1000)
        await okx.algo.place_algo_order(
            INST, "cash", "sell", "move_order_stop", sz="0.01", callback_ratio="0.05", algo_cl_ord_id="trail"
        )
        assert await outcomes(okx, "trail") == [Outcome.ACCEPTED]


@warped
async def test_the_order_an_algo_order_sends_is_another_order() -> None:
    """Its row bears the algo order's names; the intent keeps to the id of the algo order."""
    async with trading() as (sim, okx), okx.subscribe(channels.orders("ANY")) as rows:
        await rows.ready()
        market = sim.accounts.markets[INST]
        last = market.tape.last.price
        lose(sim, "rest_reset", ALGO.path, executed=True)
        lose(sim, path=ALGO.asked, times=1000)
        call = asyncio.create_task(
            okx.algo.place_algo_order(
                INST, "cash", "sell", "trigger", sz="0.01", algo_cl_ord_id="mine", order_px="-1",
                trigger_px=market.instrument.price_text(last + 1_000),
            )
        )  # fmt: skip
        while ALGO.there(sim) == []:
            await asyncio.sleep(0.01)
        market.tape.record([Match(0, 0, last + 2_000, 1, True)], sim.now)
        await sim.step()
        while (row := await anext(rows)).algo_cl_ord_id != "mine":  # type: ignore[union-attr]
            pass
        assert not call.done(), "the order that it sent was taken for itself"
        sim.faults.clear()
        placed = await call
        assert placed.algo_id == row.algo_id  # type: ignore[union-attr]
        assert placed.algo_id != row.ord_id  # type: ignore[union-attr]
        (record,) = await okx.orders.history("mine")
        assert (record.kind, record.ord_id) == (Kind.ALGO, placed.algo_id)


# -- cancelling and amending


@each_sort
@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_a_cancellation_is_found_out(sort: Sort, executed: bool) -> None:
    async with trading() as (sim, okx):
        name = await sort.place(okx, None)
        lose(sim, path=sort.cancel_path, executed=executed)
        with contextlib.nullcontext() if executed else pytest.raises(NotArrived):
            assert (await sort.cancel(okx, name)).s_code == "0"
        assert sort.there(sim) == [(name, "canceled" if executed else "live")]


@warped
async def test_a_cancellation_that_finds_an_algo_order_triggered_says_so() -> None:
    """What it has sent goes on, so this is not called cancelled."""
    async with trading() as (sim, okx):
        market = sim.accounts.markets[INST]
        last = market.tape.last.price
        placed = await okx.algo.place_algo_order(
            INST, "cash", "sell", "trigger", sz="0.01", order_px="-1",
            trigger_px=market.instrument.price_text(last + 1_000),
        )  # fmt: skip
        market.tape.record([Match(0, 0, last + 2_000, 1, True)], sim.now)
        await sim.step()
        lose(sim, path=ALGO.cancel_path)
        (row,) = await okx.algo.cancel_algo_orders([{"inst_id": INST, "algo_id": placed.algo_id}])
        assert (row.s_code, row.algo_id) == ("51400", placed.algo_id)
        assert "triggered" in (row.s_msg or "")


@pytest.mark.parametrize("road", ["rest", "ws"])
@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_an_amendment_of_a_spread_order_is_found_out(road: Any, executed: bool) -> None:
    async with trading(orders=road, resolution=Resolution(patience=40.0)) as (sim, okx):
        name = await SPREAD.place(okx, None)
        if road == "ws":
            sim.faults.requests.ops.add(OpFault("op_reply_lost" if executed else "op_lost"))
        else:
            lose(sim, path="/api/v5/sprd/amend-order", executed=executed)
        with contextlib.nullcontext() if executed else pytest.raises(NotArrived):
            assert (await okx.spread.amend_order(cl_ord_id=name, new_sz="0.02")).s_code == "0"
        (row,) = await okx.spread.orders_pending()
        assert str(row.sz) == ("0.02" if executed else "0.01")


@pytest.mark.parametrize("how", ["executed", "lost", "heard"])
@warped
async def test_an_amendment_of_an_algo_order_is_found_out(how: str) -> None:
    """By what the order shows, or by the push that names the amendment."""
    async with trading() as (sim, okx), okx.subscribe(channels.orders_algo("ANY")) as rows:
        await rows.ready()
        name = await ALGO.place(okx, None)
        lose(sim, path="/api/v5/trade/amend-algos", executed=how != "lost")
        if how == "heard":
            lose(sim, path=ALGO.asked, times=1000)
        else:
            sim.faults.drop("orders-algo", action="any", times=10)
        with pytest.raises(NotArrived) if how == "lost" else contextlib.nullcontext():
            changed = await okx.algo.amend_algo_order(INST, algo_cl_ord_id=name, new_trigger_px="29000")
            assert (changed.s_code, okx.orders.mine(changed.req_id)) == ("0", True)
        sim.faults.clear()
        (row,) = await okx.algo.algo_orders_pending("trigger")
        assert str(row.trigger_px) == ("30000" if how == "lost" else "29000")


# -- patience, restart, sweeping


@each_sort
@warped
async def test_patience_ends_and_looking_goes_on(sort: Sort) -> None:
    async with trading(resolution=Resolution(patience=1.0)) as (sim, okx):
        lose(sim, path=sort.path, executed=True)
        lose(sim, path=sort.asked, times=1000)
        with pytest.raises(OutcomeUnknown) as caught:
            await sort.place(okx, "mine")
        (intent,) = caught.value.intents
        sim.faults.clear()
        assert (await intent.resolved()).outcome is Outcome.ACCEPTED
        assert sort.there(sim) == [("mine", "live")]


@each_sort
@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_the_next_client_of_the_journal_finds_it_out(sort: Sort, executed: bool) -> None:
    """What the last one left open is known before anything new goes out."""
    async with Exchange(seed=3, rate=0) as sim:
        journal = MemoryJournal()
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            lose(sim, path=sort.path, executed=executed)
            lose(sim, path=sort.asked, times=1000)
            call = asyncio.create_task(sort.place(okx, "left"))
            while not okx.orders.open or not okx.orders.open[0].looks:
                await asyncio.sleep(0.01)
        with pytest.raises(OutcomeUnknown, match="closed before"):
            await call
        sim.faults.clear()
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            new = await sort.place(okx, None)
            assert await outcomes(okx, "left") == [Outcome.ACCEPTED if executed else Outcome.REJECTED]
            assert sort.there(sim) == [(new, "live"), *([("left", "live")] if executed else [])]


@warped
async def test_spread_orders_that_earlier_runs_left_are_swept() -> None:
    async with trading() as (sim, okx):
        async with OKX(sim.credentials[0], site=sim.site, **HASTY) as earlier:
            left = [await SPREAD.place(earlier, None) for _ in range(2)]
        own = await SPREAD.place(okx, None)
        assert {order.cl_ord_id for order in await okx.orders.orphans()} == set(left)
        swept = await okx.orders.sweep()
        assert ({order.cl_ord_id for order in swept.cancelled}, swept.failed) == (set(left), ())
        assert [name for name, state in SPREAD.there(sim) if state == "live"] == [own]
