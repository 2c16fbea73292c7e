"""A verified order book of 400 levels a side: read it while it is LIVE, and ask what vouches for it.

For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio

from okx_async import OKX
from okx_async.sim import Exchange


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx:
        changes = 0
        async with okx.books("BTC-USDT") as books:
            async for book in books:
                # A book that lost its line or failed a guard is yielded, too: it has no prices until it is repaired.
                if not book.live:
                    print(f"no market now: {book.state.value}, {book.cause}")
                    continue
                bid, ask = book.best_bid, book.best_ask
                if bid and ask:
                    print(f"{bid.sz} @ {bid.px}  |  {ask.px} @ {ask.sz}   spread {book.spread}")
                changes += 1
                if changes == 10:
                    break
            proof = books.book.proof
        print(f"guards {proof.guards}: {proof.crc_verified} checksums and {proof.seq_verified} sequence links held")


asyncio.run(main())
