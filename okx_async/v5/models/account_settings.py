"""Rows of the chapter Trading Account: settings."""

from __future__ import annotations

from decimal import Decimal

from ...core.row import V5Row
from ...core.words import InstId, Ms, Sz

__all__ = [
    "AccountLevel",
    "AccountLevelPrecheck",
    "AccountLevelPreset",
    "Activation",
    "AutoEarn",
    "AutoLoan",
    "AutoRepay",
    "CollateralAsset",
    "CollateralChange",
    "DeltaNeutralObstacle",
    "DeltaNeutralPrecheck",
    "DemoBalance",
    "DemoBalances",
    "FeeType",
    "GreeksType",
    "IsolatedMode",
    "Leverage",
    "LeveragedPosition",
    "MarginFigures",
    "MarginFiguresRow",
    "Obstacle",
    "PositionMode",
    "RiskOffsetAmount",
    "SettleCurrency",
    "TierObstacle",
    "TradingConfig",
]


class PositionMode(V5Row, frozen=True, gc=False, kw_only=True):
    """The position mode in force."""

    pos_mode: str | None = None


class Leverage(V5Row, frozen=True, gc=False, kw_only=True):
    """Leverage of an instrument, a currency or a position side."""

    lever: Decimal | None = None
    mgn_mode: str | None = None
    """``cross``, ``isolated``."""
    inst_id: InstId | None = None
    pos_side: str | None = None
    """``long``, ``short``, ``net``."""
    ccy: str | None = None


class FeeType(V5Row, frozen=True, gc=False, kw_only=True):
    """The currency spot fees are taken in."""

    fee_type: str | None = None
    """Currency the spot fee is taken in; ``0`` fee in the coin received, ``1`` fee in quote currency."""


class GreeksType(V5Row, frozen=True, gc=False, kw_only=True):
    """How greeks are shown."""

    greeks_type: str | None = None
    """Greeks display: PA coins, BS dollars."""


class IsolatedMode(V5Row, frozen=True, gc=False, kw_only=True):
    """How margin gets into isolated positions."""

    iso_mode: str | None = None
    """Isolated margin setting; ``automatic`` auto transfers."""


class AutoRepay(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether debts are repaid automatically."""

    auto_repay: bool | None = None
    """Repay automatically in spot mode."""


class RiskOffsetAmount(V5Row, frozen=True, gc=False, kw_only=True):
    """How much spot may offset risk."""

    ccy: str | None = None
    cl_spot_in_use_amt: Decimal | None = None
    """Spot amount the user lets hedge, portfolio margin."""


class Activation(V5Row, frozen=True, gc=False, kw_only=True):
    """When it was switched on."""

    ts: Ms | None = None
    """Time of the data."""


class AutoLoan(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether borrowing is automatic."""

    auto_loan: bool | None = None
    """Borrow automatically."""


class AccountLevelPreset(V5Row, frozen=True, gc=False, kw_only=True):
    """An account mode that is prepared."""

    cur_acct_lv: str | None = None
    """Account mode now."""
    acct_lv: str | None = None
    lever: Decimal | None = None
    risk_offset_type: str | None = None
    """Deprecated: offset kind."""


class Obstacle(V5Row, frozen=True, gc=False, kw_only=True):
    """One thing that stands against the change."""

    type: str | None = None
    total_asset: Decimal | None = None
    """Total assets."""
    pos_list: list[str] | None = None
    """Blocking position ids."""


class LeveragedPosition(V5Row, frozen=True, gc=False, kw_only=True):
    """A position with the leverage it will get."""

    pos_id: str | None = None
    lever: Decimal | None = None


class TierObstacle(V5Row, frozen=True, gc=False, kw_only=True):
    """A position too large for its tier."""

    inst_family: str | None = None
    inst_type: str | None = None
    """``SWAP``, ``FUTURES``, ``OPTION``."""
    pos: Decimal | None = None
    """Size; negative is short in net mode."""
    lever: Decimal | None = None
    max_sz: Sz | None = None
    """Largest position size."""


class MarginFiguresRow(V5Row, frozen=True, gc=False, kw_only=True):
    """Equity and margin ratio of one currency."""

    ccy: str | None = None
    avail_eq: Decimal | None = None
    mgn_ratio: Decimal | None = None


class MarginFigures(V5Row, frozen=True, gc=False, kw_only=True):
    """Equity and margin ratio of the account."""

    acct_avail_eq: Decimal | None = None
    """Account-wide available equity, USD."""
    mgn_ratio: Decimal | None = None
    details: list[MarginFiguresRow] | None = None


class AccountLevelPrecheck(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether the account mode can be changed, and what stands against it."""

    s_code: str | None = None
    """Item result code, 0 is success; ``0`` pass all checks, ``1`` unmatched information, ``3`` leverage not set,
    ``4`` tier or margin check failed."""
    cur_acct_lv: str | None = None
    """Account mode now; ``1`` spot mode, ``2`` futures mode, ``3`` multi-currency margin code, ``4`` portfolio
    margin mode."""
    acct_lv: str | None = None
    """``1`` spot mode, ``2`` futures mode, ``3`` multi-currency margin code, ``4`` portfolio margin mode."""
    risk_offset_type: str | None = None
    """Deprecated: offset kind; ``1`` Spot-derivatives (USDT) risk offset, ``2`` spot-derivatives (crypto) risk
    offset, ``3`` derivatives only mode, ``4`` Spot-derivatives (USDC) risk offset."""
    unmatched_info_check: list[Obstacle] | None = None
    """What blocks the change."""
    pos_list: list[LeveragedPosition] | None = None
    """Blocking position ids."""
    pos_tier_check: list[TierObstacle] | None = None
    """Positions failing the tier check."""
    mgn_bf: MarginFigures | None = None
    """Margin figures before the switch."""
    mgn_aft: MarginFigures | None = None
    """Margin figures after the switch."""


class AccountLevel(V5Row, frozen=True, gc=False, kw_only=True):
    """The account mode in force."""

    acct_lv: str | None = None


class CollateralChange(V5Row, frozen=True, gc=False, kw_only=True):
    """Which currencies count as collateral from now on."""

    type: str | None = None
    """``all``, ``custom``."""
    collateral_enabled: bool | None = None
    """Counts as collateral."""
    ccy_list: list[str] | None = None


class CollateralAsset(V5Row, frozen=True, gc=False, kw_only=True):
    """Whether one currency counts as collateral."""

    ccy: str | None = None
    collateral_enabled: bool | None = None
    """Counts as collateral."""


class AutoEarn(V5Row, frozen=True, gc=False, kw_only=True):
    """Automatic earning of one currency."""

    earn_type: str | None = None
    """Auto-earn kind; ``0`` auto lend or stake, ``1`` USDG earn."""
    ccy: str | None = None
    action: str | None = None
    """``turn_on``, ``turn_off``, ``amend``."""
    apr: Decimal | None = None
    """Deprecated: minimum lending APR."""


class SettleCurrency(V5Row, frozen=True, gc=False, kw_only=True):
    """The currency USD-margined contracts are settled in."""

    settle_ccy: str | None = None


class TradingConfig(V5Row, frozen=True, gc=False, kw_only=True):
    """The trading strategy in force."""

    type: str | None = None
    stgy_type: str | None = None
    """0 general, 1 delta neutral."""


class DeltaNeutralObstacle(V5Row, frozen=True, gc=False, kw_only=True):
    """One thing that stands against it."""

    type: str | None = None
    delta_lever: Decimal | None = None
    """Delta leverage of the neutral account."""
    ord_list: list[str] | None = None
    """Blocking order ids."""
    pos_list: list[str] | None = None
    """Blocking position ids."""


class DeltaNeutralPrecheck(V5Row, frozen=True, gc=False, kw_only=True):
    """What stands against the delta neutral strategy."""

    unmatched_info_check: list[DeltaNeutralObstacle] | None = None
    """What blocks the change."""


class DemoBalance(V5Row, frozen=True, gc=False, kw_only=True):
    """One changed balance."""

    ccy: str | None = None
    amt: Decimal | None = None
    bal: Decimal | None = None


class DemoBalances(V5Row, frozen=True, gc=False, kw_only=True):
    """Changed balances of a demo account."""

    remain_cnt: Decimal | None = None
    """Increases left today."""
    total_cnt: Decimal | None = None
    """Increases per day."""
    details: list[DemoBalance] | None = None
