"""The exchange's time: this machine's, standing still between steps, driven by hand, or the loop's."""

from __future__ import annotations

import asyncio
import time

import pytest

from okx_async.sim import Exchange, VirtualClock, warp
from okx_async.sim.clock import Clock

from .wire import START, arg, connect


async def test_appointments_are_kept_in_order() -> None:
    clock, kept = VirtualClock(START), list[tuple[str, float]]()
    clock.call_later(2, lambda: kept.append(("late", clock.time())))
    clock.call_later(1, lambda: clock.call_later(0.5, lambda: kept.append(("made meanwhile", clock.time()))))
    clock.call_later(1, lambda: kept.append(("soon", clock.time())))
    clock.call_later(1, lambda: kept.append(("cancelled", 0))).cancel()
    await clock.advance(1.75)
    assert kept == [("soon", 1), ("made meanwhile", 1.5)]
    await clock.advance(10)
    assert kept[2:] == [("late", 2)]
    assert clock.time() == 11.75
    with pytest.raises(ValueError, match="backwards"):
        await clock.advance(-1)


def test_a_step_never_repeats_a_time() -> None:
    clock = Clock(None, 50, timeline=VirtualClock(START))
    moments = [clock.advance() for _ in range(5)]
    assert moments == [START + nth for nth in range(1, 6)]
    assert clock.now() >= moments[-1]


async def test_half_an_hour_driven_by_hand() -> None:
    """36,000 steps' worth of time with candles, idle cuts and pushes, as quick as it can be computed."""
    async with Exchange(seed=3, instruments=1, rate=1, clock=VirtualClock(START)) as sim:
        async with connect(sim.ws + "/ws/v5/business") as client:
            await client.send("subscribe", arg("candle1m"))
            began = sim.now
            closed = 0
            for _ in range(30):
                await sim.advance(60)
                messages = [await client.json() for _ in range(len(client._waiting))]
                client._waiting.extend(await client.until_pong())
                closed += sum(message["data"][0][8] == "1" for message in messages if "data" in message)
            messages = [await client.json() for _ in range(len(client._waiting))]
            closed += sum(message["data"][0][8] == "1" for message in messages if "data" in message)
            assert sim.now - began == 1_800_000
            assert closed == 30
            assert sim.steps == 1_800


def test_half_an_hour_in_the_loop_s_own_time() -> None:
    """Client and exchange together: 360 heartbeats of 5 s, and this machine's clock agrees with the market's."""

    async def main() -> tuple[int, float, int]:
        async with Exchange(seed=3, instruments=1, rate=1) as sim, connect(sim.ws) as client:
            began, pongs, opened = time.time(), 0, sim.now
            while time.time() - began < 1_800:
                await asyncio.sleep(5)
                assert await client.until_pong() == []
                pongs += 1
            assert sim.now - opened == pytest.approx(1_800_000, abs=1)
            return pongs, time.time() - began, sim.steps

    assert warp.run(main()) == (360, 1_800, 1_801)


async def test_time_begins_in_one_way() -> None:
    with pytest.raises(ValueError, match="`start`"):
        Exchange(start=START, clock=VirtualClock())
    async with Exchange(rate=0) as sim:
        with pytest.raises(ValueError, match="backwards"):
            await sim.advance(-1)
