"""What does one message of a verified 400-level book cost? ``python -m benchmarks.books``"""

from __future__ import annotations

import asyncio

from benchmarks._measure import Cost, Line, median, sender, table
from benchmarks._readers import decode, floor, iterated, library, ours

COUNT = 20_000
ROUNDS = 5
NAMES = {
    "receive": "raw asyncio protocol, receive only",
    "R": "**R**: raw asyncio protocol + one typed msgspec decode",
    "recv": "`websockets.recv()` only",
    "recv+": "`websockets.recv()` + msgspec",
    "sequence": "ours, sequence checked",
    "checksum": "ours, sequence and CRC32 checked on every message",
    "every": "ours, both checked, async iterator with one item per message",
    "latest": "ours, both checked, async iterator with policy `latest`",
}


def nothing(_: bytes) -> None:
    """Do nothing with a frame."""


async def one(name: str, line: Line) -> Cost:
    """Run one reader to the end of the stream."""
    match name:
        case "receive":
            return await floor(line, COUNT, nothing)
        case "R":
            return await floor(line, COUNT)
        case "recv":
            return await library(line, COUNT, nothing)
        case "recv+":
            return await library(line, COUNT, decode)
        case "every":
            return await iterated(line, COUNT, policy="drop_oldest")
        case "latest":
            return await iterated(line, COUNT, policy="latest")
        case _:
            return await ours(line, COUNT)


def measure(rounds: int = ROUNDS) -> dict[str, Cost]:
    """Run every reader several times in turn, so that a busy moment hits all of them."""
    runs: dict[str, list[Cost]] = {name: [] for name in NAMES}
    for _ in range(rounds):
        for name in NAMES:
            with sender(COUNT, checksum=name != "sequence") as line:
                runs[name].append(asyncio.run(one(name, line)))
    return {name: median(costs) for name, costs in runs.items()}


def report() -> str:
    """Return the table."""
    costs = measure()
    floor_cost = costs["R"].cpu
    rows = [
        (text, f"{costs[name].cpu:.1f}", f"{costs[name].cpu / floor_cost:.2f}", f"{costs[name].rate:,.0f}")
        for name, text in NAMES.items()
    ]
    return table(("what", "CPU us per message", "in R", "messages/s"), rows)


if __name__ == "__main__":
    print(report())
