"""A tiny bot: it says where it would bid and ask around the market, and stands aside while it cannot see the market.

`test_bot.py` beside it shows how to test such a thing. For the real exchange leave the simulator out.
"""

import asyncio
from decimal import Decimal

from okx_async import OKX, OrderBook
from okx_async.sim import Exchange

Quote = tuple[Decimal, Decimal]


class Quoter:
    """Quotes one instrument.

    Attributes:
        quote: Where it would bid and ask now, `None` while it would not.
        breaks: How often it lost sight of the market.
    """

    def __init__(self, okx: OKX, inst_id: str, edge: Decimal = Decimal("0.0005")) -> None:
        self.okx = okx
        self.inst_id = inst_id
        self.edge = edge
        self.quote: Quote | None = None
        self.breaks = 0

    async def run(self, changes: int | None = None) -> None:
        """Follow the market for so many changes, or for ever."""
        async with self.okx.books(self.inst_id) as books:
            async for book in books:
                if self.quote and not book.live:
                    self.breaks += 1
                self.quote = self.around(book) if book.live else None
                if changes is not None and (changes := changes - 1) == 0:
                    break

    def around(self, book: OrderBook) -> Quote | None:
        middle = book.mid
        return None if middle is None else (middle * (1 - self.edge), middle * (1 + self.edge))


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx:
        bot = Quoter(okx, "BTC-USDT")
        for _ in range(3):
            await bot.run(changes=10)
            print(bot.inst_id, *(f"{px:.1f}" for px in bot.quote or ()))


if __name__ == "__main__":
    asyncio.run(main())
