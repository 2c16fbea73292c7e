"""OAuth of the broker programme: users authorize an application, and `OKX` works on their tokens as on a key.

::

    async with OAuthApp("client-id", site=Site.GLOBAL) as app:
        user = await app.sign_in(open_page=webbrowser.open, scope="read_only,trade")
        async with OKX(user) as okx:
            print(await okx.account.balance())

Life of tokens, headers and codes 53000-53017 are documented; addresses and parameters of the pages are what
integrators report, and can be changed (`Places`).
"""

from __future__ import annotations

from .app import OAuthApp
from .fast_api import create_api_key, delete_api_key
from .login import Answer, Login, Places
from .loopback import Loopback
from .sealed import EncryptedFileStore
from .stores import KeyringStore, MemoryStore, TokenStore
from .tokens import TokenPair
from .user import UserToken

__all__ = [
    "Answer",
    "EncryptedFileStore",
    "KeyringStore",
    "Login",
    "Loopback",
    "MemoryStore",
    "OAuthApp",
    "Places",
    "TokenPair",
    "TokenStore",
    "UserToken",
    "create_api_key",
    "delete_api_key",
]
