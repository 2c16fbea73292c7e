"""The numbers that follow from the markets: index and mark prices, funding, open interest, limits, deliveries.

Nothing here is drawn by chance. An index is the latest trade of its spot market, a mark price the latest trade of the
contract itself, so that both have candles: those of the trades. Everything else is reckoned from these two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .instruments import Instrument, Kind
from .market import Market
from .tape import Bar
from .text import AMOUNT_SCALE, amount_text

__all__ = [
    "FIAT",
    "FUNDING_MS",
    "INTEREST",
    "Delivery",
    "Derivatives",
    "index_market",
    "next_settlement",
    "plain",
    "price_row",
]

Json = dict[str, Any]

FUNDING_MS = 8 * 3_600_000
"""Between two settlements of funding; they are at 00:00, 08:00 and 16:00 UTC."""

FIAT = {"CNY": Decimal("7.12"), "JPY": Decimal(150), "KRW": Decimal(1_380), "RUB": Decimal(92)}
"""How much of a money a dollar is worth at first. Nobody trades them here, so they stand still."""

_SAMPLE_MS = 900_000
_MINUTE = 60_000
_DAY = 86_400_000
_EIGHT = 8 * 3_600_000
_ESTIMATE_MS = 30 * _MINUTE
INTEREST = Decimal("0.0001")
"""What borrowing costs in eight hours: the part of funding that does not follow the market."""

_DAMP = Decimal("0.0005")
_CAP = Decimal("0.015")
_IMPACT = "20000"
# How far from the mark price orders may lie, in percent.
_LIMIT_PERCENT = {Kind.SPOT: 5, Kind.SWAP: 2, Kind.FUTURES: 3, Kind.OPTION: 60}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A contract that came to its end, at which price, and how: the words are those of the exchange."""

    instrument: Instrument
    price: Decimal
    kind: str
    ts: int


def plain(value: Decimal, places: int) -> str:
    """Return a number as plain text with at most so many decimals, without trailing zeros."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def next_settlement(now: int) -> int:
    """Return the coming 08:00 UTC, when futures are settled."""
    return (now - _EIGHT) // _DAY * _DAY + _EIGHT + _DAY


def index_market(markets: Mapping[str, Market], name: str) -> Market | None:
    """Return the market an index is read from: its spot pair, for USD the one in USDT, else the perpetual."""
    base, _, quote = name.partition("-")
    for currency in ("USD", "USDT") if quote == "USD" else (quote,):
        market = markets.get(f"{base}-{currency}")
        if market is not None and market.instrument.kind is Kind.SPOT:
            return market
    for market in markets.values():
        if market.instrument.kind in (Kind.SPOT, Kind.SWAP) and market.instrument.family == name:
            return market
    return None


def price_row(instrument: Instrument, bar: Bar, closed: bool) -> list[str]:
    """Return one candle of an index or a mark price as V5 writes it: six texts."""
    prices = (bar.open, bar.high, bar.low, bar.close)
    return [str(bar.ts), *(instrument.price_text(price) for price in prices), "1" if closed else "0"]


class Derivatives:
    """What follows from the markets, in rows as V5 writes them.

    Args:
        markets: By instrument id; may change at any time.

    Attributes:
        deliveries: The contracts that ended since the exchange opened, oldest first.
        fiat: How much of a money a dollar is worth; what is set here counts from then on.
    """

    def __init__(self, markets: Mapping[str, Market]) -> None:
        self._markets = markets
        self.deliveries: list[Delivery] = []
        self.fiat = dict(FIAT)

    def index_of(self, market: Market) -> Market:
        """Return where the index of an instrument is read; of one whose index has gone it is the instrument."""
        return index_market(self._markets, market.instrument.family) or market

    def mark(self, market: Market) -> Decimal:
        """Return the mark price."""
        return _decimal(market, market.tape.last.price)

    def index_price(self, family: str) -> Decimal | None:
        """Return the index price of a family, ``None`` where no spot pair tells it."""
        market = index_market(self._markets, family)
        return None if market is None else _decimal(market, market.tape.last.price)

    def index(self, market: Market) -> Decimal:
        """Return the index price."""
        return self.mark(self.index_of(market))

    def index_at(self, market: Market, ts: int) -> Decimal:
        """Return the index price of an instrument at a moment of the past."""
        source = self.index_of(market)
        return _decimal(source, _price_at(source, ts))

    def forward(self, market: Market) -> Decimal:
        """Return the forward price of an option: the futures of its family and expiry, else the index."""
        own = market.instrument
        for other in self._markets.values():
            told = other.instrument
            if told.kind is Kind.FUTURES and (told.family, told.expiry) == (own.family, own.expiry):
                return self.mark(other)
        return self.index(market)

    def mark_row(self, market: Market, now: int) -> Json:
        """Write a mark price; a spot pair has one because it is traded on margin."""
        text = market.instrument
        kind = "MARGIN" if text.kind is Kind.SPOT else text.kind.value
        return {
            "instType": kind,
            "instId": text.inst_id,
            "markPx": text.price_text(market.tape.last.price),
            "ts": str(now),
        }

    def index_row(self, name: str, market: Market, now: int) -> Json:
        """Write an index that is read from a market."""
        text, day = market.instrument, market.tape.figures(now)
        prices = {
            "idxPx": market.tape.last.price,
            "high24h": day.high,
            "low24h": day.low,
            "open24h": day.open,
            "sodUtc0": day.open_utc0,
            "sodUtc8": day.open_utc8,
        }
        return {
            "instId": name,
            **{key: text.price_text(price) for key, price in prices.items()},
            "ts": str(now),
        }

    def premium(self, market: Market, ts: int) -> Decimal | None:
        """Return how far the mark price lay above the index at a moment; ``None`` before the past begins."""
        source = self.index_of(market)
        mark, index = market.tape.close_at(ts), source.tape.close_at(ts)
        if mark is None or index is None:
            return None
        return _decimal(market, mark) / _decimal(source, index) - 1

    def funding(self, market: Market, settlement: int, now: int) -> Decimal | None:
        """Return the rate of one settlement as far as its eight hours have come; ``None`` before the past begins."""
        begin = settlement - FUNDING_MS
        samples = [self.premium(market, ts) for ts in range(begin, min(settlement, now + 1), _SAMPLE_MS)]
        known = [each for each in samples if each is not None]
        if not known:
            return None
        return _rate(sum(known, Decimal(0)) / len(known))

    def funding_row(self, market: Market, now: int) -> Json:
        """Write the funding of a perpetual."""
        last = now // FUNDING_MS * FUNDING_MS
        # What was before the past began counts as no premium.
        rate = self.funding(market, last + FUNDING_MS, now)
        settled = self.funding(market, last, now)
        premium = self.premium(market, now)
        return {
            "formulaType": "withRate",
            "fundingRate": plain(INTEREST if rate is None else rate, 12),
            "fundingTime": str(last + FUNDING_MS),
            "impactValue": _IMPACT,
            "instId": market.instrument.inst_id,
            "instType": market.instrument.kind.value,
            "interestRate": str(INTEREST),
            "maxFundingRate": str(_CAP),
            "method": "current_period",
            "minFundingRate": str(-_CAP),
            "nextFundingRate": "",
            "nextFundingTime": str(last + 2 * FUNDING_MS),
            "premium": "" if premium is None else plain(premium, 12),
            "prevFundingTime": str(last),
            "settFundingRate": "" if settled is None else plain(settled, 12),
            "settState": "settled",
            "ts": str(now),
        }

    def past_funding(self, market: Market, now: int) -> Iterator[Json]:
        """Write the settlements of a perpetual, the newest first, back to where the past begins."""
        settlement = now // FUNDING_MS * FUNDING_MS
        while (rate := self.funding(market, settlement, now)) is not None:
            text = plain(rate, 12)
            yield {
                "formulaType": "withRate",
                "fundingRate": text,
                "fundingTime": str(settlement),
                "instId": market.instrument.inst_id,
                "instType": market.instrument.kind.value,
                "method": "current_period",
                "realizedRate": text,
            }
            settlement -= FUNDING_MS

    def past_premium(self, market: Market, now: int) -> Iterator[Json]:
        """Write the premium minute by minute, the newest first, back to where the past begins."""
        ts = now // _MINUTE * _MINUTE
        while (premium := self.premium(market, ts)) is not None:
            yield {"instId": market.instrument.inst_id, "premium": plain(premium, 12), "ts": str(ts)}
            ts -= _MINUTE

    def open_lots(self, market: Market, ts: int) -> int:
        """Return how many lots were open at a moment; see `Instrument.open_lots`."""
        return market.instrument.open_lots(market.tape.day_lots(ts))

    def open_interest(self, market: Market, ts: int) -> tuple[int, int, Decimal]:
        """Return what was open at a moment: lots, coins in units of ``10**-AMOUNT_SCALE``, and dollars."""
        lots = self.open_lots(market, ts)
        coins, _ = market.instrument.turnover(_price_at(market, ts), lots)
        return lots, coins, Decimal(coins).scaleb(-AMOUNT_SCALE) * self.index_at(market, ts)

    def open_interest_row(self, market: Market, now: int) -> Json:
        """Write the open interest of a contract."""
        text = market.instrument
        lots, coins, dollars = self.open_interest(market, now)
        return {
            "instType": text.kind.value,
            "instId": text.inst_id,
            "oi": text.size_text(lots),
            "oiCcy": amount_text(coins),
            "oiUsd": plain(dollars, 8),
            "ts": str(now),
        }

    def auction_row(self, market: Market, now: int) -> Json:
        """Write where a call auction stands; out of one nothing is matched and there is no price."""
        text = market.instrument
        price, matched, left = market.book.clearing() if market.auction else (0, 0, 0)
        return {
            "instId": text.inst_id,
            "eqPx": text.price_text(price) if price else "",
            "matchedSz": text.size_text(matched),
            "unmatchedSz": text.size_text(left),
            "auctionEndTime": "",
            "state": "call_auction" if market.auction else "continuous_trading",
            "ts": str(now),
        }

    def limit_row(self, market: Market, now: int) -> Json:
        """Write between which prices orders are accepted."""
        text, mark = market.instrument, market.tape.last.price
        away = max(1, mark * _LIMIT_PERCENT[text.kind] // 100)
        return {
            "instType": text.kind.value,
            "instId": text.inst_id,
            "buyLmt": text.price_text(mark + away),
            "sellLmt": text.price_text(max(1, mark - away)),
            "ts": str(now),
            "enabled": True,
        }

    def estimate(self, market: Market, now: int) -> Decimal:
        """Return at what a contract would be delivered now: the index on average over the half hour before."""
        average = _average(self.index_of(market), now)
        return self.index(market) if average is None else average

    def settling(self, market: Market, ts: int) -> Decimal | None:
        """Return at what futures would be settled at a moment: their own price on average over the half hour before.

        ``None`` where the past does not reach.
        """
        return _average(market, ts)

    def settlements(self, market: Market, now: int) -> Iterator[tuple[int, Decimal]]:
        """Iterate over the daily settlements of futures, the newest first, back to where the past begins."""
        ts = next_settlement(now) - _DAY
        while (price := _average(market, ts)) is not None:
            yield ts, price
            ts -= _DAY

    def foreseen(self, market: Market, now: int) -> Decimal:
        """Return the rate of funding if the premium of this moment stayed."""
        premium = self.premium(market, now)
        return INTEREST if premium is None else _rate(premium)

    def estimate_rows(self, market: Market, now: int) -> list[Json]:
        """Write the estimated delivery price; only in the half hour before the end there is one."""
        text = market.instrument
        if text.expiry is None or not text.expiry - _ESTIMATE_MS <= now <= text.expiry:
            return []
        return [
            {
                "instType": text.kind.value,
                "instId": text.inst_id,
                "settlePx": plain(self.estimate(market, now), 2),
                "ts": str(now),
            }
        ]

    def deliver(self, market: Market, now: int) -> None:
        """Take down that a dated contract ends now; others are not delivered."""
        text = market.instrument
        if text.expiry is None:
            return
        price = self.estimate(market, now)
        kind = "delivery"
        if text.kind is Kind.OPTION:
            strike = Decimal(text.strike)
            paid = price > strike if text.option_type == "C" else price < strike
            kind = "exercised" if paid else "expired_otm"
        self.deliveries.append(Delivery(text, price, kind, now))


def _decimal(market: Market, ticks: int) -> Decimal:
    return Decimal(market.instrument.price_text(ticks))


def _rate(premium: Decimal) -> Decimal:
    """Return the rate of funding that a premium makes."""
    return _within(premium + _within(INTEREST - premium, _DAMP), _CAP)


def _average(market: Market, ts: int) -> Decimal | None:
    """Return the price on average over the half hour before a moment."""
    closes = [market.tape.close_at(each) for each in range(ts - _ESTIMATE_MS + _MINUTE, ts + 1, _MINUTE)]
    known = [_decimal(market, close) for close in closes if close is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def _price_at(market: Market, ts: int) -> int:
    price = market.tape.close_at(ts)
    return market.tape.last.price if price is None else price


def _within(value: Decimal, bound: Decimal) -> Decimal:
    return max(-bound, min(bound, value))
