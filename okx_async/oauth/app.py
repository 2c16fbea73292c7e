"""An application that users authorize: ask, exchange the code, refresh, revoke, and find users again later."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from msgspec.structs import replace

from ..checks import check_kind, check_seconds
from ..client import OKX
from ..core.endpoint import Endpoint, Request
from ..errors import (
    AuthorizationFailed,
    AuthorizationNeeded,
    BadAnswer,
    BadParameter,
    Refused,
    UnknownEndpoint,
)
from ..settings import Secret, Site
from ..v5.models.oauth import OAuthToken
from ..v5.rest.oauth import OAuth
from .login import Answer, Login, Places, query_of
from .loopback import Loopback
from .stores import MemoryStore, TokenStore
from .tokens import TokenPair
from .user import UserToken

__all__ = ["OAuthApp"]

_EXCHANGE: Endpoint = OAuth.exchange_token.endpoint  # type: ignore[attr-defined]


class OAuthApp:
    """An application that the exchange has registered for OAuth. Use it as async context manager, or call `aclose`.

    ::

        async with OAuthApp("client-id", site=Site.GLOBAL, store=...) as app:
            user = await app.sign_in(open_page=webbrowser.open)
            async with OKX(user) as okx:
                print(await okx.account.balance())

    With a ``client_secret`` it is a server application (authorization code), without one an application on the user's
    own device (PKCE). Orders for its users must carry the broker code in ``tag``. (OAuth)

    Args:
        client_id: From the exchange's mail.
        site: Where to; users of other regions come along by ``domains``.
        client_secret: From the same mail; never put it into what you hand out to users.
        store: Where tokens are kept; by default in memory.
        places: Addresses of OAuth, all unverified.
        domains: Site of each ``domain`` that the exchange may name when a user comes back. Others are refused. By
            default ``www`` and ``eea`` in the environment (live or demo) of ``site``; a site for ``tr`` is not known.
        device: Id of the user's device, sent as ``TERMID``; for PKCE applications.
        broker: Broker code for the authorize page (``channelId``); unverified.
        ahead: How many seconds before its end a token is refreshed.
        drain: How many seconds a refresh waits for requests under way.
        send_redirect_uri: Whether the exchange of a code repeats the redirect URI; unverified, some integrators do.
        clock: This machine's time, Unix seconds.
        connect: Makes the clients that talk to the token endpoint, called as ``connect(site=...)``: give a
            ``functools.partial(OKX, proxy=...)`` for a proxy or other time-outs.
    """

    def __init__(
        self,
        client_id: str,
        *,
        site: Site,
        client_secret: str | Secret | None = None,
        store: TokenStore | None = None,
        places: Places = Places(),  # noqa: B008 - frozen
        domains: Mapping[str, Site] | None = None,
        device: str | None = None,
        broker: str | None = None,
        ahead: float = 300.0,
        drain: float = 5.0,
        send_redirect_uri: bool = True,
        clock: Callable[[], float] = time.time,
        connect: Callable[..., OKX] = OKX,
    ) -> None:
        check_kind("client_id", client_id, str)
        check_kind("site", site, Site, example="Site.GLOBAL")
        if not client_id:
            raise BadParameter("client_id is empty")
        if device is not None and not re.fullmatch(r"[\x21-\x7e]{1,128}", device):
            raise BadParameter("device must be up to 128 plain characters without blanks")
        check_seconds("ahead", ahead, zero=True)
        check_seconds("drain", drain, zero=True)
        self.client_id = client_id
        self.site = site
        self._secret = Secret(client_secret) if client_secret is not None else None
        if self._secret is not None and not self._secret:
            raise BadParameter("client_secret is empty; leave it out for PKCE")
        self._store = store if store is not None else MemoryStore()
        self._places = places
        self._domains = dict(domains) if domains is not None else _domains(site)
        self._device = device
        self._broker = broker
        self._ahead = ahead
        self._drain = drain
        self._send_redirect_uri = send_redirect_uri
        self._clock = clock
        self._connect = connect
        self._clients: dict[str, OKX] = {}
        self._users: dict[str, UserToken] = {}

    def __repr__(self) -> str:
        return f"<OAuthApp {self.client_id} on {self.site.name}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. May be called twice; clients of users are their makers' to close, before this."""
        for user in self._users.values():
            await user.settled()
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    # -- authorizing

    def ask(self, redirect_uri: str, scope: str = "read_only") -> Login:
        """Make the question to one user: send the browser to its ``url``, and keep it until the answer.

        Args:
            redirect_uri: Where the browser comes back to; must equal the registered one.
            scope: ``read_only``, ``trade``, ``read_only,trade``, or ``fast_api`` for `create_api_key`.
        """
        pkce = self._secret is None
        return Login.ask(self._places, self.client_id, redirect_uri, scope, pkce=pkce, broker=self._broker)

    async def finish(self, login: Login, answer: str | Mapping[str, str] | Answer, *, name: str = "user") -> UserToken:
        """Exchange the answer to a question for the user's tokens, and keep them.

        Args:
            login: What `ask` returned.
            answer: The URL that the browser came back with, its query by name, or what `Loopback` took.
            name: What the store shall call the user. Clients on an earlier token of the same user go on with the
                new one.

        Raises:
            AuthorizationFailed: No, a state that is not ours, a site that is not known, or no code.
            CodeRefused: The code was used already or is too old.
            Refused: The exchange said no for another reason.
            TokenStoreFailed: The tokens could not be kept.
        """
        if not isinstance(answer, Answer):
            answer = query_of(answer)  # hidden: tools print the local variables of a traceback
            answer = login.read(answer)
        site = self._site_of(answer.domain)
        fields: dict[str, Any] = {"code": answer.code, "code_verifier": login.verifier}
        if self._send_redirect_uri:
            fields["redirect_uri"] = login.redirect_uri
        now = self._clock()
        said = await self._token(site, "authorization_code", **fields)
        pair = TokenPair.granted(said, now, domain=answer.domain)
        await self._store.save(name, pair)
        known = self._users.get(name)
        if known is not None and known.site == site:
            known.take(pair)
            return known
        return self._make(name, site, pair)

    async def sign_in(
        self,
        *,
        open_page: Callable[[str], Awaitable[object] | object],
        scope: str = "read_only",
        name: str = "user",
        port: int = 0,
        timeout: float = 300.0,
    ) -> UserToken:
        """Let the user of this machine authorize in a browser, and wait for the answer. For desktop applications.

        Args:
            open_page: Opens a URL, e.g. ``webbrowser.open``.
            scope: See `ask`.
            name: What the store shall call the user.
            port: Where to wait for the answer on 127.0.0.1; 0 takes a free one. Whether the exchange accepts a port
                that was not registered is not documented.
            timeout: How many seconds the user has.

        Raises:
            AuthorizationTimedOut: Nobody answered.
            OkxError: See `finish`.
        """
        async with Loopback(port=port) as loopback:
            login = self.ask(loopback.redirect_uri, scope)
            answer = await loopback.answer(login, open_page, timeout=timeout)
            return await self.finish(login, answer, name=name)

    async def user(self, name: str = "user") -> UserToken:
        """Return a user whose tokens the store has; the same object for the same name.

        Raises:
            AuthorizationNeeded: The store knows no such user.
            TokenStoreFailed: It cannot be read.
        """
        if name in self._users and not self._users[name].over:
            return self._users[name]
        pair = await self._store.load(name)
        if pair is None:
            raise AuthorizationNeeded(f"no tokens are kept for {name!r}: let the user authorize")
        known = self._users.get(name)  # made while the store was read, or over
        if known is None:
            return self._make(name, self._site_of(pair.domain), pair)
        known.offer(pair)  # another process may have asked the user again
        return known

    # -- what users need of the exchange

    def _make(self, name: str, site: Site, pair: TokenPair) -> UserToken:
        made = self._users[name] = UserToken(
            name,
            site,
            pair,
            store=self._store,
            refresh=self._refresh,
            revoke=self._revoke,
            clock=self._clock,
            ahead=self._ahead,
            drain=self._drain,
            device=self._device,
        )
        return made

    def _site_of(self, domain: str) -> Site:
        if not domain:
            return self.site
        if domain not in self._domains:
            known = ", ".join(self._domains) or "none"
            raise AuthorizationFailed(f"the user belongs to a site that is not among `domains`, which has {known}")
        return self._domains[domain]

    def _client(self, site: Site) -> OKX:
        if site.rest not in self._clients:
            self._clients[site.rest] = self._connect(site=site)
        return self._clients[site.rest]

    async def _refresh(self, pair: TokenPair) -> TokenPair:
        # Whether a PKCE application shows its verifier again is not documented; RFC 7636 has it shown once.
        now = self._clock()
        said = await self._token(self._site_of(pair.domain), "refresh_token", refresh_token=pair.refresh_token)
        return TokenPair.granted(said, now, before=pair)

    async def _token(self, site: Site, grant_type: str, **fields: Any) -> OAuthToken:
        given = {"grant_type": grant_type, "client_id": self.client_id, "client_secret": self._secret, **fields}
        request = _EXCHANGE.request((), given)
        *others, last = self._places.token
        for path in others:
            try:
                return await self._send(site, replace(request, path=path))
            except (Refused, BadAnswer) as error:
                if error.status != 404:
                    raise
        return await self._send(site, replace(request, path=last))

    async def _send(self, site: Site, request: Request) -> OAuthToken:
        token: OAuthToken = await self._client(site)._perform(request)
        return token

    async def _revoke(self, pair: TokenPair) -> None:
        path = self._places.revoke
        if path is None:
            raise UnknownEndpoint(
                "no document names an endpoint that revokes tokens: set Places(revoke=...) if you know one, else "
                "use forget() and let the user take the authorization back in the account's settings"
            )
        token = pair.refresh_token or pair.access_token
        fields: dict[str, Any] = {"client_id": self.client_id, "token": token.reveal()}
        if self._secret is not None:
            fields["client_secret"] = self._secret.reveal()
        await self._client(self._site_of(pair.domain)).request("POST", path, fields, auth=False)


def _domains(site: Site) -> dict[str, Site]:
    """Return the sites of one environment by the names that the exchange gives them."""
    if site in (Site.GLOBAL, Site.EEA):
        return {"www": Site.GLOBAL, "eea": Site.EEA}
    if site in (Site.DEMO, Site.EEA_DEMO):
        return {"www": Site.DEMO, "eea": Site.EEA_DEMO}
    return {"www": site}
