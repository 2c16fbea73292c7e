"""V5 REST of converting: a price for some seconds, and the deal at that price."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import combinations
from typing import Any

from ..clock import Clock
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handler, Handlers
from .balances import Balances
from .bank import Bank
from .ledger import Room
from .people import User
from .prices import Prices
from .worth import movable

__all__ = ["ConvertV5"]

TTL_MS = 10_000
"""How long a quote holds."""
_CONVERT = "27"
_PLACES = Decimal(1).scaleb(-8)
_LEAST_USD, _MOST_USD = Decimal(1), Decimal(1_000_000)
_REQUEST_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_SPREAD = Decimal("0.0005")


@dataclass(slots=True, eq=False)
class _Quote:
    number: str
    user: User
    base: str
    quote: str
    side: str
    price: Decimal
    base_size: Decimal
    quote_size: Decimal
    size_ccy: str
    ts: int
    used: bool = False


@dataclass(frozen=True, slots=True)
class _Deal:
    user: User
    row: dict[str, str]


class ConvertV5:
    """The chapter Convert. Money is taken from the trading account and comes there; the other side is the street.

    Args:
        bank: Users and money.
        balances: What may be spent.
        prices: What currencies are worth; a quote is a twentieth of a percent worse.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(
        self, bank: Bank, balances: Balances, prices: Prices, markets: dict[str, Market], clock: Clock
    ) -> None:
        self._bank = bank
        self._balances = balances
        self._prices = prices
        self._markets = markets
        self._clock = clock
        self._quotes: dict[str, _Quote] = {}
        self._deals: list[_Deal] = []

    def handlers(self) -> Handlers:
        """Return who answers what."""
        found: dict[tuple[str, str], Handler] = {
            ("GET", "currencies"): self._currencies,
            ("GET", "currency-pair"): self._pair,
            ("POST", "estimate-quote"): self._estimate,
            ("POST", "trade"): self._trade,
            ("GET", "history"): self._history,
        }
        return {(method, f"/api/v5/asset/convert/{name}"): handler for (method, name), handler in found.items()}

    def _form(self, ask: Ask) -> Query:
        return Query(ask.fields, self._markets)

    def _currencies(self, ask: Ask) -> list[Any]:
        return [{"ccy": ccy, "min": "", "max": ""} for ccy in self._prices.currencies]

    def _pair(self, ask: Ask) -> list[Any]:
        """Write the limits of one pair; of every pair where none is named, for the documents name no parameters."""
        form = self._form(ask)
        if form.text("fromCcy") or form.text("toCcy"):
            return [self._limits(form.needed("fromCcy"), form.needed("toCcy"))]
        return [self._limits(*pair) for pair in combinations(self._prices.currencies, 2)]

    def _limits(self, source: str, target: str) -> dict[str, str]:
        base, quote = self._ordered(source, target)
        names = {"fromCcy": source, "toCcy": target, "convertMode": "0"}
        sizes: dict[str, str] = {}
        for name, ccy in (("base", base), ("quote", quote)):
            price = self._prices.usd(ccy) or Decimal(1)
            sizes[f"{name}CcyMin"] = exact_text((_LEAST_USD / price).quantize(_PLACES))
            sizes[f"{name}CcyMax"] = exact_text((_MOST_USD / price).quantize(_PLACES))
        return names | {"instId": f"{base}-{quote}", "baseCcy": base, "quoteCcy": quote} | sizes

    def _ordered(self, one: str, other: str) -> tuple[str, str]:
        """Return two currencies as base and quote: a dollar is never the base of a coin."""
        known = self._prices.currencies
        if one == other or one not in known or other not in known:
            raise Refusal(200, "58009", "The pair doesn't exist.")
        if f"{other}-{one}" in self._markets or (f"{one}-{other}" not in self._markets and self._cheap(one, other)):
            return other, one
        return one, other

    def _cheap(self, one: str, other: str) -> bool:
        return (self._prices.usd(one) or Decimal(0)) < (self._prices.usd(other) or Decimal(0))

    def _estimate(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        base, quote, side = form.needed("baseCcy"), form.needed("quoteCcy"), form.choice("side", ("buy", "sell"))
        if self._ordered(base, quote) != (base, quote):
            raise Refusal(200, "52901", "The base currency is invalid.")
        size, size_ccy = form.decimal("rfqSz"), form.choice("rfqSzCcy", (base, quote))
        if not movable(size):
            raise Refusal(400, "51000", "Parameter rfqSz error")
        request_id = self._request_id(form, "clQReqId")
        rate = self._prices.rate(base, quote)
        if not rate:
            raise Refusal(200, "52927", "No quote.")
        price = (rate * (1 + _SPREAD if side == "buy" else 1 - _SPREAD)).quantize(_PLACES)
        if not price:
            raise Refusal(200, "52927", "No quote.")
        base_size = size if size_ccy == base else (size / price).quantize(_PLACES, ROUND_DOWN)
        quote_size = size if size_ccy == quote else (size * price).quantize(_PLACES, ROUND_DOWN)
        self._in_bounds(base, base_size)
        now = self._clock.now()
        number = f"quoter{base}-{quote}{now}{len(self._quotes) + 1:04d}"
        one = _Quote(number, ask.user, base, quote, side, price, base_size, quote_size, size_ccy, now)
        self._quotes[number] = one
        return [
            {
                "quoteTime": str(now),
                "ttlMs": str(TTL_MS),
                "clQReqId": request_id,
                "quoteId": number,
                "baseCcy": base,
                "quoteCcy": quote,
                "side": side,
                "origRfqSz": exact_text(size),
                "rfqSz": exact_text(size),
                "rfqSzCcy": size_ccy,
                "cnvtPx": exact_text(price),
                "baseSz": exact_text(base_size),
                "quoteSz": exact_text(quote_size),
            }
        ]

    def _in_bounds(self, ccy: str, size: Decimal) -> None:
        value = size * (self._prices.usd(ccy) or Decimal(0))
        if value < _LEAST_USD:
            raise Refusal(200, "52917", "The amount is below the lower limit.")
        if value > _MOST_USD:
            raise Refusal(200, "52918", "The amount is above the upper limit.")

    def _trade(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        one = self._quotes.get(form.needed("quoteId"))
        if one is None or one.user is not ask.user:
            raise Refusal(200, "52907", "The quote doesn't exist.")
        request_id = self._request_id(form, "clTReqId")
        taken = (deal.row["clTReqId"] for deal in self._deals if deal.user is ask.user)
        if request_id and request_id in taken:
            raise Refusal(200, "52925", "Duplicate clTReqId.")
        self._agree(form, one)
        spends = (one.quote, one.quote_size) if one.side == "buy" else (one.base, one.base_size)
        gets = (one.base, one.base_size) if one.side == "buy" else (one.quote, one.quote_size)
        if spends[1] > self._balances.free(ask.user, spends[0]):
            raise Refusal(200, "52914", "Insufficient balance in the trading account.")
        one.used = True
        number = f"trader{one.base}-{one.quote}{ask.received}{len(self._deals) + 1:04d}"
        ledger, mine, street = self._bank.ledger, self._bank.trading(ask.user), self._bank.ledger.house(Room.STREET)
        ledger.move(*spends, mine, street, _CONVERT, ref=number)
        ledger.move(*gets, street, mine, _CONVERT, ref=number)
        row = {
            "tradeId": number,
            "quoteId": one.number,
            "clTReqId": request_id,
            "state": "fullyFilled",
            "instId": f"{one.base}-{one.quote}",
            "baseCcy": one.base,
            "quoteCcy": one.quote,
            "side": one.side,
            "fillPx": exact_text(one.price),
            "fillBaseSz": exact_text(one.base_size),
            "fillQuoteSz": exact_text(one.quote_size),
            "ts": str(self._clock.now()),
        }
        self._deals.append(_Deal(ask.user, row))
        return [row]

    def _agree(self, form: Query, one: _Quote) -> None:
        """Hold a deal against its quote."""
        if one.used:
            raise Refusal(200, "52921", "The quote has been used already.")
        if self._clock.now() - one.ts > TTL_MS:
            raise Refusal(200, "52922", "The quote has expired.")
        said = {"baseCcy": one.base, "quoteCcy": one.quote, "side": one.side, "szCcy": one.size_ccy}
        if any(form.needed(name) != value for name, value in said.items()):
            raise Refusal(200, "52919", "The parameters differ from those of the quote.")
        size = form.decimal("sz")
        quoted = one.base_size if one.size_ccy == one.base else one.quote_size
        if size > quoted:
            raise Refusal(200, "52920", "The amount is above that of the quote.")
        if size < quoted:
            raise Refusal(200, "52919", "The parameters differ from those of the quote.")

    def _history(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        name = form.text("clTReqId")
        rows = (deal.row for deal in reversed(self._deals) if deal.user is ask.user)
        fitting = (row for row in rows if name in ("", row["clTReqId"]))
        return form.page(fitting, lambda row: int(row["ts"]))

    def _request_id(self, form: Query, name: str) -> str:
        text = form.text(name)
        if text and not _REQUEST_ID.fullmatch(text):
            raise Refusal(400, "51000", f"Parameter {name} error")
        return text
