"""V3 REST of what follows from the markets: prices, limits, funding, settlements, indices, statistics, the system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from .bars import V3_BARS
from .clock import Clock
from .derivatives import Derivatives, index_market, plain
from .figures_v3 import FiguresV3, summary_parts
from .market import Market
from .query_v3 import Query, Refusal
from .statistics import Crowd, Period, Statistics
from .text import iso_ms, parse_iso
from .upkeep import Upkeep

__all__ = ["PublicV3"]

_PAGE = 100
_OPTION_PAGE = 5
_Row = dict[str, Any]
_Answer = Callable[[Query], Any]


class PublicV3:
    """The endpoints of what follows from the markets.

    Args:
        markets: By instrument id.
        figures: What follows from them.
        upkeep: What the exchange tells of itself.
        clock: Market time.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives, upkeep: Upkeep, clock: Clock) -> None:
        self._markets = markets
        self._figures = FiguresV3(markets, figures)
        self._statistics = Statistics(markets, figures)
        self._upkeep = upkeep
        self._clock = clock

    def endpoints(self) -> dict[str, _Answer]:
        """Return what answers, by path as the router takes it."""
        contract = "/api/{product:futures|swap}/v3/instruments/{instrument_id}"
        swap, option = "/api/{product:swap}/v3/instruments/{instrument_id}", "/api/{product:option}/v3"
        statistics = "/api/information/v3/{currency}"
        return {
            "/api/{product:margin}/v3/instruments/{instrument_id}/mark_price": self._of_market(self._figures.mark),
            f"{contract}/mark_price": self._of_market(self._figures.mark),
            f"{contract}/index": self._of_market(self._figures.fixing),
            f"{contract}/open_interest": self._of_market(self._figures.interest),
            f"{contract}/price_limit": self._of_market(self._figures.limits),
            f"{contract}/liquidation": self._liquidations,
            "/api/{product:futures|swap}/v3/rate": self._rate,
            "/api/{product:futures}/v3/instruments/{instrument_id}/estimated_price": self._of_market(
                self._figures.estimate
            ),
            "/api/{product:futures}/v3/settlement/history": self._settlements,
            f"{swap}/funding_time": self._of_market(self._figures.funding),
            f"{swap}/historical_funding_rate": self._past_funding,
            f"{option}/instruments/{{underlying}}/summary": self._summaries,
            f"{option}/instruments/{{underlying}}/summary/{{instrument_id}}": self._summary,
            f"{option}/settlement/history/{{underlying}}": self._exercises,
            "/api/index/v3/{instrument_id}/constituents": self._constituents,
            "/api/system/v3/status": self._status,
            f"{statistics}/long_short_ratio": self._told(lambda each: [plain(each.leaning(Crowd.ALL), 4)]),
            f"{statistics}/volume": self._told(_volume),
            f"{statistics}/taker": self._told(_taken),
            f"{statistics}/sentiment": self._told(lambda each: _shares(each, Crowd.TOP_ACCOUNTS)),
            f"{statistics}/margin": self._told(lambda each: _shares(each, Crowd.TOP_POSITIONS)),
        }

    def _of_market(self, write: Callable[[Market, int], _Row]) -> _Answer:
        """Return an endpoint that tells one row of the market it is asked about."""
        return lambda query: write(query.market(), self._clock.now())

    def _rate(self, query: Query) -> _Row:
        return self._figures.rate(self._clock.now())

    def _liquidations(self, query: Query) -> list[_Row]:
        """Return the filled ones newest first; unfilled there are none.

        The documents do not tell what the cursors are. Here they are the moment a row was made, as ISO 8601.
        """
        market = query.market()
        if query.text("status") == "0":
            return []
        older, newer = query.moment("from"), query.moment("to")
        rows = (
            row
            for row in self._figures.liquidations(market, self._clock.now())
            if (older is None or parse_iso(row["created_at"]) < older)
            and (newer is None or parse_iso(row["created_at"]) >= newer)
        )
        return list(islice(rows, query.number("limit", _PAGE, _PAGE)))

    def _past_funding(self, query: Query) -> list[_Row]:
        rows = self._figures.past_funding(query.market(), self._clock.now())
        return list(islice(rows, query.number("limit", _PAGE, _PAGE)))

    def _settlements(self, query: Query) -> list[_Row]:
        name, family, now = query.named("instrument_id"), query.named("underlying"), self._clock.now()
        live = [
            market
            for market in self._markets.values()
            if market.instrument.product == "futures"
            and (market.instrument.inst_id == name or market.instrument.family == family)
        ]
        ended = self._figures.futures_ends(name, family)
        if not live and not ended:
            raise Refusal(30024, "instrument_id parameter value error")
        rows = list(chain(ended, *(self._figures.settlements(market, now) for market in live)))
        rows.sort(key=lambda row: str(row["timestamp"]), reverse=True)
        return query.window(rows, _stamp)[: query.number("limit", _PAGE, _PAGE)]

    # -- options

    def _family(self, query: Query) -> str:
        family = query.named("underlying")
        if all(market.instrument.family != family for market in self._options()):
            raise Refusal(30024, "underlying parameter value error")
        return family

    def _options(self) -> Iterator[Market]:
        return (market for market in self._markets.values() if market.instrument.product == "option")

    def _summaries(self, query: Query) -> list[_Row]:
        rows = self._figures.summaries(self._family(query), self._clock.now())
        day = query.text("delivery")
        return [summary_parts(row) for row in rows if day in ("", row["instrument_id"].split("-")[2])]

    def _summary(self, query: Query) -> _Row:
        name = query.named("instrument_id")
        rows = self._figures.summaries(self._family(query), self._clock.now())
        return next((summary_parts(row) for row in rows if row["instrument_id"] == name), {})

    def _exercises(self, query: Query) -> list[_Row]:
        rows = query.window(self._figures.option_ends(query.named("underlying")), _stamp)
        return rows[: query.number("limit", _OPTION_PAGE, _PAGE)]

    # -- indices, statistics, the system

    def _constituents(self, query: Query) -> _Row:
        name = query.named("instrument_id")
        market = index_market(self._markets, name)
        if market is None:
            raise Refusal(30032, f"The index {name} does not exist")
        data = self._figures.constituents(name, market, self._clock.now())
        return {"code": 0, "msg": "", "detailMsg": "", "data": data}

    def _told(self, write: Callable[[Period], list[str]]) -> _Answer:
        """Return an endpoint that tells of the contracts of a coin, period by period, the newest first."""

        def answer(query: Query) -> list[list[str]]:
            contracts = self._statistics.contracts(query.named("currency"))
            if not contracts:
                raise Refusal(30031, f"The currency {query.named('currency')} does not exist")
            size = V3_BARS[query.text("granularity", "300")]
            periods = query.window(self._statistics.periods(contracts, size, self._clock.now()), lambda each: each.ts)
            return [[iso_ms(each.ts), *write(each)] for each in periods]

        return answer

    def _status(self, query: Query) -> list[_Row]:
        now, wanted = self._clock.now(), query.text("status")
        rows = [row for each in reversed(self._upkeep.disruptions) for row in each.rows_v3(now)]
        return [row for row in rows if row["status"] in ((wanted,) if wanted else ("0", "1"))]


def _stamp(row: _Row) -> int:
    return parse_iso(row["timestamp"])


def _volume(each: Period) -> list[str]:
    return [plain(each.open_dollars, 4), plain(each.volume_dollars, 4)]


def _taken(each: Period) -> list[str]:
    return [plain(each.bought * each.price, 4), plain(each.sold * each.price, 4)]


def _shares(each: Period, crowd: Crowd) -> list[str]:
    """Return which part of a crowd is long, and which short."""
    ratio = each.leaning(crowd)
    long = ratio / (1 + ratio)
    return [plain(long, 4), plain(1 - long, 4)]
