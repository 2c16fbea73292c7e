"""Arms a countdown, opens what it is for, and then stands still: ``python -m tests.system.keeper_worker '{...}'``."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from okx_async import OKX, Credentials, Site

from .kept import KEPT


async def work(config: dict[str, Any]) -> None:
    """Block the event loop for good, with the countdown armed and something open."""
    site = Site("simulator", config["rest"], config["sockets"])
    (kept,) = (each for each in KEPT if each.name == config["kept"])
    async with (
        OKX(Credentials(*config["keys"]), site=site) as okx,
        okx.keep_alive(timeout=10, **kept.chosen) as keeper,
    ):
        await kept.place(okx, config["rfq"])
        print(json.dumps({"armed": keeper.state.armed}), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
