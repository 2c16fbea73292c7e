"""Chapter Trading Account: leverage, fees, interest and limits."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_time
from ...core.throttle import Limit
from ...core.words import Count, InstFamily, InstId, InstType, MsArg, Num
from ..models.account_margin import (
    InterestAccrued,
    InterestLimits,
    InterestRate,
    LeverageEstimate,
    MarginChange,
    MaxAvailSize,
    MaxLoan,
    MaxSize,
    MaxWithdrawal,
    SpotBorrowRepay,
    SpotBorrowRepayRecord,
    TradeFee,
)
from ..models.account_settings import Leverage
from ..words import InstIds, MgnMode, Names, Outcome, PosSide, TdMode

__all__ = ["AccountMargin"]


class AccountMargin(Section, dialect="v5", chapter="account"):
    """Leverage, margin, fees, borrowing."""

    @get("/api/v5/account/max-size", limit=Limit(20, 2, "user"), auth=True)
    async def max_size(
        self,
        inst_id: InstIds,
        td_mode: TdMode,
        ccy: str | None = None,
        px: Num | None = None,
        leverage: Num | None = None,
        trade_quote_ccy: str | None = None,
        outcome: Outcome | None = None,
    ) -> list[MaxSize]:
        """The largest order the account could place now, per instrument.

        Args:
            td_mode: ``cross``, ``isolated``, ``cash``, ``spot_isolated`` spot lead trading.
            trade_quote_ccy: Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT).
            outcome: Event market side.

        (Get maximum order quantity)
        """
        ...

    @get("/api/v5/account/max-avail-size", limit=Limit(20, 2, "user"), auth=True)
    async def max_avail_size(
        self,
        inst_id: InstIds,
        td_mode: TdMode,
        ccy: str | None = None,
        reduce_only: bool | None = None,
        px: Num | None = None,
        trade_quote_ccy: str | None = None,
    ) -> list[MaxAvailSize]:
        """The balance or equity that is free for orders, per instrument.

        Args:
            td_mode: ``cross``, ``isolated``, ``cash``, ``spot_isolated`` spot lead trading.
            reduce_only: May only shrink a position (MARGIN).
            trade_quote_ccy: Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT).

        (Get maximum available balance/equity)
        """
        ...

    @post("/api/v5/account/position/margin-balance", limit=Limit(20, 2, "user"))
    async def adjust_margin(
        self,
        inst_id: InstId,
        pos_side: PosSide,
        type_: Literal["add", "reduce"] | str,
        amt: Num,
        ccy: str | None = None,
    ) -> MarginChange:
        """Add margin to an isolated position or take it away.

        Args:
            type_: ``add`` add margin, ``reduce`` reduce margin.

        (Increase/decrease margin)
        """
        ...

    @get("/api/v5/account/leverage-info", limit=Limit(20, 2, "user"), auth=True)
    async def leverage_info(
        self, mgn_mode: MgnMode, inst_id: InstIds | None = None, ccy: Names | None = None
    ) -> list[Leverage]:
        """Leverage in force. (Get leverage)"""
        ...

    @get("/api/v5/account/adjust-leverage-info", limit=Limit(5, 2, "user"), auth=True)
    async def adjust_leverage_info(
        self,
        inst_type: Literal["MARGIN", "SWAP", "FUTURES"] | str,
        mgn_mode: MgnMode,
        lever: Num,
        inst_id: InstId | None = None,
        ccy: str | None = None,
        pos_side: PosSide | None = None,
    ) -> LeverageEstimate:
        """What another leverage would mean.

        Args:
            pos_side: ``net`` the default value, ``long``, ``short``.

        (Get leverage estimated info)
        """
        ...

    @get("/api/v5/account/max-loan", limit=Limit(20, 2, "user"), auth=True)
    async def max_loan(
        self,
        mgn_mode: MgnMode,
        inst_id: InstIds | None = None,
        ccy: Names | None = None,
        mgn_ccy: str | None = None,
        trade_quote_ccy: str | None = None,
    ) -> list[MaxLoan]:
        """The most that can be borrowed for margin trading.

        Args:
            trade_quote_ccy: Quote currency to trade in; must be in ``trade_quote_ccy_list`` (SPOT).

        (Get the maximum loan of instrument)
        """
        ...

    @get("/api/v5/account/trade-fee", limit=Limit(5, 2, "user"), auth=True)
    async def trade_fee(
        self,
        inst_type: InstType,
        inst_id: InstId | None = None,
        inst_family: InstFamily | None = None,
        group_id: str | None = None,
    ) -> list[TradeFee]:
        """The account's fee rates; a negative rate is charged.

        Args:
            group_id: Fee group id, read with ``inst_type``.

        (Get fee rates)
        """
        ...

    @get("/api/v5/account/interest-accrued", limit=Limit(5, 2, "user"), auth=True, pages=by_time("ts"))
    async def interest_accrued(
        self,
        type_: Literal["2"] | str | None = None,
        ccy: str | None = None,
        inst_id: InstId | None = None,
        mgn_mode: MgnMode | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[InterestAccrued]:
        """Interest of the past year, newest first.

        Args:
            type_: ``2`` market loans.

        (Get interest accrued data)
        """
        ...

    @get("/api/v5/account/interest-rate", limit=Limit(5, 2, "user"), auth=True)
    async def interest_rate(self, ccy: str | None = None) -> list[InterestRate]:
        """Hourly borrowing rates in force. (Get interest rate)"""
        ...

    @get("/api/v5/account/max-withdrawal", limit=Limit(20, 2, "user"), auth=True)
    async def max_withdrawal(self, ccy: Names | None = None) -> list[MaxWithdrawal]:
        """How much may leave the trading account, per currency. (Get maximum withdrawals)"""
        ...

    @get("/api/v5/account/interest-limits", limit=Limit(5, 2, "user"), auth=True)
    async def interest_limits(
        self, type_: Literal["2"] | str | None = None, ccy: str | None = None
    ) -> list[InterestLimits]:
        """Borrowing rates, quotas and what is borrowed.

        Args:
            type_: ``2`` market loans.

        (Get borrow interest and limit)
        """
        ...

    @post("/api/v5/account/spot-manual-borrow-repay", limit=Limit(1, 3, "master-user"))
    async def spot_manual_borrow_repay(
        self, ccy: str, side: Literal["borrow", "repay"] | str, amt: Num
    ) -> list[SpotBorrowRepay]:
        """Borrow or repay by hand in spot mode. (Manual borrow / repay)"""
        ...

    @get("/api/v5/account/spot-borrow-repay-history", limit=Limit(5, 2, "user"), auth=True, pages=by_time("ts"))
    async def spot_borrow_repay_history(
        self,
        ccy: str | None = None,
        type_: Literal["auto_borrow", "auto_repay", "manual_borrow", "manual_repay"] | str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[SpotBorrowRepayRecord]:
        """Borrowing and repaying in spot mode, newest first. (Get borrow/repay history)"""
        ...
