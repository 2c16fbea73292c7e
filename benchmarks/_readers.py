"""The readers that are compared: the floor, the library's own way, and ours."""

from __future__ import annotations

import asyncio
import base64
import os
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import msgspec
from websockets.asyncio.client import connect

from benchmarks._measure import Clock, Cost, Line
from okx_async import OKX, OKEx, OrderBook
from okx_async.net.pipe import open_pipe
from okx_async.v3 import channels as v3_channels

SUBSCRIBE_V3 = b'{"op":"subscribe","args":["spot/depth_l2_tbt:BTC-USDT"]}'
SUBSCRIBE = b'{"id":"1","op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}'


class Row(msgspec.Struct, gc=False):
    """The data of a frame, whole: what every "+ msgspec" row decodes."""

    asks: list[tuple[str, str, str, str]]
    bids: list[tuple[str, str, str, str]]
    ts: str
    checksum: int
    prevSeqId: int  # noqa: N815 - the wire's name
    seqId: int  # noqa: N815 - the wire's name


class Push(msgspec.Struct, gc=False):
    """A push of a book channel."""

    data: list[Row] = []


decode = msgspec.json.Decoder(Push).decode


class Floor(asyncio.Protocol):
    """Cuts frames out of what the socket brings, as plainly as Python allows, and hands them on."""

    def __init__(self, take: Callable[[bytes], object], wanted: int, subscribe: bytes) -> None:
        self._take = take
        self._subscribe = subscribe
        self._wanted = wanted
        self._rest = b""
        self._opened = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.seen = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        key = base64.b64encode(os.urandom(16))
        transport.write(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: " + key + b"\r\n\r\n"
        )
        # An unmasked-looking mask of zeros keeps the frame readable here and legal on the wire.
        transport.write(bytes([0x81, 0x80 | len(self._subscribe)]) + b"\0\0\0\0" + self._subscribe)

    def data_received(self, data: bytes) -> None:
        """Cut."""
        data = self._rest + data
        if not self._opened:
            _, mark, data = data.partition(b"\r\n\r\n")
            self._opened = bool(mark)
        start, end = 0, len(data)
        while end - start >= 4:
            size, body = data[start + 1], start + 2
            if size == 126:
                size, body = data[start + 2] << 8 | data[start + 3], start + 4
            stop = body + size
            if stop > end:
                break
            self._take(data[body:stop])
            self.seen += 1
            start = stop
        self._rest = data[start:]
        if self.seen >= 2 and not self.ready.done():
            self.ready.set_result(None)
        if self.seen >= self._wanted + 2 and not self.done.done():
            self.done.set_result(None)


async def floor(line: Line, count: int, take: Callable[[bytes], object] = decode, subscribe: bytes = SUBSCRIBE) -> Cost:
    """Raw asyncio protocol, and what ``take`` does with each frame: R when it is the typed decode."""
    loop, clock = asyncio.get_running_loop(), Clock()
    transport, protocol = await loop.create_connection(lambda: Floor(take, count, subscribe), "127.0.0.1", line.port)
    await protocol.ready
    clock.start()
    line.go()
    await protocol.done
    clock.stop(count)
    transport.abort()
    return clock.cost


async def library(line: Line, count: int, take: Callable[[bytes], object]) -> Cost:
    """``websockets.recv()``, and what ``take`` does with each frame."""
    clock = Clock()
    async with connect(line.url, compression=None, ping_interval=None, max_queue=None) as socket:
        await socket.send(SUBSCRIBE, text=True)
        for _ in range(2):
            await socket.recv(decode=False)
        clock.start()
        line.go()
        for _ in range(count):
            take(await socket.recv(decode=False))
        clock.stop(count)
    return clock.cost


async def until(*conditions: Callable[[], object]) -> None:
    """Look every few milliseconds whether the conditions hold, one after the other, so that looking costs nothing."""
    for condition in conditions:
        while not condition():
            await asyncio.sleep(0.005)


def client(line: Line, dialect: str = "v5", opener: Callable[..., Any] = open_pipe, cert: str = "") -> Any:
    """Return a client of the sender."""
    context = ssl.create_default_context(cafile=cert) if cert else None
    kind = OKX if dialect == "v5" else OKEx
    return kind(site=line.site, check_instruments=False, opener=opener, ssl_context=context)


async def ours(
    line: Line,
    count: int,
    *,
    topics: int = 1,
    dialect: str = "v5",
    opener: Callable[..., Any] = open_pipe,
    cert: str = "",
) -> Cost:
    """Our books, LIVE and verified, without a consumer: what keeping them costs."""
    clock, names = Clock(), [f"T{number}-USDT" for number in range(topics)] if topics > 1 else ["BTC-USDT"]
    channel = {} if dialect == "v5" else {"channel": v3_channels.depth_l2_tbt}
    async with client(line, dialect, opener, cert) as okx, okx.books(*names, **channel) as books:
        await until(lambda: len(books.books) == topics and all(book.live for book in books.books.values()))
        each = count // topics
        clock.start()
        line.go()
        await until(*(partial(_finished, book, each) for book in books.books.values()))
        clock.stop(each * topics)
        assert all(book.live and book.proof.crc_failed == 0 for book in books.books.values())
    return clock.cost


async def iterated(line: Line, count: int, *, policy: str) -> Cost:
    """Our books through an async iterator: one item per message with ``drop_oldest``, put together with ``latest``."""
    clock = Clock()
    async with client(line) as okx, okx.books("BTC-USDT", policy=policy, size=count + 10) as books:
        await anext(books)
        clock.start()
        line.go()
        seen = 0
        async for book in books:
            seen += 1
            if book.seq_id == count and (policy == "latest" or seen == count):
                break
        clock.stop(count)
        assert books.stats.dropped == 0 or policy == "latest"
    return clock.cost


def _finished(book: OrderBook, messages: int) -> bool:
    return book.proof.chain > messages
