"""V5 REST of what holds rather than moves: settlements, auctions, loans, discounts and price steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from .clock import Clock
from .derivatives import Derivatives, next_settlement, plain
from .instruments import Kind
from .market import Market, of_kind
from .query_v5 import Query
from .risk import LOAN_RATE, loan_quota
from .tape import Trade
from .upkeep import V5_STATES, Upkeep

__all__ = ["ReferenceV5"]

_Answer = list[Any]

_LEVELS = {"vip": ("VIP1", "VIP2", "VIP3", "VIP4"), "regular": ("Lv1", "Lv2", "Lv3")}
# Of which part of the first tier on how much of a coin counts as margin.
_DISCOUNTS = (Decimal("0.98"), Decimal("0.95"), Decimal("0.9"))
_FIRST_TIER = 50
_DOLLARS = ("USD", "USDT", "USDC")
_FAMILY_TRADES = 100


class ReferenceV5:
    """The endpoints of what holds.

    Args:
        markets: By instrument id.
        figures: What follows from them.
        upkeep: What the exchange tells of itself.
        clock: Market time.
    """

    def __init__(self, markets: Mapping[str, Market], figures: Derivatives, upkeep: Upkeep, clock: Clock) -> None:
        self._markets = markets
        self._figures = figures
        self._upkeep = upkeep
        self._clock = clock

    def endpoints(self) -> dict[str, Callable[[Query], _Answer]]:
        """Return what answers, by path."""
        return {
            "system/status": self._status,
            "market/option/instrument-family-trades": self._family_trades,
            "market/call-auction-details": self._auction,
            "public/estimated-settlement-info": self._estimated_settlement,
            "public/settlement-history": self._settlement_history,
            "public/discount-rate-interest-free-quota": self._discount_rates,
            "public/interest-rate-loan-quota": self._loan_quotas,
            "public/instrument-tick-bands": self._tick_bands,
        }

    def _status(self, query: Query) -> _Answer:
        now, state = self._clock.now(), query.choice("state", V5_STATES, "")
        rows = [each.row_v5(now) for each in reversed(self._upkeep.disruptions)]
        return [row for row in rows if state in ("", row["state"])]

    def _family_trades(self, query: Query) -> _Answer:
        family = query.needed("instFamily")
        rows: _Answer = []
        for side in ("C", "P"):
            options = [
                market
                for market in of_kind(self._markets, Kind.OPTION, family)
                if market.instrument.option_type == side
            ]
            if options:
                rows.append(self._side_trades(options, side))
        return rows

    def _side_trades(self, options: list[Market], side: str) -> dict[str, Any]:
        now = self._clock.now()
        found = [(trade, market) for market in options for trade in islice(market.tape.trades(), _FAMILY_TRADES)]
        found.sort(key=lambda each: each[0].ts, reverse=True)
        return {
            "vol24h": options[0].instrument.size_text(sum(market.tape.figures(now).lots for market in options)),
            "optType": side,
            "tradeInfo": [_family_trade(market, trade) for trade, market in found[:_FAMILY_TRADES]],
        }

    def _auction(self, query: Query) -> _Answer:
        return [self._figures.auction_row(query.market(), self._clock.now())]

    # -- settlements

    def _estimated_settlement(self, query: Query) -> _Answer:
        market, now = query.market_of(Kind.FUTURES), self._clock.now()
        price = self._figures.settling(market, now)
        return [
            {
                "instId": market.instrument.inst_id,
                "nextSettleTime": str(next_settlement(now)),
                "estSettlePx": "" if price is None else plain(price, 8),
                "ts": str(now),
            }
        ]

    def _settlement_history(self, query: Query) -> _Answer:
        now = self._clock.now()
        settled = [
            (ts, {"instId": market.instrument.inst_id, "settlePx": plain(price, 8)})
            for market in of_kind(self._markets, Kind.FUTURES, query.needed("instFamily"))
            for ts, price in self._figures.settlements(market, now)
        ]
        settled.sort(key=itemgetter(0), reverse=True)
        days = [
            {"ts": str(ts), "details": [row for _, row in group]} for ts, group in groupby(settled, key=itemgetter(0))
        ]
        return query.page(days, lambda row: int(row["ts"]))

    # -- loans and margin

    def _discount_rates(self, query: Query) -> _Answer:
        wanted = query.text("ccy")
        return [_discount_row(coin) for coin in self._coins() if wanted in ("", coin)]

    def _loan_quotas(self, query: Query) -> _Answer:
        basic = [{"ccy": coin, "rate": plain(LOAN_RATE, 8), "quota": str(loan_quota(coin))} for coin in self._coins()]
        levels = {
            name: [{"level": level, "loanQuotaCoef": str(number), "irDiscount": ""} for number, level in told]
            for name, told in ((name, enumerate(levels, 1)) for name, levels in _LEVELS.items())
        }
        return [{"basic": basic, **levels, "configCcyList": [], "config": []}]

    def _tick_bands(self, query: Query) -> _Answer:
        if query.choice("instType", ("OPTION", "EVENTS")) == "EVENTS":
            return []
        rows: dict[str, dict[str, Any]] = {}
        for market in of_kind(self._markets, Kind.OPTION, query.text("instFamily")):
            text = market.instrument
            band = {"minPx": "0", "maxPx": "", "tickSz": text.tick_size}
            rows[text.family] = {"instType": "OPTION", "instFamily": text.family, "tickBand": [band]}
        return list(rows.values())

    def _coins(self) -> list[str]:
        """Return every currency there is on the spot market."""
        spots = [market.instrument for market in of_kind(self._markets, Kind.SPOT)]
        return list(dict.fromkeys(coin for text in spots for coin in (text.base, text.quote)))


def _family_trade(market: Market, trade: Trade) -> dict[str, str]:
    text = market.instrument
    return {
        "instId": text.inst_id,
        "tradeId": str(trade.trade_id),
        "px": text.price_text(trade.price),
        "sz": text.size_text(trade.lots),
        "side": "buy" if trade.taker_buys else "sell",
        "ts": str(trade.ts),
    }


def _discount_row(coin: str) -> dict[str, Any]:
    """Write how much of a coin counts as margin: dollars all, others less the more there are."""
    rates = (Decimal(1),) if coin in _DOLLARS else _DISCOUNTS
    tiers: list[dict[str, str]] = []
    lowest, counted = 0, Decimal(0)
    for number, rate in enumerate(rates, 1):
        highest = _FIRST_TIER * 2 ** (number - 1)
        last = number == len(rates)
        tiers.append(
            {
                "discountRate": plain(rate, 4),
                "minAmt": str(lowest),
                "maxAmt": "" if last else str(highest),
                "tier": str(number),
                "liqPenaltyRate": "",
                "disCcyEq": "" if last else plain(counted + (highest - lowest) * rate, 8),
            }
        )
        counted += (highest - lowest) * rate
        lowest = highest
    return {
        "ccy": coin,
        "colRes": "0",
        "collateralRestrict": False,
        "amt": "0",
        "discountLv": "1" if coin in _DOLLARS else "2",
        "minDiscountRate": plain(rates[-1], 4),
        "details": tiers,
    }
