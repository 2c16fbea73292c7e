"""Implied volatilities and greeks of the simulated options, by the formula of Black for options on a forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import erf, exp, log, pi, sqrt
from typing import Any

from .derivatives import Derivatives, plain
from .instruments import Kind
from .market import Market
from .tape import Trade

__all__ = ["Terms", "implied", "summary_rows", "terms_of", "trade_row", "value_of"]

_YEAR_MS = 365 * 86_400_000
_SHORTEST_MS = 60_000
_LOWEST, _HIGHEST = 0.01, 10.0
_HALVINGS = 50


@dataclass(frozen=True, slots=True)
class Terms:
    """What an option's value depends on, but for the volatility: forward, strike, years left, and which way."""

    forward: float
    strike: float
    years: float
    call: bool


@dataclass(frozen=True, slots=True)
class _Greeks:
    delta: float
    gamma: float
    vega: float
    theta: float


def terms_of(market: Market, figures: Derivatives, now: int) -> Terms:
    """Return the terms of an option at this moment."""
    text = market.instrument
    left = max(_SHORTEST_MS, (text.expiry or now) - now)
    return Terms(float(figures.forward(market)), float(text.strike), left / _YEAR_MS, text.option_type == "C")


def value_of(terms: Terms, volatility: float) -> float:
    """Return what an option is worth, in dollars."""
    first, second = _distances(terms, volatility)
    call = terms.forward * _normal(first) - terms.strike * _normal(second)
    return call if terms.call else call - terms.forward + terms.strike


def implied(terms: Terms, price: float) -> float:
    """Return at which volatility an option is worth a price in coins; what none explains gets the nearest one."""
    worth, low, high = price * terms.forward, _LOWEST, _HIGHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if value_of(terms, middle) < worth:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def summary_rows(markets: Mapping[str, Market], figures: Derivatives, family: str, now: int) -> list[dict[str, Any]]:
    """Write greeks and volatilities of all options of a family, in the order they are listed."""
    options = [
        market
        for market in markets.values()
        if market.instrument.kind is Kind.OPTION and market.instrument.family == family
    ]
    terms = {market.instrument.inst_id: terms_of(market, figures, now) for market in options}
    marks = {
        market.instrument.inst_id: implied(terms[market.instrument.inst_id], _coins(market, market.tape.last.price))
        for market in options
    }
    return [_row(market, terms, marks, options, now) for market in options]


def trade_row(market: Market, figures: Derivatives, trade: Trade) -> dict[str, str]:
    """Write one option trade; the prices beside it are those of its minute."""
    text, source = market.instrument, figures.index_of(market)
    index, mark = source.tape.close_at(trade.ts), market.tape.close_at(trade.ts)
    price = text.price_text(trade.price)
    return {
        "instId": text.inst_id,
        "instFamily": text.family,
        "tradeId": str(trade.trade_id),
        "px": price,
        "sz": text.size_text(trade.lots),
        "side": "buy" if trade.taker_buys else "sell",
        "optType": text.option_type,
        "fillVol": _text(implied(terms_of(market, figures, trade.ts), float(price))),
        "fwdPx": plain(figures.forward(market), 8),
        "idxPx": "" if index is None else source.instrument.price_text(index),
        "markPx": "" if mark is None else text.price_text(mark),
        "ts": str(trade.ts),
    }


def _row(
    market: Market, terms: Mapping[str, Terms], marks: Mapping[str, float], options: list[Market], now: int
) -> dict[str, Any]:
    text = market.instrument
    own, volatility = terms[text.inst_id], marks[text.inst_id]
    # At the money is the nearest strike of the same expiry.
    nearest = min(
        (each.instrument for each in options if each.instrument.expiry == text.expiry),
        key=lambda each: abs(float(each.strike) - own.forward),
    )
    dollars, price = _greeks(own, volatility), _coins(market, market.tape.last.price)
    delta = dollars.delta - price
    bid, ask = market.book.bids.best, market.book.asks.best
    return {
        "instType": text.kind.value,
        "instId": text.inst_id,
        "uly": text.family,
        "delta": _text(delta),
        # The derivatives of the value in coins, by the logarithm of the forward.
        "gamma": _text(dollars.gamma * own.forward - delta),
        "vega": _text(dollars.vega / own.forward),
        "theta": _text(dollars.theta / own.forward),
        "deltaBS": _text(dollars.delta),
        "gammaBS": _text(dollars.gamma),
        "vegaBS": _text(dollars.vega),
        "thetaBS": _text(dollars.theta),
        "lever": _text(abs(dollars.delta) / price),
        "markVol": _text(volatility),
        "bidVol": "" if bid is None else _text(implied(own, _coins(market, bid))),
        "askVol": "" if ask is None else _text(implied(own, _coins(market, ask))),
        "realVol": "",
        "volLv": _text(marks[nearest.inst_id]),
        "fwdPx": _text(own.forward),
        "ts": str(now),
    }


def _greeks(terms: Terms, volatility: float) -> _Greeks:
    """Return the greeks of the value in dollars: vega by a percent, theta by a day."""
    first, _ = _distances(terms, volatility)
    density, root = exp(-first * first / 2) / sqrt(2 * pi), sqrt(terms.years)
    return _Greeks(
        _normal(first) - (0.0 if terms.call else 1.0),
        density / (terms.forward * volatility * root),
        terms.forward * density * root / 100,
        -terms.forward * density * volatility / (2 * root) / 365,
    )


def _distances(terms: Terms, volatility: float) -> tuple[float, float]:
    spread = volatility * sqrt(terms.years)
    first = log(terms.forward / terms.strike) / spread + spread / 2
    return first, first - spread


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def _coins(market: Market, ticks: int) -> float:
    return float(market.instrument.price_text(ticks))


def _text(value: float) -> str:
    return plain(Decimal(value), 10)
