"""A loopback exchange with a private side of a few lines, which does as it is told and talks too much, in V5 and V3."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from okx_async import Site

__all__ = ["CONFIG", "Desk", "desk"]

CONFIG = {"uid": "1", "acctLv": "2", "posMode": "net_mode", "perm": "read_only,trade", "ip": "192.0.2.1", "kycLv": "2"}


class Desk:
    """What the exchange is to say, and what it heard.

    Attributes:
        demo: Whether its keys are those of demo trading; a key of the other environment gets 50101.
        refusal: HTTP status and code of every private REST answer, ``None`` for answers.
        login: Code of the answer to a login.
        topic: Code of the answer to a private subscription, ``""`` for a grant.
        config: The row of `account.config`.
        rows: The data of every other private answer.
        ahead_ms: How far its clock is ahead.
        maintenance: Rows of `system.status`.
        quote: Whether refusals quote what was sent: key, passphrase and signature.
        heard: Private paths that were asked for.
    """

    def __init__(self) -> None:
        self.site = Site("desk", "http://unused", {})
        self.demo = False
        self.refusal: tuple[int, str] | None = None
        self.login = "0"
        self.topic = ""
        self.config: dict[str, str] = dict(CONFIG)
        self.rows: list[dict[str, Any]] = []
        self.ahead_ms = 0.0
        self.maintenance: list[dict[str, str]] = []
        self.quote = False
        self.heard: list[str] = []

    def app(self) -> web.Application:
        """Return the server."""
        app = web.Application()
        app.router.add_get("/api/v5/public/time", self._time)
        app.router.add_get("/api/v5/system/status", self._status)
        app.router.add_get("/ws/v5/{kind}", self._socket)
        app.router.add_route("*", "/api/v5/{path:.*}", self._private)
        app.router.add_get("/api/general/v3/time", self._time_v3)
        app.router.add_get("/ws/v3", self._socket_v3)
        app.router.add_route("*", "/api/{product}/v3/{path:.*}", self._private_v3)
        return app

    async def _time(self, _: web.Request) -> web.Response:
        return _answer([{"ts": str(round(time.time() * 1000 + self.ahead_ms))}])

    async def _status(self, _: web.Request) -> web.Response:
        return _answer(self.maintenance)

    async def _private(self, request: web.Request) -> web.Response:
        self.heard.append(request.path)
        refusal = self.refusal
        if refusal is None and ("x-simulated-trading" in request.headers) != self.demo:
            refusal = (401, "50101")
        if refusal is None:
            return _answer([self.config] if request.path.endswith("/account/config") else self.rows)
        return _answer([], refusal[1], self._no(request), status=refusal[0])

    def _no(self, request: web.Request) -> str:
        sent = " ".join(value for name, value in request.headers.items() if name.startswith("OK-ACCESS"))
        return f"Not for {sent}" if self.quote else "No"

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        async for message in line:
            if message.type is not WSMsgType.TEXT or message.data == "ping":
                continue
            said = json.loads(message.data)
            for arg in said["args"]:
                await line.send_json(self._reply(said["op"], arg))
        return line

    def _reply(self, op: str, arg: dict[str, str]) -> dict[str, Any]:
        if op == "login":
            msg = f"Not for {arg['apiKey']} {arg['passphrase']}" if self.quote else "No"
            return {"event": "login" if self.login == "0" else "error", "code": self.login, "msg": msg, "connId": "c1"}
        if self.topic and arg["channel"] == "account":
            return {"event": "error", "code": self.topic, "msg": "No such thing", "arg": arg, "connId": "c1"}
        return {"event": op, "arg": arg, "connId": "c1"}

    # -- V3

    async def _time_v3(self, _: web.Request) -> web.Response:
        return web.json_response({"iso": "", "epoch": str(time.time() + self.ahead_ms / 1000)})

    async def _private_v3(self, request: web.Request) -> web.Response:
        self.heard.append(request.path)
        if self.refusal is None:
            return web.json_response(self.rows)
        status, code = self.refusal
        return web.json_response({"code": int(code), "message": self._no(request)}, status=status)

    async def _socket_v3(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        async for message in line:
            if message.type is not WSMsgType.TEXT or message.data == "ping":
                continue
            said = json.loads(message.data)
            login = said["op"] == "login"
            for arg in ["/".join(said["args"])] if login else said["args"]:
                squeeze = zlib.compressobj(wbits=-15)
                text = json.dumps(self._reply_v3(said["op"], arg)).encode()
                await line.send_bytes(squeeze.compress(text) + squeeze.flush())
        return line

    def _reply_v3(self, op: str, arg: str) -> dict[str, Any]:
        if op != "login":
            return {"event": op, "channel": arg}
        if self.login == "0":
            return {"event": "login", "success": True}
        return {"event": "error", "message": f"Not for {arg}" if self.quote else "No", "errorCode": int(self.login)}


def _answer(data: list[Any], code: str = "0", msg: str = "", status: int = 200) -> web.Response:
    return web.json_response({"code": code, "msg": msg, "data": data}, status=status)


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """Open the exchange on a free port."""
    made = Desk()
    runner = web.AppRunner(made.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host = f"127.0.0.1:{runner.addresses[0][1]}"
    sockets = {kind: f"ws://{host}/ws/v5/{kind}" for kind in ("public", "private", "business")}
    made.site = Site("desk", f"http://{host}", sockets | {"v3": f"ws://{host}/ws/v3"})
    try:
        yield made
    finally:
        await runner.cleanup()
