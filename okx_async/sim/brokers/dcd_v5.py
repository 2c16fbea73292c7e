"""V5 REST of dual currency deposits, in both schemas of the same paths: that of brokers and that of users.

Brokers' answers have the names of the samples where those differ from the tables; every ``code`` is a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..accounts.asks import Ask, Handler, Handlers
from ..accounts.services import Services, Slip
from ..clock import Clock
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .days import DAY_MS
from .dcd import PAIRS, TTL_MS, Deals, Order, Product, Quote
from .redemptions import Redemptions, window_of

__all__ = ["DcdV5"]

_PATH = "/api/v5/finance/sfp/dcd"
_CLIENT_ID = re.compile(r"[A-Za-z0-9]{0,32}")
_TAG = re.compile(r"[A-Za-z0-9]{1,16}")
_MARK_UP = re.compile(r"0(\.[0-9]{1,10})?|")
_STATES = ("initial", "live", "pending_settled", "settled", "rejected")
_EARLY = ("pending_redeem", "redeemed")
_USER_STATES = {"pending_settled": "pending_settle"}


class DcdV5:
    """See the module.

    Args:
        deals: The deposits.
        redemptions: How they end early.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, deals: Deals, redemptions: Redemptions, markets: Mapping[str, Market], clock: Clock) -> None:
        self._deals = deals
        self._redemptions = redemptions
        self._markets = markets
        self._clock = clock

    def join(self, services: Services) -> None:
        """Take part in answering."""
        services.add(self.handlers())
        services.add_open(f"{_PATH}/products", self._products)

    def handlers(self) -> Handlers:
        """Return who answers what."""
        found: dict[tuple[str, str], Handler] = {
            ("GET", "products"): lambda ask: self._products(ask.fields),
            ("POST", "quote"): self._quote,
            ("POST", "order"): self._order,
            ("GET", "order"): self._find,
            ("GET", "orders"): self._list,
            ("GET", "currency-pair"): self._pairs,
            ("POST", "trade"): self._trade,
            ("POST", "redeem-quote"): self._redeem_quote,
            ("POST", "redeem"): self._redeem,
            ("GET", "order-status"): self._state,
            ("GET", "order-history"): self._history,
        }
        return {(method, f"{_PATH}/{name}"): handler for (method, name), handler in found.items()}

    def _form(self, given: Mapping[str, Any]) -> Query:
        return Query(given, self._markets)

    # -- for both

    def _products(self, given: Mapping[str, Any]) -> list[Any]:
        """List products; who names ``baseCcy`` is a user."""
        form = self._form(given)
        user = bool(form.text("baseCcy"))
        names = ("baseCcy", "quoteCcy") if user else ("ccy", "alternativeCcy")
        ccy, alt = (form.needed(name) for name in names)
        call = form.choice("optType", ("C", "P")) == "C"
        tag = "" if user else self._tag(form)
        offered = self._deals.products(ccy, alt, call)
        if user:
            return Slip([{"products": [self._user_product(one) for one in offered]}], bare=True, code=0)
        return Slip([self._product(one, tag) for one in offered], code=0)

    def _quote(self, ask: Ask) -> list[Any]:
        """Quote; who names ``notionalSz`` is a user."""
        form = self._form(ask.fields)
        user = bool(form.text("notionalSz"))
        size = form.decimal("notionalSz" if user else "notional")
        client_id, mark_up = form.text("clReqId"), form.text("markUp")
        if not _CLIENT_ID.fullmatch(client_id) or not _MARK_UP.fullmatch(mark_up):
            raise Refusal(400, "51000", "Parameter clReqId or markUp error")
        tag = "" if user else self._tag(form)
        one = self._deals.quote(ask.user, form.needed("productId"), size, form.needed("notionalCcy"))
        one.client_id, one.tag, one.mark_up = client_id, tag, mark_up
        one.gain *= 1 - Decimal(mark_up or 0)
        return Slip([self._user_quote(one) if user else _quote_row(one)], code=0)

    def _tag(self, form: Query) -> str:
        tag = form.needed("tag")
        if not _TAG.fullmatch(tag):
            raise Refusal(400, "51000", "Parameter tag error")
        return tag

    # -- brokers

    def _order(self, ask: Ask) -> list[Any]:
        form = self._form(ask.fields)
        client_id = form.text("clOrdId")
        if not _CLIENT_ID.fullmatch(client_id):
            raise Refusal(400, "51000", "Parameter clOrdId error")
        one = self._deals.order(ask.user, form.needed("quoteId"), client_id)
        row = {"clOrdId": client_id, "orderId": str(one.number), "quoteId": one.quote.number}
        return Slip([row], bare=True, code=0)

    def _find(self, ask: Ask) -> list[Any]:
        form = self._form(ask.fields)
        number, client_id = form.text("ordId"), form.text("clOrdId")
        if not number and not client_id:
            raise Refusal(400, "50015", "Either parameter ordId or clOrdId is required")
        return Slip([_order_row(self._deals.find(ask.user, number, client_id))], code=0)

    def _list(self, ask: Ask) -> list[Any]:
        return Slip([_order_row(one) for one in self._chosen(ask, _STATES)], code=0)

    def _chosen(self, ask: Ask, states: tuple[str, ...]) -> list[Order]:
        """Return a page of orders, the newest first."""
        form = self._form(ask.fields)
        state = form.choice("state", states, "")
        product, uly, number = form.text("productId"), form.text("uly"), form.text("ordId")
        newer, older = form.number("beginId", 0) or 0, form.number("endId")
        begin, end = form.number("begin", 0) or 0, form.number("end")
        found = [
            one
            for one in self._deals.of(ask.user)
            if state in ("", one.state, _USER_STATES.get(one.state))
            and product in ("", one.quote.product.number)
            and uly in ("", _underlying(one.quote.product))
            and number in ("", str(one.number))
            and newer < one.number
            and (older is None or one.number < older)
            and begin < one.ts
            and (end is None or one.ts < end)
        ]
        return found[: form.limit("limit", 100, 100)]

    def _product(self, one: Product, tag: str) -> dict[str, str]:
        now = self._clock.now()
        return {
            "absYield": exact_text(one.gain(now)),
            "altCcy": one.alt,
            "annualYield": exact_text(one.annual),
            "ccy": one.ccy,
            "expTime": str(one.expiry),
            "interestAccrualTime": str(now),
            "listTime": str(one.listed),
            "maxSize": exact_text(one.most),
            "minSize": exact_text(one.least),
            "notionalCcy": one.notional_ccy,
            "optType": "C" if one.call else "P",
            "productId": one.number,
            "quota": exact_text(one.most),
            "quoteTime": str(now),
            "settTime": str(one.expiry),
            "stepSize": exact_text(one.least),
            "stk": exact_text(one.strike),
            "tag": tag,
            "uly": _underlying(one),
        }

    # -- users

    def _pairs(self, ask: Ask) -> list[Any]:
        rows = [
            {"baseCcy": ccy, "quoteCcy": alt, "optType": kind, "uly": f"{ccy}-USD"}
            for ccy, alt in PAIRS
            for kind in ("C", "P")
        ]
        return Slip(rows, code=0)

    def _trade(self, ask: Ask) -> list[Any]:
        one = self._deals.order(ask.user, self._form(ask.fields).needed("quoteId"))
        return Slip([{"quoteId": one.quote.number, "ordId": str(one.number), "state": "pending_book"}], code=0)

    def _state(self, ask: Ask) -> list[Any]:
        one = self._deals.find(ask.user, self._form(ask.fields).needed("ordId"))
        return Slip([{"ordId": str(one.number), "state": _user_state(one)}], code=0)

    def _redeem_quote(self, ask: Ask) -> list[Any]:
        one = self._redemptions.quote(ask.user, self._form(ask.fields).needed("ordId"))
        row = {
            "ordId": str(one.order.number),
            "quoteId": one.number,
            "redeemSz": exact_text(one.size),
            "redeemCcy": one.order.quote.product.notional_ccy,
            "termRate": exact_text(one.rate),
            "validUntil": str(one.until),
        }
        return Slip([row], code=0)

    def _redeem(self, ask: Ask) -> list[Any]:
        form = self._form(ask.fields)
        one = self._redemptions.redeem(ask.user, form.needed("ordId"), form.needed("quoteId"))
        return Slip([{"ordId": str(one.number), "state": "pending_redeem_booking"}], code=0)

    def _history(self, ask: Ask) -> list[Any]:
        states = (*_STATES, *_EARLY, *_USER_STATES.values())
        return Slip([_user_order(one) for one in self._chosen(ask, states)], code=0)

    def _user_product(self, one: Product) -> dict[str, str]:
        now = self._clock.now()
        return {
            "absYield": exact_text(one.gain(now)),
            "annualizedYield": exact_text(one.annual),
            "baseCcy": one.ccy,
            "quoteCcy": one.alt,
            "notionalCcy": one.notional_ccy,
            "expTime": str(one.expiry),
            "interestAccrualTime": str(now),
            "listTime": str(one.listed),
            "minSize": exact_text(one.least),
            "maxSize": exact_text(one.most),
            "optType": "C" if one.call else "P",
            "productId": one.number,
            "quoteTime": str(now),
            "redeemStartTime": str(now),
            "redeemEndTime": str(one.expiry - DAY_MS // 24),
            "stepSz": exact_text(one.least),
            "tradeEndTime": str(one.expiry - DAY_MS // 24),
            "uly": _underlying(one),
            "strike": exact_text(one.strike),
        }

    def _user_quote(self, one: Quote) -> dict[str, str]:
        return {
            "absYield": exact_text(one.gain),
            "annualizedYield": exact_text(_annual(one)),
            "interestAccrualTime": str(one.ts),
            "notionalSz": exact_text(one.size),
            "notionalCcy": one.product.notional_ccy,
            "productId": one.product.number,
            "quoteId": one.number,
            "validUntil": str(one.until),
            "idxPx": "",
        }


def _annual(one: Quote) -> Decimal:
    """Return the yearly yield of a quote, its mark-up taken off."""
    return one.product.annual * (1 - Decimal(one.mark_up or 0))


def _underlying(one: Product) -> str:
    return f"{one.ccy}-USD"


def _quote_row(one: Quote) -> dict[str, str]:
    return {
        "absYield": exact_text(one.gain),
        "annualYield": exact_text(_annual(one)),
        "clQReqId": one.client_id,
        "notional": exact_text(one.size),
        "notionalCcy": one.product.notional_ccy,
        "productId": one.product.number,
        "quoteId": one.number,
        "ttlMs": str(TTL_MS),
        "tag": one.tag,
        "markUp": one.mark_up,
    }


def _order_row(one: Order) -> dict[str, str]:
    """Write an order; while it lives nothing is told of its end."""
    quote, product = one.quote, one.quote.product
    ccy, amount = one.paid or ("", None)
    return {
        "absYield": exact_text(quote.gain),
        "alternativeCcy": product.alt,
        "annualYield": exact_text(_annual(quote)),
        "ccy": product.ccy,
        "clOrdId": one.client_id,
        "cTime": str(one.ts),
        "ordId": str(one.number),
        "notional": exact_text(quote.size),
        "notionalCcy": product.notional_ccy,
        "productId": product.number,
        "quoteId": quote.number,
        "settledTime": str(one.changed) if one.paid else "",
        "settAmt": "" if amount is None else exact_text(amount),
        "settCcy": ccy,
        "settPrice": "" if one.price is None else exact_text(one.price),
        "state": one.state,
        "stk": exact_text(product.strike),
        "uTime": str(one.changed),
        "tag": quote.tag,
        "uly": _underlying(product),
        "yieldAmt": "" if one.earned is None else exact_text(one.earned),
        "yieldCcy": ccy,
    }


def _user_state(one: Order) -> str:
    return _USER_STATES.get(one.state, one.state)


def _user_order(one: Order) -> dict[str, str]:
    quote, product, redeem = one.quote, one.quote.product, window_of(one)
    ccy, amount = one.paid or ("", None)
    return {
        "ordId": str(one.number),
        "quoteId": quote.number,
        "state": _user_state(one),
        "productId": product.number,
        "baseCcy": product.ccy,
        "quoteCcy": product.alt,
        "uly": _underlying(product),
        "strike": exact_text(product.strike),
        "notionalSz": exact_text(quote.size),
        "notionalCcy": product.notional_ccy,
        "absYield": exact_text(quote.gain),
        "annualizedYield": exact_text(_annual(quote)),
        "yieldSz": "" if one.earned is None else exact_text(one.earned),
        "yieldCcy": ccy,
        "settleSz": "" if amount is None else exact_text(amount),
        "settleCcy": ccy,
        "settlePx": "" if one.price is None else exact_text(one.price),
        "expTime": str(product.expiry),
        "settleTime": str(one.changed) if one.paid else "",
        "redeemStartTime": str(redeem[0]),
        "redeemEndTime": str(redeem[1]),
        "cTime": str(one.ts),
        "uTime": str(one.changed),
    }
