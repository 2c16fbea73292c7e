"""Chapter Stable rewards."""

from __future__ import annotations

from typing import Literal

from ...core.endpoint import Section, get, post
from ...core.pager import by_id
from ...core.throttle import Limit
from ...core.words import Count, Num
from ..models.earn_stable_rewards import (
    StableRewardsBalances,
    StableRewardsProducts,
    StableRewardsQuote,
    StableRewardsRate,
    StableRewardsRecord,
    StableRewardsTrade,
)

__all__ = ["EarnStableRewards"]


class EarnStableRewards(Section, dialect="v5", chapter="earn_stable_rewards"):
    """Stable rewards."""

    @get("/api/v5/finance/stable-rewards/product-info", limit=Limit(5, 2, "user"))
    async def product_info(self, ccy: str) -> StableRewardsProducts:
        """Fees, least amounts and quotas by currency.

        No key is needed, though the limit counts per user. (Product info)
        """
        ...

    @get("/api/v5/finance/stable-rewards/balance", limit=Limit(5, 2, "user"), auth=True)
    async def balance(self, ccy: str | None = None) -> StableRewardsBalances:
        """What is held, by currency. (Balance)"""
        ...

    @get("/api/v5/finance/stable-rewards/apy-history", limit=Limit(6, 1, "ip"))
    async def apy_history(self, ccy: str, days: Num | None = None) -> list[StableRewardsRate]:
        """Yearly rates of past days, up to ``days``. No key is needed. (APY history)"""
        ...

    @get(
        "/api/v5/finance/stable-rewards/subscribe-redeem-history",
        limit=Limit(5, 2, "user"),
        auth=True,
        pages=by_id("ord_id"),
        deprecated="gone since about 2026-07-14, and no successor is named",
    )
    async def subscribe_redeem_history(
        self,
        ccy: str,
        type_: Literal["subscribe", "redeem"] | str | None = None,
        status: Literal["pending", "success", "failed"] | str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: Count | None = None,
    ) -> list[StableRewardsRecord]:
        """Deprecated: no successor is named.

        Documented on 2026-04-24, gone since about 2026-07-14. Newest first, by ``ord_id``. (Subscribe redeem
        history)
        """
        ...

    @post(
        "/api/v5/finance/stable-rewards/quote",
        limit=Limit(2, 1, "user"),
        deprecated="gone since about 2026-07-14, and no successor is named",
    )
    async def request_quote(
        self, ccy: str, settle_ccy: str, action: Literal["subscribe", "redeem"], amt: Num
    ) -> StableRewardsQuote:
        """Deprecated: no successor is named.

        Documented on 2026-04-24, gone since about 2026-07-14. The quote is good for ``ttl_ms``. (Quote)
        """
        ...

    @post(
        "/api/v5/finance/stable-rewards/trade",
        limit=Limit(2, 1, "user"),
        deprecated="gone since about 2026-07-14, and no successor is named",
    )
    async def trade(self, quote_id: str) -> StableRewardsTrade:
        """Deprecated: no successor is named. Documented on 2026-04-24, gone since about 2026-07-14. (Trade)"""
        ...
