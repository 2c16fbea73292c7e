"""One REST call: typed rows, exact decimals, no key needed.

For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio

from okx_async import OKX
from okx_async.sim import Exchange


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx:
        ticker = await okx.market.ticker("BTC-USDT")
        print(f"{ticker.inst_id} last {ticker.last}, bid {ticker.bid_px}, ask {ticker.ask_px}")

        # Empty fields of the exchange are None, so a type checker reminds you of them.
        if ticker.last is not None and ticker.open24h is not None:
            print(f"24 h: {(ticker.last / ticker.open24h - 1) * 100:+.2f} %")

        for bar in await okx.market.candles("BTC-USDT", bar="1H", limit=3):
            print(f"bar of {bar.ts}: {bar.o} -> {bar.c}, {'closed' if bar.confirm else 'still open'}")


asyncio.run(main())
