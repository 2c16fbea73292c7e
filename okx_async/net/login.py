"""How a connection proves who it is, and what a refusal means for it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from ..core.clock import ClockOffset
from ..core.dialect import Dialect
from ..errors import AuthRefused, ClockSkew, CredentialsNeeded, OkxError
from ..settings import Credentials

__all__ = ["Login"]


class Login:
    """The logins of one connection, through all its reconnects.

    Args:
        credentials: Whose, ``None`` for a public connection.
        dialect: How to spell.
        clock: The exchange's clock.
        sync_clock: Asks the exchange for its time.
        advise: Adds to a refusal what only this client knows, and hides its credentials.
    """

    def __init__(
        self,
        credentials: Credentials | None,
        dialect: Dialect,
        clock: ClockOffset,
        sync_clock: Callable[[], Awaitable[None]],
        advise: Callable[[OkxError], None],
    ) -> None:
        self._credentials = credentials
        self._dialect = dialect
        self._clock = clock
        self._sync_clock = sync_clock
        self._advise = advise
        self._resigned = False

    async def frame(self) -> bytes:
        """Return a login signed for this very moment; the exchange's time is asked for when it is not known.

        Raises:
            CredentialsNeeded: It is a public connection.
        """
        if self._credentials is None:
            raise CredentialsNeeded("a public connection does not log in")
        if not self._clock.known:
            await self._sync_clock()
        return self._dialect.login(self._credentials, self._clock.server_ms(time.time()))

    def final(self, error: OkxError) -> bool:
        """Judge a refusal: whether the next connection would be refused, too, so that trying is of no use.

        A wrong time is forgiven once: the next signature is made with the exchange's time asked for anew.
        """
        self._advise(error)
        if isinstance(error, ClockSkew) and not self._resigned:
            self._resigned = True
            self._clock.samples = 0  # ask again before the next signature
            return False
        return isinstance(error, AuthRefused)
