"""A whole client over a faked line, with a note of everything that left."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from okx_async import OKX, Credentials, OKEx, Resolution, Retry, Site

from .fakehttp import FakeFetch, FakeHttp

__all__ = ["KEYS", "REST", "SITE", "client"]

REST = "https://exchange.test"
SITE = Site("test", REST, {"public": "wss://exchange.test/public"})
KEYS = Credentials("key", "secret", "pass")


@asynccontextmanager
async def client(
    kind: type[OKX | OKEx] = OKX, *, site: Site = SITE, **options: Any
) -> AsyncIterator[tuple[Any, FakeHttp]]:
    """Open a client whose requests go to a plan; only the exchange's time is answered unasked."""
    hasty: dict[str, Any] = {"retry": Retry(attempts=1), "resolution": Resolution(patience=0)}
    async with kind(KEYS, site=site, **hasty | options) as made:
        http = FakeHttp()
        now = time.time()
        http.get(
            f"{REST}/api/v5/public/time", body=json.dumps({"code": "0", "data": [{"ts": str(now * 1000)}]}), repeat=True
        )
        http.get(f"{REST}/api/general/v3/time", body=json.dumps({"epoch": str(now)}), repeat=True)
        made._caller.fetch = FakeFetch(http)
        yield made, http
