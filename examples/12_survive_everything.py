"""Many topics for weeks: progress, gaps filled over REST, connections replaced without a gap, and hooks to watch it.

For the real exchange leave the simulator (and the cut, which is made on purpose) out: ``async with OKX(...) as okx:``.
"""

import asyncio

from okx_async import OKX, Observer, Resumed, StreamEvent
from okx_async.sim import Exchange
from okx_async.v5 import channels

INSTRUMENTS = ("BTC-USDT", "ETH-USDT", "SOL-USDT", "BTC-USDT-SWAP")


class Journal(Observer):
    """Hears what happens to connections and subscriptions; a metrics library would be fed from here."""

    def link_up(self, link: str, conn_id: str, connections: int) -> None:
        print(f"-- {link} is up" + (" again" if connections > 1 else ""))

    def handed_over(self, old: str, new: str, cause: str) -> None:
        print(f"-- {old} went over to {new}: {cause}")

    def event(self, event: StreamEvent) -> None:
        if isinstance(event, Resumed):
            print(f"-- {event.topic}: {event.recovered} rows recovered {event.missing}")
        else:
            print(f"-- {event.topic}: {type(event).__name__}, {event.cause}")


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site, observers=[Journal()], rotate=86_400) as okx:
        topics = [channels.trades_all(inst_id) for inst_id in INSTRUMENTS]
        async with okx.subscribe(*topics, backfill=True) as trades:
            await trades.ready(progress=lambda live, total: print(f"-- {live} of {total} topics are live"))
            seen = resumed = cuts = 0
            async for item in trades:
                seen += not isinstance(item, StreamEvent)
                resumed += isinstance(item, Resumed)
                if seen == 5 and not cuts:
                    cuts += 1
                    sim.connections[0].reset()
                if resumed >= len(INSTRUMENTS) and seen > 50:
                    break
            await okx.hand_over()
            for topic in okx.status().topics:
                print(topic.topic, topic.state, "over", topic.link)


asyncio.run(main())
