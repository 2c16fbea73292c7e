"""A desk that takes orders and counts them by its own books: the witness of the rate limit proofs."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

__all__ = ["Desk", "desk_server"]

RULES = {
    "/api/v5/trade/order": 60,
    "/api/v5/trade/cancel-order": 60,
    "/api/v5/trade/amend-order": 60,
    "/api/v5/trade/batch-orders": 300,
}
SECONDS = 2.0
ORDERS = 1000


class Desk:
    """Counts each order of each user and instrument in a window that slides, and refuses what is too much.

    Attributes:
        refused: What was refused, by rule.
        taken: When each order of a rule arrived, in seconds of this machine's monotonic clock.
        delays: Seconds from the moment a request names (an order in its ``clOrdId``) to its arrival, by path.
    """

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.taken: dict[str, list[float]] = {}
        self.delays: dict[str, list[float]] = {}
        self._windows: dict[str, deque[float]] = {}

    def count(self, path: str) -> int:
        """Return how many orders of a path were taken."""
        return sum(len(times) for rule, times in self.taken.items() if rule.startswith(path + " "))

    async def answer(self, request: web.Request) -> web.Response:
        """Take orders or refuse them all."""
        now = time.monotonic()
        body = await request.json()
        rows = body if isinstance(body, list) else [body]
        spent: Counter[str] = Counter()
        for row in rows:
            if request.path != "/api/v5/trade/cancel-order":
                spent["orders"] += 1
            spent[f"{request.path} {row['instId']}"] += 1
            begun = row.get("clOrdId", "")
            if begun.isdigit():
                self.delays.setdefault(request.path, []).append(now - int(begun) / 1e9)
        full = [rule for rule, cost in spent.items() if self._used(rule, now) + cost > self._most(rule)]
        if full:
            self.refused.update(full)
            return web.json_response({"code": "50011", "msg": "Too Many Requests", "data": []}, status=429)
        for rule, cost in spent.items():
            self._windows[rule].extend([now] * cost)
            self.taken.setdefault(rule, []).extend([now] * cost)
        done = [{"ordId": "1", "clOrdId": "", "tag": "", "sCode": "0", "sMsg": "", "ts": "1"} for _ in rows]
        return web.json_response({"code": "0", "msg": "", "data": done})

    async def time(self, request: web.Request) -> web.Response:
        """Tell the time; no limit here, so how long it takes is what this machine takes for anything."""
        begun = request.query.get("begun", "")
        if begun.isdigit():
            self.delays.setdefault(request.path, []).append(time.monotonic() - int(begun) / 1e9)
        return web.json_response({"code": "0", "msg": "", "data": [{"ts": str(round(time.time() * 1000))}]})

    def _used(self, rule: str, now: float) -> int:
        window = self._windows.setdefault(rule, deque())
        while window and now - window[0] >= SECONDS:
            window.popleft()
        return len(window)

    @staticmethod
    def _most(rule: str) -> int:
        return ORDERS if rule == "orders" else RULES[rule.split()[0]]


@asynccontextmanager
async def desk_server() -> AsyncIterator[tuple[Desk, str]]:
    """Run a desk; yields it and its URL."""
    desk = Desk()
    app = web.Application()
    app.router.add_get("/api/v5/public/time", desk.time)
    for path in RULES:
        app.router.add_post(path, desk.answer)
    async with TestServer(app) as server:
        yield desk, str(server.make_url("")).rstrip("/")
