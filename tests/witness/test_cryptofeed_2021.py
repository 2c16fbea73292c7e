"""cryptofeed 1.8.2 of 2021, whose ``OKEx`` speaks V3, unmodified but for its URLs: what it is told is the truth.

It verifies every checksum, and it is the one client of that time here that logs in on the socket. Earlier releases
such as 1.5.1 speak V3 and know no checksum; 1.9.3 speaks V5. It cannot share an environment with today's cryptofeed,
and what it needs installs on Python 3.8. Make one for it and say where it is::

    python3.8 -m venv old && old/bin/pip install cryptofeed==1.8.2
    OKX_ASYNC_CRYPTOFEED_2021=old/bin/python pytest -m witness tests/witness/test_cryptofeed_2021.py
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from okx_async import OKX
from okx_async.sim import Exchange
from okx_async.sim.session_v3 import SessionV3
from okx_async.sim.text import iso_ms
from tests.waiting import until

from .programs import Told, secrets, telling
from .seen import every_trade, same_book, steps_until

PYTHON = os.environ.get("OKX_ASYNC_CRYPTOFEED_2021", "")
SYMBOLS = ["BTC-USDT", "BTC-USDT-SWAP", "ETH-BTC"]
CHECKED = 25
"""How many levels of each side a checksum covers. (V3 "spot_ws-checksum")"""
pytestmark = pytest.mark.skipif(not PYTHON, reason="OKX_ASYNC_CRYPTOFEED_2021 does not say where cryptofeed 1.8.2 is")


@pytest.fixture
def feed(sim: Exchange) -> Callable[..., AbstractAsyncContextManager[Told]]:
    """Run a feed on the simulator and yield what its callbacks are told, by kind."""

    @asynccontextmanager
    async def run(channel: str, *symbols: str, check: bool = True, keys: tuple[str, ...] = ()) -> AsyncIterator[Told]:
        wanted = {"symbols": symbols or SYMBOLS, "channels": [channel], "check": check, "keys": keys}
        asked = json.dumps({"rest": sim.rest, "ws": sim.ws_v3, **wanted})
        async with telling(PYTHON, "old_cryptofeed.py", asked) as told:
            await until(lambda: "symbols" in told, timeout=30)
            assert told["version"] == [{"version": "1.8.2"}]
            yield told

    return run


def true_book(sim: Exchange, row: dict[str, Any], depth: int = 400) -> bool:
    """Tell whether the best levels of a book are what the exchange had published at its time."""
    bids, asks = sim.history(row["symbol"], "depth_l2_tbt")[iso_ms(row["ms"])]
    return same_book((bids[:depth], asks[:depth]), row["bids"][:depth], row["asks"][:depth])


def listens(sim: Exchange, topic: str) -> bool:
    """Tell whether somebody has subscribed to a topic."""
    sessions = [line.session for line in sim.connections]
    return any(isinstance(session, SessionV3) and session.holds(topic) for session in sessions)


async def v5(sim: Exchange, path: str, **query: str) -> dict[str, Any]:
    """Return the only row of an answer of V5."""
    async with aiohttp.ClientSession() as session, session.get(sim.rest + path, params=query) as answer:
        (row,) = (await answer.json())["data"]
        return dict(row)


async def test_symbols(feed: Any, sim: Exchange) -> None:
    async with feed("ticker") as told:
        assert told["symbols"][0]["symbols"] == sorted(each.inst_id for each in sim.instruments)


async def test_books_are_the_true_ones_and_every_checksum_is_right(feed: Any, sim: Exchange) -> None:
    async with feed("l2_book") as told:
        await steps_until(sim, lambda: "book" in told)
        lines = sim.connections
        await steps_until(sim, lambda: len(told["book"]) >= 100)
        assert sim.connections == lines, "it gave the line up and opened another one"
    assert {row["symbol"] for row in told["book"]} == set(SYMBOLS)
    assert all(true_book(sim, row) for row in told["book"])
    assert "error" not in told


@pytest.mark.parametrize("fault", ["wrong_crc", "wrong_level", "drop"])
async def test_a_spoiled_book_is_noticed_by_its_checksum(feed: Any, sim: Exchange, fault: str) -> None:
    """It gives the line up and opens another one. The best 25 levels, which the checksum covers, are never wrong."""
    async with feed("l2_book", "BTC-USDT") as told:
        await steps_until(sim, lambda: len(told.get("book", ())) >= 10)
        # A wrong size may lie deeper than the checksum reaches: several are to come.
        getattr(sim.faults, fault)("depth_l2_tbt", "BTC-USDT", times=8)
        await steps_until(sim, lambda: "error" in told)
        sim.faults.clear()
        seen = len(told["book"])
        await steps_until(sim, lambda: len(told["book"]) >= seen + 10)
    assert {row["error"] for row in told["error"]} == {"BadChecksum"}
    assert all(true_book(sim, row, CHECKED) for row in told["book"])


async def test_without_the_check_a_lost_message_is_not_noticed(feed: Any, sim: Exchange) -> None:
    """So it is the checksum that noticed, and our frames that carry it."""
    async with feed("l2_book", "BTC-USDT", check=False) as told:
        await steps_until(sim, lambda: len(told.get("book", ())) >= 10)
        sim.faults.drop("depth_l2_tbt", "BTC-USDT")
        await steps_until(sim, lambda: sim.faults.fired)
        seen = len(told["book"])
        await steps_until(sim, lambda: len(told["book"]) >= seen + 10)
    assert "error" not in told
    assert not all(true_book(sim, row) for row in told["book"][seen:])


async def test_trades(feed: Any, sim: Exchange) -> None:
    async with feed("trades") as told:
        await steps_until(sim, lambda: len(told.get("trades", ())) >= 60)
    for symbol in SYMBOLS:
        shown = [
            (row["order_id"], row["side"], float(row["price"]), float(row["amount"]), round(row["timestamp"] * 1000))
            for row in told["trades"]
            if row["symbol"] == symbol
        ]
        truth = every_trade(sim, symbol)
        begin = [trade[0] for trade in truth].index(shown[0][0])
        assert shown == truth[begin : begin + len(shown)]


async def test_tickers_and_open_interest(feed: Any, sim: Exchange) -> None:
    tops: dict[tuple[str, int], tuple[str, str]] = {}

    def note() -> None:
        for symbol in SYMBOLS:
            truth = sim.truth(symbol)
            tops[symbol, sim.now] = truth.bids[0][0], truth.asks[0][0]

    async with feed("ticker") as told:

        def enough() -> bool:
            note()
            return len(told.get("ticker", ())) >= 30

        await steps_until(sim, enough)
        interest = await v5(sim, "/api/v5/public/open-interest", instType="SWAP", instId="BTC-USDT-SWAP")
        await until(lambda: told["open_interest"][-1]["open_interest"] == interest["oi"])
    known = [row for row in told["ticker"] if (row["symbol"], round(row["timestamp"] * 1000)) in tops]
    assert len(known) >= 25
    for row in known:
        bid, ask = tops[row["symbol"], round(row["timestamp"] * 1000)]
        assert (Decimal(row["bid"]), Decimal(row["ask"])) == (Decimal(bid), Decimal(ask))
    assert {row["symbol"] for row in told["open_interest"]} == {"BTC-USDT-SWAP"}


async def test_funding(feed: Any, sim: Exchange) -> None:
    async with feed("funding", "BTC-USDT-SWAP") as told:
        await steps_until(sim, lambda: "funding" in told)
    row = told["funding"][0]
    truth = await v5(sim, "/api/v5/public/funding-rate", instId="BTC-USDT-SWAP")
    assert round(row["timestamp"] * 1000) == int(truth["fundingTime"])
    assert round(row["settlement_time"] * 1000) == int(truth["nextFundingTime"])
    assert float(row["rate"]) == pytest.approx(float(truth["fundingRate"]))


async def test_liquidations(feed: Any, sim: Exchange) -> None:
    """It polls them over REST."""
    async with feed("liquidations", "BTC-USDT-SWAP") as told:
        await steps_until(sim, lambda: told.get("liquidations"))
        async with aiohttp.ClientSession() as session:
            path = "/api/swap/v3/instruments/BTC-USDT-SWAP/liquidation"
            async with session.get(sim.rest + path, params={"status": "1"}) as answer:
                rows = await answer.json()
    shown = [(row["side"], float(row["leaves_qty"]), float(row["price"])) for row in told["liquidations"]]
    truth = [({"3": "buy", "4": "sell"}[row["type"]], float(row["size"]), float(row["price"])) for row in rows]
    assert shown
    assert [one for one in shown if one not in truth] == []


async def test_it_logs_in_and_hears_of_its_orders(feed: Any, sim: Exchange) -> None:
    (key, *_) = sim.keys_of(sim.user())
    async with feed("order_info", "BTC-USDT", keys=secrets(key)) as told, OKX(key, site=sim.site) as okx:
        await steps_until(sim, lambda: listens(sim, "spot/order:BTC-USDT"))
        placed = await okx.trade.place_order("BTC-USDT", "cash", "buy", "limit", sz="0.01", px="50000")
        await until(lambda: len(told.get("order_info", ())) == 1)
        await okx.trade.cancel_order("BTC-USDT", ord_id=placed.ord_id)
        await until(lambda: len(told["order_info"]) == 2)
    assert {row["order_id"] for row in told["order_info"]} == {placed.ord_id}
    assert [row["status"] for row in told["order_info"]] == ["active", "cancelled"]
    assert [(row["side"], row["size"], row["filled_size"]) for row in told["order_info"]] == [("buy", "0.01", "0")] * 2
