"""What happens when you are slower than the exchange is declared per stream, and counted.

For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio

from okx_async import OKX, Policy
from okx_async.sim import Exchange
from okx_async.v5 import channels

POLICIES: tuple[Policy, ...] = ("latest", "drop_oldest", "block")


async def slow_reader(okx: OKX, policy: Policy) -> None:
    stream = okx.subscribe(channels.tickers("BTC-USDT"), policy=policy, size=3)
    async with stream:
        for _ in range(6):
            await anext(stream)
            await asyncio.sleep(0.06)  # the work that takes too long
        # Always received == delivered + dropped + pending. What was on its way when `block` paused is kept, not lost.
        print(f"{policy:12} {stream.stats}")


async def main() -> None:
    async with Exchange(seed=7, rate=100.0) as sim:
        for policy in POLICIES:
            # `block` stops reading from the connection it is on, so here each reader has a client of its own.
            async with OKX(site=sim.site) as okx:
                await slow_reader(okx, policy)


asyncio.run(main())
