"""V5 REST of everything about accounts and money, put together."""

from __future__ import annotations

from ..clock import Clock
from ..market import Market
from .account_v5 import AccountV5
from .asks import Handlers
from .balances import Balances
from .bank import Bank
from .bills import Bills
from .bills_v5 import BillsV5
from .chains import Chains
from .convert_v5 import ConvertV5
from .funding_v5 import FundingV5
from .loans_v5 import LoansV5
from .okusd_v5 import OkusdV5
from .onchain_v5 import OnChainV5
from .prices import Prices
from .savings_v5 import SavingsV5
from .settings_v5 import SettingsV5
from .staking_v5 import ETH, SOL, StakingV5
from .subaccount_v5 import SubAccountV5
from .transfers import Transfers

__all__ = ["BankV5"]


class BankV5:
    """The chapters Trading Account, Funding Account, Convert, Sub-account, Simple earn, On-chain earn, OKUSD,
    ETH and SOL staking, Flexible loan.

    Args:
        bank: Users and money.
        bills: Every movement as its owners see it.
        balances: What trading accounts look like.
        prices: What currencies are worth.
        chains: What comes in and goes out.
        markets: By instrument id.
        clock: Market time.

    Attributes:
        transfers: Makes transfers.
        subaccounts: Makes sub-accounts and their keys.
    """

    def __init__(
        self,
        bank: Bank,
        bills: Bills,
        balances: Balances,
        prices: Prices,
        chains: Chains,
        markets: dict[str, Market],
        clock: Clock,
    ) -> None:
        self.transfers = transfers = Transfers(bank, balances)
        funding = FundingV5(bank, bills, balances, prices, transfers, chains, markets, clock)
        self.subaccounts = SubAccountV5(bank, balances, funding, transfers, markets, clock)
        self._earning = (
            SavingsV5(bank, prices, markets, clock),
            StakingV5(ETH, bank, markets, clock),
            StakingV5(SOL, bank, markets, clock),
            OnChainV5(bank, prices, markets, clock),
            OkusdV5(bank, markets, clock),
            LoansV5(bank, prices, markets, clock),
        )
        self._rooms = (
            AccountV5(bank, balances, prices, markets, clock),
            BillsV5(bills, balances, markets, clock),
            SettingsV5(balances, markets, clock),
            funding,
            ConvertV5(bank, balances, prices, markets, clock),
            self.subaccounts,
            *self._earning,
        )

    def handlers(self) -> Handlers:
        """Return who answers what."""
        return {key: handler for room in self._rooms for key, handler in room.handlers().items()}

    def pass_by(self, now: int) -> None:
        """Pay what has been earned up to a moment, and do what else has become due."""
        for room in self._earning:
            room.pass_by(now)
