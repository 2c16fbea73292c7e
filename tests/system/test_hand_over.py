"""Connections are replaced under load, and nobody notices: no book leaves LIVE, no trade is lost or doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from okx_async import Observer, StreamEvent
from okx_async.errors import BadParameter
from okx_async.sim import Exchange
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import OKX
from okx_async.v5 import channels as v5_channels

from ..waiting import stepped_to, until
from .truth import client_for

DIALECTS = ("v5", "v3")
INSTRUMENTS = ("BTC-USDT", "ETH-USDT")


class Notes(Observer):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def handed_over(self, old: str, new: str, cause: str) -> None:
        self.heard.append(("handed over", cause))

    def event(self, event: StreamEvent) -> None:
        self.heard.append(("event", event))

    def resync(self, topic: str, cause: str) -> None:
        self.heard.append(("resync", topic))

    def link_up(self, link: str, conn_id: str, connections: int) -> None:
        self.heard.append(("up", link))

    def link_down(self, link: str, cause: str) -> None:
        self.heard.append(("down", link))


def trades_of(dialect: str, inst_id: str) -> Any:
    """Return the trades topic of a dialect."""
    return (v5_channels.trades_all if dialect == "v5" else v3_channels.trade)(inst_id)


async def keep_reading(stream: Any, into: list[Any]) -> None:
    """Collect everything a stream yields."""
    async for item in stream:
        into.append(item)  # noqa: PERF401 - looked at while it grows


async def pump(sim: Exchange, done: asyncio.Event) -> None:
    """Let the market go on until told otherwise."""
    while not done.is_set():
        await sim.step()
        await asyncio.sleep(0)


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_hand_over_loses_and_doubles_nothing(dialect: str) -> None:
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim, client_for(dialect, sim) as client:
        books, states = client.books(*INSTRUMENTS), list[bool]()
        streams = {inst_id: client.subscribe(trades_of(dialect, inst_id)) for inst_id in INSTRUMENTS}
        got: dict[str, list[Any]] = {inst_id: [] for inst_id in INSTRUMENTS}
        done = asyncio.Event()

        async def watch() -> None:
            async for book in books:
                states.append(book.live)

        async with books, asyncio.timeout(60):
            tasks = [asyncio.create_task(keep_reading(streams[one], got[one])) for one in INSTRUMENTS]
            await until(lambda: all(each.live for each in books.books.values()))
            await until(lambda: all(topic.live for topic in client.status().topics))
            tasks += [asyncio.create_task(watch()), asyncio.create_task(pump(sim, done))]
            await until(lambda: all(got.values()) and bool(states))
            for _ in range(3):
                old = {link.link for link in client.status().links}
                await client.hand_over()
                assert not old & {link.link for link in client.status().links}
            done.set()
            await until(
                lambda: all(
                    len(got[one]) >= 1 and str(got[one][-1].trade_id) == str(sim.truth(one).trades[-1].trade_id)
                    for one in INSTRUMENTS
                )
            )
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert all(states)
            assert books.resyncs == 0
        for inst_id in INSTRUMENTS:
            ids = [int(row.trade_id) for row in got[inst_id]]
            made = [int(trade.trade_id) for trade in sim.truth(inst_id).trades]
            assert ids == list(range(ids[0], ids[-1] + 1))
            assert ids[-1] == made[-1]


async def test_the_old_line_may_be_cut_in_the_middle_of_it() -> None:
    """A cut before the new line is there is an ordinary gap; one behind its ack is none."""
    notes = Notes()
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim:
        async with OKX(site=sim.site, observers=[notes]) as okx, okx.subscribe(trades_of("v5", "BTC-USDT")) as trades:
            await until(lambda: okx.status().links and okx.status().links[0].topics[0].live)
            task = asyncio.create_task(okx.hand_over())
            await asyncio.sleep(0)
            sim.connections[0].reset()
            await task
            assert [kind for kind, _ in notes.heard if kind in ("handed over", "event")] == ["event", "handed over"]
            gap = await anext(trades)
            assert isinstance(gap, StreamEvent)
            while isinstance(await stepped_to(sim, trades), StreamEvent):
                pass


async def test_a_topic_given_up_on_the_way_does_not_hold_the_others_up() -> None:
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim, OKX(site=sim.site) as okx:
        async with okx.subscribe(trades_of("v5", "BTC-USDT")), okx.books("ETH-USDT") as books:
            leaving = okx.subscribe(trades_of("v5", "ETH-USDT"))
            async with leaving:
                await until(lambda: books.books and books.book.live)
                await until(lambda: all(topic.live for topic in okx.status().topics))
                task = asyncio.create_task(okx.hand_over())
                await asyncio.sleep(0)
            await task
            assert len(okx.status().links) == 2
            assert {topic.topic for topic in okx.status().topics} == {"trades-all:BTC-USDT", "books:ETH-USDT"}


async def test_rotation_must_leave_the_exchange_in_peace() -> None:
    with pytest.raises(BadParameter, match="at least 60"):
        OKX(rotate=5)


async def test_an_observer_that_fails_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Observer):
        def link_up(self, link: str, conn_id: str, connections: int) -> None:
            raise RuntimeError("mine")

    notes = Notes()
    async with Exchange(5, instruments=4, rate=0, history_minutes=10) as sim:
        async with OKX(site=sim.site, observers=[Broken(), notes]) as okx, okx.books("BTC-USDT") as books:
            await books.ready()
            assert [kind for kind, _ in notes.heard] == ["up"]
    assert "an observer's hook failed" in caplog.text
    assert [kind for kind, _ in notes.heard] == ["up", "down"]
