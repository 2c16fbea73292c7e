"""Arms the countdown, places an order, and then stands still: ``python -m tests.system.keeper_worker '{...}'``."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from okx_async import OKX, Credentials, Site


async def work(config: dict[str, Any]) -> None:
    """Block the event loop for good, with the countdown armed and an order open."""
    site = Site("simulator", config["rest"], config["sockets"])
    async with OKX(Credentials(*config["keys"]), site=site) as okx, okx.keep_alive(timeout=10) as keeper:
        await okx.trade.place_order("BTC-USDT", "cash", "buy", "limit", "0.01", px="30000")
        print(json.dumps({"armed": keeper.state.armed}), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
