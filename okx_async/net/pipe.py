"""The narrow port to the WebSocket library: open, send, bytes in by callback, pause, close.

``websockets`` does handshake, TLS, proxies, control frames and closing. Its reading side costs more than all the
rest together (an assembler, a queue, a future and a task switch per message), so whole, unfragmented, uncompressed
data frames take a short cut: they are cut out of the received bytes and handed on at once. Every other frame goes to
the library byte for byte, in order. The hook is the documented ``create_connection`` of ``websockets.connect``;
tests compare the short cut with the library's own parser on random splits.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, WebSocketException
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Opcode
from websockets.protocol import OPEN, Event

from ..errors import ConnectFailed, ConnectionLost

__all__ = ["Pipe", "open_pipe"]

# The library logs whole frames at DEBUG, and a login frame holds the key. It gets a logger that never does.
_silent = logging.getLogger("okx_async.net.websockets")
_silent.setLevel(logging.WARNING)

_log = logging.getLogger("okx_async.net.pipe")

MAX_SIZE = 16 * 2**20
"""Longest message accepted, in bytes; a snapshot of 5000 levels is below one MiB."""

Deliver = Callable[[bytes, float], None]


class Pipe(Protocol):
    """What the rest of the house knows about a WebSocket connection."""

    heard: float
    """When bytes were last received, on the loop's clock."""

    @property
    def closed(self) -> asyncio.Future[None]:
        """Done when the connection is gone."""
        ...

    @property
    def close_reason_text(self) -> str:
        """Why it closed, for logs: code and reason."""
        ...

    @property
    def close_code_seen(self) -> int | None:
        """The close code, ``None`` while open."""
        ...

    async def say(self, frame: bytes) -> None:
        """Send one text frame. Raises `ConnectionLost` when the line is gone."""
        ...

    def pause(self) -> None:
        """Stop reading from the socket, so that TCP slows the sender down."""
        ...

    def resume(self) -> None:
        """Read again."""
        ...

    async def shut(self, timeout: float) -> None:
        """Close politely, and cut the line when that takes longer than ``timeout`` seconds."""
        ...


class _ShortCut(ClientConnection):
    """A client connection whose plain data frames bypass the library's assembler."""

    deliver: Deliver

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heard = self.loop.time()
        self._rest = b""
        self._fragments: list[bytes] | None = None
        self._plain = False

    # -- receiving

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        if not self._plain:
            super().data_received(data)
            if self.response is not None and self.protocol.state is OPEN and not self._rest:
                self._begin_short_cut()
            return
        self._cut(self._rest + data if self._rest else data)

    def _begin_short_cut(self) -> None:
        """Take over behind the handshake, at a frame border.

        What the library has buffered beyond the handshake may be half a frame; it stays with the library until that
        frame is complete.
        """
        deflated = any(isinstance(extension, PerMessageDeflate) for extension in self.protocol.extensions)
        self._plain = not (deflated or self._fragments is not None or self.protocol.reader.buffer)

    def _cut(self, data: bytes) -> None:
        """Hand on every whole data frame in ``data`` and keep an incomplete tail for the next read."""
        start, end = 0, len(data)
        now = self.heard
        while end - start >= 2:
            first, second = data[start], data[start + 1]
            length = second
            body = start + 2
            if length == 126:
                if end - start < 4:
                    break
                length = data[body] << 8 | data[body + 1]
                body += 2
            elif length == 127:
                if end - start < 10:
                    break
                length = int.from_bytes(data[body : body + 8], "big")
                body += 8
            # A masked frame (length byte above 127), a huge one or anything but a final data frame without
            # extension bits is the library's business, and so is everything behind it until it is through.
            if (first != 0x81 and first != 0x82) or second > 127 or length > MAX_SIZE:
                self._plain = False
                self._rest = b""
                self._hand_over(data[start:])
                return
            stop = body + length
            if stop > end:
                break
            self._give(data[body:stop], now)
            start = stop
            if not self._plain:
                # The consumer closed or broke the line while it was fed.
                self._hand_over(data[start:])
                return
        self._rest = data[start:] if start < end else b""

    def _hand_over(self, data: bytes) -> None:
        """Let the library parse, and come back to the short cut at the next clean frame border."""
        if not data:
            return
        super().data_received(data)
        if self.protocol.state is OPEN:
            self._begin_short_cut()

    def process_event(self, event: Event) -> None:
        """Hand on data frames that went through the library, put together from their fragments."""
        if self.response is None:
            super().process_event(event)
            return
        opcode = getattr(event, "opcode", None)
        if opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._collect(event)
        else:
            super().process_event(event)

    def _collect(self, frame: Any) -> None:
        if self._fragments is None:
            if frame.fin:
                self._give(bytes(frame.data), self.heard)
                return
            self._fragments = []
        self._fragments.append(bytes(frame.data))
        if frame.fin:
            whole, self._fragments = b"".join(self._fragments), None
            self._give(whole, self.heard)

    def _give(self, message: bytes, now: float) -> None:
        try:
            self.deliver(message, now)
        except Exception:
            # One bad message never kills the reader; its text is not logged, it may be private.
            _log.exception("a message of %d bytes could not be handled", len(message))

    # -- the port

    @property
    def closed(self) -> asyncio.Future[None]:
        return self.connection_lost_waiter

    @property
    def close_code_seen(self) -> int | None:
        return self.close_code

    @property
    def close_reason_text(self) -> str:
        return f"{self.close_code or 1006} {self.close_reason or ''}".strip()

    async def say(self, frame: bytes) -> None:
        try:
            await self.send(frame, text=True)
        except ConnectionClosed as error:
            raise ConnectionLost(f"the line closed: {error}") from None

    def pause(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.transport.pause_reading()

    def resume(self) -> None:
        with contextlib.suppress(RuntimeError):
            self.transport.resume_reading()

    async def shut(self, timeout: float) -> None:
        self.resume()
        try:
            async with asyncio.timeout(timeout):
                await self.close()
        except TimeoutError:
            self.transport.abort()
            await self.wait_closed()
        except asyncio.CancelledError:
            self.transport.abort()
            raise


async def open_pipe(
    url: str,
    deliver: Deliver,
    *,
    timeout: float,
    proxy: str | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> Pipe:
    """Open a connection and return it once the handshake is done.

    Args:
        url: ``ws://`` or ``wss://``.
        deliver: Called with each whole message as bytes and the time of its last bytes on the loop's clock; text and
            binary alike, in order, from inside the reader: it must be quick and must not raise.
        timeout: Seconds for TCP, TLS and handshake together.
        proxy: URL of an HTTP or SOCKS proxy.
        ssl_context: Instead of the system's verified default.

    Raises:
        ConnectFailed: No connection; the message says why.
    """

    def create(*args: Any, **kwargs: Any) -> _ShortCut:
        connection = _ShortCut(*args, **kwargs)
        connection.deliver = deliver
        return connection

    extra: dict[str, Any] = {"ssl": ssl_context} if ssl_context and url.startswith("wss") else {}
    try:
        connection = await connect(
            url,
            create_connection=create,  # type: ignore[arg-type]  # any callable serves, says the documentation
            compression=None,
            ping_interval=None,  # the text ping is the heartbeat (lesson 4)
            open_timeout=timeout,
            close_timeout=timeout,
            max_size=MAX_SIZE,
            proxy=proxy,
            logger=_silent,
            user_agent_header=None,
            **extra,
        )
    except (OSError, InvalidHandshake, InvalidURI, WebSocketException, TimeoutError) as error:
        raise ConnectFailed(f"cannot connect to {url}: {_why(error)}{_hint(url)}") from None
    assert isinstance(connection, _ShortCut)  # noqa: S101 - what create() returned
    return connection


def _why(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _hint(url: str) -> str:
    if ":8443" in url:
        return " (OKX switched port 8443 off on 2026-10-31; leave the port out)"
    return ""
