"""Waiting for the throttle: first come, first served, and never more than a rule allows."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from math import inf
from typing import Any

from ..core.endpoint import Request
from ..core.throttle import Window
from ..errors import ClientClosed
from ..settings import Credentials
from .auth import Auth
from .observer import Observer

__all__ = ["Bucket", "Limits"]

_NOBODY = Observer()
# Parameters that the parts of a scope stand for, in both dialects' words.
_PARTS = {
    "instrument": ("inst_id", "instrument_id"),
    "instrument-family": ("inst_family", "inst_id"),
    "instrument-type": ("inst_type",),
    "currency": ("ccy",),
    "tag": ("tag",),
    "underlying": ("underlying", "instrument_id"),
}


class Bucket:
    """One budget and those who wait for it."""

    __slots__ = ("_timer", "_waiters", "held", "window")

    def __init__(self, window: Window) -> None:
        self.window = window
        self.held = 0
        self._waiters: deque[tuple[asyncio.Future[None], int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        return not self._waiters

    def free(self, now: float, cost: int) -> bool:
        """Take at once when nobody waits and it fits."""
        if self.window.delay(now, cost, self.held) or self._waiters:  # this order: what never fits must raise here
            return False
        self.held += cost
        return True

    @asynccontextmanager
    async def slot(self, cost: int = 1) -> AsyncIterator[float]:
        """Wait for a place and hold it until what was sent has arrived; yields how long that took in seconds."""
        loop = asyncio.get_running_loop()
        before = loop.time()
        waited = 0.0
        if not self.free(before, cost):
            await self.wait(cost)
            waited = loop.time() - before
        try:
            yield waited
        finally:
            self.arrived(loop, cost)

    def arrived(self, loop: asyncio.AbstractEventLoop, cost: int) -> None:
        """Spend what was taken: the exchange has counted it by now, and not later."""
        self.held -= cost
        self.window.spend(loop.time(), cost)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._arm(loop)

    async def wait(self, cost: int) -> None:
        loop = asyncio.get_running_loop()
        waiter = loop.create_future()
        entry = (waiter, cost)
        self._waiters.append(entry)
        self._arm(loop)
        try:
            await waiter
        except asyncio.CancelledError:
            if entry in self._waiters:
                self._waiters.remove(entry)
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                # Granted and cancelled in the same moment: the budget is spent, which errs on the safe side.
                self.arrived(loop, cost)
            if self._timer is not None:
                self._timer.cancel()  # set for the one who left; the next may be due earlier
                self._timer = None
            self._arm(loop)
            raise

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None and self._waiters:
            delay = self.window.delay(loop.time(), self._waiters[0][1], self.held)
            if delay < inf:  # else the next arrival looks again
                self._timer = loop.call_later(delay, self._serve, loop)

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._waiters:
            waiter, cost = self._waiters[0]
            if not waiter.done():
                if self.window.delay(now, cost, self.held):
                    break
                self.held += cost
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

        observer: Whom to tell of waits.

    Attributes:
        waited: Seconds spent waiting, in all.
    """

    def __init__(self, margin: float = 0.05, observer: Observer = _NOBODY) -> None:
        self.observer = observer
        self._margin = margin
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._salt = secrets.token_bytes(16)
        self._users: dict[Credentials | Auth, str] = {}
        self.waited = 0.0

    @asynccontextmanager
    async def slot(
        self, request: Request, credentials: Credentials | Auth | None, cost: int = 1
    ) -> AsyncIterator[None]:
        """Wait until the endpoint's rule allows the request, and hold its place until it was answered.

        The exchange counts when a request arrives: somewhere between sending and answer. Held until the answer, no
        window of the exchange's can ever hold more than the rule allows, however slow the line is.
        """
        limit = request.endpoint.limit
        if limit is None:
            yield
            return
        key = self._key(request, limit.by, credentials)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(Window(limit.count, limit.per + self._margin))
        async with bucket.slot(cost) as waited:
            if waited:
                self.waited += waited
                self.observer.throttled(f"{request.endpoint.method} {request.endpoint.path}", waited)
            yield

    async def acquire(self, request: Request, credentials: Credentials | Auth | None, cost: int = 1) -> None:
        """Wait until the endpoint's rule allows the request, and count it at once."""
        async with self.slot(request, credentials, cost):
            pass

    def _key(self, request: Request, scope: str | None, credentials: Credentials | Auth | None) -> tuple[str, ...]:
        endpoint = request.endpoint
        base, *parts = (scope or ("user" if endpoint.auth else "ip")).split("+")
        if base in _PARTS:  # "instrument" alone: shared by everybody, but not by other instruments
            base, parts = "ip", [base, *parts]
        who = self._user(credentials) if base in ("user", "master-user") else "ip"
        return (endpoint.method, endpoint.path, who, *(_part(part, request.values) for part in parts))

    def _user(self, credentials: Credentials | Auth | None) -> str:
        """Return a name for a user's budget that tells nothing about the key."""
        if credentials is None:
            return "nobody"
        name = self._users.get(credentials)
        if name is None:
            who = credentials.api_key if isinstance(credentials, Credentials) else credentials.identity
            digest = hashlib.blake2b(who.reveal().encode(), key=self._salt, digest_size=8)
            name = self._users[credentials] = digest.hexdigest()
        return name

    def close(self) -> None:
        """Wake everybody who waits, with `ClientClosed`."""
        for bucket in self._buckets.values():
            bucket.close()


def _part(part: str, values: Mapping[str, Any]) -> str:
    found = next((str(values[name]) for name in _PARTS.get(part, ()) if name in values), "")
    # Contracts of one underlying share a budget whatever their expiry: BTC-USD-200925 counts for BTC-USD.
    return "-".join(found.upper().split("-")[:2]) if part == "underlying" else found
