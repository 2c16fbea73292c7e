"""Asking the simulator's REST, of both dialects, the plain way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from okx_async.sim import Exchange

from .wire import START

__all__ = ["Asker", "asking", "still_market"]


class Asker:
    """Asks one exchange."""

    def __init__(self, sim: Exchange, http: aiohttp.ClientSession) -> None:
        self.sim = sim
        self._http = http

    async def get(self, path: str) -> tuple[int, Any]:
        """Return status and body of any path."""
        async with self._http.get(f"{self.sim.rest}/api/{path}") as answer:
            return answer.status, await answer.json()

    async def v5(self, path: str) -> Any:
        """Return the data of a V5 answer."""
        status, body = await self.get(f"v5/{path}")
        assert (status, body["code"]) == (200, "0"), body
        return body["data"]

    async def row(self, path: str) -> Any:
        """Return the only row of a V5 answer."""
        (row,) = await self.v5(path)
        return row

    async def v3(self, path: str) -> Any:
        """Return a V3 answer."""
        status, body = await self.get(path)
        assert status == 200, body
        return body


@asynccontextmanager
async def asking(sim: Exchange) -> AsyncIterator[Asker]:
    """Ask an exchange that somebody else opened."""
    async with aiohttp.ClientSession() as http:
        yield Asker(sim, http)


@asynccontextmanager
async def still_market(steps: int = 60, **more: Any) -> AsyncIterator[Asker]:
    """A market that made some steps and then stands still."""
    async with Exchange(seed=6, rate=0, start=START, limits=False, **more) as sim, asking(sim) as ask:
        await sim.step(steps)
        yield ask
