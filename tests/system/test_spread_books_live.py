"""A client keeps the book of a spread LIVE against a server that loses a message: the whole way, over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from websockets.asyncio.server import ServerConnection, serve

from okx_async import OKX, Site
from okx_async.v5 import channels
from tests.core.test_spread_books import SEQ, SPREAD, crc, frame
from tests.waiting import until


class _Server:
    """Answers subscriptions of one book with a snapshot and pushes what it is told to.

    Attributes:
        ops: What clients asked for, in order.
    """

    def __init__(self) -> None:
        self.ops: list[str] = []
        self.seq_id = SEQ
        self._line: ServerConnection | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Site]:
        """Serve on a free port."""
        async with serve(self._handle, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            yield Site("spreads", "http://127.0.0.1:9", {"business": f"ws://127.0.0.1:{port}/"})

    async def _handle(self, line: ServerConnection) -> None:
        self._line = line
        async for text in line:
            if text == "ping":
                await line.send("pong")
                continue
            said = orjson.loads(text)
            self.ops.append(said["op"])
            for arg in said["args"]:
                ack = {"id": said.get("id"), "event": said["op"], "arg": arg, "connId": "1"}
                await line.send(orjson.dumps(ack).decode())
            if said["op"] == "subscribe":
                rows = ([["-79", "1.5", "1"]], [["-8.8", "2", "1"]])
                sent = frame("snapshot", *rows, crc("-79:1.5:-8.8:2"), -1, self.seq_id)
                await line.send(sent.decode())

    async def push(self, bids: Any, before: int) -> None:
        """Push one update behind the sequence id ``before``."""
        assert self._line is not None
        self.seq_id = before + 1
        await self._line.send(frame("update", bids, [], 0, before, self.seq_id).decode())


async def test_a_book_of_a_spread_is_kept_live() -> None:
    """Snapshot, update, a lost message, recovery: ids beyond 2**53 tell one lost message from none."""
    server = _Server()
    async with asyncio.timeout(30), server.running() as site, OKX(site=site) as okx:
        async with okx.books(SPREAD, channel=channels.sprd_books_l2_tbt) as books:
            await books.ready()
            book = books[SPREAD]
            assert book.proof.guards == ("sequence", "checksum")
            await server.push([["-79", "7", "1"]], SEQ)
            await until(lambda: book.seq_id == SEQ + 1)
            assert [row[:2] for row in book.bid_rows()] == [("-79", "7")]
            await server.push([["-79", "8", "1"]], SEQ + 2)  # SEQ + 2 itself was lost
            await until(lambda: books.resyncs == 1 and book.live)
            assert book.seq_id == SEQ + 3
            assert server.ops == ["subscribe", "unsubscribe", "subscribe"]
