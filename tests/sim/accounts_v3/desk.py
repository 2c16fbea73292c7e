"""What the tests of V3's accounts share: both dialects' clients on one exchange, and requests signed as V3 is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from okx_async import OKX, Credentials
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.text import iso_ms
from okx_async.v3 import OKEx
from tests.sim.accounts import desk

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


async def answered(
    sim: Exchange,
    method: str,
    path: str,
    body: str = "",
    *,
    changed: Mapping[str, str | None] | None = None,
    credentials: Credentials | None = None,
    timestamp: str = "",
) -> tuple[int, Any, Mapping[str, str]]:
    """Send one signed request and return status, body and headers; see the desk of V5."""
    told = desk.signed(credentials or sim.credentials[0], timestamp or iso_ms(sim.now), f"{method}{path}{body}")
    return await desk.answered(sim, method, path, body, headers=told, changed=changed)


async def send(sim: Exchange, method: str, path: str, body: str = "", **more: Any) -> tuple[int, Any]:
    """Send one signed request, see `answered`, and return status and body."""
    return (await answered(sim, method, path, body, **more))[:2]
