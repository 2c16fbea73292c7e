"""Plain clients for the simulator's sockets and a naive book, both without any of the library's own code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import zlib
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp

from okx_async.sim import Exchange

START = 1_750_000_000_000
Json = dict[str, Any]


class Client:
    """One WebSocket; reads V5 text and V3 deflated frames alike."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._waiting: deque[str] = deque()

    async def text(self) -> str:
        return self._waiting.popleft() if self._waiting else await self._receive()

    async def _receive(self) -> str:
        frame = await self.socket.receive(timeout=5)
        if frame.type is aiohttp.WSMsgType.BINARY:
            unpacker = zlib.decompressobj(-15)
            text = unpacker.decompress(frame.data).decode()
            assert unpacker.eof, "not one complete deflate stream"
            assert not unpacker.unused_data
            return text
        assert frame.type is aiohttp.WSMsgType.TEXT, f"{frame.type} {frame.data}"
        return str(frame.data)

    async def json(self) -> Json:
        message: Json = json.loads(await self.text())
        return message

    async def many(self, amount: int) -> list[Json]:
        return [await self.json() for _ in range(amount)]

    async def send(self, op: str, *args: Any, **more: str) -> None:
        await self.socket.send_str(json.dumps({"op": op, "args": args, **more}))
        if op == "subscribe":
            # The market must not move before the simulator has read this.
            self._waiting.extend(await self.until_pong())

    async def ask(self, op: str, *args: Any, **more: str) -> Json:
        await self.send(op, *args, **more)
        return await self.json()

    async def until_pong(self) -> list[str]:
        """Everything that is already on its way, found by the pong that comes behind it."""
        await self.socket.send_str("ping")
        found: list[str] = []
        while (text := await self.text()) != "pong":
            found.append(text)
        return found

    async def closed_with(self) -> int | None:
        while True:
            frame = await self.socket.receive(timeout=5)
            if frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                return self.socket.close_code
            if frame.type is aiohttp.WSMsgType.ERROR:
                return None


@asynccontextmanager
async def connect(url: str) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http, http.ws_connect(url, max_msg_size=0) as socket:
        yield Client(socket)


def arg(channel: str, inst_id: str = "BTC-USDT") -> Json:
    return {"channel": channel, "instId": inst_id}


def signed(sim: Exchange, *, at: str | None = None, key: int = 0) -> Json:
    """A good V5 login argument."""
    credentials = sim.credentials[key]
    timestamp = at if at is not None else str(sim.now // 1000)
    digest = hmac.new(
        credentials.secret_key.reveal().encode(), f"{timestamp}GET/users/self/verify".encode(), hashlib.sha256
    ).digest()
    return {
        "apiKey": credentials.api_key.reveal(),
        "passphrase": credentials.passphrase.reveal(),
        "timestamp": timestamp,
        "sign": base64.b64encode(digest).decode(),
    }


def signed_v3(sim: Exchange, at: str | None = None) -> list[str]:
    login = signed(sim, at=at if at is not None else f"{time.time():.3f}")
    return [login["apiKey"], login["passphrase"], login["timestamp"], login["sign"]]


class NaiveBook:
    """What a careful client holds, the slow and obvious way; it never cuts its book."""

    def __init__(self) -> None:
        self.sides: dict[str, dict[str, str]] = {"bids": {}, "asks": {}}
        self.seq_id = -1

    def apply(self, message: Json) -> None:
        (row,) = message["data"]
        if message["action"] in ("snapshot", "partial"):
            self.sides = {"bids": {}, "asks": {}}
            assert row.get("prevSeqId", -1) == -1
        elif "seqId" in row:
            assert row["prevSeqId"] == self.seq_id, "the chain is broken"
        self.seq_id = row.get("seqId", -1)
        for name, side in self.sides.items():
            prices = [Decimal(level[0]) for level in row[name]]
            assert prices == sorted(prices, reverse=name == "bids"), "rows are not best first"
            for price, size, *_ in row[name]:
                if size == "0":
                    assert side.pop(price, None) is not None, "an unknown level was deleted"
                else:
                    side[price] = size

    @property
    def levels(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        bids = sorted(self.sides["bids"].items(), key=lambda level: Decimal(level[0]), reverse=True)
        asks = sorted(self.sides["asks"].items(), key=lambda level: Decimal(level[0]))
        return tuple(bids), tuple(asks)

    def checksum(self) -> int:
        bids, asks = self.levels
        texts: list[str] = []
        for at in range(25):
            texts += [text for side in (bids, asks) for level in side[at : at + 1] for text in level]
        value = zlib.crc32(":".join(texts).encode())
        return value - (1 << 32) if value >= 1 << 31 else value
