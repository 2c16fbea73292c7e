"""One question to one user: the authorize URL, what must come back, and what proves that it was we who asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..core.row import HiddenRow
from ..errors import AuthorizationDenied, AuthorizationFailed, BadParameter, StateMismatch
from ..settings import Secret

__all__ = ["Answer", "Login", "Places", "challenge_of", "query_of"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Places:
    """Where OAuth happens. Everything here is unverified: integrators report it, no public page of the exchange does.

    Args:
        authorize: The page where a user says yes or no; some integrators use ``.../account/oauth/authorize``.
        token: Paths of the token endpoint on the user's site, tried in this order until one is not "404".
        revoke: Path of a revocation endpoint as in RFC 7009. No source names one; ``None`` for none.
        extra: Further parameters of the authorize page; ``access_type=offline`` asks for a refresh token.
    """

    authorize: str = "https://www.okx.com/account/oauth"
    token: tuple[str, ...] = ("/v5/users/oauth/token", "/api/v5/users/oauth/token")
    revoke: str | None = None
    extra: Mapping[str, str] = field(default_factory=lambda: {"access_type": "offline"})

    def __post_init__(self) -> None:
        if not self.token or isinstance(self.token, str):
            raise BadParameter("Places.token must name one path at least, as a tuple")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a user's yes brings.

    Args:
        code: To be exchanged for tokens: once, and within about ten minutes.
        domain: Which regional site the user belongs to (``www``, ``eea``, ``tr``), ``""`` when it is not told.
    """

    code: Secret
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """A question to one user. Keep it until the answer comes, with the browser's session and nowhere else.

    Args:
        url: Where to send the browser.
        redirect_uri: Where the browser comes back to.
        scope: What is asked for.
        state: Comes back with the answer; nobody else can know it.
        verifier: Proves to the token endpoint that the code is ours (PKCE), ``None`` in an application with a secret.
    """

    url: str = field(repr=False)
    redirect_uri: str
    scope: str
    state: Secret
    verifier: Secret | None

    @classmethod
    def ask(
        cls, places: Places, client_id: str, redirect_uri: str, scope: str, *, pkce: bool, broker: str | None = None
    ) -> Login:
        """Make a question.

        Args:
            places: Where the authorize page is.
            client_id: Who asks.
            redirect_uri: Must equal the registered one, to the letter.
            scope: ``read_only``, ``trade``, ``read_only,trade`` or ``fast_api``; others are passed on.
            pkce: Whether a code verifier stands for a client secret.
            broker: Broker code (``channelId``); without it some integrators landed on a wrong page.
        """
        _check_redirect(redirect_uri)
        if not re.fullmatch(r"[\x21-\x7e]+", scope):
            raise BadParameter(f"scope must be words with commas between, e.g. 'read_only,trade', not {scope!r}")
        if pkce and "fast_api" in scope.split(","):
            raise BadParameter("scope fast_api needs an application with a client secret: PKCE is refused for it")
        state = secrets.token_urlsafe(32)
        verifier = secrets.token_urlsafe(48) if pkce else None
        asked = {"client_id": client_id, "response_type": "code", "redirect_uri": redirect_uri, "scope": scope}
        asked |= {"state": state, **places.extra}
        if broker is not None:
            asked["channelId"] = broker
        if verifier is not None:
            asked |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        joint = "&" if urlsplit(places.authorize).query else "?"
        url = f"{places.authorize}{joint}{urlencode(asked)}"
        return cls(url, redirect_uri, scope, Secret(state), Secret(verifier) if verifier is not None else None)

    def read(self, answer: str | Mapping[str, str]) -> Answer:
        """Return what came back.

        Args:
            answer: The URL that the browser came back with, or its query by name.

        Raises:
            StateMismatch: It is not the answer to this question.
            AuthorizationDenied: The user, or the exchange, said no.
            AuthorizationFailed: There is no code in it.
        """
        answer = told = query_of(answer)  # both hidden: tools print the local variables of a traceback
        # Before anything else: whatever has another state was not meant for us, not even a "no".
        if not hmac.compare_digest(told.get("state", "").encode(), self.state.reveal().encode()):
            raise StateMismatch("the answer does not belong to this login (state differs): do not use it, ask again")
        if "error" in told:
            raise AuthorizationDenied(_word(told["error"]))
        if not told.get("code"):
            raise AuthorizationFailed("the answer has no code")
        return Answer(Secret(told["code"]), told.get("domain", ""))


def query_of(answer: str | Mapping[str, str]) -> HiddenRow:
    """Return the query of an answer by name; it does not show itself."""
    return HiddenRow(parse_qsl(urlsplit(answer).query) if isinstance(answer, str) else answer)


def challenge_of(verifier: str) -> str:
    """Return the code challenge of a verifier. (RFC 7636, section 4.2, S256)"""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _check_redirect(uri: str) -> None:
    parts = urlsplit(uri)
    if parts.fragment or not parts.hostname:
        raise BadParameter(f"redirect_uri must be a whole URL without '#', not {uri!r}")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise BadParameter("redirect_uri must be https, for the code travels in it; http is for 127.0.0.1 only")


def _word(error: str) -> str:
    """Return an error word; whoever made the URL wrote it, so it is cut down to what an error word can be."""
    return re.sub(r"[^A-Za-z0-9_.-]", "", error)[:60] or "unknown"
