"""How long from the socket to the consumer at 1,000 messages a second? ``python -m benchmarks.latency``

From the moment the bytes were received to the moment the consumer's ``async for`` has the book, checked and applied.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable
from time import perf_counter
from typing import Any

from benchmarks._measure import Line, sender, table
from benchmarks._readers import client
from okx_async.net.pipe import open_pipe
from okx_async.net.port import Deliver, Pipe

RATE = 1_000.0
COUNT = 5_000


async def one(line: Line) -> list[float]:
    """Consume the stream and return the delays in microseconds."""
    delays: list[float] = []
    received = 0.0

    async def stamped(url: str, deliver: Deliver, **options: Any) -> Pipe:
        def take(raw: bytes, now: float) -> None:
            # uvloop's own clock moves in whole milliseconds, so the moment is taken here.
            nonlocal received
            received = perf_counter()
            deliver(raw, now)

        return await open_pipe(url, take, **options)

    async with client(line, opener=stamped) as okx, okx.books("BTC-USDT", policy="drop_oldest") as books:
        await anext(books)
        line.go()
        async for book in books:
            delays.append((perf_counter() - received) * 1e6)
            if book.seq_id == COUNT:
                break
    return delays


def _uvloop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def report() -> str:
    """Return the table."""
    rows = []
    for name, factory in (("asyncio", asyncio.new_event_loop), ("uvloop", _uvloop())):
        if factory is None:
            continue
        with sender(COUNT, rate=RATE) as line, asyncio.Runner(loop_factory=factory) as runner:
            cuts = statistics.quantiles(runner.run(one(line)), n=100)
            rows.append((name, f"{cuts[49]:.0f}", f"{cuts[98]:.0f}"))
    return table(("loop", "p50 us", "p99 us"), rows)


if __name__ == "__main__":
    print(report())
