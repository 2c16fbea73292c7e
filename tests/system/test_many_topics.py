"""Many topics at once: one stream, a plan, progress, a typed status; a watchdog for each; slow consumers apart."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from okx_async import OKX, Observer, Stale, StreamEvent, TimedOut, Topic
from okx_async.core.channel import channel
from okx_async.core.words import InstId
from okx_async.errors import BadParameter, UnknownInstrument
from okx_async.sim import Exchange, warp
from okx_async.v5 import channels
from okx_async.v5.models.market import Ticker

from ..waiting import until
from .truth import client_for


@channel("tickers", endpoint="public", quiet=0.3)
def noisy(inst_id: InstId) -> Topic[Ticker]:  # type: ignore[empty-body]
    """Tickers that are never silent for more than 0.3 s."""


INSTRUMENTS = ("BTC-USDT", "ETH-USDT", "BTC-USDT-SWAP")


async def test_one_stream_of_many_topics_says_how_far_it_is() -> None:
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, OKX(site=sim.site) as okx:
        steps: list[tuple[int, int]] = []
        topics: list[Topic[Any]] = [
            make(inst_id) for inst_id in INSTRUMENTS for make in (channels.trades, channels.tickers)
        ]
        async with okx.subscribe(*topics) as rows:
            await rows.ready(progress=lambda live, total: steps.append((live, total)))
            assert steps[-1] == (6, 6)
            assert steps == sorted(steps)
            seen: set[str] = set()
            while seen < set(INSTRUMENTS):
                await sim.step()
                seen |= {row.inst_id for row in list(rows._items) if not isinstance(row, StreamEvent)}
            status = okx.status()
            assert status.live == 6
            assert {one.topic for one in status.topics} == {topic.key for topic in topics}
            assert all(one.listeners == 1 for one in status.topics)
            assert status.links[0].frames_used == 1
            assert status.to_dict()["links"][0]["up"] is True
        await until(lambda: not list(okx.status().topics))


async def test_not_ready_says_which_and_why() -> None:
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim:
        site = sim.site
    async with OKX(site=site, check_instruments=False) as okx, okx.subscribe(channels.trades("BTC-USDT")) as rows:
        with pytest.raises(TimedOut, match=r"trades:BTC-USDT waits for public-1: cannot connect"):
            await rows.ready(timeout=0.3)


async def test_a_refused_topic_stays_on_the_list_with_its_reason() -> None:
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim:
        async with OKX(site=sim.site, check_instruments=False) as okx:
            with pytest.raises(UnknownInstrument):
                async with okx.subscribe(channels.trades("NO-SUCH")) as rows:
                    await anext(rows)
            (gone,) = okx.status().not_live
            assert (gone.topic, gone.state) == ("trades:NO-SUCH", "refused")
            assert "60018" in gone.why_not


async def test_a_plan_counts_what_the_exchange_allows() -> None:
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, OKX(site=sim.site) as okx:
        names = [f"A{number}-USDT" for number in range(3000)]
        topics: list[Any] = [
            make(name) for name in names for make in (channels.books, channels.trades, channels.tickers)
        ]
        plan = okx.plan(*topics)
        assert (plan.topics, plan.links, plan.seconds) == (9000, 120, 39.0)
        assert plan.frames >= 120
        with pytest.raises(BadParameter, match="at least one topic"):
            okx.subscribe()
        with pytest.raises(BadParameter, match="named twice"):
            okx.subscribe(channels.trades("BTC-USDT"), channels.trades("BTC-USDT"))


async def test_a_channel_that_falls_silent_is_stale_in_band_and_subscribed_anew() -> None:
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, client_for("v5", sim) as okx:
        async with okx.subscribe(noisy("BTC-USDT")) as rows:
            items: list[Any] = []
            while not any(isinstance(item, Stale) for item in items):
                items.append(await anext(rows))
            stale = items[-1]
            assert stale.until - stale.since >= 0.3
            assert "nothing was heard" in stale.cause
            follows = [await anext(rows), await anext(rows)]
            assert type(follows[0]).__name__ == "Gap"
            assert follows[0].since == stale.since
            assert not isinstance(follows[1], StreamEvent)  # the subscription's first push


@pytest.mark.parametrize("make", [channels.candle, channels.trades])
def test_who_knows_how_often_rows_come_is_told_when_they_do_not(make: Any) -> None:
    """Whatever is said again and again, the line stays: others on it are not to blame."""

    async def main() -> None:
        async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, OKX(site=sim.site) as okx:
            patient = okx.subscribe(make("BTC-USDT"))
            async with okx.subscribe(make("BTC-USDT"), stale_after=60) as bars, patient:
                await bars.ready()
                (link,) = okx.status().links
                items: list[Any] = []
                while sum(isinstance(item, Stale) for item in items) < 5:
                    items.append(await anext(bars))
                silences = [item.until - item.since for item in items if isinstance(item, Stale)]
                assert all(60 <= silence < 75 for silence in silences), silences
                assert [each.link for each in okx.status().links] == [link.link]
                assert okx.status().links[0].connections == link.connections
            async with okx.subscribe(make("BTC-USDT")) as bars:
                await bars.ready()
                await asyncio.sleep(300)
                assert bars.stats.received <= 1  # the bar as it stands

    warp.run(main())


@pytest.mark.parametrize("seconds", [0, -1, 0.5, True, "60", float("nan")])
async def test_less_than_a_second_of_silence_means_nothing(seconds: Any) -> None:
    async with OKX() as okx:
        with pytest.raises(BadParameter, match="stale_after"):
            okx.subscribe(channels.candle("BTC-USDT"), stale_after=seconds)


async def test_a_slow_consumer_that_blocks_has_a_line_of_its_own() -> None:
    class Pauses(Observer):
        def __init__(self) -> None:
            self.said: list[tuple[str, bool]] = []

        def paused(self, topic: str, on: bool) -> None:
            self.said.append((topic, on))

    pauses = Pauses()
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim:
        async with OKX(site=sim.site, observers=[pauses]) as okx:
            topic = channels.trades("BTC-USDT")
            slow, fast = okx.subscribe(topic, policy="block", size=2), okx.subscribe(topic)
            async with slow, fast:
                await slow.ready()
                await fast.ready()
                assert len(okx.status().links) == 2
                while not slow.stats.paused:
                    await sim.step()
                    await asyncio.sleep(0)
                assert pauses.said == [("trades:BTC-USDT", True)]
                assert [link.paused for link in okx.status().links].count(True) == 1
                before = fast.stats.received
                while fast.stats.received < before + 20:
                    await sim.step()
                    await asyncio.sleep(0)
                assert fast.stats.dropped == 0
                for _ in range(slow.stats.pending):
                    await anext(slow)
                assert pauses.said[-1] == ("trades:BTC-USDT", False)
                assert slow.stats.dropped == 0


async def test_an_observer_hears_once_that_a_stream_begins_to_lose() -> None:
    class Losses(Observer):
        def __init__(self) -> None:
            self.told: list[int] = []

        def dropped(self, topic: str, total: int) -> None:
            self.told.append(total)

    losses = Losses()
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim:
        async with OKX(site=sim.site, observers=[losses]) as okx:
            async with okx.subscribe(channels.trades_all("BTC-USDT"), size=3) as rows:
                await rows.ready()
                while rows.stats.dropped < 10:
                    await sim.step()
                    await asyncio.sleep(0)
                assert losses.told == [1]
