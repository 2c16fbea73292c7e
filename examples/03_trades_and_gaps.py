"""A stream of trades that tells you when it may have missed some: a `Gap` stands among the trades, at its place.

For the real exchange leave the simulator (and the cut, which is made on purpose) out: ``async with OKX() as okx:``.
"""

import asyncio

from okx_async import OKX, Gap, StreamEvent
from okx_async.sim import Exchange
from okx_async.v5 import channels


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx:
        trades = okx.subscribe(channels.trades("BTC-USDT"))
        seen = gaps = 0
        async with trades:
            async for item in trades:
                if isinstance(item, StreamEvent):  # a Gap here; also Stale, and Resumed with backfill=True
                    gaps += isinstance(item, Gap)
                    print(f"-- {type(item).__name__} of {item.until - item.since:.2f} s: {item.cause}")
                    continue
                seen += 1
                print(f"{item.side:4} {item.sz} @ {item.px}")
                if seen == 3:
                    for connection in sim.connections:
                        await connection.shut()
                if seen >= 6 and gaps:
                    break
        print(trades.stats)


asyncio.run(main())
