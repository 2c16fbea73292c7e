"""One WebSocket connection of a client: what comes in, what goes out, and when it is cut."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web

from .faults import Faults
from .frames import Message
from .topics import Listener

__all__ = ["MAX_REQUEST", "NO_DATA", "Connection", "Session", "SocketLimits"]

MAX_REQUEST = 64 * 1024
"""Longest frame a client may send; a longer one closes the connection with 1009 (protocol.md, "Limits")."""

NO_DATA = 4004
"""Close code of a connection that said nothing and was told nothing for too long."""

_TOO_SLOW = 4005
_CLOSE_WAIT = 0.5


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """When a connection is cut.

    Args:
        idle: Seconds without a push to it and without a frame from it.
        buffer: Bytes that may wait for a client that does not read.
    """

    idle: float = 30.0
    buffer: int = 8 << 20


class Session(Protocol):
    """What one dialect makes of a connection."""

    @property
    def dialect_name(self) -> str:
        """``v5`` or ``v3``."""
        ...

    def receive(self, text: str) -> None:
        """Answer one text frame."""
        ...

    def end(self) -> None:
        """Let go of all subscriptions."""
        ...


class Connection(Listener):
    """One client's socket. Frames are written to the transport whole, so they can be encoded once and shared.

    Attributes:
        conn_id: As it appears in events.
        endpoint: Which socket it opened: ``public``, ``private``, ``business`` or ``v3``.
        session: What its dialect makes of it.
        received: How many frames came in.
        pushed: How many data messages went out.
        close_code: With what the exchange closed it, ``None`` when it did not.
    """

    def __init__(self, conn_id: str, endpoint: str, request: web.Request, faults: Faults, limits: SocketLimits) -> None:
        self.conn_id = conn_id
        self.endpoint = endpoint
        self.session: Session | None = None
        self.received = 0
        self.pushed = 0
        self.close_code: int | None = None
        # One byte more, because aiohttp refuses what reaches its limit.
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=MAX_REQUEST + 1, timeout=_CLOSE_WAIT)
        self._request = request
        self._faults = faults
        self._limits = limits
        self._out: list[bytes] = []
        self._deaf = self._mute = self._closing = False
        self._ended = asyncio.Event()
        self._closer: asyncio.Task[bool] | None = None
        self._seen = 0.0
        self._idle_timer: asyncio.TimerHandle | None = None

    @property
    def dialect_name(self) -> str:
        """``v5`` or ``v3``."""
        return self.session.dialect_name if self.session is not None else ""

    @property
    def address(self) -> str:
        """Where the client calls from."""
        return self._request.remote or ""

    @property
    def idle(self) -> float:
        """Seconds of silence until it is cut."""
        return self._limits.idle

    @property
    def open(self) -> bool:
        """Whether it can still be written to."""
        return not self._closing and not self._ended.is_set()

    async def serve(self, open_session: Callable[[Connection], Session]) -> web.WebSocketResponse:
        """Shake hands and answer the client until the connection ends."""
        await self._socket.prepare(self._request)
        self._touch()
        self._watch()
        self.session = open_session(self)
        try:
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT and not self._deaf:
                    self.received += 1
                    self._touch()
                    self.session.receive(frame.data)
                    self.flush()
                elif isinstance(frame.data, WebSocketError):  # a frame too long, for one
                    self.close_code = frame.data.code
        finally:
            self._end()
        return self._socket

    def reply(self, wire: bytes) -> None:
        """Queue one encoded frame that is not data."""
        if self.open and not self._mute:
            self._out.append(wire)

    def push(self, message: Message) -> None:
        """Queue one data message, spoiled by whatever fault waits for it."""
        if not self.open or self._mute:
            return
        self.pushed += 1
        if self._faults.active:
            for wire in self._faults.apply(self, message):
                self._out.append(wire)
        else:
            self._out.append(message.wire)

    def flush(self) -> None:
        """Write what is queued; a client that lets too much pile up is cut with 4005."""
        transport = self._request.transport
        if not self._out or transport is None or transport.is_closing():
            self._out.clear()
            return
        transport.write(b"".join(self._out))
        self._out.clear()
        self._touch()
        if transport.get_write_buffer_size() > self._limits.buffer:
            self.close(_TOO_SLOW, "the client reads too slowly")

    def close(self, code: int = WSCloseCode.OK, reason: str = "") -> None:
        """Begin to close; the client gets half a second to answer, then the line is cut."""
        if self.open:
            self.close_code = code
            self._finish_writing()
            self._closer = asyncio.get_running_loop().create_task(
                self._socket.close(code=code, message=reason.encode(), drain=False)
            )

    def _finish_writing(self) -> None:
        """Send nothing after what is already queued."""
        transport = self._request.transport
        if self._out and transport is not None and not transport.is_closing():
            transport.write(b"".join(self._out))
        self._out.clear()
        self._closing = True

    def reset(self) -> None:
        """Cut the TCP connection with a reset; what is still buffered is lost."""
        self._closing = True
        self._out.clear()
        transport = self._request.transport
        if transport is None:
            return
        line = transport.get_extra_info("socket")
        if line is not None:
            # Zero seconds of lingering make the kernel send RST instead of FIN.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def stall(self) -> None:
        """Neither read nor write any more, and keep the socket open."""
        self._mute = True
        self._out.clear()
        self.stop_reading()

    def stop_reading(self) -> None:
        """Read no more, and go on writing."""
        self._deaf = True
        transport = self._request.transport
        if isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.pause_reading()

    async def shut(self) -> None:
        """Close at shutdown: politely where the client listens, by force where it does not."""
        if self._deaf:
            self.reset()
        else:
            self.close(WSCloseCode.GOING_AWAY, "the simulator shuts down")
        if self._closer is not None:
            await asyncio.wait((self._closer,), timeout=_CLOSE_WAIT)
        if not self._ended.is_set():
            self.reset()
        await self._ended.wait()

    def _touch(self) -> None:
        self._seen = asyncio.get_running_loop().time()

    def _watch(self) -> None:
        """Cut the connection when it has been idle for long enough, else look again when it could be."""
        loop = asyncio.get_running_loop()
        left = self._seen + self._limits.idle - loop.time()
        if left > 0 or self._deaf:
            self._idle_timer = loop.call_later(max(left, self._limits.idle / 10), self._watch)
        else:
            self.close(NO_DATA, "no data for too long")

    def _end(self) -> None:
        self._closing = True
        self._out.clear()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self.session is not None:
            self.session.end()
        self._faults.forget(self.conn_id)
        self._ended.set()
