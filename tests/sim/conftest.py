"""The exchange and the client of most tests here; a file that needs others makes its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from okx_async import OKX
from okx_async.core.capability import CAPABILITIES
from okx_async.sim import Exchange
from tests.sim.accounts.desk import hasty, quiet


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """An exchange without limits, where nothing moves until a test says so."""
    async with quiet(limits=False) as exchange:
        yield exchange


@pytest.fixture
async def okx(sim: Exchange) -> AsyncIterator[OKX]:
    """A client of its first user, who may do everything."""
    async with hasty(sim, allow=CAPABILITIES) as client:
        yield client
