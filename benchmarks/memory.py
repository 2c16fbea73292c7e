"""How much memory do 1,000 books take, and does it stay? ``python -m benchmarks.memory [messages]``"""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

from benchmarks._measure import table
from benchmarks._stream import frames
from okx_async import OrderBook

BOOKS = 1_000


def resident() -> float:
    """Return the resident memory of this process in MiB (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def report() -> str:
    """Measure in a process of its own: one that has run other benchmarks has memory to give away."""
    command = [sys.executable, "-m", "benchmarks.memory"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.rstrip()


def measure(messages: int = 1_000_000) -> str:
    """Feed 1,000 books in turn, and return what they took along the way."""
    stream = frames(2_000, checksum=True)
    before = resident()
    books = [OrderBook(f"books:{number}") for number in range(BOOKS)]
    for book in books:
        book.feed(stream[0])
    rows = [("1,000 books of 400 levels a side, after their snapshots", f"{resident() - before:.0f}")]
    rounds = max(1, messages // BOOKS)
    for number in range(rounds):
        update = stream[1 + number % 2_000]
        if number % 2_000 == 0 and number:
            for book in books:
                book.feed(stream[0])
        for book in books:
            book.feed(update)
        if number + 1 in (rounds // 4, rounds // 2, rounds):
            rows.append((f"after {(number + 1) * BOOKS:,} messages", f"{resident() - before:.0f}"))
    assert all(book.live for book in books)
    return table(("memory", "MiB"), rows)


if __name__ == "__main__":
    print(measure(*(int(arg) for arg in sys.argv[1:2])))
