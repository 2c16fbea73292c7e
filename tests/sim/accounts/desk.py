"""What the tests of accounts share: a signer of its own, and an exchange where nothing moves by itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import aiohttp
import pytest

from okx_async import OKX, Credentials, OkxError
from okx_async.sim import Exchange, VirtualClock
from okx_async.sim.accounts.asks import Ask
from okx_async.sim.accounts.ledger import Room
from okx_async.sim.accounts.people import User

Json = dict[str, Any]


def quiet(**options: Any) -> Exchange:
    """An exchange where nothing moves until a test says so."""
    told: Json = {"seed": 3, "instruments": 4, "rate": 0, "history_minutes": 5, "clock": VirtualClock()}
    return Exchange(**told | options)


@asynccontextmanager
async def hasty(sim: Exchange, **options: Any) -> AsyncIterator[OKX]:
    """A client that does not count its requests, for an exchange that does not either (``quiet(limits=False)``).

    What a test asks a dozen times of an endpoint that is there once a second would take a dozen seconds otherwise.
    """
    async with OKX(sim.credentials[0], site=sim.site, **options) as client:
        with patch.object(client._limits, "_want", return_value=()):
            yield client


@asynccontextmanager
async def frozen() -> AsyncIterator[Exchange]:
    """An exchange over the wire where steps pass, and nobody but users trades."""
    async with quiet(limits=False, idle_timeout=1e9, history_minutes=600) as exchange:
        for instrument in exchange.instruments:
            exchange.freeze(instrument.inst_id)
        yield exchange


def signed(credentials: Credentials, timestamp: str, text: str) -> dict[str, str]:
    """The four headers of a private request of either dialect, made without any of the library's own code."""
    digest = hmac.new(credentials.secret_key.reveal().encode(), (timestamp + text).encode(), hashlib.sha256).digest()
    return {
        "OK-ACCESS-KEY": credentials.api_key.reveal(),
        "OK-ACCESS-SIGN": base64.b64encode(digest).decode(),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": credentials.passphrase.reveal(),
    }


def headers(
    sim: Exchange, credentials: Credentials, method: str, path: str, body: str = "", at: int | None = None
) -> dict[str, str]:
    """The four headers of a request that is made now, or at another moment."""
    moment = datetime.fromtimestamp((sim.now if at is None else at) / 1000, UTC)
    timestamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return signed(credentials, timestamp, f"{method}{path}{body}")


async def answered(
    sim: Exchange,
    method: str,
    path: str,
    body: str = "",
    *,
    headers: Mapping[str, str],
    changed: Mapping[str, str | None] | None = None,
) -> tuple[int, Any, Mapping[str, str]]:
    """Send one request and return status, body and headers.

    ``changed`` replaces headers, or leaves them out where it says ``None``.
    """
    every = {**headers, "Content-Type": "application/json", **(changed or {})}
    told = {name: value for name, value in every.items() if value is not None}
    # Without its own ideas about a content type, so that the one that is given is the one that goes out.
    skip = () if "Content-Type" in told else ("Content-Type",)
    async with (
        aiohttp.ClientSession(skip_auto_headers=skip) as http,
        http.request(method, sim.rest + path, data=body or None, headers=told) as answer,
    ):
        return answer.status, json.loads(await answer.read()), answer.headers


async def send(
    sim: Exchange, method: str, path: str, body: str = "", changed: Mapping[str, str | None] | None = None, key: int = 0
) -> tuple[int, Json]:
    """Send one signed request, see `answered`, and return status and body."""
    told = headers(sim, sim.credentials[key], method, path, body)
    return (await answered(sim, method, path, body, headers=told, changed=changed))[:2]


async def refused(call: Awaitable[Any], code: str) -> None:
    """The exchange says no, with this code."""
    with pytest.raises(OkxError) as caught:
        await call
    assert getattr(caught.value, "code", "") == code


def ask(sim: Exchange, user: User, method: str, path: str, fields: Json | None = None) -> list[Any]:
    """Ask a handler without any wire; a `Refusal` comes as it is raised."""
    handler = sim.accounts.services.handler(method, f"/api/v5/{path}")
    assert handler is not None
    access = next(sim.accounts.bank.people.keys_of(user.uid))
    given = fields or {}
    return handler(Ask(user, access, given, (given,), "rest", "127.0.0.1", sim.now))


def funds(sim: Exchange, user: User, ccy: str = "USDT", room: Room = Room.FUNDING) -> Decimal:
    """What the ledger says a user has."""
    return sim.ledger.purse(user.uid, room).cash.get(ccy, Decimal(0))


def told(*values: object) -> list[object]:
    """Values to compare with plain numbers, which a decimal equals."""
    return list(values)
