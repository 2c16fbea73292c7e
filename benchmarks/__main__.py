"""Asks every question and prints one page of tables: ``python -m benchmarks``."""

from __future__ import annotations

import platform

from benchmarks import (
    books,
    import_time,
    journal,
    latency,
    memory,
    mirror,
    orders,
    readers,
    subscriptions,
    tickers,
    v3_frames,
)

QUESTIONS = (
    books,
    subscriptions,
    latency,
    orders,
    journal,
    mirror,
    readers,
    v3_frames,
    tickers,
    memory,
    import_time,
)


def main() -> None:
    """Ask one after the other; only ratios inside one table mean anything."""
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    for question in QUESTIONS:
        title = (question.__doc__ or "").partition("``")[0].strip()
        print(f"### {title}\n", flush=True)
        print(question.report() + "\n", flush=True)


if __name__ == "__main__":
    main()
