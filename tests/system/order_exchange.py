"""An exchange that takes orders over REST and over the socket, does with them what a test says, and remembers them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from okx_async import OKX, Credentials, Site
from okx_async.core.retry import Backoff, Retry
from okx_async.settings import Resolution, Timeouts

__all__ = ["CALLS", "KEY", "OrderExchange", "granted", "refused"]

KEY = Credentials("key", "secret", "phrase")
CODES = {"BTC-USDT": 101, "ETH-USDT": 103, "NEW-USDT": None, "ZERO-USDT": 0}

_ORDER = {"inst_id": "BTC-USDT", "td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "1", "px": "2"}
_BATCH = [_ORDER | {"cl_ord_id": "a"}, _ORDER | {"inst_id": "ETH-USDT", "cl_ord_id": "b"}]
_SPREAD = {"sprd_id": "BTC-USDT_BTC-USDT-SWAP", "side": "buy", "ord_type": "limit", "sz": "1", "px": "-2"}

#: One call of each operation: chapter, method and parameters.
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "order": ("trade", "place_order", _ORDER | {"cl_ord_id": "a"}),
    "batch-orders": ("trade", "place_batch_orders", {"orders": _BATCH}),
    "cancel-order": ("trade", "cancel_order", {"inst_id": "BTC-USDT", "cl_ord_id": "a"}),
    "batch-cancel-orders": (
        "trade",
        "cancel_batch_orders",
        {"orders": [{"inst_id": "BTC-USDT", "cl_ord_id": "a"}, {"inst_id": "ETH-USDT", "cl_ord_id": "b"}]},
    ),
    "amend-order": ("trade", "amend_order", {"inst_id": "BTC-USDT", "cl_ord_id": "a", "req_id": "r", "new_sz": "2"}),
    "batch-amend-orders": (
        "trade",
        "amend_batch_orders",
        {"orders": [{"inst_id": "BTC-USDT", "cl_ord_id": "a", "req_id": "r", "new_sz": "2"}]},
    ),
    "mass-cancel": ("trade", "mass_cancel", {"inst_type": "OPTION", "inst_family": "BTC-USD"}),
    "sprd-order": ("spread", "place_order", _SPREAD | {"cl_ord_id": "a"}),
    "sprd-amend-order": ("spread", "amend_order", {"cl_ord_id": "a", "req_id": "r", "new_sz": "2"}),
    "sprd-cancel-order": ("spread", "cancel_order", {"cl_ord_id": "a"}),
    "sprd-mass-cancel": ("spread", "mass_cancel", {}),
}

Answer = Callable[[dict[str, Any]], Any]


def granted(op: str, args: list[Any]) -> dict[str, Any]:
    """Return what the exchange says when it does as it is told."""
    if op.endswith("mass-cancel"):
        return {"code": "0", "msg": "", "data": [{"result": True}]}
    rows = [{"ordId": "7", "clOrdId": row.get("clOrdId", ""), "tag": "", "sCode": "0", "sMsg": ""} for row in args]
    return {"code": "0", "msg": "", "data": rows}


def refused(args: list[Any], code: str, msg: str = "no") -> dict[str, Any]:
    """Return what the exchange says when it refuses every row."""
    return {"code": "1", "msg": "", "data": [{"ordId": "", "clOrdId": "", "sCode": code, "sMsg": msg} for _ in args]}


class OrderExchange:
    """Takes orders on both roads.

    Attributes:
        frames: What came over the socket: operations alone.
        posts: What came over REST: path and body.
        listed: How often the list of instruments was read.
        codes: The numbers it publishes.
        reply: Makes the replies to a frame; ``None`` to keep silent, a list for several. Others than bytes are sent as
            JSON with id and operation.
        lines: The open sockets.
        logins: How many logins came.
        deny: What a login is refused with.
    """

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.posts: list[tuple[str, Any]] = []
        self.listed = 0
        self.codes: dict[str, int | None] = dict(CODES)
        self.reply: Answer = lambda frame: granted(frame["op"], frame["args"])
        self.lines: list[ServerConnection] = []
        self.logins = 0
        self.deny: str = ""
        self.site = Site("orders", "http://127.0.0.1:9", {})
        self._socket: Server | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self._socket = await serve(self._talk, "127.0.0.1", 0)
        app = web.Application()
        app.router.add_get("/api/v5/public/time", self._time)
        app.router.add_get("/api/v5/public/instruments", self._instruments)
        app.router.add_post("/{path:.*}", self._post)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        door = web.TCPSite(self._runner, "127.0.0.1", 0)
        await door.start()
        http = self._runner.addresses[0][1]
        port = next(iter(self._socket.sockets)).getsockname()[1]
        sockets = {name: f"ws://127.0.0.1:{port}/{name}" for name in ("public", "private", "business")}
        self.site = Site("orders", f"http://127.0.0.1:{http}", sockets)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close_sockets()
        if self._runner is not None:
            await self._runner.cleanup()

    async def close_sockets(self) -> None:
        """Close the door for sockets; REST goes on."""
        if self._socket is not None:
            self._socket.close()
            await self._socket.wait_closed()

    def client(self, orders: Any = "ws", **more: Any) -> OKX:
        """Return a client that waits and retries quickly."""
        options: dict[str, Any] = {
            "timeouts": Timeouts(connect=5.0, reply=5.0),
            "retry": Retry(1),
            "backoff": Backoff(0.001, 0.01),
            "resolution": Resolution(patience=0),  # what becomes of an intent is not these tests' business
        }
        return OKX(KEY, site=self.site, orders=orders, **options | more)

    def cut(self) -> None:
        """Cut every line without a goodbye."""
        for line in self.lines:
            line.transport.abort()

    async def say(self, message: Any) -> None:
        """Send a message over every line that is still there."""
        for line in list(self.lines):
            with contextlib.suppress(ConnectionClosed):
                await line.send(orjson.dumps(message).decode())

    # -- the socket

    async def _talk(self, line: ServerConnection) -> None:
        self.lines.append(line)
        with contextlib.suppress(ConnectionClosed):  # as `cut` does
            async for text in line:
                if text == "ping":
                    await line.send("pong")
                else:
                    await self._answer(line, orjson.loads(text))
        self.lines.remove(line)

    async def _answer(self, line: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["op"] == "login":
            self.logins += 1
            event = {"event": "login", "code": "0", "msg": "", "connId": "c"}
            if self.deny:
                event = {"event": "error", "code": self.deny, "msg": "no", "connId": "c"}
            await line.send(orjson.dumps(event).decode())
        elif frame["op"] in ("subscribe", "unsubscribe"):
            for arg in frame["args"]:
                ack = {"id": frame["id"], "event": frame["op"], "arg": arg, "connId": "c"}
                await line.send(orjson.dumps(ack).decode())
        else:
            self.frames.append(frame)
            said = self.reply(frame)
            if asyncio.iscoroutine(said):
                said = await said
            for message in said if isinstance(said, list) else [said]:
                if message is not None:
                    await line.send(self._spell(frame, message))

    def _spell(self, frame: dict[str, Any], message: Any) -> str:
        if isinstance(message, bytes):
            return message.decode()
        named = {"id": frame["id"]} if "event" in message else {"id": frame["id"], "op": frame["op"]}
        return orjson.dumps(named | message).decode()

    # -- REST

    async def _time(self, _: web.Request) -> web.Response:
        return web.json_response({"code": "0", "msg": "", "data": [{"ts": str(int(time.time() * 1000))}]})

    async def _instruments(self, request: web.Request) -> web.Response:
        self.listed += 1
        rows = [
            {"instId": name, "instType": request.query["instType"], "instIdCode": code, "state": "live"}
            for name, code in self.codes.items()
        ]
        return web.json_response({"code": "0", "msg": "", "data": rows})

    async def _post(self, request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        self.posts.append((request.path, body))
        op = "mass-cancel" if request.path.endswith("mass-cancel") else "order"
        return web.json_response(granted(op, body if isinstance(body, list) else [body]))
