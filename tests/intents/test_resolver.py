"""In which order an intent is looked for: the order itself, and where that is not known any more, history."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from okx_async import MemoryJournal, Resolution
from okx_async.core.intent import Outcome, Record
from okx_async.intents.book import IntentBook
from okx_async.intents.intent import Intent
from okx_async.intents.resolver import Resolver
from okx_async.sim import warp

from .test_journals import record


class Exchange:
    """Knows an order in one place, or nowhere."""

    def __init__(self, **known: Any) -> None:
        self.known = known
        self.asked: list[str] = []

    async def order(self, record: Record) -> Any:
        self.asked.append("order")
        return self.known.get("order")

    async def history(self, record: Record) -> Any:
        self.asked.append("history")
        return self.known.get("history")


def row(name: str = "a") -> Any:
    """Return an order that is over."""
    return SimpleNamespace(ord_id="7", cl_ord_id=name, state="canceled", c_time=1_000)


async def _resolved(exchange: Exchange) -> Intent:
    loop = asyncio.get_running_loop()

    async def ask_time() -> bool:
        return True

    book = IntentBook(MemoryJournal())
    intent = Intent(record("1"), sent=True, sent_at=loop.time())
    intent.dated = True
    await book.begin([intent])
    resolver = Resolver(book, exchange, Resolution(), lambda: 0, ask_time)
    resolver.pursue(intent)
    await intent.resolved(60)
    await resolver.aclose()
    await book.aclose()
    return intent


@pytest.mark.parametrize(
    ("known", "outcome", "ord_id"),
    [
        ({"order": row()}, Outcome.ACCEPTED, "7"),
        ({"history": row()}, Outcome.ACCEPTED, "7"),
        ({"order": row("other"), "history": row("other")}, Outcome.REJECTED, ""),
        ({}, Outcome.REJECTED, ""),
    ],
)
def test_what_the_exchange_forgets_is_looked_for_in_history(known: Any, outcome: Outcome, ord_id: str) -> None:
    """Cancelled orders are soon not found by their name any more; only what is nowhere is called lost."""
    exchange = Exchange(**known)
    intent = warp.run(_resolved(exchange))
    assert (intent.outcome, intent.ord_id) == (outcome, ord_id)
    assert ("history" in exchange.asked) is ("order" not in known or outcome is Outcome.REJECTED)
    assert exchange.asked.count("history") <= 1, "once, when nothing can turn up any more"
