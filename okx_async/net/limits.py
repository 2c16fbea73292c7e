"""Waiting for the rate limits of a request, and never more than a rule allows."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..core.claims import Claim, Claims
from ..core.clock import ClockOffset
from ..core.endpoint import Endpoint, Request
from ..core.patience import current
from ..core.throttle import RANKS
from ..errors import OutcomeUnknown, RateLimited
from ..settings import Credentials, LocalLimits, RedisLimits, Secret
from .auth import Auth
from .bucket import GRACE, LONGEST, Bucket, Want
from .observer import Observer
from .status import LimitStatus, SlowedLimit
from .turns import Ticket, Turns

if TYPE_CHECKING:
    from .shared import Shared

__all__ = ["Limits", "Slot"]

_NOBODY = Observer()
# Codes that speak of the sub-account's orders rather than of the endpoint. (V5 "Limits")
_ORDER_CODES = frozenset(("50061",))
_LIMIT_CODES = frozenset(("50011", "50061"))
_SOON = 0.005
"""Seconds: to have asked Redis is no wait."""


class Limits:
    """Every budget of one client, by rule and scope.

    Args:
        config: How they are kept, and with whom they are shared.
        observer: Whom to tell of waits, refusals and an absent Redis.
        patience: Seconds a request may wait for its turn, ``None`` for as long as it takes.
        site: The host that counts; other hosts have other budgets.

    Attributes:
        waited: Seconds spent waiting, in all.
        clock: How far the exchange's clock is, for ``exp_time``.
    """

    def __init__(
        self,
        config: LocalLimits = LocalLimits(),  # noqa: B008 - frozen
        observer: Observer = _NOBODY,
        *,
        patience: float | None = None,
        site: str = "",
    ) -> None:
        self.observer = observer
        self.clock = ClockOffset()
        self.waited = 0.0
        self._config = config
        self._patience = patience
        self._site = site
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._wants: dict[tuple[Any, ...], Want] = {}
        self._sweep_at = 1024
        self._claims: dict[Endpoint, Claims] = {}
        self._orders: dict[str, int] = {}
        self._known: tuple[Credentials | Auth | None, str] = (None, "nobody")
        self._away_since = -inf
        self._loop: asyncio.AbstractEventLoop | None = None
        self._redis: Shared | None = None
        self._salt = secrets.token_bytes(16)
        self._address = ""
        if isinstance(config, RedisLimits):
            from .shared import Shared

            salt = Secret(config.salt).reveal()
            self._salt = hashlib.blake2b(salt.encode(), digest_size=16).digest()
            self._redis = Shared(config, self._digest, self._moved, self._longest)
            self._address = self._digest(config.address)
        self._turns = Turns(self._redis, lambda: self._alone)

    @property
    def one_user(self) -> bool:
        """Whether every key counts as the same user."""
        return bool(self._config.user)

    # -- taking

    def slot(self, request: Request, credentials: Credentials | Auth | None, cost: int = 1) -> Slot:
        """Return what to hold while a request is under way: ``async with limits.slot(...) as slot``.

        Entering waits until every rule of the endpoint allows the request. The exchange counts when a request arrives:
        somewhere between sending and answer. Held until the answer, no window of the exchange's can ever hold more
        than the rule allows, however slow the line is. Decode the answer inside, so that `RateLimited` is seen, and
        give the rows to `Slot.note`.

        Args:
            request: Which.
            credentials: As whom.
            cost: How much it takes, where the items of a batch do not tell.

        Raises:
            Throttled: On entering: it would have to wait for longer than it may.
        """
        return Slot(self, request, self._want(request, credentials, cost))

    def _want(self, request: Request, credentials: Credentials | Auth | None, cost: int) -> Want:
        endpoint = request.endpoint
        claims = self._claims.get(endpoint)
        if claims is None:
            limit = endpoint.limit
            if limit is None:
                return ()
            claims = self._claims[endpoint] = Claims(
                endpoint, limit, self._config.lead, self._config.orders, self._orders
            )
        if len(self._buckets) >= self._sweep_at:
            self._sweep()
        user = self._known[1] if credentials is self._known[0] else self._user(credentials)
        alike = claims.alike(request.values)
        if alike is None:
            return self._look_up(claims, request, user, cost)
        # Orders come again and again on the same few instruments.
        key = (endpoint, user, cost, alike)
        want = self._wants.get(key)
        if want is None:
            want = self._wants[key] = self._look_up(claims, request, user, cost)
        return want

    def _look_up(self, claims: Claims, request: Request, user: str, cost: int) -> Want:
        known = self._buckets.get
        wanted = claims.of(request, user, self._address, cost)
        return tuple([(known(claim.key) or self._new(claim), claim.cost) for claim in wanted])

    def _new(self, claim: Claim) -> Bucket:
        key = (self._site, *claim.key)
        seconds = claim.seconds + self._config.margin
        bucket = self._buckets[claim.key] = Bucket(claim.most, seconds, key, elsewhere=self._redis is not None)
        if isinstance(self._config, RedisLimits) and self._alone:
            bucket.alone(self._config.share, self._away_since)
        return bucket

    def _sweep(self) -> None:
        """Forget budgets that have nothing to remember: instruments come and go."""
        now = asyncio.get_running_loop().time()
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.idle(now)}
        self._wants.clear()
        self._sweep_at = max(1024, 2 * len(self._buckets))

    def _user(self, credentials: Credentials | Auth | None) -> str:
        """Return a name for a user's budget that tells nothing about the key."""
        name = self._digest(self._config.user or _identity(credentials)) if credentials else "nobody"
        self._known = (credentials, name)
        return name

    def _digest(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self._salt, digest_size=8).hexdigest()

    def patience(self, request: Request, at_most: float | None) -> float | None:
        """Return how long a request may wait: not beyond the moment after which the exchange ignores it, either."""
        limit = self._patience if at_most is None else at_most
        expires = request.headers.get("expTime")
        if expires is None:
            return limit
        left = max(0.0, (int(expires) - self.clock.server_ms(time.time())) / 1000)
        return left if limit is None else min(left, limit)

    def take(self, want: Want) -> bool:
        """Take what is wanted when nobody has to wait for it; tell whether that was so."""
        self._loop = asyncio.get_running_loop()
        return not want or self._turns.free(want, self._loop.time())

    async def wait(self, slot: Slot) -> Ticket:
        """Take what a slot wants in its turn; return its place in the queue."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        told = current.get()
        rank = RANKS[told.priority or slot.request.endpoint.priority]
        patience = self.patience(slot.request, told.at_most)
        ticket = await self._turns.wait(slot.want, rank, patience)
        waited = loop.time() - began
        if waited > (0.0 if self._redis is None else _SOON):
            self.waited += waited
            self.observer.throttled(_where(slot.request), waited)
        return ticket

    def leave(self, slot: Slot, ticket: Ticket | None, error: BaseException | None) -> None:
        """Spend what a slot took, and take note of a refusal."""
        if not slot.want:
            return
        if error is None:
            self._arrived(slot.want, ticket)
            return
        if isinstance(error, RateLimited):
            self.refused(slot.want, slot.request, error.code)
        if isinstance(error, OutcomeUnknown | asyncio.CancelledError):
            # Nobody answered, so it may still be on its way.
            asyncio.get_running_loop().call_later(GRACE, self._arrived, slot.want, ticket)
        else:
            self._arrived(slot.want, ticket)

    def _arrived(self, want: Want, ticket: Ticket | None) -> None:
        if ticket is None:
            self._turns.spend(want)
        else:
            self._turns.arrived(ticket)

    # -- what the exchange says

    def allow_orders(self, credentials: Credentials | Auth | None, count: int) -> None:
        """Keep to another number of orders of a user's account: the exchange told its fill ratio's.

        With Redis, every process that shares the account has to be told.
        """
        user = self._user(credentials)
        self._orders[user] = count
        bucket = self._buckets.get(("orders", user))
        if bucket is not None and bucket.window.count != count:
            bucket.resize(count)
            self._turns.changed()

    def refused(self, want: Want, request: Request, code: str) -> None:
        """Slow down what the exchange said was too much."""
        orders = code in _ORDER_CODES
        slowed = tuple((bucket, cost) for bucket, cost in want if (bucket.key[1] == "orders") is orders) or want
        now = asyncio.get_running_loop().time()
        for bucket, _ in slowed:
            bucket.refused(now)
        if self._redis is not None:
            self._redis.slow(slowed)
        self.observer.slowed(_where(request), code, max(bucket.window.seconds for bucket, _ in slowed))

    # -- Redis

    @property
    def _alone(self) -> bool:
        return self._redis is not None and self._redis.alone

    def _moved(self, cause: str) -> None:
        """Redis has gone, or is back for good."""
        now = self._away_since = asyncio.get_running_loop().time()
        for bucket in self._buckets.values():
            if cause and isinstance(self._config, RedisLimits):
                bucket.alone(self._config.share, now)
            else:
                bucket.together()
        self.observer.limits_shared(not cause, cause)
        self._turns.changed()

    def _longest(self) -> float:
        return min(LONGEST, max((bucket.window.seconds for bucket in self._buckets.values()), default=0.0))

    # -- looking

    def status(self) -> LimitStatus:
        """Return where the budgets stand."""
        now = self._loop.time() if self._loop is not None else 0.0
        redis = self._redis
        share = self._config.share if isinstance(self._config, RedisLimits) else 1.0
        slowed = tuple(
            SlowedLimit(" ".join(bucket.key[1:3]), max(0.0, bucket.ease.closed(now)), bucket.ease.factor(now))
            for bucket in self._buckets.values()
            if bucket.ease is not None and bucket.ease.factor(now) < 1
        )
        return LimitStatus(
            shared=redis is not None,
            share=share if self._alone else 1.0,
            why_alone=("" if redis is None or not redis.alone else redis.cause or "Redis has just come back"),
            waiting=self._turns.waiting,
            waited=self.waited,
            slowed=slowed,
        )

    async def aclose(self) -> None:
        """Wake everybody who waits, with `ClientClosed`, and hang up."""
        self._turns.close()
        if self._redis is not None:
            await self._redis.aclose()


class Slot:
    """A place under way. An asynchronous context manager, written out because every request goes through it."""

    __slots__ = ("_limits", "_ticket", "request", "want")

    def __init__(self, limits: Limits, request: Request, want: Want) -> None:
        self._limits = limits
        self._ticket: Ticket | None = None
        self.request = request
        self.want = want

    async def __aenter__(self) -> Self:
        if not self._limits.take(self.want):
            self._ticket = await self._limits.wait(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._limits.leave(self, self._ticket, error)

    def note(self, result: object) -> None:
        """Look through the rows of a batch for those that were too many: nothing is raised for single rows."""
        if self.request.endpoint.batch and isinstance(result, list):
            code = next((row.s_code for row in result if getattr(row, "s_code", "") in _LIMIT_CODES), "")
            if code:
                self._limits.refused(self.want, self.request, code)


def _identity(who: Credentials | Auth) -> str:
    return (who.api_key if isinstance(who, Credentials) else who.identity).reveal()


def _where(request: Request) -> str:
    return f"{request.endpoint.method} {request.endpoint.path}"
