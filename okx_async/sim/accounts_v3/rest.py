"""V3's private REST: from the wire through the gate to whoever answers, and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import orjson
from aiohttp import web

from ...core.endpoint import Endpoint
from ..counters import Counters
from ..query_v3 import Refusal
from ..query_v5 import Refusal as RefusalV5
from ..roads import Roads
from .asks import Answer, HandlersV3, HandlerV3
from .gate import GateV3
from .refusals import translated

__all__ = ["PrivateV3"]


class PrivateV3:
    """Every V3 endpoint that needs a key and is simulated; the others are refused by `rest_v3`.

    Args:
        endpoints: What is declared.
        gate: Who is let in.
        handlers: Who answers.
    """

    def __init__(self, endpoints: Iterable[Endpoint], gate: GateV3, handlers: HandlersV3) -> None:
        self._endpoints: dict[tuple[str, str], Endpoint] = {(each.method, each.path): each for each in endpoints}
        self._gate = gate
        self._handlers = handlers

    def mount(self, app: Roads, counters: Counters) -> None:
        """Add the endpoints to an application, the ones with a fixed path before those that could stand for it."""
        for key in sorted(self._handlers, key=lambda key: key[1].count("{")):
            method, path = key
            app.router.add_route(method, path, self._handle(self._endpoints[key], self._handlers[key], counters))

    def _handle(
        self, endpoint: Endpoint, handler: HandlerV3, counters: Counters
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            counters.requests += 1
            raw = await request.read()
            try:
                answer = _answered(handler, self._gate, request, raw, endpoint)
            except Refusal as refusal:
                counters.refuse(refusal.code)
                body = {"error_message": refusal.message, "code": refusal.code, "error_code": str(refusal.code)}
                return _response(Answer(body | {"message": refusal.message}, refusal.status))
            told = answer if isinstance(answer, Answer) else Answer(answer)
            if told.refused:
                counters.refuse(told.refused)
            return _response(told)

        return handle


def _answered(handler: HandlerV3, gate: GateV3, request: web.Request, raw: bytes, endpoint: Endpoint) -> object:
    ask = gate.admit(request, raw, endpoint)
    try:
        return handler(ask)
    except RefusalV5 as refusal:
        raise translated(refusal, ask.product) from None


def _response(answer: Answer) -> web.Response:
    headers: dict[str, str] = {}
    if answer.cursors is not None:
        headers["OK-BEFORE"], headers["OK-AFTER"] = answer.cursors
    body = orjson.dumps(answer.body)
    return web.Response(status=answer.status, body=body, content_type="application/json", headers=headers)
