"""Chapter Trading Account: withdrawn and undocumented endpoints."""

from __future__ import annotations

from ...core.endpoint import Section, get, post
from ...core.row import LooseRow
from ...core.throttle import Limit
from ...core.words import InstId
from ..words import PosSide

__all__ = ["AccountOld"]


class AccountOld(Section, dialect="v5", chapter="account"):
    """What the exchange withdrew, or never documented."""

    @get(
        "/api/v5/account/borrow-repay-history",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def borrow_repay_history(self) -> list[LooseRow]:
        """Borrowing and repaying of VIP loans.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get borrow repay history)
        """
        ...

    @get(
        "/api/v5/account/fixed-loan/borrowing-limit",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_borrowing_limit(self) -> list[LooseRow]:
        """The most that can be borrowed at a fixed rate.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Get fixed loan borrowing limit)
        """
        ...

    @get(
        "/api/v5/account/fixed-loan/borrowing-orders-list",
        limit=Limit(4, 2, None),
        auth=True,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_borrowing_orders(
        self,
        ord_id: str | None = None,
        ccy: str | None = None,
        state: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: str | None = None,
        term: str | None = None,
    ) -> list[LooseRow]:
        """Fixed loans.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Get fixed loan borrowing orders list)
        """
        ...

    @get(
        "/api/v5/account/fixed-loan/borrowing-quote",
        limit=Limit(4, 2, None),
        auth=True,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def fixed_loan_borrowing_quote(
        self,
        type_: str,
        ccy: str | None = None,
        amt: str | None = None,
        max_rate: str | None = None,
        term: str | None = None,
        ord_id: str | None = None,
    ) -> list[LooseRow]:
        """The rate of a fixed loan.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Get fixed loan borrowing quote)
        """
        ...

    @get(
        "/api/v5/account/quick-margin-borrow-repay-history",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="withdrawn on 2024-03-06, and no successor is named",
    )
    async def quick_margin_borrow_repay_history(
        self,
        inst_id: InstId | None = None,
        ccy: str | None = None,
        side: str | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: str | None = None,
        end: str | None = None,
        limit: str | None = None,
    ) -> list[LooseRow]:
        """Borrowing and repaying in quick margin mode.

        Deprecated: withdrawn on 2024-03-06 with quick margin; no successor is named. What the rows hold is not known.

        (Get quick margin borrow repay history)
        """
        ...

    @get(
        "/api/v5/account/set-auto-repay",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def auto_repay(self) -> list[LooseRow]:
        """The setting of automatic repaying.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get set auto repay)
        """
        ...

    @get(
        "/api/v5/account/spot-manual-borrow-repay",
        limit=Limit(1, 3, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def spot_manual_borrow_repay_state(self) -> list[LooseRow]:
        """Borrowing and repaying by hand in spot mode.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get spot manual borrow repay)
        """
        ...

    @get(
        "/api/v5/account/vip-interest-accrued",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def vip_interest_accrued(
        self,
        ccy: str | None = None,
        ord_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: str | None = None,
    ) -> list[LooseRow]:
        """Interest of VIP loans.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get vip interest accrued)
        """
        ...

    @get(
        "/api/v5/account/vip-interest-deducted",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def vip_interest_deducted(
        self,
        ccy: str | None = None,
        ord_id: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: str | None = None,
    ) -> list[LooseRow]:
        """Interest taken for VIP loans.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get vip interest deducted)
        """
        ...

    @get(
        "/api/v5/account/vip-loan-order-detail",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def vip_loan_order_detail(
        self,
        ord_id: str,
        ccy: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: str | None = None,
    ) -> list[LooseRow]:
        """One VIP loan.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get vip loan order detail)
        """
        ...

    @get(
        "/api/v5/account/vip-loan-order-list",
        limit=Limit(5, 2, None),
        auth=True,
        deprecated="not in the documents, and no successor is named",
    )
    async def vip_loan_orders(
        self,
        ord_id: str | None = None,
        state: str | None = None,
        ccy: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: str | None = None,
    ) -> list[LooseRow]:
        """VIP loans.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Get vip loan order list)
        """
        ...

    @post(
        "/api/v5/account/borrow-repay",
        limit=Limit(12, 2, None),
        deprecated="not in the documents, and no successor is named",
    )
    async def borrow_repay(self, ccy: str, side: str, amt: str, ord_id: str | None = None) -> list[LooseRow]:
        """Borrow or repay a VIP loan.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Vip borrow repay)
        """
        ...

    @post(
        "/api/v5/account/fixed-loan/amend-borrowing-order",
        limit=Limit(4, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def amend_fixed_loan(
        self, ord_id: str, reborrow: str | None = None, renew_max_rate: str | None = None
    ) -> list[LooseRow]:
        """Change a fixed loan.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Post fixed loan amend borrowing order)
        """
        ...

    @post(
        "/api/v5/account/fixed-loan/borrowing-order",
        limit=Limit(4, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def place_fixed_loan(
        self,
        ccy: str,
        amt: str,
        max_rate: str,
        term: str,
        reborrow: str | None = None,
        reborrow_rate: str | None = None,
    ) -> list[LooseRow]:
        """Take a fixed loan.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Post fixed loan borrowing order)
        """
        ...

    @post(
        "/api/v5/account/fixed-loan/convert-to-market-loan",
        limit=None,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def convert_fixed_loan(self, ord_id: str) -> list[LooseRow]:
        """Turn a fixed loan into a loan at the market rate.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        No rate limit is documented.

        (Post fixed loan convert to market loan)
        """
        ...

    @post(
        "/api/v5/account/fixed-loan/manual-reborrow",
        limit=Limit(4, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def reborrow_fixed_loan(self, ord_id: str, max_rate: str) -> list[LooseRow]:
        """Renew a fixed loan by hand.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Post fixed loan manual reborrow)
        """
        ...

    @post(
        "/api/v5/account/fixed-loan/reduce-liabilities",
        limit=None,
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def reduce_fixed_loan_liabilities(self, ord_id: str, pending_repay: str) -> list[LooseRow]:
        """Mark a fixed loan for repaying.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        No rate limit is documented.

        (Post fixed loan reduce liabilities)
        """
        ...

    @post(
        "/api/v5/account/fixed-loan/repay-borrowing-order",
        limit=Limit(4, 2, None),
        deprecated="withdrawn on 2025-03-03, and no successor is named",
    )
    async def repay_fixed_loan(self, ord_id: str) -> list[LooseRow]:
        """Repay a fixed loan.

        Deprecated: withdrawn on 2025-03-03; no successor is named. What the rows hold is not known.

        (Post fixed loan repay borrowing order)
        """
        ...

    @post(
        "/api/v5/account/quick-margin-borrow-repay",
        limit=Limit(5, 2, None),
        deprecated="withdrawn on 2024-03-06, and no successor is named",
    )
    async def quick_margin_borrow_repay(
        self, inst_id: InstId, ccy: str, side: str, amt: str, pos_side: PosSide | None = None
    ) -> list[LooseRow]:
        """Borrow or repay in quick margin mode.

        Deprecated: withdrawn on 2024-03-06 with quick margin; no successor is named. What the rows hold is not known.

        (Quick margin borrow repay)
        """
        ...

    @post(
        "/api/v5/account/set-riskOffset-type",
        limit=Limit(10, 2, None),
        deprecated="withdrawn on 2025-01-17, use account.set_risk_offset_amt",
    )
    async def set_risk_offset_type(self, type_: str) -> list[LooseRow]:
        """Choose the kind of risk offset.

        Deprecated: withdrawn on 2025-01-17; use `set_risk_offset_amt`. What the rows hold is not known.

        (Set risk offset type)
        """
        ...

    @post(
        "/api/v5/account/simulated_margin",
        limit=Limit(2, 2, None),
        deprecated="not in the documents, and no successor is named",
    )
    async def simulated_margin(self) -> list[LooseRow]:
        """Margin of assumed positions.

        Deprecated: client libraries know it, the documents do not; no successor is named. What the rows hold is not
        known.

        (Simulated margin)
        """
        ...
