"""The simulator's own HTTP endpoints: what is true, what goes on, and what shall go wrong. On loopback only.

==========================  ==========================================================================================
``GET /admin/status``       instruments, lines, steps, market time, faults planned and done
``GET /admin/truth``        one book as it really is: ``?instId=BTC-USDT&depth=5``
``GET /admin/faults``       every fault that was done: ``?since=0`` leaves out as many as that
``POST /admin/faults``      begin a script (`script`); JSON or TOML by its ``Content-Type``
``DELETE /admin/faults``    take back what is planned and scheduled
==========================  ==========================================================================================
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any, Protocol

import orjson
from aiohttp import web

from ..errors import BadParameter
from .faults import Faults
from .panel import Panel
from .roads import Roads
from .script import Script
from .sockets import Connection

__all__ = ["Admin"]

_FORMS = {"application/json": "json", "application/toml": "toml"}
_Handler = Callable[[web.Request], Awaitable[web.Response]]


class _Whole(Protocol):
    """What the endpoints read of an exchange."""

    faults: Faults

    @property
    def connections(self) -> list[Connection]: ...
    @property
    def now(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def panel(self) -> Panel: ...
    @property
    def instruments(self) -> list[Any]: ...
    def truth(self, inst_id: str) -> Any: ...


class Admin:
    """See the module.

    Args:
        exchange: What is looked at.
    """

    def __init__(self, exchange: _Whole) -> None:
        self._exchange = exchange

    def mount(self, app: Roads) -> None:
        """Add the endpoints to an application."""
        app.router.add_get("/admin/status", self._guarded(self._status))
        app.router.add_get("/admin/truth", self._guarded(self._truth))
        app.router.add_get("/admin/faults", self._guarded(self._done))
        app.router.add_post("/admin/faults", self._guarded(self._begin))
        app.router.add_delete("/admin/faults", self._guarded(self._take_back))

    def _guarded(self, handler: _Handler) -> _Handler:
        async def handle(request: web.Request) -> web.Response:
            if not _is_loopback(request):
                return _answer({"error": "only for programs on the same machine"}, 403)
            try:
                return await handler(request)
            except BadParameter as error:
                return _answer({"error": str(error)}, 400)

        return handle

    async def _status(self, _: web.Request) -> web.Response:
        exchange = self._exchange
        lines = [
            {
                "connection": line.conn_id,
                "endpoint": line.endpoint,
                "open": line.open,
                "received": line.received,
                "pushed": line.pushed,
            }
            for line in exchange.connections
        ]
        return _answer(
            {
                "now": exchange.now,
                "steps": exchange.steps,
                "instruments": [each.inst_id for each in exchange.instruments],
                "lines": lines,
                "faults": {
                    "done": dict(exchange.faults.journal.counts),
                    "planned": exchange.faults.pending,
                    "scheduled": exchange.panel.scheduled,
                },
            }
        )

    async def _truth(self, request: web.Request) -> web.Response:
        inst_id, depth = request.query.get("instId", ""), _whole_number(request.query, "depth", 400)
        try:
            truth = self._exchange.truth(inst_id)
        except KeyError:
            return _answer({"error": f"there is no instrument {inst_id!r}"}, 404)
        bids, asks = truth.top(depth)
        return _answer({"instId": inst_id, "bids": bids, "asks": asks, "seqId": truth.seq_id, "ts": truth.ts})

    async def _done(self, request: web.Request) -> web.Response:
        faults = self._exchange.faults
        rows = [fault.row() for fault in faults.done[_whole_number(request.query, "since", 0) :]]
        return _answer({"done": rows, "planned": faults.pending, "scheduled": self._exchange.panel.scheduled})

    async def _begin(self, request: web.Request) -> web.Response:
        # A web page cannot send these types without asking first, so none can make trouble here.
        form = _FORMS.get(request.content_type)
        if form is None:
            return _answer({"error": f"the Content-Type must be {' or '.join(_FORMS)}"}, 415)
        try:
            script = Script.parse((await request.read()).decode(), form)
        except UnicodeDecodeError:
            raise BadParameter("the faults must be UTF-8") from None
        self._exchange.panel.run(script)
        return _answer({"accepted": len(script.entries)})

    async def _take_back(self, _: web.Request) -> web.Response:
        self._exchange.panel.stop()
        self._exchange.faults.clear()
        return _answer({"planned": self._exchange.faults.pending})


def _is_loopback(request: web.Request) -> bool:
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def _whole_number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal():
        raise BadParameter(f"`{name}` must be a whole number, not {text!r}")
    return int(text)


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
