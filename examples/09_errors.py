"""Errors say what to do, before anything is sent where possible; one tree: usage, not sent, refused, unknown, state.

For the real exchange leave the simulator out: ``async with OKX() as okx:``.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

from okx_async import OKX, OkxError, OrderBook
from okx_async.sim import Exchange
from okx_async.v5 import channels


async def show(what: str, doing: Awaitable[Any]) -> None:
    try:
        await doing
    except OkxError as error:
        print(f"{what}\n    {type(error).__name__}: {error}")


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(site=sim.site) as okx:
        await show("lower case and a slash", okx.market.ticker("btc/usdt"))
        await show("a name of the wire in Python", okx.call("market.ticker", instId="BTC-USDT"))
        await show("no such endpoint", okx.call("market.tikcer", inst_id="BTC-USDT"))
        await show("an instrument that is not there", anext(okx.subscribe(channels.trades("BTC-USTD"))))
        await show("the exchange does not know it", okx.market.ticker("NO-SUCH"))

    book = OrderBook("books:BTC-USDT")
    try:
        print(book.best_bid)
    except OkxError as error:
        print(f"reading a book before its snapshot\n    {type(error).__name__}: {error}")


asyncio.run(main())
