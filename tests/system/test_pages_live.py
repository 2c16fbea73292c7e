"""Pages of the simulator's history, and what every declared pager must agree with."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from okx_async import OKX, OKEx, catalogue
from okx_async.core.answers import row_type
from okx_async.core.endpoint import Endpoint
from okx_async.errors import BadParameter
from okx_async.sim import Exchange

from ..facts import DATA
from .truth import START

PAGED = [row for row in catalogue() if row.pages is not None]


@pytest.mark.parametrize("row", PAGED, ids=lambda row: f"{row.dialect} {row.chapter}.{row.name}")
def test_a_pager_names_what_the_endpoint_has(row: Endpoint) -> None:
    assert row.pages is not None
    names = {param.name for param in row.params}
    assert row.pages.cursor
    assert names >= set(row.pages.own)
    if row.pages.field:
        shape = row_type(row)
        assert row.pages.field in shape.__struct_fields__ or hasattr(shape, row.pages.field)


@pytest.mark.parametrize(
    "row",
    [row for row in PAGED if row.pages and row.pages.then],
    ids=lambda row: f"{row.dialect} {row.chapter}.{row.name}",
)
def test_an_archive_tells_the_same_in_the_same_words(row: Endpoint) -> None:
    """Whatever the recent rows may be asked with, the archive understands, and its rows are of the same type."""
    assert row.pages is not None
    (archive,) = [
        one for one in PAGED if (one.dialect, one.chapter, one.name) == (row.dialect, row.chapter, row.pages.then)
    ]
    assert archive.pages is not None
    assert archive.result == row.result
    assert (archive.pages.kind, archive.pages.field) == (row.pages.kind, row.pages.field)
    mine, theirs = row.signature.fields, archive.signature.fields
    for name in mine.keys() - set(row.pages.own):
        assert theirs[name].hint == mine[name].hint
        assert theirs[name].required <= mine[name].required
    assert all(name in mine for name, one in theirs.items() if one.required)


# Cursored by the documents, not here, with the reason.
_UNKNOWN = "rows are not documented"
_WHICH = "rows have several times or none, and the documents do not say which one feeds the cursor"
_DEEPER = "what turns pages stands one level deeper, under a row that is told again with every page"
UNPAGED = {
    **{
        f"GET /api/v5/{path}": _UNKNOWN
        for path in (
            "account/fixed-loan/borrowing-orders-list",
            "account/quick-margin-borrow-repay-history",
            "account/vip-interest-accrued",
            "account/vip-interest-deducted",
            "account/vip-loan-order-detail",
            "account/vip-loan-order-list",
            "copytrading/lead-traders-history",
            "copytrading/performance-current-subpositions",
            "copytrading/performance-subpositions-history",
            "finance/fixed-loan/lending-orders-list",
            "finance/fixed-loan/lending-sub-orders",
        )
    },
    **{
        f"GET /api/v5/{path}": _WHICH
        for path in (
            "fiat/deposit-order-history",
            "fiat/withdrawal-order-history",
            "finance/staking-defi/eth/purchase-redeem-history",
            "finance/staking-defi/sol/purchase-redeem-history",
            "tradingBot/signal/event-history",
            "tradingBot/signal/orders-algo-history",
            "tradingBot/signal/orders-algo-pending",
            "tradingBot/signal/signals",
        )
    },
    "GET /api/v5/public/insurance-fund": _DEEPER,
    "GET /api/v5/support/announcements": _DEEPER,
    **{
        f"GET /api/{product}/v3/instruments/{{instrument_id}}/liquidation": "rows have no id to feed it"
        for product in ("futures", "swap")
    },
}


def paged(dialect: str) -> dict[str, Endpoint]:
    """Return what has pages, by method and path."""
    return {f"{row.method} {row.path}": row for row in PAGED if row.dialect == dialect}


def test_every_cursor_of_v3_is_the_documented_one() -> None:
    """Both ways: parameter, field of the row, and rows per page. Bars are asked for by windows."""
    said: dict[str, list[str | int | None]] = json.loads((DATA / "pages_v3.json").read_text())
    slips = {"algo_ids": "algo_id"}  # the parameter of another call; rows say algo_id
    wanted = {
        name: [older, slips.get(str(field), field), most]
        for name, (older, field, most) in said.items()
        if name not in UNPAGED
    }
    pagers = {name: row.pages for name, row in paged("v3").items() if row.pages is not None and row.pages.kind == "id"}
    assert {name: [pager.cursor, pager.field, pager.most] for name, pager in pagers.items()} == wanted
    assert all(field is None for name, (_, field, _) in said.items() if name in UNPAGED)


def test_every_cursor_of_v5_is_the_documented_one() -> None:
    """Both ways: parameter, and rows per page where the documents say. Statistics are asked for by ranges of time."""
    said: dict[str, list[str | int | None]] = json.loads((DATA / "pages_v5.json").read_text())
    here = paged("v5")
    assert said.keys() - here.keys() == {name for name in UNPAGED if "/api/v5/" in name}
    assert {row.chapter for name, row in here.items() if name not in said} == {"rubik"}
    for name, (cursor, most) in said.items():
        if name in here:
            row = here[name]
            assert row.pages is not None
            assert row.signature.fields[row.pages.cursor].wire == cursor
            assert most in (None, row.pages.most), name


def test_most_lists_of_the_documents_have_pages() -> None:
    assert len(PAGED) >= 115


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


def whole(rows: list[Any], step: int) -> None:
    """Check that bars come newest first, each where the next one ends."""
    assert all(newer.ts - older.ts == step for newer, older in pairwise(rows))


async def test_recent_bars_and_the_archive_are_one_history() -> None:
    """The recent ones are the latest 1440; the simulator cuts as the exchange does."""
    async with Exchange(3, instruments=2, rate=0, history_minutes=2000, start=START) as sim, OKX(site=sim.site) as okx:
        rows = await okx.pages(okx.market.candles, "BTC-USDT", bar="1m").since(START - 1900 * 60_000).all()
        whole(rows, 60_000)
        assert rows[-1].ts == START - 1900 * 60_000
        assert len(rows) > 1890
        prices = await okx.pages(okx.market.mark_price_candles, "BTC-USDT-SWAP", bar="1m").first(1700).all()
        whole(prices, 60_000)
        assert len(prices) == 1700
        everything = [bar async for bar in okx.pages(okx.market.candles, "BTC-USDT", bar="1m")]
        whole(everything, 60_000)
        assert everything[-1].ts == START - 2000 * 60_000
        assert (
            await okx.pages(okx.market.candles, "BTC-USDT", bar="1m").until(everything[1600].ts).first(9).all()
            == everything[1600:1609]
        )


@pytest.mark.parametrize("product", ["spot", "swap", "futures"])
async def test_v3_reads_windows_and_then_the_archive(product: str) -> None:
    async with (
        Exchange(3, instruments=12, rate=0, history_minutes=2000, start=START) as sim,
        OKEx(site=sim.site) as okex,
    ):
        chapter: Any = getattr(okex, product)
        inst_id = next(one.inst_id for one in sim.instruments if one.product == product)
        rows = await okex.pages(chapter.candles, inst_id, granularity=60).since(START - 1900 * 60_000).all()
        whole(rows, 60_000)
        assert rows[-1].ts == START - 1900 * 60_000
        trades = await okex.pages(chapter.trades, inst_id).first(250).all() if product != "spot" else []
        ids = [int(trade.trade_id) for trade in trades]
        assert ids == sorted(set(ids), reverse=True)
        assert len(ids) == (250 if product != "spot" else 0)


async def test_v3_options_have_no_archive() -> None:
    async with (
        Exchange(3, instruments=12, rate=0, history_minutes=2000, start=START) as sim,
        OKEx(site=sim.site) as okex,
    ):
        inst_id = next(one.inst_id for one in sim.instruments if one.product == "option")
        rows = [bar async for bar in okex.pages(okex.option.candles, inst_id, granularity=60)]
        whole(rows, 60_000)
        assert len(rows) == 1440


async def test_mistakes_are_named() -> None:
    async with OKX() as okx:
        with pytest.raises(BadParameter, match=r"market\.ticker has no pages"):
            okx.pages(okx.market.ticker, "BTC-USDT")  # type: ignore[arg-type]
        with pytest.raises(BadParameter, match="turns the pages itself: leave after, limit out"):
            okx.pages(okx.market.history_trades, "BTC-USDT", after="1", limit=5)
        with pytest.raises(BadParameter, match="turns the pages itself: leave after out"):
            okx.pages(okx.market.history_trades, "BTC-USDT", "1", "7")
        with pytest.raises(BadParameter, match="did you mean"):
            okx.pages(okx.market.candles, "btc-usdt")
        with pytest.raises(BadParameter, match="needs 'inst_id'"):
            okx.pages(okx.market.candles)  # type: ignore[call-arg]
        with pytest.raises(BadParameter, match="takes an endpoint"):
            okx.pages(print)  # type: ignore[arg-type]
