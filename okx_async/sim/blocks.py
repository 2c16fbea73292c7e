"""Block trades as the public sees them: a quarter of an hour late, and as volume beside the order books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .derivatives import plain
from .instruments import Kind
from .market import Market
from .text import AMOUNT_SCALE, exact_text

__all__ = ["BLOCK_DELAY_MS", "Block", "BlockLeg", "Blocks"]

BLOCK_DELAY_MS = 15 * 60_000
"""How long the public waits for a block trade. (channels.json, "public-block-trades")"""

_DAY = 86_400_000
_PLACES = 12


@dataclass(frozen=True, slots=True)
class BlockLeg:
    """One leg of a block trade, as its taker traded it; prices that nobody knows of a kind are ``None``."""

    market: Market
    trade_id: int
    price: int
    lots: int
    buys: bool
    mark: Decimal | None
    index: Decimal | None

    def row(self) -> dict[str, str]:
        """Write it as a part of its block trade."""
        text = self.market.instrument
        return {
            "instId": text.inst_id,
            "px": text.price_text(self.price),
            "sz": text.size_text(self.lots),
            "side": "buy" if self.buys else "sell",
            "tradeId": str(self.trade_id),
        }


@dataclass(frozen=True, slots=True)
class Block:
    """A block trade: its number, its legs, and when it was made, Unix milliseconds."""

    block_id: int
    legs: tuple[BlockLeg, ...]
    ts: int

    def row(self) -> dict[str, Any]:
        """Write it. (Get public multi-leg transactions of block trades)"""
        return {
            "strategy": "",
            "cTime": str(self.ts),
            "blockTdId": str(self.block_id),
            "groupId": "",
            "legs": [leg.row() for leg in self.legs],
        }

    def leg_rows(self) -> list[dict[str, str]]:
        """Write its legs, each by itself. (Get public single-leg transactions of block trades)"""
        return [
            leg.row()
            | {
                "fillVol": "",
                "fwdPx": "",
                "idxPx": "" if leg.index is None else plain(leg.index, _PLACES),
                "markPx": "" if leg.mark is None else plain(leg.mark, _PLACES),
                "groupId": "",
                "ts": str(self.ts),
            }
            for leg in self.legs
        ]


class Blocks:
    """Every block trade since the exchange opened."""

    def __init__(self) -> None:
        self._made: list[Block] = []

    def add(self, block: Block) -> None:
        """Take one down."""
        self._made.append(block)

    def public(self, now: int) -> Iterator[Block]:
        """Yield those the public may know of, the newest first."""
        return (block for block in reversed(self._made) if block.ts + BLOCK_DELAY_MS <= now)

    def between(self, since: int, now: int) -> list[Block]:
        """Return those the public learns of after a moment and up to another, oldest first."""
        return [block for block in self._made if since < block.ts + BLOCK_DELAY_MS <= now]

    def count(self, market: Market) -> int:
        """Return how many legs were traded in an instrument."""
        return sum(leg.market is market for block in self._made for leg in block.legs)

    def ticker(self, market: Market, now: int) -> dict[str, str]:
        """Write the volume of the last 24 hours; it counts at once. (Get block ticker)"""
        text = market.instrument
        legs = [leg for block in self._made if block.ts > now - _DAY for leg in block.legs if leg.market is market]
        turnovers = [text.turnover(leg.price, leg.lots) for leg in legs]
        coins = sum(quote if text.kind is Kind.SPOT else coin for coin, quote in turnovers)
        return {
            "instType": text.kind.value,
            "instId": text.inst_id,
            "volCcy24h": exact_text(Decimal(coins).scaleb(-AMOUNT_SCALE)),
            "vol24h": text.size_text(sum(leg.lots for leg in legs)),
            "ts": str(now),
        }
