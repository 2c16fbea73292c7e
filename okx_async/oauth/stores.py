"""Where tokens are kept: in memory, in an encrypted file, in the system's keyring, or where you like.

A refresh kills the pair before it, so a lost pair is a lost authorization: keep the newest one where it survives.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any, Protocol

from ..errors import BadParameter, TokenStoreFailed
from .tokens import TokenPair

__all__ = ["KeyringStore", "MemoryStore", "TokenStore", "need"]


class TokenStore(Protocol):
    """Keeps the pair of each user. Write your own for a database; what it writes must be sealed.

    One process at a time should refresh the tokens of one user: two that refresh at the same moment kill each other's
    pair. Processes that share a store find what the others have refreshed.
    """

    async def load(self, name: str) -> TokenPair | None:
        """Return the newest pair of a user, ``None`` when there is none."""
        ...

    async def save(self, name: str, pair: TokenPair) -> None:
        """Keep a pair in place of the one before."""
        ...

    async def delete(self, name: str) -> None:
        """Forget a user; no error when there is none."""
        ...


class MemoryStore:
    """Keeps tokens as long as the process lives."""

    def __init__(self) -> None:
        self._pairs: dict[str, TokenPair] = {}

    async def load(self, name: str) -> TokenPair | None:
        """See `TokenStore`."""
        return self._pairs.get(name)

    async def save(self, name: str, pair: TokenPair) -> None:
        """See `TokenStore`."""
        self._pairs[name] = pair

    async def delete(self, name: str) -> None:
        """See `TokenStore`."""
        self._pairs.pop(name, None)


class KeyringStore:
    """Keeps tokens in the system's keyring: Keychain, Windows Credential Locker, Secret Service...

    Needs the extra ``keyring``. Some keyrings take short texts only (Windows about 1,200 characters); whether the
    exchange's tokens are shorter is not documented.

    Args:
        service: The name they are kept under.
        backend: A keyring of the package ``keyring``; by default the system's.

    Raises:
        BadParameter: The package is not there.
    """

    def __init__(self, service: str = "okx-async", *, backend: Any = None) -> None:
        package = need("keyring", "keyring")
        self._service = service
        self._keyring = backend if backend is not None else package.get_keyring()

    async def load(self, name: str) -> TokenPair | None:
        """See `TokenStore`."""
        text: str | None = await self._do("get_password", name)
        return TokenPair.from_bytes(text.encode()) if text is not None else None

    async def save(self, name: str, pair: TokenPair) -> None:
        """See `TokenStore`."""
        await self._do("set_password", name, pair.to_bytes().decode())

    async def delete(self, name: str) -> None:
        """See `TokenStore`."""
        if await self._do("get_password", name) is not None:
            await self._do("delete_password", name)

    async def _do(self, what: str, *args: str) -> Any:
        # A keyring may ask its user for a password: never on the loop.
        try:
            return await asyncio.to_thread(getattr(self._keyring, what), self._service, *args)
        except Exception as error:  # every keyring has errors of its own
            failed = type(error).__name__
        # Outside of the handler: the keyring's own error may show what it was given.
        raise TokenStoreFailed(f"the keyring could not {what.replace('_', ' ')}: {failed}")


def need(package: str, extra: str) -> Any:
    """Import the package behind an extra.

    Raises:
        BadParameter: It is not installed.
    """
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != package.partition(".")[0]:
            raise
        raise BadParameter(f"this needs {package.partition('.')[0]}: pip install 'okx-async[{extra}]'") from None
