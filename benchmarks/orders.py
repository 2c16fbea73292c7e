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
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import import_module
from itertools import count as count_up
from itertools import islice
from typing import Any, NamedTuple

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

ONE_BY_ONE = 60
AT_ONCE = 500
TOGETHER = 50
ROUNDS = 40
WARM = 100

PATH = "/api/v5/trade/order"
KEY = ("key", "secret", "phrase")
SIDE: dict[str, Any] = {"td_mode": "cash", "side": "buy", "ord_type": "limit", "sz": "0.01", "px": "2.1"}
WIRE = {"tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "2.1"}

Place = Callable[[int], Awaitable[object]]
Opened = Callable[[str], AbstractAsyncContextManager[Place]]


class Way(NamedTuple):
    """One way to place an order.

    Attributes:
        opened: Opens it on an exchange.
        road: Over which road, ``rest`` or ``ws``.
        crowd: Whether several orders at a time can take it.
    """

    opened: Opened
    road: str
    crowd: bool = True


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


class Rates(NamedTuple):
    """What an order costs by one way.

    Attributes:
        cpu: Process CPU time per order, microseconds.
        rate: Orders per second of wall time.
        bare: The CPU time in that of the bare library.
        hand: The same in that of the library and a few lines by hand.
    """

    cpu: float
    rate: float
    bare: float
    hand: float


async def _block(place: Place, numbers: Iterator[int], count: int, together: int) -> Cost:
    some = islice(numbers, count)

    async def worker() -> None:
        for number in some:
            await place(number)

    clock = Clock()
    clock.start()
    async with asyncio.TaskGroup() as group:
        for _ in range(together):
            group.create_task(worker())
    clock.stop(count)
    return clock.cost


async def _rounds(rows: dict[str, Way], url: str, count: int, together: int, rounds: int) -> dict[str, list[Cost]]:
    """Let every way place some orders in turn, round after round: what disturbs one disturbs its floor, too."""
    found: dict[str, list[Cost]] = {name: [] for name in rows}
    async with AsyncExitStack() as stack:
        places = {name: await stack.enter_async_context(way.opened(url)) for name, way in rows.items()}
        numbers = count_up()
        for place in places.values():  # lines, clock and instruments are there before anything is counted
            await _block(place, numbers, 4 * together + WARM, together)
        for _ in range(rounds):
            for name, place in places.items():
                found[name].append(await _block(place, numbers, count, together))
    return found


def compare(rows: dict[str, Way], count: int, together: int, rounds: int = ROUNDS) -> dict[str, Rates]:
    """Measure all in short turns and return medians: of the costs, and of each turn's ratio to its floor."""
    with desk() as url:
        found = asyncio.run(_rounds(rows, url, count, together, rounds))

    def ratio(name: str, floor: str) -> float:
        pairs = zip(found[name], found.get(floor, found[name]), strict=True)
        return statistics.median(own.cpu / other.cpu for own, other in pairs)

    told: dict[str, Rates] = {}
    for name, way in rows.items():
        cost = median(found[name])
        told[name] = Rates(cost.cpu, cost.rate, ratio(name, BARE[way.road]), ratio(name, HAND[way.road]))
    return told


def _installed(way: Way, url: str) -> bool:
    async def once() -> None:
        async with way.opened(url) as place:
            await place(0)

    try:
        asyncio.run(once())
    except ImportError:
        return False
    return True


BARE = {"rest": "bare aiohttp, REST", "ws": "bare `websockets`"}
HAND = {"rest": "aiohttp, REST, signed and decoded by hand", "ws": "`websockets`, decoded by hand"}
ROWS: dict[str, Way] = {
    BARE["rest"]: Way(partial(http, bare=True), "rest"),
    HAND["rest"]: Way(partial(http, bare=False), "rest"),
    "ours, REST, the road alone": Way(rest_alone, "rest", crowd=False),
    "**ours, REST, whole**": Way(partial(ours, road="rest"), "rest"),
    BARE["ws"]: Way(partial(socket, bare=True), "ws", crowd=False),
    HAND["ws"]: Way(partial(socket, bare=False), "ws", crowd=False),
    "ours, socket, the road alone": Way(socket_alone, "ws", crowd=False),
    "**ours, socket, whole**": Way(partial(ours, road="ws"), "ws"),
}
OTHERS: dict[str, Way] = {"ccxt, REST": Way(ccxt, "rest"), "python-okx, REST": Way(python_okx, "rest", crowd=False)}


def report() -> str:
    """Return the tables."""
    with desk() as url:
        rows = ROWS | {name: way for name, way in OTHERS.items() if _installed(way, url)}
    single = compare(rows, ONE_BY_ONE, 1)
    first = [
        (name, f"{one.cpu:.0f}", f"{one.bare:.2f}", f"{one.hand:.2f}", f"{one.rate:,.0f}")
        for name, one in single.items()
    ]
    many = compare({name: way for name, way in rows.items() if way.crowd}, AT_ONCE, TOGETHER)
    second = [(name, f"{one.cpu:.0f}", f"{one.rate:,.0f}") for name, one in many.items()]
    return "\n\n".join(
        (
            table(("one order at a time", "CPU us", "in bare ones", "in those by hand", "orders/s"), first),
            table((f"{TOGETHER} orders at a time", "CPU us", "orders/s"), second),
        )
    )


if __name__ == "__main__":
    print(report())
