"""What follows from the markets in rows as V3 writes them: the same numbers that V5 is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .derivatives import INTEREST, Delivery, Derivatives, index_market, plain
from .instruments import Kind
from .liquidations import Liquidation, liquidations
from .market import Market
from .options import summary_rows
from .tape import Bar
from .text import iso_ms
from .topics import quote_of

__all__ = ["FiguresV3", "bar_row", "summary_parts"]

_Row = dict[str, Any]
_HOUR = 3_600_000
_DAY = 86_400_000
_NOTHING = {"clawback_loss": "0", "reserve": "0", "clawback_rate": "0"}
"""No settlement ever took anything back: the security fund never loses."""
_ENDS = {"exercised": "Exercised", "expired_otm": "Expired OTM"}
_LIQUIDATED = 7 * _DAY
# The names of the figures that one option's summary has in both dialects.
_GREEKS = {
    "delta": "delta",
    "gamma": "gamma",
    "vega": "vega",
    "theta": "theta",
    "leverage": "lever",
    "mark_vol": "markVol",
    "bid_vol": "bidVol",
    "ask_vol": "askVol",
}


class FiguresV3:
    """V3's rows.

    Args:
        markets: By instrument id.
        figures: What follows from them.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives) -> None:
        self._markets = markets
        self._figures = figures

    def fixing(self, market: Market, now: int) -> _Row:
        """Write the index of a contract."""
        source = self._figures.index_of(market)
        return _stamped(market, now) | {"index": source.instrument.price_text(source.tape.last.price)}

    def mark(self, market: Market, now: int) -> _Row:
        """Write a mark price."""
        return _stamped(market, now) | {"mark_price": market.instrument.price_text(market.tape.last.price)}

    def limits(self, market: Market, now: int) -> _Row:
        """Write between which prices orders are accepted."""
        row = self._figures.limit_row(market, now)
        return _stamped(market, now) | {"highest": row["buyLmt"], "lowest": row["sellLmt"]}

    def interest(self, market: Market, now: int) -> _Row:
        """Write the open interest, in contracts."""
        return _stamped(market, now) | {"amount": self._figures.open_interest_row(market, now)["oi"]}

    def estimate(self, market: Market, now: int) -> _Row:
        """Write the estimated delivery price, 0 except in the hour before."""
        near = self.delivers_soon(market, now)
        price = plain(self._figures.estimate(market, now), 2) if near else "0"
        return _stamped(market, now) | {"settlement_price": price}

    def delivers_soon(self, market: Market, now: int) -> bool:
        """Tell whether a contract ends within the hour."""
        expiry = market.instrument.expiry
        return expiry is not None and expiry - _HOUR <= now <= expiry

    def funding(self, market: Market, now: int) -> _Row:
        """Write the funding of a swap; what the next period will cost is foretold as if the premium stayed."""
        row = self._figures.funding_row(market, now)
        return {
            "instrument_id": market.instrument.inst_id,
            "funding_time": iso_ms(int(row["fundingTime"])),
            "funding_rate": row["fundingRate"],
            "estimated_rate": plain(self._figures.foreseen(market, now), 12),
            "settlement_time": iso_ms(int(row["nextFundingTime"])),
        }

    def past_funding(self, market: Market, now: int) -> Iterator[_Row]:
        """Write the settlements of funding, the newest first."""
        for row in self._figures.past_funding(market, now):
            yield {
                "instrument_id": row["instId"],
                "funding_rate": row["fundingRate"],
                "realized_rate": row["realizedRate"],
                "interest_rate": str(INTEREST),
                "funding_time": iso_ms(int(row["fundingTime"])),
            }

    def liquidations(self, market: Market, now: int) -> Iterator[_Row]:
        """Write the forced closes of the last seven days, the newest first."""
        for each in liquidations(market, now - _LIQUIDATED, now):
            yield _liquidation(market, each)

    def settlements(self, market: Market, now: int) -> Iterator[_Row]:
        """Write the daily settlements of a futures contract, the newest first."""
        for ts, price in self._figures.settlements(market, now):
            yield _settlement(market.instrument.inst_id, "settlement", price, ts)

    def futures_ends(self, inst_id: str, family: str) -> list[_Row]:
        """Write the deliveries of a futures contract, or of all of a family, the newest first."""
        return [
            _settlement(each.instrument.inst_id, "delivery", each.price, each.ts)
            for each in self._ended(Kind.FUTURES)
            if each.instrument.inst_id == inst_id or each.instrument.family == family
        ]

    def option_ends(self, family: str) -> list[_Row]:
        """Write the exercises of a family's options, the newest first."""
        days: dict[int, list[_Row]] = {}
        for each in self._ended(Kind.OPTION):
            if each.instrument.family == family:
                days.setdefault(each.ts, []).append(_exercised(each))
        return [{"timestamp": iso_ms(ts), **_NOTHING, "info": rows} for ts, rows in days.items()]

    def _ended(self, kind: Kind) -> list[Delivery]:
        return [each for each in reversed(self._figures.deliveries) if each.instrument.kind is kind]

    # -- options

    def summaries(self, family: str, now: int) -> list[_Row]:
        """Write prices, greeks and volatilities of all options of a family."""
        rows = summary_rows(self._markets, self._figures, family, now)
        return [self._summary(self._markets[row["instId"]], row, now) for row in rows]

    def _summary(self, market: Market, greeks: _Row, now: int) -> _Row:
        text, quote = market.instrument, quote_of(market, now)
        bid, ask = quote.bid or ("0", "0"), quote.ask or ("0", "0")
        limits, last = self.limits(market, now), text.price_text(quote.last.price)
        change = Decimal(last) / Decimal(text.price_text(quote.day.open)) - 1
        return _stamped(market, now) | {
            "underlying": text.family,
            "best_bid": bid[0],
            "best_bid_size": bid[1],
            "best_ask": ask[0],
            "best_ask_size": ask[1],
            "last": last,
            "high_24h": text.price_text(quote.day.high),
            "low_24h": text.price_text(quote.day.low),
            "volume_24h": text.size_text(quote.day.lots),
            "change_rate": plain(change, 4),
            "open_interest": self.interest(market, now)["amount"],
            "mark_price": self.mark(market, now)["mark_price"],
            "highest_buy": limits["highest"],
            "lowest_sell": limits["lowest"],
            **{name: greeks[other] for name, other in _GREEKS.items()},
            "realized_vol": "0",
            "estimated_price": self.estimate(market, now)["settlement_price"],
        }

    # -- indices

    def index(self, name: str, market: Market, now: int) -> _Row:
        """Write an index that is read from a market."""
        row = self._figures.index_row(name, market, now)
        return {
            "instrument_id": name,
            "last": row["idxPx"],
            "high_24h": row["high24h"],
            "low_24h": row["low24h"],
            "open_24h": row["open24h"],
            "timestamp": iso_ms(now),
        }

    def constituents(self, name: str, market: Market, now: int) -> _Row:
        """Write an index and the one market it is made of."""
        text = market.instrument
        price = text.price_text(market.tape.last.price)
        dollars = index_market(self._markets, f"{text.quote}-USD")
        factor = self._figures.mark(dollars) if dollars is not None else Decimal(1)
        part = {
            "symbol": f"{text.base}/{text.quote}",
            "original_price": price,
            "weight": "1",
            "usd_price": plain(Decimal(price) * factor, 8),
            "exchange": "OKEx",
        }
        return {"instrument_id": name, "last": price, "timestamp": iso_ms(now), "constituents": [part]}

    def rate(self, now: int) -> _Row:
        """Write what a dollar is worth in yuan."""
        return {"instrument_id": "USD_CNY", "rate": str(self._figures.fiat["CNY"]), "timestamp": iso_ms(now)}


def bar_row(name: str, market: Market, bar: Bar) -> _Row:
    """Write one candle of an index; it has no volume."""
    prices = [market.instrument.price_text(price) for price in (bar.open, bar.high, bar.low, bar.close)]
    return {"instrument_id": name, "candle": [iso_ms(bar.ts), *prices, "0"]}


def summary_parts(row: _Row) -> _Row:
    """Return what the REST answer has of an option's summary: two figures fewer than the channel."""
    return {name: value for name, value in row.items() if name not in ("underlying", "change_rate")}


def _stamped(market: Market, now: int) -> _Row:
    return {"instrument_id": market.instrument.inst_id, "timestamp": iso_ms(now)}


def _liquidation(market: Market, each: Liquidation) -> _Row:
    text = market.instrument
    return {
        "loss": "0",
        "size": text.size_text(each.lots),
        "price": text.price_text(each.price),
        "created_at": iso_ms(each.ts),
        "instrument_id": text.inst_id,
        "type": "3" if each.long else "4",
    }


def _settlement(inst_id: str, kind: str, price: Decimal, ts: int) -> _Row:
    told = {"instrument_id": inst_id, "type": kind, "settlement_price": plain(price, 8)}
    return told | _NOTHING | {"timestamp": iso_ms(ts)}


def _exercised(each: Delivery) -> _Row:
    """Write what one option came to; its own worth at the end is in coins."""
    text, price = each.instrument, each.price
    inner = price - Decimal(text.strike) if text.option_type == "C" else Decimal(text.strike) - price
    return {
        "instrument_id": text.inst_id,
        "settlement_price": plain(max(Decimal(0), inner) / price, 8),
        "underlying_fixing": plain(price, 2),
        "type": _ENDS[each.kind],
    }
