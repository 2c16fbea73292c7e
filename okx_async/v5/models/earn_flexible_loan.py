"""Rows of the chapter Flexible loan."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from ...core.row import V5Part, V5Row
from ...core.words import Ms, Num

__all__ = [
    "BorrowCurrency",
    "CollateralArg",
    "CollateralAsset",
    "CollateralAssets",
    "CollateralRoom",
    "EModePair",
    "LoanAction",
    "LoanAmount",
    "LoanArg",
    "LoanInfo",
    "LoanInterest",
    "LoanRecord",
    "LoanRepaid",
    "LoanRisk",
    "MaxLoan",
]


class BorrowCurrency(V5Row, frozen=True, gc=False, kw_only=True):
    """A currency that can be borrowed."""

    borrow_ccy: str | None = None
    """Currency to borrow."""


class CollateralAsset(V5Row, frozen=True, gc=False, kw_only=True):
    """One such currency."""

    ccy: str | None = None
    amt: Decimal | None = None
    notional_usd: Decimal | None = None


class CollateralAssets(V5Row, frozen=True, gc=False, kw_only=True):
    """What can be used as collateral."""

    assets: list[CollateralAsset] | None = None


class MaxLoan(V5Row, frozen=True, gc=False, kw_only=True):
    """How much can be borrowed."""

    borrow_ccy: str | None = None
    """Currency to borrow."""
    max_loan: Decimal | None = None
    """Largest loan."""
    notional_usd: Decimal | None = None
    remaining_quota: Decimal | None = None
    """Quota left."""


class CollateralRoom(V5Row, frozen=True, gc=False, kw_only=True):
    """How much collateral can leave."""

    ccy: str | None = None
    max_redeem_amt: Decimal | None = None
    """Most collateral that can leave."""


class LoanAction(V5Row, frozen=True, gc=False, kw_only=True):
    """The loan something was done to."""

    ord_id: str | None = None
    e_mode: str | None = None
    """E-mode flag, 1 on."""
    cl_ord_id: str | None = None


class LoanRepaid(V5Row, frozen=True, gc=False, kw_only=True):
    """A repayment."""

    ord_id: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    cl_ord_id: str | None = None


class EModePair(V5Row, frozen=True, gc=False, kw_only=True):
    """A pair with an e-mode."""

    collateral_ccy: str | None = None
    """Collateral currency."""
    borrow_ccy: str | None = None
    """Currency to borrow."""


class LoanAmount(V5Row, frozen=True, gc=False, kw_only=True):
    """An amount of a currency."""

    ccy: str | None = None
    amt: Decimal | None = None


class LoanRisk(V5Row, frozen=True, gc=False, kw_only=True):
    """Where a liquidation is expected."""

    inst_id: str | None = None
    liq_px: Decimal | None = None
    """Estimated liquidation price."""


class LoanInfo(V5Row, frozen=True, gc=False, kw_only=True):
    """A loan."""

    ord_id: str | None = None
    loan_notional_usd: Decimal | None = None
    """Loan value, USD."""
    loan_data: list[LoanAmount] | None = None
    collateral_notional_usd: Decimal | None = None
    """Adjusted collateral value, USD."""
    collateral_data: list[LoanAmount] | None = None
    risk_warning_data: LoanRisk | None = None
    """Risk warnings."""
    cur_ltv: Decimal | None = msgspec.field(default=None, name="curLTV")
    """Loan to value now."""
    margin_call_ltv: Decimal | None = msgspec.field(default=None, name="marginCallLTV")
    """Loan to value that calls margin."""
    liq_ltv: Decimal | None = msgspec.field(default=None, name="liqLTV")
    """Liquidation loan to value."""


class LoanRecord(V5Row, frozen=True, gc=False, kw_only=True):
    """Something that happened to a loan."""

    ref_id: str | None = None
    """Reference id."""
    type_: str | None = None
    ccy: str | None = None
    amt: Decimal | None = None
    ts: Ms | None = None


class LoanInterest(V5Row, frozen=True, gc=False, kw_only=True):
    """Interest of a loan."""

    ref_id: str | None = None
    """Reference id."""
    ccy: str | None = None
    loan: Decimal | None = None
    interest: Decimal | None = None
    """Accrued interest."""
    interest_rate: Decimal | None = None
    """Hourly borrow rate."""
    ts: Ms | None = None


class CollateralArg(V5Part, frozen=True, kw_only=True):
    """A currency and how much of it is collateral."""

    ccy: str
    amt: Num


class LoanArg(V5Part, frozen=True, kw_only=True):
    """A currency and how much of it is borrowed."""

    ccy: str
    amt: Num
