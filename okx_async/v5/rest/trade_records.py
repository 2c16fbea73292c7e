"""Chapter Trade: what became of orders."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import ClientId, Count, InstFamily, InstId, InstType, MsArg
from ..models.trade import AccountRateLimit, Fill, Order
from ..words import OrdType

__all__ = ["TradeRecords"]


class TradeRecords(Section, dialect="v5", chapter="trade"):
    """Orders and fills that are there already."""

    @get(
        "/api/v5/trade/order",
        limit=Limit(60, 2, "user+instrument", options="user+instrument-family", subaccount=True),
        auth=True,
        one_of=(("ord_id", "cl_ord_id"),),
    )
    async def order(self, inst_id: InstId, ord_id: str | None = None, cl_ord_id: ClientId | None = None) -> Order:
        """One order by ``ord_id`` or ``cl_ord_id``; the latest one when a client id was used again.

        Args:
            ord_id: Order id; wins when ``cl_ord_id`` is sent too.

        (Order details)
        """
        ...

    @get("/api/v5/trade/orders-pending", limit=Limit(60, 2, "user"), auth=True, pages=by_id("ord_id"))
    async def orders_pending(
        self,
        inst_type: InstType | None = None,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
        ord_type: OrdType | None = None,
        state: Literal["live", "partially_filled"] | str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[Order]:
        """Open orders, newest first. (Order List)"""
        ...

    @get("/api/v5/trade/orders-history", limit=Limit(40, 2, "user"), auth=True, pages=by_id("ord_id"))
    async def orders_history(
        self,
        inst_type: InstType,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
        ord_type: OrdType | None = None,
        state: Literal["canceled", "filled", "mmp_canceled"] | str | None = None,
        category: Literal["twap", "adl", "full_liquidation", "partial_liquidation", "delivery", "ddh"]
        | str
        | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Order]:
        """Finished orders of the last 7 days, newest first; cancelled ones without a fill stay for 2 hours only.

        Args:
            state: ``canceled``, ``filled``, ``mmp_canceled`` cancelled by MMP.
            category: ``twap``, ``adl``, ``full_liquidation``, ``partial_liquidation``, ``delivery``, ``ddh`` delta
                dynamic hedge.

        (Order history (last 7 days))
        """
        ...

    @get("/api/v5/trade/orders-history-archive", limit=Limit(20, 2, "user"), auth=True, pages=by_id("ord_id"))
    async def orders_history_archive(
        self,
        inst_type: InstType,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
        ord_type: OrdType | None = None,
        state: Literal["canceled", "filled", "mmp_canceled"] | str | None = None,
        category: Literal["twap", "adl", "full_liquidation", "partial_liquidation", "delivery", "ddh"]
        | str
        | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Order]:
        """Finished orders of the last 3 months, newest first; without those cancelled before any fill.

        Args:
            state: ``canceled``, ``filled``, ``mmp_canceled`` cancelled by MMP.
            category: ``twap``, ``adl``, ``full_liquidation``, ``partial_liquidation``, ``delivery``, ``ddh`` delta
                dynamic hedge.

        (Order history (last 3 months))
        """
        ...

    @get("/api/v5/trade/fills", limit=Limit(60, 2, "user"), auth=True, pages=by_id("bill_id"))
    async def fills(
        self,
        inst_type: InstType | None = None,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
        ord_id: str | None = None,
        sub_type: str | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Fill]:
        """Own fills of the last 3 days, newest first. (Transaction details (last 3 days))"""
        ...

    @get("/api/v5/trade/fills-history", limit=Limit(10, 2, "user"), auth=True, pages=by_id("bill_id"))
    async def fills_history(
        self,
        inst_type: InstType,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
        ord_id: str | None = None,
        sub_type: str | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Fill]:
        """Own fills of the last 3 months, newest first. (Transaction details (last 3 months))"""
        ...

    @get("/api/v5/trade/account-rate-limit", limit=Limit(1, 1, "user"), auth=True)
    async def account_rate_limit(self) -> AccountRateLimit:
        """How many orders the sub-account may place and amend in 2 s, now and in the next period.

        (Account rate limit)
        """
        ...

    @get(
        "/api/v5/trade/fills-archive",
        limit=Limit(10, 2, None),
        auth=True,
        deprecated="withdrawn on 2024-09-19, use trade.fills_history",
    )
    async def fills_archive(self) -> list[LooseRow]:
        """A file of old fills.

        Deprecated: withdrawn on 2024-09-19; use `fills_history`. What the rows hold is not known.

        (Get fills archive)
        """
        ...

    @post(
        "/api/v5/trade/fills-archive",
        limit=Limit(1, 17280, None),
        deprecated="withdrawn on 2024-09-19, use trade.fills_history",
    )
    async def apply_fills_archive(self) -> list[LooseRow]:
        """Ask for a file of old fills.

        Deprecated: withdrawn on 2024-09-19; use `fills_history`. What the rows hold is not known.

        (Apply fills archive)
        """
        ...
