"""Budgets that several processes share: one script in Redis decides, by its own clock.

What is taken counts as under way until it was answered, as in `okx_async.net.bucket`: no window of the exchange's can
hold more than the rule allows, whatever the line or the clocks do. Redis may lose its memory (a restart): the script
then keeps every budget closed until whatever was spent has left its window.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..errors import BadParameter
from ..settings import RedisLimits, Secret
from .bucket import GRACE, Bucket, Want
from .turns import Away, Ticket

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["Shared"]

_log = logging.getLogger("okx_async.net.shared")

_MOST = 100
"""How many answers are told in one call."""


class Shared:
    """The shared budgets, as one process sees them.

    Args:
        config: Where they are and what to do without them.
        digest: Makes a name that tells nothing.
        changed: Called when Redis has gone (with the cause) or come back (with ``""``).
        longest: Returns the longest window in use, in seconds.

    Attributes:
        cause: Why Redis is away, ``""`` when it is not.
    """

    def __init__(
        self,
        config: RedisLimits,
        digest: Callable[[str], str],
        changed: Callable[[str], None],
        longest: Callable[[], float],
    ) -> None:
        self._config = config
        self._digest = digest
        self._changed = changed
        self._longest = longest
        self._script = resources.files("okx_async.net").joinpath("limits.lua").read_text(encoding="utf-8")
        self._sha = hashlib.sha1(self._script.encode(), usedforsecurity=False).hexdigest()
        self._redis = _connect(config)
        self._me = secrets.token_hex(6)
        self._tokens = 0
        self._given: list[Ticket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._flushing: asyncio.Task[None] | None = None
        self._probing: asyncio.Task[None] | None = None
        self._joining = -1.0
        self._spent_alone = False
        self._closed = False
        self.cause = ""

    # -- where it stands

    @property
    def alone(self) -> bool:
        """Whether our own share of the budgets decides: Redis is away, or has not been back for long enough."""
        return bool(self.cause) or self._joining > 0

    # -- what Turns asks for

    async def take(self, ticket: Ticket, *, force: bool) -> float:
        """Take all that a ticket wants; see `Remote`."""
        if self.cause:
            if not force:
                raise Away(self.cause)
            self._spent_alone = True
            return 0.0
        if not ticket.token:
            self._tokens += 1
            ticket.token = f"{self._me}-{self._tokens}"
        loop = asyncio.get_running_loop()
        arguments: list[Any] = [ticket.token, ticket.rank, ticket.since, round(self._config.lease * 1000), int(force)]
        for bucket, cost in ticket.want:
            arguments += (bucket.window.count, _ms(bucket), cost)
        asked = loop.time()
        try:
            wait, ticket.since = await self._call("take", [bucket for bucket, _ in ticket.want], arguments)
        except Away:
            ticket.token = ""
            if not force:
                raise
            self._spent_alone = True
            return 0.0
        # Counted from when the script ran, which was in the middle of the call.
        return max(0.001, wait / 1000 - (loop.time() - asked) / 2) if wait else 0.0

    def give(self, ticket: Ticket) -> None:
        """Say that what a ticket took has been answered; many are told at once."""
        if self.cause or self._closed:
            return
        self._given.append(ticket)
        if self._flushing is None:
            self._flushing = self._spawn(self._flush())

    def leave(self, ticket: Ticket) -> None:
        """Say that a ticket waits no more."""
        if not self.cause and not self._closed:
            costs = [cost for _, cost in ticket.want]
            arguments = [ticket.rank, ticket.since, ticket.token, *costs]
            self._spawn(self._tell("leave", ticket.want, arguments))

    def slow(self, want: Want) -> None:
        """Say that the exchange refused."""
        if not self.cause:
            self._spawn(self._tell("slow", want, [_ms(bucket) for bucket, _ in want]))

    # -- talking to Redis

    async def _call(self, what: str, buckets: Sequence[Bucket], arguments: list[Any]) -> tuple[int, int]:
        keys = [self._name("born")]
        for bucket in buckets:
            stem = self._bucket_name(bucket)
            keys += (f"{stem}:log", f"{stem}:line", f"{stem}:ease")
        try:
            async with asyncio.timeout(self._config.timeout):
                found = await self._run(keys, [what, *arguments])
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # Whatever it is: without an answer our own share decides. Its text may name the host; its type does not.
            self._gone(type(error).__name__)
            raise Away(self.cause) from None
        return int(found[0]), int(found[1])

    async def _run(self, keys: list[str], arguments: list[Any]) -> Any:
        from redis.exceptions import NoScriptError

        redis: Any = self._redis
        try:
            return await redis.evalsha(self._sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await redis.eval(self._script, len(keys), *keys, *arguments)

    async def _tell(self, what: str, want: Want, arguments: list[Any]) -> None:
        with suppress(Away):  # said by `_gone`
            await self._call(what, [bucket for bucket, _ in want], arguments)

    async def _flush(self) -> None:
        try:
            while self._given and not self.cause:
                told, self._given = self._given[:_MOST], self._given[_MOST:]
                buckets: list[Bucket] = []
                arguments: list[Any] = [round(self._config.lease * 1000)]
                for ticket in told:
                    for bucket, cost in ticket.want:
                        buckets.append(bucket)
                        arguments += (ticket.token, _ms(bucket), cost)
                try:
                    await self._call("give", buckets, arguments)
                except Away:
                    break
        finally:
            self._flushing = None

    def _bucket_name(self, bucket: Bucket) -> str:
        return self._name(self._digest("\n".join(bucket.key)))

    def _name(self, what: str) -> str:
        # The braces keep all names in one slot of a Redis cluster: one script takes from several budgets.
        return f"{{{self._config.namespace}:{self._digest(self._config.namespace)}}}:{what}"

    # -- away and back

    def _gone(self, cause: str) -> None:
        if self.cause:
            return
        self.cause = cause
        self._joining = -1.0
        self._given.clear()
        _log.warning(
            "Redis does not answer (%s): this process keeps to %.0f%% of every rate limit until it is back",
            cause,
            self._config.share * 100,
        )
        self._changed(cause)
        if self._probing is None:
            self._probing = self._spawn(self._probe())

    async def _probe(self) -> None:
        """Wait until Redis is back, then until all others have seen it too and what they spent alone is past."""
        back = self._config.timeout + self._config.probe  # by then everybody has tried
        loop = asyncio.get_running_loop()
        while self.cause or self._joining > loop.time():
            if not self.cause:
                await asyncio.sleep(self._joining - loop.time())
                continue
            await asyncio.sleep(self._config.probe)
            try:
                async with asyncio.timeout(self._config.timeout):
                    await self._greet(back)
            except Exception:  # noqa: S112 - what it was has been said
                continue
            self.cause = ""
            _log.info("Redis answers again")
            if self._spent_alone:
                # Until then our share decides, and Redis keeps the books.
                self._joining = loop.time() + 2 * back + self._longest() + GRACE
        self._joining = -1.0
        self._probing = None
        self._spent_alone = False
        self._changed("")

    async def _greet(self, back: float) -> None:
        if self._spent_alone:
            await self._run([self._name("born")], ["join", round(back * 1000)])
        else:
            ping: Any = self._redis.ping()
            await ping

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work, name="okx shared limits")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def aclose(self) -> None:
        """Tell the last answers and hang up."""
        self._closed = True
        if self._probing is not None:
            self._probing.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()


def _ms(bucket: Bucket) -> int:
    return round(bucket.window.seconds * 1000)


def _connect(config: RedisLimits) -> Redis:
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
    except ImportError:
        raise BadParameter("RedisLimits needs the package redis: pip install 'okx-async[redis]'") from None
    # No attempt of its own: a second answer may come from a Redis that forgot the first, and our share is safe.
    try:
        return Redis.from_url(
            Secret(config.url).reveal(),
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=config.timeout,
            socket_timeout=config.timeout,
            decode_responses=True,
        )
    except ValueError:
        raise BadParameter("url is no URL of a Redis, e.g. redis://host:6379/0") from None  # its text shows the URL
