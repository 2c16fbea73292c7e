"""V5's private REST: from the wire through the gate to whoever answers, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from aiohttp import web

from ...core.endpoint import Endpoint
from ..clock import Clock
from ..counters import Counters
from ..query_v5 import Refusal
from ..roads import Roads
from ..static import Static
from .gate import Gate
from .services import Services, Slip, not_simulated, verdict_of

__all__ = ["PrivateV5", "gateway_times"]

_PRIVATE_ROOMS = "/api/v5/{chapter:account|asset|trade|users}/{rest:(?!exchange-list$).*}"
"""What is private as a whole, but for the one public list in it."""


class PrivateV5:
    """Every declared V5 endpoint that needs a key.

    What is declared and not simulated is, after the gate, answered from its shape or refused with 50062 (HTTP 501) and
    a message that says so; see `Static`.

    Args:
        endpoints: What is declared.
        gate: Who is let in.
        services: Who answers.
        static: What is answered from its shape.
        clock: Market time.
        counters: What is counted for tests.
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        gate: Gate,
        services: Services,
        static: Static,
        clock: Clock,
        counters: Counters,
    ) -> None:
        private = (each for each in endpoints if each.auth and each.scheme != "client")
        self._endpoints: dict[tuple[str, str], Endpoint] = {(each.method, each.path): each for each in private}
        self._gate = gate
        self._services = services
        self._static = static
        self._clock = clock
        self._counters = counters

    def mount(self, app: Roads) -> None:
        """Add the endpoints to an application."""
        for path in dict.fromkeys(path for _, path in self._endpoints):
            app.router.add_route("*", path, self._answer)
        app.router.add_route("*", _PRIVATE_ROOMS, self._undeclared)

    async def _undeclared(self, request: web.Request) -> web.Response:
        """Turn away who shows no key from the private chapters; of behind the door nobody knows more than 404."""
        self._counters.requests += 1
        if "OK-ACCESS-KEY" in request.headers:
            return self._refuse(Refusal(404, "404", "Not Found"))
        return self._refuse(Refusal(401, "50103", "Request header OK-ACCESS-KEY can not be empty."))

    def _refuse(self, refusal: Refusal) -> web.Response:
        self._counters.refuse(refusal.code)
        return _response(refusal.status, {"code": refusal.code, "msg": refusal.msg, "data": []})

    async def _answer(self, request: web.Request) -> web.Response:
        self._counters.requests += 1
        began = self._clock.now()
        body = await request.read()
        try:
            return self._response(request, body, began)
        except Refusal as refusal:
            return self._refuse(refusal)

    def _response(self, request: web.Request, body: bytes, began: int) -> web.Response:
        endpoint = self._endpoints.get((request.method, request.path))
        if endpoint is None:
            raise Refusal(405, "50115", f"Invalid request method: {request.method}")
        unsigned = self._services.open(endpoint.path) if request.method == "GET" else None
        if unsigned is not None and not request.headers.keys() & {"OK-ACCESS-KEY", "Authorization"}:
            return self._written(unsigned(request.query), began)
        ask = self._gate.admit(request, body, endpoint)
        handler = self._services.handler(endpoint.method, endpoint.path)
        if handler is None:
            if self._static.serves(endpoint):
                return self._static.answer(endpoint, ask.items)
            raise not_simulated(f"{endpoint.method} {endpoint.path}")
        return self._written(handler(ask), began)

    def _written(self, rows: list[Any], began: int) -> web.Response:
        if isinstance(rows, Slip):
            return _response(200, {"code": rows.code, "data": rows[0] if rows.bare else list(rows), "msg": ""})
        code, msg = verdict_of(rows)
        answer: dict[str, Any] = {"code": code, "data": rows, "msg": msg}
        if rows and isinstance(rows[0], dict) and "sMsg" in rows[0]:
            answer |= gateway_times(began, self._clock.now())
        return _response(200, answer)


def gateway_times(began: int, ended: int) -> dict[str, str]:
    """Return when the gateway took and answered a request: in microseconds, with nothing below milliseconds."""
    return {"inTime": f"{began}000", "outTime": f"{ended}000"}


def _response(status: int, body: object) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
