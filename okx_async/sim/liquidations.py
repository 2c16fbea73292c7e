"""Whose positions the market closed: read off the minutes in which it fell or rose further than before.

There are no holders behind the made-up trades, so a rule stands for them: a minute that traded lower than the whole
hour before it liquidated somebody who was long, one that traded higher somebody who was short.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from .bars import V5_BARS
from .derivatives import plain
from .instruments import Kind
from .market import Market
from .tape import Bar

__all__ = ["LIQUIDATED", "Liquidation", "liquidations", "order_row"]

LIQUIDATED = {"SWAP": Kind.SWAP, "FUTURES": Kind.FUTURES, "MARGIN": Kind.SPOT}
"""The instrument types whose holders can be liquidated; options are not among them."""

_MINUTE = 60_000
_WINDOW = 60
# Which part of the minute's trades the liquidation was.
_PART = 20
# How far behind the liquidation the holder's margin would be used up: one part in so many.
_BANKRUPT = 250


@dataclass(frozen=True, slots=True)
class Liquidation:
    """One forced close: whether a long position, how many lots, at which bankruptcy price in ticks, and when."""

    long: bool
    lots: int
    price: int
    ts: int


def liquidations(market: Market, since: int, now: int) -> Iterator[Liquidation]:
    """Iterate over the forced closes of an instrument from a moment on, the newest first."""
    if market.instrument.kind not in LIQUIDATED.values():
        return
    minutes = market.tape.bars(V5_BARS["1m"], now)
    window = deque(islice(minutes, _WINDOW), _WINDOW + 1)
    for older in minutes:
        window.append(older)
        newest = window[0]
        closed = newest.ts + _MINUTE
        if closed <= since:
            return
        if closed <= now and newest.lots:
            yield from _of_minute(newest, list(islice(window, 1, None)), closed)
        window.popleft()


def _of_minute(bar: Bar, before: Sequence[Bar], closed: int) -> Iterator[Liquidation]:
    lots = max(1, bar.lots // _PART)
    if bar.low < min(each.low for each in before):
        yield Liquidation(True, lots, max(1, bar.low - max(1, bar.low // _BANKRUPT)), closed)
    if bar.high > max(each.high for each in before):
        yield Liquidation(False, lots, bar.high + max(1, bar.high // _BANKRUPT), closed)


def order_row(market: Market, each: Liquidation) -> dict[str, Any]:
    """Write a forced close as V5 does; the security fund never lost by one, see `risk`."""
    text = market.instrument
    margin = text.kind is Kind.SPOT
    return {
        "side": "sell" if each.long else "buy",
        "posSide": "long" if each.long else "short",
        "bkPx": text.price_text(each.price),
        "sz": text.size_text(each.lots),
        "bkLoss": plain(Decimal(0), 1),
        "ccy": text.quote if margin else "",
        "ts": str(each.ts),
    }
