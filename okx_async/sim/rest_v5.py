"""The V5 REST endpoints that are simulated: public and market data (V5 protocol.md, "Response envelope")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

import orjson
from aiohttp import web

from ..core.endpoint import Endpoint
from .bars import V5_BARS
from .beside import Beside
from .clock import Clock
from .counters import Counters
from .derivatives import Derivatives
from .dialect_v5 import candle_row, ticker_json
from .engine import Side
from .forms import NOT_SIMULATED, forms_of
from .instruments import Instrument, Kind
from .market import Market, of_kind
from .query_v5 import Query as _Query
from .query_v5 import Refusal as _Refusal
from .query_v5 import between as _between
from .query_v5 import flawed
from .rest_block_v5 import BlockV5
from .rest_earn_v5 import EarnRatesV5
from .rest_public_v5 import PublicV5
from .rest_reference_v5 import ReferenceV5
from .rest_rubik_v5 import RubikV5
from .rest_spread_v5 import SpreadV5
from .roads import Roads
from .rules import RestRules
from .static import Static
from .statistics import Statistics
from .tape import Trade
from .topics import quote_of
from .upkeep import Upkeep

__all__ = ["RestV5", "instrument_row"]

_Answer = list[Any]
_LATEST_CANDLES = 1_440


class RestV5:
    """V5 REST.

    Args:
        markets: By instrument id.
        clock: Market time.
        rules: Its rate limits.
        counters: What is counted for tests.
        figures: What follows from the markets.
        upkeep: What the exchange tells of itself.
        beside: What is traded beside the order books.
        static: What is answered from its shape.
        more: What else answers a GET, by path.
        posts: What answers a POST, by path.
    """

    def __init__(
        self,
        markets: dict[str, Market],
        clock: Clock,
        rules: RestRules,
        counters: Counters,
        figures: Derivatives,
        upkeep: Upkeep,
        beside: Beside,
        static: Static,
        more: Mapping[str, Callable[[_Query], _Answer]],
        posts: Mapping[str, Callable[[_Query, Mapping[str, Any]], _Answer]],
    ) -> None:
        self._more = more
        self._posts = posts
        self._markets = markets
        self._clock = clock
        self._rules = rules
        self._counters = counters
        self._static = static
        self._chapters = (
            PublicV5(markets, figures, clock),
            ReferenceV5(markets, figures, upkeep, clock),
            RubikV5(Statistics(markets, figures), clock),
            SpreadV5(beside.spreads, clock),
            BlockV5(beside.blocks, markets, clock),
            EarnRatesV5(markets, clock),
        )
        self._forms = forms_of("v5")

    def mount(self, app: Roads) -> None:
        """Add the endpoints to an application."""
        endpoints: dict[str, Callable[[_Query], Any]] = {
            "public/time": self._time,
            "public/instruments": self._instruments,
            "public/underlying": self._underlying,
            "market/tickers": self._tickers,
            "market/ticker": self._ticker,
            "market/books": self._books,
            "market/books-rpi": self._books_rpi,
            "market/books-full": self._books_full,
            "market/trades": self._trades,
            "market/history-trades": self._history_trades,
            "market/candles": self._candles,
            "market/history-candles": self._history_candles,
        }
        for chapter in self._chapters:
            endpoints |= chapter.endpoints()
        endpoints |= self._more
        for path, endpoint in endpoints.items():
            app.router.add_get(f"/api/v5/{path}", self._handler(f"/api/v5/{path}", endpoint))
        for path, command in self._posts.items():
            app.router.add_post(f"/api/v5/{path}", self._commanded(command))
        app.router.add_route("*", "/api/v5/{rest:.*}", self._not_found)

    def _handler(self, path: str, endpoint: Callable[[_Query], Any]) -> Callable[[web.Request], Any]:
        form = self._forms.of("GET", path)

        async def handle(request: web.Request) -> web.Response:
            self._counters.requests += 1
            try:
                if self._rules.admit(request) is not None:
                    raise _Refusal(429, "50011", "Too Many Requests")
                if form is not None and (flaw := form.flaw(request.query)) is not None:
                    raise flawed(flaw)
                return _response(200, {"code": "0", "msg": "", "data": endpoint(_Query(request.query, self._markets))})
            except _Refusal as refusal:
                return self._refuse(refusal)

        return handle

    def _commanded(self, command: Callable[[_Query, Mapping[str, Any]], _Answer]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            self._counters.requests += 1
            try:
                if self._rules.admit(request) is not None:
                    raise _Refusal(429, "50011", "Too Many Requests")
                (item,) = await _asked(request)
                data = command(_Query(item, self._markets), item)
                return _response(200, {"code": "0", "msg": "", "data": data})
            except _Refusal as refusal:
                return self._refuse(refusal)

        return handle

    def _refuse(self, refusal: _Refusal) -> web.Response:
        self._counters.refuse(refusal.code)
        return _response(refusal.status, {"code": refusal.code, "msg": refusal.msg, "data": []})

    async def _not_found(self, request: web.Request) -> web.Response:
        """Answer what nothing above is for.

        The exchange may have it, and the simulator then has only its shape, or says that it has not.
        """
        self._counters.requests += 1
        static = self._static.public(request.method, request.path)
        if static is not None:
            return await self._from_shape(request, static)
        if self._forms.fitting(request.method, request.path):
            asked = f"{request.method} {request.path}"
            return self._refuse(_Refusal(501, "50062", NOT_SIMULATED.format(asked)))
        return self._refuse(_Refusal(404, "404", "Not Found"))

    async def _from_shape(self, request: web.Request, endpoint: Endpoint) -> web.Response:
        try:
            if self._rules.admit(request, endpoint.path) is not None:
                raise _Refusal(429, "50011", "Too Many Requests")
            return self._static.answer(endpoint, await _asked(request))
        except _Refusal as refusal:
            return self._refuse(refusal)

    def _time(self, query: _Query) -> _Answer:
        return [{"ts": str(self._clock.now())}]

    def _instruments(self, query: _Query) -> _Answer:
        if query.text("instType") == "EVENTS":
            query.needed("seriesId")
            return []
        # Every spot pair can be traded on margin, too: the same rows, with an underlying.
        margin = query.text("instType") == "MARGIN"
        kind = Kind.SPOT if margin else query.kind()
        family, inst_id = query.text("instFamily") or query.text("uly"), query.text("instId")
        if kind is Kind.OPTION and not family:
            raise _Refusal(400, "50014", "Parameter instFamily can not be empty")
        found = [each for each in of_kind(self._markets, kind, family) if inst_id in ("", each.instrument.inst_id)]
        if inst_id and not found:
            raise _Refusal(200, "51001", "Instrument ID or Spread ID doesn't exist")
        return [instrument_row(market.instrument, margin) for market in found]

    def _underlying(self, query: _Query) -> _Answer:
        kind = query.kind()
        if kind is Kind.SPOT:
            raise _Refusal(400, "51000", "Parameter instType error")
        return [list(dict.fromkeys(market.instrument.family for market in of_kind(self._markets, kind)))]

    def _tickers(self, query: _Query) -> _Answer:
        now = self._clock.now()
        found = of_kind(self._markets, query.kind(), query.text("instFamily") or query.text("uly"))
        return [ticker_json(quote_of(market, now)) for market in found]

    def _ticker(self, query: _Query) -> _Answer:
        return [ticker_json(quote_of(query.market(), self._clock.now()))]

    def _books(self, query: _Query) -> _Answer:
        return self._book(query, 400, True)

    def _books_rpi(self, query: _Query) -> _Answer:
        market, depth = query.market(), query.limit("sz", 1, 400)
        retail, book = market.retail, market.book
        if retail is None:
            raise _Refusal(200, "51001", "Instrument ID has no RPI order book")
        sides = {"asks": book.asks, "bids": book.bids}
        rows = {name: list(retail.present(side, depth).values()) for name, side in sides.items()}
        return [rows | {"ts": str(market.ts), "seqId": market.seq_id}]

    def _books_full(self, query: _Query) -> _Answer:
        return self._book(query, 5_000, False)

    def _book(self, query: _Query, most: int, with_sequence: bool) -> _Answer:
        market, depth = query.market(), query.limit("sz", 1, most)
        columns = 4 if with_sequence else 3
        row: dict[str, Any] = {
            "asks": _levels(market, market.book.asks, depth, columns),
            "bids": _levels(market, market.book.bids, depth, columns),
            "ts": str(market.ts),
        }
        return [row | {"seqId": market.seq_id} if with_sequence else row]

    def _trades(self, query: _Query) -> _Answer:
        market, limit = query.market(), query.limit("limit", 100, 500)
        return [_trade_row(market.instrument, trade) for trade in islice(market.tape.trades(), limit)]

    def _history_trades(self, query: _Query) -> _Answer:
        market, limit = query.market(), query.limit("limit", 100, 100)
        by_time = query.text("type", "1") == "2"
        after, before = query.number("after"), query.number("before")
        found = _between(
            market.tape.trades(),
            lambda trade: trade.ts if by_time else trade.trade_id,
            after,
            None if by_time else before,
        )
        return [_trade_row(market.instrument, trade) for trade in islice(found, limit)]

    def _candles(self, query: _Query) -> _Answer:
        return self._bars(query, _LATEST_CANDLES)

    def _history_candles(self, query: _Query) -> _Answer:
        return self._bars(query, None)

    def _bars(self, query: _Query, latest: int | None) -> _Answer:
        market, limit, now = query.market(), query.limit("limit", 100, 300), self._clock.now()
        size = V5_BARS.get(query.text("bar", "1m"))
        if size is None:
            raise _Refusal(400, "51000", "Parameter bar error")
        bars = islice(market.tape.bars(size, now), latest)
        found = _between(bars, lambda bar: bar.ts, query.number("after"), query.number("before"))
        return [candle_row(market.instrument, bar, size.following(bar.ts) <= now) for bar in islice(found, limit)]


async def _asked(request: web.Request) -> tuple[Mapping[str, Any], ...]:
    """Return the query of a GET, the object of a POST."""
    if request.method == "GET":
        return (request.query,)
    try:
        asked = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict):
        raise _Refusal(400, "50002", "JSON syntax error")
    return (asked,)


def _levels(market: Market, side: Side, depth: int, columns: int) -> list[list[str]]:
    text = market.instrument
    rows: list[list[str]] = []
    for key in side.keys[:depth]:
        level = side.levels[key]
        price, size, orders = text.price_text(key * side.sign), text.size_text(level.lots), str(len(level.orders))
        rows.append([price, size, "0", orders] if columns == 4 else [price, size, orders])
    return rows


def _trade_row(instrument: Instrument, trade: Trade) -> dict[str, str]:
    return {
        "instId": instrument.inst_id,
        "side": "buy" if trade.taker_buys else "sell",
        "sz": instrument.size_text(trade.lots),
        "source": "0",
        "px": instrument.price_text(trade.price),
        "tradeId": str(trade.trade_id),
        "ts": str(trade.ts),
    }


_ALIASES = {"bi_quarter": "next_quarter"}
"""Aliases of futures that V5 has another word for than V3."""
_EMPTY = (
    "auctionEndTime",
    "contTdSwTime",
    "freq",
    "longPosRemainingQuota",
    "maxIcebergSz",
    "maxPlatOILmt",
    "maxTriggerSz",
    "maxTwapSz",
    "method",
    "openType",
    "posLmtAmt",
    "posLmtPct",
    "preMktSwTime",
    "seriesId",
    "shortPosRemainingQuota",
)


def instrument_row(instrument: Instrument, margin: bool = False) -> dict[str, Any]:
    """Return one instrument as V5 writes it."""
    spot, option = instrument.kind is Kind.SPOT, instrument.kind is Kind.OPTION
    contract = not spot
    family = instrument.family if contract or margin else ""
    known = {
        "alias": _ALIASES.get(instrument.alias, instrument.alias),
        "baseCcy": instrument.base if spot else "",
        "category": "1",
        "ctMult": "1" if contract else "",
        "ctType": ("inverse" if instrument.inverse else "linear") if contract and not option else "",
        "ctVal": instrument.ct_val,
        "ctValCcy": instrument.ct_val_ccy,
        "expTime": str(instrument.expiry or ""),
        "futureSettlement": instrument.kind is Kind.FUTURES,
        "groupId": "1",
        "instCategory": "1",
        "instFamily": family,
        "instId": instrument.inst_id,
        "instIdCode": instrument.code,
        "instType": "MARGIN" if margin else instrument.kind.value,
        "lever": "" if option else "10" if spot else "100",
        "listTime": str(instrument.listed),
        "lotSz": instrument.lot_size,
        "maxLmtAmt": "20000000" if spot else "",
        "maxLmtSz": "99999999999",
        "maxMktAmt": "1000000" if spot else "",
        "maxMktSz": "1000000",
        "maxStopSz": "1000000",
        "minSz": instrument.min_size,
        "optType": instrument.option_type,
        "quoteCcy": instrument.quote if spot else "",
        "ruleType": "normal",
        "settleCcy": instrument.settle,
        "state": "live",
        "stk": instrument.strike,
        "tickSz": instrument.tick_size,
        "tradeQuoteCcyList": [instrument.quote] if spot else [],
        "uly": family,
        "upcChg": [],
    }
    return dict(sorted({**dict.fromkeys(_EMPTY, ""), **known}.items()))


def _response(status: int, body: object) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
