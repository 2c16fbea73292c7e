"""Statistics of trading, all of them reckoned from the candles and open interest of the markets.

There are no holders behind the made-up trades, so takers tell who leans which way: whoever holds what is open stands
evenly on both sides, and what takers bought in a period comes on top on the long side, what they sold on the short.
The smaller the group that is looked at, the more it leans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from itertools import islice

from .bars import BarSize
from .derivatives import Derivatives
from .instruments import Kind
from .market import Market
from .tape import Bar
from .text import AMOUNT_SCALE

__all__ = ["Crowd", "Period", "Statistics"]

_CONTRACTS = (Kind.SWAP, Kind.FUTURES)


class Crowd(IntEnum):
    """Whose leaning is told; the number is the part of the open interest they hold."""

    ALL = 1
    TOP_ACCOUNTS = 5
    TOP_POSITIONS = 10


@dataclass(frozen=True, slots=True)
class Period:
    """What happened in a period to some markets together, in coins of their base and in dollars.

    Args:
        ts: When it began, Unix milliseconds.
        end: Its last moment so far; open interest is that of this moment.
        bought: Coins that takers bought.
        sold: Coins that takers sold.
        open_coins: Coins open in contracts.
        open_dollars: The same, in dollars.
        price: What a coin is worth, in dollars.
        lots: Lots traded; only of one market alone they mean anything, as do the two below.
        bought_lots: Lots that takers bought.
        open_lots: Lots open.
    """

    ts: int
    end: int
    bought: Decimal
    sold: Decimal
    open_coins: Decimal
    open_dollars: Decimal
    price: Decimal
    lots: int
    bought_lots: int
    open_lots: int

    @property
    def volume_dollars(self) -> Decimal:
        """Dollars traded, at the price at the end."""
        return self.volume * self.price

    @property
    def volume(self) -> Decimal:
        """Coins traded."""
        return self.bought + self.sold

    def leaning(self, crowd: Crowd) -> Decimal:
        """Return the longs of a crowd divided by its shorts."""
        held = self.open_coins / crowd
        long, short = held + self.bought, held + self.sold
        return long / short if short else Decimal(1)


class Statistics:
    """What is told about trading.

    Args:
        markets: By instrument id.
        figures: What follows from them.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives) -> None:
        self._markets = markets
        self._figures = figures

    def coins(self, *kinds: Kind) -> list[str]:
        """Return the base currencies that instruments of some kinds are traded of."""
        found = (each.instrument for each in self._markets.values())
        return list(dict.fromkeys(each.base for each in found if each.kind in kinds))

    def spots(self, coin: str) -> list[Market]:
        """Return the spot pairs of a base currency."""
        return self._of(coin, (Kind.SPOT,))

    def contracts(self, coin: str) -> list[Market]:
        """Return the swaps and futures of a base currency."""
        return self._of(coin, _CONTRACTS)

    def options(self, coin: str) -> list[Market]:
        """Return the options of a base currency."""
        return self._of(coin, (Kind.OPTION,))

    def periods(self, markets: Sequence[Market], size: BarSize, now: int) -> Iterator[Period]:
        """Iterate over the periods of some markets together, the newest first, back to where the past begins.

        All tapes are equally long, so their candles stand side by side.
        """
        for bars in zip(*(market.tape.bars(size, now) for market in markets), strict=False):
            yield self._period(markets, bars, size, now)

    def present(self, markets: Sequence[Market], size: BarSize, now: int) -> Period | None:
        """Return the period under way; ``None`` of no markets."""
        return next(iter(islice(self.periods(markets, size, now), 1)), None) if markets else None

    def _of(self, coin: str, kinds: Sequence[Kind]) -> list[Market]:
        found = self._markets.values()
        return [each for each in found if each.instrument.base == coin and each.instrument.kind in kinds]

    def _period(self, markets: Sequence[Market], bars: Sequence[Bar], size: BarSize, now: int) -> Period:
        ts = bars[0].ts
        end = min(size.following(ts) - 1, now)
        bought = sum(bar.bought_coins for bar in bars)
        standing = [self._figures.open_interest(market, end) for market in markets]
        return Period(
            ts,
            end,
            _coins(bought),
            _coins(sum(bar.coins for bar in bars) - bought),
            _coins(sum(coins for _, coins, _ in standing)),
            sum((dollars for _, _, dollars in standing), Decimal(0)),
            self._figures.index_at(markets[0], end),
            sum(bar.lots for bar in bars),
            sum(bar.bought for bar in bars),
            sum(lots for lots, _, _ in standing),
        )


def _coins(units: int) -> Decimal:
    return Decimal(units).scaleb(-AMOUNT_SCALE)
