"""Tokens in one encrypted file: AES-256-GCM under a key that scrypt makes of a passphrase."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from ..errors import BadParameter, TokenStoreFailed
from ..settings import Secret
from .stores import need
from .tokens import TokenPair

__all__ = ["EncryptedFileStore"]

_COST = 2**17
"""Of scrypt, with r = 8 and p = 1: 128 MB and less than a second, once for each store."""
_MOST = 2**18
"""The highest that is read: a file must not be able to take all memory."""
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """What is written: how the key was made, and what it seals."""

    version: int
    n: int
    salt: str
    nonce: str
    sealed: str


class EncryptedFileStore:
    """Keeps the tokens of some users in one file that only its passphrase opens. Needs the extra ``oauth``.

    For desktop applications and small tools: the whole file is written anew each time, and atomically. A server with
    thousands of users keeps them in its database (see `TokenStore`).

    Args:
        path: The file; made when it is not there, readable by its owner only.
        passphrase: Opens it. Whoever has both has the tokens.

    Raises:
        BadParameter: The passphrase is empty, or the package ``cryptography`` is not there.
    """

    def __init__(self, path: str | os.PathLike[str], passphrase: str | Secret) -> None:
        self._path = Path(path)
        self._passphrase = Secret(passphrase)
        if not self._passphrase:
            raise BadParameter("the passphrase of the token file is empty")
        self._aead = need("cryptography.hazmat.primitives.ciphers.aead", "oauth")
        self._scrypt = need("cryptography.hazmat.primitives.kdf.scrypt", "oauth")
        self._invalid: type[Exception] = need("cryptography.exceptions", "oauth").InvalidTag
        self._ciphers: dict[tuple[int, str], Any] = {}
        self._salt = ""
        self._lock = asyncio.Lock()

    async def load(self, name: str) -> TokenPair | None:
        """See `TokenStore`."""
        async with self._lock:
            raw = (await asyncio.to_thread(self._read)).get(name)
        return TokenPair.from_bytes(raw.encode()) if raw is not None else None

    async def save(self, name: str, pair: TokenPair) -> None:
        """See `TokenStore`."""
        async with self._lock:
            await asyncio.to_thread(self._change, name, pair.to_bytes().decode())

    async def delete(self, name: str) -> None:
        """See `TokenStore`."""
        async with self._lock:
            await asyncio.to_thread(self._change, name, None)

    def _change(self, name: str, text: str | None) -> None:
        kept = self._read()
        before = dict(kept)
        if text is None:
            kept.pop(name, None)
        else:
            kept[name] = text
        if kept != before:
            self._write(kept)

    def _read(self) -> dict[str, str]:
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise TokenStoreFailed(f"token file {self._path}: {error.strerror}") from None
        try:
            file = msgspec.json.decode(raw, type=_File)
            if file.version != 1 or not 2 <= file.n <= _MOST:
                raise ValueError("not a file of ours")
            nonce, sealed = base64.b64decode(file.nonce), base64.b64decode(file.sealed)
            opened = self._cipher(file.n, file.salt).decrypt(nonce, sealed, None)
            return msgspec.json.decode(opened, type=dict[str, str])
        except self._invalid:
            raise TokenStoreFailed(f"token file {self._path}: the passphrase is wrong, or the file damaged") from None
        except (msgspec.MsgspecError, binascii.Error, ValueError):
            raise TokenStoreFailed(f"{self._path} is no token file") from None

    def _write(self, kept: dict[str, str]) -> None:
        self._salt = self._salt or _text(secrets.token_bytes(_SALT_BYTES))
        nonce = secrets.token_bytes(_NONCE_BYTES)  # a fresh one each time: GCM breaks when one is used twice
        file = _File(1, _COST, self._salt, _text(nonce), "")
        file.sealed = _text(self._cipher(file.n, file.salt).encrypt(nonce, msgspec.json.encode(kept), None))
        try:
            self._replace(msgspec.json.encode(file))
        except OSError as error:
            raise TokenStoreFailed(f"token file {self._path}: {error.strerror}") from None

    def _replace(self, raw: bytes) -> None:
        """Write the file anew: whole or not at all, and for its owner's eyes only."""
        handle, made = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)  # mode 0600
        try:
            with open(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            os.replace(made, self._path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(made)
            raise

    def _cipher(self, cost: int, salt: str) -> Any:
        cipher = self._ciphers.get((cost, salt))
        if cipher is None:
            kdf = self._scrypt.Scrypt(salt=base64.b64decode(salt), length=_KEY_BYTES, n=cost, r=8, p=1)
            cipher = self._aead.AESGCM(kdf.derive(self._passphrase.reveal().encode()))
            self._ciphers = {(cost, salt): cipher}
        self._salt = salt if cost == _COST else ""
        return cipher


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
