"""Fast API: an API key for a user who authorized, straight into `Credentials`. Unverified, like all of OAuth."""

from __future__ import annotations

import secrets
import string
from typing import Literal

from ..client import OKX
from ..errors import BadAnswer, NotFound
from ..settings import Credentials, Secret

__all__ = ["create_api_key", "delete_api_key"]

_NO_KEY = "59506"
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#$%&*+-=?@_")


async def create_api_key(
    okx: OKX,
    label: str,
    *,
    passphrase: str | Secret | None = None,
    perm: Literal["read_only", "trade", "read_only,trade"] = "read_only,trade",
    bind_app: bool | None = None,
    ip: str | None = None,
) -> Credentials:
    """Create the API key that a broker may hold for a user, in place of the one before. (Create API key (Fast API))

    The exchange tells the secret once. When the answer is lost, call it again: the key that nobody knows is replaced.

    Args:
        okx: A client on the user's token, ``OKX(user, allow={"keys"})``, authorized with the scope ``fast_api``.
        label: A note of up to 50 letters or digits.
        passphrase: Of the key; by default a new one of 32 characters.
        perm: What the key may do; never withdrawals.
        bind_app: Tie the key to the application and its list of IP addresses.
        ip: Addresses the key is bound to, up to 20 with commas between.

    Raises:
        CredentialsNeeded: The client is not on a token.
        NotAllowed: Fast API is not enabled (53017), the caller is no API broker (50117), or no IP list (50118).
        Refused: The exchange said no for another reason.
        BadAnswer: The answer lacks a part of the key.
    """
    await delete_api_key(okx)
    chosen = Secret(passphrase if passphrase is not None else _passphrase())
    row = await okx.oauth.create_fast_api_key(label, chosen, perm, bind_app=bind_app, ip=ip)
    if not row.api_key or not row.secret_key:
        raise BadAnswer("the answer lacks a part of the new key; create it once more, which replaces this one")
    return Credentials(row.api_key, row.secret_key, row.passphrase or chosen)


async def delete_api_key(okx: OKX) -> bool:
    """Delete the API key that a broker holds for a user. (Delete API key (Fast API))

    Args:
        okx: A client on the user's token, authorized with the scope ``fast_api``.

    Returns:
        Whether there was one.
    """
    try:
        return (await okx.oauth.delete_fast_api_key()).result is not False
    except NotFound as error:
        if error.code != _NO_KEY:
            raise
        return False


def _passphrase() -> str:
    """Return 32 characters with one of every kind that the exchange wants."""
    while True:
        text = "".join(secrets.choice("".join(_KINDS)) for _ in range(32))
        if all(set(text) & set(kind) for kind in _KINDS):
            return text
