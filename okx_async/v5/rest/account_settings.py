"""Chapter Trading Account: settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.throttle import Limit
from ...core.words import InstId, Num
from ..models.account_settings import (
    AccountLevel,
    AccountLevelPrecheck,
    AccountLevelPreset,
    Activation,
    AutoEarn,
    AutoLoan,
    AutoRepay,
    CollateralAsset,
    CollateralChange,
    DeltaNeutralPrecheck,
    DemoBalances,
    FeeType,
    GreeksType,
    IsolatedMode,
    Leverage,
    PositionMode,
    RiskOffsetAmount,
    SettleCurrency,
    TradingConfig,
)
from ..params import DemoAdjustment
from ..words import Fields, MgnMode

__all__ = ["AccountSettings"]


class AccountSettings(Section, dialect="v5", chapter="account"):
    """Settings of the account."""

    @post("/api/v5/account/set-position-mode", limit=Limit(5, 2, "user"))
    async def set_position_mode(self, pos_mode: Literal["long_short_mode", "net_mode"] | str) -> PositionMode:
        """Choose between net and long/short positions.

        Args:
            pos_mode: ``long_short_mode`` long/short mode, ``net_mode`` net mode (SWAP, FUTURES).

        (Set position mode)
        """
        ...

    @post("/api/v5/account/set-leverage", limit=Limit(20, 2, "user"))
    async def set_leverage(
        self,
        lever: Num,
        mgn_mode: MgnMode,
        inst_id: InstId | None = None,
        ccy: str | None = None,
        pos_side: Literal["long", "short"] | str | None = None,
    ) -> list[Leverage]:
        """Set the leverage of an instrument, a currency or a position side.

        Args:
            pos_side: ``long`` or ``short``, for isolated margin in long/short mode.

        (Set leverage)
        """
        ...

    @post("/api/v5/account/set-fee-type", limit=Limit(5, 2, "user"))
    async def set_fee_type(self, fee_type: Literal["0", "1"] | str) -> FeeType:
        """Choose the currency spot fees are taken in.

        Args:
            fee_type: Currency the spot fee is taken in; ``0`` fee in the coin received, ``1`` fee in quote currency.

        (Set fee type)
        """
        ...

    @post("/api/v5/account/set-greeks", limit=Limit(5, 2, "user"))
    async def set_greeks(self, greeks_type: Literal["PA", "BS"] | str) -> GreeksType:
        """Choose how greeks are shown.

        Args:
            greeks_type: Greeks display: PA coins, BS dollars.

        (Set greeks (PA/BS))
        """
        ...

    @post("/api/v5/account/set-isolated-mode", limit=Limit(5, 2, "user"))
    async def set_isolated_mode(
        self, iso_mode: Literal["auto_transfers_ccy", "automatic"] | str, type_: Literal["MARGIN", "CONTRACTS"] | str
    ) -> IsolatedMode:
        """Choose how margin gets into isolated positions.

        Args:
            iso_mode: Isolated margin setting; ``auto_transfers_ccy`` auto transfer, base or quote margin,
                ``automatic`` auto transfers.

        (Isolated margin trading settings)
        """
        ...

    @post("/api/v5/account/set-auto-repay", limit=Limit(5, 2, "user"))
    async def set_auto_repay(self, auto_repay: bool) -> AutoRepay:
        """Switch automatic repaying in spot mode.

        Args:
            auto_repay: Repay automatically in spot mode.

        (Set auto repay)
        """
        ...

    @post("/api/v5/account/set-riskOffset-amt", limit=Limit(10, 2, "user"))
    async def set_risk_offset_amt(self, ccy: str, cl_spot_in_use_amt: Num) -> RiskOffsetAmount:
        """Say how much spot may offset risk; portfolio margin.

        Args:
            cl_spot_in_use_amt: Spot amount the user lets hedge, portfolio margin.

        (Set risk offset amount)
        """
        ...

    @post("/api/v5/account/activate-option", limit=Limit(5, 2, "user"))
    async def activate_option(self) -> Activation:
        """Switch option trading on. (Activate option)"""
        ...

    @post("/api/v5/account/set-auto-loan", limit=Limit(5, 2, "user"))
    async def set_auto_loan(self, auto_loan: bool | None = None) -> AutoLoan:
        """Switch automatic borrowing.

        Args:
            auto_loan: Borrow automatically.

        (Set auto loan)
        """
        ...

    @post("/api/v5/account/account-level-switch-preset", limit=Limit(5, 2, "user"))
    async def preset_account_level_switch(
        self,
        acct_lv: Literal["2", "3", "4"] | str,
        lever: Num | None = None,
        risk_offset_type: Literal["1", "2", "3", "4"] | str | None = None,
    ) -> AccountLevelPreset:
        """Prepare a change of the account mode.

        Args:
            acct_lv: ``2`` futures mode, ``3`` multi-currency margin code, ``4`` portfolio margin mode.
            risk_offset_type: Deprecated: offset kind; ``1`` Spot-derivatives (USDT) risk offset, ``2``
                spot-derivatives (crypto) risk offset, ``3`` derivatives only mode, ``4`` Spot-derivatives (USDC) risk
                offset.

        (Preset account mode switch)
        """
        ...

    @get("/api/v5/account/set-account-switch-precheck", limit=Limit(5, 2, "user"), auth=True)
    async def precheck_account_level_switch(self, acct_lv: Literal["1", "2", "3", "4"] | str) -> AccountLevelPrecheck:
        """Whether the account mode can be changed; ``s_code`` 0 means it can.

        Args:
            acct_lv: ``1`` spot mode, ``2`` futures mode, ``3`` multi-currency margin code, ``4`` portfolio margin
                mode.

        (Precheck account mode switch)
        """
        ...

    @post("/api/v5/account/set-account-level", limit=Limit(5, 2, "user"))
    async def set_account_level(self, acct_lv: Literal["1", "2", "3", "4"] | str) -> AccountLevel:
        """Change the account mode.

        Args:
            acct_lv: ``1`` spot mode, ``2`` futures mode, ``3`` multi-currency margin code, ``4`` portfolio margin
                mode.

        (Set account mode)
        """
        ...

    @post("/api/v5/account/set-collateral-assets", limit=Limit(5, 2, "user"))
    async def set_collateral_assets(
        self, type_: Literal["all", "custom"] | str, collateral_enabled: bool, ccy_list: Sequence[str] | None = None
    ) -> CollateralChange:
        """Choose which currencies count as collateral.

        Args:
            collateral_enabled: Counts as collateral.

        (Set collateral assets)
        """
        ...

    @get("/api/v5/account/collateral-assets", limit=Limit(5, 2, "user"), auth=True)
    async def collateral_assets(
        self, ccy: str | None = None, collateral_enabled: bool | None = None
    ) -> list[CollateralAsset]:
        """Which currencies count as collateral.

        Args:
            collateral_enabled: Counts as collateral.

        (Get collateral assets)
        """
        ...

    @post("/api/v5/account/set-auto-earn", limit=Limit(2, 2, "user"))
    async def set_auto_earn(
        self,
        ccy: str,
        action: Literal["turn_on", "turn_off", "amend"] | str,
        earn_type: Literal["0", "1"] | str | None = None,
        apr: Num | None = None,
    ) -> AutoEarn:
        """Switch automatic earning of one currency.

        Args:
            action: ``turn_on`` turn on auto earn, ``turn_off`` turn off auto earn, ``amend`` change the minimum APR.
            earn_type: Auto-earn kind; ``0`` auto lend or stake, ``1`` USDG earn.
            apr: Deprecated: minimum lending APR.

        (Set auto earn)
        """
        ...

    @post("/api/v5/account/set-settle-currency", limit=Limit(20, 2, "user"))
    async def set_settle_currency(self, settle_ccy: str) -> SettleCurrency:
        """Choose the currency USD-margined contracts are settled in. (Set settle currency)"""
        ...

    @post("/api/v5/account/set-trading-config", limit=Limit(1, 2, "user"))
    async def set_trading_config(self, type_: str, stgy_type: Literal["0", "1"] | str | None = None) -> TradingConfig:
        """Choose the trading strategy of the account.

        Args:
            stgy_type: 0 general, 1 delta neutral.

        (Set trading config)
        """
        ...

    @get("/api/v5/account/precheck-set-delta-neutral", limit=Limit(1, 2, "user"), auth=True)
    async def precheck_set_delta_neutral(self, stgy_type: Literal["0", "1"] | str) -> DeltaNeutralPrecheck:
        """Whether the delta neutral strategy can be switched.

        Args:
            stgy_type: 0 general, 1 delta neutral.

        (Precheck set delta neutral)
        """
        ...

    @post("/api/v5/account/demo-adjust-balance", limit=Limit(3, 86400, "user"))
    async def demo_adjust_balance(
        self, type_: Literal["increase", "reduce"] | str, adjustments: Sequence[DemoAdjustment | Fields]
    ) -> DemoBalances:
        """Change the balances of a demo account.

        Args:
            type_: ``increase`` add to balance, ``reduce`` deduct from balance.
            adjustments: Per-currency changes, no duplicates.

        (Adjust demo account balance)
        """
        ...

    @post("/api/v5/account/activate-feature", limit=Limit(5, 2, "user"))
    async def activate_feature(self, feature: Literal["1"] | str) -> None:
        """Switch a feature on for the whole master account, after an order failed with 54109.

        Args:
            feature: 1 switches USDC order book trading on.

        (Activate feature)
        """
        ...
