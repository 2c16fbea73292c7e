"""One order, one outcome: what a call returns or raises when its answer is missing, and what is sent meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from okx_async import (
    OKX,
    BadParameter,
    BadRequest,
    CredentialsNeeded,
    InsufficientFunds,
    MemoryJournal,
    NotArrived,
    NotFound,
    OKEx,
    Outcome,
    OutcomeUnknown,
    Resolution,
    Site,
    TimedOut,
    Timeouts,
)
from okx_async.core.retry import Backoff, Retry
from okx_async.sim import Exchange, warp
from okx_async.sim.op_faults import OpFault
from okx_async.sim.rest_faults import RestFault
from okx_async.v5 import channels

from .order_exchange import KEY, OrderExchange

INST = "BTC-USDT"
ORDER: dict[str, Any] = {
    "inst_id": INST, "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "30000"
}  # fmt: skip
PLACE = "/api/v5/trade/order"
HASTY: dict[str, Any] = {
    "timeouts": Timeouts(connect=1.0, read=1.0, total=1.0, reply=1.0),
    "backoff": Backoff(0.1, 0.5),
    "retry": Retry(1),
    "namespace": "bot",
}


@asynccontextmanager
async def trading(**options: Any) -> AsyncIterator[tuple[Exchange, OKX]]:
    """Open exchange and client."""
    async with Exchange(seed=3, rate=0) as sim:
        async with OKX(sim.credentials[0], site=sim.site, **HASTY | options) as okx:
            yield sim, okx


def lose(sim: Exchange, kind: str = "rest_reset", path: str = PLACE, **more: Any) -> None:
    """Let the next request of a path fail."""
    sim.faults.rest.add(RestFault(kind, path, **more))


def real(sim: Exchange) -> list[str]:
    """Return the client ids of all orders the exchange has, the oldest first."""
    return [order.ticket.cl_ord_id for order in sim.venue.orders.history(sim.user().uid)][::-1]


def warped(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run a test in simulated time."""

    def run(**given: Any) -> None:
        warp.run(test(**given))  # type: ignore[arg-type]

    import functools
    import inspect

    functools.update_wrapper(run, test)
    run.__signature__ = inspect.signature(test)  # type: ignore[attr-defined]
    del run.__wrapped__  # type: ignore[attr-defined] # or pytest takes it for a coroutine
    return run


# -- ids


@warped
async def test_every_order_gets_an_id_unless_it_has_one() -> None:
    """Single ones and those of batches; amendments carry one of their own."""
    async with trading() as (sim, okx):
        one = await okx.trade.place_order(**ORDER)
        two = await okx.trade.place_order(**ORDER, cl_ord_id="mine")
        rows = await okx.trade.place_batch_orders([ORDER, {**ORDER, "cl_ord_id": "mine2"}, ORDER])
        names = [row.cl_ord_id or "" for row in (one, two, *rows)]
        assert real(sim) == names
        assert (names[1], names[3]) == ("mine", "mine2")
        assert all(okx.orders.mine(names[at]) and names[at].startswith("bot") for at in (0, 2, 4))
        assert not okx.orders.mine("mine")
        amended = await okx.trade.amend_order(INST, cl_ord_id="mine", new_sz="0.02")
        assert okx.orders.mine(amended.req_id)
        assert len({*names, okx.orders.make_id()}) == 6


async def test_spread_and_algo_orders_get_one_too() -> None:
    async with OrderExchange() as there, there.client("rest") as okx:
        await okx.spread.place_order("BTC-USDT_BTC-USDT-SWAP", "buy", "limit", "1", "-2")
        await okx.algo.place_algo_order(INST, "cash", "buy", "conditional", sz="1", tp_trigger_px="2")
        assert okx.orders.mine(there.posts[0][1]["clOrdId"])
        assert okx.orders.mine(there.posts[1][1]["algoClOrdId"])


# -- outcomes


@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown", "rest_slow", "rest_cut"])
@warped
async def test_an_answer_that_is_lost_is_found_out(kind: str) -> None:
    """The order is there: the call returns as if nothing had been, and nothing is sent twice."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, kind, executed=kind != "rest_cut", seconds=5.0)
        placed = await okx.trade.place_order(**ORDER)
        assert (placed.s_code, placed.ord_id) == ("0", str(next(sim.venue.orders.history(sim.user().uid)).ord_id))
        assert real(sim) == [placed.cl_ord_id]
        assert okx.orders.open == []
        (record,) = await okx.orders.history(placed.cl_ord_id or "")
        assert (record.outcome, record.ord_id) == (Outcome.ACCEPTED, placed.ord_id)


@pytest.mark.parametrize("kind", ["rest_reset", "rest_html", "rest_unknown", "rest_slow"])
@warped
async def test_a_request_that_is_lost_is_found_out(kind: str) -> None:
    """It is not there, and cannot come any more: it may be sent again."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        # One that is slow arrives after the moment at which the exchange takes it no more.
        lose(sim, kind, seconds=6.0)
        with pytest.raises(NotArrived) as caught:
            await okx.trade.place_order(**ORDER)
        assert caught.value.retryable
        await asyncio.sleep(20)
        assert real(sim) == []


@warped
async def test_an_order_may_arrive_while_it_is_looked_for() -> None:
    """It is not there at first, and is not called lost too early."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, "rest_slow", seconds=2.5)
        placed = await okx.trade.place_order(**ORDER)
        assert real(sim) == [placed.cl_ord_id]


@warped
async def test_an_order_is_too_late_by_the_exchanges_clock() -> None:
    """Its clock was set back unnoticed by some seconds, so it takes orders for longer."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        sim.skew(-2.5)
        lose(sim, "rest_slow", seconds=5.0)
        placed = await okx.trade.place_order(**ORDER)
        assert real(sim) == [placed.cl_ord_id]


@warped
async def test_a_clock_that_was_set_a_little_stops_no_order() -> None:
    """The signature is young enough, but the moment until which an order may be taken has passed before it is sent."""
    async with trading() as (sim, okx):
        placed = await okx.trade.place_order(**ORDER)
        sim.skew(8.0)
        again = await okx.trade.place_order(**ORDER)
        sim.skew(16.0)
        assert (await okx.trade.amend_order(INST, ord_id=placed.ord_id, new_sz="0.02")).s_code == "0"
        sim.skew(24.0)
        rows = await okx.trade.place_batch_orders([ORDER] * 2)
        assert real(sim) == [row.cl_ord_id for row in (placed, again, *rows)]


@warped
async def test_over_the_socket_such_a_clock_costs_one_order() -> None:
    """Its answer leaves open what was done (51149), so it is looked up, and the time with it: the next one goes."""
    async with trading(orders="ws") as (sim, okx):
        placed = await okx.trade.place_order(**ORDER)
        sim.skew(8.0)
        with pytest.raises(NotArrived):
            await okx.trade.place_order(**ORDER)
        again = await okx.trade.place_order(**ORDER)
        assert real(sim) == [placed.cl_ord_id, again.cl_ord_id]


@warped
async def test_an_order_that_was_slow_is_its_owners_to_repeat() -> None:
    """The exchange refuses it as too late, and no clock was wrong: who knows whether it is still wanted."""
    async with trading(timeouts=Timeouts(connect=1.0, read=20.0, total=20.0)) as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, "rest_slow", seconds=9.0)
        with pytest.raises(BadRequest, match="50036"):
            await okx.trade.place_order(**ORDER)
        assert real(sim) == []


@warped
async def test_a_refusal_is_an_outcome() -> None:
    """With the exchange's code; in a batch for each order."""
    async with trading() as (sim, okx):
        with pytest.raises(InsufficientFunds):
            await okx.trade.place_order(**ORDER | {"sz": "600"}, cl_ord_id="big")
        (record,) = await okx.orders.history("big")
        assert record.outcome is Outcome.REJECTED
        assert record.code == "51008"
        rows = await okx.trade.place_batch_orders([ORDER, {**ORDER, "sz": "600", "cl_ord_id": "big2"}])
        assert [row.s_code for row in rows] == ["0", "51008"]
        assert (await okx.orders.history("big2"))[0].code == "51008"
        assert real(sim) == [rows[0].cl_ord_id]


@warped
async def test_two_orders_under_one_name_are_not_taken_for_each_other() -> None:
    """The second is refused while the first is open; that its answer is lost does not make it the first."""
    async with trading() as (sim, okx):
        await okx.trade.orders_pending()
        lose(sim, executed=True)
        both = await asyncio.gather(
            *(okx.trade.place_order(**ORDER, cl_ord_id="same") for _ in range(2)), return_exceptions=True
        )
        lose(sim, executed=True)
        third = await asyncio.gather(okx.trade.place_order(**ORDER, cl_ord_id="same"), return_exceptions=True)
        assert real(sim) == ["same"]
        assert sum(getattr(one, "s_code", None) == "0" for one in (*both, *third)) == 1
        records = await okx.orders.history("same")
        assert sorted(record.outcome for record in records) == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.REJECTED]
        assert sum(bool(record.ord_id) for record in records) == 1, "those that are not there have no id"


@warped
async def test_patience_ends_and_looking_goes_on() -> None:
    """`OutcomeUnknown` says all that is known, and its intent can be awaited."""
    async with trading(resolution=Resolution(patience=2.0)) as (sim, okx):
        lose(sim, executed=True)
        lose(sim, path="/api/v5/trade/order*", times=1000)
        with pytest.raises(OutcomeUnknown, match=r"place BTC-USDT clOrdId bot\w+: unknown; asked \d+ times, at last: "):
            await okx.trade.place_order(**ORDER)
        (intent,) = okx.orders.open
        with pytest.raises(TimedOut):
            await intent.resolved(timeout=5)
        assert real(sim) == [intent.cl_ord_id]
        sim.faults.clear()
        began = asyncio.get_running_loop().time()
        assert (await intent.resolved()).outcome is Outcome.ACCEPTED
        assert asyncio.get_running_loop().time() - began < 5
        assert intent.row.state == "live"
        assert okx.orders.open == []


@warped
async def test_the_order_channel_is_heard_first() -> None:
    """Nothing is asked of an exchange whose own push has said it, however long its REST is away."""
    async with trading() as (sim, okx), okx.subscribe(channels.orders("ANY")) as orders:
        await orders.ready()
        lose(sim, executed=True)
        lose(sim, path="/api/v5/trade/order*", times=1000)
        placed = await okx.trade.place_order(**ORDER)
        assert placed.s_code == "0"
        sim.faults.clear()
        lose(sim, "rest_reset", "/api/v5/trade/cancel-order", executed=True)
        lose(sim, path="/api/v5/trade/order*", times=1000)
        assert (await okx.trade.cancel_order(INST, cl_ord_id=placed.cl_ord_id)).s_code == "0"


@pytest.mark.parametrize("kind", ["op_cut", "op_reply_lost", "op_reply_late", "op_unknown", "op_lost"])
@warped
async def test_each_order_of_a_batch_has_its_own_outcome(kind: str) -> None:
    """Some were taken when the line broke: the rows say which."""
    async with trading(orders="ws") as (sim, okx):
        await okx.trade.place_order(**ORDER)
        more: dict[str, Any] = {"seconds": 30.0} if kind == "op_reply_late" else {}
        sim.faults.requests.ops.add(OpFault(kind, executed=True, **more))
        if kind == "op_lost":
            with pytest.raises(NotArrived):
                await okx.trade.place_batch_orders([ORDER] * 4)
            assert len(real(sim)) == 1
            return
        rows = await okx.trade.place_batch_orders([ORDER] * 4)
        taken = [row.cl_ord_id for row in rows if row.s_code == "0"]
        assert real(sim)[1:] == taken
        assert len(taken) == (2 if kind == "op_cut" else 4)
        assert all(row.s_msg for row in rows if row.s_code != "0")


# -- cancelling and amending


@warped
async def test_a_cancellation_that_comes_too_late_is_no_error() -> None:
    """The order is over, which is what was wanted; a row says how. An order that never was is an error."""
    async with trading() as (_, okx):
        placed = await okx.trade.place_order(**ORDER)
        assert (await okx.trade.cancel_order(INST, ord_id=placed.ord_id)).s_code == "0"
        for name in ({"ord_id": placed.ord_id}, {"cl_ord_id": placed.cl_ord_id}):
            late = await okx.trade.cancel_order(INST, **name)
            assert (late.s_code, late.ord_id or late.cl_ord_id) == ("51400", next(iter(name.values())))
            assert late.already_gone
        with pytest.raises(NotFound):
            await okx.trade.cancel_order(INST, cl_ord_id="never")
        rows = await okx.trade.cancel_batch_orders([{"inst_id": INST, "ord_id": placed.ord_id}])
        assert rows[0].already_gone


@warped
async def test_a_batch_of_cancellations_whose_answer_is_lost_tells_what_was_over() -> None:
    """Filled meanwhile is no loss on the way: asking again would be no use."""
    async with trading() as (sim, okx):
        best = sim.truth(INST).asks[0][0]
        filled = await okx.trade.place_order(**ORDER | {"px": best})
        lose(sim, path="/api/v5/trade/cancel-batch-orders")
        (row,) = await okx.trade.cancel_batch_orders([{"inst_id": INST, "ord_id": filled.ord_id}])
        assert (row.already_gone, row.ord_id) == (True, filled.ord_id)
        assert "filled" in (row.s_msg or "")


@pytest.mark.parametrize("executed", [True, False])
@warped
async def test_amendments_and_cancellations_are_found_out(executed: bool) -> None:
    async with trading() as (sim, okx):
        placed = await okx.trade.place_order(**ORDER)
        for call, path in (
            (lambda: okx.trade.amend_order(INST, ord_id=placed.ord_id, new_sz="0.02"), "amend-order"),
            (lambda: okx.trade.cancel_order(INST, ord_id=placed.ord_id), "cancel-order"),
        ):
            lose(sim, path=f"/api/v5/trade/{path}", executed=executed)
            with contextlib.nullcontext() if executed else pytest.raises(NotArrived):
                assert (await call()).s_code == "0"
        (order,) = sim.venue.orders.history(sim.user().uid)
        assert (order.size, order.open) == (("0.02", False) if executed else ("0.01", True))


# -- what is sent


class Spy(MemoryJournal):
    """Notes what the exchange had when an intent was written."""

    def __init__(self, sim: Exchange) -> None:
        super().__init__()
        self.sim = sim
        self.had: list[int] = []

    async def write(self, records: Any) -> None:
        if any(record.outcome is Outcome.UNKNOWN for record in records):
            self.had.append(len(real(self.sim)))
        await super().write(records)


@warped
async def test_an_intent_is_written_before_it_is_sent() -> None:
    async with Exchange(seed=3, rate=0) as sim:
        journal = Spy(sim)
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            for _ in range(3):
                await okx.trade.place_order(**ORDER)
        assert journal.had == [0, 1, 2]


@warped
async def test_a_call_that_is_cancelled_is_looked_for_behind_it() -> None:
    """Whoever stopped waiting can still learn what came of it."""
    async with trading() as (sim, okx):
        lose(sim, "rest_slow", executed=True, seconds=0.9)
        call = asyncio.create_task(okx.trade.place_order(**ORDER, cl_ord_id="stopped"))
        while not real(sim):
            await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        (intent,) = okx.orders.open
        assert (await intent.resolved()).outcome is Outcome.ACCEPTED


@warped
async def test_closing_the_client_leaves_nobody_waiting() -> None:
    """And the next one that is given the journal finds it out."""
    async with Exchange(seed=3, rate=0) as sim:
        journal = MemoryJournal()
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            lose(sim, executed=True)
            lose(sim, path="/api/v5/trade/order*", times=1000)
            call = asyncio.create_task(okx.trade.place_order(**ORDER))
            while not okx.orders.open or not real(sim):
                await asyncio.sleep(0.01)
            (intent,) = okx.orders.open
        with pytest.raises(OutcomeUnknown, match="closed before"):
            await call
        assert intent.over
        sim.faults.clear()
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            await okx.orders.reconciled()
            assert [one.outcome for one in await okx.orders.history(intent.cl_ord_id)] == [Outcome.ACCEPTED]


@warped
async def test_an_order_of_an_earlier_run_is_heard_of_first() -> None:
    """Its own push says what became of it, however long REST is away."""
    async with Exchange(seed=3, rate=0) as sim:
        journal = MemoryJournal()
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            lose(sim, executed=True)
            lose(sim, path="/api/v5/trade/order*", times=1000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(okx.trade.place_order(**ORDER), 1)
        async with OKX(sim.credentials[0], site=sim.site, journal=journal, **HASTY) as okx:
            async with okx.subscribe(channels.orders("ANY")) as orders:
                await orders.ready()
                (intent,) = okx.orders.open
                sim.panel.system_cancel()
                assert (await intent.resolved(1)).outcome is Outcome.ACCEPTED


# -- what others have left


@warped
async def test_orphans_of_a_namespace_are_found_and_swept() -> None:
    """Those of an earlier run; neither one's own nor anybody else's."""
    async with trading() as (sim, okx):
        async with OKX(sim.credentials[0], site=sim.site, **HASTY) as earlier:
            left = await earlier.trade.place_batch_orders([ORDER] * 3)
        async with OKX(sim.credentials[0], site=sim.site, **HASTY | {"namespace": "bo"}) as other:
            await other.trade.place_order(**ORDER)
        await okx.trade.place_order(**ORDER, cl_ord_id="byhand")
        own = await okx.trade.place_order(**ORDER)
        orphans = await okx.orders.orphans(spreads=False)
        assert {one.cl_ord_id for one in orphans} == {row.cl_ord_id for row in left}
        swept = await okx.orders.sweep(spreads=False)
        assert ({one.cl_ord_id for one in swept.cancelled}, swept.failed) == ({row.cl_ord_id for row in left}, ())
        assert await okx.orders.orphans(spreads=False) == []
        assert len(await okx.orders.orphans("bo", spreads=False)) == 1
        assert own.cl_ord_id in {one.cl_ord_id for one in await okx.trade.orders_pending()}
        for name in ("", "a" * 13):
            with pytest.raises(BadParameter, match="namespace"):
                await okx.orders.orphans(name)


# -- what a client is built with


@pytest.mark.parametrize("wrong", [5, object(), b"journal.db"])
def test_a_journal_is_a_path_or_a_journal(wrong: Any) -> None:
    with pytest.raises(BadParameter, match="journal"):
        OKX(KEY, site=Site.DEMO, journal=wrong)


def test_journals_are_for_orders() -> None:
    with pytest.raises(BadParameter, match="namespace"):
        OKEx(KEY, site=Site.OKEX_2020, namespace="a-b")
    with pytest.raises(CredentialsNeeded):
        _ = OKEx().orders
    with pytest.raises(CredentialsNeeded, match="journal"):
        OKX(journal="journal.db")
    with pytest.raises(CredentialsNeeded):
        _ = OKX().orders
    with pytest.raises(BadParameter, match="namespace"):
        OKX(KEY, site=Site.DEMO, namespace="a-b")


@pytest.mark.parametrize("wrong", [{"patience": -1}, {"settle": -1}, {"expire": 0}, {"arrive": 0}, {"undated": 0}])
def test_times_are_positive(wrong: dict[str, float]) -> None:
    with pytest.raises(BadParameter, match=next(iter(wrong))):
        Resolution(**wrong)
    with pytest.raises(BadParameter, match="resolution"):
        OKX(resolution=5)  # type: ignore[arg-type]
