"""Chapter Trading Account: balances, positions, bills, configuration."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id, by_time
from ...core.throttle import Limit
from ...core.words import Count, InstFamily, InstId, InstType, MsArg
from ..models.account import AccountBalance, AccountRisk, Position
from ..models.account_records import (
    AccountConfig,
    AccountInstrument,
    ArchiveFile,
    ArchiveRequest,
    Bill,
    BillType,
    ClosedPositionRecord,
)
from ..words import InstIds, MgnMode, Names

__all__ = ["AccountState"]


class AccountState(Section, dialect="v5", chapter="account"):
    """What the account holds and how it is set."""

    @get("/api/v5/account/instruments", limit=Limit(20, 2, "user+instrument-type"), auth=True)
    async def instruments(
        self,
        inst_type: InstType,
        series_id: str | None = None,
        inst_family: InstFamily | None = None,
        inst_id: InstId | None = None,
    ) -> list[AccountInstrument]:
        """Instruments this account may trade. OPTION needs ``inst_family``, EVENTS needs ``series_id``.

        Args:
            inst_type: ``SPOT``, ``MARGIN``, ``SWAP`` perpetual futures, ``FUTURES`` expiry futures, ``OPTION``,
                ``EVENTS`` event contracts.
            series_id: Needed when ``inst_type`` is EVENTS.
            inst_family: Needed when ``inst_type`` is OPTION (SWAP, FUTURES, OPTION).

        (Get instruments)
        """
        ...

    @get("/api/v5/account/balance", limit=Limit(10, 2, "user"), auth=True)
    async def balance(self, ccy: Names | None = None) -> AccountBalance:
        """Equity and margin of the trading account, with one row per currency that is not zero. (Get balance)"""
        ...

    @get("/api/v5/account/positions", limit=Limit(10, 2, "user"), auth=True)
    async def positions(
        self,
        inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS"] | str | None = None,
        inst_id: InstIds | None = None,
        pos_id: Names | None = None,
    ) -> list[Position]:
        """Open positions. (Get positions)"""
        ...

    @get("/api/v5/account/positions-history", limit=Limit(10, 2, "user"), auth=True, pages=by_time("u_time"))
    async def positions_history(
        self,
        inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS"] | str | None = None,
        inst_id: InstId | None = None,
        mgn_mode: MgnMode | None = None,
        type_: Literal["1", "2", "3", "4", "5", "6"] | str | None = None,
        pos_id: str | None = None,
        after: MsArg | None = None,
        before: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[ClosedPositionRecord]:
        """Positions of the last 3 months that were closed, newest first.

        Args:
            type_: ``1`` close position partially, ``2`` close all, ``3`` liquidation, ``4`` partial liquidation,
                ``5``, ``6`` ADL - position fully closed.

        (Get positions history)
        """
        ...

    @get("/api/v5/account/account-position-risk", limit=Limit(10, 2, "user"), auth=True)
    async def account_position_risk(
        self, inst_type: Literal["MARGIN", "SWAP", "FUTURES", "OPTION"] | str | None = None
    ) -> AccountRisk:
        """Balances and positions of one moment together. (Get account and position risk)"""
        ...

    @get(
        "/api/v5/account/bills",
        limit=Limit(5, 1, "user"),
        auth=True,
        pages=by_id("bill_id", then="bills_archive"),
    )
    async def bills(
        self,
        inst_type: InstType | None = None,
        inst_id: InstId | None = None,
        ccy: str | None = None,
        mgn_mode: MgnMode | None = None,
        ct_type: Literal["linear", "inverse"] | str | None = None,
        type_: str | None = None,
        sub_type: str | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Bill]:
        """Every change of the balance in the last 7 days, newest first.

        Args:
            ct_type: Linear or inverse (SWAP, FUTURES).

        (Get bills details (last 7 days))
        """
        ...

    @get("/api/v5/account/bills-archive", limit=Limit(5, 2, "user"), auth=True, pages=by_id("bill_id"))
    async def bills_archive(
        self,
        inst_type: InstType | None = None,
        inst_id: InstId | None = None,
        ccy: str | None = None,
        mgn_mode: MgnMode | None = None,
        ct_type: Literal["linear", "inverse"] | str | None = None,
        type_: str | None = None,
        sub_type: str | None = None,
        after: str | None = None,
        before: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        limit: Count | None = None,
    ) -> list[Bill]:
        """Every change of the balance in the last 3 months, newest first.

        Args:
            ct_type: Linear or inverse (SWAP, FUTURES).

        (Get bills details (last 3 months))
        """
        ...

    @post("/api/v5/account/bills-history-archive", limit=Limit(1, 10, "user"), permission="read")
    async def apply_bills_history_archive(self, year: str, quarter: str, type_: str | None = None) -> ArchiveRequest:
        """Ask for a file with the bills of one quarter, from 2021 on.

        Args:
            year: Year, 4 digits.
            quarter: Q1 to Q4.

        (Apply bills details (since 2021))
        """
        ...

    @get("/api/v5/account/bills-history-archive", limit=Limit(10, 2, "user"), auth=True)
    async def bills_history_archive(self, year: str, quarter: str, type_: str | None = None) -> ArchiveFile:
        """Link to a file that was asked for with `apply_bills_history_archive`.

        Args:
            year: Year, 4 digits.
            quarter: Q1 to Q4.

        (Get bills details (since 2021))
        """
        ...

    @get("/api/v5/account/subtypes", limit=Limit(20, 2, "user"), auth=True)
    async def subtypes(self, type_: str | None = None) -> list[BillType]:
        """What the types and subtypes of bills mean. (Get bill types)"""
        ...

    @get("/api/v5/account/config", limit=Limit(5, 2, "user"), auth=True)
    async def config(self) -> AccountConfig:
        """Account mode, position mode, fee level, key permissions and other settings. (Get account configuration)"""
        ...
