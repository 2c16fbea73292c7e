"""Signatures: HMAC-SHA256 over a text both sides can rebuild, in Base64.

Both dialects sign ``timestamp + METHOD + path with query + body``; they differ in how the timestamp is written.
V5 REST wants ISO milliseconds and its socket login whole seconds (protocol.md, "Private request headers", "Login");
V3 takes ISO on REST and seconds with three decimals on the socket (V3 protocol.md, "Signature", "Timestamps").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from functools import lru_cache

from ..settings import Credentials

__all__ = ["LOGIN_PATH", "STAMP", "TAKEN_FOR_MS", "Signer", "iso_timestamp", "sign"]

LOGIN_PATH = "/users/self/verify"
"""What both dialects sign, behind ``GET``, to log a socket in."""

STAMP = "OK-ACCESS-TIMESTAMP"
"""The header with the moment a request is signed for."""

TAKEN_FOR_MS = 30_000
"""How old a signature may be: the exchange refuses an older one. (V5 "Private request headers"; V3 "Timestamps")"""


def sign(credentials: Credentials, prehash: str) -> str:
    """Return the Base64 text of HMAC-SHA256 of ``prehash`` under the secret key."""
    digest = hmac.digest(credentials.secret_key.reveal().encode(), prehash.encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()


@lru_cache(maxsize=2)
def _second_text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso_timestamp(ms: int) -> str:
    """Return Unix milliseconds as ISO 8601 UTC with exactly three decimals and ``Z``."""
    second, rest = divmod(ms, 1000)
    return f"{_second_text(second)}.{rest:03d}Z"


class Signer:
    """Signs the REST requests of one key, the same in both dialects.

    The secret is worked into an HMAC once, and each signature goes on from a copy of it.

    Args:
        credentials: Whose key signs.
    """

    __slots__ = ("_hmac", "_key", "_passphrase")

    def __init__(self, credentials: Credentials) -> None:
        self._key = credentials.api_key
        self._passphrase = credentials.passphrase
        self._hmac = hmac.new(credentials.secret_key.reveal().encode(), digestmod=hashlib.sha256)

    def headers(self, ms: int, method: str, path: str, body: bytes) -> dict[str, str]:
        """Return the authentication headers of one request.

        Args:
            ms: The exchange's time, Unix milliseconds; at most 30 s off.
            method: Upper case.
            path: With the query string, exactly as sent.
            body: Exactly as sent, empty for none.
        """
        timestamp = iso_timestamp(ms)
        signed = self._hmac.copy()
        signed.update(f"{timestamp}{method}{path}".encode())
        signed.update(body)
        return {
            "OK-ACCESS-KEY": self._key.reveal(),
            "OK-ACCESS-SIGN": base64.b64encode(signed.digest()).decode(),
            STAMP: timestamp,
            "OK-ACCESS-PASSPHRASE": self._passphrase.reveal(),
        }
