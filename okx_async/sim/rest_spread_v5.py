"""V5 REST of the public side of Spread Trading."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, islice
from typing import Any

from .bars import MARK_BARS
from .clock import Clock
from .query_v5 import Query, Refusal
from .spreads import Spread, Spreads

__all__ = ["SpreadV5"]

_Answer = list[Any]
_DEEPEST = 400
_TRADES = 100


class SpreadV5:
    """The endpoints of spreads.

    Args:
        spreads: What there is.
        clock: Market time.
    """

    def __init__(self, spreads: Spreads, clock: Clock) -> None:
        self._spreads = spreads
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers, by path."""
        return {
            "sprd/spreads": self._list,
            "sprd/books": self._book,
            "sprd/public-trades": self._trades,
            "market/sprd-ticker": self._ticker,
            "market/sprd-candles": lambda query: self._bars(query, 300),
            "market/sprd-history-candles": lambda query: self._bars(query, 100),
        }

    def _spread(self, query: Query) -> Spread:
        spread = self._spreads.all().get(query.needed("sprdId"))
        if spread is None:
            raise Refusal(200, "51001", "Instrument ID or Spread ID doesn't exist")
        return spread

    def _list(self, query: Query) -> _Answer:
        coin, leg, wanted, state = (query.text(name) for name in ("baseCcy", "instId", "sprdId", "state"))
        rows = [
            each.row()
            for each in self._spreads.all().values()
            if wanted in ("", each.sprd_id) and leg in ("", each.near.instrument.inst_id, each.far.instrument.inst_id)
        ]
        return [row for row in rows if coin in ("", row["baseCcy"]) and state in ("", row["state"])]

    def _book(self, query: Query) -> _Answer:
        spread = self._spread(query)
        return [spread.book(query.limit("sz", 5, _DEEPEST)) | {"ts": str(spread.ts)}]

    def _trades(self, query: Query) -> _Answer:
        now = self._clock.now()
        chosen = [self._spread(query)] if query.text("sprdId") else list(self._spreads.all().values())
        found = chain.from_iterable([(each, trade) for trade in each.trades(now)[:_TRADES]] for each in chosen)
        newest = sorted(found, key=lambda each: each[1].ts, reverse=True)
        return [spread.trade_row(trade) for spread, trade in islice(newest, _TRADES)]

    def _ticker(self, query: Query) -> _Answer:
        return [self._spread(query).ticker(self._clock.now())]

    def _bars(self, query: Query, most: int) -> _Answer:
        spread, now, size = self._spread(query), self._clock.now(), MARK_BARS.get(query.text("bar", "1m"))
        if size is None:
            raise Refusal(400, "51000", "Parameter bar error")
        bars = query.page(spread.bars(size, now), lambda bar: bar.ts, 100, most)
        return [spread.bar_row(bar, size.following(bar.ts) <= now) for bar in bars]
