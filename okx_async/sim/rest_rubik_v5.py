"""V5 REST of the chapter Trading Statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from .bars import V5_BARS, BarSize
from .clock import Clock
from .derivatives import plain
from .instruments import Instrument, Kind
from .market import Market
from .query_v5 import Query, Refusal
from .statistics import Crowd, Period, Statistics
from .text import iso_ms

__all__ = ["RubikV5"]

_Answer = list[Any]
_PAGE = 100
# What has no page size is told whole, as far back as this.
_WHOLE = 1_440
_OPTION_PERIODS = {"8H": BarSize("8H", 8 * 3_600_000), "1D": V5_BARS["1D"]}


class RubikV5:
    """The endpoints of statistics, the newest row first.

    The documents do not give the unit of every column. Here contracts of a currency together are told in dollars, as
    V3 does it, all else in coins.

    Args:
        statistics: What there is to tell.
        clock: Market time.
    """

    def __init__(self, statistics: Statistics, clock: Clock) -> None:
        self._statistics = statistics
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], Any]]:
        """Return what answers, by path."""
        ratio = "contracts/long-short-{}-ratio-contract{}".format
        served: dict[str, Callable[[Query], Any]] = {
            "trading-data/support-coin": self._support_coin,
            "contracts/open-interest-history": self._open_interest_history,
            "taker-volume": self._taker_volume,
            "taker-volume-contract": self._taker_volume_contract,
            "margin/loan-ratio": self._loan_ratio,
            ratio("account", "-top-trader"): lambda query: self._leaning(query, Crowd.TOP_ACCOUNTS),
            ratio("position", "-top-trader"): lambda query: self._leaning(query, Crowd.TOP_POSITIONS),
            ratio("account", ""): lambda query: self._leaning(query, Crowd.ALL),
            "contracts/long-short-account-ratio": self._coin_leaning,
            "contracts/open-interest-volume": self._interest_and_volume,
            "option/open-interest-volume": self._option_interest_and_volume,
            "option/open-interest-volume-ratio": self._put_call_ratio,
            "option/open-interest-volume-expiry": self._by_expiry,
            "option/open-interest-volume-strike": self._by_strike,
            "option/taker-block-volume": self._taker_flow,
        }
        return {f"rubik/stat/{path}": endpoint for path, endpoint in served.items()}

    def _support_coin(self, query: Query) -> dict[str, list[str]]:
        """Return the coins there are statistics of; alone among all answers this data is no list."""
        coins = self._statistics.coins
        return {"contract": coins(Kind.SWAP, Kind.FUTURES), "option": coins(Kind.OPTION), "spot": coins(Kind.SPOT)}

    def _open_interest_history(self, query: Query) -> _Answer:
        market, size = self._contract(query)
        text = market.instrument
        periods = self._pages(query, [market], size, _PAGE)
        return [
            [str(each.ts), text.size_text(each.open_lots), plain(each.open_coins, 8), plain(each.open_dollars, 8)]
            for each in periods
        ]

    def _taker_volume(self, query: Query) -> _Answer:
        coin, kind = query.needed("ccy"), query.choice("instType", ("SPOT", "CONTRACTS"))
        markets = self._statistics.spots(coin) if kind == "SPOT" else self._statistics.contracts(coin)
        return [_taken(each, plain(each.sold, 8), plain(each.bought, 8)) for each in self._short(query, markets)]

    def _taker_volume_contract(self, query: Query) -> _Answer:
        market, size = self._contract(query)
        unit = query.choice("unit", ("0", "1", "2"), "1")
        rows = self._pages(query, [market], size, _PAGE)
        return [_taken(each, *_in_unit(each, unit, market.instrument)) for each in rows]

    def _loan_ratio(self, query: Query) -> _Answer:
        return self._ratios(self._short(query, self._statistics.spots(query.needed("ccy"))), Crowd.ALL)

    def _leaning(self, query: Query, crowd: Crowd) -> _Answer:
        market, size = self._contract(query)
        return self._ratios(self._pages(query, [market], size, _PAGE), crowd)

    def _coin_leaning(self, query: Query) -> _Answer:
        return self._ratios(self._short(query, self._statistics.contracts(query.needed("ccy"))), Crowd.ALL)

    def _ratios(self, periods: Sequence[Period], crowd: Crowd) -> _Answer:
        return [[str(each.ts), plain(each.leaning(crowd), 4)] for each in periods]

    def _interest_and_volume(self, query: Query) -> _Answer:
        periods = self._short(query, self._statistics.contracts(query.needed("ccy")))
        return [[str(each.ts), plain(each.open_dollars, 4), plain(each.volume_dollars, 4)] for each in periods]

    # -- options

    def _option_interest_and_volume(self, query: Query) -> _Answer:
        options, size = self._options(query)
        periods = self._pages(query, options, size, _PAGE)
        return [[str(each.ts), plain(each.open_coins, 8), plain(each.volume, 8)] for each in periods]

    def _put_call_ratio(self, query: Query) -> _Answer:
        options, size = self._options(query)
        sides = [self._pages(query, _of_type(options, side), size, _PAGE) for side in ("C", "P")]
        return [
            [str(call.ts), _part(put.open_coins, call.open_coins), _part(put.volume, call.volume)]
            for call, put in zip(*sides, strict=False)
        ]

    def _by_expiry(self, query: Query) -> _Answer:
        options, size = self._options(query)
        return self._grouped(options, size, _expiry_day)

    def _by_strike(self, query: Query) -> _Answer:
        options, size = self._options(query)
        day = query.needed("expTime")
        return self._grouped(
            [market for market in options if _expiry_day(market.instrument) == day], size, lambda text: text.strike
        )

    def _grouped(self, options: Sequence[Market], size: BarSize, name: Callable[[Instrument], str]) -> _Answer:
        """Return a row for each group of options: what it is called, then calls and puts, open and traded."""
        rows: _Answer = []
        for group in dict.fromkeys(name(market.instrument) for market in options):
            chosen = [market for market in options if name(market.instrument) == group]
            calls, puts = (self._now(_of_type(chosen, side), size) for side in ("C", "P"))
            told = next(each for each in (calls, puts) if each is not None)
            amounts = [
                *(plain(each.open_coins, 8) if each else "0" for each in (calls, puts)),
                *(plain(each.volume, 8) if each else "0" for each in (calls, puts)),
            ]
            rows.append([str(told.ts), group, *amounts])
        return rows

    def _taker_flow(self, query: Query) -> _Answer:
        options, size = self._options(query)
        calls, puts = (self._now(_of_type(options, side), size) for side in ("C", "P"))
        told = calls or puts
        if told is None:
            return []
        none = (Decimal(0), Decimal(0))
        taken = [(each.bought, each.sold) if each else none for each in (calls, puts)]
        sides = [plain(amount, 8) for each in taken for amount in each]
        # One flat list; nobody trades blocks here.
        return [str(told.ts), *sides, "0", "0"]

    # -- what is asked for

    def _contract(self, query: Query) -> tuple[Market, BarSize]:
        return query.market_of(Kind.SWAP, Kind.FUTURES), _size(query, V5_BARS, "5m")

    def _options(self, query: Query) -> tuple[list[Market], BarSize]:
        return self._statistics.options(query.needed("ccy")), _size(query, _OPTION_PERIODS, "8H")

    def _short(self, query: Query, markets: Sequence[Market]) -> list[Period]:
        sizes = {name: V5_BARS[name] for name in ("5m", "1H", "1D")}
        return self._pages(query, markets, _size(query, sizes, "5m"), _WHOLE)

    def _pages(self, query: Query, markets: Sequence[Market], size: BarSize, most: int) -> list[Period]:
        periods: Iterator[Period] = self._statistics.periods(markets, size, self._clock.now())
        return query.span(periods, lambda each: each.ts, most)

    def _now(self, markets: Sequence[Market], size: BarSize) -> Period | None:
        return self._statistics.present(markets, size, self._clock.now())


def _size(query: Query, sizes: dict[str, BarSize], default: str) -> BarSize:
    size = sizes.get(query.text("period", default))
    if size is None or size.ms == 1_000:
        raise Refusal(400, "51000", "Parameter period error")
    return size


def _of_type(options: Sequence[Market], side: str) -> list[Market]:
    return [market for market in options if market.instrument.option_type == side]


def _expiry_day(instrument: Instrument) -> str:
    """Return the day an option ends, YYYYMMDD."""
    return iso_ms(instrument.expiry or 0)[:10].replace("-", "")


def _taken(period: Period, sold: str, bought: str) -> list[str]:
    return [str(period.ts), sold, bought]


def _in_unit(period: Period, unit: str, text: Instrument) -> tuple[str, str]:
    """Return what takers sold and bought: in coins, in contracts, or in dollars."""
    if unit == "1":
        return text.size_text(period.lots - period.bought_lots), text.size_text(period.bought_lots)
    factor = period.price if unit == "2" else Decimal(1)
    return plain(period.sold * factor, 8), plain(period.bought * factor, 8)


def _part(one: Decimal, other: Decimal) -> str:
    return plain(one / other, 4) if other else "0"
