"""The chapters of V5, in the documents' order. Each is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.endpoint import Chapters, chapter

if TYPE_CHECKING:
    from .rest.account import Account
    from .rest.algo import Algo
    from .rest.block import Block
    from .rest.convert import Convert
    from .rest.funding import Funding
    from .rest.market import Market
    from .rest.public import Public
    from .rest.spread import Spread
    from .rest.subaccount import SubAccounts
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
    funding: Funding = chapter(".rest.funding:Funding")
    """Funding Account."""
    convert: Convert = chapter(".rest.convert:Convert")
    """Funding Account: converting."""
    subaccount: SubAccounts = chapter(".rest.subaccount:SubAccounts")
    """Sub-account."""
