"""Chapter Spread Trading: private endpoints."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import ClientId, Count, InstFamily, MsArg, Num, OrderTag, Side
from ..models.spread import SpreadAmendResult, SpreadOrder, SpreadOrderResult, SpreadTrade
from ..models.trade import Countdown, Done
from ..words import SpreadOrdType
from .spread_market import SpreadMarket

__all__ = ["Spread"]


class Spread(SpreadMarket, dialect="v5", chapter="spread"):
    """Own orders and trades of the spread order book."""

    @post("/api/v5/sprd/order", limit=Limit(20, 2, "user"))
    async def place_order(
        self,
        sprd_id: str,
        side: Side,
        ord_type: SpreadOrdType,
        sz: Num,
        px: Num,
        cl_ord_id: ClientId | None = None,
        tag: OrderTag | None = None,
    ) -> SpreadOrderResult:
        """Place one spread order; the answer means accepted by the gateway, not filled.

        Args:
            ord_type: ``market`` market order, ``limit`` limit order, ``post_only`` post-only order, ``ioc``
                immediate-or-cancel order.

        (Place order)
        """
        ...

    @post("/api/v5/sprd/cancel-order", limit=Limit(20, 2, "user"), one_of=(("ord_id", "cl_ord_id"),))
    async def cancel_order(self, ord_id: str | None = None, cl_ord_id: ClientId | None = None) -> SpreadOrderResult:
        """Cancel one spread order by ``ord_id`` or ``cl_ord_id``. (Cancel order)"""
        ...

    @post("/api/v5/sprd/mass-cancel", limit=Limit(10, 2, "user"))
    async def mass_cancel(self, sprd_id: str | None = None) -> Done:
        """Cancel every open order of one spread, or of all spreads. (Cancel All orders)"""
        ...

    @post("/api/v5/sprd/amend-order", limit=Limit(20, 2, "user"), one_of=(("ord_id", "cl_ord_id"),))
    async def amend_order(
        self,
        ord_id: str | None = None,
        cl_ord_id: ClientId | None = None,
        req_id: ClientId | None = None,
        new_sz: Num | None = None,
        new_px: Num | None = None,
    ) -> SpreadAmendResult:
        """Change price or size of one open spread order.

        The parameters are those of the socket's sprd-amend-order; the specification of the REST twin lists none.

        Args:
            req_id: Client id of this amend, up to 32; echoed.
            new_sz: New total size, filled and failed parts included.
            new_px: New price; may be negative.

        (Amend order)
        """
        ...

    @get("/api/v5/sprd/order", limit=Limit(20, 2, "user"), auth=True, one_of=(("ord_id", "cl_ord_id"),))
    async def order(self, ord_id: str | None = None, cl_ord_id: ClientId | None = None) -> SpreadOrder:
        """One spread order by ``ord_id`` or ``cl_ord_id``. (Get order details)"""
        ...

    @get("/api/v5/sprd/orders-pending", limit=Limit(10, 2, "user"), auth=True, pages=by_id("ord_id", cursor="end_id"))
    async def orders_pending(
        self,
        sprd_id: str | None = None,
        ord_type: SpreadOrdType | None = None,
        state: Literal["live", "partially_filled"] | str | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        limit: Count | None = None,
    ) -> list[SpreadOrder]:
        """Open spread orders, newest first.

        Args:
            ord_type: ``market`` market order, ``limit`` limit order, ``post_only`` post-only order, ``ioc``
                immediate-or-cancel order.
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.

        (Get active orders)
        """
        ...

    @get("/api/v5/sprd/orders-history", limit=Limit(20, 2, "user"), auth=True, pages=by_id("ord_id", cursor="end_id"))
    async def orders_history(
        self,
        sprd_id: str | None = None,
        ord_type: SpreadOrdType | None = None,
        state: Literal["canceled", "filled"] | str | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SpreadOrder]:
        """Finished spread orders of the last 21 days, newest first.

        Args:
            ord_type: ``market`` market order, ``limit`` limit order, ``post_only`` post-only order, ``ioc``
                immediate-or-cancel order.
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.

        (Get orders (last 21 days))
        """
        ...

    @get(
        "/api/v5/sprd/orders-history-archive",
        limit=Limit(20, 2, "user"),
        auth=True,
        pages=by_id("ord_id", cursor="end_id"),
    )
    async def orders_history_archive(
        self,
        sprd_id: str | None = None,
        ord_type: SpreadOrdType | None = None,
        state: Literal["canceled", "filled"] | str | None = None,
        inst_type: Literal["SPOT", "FUTURES", "SWAP"] | str | None = None,
        inst_family: InstFamily | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SpreadOrder]:
        """Finished spread orders of the last 3 months, newest first.

        Args:
            ord_type: ``market`` market order, ``limit`` limit order, ``post_only`` post-only order, ``ioc``
                immediate-or-cancel order.
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.

        (Get orders history (last 3 months))
        """
        ...

    @get("/api/v5/sprd/trades", limit=Limit(20, 2, "user"), auth=True, pages=by_id("trade_id", cursor="end_id"))
    async def trades(
        self,
        sprd_id: str | None = None,
        trade_id: str | None = None,
        ord_id: str | None = None,
        begin_id: str | None = None,
        end_id: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SpreadTrade]:
        """Own spread trades of the last 7 days, newest first.

        Args:
            begin_id: Page: only newer than this id, excluded.
            end_id: Page: only older than this id, excluded.

        (Get trades (last 7 days))
        """
        ...

    @post("/api/v5/sprd/cancel-all-after", limit=Limit(1, 1, "user"))
    async def cancel_all_after(self, time_out: Num) -> Countdown:
        """Cancel all open spread orders when this call is not repeated in time.

        Args:
            time_out: Countdown in seconds: 0 or 10-120.

        (Cancel All After)
        """
        ...
