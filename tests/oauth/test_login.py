"""The question to a user: what the URL says, and which answers are believed."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from okx_async import AuthorizationDenied, AuthorizationFailed, BadParameter, Site, StateMismatch
from okx_async.oauth import Login, OAuthApp, Places
from okx_async.oauth.login import challenge_of

BACK = "https://app.example/callback?from=okx"


def ask(pkce: bool = True, scope: str = "trade", redirect: str = BACK) -> Login:
    """Make a question."""
    return Login.ask(Places(), "client-1", redirect, scope, pkce=pkce, broker="desk1")


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_url_says_what_is_asked_and_nothing_secret() -> None:
    login = ask(scope="read_only,trade")
    assert login.verifier is not None
    assert login.url.startswith("https://www.okx.com/account/oauth?")
    assert parse_qs(urlsplit(login.url).query) == {
        "client_id": ["client-1"],
        "response_type": ["code"],
        "redirect_uri": [BACK],
        "scope": ["read_only,trade"],
        "state": [login.state.reveal()],
        "access_type": ["offline"],
        "channelId": ["desk1"],
        "code_challenge": [challenge_of(login.verifier.reveal())],
        "code_challenge_method": ["S256"],
    }
    assert login.verifier.reveal() not in login.url
    assert login.state.reveal() not in repr(login)


def test_an_application_with_a_secret_sends_no_challenge() -> None:
    app = OAuthApp("client-1", site=Site.GLOBAL, client_secret="hush", places=Places(extra={}))
    login = app.ask(BACK)
    assert login.verifier is None
    assert "challenge" not in login.url
    assert "access_type" not in login.url
    assert "hush" not in login.url + repr(app) + repr(login)


def test_no_two_questions_are_alike_and_verifiers_are_as_long_as_the_standard_wants() -> None:
    """43 to 128 characters of a certain kind (RFC 7636, section 4.1)."""
    logins = [ask() for _ in range(20)]
    assert len({login.state for login in logins}) == len({login.verifier for login in logins}) == 20
    for login in logins:
        assert login.verifier is not None
        text = login.verifier.reveal()
        assert 43 <= len(text) <= 128
        assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    ("redirect", "good"),
    [
        ("https://app.example/back", True),
        ("http://127.0.0.1:4711/callback", True),
        ("http://localhost/callback", True),
        ("http://[::1]:1/callback", True),
        ("http://app.example/back", False),
        ("https://app.example/back#part", False),
        ("/back", False),
    ],
)
def test_a_redirect_uri_must_keep_the_code_safe(redirect: str, good: bool) -> None:
    if good:
        assert ask(redirect=redirect).redirect_uri == redirect
    else:
        with pytest.raises(BadParameter, match="redirect_uri"):
            ask(redirect=redirect)


@pytest.mark.parametrize("scope", ["", "read_only, trade", "read only", "tr\nade"])
def test_a_scope_is_words_with_commas(scope: str) -> None:
    with pytest.raises(BadParameter, match="scope"):
        ask(scope=scope)


def test_fast_api_needs_a_secret() -> None:
    """PKCE is refused for it."""
    assert ask(pkce=False, scope="fast_api")
    with pytest.raises(BadParameter, match="fast_api needs an application with a client secret"):
        ask(scope="fast_api")


def back(login: Login, **answer: str) -> str:
    """Return the URL of an answer; it carries the right state unless told otherwise."""
    given = {"state": login.state.reveal(), **answer}
    return f"{login.redirect_uri}&{urlencode(given)}"


def test_the_answer_to_the_question_is_read() -> None:
    """From a URL, or from what a web framework made of it."""
    login = ask()
    url = back(login, code="c0de", domain="eea")
    for answer in (url, dict(parse_qsl(urlsplit(url).query))):
        got = login.read(answer)
        assert (got.code.reveal(), got.domain) == ("c0de", "eea")
        assert "c0de" not in repr(got)


@pytest.mark.parametrize("state", ["", "x", "ü"])
def test_an_answer_with_another_state_is_not_believed_not_even_a_no(state: str) -> None:
    login = ask()
    for answer in ({"code": "c0de"}, {"error": "access_denied"}):
        with pytest.raises(StateMismatch) as caught:
            login.read(back(login, **answer, state=state))
        assert "c0de" not in str(caught.value)
    with pytest.raises(StateMismatch):
        login.read(BACK + "&code=c0de")
    with pytest.raises(StateMismatch):
        login.read(back(ask(), code="c0de"))


def test_a_no_is_a_no() -> None:
    login = ask()
    with pytest.raises(AuthorizationDenied, match="access_denied") as caught:
        login.read(back(login, error="access_denied", code="c0de"))
    assert caught.value.error == "access_denied"
    with pytest.raises(AuthorizationDenied) as caught:
        login.read(back(login, error="<script>\r\nalert(1)</script>"))
    assert caught.value.error == "scriptalert1script"
    with pytest.raises(AuthorizationFailed, match="no code"):
        login.read(back(login))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"client_id": ""}, "client_id is empty"),
        ({"client_secret": ""}, "leave it out for PKCE"),
        ({"device": "two words"}, "device must be"),
        ({"ahead": -1.0}, "not be negative"),
    ],
)
def test_what_an_application_cannot_be(options: dict[str, object], text: str) -> None:
    given = {"client_id": "client-1", "site": Site.GLOBAL, **options}
    with pytest.raises(BadParameter, match=text):
        OAuthApp(**given)  # type: ignore[arg-type]


def test_the_token_endpoint_is_somewhere() -> None:
    for bad in ((), "/v5/users/oauth/token"):
        with pytest.raises(BadParameter, match="as a tuple"):
            Places(token=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("site", "domain", "there"),
    [
        (Site.GLOBAL, "www", Site.GLOBAL),
        (Site.GLOBAL, "eea", Site.EEA),
        (Site.EEA, "www", Site.GLOBAL),
        (Site.DEMO, "eea", Site.EEA_DEMO),
        (Site.US, "", Site.US),
    ],
)
def test_users_of_other_regions_go_to_their_site_in_the_same_environment(site: Site, domain: str, there: Site) -> None:
    assert OAuthApp("client-1", site=site)._site_of(domain) is there


def test_a_site_that_is_not_known_is_refused() -> None:
    with pytest.raises(AuthorizationFailed, match="www, eea"):
        OAuthApp("client-1", site=Site.GLOBAL)._site_of("tr")
