"""What a client adds to a refusal: where it stands itself; and what it takes out: its own credentials, quoted back.

The exchange's text about an address list names the key, for one. (field lessons 82, 83, 94)
"""

from __future__ import annotations

import re

import orjson

from ..errors import ClockSkew, OkxError, Refused, WrongEnvironment
from ..settings import Credentials, Site

__all__ = ["advise", "hidden"]

_STARS = b"***"
_SIGNATURE = re.compile(rb"(?:[A-Za-z0-9+]|\\?/){43}=")
"""Base64 of 32 bytes, also with its slashes escaped as some writers of JSON do."""
_SHORT = 8
"""Shorter texts than that are no secrets of an exchange, and replacing them would tear other words apart."""


def hidden(raw: bytes, credentials: Credentials | None) -> bytes:
    """Return an answer without the credentials and signatures it quotes."""
    if credentials is not None:
        for secret in (credentials.api_key, credentials.passphrase, credentials.secret_key):
            plain = secret.reveal()
            if len(plain) >= _SHORT:
                raw = raw.replace(plain.encode(), _STARS).replace(orjson.dumps(plain)[1:-1], _STARS)
        raw = _SIGNATURE.sub(_STARS, raw)
    return raw


def advise(error: OkxError, site: Site, credentials: Credentials | None, offset_ms: float | None) -> None:
    """Add to a refusal what only this client knows, and hide its credentials.

    Args:
        error: What was said; others than refusals are left alone.
        site: Where this client is.
        credentials: As whom.
        offset_ms: How far the exchange's clock is ahead, ``None`` when that was not measured.
    """
    if not isinstance(error, Refused):
        return
    error.msg = hidden(error.msg.encode(), credentials).decode()
    error.args = (error.code, error.msg)
    if isinstance(error, WrongEnvironment):
        error.hint += f"; this client is on the {'demo' if site.demo else 'live'} site {site.name!r}"
    elif isinstance(error, ClockSkew):
        measured = "it could not be measured" if offset_ms is None else f"measured offset {offset_ms:+.0f} ms"
        error.hint += f"; {measured}"
