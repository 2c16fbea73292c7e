"""Places orders with every client while things go wrong, and prints what became of them: ``python -m tests.witness``

Needs the extra ``witness``; clients that are not installed are left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
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


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _versions() -> str:
    packages = [name for name in ("okx-async", "ccxt", "python-okx", "aiohttp", "httpx") if _installed(name)]
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)])


def main() -> None:
    """Let every client that is installed trade, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--runs", type=int, default=50, help="seeds, from 0 (%(default)s)")
    parser.add_argument("--orders", type=int, default=20, help="orders of each run (%(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=12, help="runs at a time of a client that needs real time (%(default)s)"
    )
    parser.add_argument("--only", default="", help="only idioms whose name has this in it")
    parser.add_argument("--by-fault", action="store_true", help="also say behind which fault it went wrong")
    asked = parser.parse_args()
    rows = {name: one for name, one in IDIOMS.items() if asked.only in name and _installed(one.package)}
    began = time.monotonic()
    scores: dict[str, Score] = {}
    # Simulated time is computing alone, real time is waiting alone: the one does not disturb the other.
    for real, processes in ((False, os.cpu_count()), (True, asked.jobs)):
        with ProcessPoolExecutor(processes) as pool:
            jobs = {
                name: [pool.submit(run, one.opened, seed, asked.orders, real=real) for seed in range(asked.runs)]
                for name, one in rows.items()
                if one.real is real
            }
            scores |= {name: sum((job.result() for job in found), Score()) for name, found in jobs.items()}
    scores = {name: scores[name] for name in rows}
    took = time.monotonic() - began
    print(f"{_versions()}; {asked.runs} runs of {asked.orders} orders, {took:.0f} s\n\n{table(scores)}")
    if asked.by_fault:
        print(f"\nDoubled + orphan + phantom + unknown, by fault:\n\n{table_by_fault(scores)}")


if __name__ == "__main__":
    main()
