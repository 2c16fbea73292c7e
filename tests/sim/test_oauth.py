"""The simulator's OAuth server by its own rules: what it refuses, with which code, spoken to in plain HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.oauth.pages import ask_page

BACK = "https://app.example/callback"
# RFC 7636, appendix B.
VERIFIER, CHALLENGE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PHRASE = "Tr0ub4dor&3"


class Talk:
    """Plain HTTP to one exchange."""

    def __init__(self, sim: Exchange, http: aiohttp.ClientSession) -> None:
        self.sim = sim
        self.oauth = sim.oauth
        self._http = http
        self.me = {"client_id": sim.oauth.app.client_id, "client_secret": sim.oauth.app.client_secret}

    def url(self, **changed: str | None) -> str:
        """Return an authorize URL; ``None`` leaves a parameter out."""
        asked = {"client_id": self.me["client_id"], "response_type": "code", "redirect_uri": BACK}
        asked |= {"scope": "read_only,trade", "state": "st4te"}
        given = {name: text for name, text in (asked | changed).items() if text is not None}
        return f"{self.sim.rest}/account/oauth?{urlencode(given)}"

    async def code(self, **changed: str | None) -> str:
        """Let the user say yes and return the code."""
        back = await self.oauth.play_user(self.url(**changed))
        return parse_qs(urlsplit(back).query)["code"][0]

    async def post(self, path: str, bearer: str = "", *, form: bool = False, **fields: Any) -> tuple[int, Any]:
        """Post JSON or a form, and return status and answer."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        body: dict[str, Any] = {"data": fields} if form else {"json": fields}
        async with self._http.post(self.sim.rest + path, headers=headers, **body) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, bearer: str) -> str:
        """Read something private and return the code of the answer."""
        async with self._http.get(self.sim.rest + path, headers={"Authorization": f"Bearer {bearer}"}) as answer:
            return str((await answer.json())["code"])

    async def token(self, **fields: Any) -> Any:
        """Ask the token endpoint; returns the answer, or the code of its refusal."""
        _, said = await self.post("/v5/users/oauth/token", **{**self.me, **fields})
        return said.get("code", said)

    async def grant(self, scope: str = "read_only,trade") -> Any:
        """Return a whole new pair."""
        return await self.token(grant_type="authorization_code", code=await self.code(scope=scope))

    async def self(self, bearer: str, **headers: str) -> Any:
        """Ask who the bearer is; returns the row, or the code of the refusal."""
        given = {"Authorization": f"Bearer {bearer}", **headers}
        async with self._http.get(self.sim.rest + "/api/v5/users/self", headers=given) as answer:
            said = await answer.json()
            return said["data"][0] if said["code"] == "0" else said["code"]


@asynccontextmanager
async def talk() -> AsyncIterator[Talk]:
    """Open an exchange to talk to."""
    async with Exchange(7, instruments=1, rate=0, history_minutes=1, clock=VirtualClock()) as sim:
        async with aiohttp.ClientSession() as http:
            yield Talk(sim, http)


async def test_a_token_reply_has_no_envelope_and_opens_private_rest() -> None:
    """In JSON and as a form."""
    async with talk() as t:
        for form in (False, True):
            given = {**t.me, "grant_type": "authorization_code", "code": await t.code(), "redirect_uri": BACK}
            status, said = await t.post("/v5/users/oauth/token", form=form, **given)
            assert status == 200
            assert {**said, "access_token": "", "refresh_token": ""} == {
                "access_token": "",
                "refresh_token": "",
                "token_type": "Bearer",
                "expires_in": 3_600,
                "scope": "read_only,trade",
            }
            assert await t.self(said["access_token"]) == {"user": "1", "vip": "4"}
        assert "refresh_token" not in await t.grant("fast_api")


async def test_the_callback_tells_code_state_and_site() -> None:
    async with talk() as t:
        back = urlsplit(await t.oauth.play_user(t.url()))
        assert set(parse_qs(back.query)) == {"code", "state", "domain"}
        assert parse_qs(back.query)["state"] == ["st4te"]
        denied = urlsplit(await t.oauth.play_user(t.url(), grant=False))
        assert parse_qs(denied.query) == {"error": ["access_denied"], "state": ["st4te"]}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "withdraw"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "fast_api", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}, "invalid_scope"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
    ],
)
async def test_what_the_application_asked_wrongly_is_told_to_it(changed: dict[str, str | None], error: str) -> None:
    async with talk() as t:
        back = urlsplit(await t.oauth.play_user(t.url(**changed)))
        assert parse_qs(back.query)["error"] == [error]
        assert t.oauth.grants.tally.codes == 0


@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({"client_id": "nobody"}, False),
        ({"redirect_uri": None}, False),
        ({"redirect_uri": "https://evil.example/callback"}, False),
        ({"redirect_uri": BACK + "/more"}, False),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, False),
        ({"redirect_uri": "http://127.0.0.1@evil.example/callback"}, False),
        ({"redirect_uri": "http://x@127.0.0.1:9/callback"}, False),
        ({"redirect_uri": "http://127.0.0.1:9/callback"}, True),
    ],
)
async def test_the_browser_is_only_sent_where_the_application_registered(
    changed: dict[str, str | None], good: bool
) -> None:
    """An address of 127.0.0.1 stands for every port."""
    async with talk() as t, aiohttp.ClientSession() as http:
        async with http.get(t.url(**changed), allow_redirects=False) as page:
            assert page.status == (200 if good else 400)
            assert "Location" not in page.headers
        given = {name: texts[0] for name, texts in parse_qs(urlsplit(t.url(**changed)).query).items()}
        posted = {**given, "decision": "grant"}
        async with http.post(t.sim.rest + "/account/oauth", data=posted, allow_redirects=False) as page:
            assert page.status == (303 if good else 400)


async def test_a_decision_comes_from_the_page_itself() -> None:
    """Not from a form on somebody else's page."""
    async with talk() as t, aiohttp.ClientSession(headers={"Origin": "https://evil.example"}) as http:
        given = {name: texts[0] for name, texts in parse_qs(urlsplit(t.url()).query).items()}
        async with http.post(t.sim.rest + "/account/oauth", data={**given, "decision": "grant"}) as page:
            assert page.status == 400
        assert t.oauth.grants.tally.codes == 0


def test_the_page_shows_names_as_text() -> None:
    page = ask_page("<b>Desk", "user 1", ["read_only", "<i>"], "a.example", {"state": '"><script>'})
    for bad in ("<b>Desk", "<i>", "<script>"):
        assert bad not in page.replace("<b>Look", "")


async def test_codes_of_the_token_endpoint() -> None:
    async with talk() as t:
        ask = {"grant_type": "authorization_code"}
        assert await t.token() == "53011"
        assert await t.token(grant_type="password") == "53010"
        assert await t.token(**ask) == "53011"
        assert await t.token(**ask, code="guess") == "53012"
        assert await t.token(**ask, code="x" * 1_025) == "53015"
        assert await t.token(**ask, code=await t.code(), client_id="nobody") == "53009"
        assert await t.token(**ask, code=await t.code(), client_secret="guess") == "53009"
        assert await t.token(**ask, code=await t.code(), client_secret="") == "53009"
        assert await t.token(**ask, code=await t.code(), redirect_uri=BACK + "/") == "53016"
        late = await t.code()
        await t.sim.advance(600)
        assert await t.token(**ask, code=late) == "53012"
        t.oauth.app.ips = ("192.0.2.1",)
        assert await t.token(**ask, code="guess") == "53014"
        assert t.oauth.grants.tally.exchanged == 0


async def test_a_code_is_used_up_by_a_wrong_try() -> None:
    async with talk() as t:
        code = await t.code()
        assert await t.token(grant_type="authorization_code", code=code, redirect_uri=BACK + "x") == "53016"
        assert await t.token(grant_type="authorization_code", code=code) == "53012"


@pytest.mark.parametrize(
    ("verifier", "good"), [(VERIFIER, True), (VERIFIER + "x", False), (CHALLENGE, False), ("", False)]
)
async def test_a_verifier_must_fit_its_challenge(verifier: str, good: bool) -> None:
    """The secret does not stand in for it."""
    async with talk() as t:
        code = await t.code(code_challenge=CHALLENGE, code_challenge_method="S256")
        said = await t.token(grant_type="authorization_code", code=code, code_verifier=verifier)
        assert ("access_token" in said) if good else said == "53009"


async def test_a_refresh_kills_the_old_pair_at_once() -> None:
    async with talk() as t:
        first = await t.grant()
        second = await t.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
        assert await t.self(first["access_token"]) == "53003"
        assert await t.self(second["access_token"]) == {"user": "1", "vip": "4"}
        assert await t.token(grant_type="refresh_token", refresh_token=first["refresh_token"]) == "53005"
        assert await t.token(grant_type="refresh_token", refresh_token="guess") == "53005"
        unproven = {"grant_type": "refresh_token", "refresh_token": second["refresh_token"], "client_secret": ""}
        assert await t.token(**unproven) == "53009"


async def test_tokens_end() -> None:
    async with talk() as t:
        pair = await t.grant()
        await t.sim.advance(3_599)
        assert await t.self(pair["access_token"]) == {"user": "1", "vip": "4"}
        await t.sim.advance(1)
        assert await t.self(pair["access_token"]) == "53002"
        await t.sim.advance(3 * 86_400 - 3_600)
        assert await t.token(grant_type="refresh_token", refresh_token=pair["refresh_token"]) == "53005"
        assert await t.self("guess") == "53000"
        assert t.oauth.grants.tally.dead == 2


@pytest.mark.parametrize(("end", "code"), [("take_back", "53001"), ("freeze", "53004"), ("revoke", "53003")])
async def test_what_ends_an_authorization_answers_all_its_tokens(end: str, code: str) -> None:
    async with talk() as t:
        pair = await t.grant()
        if end == "revoke":
            assert await t.post(t.oauth.revoke_path, client_id=t.me["client_id"], token="guess") == (
                200,
                {"code": "0", "msg": "", "data": []},
            )
            await t.post(t.oauth.revoke_path, client_id=t.me["client_id"], token=pair["refresh_token"])
        else:
            getattr(t.oauth, end)()
        assert await t.self(pair["access_token"]) == code
        assert await t.token(grant_type="refresh_token", refresh_token=pair["refresh_token"]) == code


@pytest.mark.parametrize(
    ("scope", "reads", "trades"),
    [("read_only", "0", "53013"), ("trade", "0", "50014"), ("fast_api", "53013", "53013")],
)
async def test_a_bearer_may_do_in_private_rest_what_its_scope_says(scope: str, reads: str, trades: str) -> None:
    """What is let in is refused for its empty order only."""
    async with talk() as t:
        token = (await t.grant(scope))["access_token"]
        assert await t.get("/api/v5/account/config", token) == reads
        assert (await t.post("/api/v5/trade/order", token, instId=""))[1]["code"] == trades
        assert await t.get("/api/v5/account/config", "guess") == "53000"


async def test_a_device_is_named_where_it_must_be() -> None:
    """Only tokens of an application without a secret need it."""
    async with talk() as t:
        reader = (await t.grant("read_only"))["access_token"]
        code = await t.code(code_challenge=CHALLENGE, code_challenge_method="S256")
        pkce = await t.token(grant_type="authorization_code", code=code, code_verifier=VERIFIER)
        t.oauth.need_device = True
        assert await t.self(pkce["access_token"]) == "53006"
        assert await t.self(pkce["access_token"], TERMID="desk") == {"user": "1", "vip": "4"}
        assert await t.self(reader) == {"user": "1", "vip": "4"}


async def test_codes_of_fast_api() -> None:
    async with talk() as t:
        bearer = (await t.grant("fast_api"))["access_token"]
        create, delete = "/api/v5/users/oauth/apikey", "/api/v5/users/oauth/delete-apikey"

        async def code(path: str, **fields: Any) -> str:
            return str((await t.post(path, bearer, **fields))[1]["code"])

        good: dict[str, Any] = {"label": "desk", "passphrase": PHRASE}
        assert await code(delete) == "59506"
        assert await code(create, **good, bindApp=True) == "50118"
        assert await code(create, **{**good, "label": ""}) == "53010"
        assert await code(create, **{**good, "passphrase": "simple"}) == "53010"
        assert await code(create, **good, perm="withdraw") == "53010"
        assert await code(create, **good) == "0"
        assert await code(create, **good) == "50116"
        assert await code(delete) == "0"
        t.oauth.app.ips = ("127.0.0.1",)
        assert await code(create, **good, bindApp=True) == "0"
        await code(delete)
        t.oauth.app.fast_api = False
        assert await code(create, **good) == "53017"
        bearer = "guess"
        assert await code(create, **good) == "53000"


async def test_the_same_seed_gives_the_same_application_and_tokens() -> None:
    pairs = []
    for _ in range(2):
        async with talk() as t:
            pairs.append((t.me, await t.grant()))
    assert pairs[0] == pairs[1]
