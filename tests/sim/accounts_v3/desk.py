"""What the tests of V3's accounts share: both dialects' clients on one exchange, and a signer of V3's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from okx_async import OKX, Credentials
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.text import iso_ms
from okx_async.v3 import OKEx

Json = dict[str, Any]

SPOT, SWAP, INVERSE = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP"


@asynccontextmanager
async def both(key: int = 0, **options: Any) -> AsyncIterator[tuple[Exchange, Any, Any]]:
    """An exchange where nothing moves until a test says so, and one user's clients in V3 and V5, `OKEx` and `OKX`.

    They are untyped here, so that their decimals can be held against plain numbers.
    """
    told: Json = {"seed": 3, "instruments": 6, "rate": 0, "history_minutes": 5, "clock": VirtualClock()}
    told |= {"limits": False} | options
    async with Exchange(**told) as sim:
        credentials = sim.credentials[key]
        v3 = OKEx(credentials, site=sim.site, allow=("withdraw", "transfer_out"), check_orders=False)
        async with v3, OKX(credentials, site=sim.site) as v5:
            yield sim, v3, v5


def future(sim: Exchange, number: int = 0) -> str:
    """The name of a futures contract: the first is coin-margined, the second margined in USDT."""
    return [each.inst_id for each in sim.instruments if each.product == "futures"][number]


def option_of(sim: Exchange) -> str:
    """The name of an option with offers and bids; it is the seventh instrument."""
    return next(each.inst_id for each in sim.instruments if each.option_type == "C")


def headers(credentials: Credentials, timestamp: str, text: str) -> dict[str, str]:
    """The headers of a private request, made without any of the library's own code."""
    digest = hmac.new(credentials.secret_key.reveal().encode(), (timestamp + text).encode(), hashlib.sha256).digest()
    return {
        "OK-ACCESS-KEY": credentials.api_key.reveal(),
        "OK-ACCESS-SIGN": base64.b64encode(digest).decode(),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": credentials.passphrase.reveal(),
        "Content-Type": "application/json",
    }


async def answered(
    sim: Exchange,
    method: str,
    path: str,
    body: str = "",
    *,
    changed: dict[str, str | None] | None = None,
    credentials: Credentials | None = None,
    timestamp: str = "",
) -> tuple[int, Any, Mapping[str, str]]:
    """Send one signed request and return status, body and headers.

    ``changed`` replaces headers, or leaves them out where it says ``None``.
    """
    moment = timestamp or iso_ms(sim.now)
    told = headers(credentials or sim.credentials[0], moment, f"{method}{path}{body}")
    for name, value in (changed or {}).items():
        if value is None:
            told.pop(name)
        else:
            told[name] = value
    skip = () if "Content-Type" in told else ("Content-Type",)
    async with (
        aiohttp.ClientSession(skip_auto_headers=skip) as http,
        http.request(method, sim.rest + path, data=body or None, headers=told) as answer,
    ):
        return answer.status, json.loads(await answer.read()), answer.headers


async def send(sim: Exchange, method: str, path: str, body: str = "", **more: Any) -> tuple[int, Any]:
    """Send one signed request, see `answered`, and return status and body."""
    return (await answered(sim, method, path, body, **more))[:2]
