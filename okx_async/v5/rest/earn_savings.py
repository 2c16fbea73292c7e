"""Chapter Simple earn."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_time
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import Count, MsArg, Num
from ..models.earn_savings import (
    Lending,
    LendingRate,
    LendingRateHistory,
    LendingRateSummary,
    SavingsAction,
    SavingsBalance,
)

__all__ = ["EarnSavings"]


class EarnSavings(Section, dialect="v5", chapter="earn_savings"):
    """Simple earn: flexible savings, and the fixed and flash kinds that clients know of."""

    @get("/api/v5/finance/savings/balance", limit=Limit(6, 1, "user"), auth=True)
    async def balance(self, ccy: str | None = None) -> list[SavingsBalance]:
        """What is in flexible savings, by currency. (Saving balance)"""
        ...

    @post("/api/v5/finance/savings/purchase-redempt", limit=Limit(6, 1, "user"))
    async def purchase_redempt(
        self, ccy: str, amt: Num, side: Literal["purchase", "redempt"], rate: Num | None = None
    ) -> SavingsAction:
        """Put funds into flexible savings or take them out; ``rate`` is the lending rate.

        (Savings purchase/redemption)
        """
        ...

    @post("/api/v5/finance/savings/set-lending-rate", limit=Limit(6, 1, "user"))
    async def set_lending_rate(self, ccy: str, rate: Num) -> LendingRate:
        """Set the rate at which savings are lent. (Set lending rate)"""
        ...

    @get("/api/v5/finance/savings/lending-history", limit=Limit(6, 1, "user"), auth=True, pages=by_time("ts"))
    async def lending_history(
        self,
        ccy: str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Lending]:
        """What was lent, newest first, by time. (Lending history)"""
        ...

    @get("/api/v5/finance/savings/lending-rate-summary", limit=Limit(6, 1, "ip"))
    async def lending_rate_summary(self, ccy: str | None = None) -> list[LendingRateSummary]:
        """Borrow rates of the market. No key is needed. (Public borrow info)"""
        ...

    @get("/api/v5/finance/savings/lending-rate-history", limit=Limit(6, 1, "ip"), pages=by_time("ts"))
    async def lending_rate_history(
        self,
        ccy: str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[LendingRateHistory]:
        """Past borrow and lending rates of the market, newest first, by time.

        No key is needed. Demo answers 50038. (Public borrow history)
        """
        ...

    @get("/api/v5/finance/simple-earn-fixed/offers", limit=None, auth=True)
    async def fixed_offers(self, ccy: str | None = None) -> list[LooseRow]:
        """Offers of fixed simple earn. Unverified; answer and rate limit are not documented. (Get fixed offers)"""
        ...

    @get("/api/v5/finance/simple-earn-fixed/order-list", limit=None, auth=True)
    async def fixed_orders(self, ccy: str | None = None, state: str | None = None) -> list[LooseRow]:
        """Orders of fixed simple earn. Unverified; answer and rate limit are not documented. (Get fixed orders)"""
        ...

    @post("/api/v5/finance/simple-earn-fixed/purchase", limit=None)
    async def purchase_fixed(self, ccy: str, amt: Num, term: str) -> list[LooseRow]:
        """Buy fixed simple earn.

        Unverified and not in demo; answer and rate limit are not documented. (Purchase fixed)
        """
        ...

    @post("/api/v5/finance/simple-earn-fixed/redeem", limit=None)
    async def redeem_fixed(self, req_id: str) -> list[LooseRow]:
        """Take a pending order of fixed simple earn back.

        Unverified; answer and rate limit are not documented. (Redeem fixed)
        """
        ...

    @get("/api/v5/finance/flash-earn/projects", limit=None, auth=True)
    async def flash_earn_projects(self) -> list[LooseRow]:
        """Projects of flash earn.

        Unverified; answer and rate limit are not documented. (Get flash earn projects)
        """
        ...

    @get(
        "/api/v5/finance/fixed-loan/lending-apy-history",
        limit=Limit(6, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_lending_apy_history(self, ccy: str, term: str) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; the answer is not documented, and the limit is a client library's. (Get fixed loan
        lending apy history)
        """
        ...

    @get(
        "/api/v5/finance/fixed-loan/lending-offers",
        limit=Limit(6, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_lending_offers(self, ccy: str | None = None, term: str | None = None) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; the answer is not documented, and the limit is a client library's. (Get fixed loan
        lending offers)
        """
        ...

    @get(
        "/api/v5/finance/fixed-loan/lending-orders-list",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_lending_orders_list(
        self,
        ord_id: str | None = None,
        ccy: str | None = None,
        term: str | None = None,
        state: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; answer and rate limit are not documented. (Get fixed loan lending orders list)
        """
        ...

    @get(
        "/api/v5/finance/fixed-loan/lending-sub-orders",
        limit=None,
        auth=True,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_lending_sub_orders(
        self,
        ord_id: str,
        state: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; answer and rate limit are not documented. (Get fixed loan lending sub orders)
        """
        ...

    @get(
        "/api/v5/finance/fixed-loan/pending-lending-volume",
        limit=Limit(6, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_pending_lending_volume(self, ccy: str, term: str) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; the answer is not documented, and the limit is a client library's. (Get fixed loan
        pending lending volume)
        """
        ...

    @post(
        "/api/v5/finance/fixed-loan/amend-lending-order",
        limit=None,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_amend_lending_order(
        self, ccy: str, amt: str, term: str, rate: str | None = None, auto_renewal: str | None = None
    ) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; answer and rate limit are not documented. (Post fixed loan amend lending order)
        """
        ...

    @post(
        "/api/v5/finance/fixed-loan/lending-order",
        limit=None,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_lending_order(
        self, ccy: str, amt: str, term: str, rate: str | None = None, auto_renewal: str | None = None
    ) -> list[LooseRow]:
        """Deprecated: no successor is named.

        Withdrawn on 2025-03-03; answer and rate limit are not documented. (Post fixed loan lending order)
        """
        ...
