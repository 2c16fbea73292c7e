"""One message of a book is lost on the way to a client: is what it shows then still the market?

The documentation's comparison rests on this and on the tests of that name beside it; ``-m witness`` shows it anew. Each
states what the client does today, so that a version that does otherwise turns it red and the text is written anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from okx_async import OKX
from okx_async.sim import Exchange

from .seen import START, same_book, while_it_moves

SYMBOL = "BTC-USDT"


@pytest.fixture(params=["on", "zero"])
async def sim(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    """An exchange with true checksums, and one that sends 0, as the live one does since 2026-06-23."""
    options: dict[str, Any] = {"rate": 0, "start": START, "step_ms": 1_000, "keep_history": True}
    async with Exchange(seed=7, checksum=request.param, **options) as exchange:
        yield exchange


def is_true(sim: Exchange, seq_id: int, bids: Any, asks: Any) -> bool:
    return same_book(sim.history(SYMBOL)[seq_id], bids, asks)


async def test_a_lost_message_is_told_by_ours(sim: Exchange) -> None:
    async with OKX(sim.credentials[0], site=sim.site) as okx, okx.books(SYMBOL) as books:

        async def watch() -> list[bool]:
            shown: list[bool] = []
            told = False
            async for book in books:
                told = told or (not book.live and bool(book.proof.seq_gaps))
                if book.live:
                    rows = (book.bid_rows(), book.ask_rows())
                    shown.append(is_true(sim, book.seq_id or 0, *rows))
                    if len(shown) == 3:
                        sim.faults.drop("books", SYMBOL)
                    if told and len(shown) > 6:
                        break
            return shown

        assert all(await while_it_moves(sim, watch()))


async def test_a_lost_message_is_raised_by_ccxt(sim: Exchange, ccxt_pro: Any) -> None:
    client = ccxt_pro.okx({"urls": {"api": {"rest": sim.rest, "ws": f"{sim.ws}/ws/v5"}}})
    raised: list[str] = []
    shown: list[bool] = []

    async def watch() -> None:
        for _ in range(20):
            if len(shown) == 3:
                sim.faults.drop("books", SYMBOL)
            try:
                book = await client.watch_order_book("BTC/USDT")
            except ccxt_pro.BaseError as error:
                raised.append(type(error).__name__)
                continue
            shown.append(is_true(sim, book["nonce"], book["bids"], book["asks"]))

    try:
        await client.load_markets()
        await while_it_moves(sim, watch())
    finally:
        await client.close()
    assert raised == ["InvalidNonce"]
    assert all(shown)
