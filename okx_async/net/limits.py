"""Waiting for the throttle: first come, first served, and never more than a rule allows."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import deque
from collections.abc import Mapping
from typing import Any

from ..core.endpoint import Request
from ..core.throttle import Window
from ..errors import ClientClosed
from ..settings import Credentials

__all__ = ["Limits"]

# Parameters that the parts of a scope stand for, in both dialects' words.
_PARTS = {
    "instrument": ("inst_id", "instrument_id"),
    "instrument-family": ("inst_family", "inst_id"),
    "instrument-type": ("inst_type",),
    "currency": ("ccy",),
    "tag": ("tag",),
}


class _Bucket:
    """One budget and those who wait for it."""

    __slots__ = ("_timer", "_waiters", "window")

    def __init__(self, window: Window) -> None:
        self.window = window
        self._waiters: deque[tuple[asyncio.Future[None], int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        return not self._waiters

    def free(self, now: float, cost: int) -> bool:
        """Spend at once when nobody waits and it fits."""
        if self.window.delay(now, cost) or self._waiters:  # in this order: a cost that never fits must raise here
            return False
        self.window.spend(now, cost)
        return True

    async def wait(self, cost: int) -> None:
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        entry = (waiter, cost)
        self._waiters.append(entry)
        self._arm(loop)
        try:
            await waiter
        except asyncio.CancelledError:
            # Granted and cancelled in the same moment: the budget is spent, which errs on the safe side.
            if entry in self._waiters:
                self._waiters.remove(entry)
            if self._timer is not None:
                self._timer.cancel()  # set for the one who left; the next may be due earlier
                self._timer = None
            self._arm(loop)
            raise

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None and self._waiters:
            delay = self.window.delay(loop.time(), self._waiters[0][1])
            self._timer = loop.call_later(delay, self._serve, loop)

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._waiters:
            waiter, cost = self._waiters[0]
            if not waiter.done():
                if self.window.delay(now, cost):
                    break
                self.window.spend(now, cost)
                waiter.set_result(None)
            self._waiters.popleft()
        self._arm(loop)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiters:
            waiter, _ = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(ClientClosed("the client was closed while a request waited for its rate limit"))


class Limits:
    """Every budget of one client, by rule and scope.

    Args:
        margin: Seconds added to every window. The exchange counts when requests arrive, and the network may push
            two of them closer together than they were sent.

    Attributes:
        waited: Seconds spent waiting, in all.
    """

    def __init__(self, margin: float = 0.05) -> None:
        self._margin = margin
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self._salt = secrets.token_bytes(16)
        self._users: dict[Credentials, str] = {}
        self.waited = 0.0

    async def acquire(self, request: Request, credentials: Credentials | None, cost: int = 1) -> None:
        """Wait until the endpoint's rule allows the request."""
        limit = request.endpoint.limit
        if limit is None:
            return
        key = self._key(request, limit.by, credentials)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(Window(limit.count, limit.per + self._margin))
        loop = asyncio.get_running_loop()
        before = loop.time()
        if not bucket.free(before, cost):
            await bucket.wait(cost)
            self.waited += loop.time() - before

    def _key(self, request: Request, scope: str | None, credentials: Credentials | None) -> tuple[str, ...]:
        endpoint = request.endpoint
        base, *parts = (scope or ("user" if endpoint.auth else "ip")).split("+")
        if base in _PARTS:  # "instrument" alone: shared by everybody, but not by other instruments
            base, parts = "ip", [base, *parts]
        who = self._user(credentials) if base in ("user", "master-user") else "ip"
        return (endpoint.method, endpoint.path, who, *(_part(part, request.values) for part in parts))

    def _user(self, credentials: Credentials | None) -> str:
        """Return a name for a user's budget that tells nothing about the key."""
        if credentials is None:
            return "nobody"
        name = self._users.get(credentials)
        if name is None:
            digest = hashlib.blake2b(credentials.api_key.reveal().encode(), key=self._salt, digest_size=8)
            name = self._users[credentials] = digest.hexdigest()
        return name

    def close(self) -> None:
        """Wake everybody who waits, with `ClientClosed`."""
        for bucket in self._buckets.values():
            bucket.close()


def _part(part: str, values: Mapping[str, Any]) -> str:
    return next((str(values[name]) for name in _PARTS.get(part, ()) if name in values), "")
