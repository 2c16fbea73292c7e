"""OAuth and Fast API of the simulated exchange over HTTP. (OAuth and Fast API)

Nothing public tells the addresses and spellings; they are what integrators report (see the client's `Places`). The
revocation endpoint and ``GET /api/v5/users/self`` are the simulator's own.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from aiohttp import web

from ..accounts.bank import Bank
from ..accounts.people import Access
from ..clock import Clock
from ..counters import Counters
from ..instruments import seed_of
from ..keys import Keyring, PlainKey
from ..query_v5 import Refusal
from ..roads import Roads
from .fast_api import FastApi
from .grants import ACCESS_MS, App, Grant, Grants, Pair
from .pages import ask_page, error_page
from .visitor import visit

__all__ = ["OAuthServer"]

_SAYS = {
    "53000": "Invalid token",
    "53001": "Authorization canceled by the user",
    "53002": "Token expired",
    "53003": "Token revoked",
    "53004": "The account is frozen",
    "53006": "Invalid device",
    "53013": "No permission to use this API",
}
_Handler = Callable[[web.Request], Awaitable[web.Response]]
_LIMIT = 1_024
_READING = frozenset(("read_only", "trade"))
"""The scopes whose tokens may read: of ``fast_api`` nobody reports more than that it makes a key. (Fast API)"""


class OAuthServer:
    """See the module.

    Args:
        seed: Of the whole exchange.
        clock: Market time.
        keyring: Its users; each key stands for one.
        bank: Whose accounts tokens open, and where Fast API keys are added.
        counters: What is counted for tests.

    Attributes:
        app: The registered application.
        user: Who is signed in at the authorize page.
        domain: What the callback says of the user's site.
        need_device: Whether PKCE tokens are refused without ``TERMID`` (53006); not documented, hence off.
        grants: Every code and token.
    """

    authorize_path = "/account/oauth"
    revoke_path = "/v5/users/oauth/revoke"

    def __init__(self, seed: int, clock: Clock, keyring: Keyring, bank: Bank, counters: Counters) -> None:
        source = random.Random(seed_of(seed, "oauth"))
        self.app = App(f"sim-app-{source.getrandbits(32):08x}", f"sim-app-secret-{source.getrandbits(128):032x}")
        self.user = keyring.keys[0]
        self.domain = "www"
        self.need_device = False
        self.grants = Grants(clock, source)
        self._keyring = keyring
        self._counters = counters
        self._bank = bank
        self._fast_api = FastApi(bank)

    def mount(self, app: Roads) -> None:
        """Add the endpoints to an application, before those of other private chapters."""
        app.router.add_get(self.authorize_path, self._ask)
        app.router.add_post(self.authorize_path, self._decide)
        app.router.add_post("/v5/users/oauth/token", self._guarded(self._token))
        app.router.add_post("/api/v5/users/oauth/token", self._guarded(self._nothing))
        app.router.add_post(self.revoke_path, self._guarded(self._revoke))
        app.router.add_get("/api/v5/users/self", self._guarded(self._self))
        app.router.add_post("/api/v5/users/oauth/apikey", self._guarded(self._create_key))
        app.router.add_post("/api/v5/users/oauth/delete-apikey", self._guarded(self._delete_key))

    # -- for the gate of private REST, and for tests

    def access(self, token: str, device: str) -> Access | str:
        """Return what a token opens, or the code that refuses it; see `accounts.gate`."""
        found = self._grant(token, device)
        if isinstance(found, str):
            return found
        own = self._bank.people.access(found.user.api_key)
        if own is None:
            return "53001"
        rights = found.scopes & _READING
        return replace(own, permissions=rights | {"read_only"} if rights else rights, addresses=(), scoped=True)

    def take_back(self, user: PlainKey | None = None) -> None:
        """Let a user take every authorization back (53001); by default the one who is signed in."""
        self.grants.end(user or self.user, "53001")

    def freeze(self, user: PlainKey | None = None) -> None:
        """Freeze a user (53004); by default the one who is signed in."""
        self.grants.end(user or self.user, "53004")

    async def play_user(self, url: str, *, grant: bool = True) -> str:
        """Do what a user does in a browser: open the authorize page, press a button, and follow it back.

        Returns the URL the browser came back to, after visiting it where it is on this machine.
        """
        return await visit(url, grant=grant)

    # -- the pages

    async def _ask(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        wrong = self._wrong_for_user(asked)
        if wrong:
            return _html(error_page(wrong), 400)
        problem = self._wrong_for_app(asked)
        if problem:
            raise web.HTTPFound(_back(asked, error=problem))
        user = f"user {self._keyring.keys.index(self.user) + 1}"
        back = urlsplit(asked["redirect_uri"])
        page = ask_page(self.app.name, user, asked["scope"].split(","), back.netloc, asked)
        return _html(page)

    async def _decide(self, request: web.Request) -> web.Response:
        asked = {name: str(text) for name, text in (await request.post()).items()}
        wrong = self._wrong_for_user(asked)
        if wrong or request.headers.get("Origin", _origin(request)) != _origin(request):
            return _html(error_page(wrong or "It comes from another page."), 400)
        problem = self._wrong_for_app(asked)
        if problem or asked.get("decision") != "grant":
            raise web.HTTPSeeOther(_back(asked, error=problem or "access_denied"))
        challenge = asked.get("code_challenge", "")
        code = self.grants.issue(self.app, self.user, asked["scope"], asked["redirect_uri"], challenge)
        raise web.HTTPSeeOther(_back(asked, code=code, domain=self.domain))

    def _wrong_for_user(self, asked: Mapping[str, str]) -> str:
        """Return why the browser must not be sent on. (RFC 6749, section 4.1.2.1)"""
        if asked.get("client_id") != self.app.client_id:
            return "No application of this name is registered."
        if not _registered(asked.get("redirect_uri", ""), self.app.redirects):
            return "The application did not register the address it wants you to go back to."
        return ""

    def _wrong_for_app(self, asked: Mapping[str, str]) -> str:
        """Return the word that the application is told."""
        scopes = set(asked.get("scope", "").split(","))
        pkce = "code_challenge" in asked
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        if not scopes <= self.app.scopes or (pkce and "fast_api" in scopes):
            return "invalid_scope"
        if pkce and asked.get("code_challenge_method") != "S256":
            return "invalid_request"
        return ""

    # -- tokens

    async def _token(self, request: web.Request) -> web.Response:
        given = await _given(request)
        app = self._app_of(request, given)
        proven = given.get("client_secret") == app.client_secret
        if not proven and given.get("client_secret"):
            raise Refusal(400, "53009", "Authorization failed")
        match _need(given, "grant_type"):
            case "authorization_code":
                pair = self.grants.exchange(
                    app,
                    _need(given, "code"),
                    proven=proven,
                    verifier=given.get("code_verifier", ""),
                    redirect_uri=given.get("redirect_uri", ""),
                )
            case "refresh_token":
                pair = self.grants.refresh(app, _need(given, "refresh_token"), proven=proven)
            case _:
                raise Refusal(400, "53010", "Parameter grant_type error")
        return _json(_written(pair))

    async def _nothing(self, request: web.Request) -> web.Response:
        """With a prefix integrators got 404. (Get or refresh tokens)"""
        raise Refusal(404, "404", "Not Found")

    async def _revoke(self, request: web.Request) -> web.Response:
        given = await _given(request)
        self.grants.revoke(self._app_of(request, given), _need(given, "token"))
        return _json({"code": "0", "msg": "", "data": []})

    def _app_of(self, request: web.Request, given: Mapping[str, str]) -> App:
        if self.app.ips and request.remote not in self.app.ips:
            raise Refusal(401, "53014", "Invalid IP")
        if _need(given, "client_id") != self.app.client_id:
            raise Refusal(400, "53009", "Authorization failed")
        return self.app

    # -- what tokens open

    def _grant(self, token: str, device: str) -> Grant | str:
        grant = self.grants.judge(token)
        if isinstance(grant, Grant) and grant.pkce and self.need_device and not device:
            return "53006"
        return grant

    async def _self(self, request: web.Request) -> web.Response:
        """Return who the bearer is: an endpoint of the simulator's own."""
        grant = self._shown(request)
        if not grant.scopes & _READING:
            raise _refusal("53013")
        row = {"user": str(self._keyring.keys.index(grant.user) + 1), "vip": str(grant.user.vip)}
        return _json({"code": "0", "msg": "", "data": [row]})

    async def _create_key(self, request: web.Request) -> web.Response:
        row = self._fast_api.create(self._fast_grant(request), await _given(request))
        return _json({"code": "0", "msg": "", "data": [row]})

    async def _delete_key(self, request: web.Request) -> web.Response:
        self._fast_api.delete(self._fast_grant(request))
        return _json({"code": "0", "msg": "", "data": [{"result": True}]})

    def _fast_grant(self, request: web.Request) -> Grant:
        grant = self._shown(request)
        if "fast_api" not in grant.scopes:
            raise _refusal("53013")
        return grant

    def _shown(self, request: web.Request) -> Grant:
        """Return what the token of a request stands for."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        found = self._grant(token, request.headers.get("TERMID", ""))
        if isinstance(found, str):
            raise _refusal(found)
        return found

    def _guarded(self, handler: _Handler) -> _Handler:
        async def handle(request: web.Request) -> web.Response:
            self._counters.requests += 1
            try:
                return await handler(request)
            except Refusal as refusal:
                self._counters.refuse(refusal.code)
                return _json({"code": refusal.code, "msg": refusal.msg, "data": []}, refusal.status)

        return handle


def _refusal(code: str) -> Refusal:
    return Refusal(401 if code == "53006" else 400, code, _SAYS[code])


async def _given(request: web.Request) -> dict[str, str]:
    """Return the parameters of a body, which may be JSON or a form."""
    if request.content_type == "application/json":
        try:
            body = orjson.loads(await request.read())
        except ValueError:
            raise Refusal(400, "50002", "JSON syntax error") from None
        given = body if isinstance(body, dict) else {}
    else:
        given = dict(await request.post())
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}
    for name, text in texts.items():
        if len(text) > _LIMIT:
            raise Refusal(400, "53015", f"Parameter {name} exceeds the length limit")
    return texts


def _need(given: Mapping[str, str], name: str) -> str:
    if not given.get(name):
        raise Refusal(400, "53011", f"Parameter {name} can not be empty")
    return given[name]


def _written(pair: Pair) -> dict[str, Any]:
    row: dict[str, Any] = {"access_token": pair.access, "token_type": "Bearer", "expires_in": ACCESS_MS // 1000}
    if pair.refresh:
        row["refresh_token"] = pair.refresh
    return row | {"scope": pair.grant.scope}


def _registered(uri: str, redirects: tuple[str, ...]) -> bool:
    if uri in redirects:
        return True
    parts = urlsplit(uri)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1" or parts.username is not None:
        return False
    return parts._replace(netloc="127.0.0.1").geturl() in redirects


def _back(asked: Mapping[str, str], **answer: str) -> str:
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    state = {"state": asked["state"]} if "state" in asked else {}
    return f"{asked['redirect_uri']}{joint}{urlencode({**answer, **state})}"


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _html(page: str, status: int = 200) -> web.Response:
    # Not "no-referrer": browsers then hide the origin of a form, too.
    headers = {"Cache-Control": "no-store", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    return web.Response(status=status, text=page, content_type="text/html", headers=headers)


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
