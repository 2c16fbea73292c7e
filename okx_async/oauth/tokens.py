"""The tokens of one user, how long they live, and how a store writes them."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ..errors import TokenStoreFailed
from ..settings import Secret
from ..v5.models.oauth import OAuthToken

__all__ = ["ACCESS_SECONDS", "REFRESH_SECONDS", "TokenPair"]

ACCESS_SECONDS = 3_600.0
"""Life of an access token where the answer does not tell. (OAuth, access token: 1 hour)"""
REFRESH_SECONDS = 3 * 86_400.0
"""Life of a refresh token; no answer tells it. (OAuth, refresh token: 3 days)"""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What an application holds of one user.

    Args:
        access_token: Shown with every request.
        refresh_token: Shown once, for the next pair; ``None`` with the scope ``fast_api``.
        expires: When the access token ends, Unix seconds of this machine's clock.
        refresh_expires: When the refresh token ends.
        scope: What was granted, as the exchange wrote it, ``""`` when it did not say.
        domain: Which regional site the user belongs to, ``""`` when the exchange did not say.
    """

    access_token: Secret
    refresh_token: Secret | None
    expires: float
    refresh_expires: float
    scope: str = ""
    domain: str = ""

    @classmethod
    def granted(cls, said: OAuthToken, now: float, *, domain: str = "", before: TokenPair | None = None) -> TokenPair:
        """Return the pair of an answer of the token endpoint.

        Args:
            said: The answer.
            now: When the question was sent, so that no token is believed to live longer than it does.
            domain: Of the callback.
            before: The pair that a refresh replaces. What the answer leaves out stays as it was.
        """
        # RFC 6749 (section 6) lets a refresh leave out a refresh token that has not changed.
        unchanged = before is not None and said.refresh_token is None
        return cls(
            access_token=said.access_token,
            refresh_token=before.refresh_token if before is not None and unchanged else said.refresh_token,
            expires=now + (said.expires_in or ACCESS_SECONDS),
            refresh_expires=before.refresh_expires if before is not None and unchanged else now + REFRESH_SECONDS,
            scope=said.scope or (before.scope if before is not None else ""),
            domain=domain or (before.domain if before is not None else ""),
        )

    def to_bytes(self) -> bytes:
        """Return the pair with its tokens in plain text, for a store that seals what it writes."""
        return msgspec.json.encode(
            _Written(
                self.access_token.reveal(),
                self.refresh_token.reveal() if self.refresh_token is not None else None,
                self.expires,
                self.refresh_expires,
                self.scope,
                self.domain,
            )
        )

    @classmethod
    def from_bytes(cls, raw: bytes) -> TokenPair:
        """Return the pair that `to_bytes` wrote.

        Raises:
            TokenStoreFailed: The bytes are something else.
        """
        try:
            kept = _read.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # The parser's message may quote the text, and the text holds the tokens.
            raise TokenStoreFailed("what the token store holds is no pair of tokens") from None
        return cls(
            Secret(kept.access_token),
            Secret(kept.refresh_token) if kept.refresh_token is not None else None,
            kept.expires,
            kept.refresh_expires,
            kept.scope,
            kept.domain,
        )


class _Written(msgspec.Struct):
    """A pair as it is written."""

    access_token: str
    refresh_token: str | None
    expires: float
    refresh_expires: float
    scope: str = ""
    domain: str = ""


_read = msgspec.json.Decoder(_Written)
