"""Calls that end in the middle, at any await, and journals that fail: no intent is left that nobody looks for."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from typing import Any

import pytest

from okx_async import OKX, ClientClosed, ConnectionLost, JournalFailed, MemoryJournal, Resolution, Timeouts
from okx_async.core.intent import Kind, Outcome, Record, Verb
from okx_async.core.retry import Backoff, Retry
from okx_async.intents.book import UNSENT, IntentBook
from okx_async.intents.intent import Intent
from okx_async.sim import Exchange, warp
from okx_async.sim.rest_faults import RestFault
from tests.intents.test_journals import record

from .manners import Manner, V3Spot, V5Manner
from .order_sorts import ALGO, SPREAD
from .trading_runs import Ledger, verdicts

MOST = 40
"""Awaits that a call has at most."""
TURN = 0.001


class Slow(Ledger):
    """A journal that gives the loop a turn before and behind everything it does, as one in a network would."""

    async def write(self, records: Sequence[Record]) -> None:
        await asyncio.sleep(TURN)
        await super().write(records)
        await asyncio.sleep(TURN)

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        await asyncio.sleep(TURN)
        found = await super().find(cl_ord_id)
        await asyncio.sleep(TURN)
        return found


class CutAt:
    """A call whose task is cancelled when it waits for the n-th time."""

    def __init__(self, call: Coroutine[Any, Any, Any], at: int) -> None:
        self.cut = False
        self._call = call
        self._at = at

    def __await__(self) -> Generator[Any, Any, Any]:
        task, waits = asyncio.current_task(), 0
        assert task is not None
        iterator = self._call.__await__()
        step: Callable[[], Any] = lambda: iterator.send(None)  # noqa: E731
        while True:
            try:
                future = step()
            except StopIteration as end:
                return end.value
            waits += 1
            if waits == self._at:
                self.cut = True
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield future
                step = lambda: iterator.send(None)  # noqa: E731
            except BaseException as error:
                step = lambda thrown=error: iterator.throw(thrown)  # type: ignore[misc] # noqa: E731


CALLS: dict[str, Callable[[Any, list[str], random.Random], Coroutine[Any, Any, Any]]] = {
    "place": lambda manner, names, dice: manner.place(manner.order(dice)),
    "batch": lambda manner, names, dice: manner.batch([manner.order(dice)] * 3),
    "amend": lambda manner, names, dice: manner.amend(names[0], dice),
    "cancels": lambda manner, names, dice: manner.cancels(names),
    "cancel what never was": lambda manner, names, dice: manner.cancel("never"),
    "spread": lambda manner, names, dice: SPREAD.place(manner.client, None),
    "algo": lambda manner, names, dice: ALGO.place(manner.client, None),
}


def _manner(dialect: str, road: Any, sim: Exchange, dice: random.Random, **options: Any) -> Manner:
    """Return a client on one road."""
    if dialect == "v5":
        return V5Manner(OKX(sim.credentials[0], site=sim.site, orders=road, **options), "BTC-USDT")
    return V3Spot.of(sim.site, sim.credentials[0], dice, [each.inst_id for each in sim.instruments], **options)


async def _cut(dialect: str, road: Any, deed: str, fault: str, at: int) -> bool:
    """Make one call and cancel it at an await; tell whether it waited that often."""
    dice, journal = random.Random(at), Slow()
    async with Exchange(seed=at, rate=0) as sim:
        manner = _manner(
            dialect,
            road,
            sim,
            dice,
            journal=journal,
            timeouts=Timeouts(connect=1.0, read=1.0, total=1.5, reply=1.0),
            resolution=Resolution(patience=3.0),
            retry=Retry(2, Backoff(0.1, 0.3)),
        )
        async with manner.client as okx:
            names = [await manner.place(manner.order(dice)) for _ in range(2)]
            if fault:
                sim.faults.rest.add(RestFault(fault, executed=True))
            call = CutAt(CALLS[deed](manner, names, dice), at)
            await asyncio.gather(_waited(call), return_exceptions=True)
            sim.faults.clear()
            async with asyncio.timeout(60):
                for intent in okx.orders.open:
                    await intent.resolved()
    assert verdicts(sim, journal.latest.values()) == [], f"cut at await {at}"
    return call.cut


async def _waited(call: Awaitable[Any]) -> Any:
    return await call


@pytest.mark.parametrize(
    ("dialect", "road", "deed", "fault"),
    [
        *(("v5", "rest", deed, "") for deed in CALLS),
        ("v5", "rest", "place", "rest_reset"),
        ("v5", "rest", "cancel what never was", "rest_429"),
        ("v5", "ws", "batch", ""),
        ("v5", "auto", "cancels", ""),
        ("v3", "rest", "place", "rest_unknown"),
        ("v3", "rest", "cancel what never was", ""),
    ],
)
def test_a_call_may_be_cancelled_at_every_await(dialect: str, road: str, deed: str, fault: str) -> None:
    """While it is written down, sent, answered, asked about: it has one outcome, and that is found out."""
    at = 1
    while warp.run(_cut(dialect, road, deed, fault, at)):
        at += 1
        assert at < MOST
    assert at > 2, "it never waited"


class Torn(Ledger):
    """A journal that cannot be read."""

    async def find(self, cl_ord_id: str) -> Sequence[Record]:
        raise OSError("the disk is damaged")


async def _torn() -> None:
    async with Exchange(seed=3, rate=0) as sim:
        async with OKX(sim.credentials[0], site=sim.site, journal=Torn(), retry=Retry(1)) as okx:
            manner = V5Manner(okx, "BTC-USDT")
            order = manner.order(random.Random(1))
            name = await manner.place(order)
            with pytest.raises(JournalFailed, match="could not be read: the disk is damaged"):
                await manner.place({**order, "cl_ord_id": "given"})
            await manner.cancel(name)
            late = await okx.trade.cancel_order("BTC-USDT", cl_ord_id=name)
            assert late.already_gone  # the exchange has said so
            with pytest.raises(JournalFailed):
                await okx.orders.history(name)
            assert await okx._intents.placed_on(name, Kind.SPREAD) == ""
            assert await okx._intents.fate((Kind.ORDER,), name) is None
            assert okx.orders.open == []
        assert [order.ticket.cl_ord_id for order in sim.venue.orders.history(sim.user().uid)] == [name]


def test_a_journal_that_cannot_be_read_stops_only_what_needs_it() -> None:
    """A client id of the caller's may have been used before, so that one is not sent; the rest goes on."""
    warp.run(_torn())


class Full(Ledger):
    """A journal whose disk is full now and then."""

    full = False

    async def write(self, records: Sequence[Record]) -> None:
        if self.full:
            raise OSError("no space left on device")
        await super().write(records)


async def _full() -> None:
    journal = Full()
    async with Exchange(seed=3, rate=0) as sim:
        async with OKX(sim.credentials[0], site=sim.site, journal=journal) as okx:
            manner, dice = V5Manner(okx, "BTC-USDT"), random.Random(1)
            one, two = [await manner.place(manner.order(dice)) for _ in range(2)]
            journal.full = True
            for call in (manner.place(manner.order(dice)), manner.amend(one, dice), manner.batch([manner.order(dice)])):
                with pytest.raises(JournalFailed, match="nothing was sent: no space left"):
                    await call
            sim.faults.rest.add(RestFault("rest_reset", "/api/v5/trade/cancel-order", executed=True))
            await manner.cancel(one)  # looked up as always: its answer got lost
            await manner.cancels([two])
            assert okx.orders.open == []
            journal.full = False
        assert [(order.open, order.size) for order in sim.venue.orders.history(sim.user().uid)] == [
            (False, record.fields["sz"]) for record in (journal.latest[two], journal.latest[one])
        ]
        cancelled = [record for record in journal.latest.values() if record.verb is Verb.CANCEL]
        assert [record.outcome for record in cancelled] == [Outcome.ACCEPTED] * 2


def test_a_full_disk_stops_new_orders_but_no_cancellation() -> None:
    """And what became of them is written down when there is room again."""
    warp.run(_full())


class Unhurried(MemoryJournal):
    """A journal that has not written yet when its caller is stopped."""

    async def write(self, records: Sequence[Record]) -> None:
        await super().write(records)
        await asyncio.sleep(3600)


async def test_outcomes_that_were_not_written_are_not_forgotten() -> None:
    """Neither when writing them is stopped, nor when writing down something else is."""
    journal = Unhurried()
    book = IntentBook(journal)
    one, two = Intent(record("1")), Intent(record("2"))
    book.add([one])
    book.settle(one, Outcome.ACCEPTED, ord_id="9")
    for call in (book.flush(), book.begin([two])):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await call
        assert book._unwritten["1"].outcome is Outcome.ACCEPTED
    assert (two.outcome, two.msg) == (Outcome.REJECTED, UNSENT)
    assert book._unwritten["2"].outcome is Outcome.REJECTED
    assert book.open == []
    assert book._timer is not None
    book._timer.cancel()


async def _closed(dialect: str, fault: str, moment: float) -> list[BaseException | str]:
    """Close a client while orders are in flight, wait for a connection or for the journal; return what they told."""
    journal = Slow()
    async with Exchange(seed=3, rate=0) as sim:
        dice = random.Random(2)
        manner = _manner(dialect, "rest", sim, dice, journal=journal, retry=Retry(3, Backoff(0.2, 0.2)))
        async with manner.client as okx:
            first = await manner.place(manner.order(dice))
            if fault:
                sim.faults.rest.add(RestFault(fault, times=1000, executed=fault == "rest_slow", seconds=1.0))
            calls = [asyncio.create_task(manner.place(manner.order(dice))) for _ in range(55)]
            await asyncio.sleep(moment)
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert okx._caller.fetch._session is None
        there = {order.ticket.cl_ord_id for order in sim.venue.orders.history(sim.user().uid)}
        called = {record.cl_ord_id for record in journal.latest.values() if record.outcome is not Outcome.REJECTED}
        assert there - {first} <= called, "what is there is not called rejected"
        await asyncio.sleep(5)
        later = {order.ticket.cl_ord_id for order in sim.venue.orders.history(sim.user().uid)}
        assert later <= called | {first}
        return told


@pytest.mark.parametrize("dialect", ["v5", "v3"])
def test_nothing_is_sent_behind_a_client_that_is_closed(dialect: str) -> None:
    """Whoever still writes down or waits for a connection or another try is told so; nobody else's stop is made up."""
    told = warp.run(_closed(dialect, "", TURN / 2))
    assert {type(one) for one in told} == {ClientClosed}
    told = warp.run(_closed(dialect, "rest_slow", 0.1))
    assert {type(one) for one in told} == {ClientClosed, ConnectionLost}
    told = warp.run(_closed(dialect, "rest_429", 0.01))
    assert {type(one) for one in told} == {ClientClosed}


async def _waiting(road: Any) -> None:
    async with Exchange(seed=3, rate=0) as sim:
        async with OKX(sim.credentials[0], site=sim.site, orders=road) as okx:
            manner = V5Manner(okx, "BTC-USDT")
            if road == "ws":
                await manner.place(manner.order(random.Random(1)))
                sim.outage(60)
                while okx.pool.order_line("private").ready:
                    await asyncio.sleep(0.01)
            else:
                sim.faults.rest.add(RestFault("rest_slow", "/api/v5/public/time", seconds=60.0))
            call = asyncio.create_task(manner.place(manner.order(random.Random(1))))
            await asyncio.sleep(0.5)
            assert not call.done()
        with pytest.raises(ClientClosed):
            await call
        await asyncio.sleep(1)
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert not [name for name in names if name.startswith("okx ")]


@pytest.mark.parametrize("road", ["rest", "ws"])
def test_a_client_may_be_closed_before_an_order_can_leave(road: str) -> None:
    """While the exchange's time is asked for, or no line stands: no line is opened any more."""
    warp.run(_waiting(road))
