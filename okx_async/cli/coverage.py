"""``okx-async catalogue --coverage``: how much of what the documents list is declared, chapter by chapter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..catalogue import ChannelRow, catalogue, channels

__all__ = ["CHANNELS", "DOCUMENTED", "chapters", "markdown", "sockets"]

# How many endpoints the documents list in each chapter, and channels on each socket. Counted in the specification, not
# in the declarations: a test compares these numbers with its facts, both ways.
DOCUMENTED: dict[str, dict[str, int]] = {
    "v5": {
        "account": 75,
        "trade": 28,
        "algo": 7,
        "market": 24,
        "block": 24,
        "spread": 17,
        "public": 25,
        "broker_nd": 20,
        "broker_fd": 3,
        "broker_dma": 12,
        "broker_dcd": 5,
        "oauth": 5,
        "copytrading": 40,
        "grid": 22,
        "dca": 13,
        "recurring": 13,
        "signal_bot": 17,
        "earn_savings": 18,
        "earn_onchain": 6,
        "earn_eth": 7,
        "earn_sol": 7,
        "earn_stable_rewards": 6,
        "earn_okusd": 8,
        "earn_flexible_loan": 11,
        "earn_dcd": 6,
        "fiat": 13,
        "affiliate": 12,
        "agent": 13,
        "glp": 2,
        "funding": 21,
        "convert": 5,
        "subaccount": 17,
        "event_contracts": 3,
        "rubik": 15,
        "system": 1,
        "support": 2,
    },
    "v3": {
        "general": 1,
        "account": 14,
        "spot": 22,
        "margin": 20,
        "futures": 41,
        "swap": 38,
        "option": 22,
        "information": 5,
        "index": 1,
        "system": 1,
    },
}
CHANNELS: dict[str, dict[str, int]] = {
    "v5": {"public": 23, "business": 133, "private": 7},
    "v3": {"v3": 106},
}


def chapters() -> Iterator[dict[str, Any]]:
    """Yield one row per chapter: how many endpoints are documented and declared, need a key, turn pages."""
    rows = list(catalogue())
    for dialect, documented in DOCUMENTED.items():
        here = {row.chapter for row in rows if row.dialect == dialect}
        for chapter in [*documented, *sorted(here - documented.keys())]:
            mine = [row for row in rows if (row.dialect, row.chapter) == (dialect, chapter)]
            yield {
                "dialect": dialect,
                "chapter": chapter,
                "documented": documented.get(chapter, 0),
                "declared": len(mine),
                "private": sum(row.auth for row in mine),
                "paged": sum(row.pages is not None for row in mine),
                "deprecated": sum(bool(row.deprecated) for row in mine),
            }


def sockets() -> Iterator[dict[str, Any]]:
    """Yield one row per socket: how many channels are documented and declared, need a login, carry books.

    Every length of a bar is a channel of its own.
    """
    rows: list[ChannelRow] = list(channels())
    for dialect, documented in CHANNELS.items():
        for socket, count in documented.items():
            mine = [row for row in rows if (row.dialect, row.endpoint) == (dialect, socket)]
            yield {
                "dialect": dialect,
                "socket": socket,
                "documented": count,
                "declared": len(mine),
                "private": sum(row.auth for row in mine),
                "books": sum(row.declared.book is not None for row in mine),
            }


def markdown() -> str:
    """Return both tables for a README, with sums."""
    tables = [
        (list(chapters()), ("dialect", "chapter", "documented", "declared", "need a key", "turn pages", "deprecated")),
        (list(sockets()), ("dialect", "socket", "documented", "declared", "need a login", "order books")),
    ]
    return "\n\n".join(_table(rows, heads) for rows, heads in tables)


def _table(rows: Sequence[dict[str, Any]], heads: Sequence[str]) -> str:
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: value for name, value in row.items() if isinstance(value, int)})
    lines = [list(heads), ["---"] * 2 + ["--:"] * (len(heads) - 2)]
    lines += [[str(value) for value in row.values()] for row in rows]
    lines.append(["all", "", *(str(total) for total in sums.values())])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
