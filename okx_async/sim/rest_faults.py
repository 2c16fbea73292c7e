"""What can go wrong with HTTP: slow, old, refused, cut, empty or nonsense answers."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import orjson
from aiohttp import web

from .clock import Timeline
from .journal import Journal
from .kinds import KINDS, FaultKind, Group

__all__ = ["RestFault", "RestFaults", "abort"]

_HTML = (
    "<html>\r\n<head><title>{status}</title></head>\r\n"
    "<body><center><h1>{status}</h1></center><hr><center>simulated</center></body>\r\n</html>\r\n"
)
_UNKNOWN = b'{"code":"50004","msg":"API endpoint request timeout (does not mean that the request was lost)","data":[]}'
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, eq=False)
class RestFault:
    """One planned fault of HTTP.

    Args:
        kind: What happens.
        path: Which paths, with ``*`` and ``?`` as in a shell, e.g. ``/api/v5/market/*``.
        times: How often it fires.
        seconds: How long a slow answer takes; how old an answer may be that lags.
        status: Of an HTML answer, 500 to 599.
        executed: Whether the request is done all the same: only its answer is late, lost, or says nothing.

    Raises:
        ValueError: The kind does not act on HTTP, ``times`` is negative, a slow or lagging answer has no ``seconds``,
            or ``status`` is out of range.
    """

    kind: FaultKind | str
    path: str = "/api/*"
    times: int = 1
    seconds: float = 0.0
    status: int = 502
    executed: bool = False
    _answers: dict[tuple[str, str], tuple[float, bytes]] = field(
        default_factory=dict[tuple[str, str], tuple[float, bytes]], repr=False
    )

    def __post_init__(self) -> None:
        self.kind = kind = FaultKind(self.kind)
        if KINDS[kind].group is not Group.REST:
            raise ValueError(f"{kind} does not act on HTTP, but on {KINDS[kind].group}")
        timed = kind in (FaultKind.REST_SLOW, FaultKind.REST_LAG)
        if self.times < 0 or self.seconds < 0 or (timed and not self.seconds):
            raise ValueError("`times` cannot be negative, and a slow or old answer needs `seconds` above 0")
        if not 500 <= self.status <= 599:
            raise ValueError(f"`status` must be 500 to 599, not {self.status}")

    def concerns(self, request: web.Request) -> bool:
        """Tell whether it hits a request; only what is read can be old."""
        readable = self.kind is not FaultKind.REST_LAG or request.method == "GET"
        return bool(self.times) and readable and fnmatchcase(request.path, self.path)

    async def lagging(self, request: web.Request, handler: _Handler, now: float) -> web.StreamResponse:
        """Answer as a replica does that was brought up to date when the same was last asked, or ``seconds`` ago."""
        asked = (request.headers.get("OK-ACCESS-KEY", ""), request.path_qs)
        at, body = self._answers.get(asked, (0.0, b""))
        if body and now - at < self.seconds:
            return web.Response(body=body, content_type="application/json")
        answer = await handler(request)
        if answer.status == 200 and isinstance(answer, web.Response) and isinstance(answer.body, bytes):
            self._answers[asked] = (now, answer.body)
        return answer


class RestFaults:
    """The planned faults of HTTP.

    Args:
        journal: Where they are written down.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._planned: list[RestFault] = []

    @property
    def pending(self) -> int:
        """How many firings are still planned."""
        return sum(fault.times for fault in self._planned)

    def add(self, fault: RestFault) -> RestFault:
        """Plan a fault and return it."""
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Take back all planned faults."""
        self._planned.clear()

    async def answer(self, request: web.Request, handler: _Handler, timeline: Timeline, now: int) -> web.StreamResponse:
        """Answer one request, spoiled by whatever fault waits for it."""
        fault = self._hit(request, now)
        if fault is None:
            return await handler(request)
        done = await handler(request) if fault.executed else None
        match fault.kind:
            case FaultKind.REST_SLOW:
                await request.read()  # it has arrived: it is done even when its sender has gone meanwhile
                await pause(timeline, fault.seconds)
                return done if done is not None else await handler(request)
            case FaultKind.REST_LAG:
                return await fault.lagging(request, handler, timeline.time())
            case FaultKind.REST_UNKNOWN:
                return _unknown(request.path)
            case FaultKind.REST_429:
                return _too_many(request.path)
            case FaultKind.REST_HTML:
                page = _HTML.format(status=fault.status)
                return web.Response(status=fault.status, text=page, content_type="text/html")
            case FaultKind.REST_RESET:
                return abort(request)
            case FaultKind.REST_CUT:
                return await _cut(request, done if done is not None else await handler(request))
            case _:
                body = "" if fault.kind is FaultKind.REST_EMPTY else '{"code":"0","data":[{"ts":'
                return web.Response(text=body, content_type="application/json")

    def _hit(self, request: web.Request, now: int) -> RestFault | None:
        for fault in self._planned:
            if fault.concerns(request):
                fault.times -= 1
                if not fault.times:
                    self._planned.remove(fault)
                self._journal.note(FaultKind(fault.kind), now, detail=request.path)
                return fault
        return None


async def pause(timeline: Timeline, seconds: float) -> None:
    """Wait on the simulator's clock."""
    over = asyncio.Event()
    timer = timeline.call_later(seconds, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()


def abort(request: web.Request) -> web.StreamResponse:
    """Cut the TCP connection of a request with a reset."""
    transport = request.transport
    if transport is not None:
        line = transport.get_extra_info("socket")
        if line is not None:
            # Zero seconds of lingering make the kernel send RST instead of FIN.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


def _unknown(path: str) -> web.Response:
    """Return the error that leaves open what was done; V3 has none that says so, but one of its own failure."""
    if path.startswith("/api/v5/"):
        return web.Response(body=_UNKNOWN, content_type="application/json")
    return web.json_response({"code": 30009, "message": "System error"}, status=500)


def _too_many(path: str) -> web.Response:
    if path.startswith("/api/v5/"):
        body: dict[str, object] = {"code": "50011", "msg": "Too Many Requests", "data": []}
    else:
        body = {
            "error_message": "Too Many Requests",
            "code": 30014,
            "error_code": "30014",
            "message": "Too Many Requests",
        }
    return web.Response(status=429, body=orjson.dumps(body), content_type="application/json")


async def _cut(request: web.Request, whole: web.StreamResponse) -> web.StreamResponse:
    """Announce a whole body and send half of it."""
    body = whole.body if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b"{}"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    transport = request.transport
    if isinstance(transport, asyncio.Transport):
        transport.write(head + body[: len(body) // 2])
        transport.close()
    return web.Response()
