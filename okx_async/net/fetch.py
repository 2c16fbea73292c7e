"""One HTTP exchange over aiohttp: method, url, headers, body in; status, body out. Nothing here knows OKX."""

from __future__ import annotations

import asyncio
import ssl

import aiohttp
from yarl import URL

from ..errors import ConnectFailed, ConnectionLost, OutcomeUnknown, TimedOut
from ..settings import Timeouts

__all__ = ["Fetch"]

_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientProxyConnectionError)


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

    def _open(self) -> aiohttp.ClientSession:
        timeouts = self._timeouts
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._connections, ssl=self._ssl or True, keepalive_timeout=30.0, ttl_dns_cache=60
            ),
            # The total is ours: aiohttp's own can swallow a cancellation that comes in the same turn of the loop.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeouts.connect, sock_read=timeouts.read),
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
            ConnectFailed: Nothing was sent.
            TimedOut, ConnectionLost: It may have been sent.
        """
        target = URL(url, encoded=True)
        try:
            async with asyncio.timeout(self._timeouts.total):
                return await self._exchange(method, target, headers, body)
        except _NEVER_SENT as error:
            raise ConnectFailed(f"cannot connect to {target.origin()}: {_why(error)}") from None
        except (aiohttp.ServerTimeoutError, TimeoutError) as error:
            raise TimedOut(f"no answer from {target.origin()} in time: {_why(error)}") from None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise ConnectionLost(f"the line to {target.origin()} broke before the answer: {_why(error)}") from None
        except aiohttp.ClientError as error:
            raise OutcomeUnknown(f"the answer of {target.origin()} is not HTTP: {_why(error)}") from None

    async def _exchange(
        self, method: str, target: URL, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, bytes]:
        if self._session is None:
            self._session = self._open()
        plain = None if body is None else bytes(body)  # it may come as a kind of bytes that hides itself
        async with self._session.request(
            method, target, headers=headers, data=plain, proxy=self._proxy, allow_redirects=False
        ) as response:
            return response.status, await response.read()

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            # TLS transports need one more turn of the loop to be gone.
            await asyncio.sleep(0)


def _why(error: BaseException) -> str:
    return type(error).__name__
