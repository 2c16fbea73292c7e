"""From a checked request to typed rows: throttle, sign, fetch, decode or raise; reads are retried, clocks corrected."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from ..checks import check_text
from ..core.advice import advise, hidden
from ..core.dialect import Answer, Dialect
from ..core.endpoint import Endpoint, Request
from ..core.fields import wire_text
from ..core.retry import Retry
from ..core.signing import STAMP
from ..errors import AuthRefused, BadParameter, CredentialsNeeded, OkxError, RateLimited
from ..settings import Credentials, SecretBytes, SecretHeaders, Site
from .auth import Auth, KeyAuth, TokenAuth
from .limits import Limits
from .together import together

if TYPE_CHECKING:
    from .fetch import Fetch

__all__ = ["Caller"]

_log = logging.getLogger("okx_async.net.caller")

Decode = Callable[[Answer], Any]
Send = Callable[[Request], Awaitable[Answer]]
"""Brings a request to the exchange and its answer back."""
MISJUDGED = 1_000.0
"""Milliseconds by which a clock that a deadline was reckoned with must have been wrong to be called so."""
_NOTHING: AbstractAsyncContextManager[Mapping[str, str]] = nullcontext({})
"""The proof of a public request."""


class Caller:
    """Performs requests of one client.

    Args:
        dialect: How to sign and decode.
        site: Where to.
        credentials: As whom, a key or another way to prove it; ``None`` for public calls only.
        fetch: The HTTP session.
        limits: The budgets.
        retry: What to do with failures.
        owner: Whether session and budgets are this caller's own; else they stay open when it closes.
    """

    def __init__(
        self,
        dialect: Dialect,
        site: Site,
        credentials: Credentials | Auth | None,
        fetch: Fetch,
        limits: Limits,
        retry: Retry,
        *,
        owner: bool = True,
    ) -> None:
        self.dialect = dialect
        self._site = site
        self.auth = KeyAuth(credentials, self) if isinstance(credentials, Credentials) else credentials
        self.fetch = fetch
        self._owner = owner
        self._limits = limits
        self._retry = retry
        self.clock = limits.clock
        self._syncing: asyncio.Task[None] | None = None

    # -- requests

    def perform(self, request: Request, send: Send | None = None) -> Awaitable[Any]:
        """Send a declared request and return its typed rows.

        Args:
            request: The checked request.
            send: Another road than REST. Limits, retries and rows are the same on every road.

        Raises:
            CredentialsNeeded: A private endpoint without a key.
            Refused: The exchange said no.
            NotSent, OutcomeUnknown: See the error tree.
        """
        endpoint = request.endpoint
        if endpoint.scheme == "key" and self.auth is None:
            raise CredentialsNeeded(f"{endpoint.called} needs credentials; give the client a key")
        if endpoint.scheme == "bearer" and not (_brings_token(request) or isinstance(self.auth, TokenAuth)):
            raise CredentialsNeeded(
                f"{endpoint.called} needs an access token: give it one, or make the client with one"
            )
        return self._persist(request, partial(self.dialect.decode, endpoint), send)

    async def raw(self, method: str, path: str, fields: Mapping[str, Any] | None, *, auth: bool) -> Any:
        """Send an undeclared request and return its ``data`` as plain Python values.

        Args:
            method: ``GET`` or ``POST``.
            path: Starts with ``/api/``; may carry its own query.
            fields: Query of a GET, JSON body of a POST, as they go on the wire.
            auth: Whether to sign.
        """
        return await self.undeclared(self.request(method, path, fields, auth=auth))

    async def undeclared(self, request: Request) -> Any:
        """Send a request and return its ``data`` as plain Python values, whatever is declared of its rows."""
        return await self._persist(request, self.dialect.decode_raw, None)

    def request(self, method: str, path: str, fields: Mapping[str, Any] | None, *, auth: bool) -> Request:
        """Return a checked request by path; see `raw` for its parameters."""
        if method not in ("GET", "POST"):
            raise BadParameter(f"method must be 'GET' or 'POST', not {method!r}")
        if not path.startswith("/"):
            raise BadParameter(f"path must start with '/', e.g. '/api/v5/public/time', got {path!r}")
        if auth and self.auth is None:
            raise CredentialsNeeded(f"{method} {path} was to be signed, but the client has no credentials")
        kept = {name: value for name, value in (fields or {}).items() if value is not None}
        _check_plain(kept, "fields")
        endpoint = Endpoint(_undeclared, method, path.split("?")[0], None, auth)  # type: ignore[arg-type]
        endpoint.dialect = self.dialect.name
        if method == "POST":
            try:
                kept = orjson.loads(orjson.dumps(kept, default=_number))
            except TypeError as error:
                raise (
                    error.__cause__ if isinstance(error.__cause__, BadParameter) else BadParameter(str(error))
                ) from None
        return Request(endpoint, path, kept, kept)

    async def _persist(self, request: Request, decode: Decode, send: Send | None) -> Any:
        safe = request.endpoint.method == "GET"
        attempt = 0
        mended = False
        prover = self._prover(request)
        signed = send is None and prover is not None and prover.dates
        while True:
            attempt += 1
            used = SecretHeaders()
            try:
                async with self._limits.slot(request, self.auth, request.cost) as slot:
                    leaving = request.leaving(signed=signed)
                    answer = await (self._send(leaving, prover, used) if send is None else send(leaving))
                    result = decode(answer)
                    slot.note(result)
                    return result
            except AuthRefused as error:
                # Nothing was executed. One correction (of the clock, of the token), one proof anew.
                if mended or prover is None or not await prover.mend(error, used):
                    self.advise(error)
                    raise
                mended = True
            except OkxError as error:
                if not mended and await self._misjudged(error, request):
                    mended = True
                    continue
                if not self._retry.again(error, attempt, safe=safe):
                    self.advise(error)
                    raise
                delay = self._retry.backoff.delay(attempt, random.random())
                if isinstance(error, RateLimited) and request.endpoint.limit is None:
                    delay += 1.0  # a declared limit is closed by now and makes the next try wait by itself
                _log.info(
                    "%s %s failed (%s), again in %.2f s",
                    request.endpoint.method,
                    request.endpoint.path,
                    type(error).__name__,
                    delay,
                )
                await asyncio.sleep(delay)

    async def _misjudged(self, error: OkxError, request: Request) -> bool:
        """Correct the clock when a deadline had passed before its request could arrive; tell whether it was wrong.

        It was refused, so it may go out once more with another deadline. What was only slow is its owner's to repeat.
        """
        if request.late is None or getattr(error, "code", None) not in self.dialect.overdue:
            return False
        before = self.clock.ms
        await self.sync_clock()
        return abs(self.clock.ms - before) > MISJUDGED

    async def _send(self, request: Request, prover: Auth | None, headers: SecretHeaders) -> Answer:
        endpoint = request.endpoint
        path, body = _spell(endpoint.method, request)
        headers.update(self._site.headers)
        headers.update(request.headers)
        if body is not None:
            body = SecretBytes(body)  # tools print the local variables of a traceback
            headers["Content-Type"] = "application/json"
        where = endpoint.where
        stamp = request.headers.get(STAMP)
        moment = None if stamp is None else int(stamp)
        async with _NOTHING if prover is None else prover.proof(endpoint.method, path, body or b"", moment) as proof:
            headers.update(proof)
            del proof  # tools print the local variables of a traceback, and these headers do not hide themselves
            status, raw = await self.fetch.request(endpoint.method, self._site.rest + path, headers, body)
        if prover is not None and (status >= 400 or b'"code":"0"' not in raw):
            raw = hidden(raw, prover.login)
        return Answer(status, raw, where, self._site.name)

    def _prover(self, request: Request) -> Auth | None:
        """Return who proves a request, ``None`` when nobody needs to or when it brings a token of its own."""
        scheme = request.endpoint.scheme
        return self.auth if scheme == "key" or (scheme == "bearer" and not _brings_token(request)) else None

    # -- the clock

    async def sync_clock(self) -> None:
        """Ask the exchange for its time once; concurrent callers share one request. Failures are logged only."""
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._ask_time(), name="okx clock")
            self._syncing.add_done_callback(self._synced)
        await together(self._syncing, "the client was closed while it asked for the exchange's time")

    def _synced(self, _: asyncio.Task[None]) -> None:
        self._syncing = None

    async def _ask_time(self) -> None:
        sent = time.time()
        try:
            _, raw = await self.fetch.request("GET", self._site.rest + self.dialect.time_path, {}, None)
            self.clock.observe(sent, time.time(), self.dialect.read_time(raw))
        except (OkxError, ValueError, KeyError, IndexError, TypeError) as error:
            _log.warning("the exchange's clock could not be read: %s", type(error).__name__)

    def advise(self, error: OkxError) -> None:
        """Add to a refusal what only this client knows, and hide its credentials."""
        advise(
            error,
            self._site,
            self.auth.login if self.auth is not None else None,
            self.clock.ms if self.clock.known else None,
        )

    async def close(self) -> None:
        """Stop what is under way."""
        if self._syncing is not None:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
        if self._owner:
            await self._limits.aclose()
            await self.fetch.close()


def _brings_token(request: Request) -> bool:
    return "Authorization" in request.headers


def _spell(method: str, request: Request) -> tuple[str, bytes | None]:
    """Return path with query, and body, exactly as they are signed and sent."""
    if method == "GET":
        pairs = "&".join(f"{name}={quote(wire_text(value), safe='')}" for name, value in request.fields.items())
        if not pairs:
            return request.path, None
        return f"{request.path}{'&' if '?' in request.path else '?'}{pairs}", None
    return request.path, orjson.dumps(request.fields, default=_number)


def _number(value: Any) -> str:
    """Write an exact number of an undeclared request as plain text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(type(value).__name__)


def _check_plain(value: Any, name: str) -> None:
    """Refuse what JSON cannot say exactly, and say where it is."""
    if isinstance(value, float):
        raise BadParameter(f"{name} must not hold a float: {value!r} is not exact. Write it as text")
    if isinstance(value, Decimal) and not value.is_finite():
        raise BadParameter(f"{name} must be a finite number, got {value!r}")
    if isinstance(value, Mapping):
        for key, item in value.items():
            check_text(f"a name in {name}", key, "instId")
            _check_plain(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            _check_plain(item, f"{name}[{at}]")
    elif value is not None and not isinstance(value, str | int | Decimal):
        kind = type(value).__name__
        raise BadParameter(f"{name} cannot be sent: use text, int, Decimal, bool, list or dict, not {kind}")


async def _undeclared() -> Any:
    """A request by path, not declared in the catalogue: as of those that are, only the signature counts."""
