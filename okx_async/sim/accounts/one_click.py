"""V5 REST of paying off a debt with other currencies in one go, by orders on their pairs. (One-click repay, New)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from ..query_v5 import Query, Refusal
from ..text import exact_text
from .asks import Ask, Handlers
from .credit import Credit
from .desk import Desk
from .fees import rate_of
from .margin import Margins
from .orders import Order, Ticket
from .people import Mode, User
from .worth import ZERO, terms_of

__all__ = ["OneClick"]

_MODES = (Mode.SPOT, Mode.MULTI_CURRENCY)


@dataclass(frozen=True, slots=True)
class _Repayment:
    user: User
    debt_ccy: str
    repay_ccys: tuple[str, ...]
    repaid: Decimal
    orders: tuple[Order, ...]
    ts: int


class OneClick:
    """The handlers of one-click repay in the modes that borrow here; the older ones of futures mode are not simulated.

    Each currency that shall repay is sold for the debt's on the pair of both, in the order they were named and until
    that is enough, by an order that takes what there is at the best price. A currency without such a pair, or with too
    little for an order, is left out.

    Args:
        clock: Market time.
        markets: By instrument id; may change at any time.
        credit: What is owed.
        margins: What may be spent.
        desk: Where orders go.
    """

    def __init__(
        self, clock: Clock, markets: Mapping[str, Market], credit: Credit, margins: Margins, desk: Desk
    ) -> None:
        self._clock = clock
        self._markets = markets
        self._credit = credit
        self._margins = margins
        self._desk = desk
        self._made: list[_Repayment] = []

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {
            ("GET", "/api/v5/trade/one-click-repay-currency-list-v2"): self._currencies,
            ("POST", "/api/v5/trade/one-click-repay-v2"): self._repay,
            ("GET", "/api/v5/trade/one-click-repay-history-v2"): self._history,
        }

    def _currencies(self, ask: Ask) -> list[Any]:
        user = self._user(ask)
        debts = self._credit.debts.of(user)
        idle = {ccy: self._margins.idle(user, ccy) for ccy in self._margins.purse(user).cash if ccy not in debts}
        return [
            {
                "debtData": [{"debtCcy": ccy, "debtAmt": exact_text(debt.owed)} for ccy, debt in debts.items()],
                "repayData": [{"repayCcy": ccy, "repayAmt": exact_text(amt)} for ccy, amt in idle.items() if amt > 0],
            }
        ]

    def _repay(self, ask: Ask) -> list[Any]:
        user, debt_ccy = self._user(ask), Query(ask.fields, self._markets).needed("debtCcy")
        named = ask.fields.get("repayCcyList")
        if not isinstance(named, list) or not named or not all(isinstance(ccy, str) for ccy in named):
            raise Refusal(400, "51000", "Parameter repayCcyList error")
        before = self._owed(user, debt_ccy)
        if not before:
            raise Refusal(200, "59413", f"No {debt_ccy} was borrowed")
        orders = [order for ccy in named if (order := self._sell(user, ccy, debt_ccy)) is not None]
        self._credit.debts.repay(user, debt_ccy, self._margins.idle(user, debt_ccy), "manual_repay")
        repaid, now = before - self._owed(user, debt_ccy), self._clock.now()
        self._made.append(_Repayment(user, debt_ccy, tuple(named), repaid, tuple(orders), now))
        return [{"debtCcy": debt_ccy, "repayCcyList": named, "ts": str(now)}]

    def _sell(self, user: User, ccy: str, debt_ccy: str) -> Order | None:
        """Sell as much of a currency as a debt in another still lacks; ``None`` when no order could be placed."""
        lack = self._owed(user, debt_ccy) - self._margins.idle(user, debt_ccy)
        have = self._margins.idle(user, ccy)
        market = self._markets.get(f"{debt_ccy}-{ccy}") or self._markets.get(f"{ccy}-{debt_ccy}")
        if market is None:
            return None
        terms, buy = terms_of(market.instrument), market.instrument.base == debt_ccy
        lack /= 1 - max(ZERO, rate_of(Kind.SPOT, user.vip, False))
        best = market.book.asks.best if buy else market.book.bids.best
        if best is None:
            return None
        price = terms.price(best)
        most = have / terms.value(price, 1) if buy else have / terms.lot
        wanted = lack / terms.lot if buy else lack / terms.value(price, 1)
        lots = int(min(most, wanted.to_integral_value(ROUND_CEILING)))
        if lots < market.instrument.min_lots:
            return None
        mode = "cash" if user.mode is Mode.SPOT else "cross"
        size = market.instrument.size_text(lots)
        try:
            # At the best price alone: no more is spent than is there.
            return self._desk.place(user, Ticket(market, buy, "ioc", mode, "", size, lots, price=best))
        except Refusal:
            return None

    def _history(self, ask: Ask) -> list[Any]:
        user = self._user(ask)
        made = (one for one in reversed(self._made) if one.user is user)
        return [
            {
                "debtCcy": one.debt_ccy,
                "repayCcyList": list(one.repay_ccys),
                "fillDebtSz": exact_text(one.repaid),
                "status": "filled" if one.repaid else "failed",
                "ordIdInfo": [_row(order) for order in one.orders],
                "ts": str(one.ts),
            }
            for one in Query(ask.fields, self._markets).page(made, lambda one: one.ts)
        ]

    def _user(self, ask: Ask) -> User:
        if ask.user.mode not in _MODES:
            raise Refusal(200, "51010", "You can't complete this request under your current account mode.")
        return ask.user

    def _owed(self, user: User, ccy: str) -> Decimal:
        return sum(self._credit.owed(user, ccy), ZERO)


def _row(order: Order) -> dict[str, str]:
    """Write one of the orders that a repayment has made."""
    instrument, last = order.market.instrument, order.fills[-1] if order.fills else None
    return {
        "ordId": str(order.ord_id),
        "instId": instrument.inst_id,
        "ordType": "ioc",
        "side": "buy" if order.ticket.buy else "sell",
        "px": "" if order.price is None else instrument.price_text(order.price),
        "sz": order.size,
        "fillPx": "" if last is None else instrument.price_text(last.price),
        "fillSz": "" if last is None else instrument.size_text(last.lots),
        "state": order.state.value,
        "cTime": str(order.created),
    }
