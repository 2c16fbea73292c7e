"""Who a client is, as one interface: a key that signs, or a token that is shown. Nothing else knows the difference."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Protocol

from ..core.clock import ClockOffset
from ..core.signing import Signer
from ..errors import AuthRefused, ClockSkew
from ..settings import Credentials, Secret, Site

__all__ = ["Auth", "KeyAuth", "TokenAuth"]


class Auth(ABC):
    """Proves to the exchange on whose behalf a request is made."""

    @property
    @abstractmethod
    def identity(self) -> Secret:
        """The same for all requests of one user; the user's budgets are kept under its hash."""

    @property
    def login(self) -> Credentials | None:
        """What a socket logs in with, ``None`` when there is no way."""
        return None

    @property
    def dates(self) -> bool:
        """Whether a proof bears its moment, so that the exchange takes it for a while only."""
        return False

    @property
    def no_login(self) -> str:
        """What to do where a socket would have to log in and cannot."""
        return "give the client credentials"

    @abstractmethod
    def proof(
        self, method: str, path: str, body: bytes, moment: int | None = None
    ) -> AbstractAsyncContextManager[Mapping[str, str]]:
        """Return the headers that prove one request. The context lasts until the request was answered.

        Args:
            method: Upper case.
            path: With the query, exactly as sent.
            body: Exactly as sent, empty for none.
            moment: The exchange's time it is signed for, Unix milliseconds; ``None`` for now. Tokens know none.
        """

    @abstractmethod
    async def mend(self, error: AuthRefused, used: Mapping[str, str]) -> bool:
        """Put right what was refused, if that is possible; then the request is sent once more.

        Args:
            error: What the exchange said. Nothing was executed.
            used: The headers that were refused.
        """


class TokenAuth(Auth):
    """An access token in place of a key."""

    @property
    @abstractmethod
    def site(self) -> Site:
        """Where the token is good."""

    @property
    def no_login(self) -> str:
        return (
            "no document tells how a socket logs in with an access token: give the client an API key, "
            "e.g. one made by okx_async.oauth.create_api_key (Fast API)"
        )


class Timekeeper(Protocol):
    """Who knows the exchange's time."""

    clock: ClockOffset

    async def sync_clock(self) -> None:
        """Ask the exchange, and set the clock by its answer."""
        ...


class KeyAuth(Auth):
    """Signs with an API key.

    Args:
        credentials: The key.
        time: Who knows the exchange's time.
    """

    def __init__(self, credentials: Credentials, time: Timekeeper) -> None:
        self._credentials = credentials
        self._signer = Signer(credentials)
        self._time = time

    @property
    def identity(self) -> Secret:
        return self._credentials.api_key

    @property
    def login(self) -> Credentials:
        return self._credentials

    @property
    def dates(self) -> bool:
        return True

    def proof(
        self, method: str, path: str, body: bytes, moment: int | None = None
    ) -> AbstractAsyncContextManager[Mapping[str, str]]:
        return _Signed(self._signer, self._time, method, path, body, moment)

    async def mend(self, error: AuthRefused, used: Mapping[str, str]) -> bool:
        if not isinstance(error, ClockSkew):
            return False
        await self._time.sync_clock()
        return True


class _Signed(AbstractAsyncContextManager[Mapping[str, str]]):
    """The signature of one request, made when its turn has come. Written out, because every request goes through it."""

    __slots__ = ("_body", "_method", "_moment", "_path", "_signer", "_time")

    def __init__(
        self, signer: Signer, time: Timekeeper, method: str, path: str, body: bytes, moment: int | None
    ) -> None:
        self._signer = signer
        self._time = time
        self._method = method
        self._path = path
        self._body = body
        self._moment = moment

    async def __aenter__(self) -> Mapping[str, str]:
        if not self._time.clock.known:
            await self._time.sync_clock()
        moment = self._time.clock.server_ms(time.time()) if self._moment is None else self._moment
        return self._signer.headers(moment, self._method, self._path, self._body)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to give back."""
