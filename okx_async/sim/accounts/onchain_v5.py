"""V5 REST of on-chain earn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..clock import Clock
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .bank import Bank
from .earning import EarningRoom
from .forms import TAG, named
from .funding_v5 import amount_of
from .onchain import OFFERS, Offer, OnChain, Order, State
from .people import User
from .prices import Prices

__all__ = ["OnChainV5"]

_PROTOCOL = "defi"
_ACTIVE = (State.PENDING, State.CANCELLING, State.PLACING, State.EARNING, State.REDEEMING)
_ESTIMATED, _CUMULATIVE = "0", "1"


class OnChainV5(EarningRoom):
    """The chapter On-chain earn.

    Args:
        bank: Users and money.
        prices: Which currencies there are.
        markets: By instrument id.
        clock: Market time.
    """

    def __init__(self, bank: Bank, prices: Prices, markets: dict[str, Market], clock: Clock) -> None:
        super().__init__(bank, markets, clock)
        self._prices = prices
        self._orders = OnChain(bank, clock)

    def handlers(self) -> Handlers:
        """Return who answers what."""
        root = "/api/v5/finance/staking-defi"
        return {
            ("GET", f"{root}/offers"): self._offers,
            ("POST", f"{root}/purchase"): self._purchase,
            ("POST", f"{root}/redeem"): self._redeem,
            ("POST", f"{root}/cancel"): self._cancel,
            ("GET", f"{root}/orders-active"): self._active,
            ("GET", f"{root}/orders-history"): self._history,
        }

    def pass_by(self, now: int) -> None:
        """Do what has become due."""
        self._orders.pass_by(now)

    def _listed(self) -> list[Offer]:
        known = self._prices.currencies
        return [offer for offer in OFFERS if offer.ccy in known]

    # -- what can be bought

    def _offers(self, ask: Ask) -> list[Any]:
        wants = _Filter(self._form(ask))
        return [self._offer(offer, ask.user) for offer in self._listed() if wants.offer(offer)]

    def _offer(self, offer: Offer, user: User) -> dict[str, Any]:
        held = self._bank.funding(user).available(offer.ccy)
        return {
            "ccy": offer.ccy,
            "productId": offer.number,
            "protocol": offer.protocol,
            "protocolType": _PROTOCOL,
            "term": str(offer.term),
            "apy": exact_text(offer.rate(self._clock.now())),
            "earlyRedeem": offer.early,
            "investData": [
                {
                    "ccy": offer.ccy,
                    "bal": exact_text(held),
                    "minAmt": exact_text(offer.least),
                    "maxAmt": exact_text(offer.most),
                }
            ],
            "earningData": [{"ccy": offer.ccy, "earningType": _earning_type(offer)}],
            "state": "sold_out" if offer.sold_out else "purchasable",
            "redeemPeriod": [f"{offer.wait}H", f"{offer.wait}H"],
            "fastRedemptionDailyLimit": "",
        }

    def _purchase(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        number = form.needed("productId")
        offer = next((one for one in self._listed() if one.number == number), None)
        if offer is None:
            raise Refusal(400, "51000", "Parameter productId error")
        if offer.term and form.needed("term") != str(offer.term):
            raise Refusal(400, "51000", "Parameter term error")
        amount = self._amount(ask.fields.get("investData"), offer)
        return [_named(self._orders.buy(ask.user, offer, amount, named(form, "tag", TAG)))]

    def _amount(self, rows: Any, offer: Offer) -> Decimal:
        """Return how much is invested; each offer here takes one currency."""
        if not rows:
            raise Refusal(400, "50014", "Parameter investData can not be empty")
        if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
            raise Refusal(400, "51000", "Parameter investData error")
        row = Query(rows[0], self._markets)
        if row.needed("ccy") != offer.ccy:
            raise Refusal(400, "51000", "Parameter ccy error")
        return amount_of(row)

    # -- orders

    def _redeem(self, ask: Ask) -> list[Any]:
        order, form = self._chosen(ask)
        self._orders.redeem(order, form.choice("allowEarlyRedeem", ("true", "false"), "false") == "true")
        return [_named(order)]

    def _cancel(self, ask: Ask) -> list[Any]:
        order, _ = self._chosen(ask)
        self._orders.cancel(order)
        return [_named(order)]

    def _chosen(self, ask: Ask) -> tuple[Order, Query]:
        form = self._form(ask)
        number = form.needed("ordId")
        form.choice("protocolType", (_PROTOCOL,))
        return self._orders.find(ask.user, number), form

    def _active(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        state, wants = form.choice("state", _ACTIVE, ""), _Filter(form)
        found = (one for one in self._orders.of(ask.user) if one.state in _ACTIVE and wants.offer(one.offer))
        return [_active_row(order) for order in found if state in ("", order.state)]

    def _history(self, ask: Ask) -> list[Any]:
        form = self._form(ask)
        wants = _Filter(form)
        found = (one for one in self._orders.of(ask.user) if one.state == State.DONE and wants.offer(one.offer))
        return [_past_row(order) for order in form.page(found, lambda order: order.number)]


class _Filter:
    """What a query narrows a list down to."""

    def __init__(self, form: Query) -> None:
        form.choice("protocolType", (_PROTOCOL,), "")
        self._number, self._ccy = form.text("productId"), form.text("ccy")

    def offer(self, offer: Offer) -> bool:
        """Tell whether an offer, or an order of it, is wanted."""
        return self._number in ("", offer.number) and self._ccy in ("", offer.ccy)


def _earning_type(offer: Offer) -> str:
    """Return how earnings are told: those of a term are an estimate until its end."""
    return _ESTIMATED if offer.term else _CUMULATIVE


def _named(order: Order) -> dict[str, str]:
    return {"ordId": str(order.number), "tag": order.tag}


def _row(order: Order) -> dict[str, Any]:
    offer = order.offer
    return _named(order) | {
        "ccy": offer.ccy,
        "productId": offer.number,
        "state": order.state,
        "protocol": offer.protocol,
        "protocolType": _PROTOCOL,
        "term": str(offer.term),
        "apy": exact_text(order.rate),
        "investData": [{"ccy": offer.ccy, "amt": exact_text(order.amount)}],
        "purchasedTime": str(order.bought),
    }


def _active_row(order: Order) -> dict[str, Any]:
    offer = order.offer
    earned = {"ccy": offer.ccy, "earningType": _earning_type(offer), "earnings": exact_text(order.paid + order.owed)}
    return _row(order) | {
        "earningData": [earned],
        "fastRedemptionData": [{"ccy": offer.ccy, "redeemingAmt": "0"}],  # nothing is redeemed at once here
        "estSettlementTime": str(order.settles or ""),
        "cancelRedemptionDeadline": str(order.deadline or ""),
    }


def _past_row(order: Order) -> dict[str, Any]:
    offer = order.offer
    earned = {"ccy": offer.ccy, "earningType": _earning_type(offer), "realizedEarnings": exact_text(order.paid)}
    return _row(order) | {"earningData": [earned], "redeemedTime": str(order.ended)}
