"""Pages of the simulator's history, and what every declared pager must agree with."""

from __future__ import annotations

import pytest

from okx_async import OKX, catalogue
from okx_async.core.answers import row_type
from okx_async.core.endpoint import Endpoint
from okx_async.errors import BadParameter
from okx_async.sim import Exchange

from .truth import START

PAGED = [row for row in catalogue() if row.pages is not None]


@pytest.mark.parametrize("row", PAGED, ids=lambda row: f"{row.dialect} {row.chapter}.{row.name}")
def test_a_pager_names_what_the_endpoint_has(row: Endpoint) -> None:
    assert row.pages is not None
    names = {param.name for param in row.params}
    assert row.pages.cursor in names
    assert row.pages.size in names
    if row.pages.field:
        assert row.pages.field in row_type(row).__struct_fields__


def test_most_lists_of_the_documents_have_pages() -> None:
    assert len(PAGED) >= 80


async def test_trades_and_bars_are_whole_across_pages() -> None:
    async with Exchange(3, instruments=2, rate=0, history_minutes=10, start=START) as sim, OKX(site=sim.site) as okx:
        await sim.step(400)
        trades = await okx.pages(okx.market.history_trades, "BTC-USDT").first(250).all()
        ids = [int(trade.trade_id) for trade in trades]
        assert ids == list(range(ids[0], ids[0] - len(ids), -1))
        assert len(ids) == 250
        since = trades[0].ts - 400_000
        bars = await okx.pages(okx.market.candles, "BTC-USDT", bar="1s").since(since).all()
        times = [bar.ts for bar in bars]
        assert times == list(range(times[0], times[0] - 1000 * len(times), -1000))
        assert times[-1] - 1000 < since <= times[-1]
        assert len(times) > 300


async def test_mistakes_are_named() -> None:
    async with OKX() as okx:
        with pytest.raises(BadParameter, match=r"market\.ticker has no pages"):
            okx.pages(okx.market.ticker, "BTC-USDT")  # type: ignore[arg-type]
        with pytest.raises(BadParameter, match="turns the pages itself: leave after, limit out"):
            okx.pages(okx.market.history_trades, "BTC-USDT", after="1", limit=5)
        with pytest.raises(BadParameter, match="takes an endpoint"):
            okx.pages(print)  # type: ignore[arg-type]
