"""A bot that trades as fast as it can, so that it can be killed in the middle of anything.

``python -m tests.system.order_worker '{"site": {...}, "keys": [...], "journal": "...", "dialect": "v5", "seed": 7}'``
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from typing import Any

from okx_async import Credentials, OkxError, Site, Timeouts

from .manners import MANNERS
from .order_sorts import Sort


async def work(config: dict[str, Any]) -> None:
    """Place and cancel without end."""
    dice = random.Random(config["seed"])
    kinds = MANNERS[config["dialect"]]
    site, keys = Site("simulator", config["rest"], config["sockets"]), Credentials(*config["keys"])
    manner = kinds[config["seed"] % len(kinds)].of(
        site,
        keys,
        dice,
        config["instruments"],
        journal=config["journal"],
        namespace="bot",
        timeouts=Timeouts(read=1.0, total=1.0, reply=1.0),
    )
    await manner.fund(site, keys)
    async with manner.client:

        async def trade() -> None:
            while True:
                try:
                    names = [await manner.place(manner.order(dice))]
                    names += await manner.batch([manner.order(dice)] * 3)
                    for name in names:
                        if dice.random() < 0.9:
                            await manner.cancel(name)
                except OkxError:
                    await asyncio.sleep(0.01)

        async def trade_others(sort: Sort) -> None:
            while True:
                try:
                    name = await sort.place(manner.client, None)
                    if dice.random() < 0.9:
                        await sort.cancel(manner.client, name)
                except OkxError:
                    await asyncio.sleep(0.01)

        await manner.pending()
        print("trading", flush=True)
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(trade())
            for sort in manner.sorts:
                group.create_task(trade_others(sort))


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
