"""Chapter Margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, Count, InstrumentId, Num, Side, Word
from .. import checks, unpack
from ..models.balances import Availability, LedgerEntry, Loan, MarginAccount, MarginLeverage
from ..models.orders import CancelOrders, LoanOrder, NewMarginOrder, OrderResult, SpotFill, SpotOrder
from ..models.public import MarkPrice
from ..words import (
    ClientOid,
    Currency,
    Fields,
    LedgerType,
    MarginTrading,
    NewerThan,
    OlderThan,
    OrderId,
    OrderState,
    SpotOrderType,
    SpotOrderTypeName,
)

__all__ = ["Margin"]

LoanStatus = Annotated[Literal["0", "1"], Word("0 outstanding (default), 1 repaid.")]


class Margin(Section, dialect="v3", chapter="margin"):
    """Spot trading with borrowed money. Market data is that of spot."""

    @get("/api/margin/v3/accounts", limit=Limit(20, 2, "user"), auth=True, unpack=unpack.by_currency)
    async def accounts(self) -> list[MarginAccount]:
        """The margin account of every pair. (Margin accounts)"""
        ...

    @get(
        "/api/margin/v3/accounts/{instrument_id}",
        limit=Limit(20, 2, "user"),
        auth=True,
        unpack=unpack.by_currency,
    )
    async def account(self, instrument_id: InstrumentId) -> MarginAccount:
        """The margin account of one pair. (Margin account of one pair)"""
        ...

    @get(
        "/api/margin/v3/accounts/{instrument_id}/ledger",
        limit=Limit(10, 2, "user"),
        auth=True,
        pages=by_id("ledger_id"),
    )
    async def ledger(
        self,
        instrument_id: InstrumentId,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
        type_: LedgerType | None = None,
    ) -> list[LedgerEntry]:
        """Changes of 3 months, newest first, at most 100; cursors are ``ledger_id``. (Ledger)"""
        ...

    @get(
        "/api/margin/v3/accounts/availability",
        limit=Limit(20, 2, "user"),
        auth=True,
        unpack=unpack.by_currency,
    )
    async def availabilities(self) -> list[Availability]:
        """What can be borrowed for every pair. (Margin settings)"""
        ...

    @get(
        "/api/margin/v3/accounts/{instrument_id}/availability",
        limit=Limit(20, 2, "user"),
        auth=True,
        unpack=unpack.one_by_currency,
    )
    async def availability(self, instrument_id: InstrumentId) -> Availability:
        """What can be borrowed for one pair. (Margin settings of one pair)"""
        ...

    @get("/api/margin/v3/accounts/borrowed", limit=Limit(20, 2, "user"), auth=True, pages=by_id("borrow_id"))
    async def borrow_history(
        self,
        status: LoanStatus | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[Loan]:
        """Loans, newest first, at most 100; cursors are ``borrow_id``. (Loans)"""
        ...

    @get(
        "/api/margin/v3/accounts/{instrument_id}/borrowed",
        limit=Limit(20, 2, "user"),
        auth=True,
        pages=by_id("borrow_id"),
    )
    async def borrow_history_instrument(
        self,
        instrument_id: InstrumentId,
        status: LoanStatus | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[Loan]:
        """Loans of one pair, newest first, at most 100; cursors are ``borrow_id``. (Loans of one pair)"""
        ...

    @post("/api/margin/v3/accounts/borrow", limit=Limit(100, 2, "user"))
    async def borrow(
        self, instrument_id: InstrumentId, currency: Currency, amount: Num, client_oid: ClientOid | None = None
    ) -> LoanOrder:
        """Borrow one of a pair's currencies. (Borrow)"""
        ...

    @post("/api/margin/v3/accounts/repayment", limit=Limit(100, 2, "user"))
    async def repay(
        self,
        instrument_id: InstrumentId,
        currency: Currency,
        amount: Num,
        borrow_id: Annotated[str, Word("One loan; the pair's whole debt in that currency when left out.")]
        | None = None,
        client_oid: ClientOid | None = None,
    ) -> LoanOrder:
        """Repay a loan. (Repay)"""
        ...

    @post("/api/margin/v3/orders", limit=Limit(100, 2, "user+instrument"), check=checks.spot_order)
    async def place_order(
        self,
        instrument_id: InstrumentId,
        side: Side,
        margin_trading: MarginTrading,
        type_: SpotOrderTypeName | None = None,
        price: Num | None = None,
        size: Num | None = None,
        notional: Num | None = None,
        order_type: SpotOrderType | None = None,
        client_oid: ClientOid | None = None,
    ) -> OrderResult:
        """Place a margin order; the rest is as in spot. (Place an order)"""
        ...

    @post(
        "/api/margin/v3/batch_orders",
        limit=Limit(50, 2, "user"),
        batch=True,
        check=checks.spot_orders,
        unpack=unpack.by_instrument,
    )
    async def place_batch_orders(
        self, orders: Annotated[Sequence[NewMarginOrder | Fields], WHOLE_BODY]
    ) -> list[OrderResult]:
        """Place up to 10 orders for each of up to 4 pairs; one row per order, in the order of the
        request. Some may have failed while the others stand: look at each row's ``ok``. (Place orders in batch)"""
        ...

    @post("/api/margin/v3/cancel_orders/{order_id}", limit=Limit(100, 2, "user+instrument"))
    async def cancel_order(self, order_id: OrderId, instrument_id: InstrumentId) -> OrderResult:
        """Cancel an order by its id or your own. Accepted is not yet cancelled: the order query or channel confirms.

        (Cancel an order)
        """
        ...

    @post(
        "/api/margin/v3/cancel_batch_orders",
        limit=Limit(50, 2, "user"),
        batch=True,
        check=checks.spot_cancels,
        unpack=unpack.by_instrument,
    )
    async def cancel_batch_orders(
        self, orders: Annotated[Sequence[CancelOrders | Fields], WHOLE_BODY]
    ) -> list[OrderResult]:
        """Cancel up to 10 orders of each of up to 4 pairs, by ids or by your own; one row per order with its own
        outcome. (Cancel orders in batch)"""
        ...

    @get("/api/margin/v3/orders", limit=Limit(10, 2, "user"), auth=True, pages=by_id("order_id"))
    async def orders(
        self,
        instrument_id: InstrumentId,
        state: OrderState,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotOrder]:
        """Orders of 3 months in one state, newest first, at most 100; cursors are ``order_id``. (Order list)"""
        ...

    @get("/api/margin/v3/orders/{order_id}", limit=Limit(20, 2, "user"), auth=True)
    async def order(self, order_id: OrderId, instrument_id: InstrumentId) -> SpotOrder:
        """One order of the last 3 months, by its id or your own; cancelled ones without fills live 2 hours. (Order)"""
        ...

    @get("/api/margin/v3/orders_pending", limit=Limit(20, 2, "user"), auth=True, pages=by_id("order_id"))
    async def orders_pending(
        self,
        instrument_id: InstrumentId,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotOrder]:
        """Open and partly filled orders, newest first, at most 100; cursors are ``order_id``. (Open orders)"""
        ...

    @get("/api/margin/v3/fills", limit=Limit(10, 2, "user"), auth=True, pages=by_id("ledger_id"))
    async def fills(
        self,
        instrument_id: InstrumentId,
        order_id: OrderId | None = None,
        after: OlderThan | None = None,
        before: NewerThan | None = None,
        limit: Count | None = None,
    ) -> list[SpotFill]:
        """Fills of 3 months, newest first, at most 100 rows, two per fill; cursors are ``ledger_id``. (Fills)"""
        ...

    @get("/api/margin/v3/accounts/{instrument_id}/leverage", limit=Limit(5, 2, "user"), auth=True)
    async def leverage(self, instrument_id: InstrumentId) -> MarginLeverage:
        """The leverage of one pair. (Leverage)"""
        ...

    @post("/api/margin/v3/accounts/{instrument_id}/leverage", limit=Limit(5, 2, "user"))
    async def set_leverage(
        self, instrument_id: InstrumentId, leverage: Annotated[Num, Word("2 to 10.")]
    ) -> MarginLeverage:
        """Set the leverage of one pair. (Set leverage)"""
        ...

    @get("/api/margin/v3/instruments/{instrument_id}/mark_price", limit=Limit(20, 2, "ip"))
    async def mark_price(self, instrument_id: InstrumentId) -> MarkPrice:
        """The mark price of one pair; no key is needed. (Mark price)"""
        ...
