"""A simulated exchange on a virtual clock, and an application that users authorize on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from okx_async import OKX, Backoff, Retry
from okx_async.oauth import Login, OAuthApp, Places, UserToken
from okx_async.sim import Exchange, VirtualClock

__all__ = ["REDIRECT", "Desk", "desk"]

REDIRECT = "https://app.example/callback"


class Desk:
    """One exchange and one application on it; both live by the same clock."""

    def __init__(self, sim: Exchange, **options: Any) -> None:
        self.sim = sim
        self.oauth = sim.oauth
        self.grants = sim.oauth.grants
        self.retry = Retry(3, Backoff(0.001, 0.01))
        self.app = self.another(**options)

    def another(self, **options: Any) -> OAuthApp:
        """Make one more application of the same name, as a second process would."""
        server = self.oauth
        given: dict[str, Any] = {
            "site": self.sim.site,
            "client_secret": server.app.client_secret,
            "places": Places(authorize=self.sim.rest + server.authorize_path, revoke=server.revoke_path),
            "clock": lambda: self.sim.now / 1000,
            "connect": partial(OKX, retry=self.retry),
        }
        return OAuthApp(server.app.client_id, **(given | options))

    async def authorize(self, scope: str = "read_only,trade", **given: Any) -> UserToken:
        """Let the user say yes, and return the user's tokens."""
        login = self.app.ask(REDIRECT, scope)
        return await self.app.finish(login, await self.back(login), **given)

    async def back(self, login: Login, *, grant: bool = True) -> str:
        """Return the URL that the user's browser comes back with."""
        return await self.oauth.play_user(login.url, grant=grant)

    def client(self, user: UserToken) -> OKX:
        """Return a client on a user's tokens."""
        return OKX(user, retry=self.retry, allow={"keys"})

    async def who(self, okx: OKX) -> Any:
        """Ask the exchange whose token it is."""
        return await okx.request("GET", "/api/v5/users/self")


@asynccontextmanager
async def desk(**options: Any) -> AsyncIterator[Desk]:
    """Open the exchange and the application."""
    async with Exchange(7, instruments=1, rate=0, history_minutes=1, clock=VirtualClock()) as sim:
        made = Desk(sim, **options)
        async with made.app:
            yield made
