"""Other socket libraries behind the same narrow port: proof that the port is one, and a way to measure them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

import aiohttp
import picows
from websockets.asyncio.client import connect

Deliver = Callable[[bytes, float], None]


class AiohttpPipe:
    """aiohttp's WebSocket reader."""

    def __init__(
        self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, deliver: Deliver
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._session, self._socket, self._deliver = session, socket, deliver
        self.heard = self._loop.time()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.close_reason_text = ""
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            self.heard = self._loop.time()
            data = message.data
            self._deliver(data.encode() if isinstance(data, str) else data, self.heard)
        self.closed.set_result(None)

    async def say(self, frame: bytes) -> None:
        """Send one text frame."""
        await self._socket.send_str(frame.decode())

    def pause(self) -> None:
        """Not offered by aiohttp."""

    def resume(self) -> None:
        """Not offered by aiohttp."""

    async def shut(self, timeout: float) -> None:
        """Close."""
        async with asyncio.timeout(timeout):
            await self._socket.close()
            await self._session.close()
            await asyncio.gather(self._reader, return_exceptions=True)


async def open_aiohttp(
    url: str, deliver: Deliver, *, ssl_context: ssl.SSLContext | None = None, **_: Any
) -> AiohttpPipe:
    """Open a connection with aiohttp."""
    session = aiohttp.ClientSession()
    socket = await session.ws_connect(url, compress=0, autoping=True, ssl=ssl_context or True, max_msg_size=2**24)
    return AiohttpPipe(session, socket, deliver)


class PicowsPipe(picows.WSListener):
    """picows, a WebSocket reader in Cython."""

    def __init__(self, deliver: Deliver) -> None:
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self.heard = self._loop.time()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.close_reason_text = ""

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """Keep the transport."""
        self._line = transport

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """Hand on a frame."""
        self.heard = self._loop.time()
        self._deliver(frame.get_payload_as_bytes(), self.heard)

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        """Note the end."""
        if not self.closed.done():
            self.closed.set_result(None)

    async def say(self, frame: bytes) -> None:
        """Send one text frame."""
        self._line.send(picows.WSMsgType.TEXT, frame)

    def pause(self) -> None:
        """Stop reading."""

    def resume(self) -> None:
        """Read again."""

    async def shut(self, timeout: float) -> None:
        """Close."""
        self._line.disconnect()
        async with asyncio.timeout(timeout):
            await self.closed


async def open_picows(url: str, deliver: Deliver, *, ssl_context: ssl.SSLContext | None = None, **_: Any) -> PicowsPipe:
    """Open a connection with picows."""
    pipe = PicowsPipe(deliver)
    await picows.ws_connect(lambda: pipe, url, ssl_context=ssl_context)
    return pipe


class RecvPipe(AiohttpPipe):
    """``websockets`` without the short cut: `recv()` in a task."""

    def __init__(self, socket: Any, deliver: Deliver) -> None:
        self._loop = asyncio.get_running_loop()
        self._lib, self._deliver = socket, deliver
        self.heard = self._loop.time()
        self.closed = self._loop.create_future()
        self.close_reason_text = ""
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            while True:
                message = await self._lib.recv(decode=False)
                self.heard = self._loop.time()
                self._deliver(message, self.heard)
        except Exception:
            self.closed.set_result(None)

    async def say(self, frame: bytes) -> None:
        """Send one text frame."""
        await self._lib.send(frame, text=True)

    async def shut(self, timeout: float) -> None:
        """Close."""
        await self._lib.close()
        await asyncio.gather(self._reader, return_exceptions=True)


async def open_recv(url: str, deliver: Deliver, *, ssl_context: ssl.SSLContext | None = None, **_: Any) -> RecvPipe:
    """Open a connection with ``websockets`` as its documentation does."""
    extra: dict[str, Any] = {"ssl": ssl_context} if ssl_context else {}
    return RecvPipe(await connect(url, compression=None, ping_interval=None, max_size=2**24, **extra), deliver)
