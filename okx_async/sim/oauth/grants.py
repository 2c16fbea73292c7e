"""Codes and tokens of the simulated exchange: who granted what to whom, how long it lives, what kills it.

Lives are documented: a code about ten minutes and once, an access token an hour, a refresh token three days; a refresh
kills the pair before it. Which code answers which dead token is not documented in every case; `Grants.judge` tells what
is answered here.
"""

from __future__ import annotations

import base64
import hashlib
import random
from dataclasses import dataclass, field

from ..clock import Clock
from ..keys import PlainKey
from ..query_v5 import Refusal

__all__ = ["ACCESS_MS", "CODE_MS", "REFRESH_MS", "App", "Grant", "Grants", "Pair", "Ticket"]

CODE_MS = 600_000
ACCESS_MS = 3_600_000
REFRESH_MS = 3 * 86_400_000


@dataclass(slots=True)
class App:
    """A registered application.

    Attributes:
        client_id: Its name on the wire.
        client_secret: Of its server; a PKCE application shows none.
        name: What users see.
        redirects: Registered redirect URIs. One of 127.0.0.1 without a port stands for every port (RFC 8252).
        scopes: What it may ask for.
        fast_api: Whether the Fast API right is enabled (53017).
        ips: Its servers: addresses keys may be bound to with ``bindApp`` (50118), and the only ones that may call the
            token endpoint (53014); empty for none registered, which lets everybody call.
    """

    client_id: str
    client_secret: str
    name: str = "Demo Desk"
    redirects: tuple[str, ...] = ("http://127.0.0.1/callback", "https://app.example/callback")
    scopes: frozenset[str] = frozenset(("read_only", "trade", "fast_api"))
    fast_api: bool = True
    ips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """An authorization code and what it stands for.

    Args:
        app: For whom.
        user: Who said yes.
        scope: To what.
        redirect_uri: Where the browser was sent.
        challenge: PKCE, ``""`` for none.
        ends: When it is too late, market time.
    """

    app: App
    user: PlainKey
    scope: str
    redirect_uri: str
    challenge: str
    ends: int


@dataclass(slots=True)
class Grant:
    """What one user granted one application, until one of both ends it.

    Attributes:
        app: For whom.
        user: Who.
        scope: As asked, words with commas between.
        pkce: Whether it was granted to an application without a secret.
        ended: The code that answers all its tokens from now on, ``""`` while it lasts.
    """

    app: App
    user: PlainKey
    scope: str
    pkce: bool
    ended: str = ""

    @property
    def scopes(self) -> frozenset[str]:
        """The words of its scope."""
        return frozenset(self.scope.split(","))


@dataclass(slots=True)
class Pair:
    """One access token and its refresh token.

    Attributes:
        grant: What it belongs to.
        access: The access token.
        refresh: The refresh token, ``""`` for none.
        access_ends: When the access token ends, market time.
        refresh_ends: When the refresh token ends.
        replaced: Whether a refresh killed it.
    """

    grant: Grant
    access: str
    refresh: str
    access_ends: int
    refresh_ends: int
    replaced: bool = False


@dataclass(slots=True)
class Tally:
    """What happened, for tests.

    Attributes:
        codes: Codes given.
        exchanged: Codes exchanged for tokens.
        refreshed: Refreshes.
        dead: Requests that showed a token that was dead or unknown.
    """

    codes: int = 0
    exchanged: int = 0
    refreshed: int = 0
    dead: int = 0


@dataclass(slots=True)
class Grants:
    """Every code and token that was ever given.

    Args:
        clock: Market time.
        source: What codes and tokens are made of.
    """

    clock: Clock
    source: random.Random
    tally: Tally = field(default_factory=Tally)
    _tickets: dict[str, Ticket] = field(default_factory=dict[str, Ticket])
    _by_access: dict[str, Pair] = field(default_factory=dict[str, Pair])
    _by_refresh: dict[str, Pair] = field(default_factory=dict[str, Pair])

    def issue(self, app: App, user: PlainKey, scope: str, redirect_uri: str, challenge: str) -> str:
        """Return a new authorization code."""
        code = self._text("code")
        self._tickets[code] = Ticket(app, user, scope, redirect_uri, challenge, self.clock.now() + CODE_MS)
        self.tally.codes += 1
        return code

    def exchange(self, app: App, code: str, *, proven: bool, verifier: str, redirect_uri: str) -> Pair:
        """Return the first pair of a code, which is used up by it, whatever comes of it.

        Args:
            app: Who shows it.
            code: The code.
            proven: Whether the application showed its secret.
            verifier: The PKCE verifier, ``""`` for none.
            redirect_uri: As repeated, ``""`` for not.
        """
        ticket = self._tickets.pop(code, None)
        if ticket is None or ticket.app is not app or self.clock.now() >= ticket.ends:
            raise Refusal(400, "53012", "The authorization code has expired")
        if redirect_uri and redirect_uri != ticket.redirect_uri:
            raise Refusal(400, "53016", "redirect_uri is invalid")
        if not (_matches(verifier, ticket.challenge) if ticket.challenge else proven):
            raise Refusal(400, "53009", "Authorization failed")
        self.tally.exchanged += 1
        return self._pair(Grant(app, ticket.user, ticket.scope, bool(ticket.challenge)))

    def refresh(self, app: App, token: str, *, proven: bool) -> Pair:
        """Return the next pair and kill the one before."""
        pair = self._by_refresh.get(token)
        grant = pair.grant if pair is not None else None
        if pair is None or grant is None or grant.app is not app or pair.replaced:
            raise Refusal(400, "53005", "Invalid refresh token")
        if not (proven or grant.pkce):
            raise Refusal(400, "53009", "Authorization failed")
        if grant.ended:
            raise Refusal(400, grant.ended, "The authorization has ended")
        if self.clock.now() >= pair.refresh_ends:
            raise Refusal(400, "53005", "Invalid refresh token")
        pair.replaced = True
        self.tally.refreshed += 1
        return self._pair(grant)

    def judge(self, access: str) -> Grant | str:
        """Return whose an access token is, or the code that answers it.

        Unknown ones get 53000, expired ones 53002, replaced and revoked ones 53003; 53001 when the user took the
        authorization back and 53004 when the user is frozen.
        """
        pair = self._by_access.get(access)
        if pair is None:
            return self._dead("53000")
        if pair.grant.ended:
            return self._dead(pair.grant.ended)
        if pair.replaced:
            return self._dead("53003")
        if self.clock.now() >= pair.access_ends:
            return self._dead("53002")
        return pair.grant

    def revoke(self, app: App, token: str) -> None:
        """End the grant that a token belongs to; a token that nobody knows is no error (RFC 7009, section 2.2)."""
        pair = self._by_refresh.get(token) or self._by_access.get(token)
        if pair is not None and pair.grant.app is app:
            pair.grant.ended = "53003"

    def end(self, user: PlainKey, code: str) -> None:
        """Let a code answer all tokens of a user from now on."""
        for pair in self._by_access.values():
            if pair.grant.user is user:
                pair.grant.ended = code

    def _dead(self, code: str) -> str:
        self.tally.dead += 1
        return code

    def _pair(self, grant: Grant) -> Pair:
        # No refresh token with the scope fast_api. (OAuth, Fast API)
        refresh = "" if "fast_api" in grant.scopes else self._text("refresh")
        now = self.clock.now()
        pair = Pair(grant, self._text("access"), refresh, now + ACCESS_MS, now + REFRESH_MS)
        self._by_access[pair.access] = pair
        if refresh:
            self._by_refresh[refresh] = pair
        return pair

    def _text(self, what: str) -> str:
        return f"sim-{what}-{self.source.getrandbits(160):040x}"


def _matches(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier made a challenge. (RFC 7636, section 4.6)"""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return made == challenge
