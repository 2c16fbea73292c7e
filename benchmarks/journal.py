"""What does it cost an order to be written down first? ``python -m benchmarks.journal``

The bare round trip is an order over loopback to the simulator in the same process; a real line takes a hundred times as
long. The rows below it are what a journal adds: the id, the record, the write, and the outcome's write.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks._measure import table
from okx_async import OKX, MemoryJournal, SqliteJournal
from okx_async.core.endpoint import Request
from okx_async.intents.desk import IntentDesk
from okx_async.intents.journal import Journal
from okx_async.intents.lookup import Lookup
from okx_async.settings import Resolution
from okx_async.sim import Exchange
from okx_async.v5.intents import V5_INTENTS
from okx_async.v5.models.trade import OrderResult
from okx_async.v5.rest.trade import Trade

COUNT = 5_000
TRIPS = 50
"""The exchange takes 60 orders of an instrument in 2 s, and the client keeps to that."""
ORDER: dict[str, Any] = {
    "inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "30000"
}  # fmt: skip
DONE = OrderResult(ord_id="1", s_code="0")


async def timed(call: Callable[[], Awaitable[Any]], count: int) -> list[float]:
    """Return how many microseconds each of so many calls took."""
    took: list[float] = []
    for _ in range(count):
        began = perf_counter()
        await call()
        took.append((perf_counter() - began) * 1e6)
    return took


async def trips() -> list[float]:
    """Return how long orders take without a journal."""
    async with Exchange(rate=0, limits=False) as sim, OKX(sim.credentials[0], site=sim.site) as okx:
        await okx.trade.place_order(**ORDER)
        request = Trade.place_order.endpoint.request((), ORDER)  # type: ignore[attr-defined]
        return await timed(lambda: okx._travel(request), TRIPS)


async def written(journal: Journal) -> list[float]:
    """Return what a journal adds to an order."""
    async with OKX() as okx:
        request: Request = Trade.place_order.endpoint.request((), ORDER)  # type: ignore[attr-defined]
        desk = IntentDesk(
            V5_INTENTS, journal, "bot", Resolution(), okx._caller, okx._signs, Lookup(okx, okx.pages), "bench", ""
        )

        async def carry(request: Request) -> OrderResult:
            request.leaving(signed=True)
            return DONE

        took = await timed(lambda: desk.perform(request, carry), COUNT)
        await desk.stop()
        await desk.aclose()
        return took


def report() -> str:
    """Return the table."""
    rows = [_row("bare round trip, loopback", asyncio.run(trips()))]
    rows.append(_row("journal in memory adds", asyncio.run(written(MemoryJournal()))))
    with tempfile.TemporaryDirectory() as folder:
        rows.append(_row("journal in SQLite adds", asyncio.run(written(SqliteJournal(Path(folder) / "journal.db")))))
    return table(("", "p50", "p99", "max"), rows)


def _row(name: str, took: list[float]) -> tuple[str, ...]:
    cuts = statistics.quantiles(took, n=100)
    return (name, *(f"{value:,.0f} us" for value in (cuts[49], cuts[98], max(took))))


if __name__ == "__main__":
    print(report())
