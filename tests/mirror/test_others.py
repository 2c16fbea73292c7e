"""Algo and spread orders in the mirror: the same guarantees as for orders, on the simulator and row by row."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, Backoff, BadParameter, MirrorNotLive, MirrorSettings, OkxError, Refused, Retry
from okx_async.mirror import AlgoChanged, Change, Divergence, Mirror, SpreadChanged, Violation
from okx_async.mirror.others import OtherOrders, OtherPicture
from okx_async.mirror.picture import Trust
from okx_async.mirror.sorts import ALGO, SPREAD
from okx_async.mirror.state import MirrorState
from okx_async.sim import Exchange, warp
from okx_async.sim.engine import Match
from okx_async.v5.models.algo import AlgoOrder
from okx_async.v5.models.spread import SpreadOrder
from tests.sim.accounts.desk import ask
from tests.waiting import until

SPOT, SPRD = "BTC-USDT", "BTC-USDT_BTC-USDT-SWAP"
TYPES = ("conditional", "trigger", "move_order_stop", "iceberg")
SETTINGS = MirrorSettings(audit=10.0, lag=1.0, settle=0.5, algo_types=TYPES, spreads=True)
Facts = dict[tuple[str, str], Any]


def truth(sim: Exchange) -> Facts:
    """What the exchange says of every algo and spread order there was."""
    user, facts = sim.user(), {}
    types, ended = {"ordType": ",".join(TYPES)}, ("effective", "canceled", "order_failed")
    rows = ask(sim, user, "GET", "trade/orders-algo-pending", types)
    for state in ended:
        rows += ask(sim, user, "GET", "trade/orders-algo-history", {**types, "state": state})
    for row in rows:
        facts["algo", row["algoId"]] = (row["state"], Decimal(row["actualSz"] or 0), row["algoClOrdId"])
    for path in ("pending", "history"):
        for row in ask(sim, user, "GET", f"sprd/orders-{path}"):
            facts["spread", row["ordId"]] = (row["state"], Decimal(row["accFillSz"]), Decimal(row["sz"]))
    return facts


def mirrored(mirror: Mirror) -> Facts:
    """What the mirror says, in the same words."""
    facts: Facts = {}
    for room in mirror._rooms.values():
        for record in room.orders.shelf:
            row = record.row
            if isinstance(row, AlgoOrder):
                facts["algo", row.algo_id] = (row.state, row.actual_sz or Decimal(0), row.algo_cl_ord_id or "")
            else:
                facts["spread", row.ord_id] = (row.state, row.acc_fill_sz or Decimal(0), row.sz)
    return facts


@asynccontextmanager
async def desk(seed: int = 3, **options: Any) -> AsyncIterator[tuple[Exchange, OKX, Mirror]]:
    """An exchange, a client, and a mirror of everything that is live."""
    told: dict[str, Any] = {"rate": 0, "instruments": 3, "history_minutes": 5} | options
    async with asyncio.timeout(600), Exchange(seed=seed, **told) as sim:
        settings: dict[str, Any] = {"backoff": Backoff(0.1, 1.0), "retry": Retry(1), "check_orders": False}
        async with OKX(sim.credentials[0], site=sim.site, **settings) as okx:
            async with okx.mirror.configure(SETTINGS) as mirror:
                yield sim, okx, mirror


async def trigger(okx: OKX, sim: Exchange, name: str | None = None, above: int = 1_000, side: str = "sell") -> str:
    """Place an algo order that waits for a higher price; returns its id."""
    market = sim.accounts.markets[SPOT]
    price = market.instrument.price_text(market.tape.last.price + above)
    row = await okx.algo.place_algo_order(
        SPOT, "cash", "sell", "trigger", sz="0.01", trigger_px=price, order_px="-1", algo_cl_ord_id=name
    )
    return row.algo_id or ""


async def rise(sim: Exchange, ticks: int = 2_000) -> None:
    """Let a trade happen at a higher price."""
    tape = sim.accounts.markets[SPOT].tape
    tape.record([Match(0, 0, tape.last.price + ticks, 1, True)], sim.now)
    await sim.step()


# -- handles


def test_an_algo_order_is_accepted_followed_and_done() -> None:
    """Done is what has been triggered; the order it has sent is an order of its own."""

    async def main() -> list[Any]:
        async with desk() as (sim, okx, mirror):
            algo = mirror.algo(algo_cl_ord_id="mine")
            assert (algo.known, algo.last_known) == (False, None)
            seen: list[Change] = []

            async def follow() -> None:
                seen.extend([change async for change in algo])

            following = asyncio.create_task(follow())
            algo_id = await trigger(okx, sim, "mine")
            assert (await algo.accepted(5)).algo_id == algo_id
            assert mirror.algo(algo_id=algo_id) is algo
            assert (algo.state, list(mirror.algos)) == ("live", [algo_id])
            await rise(sim)
            done = await algo.done(5)
            assert (done.state, mirror.algos) == ("effective", {})
            (sent,) = done.ord_id_list or [""]
            assert (await mirror.order(ord_id=sent).done(5)).algo_id == algo_id
            await following
            return [change.row.state for change in seen if isinstance(change, AlgoChanged)]

    assert warp.run(main()) == ["live", "effective"]


def test_a_spread_order_is_accepted_followed_and_done() -> None:
    async def main() -> None:
        async with desk() as (_, okx, mirror):
            order, same = mirror.spread(cl_ord_id="mine"), mirror.order(cl_ord_id="mine")
            await okx.spread.place_order(SPRD, "buy", "limit", "0.01", "-500", cl_ord_id="mine")
            row = await order.accepted(5)
            assert (order.state, list(mirror.spreads)) == ("live", [row.ord_id])
            assert not same.known, "an order of the same name is another one"
            await okx.spread.amend_order(cl_ord_id="mine", new_sz="0.02")
            await until(lambda: order.row.sz == Decimal("0.02"))
            await okx.spread.cancel_order(cl_ord_id="mine")
            assert (await order.done(5)).state == "canceled"
            assert mirror.spreads == {}

    warp.run(main())


def test_a_spread_order_that_the_exchange_ends_says_so() -> None:
    """Here by a countdown; what the owner cancels, and what never waits, is nobody's will but his."""

    async def main() -> None:
        async with desk() as (_, okx, mirror):
            told: dict[str, bool] = {}

            async def listen() -> None:
                async for change in mirror:
                    if isinstance(change, SpreadChanged) and change.final:
                        told[change.row.cl_ord_id or ""] = change.by_exchange

            listening = asyncio.create_task(listen())
            for name, kind in (("counted", "limit"), ("mine", "limit"), ("at1ce", "ioc")):
                await okx.spread.place_order(SPRD, "buy", kind, "0.01", "-500", cl_ord_id=name)
            await okx.spread.cancel_order(cl_ord_id="mine")
            await okx.spread.cancel_all_after("10")
            await asyncio.sleep(12)
            assert told == {"counted": True, "mine": False, "at1ce": False}
            listening.cancel()

    warp.run(main())


def test_those_that_are_refused_end_the_waiting() -> None:
    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            algo, spread = mirror.algo(algo_cl_ord_id="mine"), mirror.spread(cl_ord_id="mine")
            waiting = [asyncio.create_task(each.accepted()) for each in (algo, spread)]
            with suppress(OkxError):
                await trigger(okx, sim, "mine", above=-10_000_000_000)
            with suppress(OkxError):
                await okx.spread.place_order(SPRD, "buy", "limit", "0.00000001", "-500", cl_ord_id="mine")
            for task in waiting:
                with pytest.raises(OkxError):
                    await task
            with pytest.raises(Refused):
                await spread.done()

    warp.run(main())


def test_what_is_not_kept_is_not_shown() -> None:
    async def main() -> None:
        async with Exchange(seed=3, instruments=3, rate=0, history_minutes=5) as sim:
            async with OKX(sim.credentials[0], site=sim.site) as okx, okx.mirror as mirror:
                with pytest.raises(BadParameter, match="algo_types"):
                    mirror.algo(algo_id="1")
                with pytest.raises(BadParameter, match="spreads"):
                    mirror.spread(ord_id="1")
                assert (mirror.algos, mirror.spreads) == ({}, {})

    for wrong in (("limit",), "oco"):
        with pytest.raises(BadParameter, match="algo_types"):
            MirrorSettings(algo_types=wrong)  # type: ignore[arg-type]
    warp.run(main())


# -- cuts, drops and audits


def test_what_a_cut_swallowed_is_read() -> None:
    """Made, changed and ended while the line was away; until it is read, nothing is vouched for."""

    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            before = await trigger(okx, sim)
            held = mirror.algo(algo_id=before)
            await held.accepted(5)
            await asyncio.sleep(20)
            sim.lines.half_open(endpoint="business")
            kept = await trigger(okx, sim, above=900_000)
            await rise(sim)
            spread = await okx.spread.place_order(SPRD, "buy", "limit", "0.01", "-500")
            gone = await okx.spread.place_order(SPRD, "buy", "limit", "0.01", "-500")
            await okx.spread.cancel_order(ord_id=gone.ord_id)
            sim.lines.reset_tcp(endpoint="business")
            await until(lambda: not mirror.live)
            with pytest.raises(MirrorNotLive):
                mirror.algos  # noqa: B018
            await mirror.ready()
            assert (await held.done(5)).state == "effective"
            assert (list(mirror.algos), list(mirror.spreads)) == ([kept], [spread.ord_id])
            assert mirrored(mirror) == truth(sim)

    warp.run(main())


@pytest.mark.parametrize("channel", ["orders-algo", "algo-advance", "sprd-orders"])
def test_a_push_that_was_dropped_is_found_by_the_next_audit(channel: str) -> None:
    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            found: list[Change] = []

            async def listen() -> None:
                async for change in mirror:
                    found.append(change)  # noqa: PERF401 - what came before it is stopped is wanted

            listening = asyncio.create_task(listen())
            await asyncio.sleep(0)
            sim.faults.drop(channel, action="any")
            if channel == "sprd-orders":
                await okx.spread.place_order(SPRD, "buy", "limit", "0.01", "-500")
            elif channel == "orders-algo":
                await trigger(okx, sim)
            else:
                await okx.algo.place_algo_order(
                    SPOT, "cash", "sell", "move_order_stop", sz="0.01", callback_ratio="0.05"
                )
            await asyncio.sleep(SETTINGS.audit + 5)
            listening.cancel()
            assert isinstance(found[0], Divergence)
            assert (found[0].what, found[0].found_by) == ("spread" if channel == "sprd-orders" else "algo", "audit")
            assert isinstance(found[1], AlgoChanged | SpreadChanged)
            assert found[1].source == "rest"
            assert mirrored(mirror) == truth(sim)

    warp.run(main())


async def _deed(okx: OKX, sim: Exchange, dice: random.Random) -> None:
    waiting = list(okx.mirror.last_known.algos.values())
    spreads = list(okx.mirror.last_known.spreads.values())
    deed = dice.choice(("algo", "advanced", "spread", "taker", "cancel", "amend", "rise"))
    if deed == "algo":
        await trigger(okx, sim, above=dice.randint(100, 5_000))
    elif deed == "advanced":
        kind: dict[str, Any] = dice.choice(({"callback_ratio": "0.001"}, {"callback_spread": "5"}))
        await okx.algo.place_algo_order(SPOT, "cash", "sell", "move_order_stop", sz="0.01", **kind)
    elif deed in ("spread", "taker"):
        asks = (await okx.spread.books(SPRD)).asks
        px = str(asks[0][0]) if deed == "taker" and asks else "-500"
        await okx.spread.place_order(SPRD, "buy", "limit", "0.01", px)
    elif deed == "cancel" and waiting and dice.random() < 0.5:
        one = dice.choice(waiting)
        await okx.algo.cancel_algo_orders([{"inst_id": one.inst_id, "algo_id": one.algo_id}])
    elif deed == "cancel" and spreads:
        await okx.spread.cancel_order(ord_id=dice.choice(spreads).ord_id)
    elif deed == "amend" and spreads:
        await okx.spread.amend_order(ord_id=dice.choice(spreads).ord_id, new_sz=dice.choice(("0.02", "0.03")))
    elif deed == "rise":
        await rise(sim, dice.randint(-3_000, 3_000))


async def _run(seed: int) -> dict[str, int]:
    """Trade while pushes are dropped, doubled, late or cut; it is never wrong for long, and equal in the end."""
    dice, loop = random.Random(seed), asyncio.get_running_loop()
    async with desk(seed, latency=0.02) as (sim, okx, mirror):
        wrong: dict[tuple[str, str], float] = {}
        longest = 0.0

        async def watch() -> None:
            nonlocal longest, wrong
            while True:
                await asyncio.sleep(0.25)
                now, said, told = loop.time(), truth(sim), mirrored(mirror)
                live = mirror.live
                wrong = {key: wrong.get(key, now) for key in {*said, *told} if live and said.get(key) != told.get(key)}
                longest = max([longest, *(now - since for since in wrong.values())])

        watching = asyncio.create_task(watch())
        for channel in ("orders-algo", "algo-advance", "sprd-orders"):
            sim.faults.drop(channel, action="any", times=1000, chance=0.1, seed=seed)
            sim.faults.duplicate(channel, action="any", times=1000, chance=0.1, seed=seed + 1)
            sim.faults.delay(channel, action="any", times=1000, chance=0.05, seed=seed, seconds=0.4, keep_order=False)
        for _ in range(60):
            with suppress(OkxError):
                await _deed(okx, sim, dice)
            if dice.random() < 0.05:
                sim.lines.reset_tcp(endpoint="business")
            await asyncio.sleep(dice.expovariate(2.0))
        sim.faults.clear()
        await asyncio.sleep(2.5 * SETTINGS.audit)
        await mirror.ready()
        watching.cancel()
        assert mirrored(mirror) == truth(sim), f"seed {seed}"
        assert longest <= SETTINGS.audit + SETTINGS.lag + 2 * SETTINGS.settle + 1, f"seed {seed}: wrong for {longest} s"
        return dict(mirror.status.counts)


def test_they_are_equal_in_the_end_and_never_wrong_for_long() -> None:
    """While it says it is live, at most one audit period; what was dropped is told as a divergence."""
    found = 0
    for seed in range(6):
        counts = warp.run(_run(seed))
        found += counts.get("divergence algo", 0) + counts.get("divergence spread", 0)
    assert found > 10, "nothing was ever dropped"


# -- row by row


def algo(state: str, u_time: int, **more: Any) -> AlgoOrder:
    values: dict[str, Any] = {"inst_id": SPOT, "algo_id": "7", "algo_cl_ord_id": "a", "ord_type": "twap", "c_time": 1}
    return AlgoOrder(state=state, u_time=u_time, **values | more)


def spread(state: str, u_time: int, filled: str = "0", sz: str = "3") -> SpreadOrder:
    return SpreadOrder(
        sprd_id=SPRD, ord_id="7", cl_ord_id="a", state=state, u_time=u_time, acc_fill_sz=Decimal(filled), sz=Decimal(sz)
    )


def room(sort: Any) -> tuple[OtherOrders[Any], list[Change]]:
    """Return the orders of one sort, and what they tell."""
    told: list[Change] = []
    return OtherOrders(sort, Trust(lag=1.0, settle=0.5), 10, MirrorState(tell=told.append)), told


LIVES: list[tuple[Any, list[Any]]] = [
    (
        SPREAD,
        [spread("live", 1), spread("live", 2, sz="4"), spread("partially_filled", 3, "1"), spread("filled", 4, "4")],
    ),
    (SPREAD, [spread("live", 1), spread("partially_filled", 2, "1"), spread("canceled", 3, "1")]),
    (
        ALGO,
        [
            algo("live", 1),
            algo("partially_effective", 2, actual_sz=Decimal(1)),
            algo("canceled", 3, actual_sz=Decimal(1)),
        ],
    ),
    (ALGO, [algo("live", 1), algo("effective", 2, ord_id_list=["8"]), algo("effective", 3, actual_sz=Decimal(1))]),
]


def _tellings() -> Iterator[tuple[Any, list[Any], int]]:
    for at, (sort, rows) in enumerate(LIVES):
        for seed in range(12):
            dice = random.Random(100 * at + seed)
            told = [*rows, *dice.choices(rows, k=3)]
            dice.shuffle(told)
            yield sort, told, at


@pytest.mark.parametrize(("sort", "rows", "at"), list(_tellings()))
def test_overtaking_and_repeated_rows_end_where_the_last_one_does(sort: Any, rows: list[Any], at: int) -> None:
    orders, told = room(sort)
    for now, row in enumerate(rows):
        orders.push(row, float(now))
    record = orders.shelf.named("a")
    assert record is not None
    assert record.row == LIVES[at][1][-1]
    assert [change.version for change in told] == sorted({change.version for change in told})


def test_what_is_impossible_is_told_and_moves_nothing() -> None:
    orders, told = room(SPREAD)
    for row in (spread("partially_filled", 2, "2"), spread("partially_filled", 3, "1"), spread("filled", 4, "3")):
        orders.push(row, 0.0)
    orders.push(spread("live", 9), 0.0)
    assert [each.invariant for each in told if isinstance(each, Violation)] == ["filled_size_grows", "state_is_legal"]
    assert orders.shelf.finished["7"].row.state == "filled"


def test_rest_is_believed_about_what_was_not_pushed_lately() -> None:
    """What it does not know is gone, but not what it may not know yet."""
    orders, told = room(ALGO)
    orders.push(algo("live", 5), 10.0)
    early: OtherPicture[AlgoOrder] = OtherPicture(10.5, absent={"7"})
    late: OtherPicture[AlgoOrder] = OtherPicture(11.5, absent={"7"})
    assert orders.doubts(early)
    assert not orders.differs(early)
    assert orders.reconcile(early, "audit") == 0
    assert not orders.doubts(late)
    assert orders.reconcile(late, "audit") == 1
    assert isinstance(told[-2], Divergence)
    assert orders.shelf.finished["7"].row.state == "not_found"
    assert orders.reconcile(OtherPicture(12.0, [algo("live", 4)]), "audit") == 0, "an older answer revives nothing"
    assert orders.reconcile(OtherPicture(12.0, [algo("canceled", 6)]), "audit") == 1, "it is better known after all"


def test_of_one_moment_rest_is_believed_when_all_is_quiet() -> None:
    orders, _ = room(SPREAD)
    orders.push(spread("live", 5), 10.0)
    for began, repaired in ((10.5, 0), (11.5, 1)):
        assert orders.reconcile(OtherPicture(began, [spread("live", 5, sz="9")]), "audit") == repaired


def test_memory_is_bounded() -> None:
    """Finished orders are let go of, and a late row of one revives nothing."""
    orders, _ = room(SPREAD)
    for number in range(100):
        row = SpreadOrder(sprd_id=SPRD, ord_id=str(number), cl_ord_id=f"c{number}", state="canceled", u_time=number)
        orders.push(row, 0.0)
    assert (len(orders.shelf.finished), orders.shelf.open) == (10, {})
    assert orders.shelf.named("c1") is None
    orders.push(SpreadOrder(sprd_id=SPRD, ord_id="80", state="live", u_time=1), 0.0)
    assert orders.reconcile(OtherPicture(9.0, [SpreadOrder(sprd_id=SPRD, ord_id="80", state="canceled")]), "gap") == 0
    assert len(orders.shelf.finished) == 10
