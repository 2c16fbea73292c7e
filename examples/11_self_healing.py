"""A message is lost on the way: the book says so before anybody can read a wrong price, and repairs itself.

The simulator loses it on purpose; on the real exchange, ``async with OKX() as okx:``, you wait for the day it happens.
"""

import asyncio

from okx_async import OKX, BookNotLive
from okx_async.sim import Exchange


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx, okx.books("BTC-USDT") as books:
        was_broken = False
        async for book in books:
            if book.live:
                print(f"{book.state.value:7} seq {book.seq_id}, chain of {book.proof.chain}, spread {book.spread}")
                if was_broken:
                    break
                if book.proof.chain == 3:
                    sim.faults.drop("books", "BTC-USDT")
                continue
            was_broken = True
            try:
                print(book.best_bid)
            except BookNotLive as error:
                print(f"{error.state:7} {error.cause}")
        print(f"resyncs: {books.resyncs}, truth of the simulator: spread {spread(sim)}")


def spread(sim: Exchange) -> float:
    truth = sim.truth("BTC-USDT")
    return round(float(truth.asks[0][0]) - float(truth.bids[0][0]), 1)


asyncio.run(main())
