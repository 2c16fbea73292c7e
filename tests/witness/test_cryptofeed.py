"""cryptofeed, with other URLs: its books check the checksum of every message by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from okx_async.sim import Exchange
from tests.sim.accounts import desk

from .programs import secrets
from .seen import missing, numbers, same_book, steps_until, told_trades

SYMBOLS = {"BTC-USDT": "BTC-USDT", "BTC-USDT-PERP": "BTC-USDT-SWAP", "ETH-BTC": "ETH-BTC"}
Seen = dict[str, list[Any]]
QUIET = {"uvloop": False, "log": {"disabled": True}}
"""Its options: no event loop policy of its own, no log file."""


@pytest.fixture
def feed(
    cryptofeed: Any, tls_sim: Exchange, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AbstractAsyncContextManager[Seen]]:
    """Run a feed on the simulator and yield what its callbacks are told, by kind."""
    okx = cryptofeed.exchanges.OKX
    monkeypatch.setattr(okx.websocket_endpoints[0], "address", f"{tls_sim.ws}/ws/v5/public")
    monkeypatch.setattr(okx.rest_endpoints[0], "address", tls_sim.rest)

    @asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[Seen]:
        seen: Seen = {"l2_book": [], "trades": [], "ticker": []}

        async def book(state: Any, _: float) -> None:
            sides = [[(price, side[price]) for price in side] for side in (state.book.bids, state.book.asks)]
            seen["l2_book"].append((state.symbol, state.raw["data"][0]["seqId"], *sides))

        async def trade(one: Any, _: float) -> None:
            told = (one.id, one.side, float(one.price), float(one.amount), round(one.timestamp * 1000))
            seen["trades"].append((one.symbol, told))

        async def ticker(one: Any, _: float) -> None:
            seen["ticker"].append((one.symbol, one.bid, one.ask, one.raw))

        # It reads its list of symbols with a client that blocks.
        await asyncio.to_thread(okx.symbols, refresh=True)
        handler = cryptofeed.FeedHandler(config=QUIET)
        handler.add_feed(
            okx(
                config=QUIET,
                symbols=list(SYMBOLS),
                callbacks={"l2_book": book, "trades": trade, "ticker": ticker},
                timeout=-1,
                **options,
            )
        )
        before = asyncio.all_tasks()
        handler.run(start_loop=False, install_signal_handlers=False)
        mine = asyncio.all_tasks() - before
        yield seen
        await handler.stop_async()
        await asyncio.gather(*mine)

    return run


async def test_symbols(feed: Any, cryptofeed: Any, tls_sim: Exchange) -> None:
    symbols = await asyncio.to_thread(cryptofeed.exchanges.OKX.symbol_mapping, refresh=True)
    assert sorted(symbols.values()) == sorted(each.inst_id for each in tls_sim.instruments)


async def test_books_are_the_true_ones_at_every_sequence(feed: Any, tls_sim: Exchange) -> None:
    async with feed(channels=["l2_book"], checksum_validation=True) as seen:
        await steps_until(tls_sim, lambda: seen["l2_book"])
        lines = tls_sim.connections
        await steps_until(tls_sim, lambda: len(seen["l2_book"]) >= 150)
        assert tls_sim.connections == lines, "it gave the line up and opened another one"
    assert {symbol for symbol, *_ in seen["l2_book"]} == set(SYMBOLS)
    for symbol, seq_id, bids, asks in seen["l2_book"]:
        assert same_book(tls_sim.history(SYMBOLS[symbol])[seq_id], bids, asks)


async def test_a_wrong_checksum_is_noticed(feed: Any, tls_sim: Exchange) -> None:
    async with feed(channels=["l2_book"], checksum_validation=True) as seen:
        await steps_until(tls_sim, lambda: len(seen["l2_book"]) >= 20)
        (first,) = tls_sim.connections
        tls_sim.faults.wrong_crc("books")
        # It gives the line up and opens another one.
        await steps_until(tls_sim, lambda: tls_sim.connections and first not in tls_sim.connections)
        told = len(seen["l2_book"])
        await steps_until(tls_sim, lambda: len(seen["l2_book"]) >= told + 20)
    for symbol, seq_id, bids, asks in seen["l2_book"]:
        assert same_book(tls_sim.history(SYMBOLS[symbol])[seq_id], bids, asks)


async def test_a_lost_message_is_not_noticed_unless_checksums_are_asked_for(feed: Any, tls_sim: Exchange) -> None:
    async with feed(channels=["l2_book"]) as seen:
        await steps_until(tls_sim, lambda: len(seen["l2_book"]) >= 20)
        lines = tls_sim.connections
        tls_sim.faults.drop("books", "BTC-USDT")
        await steps_until(tls_sim, lambda: tls_sim.faults.fired)
        told = len(seen["l2_book"])
        await steps_until(tls_sim, lambda: len(seen["l2_book"]) >= told + 20)
        assert tls_sim.connections == lines
    later = [one for one in seen["l2_book"][told:] if one[0] == "BTC-USDT"]
    assert later
    assert not all(same_book(tls_sim.history("BTC-USDT")[seq_id], *sides) for _, seq_id, *sides in later)


@pytest.mark.parametrize("tls_sim", ["zero"], indirect=True)
async def test_checksums_that_are_zero_are_taken_for_wrong_ones(feed: Any, tls_sim: Exchange) -> None:
    """The live exchange sends them since 2026-06-23: with the check on, lines are given up again and again."""
    opened: set[str] = set()

    def lines() -> int:
        opened.update(line.conn_id for line in tls_sim.connections)
        return len(opened)

    async with feed(channels=["l2_book"], checksum_validation=True) as seen:
        await steps_until(tls_sim, lambda: lines() >= 3)
    assert not seen["l2_book"]


async def test_trades_and_tickers(feed: Any, tls_sim: Exchange) -> None:
    async with feed(channels=["trades", "ticker"]) as seen:
        await steps_until(tls_sim, lambda: len(seen["ticker"]) >= len(SYMBOLS))
        await steps_until(tls_sim, lambda: len(seen["trades"]) >= 100)
    for symbol, inst_id in SYMBOLS.items():
        shown = [told for name, told in seen["trades"] if name == symbol]
        truth = told_trades(tls_sim, inst_id)
        begin = [told[0] for told in truth].index(shown[0][0])
        assert shown == truth[begin : begin + len(shown)]
    for symbol, bid, ask, raw in seen["ticker"]:
        assert raw["instId"] == SYMBOLS[symbol]
        assert numbers([(bid, 0), (ask, 0)]) == numbers([(raw["bidPx"], 0), (raw["askPx"], 0)])


async def test_trades_that_a_lost_line_costs_are_not_told(feed: Any, tls_sim: Exchange) -> None:
    """It connects again by itself, and its callbacks learn nothing of it."""
    async with feed(channels=["trades"]) as seen:
        await steps_until(tls_sim, lambda: len(seen["trades"]) >= 20)
        (line,) = tls_sim.connections
        line.reset()
        await tls_sim.step(20)
        told = len(seen["trades"])
        await steps_until(tls_sim, lambda: len(seen["trades"]) >= told + 40)
    assert missing(tls_sim, "BTC-USDT", [told[0] for symbol, told in seen["trades"] if symbol == "BTC-USDT"])


async def test_its_orders_from_life_to_end(cryptofeed: Any, tls_sim: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an order without a price it reads the mean price as a number from the first push on."""
    okx, key = cryptofeed.exchanges.OKX, tls_sim.credentials[0]
    for endpoint, name in zip(okx.websocket_endpoints, ("public", "private"), strict=True):
        monkeypatch.setattr(endpoint, "address", f"{tls_sim.ws}/ws/v5/{name}")
    monkeypatch.setattr(okx.rest_endpoints[0], "address", tls_sim.rest)
    # It asks for the time it logs in with by a client that blocks, on the loop that would have to answer.
    monkeypatch.setattr(okx, "_get_server_time", lambda self: str(tls_sim.now))
    await asyncio.to_thread(okx.symbols, refresh=True)
    seen: list[Any] = []

    async def order(one: Any, _: float) -> None:
        seen.append((one.id, one.symbol, one.side, one.status, float(one.amount), float(one.remaining)))

    named = dict(zip(("key_id", "key_secret", "key_passphrase"), secrets(key), strict=True))
    config = QUIET | {"okx": named}
    handler = cryptofeed.FeedHandler(config=config)
    handler.add_feed(
        okx(
            config=config,
            symbols=["BTC-USDT-PERP"],
            channels=["order_info"],
            callbacks={"order_info": order},
            timeout=-1,
        )
    )
    before = asyncio.all_tasks()
    handler.run(start_loop=False, install_signal_handlers=False)
    mine = asyncio.all_tasks() - before
    await steps_until(tls_sim, lambda: tls_sim.accounts.private.heard(tls_sim.user(), "orders"))
    order_row = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "2"}
    (placed,) = desk.ask(tls_sim, tls_sim.user(), "POST", "trade/order", order_row)
    await steps_until(tls_sim, lambda: seen and seen[-1][3] == "filled")
    await handler.stop_async()
    await asyncio.gather(*mine)
    assert {(one[0], one[1], one[2], one[4]) for one in seen} == {(placed["ordId"], "BTC-USDT-PERP", "buy", 2.0)}
    assert (seen[0][3], seen[0][5], seen[-1][5]) == ("live", 2.0, 0.0)
