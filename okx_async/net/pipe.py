"""The narrow port, filled by `websockets`: open, send, bytes in by callback, pause, close.

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
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, WebSocketException
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Opcode
from websockets.protocol import OPEN, Event

from ..errors import ConnectFailed, ConnectionLost
from .port import Deliver, Pipe

__all__ = ["open_pipe"]

# The library logs whole frames at DEBUG, and a login frame holds the key. It gets a logger of its own that stands
# outside the tree of loggers and cannot be turned on, whatever level anybody sets anywhere.
_silent = logging.Logger("okx_async.net.websockets")
_silent.disabled = True
_log = logging.getLogger("okx_async.net.pipe")

MAX_SIZE = 16 * 2**20
"""Longest message accepted, in bytes; a snapshot of 5000 levels is below one MiB."""

# First bytes without extension bits: parts of a fragmented message, text, binary, close, ping, pong.
_KNOWN = frozenset((0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A))


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
        if self._plain:
            self._cut(self._rest + data if self._rest else data)
        elif self.response is None:
            self._shake(data)
        else:
            super().data_received(data)

    def _shake(self, data: bytes) -> None:
        """Let the library read the answer to the handshake, and take over at the border right behind it.

        The library must not get a byte more: it takes frames in by pieces, and from outside nobody can tell whether
        it stands between two frames or inside one.
        """
        seen = self._rest + data
        end = seen.find(b"\r\n\r\n")
        border = len(data) if end < 0 else end + 4 - len(self._rest)
        self._rest = seen[-3:]
        super().data_received(data[:border])
        if self.response is not None and self.protocol.state is OPEN:
            self._rest = b""
            self._plain = not any(isinstance(extension, PerMessageDeflate) for extension in self.protocol.extensions)
        if border == len(data):
            return
        if self._plain:
            self._cut(data[border:])
        else:
            super().data_received(data[border:])

    def _cut(self, data: bytes) -> None:
        """Hand on every whole frame in ``data`` and keep an incomplete tail for the next read.

        Final data frames are delivered at once, the others go to the library, one whole frame at a time.
        """
        start, end = 0, len(data)
        now, deliver = self.heard, self.deliver
        while end - start >= 2:
            first, length = data[start], data[start + 1]
            body = start + 2
            if length == 126:
                if end - start < 4:
                    break
                length = data[body] << 8 | data[body + 1]
                body += 2
            elif length > 126:
                # A masked frame (length byte above 127) ends the connection, and so does a huge one or one of an
                # unknown kind: that is the library's business, and so is everything behind it.
                masked = length > 127
                if not masked and end - start < 10:
                    break
                length = MAX_SIZE + 1 if masked else int.from_bytes(data[body : body + 8], "big")
                body += 8
            stop = body + length
            if (first == 0x81 or first == 0x82) and length <= MAX_SIZE and self._fragments is None:
                if stop > end:
                    break
                try:
                    deliver(data[body:stop], now)
                except Exception:
                    _stumbled(length)
            elif first not in _KNOWN or length > self._room():
                self._give_up(data[start:])
                return
            elif stop > end:
                break
            else:
                super().data_received(data[start:stop])
                if self.protocol.state is not OPEN:
                    self._give_up(data[stop:])
                    return
            start = stop
        self._rest = data[start:] if start < end else b""

    def _room(self) -> int:
        """Return how long the next piece of a message may be."""
        return MAX_SIZE - sum(map(len, self._fragments or ()))

    def _give_up(self, data: bytes) -> None:
        """Leave the rest of this connection's life to the library."""
        self._plain = False
        self._rest = b""
        if data:
            super().data_received(data)

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
            _stumbled(len(message))

    # -- the port

    @property
    def closed(self) -> asyncio.Future[None]:
        return self.connection_lost_waiter

    @property
    def close_reason_text(self) -> str:
        return f"{self.close_code or 1006} {self.close_reason or ''}".strip()

    async def say(self, frame: bytes) -> None:
        try:
            await self.send(frame, text=True)
        except ConnectionClosed as error:
            raise ConnectionLost(f"the line closed: {error}") from None

    def put(self, frame: bytes) -> bool:
        # What `send` does when nothing stands in the way, without the three coroutines it takes to find that out.
        if self.protocol.state is not OPEN or self.transport.get_write_buffer_size():
            return False
        self.protocol.send_text(frame)
        self.send_data()
        return True

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


def _stumbled(size: int) -> None:
    """One bad message never kills the reader; its text is not logged, it may be private."""
    _log.exception("a message of %d bytes could not be handled", size)


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
