"""How orders are placed with each client when answers may get lost: the usual idioms, and the most careful one.

ccxt and python-okx are used as they come. An idiom tries `TRIES` times, `PAUSE` seconds apart. "Careful" trusts no
error: whatever is raised, it looks the order up by the client id it gave before it sends again. With ``expTime`` it
also adds that header by hand, a moment after which the exchange takes the order no more.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import import_module
from typing import Any

from okx_async import OKX, NotSent, OkxError, OutcomeUnknown, Timeouts
from okx_async.core.intent import Outcome
from okx_async.sim import Exchange

from .lost_orders import INST, TIMEOUT, Belief, Opened, Place, Wish

__all__ = ["IDIOMS", "Idiom"]

TRIES = 3
PAUSE = 1.0
LOOKS = 10
"""How often an order is looked for, `PAUSE` apart, while the exchange does not say whether it knows it."""
DUPLICATE = "51016"
"""The exchange's code for a client id that an open order has."""


class Said(StrEnum):
    """How one request ended, as far as its client can tell."""

    YES = "yes"
    BLANK = "no error, and no order id either"
    NO = "no"
    AGAIN = "again"
    DUPLICATE = "duplicate"


Send = Callable[[Wish, str], Awaitable[Said]]
"""Sends an order under a client id (``""``: none)."""
Look = Callable[[str], Awaitable[Said]]
"""Looks an order up by its client id: yes, no (the exchange does not know it), or again."""


def _name() -> str:
    return uuid.uuid4().hex


def _expiry(wanted: bool) -> dict[str, str]:
    """Return the header that lets an order expire when nobody waits for it any more."""
    return {"expTime": str(int((time.time() + TIMEOUT) * 1000))} if wanted else {}


async def retry(send: Send, wish: Wish, cl_ord_id: str = "") -> Belief:
    """Send again whatever may pass; that the id is taken already means that an earlier try got there."""
    for nth in range(TRIES):
        if nth:
            await asyncio.sleep(PAUSE)
        said = await send(wish, cl_ord_id)
        if said in (Said.YES, Said.BLANK) or (said is Said.DUPLICATE and nth):
            return Belief.PLACED
        if said is not Said.AGAIN:
            break
    return Belief.FAILED


async def retry_with_id(send: Send, wish: Wish) -> Belief:
    """Do the same with one client id for all tries."""
    return await retry(send, wish, _name())


async def careful(send: Send, look: Look, wish: Wish) -> Belief:
    """Look before sending again, and at the end."""
    cl_ord_id = _name()
    for _ in range(TRIES):
        if await send(wish, cl_ord_id) is Said.YES:
            return Belief.PLACED
        for _ in range(LOOKS):
            await asyncio.sleep(PAUSE)
            seen = await look(cl_ord_id)
            if seen is Said.YES:
                return Belief.PLACED
            if seen is Said.NO:
                break
        else:
            return Belief.UNKNOWN
    return Belief.FAILED


# -- ccxt


@asynccontextmanager
async def _ccxt(
    sim: Exchange, expire: bool = False, options: dict[str, Any] | None = None
) -> AsyncIterator[tuple[Any, Send, Look]]:
    """Open ccxt's asyncio client; its manual says that a `NetworkError` may be tried again."""
    ccxt = import_module("ccxt.async_support")
    key, secret, phrase = (text.reveal() for text in _secrets(sim))
    settings = {"apiKey": key, "secret": secret, "password": phrase, "timeout": int(TIMEOUT * 1000)}
    # Orders go one by one, far below any limit; and its throttle waits for real time to pass, which here stands still.
    settings["enableRateLimit"] = False
    client = ccxt.okx(settings | {"urls": {"api": {"rest": sim.rest}}, "options": options or {}})

    async def send(wish: Wish, cl_ord_id: str) -> Said:
        params = {"clientOrderId": cl_ord_id} if cl_ord_id else {}
        if wish.takes:
            params["timeInForce"] = "IOC"
        client.headers = _expiry(expire)
        try:
            order = await client.create_order("BTC/USDT", "limit", "buy", float(wish.sz), float(wish.px), params)
        except ccxt.NetworkError:
            return Said.AGAIN
        except Exception as error:  # what else a client raises is no reason to try again
            return Said.DUPLICATE if DUPLICATE in str(error) else Said.NO
        finally:
            client.headers = {}
        return Said.YES if order["id"] else Said.BLANK

    async def look(cl_ord_id: str) -> Said:
        try:
            order = await client.fetch_order("", "BTC/USDT", {"clientOrderId": cl_ord_id})
        except ccxt.OrderNotFound:
            return Said.NO
        except Exception:
            return Said.AGAIN
        return Said.YES if order["id"] else Said.AGAIN

    try:
        await client.load_markets()
        yield client, send, look
    finally:
        await client.close()


@asynccontextmanager
async def ccxt_retry(sim: Exchange) -> AsyncIterator[Place]:
    """``except NetworkError``: try again."""
    async with _ccxt(sim) as (_, send, _look):
        yield partial(retry, send)


@asynccontextmanager
async def ccxt_option(sim: Exchange) -> AsyncIterator[Place]:
    """Let ccxt itself try again, by its option ``maxRetriesOnFailure``."""
    options = {"maxRetriesOnFailure": TRIES - 1, "maxRetriesOnFailureDelay": int(PAUSE * 1000)}
    async with _ccxt(sim, options=options) as (_, send, _look):

        async def place(wish: Wish) -> Belief:
            return Belief.PLACED if await send(wish, "") in (Said.YES, Said.BLANK) else Belief.FAILED

        yield place


@asynccontextmanager
async def ccxt_retry_with_id(sim: Exchange) -> AsyncIterator[Place]:
    """``except NetworkError``: try again under the same client id."""
    async with _ccxt(sim) as (_, send, _look):
        yield partial(retry_with_id, send)


@asynccontextmanager
async def ccxt_careful(sim: Exchange, expire: bool) -> AsyncIterator[Place]:
    """Look the order up after any error."""
    async with _ccxt(sim, expire) as (_, send, look):
        yield partial(careful, send, look)


# -- python-okx


@asynccontextmanager
async def _python_okx(sim: Exchange, expire: bool = False) -> AsyncIterator[tuple[Send, Look]]:
    """Open python-okx's blocking client, in a thread: it returns what the exchange says, and raises what httpx does."""
    api = import_module("okx.Trade").TradeAPI(*(text.reveal() for text in _secrets(sim)), flag="0", domain=sim.rest)
    api.timeout = TIMEOUT  # it is an `httpx.Client`

    async def ask(method: str, **params: Any) -> tuple[str, list[str]]:
        answer = await asyncio.to_thread(partial(getattr(api, method), instId=INST, **params))
        return answer["code"], [row.get("sCode", "0") for row in answer["data"]]

    async def send(wish: Wish, cl_ord_id: str) -> Said:
        kind = "ioc" if wish.takes else "limit"
        order = {"tdMode": "cash", "side": "buy", "ordType": kind, "sz": wish.sz, "px": wish.px, "clOrdId": cl_ord_id}
        api.headers.update(_expiry(expire))
        try:
            code, rows = await ask("place_order", **order)
        except Exception:
            return Said.AGAIN
        finally:
            api.headers.pop("expTime", None)
        if code == "0":
            return Said.YES
        # A code of the whole answer says nothing about the order: too often, overloaded, timed out.
        return Said.AGAIN if not rows else Said.DUPLICATE if rows == [DUPLICATE] else Said.NO

    async def look(cl_ord_id: str) -> Said:
        try:
            code, _ = await ask("get_order", clOrdId=cl_ord_id)
        except Exception:
            return Said.AGAIN
        return {"0": Said.YES, "51603": Said.NO}.get(code, Said.AGAIN)

    try:
        yield send, look
    finally:
        api.close()


@asynccontextmanager
async def python_okx_retry(sim: Exchange) -> AsyncIterator[Place]:
    """``except Exception``: try again."""
    async with _python_okx(sim) as (send, _):
        yield partial(retry, send)


@asynccontextmanager
async def python_okx_retry_with_id(sim: Exchange) -> AsyncIterator[Place]:
    """``except Exception``: try again under the same client id."""
    async with _python_okx(sim) as (send, _):
        yield partial(retry_with_id, send)


@asynccontextmanager
async def python_okx_careful(sim: Exchange, expire: bool) -> AsyncIterator[Place]:
    """Look the order up after any error."""
    async with _python_okx(sim, expire) as (send, look):
        yield partial(careful, send, look)


# -- okx_async


@asynccontextmanager
async def ours(sim: Exchange, tries: int) -> AsyncIterator[Place]:
    """Call, and try again on `NotSent` alone; an outcome that takes longer is awaited."""
    times = Timeouts(connect=TIMEOUT, read=TIMEOUT, total=TIMEOUT)
    async with OKX(sim.credentials[0], site=sim.site, orders="rest", timeouts=times) as okx:

        async def place(wish: Wish) -> Belief:
            kind = "ioc" if wish.takes else "limit"
            for nth in range(tries):
                if nth:
                    await asyncio.sleep(PAUSE)
                try:
                    await okx.trade.place_order(INST, "cash", "buy", kind, sz=wish.sz, px=wish.px)
                except NotSent:
                    continue
                except OutcomeUnknown as error:
                    return await _told(error)
                except OkxError:
                    return Belief.FAILED
                return Belief.PLACED
            return Belief.FAILED

        yield place


async def _told(error: OutcomeUnknown) -> Belief:
    if error.intent is None:
        return Belief.UNKNOWN
    found = (await error.intent.resolved()).outcome
    return {Outcome.ACCEPTED: Belief.PLACED, Outcome.REJECTED: Belief.FAILED}.get(found, Belief.UNKNOWN)


def _secrets(sim: Exchange) -> tuple[Any, Any, Any]:
    key = sim.credentials[0]
    return key.api_key, key.secret_key, key.passphrase


@dataclass(frozen=True)
class Idiom:
    """One way to place orders.

    Attributes:
        package: What must be installed.
        opened: Opens the client.
        real: Whether it needs real time: it blocks a thread, and no simulated clock reaches its signatures.
    """

    package: str
    opened: Opened
    real: bool = False


IDIOMS: dict[str, Idiom] = {
    "ccxt, retry": Idiom("ccxt", ccxt_retry),
    "ccxt, `maxRetriesOnFailure`": Idiom("ccxt", ccxt_option),
    "ccxt, retry with one client id": Idiom("ccxt", ccxt_retry_with_id),
    "ccxt, careful": Idiom("ccxt", partial(ccxt_careful, expire=False)),
    "ccxt, careful with `expTime`": Idiom("ccxt", partial(ccxt_careful, expire=True)),
    "python-okx, retry": Idiom("python-okx", python_okx_retry, real=True),
    "python-okx, retry with one client id": Idiom("python-okx", python_okx_retry_with_id, real=True),
    "python-okx, careful": Idiom("python-okx", partial(python_okx_careful, expire=False), real=True),
    "python-okx, careful with `expTime`": Idiom("python-okx", partial(python_okx_careful, expire=True), real=True),
    "okx_async, one call": Idiom("okx-async", partial(ours, tries=1)),
    "okx_async, retry on `NotSent`": Idiom("okx-async", partial(ours, tries=TRIES)),
}
"""What is compared."""
