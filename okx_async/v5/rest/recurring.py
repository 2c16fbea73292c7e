"""Chapter Recurring buy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.rules import every, when
from ...core.throttle import Limit
from ...core.words import WHOLE_BODY, ClientId, Count, Num, OrderTag
from ..models.recurring import (
    PriceRangeArg,
    RecurringAction,
    RecurringCoinArg,
    RecurringOrder,
    RecurringStopArg,
    RecurringSubOrder,
)

__all__ = ["Recurring"]


class Recurring(Section, dialect="v5", chapter="recurring"):
    """Recurring buys."""

    @post("/api/v5/tradingBot/recurring/order-algo", limit=Limit(20, 2, "user"))
    async def place_order_algo(
        self,
        stgy_name: str,
        recurring_list: Sequence[RecurringCoinArg],
        period: Literal["monthly", "weekly", "daily", "hourly"],
        recurring_time: Num,
        time_zone: str,
        amt: Num,
        investment_ccy: str,
        td_mode: Literal["cross", "cash"],
        recurring_day: str | None = None,
        recurring_hour: Literal["1", "4", "8", "12"] | None = None,
        algo_cl_ord_id: ClientId | None = None,
        tag: OrderTag | None = None,
        trade_quote_ccy: str | None = None,
        source: Sequence[Literal["1", "2", "3"]] | None = None,
        recurring_time_type: Literal["1", "2"] | None = None,
    ) -> RecurringAction:
        """Start a recurring buy.

        ``recurring_hour`` goes with ``hourly``, ``recurring_day`` with ``weekly`` (1-7) and ``monthly`` (1-28).
        (Place recurring buy order)
        """
        ...

    @post("/api/v5/tradingBot/recurring/amend-order-algo", limit=Limit(20, 2, "user"))
    async def amend_order_algo(self, algo_id: str, stgy_name: str) -> RecurringAction:
        """Rename a recurring buy. (Amend recurring buy order)"""
        ...

    @post("/api/v5/tradingBot/recurring/stop-order-algo", limit=Limit(20, 2, "user"), batch=True, most=10)
    async def stop_order_algo(self, orders: Annotated[Sequence[RecurringStopArg], WHOLE_BODY]) -> list[RecurringAction]:
        """Stop up to 10 recurring buys; one row each. (Stop recurring buy order)"""
        ...

    @get(
        "/api/v5/tradingBot/recurring/orders-algo-pending",
        limit=Limit(20, 2, "user"),
        auth=True,
        pages=by_id("algo_id"),
    )
    async def orders_algo_pending(
        self,
        algo_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[RecurringOrder]:
        """Recurring buys that run, newest first, by ``algo_id``. (Recurring buy order list)"""
        ...

    @get(
        "/api/v5/tradingBot/recurring/orders-algo-history",
        limit=Limit(20, 2, "user"),
        auth=True,
        pages=by_id("algo_id"),
    )
    async def orders_algo_history(
        self,
        algo_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[RecurringOrder]:
        """Recurring buys that have stopped, newest first, by ``algo_id``. (Recurring buy order history)"""
        ...

    @get("/api/v5/tradingBot/recurring/orders-algo-details", limit=Limit(20, 2, "user"), auth=True)
    async def orders_algo_details(self, algo_id: str) -> RecurringOrder:
        """One recurring buy with everything that is known of it. (Recurring buy order details)"""
        ...

    @get("/api/v5/tradingBot/recurring/sub-orders", limit=Limit(20, 2, "user"), auth=True, pages=by_id("algo_id"))
    async def sub_orders(
        self,
        algo_id: str,
        ord_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[RecurringSubOrder]:
        """Orders of a recurring buy, newest first. (Recurring buy sub orders)"""
        ...

    @post(
        "/api/v5/tradingBot/recurring/amend-recurring-time",
        limit=Limit(20, 2, "user"),
        check=every(
            when("period", "hourly", "recurring_hour"),
            when("recurring_time_type", "1", "recurring_day", "recurring_time"),
        ),
    )
    async def amend_recurring_time(
        self,
        algo_id: str,
        recurring_time_type: Literal["1", "2"],
        time_zone: str,
        period: Literal["monthly", "weekly", "daily", "hourly"],
        recurring_hour: Literal["1", "4", "8", "12"] | None = None,
        recurring_day: str | None = None,
        recurring_time: Num | None = None,
    ) -> RecurringAction:
        """Change when a recurring buy buys.

        ``recurring_hour`` is a must for ``hourly``; ``recurring_day`` and ``recurring_time`` are for
        ``recurring_time_type`` 1. (Amend recurring buy time)
        """
        ...

    @post("/api/v5/tradingBot/recurring/amend-recurring-amount", limit=Limit(20, 2, "user"))
    async def amend_recurring_amount(self, algo_id: str, amount: Num) -> RecurringAction:
        """Change how much a recurring buy invests each time. (Amend recurring buy amount)"""
        ...

    @post("/api/v5/tradingBot/recurring/add-investment", limit=Limit(20, 2, "user"))
    async def add_investment(self, algo_id: str, amount: Num) -> RecurringAction:
        """Invest once more, now. (Add investment)"""
        ...

    @post("/api/v5/tradingBot/recurring/pause", limit=Limit(20, 2, "user"))
    async def pause(self, algo_id: str) -> RecurringAction:
        """Pause a recurring buy. (Pause recurring buy)"""
        ...

    @post("/api/v5/tradingBot/recurring/restart", limit=Limit(20, 2, "user"))
    async def restart(self, algo_id: str) -> RecurringAction:
        """Go on with a paused recurring buy. (Restart recurring buy)"""
        ...

    @post("/api/v5/tradingBot/recurring/amend-price-range", limit=Limit(20, 2, "user"))
    async def amend_price_range(self, algo_id: str, recurring_list: Sequence[PriceRangeArg]) -> RecurringAction:
        """Change the price range a recurring buy keeps to, by coin. (Amend price range)"""
        ...
