"""NautilusTrader's OKX client, with other URLs: the book that it keeps, with and without a lost message.

It needs Python 3.12 or later for its current releases. Make an environment for it and say where it is::

    python3.13 -m venv nautilus && nautilus/bin/pip install nautilus_trader==1.231.0
    OKX_ASYNC_NAUTILUS=nautilus/bin/python pytest -m witness tests/witness/test_nautilus.py

What it offers its strategies is built on this client; no strategy, portfolio or order was tried.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async.sim import Exchange
from tests.waiting import until

from .programs import Told, secrets, telling
from .seen import START, same_book, steps_until

PYTHON = os.environ.get("OKX_ASYNC_NAUTILUS", "")
SYMBOL = "BTC-USDT"
pytestmark = pytest.mark.skipif(not PYTHON, reason="OKX_ASYNC_NAUTILUS does not say where NautilusTrader is")


@pytest.fixture(params=["on", "zero"])
async def sim(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    """An exchange with true checksums, and one that sends 0, as the live one does since 2026-06-23."""
    options: dict[str, Any] = {"rate": 0, "start": START, "step_ms": 1_000, "keep_history": True}
    async with Exchange(seed=7, checksum=request.param, **options) as exchange:
        yield exchange


@pytest.fixture
async def told(sim: Exchange) -> AsyncIterator[Told]:
    """What its book is after each message."""
    key = secrets(sim.credentials[0])
    async with telling(PYTHON, "nautilus_feed.py", sim.rest, f"{sim.ws}/ws/v5/public", f"{SYMBOL}.OKX", *key) as told:
        await until(lambda: "instruments" in told, timeout=30)
        yield told


def is_true(sim: Exchange, row: dict[str, Any]) -> bool:
    """Tell whether a book is the published one."""
    return same_book(sim.history(SYMBOL)[row["seq_id"]], row["bids"], row["asks"])


async def test_it_sees_the_true_book(sim: Exchange, told: Told) -> None:
    spot = sorted(f"{each.inst_id}.OKX" for each in sim.instruments if each.product == "spot")
    assert told["instruments"] == [{"instruments": spot}]
    await steps_until(sim, lambda: len(told.get("book", ())) >= 50)
    assert all(is_true(sim, row) for row in told["book"])


async def test_a_lost_message_is_noticed_and_old_levels_stay(sim: Exchange, told: Told) -> None:
    """It subscribes anew. The new snapshot comes as additions alone, so its book keeps what has gone meanwhile.

    Several messages are lost, so that something has.
    """
    await steps_until(sim, lambda: len(told.get("book", ())) >= 20)
    (line,) = sim.connections
    sim.faults.drop("books", SYMBOL, times=8)
    await steps_until(sim, lambda: sim.counters.control[line.conn_id]["subscribe"] == 2)
    seen = len(told["book"])
    await steps_until(sim, lambda: len(told["book"]) >= seen + 20)
    assert sim.connections == [line]
    lost = sim.faults.fired[0].seq_id or 0
    assert all(is_true(sim, row) for row in told["book"] if row["seq_id"] < lost)
    later = [is_true(sim, row) for row in told["book"] if row["seq_id"] > lost]
    assert not all(later), "its book is right again: update the comparison"
