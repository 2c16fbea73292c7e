"""One HTTP exchange over aiohttp: method, url, headers, body in; status, body out. Nothing here knows OKX."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from ..errors import ClientClosed, ConnectFailed, ConnectionLost, OkxError, OutcomeUnknown, TimedOut
from ..settings import Secret, Timeouts
from .watch import Watch

__all__ = ["Fetch", "Incoming"]

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientProxyConnectionError)
_CLOSED = "the client was closed before this was sent"
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError)


class Fetch:
    """A keep-alive HTTP session, opened on first use and on the loop it is used on.

    Args:
        timeouts: How long to wait.
        proxy: URL of an HTTP proxy.
        ssl_context: Instead of the system's verified default.
        connections: How many at the same time.
    """

    def __init__(
        self,
        timeouts: Timeouts,
        *,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        connections: int = 50,
    ) -> None:
        self._timeouts = timeouts
        self._proxy = proxy
        self._ssl = ssl_context
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._watch = Watch(timeouts.read, timeouts.total)
        self._closed = False

    def _opened(self) -> aiohttp.ClientSession:
        """Return the session; whoever waited for his turn while it was closed must not open another one."""
        if self._closed:
            raise ClientClosed(_CLOSED)
        if self._session is None:
            self._session = self._open()
        return self._session

    def _open(self) -> aiohttp.ClientSession:
        timeouts = self._timeouts
        return aiohttp.ClientSession(
            connector=_Connector(
                self._watch.heard,
                limit=self._connections,
                ssl=self._ssl or True,
                keepalive_timeout=30.0,
                ttl_dns_cache=60,
            ),
            # The rest is ours: aiohttp's own timers are several for each request, and the one of the total can swallow
            # a cancellation that comes in the same turn of the loop.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeouts.connect),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
            headers={"User-Agent": "okx-async", "Accept-Encoding": "gzip, deflate"},
        )

    async def request(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        """Send one request and read the whole answer.

        Args:
            method: Upper case.
            url: With the query, already percent-encoded: it is sent as it is, because it was signed as it is.
            headers: Added to the session's own.
            body: The exact bytes, ``None`` for none.

        Raises:
            ConnectFailed, ClientClosed: Nothing was sent.
            TimedOut, ConnectionLost: It may have been sent.
        """
        target, session = URL(url, encoded=True), self._opened()
        try:
            return await self._exchange(session, method, target, headers, body)
        except _FAILURES as error:
            raise _told(error, str(target.origin())) from None

    @asynccontextmanager
    async def stream(self, link: Secret, headers: dict[str, str]) -> AsyncIterator[Incoming]:
        """Begin to read a file at an address that is a secret itself; nothing of it is told but its host.

        There is no time-out for the whole of it, only for each part.

        Args:
            link: Where, already percent-encoded.
            headers: Added to the session's own.

        Raises:
            ConnectFailed: Nothing was sent.
            TimedOut, ConnectionLost: The line broke, also while it is read inside the block.
        """
        incoming = Incoming()
        try:
            # The answer shows its address, so it must be no local variable: tools print those of a traceback.
            times = aiohttp.ClientTimeout(None, sock_connect=self._timeouts.connect, sock_read=self._timeouts.read)
            incoming.response = await self._opened().get(
                URL(link.reveal(), encoded=True),
                headers=headers,
                proxy=self._proxy,
                allow_redirects=False,
                timeout=times,
            )
            yield incoming
        except _FAILURES as error:
            raise _told(error, _host(link)) from None
        finally:
            incoming.close()

    async def _exchange(
        self, session: aiohttp.ClientSession, method: str, target: URL, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, bytes]:
        plain = None if body is None else bytes(body)  # it may come as a kind of bytes that hides itself
        self._watch.begin()
        try:
            async with session.request(
                method, target, headers=headers, data=plain, proxy=self._proxy, allow_redirects=False
            ) as response:
                at_once = response.content.is_eof()
                return response.status, await (response.read() if at_once else self._parts(response.content))
        except asyncio.CancelledError:
            if self._watch.stopped():
                raise TimeoutError from None
            task = asyncio.current_task()
            if self._closed and task is not None and not task.cancelling():
                # aiohttp cancels those who wait for a connection when it is closed: nobody has cancelled this call.
                raise ClientClosed(_CLOSED) from None
            raise
        finally:
            self._watch.end()

    async def _parts(self, content: aiohttp.StreamReader) -> bytes:
        """Read a body that is still coming."""
        parts: list[bytes] = []
        while not content.at_eof():
            self._watch.heard()
            parts.append(await content.readany())
        return b"".join(parts)

    async def close(self) -> None:
        """Close every connection, for good."""
        self._closed = True
        session, self._session = self._session, None
        self._watch.close()
        if session is not None:
            await session.close()
            # TLS transports need one more turn of the loop to be gone.
            await asyncio.sleep(0)


class _Connector(aiohttp.TCPConnector):
    """Tells when a request has its line: from then on the answer is waited for."""

    def __init__(self, connected: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._connected = connected

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Connection:
        connection = await super().connect(req, traces, timeout)
        self._connected()
        return connection


class Incoming:
    """An answer that is read part by part."""

    __slots__ = ("response",)

    def __init__(self) -> None:
        self.response: aiohttp.ClientResponse | None = None

    @property
    def status(self) -> int:
        """HTTP status."""
        return 0 if self.response is None else self.response.status

    def header(self, name: str) -> str:
        """Return a header, ``""`` when there is none."""
        return "" if self.response is None else self.response.headers.get(name, "")

    async def parts(self, size: int = 1 << 16) -> AsyncIterator[bytes]:
        """Yield the body as it comes, in parts of at most so many bytes."""
        if self.response is not None:
            async for part in self.response.content.iter_chunked(size):
                yield part

    def close(self) -> None:
        """Hang up where it was not read to the end."""
        if self.response is not None:
            self.response.close()


def _told(error: BaseException, where: str) -> OkxError:
    """Return what this library raises for what aiohttp raised."""
    if isinstance(error, _NEVER_SENT):
        return ConnectFailed(f"cannot connect to {where}: {_why(error)}")
    if isinstance(error, aiohttp.ServerTimeoutError | TimeoutError):
        return TimedOut(f"no answer from {where} in time: {_why(error)}")
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError | OSError):
        return ConnectionLost(f"the line to {where} broke before the answer: {_why(error)}")
    return OutcomeUnknown(f"the answer of {where} is not HTTP: {_why(error)}")


def _host(link: Secret) -> str:
    return str(URL(link.reveal(), encoded=True).origin())


def _why(error: BaseException) -> str:
    return type(error).__name__
