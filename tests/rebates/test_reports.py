"""From a range of days to typed rows: inside the limits, over expiring links, through broken lines."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from okx_async import OKX, BadParameter, ConnectionLost, FileRefused, NotReady, Retry, Secret
from okx_async.rebates import Bounds, dma_trades, fd_rebates, nd_rebates
from okx_async.sim import Exchange, FaultKind, RestFault, warp
from okx_async.sim.brokers.agency import CODE
from okx_async.sim.brokers.files import Download
from tests.rebates.desk import broker, day

PATH = "/api/v5/broker/nd/rebate-per-orders"


def asks(sim: Exchange) -> int:
    """How many files were asked for."""
    return len(sim.brokers.files._files)


def run(session: Coroutine[Any, Any, None]) -> None:
    """Run hours in no time."""
    warp.run(session)


def test_one_call_from_a_range_to_its_rows(tmp_path: Path) -> None:
    """Asked for once, waited for in growing pauses inside the limits, downloaded, read; and then it is there."""

    async def session() -> None:
        async with broker() as (sim, okx):
            sim.brokers.files.generation = 5.5 * 3_600
            today, began = day(sim), asyncio.get_running_loop().time()
            keep = tmp_path / "rebates.zip"
            rows = [row async for row in nd_rebates(okx, today, today, keep=keep)]
            took = asyncio.get_running_loop().time() - began
            assert 5.5 * 3_600 <= took < 5.5 * 3_600 + 700
            assert sim.counters.refusals.total() == 0
            assert {row.sub_acct for row in rows} == {"simsub1"}
            assert {row.inst_id for row in rows} == {"BTC-USDT"}
            assert sum(row.rebate or 0 for row in rows) == sum(
                one.rebate for one in sim.brokers.earnings.below(sim.user(0), 0, sim.now)
            )
            assert all(isinstance(row.ts, int) for row in rows)
            assert hashlib.sha256(keep.read_bytes()).hexdigest()
            requests = sim.counters.requests
            again = [row async for row in nd_rebates(okx, today, today)]
            assert again == rows
            assert sim.counters.requests == requests + 1  # one look, and no second file
            assert asks(sim) == 1

    run(session())


def test_rows_of_the_other_kinds_of_brokers() -> None:
    """With their own columns; orders count by their tag there."""

    async def session() -> None:
        async with broker() as (sim, okx):
            today = day(sim).strftime("%Y%m%d")
            rows = [row async for row in fd_rebates(okx, today, today, broker_type="api")]
            assert rows
            assert {row.broker_code for row in rows} == {CODE}
            assert {row.affiliated for row in rows} == {False}
            assert all((row.broker_rebate or 0) > 0 > (row.fee or 0) for row in rows)
            assert all(row.spot_trade_amt and row.derivative_trade_amt is None for row in rows)
            trades = [row async for row in dma_trades(okx, today, today)]
            assert len(trades) == len(rows)
            assert trades[0].keys() == {"subAcct", "instId", "ordId", "rebate", "ts"}

    run(session())


def test_a_file_that_is_not_made_in_time() -> None:
    """Nothing is asked for twice, and going on later costs nothing."""

    async def session() -> None:
        async with broker() as (sim, okx):
            sim.brokers.files.generation = 7_200
            today = day(sim)
            with pytest.raises(NotReady, match="3600 s"):
                await anext(nd_rebates(okx, today, today, patience=3_600))
            assert [row async for row in nd_rebates(okx, today, today, patience=4_000)]
            assert asks(sim) == 1
            assert sim.counters.refusals.total() == 0

    run(session())


def test_an_answer_that_is_lost_does_not_ask_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking may have worked: the next look tells."""

    async def session() -> None:
        async with broker() as (sim, okx):
            files = sim.brokers.files
            real, fault = files.of, RestFault(FaultKind.REST_CUT, PATH)

            def of(kind: str) -> list[Download]:
                if not asks(sim):  # the request after this one asks
                    sim.faults.rest.add(fault)
                return real(kind)

            monkeypatch.setattr(files, "of", of)
            today = day(sim)
            assert [row async for row in nd_rebates(okx, today, today)]
            assert sim.faults.rest.pending == 0
            assert asks(sim) == 1

    run(session())


def test_a_broken_line_is_taken_up_where_it_broke() -> None:
    """Each part comes once, and the whole has the server's checksum."""

    async def session() -> None:
        async with broker() as (sim, okx):
            sim.brokers.files.cuts = [100, 1, 50]
            today = day(sim)
            assert [row async for row in nd_rebates(okx, today, today)]
            assert sim.brokers.files.served == 4

    run(session())


def test_a_line_that_breaks_without_end() -> None:
    """Is given up when no byte comes any more."""

    async def session() -> None:
        async with broker() as (sim, okx):
            sim.brokers.files.cuts = [0] * 9
            today = day(sim)
            with pytest.raises(ConnectionLost):
                await anext(nd_rebates(okx, today, today))
            assert sim.brokers.files.served == 5

    run(session())


def test_a_link_that_expires_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server refuses the old one; a new one is asked for inside the limits."""

    async def session() -> None:
        async with broker() as (sim, okx):
            today, real = day(sim), OKX.download
            links: list[Secret] = []

            async def late(client: OKX, link: Secret, *rest: Any, **more: Any) -> Any:
                links.append(link)
                if len(links) == 1:
                    await asyncio.sleep(9 * 3_600 + 1)
                return await real(client, link, *rest, **more)

            monkeypatch.setattr(OKX, "download", late)
            assert [row async for row in nd_rebates(okx, today, today)]
            assert len(set(links)) == 2

    run(session())


def test_a_file_that_is_too_large_is_not_downloaded() -> None:
    async def session() -> None:
        async with broker() as (sim, okx):
            today = day(sim)
            with pytest.raises(FileRefused, match="50 are allowed"):
                await anext(nd_rebates(okx, today, today, bounds=Bounds(packed=50)))

    run(session())


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        (date(2026, 1, 2), date(2026, 1, 1), "after end"),
        (date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=180), "180 days"),
        ("2026-01-01", "20260102", "begin must be a day"),
        ("20260101", "20260230", "end must be a day"),
        (20260101, "20260102", "begin must be a day"),
    ],
)
async def test_a_wrong_range_is_not_sent(begin: Any, end: Any, said: str) -> None:
    async with OKX() as okx:
        with pytest.raises(BadParameter, match=said):
            await anext(nd_rebates(okx, begin, end))


@pytest.mark.parametrize("link", ["ftp://files.test/x", "no address", "http://files.test/x", "https://[", ""])
async def test_a_link_that_is_none(link: str, tmp_path: Path) -> None:
    """Links are https on the real exchange; none is shown."""
    async with OKX(retry=Retry(attempts=1)) as okx:
        with pytest.raises(BadParameter, match="https address") as caught, (tmp_path / "x").open("w+b") as file:
            await okx.download(Secret(link), file)
    assert not link or link not in str(caught.value)
