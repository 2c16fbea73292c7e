"""`okx.mirror` on the simulator: what it shows, what it refuses to show, and how orders are waited for."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from okx_async import OKX, BadParameter, ClientClosed, CredentialsNeeded, MirrorNotLive, MirrorSettings, TimedOut
from okx_async.core.retry import Backoff, Retry
from okx_async.mirror import Divergence, FillAdded, Lost, Mirror, OrderChanged, Restored
from okx_async.sim import Exchange, RestFault, warp
from okx_async.sim.accounts.orders import WhyCanceled
from tests.waiting import until

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
FAST = MirrorSettings(audit=5.0, lag=0.2, settle=0.1)


@asynccontextmanager
async def desk(user: int = 0, **options: Any) -> AsyncIterator[tuple[Exchange, OKX, Mirror]]:
    """An exchange that stands still, and a client with a mirror that is live."""
    async with Exchange(seed=3, instruments=3, rate=0, history_minutes=5) as sim:
        told: dict[str, Any] = {"backoff": Backoff(0.05, 0.2), "retry": Retry(1)} | options
        async with OKX(sim.credentials[user], site=sim.site, **told) as okx:
            async with okx.mirror.configure(FAST) as mirror:
                yield sim, okx, mirror


def far(sim: Exchange) -> Decimal:
    """Return a price nobody sells at."""
    return Decimal(sim.truth(SPOT).bids[0][0]) - 10


def withdraw(sim: Exchange) -> None:
    """Cancel the open order as the exchange does when a countdown has ended."""
    (order,) = sim.venue.orders.pending(sim.user().uid)
    sim.venue.desk.cancel(order, WhyCanceled.COUNTDOWN)


async def rest(okx: OKX, sim: Exchange, name: str) -> None:
    await okx.trade.place_order(SPOT, "cash", "buy", "limit", Decimal("0.01"), px=far(sim), cl_ord_id=name)


def test_an_order_is_accepted_followed_and_done() -> None:
    """The handle may be made before the order is sent; the iteration ends with the order."""

    async def main() -> list[Any]:
        async with desk() as (sim, okx, mirror):
            order = mirror.order(cl_ord_id="mine")
            assert mirror.order(cl_ord_id="mine") is order
            assert (order.known, order.final, order.last_known, order.fills) == (False, False, None, [])
            with pytest.raises(MirrorNotLive, match="has not told of the order mine"):
                order.state  # noqa: B018
            seen: list[Any] = []

            async def follow() -> None:
                seen.extend([change async for change in order])

            following = asyncio.create_task(follow())
            await rest(okx, sim, "mine")
            row = await order.accepted(1)
            assert (order.state, order.ord_id, row.px) == ("live", row.ord_id, far(sim))
            assert mirror.order(ord_id=row.ord_id) is order
            assert list(mirror.orders) == [row.ord_id]
            with pytest.raises(TimedOut, match="mine|live"):
                await order.done(0.5)
            await okx.trade.cancel_order(SPOT, ord_id=row.ord_id)
            assert (await order.done(1)).state == "canceled"
            await following
            assert mirror.orders == {}
            assert [change.row.state async for change in order if isinstance(change, OrderChanged)] == ["canceled"]
            market = mirror.order(cl_ord_id="market")
            await okx.trade.place_order(SWAP, "cross", "sell", "market", Decimal(2), cl_ord_id="market")
            assert (await market.done(1)).acc_fill_sz == market.acc_fill_sz == sum(f.fill_sz for f in market.fills) == 2
            await asyncio.sleep(0.1)
            (position,) = mirror.positions.values()
            assert position.pos == -2
            assert mirror.balances["USDT"].cash_bal != 100_000
            assert mirror.fills == tuple(market.fills)
            return [(type(change), change.row.state) for change in seen]

    assert warp.run(main()) == [(OrderChanged, "live"), (OrderChanged, "canceled")]


def test_orders_from_before_are_there_when_it_is_live() -> None:
    async def main() -> None:
        async with Exchange(seed=3, instruments=3, rate=0, history_minutes=5) as sim:
            async with OKX(sim.credentials[0], site=sim.site) as okx:
                await rest(okx, sim, "before")
                await okx.trade.place_order(SWAP, "cross", "buy", "market", Decimal(1))
                with pytest.raises(MirrorNotLive, match="was not started"):
                    okx.mirror.orders  # noqa: B018
                async with okx.mirror as mirror:
                    assert [row.cl_ord_id for row in mirror.orders.values()] == ["before"]
                    assert [row.pos for row in mirror.positions.values()] == [1]
                    assert set(mirror.balances) == {"BTC", "ETH", "USDT"}
                    assert mirror.order(cl_ord_id="before").state == "live"
                    assert not any(name.startswith("divergence") for name in mirror.status.counts)

    warp.run(main())


def test_what_is_not_certain_is_not_shown() -> None:
    """From the moment the line is lost until REST was read; finished orders stay finished."""

    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            await rest(okx, sim, "open")
            await rest(okx, sim, "gone")
            order, gone = mirror.order(cl_ord_id="open"), mirror.order(cl_ord_id="gone")
            await okx.trade.cancel_order(SPOT, cl_ord_id="gone")
            await gone.done(1)
            news = mirror.changes()
            async with news:
                sim.outage(1.0)
                await until(lambda: not mirror.live, 5)
                for read in ("orders", "positions", "balances", "fills", "view"):
                    with pytest.raises(MirrorNotLive, match="not live"):
                        getattr(mirror, read)
                with pytest.raises(MirrorNotLive):
                    order.state  # noqa: B018
                assert gone.state == "canceled"
                assert order.last_known is not None
                view = mirror.last_known
                assert (view.live, [row.cl_ord_id for row in view.orders.values()]) == (False, ["open"])
                assert view.cause
                withdraw(sim)
                assert (await order.done(10)).cancel_source == "20"
                await mirror.ready()
                told = [await anext(news) for _ in range(news.stats.pending)]
                assert [type(change) for change in told if isinstance(change, Lost | Restored)] == [Lost, Restored]
                assert [change.found_by for change in told if isinstance(change, Divergence)] == ["gap"]
                assert [change.repaired for change in told if isinstance(change, Restored)] == [1]
                assert mirror.cause == ""

    warp.run(main())


def test_it_is_not_live_before_rest_must_have_shown_what_was_missed() -> None:
    """An answer that is 0.18 s old does not vouch for a cut that ended 0.1 s ago."""

    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            sim.faults.rest.add(RestFault("rest_lag", "/api/v5/*", times=1000, seconds=0.18))
            for name in ("first", "second", "third"):
                await rest(okx, sim, name)
                order = mirror.order(cl_ord_id=name)
                await order.accepted(1)
                await asyncio.sleep(0.2)
                # What REST says now it says for a while.
                assert await okx.pages(okx.trade.orders_pending).first(5).all()
                since = mirror._auditor._watermark
                assert since is not None
                await okx.pages(okx.trade.orders_history, "SPOT", begin=since).first(5).all()
                sim.lines.reset_tcp()
                withdraw(sim)
                await until(lambda: not mirror.live, 5)
                await mirror.ready()
                assert order.final
                assert mirror.orders == {}

    warp.run(main())


def test_rest_that_fails_is_asked_again() -> None:
    async def main() -> None:
        async with desk() as (sim, okx, mirror):
            await rest(okx, sim, "open")
            sim.faults.rest.add(RestFault("rest_html", "/api/v5/account/positions", times=3))
            sim.lines.reset_tcp()
            await until(lambda: mirror.status.trouble, 10)
            assert not mirror.live
            assert "REST could not be read" in mirror.cause
            await mirror.ready()
            assert (mirror.status.trouble, mirror.cause) == ("", "")

    warp.run(main())


def test_without_the_tier_fills_come_from_orders() -> None:
    async def main() -> None:
        async with desk(2) as (_, okx, mirror):
            assert mirror.status.fills_from == "orders"
            order = mirror.order(cl_ord_id="mine")
            await okx.trade.place_order(SWAP, "cross", "buy", "market", Decimal(1), cl_ord_id="mine")
            kinds = [type(change) async for change in order]
            assert FillAdded in kinds
            assert order.fills[0].fee is not None

    warp.run(main())


def test_everything_ends_when_the_client_does() -> None:
    """Iterations end, who waits is told, and it does not begin anew."""

    async def main() -> None:
        async with Exchange(seed=3, instruments=1, rate=0, history_minutes=5) as sim:
            async with OKX(sim.credentials[0], site=sim.site) as okx:
                mirror = okx.mirror
                order = mirror.order(cl_ord_id="never")

                async def every() -> list[Any]:
                    return [change async for change in mirror]

                async def one() -> list[Any]:
                    return [change async for change in order]

                waiting = [asyncio.create_task(each) for each in (order.done(), order.accepted(), every(), one())]
                await mirror.ready()
            done, accepted, changes, own = await asyncio.gather(*waiting, return_exceptions=True)
            assert isinstance(done, ClientClosed)
            assert isinstance(accepted, ClientClosed)
            assert isinstance(changes, list)
            assert own == changes[-1:] or isinstance(own, list)
            assert not mirror.live
            with pytest.raises(ClientClosed):
                await mirror.ready()
            with pytest.raises(ClientClosed):
                aiter(mirror)
            await mirror.aclose()

    warp.run(main())


@pytest.mark.parametrize("standby", [False, True])
def test_a_line_that_is_replaced_costs_no_certainty(standby: bool) -> None:
    """Handed over on purpose, or one of two lines lost."""

    async def main() -> None:
        async with desk(standby=standby) as (sim, okx, mirror):
            await asyncio.sleep(20)  # until either line is known to bring what the other does
            news = mirror.changes()
            async with news:
                if standby:
                    sim.connections[0].reset()
                    await asyncio.sleep(2)
                else:
                    await okx.hand_over()
                await rest(okx, sim, "mine")
                assert (await mirror.order(cl_ord_id="mine").accepted(1)).state == "live"
                assert mirror.live
                told = [await anext(news) for _ in range(news.stats.pending)]
                assert [change for change in told if isinstance(change, Lost | Divergence)] == []
                assert len([change for change in told if isinstance(change, OrderChanged)]) == 1

    warp.run(main())


def test_handles_nobody_holds_are_forgotten() -> None:
    async def main() -> None:
        async with desk() as (_, _, mirror):
            for number in range(2_000):
                mirror.order(ord_id=str(number))
                mirror.order(cl_ord_id=f"c{number}")
            gc.collect()
            mirror.order(ord_id="x")
            assert len(mirror._audience) <= 300

    warp.run(main())


async def test_bad_input_is_refused() -> None:
    async with OKX() as okx:
        with pytest.raises(CredentialsNeeded):
            await okx.mirror.ready()
        with pytest.raises(BadParameter, match="ord_id or cl_ord_id"):
            okx.mirror.order()
    wrongs: tuple[dict[str, Any], ...] = ({"audit": 0.0}, {"lag": -1.0}, {"audit": 1.0}, {"keep_orders": 0})
    for wrong in wrongs:
        with pytest.raises(BadParameter):
            MirrorSettings(**wrong)


def test_settings_come_before_the_start() -> None:
    async def main() -> None:
        async with desk() as (_, _, mirror):
            with pytest.raises(BadParameter, match="started already"):
                mirror.configure(FAST)

    warp.run(main())
