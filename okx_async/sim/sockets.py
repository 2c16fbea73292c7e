"""One WebSocket connection of a client: what comes in, what goes out, and when it is cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web

from .clock import Clock, Timer
from .faults import Faults
from .frames import Message
from .lag import Lag
from .rest_faults import abort
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
        latency: Seconds each way takes; not a limit, but as much a property of every line.
    """

    idle: float = 30.0
    buffer: int = 8 << 20
    latency: float = 0.0


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

    def __init__(
        self, conn_id: str, endpoint: str, request: web.Request, faults: Faults, limits: SocketLimits, clock: Clock
    ) -> None:
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
        self._clock = clock
        self._timeline = clock.timeline
        self._outgoing: Lag[bytes] = Lag(self._timeline, limits.latency, self._write)
        self._incoming: Lag[str] = Lag(self._timeline, limits.latency, self._hear)
        self._out: list[bytes] = []
        self._deaf = self._mute = self._closing = False
        self._edit: Callable[[bytes], bytes | None] | None = None
        self._silenced: set[tuple[str, str]] = set()
        self._ended = asyncio.Event()
        self._closer: asyncio.Task[bool] | None = None
        self._seen = 0.0
        self._idle_timer: Timer | None = None

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
                    self._incoming.put(frame.data)
                elif isinstance(frame.data, WebSocketError):  # a frame too long, for one
                    self.close_code = frame.data.code
        finally:
            self._end()
        return self._socket

    def _hear(self, text: str) -> None:
        if self.session is None or not self.open or self._deaf:
            return
        self.received += 1
        self._touch()
        if self._faults.requests.active:
            self._faults.requests.receive(self, text, self._clock.now())
        else:
            self.session.receive(text)
        self.flush()

    def answer(self, text: str, edit: Callable[[bytes], bytes | None] | None) -> None:
        """Let the session answer a request; ``edit`` may change or swallow each reply."""
        if self.session is not None:
            self._edit = edit
            self.session.receive(text)
            self._edit = None

    def silence(self, channel: str, inst_id: str, silent: bool) -> None:
        """Send no data of a topic, or send it again."""
        (self._silenced.add if silent else self._silenced.discard)((channel, inst_id))

    def reply(self, wire: bytes) -> None:
        """Queue one encoded frame that is not data."""
        edited = wire if self._edit is None else self._edit(wire)
        if edited is not None:
            self.send(edited)

    def send(self, wire: bytes) -> None:
        """Queue one encoded frame, whatever happens to replies."""
        if self.open and not self._mute:
            self._out.append(wire)

    def push(self, message: Message) -> None:
        """Queue one data message, spoiled by whatever fault waits for it."""
        if self._closing or self._mute:
            return
        if self._silenced and (message.channel, message.inst_id) in self._silenced:
            return
        self.pushed += 1
        if self._faults.active:
            for wire in self._faults.apply(self, message):
                self._out.append(wire)
        else:
            self._out.append(message.wire)

    def flush(self) -> None:
        """Send what is queued on its way."""
        if self._out:
            data = b"".join(self._out)
            self._out.clear()
            if not self._closing:
                self._outgoing.put(data)

    def _write(self, data: bytes) -> None:
        """Write to the transport; a client that lets too much pile up is cut with 4005."""
        transport = self._request.transport
        if transport is None or transport.is_closing():
            return
        transport.write(data)
        self._touch()
        if transport.get_write_buffer_size() > self._limits.buffer:
            self.close(_TOO_SLOW, "the client reads too slowly")

    def close(self, code: int = WSCloseCode.OK, reason: str = "") -> None:
        """Begin to close; the client gets half a second to answer, then the line is cut.

        1006 is the end of a connection without a close frame (RFC 6455, section 7.4.1).
        """
        if not self.open:
            return
        self.close_code = code
        self._finish_writing()
        if code == WSCloseCode.ABNORMAL_CLOSURE:
            if self._request.transport is not None:
                self._request.transport.close()
            return
        self._closer = asyncio.get_running_loop().create_task(
            self._socket.close(code=code, message=reason.encode(), drain=False)
        )

    def _finish_writing(self) -> None:
        """Send nothing after what is already queued."""
        self.flush()
        self._outgoing.finish()
        self._closing = True

    def reset(self) -> None:
        """Cut the TCP connection with a reset; what is still buffered is lost."""
        self._closing = True
        self._out.clear()
        self._outgoing.drop()
        abort(self._request)

    def half_open(self) -> None:
        """Neither read nor write any more, and keep the socket open."""
        self._mute = True
        self._out.clear()
        self._outgoing.drop()
        self.stop_reading()

    def stall(self, seconds: float = 0.0) -> None:
        """Neither read nor write for so many seconds, then catch up; 0 is for ever."""
        if not seconds:
            self.half_open()
            return
        self.hold_back(seconds)
        self._incoming.hold(seconds)
        self._pause_reading()
        self._timeline.call_later(seconds, self._resume_reading)

    def hold_back(self, seconds: float) -> None:
        """Send nothing that comes from now on before so many seconds have passed."""
        self.flush()
        self._outgoing.hold(seconds)

    def send_later(self, wire: bytes, seconds: float) -> None:
        """Send a frame after so many seconds, and others meanwhile."""

        def late() -> None:
            self.send(wire)
            self.flush()

        self._timeline.call_later(seconds, late)

    def stop_reading(self) -> None:
        """Read no more, and go on writing."""
        self._deaf = True
        self._pause_reading()

    def _pause_reading(self) -> None:
        transport = self._request.transport
        if isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.pause_reading()

    def _resume_reading(self) -> None:
        transport = self._request.transport
        if not self._deaf and isinstance(transport, asyncio.Transport) and not transport.is_closing():
            transport.resume_reading()

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
        self._seen = self._timeline.time()

    def _watch(self) -> None:
        """Cut the connection when it has been idle for long enough, else look again when it could be."""
        left = self._seen + self._limits.idle - self._timeline.time()
        if left > 0 or self._deaf:
            self._idle_timer = self._timeline.call_later(max(left, self._limits.idle / 10), self._watch)
        else:
            self.close(NO_DATA, "no data for too long")

    def _end(self) -> None:
        self._closing = True
        self._out.clear()
        self._outgoing.drop()
        self._incoming.drop()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if self.session is not None:
            self.session.end()
        self._faults.forget(self.conn_id)
        self._ended.set()
