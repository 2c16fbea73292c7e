"""A bot that trades as fast as it can, so that it can be killed in the middle of anything.

``python -m tests.system.order_worker '{"site": {...}, "keys": [...], "journal": "...", "road": "ws", "seed": 7}'``
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from typing import Any

from okx_async import OKX, Credentials, OkxError, Site, Timeouts

from .order_sorts import SORTS, Sort

INST = "BTC-USDT"


async def work(config: dict[str, Any]) -> None:
    """Place, amend and cancel without end."""
    site = Site("simulator", config["rest"], config["sockets"])
    times = Timeouts(read=1.0, total=1.0, reply=1.0)
    dice = random.Random(config["seed"])
    keys = Credentials(*config["keys"])
    options: dict[str, Any] = {"journal": config["journal"], "namespace": "bot", "orders": config["road"]}
    async with OKX(keys, site=site, timeouts=times, **options) as okx:
        order: dict[str, Any] = {
            "inst_id": INST,
            "td_mode": "cash",
            "side": "buy",
            "ord_type": "limit",
            "sz": "0.01",
            "px": "30000",
        }

        async def trade() -> None:
            while True:
                try:
                    rows = [await okx.trade.place_order(**order)]
                    rows += await okx.trade.place_batch_orders([order] * 3)
                    for row in rows:
                        if dice.random() < 0.9:
                            await okx.trade.cancel_order(INST, ord_id=row.ord_id)
                except OkxError:
                    await asyncio.sleep(0.01)

        async def trade_others(sort: Sort) -> None:
            while True:
                try:
                    name = await sort.place(okx, None)
                    if dice.random() < 0.9:
                        await sort.cancel(okx, name)
                except OkxError:
                    await asyncio.sleep(0.01)

        await okx.trade.orders_pending()
        print("trading", flush=True)
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(trade())
            for sort in SORTS:
                group.create_task(trade_others(sort))


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
