"""Several books in one stream: whichever changed is yielded, and each can be looked up at any time.

For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio
from collections import Counter

from okx_async import OKX
from okx_async.sim import Exchange

INSTRUMENTS = ("BTC-USDT", "ETH-USDT", "BTC-USDT-SWAP", "SOL-USDT")


async def main() -> None:
    changes: Counter[str] = Counter()
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx, okx.books(*INSTRUMENTS) as books:
        async for book in books:
            changes[book.topic] += 1
            if all(each.live for each in books.books.values()) and changes.total() >= 40:
                break

        for inst_id, book in books.books.items():
            print(f"{inst_id:14} mid {book.mid!s:9} spread {book.spread!s:5} {changes[book.topic]} changes")

        # What every connection carries, and whether it is up.
        for link in okx.status().links:
            print(link.link, "up" if link.up else link.cause, sorted(topic.topic for topic in link.topics))


asyncio.run(main())
