"""The same in V3, the 2020 OKEx dialect: `OKEx` for `OKX`, its own channel names, the checksum as the only guard.

For an exchange that still speaks it give its addresses: ``OKEx(site=Site("mine", rest=..., sockets={"v3": ...}))``.
"""

import asyncio

from okx_async.sim import Exchange
from okx_async.v3 import OKEx, channels


async def main() -> None:
    async with Exchange(seed=7) as sim, OKEx(site=sim.site) as okex:
        ticker = await okex.spot.ticker("BTC-USDT")
        print(f"{ticker.instrument_id} last {ticker.last}, {ticker.timestamp:%H:%M:%S} UTC")

        async with okex.books("BTC-USD-SWAP", channel=channels.depth_l2_tbt) as books:
            changes = 0
            async for book in books:
                if book.live:
                    bid, ask = book.best_bid, book.best_ask
                    print(bid.row if bid else "nobody bids", ask.row if ask else "nobody asks")
                    changes += 1
                if changes == 5:
                    break
            proof = books.book.proof
        print(f"guards {proof.guards}, best {proof.vouched} levels vouched for, {proof.crc_verified} checksums held")


asyncio.run(main())
