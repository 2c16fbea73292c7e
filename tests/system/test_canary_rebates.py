"""Rebate files with every logger at DEBUG: signed links appear nowhere, whatever goes wrong with them."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from okx_async import OKX, OkxError, Retry, Secret, Site
from okx_async.rebates import Bounds, nd_rebates
from okx_async.sim import warp
from okx_async.sim.brokers.files import Files
from tests.rebates.desk import broker, day
from tests.system.test_canary import everything_logged, told

__all__ = ["everything_logged"]

# Not local variables: those are among what tracebacks may show.
LINKS: set[str] = set()


def remember(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note every link that the exchange makes."""
    real = Files.link

    def link(files: Files, name: str, life: float) -> str:
        made = real(files, name, life)
        LINKS.add(made)
        return made

    monkeypatch.setattr(Files, "link", link)
    LINKS.clear()


async def fail(call: Awaitable[Any]) -> str:
    """Wait for what must fail, and return all that the error shows."""
    try:
        await call
    except OkxError as error:
        return told(error)
    raise AssertionError("it went well")


async def all_of(okx: OKX, today: Any, **more: Any) -> list[Any]:
    """Return every row."""
    return [row async for row in nd_rebates(okx, today, today, **more)]


def test_no_signed_link_is_ever_shown(
    everything_logged: io.StringIO, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not in logs, reprs, rows, files, or errors with their tracebacks' variables: broken lines, refusals, damage."""
    remember(monkeypatch)
    shown: list[str] = []
    keep = tmp_path / "kept.zip"

    async def session() -> None:
        async with broker() as (sim, okx):
            files, today = sim.brokers.files, day(sim)
            files.generation = 0.0
            okx._retry = Retry(1)
            shown.append(repr(await all_of(okx, today, keep=keep)))
            (row,) = await okx.broker_nd.rebate_per_orders(True)
            shown.extend((repr(row), str(row), repr(row.to_dict())))
        async with broker() as (sim, okx):
            files, today = sim.brokers.files, day(sim)
            files.generation = 0.0
            await okx.broker_nd.create_rebate_per_orders(f"{today:%Y%m%d}", f"{today:%Y%m%d}")
            (row,) = await okx.broker_nd.rebate_per_orders(True)
            link = row.file_href
            assert link is not None
            with (tmp_path / "x").open("w+b") as file:
                files.cuts = [0] * 5
                shown.append(await fail(okx.download(link, file)))
                shown.append(await fail(okx.download(link, file, most=10)))
                stranger = OKX(site=Site("other", "https://files.test", {}), retry=Retry(1))
                shown.append(await fail(stranger.download(link, file)))  # not https
                shown.append(await fail(okx.download(_of_nobody(link), file)))
                files._secret = b"another"
                shown.append(await fail(okx.download(link, file)))  # 403
                await stranger.aclose()
            shown.append(await fail(all_of(okx, today, bounds=Bounds(packed=1))))
            shown.extend((repr(vars(okx)), repr(vars(okx._caller))))
            reading = asyncio.create_task(all_of(okx, today))
            shown.append(repr(reading))
            await asyncio.gather(reading, return_exceptions=True)
            shown.append(repr(reading))

    warp.run(session())
    gc.collect()
    everything = "\n".join(shown) + everything_logged.getvalue() + keep.read_bytes().decode(errors="replace")
    assert everything_logged.getvalue().count("okx_async.") >= 2, "the loggers were not listened to"
    assert len(LINKS) >= 2
    for link_text in LINKS:
        sign = parse_qs(urlsplit(link_text).query)["Signature"][0]
        for form in (link_text, sign, quote(link_text), base64.b64encode(link_text.encode()).decode()):
            at = everything.find(form)
            assert at < 0, everything[max(0, at - 300) : at + 20]


def _of_nobody(link: Secret) -> Secret:
    """Return the same link at a port where nobody listens; its text stays in here."""
    parts = urlsplit(link.reveal())
    return Secret(parts._replace(netloc="127.0.0.1:1").geturl())
