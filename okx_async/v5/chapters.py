"""The chapters of V5, in the documents' order. Each is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.endpoint import Chapters, chapter

if TYPE_CHECKING:
    from .rest.account import Account
    from .rest.affiliate import Affiliate
    from .rest.agent import Agent
    from .rest.algo import Algo
    from .rest.block import Block
    from .rest.broker_dcd import BrokerDcd
    from .rest.broker_dma import BrokerDma
    from .rest.broker_fd import BrokerFd
    from .rest.broker_nd import BrokerNd
    from .rest.convert import Convert
    from .rest.copytrading import CopyTrading
    from .rest.dca import Dca
    from .rest.earn_dcd import EarnDcd
    from .rest.earn_eth import EarnEth
    from .rest.earn_flexible_loan import EarnFlexibleLoan
    from .rest.earn_okusd import EarnOkusd
    from .rest.earn_onchain import EarnOnchain
    from .rest.earn_savings import EarnSavings
    from .rest.earn_sol import EarnSol
    from .rest.earn_stable_rewards import EarnStableRewards
    from .rest.event_contracts import EventContracts
    from .rest.fiat import Fiat
    from .rest.funding import Funding
    from .rest.glp import Glp
    from .rest.grid import Grid
    from .rest.market import Market
    from .rest.oauth import OAuth
    from .rest.public import Public
    from .rest.recurring import Recurring
    from .rest.rubik import Rubik
    from .rest.signal_bot import SignalBot
    from .rest.spread import Spread
    from .rest.subaccount import SubAccounts
    from .rest.support import Support
    from .rest.system import System
    from .rest.trade import Trade

__all__ = ["V5Chapters"]


class V5Chapters(Chapters):
    """Attributes of `OKX`: one per chapter."""

    account: Account = chapter(".rest.account:Account")
    """Trading Account."""
    trade: Trade = chapter(".rest.trade:Trade")
    """Order Book Trading: orders and fills."""
    algo: Algo = chapter(".rest.algo:Algo")
    """Order Book Trading: algo orders."""
    market: Market = chapter(".rest.market:Market")
    """Market Data."""
    block: Block = chapter(".rest.block:Block")
    """Block Trading."""
    spread: Spread = chapter(".rest.spread:Spread")
    """Spread Trading."""
    public: Public = chapter(".rest.public:Public")
    """Public Data."""
    broker_nd: BrokerNd = chapter(".rest.broker_nd:BrokerNd")
    """Non-disclosed broker."""
    broker_fd: BrokerFd = chapter(".rest.broker_fd:BrokerFd")
    """Fully disclosed broker."""
    broker_dma: BrokerDma = chapter(".rest.broker_dma:BrokerDma")
    """DMA broker."""
    broker_dcd: BrokerDcd = chapter(".rest.broker_dcd:BrokerDcd")
    """Dual currency deposit for brokers."""
    oauth: OAuth = chapter(".rest.oauth:OAuth")
    """OAuth and Fast API."""
    copytrading: CopyTrading = chapter(".rest.copytrading:CopyTrading")
    """Copy trading."""
    grid: Grid = chapter(".rest.grid:Grid")
    """Grid bots."""
    dca: Dca = chapter(".rest.dca:Dca")
    """DCA bots."""
    recurring: Recurring = chapter(".rest.recurring:Recurring")
    """Recurring buy."""
    signal_bot: SignalBot = chapter(".rest.signal_bot:SignalBot")
    """Signal bots."""
    earn_savings: EarnSavings = chapter(".rest.earn_savings:EarnSavings")
    """Simple earn."""
    earn_onchain: EarnOnchain = chapter(".rest.earn_onchain:EarnOnchain")
    """On-chain earn."""
    earn_eth: EarnEth = chapter(".rest.earn_eth:EarnEth")
    """ETH staking."""
    earn_sol: EarnSol = chapter(".rest.earn_sol:EarnSol")
    """SOL staking."""
    earn_stable_rewards: EarnStableRewards = chapter(".rest.earn_stable_rewards:EarnStableRewards")
    """Stable rewards."""
    earn_okusd: EarnOkusd = chapter(".rest.earn_okusd:EarnOkusd")
    """OKUSD."""
    earn_flexible_loan: EarnFlexibleLoan = chapter(".rest.earn_flexible_loan:EarnFlexibleLoan")
    """Flexible loan."""
    earn_dcd: EarnDcd = chapter(".rest.earn_dcd:EarnDcd")
    """Dual investment (retail)."""
    fiat: Fiat = chapter(".rest.fiat:Fiat")
    """Fiat and buy/sell."""
    affiliate: Affiliate = chapter(".rest.affiliate:Affiliate")
    """Affiliate."""
    agent: Agent = chapter(".rest.agent:Agent")
    """Agent and news endpoints."""
    glp: Glp = chapter(".rest.glp:Glp")
    """Global liquidity program."""
    funding: Funding = chapter(".rest.funding:Funding")
    """Funding Account."""
    convert: Convert = chapter(".rest.convert:Convert")
    """Funding Account: converting."""
    subaccount: SubAccounts = chapter(".rest.subaccount:SubAccounts")
    """Sub-account."""
    event_contracts: EventContracts = chapter(".rest.event_contracts:EventContracts")
    """Event Contracts."""
    rubik: Rubik = chapter(".rest.rubik:Rubik")
    """Trading Statistics."""
    system: System = chapter(".rest.system:System")
    """Status."""
    support: Support = chapter(".rest.support:Support")
    """Announcement."""
