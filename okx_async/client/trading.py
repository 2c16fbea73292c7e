"""A client whose orders pass where intents are written down, whichever dialect it speaks."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Awaitable, Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.endpoint import Endpoint, Request
from ..core.intent import IntentDialect, Kind
from ..intents.journal import MemoryJournal
from .base import Client

if TYPE_CHECKING:
    from ..intents.desk import IntentDesk
    from ..intents.resolver import Lookup

__all__ = ["TradingClient"]


class TradingClient(Client):
    """See `Client` for the parameters.

    Attributes:
        intent_dialect: How the exchange speaks of orders.
    """

    intent_dialect: ClassVar[IntentDialect]

    def _carry(self, request: Request) -> Awaitable[Any]:
        if self._caller.auth is not None and self.intent_dialect.shape(request.endpoint) is not None:
            return self._intents.perform(request, self._travel)
        return self._travel(request)

    def _travel(self, request: Request) -> Awaitable[Any]:
        """Bring a request to the exchange when it has passed the desk, or need not."""
        return self._caller.perform(request)

    async def _open_roads(self) -> None:
        if self._journal is not None:
            await self._intents.open()

    async def _close_roads(self) -> None:
        if "_intents" in self.__dict__:
            await self._intents.stop()

    async def _close_books(self) -> None:
        if "_intents" in self.__dict__:
            await self._intents.aclose()

    def _signs(self, endpoint: Endpoint) -> bool:
        """Tell whether requests to an endpoint are signed for a moment of their own, whatever happens."""
        return self._caller.auth is not None and self._caller.auth.dates

    def _overhear(self, kinds: Collection[Kind], row: Any) -> None:
        if "_intents" in self.__dict__:
            self._intents.resolver.heard(kinds, row)

    @abstractmethod
    def _lookup(self) -> Lookup:
        """Return who asks the exchange for orders."""

    @cached_property
    def _intents(self) -> IntentDesk:
        """Where requests about orders pass; loaded by those who send some."""
        from ..intents.desk import IntentDesk

        return IntentDesk(
            self.intent_dialect,
            self._journal or MemoryJournal(),
            self._namespace,
            self._resolution,
            self._caller,
            self._signs,
            self._lookup(),
            self.site.name,
            self._owner(),
        )

    def _owner(self) -> str:
        """Return whose journal it is: a hash of the key, ``""`` for tokens, which tell no account."""
        login = self._caller.auth.login if self._caller.auth is not None else None
        if login is None:
            return ""
        return hashlib.blake2b(login.api_key.reveal().encode(), key=b"okx_async journal", digest_size=16).hexdigest()
