"""The truth of the simulator in the shapes other clients show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from itertools import groupby
from typing import Any, TypeVar

from okx_async.sim import Exchange, Instrument
from okx_async.sim.tape import Trade
from okx_async.sim.topics import Frozen

START = 1_750_000_020_000
"""The first moment of a minute, so that every minute of a test is a whole one."""

MINUTE = 60_000
T = TypeVar("T")
Levels = list[tuple[float, float]]


async def while_it_moves(sim: Exchange, waiting: Coroutine[Any, Any, T]) -> T:
    """Step the market until somebody has seen what he waits for."""
    async with asyncio.timeout(20):
        task = asyncio.ensure_future(waiting)
        while not task.done():
            await sim.step()
            await asyncio.wait((task,), timeout=0.02)
        return await task


async def steps_until(sim: Exchange, condition: Callable[[], object]) -> None:
    """Step the market, and let others work, until a condition holds."""

    async def met() -> None:
        while not condition():
            await asyncio.sleep(0.002)

    await while_it_moves(sim, met())


def instrument(sim: Exchange, inst_id: str) -> Instrument:
    """Return one instrument by its id."""
    return next(each for each in sim.instruments if each.inst_id == inst_id)


def numbers(levels: Any) -> Levels:
    """Return the price and size of levels, whatever else they have, as floats."""
    return [(float(level[0]), float(level[1])) for level in levels]


def same_book(state: Frozen, bids: Any, asks: Any) -> bool:
    """Tell whether a client's book is a published state, level by level."""
    return (numbers(bids), numbers(asks)) == (numbers(state[0]), numbers(state[1]))


def told_trades(sim: Exchange, inst_id: str) -> list[tuple[str, str, float, float, int]]:
    """Return what the channel trades says of all trades: id, side, price, size and time, by taker and price."""
    text = instrument(sim, inst_id)
    told = []
    for _, group in groupby(sim.truth(inst_id).trades, key=lambda trade: (trade.taker_id, trade.price)):
        held = list(group)
        last = held[-1]
        size = float(text.size_text(sum(trade.lots for trade in held)))
        told.append((str(last.trade_id), _side(last), float(text.price_text(last.price)), size, last.ts))
    return told


def missing(sim: Exchange, inst_id: str, shown: list[str]) -> list[str]:
    """Return the trades that somebody was not told of, between the first and the last one he was."""
    told = [trade[0] for trade in told_trades(sim, inst_id)]
    between = told[told.index(shown[0]) : told.index(shown[-1]) + 1]
    return [one for one in between if one not in set(shown)]


def every_trade(sim: Exchange, inst_id: str) -> list[tuple[str, str, float, float, int]]:
    """Return each match on its own: id, side, price, size and time."""
    text = instrument(sim, inst_id)
    return [
        (
            str(trade.trade_id),
            _side(trade),
            float(text.price_text(trade.price)),
            float(text.size_text(trade.lots)),
            trade.ts,
        )
        for trade in sim.truth(inst_id).trades
    ]


def minute_candles(sim: Exchange, inst_id: str) -> list[tuple[int, float, float, float, float]]:
    """Return the one-minute candles that hold trades since the opening, from these trades alone."""
    candles = []
    for minute, group in groupby(every_trade(sim, inst_id), key=lambda trade: trade[4] // MINUTE * MINUTE):
        prices = [trade[2] for trade in group]
        candles.append((minute, prices[0], max(prices), min(prices), prices[-1]))
    return candles


def _side(trade: Trade) -> str:
    return "buy" if trade.taker_buys else "sell"
