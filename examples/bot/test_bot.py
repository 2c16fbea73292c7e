"""Tests of the bot with the fixtures that come with okx_async: run `pytest` here, pytest-asyncio is all they need.

`okx_exchange` is a whole exchange whose market stands still until the test steps it, `okx_client` a client on it, and
`okx_faults` makes things go wrong when the test wants them to.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from bot import Quote, Quoter

from okx_async import OKX
from okx_async.sim import Exchange, Faults


@pytest.fixture
async def bot(okx_client: OKX) -> AsyncIterator[Quoter]:
    quoter = Quoter(okx_client, "BTC-USDT")
    running = asyncio.create_task(quoter.run())
    yield quoter
    running.cancel()
    await asyncio.wait((running,))


async def steps_until(exchange: Exchange, condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await exchange.step()
            await asyncio.sleep(0.01)


def is_right(bot: Quoter, exchange: Exchange) -> bool:
    """The middle of the quote is the middle of the best prices there really are."""
    truth = exchange.truth(bot.inst_id)
    return bot.quote is not None and float(sum(bot.quote)) == float(truth.bids[0][0]) + float(truth.asks[0][0])


async def test_it_follows_the_market(okx_exchange: Exchange, bot: Quoter) -> None:
    quotes: set[Quote | None] = set()
    while len(quotes) < 3:
        await steps_until(okx_exchange, lambda: is_right(bot, okx_exchange))
        quotes.add(bot.quote)
        await okx_exchange.step(10)
    assert bot.breaks == 0


async def test_it_stands_aside_while_it_cannot_see(okx_exchange: Exchange, okx_faults: Faults, bot: Quoter) -> None:
    await steps_until(okx_exchange, lambda: bot.quote)
    okx_faults.drop("books", "BTC-USDT")
    await steps_until(okx_exchange, lambda: bot.breaks)
    assert [fault.kind for fault in okx_faults.fired] == ["drop"]
    await steps_until(okx_exchange, lambda: is_right(bot, okx_exchange))


@pytest.mark.okx_exchange(seed=3, checksum="zero")
async def test_it_needs_no_checksums(okx_exchange: Exchange, bot: Quoter) -> None:
    await steps_until(okx_exchange, lambda: is_right(bot, okx_exchange))
