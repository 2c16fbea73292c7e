"""Chapter Trading Account."""

from __future__ import annotations

from .account_margin import AccountMargin
from .account_old import AccountOld
from .account_risk import AccountRiskTools
from .account_settings import AccountSettings
from .account_state import AccountState

__all__ = ["Account"]


class Account(
    AccountState, AccountMargin, AccountRiskTools, AccountSettings, AccountOld, dialect="v5", chapter="account"
):
    """The trading account: balances, positions, margin, settings."""
