"""Chapter ETH staking."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.throttle import Limit
from ...core.words import Count, Num
from ..models.earn_eth import StakingBalance, StakingOrderId, StakingProduct, StakingRate, StakingRecord

__all__ = ["EarnEth"]


class EarnEth(Section, dialect="v5", chapter="earn_eth"):
    """ETH staking."""

    @get("/api/v5/finance/staking-defi/eth/product-info", limit=Limit(3, 1, "user"), auth=True)
    async def product_info(self) -> StakingProduct:
        """Rate, redemption time and limits. (Product info)"""
        ...

    @post("/api/v5/finance/staking-defi/eth/purchase", limit=Limit(2, 1, "user"))
    async def purchase(self, amt: Num) -> None:
        """Stake. Success is all that is answered. (Purchase)"""
        ...

    @post("/api/v5/finance/staking-defi/eth/redeem", limit=Limit(2, 1, "user"))
    async def redeem(self, amt: Num) -> None:
        """Redeem. Success is all that is answered. (Redeem)"""
        ...

    @post("/api/v5/finance/staking-defi/eth/cancel-redeem", limit=Limit(2, 1, "user"))
    async def cancel_redeem(self, ord_id: str) -> StakingOrderId:
        """Cancel a redemption that is still under way. (Cancel redeem)"""
        ...

    @get("/api/v5/finance/staking-defi/eth/balance", limit=Limit(6, 1, "user"), auth=True)
    async def balance(self) -> list[StakingBalance]:
        """What is staked, and its interest. (Balance)"""
        ...

    @get("/api/v5/finance/staking-defi/eth/purchase-redeem-history", limit=Limit(6, 1, "user"), auth=True)
    async def purchase_redeem_history(
        self,
        type_: Literal["purchase", "redeem"] | str | None = None,
        status: Literal["pending", "success", "failed", "cancelled"] | str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[StakingRecord]:
        """Purchases and redemptions, newest first, by time. (Purchase&Redeem history)"""
        ...

    @get("/api/v5/finance/staking-defi/eth/apy-history", limit=Limit(6, 1, "ip"))
    async def apy_history(self, days: Num) -> list[StakingRate]:
        """Yearly rates of past days, up to ``days``. No key is needed. (APY history)"""
        ...
