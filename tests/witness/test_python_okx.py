"""The exchange's own SDK for Python, with other URLs: REST from a thread, because it blocks, and its sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from okx_async.sim import Exchange
from tests.sim.wire import NaiveBook
from tests.waiting import until

from .seen import every_trade, minute_candles, same_book, steps_until, told_trades

Json = dict[str, Any]


@pytest.fixture
def rest(python_okx: Any, sim: Exchange) -> Iterator[Callable[..., Any]]:
    """Call ``Module.method`` of the REST half and return the whole answer."""
    clients: dict[str, Any] = {}

    async def call(name: str, *args: Any, **more: Any) -> Any:
        module, method = name.split(".")
        if module not in clients:
            api = {"PublicData": "PublicAPI", "MarketData": "MarketAPI", "Status": "StatusAPI", "Account": "AccountAPI"}
            clients[module] = getattr(python_okx(module), api[module])(domain=sim.rest, flag="0")
        return await asyncio.to_thread(getattr(clients[module], method), *args, **more)

    yield call
    for client in clients.values():
        client.close()


async def _data(answer: Any) -> Any:
    body = await answer
    assert (body["code"], body["msg"]) == ("0", "")
    return body["data"]


@pytest.mark.parametrize(
    ("inst_type", "family"), [("SPOT", ""), ("MARGIN", ""), ("SWAP", ""), ("FUTURES", ""), ("OPTION", "BTC-USD")]
)
async def test_instruments(rest: Callable[..., Any], sim: Exchange, inst_type: str, family: str) -> None:
    rows = await _data(rest("PublicData.get_instruments", inst_type, instFamily=family))
    kind = "SPOT" if inst_type == "MARGIN" else inst_type
    assert {row["instId"] for row in rows} == {each.inst_id for each in sim.instruments if each.kind == kind}
    assert {row["instType"] for row in rows} == {inst_type}


async def test_underlyings_time_and_status(rest: Callable[..., Any], sim: Exchange) -> None:
    ((*families,),) = await _data(rest("PublicData.get_underlying", "SWAP"))
    assert set(families) == {each.family for each in sim.instruments if each.kind == "SWAP"}
    assert await _data(rest("PublicData.get_system_time")) == [{"ts": str(sim.now)}]
    assert await _data(rest("Status.status")) == []


async def test_tickers_books_and_trades(rest: Callable[..., Any], sim: Exchange) -> None:
    await sim.step(100)
    truth = sim.truth("BTC-USDT-SWAP")
    (ticker,) = await _data(rest("MarketData.get_ticker", "BTC-USDT-SWAP"))
    assert ((ticker["bidPx"], ticker["bidSz"]), (ticker["askPx"], ticker["askSz"])) == (truth.bids[0], truth.asks[0])
    assert ticker in await _data(rest("MarketData.get_tickers", "SWAP"))

    (book,) = await _data(rest("MarketData.get_orderbook", "BTC-USDT-SWAP", "400"))
    assert book["seqId"] == truth.seq_id
    assert same_book(truth.top(400), book["bids"], book["asks"])
    (best,) = await _data(rest("MarketData.get_orderbook", "BTC-USDT-SWAP"))
    assert (best["bids"], best["asks"]) == (book["bids"][:1], book["asks"][:1])

    trades = await _data(rest("MarketData.get_trades", "BTC-USDT-SWAP", "20"))
    told = [(row["tradeId"], row["side"], float(row["px"]), float(row["sz"]), int(row["ts"])) for row in trades]
    assert told[::-1] == every_trade(sim, "BTC-USDT-SWAP")[-20:]
    (older, *_) = await _data(rest("MarketData.get_history_trades", "BTC-USDT-SWAP", after=trades[-1]["tradeId"]))
    assert int(older["tradeId"]) == int(trades[-1]["tradeId"]) - 1


async def test_candles(rest: Callable[..., Any], sim: Exchange) -> None:
    await sim.step(200)
    rows = await _data(rest("MarketData.get_candlesticks", "BTC-USDT", bar="1m", limit="3"))
    shown = [(int(row[0]), *map(float, row[1:5])) for row in reversed(rows)]
    assert shown == minute_candles(sim, "BTC-USDT")[-3:]
    assert [row[8] for row in rows] == ["0", "1", "1"]
    older = await _data(rest("MarketData.get_history_candlesticks", "BTC-USDT", after=rows[-1][0], limit="5"))
    assert [int(row[0]) for row in older] == [int(rows[-1][0]) - ago * 60_000 for ago in range(1, 6)]


async def test_refusals(rest: Callable[..., Any]) -> None:
    assert (await rest("MarketData.get_ticker", "NO-SUCH"))["code"] == "51001"
    assert (await rest("PublicData.get_instruments", "OPTION"))["code"] == "50014"
    assert (await rest("Account.get_account_balance"))["code"] == "50103"


@asynccontextmanager
async def _socket(python_okx: Any, url: str, **key: str) -> AsyncIterator[tuple[Any, list[Json]]]:
    """Yield a started socket and the list its messages are put into."""
    seen: list[Json] = []
    client = python_okx("websocket.WsPublicAsync").WsPublicAsync(url=url, **key)
    client.callback = lambda text: seen.append(json.loads(text))
    reading = await client.start()
    yield client, seen
    await client.stop()
    await reading


async def test_socket_books_and_trades(python_okx: Any, tls_sim: Exchange) -> None:
    book = NaiveBook()
    args = [{"channel": name, "instId": "BTC-USDT"} for name in ("books", "books5", "trades", "tickers")]
    async with _socket(python_okx, f"{tls_sim.ws}/ws/v5/public") as (client, seen):
        await client.subscribe(args, client.callback, id="all4")
        await until(lambda: sum(message.get("event") == "subscribe" for message in seen) == len(args))
        assert [message["arg"] for message in seen if message.get("event") == "subscribe"] == args
        assert {message["id"] for message in seen if "event" in message} == {"all4"}
        await steps_until(tls_sim, lambda: len(_of(seen, "trades")) >= 40)

    states = tls_sim.history("BTC-USDT")
    for message in _of(seen, "books"):
        book.apply(message)
        assert book.levels == states[book.seq_id]
        assert message["data"][0]["checksum"] == book.checksum()
    for message in _of(seen, "books5"):
        (row,) = message["data"]
        # It is published in the same step as the book, so both speak of one state.
        assert same_book(tuple(side[:5] for side in states[row["seqId"]]), row["bids"], row["asks"])  # type: ignore[arg-type]
    shown = [
        (row["tradeId"], row["side"], float(row["px"]), float(row["sz"]), int(row["ts"]))
        for message in _of(seen, "trades")
        for row in message["data"]
    ]
    assert shown == told_trades(tls_sim, "BTC-USDT")[: len(shown)]


async def test_socket_refusal_and_unsubscribing(python_okx: Any, tls_sim: Exchange) -> None:
    good, bad = {"channel": "books", "instId": "BTC-USDT"}, {"channel": "books", "instId": "NO-SUCH"}
    async with _socket(python_okx, f"{tls_sim.ws}/ws/v5/public") as (client, seen):
        await client.subscribe([bad, good], client.callback)
        await until(lambda: _of(seen, "books"))
        assert [(message["event"], message.get("code")) for message in seen if "event" in message] == [
            ("error", "60018"),
            ("subscribe", None),
        ]
        await client.unsubscribe([good], client.callback)
        await until(lambda: seen[-1].get("event") == "unsubscribe")
        await tls_sim.step(5)
        assert seen[-1]["event"] == "unsubscribe"


async def test_a_lost_line_ends_the_reading(python_okx: Any, tls_sim: Exchange) -> None:
    """Nothing opens another one: whoever uses it has to."""
    seen: list[Json] = []
    client = python_okx("websocket.WsPublicAsync").WsPublicAsync(url=f"{tls_sim.ws}/ws/v5/public")
    client.callback = lambda text: seen.append(json.loads(text))
    reading = await client.start()
    await client.subscribe([{"channel": "books", "instId": "BTC-USDT"}], client.callback)
    await until(lambda: _of(seen, "books"))
    (line,) = tls_sim.connections
    line.reset()
    with pytest.raises(ConnectionClosedError):
        await reading
    assert seen[-1] == {"event": "error", "code": "ConnClosed", "msg": seen[-1]["msg"]}
    assert tls_sim.connections == []


async def test_socket_login(python_okx: Any, tls_sim: Exchange) -> None:
    key = tls_sim.credentials[0]
    good = {
        "apiKey": key.api_key.reveal(),
        "passphrase": key.passphrase.reveal(),
        "secretKey": key.secret_key.reveal(),
    }
    async with _socket(python_okx, f"{tls_sim.ws}/ws/v5/private", **good) as (client, seen):
        await client.login()
        await client.subscribe([{"channel": "account"}], client.callback)
        await until(lambda: len(seen) >= 2)
    # What may come after them is how many connections share the channel.
    assert [(message["event"], message.get("code")) for message in seen[:2]] == [("login", "0"), ("subscribe", None)]

    async with _socket(python_okx, f"{tls_sim.ws}/ws/v5/private", **good | {"secretKey": "wrong"}) as (client, seen):
        await client.login()
        await until(lambda: seen)
    assert [(message["event"], message["code"]) for message in seen] == [("error", "60007")]


def _of(seen: list[Json], channel: str) -> list[Json]:
    return [message for message in seen if "data" in message and message["arg"]["channel"] == channel]
