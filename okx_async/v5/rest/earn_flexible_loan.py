"""Chapter Flexible loan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import ClientId, Count, Num
from ..models.earn_flexible_loan import (
    BorrowCurrency,
    CollateralArg,
    CollateralAssets,
    CollateralRoom,
    EModePair,
    LoanAction,
    LoanArg,
    LoanInfo,
    LoanInterest,
    LoanRecord,
    LoanRepaid,
    MaxLoan,
)

__all__ = ["EarnFlexibleLoan"]


class EarnFlexibleLoan(Section, dialect="v5", chapter="earn_flexible_loan"):
    """Flexible loans against collateral."""

    @get("/api/v5/finance/flexible-loan/borrow-currencies", limit=Limit(5, 2, "user"), auth=True)
    async def borrow_currencies(self) -> list[BorrowCurrency]:
        """What can be borrowed. (Borrowable currencies)"""
        ...

    @get("/api/v5/finance/flexible-loan/collateral-assets", limit=Limit(5, 2, "user"), auth=True)
    async def collateral_assets(self, ccy: str | None = None, ord_id: str | None = None) -> CollateralAssets:
        """What can be used as collateral. (Collateral assets)"""
        ...

    @post("/api/v5/finance/flexible-loan/max-loan", limit=Limit(5, 2, "user"), permission="read")
    async def compute_max_loan(
        self, borrow_ccy: str, ord_id: str | None = None, sup_collateral: Sequence[CollateralArg] | None = None
    ) -> MaxLoan:
        """How much can be borrowed with what is held and, maybe, more collateral.

        Needs the read right only. (Maximum loan amount)
        """
        ...

    @get("/api/v5/finance/flexible-loan/max-collateral-redeem-amount", limit=Limit(5, 2, "user"), auth=True)
    async def max_collateral_redeem_amount(self, ccy: str, ord_id: str | None = None) -> CollateralRoom:
        """How much collateral of a currency can leave. (Maximum collateral redeem amount)"""
        ...

    @post("/api/v5/finance/flexible-loan/adjust-collateral", limit=Limit(5, 2, "user"))
    async def adjust_collateral(
        self, type_: Literal["add", "reduce"], collateral_ccy: str, collateral_amt: Num, ord_id: str | None = None
    ) -> None:
        """Add collateral or take some back. Success is all that is answered. (Adjust collateral)"""
        ...

    @post("/api/v5/finance/flexible-loan/borrow", limit=Limit(2, 2, "user"))
    async def borrow(
        self,
        loan_data: LoanArg,
        cl_ord_id: ClientId,
        ord_id: str | None = None,
        collateral_data: Sequence[CollateralArg] | None = None,
        e_mode: Literal["0", "1"] | str | None = None,
    ) -> LoanAction:
        """Borrow against collateral. ``e_mode`` 1 is on. (Borrow)"""
        ...

    @post("/api/v5/finance/flexible-loan/repay", limit=Limit(2, 2, "user"))
    async def repay(self, ord_id: str, ccy: str, amt: Num, cl_ord_id: ClientId) -> LoanRepaid:
        """Repay a loan. (Repay)"""
        ...

    @get("/api/v5/finance/flexible-loan/emode-info", limit=Limit(5, 2, "ip"), auth=True)
    async def emode_info(self) -> list[EModePair]:
        """Which pairs have an e-mode. (E-Mode info)"""
        ...

    @get("/api/v5/finance/flexible-loan/loan-info", limit=Limit(5, 2, "user"), auth=True)
    async def loan_info(self, ord_id: str | None = None) -> list[LoanInfo]:
        """Loans, their collateral and how near a margin call is. (Loan info)"""
        ...

    @get("/api/v5/finance/flexible-loan/loan-history", limit=Limit(5, 2, "user"), auth=True, pages=by_id("ref_id"))
    async def loan_history(
        self,
        type_: Literal[
            "borrowed",
            "repaid",
            "collateral_locked",
            "collateral_released",
            "forced_repayment_buy",
            "forced_repayment_sell",
            "forced_liquidation",
            "partial_liquidation",
            "sell_collateral",
            "buy_transition_coin",
            "sell_transition_coin",
            "buy_borrowed_coin",
        ]
        | str
        | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
        ord_id: str | None = None,
    ) -> list[LoanRecord]:
        """What happened to loans, newest first, by ``ref_id``. (Loan history)"""
        ...

    @get("/api/v5/finance/flexible-loan/interest-accrued", limit=Limit(5, 2, "user"), auth=True, pages=by_id("ref_id"))
    async def interest_accrued(
        self,
        ccy: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
        ord_id: str | None = None,
    ) -> list[LoanInterest]:
        """Interest of loans, newest first, by ``ref_id``. (Accrued interest)"""
        ...
