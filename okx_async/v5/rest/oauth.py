"""Chapter OAuth and Fast API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.capability import Needs
from ...core.endpoint import Section, post
from ...core.rules import every, when
from ...core.words import AccessToken, IpList, Label, Passphrase, Word
from ...settings import Secret
from ..models.oauth import FastApiKey, KeyDeleted, McpClient, McpToken, OAuthToken

__all__ = ["OAuth"]


def _named(wire: str) -> Word:
    """OAuth writes its own names with underscores."""
    return Word("", wire=wire)


def _hidden(wire: str) -> Word:
    return Word("A secret text.", r"\S+", "text without blanks", secret=True, wire=wire)


class OAuth(Section, dialect="v5", chapter="oauth"):
    """OAuth tokens and the API keys of the Fast API. Nothing here is confirmed by public pages."""

    @post(
        "/v5/users/oauth/token",
        limit=None,
        scheme="client",
        bare=True,
        check=every(
            when("grant_type", "authorization_code", "code"), when("grant_type", "refresh_token", "refresh_token")
        ),
    )
    async def exchange_token(
        self,
        grant_type: Annotated[Literal["authorization_code", "refresh_token"] | str, _named("grant_type")],
        client_id: Annotated[str, _named("client_id")],
        client_secret: Annotated[str | Secret, _hidden("client_secret")] | None = None,
        code: Annotated[str | Secret, _hidden("code")] | None = None,
        code_verifier: Annotated[str | Secret, _hidden("code_verifier")] | None = None,
        refresh_token: Annotated[str | Secret, _hidden("refresh_token")] | None = None,
        redirect_uri: Annotated[str, _named("redirect_uri")] | None = None,
    ) -> OAuthToken:
        """Get tokens for an authorization code, or new ones for a refresh token, which kills the old pair at once.

        Server applications give ``client_secret``, PKCE applications ``code_verifier``. Unverified; no rate limit
        is documented. (Get or refresh tokens)
        """
        ...

    @post("/api/v5/users/oauth/apikey", limit=None, scheme="bearer", needs=Needs("keys"))
    async def create_fast_api_key(
        self,
        label: Label,
        passphrase: Passphrase,
        perm: Literal["read_only", "trade", "read_only,trade"] | None = None,
        bind_app: bool | None = None,
        ip: IpList | None = None,
        access_token: AccessToken | None = None,
    ) -> FastApiKey:
        """Create an API key for the user who authorized with scope ``fast_api``; it is told once.

        ``access_token`` may be left out where the client was made with one (`okx_async.oauth`, whose
        ``create_api_key`` makes `Credentials` of the answer).
        One key for each broker and user: delete the old one first (50116 otherwise). Unverified; no rate limit is
        documented. (Create API key (Fast API))
        """
        ...

    @post("/api/v5/users/oauth/delete-apikey", limit=None, scheme="bearer", needs=Needs("keys"))
    async def delete_fast_api_key(self, access_token: AccessToken | None = None) -> KeyDeleted:
        """Delete the API key of the user who authorized.

        ``access_token`` may be left out where the client was made with one (`okx_async.oauth`). 59506 means that there
        was none. Unverified; no rate limit is documented. (Delete API key (Fast API))
        """
        ...

    @post("/api/v5/mcp/auth/register", limit=None, auth=False, bare=True)
    async def register_mcp_client(
        self,
        client_name: Annotated[str, _named("client_name")],
        redirect_uris: Annotated[Sequence[str], _named("redirect_uris")],
        scope: str | None = None,
    ) -> McpClient:
        """Register a client of the agent tools' own OAuth, which is not the brokers'.

        Unverified; no rate limit is documented. (Dynamic client registration (agent tools))
        """
        ...

    @post("/api/v5/mcp/auth/token", limit=None, auth=False, bare=True)
    async def exchange_mcp_token(
        self,
        grant_type: Annotated[str, _named("grant_type")],
        client_id: Annotated[str, _named("client_id")],
        resource: str,
        code: Annotated[str | Secret, _hidden("code")] | None = None,
        code_verifier: Annotated[str | Secret, _hidden("code_verifier")] | None = None,
        redirect_uri: Annotated[str, _named("redirect_uri")] | None = None,
    ) -> McpToken:
        """Get or refresh a token of the agent tools' own OAuth.

        ``resource`` is the target's address. Unverified; no rate limit is documented. (Token exchange (agent
        tools))
        """
        ...
