"""What a book can tell: cost of a size, imbalance, microprice; and a snapshot that stays what it was.

For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio

from okx_async import OKX
from okx_async.sim import Exchange


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx, okx.books("BTC-USDT") as books:
        book = await anext(books)
        while not book.live:
            book = await anext(books)

        # A live book changes while you await; a snapshot never does.
        picture = book.snapshot(50)
        print(f"mid {picture.mid}, microprice {picture.microprice:.2f}, imbalance {picture.imbalance(5):+.2f}")

        for size in ("0.01", "0.5", "1000"):
            fill = picture.cost("asks", size)
            average = f"{fill.px:.2f}" if fill.px is not None else "-"
            print(f"buying {size}: got {fill.sz} at {average} on average, worst {fill.worst}, pay {fill.value:.2f}")

        best = picture.best_bid
        if best is not None:
            floor = best.px * 999 / 1000
            print(f"within 0.1 % below the best bid wait {picture.size_to('bids', floor)}")
        print("three best asks:", [str(level) for level in picture.asks(3)])


asyncio.run(main())
