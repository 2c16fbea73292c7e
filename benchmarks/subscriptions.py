"""Does a message cost more when there are 1,000 subscriptions? ``python -m benchmarks.subscriptions``

Every topic gets the same stream under its own name; with deep books a connection carries 25 of them, so 1,000 need 40
connections. Tickers show the dispatch alone, without the memory of 1,000 books.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
NAMES = {
    "tickers": "tickers to one stream each",
    "rows": "book updates to one stream each, no book",
    "sequence": "verified books, sequence",
    "books": "verified books, sequence and CRC32",
}


async def rows(line: Line, topics: int, channel: Callable[[str], Topic[Any]]) -> Cost:
    """Typed rows to one stream each: routing, decoding and handing on, without books."""
    clock = Clock()
    names = [f"T{number}-USDT" for number in range(topics)] if topics > 1 else ["BTC-USDT"]
    async with client(line) as okx:
        wanted = [channel(name) for name in names]
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
            for kind in NAMES:
                dialect = "tickers" if kind == "tickers" else "v5"
                with sender(COUNT, each=COUNT // size, dialect=dialect, checksum=kind != "sequence") as line:
                    runs.setdefault((kind, size), []).append(asyncio.run(_one(kind, line, size)))
    return {key: median(costs) for key, costs in runs.items()}


async def _one(kind: str, line: Line, size: int) -> Cost:
    if kind in ("books", "sequence"):
        return await ours(line, COUNT, topics=size)
    return await rows(line, size, channels.tickers if kind == "tickers" else channels.books)


def report() -> str:
    """Return the table."""
    costs = measure()
    lines = [
        (NAMES[kind], f"{size:,}", f"{costs[kind, size].cpu:.1f}", f"{costs[kind, size].cpu / costs[kind, 1].cpu:.2f}")
        for kind in NAMES
        for size in SIZES
    ]
    return table(("what", "subscriptions", "CPU us per message", "against one"), lines)


if __name__ == "__main__":
    print(report())
