"""The dead man's switch: orders go when the loop, the process, the line or the owner fails, and only then."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from okx_async import OKX, BadParameter, ConnectionLost, KeepAlive, Observer, OkxError, Timeouts
from okx_async.core.retry import Backoff, Retry
from okx_async.sim import Exchange, VirtualClock, warp
from okx_async.sim.rest_faults import RestFault
from okx_async.v5 import channels

from .kept import KEPT, Kept, ask_for_quotes
from .order_exchange import OrderExchange
from .test_intents import warped

ROOT = Path(__file__).parents[2]
PATH = "/api/v5/trade/cancel-all-after"
each = pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
ORDER: dict[str, Any] = {
    "inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "30000"
}  # fmt: skip
HASTY: dict[str, Any] = {
    "timeouts": Timeouts(connect=1.0, read=1.0, total=1.0, reply=1.0),
    "backoff": Backoff(0.1, 0.5),
    "retry": Retry(1),
}


ORDERS = KEPT[0]


async def gone(sim: Exchange, wait: float, kept: Kept = ORDERS) -> float:
    """Wait until nothing is open; return how long that took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(wait):
        while kept.open(sim):
            await asyncio.sleep(0.05)
    assert kept.struck(sim)
    return loop.time() - began


@asynccontextmanager
async def trading(**options: Any) -> AsyncIterator[tuple[Exchange, OKX]]:
    """Open exchange and client."""
    async with Exchange(seed=3, rate=0) as sim:
        async with OKX(sim.credentials[0], site=sim.site, **HASTY | options) as okx:
            yield sim, okx


# -- who fails


@each
@pytest.mark.parametrize("end", ["block", "kill"])
async def test_a_process_that_stands_still_or_dies_loses_its_orders(kept: Kept, end: str) -> None:
    """Nothing of it runs, so nothing keeps the countdown alive: not before its time, and not after."""
    async with Exchange(seed=3, rate=0, clock=VirtualClock()) as sim:
        key = sim.credentials[0]
        config = {
            "rest": sim.site.rest,
            "sockets": dict(sim.site.sockets),
            "keys": [text.reveal() for text in (key.api_key, key.secret_key, key.passphrase)],
            "kept": kept.name,
            "rfq": await ask_for_quotes(sim),
        }
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.system.keeper_worker", json.dumps(config),
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            assert bot.stdout is not None
            assert json.loads(await bot.stdout.readline()) == {"armed": True}
            if end == "kill":
                bot.kill()
                await bot.wait()
            await sim.advance(9)
            assert kept.open(sim) == 1
            await sim.advance(1.5)
            assert kept.open(sim) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                bot.kill()
            await bot.communicate()


@each
@warped
async def test_a_line_that_is_cut_loses_its_orders_in_time(kept: Kept) -> None:
    """The exchange hears nothing more: the orders go when the last call says so, and the keeper knows."""
    async with trading() as (sim, okx):
        with pytest.raises(ConnectionLost):  # noqa: PT012 - the block is what is tested
            async with okx.keep_alive(10, **kept.chosen) as keeper:
                await kept.place(okx, await ask_for_quotes(sim))
                await asyncio.sleep(60)
                assert kept.open(sim) == 1
                sim.outage(600)
                left = keeper.state.left
                assert left - 0.1 <= await gone(sim, 11, kept) <= left + 1
                await asyncio.sleep(1)
                state = keeper.state
                assert (state.armed, state.lapses) == (False, 1)
                assert state.trouble
                raise ConnectionLost("the owner gives up")


@each
@warped
async def test_a_clean_end_leaves_the_orders(kept: Kept) -> None:
    """A hand-over: whoever comes next finds them."""
    async with trading() as (sim, okx):
        async with okx.keep_alive(10, **kept.chosen) as keeper:
            await kept.place(okx, await ask_for_quotes(sim))
            await asyncio.sleep(31)
            assert keeper.state.wound >= 12
        assert not keeper.state.armed
        await asyncio.sleep(60)
        assert kept.open(sim) == 1
        async with okx.keep_alive(10, **kept.chosen):
            pass


@each
@warped
async def test_an_end_by_an_exception_or_by_being_cancelled_does_not(kept: Kept) -> None:
    """Whoever fails does not come to say so."""
    for error in (ZeroDivisionError, asyncio.CancelledError):
        async with trading() as (sim, okx):
            with pytest.raises(error):  # noqa: PT012
                async with okx.keep_alive(10, **kept.chosen) as keeper:
                    await kept.place(okx, await ask_for_quotes(sim))
                    await asyncio.sleep(5)
                    raise error
            assert keeper.state.armed
            left = keeper.state.left
            assert left - 0.1 <= await gone(sim, 11, kept) <= left + 1


@warped
async def test_it_is_not_kept_alive_without_private_streams() -> None:
    """A bot that does not see its orders does not steer them. A short loss is no reason."""
    heard: list[tuple[bool, str]] = []

    class Ear(Observer):
        def keep_alive(self, on: bool, cause: str) -> None:
            heard.append((on, cause))

    async with trading(observers=[Ear()]) as (sim, okx):
        async with okx.subscribe(channels.orders("ANY")) as orders:
            await orders.ready()
            with pytest.raises(asyncio.CancelledError):  # noqa: PT012
                async with okx.keep_alive(10) as keeper:
                    await okx.trade.place_order(**ORDER)
                    sim.lines.reset_tcp(endpoint="private")
                    await asyncio.sleep(30)
                    assert ORDERS.open(sim) == 1
                    assert keeper.state.lapses == 0
                    sim.faults.requests.add(_refuse_login())
                    sim.lines.reset_tcp(endpoint="private")
                    await gone(sim, 11)
                    assert "orders" in keeper.state.withheld
                    raise asyncio.CancelledError
    assert heard[0][0] is False
    assert "is not live" in heard[0][1]


def _refuse_login() -> Any:
    from okx_async.sim.requests import RequestFault

    return RequestFault("refuse_login", times=1000, code=60009)


@warped
async def test_an_owner_without_a_heartbeat_loses_the_orders() -> None:
    """The loop may turn while the strategy hangs."""
    async with trading() as (sim, okx):
        with pytest.raises(asyncio.CancelledError):  # noqa: PT012
            async with okx.keep_alive(10, heartbeat=3) as keeper:
                await okx.trade.place_order(**ORDER)
                for _ in range(30):
                    keeper.beat()
                    await asyncio.sleep(1)
                assert ORDERS.open(sim) == 1
                assert keeper.state.withheld == ""
                assert await gone(sim, 15) <= 3 + 10 + 1
                assert "heartbeat" in keeper.state.withheld
                raise asyncio.CancelledError


@warped
async def test_one_that_has_ended_may_begin_again() -> None:
    """It is kept alive the second time as it was the first."""
    async with trading() as (sim, okx):
        keeper = okx.keep_alive(10)
        for _ in range(2):
            async with keeper:
                await okx.trade.place_order(**ORDER)
                await asyncio.sleep(31)
                assert keeper.state.armed
        await asyncio.sleep(60)
        assert ORDERS.open(sim) == 2


@warped
async def test_whoever_is_stopped_on_the_way_in_or_out_can_begin_anew() -> None:
    """The countdown is nobody's then, and says so: it runs out unless somebody takes it over."""
    async with trading() as (sim, okx):
        await okx.trade.place_order(**ORDER)
        sim.faults.rest.add(RestFault("rest_slow", PATH, executed=True, seconds=0.9))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), okx.keep_alive(10):
                raise AssertionError("it was not armed")
        with pytest.raises(TimeoutError):  # noqa: PT012
            async with asyncio.timeout(0.3):
                async with okx.keep_alive(10):
                    sim.faults.rest.add(RestFault("rest_slow", PATH, seconds=0.9))
        async with okx.keep_alive(10):
            await asyncio.sleep(30)
            assert ORDERS.open(sim) == 1
        await asyncio.sleep(60)
        assert ORDERS.open(sim) == 1


@warped
async def test_a_farewell_ends_before_somebody_else_begins() -> None:
    """Or it would switch off what another block has just armed."""
    async with trading() as (sim, okx):
        await okx.trade.place_order(**ORDER)

        async def leave() -> None:
            async with okx.keep_alive(10):
                sim.faults.rest.add(RestFault("rest_slow", PATH, seconds=0.9))

        leaving = asyncio.create_task(leave())
        while not sim.faults.rest.pending:
            await asyncio.sleep(0.01)
        while sim.faults.rest.pending:
            await asyncio.sleep(0.01)
        with pytest.raises(BadParameter, match="already"):
            await okx.keep_alive(10).__aenter__()
        await leaving
        async with okx.keep_alive(10) as keeper:
            await asyncio.sleep(20)
            assert keeper.state.armed


# -- never by accident


async def _whim(seed: int) -> None:
    """Trouble that is shorter than the countdown harms nobody; then an end of either kind does what it says."""
    dice, kept = random.Random(seed), KEPT[seed % len(KEPT)]
    clean, timeout = dice.random() < 0.5, dice.choice((10, 15, 30))
    rounds, pause, rest = (3, 12, 60) if kept.name == "blocks" else (5, 20, 200)  # quotes live for two minutes at most
    async with trading() as (sim, okx):
        rfq_id = await ask_for_quotes(sim)
        with contextlib.suppress(ZeroDivisionError):
            async with okx.keep_alive(timeout, **kept.chosen):
                await kept.place(okx, rfq_id)
                for _ in range(rounds):
                    sim.faults.clear()
                    kind, executed = dice.choice(("rest_reset", "rest_html", "rest_unknown")), dice.random() < 0.5
                    sim.faults.rest.add(RestFault(kind, kept.path, times=dice.randint(1, 2), executed=executed))
                    if dice.random() < 0.5:
                        sim.faults.rest.add(RestFault("rest_slow", kept.path, seconds=dice.uniform(0.1, 2.0)))
                    await asyncio.sleep(dice.uniform(0, pause))
                    assert kept.open(sim) == 1, f"seed {seed}: it ran out by accident"
                sim.faults.clear()
                if not clean:
                    raise ZeroDivisionError
        if clean:
            await asyncio.sleep(rest)
            assert kept.open(sim) == 1, f"seed {seed}: it was armed by accident"
        else:
            # A call that was on its way may have been the last to count.
            await gone(sim, timeout + 2 + 1, kept)


@pytest.mark.parametrize("block", range(4))
def test_nothing_is_armed_or_disarmed_by_accident(block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        warp.run(_whim(seed))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(4, 24))
def test_nothing_is_armed_or_disarmed_by_accident_for_long(block: int) -> None:
    """Two hundred runs."""
    for seed in range(block * 10, block * 10 + 10):
        warp.run(_whim(seed))


# -- what it takes


@pytest.mark.parametrize("timeout", [9, 121, 30.0, True, "30"])
async def test_the_exchange_takes_ten_to_a_hundred_and_twenty_seconds(timeout: Any) -> None:
    async with OrderExchange() as there, there.client("rest") as okx:
        with pytest.raises(BadParameter, match="10 to 120"):
            okx.keep_alive(timeout)
        with pytest.raises(BadParameter, match="heartbeat"):
            okx.keep_alive(10, heartbeat=11)
        with pytest.raises(BadParameter, match="nothing"):
            okx.keep_alive(10, orders=False)
        assert there.posts == []


async def test_spreads_and_quotes_have_countdowns_of_their_own() -> None:
    """And so has each tag. One client keeps each of them once."""
    async with OrderExchange() as there, there.client("rest") as okx:
        async with okx.keep_alive(30, spreads=True, blocks=True, tag="mine"):
            with pytest.raises(BadParameter, match="already"):
                await okx.keep_alive(30, orders=False, blocks=True).__aenter__()
            async with okx.keep_alive(20):
                pass
        mine, all_ = {"timeOut": "30", "tag": "mine"}, {"timeOut": "20"}
        off: dict[str, str] = {"timeOut": "0"}
        assert [body for path, body in there.posts if path == PATH] == [mine, all_, off, off | {"tag": "mine"}]
        for path in ("/api/v5/sprd/cancel-all-after", "/api/v5/rfq/cancel-all-after"):
            assert [body for one, body in there.posts if one == path] == [{"timeOut": "30"}, off]


@warped
async def test_countdowns_are_armed_together_or_not_at_all() -> None:
    """Where one is refused nobody keeps the others alive, so they are switched off."""
    async with trading() as (sim, okx):
        await ORDERS.place(okx, "")
        sim.faults.rest.add(RestFault("rest_html", "/api/v5/sprd/cancel-all-after"))
        with pytest.raises(OkxError):
            await okx.keep_alive(10, spreads=True).__aenter__()
        await asyncio.sleep(30)
        assert ORDERS.open(sim) == 1
        async with okx.keep_alive(10, spreads=True) as keeper:
            assert keeper.state.armed


async def test_an_exchange_that_does_not_arm_it_is_told_at_once() -> None:
    """Nobody trades in the belief that it is armed."""
    async with Exchange(seed=3, rate=0) as sim, OKX(sim.credentials[0], site=sim.site, **HASTY) as okx:
        sim.faults.rest.add(RestFault("rest_html", PATH))
        with pytest.raises(OkxError):
            async with okx.keep_alive(30):
                raise AssertionError("it was not armed")
        async with okx.keep_alive(30) as keeper:
            assert isinstance(keeper, KeepAlive)
            assert keeper.state.armed
