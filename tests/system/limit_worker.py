"""One of several processes that use one key: sends as much as its limits allow until its standard input ends.

``python -m tests.system.limit_worker '{"redis": ..., "desk": ..., "sim": ..., "share": 0.25, "tasks": 16}'``
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from okx_async import OKX, Credentials, Observer, RedisLimits, Retry, Site

CANCEL = "POST /api/v5/trade/cancel-order"


class Watch(Observer):
    """Says on standard output what became of Redis, and how long cancels waited for their turn.

    Attributes:
        waits: Seconds, of the cancels that waited.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []

    def throttled(self, where: str, seconds: float) -> None:
        if where == CANCEL:
            self.waits.append(seconds)

    def limits_shared(self, on: bool, cause: str) -> None:
        print(json.dumps({"shared": on, "cause": cause}), flush=True)


async def _ever(call: Callable[[], Awaitable[Any]], pause: float = 0.0) -> None:
    while True:
        await call()
        await asyncio.sleep(pause)


async def work(config: dict[str, Any], watch: Watch) -> None:
    """Saturate places and reads; send a cancel now and then."""
    limits = RedisLimits(url=config["redis"], salt="grain", share=config["share"], **config.get("limits", {}))
    sim = Site("sim", config["sim"], {})
    desk = Site("desk", config["desk"], {})
    options: dict[str, Any] = {"limits": limits, "retry": Retry(attempts=1), "check_instruments": False}
    keys = Credentials("shared-key", "secret", "phrase")
    async with OKX(site=sim, **options) as public, OKX(keys, site=desk, observers=[watch], **options) as trader:

        def place(inst_id: str) -> Awaitable[Any]:
            return trader.trade.place_order(inst_id, "cross", "buy", "limit", "1", px="1")

        def batch() -> Awaitable[Any]:
            order = {"inst_id": "ETH-USDT-SWAP", "td_mode": "cross", "side": "buy", "ord_type": "limit", "sz": "1"}
            return trader.trade.place_batch_orders([order] * 5)

        def cancel() -> Awaitable[Any]:
            return trader.trade.cancel_order("BTC-USDT-SWAP", cl_ord_id=str(time.monotonic_ns()))

        def unlimited() -> Awaitable[Any]:
            begun = {"begun": str(time.monotonic_ns())}
            return trader.request("GET", "/api/v5/public/time", begun, auth=False)

        jobs: list[Callable[[], Awaitable[Any]]] = [
            lambda: place("BTC-USDT-SWAP"),
            lambda: place("ETH-USDT-SWAP"),
            lambda: public.market.ticker("BTC-USDT"),
            batch,
            lambda: public.market.candles("BTC-USDT"),
        ]
        async with asyncio.TaskGroup() as group:
            group.create_task(_ever(cancel, 0.25))
            group.create_task(_ever(unlimited, 0.25))
            for number in range(config["tasks"] - 1):
                group.create_task(_ever(jobs[number % len(jobs)]))
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
            raise _DoneError


class _DoneError(Exception):
    pass


def main() -> None:
    """Work, and tell everything that was raised and how long cancels waited."""
    raised: list[str] = []
    watch = Watch()
    try:
        asyncio.run(work(json.loads(sys.argv[1]), watch))
    except* _DoneError:
        pass
    except* Exception as group:
        raised = [f"{type(error).__name__}: {error}" for error in group.exceptions]
    print(json.dumps({"raised": raised, "waits": watch.waits}), flush=True)


if __name__ == "__main__":
    main()
