"""A whole life of tokens with every logger at DEBUG: codes, verifiers, tokens and keys appear nowhere."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from okx_async import OkxError
from okx_async.oauth import EncryptedFileStore, Login, create_api_key, sealed
from okx_async.sim import FaultKind, RestFault
from okx_async.sim.oauth.grants import Grants
from tests.oauth.desk import REDIRECT, Desk, desk
from tests.system.test_canary import everything_logged, told

__all__ = ["everything_logged"]

# Not local variables: those are among what tracebacks may show.
KNOWN: set[str] = set()
BACK: list[str] = []
TOKEN_PATH = "/v5/users/oauth/token"


def remember(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note every code and token that the exchange makes."""
    real = Grants._text

    def text(grants: Grants, what: str) -> str:
        made = real(grants, what)
        KNOWN.add(made)
        return made

    monkeypatch.setattr(Grants, "_text", text)
    monkeypatch.setattr(sealed, "_COST", 2)
    KNOWN.clear()


async def fail(doing: Callable[[], Any]) -> str:
    """Do what must fail, and return all that the error shows."""
    try:
        await doing()
    except OkxError as error:
        return told(error) + (told(error.__cause__) if error.__cause__ is not None else "")
    raise AssertionError("it went well")


async def life(d: Desk, shown: list[str]) -> None:
    """Authorize, fail to, refresh, fail to, make a key, end."""
    login = d.app.ask(REDIRECT, "read_only,trade")
    BACK[:] = [await d.back(login)]
    KNOWN.add(login.state.reveal())
    if login.verifier is not None:
        KNOWN.add(login.verifier.reveal())
    shown.append(repr(login))
    shown.append(repr(login.read(BACK[0])))
    user = await d.app.finish(login, BACK[0])
    shown.append(await fail(lambda: d.app.finish(login, BACK[0])))
    other: Login = d.app.ask(REDIRECT)
    shown.append(await fail(lambda: d.app.finish(other, BACK[0])))

    async def read() -> None:
        other.read(BACK[0])

    shown.append(await fail(read))
    async with d.client(user) as okx:
        shown.extend((repr(okx), repr(vars(okx)), repr(user), repr(vars(user)), repr(d.app), repr(vars(d.app))))
        await asyncio.gather(*(d.who(okx) for _ in range(3)))
        for kind in (FaultKind.REST_CUT, FaultKind.REST_HTML, FaultKind.REST_RESET):
            d.sim.faults.rest.add(RestFault(kind, "/api/v5/users/self", times=9))
            shown.append(await fail(lambda: d.who(okx)))
            d.sim.faults.rest.clear()
        await d.sim.advance(3_600)
        d.sim.faults.rest.add(RestFault(FaultKind.REST_RESET, TOKEN_PATH, times=3))
        shown.append(await fail(lambda: d.who(okx)))
        await d.who(okx)
        await d.sim.advance(3_600)
        d.sim.faults.rest.add(RestFault(FaultKind.REST_CUT, TOKEN_PATH))
        shown.append(await fail(user.refresh))
        shown.append(await fail(user.refresh))
        shown.append(await fail(lambda: d.who(okx)))


@pytest.mark.parametrize("pkce", [False, True])
async def test_no_code_verifier_or_token_is_ever_shown(
    pkce: bool, everything_logged: io.StringIO, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Logs, reprs, errors with their tracebacks' variables, files: nowhere, in no spelling."""
    remember(monkeypatch)
    path = tmp_path / "tokens"
    options: dict[str, Any] = {"store": EncryptedFileStore(path, "phrase")}
    if pkce:
        options["client_secret"] = None
    shown: list[str] = []
    async with desk(**options) as d:
        KNOWN.add(d.oauth.app.client_secret)
        await life(d, shown)
        if not pkce:
            user = await d.authorize("fast_api", name="maker")
            async with d.client(user) as okx:
                key = await create_api_key(okx, "desk")
                KNOWN.update(one.reveal() for one in (key.api_key, key.secret_key, key.passphrase))
                shown.extend((repr(key), repr(vars(okx))))
                d.sim.faults.rest.add(RestFault(FaultKind.REST_CUT, "/api/v5/users/oauth/apikey"))
                shown.append(await fail(lambda: create_api_key(okx, "desk")))
                for one in (access.key for access in d.oauth._fast_api.keys.values()):
                    KNOWN.update((one.api_key, one.secret_key, one.passphrase))
    gc.collect()
    everything = "\n".join(shown) + everything_logged.getvalue() + path.read_text()
    assert everything_logged.getvalue().count("okx_async.") > 3, "the loggers were not listened to"
    assert len(KNOWN) >= (8 if pkce else 13)
    for secret in KNOWN:
        for form in (secret, base64.b64encode(secret.encode()).decode()):
            at = everything.find(form)
            assert at < 0, everything[max(0, at - 300) : at + 20]


async def test_requests_carry_their_secrets_in_no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers log addresses: tokens go in headers and bodies."""
    from okx_async.net.fetch import Fetch

    remember(monkeypatch)
    seen: list[str] = []
    real = Fetch.request

    async def request(self: Fetch, method: str, url: str, *rest: Any) -> Any:
        seen.append(url)
        return await real(self, method, url, *rest)

    monkeypatch.setattr(Fetch, "request", request)
    async with desk() as d:
        user = await d.authorize()
        await user.refresh()
        async with d.client(user) as okx:
            await d.who(okx)
        await user.revoke()
    assert len(seen) >= 4
    assert not [url for url in seen for secret in KNOWN if secret in url]
    login = d.app.ask(REDIRECT)
    assert set(parse_qs(urlsplit(login.url).query)) == {
        "client_id",
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "access_type",
    }
