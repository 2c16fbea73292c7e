"""An event loop whose time jumps to the next timer as soon as nothing else is to be done.

Client and exchange live in one loop and talk through real loopback sockets, so the loop can know when both are idle:
nothing is ready to be read, no byte is on its way between two of its own sockets, no thread works for it. Only then
does time jump. Half an hour with a heartbeat every few seconds takes as long as its computing takes, and a second of
computing takes no simulated time at all.

::

    result = warp.run(session())  # time.time() and time.monotonic() follow the loop while it runs

Where a socket's other end is not in this loop (another process, the network), waiting is real again and time passes
as it does outside: slower, never wrong.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import struct
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, TypeVar

__all__ = ["Deadlock", "WarpLoop", "run"]

_T = TypeVar("_T")
_Address = tuple[str, int]
_Events = list[tuple[selectors.SelectorKey, int]]

_ESTABLISHED = 1
_STATE, _RECEIVED, _SENT = 0, 128, 200  # offsets in Linux's struct tcp_info; sent is followed by retransmitted
_INFO = _SENT + 16
_PAUSE = 0.0005
_PATIENCE = 0.25
_GRACE = 0.001


class Deadlock(RuntimeError):
    """Everybody waits, no timer is set and no byte is on its way: it would wait for ever."""


class _Line:
    """What the kernel says about one connected socket."""

    __slots__ = ("here", "received", "sent", "state", "there")

    def __init__(self, sock: socket.socket) -> None:
        self.here: _Address = sock.getsockname()[:2]
        self.there: _Address = sock.getpeername()[:2]
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
        self.state = info[_STATE]
        sent, again = struct.unpack_from("=QQ", info, _SENT)
        self.sent: int = sent - again
        (self.received,) = struct.unpack_from("=Q", info, _RECEIVED)


class _Selector(selectors.DefaultSelector):
    """Asks the loop what to do when nothing is ready."""

    loop: WarpLoop

    def select(self, timeout: float | None = None) -> _Events:
        ready: _Events = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        return self.loop.idle(timeout, super().select)


class WarpLoop(asyncio.SelectorEventLoop):
    """See the module.

    Args:
        at: Where its time begins, seconds.

    Attributes:
        jumps: How often time jumped.
        waits: How often it had to wait for the kernel, a thread or a foreign socket.
    """

    def __init__(self, at: float = 1_000.0) -> None:
        self._at = at
        self._threads = 0
        self._mates: set[tuple[_Address, _Address]] = set()
        self._ended: set[tuple[_Address, _Address]] = set()
        self.jumps = 0
        self.waits = 0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the loop's own time, seconds."""
        return self._at

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., _T], *args: Any
    ) -> asyncio.Future[_T]:
        """Run a function in a thread; time does not jump while it works."""
        self._threads += 1
        future: asyncio.Future[_T] = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._thread_ended)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the threads to end; a thread of its own does the waiting."""
        self._threads += 1
        try:
            await super().shutdown_default_executor(*(() if timeout is None else (timeout,)))
        finally:
            self._threads -= 1

    def _thread_ended(self, _: asyncio.Future[Any]) -> None:
        self._threads -= 1

    def idle(self, timeout: float | None, select: Callable[[float | None], _Events]) -> _Events:
        """Wait for what is on its way, else jump.

        Raises:
            Deadlock: There is nothing to wait for.
        """
        began = _real_monotonic()
        while (owed := self._owed()) is not None:
            self.waits += 1
            ready = select(_PAUSE if owed == "bytes" else _GRACE)
            if owed == "outside":
                self._at += min(_real_monotonic() - began, timeout if timeout is not None else _PATIENCE)
                return ready
            if ready:
                return ready
            if owed == "bytes" and _real_monotonic() - began > _PATIENCE:
                break
        if timeout is None:
            raise Deadlock("everybody waits, no timer is set and nothing is on its way")
        self.jumps += 1
        self._at += timeout
        return []

    def _owed(self) -> str | None:
        """Tell what time must wait for: ``"bytes"`` between own sockets, something ``"outside"``, or nothing."""
        if self._threads:
            return "outside"
        if sys.platform != "linux":
            return None
        lines = self._lines()
        by_address = {(line.here, line.there): line for line in lines}
        for line in lines:
            pair = (line.here, line.there)
            mate = by_address.get((line.there, line.here))
            if mate is not None:
                self._mates.add(pair)
                if line.sent > mate.received:
                    return "bytes"
            elif pair not in self._mates:
                return "outside"
            elif line.state == _ESTABLISHED and pair not in self._ended:
                # The other end is closed and this one has not heard of it. Ask once more, then believe it is stuck
                # behind data nobody reads.
                self._ended.add(pair)
                return "bytes"
        return "bytes" if self._connecting() else None

    def _lines(self) -> list[_Line]:
        lines: list[_Line] = []
        for transport in list(self._transports.values()):  # type: ignore[attr-defined]
            sock = transport.get_extra_info("socket")
            if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
                continue
            try:
                # The real socket: the one asyncio hands out refuses nothing we need, but warns of much.
                lines.append(_Line(sock))
            except OSError:
                continue  # closed, or reset by the other end
        return lines

    def _connecting(self) -> bool:
        """Tell whether a connection is being opened; its socket has no transport yet."""
        known = set(self._transports)  # type: ignore[attr-defined]
        return any(
            key.events & selectors.EVENT_WRITE and key.fd not in known
            for key in self._selector.get_map().values()  # type: ignore[attr-defined]
        )


_real_monotonic = time.monotonic


def run(main: Coroutine[Any, Any, _T], *, wall: float | None = 1_767_225_600.0) -> _T:
    """Run a coroutine in a time of its own and return what it returns.

    Args:
        main: What to run.
        wall: What ``time.time()`` says when it begins, Unix seconds; ``time.time_ns()`` and ``time.monotonic()`` follow
            the loop too. ``None`` leaves them alone.

    Raises:
        Deadlock: Nothing can ever happen any more.
        RuntimeError: A task or callback failed and nobody saw it.
    """
    loops: list[WarpLoop] = []
    unseen: list[str] = []

    def factory() -> WarpLoop:
        loop = WarpLoop()
        loop.set_exception_handler(lambda _, context: unseen.extend(_told(context)))
        loops.append(loop)
        return loop

    with asyncio.Runner(loop_factory=factory) as runner:
        loop = runner.get_loop()
        if wall is None:
            result = runner.run(main)
        else:
            with _clocks(loop, wall):
                result = runner.run(main)
    if unseen:
        raise RuntimeError(f"nobody saw: {'; '.join(unseen)}")
    return result


def _told(context: dict[str, Any]) -> list[str]:
    """Return what a failed task or callback says; being cancelled is no failure."""
    error = context.get("exception")
    return [] if isinstance(error, asyncio.CancelledError) else [repr(error or context)]


@contextmanager
def _clocks(loop: asyncio.AbstractEventLoop, wall: float) -> Iterator[None]:
    """Let the process's clocks follow the loop."""
    began = loop.time()

    def now() -> float:
        return wall + (loop.time() - began)

    # Whole milliseconds of the beginning and the rest apart: a float of today's epoch has no nanoseconds.
    def now_ns() -> int:
        return int(wall * 1000) * 1_000_000 + int((loop.time() - began) * 1e9)

    real = time.time, time.time_ns, time.monotonic
    time.time, time.time_ns, time.monotonic = now, now_ns, loop.time
    try:
        yield
    finally:
        time.time, time.time_ns, time.monotonic = real
