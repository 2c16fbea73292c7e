"""The port the exchange listens on, and how it stays shut for a while."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl

from aiohttp import web

from .clock import Timeline
from .rest_faults import pause

__all__ = ["Doors"]


class Doors:
    """Where clients come in.

    Args:
        app: What they come in to.
        timeline: On what an outage lasts.
        host: Where to listen.
        port: Where to listen; 0 takes a free one.
        ssl_context: Serve TLS with it.

    Attributes:
        port: Where it listens, once it is open.
        shut: Whether an outage lasts.
    """

    def __init__(
        self, app: web.Application, timeline: Timeline, host: str, port: int, ssl_context: ssl.SSLContext | None
    ) -> None:
        self.port = port
        self.shut = False
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        self._timeline = timeline
        self._host = host
        self._ssl = ssl_context
        self._until = 0.0
        self._outage: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The address cannot be listened on.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self.port, ssl_context=self._ssl).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Listen no more."""
        if self._outage is not None:
            self._outage.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._outage
        await self._runner.cleanup()

    def shut_for(self, seconds: float) -> None:
        """Refuse connections for so many seconds; an outage in another makes the longer of both."""
        self._until = max(self._until, self._timeline.time() + seconds)
        self.shut = True
        if self._outage is None:
            self._outage = asyncio.create_task(self._stay_shut(), name="okx-async simulator's outage")

    async def _stay_shut(self) -> None:
        addresses = [tuple(address)[:2] for address in self._runner.addresses]
        for site in list(self._runner.sites):
            await site.stop()
        # Bound but not listening: connections are refused, and nobody else can take the port meanwhile.
        places = [_bound(host, port) for host, port in addresses]
        try:
            while (left := self._until - self._timeline.time()) > 0:
                await pause(self._timeline, left)
            self.shut = False
            self._outage = None
            while places:
                await web.SockSite(self._runner, places[0], ssl_context=self._ssl).start()
                places.pop(0)
        finally:
            for place in places:
                place.close()


def _bound(host: str, port: int) -> socket.socket:
    place = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind((host, port))
    return place
