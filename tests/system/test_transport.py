"""TLS, proxies and shutting down: the parts of a connection that are easy to forget."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import trustme

from okx_async import OKX, Backoff, ConnectFailed, Retry, Timeouts
from okx_async.sim import Exchange
from tests.waiting import until


def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context for loopback and a client's that trusts it."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


async def test_rest_and_sockets_over_tls() -> None:
    """One context serves both roads."""
    server, trusted = contexts()
    async with Exchange(3, instruments=3, rate=0, history_minutes=10, ssl_context=server) as sim:
        async with OKX(site=sim.site, ssl_context=trusted) as okx, okx.books("BTC-USDT") as books:
            assert sim.site.rest.startswith("https")
            await books.ready(10)


async def test_an_unknown_certificate_is_refused() -> None:
    """TLS is verified by default, on both roads."""
    server, _ = contexts()
    async with Exchange(3, instruments=3, rate=0, history_minutes=10, ssl_context=server) as sim:
        async with OKX(site=sim.site, retry=Retry(1), backoff=Backoff(0.001, 0.01), check_instruments=False) as okx:
            with pytest.raises(ConnectFailed):
                await okx.market.ticker("BTC-USDT")
            async with okx.books("BTC-USDT"):
                await until(lambda: okx.status().links and "certificate" in okx.status().links[0].cause.lower())


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """Run a small HTTP proxy; yield its URL and the request lines it saw."""
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, _, rest = head.partition(b"\r\n")
        method, target, version = line.decode().split()
        seen.append(f"{method} {target}")
        host, _, port = target.removeprefix("http://").partition("/")[0].partition(":")
        there, to = await asyncio.open_connection(host, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            path = "/" + target.removeprefix("http://").partition("/")[2]
            to.write(f"{method} {path} {version}\r\n".encode() + rest)
        await asyncio.gather(_pump(reader, to), _pump(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


async def test_rest_and_sockets_through_a_proxy() -> None:
    """One proxy serves both roads (field lesson 90)."""
    async with Exchange(3, instruments=3, rate=0, history_minutes=10) as sim, proxy() as (url, seen):
        async with OKX(site=sim.site, proxy=url) as okx, okx.books("BTC-USDT") as books:
            await okx.market.ticker("BTC-USDT")
            await books.ready(10)
        assert any(line.startswith("GET http://127.0.0.1") for line in seen)
        assert any(line.startswith("CONNECT 127.0.0.1") for line in seen)


async def test_closing_ends_in_time_although_the_exchange_stands_still() -> None:
    """A server that neither reads nor answers the close is cut at the deadline."""
    async with Exchange(3, instruments=3, rate=0, history_minutes=10) as sim:
        okx = OKX(site=sim.site, timeouts=Timeouts(close=0.2))
        books = okx.books("BTC-USDT")
        await books.ready(10)
        sim.connections[0].stall()
        async with asyncio.timeout(3):
            await okx.aclose()
        assert books.closed
