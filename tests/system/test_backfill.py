"""What a gap swallowed is read over REST: in order, none twice, and what cannot be recovered is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okx_async import Gap, Observer, Resumed, StreamEvent
from okx_async.backfill import history_of
from okx_async.errors import BadParameter
from okx_async.sim import Exchange, warp
from okx_async.v3 import channels as v3_channels
from okx_async.v5 import OKX
from okx_async.v5 import channels as v5_channels
from okx_async.v5.models.derivatives import FundingRate, PastFunding

from ..waiting import until
from .truth import START, client_for

DIALECTS = ("v5", "v3")
HOUR = 3_600_000


async def live(client: Any) -> None:
    """Wait until every topic is live."""
    await until(lambda: client.status().links and not client.status().not_live)


async def read_until(stream: Any, kind: type) -> list[Any]:
    """Read until an item of one type came, which is the last one."""
    items: list[Any] = []
    while not items or not isinstance(items[-1], kind):
        items.append(await anext(stream))
    return items


async def outage(sim: Exchange, client: Any, steps: int) -> None:
    """Cut the line, let the market go on without the client, and wait until it is back."""
    connections = client.status().links[0].connections
    sim.connections[0].reset()
    await sim.step(steps)
    await until(lambda: client.status().links[0].connections > connections)
    await live(client)


def trades_of(dialect: str) -> Any:
    """Return a topic whose rows are single trades."""
    return (v5_channels.trades_all if dialect == "v5" else v3_channels.trade)("BTC-USDT")


async def traded(sim: Exchange) -> None:
    """Let the market go on until something traded."""
    before = newest(sim)
    while newest(sim) == before:
        await sim.step()


def newest(sim: Exchange) -> int:
    """Return the id of the latest trade, 0 before the first."""
    return max((int(trade.trade_id) for trade in sim.truth("BTC-USDT").trades), default=0)


class Events(Observer):
    """Collects events."""

    def __init__(self) -> None:
        self.events: list[StreamEvent] = []

    def event(self, event: StreamEvent) -> None:
        self.events.append(event)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_trades_of_a_gap_come_in_order_and_none_twice(dialect: str) -> None:
    """In simulated time, for a client opens few connections a second."""
    warp.run(recover(dialect))


async def recover(dialect: str) -> None:
    """Fill three gaps."""
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, client_for(dialect, sim) as client:
        async with client.subscribe(trades_of(dialect), backfill=True) as trades:
            await live(client)
            await traded(sim)
            rows = [await anext(trades)]
            for _ in range(3):
                await outage(sim, client, 20)
                items = await read_until(trades, Resumed)
                gaps = [item for item in items if isinstance(item, Gap)]
                assert len(gaps) == 1
                assert items[-1].missing == ""
                recovered = items[items.index(gaps[0]) + 1 : -1]
                assert items[-1].recovered == len(recovered) > 0
                rows += [item for item in items if not isinstance(item, StreamEvent)]
            await traded(sim)
            rows.append(await anext(trades))
            ids = [int(row.trade_id) for row in rows]
            assert ids == list(range(ids[0], ids[-1] + 1))


async def test_bars_of_a_gap_are_all_there() -> None:
    exchange = Exchange(3, instruments=4, rate=0, history_minutes=10, start=START)
    async with exchange as sim, client_for("v5", sim) as client:
        topic = v5_channels.candle("BTC-USDT", bar="1s")
        async with client.subscribe(topic, backfill=True) as bars:
            await live(client)
            await traded(sim)
            rows: list[Any] = [await anext(bars)]
            await outage(sim, client, 500)
            items = await read_until(bars, Resumed)
            newest_bar = (await client.market.candles("BTC-USDT", bar="1s", limit=1))[0].ts
            while isinstance(items[-1], StreamEvent) or items[-1].ts < newest_bar:
                items.append(await anext(bars))
            rows += [item for item in items if not isinstance(item, StreamEvent)]
            times = [row.ts for row in rows]
            assert times == sorted(times)
            closed = sorted({row.ts for row in rows if row.confirm})
            assert closed == list(range(closed[0], closed[-1] + 1000, 1000))
            assert len(closed) > 3


async def test_what_history_does_not_reach_is_said() -> None:
    """V3 shows the latest 60 trades and has no cursor."""
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, client_for("v3", sim) as client:
        async with client.subscribe(trades_of("v3"), backfill=True) as trades:
            await live(client)
            await traded(sim)
            first = await anext(trades)
            last = newest(sim)
            connections = client.status().links[0].connections
            sim.connections[0].reset()
            while newest(sim) < last + 200:
                await sim.step(10)
            await until(lambda: client.status().links[0].connections > connections)
            items = [first, *await read_until(trades, Resumed)]
            assert "reaches back to" in items[-1].missing


async def test_a_failing_rest_is_said_and_the_stream_goes_on() -> None:
    events = Events()
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim:
        async with OKX(site=sim.site, observers=[events]) as okx:
            stream = okx.subscribe(trades_of("v5"), backfill=True)
            async with stream:
                await live(okx)

                async def fails(*_: Any, **__: Any) -> Any:
                    raise RuntimeError("a bug of ours")

                okx.market.history_trades = fails  # type: ignore[method-assign]
                await traded(sim)
                await anext(stream)
                await outage(sim, okx, 20)
                items = await read_until(stream, Resumed)
                assert "could not be read" in items[-1].missing
                await traded(sim)
                assert not isinstance(await anext(stream), StreamEvent)
    assert [type(event) for event in events.events] == [Gap, Resumed]


async def test_settlements_of_funding_become_rows_of_the_channel() -> None:
    """The simulator's funding is told by REST alone here; the rows are what the channel would have sent."""
    live_row = FundingRate(inst_id="BTC-USDT-SWAP", funding_time=3 * HOUR)
    past = [PastFunding(inst_id="BTC-USDT-SWAP", funding_time=at * HOUR, realized_rate=Decimal(at)) for at in (3, 2, 1)]

    class Public:
        async def funding_rate_history(self, inst_id: str, *, after: int | None, limit: int) -> list[PastFunding]:
            return [row for row in past if after is None or row.funding_time < after]

    client: Any = type("Client", (), {"public": Public()})()
    history = history_of(client, v5_channels.funding_rate("BTC-USDT-SWAP"))
    rows = await history.page(None)
    assert [(row.funding_time, row.sett_funding_rate, row.sett_state) for row in rows[:1]] == [
        (3 * HOUR, Decimal(3), "settled")
    ]
    assert [history.key(row) for row in await history.page(3 * HOUR)] == [2 * HOUR, HOUR]
    assert history.key(live_row) == history.first(live_row) == 3 * HOUR
    assert history.moment(live_row) == 3 * HOUR / 1000
    assert history.again


async def test_a_channel_without_history_is_refused_at_once() -> None:
    async with Exchange(3, instruments=4, rate=0, history_minutes=10) as sim, OKX(site=sim.site) as okx:
        with pytest.raises(BadParameter, match=r"cannot be backfilled.*candle, funding_rate, trades"):
            okx.subscribe(v5_channels.tickers("BTC-USDT"), backfill=True)
