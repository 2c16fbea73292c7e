"""Places orders with every client while things go wrong, and prints what became of them: ``python -m tests.witness``

Needs the extra ``witness``; clients that are not installed are left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from .lost_orders import FAULTS, End, Score, run
from .order_idioms import IDIOMS

BAD = (End.DOUBLED, End.ORPHAN, End.PHANTOM, End.UNKNOWN)


def table(scores: Mapping[str, Score]) -> str:
    """Return what became of the orders of each client."""
    lines = ["| client and idiom | wanted | " + " | ".join(End) + " |", "|---|" + "---:|" * (len(End) + 1)]
    for name, score in scores.items():
        counts = [score.ends.total(), *(score.ends[end] for end in End)]
        lines.append(f"| {name} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines)


def table_by_fault(scores: Mapping[str, Score]) -> str:
    """Return how many orders ended doubled + orphan + phantom + unknown, for each fault."""
    lines = ["| fault | " + " | ".join(scores) + " |", "|---|" + "---:|" * len(scores)]
    for fault in ("", *sorted(FAULTS)):
        cells = [score.by_fault.get(fault, Counter()) for score in scores.values()]
        counts = ["+".join(str(cell[end]) for end in BAD) if any(cell[end] for end in BAD) else "0" for cell in cells]
        lines.append(f"| {fault or 'none'} | " + " | ".join(counts) + " |")
    return "\n".join(lines)


def _versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for name in ("okx-async", "ccxt", "python-okx", "aiohttp", "httpx"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} is not installed")
    return ", ".join(found)


def main() -> None:
    """Let every client that is installed trade, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--runs", type=int, default=50, help="seeds, from 0 (%(default)s)")
    parser.add_argument("--orders", type=int, default=20, help="orders of each run (%(default)s)")
    parser.add_argument("--only", default="", help="only idioms whose name has this in it")
    parser.add_argument("--by-fault", action="store_true", help="also say behind which fault it went wrong")
    asked = parser.parse_args()
    scores: dict[str, Score] = {}
    for name, (package, opened) in IDIOMS.items():
        if asked.only in name:
            try:
                version(package)
            except PackageNotFoundError:
                continue
            began = time.monotonic()
            scores[name] = run(opened, range(asked.runs), asked.orders)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"{_versions()}; {asked.runs} runs of {asked.orders} orders, {os.cpu_count()} cores\n\n{table(scores)}")
    if asked.by_fault:
        print(f"\nDoubled + orphan + phantom + unknown, by fault:\n\n{table_by_fault(scores)}")


if __name__ == "__main__":
    main()
