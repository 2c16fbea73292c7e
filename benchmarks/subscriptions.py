"""Does a message cost more when there are 1,000 subscriptions? ``python -m benchmarks.subscriptions``

Every topic gets the same stream under its own name; with deep books a connection carries 25 of them, so 1,000 need 40
connections. Trades topics show the dispatch alone, without the memory of 1,000 books.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from benchmarks._measure import Clock, Cost, Line, median, sender, table
from benchmarks._readers import client, ours, until
from okx_async.core.channel import Topic
from okx_async.net.stream import Stream
from okx_async.v5 import channels

COUNT = 20_000
ROUNDS = 3
SIZES = (1, 100, 1_000)


async def rows(line: Line, topics: int) -> Cost:
    """Undecoded book updates to one stream each: routing, decoding and handing on, without books."""
    clock = Clock()
    names = [f"T{number}-USDT" for number in range(topics)] if topics > 1 else ["BTC-USDT"]
    async with client(line) as okx:
        wanted: list[Topic[Any]] = [channels.books(name) for name in names]
        streams: list[Stream[Any]] = [okx.subscribe(topic, policy="latest") for topic in wanted]
        for stream in streams:
            await stream.__aenter__()
        await until(lambda: all(stream.stats.received for stream in streams))
        each = COUNT // topics
        clock.start()
        line.go()
        await until(*(partial(_finished, stream, each) for stream in streams))
        clock.stop(each * topics)
        for stream in streams:
            await stream.aclose()
    return clock.cost


def _finished(stream: Stream[Any], messages: int) -> bool:
    return stream.stats.received > messages


def measure(rounds: int = ROUNDS) -> dict[tuple[str, int], Cost]:
    """Run every size in turn."""
    runs: dict[tuple[str, int], list[Cost]] = {}
    for _ in range(rounds):
        for size in SIZES:
            for kind in ("books", "rows"):
                with sender(COUNT, each=COUNT // size) as line:
                    cost = asyncio.run(ours(line, COUNT, topics=size) if kind == "books" else rows(line, size))
                    runs.setdefault((kind, size), []).append(cost)
    return {key: median(costs) for key, costs in runs.items()}


def report() -> str:
    """Return the table."""
    costs = measure()
    names = {"books": "verified books, sequence and CRC32", "rows": "rows to one stream each"}
    lines = [
        (names[kind], f"{size:,}", f"{cost.cpu:.1f}", f"{cost.cpu / costs[kind, 1].cpu:.2f}")
        for (kind, size), cost in sorted(costs.items())
    ]
    return table(("what", "subscriptions", "CPU us per message", "against one"), lines)


if __name__ == "__main__":
    print(report())
