"""The tokens of one user, always fresh: refreshed ahead of their end, by one request, and never used when dead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from ..errors import (
    AuthorizationEnded,
    AuthorizationNeeded,
    AuthRefused,
    NotSent,
    OkxError,
    OutcomeUnknown,
    Refused,
    TokenRefused,
    TokenStoreFailed,
    Unavailable,
)
from ..net.auth import TokenAuth
from ..settings import Secret, SecretHeaders, Site
from .stores import TokenStore
from .tokens import TokenPair

__all__ = ["UserToken"]

_log = logging.getLogger("okx_async.oauth")

_EDGE = 5.0
"""Seconds before its end from which a token counts as dead: a request takes its time to arrive."""
_PAUSE = 15.0
"""Seconds until a refresh ahead of time is tried again, while the old token is still good."""

Refresh = Callable[[TokenPair], Awaitable[TokenPair]]
Revoke = Callable[[TokenPair], Awaitable[None]]


class UserToken(TokenAuth):
    """One user's tokens, in place of an API key: ``OKX(user)``. Made by `OAuthApp`.

    Any number of clients and tasks of one event loop may use it at the same time. Nothing runs in the background: the
    first request within ``ahead`` seconds of the token's end refreshes it, and whoever comes meanwhile waits for that
    one refresh. A refresh kills the old pair, so it first waits until requests under way have been answered. A user who
    makes no request for three days has to authorize again; call `refresh` more often than that to prevent it.

    Args:
        name: What the store calls the user.
        site: Where the user trades.
        pair: The present tokens.
        store: Where they are kept.
        refresh: Asks the exchange for the next pair.
        revoke: Asks the exchange to revoke a pair.
        clock: This machine's time, Unix seconds.
        ahead: How many seconds before its end a token is refreshed.
        drain: How many seconds a refresh waits for requests under way; whoever is then still under way may be
            refused, and is sent once more with the new token.
        device: Sent as ``TERMID``, where calls come from the user's own device. (OAuth, TERMID)

    Attributes:
        name: What the store calls the user.
        unsaved: Whether the store could not take the newest tokens, so that they are in memory only.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        pair: TokenPair,
        *,
        store: TokenStore,
        refresh: Refresh,
        revoke: Revoke,
        clock: Callable[[], float],
        ahead: float,
        drain: float,
        device: str | None,
    ) -> None:
        self.name = name
        self._site = site
        self._pair = pair
        self._store = store
        self._ask = refresh
        self._ask_to_revoke = revoke
        self._clock = clock
        self._ahead = ahead
        self._drain = drain
        self._device = device
        self._identity = Secret(f"oauth user {name}")
        self._doubtful = False  # whether the exchange may know the access token as dead already
        self._not_before = 0.0  # when a refresh ahead of time may be tried again
        self._wanted = False  # whether somebody asked for a refresh
        self._over: OkxError | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.unsaved = False

    def __repr__(self) -> str:
        return f"<UserToken {self.name} of {self._site.name}, scope {self.scope or 'unknown'}>"

    @property
    def site(self) -> Site:
        return self._site

    @property
    def scope(self) -> str:
        """What was granted, ``""`` when the exchange did not say."""
        return self._pair.scope

    @property
    def expires(self) -> float:
        """When the present access token ends, Unix seconds."""
        return self._pair.expires

    @property
    def over(self) -> bool:
        """Whether the user has to authorize again."""
        return self._over is not None

    @property
    def identity(self) -> Secret:
        return self._identity

    # -- one request

    @asynccontextmanager
    async def proof(
        self, method: str, path: str, body: bytes, moment: int | None = None
    ) -> AsyncIterator[Mapping[str, str]]:
        await self._ready()
        self._under_way += 1
        self._quiet.clear()
        try:
            yield self._headers()
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()

    def _headers(self) -> SecretHeaders:
        headers = SecretHeaders({"Authorization": f"Bearer {self._pair.access_token.reveal()}"})
        if self._device is not None:
            headers["TERMID"] = self._device
        return headers

    async def mend(self, error: AuthRefused, used: Mapping[str, str]) -> bool:
        if not isinstance(error, TokenRefused):
            return False
        if used.get("Authorization") != self._headers()["Authorization"]:
            return True  # refreshed meanwhile: that one is good
        if isinstance(error, AuthorizationEnded):
            self._over = error
        self._doubtful = True  # whatever our clock says
        await self._ready()
        return True

    async def _ready(self) -> None:
        """Return when the access token is good; what becomes of a refresh says nothing of the request that waits."""
        try:
            await self._fresh()
        except OutcomeUnknown as error:
            raise NotSent(f"nothing was sent: the tokens of {self.name} could not be refreshed ({error})") from error

    # -- the life of the tokens

    async def refresh(self) -> None:
        """Get a new pair now, whatever the age of the present one. Concurrent callers share one request.

        Raises:
            AuthorizationNeeded: The user has to authorize again.
            OkxError: The exchange could not be asked.
        """
        if self._renewing is None:
            self._wanted = True
        await self._fresh()

    def take(self, pair: TokenPair) -> None:
        """Go on with a new pair, e.g. when the user has authorized again; clients on this token go on, too."""
        self._pair = pair
        self._over = None
        self._doubtful = self._wanted = False

    def offer(self, pair: TokenPair) -> bool:
        """Go on with a pair if it is newer than the present one; tell whether it is."""
        if pair.expires <= self._pair.expires or pair.access_token == self._pair.access_token:
            return False
        self.take(pair)
        return True

    async def revoke(self) -> None:
        """Give the authorization back, and forget it here.

        Raises:
            UnknownEndpoint: No document names an endpoint for it: see `Places.revoke`. Use `forget`, and tell the user
                to take the authorization back in the account's settings.
        """
        await self.settled()
        self._refuse_when_over()
        await self._ask_to_revoke(self._pair)
        await self.forget()

    async def forget(self) -> None:
        """Delete the tokens here, in memory and in the store. The exchange still knows them."""
        await self.settled()
        self._over = AuthorizationNeeded(f"the tokens of {self.name} were forgotten")
        await self._store.delete(self.name)

    async def settled(self) -> None:
        """Wait for a refresh that is under way; to break it off would lose the authorization."""
        if self._renewing is not None:
            await asyncio.wait((self._renewing,))

    def _refuse_when_over(self) -> None:
        if self._over is not None:
            text = f"the authorization of {self.name} is over: let the user authorize again"
            raise AuthorizationNeeded(text) from self._over

    def _due(self) -> bool:
        now = self._clock()
        if self._wanted or self._doubtful or now >= self._pair.expires - _EDGE:
            return True
        renewable = self._pair.refresh_token is not None
        return renewable and now >= max(self._pair.expires - self._ahead, self._not_before)

    async def _fresh(self) -> None:
        """Return when the present access token is good."""
        while True:
            self._refuse_when_over()
            if self._renewing is None:
                if not self._due():
                    return
                self._renewing = asyncio.create_task(self._renew(), name="okx token refresh")
                self._renewing.add_done_callback(self._renewed)
            # Shielded: who gives up waiting must not break off what the others wait for.
            await asyncio.shield(self._renewing)

    def _renewed(self, task: asyncio.Task[None]) -> None:
        self._renewing = None
        if not task.cancelled():
            task.exception()  # seen, even when nobody waits any more

    async def _renew(self) -> None:
        wanted, self._wanted = self._wanted, False
        if await self._adopted():
            return
        now = self._clock()
        if self._pair.refresh_token is None or now >= self._pair.refresh_expires:
            self._over = AuthorizationNeeded(f"the tokens of {self.name} are too old to be refreshed")
            self._refuse_when_over()
        await self._drained()
        try:
            pair = await self._ask(self._pair)
        except TokenRefused as error:
            if not await self._adopted():  # another process may have been quicker
                self._over = error
                self._refuse_when_over()
        except OkxError as error:
            if not _certain(error):
                self._doubtful = True  # nobody knows whether the old pair is dead: it is not used again
            if wanted or self._doubtful or self._clock() >= self._pair.expires - _EDGE:
                raise
            self._not_before = self._clock() + _PAUSE
            _log.warning("the tokens of %s could not be refreshed yet: %s", self.name, type(error).__name__)
        else:
            self.take(pair)
            await self._keep()

    async def _drained(self) -> None:
        """Wait for the answers to requests under way: they were sent with the pair that is about to die."""
        try:
            async with asyncio.timeout(self._drain):
                await self._quiet.wait()
        except TimeoutError:
            _log.info("%d request(s) of %s are under way during a refresh", self._under_way, self.name)

    async def _adopted(self) -> bool:
        """Take over what another process has refreshed; tell whether there was something."""
        try:
            stored = await self._store.load(self.name)
        except TokenStoreFailed as error:
            _log.warning("the stored tokens of %s cannot be looked at: %s", self.name, error)
            return False
        return stored is not None and self.offer(stored)

    async def _keep(self) -> None:
        """Write the pair down. Not being able to is no reason to fail a request, but to say so."""
        try:
            await self._store.save(self.name, self._pair)
            self.unsaved = False
        except TokenStoreFailed as error:
            self.unsaved = True
            _log.warning("the new tokens of %s are in memory only: %s", self.name, error)


def _certain(error: OkxError) -> bool:
    """Tell whether a refresh that failed has certainly changed nothing."""
    return isinstance(error, NotSent) or (isinstance(error, Refused) and not isinstance(error, Unavailable))
