"""What a book really is, for tests that ask whether a client's is the same."""

from __future__ import annotations

from dataclasses import dataclass

from .market import Market
from .tape import Trade
from .topics import Frozen

__all__ = ["Truth", "truth_of"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a book really is at this moment.

    Args:
        inst_id: Whose book.
        bids: All levels as price and size text, best first.
        asks: All levels as price and size text, best first.
        seq_id: The sequence number of this state.
        ts: When the book last changed, Unix milliseconds.
        trades: The trades since the exchange opened, oldest first.
    """

    inst_id: str
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]
    seq_id: int
    ts: int
    trades: list[Trade]

    def top(self, depth: int) -> Frozen:
        """Return the best ``depth`` levels of bids and asks."""
        return tuple(self.bids[:depth]), tuple(self.asks[:depth])


def truth_of(market: Market) -> Truth:
    """Return what the book of a market is now."""
    text = market.instrument
    bids, asks = (
        [(text.price_text(key * side.sign), text.size_text(side.levels[key].lots)) for key in side.keys]
        for side in (market.book.bids, market.book.asks)
    )
    return Truth(text.inst_id, bids, asks, market.seq_id, market.ts, market.tape.live)
