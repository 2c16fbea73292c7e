"""ccxt and its streaming half, with other URLs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from okx_async.sim import Exchange

from .seen import (
    MINUTE,
    every_trade,
    minute_candles,
    missing,
    numbers,
    same_book,
    steps_until,
    told_trades,
    while_it_moves,
)

SYMBOLS = {"BTC/USDT": "BTC-USDT", "BTC/USDT:USDT": "BTC-USDT-SWAP", "ETH/BTC": "ETH-BTC"}
KINDS = {"SPOT": "spot", "SWAP": "swap", "FUTURES": "future", "OPTION": "option"}


@pytest.fixture
async def okx(ccxt_pro: Any, sim: Exchange) -> AsyncIterator[Any]:
    """ccxt's client on the simulator."""
    client = ccxt_pro.okx({"urls": {"api": {"rest": sim.rest, "ws": f"{sim.ws}/ws/v5"}}})
    yield client
    await client.close()


async def test_markets(okx: Any, sim: Exchange) -> None:
    markets = {market["id"]: market for market in (await okx.load_markets()).values()}
    assert set(markets) == {each.inst_id for each in sim.instruments}
    for each in sim.instruments:
        market = markets[each.inst_id]
        assert market["type"] == KINDS[each.kind]
        assert market["active"]
        assert Decimal(str(market["precision"]["price"])) == Decimal(each.tick_size)
        assert Decimal(str(market["precision"]["amount"])) == Decimal(each.lot_size)
        assert Decimal(str(market["limits"]["amount"]["min"])) == Decimal(each.min_size)
        assert market["expiry"] == each.expiry
        if market["contract"]:
            assert Decimal(str(market["contractSize"])) == Decimal(each.ct_val)
            assert market["settle"] == each.settle
            assert market["inverse"] == each.inverse


async def test_time_and_status(okx: Any, sim: Exchange) -> None:
    assert await okx.fetch_time() == sim.now
    assert (await okx.fetch_status())["status"] == "ok"


@pytest.mark.parametrize("symbol", SYMBOLS)
async def test_ticker_trades_and_book_over_rest(okx: Any, sim: Exchange, symbol: str) -> None:
    await sim.step(150)
    inst_id = SYMBOLS[symbol]
    truth, last = sim.truth(inst_id), every_trade(sim, inst_id)[-1]

    ticker = await okx.fetch_ticker(symbol)
    assert ((ticker["bid"], ticker["bidVolume"]), (ticker["ask"], ticker["askVolume"])) == (
        *numbers(truth.bids[:1]),
        *numbers(truth.asks[:1]),
    )
    assert (ticker["last"], ticker["timestamp"]) == (last[2], sim.now)
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert (await okx.fetch_tickers([symbol]))[symbol]["info"] == ticker["info"]

    book = await okx.fetch_order_book(symbol, 400)
    assert book["timestamp"] == truth.ts
    assert same_book(truth.top(400), book["bids"], book["asks"])

    trades = await okx.fetch_trades(symbol, limit=20)
    assert [_told(trade) for trade in trades] == every_trade(sim, inst_id)[-20:]


@pytest.mark.parametrize("symbol", SYMBOLS)
async def test_candles(okx: Any, sim: Exchange, symbol: str) -> None:
    await sim.step(200)
    candles = await okx.fetch_ohlcv(symbol, "1m", limit=3)
    assert [candle[0] for candle in candles] == [sim.now // MINUTE * MINUTE - ago * MINUTE for ago in (2, 1, 0)]
    assert [tuple(candle[:5]) for candle in candles] == minute_candles(sim, SYMBOLS[symbol])[-3:]

    # A page of the past is asked for and answered by its borders.
    since = sim.now // MINUTE * MINUTE - 120 * MINUTE
    past = await okx.fetch_ohlcv(symbol, "1m", since=since, limit=100)
    assert [candle[0] for candle in past] == [since + nth * MINUTE for nth in range(100)]
    assert all(low <= min(begin, end) <= max(begin, end) <= high for _, begin, high, low, end, _ in past)


@pytest.mark.parametrize("symbol", SYMBOLS)
async def test_watched_book_is_the_true_one_at_every_sequence(okx: Any, sim: Exchange, symbol: str) -> None:
    await okx.load_markets()
    seen: set[int] = set()
    while len(seen) < 40:
        book = await while_it_moves(sim, okx.watch_order_book(symbol))
        assert same_book(sim.history(SYMBOLS[symbol])[book["nonce"]], book["bids"], book["asks"])
        seen.add(book["nonce"])


async def test_watched_book_notices_a_broken_chain_and_recovers(okx: Any, sim: Exchange, ccxt_pro: Any) -> None:
    await okx.load_markets()
    await while_it_moves(sim, okx.watch_order_book("BTC/USDT"))
    sim.faults.skip_sequence("books", "BTC-USDT")

    async def watch_until_it_breaks() -> None:
        while True:
            await okx.watch_order_book("BTC/USDT")

    with pytest.raises(ccxt_pro.InvalidNonce):
        await while_it_moves(sim, watch_until_it_breaks())
    book = await while_it_moves(sim, okx.watch_order_book("BTC/USDT"))
    assert same_book(sim.history("BTC-USDT")[book["nonce"]], book["bids"], book["asks"])


async def test_watched_deep_book_after_a_login(okx: Any, sim: Exchange) -> None:
    await okx.load_markets()
    _give_key(okx, sim)
    for _ in range(10):
        book = await while_it_moves(sim, okx.watch_order_book("BTC/USDT", params={"depth": "books-l2-tbt"}))
        assert same_book(sim.history("BTC-USDT", "books-l2-tbt")[book["nonce"]], book["bids"], book["asks"])


@pytest.mark.parametrize("channel", ["trades", "trades-all"])
async def test_watched_trades(okx: Any, sim: Exchange, channel: str) -> None:
    await okx.load_markets()
    _give_key(okx, sim)
    truth = told_trades if channel == "trades" else every_trade
    await while_it_moves(sim, okx.watch_trades("BTC/USDT", params={"channel": channel}))
    first = okx.trades["BTC/USDT"][0]["id"]
    await steps_until(sim, lambda: len(okx.trades["BTC/USDT"]) >= 60)
    told = truth(sim, "BTC-USDT")
    begin = [trade[0] for trade in told].index(first)
    shown = [_told(trade) for trade in okx.trades["BTC/USDT"]]
    assert shown == told[begin : begin + len(shown)]


async def test_trades_that_a_lost_line_costs_are_not_told(okx: Any, sim: Exchange, ccxt_pro: Any) -> None:
    """Who calls it learns that the line was lost, not what he has missed."""
    await okx.load_markets()
    shown: list[str] = []
    raised: list[str] = []

    async def watch() -> None:
        while len(shown) < 40:
            try:
                shown.extend(trade["id"] for trade in await okx.watch_trades("BTC/USDT"))
            except ccxt_pro.NetworkError as error:
                raised.append(type(error).__name__)
                await sim.step(20)
                continue
            if len(shown) > 10 and not raised:
                sim.lines.reset_tcp()

    await while_it_moves(sim, watch())
    assert raised == ["NetworkError"]
    assert missing(sim, "BTC-USDT", list(dict.fromkeys(shown)))


async def test_watched_ticker_and_candles(okx: Any, sim: Exchange) -> None:
    await okx.load_markets()
    ticker = await while_it_moves(sim, okx.watch_ticker("BTC/USDT"))
    assert ticker["info"]["instId"] == "BTC-USDT"
    assert ticker["bid"] < ticker["ask"]
    await while_it_moves(sim, okx.watch_ohlcv("BTC/USDT", "1m"))
    await steps_until(sim, lambda: len(okx.ohlcvs["BTC/USDT"]["1m"]) >= 3)
    closed = [tuple(candle[:5]) for candle in okx.ohlcvs["BTC/USDT"]["1m"][:-1]]
    told = minute_candles(sim, "BTC-USDT")
    begin = [candle[0] for candle in told].index(closed[0][0])
    assert closed == told[begin : begin + len(closed)]


async def test_a_private_call_without_a_key_is_refused_as_by_the_exchange(
    okx: Any, sim: Exchange, ccxt_pro: Any
) -> None:
    with pytest.raises(ccxt_pro.AuthenticationError, match="apiKey"):
        await okx.fetch_balance()
    with pytest.raises(ccxt_pro.BadSymbol):
        await okx.publicGetMarketTicker({"instId": "NO-SUCH"})


def _give_key(okx: Any, sim: Exchange) -> None:
    """Hand a key over; only now, because with a key ccxt wants its account before it loads markets."""
    key = sim.credentials[0]
    okx.apiKey, okx.secret, okx.password = (
        key.api_key.reveal(),
        key.secret_key.reveal(),
        key.passphrase.reveal(),
    )


def _told(trade: Any) -> tuple[str, str, float, float, int]:
    return trade["id"], trade["side"], trade["price"], trade["amount"], trade["timestamp"]
