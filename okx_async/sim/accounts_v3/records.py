"""What users ask about their orders and fills, in V3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..accounts.bills import Bill, Bills
from ..accounts.ledger import Room
from ..accounts.orders import Fill, Order, Orders, State
from ..accounts.people import User
from ..accounts.settle import Settlement
from ..clock import Clock
from ..instruments import Kind
from ..market import Market
from ..text import exact_text, iso_ms
from .asks import Answer, AskV3, HandlersV3, HandlerV3, page
from .refusals import not_found
from .rows import contract_fill, order_row
from .trading import find_order, of_product
from .words import STATES, state_of

__all__ = ["RecordsV3"]

Json = dict[str, Any]

_DAY_MS = 86_400_000
_DAYS = {"spot": 90, "margin": 90, "futures": 90, "swap": 7}
_FILL_DAYS = {"spot": 90, "futures": 7, "swap": 7}
_UNFILLED_MS = 2 * 3_600_000
"""How long an order that was cancelled without a fill is kept. (V3 "orders")"""


class RecordsV3:
    """The handlers that only read orders and fills.

    Args:
        clock: Market time.
        orders: Everybody's orders.
        bills: Every movement, which the fills of spot are told by.
        settlement: Knows which trade a movement belongs to.
        seen: Tells whether an order has got to the records already.
    """

    def __init__(
        self, clock: Clock, orders: Orders, bills: Bills, settlement: Settlement, seen: Callable[[Order], bool]
    ) -> None:
        self._clock = clock
        self._orders = orders
        self._bills = bills
        self._settlement = settlement
        self._seen = seen

    def handlers(self) -> HandlersV3:
        """Return who answers what."""
        found: dict[tuple[str, str], HandlerV3] = {}
        for product in ("spot", "margin"):
            api = f"/api/{product}/v3"
            found |= {
                ("GET", f"{api}/orders"): lambda ask: self._list(ask, STATES[ask.query.choice("state", STATES)]),
                ("GET", f"{api}/orders_pending"): lambda ask: self._list(ask, STATES["6"]),
                ("GET", f"{api}/orders/{{order_id}}"): self._one,
                ("GET", f"{api}/fills"): self._pair_fills,
            }
        for product in ("futures", "swap"):
            api = f"/api/{product}/v3"
            found |= {
                ("GET", f"{api}/orders/{{instrument_id}}"): self._contract_list,
                ("GET", f"{api}/orders/{{instrument_id}}/{{order_id}}"): self._one,
                ("GET", f"{api}/fills"): self._contract_fills,
            }
        return found

    def _one(self, ask: AskV3) -> Json:
        order = find_order(self._orders, ask.user, ask.query, ask.query.path["order_id"])
        if order is None or not self._seen(order):
            raise not_found(ask.product)
        if not self._kept(order, ask.product):
            raise not_found(ask.product, purged=True)
        return order_row(order)

    def _list(self, ask: AskV3, states: tuple[str, ...]) -> Answer:
        return page([order_row(order) for order in self._found(ask, states)], "order_id")

    def _contract_list(self, ask: AskV3) -> Answer:
        rows = [order_row(order) for order in self._found(ask, STATES[ask.query.choice("state", STATES)])]
        body: Json = {"order_info": rows}
        return page(rows, "order_id", body if ask.product == "swap" else {"result": True} | body)

    def _found(self, ask: AskV3, states: tuple[str, ...]) -> list[Order]:
        market = ask.query.market()
        found = (
            order
            for order in self._orders.history(ask.user.uid)
            if order.market is market and of_product(order, ask.product)
            if state_of(order) in states and self._seen(order) and self._kept(order, ask.product)
        )
        return ask.query.page(found, lambda order: order.ord_id)

    def _kept(self, order: Order, product: str) -> bool:
        now = self._clock.now()
        if order.state is State.CANCELED and not order.filled:
            return now - order.updated < _UNFILLED_MS
        return order.open or now - order.created < _DAYS[product] * _DAY_MS

    # -- fills

    def _pair_fills(self, ask: AskV3) -> Answer:
        """Write each fill in two rows, one for each currency that moved, under the numbers of the ledger."""
        market = ask.query.market()
        pair = market.instrument.inst_id if ask.product == "margin" else ""
        found = (
            (bill, order, fill)
            for bill, order, fill in self._traded(ask.user, pair)
            if order.market is market and ask.query.text("order_id") in ("", str(order.ord_id))
        )
        since = self._clock.now() - _FILL_DAYS["spot"] * _DAY_MS
        chosen = ask.query.page((each for each in found if each[2].ts >= since), lambda each: each[0].bill_id)
        return page([_leg(*each) for each in chosen], "ledger_id")

    def _traded(self, user: User, pair: str) -> Iterator[tuple[Bill, Order, Fill]]:
        """Yield what spot trades moved, or those of a pair's margin account, without the fees."""
        for bill in self._bills.newest_first(user.uid, Room.MARGIN if pair else Room.TRADING, pair):
            cause = self._settlement.causes.get(bill.entry.number)
            if cause is not None and bill.other[1] is not Room.FEES and cause[0].market.instrument.kind is Kind.SPOT:
                yield bill, *cause

    def _contract_fills(self, ask: AskV3) -> Answer:
        market: Market = ask.query.market()
        since = self._clock.now() - _FILL_DAYS[ask.product] * _DAY_MS
        found = (
            (order, fill)
            for order, fill in self._orders.fills(ask.user.uid)
            if order.market is market and fill.ts >= since and ask.query.text("order_id") in ("", str(order.ord_id))
        )
        chosen = ask.query.page(found, lambda each: each[1].trade_id)
        return page([contract_fill(*each) for each in chosen], "trade_id")


def _leg(bill: Bill, order: Order, fill: Fill) -> Json:
    """Write one side of a spot fill; the fee stands in the row of the currency that it is paid in."""
    instrument, moment, ccy = order.market.instrument, iso_ms(fill.ts), bill.entry.ccy
    role = "M" if fill.maker else "T"
    return {
        "ledger_id": str(bill.bill_id),
        "trade_id": str(fill.trade_id),
        "instrument_id": instrument.inst_id,
        "product_id": instrument.inst_id,
        "order_id": str(order.ord_id),
        "price": instrument.price_text(fill.price),
        "size": exact_text(abs(bill.change)),
        "currency": ccy,
        "side": "buy" if bill.change > 0 else "sell",
        "fee": exact_text(fill.fee) if ccy == fill.fee_ccy else "0",
        "exec_type": role,
        "liquidity": role,
        "timestamp": moment,
        "created_at": moment,
    }
