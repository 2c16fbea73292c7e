"""The V3 REST endpoints that are simulated: lists, books, trades and candles of every product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import orjson
from aiohttp import web

from .bars import V3_BARS
from .clock import Clock
from .counters import Counters
from .derivatives import Derivatives
from .dialect_v3 import candle_row, size_key, ticker_json
from .engine import Side
from .forms import forms_of
from .instruments import Instrument, Kind
from .market import Market
from .query_v3 import Query, Refusal, flawed
from .rest_public_v3 import PublicV3
from .roads import Roads
from .rules import RestRules, path_of
from .tape import Bar, Trade
from .text import iso_ms
from .topics import quote_of
from .upkeep import Upkeep

__all__ = ["RestV3", "instrument_row"]

_LATEST_CANDLES = 1_440
_LATEST_TRADES = 300


_Endpoint = Callable[[Query], Any]


class RestV3:
    """V3 REST.

    A request too many is HTTP 429 with 30014 where a user is counted and 30026 where an address is. The documents name
    both codes and not when which comes. (V3 "limits")

    Args:
        markets: By instrument id.
        clock: Market time.
        rules: Its rate limits.
        counters: What is counted for tests.
        figures: What follows from the markets.
        upkeep: What the exchange tells of itself.
    """

    def __init__(
        self,
        markets: dict[str, Market],
        clock: Clock,
        rules: RestRules,
        counters: Counters,
        figures: Derivatives,
        upkeep: Upkeep,
    ) -> None:
        self._markets = markets
        self._clock = clock
        self._rules = rules
        self._counters = counters
        self._public = PublicV3(markets, figures, upkeep, clock)
        self._forms = forms_of("v3")

    def mount(self, app: Roads) -> None:
        """Add the endpoints to an application."""
        add = app.router.add_get
        add("/api/general/v3/time", self._handler(self._time))
        add("/api/option/v3/underlying", self._handler(self._underlyings))
        add("/api/option/v3/instruments/{underlying}", self._handler(self._option_instruments))
        traded = "/api/{product:spot|futures|swap|option}/v3/instruments/{instrument_id}"
        listed = "/api/{product:spot|futures|swap}/v3/instruments"
        add(listed, self._handler(self._instruments))
        add(f"{listed}/ticker", self._handler(self._tickers))
        add(f"{traded}/ticker", self._handler(self._ticker))
        add("/api/{product:spot|futures|option}/v3/instruments/{instrument_id}/book", self._handler(self._book))
        add("/api/{product:swap}/v3/instruments/{instrument_id}/depth", self._handler(self._book))
        add(f"{traded}/trades", self._handler(self._trades))
        add(f"{traded}/candles", self._handler(self._candles))
        add(
            "/api/{product:spot|futures|swap}/v3/instruments/{instrument_id}/history/candles",
            self._handler(self._history),
        )
        for path, endpoint in self._public.endpoints().items():
            add(path, self._handler(endpoint))
        app.router.add_route("*", "/api/{product}/v3/{rest:.*}", self._not_found)

    def _handler(self, endpoint: _Endpoint) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            self._counters.requests += 1
            try:
                self._ration(request)
                self._judge(request)
                answer = endpoint(Query.of(request, self._markets))
            except Refusal as refusal:
                return self._refuse(refusal)
            headers = _cursors(answer) if request.path.endswith("/trades") else {}
            return web.Response(body=orjson.dumps(answer), content_type="application/json", headers=headers)

        return handle

    def _ration(self, request: web.Request) -> None:
        limit = self._rules.admit(request)
        if limit is not None:
            raise Refusal(30014 if (limit.by or "").startswith("user") else 30026, "Too Many Requests", 429)

    def _judge(self, request: web.Request) -> None:
        form = self._forms.of(request.method, path_of(request))
        if form is not None and (flaw := form.flaw(request.query)) is not None:
            raise flawed(flaw)

    def _refuse(self, refusal: Refusal) -> web.Response:
        self._counters.refuse(refusal.code)
        return _error(refusal.status, refusal.code, refusal.message)

    async def _not_found(self, request: web.Request) -> web.Response:
        """Answer what nothing above is for: all that V3 has is simulated."""
        self._counters.requests += 1
        return self._refuse(Refusal(404, f"path {request.path} does not exist", 404))

    def _time(self, query: Query) -> Any:
        now = self._clock.now()
        return {"iso": iso_ms(now), "epoch": f"{now // 1000}.{now % 1000:03d}"}

    def _underlyings(self, query: Query) -> Any:
        return sorted({market.instrument.family for market in self._of_product("option")})

    def _option_instruments(self, query: Query) -> Any:
        family = query.path["underlying"].upper()
        found = [each.instrument for each in self._of_product("option") if each.instrument.family == family]
        if not found:
            raise Refusal(30024, "underlying parameter value error")
        wanted = query.text("instrument_id").upper()
        return [instrument_row(each) for each in found if wanted in ("", each.inst_id)]

    def _instruments(self, query: Query) -> Any:
        return [instrument_row(market.instrument) for market in self._of_product(query.product)]

    def _tickers(self, query: Query) -> Any:
        return [self._ticker_row(market) for market in self._of_product(query.product)]

    def _ticker(self, query: Query) -> Any:
        return self._ticker_row(query.market())

    def _ticker_row(self, market: Market) -> dict[str, str]:
        row = ticker_json(quote_of(market, self._clock.now()))
        if market.instrument.kind is Kind.SPOT:
            row |= {"product_id": row["instrument_id"], "ask": row["best_ask"], "bid": row["best_bid"]}
        return row

    def _book(self, query: Query) -> Any:
        market = query.market()
        depth = query.number("size", 1 if query.product in ("futures", "swap") else 200, 200)
        moment = "time" if query.product == "swap" else "timestamp"
        asks, bids = _levels(market, market.book.asks, depth), _levels(market, market.book.bids, depth)
        return {"asks": asks, "bids": bids, moment: iso_ms(market.ts)}

    def _trades(self, query: Query) -> Any:
        market = query.market()
        most = 60 if query.product == "spot" else 100
        after, before = query.cursor("after"), query.cursor("before")
        rows: list[dict[str, str]] = []
        for trade in islice(market.tape.trades(), _LATEST_TRADES):
            newer = after is None and before is not None and trade.trade_id <= before
            if not newer and (after is None or trade.trade_id < after):
                rows.append(_trade_row(market.instrument, trade))
        return rows[: query.number("limit", most, most)]

    def _candles(self, query: Query) -> Any:
        market = query.market()
        start, end = query.moment("start"), query.moment("end")
        if start is None or end is None:
            start = end = None  # one alone is ignored, as documented
        bars = islice(self._bars(query, market), _LATEST_CANDLES)
        most = 300 if query.product == "futures" else 200
        return _candle_rows(market.instrument, bars, start, end, most)

    def _history(self, query: Query) -> Any:
        market = query.market()
        # Here `start` is the newer edge.
        newest, oldest = query.moment("start"), query.moment("end")
        most = query.number("limit", 300, 300)
        return _candle_rows(market.instrument, self._bars(query, market), oldest, newest, most)

    def _bars(self, query: Query, market: Market) -> Iterator[Bar]:
        size = V3_BARS.get(query.text("granularity", "60"))
        if size is None:
            raise Refusal(30024, "granularity parameter value error")
        return market.tape.bars(size, self._clock.now())

    def _of_product(self, product: str) -> list[Market]:
        return [market for market in self._markets.values() if market.instrument.product == product]


def _candle_rows(
    instrument: Instrument, bars: Iterator[Bar], oldest: int | None, newest: int | None, most: int
) -> list[list[str]]:
    found = (
        candle_row(instrument, bar)
        for bar in bars
        if (oldest is None or bar.ts >= oldest) and (newest is None or bar.ts <= newest)
    )
    return list(islice(found, most))


def _levels(market: Market, side: Side, depth: int) -> list[list[str | int]]:
    text = market.instrument
    rows: list[list[str | int]] = []
    for key in side.keys[:depth]:
        level = side.levels[key]
        price, size, orders = text.price_text(key * side.sign), text.size_text(level.lots), len(level.orders)
        if text.kind is Kind.SPOT:
            rows.append([price, size, str(orders)])
        else:
            # Swap alone writes the last two columns as numbers.
            rows.append([price, size, 0, orders] if text.kind is Kind.SWAP else [price, size, "0", str(orders)])
    return rows


def _trade_row(instrument: Instrument, trade: Trade) -> dict[str, str]:
    moment = iso_ms(trade.ts)
    row = {"time": moment} if instrument.kind is Kind.SPOT else {}
    return row | {
        "timestamp": moment,
        "trade_id": str(trade.trade_id),
        "price": instrument.price_text(trade.price),
        size_key(instrument): instrument.size_text(trade.lots),
        "side": "buy" if trade.taker_buys else "sell",
    }


def instrument_row(instrument: Instrument) -> dict[str, str]:
    """Return one instrument as V3 writes it."""
    make = {Kind.SPOT: _spot_row, Kind.FUTURES: _futures_row, Kind.SWAP: _swap_row, Kind.OPTION: _option_row}
    return make[instrument.kind](instrument)


def _spot_row(instrument: Instrument) -> dict[str, str]:
    return {
        "base_currency": instrument.base,
        "category": "1",
        "instrument_id": instrument.inst_id,
        "min_size": instrument.min_size,
        "quote_currency": instrument.quote,
        "size_increment": instrument.lot_size,
        "tick_size": instrument.tick_size,
    }


def _contract_row(instrument: Instrument) -> dict[str, str]:
    return {
        "instrument_id": instrument.inst_id,
        "underlying_index": instrument.base,
        "quote_currency": instrument.quote,
        "tick_size": instrument.tick_size,
        "contract_val": instrument.ct_val,
        "underlying": instrument.family,
        "base_currency": instrument.base,
        "settlement_currency": instrument.settle,
        "is_inverse": "true" if instrument.inverse else "false",
        "contract_val_currency": instrument.ct_val_ccy,
        "category": "1",
    }


def _futures_row(instrument: Instrument) -> dict[str, str]:
    return _contract_row(instrument) | {
        "listing": iso_ms(instrument.listed)[:10],
        "delivery": iso_ms(instrument.expiry or 0)[:10],
        "trade_increment": instrument.lot_size,
        "alias": instrument.alias,
    }


def _swap_row(instrument: Instrument) -> dict[str, str]:
    return _contract_row(instrument) | {
        "coin": instrument.settle,
        "listing": iso_ms(instrument.listed),
        "delivery": iso_ms(instrument.listed + 10 * 365 * 86_400_000),
        "size_increment": instrument.lot_size,
    }


def _option_row(instrument: Instrument) -> dict[str, str]:
    listed = iso_ms(instrument.listed)
    return {
        "category": "1",
        "contract_val": instrument.ct_val + "000",
        "delivery": iso_ms(instrument.expiry or 0),
        "instrument_id": instrument.inst_id,
        "listing": listed,
        "lot_size": "1.0000",
        "option_type": instrument.option_type,
        "settlement_currency": instrument.settle,
        "state": "2",
        "strike": instrument.strike,
        "tick_size": instrument.tick_size,
        "timestamp": listed,
        "trading_start_time": listed,
        "underlying": instrument.family,
    }


def _cursors(rows: list[dict[str, str]]) -> dict[str, str]:
    return {"OK-BEFORE": rows[0]["trade_id"], "OK-AFTER": rows[-1]["trade_id"]} if rows else {}


def _error(status: int, code: int, message: str) -> web.Response:
    body = {"error_message": message, "code": code, "error_code": str(code), "message": message}
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
