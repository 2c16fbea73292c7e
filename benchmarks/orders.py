"""What does an order cost, signed, sent and read, over REST and over the socket? ``python -m benchmarks.orders``

One order at a time, then 50. The floor is what the same libraries cost bare: the same bytes there and back, nothing
checked, signed, limited or read. "By hand" also signs and decodes into one typed row. "The road alone" is what this
package needs for the same: it signs, sends and decodes; "whole" is an order as users place it, which is also checked
against its declaration and the instrument's steps, waits for its rate limits and is written into a journal. With the
extra ``witness`` (ccxt, python-okx) it says what their orders cost beside ours.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib import import_module
from typing import Any

import aiohttp
import msgspec
import orjson
from websockets.asyncio.client import connect

from benchmarks._desk import inst_id
from benchmarks._measure import Clock, Cost, desk, median, table
from okx_async import OKX, Credentials, Site
from okx_async.net.desk import Desk
from okx_async.settings import Road, SecretHeaders
from okx_async.v5.dialect import V5
from okx_async.v5.ops import OPS

ONE_BY_ONE = 2_000
AT_ONCE = 4_000
TOGETHER = 50
ROUNDS = 3

PATH = "/api/v5/trade/order"
KEY = ("key", "secret", "phrase")
SIDE: dict[str, Any] = {"td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "2.1"}
WIRE = {"tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "2.1"}

Place = Callable[[int], Awaitable[object]]
Opened = Callable[[str], AbstractAsyncContextManager[Place]]


class Row(msgspec.Struct):
    """One row of the answer."""

    ordId: str  # noqa: N815 - the wire's name
    sCode: str  # noqa: N815 - the wire's name


class Answer(msgspec.Struct):
    """An answer, by hand."""

    code: str
    data: list[Row] = []


decode = msgspec.json.Decoder(Answer).decode


def _signed(body: bytes) -> dict[str, str]:
    now = time.time()
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
    digest = hmac.digest(KEY[1].encode(), f"{at}POST{PATH}{body.decode()}".encode(), "sha256")
    sign = base64.b64encode(digest).decode()
    names = ("KEY", "SIGN", "TIMESTAMP", "PASSPHRASE")
    told = {f"OK-ACCESS-{name}": text for name, text in zip(names, (KEY[0], sign, at, KEY[2]), strict=True)}
    return told | {"Content-Type": "application/json"}


@asynccontextmanager
async def http(url: str, *, bare: bool) -> AsyncIterator[Place]:
    """aiohttp, as plainly as it is used."""
    body = orjson.dumps({"instId": inst_id(0), **WIRE})
    headers = _signed(body)

    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def exchange(told: dict[str, str], text: bytes) -> bytes:
            async with session.post(url + PATH, headers=told, data=text) as response:
                return await response.read()

        async def by_hand(number: int) -> Row:
            text = orjson.dumps({"instId": inst_id(number), **WIRE})
            return decode(await exchange(_signed(text), text)).data[0]

        yield (lambda number: exchange(headers, body)) if bare else by_hand


@asynccontextmanager
async def socket(url: str, *, bare: bool) -> AsyncIterator[Place]:
    """``websockets``, as plainly as it is used; one at a time, because it has no names for requests."""
    frame = orjson.dumps({"id": "1", "op": "order", "args": [{"instIdCode": 1_000, **WIRE}]})
    async with connect(url.replace("http", "ws"), compression=None, ping_interval=None) as line:

        async def exchange(text: bytes) -> bytes:
            await line.send(text, text=True)
            return await line.recv(decode=False)

        async def by_hand(number: int) -> Row:
            order = {"instIdCode": 1_000 + number % 1_000, **WIRE}
            text = orjson.dumps({"id": str(number), "op": "order", "args": [order]})
            return decode(await exchange(text)).data[0]

        yield (lambda number: exchange(frame)) if bare else by_hand


def _client(url: str, road: Road) -> OKX:
    site = Site("desk", url, dict.fromkeys(("public", "private", "business"), url.replace("http", "ws")))
    return OKX(Credentials(*KEY), site=site, orders=road)


@asynccontextmanager
async def ours(url: str, *, road: Road) -> AsyncIterator[Place]:
    """The client as it comes: limits, journal, checks of steps, typed rows, secrets hidden."""
    async with _client(url, road) as okx:
        place = okx.trade.place_order
        yield lambda number: place(inst_id(number), **SIDE)


@asynccontextmanager
async def rest_alone(url: str) -> AsyncIterator[Place]:
    """What lies under an order over REST: sign, send, decode."""
    async with _client(url, "rest") as okx:
        caller, twin = okx._caller, OPS["order"].twin

        async def place(number: int) -> object:
            request = twin.request((inst_id(number),), SIDE)
            return caller.dialect.decode(twin, await caller._send(request, caller.auth, SecretHeaders()))

        yield place


@asynccontextmanager
async def socket_alone(url: str) -> AsyncIterator[Place]:
    """What lies under an order over the socket: spell, send, decode. Signing was done at login."""
    async with _client(url, "ws") as okx:
        op, dialect = OPS["order"], V5()
        line = Desk(okx.pool, reply=10.0, connect=10.0)
        codes = {inst_id(number): 1_000 + number for number in range(1_000)}

        async def place(number: int) -> object:
            request = op.twin.request((inst_id(number),), SIDE)
            return dialect.decode(op.twin, await line.send(op, codes, request))

        yield place


@asynccontextmanager
async def ccxt(url: str) -> AsyncIterator[Place]:
    """ccxt's asyncio half over REST."""
    library = import_module("ccxt.async_support")

    options = {"urls": {"api": {"rest": url}}, "enableRateLimit": False}
    client = library.okx({"apiKey": KEY[0], "secret": KEY[1], "password": KEY[2], **options})
    client.options["fetchMarkets"] = {"types": ["spot"]}
    try:
        client.set_markets(await client.fetch_markets_by_type("spot"))
        create = client.create_order
        yield lambda number: create(inst_id(number).replace("-", "/"), "limit", "buy", 0.01, 2.1)
    finally:
        await client.close()


@asynccontextmanager
async def python_okx(url: str) -> AsyncIterator[Place]:
    """The exchange's own SDK over REST: it blocks, so there is one order at a time."""
    client = import_module("okx.Trade").TradeAPI(*KEY, flag="0", domain=url)

    async def place(number: int) -> object:
        return client.place_order(inst_id(number), "cash", "buy", "limit", "0.01", px="2.1")

    try:
        yield place
    finally:
        client.close()


async def _run(opened: Opened, url: str, count: int, together: int) -> Cost:
    async with opened(url) as place:
        clock = Clock()
        for number in range(20):  # lines, clock and instruments are there before anything is counted
            await place(number)
        numbers = iter(range(20, 20 + count))

        async def worker() -> None:
            for number in numbers:
                await place(number)

        clock.start()
        async with asyncio.TaskGroup() as group:
            for _ in range(together):
                group.create_task(worker())
        clock.stop(count)
        return clock.cost


def _installed(opened: Opened, url: str) -> bool:
    try:
        asyncio.run(_run(opened, url, 1, 1))
    except ImportError:
        return False
    return True


def compare(rows: dict[str, tuple[Opened, str]], count: int, together: int, rounds: int = ROUNDS) -> dict[str, Cost]:
    """Measure all of them in turn, several rounds, and return the medians."""
    found: dict[str, list[Cost]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, (opened, _) in rows.items():
            with desk() as url:
                found[name].append(asyncio.run(_run(opened, url, count, together)))
    return {name: median(costs) for name, costs in found.items()}


REST_FLOOR, SOCKET_FLOOR = "bare aiohttp, REST", "bare `websockets`"
ROWS: dict[str, tuple[Opened, str]] = {
    REST_FLOOR: (partial(http, bare=True), REST_FLOOR),
    "aiohttp, REST, signed and decoded by hand": (partial(http, bare=False), REST_FLOOR),
    "ours, REST, the road alone": (rest_alone, REST_FLOOR),
    "**ours, REST, whole**": (partial(ours, road="rest"), REST_FLOOR),
    SOCKET_FLOOR: (partial(socket, bare=True), SOCKET_FLOOR),
    "`websockets`, decoded by hand": (partial(socket, bare=False), SOCKET_FLOOR),
    "ours, socket, the road alone": (socket_alone, SOCKET_FLOOR),
    "**ours, socket, whole**": (partial(ours, road="ws"), SOCKET_FLOOR),
}
OTHERS: dict[str, tuple[Opened, str]] = {"ccxt, REST": (ccxt, REST_FLOOR), "python-okx, REST": (python_okx, REST_FLOOR)}


def report() -> str:
    """Return the tables."""
    with desk() as url:
        others = {name: row for name, row in OTHERS.items() if _installed(row[0], url)}
    rows = ROWS | others
    single = compare(rows, ONE_BY_ONE, 1)
    lines = [
        (name, f"{cost.cpu:.0f}", f"{cost.cpu / single[rows[name][1]].cpu:.2f}", f"{cost.rate:,.0f}")
        for name, cost in single.items()
    ]
    single_file = ("`websockets`", "python-okx", "alone")
    crowd = {name: row for name, row in rows.items() if not any(part in name for part in single_file)}
    many = compare(crowd, AT_ONCE, TOGETHER)
    first = table(("one order at a time", "CPU us", "floors", "orders/s"), lines)
    second = [(name, f"{cost.cpu:.0f}", f"{cost.rate:,.0f}") for name, cost in many.items()]
    return first + "\n\n" + table((f"{TOGETHER} orders at a time", "CPU us", "orders/s"), second)


if __name__ == "__main__":
    print(report())
