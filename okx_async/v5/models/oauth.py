"""Rows of the chapter OAuth and Fast API."""

from __future__ import annotations

import msgspec

from ...core.row import V5Row
from ...settings import Secret

__all__ = ["FastApiKey", "KeyDeleted", "McpClient", "McpToken", "OAuthToken"]


class OAuthToken(V5Row, frozen=True, gc=False, kw_only=True):
    """Tokens of a user. A refresh kills the old access token at once."""

    access_token: Secret = msgspec.field(name="access_token")
    """Bearer token, 1 hour."""
    refresh_token: Secret | None = msgspec.field(default=None, name="refresh_token")
    """3 days; not given for scope fast_api."""
    token_type: str | None = msgspec.field(default=None, name="token_type")
    """Bearer."""
    expires_in: int | None = msgspec.field(default=None, name="expires_in")
    """Seconds, 3600."""
    scope: str | None = msgspec.field(default=None, name="scope")
    """Granted scopes; not always there."""


class FastApiKey(V5Row, frozen=True, gc=False, kw_only=True):
    """A new API key of the user. The only time its secret is told."""

    label: str | None = None
    api_key: Secret | None = None
    secret_key: Secret | None = None
    """Shown once."""
    passphrase: Secret | None = None
    perm: str | None = None
    """Rights with commas between."""
    bind_app: bool | None = None


class KeyDeleted(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether the key is gone."""

    result: bool | None = None
    """True when deleted."""


class McpClient(V5Row, frozen=True, gc=False, kw_only=True):
    """A client of the agent tools' OAuth."""

    client_id: str = msgspec.field(name="client_id")
    """Public client, no secret."""


class McpToken(V5Row, frozen=True, gc=False, kw_only=True):
    """Tokens of the agent tools' OAuth."""

    access_token: Secret = msgspec.field(name="access_token")
    refresh_token: Secret | None = msgspec.field(default=None, name="refresh_token")
