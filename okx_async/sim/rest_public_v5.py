"""V5 REST of what follows from the markets: the chapter Public Data, and index and mark prices of Market Data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import groupby, islice
from typing import Any

from .bars import MARK_BARS
from .clock import Clock
from .derivatives import Delivery, Derivatives, index_market, plain, price_row
from .instruments import Instrument, Kind
from .market import Market, of_kind
from .options import summary_rows, trade_row
from .query_v5 import Query, Refusal
from .risk import fund_row, tier_rows
from .text import AMOUNT_SCALE

__all__ = ["PublicV5"]

_Answer = list[Any]
_CONTRACTS = ("SWAP", "FUTURES", "OPTION", "EVENTS")
_LATEST = 1_440


class PublicV5:
    """The endpoints of what follows from the markets.

    Where the documents are silent, an instrument without the thing that is asked for (funding of a spot pair) is
    refused as a wrong parameter, 51000.

    Args:
        markets: By instrument id.
        figures: What follows from them.
        clock: Market time.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives, clock: Clock) -> None:
        self._markets = markets
        self._figures = figures
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers, by path."""
        return {
            "public/funding-rate": self._funding_rate,
            "public/funding-rate-history": self._funding_rate_history,
            "public/premium-history": self._premium_history,
            "public/mark-price": self._mark_price,
            "public/open-interest": self._open_interest,
            "public/price-limit": self._price_limit,
            "public/opt-summary": self._opt_summary,
            "public/estimated-price": self._estimated_price,
            "public/delivery-exercise-history": self._deliveries,
            "public/position-tiers": self._position_tiers,
            "public/insurance-fund": self._insurance_fund,
            "public/convert-contract-coin": self._convert,
            "public/option-trades": self._option_trades,
            "market/index-tickers": self._index_tickers,
            "market/index-candles": self._index_candles,
            "market/history-index-candles": self._history_index_candles,
            "market/mark-price-candles": self._mark_candles,
            "market/history-mark-price-candles": self._history_mark_candles,
            "market/index-components": self._index_components,
            "market/exchange-rate": self._exchange_rate,
            "market/platform-24-volume": self._platform_volume,
        }

    def _funding_rate(self, query: Query) -> _Answer:
        now = self._clock.now()
        if query.needed("instId") == "ANY":
            swaps = [each for each in self._markets.values() if each.instrument.kind is Kind.SWAP]
            return [self._figures.funding_row(market, now) for market in swaps]
        return [self._figures.funding_row(query.perpetual(), now)]

    def _funding_rate_history(self, query: Query) -> _Answer:
        rows = self._figures.past_funding(query.perpetual(), self._clock.now())
        return query.page(rows, lambda row: int(row["fundingTime"]), 400, 400)

    def _premium_history(self, query: Query) -> _Answer:
        rows = self._figures.past_premium(query.perpetual(), self._clock.now())
        return query.page(rows, lambda row: int(row["ts"]))

    def _mark_price(self, query: Query) -> _Answer:
        kind = query.choice("instType", ("MARGIN", *_CONTRACTS))
        now = self._clock.now()
        return [self._figures.mark_row(market, now) for market in self._chosen(query, kind)]

    def _open_interest(self, query: Query) -> _Answer:
        kind = query.choice("instType", _CONTRACTS)
        if kind == "OPTION":
            query.needed_family()
        now = self._clock.now()
        return [self._figures.open_interest_row(market, now) for market in self._chosen(query, kind)]

    def _price_limit(self, query: Query) -> _Answer:
        return [self._figures.limit_row(query.market(), self._clock.now())]

    def _opt_summary(self, query: Query) -> _Answer:
        family, expiry = query.needed_family(), query.text("expTime")
        rows = summary_rows(self._markets, self._figures, family, self._clock.now())
        return [row for row in rows if expiry in ("", *self._expiry_of(row["instId"]))]

    def _expiry_of(self, inst_id: str) -> tuple[str, str]:
        """Return an option's expiry in both ways it may be asked for: as a timestamp, and as its name has it."""
        instrument = self._markets[inst_id].instrument
        return str(instrument.expiry), inst_id.split("-")[2]

    def _estimated_price(self, query: Query) -> _Answer:
        return self._figures.estimate_rows(query.market(), self._clock.now())

    def _deliveries(self, query: Query) -> _Answer:
        kind = Kind(query.choice("instType", ("FUTURES", "OPTION")))
        family = query.family() or query.needed("instFamily")
        found = [
            each
            for each in reversed(self._figures.deliveries)
            if each.instrument.kind is kind and each.instrument.family == family
        ]
        days = [_delivery_day(ts, list(group)) for ts, group in groupby(found, key=lambda each: each.ts)]
        return query.page(days, lambda row: int(row["ts"]))

    def _position_tiers(self, query: Query) -> _Answer:
        kind = query.choice("instType", ("MARGIN", "SWAP", "FUTURES", "OPTION"))
        query.choice("tdMode", ("cross", "isolated"))
        tier = query.text("tier")
        if kind == "MARGIN":
            chosen = [query.market()] if query.text("instId") or not query.text("ccy") else self._spots(query)
        else:
            families = (query.family() or query.needed("instFamily")).split(",")
            if len(families) > 5:
                raise Refusal(400, "51000", "Parameter instFamily error")
            chosen = [market for family in families for market in self._of(kind, family)[:1]]
        rows = [row for market in chosen for row in tier_rows(market)]
        return [row for row in rows if tier in ("", row["tier"])]

    def _spots(self, query: Query) -> list[Market]:
        return [market for market in self._of("MARGIN", "") if market.instrument.base == query.text("ccy")]

    def _insurance_fund(self, query: Query) -> _Answer:
        kind = query.choice("instType", ("MARGIN", "SWAP", "FUTURES", "OPTION"))
        words = ("liquidation_balance_deposit", "bankruptcy_loss", "platform_revenue", "adl")
        wanted = query.choice("type", words, "")
        if kind == "MARGIN":
            query.needed("ccy")
            family, chosen = "", self._spots(query)
        else:
            family = query.needed_family()
            chosen = self._of(kind, family)
        if not chosen:
            return []
        now = self._clock.now()
        row = fund_row(chosen, family, kind, self._figures, now)
        events = [each for each in row["details"] if wanted in ("", each["type"])]
        return [row | {"details": query.page(events, lambda event: int(event["ts"]))}]

    def _convert(self, query: Query) -> _Answer:
        market = query.market()
        way = query.choice("type", ("1", "2"), "1")
        unit = query.choice("unit", ("coin", "usds"), "coin")
        closing = query.choice("opType", ("open", "close"), "close") == "close"
        text, size = market.instrument, query.decimal("sz")
        if text.kind is Kind.SPOT:
            raise Refusal(400, "51000", "Parameter instId error")
        inverse = text.inverse and text.kind is not Kind.OPTION
        value = Decimal(text.ct_val)
        price = query.decimal("px") if inverse == (unit == "coin") else Decimal(1)
        # One contract is worth so many coins, or so many dollars.
        one = (value if unit == "usds" else value / price) if inverse else (value * price)
        contracts = plain(_in_lots(size / one, text, closing), text.size_scale)
        result = contracts if way == "1" else plain(size * one, 8)
        return [{"type": way, "instId": text.inst_id, "px": query.text("px"), "sz": result, "unit": unit}]

    def _option_trades(self, query: Query) -> _Answer:
        side = query.choice("optType", ("C", "P"), "")
        markets = [query.market()] if query.text("instId") else self._of("OPTION", query.needed_family())
        if any(market.instrument.kind is not Kind.OPTION for market in markets):
            raise Refusal(400, "51000", "Parameter instId error")
        found = [
            (trade, market)
            for market in markets
            if side in ("", market.instrument.option_type)
            for trade in islice(market.tape.trades(), 100)
        ]
        found.sort(key=lambda each: each[0].ts, reverse=True)
        return [trade_row(market, self._figures, trade) for trade, market in found[:100]]

    def _index_tickers(self, query: Query) -> _Answer:
        now = self._clock.now()
        if query.text("instId"):
            name, market = self._index(query, "instId")
            return [self._figures.index_row(name, market, now)]
        quote = query.text("quoteCcy")
        if not quote:
            raise Refusal(400, "50014", "Parameter instId or quoteCcy can not be empty")
        names = dict.fromkeys(each.instrument.family for each in self._markets.values())
        found = [(name, index_market(self._markets, name)) for name in names if name.endswith(f"-{quote}")]
        return [self._figures.index_row(name, market, now) for name, market in found if market is not None]

    def _index(self, query: Query, argument: str) -> tuple[str, Market]:
        name = query.needed(argument)
        market = index_market(self._markets, name)
        if market is None:
            raise Refusal(200, "51014", "Index doesn't exist")
        return name, market

    def _index_candles(self, query: Query) -> _Answer:
        return self._bars(query, self._index(query, "instId")[1], _LATEST)

    def _history_index_candles(self, query: Query) -> _Answer:
        return self._bars(query, self._index(query, "instId")[1], None)

    def _mark_candles(self, query: Query) -> _Answer:
        return self._bars(query, query.market(), _LATEST)

    def _history_mark_candles(self, query: Query) -> _Answer:
        return self._bars(query, query.market(), None)

    def _bars(self, query: Query, market: Market, latest: int | None) -> _Answer:
        now = self._clock.now()
        size = MARK_BARS.get(query.text("bar", "1m"))
        if size is None:
            raise Refusal(400, "51000", "Parameter bar error")
        bars = query.page(islice(market.tape.bars(size, now), latest), lambda bar: bar.ts)
        return [price_row(market.instrument, bar, size.following(bar.ts) <= now) for bar in bars]

    def _index_components(self, query: Query) -> _Answer:
        name, market = self._index(query, "index")
        text = market.instrument
        price = text.price_text(market.tape.last.price)
        part = {"exch": "OKX", "symbol": text.inst_id.replace("-", "/"), "symPx": price, "wgt": "1", "cnvPx": price}
        return [{"index": name, "last": price, "ts": str(self._clock.now()), "components": [part]}]

    def _exchange_rate(self, query: Query) -> _Answer:
        return [{"usdCny": str(self._figures.fiat["CNY"])}]

    def _platform_volume(self, query: Query) -> _Answer:
        now = self._clock.now()
        coins = (
            Decimal(market.tape.figures(now).coins).scaleb(-AMOUNT_SCALE) * self._dollars(market)
            for market in self._markets.values()
        )
        volume = sum(coins, Decimal(0))
        return [{"volUsd": plain(volume, 4), "volCny": plain(volume * self._figures.fiat["CNY"], 4), "ts": str(now)}]

    def _dollars(self, market: Market) -> Decimal:
        """Return what one coin of a market's base is worth."""
        source = index_market(self._markets, f"{market.instrument.base}-USD")
        return self._figures.mark(source if source is not None else market)

    def _chosen(self, query: Query, kind: str) -> list[Market]:
        """Return the instruments of a type that the request names by family or id."""
        found = self._of(kind, query.family())
        if not query.text("instId"):
            return found
        market = query.market()
        if market not in found:
            raise Refusal(200, "51015", "Instrument ID does not match instrument type")
        return [market]

    def _of(self, kind: str, family: str) -> list[Market]:
        return of_kind(self._markets, Kind("SPOT" if kind == "MARGIN" else kind), family) if kind != "EVENTS" else []


def _delivery_day(ts: int, group: list[Delivery]) -> dict[str, Any]:
    details = [
        {"type": each.kind, "insId": each.instrument.inst_id, "px": plain(each.price, 2)} for each in reversed(group)
    ]
    return {"ts": str(ts), "details": details}


def _in_lots(contracts: Decimal, instrument: Instrument, closing: bool) -> Decimal:
    """Return contracts in whole lots: to open rounded down, to close to the nearest."""
    lot = Decimal(instrument.lot_size)
    return (contracts / lot).quantize(Decimal(1), ROUND_HALF_UP if closing else ROUND_DOWN) * lot
